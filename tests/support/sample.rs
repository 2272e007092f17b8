//! The sample account of the demo on an embedded server, for tests of the program that need no more than that.

use std::{fs, path::Path, process::Command};

use rolecall::demo::{Persona, Server, sample};

use super::rolecall;

/// The account; its server ends when this is dropped.
pub struct SampleAccount {
    /// Its URL.
    pub url: String,
    /// Where its server listens.
    pub port: u16,
    _server: (Server, tokio::runtime::Runtime),
}

impl SampleAccount {
    pub fn start() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let world = sample::world(Persona::dovecot());
        let server = runtime.block_on(Server::start(world, 0)).unwrap();
        let port = server.port();
        Self {
            url: format!("imap://{}@127.0.0.1:{port}", sample::USER),
            port,
            _server: (server, runtime),
        }
    }

    /// A rolecall command that knows the account's password.
    pub fn command(state: &Path, words: &[&str]) -> Command {
        let mut command = rolecall(state, words);
        command.env("ROLECALL_PASSWORD", sample::PASSWORD);
        command
    }

    /// Writes an accounts file into this folder that has this account alone, and tells its path.
    pub fn list(&self, folder: &Path) -> String {
        let file = folder.join("accounts.csv");
        fs::write(&file, format!("account\n{}\n", self.url)).unwrap();
        file.display().to_string()
    }
}
