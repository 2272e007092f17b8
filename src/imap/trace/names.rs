//! Names in a trace: each is replaced by a token, the same name by the same one in all of the file.
//!
//! In: names of mailboxes, users, hosts, keywords, and words that nobody knows. Out: `~1`, `~2` in the order of their
//! first appearance; the names themselves where the user allows it. A token says nothing of its name, so nobody can try
//! names out on it.

use std::collections::BTreeMap;

use crate::model::mailbox::{TOMBSTONE_PREFIX, is_tombstone};

/// Names that are remembered; those that come later have one token together.
const MOST: usize = 1_000_000;

/// Levels that are shown of one name.
const MOST_LEVELS: usize = 100;

/// The names of one trace.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Whether names are shown as they are.
    are_shown: bool,
    tokens: BTreeMap<Vec<u8>, usize>,
}

impl Names {
    pub fn new(are_shown: bool) -> Self {
        Self {
            are_shown,
            tokens: BTreeMap::new(),
        }
    }

    /// The token of a word that nobody knows: it may be a secret, and is never shown.
    pub fn token(&mut self, word: &[u8]) -> String {
        if let Some(number) = self.tokens.get(word) {
            return format!("~{number}");
        }
        if self.tokens.len() >= MOST {
            return "~more".to_owned();
        }
        let number = self.tokens.len() + 1;
        self.tokens.insert(word.to_vec(), number);
        format!("~{number}")
    }

    /// A user, a host, a keyword.
    pub fn name(&mut self, name: &[u8]) -> String {
        if self.are_shown {
            name.escape_ascii().to_string()
        } else {
            self.token(name)
        }
    }

    /// A mailbox's name in quotes, level by level; INBOX and wildcards stay what they are.
    pub fn mailbox(&mut self, name: &[u8], delimiter: Option<u8>) -> String {
        let mut shown = "\"".to_owned();
        let levels = name.split(|octet| Some(*octet) == delimiter);
        for (place, level) in levels.take(MOST_LEVELS).enumerate() {
            if let Some(delimiter) = delimiter.filter(|_| place > 0) {
                shown.push_str(&[delimiter].escape_ascii().to_string());
            }
            shown.push_str(&self.level(level));
        }
        shown.push('"');
        shown
    }

    fn level(&mut self, level: &[u8]) -> String {
        let text = std::str::from_utf8(level).unwrap_or_default();
        if matches!(level, b"" | b"*" | b"%") || level.eq_ignore_ascii_case(b"INBOX") {
            text.to_owned()
        } else if self.are_shown {
            level.escape_ascii().to_string()
        } else if is_tombstone(text) {
            format!("{TOMBSTONE_PREFIX}{}", self.token(level))
        } else {
            self.token(level)
        }
    }
}
