//! The journal of one run: what was going to be sent, what came back, what was proven. Append-only, one JSON line a record.
//!
//! In: records. Out: a file that survives kill and power loss, and [`read`], which accepts any beginning of it.
//! Never: passwords, subjects, bodies, Message-IDs in clear; what a record means (`books` says that).
//!
//! An intent is on the disk before the first octet of its command leaves; its result is on the disk before the
//! next command. A line that was torn by a crash is the last one and counts as not written: a torn intent was
//! never sent, a torn result is missing. A broken line anywhere else is refused, never skipped.

mod disk;
mod read;
mod record;

use std::io;

pub use disk::{Disk, off_the_runtime};
pub use read::{Position, ReadError, read};
pub use record::{Batch, Elsewhere, FORMAT, Moved, Record, Reply, Snap};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{
    guard::{Guard, stands},
    model::plan::hex,
};

/// The longest line, in octets: an intent of 2 000 messages with long keywords stays far below. A longer one would be
/// refused by whoever reads it, so it is not written either.
const LONGEST_LINE: u64 = 16 << 20;

/// The most pairs of UIDs in one record that is not about one batch, so that its line stays far below the longest.
pub(super) const MOST_PAIRS: usize = 100_000;

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
}

impl Journal {
    /// Starts, or goes on at the position that [`read`] gave.
    #[must_use]
    pub fn new(disk: Box<dyn Disk>, at: Position) -> Self {
        Self {
            disk,
            at,
            broken: false,
        }
    }

    /// Appends a record and returns when it would survive a power cut.
    pub fn write(&mut self, time: &str, record: &Record) -> io::Result<()> {
        if self.broken {
            return Err(io::Error::other(
                "an earlier write to the journal had failed",
            ));
        }
        let text = sealed(&Line {
            seq: self.at.seq + 1,
            time,
            prev: &self.at.prev,
            record,
        })?;
        if text.len() as u64 >= LONGEST_LINE {
            return Err(io::Error::other("the line would be too long to be read"));
        }
        self.broken = true;
        let syncs = !matches!(record, Record::Intent { .. }) || stands(Guard::Sync);
        off_the_runtime(|| {
            self.disk.append(text.as_bytes())?;
            if syncs { self.disk.sync() } else { Ok(()) }
        })?;
        self.broken = false;
        self.at.seq += 1;
        self.at.octets += text.len() as u64;
        self.at.prev = link(text.trim_end().as_bytes());
        Ok(())
    }
}

/// The line with its checksum, newline included.
fn sealed(line: &Line) -> io::Result<String> {
    let mut text = serde_json::to_string(line)?;
    let sum = crc32c::crc32c(text.as_bytes());
    text.pop();
    Ok(format!("{text},\"crc32c\":\"{sum:08x}\"}}\n"))
}

/// What ties a line to the one before it.
fn link(line: &[u8]) -> String {
    hex(&Sha256::digest(line)).chars().take(16).collect()
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>);

    impl Disk for Memory {
        fn append(&mut self, octets: &[u8]) -> io::Result<()> {
            self.0.lock().unwrap().extend_from_slice(octets);
            Ok(())
        }
        fn sync(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The records that whole lines hold.
    fn records(octets: &[u8]) -> Result<Vec<Record>, ReadError> {
        let mut records = Vec::new();
        read(octets, |_, record| records.push(record))?;
        Ok(records)
    }

    fn three_records() -> Vec<u8> {
        let disk = Memory::default();
        let mut journal = Journal::new(Box::new(disk.clone()), Position::default());
        for tool in ["a", "b", "c"] {
            let (tool, format) = (tool.to_owned(), FORMAT);
            journal
                .write("now", &Record::Resumed { format, tool })
                .unwrap();
        }
        disk.0.lock().unwrap().clone()
    }

    #[test]
    fn every_prefix_is_read_as_the_lines_that_were_whole() {
        let octets = three_records();
        for length in 0..=octets.len() {
            let whole = octets[..length].split(|o| *o == b'\n').count() - 1;
            let found = records(&octets[..length]).unwrap();
            assert_eq!(found.len(), whole, "cut at {length}");
        }
    }

    #[test]
    fn a_changed_octet_before_the_last_line_is_refused() {
        let octets = three_records();
        let last = octets[..octets.len() - 1]
            .iter()
            .rposition(|o| *o == b'\n')
            .unwrap();
        for place in 0..last {
            let mut changed = octets.clone();
            changed[place] ^= 1;
            assert!(
                matches!(records(&changed), Err(ReadError::Damaged { .. })),
                "octet {place}"
            );
        }
    }

    /// A line with its checksum.
    fn line(body: &str) -> String {
        let sum = crc32c::crc32c(body.as_bytes());
        format!("{},\"crc32c\":\"{sum:08x}\"}}\n", &body[..body.len() - 1])
    }

    #[test]
    fn a_journal_of_a_later_format_is_refused_as_such() {
        for record in [
            r#"{"kind":"begin","format":5,"new":true}"#,
            r#"{"kind":"resumed","format":5,"new":true}"#,
        ] {
            let line = line(&format!(
                r#"{{"seq":1,"time":"","prev":"","record":{record}}}"#
            ));
            assert!(matches!(
                records(line.as_bytes()),
                Err(ReadError::Newer { found: 5 })
            ));
        }
    }

    #[test]
    fn a_journal_of_the_first_format_is_read() {
        let name = r#"{"name":"a","wire_name":"a","wire_name_base64":null}"#;
        let moved = format!(
            r#"{{"kind":"moved","intent":1,"step":1,"from":{name},"from_validity":1,"to":{name},"to_validity":1,"pairs":[[1,2]],"octets":3,"changed":[],"copied":false,"doubled":[],"gone":"4","flags_lost":[],"dates_changed":0}}"#
        );
        let mut octets = String::new();
        for (seq, record) in [(1, r#"{"kind":"resumed","tool":"0.1.0"}"#), (2, &moved)] {
            let prev = octets.trim_end();
            let prev = if prev.is_empty() {
                String::new()
            } else {
                link(prev.as_bytes())
            };
            octets += &line(&format!(
                r#"{{"seq":{seq},"time":"","prev":"{prev}","record":{record}}}"#
            ));
        }
        let found = records(octets.as_bytes()).unwrap();
        assert!(matches!(
            &found[..],
            [Record::Resumed { format: 1, .. }, Record::Moved(moved)] if moved.elsewhere.is_empty()
        ));
    }

    #[test]
    fn a_line_taken_out_is_noticed() {
        let octets = three_records();
        let lines: Vec<&[u8]> = octets.split_inclusive(|o| *o == b'\n').collect();
        let without = [lines[0], lines[2], lines[2]].concat();
        assert!(matches!(
            records(&without),
            Err(ReadError::Damaged { line: 2 })
        ));
    }

    #[test]
    fn a_journal_goes_on_where_its_whole_lines_end() {
        let octets = three_records();
        let torn = &octets[..octets.len() - 1];
        let at = read(torn, |_, _| {}).unwrap();
        assert_eq!(at.seq, 2);
        let disk = Memory::default();
        disk.0
            .lock()
            .unwrap()
            .extend_from_slice(&octets[..usize::try_from(at.octets).unwrap()]);
        let mut journal = Journal::new(Box::new(disk.clone()), at);
        journal.write("now", &Record::End {}).unwrap();
        let octets = disk.0.lock().unwrap().clone();
        assert!(matches!(
            records(&octets).unwrap()[..],
            [_, _, Record::End {}]
        ));
    }

    #[test]
    fn a_line_that_nobody_could_read_is_not_written() {
        let disk = Memory::default();
        let mut journal = Journal::new(Box::new(disk.clone()), Position::default());
        let tool = "x".repeat(usize::try_from(LONGEST_LINE).unwrap());
        let long = Record::Resumed {
            format: FORMAT,
            tool,
        };
        assert!(journal.write("now", &long).is_err());
        assert!(disk.0.lock().unwrap().is_empty());
        // Nothing of it is on the disk, so the next line follows the last one that is.
        journal.write("now", &Record::End {}).unwrap();
        assert_eq!(records(&disk.0.lock().unwrap()).unwrap().len(), 1);
    }

    #[test]
    fn nothing_is_written_after_a_failed_sync() {
        struct Full;
        impl Disk for Full {
            fn append(&mut self, _: &[u8]) -> io::Result<()> {
                Ok(())
            }
            fn sync(&mut self) -> io::Result<()> {
                Err(io::ErrorKind::StorageFull.into())
            }
        }
        let mut journal = Journal::new(Box::new(Full), Position::default());
        for _ in 0..2 {
            assert!(journal.write("now", &Record::End {}).is_err());
        }
    }
}
