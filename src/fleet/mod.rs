//! Many accounts: who is next, how many at a time, what is tried again and when, when to stop.
//!
//! In: for each account its host and the login it shares with others, and a function that makes one attempt at it. Out:
//! each account's end, once, the moment it comes. What is done with an account is not known here. A refused login is not
//! tried a second time, and nothing that happens to one account (a failure, a panic, a silence) changes anything for
//! another.
//!
//! `account` is what goes in and out. `queue` decides, with the help of `host` and `shared_login`, and knows no clock but the time it is given; `run` waits,
//! starts and observes; `stop` is the word that nothing more begins; `shard` splits the accounts between machines.

mod account;
mod host;
mod queue;
mod run;
mod shard;
mod shared_login;
mod stop;

pub use account::{AttemptOutcome, Constraints, Id, Limits, NotStarted, Retry, RetryScope};
pub use run::{Observer, Slot, run};
pub use shard::{Shard, ShardError};
pub use stop::Stop;
