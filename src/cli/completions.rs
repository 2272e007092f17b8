//! `rolecall completions`: what a shell completes commands, options and their words by.
//!
//! Words that are read with a sentence of ours about what is wrong with them (roles, codes, schemas, clients) are told to
//! the shell here alone: clap would refuse a wrong one in words of its own.

use std::sync::LazyLock;

use clap::{Arg, Command, CommandFactory as _, builder::PossibleValuesParser};

use super::{
    args::{Cli, Completions},
    exit_status::ExitStatus,
    failure::Failure,
    output::Output,
};
use crate::{
    clients::{self, profile::Profile},
    model::{finding::Code, role::Role},
    report::json::PUBLISHED,
};

/// The clients that are known; none if what is compiled in cannot be read, which every command that asks for them says.
static CLIENTS: LazyLock<Vec<Profile>> = LazyLock::new(|| clients::built_in().unwrap_or_default());

pub fn run(options: &Completions) -> Result<ExitStatus, Failure> {
    let mut script = Vec::new();
    let mut command = with_words(Cli::command());
    clap_complete::generate(options.shell, &mut command, "rolecall", &mut script);
    Output::new(None)?.write(&String::from_utf8_lossy(&script))?;
    Ok(ExitStatus::Done)
}

/// The command with the words that its options and arguments take.
fn with_words(command: Command) -> Command {
    let name = command.get_name().to_owned();
    command
        .mut_args(|arg| {
            let words = words(&name, &arg);
            // zsh takes what stands behind a colon for what it is to run.
            let names = arg.get_value_names().unwrap_or_default();
            let arg = if names.iter().any(|name| name.contains(':')) {
                arg.value_name("VALUE")
            } else {
                arg
            };
            if words.is_empty() {
                return arg;
            }
            arg.value_parser(PossibleValuesParser::new(words))
        })
        .mut_subcommands(with_words)
}

/// The words that an option or argument takes; none where clap knows them, or there is no end of them.
fn words(command: &str, arg: &Arg) -> Vec<&'static str> {
    let is_included = |role: &Role| role.held_back() || *role == Role::Inbox;
    let roles = Role::EVERY.into_iter();
    match (command, arg.get_id().as_str()) {
        (_, "only") | ("list", "role") => roles.map(Role::word).collect(),
        (_, "client") => CLIENTS.iter().map(|client| client.id.as_str()).collect(),
        (_, "include") => roles.filter(is_included).map(Role::word).collect(),
        ("explain", "code") => Code::EVERY.iter().map(|code| code.word()).collect(),
        ("schema", "name") => PUBLISHED.iter().map(|(name, _)| *name).collect(),
        _ => Vec::new(),
    }
}
