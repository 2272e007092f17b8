//! rolecall on real Dovecots: each test starts one of its own, unprivileged, on loopback, in a temporary folder.

pub mod admins;
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
pub mod scene;
mod undo;
