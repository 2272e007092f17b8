//! Writing a journal: each record in a line of its own, sealed with a checksum and tied to the line before it.
//!
//! In: records. Out: lines that survive a power cut once they are written. Never: a line behind one that may not be on the
//! disk.

use std::{io, time::Duration};

use serde::Serialize;
use tokio::time::Instant;

use super::{
    disk::{Disk, off_the_runtime},
    line::{LONGEST_LINE, link},
    read::Position,
    record::{self, Record},
};
use crate::{
    guard::{Guard, stands},
    language::text,
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

    /// Appends a record and returns when it would survive a power cut.
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
        let is_intent = |record: &Record| matches!(record, Record::Intent(record::Intent { .. }));
        let syncs = !records.iter().all(is_intent) || stands(Guard::Sync);
        let began = Instant::now();
        let written = off_the_runtime(|| {
            self.disk.append(lines.as_bytes())?;
            if syncs { self.disk.sync() } else { Ok(()) }
        });
        self.time += began.elapsed();
        written?;
        self.broken = false;
        self.at = at;
        Ok(())
    }
}

/// The line with its checksum, newline included.
fn sealed(line: &Line) -> io::Result<String> {
    let mut text = harmless::json(line)?;
    let sum = crc32c::crc32c(text.as_bytes());
    text.pop();
    Ok(format!("{text},\"crc32c\":\"{sum:08x}\"}}\n"))
}
