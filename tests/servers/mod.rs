//! rolecall on every kind of server that can be had here: the same scenes on all, each with its expected end as data.
//!
//! In: servers that `tests/servers/install.sh` made ready. Out: MATRIX.md. Never: a server that
//! is skipped without having been left out by name (`tests/run --without`).

mod admins;
mod advice;
mod matrix;
mod renumbered;
mod scenes;
pub mod server;
mod stage;
