//! What happens to one account on a real Dovecot.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::Value;

use crate::support::{
    self,
    dovecot::{Dovecot, Setup},
    raw::{Raw, text},
    scene,
};

pub use crate::support::{
    account::{Account, DATE},
    told::{codes, steps},
};

/// An account of a Dovecot that it has for itself or shares.
pub type Scene = scene::Scene<Arc<Dovecot>>;

impl Scene {
    /// An empty account on a server of its own.
    pub fn on(setup: &Setup) -> Self {
        Self::for_user(&Arc::new(Dovecot::start(setup)), "alice")
    }

    /// An empty account on a server that others use too.
    pub fn for_user(server: &Arc<Dovecot>, user: &str) -> Self {
        Self::at(server.port, Arc::clone(server), user)
    }

    /// An empty account on the usual server.
    pub fn usual() -> Self {
        Self::on(&Setup::default())
    }

    /// Sent and two more of its kind, with messages of every sort: 4 + 3 + 2, none of them alike.
    pub fn three_sent() -> Self {
        Self::three_sent_on(&Setup::default())
    }

    /// The same on another server.
    pub fn three_sent_on(setup: &Setup) -> Self {
        let scene = Self::on(setup);
        scene.fill_three_sent();
        scene
    }

    /// Makes them.
    pub fn fill_three_sent(&self) {
        let mut raw = self.raw();
        raw.create("Sent");
        raw.create("Sent Items");
        raw.create("Courrier envoy&AOk-");
        let flags = ["\\Seen", "\\Answered \\Flagged", "$Forwarded Client-7", ""];
        for number in 1..=4 {
            raw.append("Sent", "\\Seen", DATE, &text(number, 300));
        }
        for (number, flags) in (11..).zip(&flags[..3]) {
            let date = format!("{number}-Feb-2023 01:02:03 -0800");
            raw.append("Sent Items", flags, &date, &text(number, 500));
        }
        for (number, flags) in (21..).zip(&flags[2..]) {
            raw.append("Courrier envoy&AOk-", flags, DATE, &text(number, 2_000));
        }
    }

    /// A client that goes straight to the server.
    pub fn raw(&self) -> Raw {
        Raw::login(self.server.port, &self.user)
    }

    /// The account as it is now.
    pub fn account(&self) -> Account {
        Account::of(self.raw())
    }

    /// Runs and returns all that was shown; the exit status must be this.
    pub fn shows(&self, words: &str, status: i32) -> String {
        support::run(self.command(words), status)
    }

    /// Runs and returns the one JSON object that was printed.
    pub fn tells(&self, words: &str, status: i32) -> Value {
        support::json(self.command(&format!("{words} --format json")), status)
    }

    /// `fix --yes`, without waiting for the settle time.
    pub fn fix(&self, options: &str) -> Value {
        self.tells(&format!("fix --yes --settle 0 {options}"), 0)
    }

    /// `undo --yes` of a run.
    pub fn undo(&self, run: &str) -> Value {
        let words = format!("undo --yes --format json {run}");
        support::json(self.command_without_account(&words), 0)
    }

    /// A second fix finds nothing to do and sends nothing that could change anything.
    pub fn is_settled(&self, options: &str) {
        self.proxy.clear();
        let text = self.shows(&format!("fix --yes {options}"), 0);
        let nothing = ["nothing to do", "nothing rolecall can do"];
        let is_said = nothing.iter().any(|said| text.contains(said));
        assert!(is_said, "{text}");
        assert_eq!(self.proxy.mutating(), [""; 0]);
    }
}

/// A server that does not say it can do these; it can all the same.
pub fn hidden(words: &[&str]) -> Setup {
    const ALL: &str = "IMAP4rev1 SASL-IR LITERAL+ ENABLE ID NAMESPACE CHILDREN UNSELECT UIDPLUS ESEARCH SEARCHRES LIST-EXTENDED LIST-STATUS STATUS=SIZE SPECIAL-USE MOVE CONDSTORE QRESYNC";
    let shown: Vec<&str> = ALL
        .split_whitespace()
        .filter(|word| !words.contains(word))
        .collect();
    Setup {
        capability: Some(shown.join(" ")),
        ..Setup::default()
    }
}

/// Names, to be compared.
pub fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
