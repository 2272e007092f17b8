//! Where results go: standard output, or a file that the user names.
//!
//! In: finished text. Out: octets. A file gets its name only once it is whole, so a half-written file never stands under
//! the name that the user gave. A reader that closes the pipe (`rolecall audit … | head`) is no failure.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::failure::Failure;
use crate::{
    language::{Phrase, text},
    model::{error_kind::ErrorKind, io_error::in_words},
    private::{Destination, writable_folder},
};

/// Where results go.
#[derive(Debug)]
pub struct Output {
    /// The path that the user named, and what is written.
    file: Option<(PathBuf, Destination)>,
    /// Whether the reader of standard output, or of a pipe, has gone away.
    closed: bool,
    /// Whether there was something to write.
    is_written: bool,
}

impl Output {
    /// Opens standard output, or a file. A file that cannot be written is refused here, before anything is sent.
    pub fn new(path: Option<PathBuf>) -> Result<Self, Failure> {
        let file = match path {
            Some(path) => {
                let file = open(&path)?;
                Some((path, file))
            }
            None => None,
        };
        Ok(Self {
            file,
            closed: false,
            is_written: false,
        })
    }

    /// Writes text; a file has its name only after [`Self::finish`].
    pub fn write(&mut self, text: &str) -> Result<(), Failure> {
        if self.closed {
            return Ok(());
        }
        self.is_written |= !text.is_empty();
        let mut stdout = io::stdout();
        let (name, target): (Phrase, &mut dyn Write) = match &mut self.file {
            Some((path, file)) => (path.display().to_string().into(), file),
            None => (text::the_results(), &mut stdout),
        };
        match target
            .write_all(text.as_bytes())
            .and_then(|()| target.flush())
        {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            written => written.map_err(|error| too_late(name, &error)),
        }
    }

    /// Puts the file on the disk and under its name. Where there were no results, since nothing was done after all, a file that
    /// has the name keeps it.
    pub fn finish(&mut self) -> Result<(), Failure> {
        let Some((path, file)) = self.file.take() else {
            return Ok(());
        };
        if !self.is_written {
            return Ok(());
        }
        let name = path.display().to_string();
        file.finish().map_err(|error| too_late(name.into(), &error))
    }
}

/// Results could not be written. Something may have been done by now, so this is no mistake of usage.
fn too_late(name: Phrase, error: &io::Error) -> Failure {
    Failure::of(
        ErrorKind::Refused,
        text::cannot(text::write_since(name, in_words(error))),
    )
    .hint(text::try_runs_tell())
}

fn open(path: &Path) -> Result<Destination, Failure> {
    Destination::open(path).map_err(|error| {
        let path = path.display().to_string();
        Failure::config(text::cannot(text::write_since(path, in_words(&error))))
            .hint(text::try_writable_file())
    })
}

/// Refuses a path that could not be written later.
pub fn check_file(path: &Path) -> Result<(), Failure> {
    open(path).map(drop)
}

/// Refuses a folder in which nothing could be written later.
pub fn check_folder(path: &Path) -> Result<(), Failure> {
    writable_folder(path).map_err(|error| {
        let path = path.display().to_string();
        Failure::config(text::cannot(text::write_into_since(path, in_words(&error))))
            .hint(text::try_writable_folder())
    })
}

/// Writes a file whole or not at all.
pub fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let mut output = Output::new(Some(path.to_owned()))?;
    output.write(text)?;
    output.finish()
}
