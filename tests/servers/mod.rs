//! rolecall on every kind of server that can be installed here: the same scenes on all, each with its expected end as
//! data.
//!
//! In: servers that `tests/servers/install.sh` made ready. Out: MATRIX.md. A server is left out only where `tests/run
//! --without` names it.

mod admins;
mod advice;
mod matrix;
mod renumbered;
mod scenes;
pub mod server;
mod stage;
