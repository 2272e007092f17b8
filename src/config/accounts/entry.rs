//! What the accounts file, or an ACCOUNT argument, says of one account, and why a file cannot be used.

use std::{path::PathBuf, sync::Arc};

use super::sought::{Sought, Who};
use crate::{
    config::{account::Account, secret::Source},
    language::{Phrase, errors_that_say, text},
    mapping::{Fault, fault::with_lines},
    model::{io_error::in_words, role::Role},
};

/// The most octets an accounts file may have.
pub const SIZE_LIMIT: u64 = 64 << 20;

/// The most accounts a file may name.
pub const ACCOUNTS_LIMIT: usize = 1_000_000;

/// The most octets one value may have.
pub const VALUE_LIMIT: usize = 8 << 10;

/// One account as the file, or an ACCOUNT argument, says it.
///
/// A file may name a million accounts, so what most of them have in common is kept once and shared between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The line in the file, from 1; 0 for an argument.
    pub line: usize,
    /// What the user calls it; where none is said, people read `account.id.url`.
    pub name: Option<Box<str>>,
    /// The account.
    pub account: Account,
    /// What else is said of it.
    pub said: Arc<Said>,
    /// Where the secret is, where the file says so.
    pub(super) secret: Option<Arc<Sought>>,
}

/// What may be said of an account besides its URL, name and secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    /// The administrator who logs in on its user's behalf.
    pub login_as: Option<Box<str>>,
    /// What joins user and administrator, for servers that take `user*master` as login.
    pub master_separator: Option<char>,
    /// The languages that its users speak.
    pub locales: Vec<String>,
    /// The roles that mailboxes have, whatever they are called; none where a mailbox has no role.
    pub roles: Vec<(String, Option<Role>)>,
    /// The mailbox that keeps a role.
    pub targets: Vec<(Role, String)>,
    /// Where filters are managed, where the domain of an address or the journal of a run says so: host and port.
    pub filters: Option<(String, u16)>,
}

impl Entry {
    /// An account of which nothing is said, as an ACCOUNT argument names it.
    #[must_use]
    pub fn of(account: Account) -> Self {
        Self {
            line: 0,
            name: None,
            account,
            said: Arc::default(),
            secret: None,
        }
    }

    /// The same account, whose filters are managed there unless that is said already: host and port.
    #[must_use]
    pub fn with_filters_at(mut self, place: Option<(String, u16)>) -> Self {
        if place.is_some() && self.said.filters.is_none() {
            Arc::make_mut(&mut self.said).filters = place;
        }
        self
    }

    /// What people call it: its name, else its URL.
    #[must_use]
    pub fn called(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.account.id.url)
    }

    /// Where its secret is, with this account's own user, host and name put in; none if the file does not say.
    #[must_use]
    pub fn secret(&self) -> Option<Source> {
        let who = Who::of(&self.account, self.name.as_deref());
        self.secret.as_ref().map(|secret| secret.source(&who))
    }

    /// Whether the secret is this account's alone.
    #[must_use]
    pub fn has_own_secret(&self) -> bool {
        let is_own =
            |secret: &Arc<Sought>| Arc::strong_count(secret) == 1 || secret.has_placeholders();
        self.secret.as_ref().is_some_and(is_own)
    }

    /// Whether the secret is an OAuth token.
    #[must_use]
    pub fn is_token(&self) -> bool {
        self.secret.as_ref().is_some_and(|secret| secret.is_token())
    }
}

/// Why an accounts file cannot be used. Nothing was sent.
#[derive(Debug)]
pub enum AccountsError {
    /// It could not be read.
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It has more than [`SIZE_LIMIT`] octets.
    TooLarge {
        /// Which.
        path: PathBuf,
    },
    /// The content is wrong: the first faults in the order of the file, and how many more there are.
    Faults {
        /// Each with its place; no more than fifty.
        faults: Vec<Fault>,
        /// How many are not told.
        more: usize,
    },
}

impl AccountsError {
    /// What could not be done, as a fragment.
    #[must_use]
    pub fn said(&self) -> Phrase {
        match self {
            Self::Io { path, source } => {
                text::read_since(path.display().to_string(), in_words(source))
            }
            Self::TooLarge { path } => {
                text::read_since(path.display().to_string(), text::larger_than_64_mib())
            }
            Self::Faults { faults, more } => {
                let told = with_lines(faults);
                let more =
                    (*more > 0).then(|| text::and_more_faults(text::more_faults(*more as u64)));
                text::use_accounts_file(Phrase::joined([told].into_iter().chain(more), "\n"))
            }
        }
    }
}

errors_that_say!(AccountsError);
