//! The words of the house: plain data, no I/O, no clock.

mod called;
pub mod client;
pub mod contents;
pub mod finding;
pub mod listing;
pub mod mailbox;
pub mod mutf7;
pub mod plan;
pub mod receipt;
pub mod role;
pub mod roll;
pub mod server_traits;
pub mod uid;
