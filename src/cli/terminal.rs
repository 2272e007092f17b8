//! What goes to the terminal beside the results: remarks and failures on standard error, and how tables are drawn.
//!
//! In: options, the environment, what is known of the terminal. Out: a [`Look`], lines on standard error.

use std::io::{self, IsTerminal as _, Write as _};

use super::{
    args::{Colour, Lang, Shared},
    failure::Failure,
};
use crate::{
    language::Language,
    report::{table::Look, text::safe},
};

/// How tables are drawn: as wide as the terminal, in colour only where a person looks at them, in the language that was
/// typed, else in that of the locale.
#[must_use]
pub fn look(shared: &Shared) -> Look {
    Look {
        language: language(shared.lang),
        ..look_for(shared.color, shared.verbose, shared.output.is_some())
    }
}

/// The same for commands that take these options one by one; in English.
#[must_use]
pub fn look_for(colour: Colour, verbose: bool, to_file: bool) -> Look {
    let terminal = io::stdout().is_terminal() && !to_file;
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let columns = || std::env::var("COLUMNS").ok()?.parse::<usize>().ok();
    let width = terminal_size::terminal_size()
        .filter(|_| terminal)
        .map(|(width, _)| usize::from(width.0))
        .or_else(columns)
        .unwrap_or(100);
    Look {
        width: width.clamp(40, 400),
        colour: match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => terminal && !plain,
        },
        verbose,
        language: Language::English,
    }
}

/// The language that was typed, else that of the locale as POSIX finds it: in the first of these variables that is set
/// and not empty.
pub fn language(typed: Option<Lang>) -> Language {
    match typed {
        Some(Lang::En) => Language::English,
        Some(Lang::Fr) => Language::French,
        None => {
            let variables = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter();
            let mut set = variables.filter_map(|name| std::env::var(name).ok());
            let locale = set.find(|value| !value.is_empty());
            Language::of_locale(&locale.unwrap_or_default())
        }
    }
}

/// Prints a line on standard error.
pub fn say(text: &str) {
    // Standard error may be closed; then there is nobody left to tell.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Says how many lines of a session were no responses, where somebody wants to know.
pub fn tell_strays(account: &str, strays: u32, shared: &Shared) {
    if strays > 0 && shared.verbose {
        say(&format!(
            "{}: the server sent {strays} lines that are no responses of IMAP; they were left out",
            safe(account)
        ));
    }
}

/// Prints a failure on standard error, behind the account that it is about.
pub fn complain(account: Option<&str>, failure: &Failure) {
    let place = account.map_or_else(String::new, |account| format!("{}: ", safe(account)));
    say(failure.text(&place).trim_end());
}
