//! `--help` in French: the command line as clap has it, with the words of commands, options and values put in place.
//!
//! In: clap's command. Out: one that reads the same words and explains them in French. Never: an option or a value that
//! differs.
//!
//! Sentences that clap itself puts in (what a value is by default, which values there are) cannot be replaced, so they
//! are hidden and stand in the help of each option instead.

use clap::{Arg, Command, builder::PossibleValue};

use super::args::first_steps;
use crate::{
    language::{
        Language::{self, English, French},
        Phrase,
        help::french,
        text, with_french_spaces,
    },
    report::{codes, text::hanging},
};

/// What is made of sentences for every language, and stands as a whole below a help.
const ENDINGS: [fn(Language) -> String; 2] = [first_steps, codes::list];

/// The same command line, explained in French.
pub fn in_french(mut command: Command) -> Command {
    // clap adds its own options and commands when it is built.
    command.build();
    of_command(command)
}

fn of_command(mut command: Command) -> Command {
    let style = *command.get_styles().get_usage();
    let heading = say(&text::usage_heading());
    let template = format!(
        "{{about-with-newline}}\n{style}{heading}{style:#} {{usage}}\n\n{{all-args}}{{after-help}}"
    );
    if let Some(about) = command.get_about().map(ToString::to_string) {
        command = command.about(sentence(&about));
    }
    if let Some(about) = command.get_long_about().map(ToString::to_string) {
        let parts: Vec<String> = about.split("\n\n").map(sentence).collect();
        command = command.long_about(parts.join("\n\n"));
    }
    if let Some(ending) = command.get_after_help().map(ToString::to_string) {
        command = command.after_help(ending_of(&ending));
    }
    if let Some(ending) = command.get_after_long_help().map(ToString::to_string) {
        command = command.after_long_help(ending_of(&ending));
    }
    command
        .help_template(template)
        .subcommand_help_heading(french("Commands"))
        .subcommand_value_name(french("COMMAND"))
        .mut_args(of_argument)
        .mut_subcommands(of_command)
}

fn of_argument(mut arg: Arg) -> Arg {
    let heading = arg.get_help_heading().unwrap_or(if arg.is_positional() {
        "Arguments"
    } else {
        "Options"
    });
    let heading = french(heading);
    arg = arg.help_heading(heading);
    let names = arg.get_value_names().into_iter().flatten();
    let names: Option<Vec<_>> = names.map(|name| french(name)).collect();
    if let Some(names) = names.filter(|names| !names.is_empty()) {
        arg = arg.value_names(names);
    }
    let said = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let long = arg.get_long_help().map(ToString::to_string);
    let said = sentence(&said);
    if let Some(long) = long {
        arg = arg.long_help(sentence(&long));
    }
    if !arg.get_action().takes_values() {
        return arg.help(said);
    }
    let defaults = arg.get_default_values().iter();
    let defaults: Vec<_> = defaults.map(|value| value.to_string_lossy()).collect();
    let said = match defaults.as_slice() {
        [] => said,
        values => format!("{said} {}", say(&text::default_is(values.join(" ")))),
    };
    let values = arg.get_possible_values();
    let values: Vec<_> = values.iter().filter(|value| !value.is_hide_set()).collect();
    let meanings = meanings(&values);
    if !meanings.is_empty() {
        let (heading, meanings) = (say(&text::values_mean()), meanings.join("\n"));
        arg = arg.long_help(format!("{said}\n\n{heading}\n{meanings}"));
    }
    let names: Vec<&str> = values.iter().map(|value| value.get_name()).collect();
    arg = match names.as_slice() {
        [] => arg.help(said),
        names => arg.help(format!(
            "{said} {}",
            say(&text::values_are(names.join(", ")))
        )),
    };
    arg.hide_default_value(true).hide_possible_values(true)
}

/// The columns that clap leaves to a long help where a terminal has 80.
const WIDTH: usize = 70;

/// What each value means, in a column behind the values; nothing where all say it themselves.
fn meanings(values: &[&PossibleValue]) -> Vec<String> {
    if values.iter().all(|value| value.get_help().is_none()) {
        return Vec::new();
    }
    let width = |value: &PossibleValue| value.get_name().chars().count();
    let widest = values.iter().map(|value| width(value)).max();
    let told = values.iter().map(|value| {
        let Some(help) = value.get_help() else {
            return format!("- {}", value.get_name());
        };
        let blank = " ".repeat(widest.unwrap_or_default() - width(value));
        let meaning = format!("{blank}{}", sentence(&help.to_string()));
        let told = say(&text::value_means(value.get_name(), meaning));
        hanging(&told, 0, WIDTH).trim_end().to_owned()
    });
    told.collect()
}

/// What stands below a help: examples, a line each, and what is a sentence of every language.
fn ending_of(english: &str) -> String {
    let mut ending = english.to_owned();
    for list in ENDINGS {
        ending = ending.replace(&list(English), &list(French));
    }
    let lines = ending.lines().map(|line| match line.split_once("# ") {
        Some((command, remark)) => format!("{command}# {}", sentence(remark)),
        None => sentence(line),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What is English for something that has no French is left as it is; a test holds that there is none.
fn sentence(english: &str) -> String {
    with_french_spaces(french(english).unwrap_or(english))
}

fn say(phrase: &Phrase) -> String {
    with_french_spaces(phrase.say(French))
}
