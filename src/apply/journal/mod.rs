//! The journal of one run: what was going to be sent, what came back, what was proven. Append-only, one JSON line a record.
//!
//! In: records. Out: a file that survives kill and power loss, and [`read`], which accepts any beginning of it.
//! Never: passwords, subjects, bodies, Message-IDs in clear; what a record means (`books` says that).
//!
//! An intent is on the disk before the first octet of its command leaves; its result is on the disk before the
//! next command. A line that was torn by a crash is the last one and counts as not written: a torn intent was
//! never sent, a torn result is missing. A broken line anywhere else is refused, never skipped.

mod disk;
mod line;
mod read;
pub mod record;
mod write;

pub use disk::{Disk, off_the_runtime};
pub use read::{Position, ReadError, read};
pub use record::{Batch, Elsewhere, FORMAT, Moved, Record, Reply, Snap};
pub use write::Journal;
pub(super) use write::MOST_PAIRS;

#[cfg(test)]
mod tests;
