//! The journal's disk as a test has it: it counts what is appended and synced, and fails or ends the process at a
//! chosen record.
//!
//! What was appended and not synced is lost with the power, all of it or all but a torn beginning, however many records.

use std::{
    fs::File,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use rolecall::apply::journal::Disk;

use super::director::Death;

/// What happens at one append of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ink {
    /// The process ends before anything is written (CP1, CP9).
    KillBefore,
    /// The power goes before the next sync; nothing is left of what was appended since the last one (CP2, CP10).
    PowerLost,
    /// The power goes before the next sync; half of that is left.
    Torn,
    /// The process ends when the line was written (CP3, and after a result).
    KillAfter,
    /// The disk is full.
    Full,
    /// The next sync fails; who knows what is on the disk.
    SyncFails,
}

impl Ink {
    pub const EVERY: [Self; 6] = [
        Self::KillBefore,
        Self::PowerLost,
        Self::Torn,
        Self::KillAfter,
        Self::Full,
        Self::SyncFails,
    ];
}

#[derive(Default)]
struct State {
    /// What was appended so far, at once each.
    lines: Vec<Vec<u8>>,
    /// At which append, and what.
    fault: Option<(usize, Ink)>,
    synced: u64,
    path: PathBuf,
}

/// The disk of one run, and what shall happen to it.
#[derive(Clone)]
pub struct Paper {
    state: Arc<Mutex<State>>,
    death: Arc<Death>,
}

impl Paper {
    pub fn new(death: Arc<Death>) -> Self {
        Self {
            state: Arc::default(),
            death,
        }
    }

    /// Forgets what was counted, and says what shall happen from now on.
    pub fn arm(&self, fault: Option<(usize, Ink)>) {
        let mut state = self.state.lock().unwrap();
        state.lines.clear();
        state.fault = fault;
    }

    /// The kinds of the records appended since, in order; those of several that went together in one.
    pub fn lines(&self) -> Vec<String> {
        let state = self.state.lock().unwrap();
        state.lines.iter().map(|lines| kinds(lines)).collect()
    }

    /// Where the newest journal is.
    pub fn path(&self) -> PathBuf {
        self.state.lock().unwrap().path.clone()
    }

    /// The power goes: what was appended and not synced is lost. Where a fault of this paper's own has struck, that has said
    /// what is left.
    pub fn lose_power(&self) {
        let state = self.state.lock().unwrap();
        if state.fault.is_some_and(|(at, _)| at < state.lines.len()) {
            return;
        }
        if let Ok(file) = File::options().write(true).open(&state.path) {
            file.set_len(state.synced).unwrap();
        }
    }

    /// Over a journal's file.
    pub fn over(&self, path: &Path, file: File) -> Box<dyn Disk> {
        let mut state = self.state.lock().unwrap();
        state.synced = file.metadata().unwrap().len();
        path.clone_into(&mut state.path);
        Box::new(Sheet {
            file,
            paper: self.clone(),
        })
    }
}

struct Sheet {
    file: File,
    paper: Paper,
}

impl Sheet {
    /// What happens at the last append.
    fn due(&self) -> Option<Ink> {
        let state = self.paper.state.lock().unwrap();
        let (at, ink) = state.fault?;
        (at + 1 == state.lines.len()).then_some(ink)
    }

    /// Whether the first sync after the chosen append fails.
    fn sync_fails(&self) -> bool {
        let mut state = self.paper.state.lock().unwrap();
        let is_due = |(at, ink)| ink == Ink::SyncFails && at < state.lines.len();
        let fails = state.fault.is_some_and(is_due);
        if fails {
            state.fault = None;
        }
        fails
    }

    /// What the power left: all that was synced, and perhaps a torn beginning of the rest.
    fn cut(&self, torn: bool) {
        let state = self.paper.state.lock().unwrap();
        let length = self.file.metadata().unwrap().len();
        let left = if torn {
            state.synced + (length - state.synced) / 2
        } else {
            state.synced
        };
        self.file.set_len(left).unwrap();
    }

    fn die(&self) -> io::Error {
        self.paper.death.come();
        io::Error::other("dead")
    }
}

/// The kinds of the records that were appended together.
fn kinds(lines: &[u8]) -> String {
    let lines = lines.split_inclusive(|octet| *octet == b'\n');
    let kinds: Vec<String> = lines.map(kind).collect();
    kinds.join(" + ")
}

/// The word behind `"kind":`, which names the record.
fn kind(line: &[u8]) -> String {
    let line: serde_json::Value = serde_json::from_slice(line).unwrap();
    let record = &line["record"];
    let act = record["act"]["act"].as_str().unwrap_or_default();
    format!("{} {act}", record["kind"].as_str().unwrap_or_default())
        .trim()
        .to_owned()
}

impl Disk for Sheet {
    fn append(&mut self, octets: &[u8]) -> io::Result<()> {
        if self.paper.death.has_come() {
            return Err(io::Error::other("dead"));
        }
        self.paper.state.lock().unwrap().lines.push(octets.to_vec());
        match self.due() {
            Some(Ink::KillBefore) => return Err(self.die()),
            Some(Ink::Full) => return Err(io::ErrorKind::StorageFull.into()),
            _ => {}
        }
        self.file.write_all(octets)?;
        match self.due() {
            Some(ink @ (Ink::PowerLost | Ink::Torn)) => {
                self.cut(ink == Ink::Torn);
                return Err(self.die());
            }
            Some(Ink::KillAfter) => self.paper.death.come(),
            _ => {}
        }
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        if self.paper.death.has_come() {
            return Err(io::Error::other("dead"));
        }
        if self.sync_fails() {
            return Err(io::Error::other("EIO"));
        }
        self.paper.state.lock().unwrap().synced = self.file.metadata()?.len();
        Ok(())
    }
}
