//! The words of the house: plain data, no I/O, no clock.

pub mod client;
pub mod finding;
pub mod listing;
pub mod mailbox;
pub mod mutf7;
pub mod plan;
pub mod receipt;
pub mod role;
pub mod roll;
pub mod uid;

/// "1 message", "12 messages": a count as the rooms' sentences say it.
#[must_use]
pub fn count_messages(count: usize) -> String {
    if count == 1 {
        "1 message".to_owned()
    } else {
        format!("{count} messages")
    }
}
