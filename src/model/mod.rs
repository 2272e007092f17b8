//! The words of the house: plain data, no I/O, no clock.

mod action;
mod called;
pub mod client;
pub mod contents;
pub mod difference;
pub mod error_kind;
pub mod finding;
pub mod harmless;
pub mod hex;
pub mod imagined;
pub mod io_error;
mod listed_mailboxes;
pub mod listing;
pub mod mailbox;
pub mod mutf7;
pub mod name_encoding;
mod namespace;
pub mod news;
pub mod plan;
pub mod receipt;
pub mod role;
pub mod roll;
mod server;
pub mod server_traits;
pub mod set_aside;
pub mod uid;
pub mod unknown;
