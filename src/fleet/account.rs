//! What goes into the fleet and comes out of it: limits, outcomes of attempts, and why no attempt was made.

use std::time::Duration;

/// An account's number, in the order in which the accounts were given.
pub type Id = u32;

/// How much is done at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Accounts that are worked on at once; one that rests does not count.
    pub jobs: u32,
    /// Connections to one host at once; one that rests has none.
    pub per_host: u32,
    /// Whether passing failures are waited out. A person who looks on would rather be told.
    pub tries_again: bool,
}

/// For each account that may be worked on at once, so many may rest: each keeps what it knows in memory, and open files.
const RESTING_FOR_EACH: u32 = 8;
/// The most accounts that rest.
const MOST_RESTING: u32 = 256;

impl Limits {
    /// Accounts that may rest before no further one begins.
    pub(super) fn resting(&self) -> u32 {
        self.jobs.saturating_mul(RESTING_FOR_EACH).min(MOST_RESTING)
    }
}

/// What limits when an account may begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraints {
    /// The host, which bears a limited number of connections.
    pub host: String,
    /// The login that the account uses, where other accounts use the same.
    pub login: Option<String>,
}

/// What an attempt has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AttemptOutcome {
    /// Whether the server accepted the login; none where the attempt did not come that far.
    pub login: Option<bool>,
    /// Another attempt may succeed.
    pub retry: Option<Retry>,
}

/// Another attempt may succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// How long the server wants to be left alone, where it said so.
    pub after: Option<Duration>,
    /// What the trouble concerns.
    pub scope: RetryScope,
}

/// What a passing trouble concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryScope {
    /// This account.
    Account,
    /// The whole host: it is busy, or does not answer.
    Host,
    /// There were too many connections at the login, and the server did not say whether this user's or everybody's.
    Unstated,
}

/// Why an account was not worked on, or not again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotStarted {
    /// The command was stopped, by a person or by a fuse.
    Stopped,
    /// The login that it shares with others was refused too often in a row.
    Login(String),
    /// Its host did not answer, time and again.
    Host(String),
}
