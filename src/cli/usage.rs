//! Reads the command line; what is no command is answered at once: help, the version, or what is wrong.
//!
//! In: arguments. Out: what is to be done, or an exit status and words for people. Never: a value that was typed in an
//! error, since it could be a secret in the wrong place.

use std::{error::Error as _, ffi::OsString};

use clap::{
    CommandFactory as _, FromArgMatches as _, ValueEnum as _,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::{
    args::{Cli, Lang, WrongValue, spelt_out},
    exit_status::ExitStatus,
    failure::Failure,
    help,
    next_command::remember,
    terminal::{complain, say, speak, spoken},
};
use crate::{
    language::{Language, Phrase, text},
    report::text::safe,
};

/// Reads the command line.
///
/// # Errors
///
/// The exit status, where help was asked for or the command line cannot be used; that was told already.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, ExitStatus> {
    let words = spelt_out(arguments);
    let error = match read(&words) {
        Ok(cli) => return Ok(cli),
        Err(error) => error,
    };
    speak(typed_language(&words));
    let error = match spoken() {
        Language::English => error,
        // Reading it once more costs nothing that counts, and only where there is nothing else to do.
        Language::French => help::in_french(Cli::command())
            .try_get_matches_from(&words)
            .err()
            .unwrap_or(error),
    };
    let is_help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    if is_help {
        // A pipe that is closed meanwhile is no failure.
        let _ = error.print();
    } else {
        complain(None, &failure(&error));
        if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
            let usage = usage.to_string();
            let usage = usage.strip_prefix("Usage:").unwrap_or(&usage);
            let told = text::usage_is(safe(usage.trim()));
            say(told);
        }
    }
    Err(if error.use_stderr() {
        ExitStatus::Usage
    } else {
        ExitStatus::Done
    })
}

fn read(words: &[OsString]) -> Result<Cli, clap::Error> {
    let typed = Cli::command().try_get_matches_from(words)?;
    remember(&typed);
    Cli::from_arg_matches(&typed)
}

/// The language that was typed, as far as that can be told of a command line with something wrong in it.
fn typed_language(words: &[OsString]) -> Option<Lang> {
    let words = words.iter().map_while(|word| word.to_str());
    let mut words = words.take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        let value = match word.strip_prefix("--lang") {
            Some("") => words.next(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        if let Some(lang) = value.and_then(|value| Lang::from_str(value, false).ok()) {
            return Some(lang);
        }
    }
    None
}

/// What is wrong, and what was probably meant.
fn failure(error: &clap::Error) -> Failure {
    let near = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ];
    let near = near.into_iter().flat_map(|kind| context(error, kind));
    let near: Vec<Phrase> = near.map(text::quoted).collect();
    let hint = if near.is_empty() {
        text::try_help()
    } else {
        text::did_you_mean_word(Phrase::or(near))
    };
    Failure::config(what_is_wrong(error)).hint(hint)
}

fn what_is_wrong(error: &clap::Error) -> Phrase {
    let of = |kind| context(error, kind).join(", ");
    let option = of(ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::UnknownArgument if option.starts_with('-') => text::no_such_option(option),
        ErrorKind::UnknownArgument | ErrorKind::TooManyValues => text::argument_too_many(),
        ErrorKind::InvalidSubcommand => text::no_such_command(),
        ErrorKind::MissingRequiredArgument => text::arguments_are_missing(option),
        ErrorKind::MissingSubcommand => text::command_is_missing(
            of(ContextKind::InvalidSubcommand),
            of(ContextKind::ValidSubcommand),
        ),
        ErrorKind::InvalidValue => {
            let is_missing = of(ContextKind::InvalidValue).is_empty();
            match (is_missing, of(ContextKind::ValidValue)) {
                (true, values) if values.is_empty() => text::value_is_missing(option),
                (true, values) => text::value_of_several_is_missing(option, values),
                (false, values) => text::not_a_value_of(option, values),
            }
        }
        ErrorKind::ValueValidation => {
            let wrong = error.source().and_then(|source| source.downcast_ref());
            let why = wrong.map_or_else(Phrase::default, |wrong: &WrongValue| wrong.said().clone());
            text::invalid_value_since(option, why)
        }
        ErrorKind::ArgumentConflict => {
            let others = of(ContextKind::PriorArg);
            if others == option {
                text::option_is_there_twice(option)
            } else {
                text::options_exclude_each_other(option, others)
            }
        }
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            text::number_of_values_is_wrong(option)
        }
        ErrorKind::InvalidUtf8 => text::words_are_not_utf8(),
        _ => text::command_line_is_unusable(),
    }
}

/// What clap says of an error by this kind, a word each.
fn context(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(word)) => vec![word.clone()],
        Some(ContextValue::Strings(words)) => words.clone(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    fn language_of(line: &str) -> Option<Lang> {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        typed_language(&words)
    }

    #[test]
    fn the_language_is_found_wherever_it_was_typed() {
        for line in [
            "rolecall --lang fr --hlep",
            "rolecall audit --yse --lang=fr",
            "rolecall audit --lang xx --lang fr",
        ] {
            assert_eq!(language_of(line), Some(Lang::Fr), "{line}");
        }
        for line in [
            "rolecall audit",
            "rolecall audit --lang",
            "rolecall audit --language fr",
            "rolecall audit -- --lang fr",
        ] {
            assert_eq!(language_of(line), None, "{line}");
        }
    }

    /// Whatever clap can find wrong has words of its own.
    #[test]
    fn every_value_that_is_refused_says_why() {
        for line in [
            "audit --jobs 0 x",
            "audit --jobs 5000 x",
            "audit --shard 0/0 x",
            "audit --timeout x x",
            "audit --tls-fingerprint zz x",
            "audit --sieve-port 99999 x",
            "audit --role x x",
            "audit --locale f_r x",
            "audit --schema-version 3 x",
            "audit --login-as x --master-separator ab x",
            "fix --grace 3 x",
            "fix --grace 99999d x",
            "fix --include sent x",
            "fix --skip-step x x",
            "fix --max-moves -1 x",
            "fix --canary 0 --yes x",
            "demo --port 65536",
            "accounts import --host [ x",
        ] {
            let words = std::iter::once("rolecall").chain(line.split(' '));
            let error = Cli::try_parse_from(words).unwrap_err();
            if error.kind() == ErrorKind::ValueValidation {
                let said = what_is_wrong(&error);
                for language in Language::EVERY {
                    let said = said.say(language).trim_end();
                    assert!(!said.ends_with(':'), "{line}: {said}");
                }
            } else {
                assert!(line.contains("-1"), "{line}: {error}");
            }
        }
    }
}
