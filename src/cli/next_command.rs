//! What the commands that are shown have in common with the one that was typed.
//!
//! In: the command line. Out: [`Carried`], one for the whole process, as the language is.

use std::sync::OnceLock;

use clap::{ArgMatches, parser::ValueSource};

use crate::report::{table::Carried, text::shell_word};

/// What was typed and is needed again by the next command.
static TYPED: OnceLock<[String; 2]> = OnceLock::new();

/// Options that say where accounts and journals are, and how accounts are reached. The source of a password is not
/// repeated: a password may have been put in its place.
const REACH: [&str; 10] = [
    "file",
    "allow_inline_passwords",
    "login_as",
    "master_separator",
    "plaintext",
    "ca_file",
    "tls_fingerprint",
    "sieve_host",
    "sieve_port",
    "state_dir",
];
/// Options that decide about roles.
const JUDGING: [&str; 6] = [
    "role",
    "mappings",
    "client",
    "locale",
    "sample",
    "no_sample",
];

/// Remembers what was typed for the commands that are shown.
pub fn remember(typed: &ArgMatches) {
    if let Some((_, typed)) = typed.subcommand() {
        let options = [&REACH[..], &JUDGING].map(|ids| {
            let ids = ids.iter();
            ids.map(|id| typed_again(typed, id)).collect()
        });
        let _ = TYPED.set(options);
    }
}

/// An option as it was typed; nothing where it was not.
fn typed_again(typed: &ArgMatches, id: &str) -> String {
    let is_typed = typed.try_contains_id(id).unwrap_or_default()
        && typed.value_source(id) == Some(ValueSource::CommandLine);
    let values = is_typed.then(|| typed.get_raw(id)).flatten();
    let option = match id {
        "file" => "accounts".to_owned(),
        id => id.replace('_', "-"),
    };
    let is_flag = ["allow_inline_passwords", "plaintext", "no_sample"].contains(&id);
    let again = values.into_iter().flatten().map(|value| {
        let value = value.to_string_lossy();
        if is_flag {
            format!(" --{option}")
        } else {
            format!(" --{option} {}", shell_word(&value))
        }
    });
    again.collect()
}

/// What the next command has in common with the one that was typed.
pub fn carried() -> Carried {
    TYPED
        .get()
        .map_or_else(Carried::default, |[reach, judging]| Carried {
            reach,
            judging,
        })
}
