//! Reading a journal: line by line, each checked before it is believed.
//!
//! In: the octets of a journal, or of any beginning of one. Out: its records one after the other, and where the whole
//! lines end. Never: more than one line in memory; a line skipped that does not check.

use std::io::{self, BufRead as _, BufReader, Read as _};

use memchr::memmem;
use serde::Deserialize;

use super::{
    line::{LONGEST_LINE, link},
    record::{FORMAT, Record},
};
use crate::{
    language::{Phrase, errors_that_say, in_both, text},
    model::io_error::in_words,
};

/// Where the whole lines of a journal end: what is needed to write the next line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Position {
    /// The number of the last whole line; 0 where there is none.
    pub seq: u64,
    /// The link that the next line carries.
    pub prev: String,
    /// Octets of whole lines; what lies beyond was torn.
    pub octets: u64,
}

/// Why a journal cannot be used.
#[derive(Debug)]
pub enum ReadError {
    /// The disk.
    Io(io::Error),
    /// A line that is not the last one does not check.
    Damaged {
        /// From 1.
        line: u64,
    },
    /// A newer rolecall wrote it.
    Newer {
        /// The format found.
        found: u32,
    },
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl ReadError {
    /// What could not be done, as a fragment.
    #[must_use]
    pub fn said(&self) -> Phrase {
        match self {
            Self::Io(error) => text::read_journal_since(in_words(error)),
            Self::Damaged { line } => text::trust_journal(line.to_string()),
            Self::Newer { found } => {
                text::read_newer_journal(found.to_string(), FORMAT.to_string())
            }
        }
    }
}

/// A line as it is on the disk, without its checksum.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    seq: u64,
    time: String,
    /// The head of the SHA-256 of the line before, so that no line can be taken out or put in.
    prev: String,
    record: Record,
}

/// Reads a journal and hands each record with its time (RFC 3339) to `take`, in order. A torn last line is left out.
pub fn read(
    input: impl io::Read,
    mut take: impl FnMut(&str, Record),
) -> Result<Position, ReadError> {
    let mut input = BufReader::new(input);
    let mut at = Position::default();
    let mut damaged = None;
    let mut octets = Vec::new();
    loop {
        octets.clear();
        let length = (&mut input)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut octets)?;
        if length == 0 {
            return Ok(at);
        }
        if let Some(line) = damaged {
            // It was not the last line after all.
            return Err(ReadError::Damaged { line });
        }
        let number = at.seq + 1;
        let Some(next) = unseal(&mut octets) else {
            damaged = Some(number);
            continue;
        };
        // The line is whole; where it begins a later format, say that rather than "damaged".
        if let Some(found) = format(&octets).filter(|found| *found > FORMAT) {
            return Err(ReadError::Newer { found });
        }
        let line = in_both(|| serde_json::from_slice::<Line>(&octets));
        match line {
            Ok(line) if line.seq == number && line.prev == at.prev => {
                at.prev = next;
                at.seq = number;
                at.octets += length as u64;
                take(&line.time, line.record);
            }
            _ => damaged = Some(number),
        }
    }
}

/// Takes the checksum off a line, so that JSON is left, and gives the link that the line after it must carry; none where
/// the line is torn or does not check.
fn unseal(octets: &mut Vec<u8>) -> Option<String> {
    const SUFFIX: usize = r#","crc32c":"00000000"}"#.len();
    let text = octets.strip_suffix(b"\n")?;
    let length = text.len().checked_sub(SUFFIX)?;
    let (body, suffix) = text.split_at_checked(length)?;
    let sum = crc32c::crc32c_append(crc32c::crc32c(body), b"}");
    let expected = format!(",\"crc32c\":\"{sum:08x}\"}}");
    if suffix != expected.as_bytes() {
        return None;
    }
    let next = link(text);
    octets.truncate(length);
    octets.push(b'}');
    Some(next)
}

/// The format that a whole line says it begins: a run's first line does, and the first of a resume.
fn format(line: &[u8]) -> Option<u32> {
    #[derive(Deserialize)]
    struct Any {
        record: Begins,
    }
    #[derive(Deserialize)]
    struct Begins {
        format: Option<u64>,
    }
    // Most lines do not, and need not be parsed twice.
    memmem::find(line, b"\"format\":")?;
    let any: Any = serde_json::from_slice(line).ok()?;
    Some(u32::try_from(any.record.format?).unwrap_or(u32::MAX))
}

errors_that_say!(ReadError);
