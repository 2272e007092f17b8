//! rolecall on every kind of server that can be had here: the same scenes on all, each with its expected end as data.
//!
//! In: servers that `tests/servers/install.sh` made ready. Out: MATRIX.md, which the README shows. Never: a server that
//! is skipped without having been left out by name (`tests/run --without`).
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::expect_used
)]

#[path = "../support/mod.rs"]
mod support;

mod admins;
mod advice;
mod matrix;
mod renumbered;
mod scenes;
mod server;
mod stage;
