//! One provider: what tells that an account is there, and names that mean something there only.
//!
//! In: hosts, a server's words, names of mailboxes. Out: whether they are this provider's, and roles. Never: connecting,
//! capabilities.

use std::collections::BTreeSet;

use super::fold;
use crate::model::role::Role;

/// What one provider calls its mailboxes.
#[derive(Debug, Clone)]
pub struct Provider {
    /// What people call it.
    pub provider: &'static str,
    pub(super) hosts: &'static [&'static str],
    /// What its server says of itself, in lower case.
    pub(super) software: &'static [&'static str],
    /// Exact keys of names that together tell it.
    pub(super) tells: &'static [&'static str],
    /// The levels that its own mailboxes lie below.
    pub(super) levels: &'static [&'static str],
    /// Exact keys of names, and their roles.
    pub(super) names: &'static [(&'static str, Role)],
    /// Where this was seen.
    pub source: &'static str,
}

impl Provider {
    /// Whether the login host is one of the provider's or below one.
    #[must_use]
    pub fn runs(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        self.hosts.iter().any(|own| {
            host.strip_suffix(own)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    }

    /// Whether the server's own words, its greeting or its ID, name it.
    #[must_use]
    pub fn is_said(&self, words: &str) -> bool {
        let words = words.to_ascii_lowercase();
        self.software.iter().any(|known| words.contains(known))
    }

    /// Whether an account that has mailboxes of these names is at this provider.
    #[must_use]
    pub fn is_told_by<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> bool {
        if self.tells.is_empty() {
            return false;
        }
        let names: BTreeSet<String> = names.into_iter().map(fold::exact).collect();
        self.tells.iter().all(|key| names.contains(*key))
    }

    /// Whether the provider's own mailboxes lie below this level.
    #[must_use]
    pub fn has_level(&self, level: &str) -> bool {
        let mut levels = self.levels.iter();
        levels.any(|own| own.eq_ignore_ascii_case(level))
    }

    /// Whether its own mailboxes lie below a level, and not beside what clients make.
    #[must_use]
    pub fn has_levels(&self) -> bool {
        !self.levels.is_empty()
    }

    /// Whether an entry of the locale tables with this source names a mailbox that the provider makes.
    #[must_use]
    pub fn makes_by(&self, source: &str) -> bool {
        let mut sources = source.split([';', ',']);
        sources.any(|one| one.trim() == self.provider)
    }

    /// The role that the provider gives to this name.
    #[must_use]
    pub fn role_of(&self, name: &str) -> Option<Role> {
        let exact = fold::exact(name);
        let mut names = self.names.iter();
        names.find(|(key, _)| *key == exact).map(|(_, role)| *role)
    }
}
