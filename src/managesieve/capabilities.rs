//! What a ManageSieve server says that it can do.

use std::collections::{BTreeMap, BTreeSet};

/// What a server says that it can do (RFC 5804 §1.7).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Capabilities(BTreeMap<String, String>);

impl Capabilities {
    pub(super) fn add(&mut self, name: String, value: String) {
        self.0.insert(name, value);
    }

    pub(super) fn of(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn words(&self, name: &str) -> BTreeSet<String> {
        let words = self.of(name).unwrap_or_default().split_ascii_whitespace();
        words.map(str::to_ascii_lowercase).collect()
    }
}
