//! rolecall lists the mailboxes of an IMAP account, finds those that play the same role, and leaves one mailbox per role.
//!
//! ```text
//! octets → imap → Listing → detect → Roll → audit → Findings → planner → Plan → apply (journal) → Receipt → report
//! ```
//!
//! Capitalised words are plain data in [`model`]; the verbs between them are functions. Only two rooms do I/O:
//! [`imap`] (the network) and [`apply`] (the journal on disk, and the network through [`store`]).
//! [`judge`] is the one way from a Listing to a Plan through `detect`, the choice of keepers, `audit` and `planner`: every
//! verb that judges goes it.
//! Beside the way stand [`mapping`] (which names mean which role), [`clients`] (what each mail client will do with a
//! Listing), [`advice`] (what a person has to set, ready to paste), [`discover`] (the server of an e-mail address) and
//! [`language`] (every sentence, in English and French).
//! One account's way is walked for each of thousands: [`fleet`] decides who is next, `cli::runner` lets each have its
//! attempts.
//! To see the whole way, read in this order: [`model::listing`], [`imap`], [`detect`], [`planner`], [`apply`],
//! `apply::journal`, `cli::fix::attempt`.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::panic
    )
)]

pub mod advice;
pub mod apply;
pub mod audit;
pub mod cli;
pub mod clients;
pub mod config;
pub mod demo;
pub mod detect;
pub mod discover;
pub mod fleet;
#[cfg(feature = "world")]
pub mod fuzz;
mod guard;
pub mod imap;
pub mod judge;
pub mod language;
pub mod managesieve;
pub mod mapping;
pub mod model;
pub mod planner;
mod private;
pub mod report;
pub mod secret;
pub mod sieve;
pub mod store;
