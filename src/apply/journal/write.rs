//! Writing a journal: each record in a line of its own, sealed with a checksum and tied to the line before it.
//!
//! In: records. Out: lines that survive the end of this process once they are written, and a power cut once something depends
//! on that: before a command leaves, all that was written before it, and at the end of a run. Never: a line behind one that
//! could not be written.

use std::{io, time::Duration};

use serde::Serialize;
use tokio::time::Instant;

use super::{
    disk::{Disk, off_the_runtime},
    line::{LONGEST_LINE, link},
    read::Position,
    record::Record,
};
use crate::{
    guard::{Guard, stands},
    language::{in_both, text},
    model::{harmless, io_error::said},
};

/// The most pairs of UIDs in one record that is not about one batch, so that its line stays far below the longest.
pub const MOST_PAIRS: usize = 100_000;

/// A line without its checksum, to be written.
#[derive(Serialize)]
struct Line<'a> {
    seq: u64,
    time: &'a str,
    prev: &'a str,
    record: &'a Record,
}

/// The journal of a run that is being written.
pub struct Journal {
    disk: Box<dyn Disk>,
    at: Position,
    /// After a failed write or sync nothing on the disk can be trusted, so nothing more is written, or sent.
    broken: bool,
    /// How long writing has taken.
    time: Duration,
}

impl Journal {
    /// Starts, or goes on at the position that `read` gave.
    #[must_use]
    pub fn new(disk: Box<dyn Disk>, at: Position) -> Self {
        Self {
            disk,
            at,
            broken: false,
            time: Duration::ZERO,
        }
    }

    /// How long it has taken to write until now.
    #[must_use]
    pub fn time(&self) -> Duration {
        self.time
    }

    /// Appends a record. It is on the disk with all before it when this returns, where something depends on that.
    pub fn write(&mut self, time: &str, record: &Record) -> io::Result<()> {
        self.write_all(time, std::slice::from_ref(record))
    }

    /// The same of several records, which are made to last together.
    pub fn write_all(&mut self, time: &str, records: &[Record]) -> io::Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        if self.broken {
            return Err(said(io::ErrorKind::Other, text::earlier_write_failed()));
        }
        let mut at = self.at.clone();
        let mut lines = String::new();
        for record in records {
            let text = sealed(&Line {
                seq: at.seq + 1,
                time,
                prev: &at.prev,
                record,
            })?;
            if text.len() as u64 >= LONGEST_LINE {
                return Err(said(io::ErrorKind::FileTooLarge, text::line_too_long()));
            }
            at.seq += 1;
            at.octets += text.len() as u64;
            at.prev = link(text.trim_end().as_bytes());
            lines.push_str(&text);
        }
        self.broken = true;
        let began = Instant::now();
        let appended = self.disk.append(lines.as_bytes());
        self.time += began.elapsed();
        appended?;
        self.broken = false;
        self.at = at;
        if records.iter().any(must_last) {
            self.sync()?;
        }
        Ok(())
    }

    /// Returns when all that was written survives a power cut.
    pub fn sync(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.broken, true) {
            return Err(said(io::ErrorKind::Other, text::earlier_write_failed()));
        }
        let began = Instant::now();
        let synced = off_the_runtime(|| self.disk.sync());
        self.time += began.elapsed();
        synced?;
        self.broken = false;
        Ok(())
    }
}

/// Whether a record must be on the disk before anything else is done: a command leaves right after its intent, and people are
/// told how a run has begun and ended. What is written in between says what was answered and seen. If the power takes it, the
/// journal ends with commands that a resume finds out about.
fn must_last(record: &Record) -> bool {
    match record {
        Record::Intent(_) => stands(Guard::Sync),
        Record::Begin(_) | Record::Waits {} | Record::End {} | Record::GivenUp {} => true,
        _ => false,
    }
}

/// The line with its checksum, newline included.
fn sealed(line: &Line) -> io::Result<String> {
    let mut text = in_both(|| harmless::json(line))?;
    let sum = crc32c::crc32c(text.as_bytes());
    text.pop();
    Ok(format!("{text},\"crc32c\":\"{sum:08x}\"}}\n"))
}
