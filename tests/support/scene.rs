//! One account on a real server behind a recording proxy, and the rolecall commands that work on it.

use std::process::Command;

use tempfile::TempDir;

use super::{proxy::Proxy, rolecall_of};

/// An account, the proxy before its server, and a state folder. The server is its own, shared or borrowed.
pub struct Scene<S> {
    pub server: S,
    pub proxy: Proxy,
    pub user: String,
    pub state: TempDir,
}

impl<S> Scene<S> {
    /// An empty account on a server, which listens at this port.
    pub fn at(port: u16, server: S, user: &str) -> Self {
        Self {
            server,
            proxy: Proxy::before(port),
            user: user.to_owned(),
            state: tempfile::tempdir().unwrap(),
        }
    }

    /// The account's address, through the proxy.
    pub fn url(&self) -> String {
        format!("imap://{}@127.0.0.1:{}", self.user, self.proxy.port)
    }

    /// `rolecall VERB … ACCOUNT` through the proxy, in the clear so that it can be read there; a word may hold `_` for a blank.
    pub fn command(&self, words: &str) -> Command {
        let mut command = self.command_without_account(words);
        command.arg(self.url());
        command
    }

    /// The same without the account, for verbs that know it from a journal or a plan.
    pub fn command_without_account(&self, words: &str) -> Command {
        let mut command = rolecall_of(self.state.path(), words);
        command.arg("--plaintext");
        command
    }
}
