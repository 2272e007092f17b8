//! The one writer: results to standard output or a file, everything else to standard error.
//!
//! In: finished text. Out: octets. Never: a half-written file under the name the user gave; a panic on a closed pipe.

use std::{
    fs,
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use super::{
    args::{Colour, Shared},
    failure::Failure,
    lang::language,
};
use crate::language::Language;
use crate::report::{table::Look, text::safe};

/// Where results go.
#[derive(Debug)]
pub struct Output {
    /// The file that the user named, and the one beside it that is written.
    file: Option<(PathBuf, fs::File)>,
    /// Whether the reader of standard output has gone away (`rolecall audit … | head`).
    closed: bool,
}

impl Output {
    /// As the options say. A file that cannot be written is found out before anything is sent.
    pub fn new(path: Option<PathBuf>) -> Result<Self, Failure> {
        let file = match path {
            Some(path) => {
                let file = open_beside(&path)?;
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

    /// Puts the file in place.
    pub fn finish(&mut self) -> Result<(), Failure> {
        match self.file.take() {
            Some((path, file)) => file
                .sync_all()
                .and_then(|()| fs::rename(beside(&path), &path))
                .map_err(|error| too_late(&path, &error)),
            None => Ok(()),
        }
    }
}

/// Something may have been done by now, so this is no mistake of usage.
fn too_late(path: &Path, error: &io::Error) -> Failure {
    Failure {
        kind: "refused",
        message: format!("cannot write {}: {error}", path.display()),
        hint: Some("`rolecall runs` tells what was done".to_owned()),
        again: None,
        is_refused: false,
        is_misfit: false,
    }
}

/// The file that is written until all is in it.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

/// Opens it for its owner only: a plan names mailboxes.
fn open_beside(path: &Path) -> Result<fs::File, Failure> {
    let failed = |why: String| Failure::config(format!("cannot write {}: {why}", path.display()));
    if path.file_name().is_none() {
        return Err(failed("it names no file".to_owned()));
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
        .open(beside(path))
        .map_err(|error| failed(error.to_string()))
}

/// Writes a file whole or not at all.
pub fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let mut output = Output::new(Some(path.to_owned()))?;
    output.write(text)?;
    output.finish()
}

/// How tables are drawn: as wide as the terminal, in colour only where a person looks, in the language that was typed,
/// else the locale's.
#[must_use]
pub fn look(shared: &Shared) -> Look {
    Look {
        language: language(shared.lang),
        ..look_for(shared.color, shared.verbose, shared.output.is_some())
    }
}

/// The same from its parts, in English.
#[must_use]
pub fn look_for(colour: Colour, verbose: bool, to_file: bool) -> Look {
    let terminal = io::stdout().is_terminal() && !to_file;
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let columns = || std::env::var("COLUMNS").ok()?.parse::<usize>().ok();
    let width = terminal_size::terminal_size()
        .filter(|_| terminal)
        .map(|(width, _)| usize::from(width.0))
        .or_else(columns)
        .unwrap_or(100);
    Look {
        width: width.clamp(40, 400),
        colour: match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => terminal && !plain,
        },
        verbose,
        language: Language::English,
    }
}

/// Says something beside the results.
pub fn say(text: &str) {
    // Standard error may be closed; there is nobody left to tell.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Shows a failure, and whose it is.
pub fn complain(account: Option<&str>, failure: &Failure) {
    let place = account.map_or_else(String::new, |account| format!("{}: ", safe(account)));
    say(failure.text(&place).trim_end());
}
