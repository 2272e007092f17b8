//! The account's filters on the network: a ManageSieve session (RFC 5804) that reads and writes Sieve scripts.
//!
//! In: an endpoint and a login, those of IMAP but for the port. Out: what scripts there are, which one is active, their
//! octets. It decides nothing, reads nothing in a script, and tries nothing twice. Never: a secret before the protection that
//! was asked for; more in memory than its limits allow.
//!
//! `stream` cuts octets into whole lines under limits, `line` makes words and strings of a line, `connect` is the way to a
//! session, `session` the commands, `account` the port that `apply` uses. TCP, TLS, trust and the messages of SASL are IMAP's. The protocol has no client library
//! that is kept: what there is has no limits, no TLS of the caller's, or no release for years.

mod account;
mod capabilities;
mod connect;
mod line;
mod session;
mod stream;
#[cfg(test)]
mod tests;

pub use account::AccountScripts;
pub use connect::{BeforeLogin, greet, greet_over};
pub use session::{ScriptSession, Upload};

/// The port of the service (RFC 5804 §1.8).
pub const PORT: u16 = 4190;
