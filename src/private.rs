//! Files and folders that only their owner can read: journals, plans, reports and results name mailboxes and accounts.
//!
//! In: paths. Out: folders of mode 0700, files of mode 0600 (on Unix; elsewhere the system's default holds), and files
//! that get their name only once they are whole. This is the only place that knows these modes.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::Path,
};

use tempfile::NamedTempFile;

/// Makes a folder, and the folders above it that are missing.
#[cfg(unix)]
pub fn folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(path)
}

/// Makes a folder, and the folders above it that are missing.
#[cfg(not(unix))]
pub fn folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Options to open a file with; a file that they create is its owner's only.
#[cfg(unix)]
#[must_use]
pub fn options() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

/// Options to open a file with; who can read a file that they create is up to the folder.
#[cfg(not(unix))]
#[must_use]
pub fn options() -> OpenOptions {
    OpenOptions::new()
}

/// Opens a file to be written from its beginning on. One that was there before becomes its owner's only too.
pub fn anew(path: &Path) -> io::Result<File> {
    let file = options()
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)?;
    #[cfg(unix)]
    if file.metadata()?.is_file() {
        use std::os::unix::fs::PermissionsExt as _;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

/// Makes a new file beside `path`, to be persisted under that name once all is written. Its own name is random and is
/// never one that exists, so nobody can put a link in its way. Dropped before that, it is gone.
pub fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let Some(name) = path.file_name() else {
        return Err(io::Error::other("it names no file"));
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut prefix = name.to_owned();
    prefix.push(".");
    tempfile::Builder::new()
        .prefix(&prefix)
        .suffix(".new")
        .tempfile_in(folder)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn folders_and_files_are_their_owners_only() {
        let parent = tempfile::tempdir().unwrap();
        let made = parent.path().join("a/b");
        folder(&made).unwrap();
        assert_eq!(mode(&parent.path().join("a")), 0o700);
        assert_eq!(mode(&made), 0o700);
        let file = made.join("file");
        options().write(true).create(true).open(&file).unwrap();
        assert_eq!(mode(&file), 0o600);
        assert_eq!(mode(beside(&file).unwrap().path()), 0o600);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        fs::write(&file, "old").unwrap();
        anew(&file).unwrap();
        assert_eq!((mode(&file), fs::read(&file).unwrap().len()), (0o600, 0));
    }

    #[test]
    fn a_link_that_waits_under_a_guessed_name_is_not_written_through() {
        let folder = tempfile::tempdir().unwrap();
        let (path, victim) = (folder.path().join("plan"), folder.path().join("victim"));
        fs::write(&victim, "untouched").unwrap();
        std::os::unix::fs::symlink(&victim, folder.path().join("plan.new")).unwrap();
        let names: Vec<_> = (0..8).map(|_| beside(&path).unwrap()).collect();
        for (index, file) in names.iter().enumerate() {
            assert_ne!(file.path(), folder.path().join("plan.new"));
            let others = names.iter().skip(index + 1);
            assert!(others.into_iter().all(|other| other.path() != file.path()));
        }
        assert_eq!(fs::read_to_string(&victim).unwrap(), "untouched");
    }
}
