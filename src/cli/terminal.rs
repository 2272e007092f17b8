//! What goes to the terminal beside the results: remarks and failures on standard error, and how tables are drawn.
//!
//! In: options, the environment, what is known of the terminal. Out: a [`Look`], lines on standard error.

use std::{
    io::{self, IsTerminal as _, Write as _},
    sync::OnceLock,
};

use super::{
    args::{Colour, Lang, Shared},
    failure::Failure,
    next_command::carried,
};
use crate::{
    language::{Language, Phrase, text},
    report::{table::Look, text::safe},
};

/// How tables are drawn: as wide as the terminal, in colour only where a person looks at them, in the language of the
/// process.
#[must_use]
pub fn look(shared: &Shared) -> Look {
    look_for(shared.color, shared.verbose, shared.output.is_some())
}

/// The same for commands that take these options one by one.
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
        language: spoken(),
        carried: carried(),
    }
}

/// The language of all that people are told: one for the whole process, as the locale is.
static SPOKEN: OnceLock<Language> = OnceLock::new();

/// Settles the language of the process by what was typed; the first who does so has the word.
pub fn speak(typed: Option<Lang>) {
    let _ = SPOKEN.set(language(typed));
}

/// The language of the process.
pub fn spoken() -> Language {
    SPOKEN.get().copied().unwrap_or_default()
}

/// The language that was typed, else that of the locale as POSIX finds it: in the first of these variables that is set
/// and not empty.
fn language(typed: Option<Lang>) -> Language {
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

/// Prints a line on standard error, in the language of the process.
pub fn say(said: impl Into<Phrase>) {
    // Standard error may be closed; then there is nobody left to tell.
    let language = spoken();
    let said = language.typeset(said.into().say(language));
    let _ = writeln!(io::stderr(), "{said}");
}

/// Says how many lines of a session were no responses, where somebody wants to know.
pub fn tell_strays(account: &str, strays: u32, shared: &Shared) {
    if strays > 0 && shared.verbose {
        let lines = text::server_sent(text::stray_lines(u64::from(strays)));
        say(text::about_account(safe(account), lines));
    }
}

/// Prints a failure on standard error, behind the account that it is about.
pub fn complain(account: Option<&str>, failure: &Failure) {
    let place = account.map(safe);
    say(failure.text(place.as_deref(), spoken()).trim_end());
}
