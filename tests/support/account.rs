//! All that a user can see of an account: what a fix and its undo must bring back.

use std::collections::{BTreeMap, BTreeSet};

use super::raw::{Raw, Seen};

/// An INTERNALDATE that is neither today's nor in UTC.
pub const DATE: &str = "05-Mar-2024 10:20:30 +0100";

/// An account as it is at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub messages: BTreeMap<String, Vec<Seen>>,
    pub subscribed: BTreeSet<String>,
}

impl Account {
    /// The account as a client sees it now.
    pub fn of(mut raw: Raw) -> Self {
        Self {
            messages: raw.everything(),
            subscribed: raw.subscriptions(),
        }
    }

    /// Every message, wherever it is.
    pub fn bag(&self) -> Vec<Seen> {
        let mut bag: Vec<Seen> = self.messages.values().flatten().cloned().collect();
        bag.sort();
        bag
    }

    /// The names of its mailboxes.
    pub fn names(&self) -> Vec<&str> {
        self.messages.keys().map(String::as_str).collect()
    }

    /// How many messages a mailbox holds.
    pub fn count(&self, wire: &str) -> usize {
        self.messages[wire].len()
    }

    /// How often each content is there.
    fn contents(&self) -> BTreeMap<String, usize> {
        let mut contents = BTreeMap::new();
        for seen in self.messages.values().flatten() {
            *contents.entry(seen.sha.clone()).or_default() += 1;
        }
        contents
    }

    /// Whether nothing that was in another is missing here.
    pub fn holds_all_of(&self, other: &Self) -> bool {
        let here = self.contents();
        let mut there = other.contents().into_iter();
        there.all(|(sha, count)| here.get(&sha).is_some_and(|here| *here >= count))
    }
}
