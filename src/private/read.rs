//! Reading what a user names: a file, or a pipe, whose writer may not keep us waiting for ever.
//!
//! In: a path, the most octets. Out: what it holds, in memory that is wiped, since secrets are read so too.

use std::{
    fs::{File, Metadata, OpenOptions},
    io::{self, Read as _},
    path::Path,
    thread::sleep,
    time::{Duration, Instant},
};

use zeroize::Zeroizing;

use super::{files::refused, needed};
use crate::language::text;

/// How long a pipe or a device may take to say all that it has to say.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is asked.
const PAUSE: Duration = Duration::from_millis(20);
/// Octets read at once.
const PIECE: usize = 64 << 10;

/// What was read.
#[derive(Debug)]
pub struct Content {
    /// At most one octet more than the limit: that one tells "too large" from "just right".
    pub octets: Zeroizing<Vec<u8>>,
    /// What the system says of the file.
    pub metadata: Metadata,
}

/// Reads a file, or a pipe within twenty seconds. Nothing is written over the file afterwards.
pub fn read(path: &Path, limit: u64) -> io::Result<Content> {
    let content = read_to_replace(path, limit)?;
    needed::remember(&content.metadata);
    Ok(content)
}

/// The same for a file that what this command writes may replace.
pub fn read_to_replace(path: &Path, limit: u64) -> io::Result<Content> {
    let file = open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(refused(text::io_is_folder()));
    }
    let limit = usize::try_from(limit)
        .unwrap_or(usize::MAX)
        .saturating_add(1);
    let octets = if metadata.is_file() {
        // All the room is taken at once: where the text grew, a copy with a secret would stay behind. A reader probes for
        // the end with some more octets.
        let length = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
        let mut octets = Zeroizing::new(Vec::with_capacity(length.min(limit).saturating_add(64)));
        file.take(limit as u64).read_to_end(&mut octets)?;
        octets
    } else {
        patiently(file, limit)?
    };
    Ok(Content { octets, metadata })
}

/// Opens without waiting for a writer.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;

    use rustix::fs::OFlags;
    let at_once = OFlags::NONBLOCK | OFlags::NOCTTY;
    OpenOptions::new()
        .read(true)
        .custom_flags(at_once.bits().cast_signed())
        .open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// Whether nothing will come from what gave nothing: a device, or a pipe whose writer has gone.
#[cfg(target_os = "linux")]
fn has_ended(file: &File) -> bool {
    use std::os::unix::fs::FileTypeExt as _;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let is_device = file
        .metadata()
        .is_ok_and(|it| it.file_type().is_char_device());
    let mut asked = [PollFd::new(file, PollFlags::IN)];
    let at_once = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    let is_told = poll(&mut asked, Some(&at_once)).is_ok();
    is_device || is_told && asked.iter().any(|it| it.revents().contains(PollFlags::HUP))
}

/// Other systems tell a writer that has gone from one that has not come yet in other ways, or not at all.
#[cfg(not(target_os = "linux"))]
fn has_ended(_: &File) -> bool {
    false
}

/// Reads what does not end by itself. A pipe that nobody has opened yet looks as if it had ended, so it is asked again.
fn patiently(mut file: File, limit: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let give_up = Instant::now() + PATIENCE;
    let mut piece = Zeroizing::new(vec![0; PIECE]);
    let mut octets = Zeroizing::new(Vec::new());
    while octets.len() < limit {
        let room = (limit - octets.len()).min(PIECE);
        match file.read(piece.get_mut(..room).unwrap_or_default()) {
            Ok(0) if !octets.is_empty() || has_ended(&file) => break,
            Ok(0) => {}
            Ok(length) => {
                let mut larger = Zeroizing::new(Vec::with_capacity(octets.len() + length));
                larger.extend_from_slice(&octets);
                larger.extend_from_slice(piece.get(..length).unwrap_or_default());
                octets = larger;
                continue;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
            Err(_) => {}
        }
        if Instant::now() > give_up {
            return Err(refused(text::pipe_without_end()));
        }
        sleep(PAUSE);
    }
    Ok(octets)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn files_and_pipes_are_read_to_their_ends_and_no_further_than_allowed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "secret").unwrap();
        assert_eq!(*read(&path, 100).unwrap().octets, b"secret");
        assert_eq!(*read(&path, 3).unwrap().octets, b"secr");
        assert_eq!(
            read(Path::new("/dev/zero"), 100_000).unwrap().octets.len(),
            100_001
        );
        assert!(read(folder.path(), 100).is_err());
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let writer = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::write(pipe, "late").unwrap()
        });
        assert_eq!(*read(&pipe, 100).unwrap().octets, b"late");
        writer.join().unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_ends_without_a_word_is_empty_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let writer = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::write(pipe, "").unwrap()
        });
        assert!(read(&pipe, 100).unwrap().octets.is_empty());
        writer.join().unwrap();
        assert!(read(Path::new("/dev/null"), 100).unwrap().octets.is_empty());
    }
}
