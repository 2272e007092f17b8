//! The files that this process has read: what a command reads is not written over by what it writes.

use std::{
    collections::BTreeSet,
    fs::Metadata,
    io,
    sync::{Mutex, PoisonError},
};

use super::files::refused;
use crate::language::text;

/// The device and the number of each file that was read.
static READ: Mutex<BTreeSet<(u64, u64)>> = Mutex::new(BTreeSet::new());

/// Remembers a file that was read.
pub fn remember(file: &Metadata) {
    if let Some(id) = id(file) {
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        read.insert(id);
    }
}

/// Refuses a file that was read.
pub fn was_not_read(file: &Metadata) -> io::Result<()> {
    let read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if id(file).is_some_and(|id| read.contains(&id)) {
        return Err(refused(text::needed_otherwise()));
    }
    Ok(())
}

#[cfg(unix)]
fn id(file: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    file.is_file().then(|| (file.dev(), file.ino()))
}

/// Other systems do not number files.
#[cfg(not(unix))]
fn id(_: &Metadata) -> Option<(u64, u64)> {
    None
}
