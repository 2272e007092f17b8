//! How files and folders of ours are made and opened.
//!
//! In: paths. Out: folders of mode 0700, options whose files have mode 0600, errors in our own words.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::Path,
};

use crate::{language::Phrase, model::io_error::said};

/// Makes a folder, and the folders above it that are missing.
#[cfg(unix)]
pub fn folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    let mut builder = fs::DirBuilder::new();
    builder
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(is_no_folder)
}

/// What is there and could not be made a folder is none.
fn is_no_folder(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::AlreadyExists => io::ErrorKind::NotADirectory.into(),
        _ => error,
    }
}

/// Makes a folder, and the folders above it that are missing.
#[cfg(not(unix))]
pub fn folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path).map_err(is_no_folder)
}

/// Options to open a file in a folder of ours with: a file that they create is its owner's only, a symbolic link is not
/// followed, and a pipe keeps nobody waiting.
#[cfg(unix)]
#[must_use]
pub fn options() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = OpenOptions::new();
    options.mode(0o600).custom_flags(
        (rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK)
            .bits()
            .cast_signed(),
    );
    options
}

/// Options to open a file with; who can read a file that they create is up to the folder.
#[cfg(not(unix))]
#[must_use]
pub fn options() -> OpenOptions {
    OpenOptions::new()
}

/// Returns when what was made in a folder survives a power cut. Only Unix can be asked for that; elsewhere a folder is not
/// a file that can be opened, and the file system keeps a journal of such changes itself.
#[cfg(unix)]
pub fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Returns at once: such systems cannot be asked.
#[cfg(not(unix))]
pub fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The folder that a file is in.
pub(super) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// An error in our own words.
pub(super) fn refused(why: Phrase) -> io::Error {
    said(io::ErrorKind::Other, why)
}
