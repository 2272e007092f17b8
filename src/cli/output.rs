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
};
use crate::report::{table::Look, text::safe};

/// Where results go.
#[derive(Debug)]
pub struct Output {
    file: Option<PathBuf>,
    collected: String,
    /// Whether the reader of standard output has gone away (`rolecall audit … | head`).
    closed: bool,
}

impl Output {
    /// As the options say.
    #[must_use]
    pub fn new(file: Option<PathBuf>) -> Self {
        Self {
            file,
            collected: String::new(),
            closed: false,
        }
    }

    /// Writes text; to a file only when [`Self::finish`] is called.
    pub fn write(&mut self, text: &str) -> Result<(), Failure> {
        if self.file.is_some() {
            self.collected.push_str(text);
            return Ok(());
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
            Err(error) => Err(Failure::config(format!(
                "cannot write the results: {error}"
            ))),
            Ok(()) => Ok(()),
        }
    }

    /// Puts the file in place.
    pub fn finish(self) -> Result<(), Failure> {
        match self.file {
            Some(path) => replace(&path, self.collected.as_bytes()),
            None => Ok(()),
        }
    }
}

/// Writes a file whole or not at all, for its owner only: a plan names mailboxes.
pub fn replace(path: &Path, octets: &[u8]) -> Result<(), Failure> {
    let failed =
        |error: io::Error| Failure::config(format!("cannot write {}: {error}", path.display()));
    let mut name = path
        .file_name()
        .ok_or_else(|| {
            Failure::config(format!("cannot write {}: it names no file", path.display()))
        })?
        .to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(&beside).map_err(failed)?;
    file.write_all(octets)
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&beside, path))
        .map_err(failed)
}

/// How tables are drawn: as wide as the terminal, in colour only where a person looks.
#[must_use]
pub fn look(shared: &Shared) -> Look {
    look_for(shared.color, shared.verbose, shared.output.is_some())
}

/// The same from its parts.
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
    }
}

/// Says something beside the results.
pub fn say(text: &str) {
    // Standard error may be closed; there is nobody left to tell.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Shows a failure: the message, and the hint on a line of its own.
pub fn complain(account: Option<&str>, failure: &Failure) {
    let place = account.map_or_else(String::new, |account| format!("{}: ", safe(account)));
    // A table's fault comes with its lines of context; line ends are ours, the rest is not.
    let lines: Vec<String> = failure.message.lines().map(safe).collect();
    say(&format!("error: {place}{}", lines.join("\n")));
    if let Some(hint) = &failure.hint {
        say(&format!("hint: {}", safe(hint)));
    }
}
