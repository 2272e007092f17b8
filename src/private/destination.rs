//! Where a file is written: a new one beside the path, which takes its name once it is whole; a device or a pipe as it is.
//!
//! In: the path that a user has named. Out: a [`Destination`]. Never: a file that is written through a symbolic link, a
//! device or a pipe that is replaced, another user's file replaced, a half-written file under its name.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::{
    files::{parent, refused, sync_folder},
    needed, owner,
};
use crate::language::text;

/// Where a file is written.
#[derive(Debug)]
pub enum Destination {
    /// A new file with a random name, which is persisted under the path when all is written.
    New {
        /// The path.
        path: PathBuf,
        /// The file.
        file: NamedTempFile,
    },
    /// A device or a pipe.
    Stream(File),
}

impl Destination {
    /// Opens it; whatever would be refused when all is written is refused here, as far as that can be known.
    pub fn open(path: &Path) -> io::Result<Self> {
        let is_stream = match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(error),
            Ok(here) => {
                let there = fs::metadata(path);
                let leads_to_stream = |there: &fs::Metadata| !there.is_dir() && !there.is_file();
                if there.as_ref().is_ok_and(fs::Metadata::is_dir) {
                    return Err(refused(text::folder_name_a_file()));
                }
                let is_stream = there.is_ok_and(|there| leads_to_stream(&there));
                if is_stream || is_descriptor(path) {
                    true
                } else if here.is_symlink() {
                    return Err(refused(text::symlink_name_target()));
                } else {
                    if !owner::is_ours(&here) {
                        return Err(refused(text::file_of_another_user()));
                    }
                    needed::was_not_read(&here)?;
                    false
                }
            }
        };
        if is_stream {
            return stream(path).map(Self::Stream);
        }
        Ok(Self::New {
            file: beside(path)?,
            path: path.to_owned(),
        })
    }

    /// Lets everybody read a new file: it is for what names nobody, and is read by another user.
    #[cfg(unix)]
    pub fn let_all_read(&self) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        match self {
            Self::New { file, .. } => file
                .as_file()
                .set_permissions(fs::Permissions::from_mode(0o644)),
            Self::Stream(_) => Ok(()),
        }
    }

    /// Who may read a new file is up to its folder.
    #[cfg(not(unix))]
    pub fn let_all_read(&self) -> io::Result<()> {
        Ok(())
    }

    /// Puts a new file on the disk and under its name.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Self::New { path, file } => {
                if let Ok(there) = fs::symlink_metadata(&path) {
                    // A password may have been read from there meanwhile.
                    needed::was_not_read(&there)?;
                }
                file.as_file().sync_all()?;
                file.persist(&path).map_err(|error| error.error)?;
                sync_folder(parent(&path))
            }
            Self::Stream(_) => Ok(()),
        }
    }
}

impl Write for Destination {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match self {
            Self::New { file, .. } => file.write(octets),
            Self::Stream(file) => file.write(octets),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Opens a file that is read while it is written (a trace, a list): it is empty, and under its name from the start. A file
/// that is there already is refused if it holds something that does not begin so.
pub fn anew(path: &Path, beginning: &[u8]) -> io::Result<File> {
    match Destination::open(path)? {
        Destination::New { path, file } => {
            holds_only(&path, beginning)?;
            file.persist(&path).map_err(|error| error.error)
        }
        Destination::Stream(file) => Ok(file),
    }
}

/// Refuses a file that holds something that does not begin so, since it would be lost. What is missing, empty or no file at
/// all holds nothing.
pub fn holds_only(path: &Path, beginning: &[u8]) -> io::Result<()> {
    let is_file = fs::metadata(path).is_ok_and(|there| there.is_file() && there.len() > 0);
    if !is_file {
        return Ok(());
    }
    let mut there = Vec::new();
    let file = File::open(path)?;
    file.take(beginning.len() as u64).read_to_end(&mut there)?;
    if there == beginning {
        Ok(())
    } else {
        Err(refused(text::holds_something_else()))
    }
}

/// Refuses a folder in which no file can be made.
pub fn writable_folder(path: &Path) -> io::Result<()> {
    beside(&path.join("probe")).map(drop)
}

/// Makes a new file beside `path`. Its name is random and is never one that exists, so nobody can put a link in its way.
/// Dropped before it is persisted, it is gone.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let is_named_as_folder = path.as_os_str().as_encoded_bytes().ends_with(b"/");
    let Some(name) = path.file_name().filter(|_| !is_named_as_folder) else {
        return Err(refused(text::it_names_no_file()));
    };
    let mut prefix = name.to_owned();
    prefix.push(".");
    tempfile::Builder::new()
        .prefix(&prefix)
        .suffix(".new")
        .tempfile_in(parent(path))
        .map_err(|error| match error.kind() {
            // What tempfile adds is the name that it has tried.
            io::ErrorKind::NotFound => refused(text::no_such_folder()),
            io::ErrorKind::NotADirectory => refused(text::folder_is_a_file()),
            io::ErrorKind::PermissionDenied => refused(text::folder_not_writable()),
            kind => io::Error::from(kind),
        })
}

/// Whether a path means what this process has open already, whatever that is.
fn is_descriptor(path: &Path) -> bool {
    ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc/self/fd"]
        .iter()
        .any(|name| path.starts_with(name))
}

/// Opens a device or a pipe to be written as it is. A pipe that nobody reads is waited for a little while only.
#[cfg(unix)]
fn stream(path: &Path) -> io::Result<File> {
    use std::{
        os::unix::fs::OpenOptionsExt as _,
        thread::sleep,
        time::{Duration, Instant},
    };

    use rustix::fs::OFlags;

    /// How long a reader may take to come, and how often it is looked for.
    const READER: Duration = Duration::from_secs(5);
    const PAUSE: Duration = Duration::from_millis(20);

    let mut options = fs::OpenOptions::new();
    let at_once = OFlags::NONBLOCK | OFlags::NOCTTY;
    options
        .append(true)
        .custom_flags(at_once.bits().cast_signed());
    let give_up = Instant::now() + READER;
    loop {
        match options.open(path) {
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error()) => {
                if Instant::now() > give_up {
                    return Err(refused(text::pipe_without_reader()));
                }
                sleep(PAUSE);
            }
            Err(error) => return Err(error),
            Ok(file) => {
                // From here on a slow reader is waited for.
                rustix::fs::fcntl_setfl(&file, OFlags::APPEND)?;
                return Ok(file);
            }
        }
    }
}

#[cfg(not(unix))]
fn stream(path: &Path) -> io::Result<File> {
    fs::OpenOptions::new().append(true).open(path)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn write(path: &Path, text: &str) -> io::Result<()> {
        let mut destination = Destination::open(path)?;
        destination.write_all(text.as_bytes())?;
        destination.finish()
    }

    #[test]
    fn a_file_has_its_name_once_it_is_whole_and_is_its_owners_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let mut destination = Destination::open(&path).unwrap();
        destination.write_all(b"new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        destination.finish().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(mode(&path), 0o600);
        drop(Destination::open(&path).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        anew(&path, b"new").unwrap();
        assert_eq!((mode(&path), fs::read(&path).unwrap().len()), (0o600, 0));
    }

    #[test]
    fn a_link_that_waits_is_not_written_through() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan");
        let victim = folder.path().join("victim");
        fs::write(&victim, "untouched").unwrap();
        symlink(&victim, folder.path().join("plan.new")).unwrap();
        write(&path, "new").unwrap();
        fs::remove_file(&path).unwrap();
        for target in [victim.as_path(), Path::new("nowhere")] {
            symlink(target, &path).unwrap();
            for error in [write(&path, "new"), anew(&path, b"").map(drop)] {
                let error = error.unwrap_err().to_string();
                assert!(error.contains("symbolic link"), "{error}");
            }
            fs::remove_file(&path).unwrap();
        }
        assert_eq!(fs::read_to_string(&victim).unwrap(), "untouched");
    }

    #[test]
    fn folders_and_names_of_folders_are_no_files() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["", "new/", "none/file", ".."] {
            assert!(write(&folder.path().join(name), "x").is_err(), "{name}");
        }
        assert!(writable_folder(&folder.path().join("none")).is_err());
        writable_folder(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn devices_and_pipes_are_written_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        write(Path::new("/dev/null"), "gone").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        let link = folder.path().join("link");
        symlink("/dev/null", &link).unwrap();
        write(&link, "gone").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let error = write(&pipe, "unheard").unwrap_err().to_string();
        assert!(error.contains("nobody reads"), "{error}");
        let heard = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::read_to_string(pipe).unwrap()
        });
        write(&pipe, "heard").unwrap();
        assert_eq!(heard.join().unwrap(), "heard");
    }
}
