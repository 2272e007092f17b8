//! rolecall on real Dovecots: each test starts one of its own, unprivileged, on loopback, in a temporary folder.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::expect_used
)]

#[path = "../support/mod.rs"]
mod support;
#[path = "../support/terminal.rs"]
mod terminal;

mod admins;
mod advice;
mod audit;
mod batches;
mod breaks;
mod bulk;
mod content;
mod dry_run;
mod errors;
mod fix;
mod fleet;
mod paths;
mod places;
mod plans;
mod scene;
mod undo;
