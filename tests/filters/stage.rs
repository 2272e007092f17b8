//! An account whose mail is delivered through its Sieve script, and where that mail has ended.

use std::{fs, path::Path, process::Command};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    races::merges::numbers,
    servers::server::{Family, Kind, Server},
    support::{
        self,
        dovecot::{Dovecot, Setup},
        line::Line,
        managesieve::ManageSieve,
        raw::Raw,
        sink::Sink,
    },
};

/// Where scripts forward to.
pub const FORWARD: &str = "camille@elsewhere.example";

/// What somebody writes to alice.
pub const HEADER: &str =
    "From: Camille <camille@example.test>\nTo: alice@example.test\nSubject: Bonjour\n";

/// A server that sorts mail, and the sink that it sends mail on to.
pub struct Stage {
    server: Server,
    sink: Sink,
}

impl Stage {
    /// A Dovecot 2.3 that is set up like this.
    pub fn pigeonhole(setup: Setup) -> Self {
        let sink = Sink::start();
        let setup = Setup {
            sieve: Some(sink.port),
            ..setup
        };
        let server = Server::dovecot(&setup);
        Self { server, sink }
    }

    /// Cyrus 3.6 with these lines at the end of its configuration; none where it is left out.
    pub fn cyrus(lines: &str, users: &[&str]) -> Option<Self> {
        Self::cyrus_of(Kind::Cyrus, lines, users)
    }

    /// The same of any version.
    pub fn cyrus_of(kind: Kind, lines: &str, users: &[&str]) -> Option<Self> {
        if kind.is_left_out() {
            return None;
        }
        let sink = Sink::start();
        let users: Vec<String> = users.iter().map(|user| (*user).to_owned()).collect();
        let port = sink.port;
        let lines = format!("smtp_backend: host\nsmtp_host: 127.0.0.1:{port}/noauth\n{lines}");
        let server = Server::pasted(kind, &users, &lines);
        Some(Self { server, sink })
    }

    /// The authority that signed the server's certificate.
    pub fn authority(&self) -> &Path {
        &self.server.authority
    }

    pub fn is_cyrus(&self) -> bool {
        self.server.kind.family() == Family::Cyrus
    }

    /// Dovecot itself.
    pub fn dovecot(&self) -> &Dovecot {
        self.server.dovecot.as_ref().unwrap()
    }

    /// A user of it, who has no mailbox but INBOX.
    pub fn account(&self, user: &str) -> Account<'_> {
        let account = Account {
            stage: self,
            user: user.to_owned(),
            state: tempfile::tempdir().unwrap(),
        };
        // Cyrus makes INBOX at the first login, and takes no mail before.
        account.raw();
        account
    }
}

/// One account.
pub struct Account<'s> {
    stage: &'s Stage,
    pub user: String,
    pub state: TempDir,
}

impl Account<'_> {
    pub fn raw(&self) -> Raw {
        Raw::login(self.stage.server.port, &self.user)
    }

    pub fn sieve(&self) -> ManageSieve {
        ManageSieve::login(self.stage.server.sieve_port, &self.user)
    }

    /// Makes and subscribes mailboxes.
    pub fn make(&self, wires: &[&str]) {
        let mut raw = self.raw();
        for wire in wires {
            raw.create(wire);
        }
    }

    /// Delivers one message with these lines in its header.
    pub fn deliver(&self, number: u32, header: &str) {
        let mut line = Line::lmtp(self.stage.server.lmtp_port).unwrap();
        let accepted = line.deliver(&self.user, &letter(number, header));
        assert!(accepted.unwrap(), "message {number} is not accepted");
    }

    /// The same, and says where the message is then.
    pub fn delivered(&self, number: u32, header: &str) -> Vec<String> {
        self.deliver(number, header);
        self.place_of(number)
    }

    /// Files by each of these names, as a script has them; the mailbox that takes the message is told beside it.
    pub fn files_as(&self, names: &[(&str, &str)]) {
        for (number, (name, place)) in (1..).zip(names) {
            let rule = format!("require \"fileinto\";\nfileinto \"{name}\";\n");
            self.sieve().filter(&rule);
            assert_eq!(self.delivered(number, HEADER), [*place], "{name}");
        }
    }

    /// The mailboxes that a message is in.
    pub fn place_of(&self, number: u32) -> Vec<String> {
        let mut there = numbers(&mut self.raw());
        there.remove(&number).unwrap_or_default()
    }

    /// How many messages were forwarded.
    pub fn forwarded(&self) -> usize {
        self.came_to(FORWARD).len()
    }

    /// The Message-IDs of all that was sent on to a recipient.
    pub fn came_to(&self, recipient: &str) -> Vec<String> {
        self.stage.sink.came_to(recipient, "Message-ID")
    }

    /// How many automatic answers were sent to those who wrote.
    pub fn answered(&self) -> usize {
        let sent = self.stage.sink.count();
        sent - self.forwarded()
    }

    /// A file of the account's on the server.
    pub fn home_file(&self, path: &str) -> String {
        let path = self.stage.dovecot().home(&self.user).join(path);
        fs::read_to_string(path).unwrap()
    }

    /// `rolecall VERB …`, in the clear, for verbs that take an account; a word may hold `_` for a blank.
    pub fn command(&self, words: &str) -> Command {
        let mut command = self.rolecall(words);
        command.args(["--plaintext", &self.url("127.0.0.1")]);
        command
    }

    /// The same over STARTTLS.
    pub fn command_over_tls(&self, words: &str) -> Command {
        let mut command = self.rolecall(words);
        command.arg(self.url("localhost"));
        command
    }

    fn url(&self, host: &str) -> String {
        format!("imap://{}@{host}:{}", self.user, self.stage.server.port)
    }

    /// The same for verbs that know the account, and where its filters are managed, from a journal.
    pub fn command_without_account(&self, words: &str) -> Command {
        let mut command = support::rolecall_of(self.state.path(), words);
        command.arg("--plaintext");
        command
    }

    fn rolecall(&self, words: &str) -> Command {
        let mut command = support::rolecall_of(self.state.path(), words);
        command.arg(format!("--sieve-port={}", self.stage.server.sieve_port));
        command
    }

    /// Runs, and returns the one object that was printed and the exit status.
    pub fn tells(&self, words: &str) -> (Value, i32) {
        support::told(self.command(&format!("{words} --format json")))
    }

    /// What an audit finds.
    pub fn audit(&self) -> Value {
        self.tells("audit").0
    }

    /// Plans and applies; all of it must be done.
    pub fn fix(&self, options: &str) -> Value {
        let (told, status) = self.tells(&format!("fix --yes --settle 0 {options}"));
        assert_eq!(status, 0, "{told:#}");
        told
    }
}

/// A message with these lines in its header, of a size that no other has.
fn letter(number: u32, header: &str) -> Vec<u8> {
    let header = header.trim_end().replace('\n', "\r\n");
    // No two letters have one size, whatever their header fields and what a server adds: a balance tells them apart by it.
    let body = ".".repeat(number as usize * 64);
    format!("Message-ID: <race-{number}@example.test>\r\n{header}\r\n\r\nBonjour{body}\r\n")
        .into_bytes()
}
