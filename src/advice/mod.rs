//! Advice: what only a server's administrator or a client's user can do, in their words and ready to paste.
//!
//! In: a listing, which mailbox keeps each role. Out: [`Manual`](crate::model::plan::Manual) entries for a
//! plan, [`Steps`] for a client's user. Never: I/O, a judgement about roles, a name that leaves its quotes.
//!
//! [`server`] is for administrators, [`client`] for users; how a name is written so that it stays a name is in [`quote`]: a
//! name is data of a stranger, and what is made here is pasted into configuration files and shells. A name that a syntax
//! cannot hold is left out, and that is said.

pub mod client;
pub mod quote;
pub mod server;

pub use client::Steps;
pub use server::Kept;
