//! Many accounts: who is next, how many at a time, what is tried again and when, when to stop.
//!
//! In: for each account its host and whose login it takes, and a function that deals with one. Out: each account's end,
//! once, the moment it comes. Never: what is done with an account, a second try of a refused login, one account's
//! failure, panic or silence that changes anything for another.
//!
//! `queue` decides and knows no clock but the one it is told; `run` waits, starts and hears; `shard` splits the accounts
//! between machines.

mod queue;
mod run;
mod shard;

use std::time::Duration;

pub use queue::Id;
pub use run::{Slot, Stop, Watch, run};
pub use shard::{Shard, ShardError};

/// How much is done at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Accounts at work at once; one that only waits for its settle time is not at work.
    pub jobs: u32,
    /// Connections to one host at once.
    pub per_host: u32,
    /// Whether passing failures are waited out; a person who looks on would rather be told.
    pub tries_again: bool,
}

/// What decides when an account has its turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The host, which has a limit of its own.
    pub host: String,
    /// Whose login it takes, where that login serves other accounts too.
    pub master: Option<String>,
}

/// What an account's turn has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shown {
    /// Whether the server let the login in; nothing where it did not come to that.
    pub login: Option<bool>,
    /// The account is not as it should be, for a reason of its own.
    pub failed: bool,
    /// Nobody knows what became of a command.
    pub unknown: bool,
    /// Another try may go better.
    pub again: Option<Again>,
}

/// Another try may go better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Again {
    /// How long the server wants to be left alone, where it said so.
    pub after: Option<Duration>,
    /// Whose trouble it is.
    pub whose: Whose,
}

/// Whose trouble it is that passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// This account's.
    Account,
    /// The whole host is busy or away.
    Host,
    /// At the login connections were too many, and it was not said whether this user's or all.
    Unsaid,
}

/// Why an account had no turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    /// The command was stopped, by a person or by a fuse.
    Stopped,
    /// The login that it takes was refused too often in a row.
    Master(String),
    /// Its host did not answer, time and again.
    Host(String),
}
