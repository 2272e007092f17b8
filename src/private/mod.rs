//! Files and folders that only their owner can read: journals, plans, reports and results name mailboxes and accounts.
//!
//! In: paths. Out: folders of mode 0700, files of mode 0600 (on Unix; elsewhere the system's default holds), and files
//! that get their name only once they are whole. This is the only place that knows these modes, what a file is written
//! over (`destination`), whose files are believed (`owner`), and how long a pipe may keep a reader waiting (`read`).
//!
//! Every error is a sentence: it says what is wrong with the path and what to do about it.

mod destination;
mod files;
mod needed;
mod owner;
mod read;

pub use destination::{Destination, anew, holds_only, writable_folder};
pub use files::{folder, options, sync_folder};
pub use owner::{believable, own_file, own_folder};
pub use read::{Content, read, read_to_replace};
