//! The filters of one account: what a look at them has shown.
//!
//! In: what was read over the network. Out: [`Filters`], plain data that is judged beside the listing. Never: I/O.

use std::collections::BTreeSet;

use super::{read::read, script::Script, unreadable::Unreadable};
use crate::{language::Phrase, model::hex};

/// The filters of one account.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Filters {
    /// Nobody has looked.
    #[default]
    NotAsked,
    /// No service for them answers, or it was too slow. The account may have filters all the same.
    Silent,
    /// A service answers and does not let them be read: why.
    NotReadable(Phrase),
    /// What is there.
    Read {
        /// What the server calls itself; hostile until made safe.
        implementation: String,
        /// The extensions of Sieve that it knows.
        extensions: BTreeSet<String>,
        /// The active script, then those of the user's own that it includes; none where none is active.
        scripts: Vec<StoredScript>,
    },
}

impl Filters {
    /// The scripts that run.
    #[must_use]
    pub fn scripts(&self) -> &[StoredScript] {
        match self {
            Self::Read { scripts, .. } => scripts,
            Self::NotAsked | Self::Silent | Self::NotReadable(_) => &[],
        }
    }

    /// Whether they were read and none runs, as far as the server lists them.
    #[must_use]
    pub fn is_none_active(&self) -> bool {
        matches!(self, Self::Read { scripts, .. } if scripts.is_empty())
    }

    /// The word in JSON.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::NotAsked => "not-asked",
            Self::Silent => "silent",
            Self::NotReadable(_) => "not-readable",
            Self::Read { .. } if self.is_none_active() => "none-active",
            Self::Read { .. } => "read",
        }
    }
}

/// A script on the server.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredScript {
    /// Its name; hostile until made safe.
    pub name: String,
    /// Whether it is the one that runs, and not one that it includes.
    pub is_active: bool,
    /// SHA-256 of its text, in hexadecimal.
    pub sha256: String,
    /// What it says.
    pub read: Result<Script, Unreadable>,
}

impl StoredScript {
    /// Reads a text.
    #[must_use]
    pub fn new(name: String, is_active: bool, text: &[u8]) -> Self {
        Self {
            name,
            is_active,
            sha256: hex::sha256(text),
            read: read(text),
        }
    }

    /// The user's own scripts that it includes.
    pub fn includes(&self) -> impl Iterator<Item = String> {
        let includes = self.read.iter().flat_map(Script::includes);
        let own = includes.filter(|include| !include.is_global);
        own.map(|include| include.script.clone())
    }
}
