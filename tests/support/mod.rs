//! What the tests of the command share: a Dovecot of one's own, a raw client to fill and inspect it, a proxy that
//! records and cuts connections, and the rolecall program.

pub mod account;
pub mod crowd;
pub mod dovecot;
pub mod proxy;
pub mod raw;
pub mod scenario;
pub mod script;
pub mod strict;
pub mod terminal;
pub mod transcript;

use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

/// A rolecall command with a state folder of its own and nothing of the machine's.
pub fn rolecall(state: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    command
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", state)
        .env("XDG_STATE_HOME", state)
        .env("COLUMNS", "100")
        .env("ROLECALL_PASSWORD", dovecot::PASSWORD)
        .stdin(Stdio::null());
    command
}

/// Standard output, standard error and the status in one text.
pub fn shown(output: &Output) -> String {
    format!(
        "{}--- stderr\n{}--- status {}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
        output
            .status
            .code()
            .map_or_else(|| "by a signal".to_owned(), |code| code.to_string())
    )
}

/// Runs a command and asserts its exit status.
pub fn run(mut command: Command, status: i32) -> String {
    let output = command.output().unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(status), "{command:?}\n{text}");
    text
}

/// The one JSON object that a command printed.
pub fn json(mut command: Command, status: i32) -> serde_json::Value {
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(status), "{}", shown(&output));
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}\n{}", shown(&output)))
}
