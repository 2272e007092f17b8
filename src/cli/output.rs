//! Where results go: standard output, or a file that the user names.
//!
//! In: finished text. Out: octets. A file gets its name only once it is whole, so a half-written file never stands under
//! the name that the user gave. A reader that closes the pipe (`rolecall audit … | head`) is no failure.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::failure::Failure;
use crate::{model::error_kind::ErrorKind, private};

/// Where results go.
#[derive(Debug)]
pub struct Output {
    /// The path that the user named, and the file beside it that is written.
    file: Option<(PathBuf, NamedTempFile)>,
    /// Whether the reader of standard output has gone away.
    closed: bool,
}

impl Output {
    /// Opens standard output, or a file. A file that cannot be written is refused here, before anything is sent.
    pub fn new(path: Option<PathBuf>) -> Result<Self, Failure> {
        let file = match path {
            Some(path) => {
                let file = private::beside(&path).map_err(|error| {
                    Failure::config(format!("cannot write {}: {error}", path.display()))
                })?;
                Some((path, file))
            }
            None => None,
        };
        Ok(Self {
            file,
            closed: false,
        })
    }

    /// Writes text; a file has its name only after [`Self::finish`].
    pub fn write(&mut self, text: &str) -> Result<(), Failure> {
        if let Some((path, file)) = &mut self.file {
            return file
                .write_all(text.as_bytes())
                .map_err(|error| too_late(path, &error));
        }
        if self.closed {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        match stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush())
        {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            Err(error) => Err(too_late(Path::new("the results"), &error)),
            Ok(()) => Ok(()),
        }
    }

    /// Puts the file on the disk and under its name.
    pub fn finish(&mut self) -> Result<(), Failure> {
        let Some((path, file)) = self.file.take() else {
            return Ok(());
        };
        file.as_file()
            .sync_all()
            .and_then(|()| file.persist(&path).map_err(|error| error.error))
            .map(drop)
            .map_err(|error| too_late(&path, &error))
    }
}

/// Results could not be written. Something may have been done by now, so this is no mistake of usage.
fn too_late(path: &Path, error: &io::Error) -> Failure {
    Failure::of(
        ErrorKind::Refused,
        format!("cannot write {}: {error}", path.display()),
    )
    .hint("`rolecall runs` tells what was done")
}

/// Writes a file whole or not at all.
pub fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let mut output = Output::new(Some(path.to_owned()))?;
    output.write(text)?;
    output.finish()
}
