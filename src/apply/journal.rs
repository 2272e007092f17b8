//! The journal of one run: what was going to be sent, what came back, what was proven. Append-only, one JSON line a record.
//!
//! In: records. Out: a file that survives kill and power loss, and [`read`], which accepts any prefix of it.
//! Never: passwords, subjects, bodies, Message-IDs in clear.
//!
//! An intent is on the disk before the first octet of its command leaves; its result is on the disk before the
//! next command. A line that was torn by a crash is the last one and counts as not written: a torn intent was
//! never sent, a torn result is missing. A broken line anywhere else is refused, never skipped.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Verify;
use crate::{
    guard::{Guard, stands},
    language::Phrase,
    model::{
        mailbox::MailboxName,
        plan::{Plan, hex},
        receipt::{Balance, StepReceipt},
        uid::{Uid, UidSet},
    },
    store::{Act, Answered, Message},
};

/// The format's number: a journal with a higher one is refused, one with a lower one is read. Since 2 it says where
/// messages are that left both mailboxes; since 3 it says so in a record of its own, and why a batch stopped its step;
/// since 4 it has what is needed to balance the accounts, the lock of a set-aside mailbox, and removal in a later run.
pub const FORMAT: u32 = 4;

/// The longest line that is read, in octets: an intent of 2 000 messages with long keywords stays far below.
const LONGEST_LINE: u64 = 16 << 20;

/// A batch as it was before its command, so that a resume can tell what became of each message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// UIDVALIDITY of the source.
    pub from_validity: u32,
    /// UIDVALIDITY of the target.
    pub to_validity: u32,
    /// A lower bound of every UID that the batch can get in the target.
    pub to_uid_next: Uid,
    /// How long the command will take, judged by the one before, in milliseconds; none where there was none to judge by.
    pub expected_ms: Option<u64>,
    /// The messages.
    pub messages: Vec<Snap>,
}

/// A message in a batch: UID, size, INTERNALDATE, EMAILID, digest, flags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snap(
    pub Uid,
    pub u64,
    pub Option<i64>,
    pub Option<String>,
    pub Option<String>,
    pub Vec<String>,
);

impl From<&Message> for Snap {
    fn from(message: &Message) -> Self {
        Self(
            message.uid,
            message.size,
            message.internal_date,
            message.email_id.clone(),
            message.digest.clone(),
            message.flags.iter().cloned().collect(),
        )
    }
}

impl From<&Snap> for Message {
    fn from(snap: &Snap) -> Self {
        Self {
            uid: snap.0,
            size: snap.1,
            internal_date: snap.2,
            email_id: snap.3.clone(),
            digest: snap.4.clone(),
            flags: snap.5.iter().cloned().collect(),
        }
    }
}

/// Messages that left the source and did not arrive, and whose ids were found in another mailbox, or in the target: a
/// copy, which may have been there before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    /// Which mailbox.
    pub mailbox: MailboxName,
    /// The UID in the source, and the one there.
    pub pairs: Vec<(Uid, Uid)>,
}

/// What became of a batch, seen by fresh reads of both mailboxes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    /// Which intent.
    pub intent: u64,
    /// The plan's step.
    pub step: u32,
    /// The mailbox the messages were in, by its name at that time.
    pub from: MailboxName,
    /// UIDVALIDITY of that mailbox.
    pub from_validity: u32,
    /// Where they are.
    pub to: MailboxName,
    /// UIDVALIDITY of that mailbox.
    pub to_validity: u32,
    /// Old UID to new UID, each seen in the target, the same as it was.
    pub pairs: Vec<(Uid, Uid)>,
    /// Octets of those.
    pub octets: u64,
    /// Old UID to new UID of those that the server has rewritten: their size or text differs.
    pub changed: Vec<(Uid, Uid)>,
    /// Whether the messages are in the source too, as after a COPY, until `expunged` says otherwise.
    pub copied: bool,
    /// Old UID to new UID of messages that are in the source as well though they should not be: duplicates that we made,
    /// unless the source lets them go late.
    pub doubled: Vec<(Uid, Uid)>,
    /// Old UID to UID in the target of messages that were there before under the same id: where mailboxes are labels
    /// (Gmail), they lost one label and gained none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub there: Vec<(Uid, Uid)>,
    /// Messages that are in neither mailbox.
    pub gone: UidSet,
    /// Where copies of them were found, as format 2 said it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<Elsewhere>,
    /// Why the step must stop after this batch: a resume stops it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stops: Option<Phrase>,
    /// Flags and keywords that the target did not keep.
    pub flags_lost: Vec<String>,
    /// Messages whose INTERNALDATE changed.
    pub dates_changed: u64,
}

/// What the server answered to an intent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// Tagged OK.
    Answered(Answered),
    /// Tagged NO or BAD, with the response code.
    Refused(Option<String>),
    /// Nothing left this machine.
    NotSent,
    /// A resume found out what became of it, and recorded that beside this.
    Recovered,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Record {
    /// The first line.
    Begin {
        /// [`FORMAT`].
        format: u32,
        /// The version of rolecall.
        tool: String,
        /// The run's id.
        run: String,
        /// The id shared by the runs of one command.
        batch: String,
        /// The plan, whole.
        plan: Box<Plan>,
        /// Steps that the user left out.
        skip: Vec<u32>,
        /// How much of each message is compared: a resume compares the same.
        verify: Verify,
        /// How long a tombstone must stay empty, in milliseconds.
        settle_ms: u64,
        /// Tombstones are removed by a later run, when they have stood for so long, in milliseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grace_ms: Option<u64>,
    },
    /// A command is about to be sent.
    Intent {
        /// The intent's number within the run, from 1.
        intent: u64,
        /// The plan's step.
        step: u32,
        /// The command.
        act: Act,
        /// What it moves or copies.
        batch: Option<Batch>,
    },
    /// The server has answered.
    Result {
        /// Which intent.
        intent: u64,
        /// What it said.
        reply: Reply,
    },
    /// A move or copy was checked by fresh reads.
    Moved(Moved),
    /// What left both mailboxes was looked for by id everywhere else.
    Sought {
        /// The intent of the batch.
        intent: u64,
        /// The plan's step.
        step: u32,
        /// How many were looked for.
        messages: usize,
        /// Where they were found.
        places: Vec<Elsewhere>,
    },
    /// Copied messages are out of their source: from here on they are only in the target.
    Expunged {
        /// The plan's step.
        step: u32,
        /// The mailbox they are out of, by its name at that time.
        from: MailboxName,
        /// Where they are.
        to: MailboxName,
        /// UIDVALIDITY of that mailbox.
        to_validity: u32,
        /// Old UID to new UID.
        pairs: Vec<(Uid, Uid)>,
    },
    /// What stood in a mailbox before anything was moved out of it or into it.
    Stood {
        /// The plan's step.
        step: u32,
        /// Which mailbox.
        mailbox: MailboxName,
        /// Its UIDVALIDITY.
        validity: u32,
        /// Messages in it.
        messages: u64,
        /// Its UIDNEXT; none where the server did not tell.
        uid_next: Option<Uid>,
    },
    /// Messages that have left a mailbox by no command of this run.
    Missing {
        /// The plan's step.
        step: u32,
        /// Which mailbox, by the name that its owner knows.
        mailbox: MailboxName,
        /// Their UIDs.
        uids: UidSet,
    },
    /// Whether a mailbox that the run touched adds up.
    Balanced {
        /// What stood and stands there.
        balance: Balance,
    },
    /// A source is proven to be under its tombstone's name.
    Tombstone {
        /// The plan's step.
        step: u32,
        /// The source's own name.
        of: MailboxName,
        /// The name it has now.
        name: MailboxName,
        /// Its UIDVALIDITY now (Courier changes it at RENAME).
        validity: u32,
    },
    /// A tombstone has its own name again.
    Restored {
        /// The plan's step.
        step: u32,
        /// The tombstone's name.
        name: MailboxName,
    },
    /// A step is over.
    StepEnd {
        /// What became of it.
        receipt: StepReceipt,
    },
    /// A resume took over.
    Resumed {
        /// [`FORMAT`] from here on; journals of format 1 did not say.
        #[serde(default = "first_format")]
        format: u32,
        /// The version of rolecall.
        tool: String,
    },
    /// The run waits: its tombstones are removed later.
    Waits {},
    /// The run is over.
    End {},
}

fn first_format() -> u32 {
    1
}

/// Where records are kept; a real file, or the simulated disk of a test.
pub trait Disk: Send {
    /// Appends octets.
    fn append(&mut self, octets: &[u8]) -> io::Result<()>;
    /// Returns when all that was appended survives a power cut.
    fn sync(&mut self) -> io::Result<()>;
}

impl Disk for File {
    fn append(&mut self, octets: &[u8]) -> io::Result<()> {
        self.write_all(octets)
    }
    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
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

/// The same to be written.
#[derive(Serialize)]
struct Written<'a> {
    seq: u64,
    time: String,
    prev: &'a str,
    record: &'a Record,
}

/// The journal of a run that is being written.
pub struct Journal {
    disk: Box<dyn Disk>,
    seq: u64,
    prev: String,
    /// After a failed write or sync nothing on the disk can be trusted, so nothing more is written, or sent.
    broken: bool,
}

impl Journal {
    /// Starts, or goes on after the records that [`read`] gave.
    #[must_use]
    pub fn new(disk: Box<dyn Disk>, seq: u64, prev: String) -> Self {
        Self {
            disk,
            seq,
            prev,
            broken: false,
        }
    }

    /// Appends a record and returns when it would survive a power cut.
    pub fn write(&mut self, time: String, record: &Record) -> io::Result<()> {
        if self.broken {
            return Err(io::Error::other(
                "an earlier write to the journal had failed",
            ));
        }
        let text = sealed(&Written {
            seq: self.seq + 1,
            time,
            prev: &self.prev,
            record,
        })?;
        self.broken = true;
        self.disk.append(text.as_bytes())?;
        if !matches!(record, Record::Intent { .. }) || stands(Guard::Sync) {
            self.disk.sync()?;
        }
        self.broken = false;
        self.seq += 1;
        self.prev = link(text.trim_end().as_bytes());
        Ok(())
    }
}

/// The line with its checksum, newline included.
fn sealed(line: &Written) -> io::Result<String> {
    let mut text = serde_json::to_string(line)?;
    let sum = crc32c::crc32c(text.as_bytes());
    text.pop();
    Ok(format!("{text},\"crc32c\":\"{sum:08x}\"}}\n"))
}

fn link(line: &[u8]) -> String {
    hex(&Sha256::digest(line)).chars().take(16).collect()
}

/// What a journal holds.
#[derive(Debug, Clone, Default)]
pub struct Contents {
    /// The records with their times, in order.
    pub records: Vec<(String, Record)>,
    /// The last line's number.
    pub seq: u64,
    /// The link to put on the next line.
    pub prev: String,
    /// Octets of whole lines; what lies beyond was torn.
    pub whole: u64,
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The disk.
    #[error("read the journal: {0}")]
    Io(#[from] io::Error),
    /// A line that is not the last one does not check.
    #[error("trust the journal: line {line} is damaged")]
    Damaged {
        /// From 1.
        line: u64,
    },
    /// A newer rolecall wrote it.
    #[error("read a journal of format {found}; this rolecall reads up to {FORMAT}")]
    Newer {
        /// The format found.
        found: u32,
    },
}

/// Reads a journal; a torn last line is left out.
pub fn read(input: impl io::Read) -> Result<Contents, ReadError> {
    let mut input = BufReader::new(input);
    let mut contents = Contents::default();
    let mut damaged = None;
    loop {
        let mut octets = Vec::new();
        let length = (&mut input)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut octets)?;
        if length == 0 {
            return Ok(contents);
        }
        if let Some(line) = damaged {
            // It was not the last line after all.
            return Err(ReadError::Damaged { line });
        }
        let number = contents.seq + 1;
        match parse(&octets, number, &contents.prev)? {
            Some(line) => {
                contents.prev = link(octets.trim_ascii_end());
                contents.seq = number;
                contents.whole += length as u64;
                contents.records.push((line.time, line.record));
            }
            None => damaged = Some(number),
        }
    }
}

/// None where the line does not check.
fn parse(octets: &[u8], number: u64, prev: &str) -> Result<Option<Line>, ReadError> {
    const SUFFIX: usize = r#","crc32c":"00000000"}"#.len();
    let Some(text) = octets.strip_suffix(b"\n") else {
        return Ok(None);
    };
    let Some((body, suffix)) = text
        .len()
        .checked_sub(SUFFIX)
        .and_then(|at| text.split_at_checked(at))
    else {
        return Ok(None);
    };
    let mut body = body.to_vec();
    body.push(b'}');
    let expected = format!(",\"crc32c\":\"{:08x}\"}}", crc32c::crc32c(&body));
    if suffix != expected.as_bytes() {
        return Ok(None);
    }
    // The line is whole; where it begins a later format, say that rather than "damaged".
    if let Some(found) = format(&body).filter(|found| *found > FORMAT) {
        return Err(ReadError::Newer { found });
    }
    Ok(serde_json::from_slice::<Line>(&body)
        .ok()
        .filter(|line| line.seq == number && line.prev == prev))
}

/// The format that a whole line says it begins: a run's first, or the first of a resume.
fn format(line: &[u8]) -> Option<u32> {
    #[derive(Deserialize)]
    struct Any {
        record: Begins,
    }
    #[derive(Deserialize)]
    struct Begins {
        format: Option<u64>,
    }
    let any: Any = serde_json::from_slice(line).ok()?;
    Some(u32::try_from(any.record.format?).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

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

    fn three_records() -> Vec<u8> {
        let disk = Memory::default();
        let mut journal = Journal::new(Box::new(disk.clone()), 0, String::new());
        for tool in ["a", "b", "c"] {
            let (tool, format) = (tool.to_owned(), FORMAT);
            journal
                .write("now".into(), &Record::Resumed { format, tool })
                .unwrap();
        }
        disk.0.lock().unwrap().clone()
    }

    #[test]
    fn every_prefix_is_read_as_the_lines_that_were_whole() {
        let octets = three_records();
        for length in 0..=octets.len() {
            let contents = read(&octets[..length]).unwrap();
            let whole = octets[..length].split(|o| *o == b'\n').count() - 1;
            assert_eq!(contents.records.len(), whole, "cut at {length}");
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
                matches!(read(&changed[..]), Err(ReadError::Damaged { .. })),
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
                read(line.as_bytes()),
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
        let contents = read(octets.as_bytes()).unwrap();
        let records: Vec<_> = contents.records.iter().map(|(_, record)| record).collect();
        assert!(matches!(
            records[..],
            [Record::Resumed { format: 1, .. }, Record::Moved(moved)] if moved.elsewhere.is_empty()
        ));
    }

    #[test]
    fn a_line_taken_out_is_noticed() {
        let octets = three_records();
        let lines: Vec<&[u8]> = octets.split_inclusive(|o| *o == b'\n').collect();
        let without = [lines[0], lines[2], lines[2]].concat();
        assert!(matches!(
            read(&without[..]),
            Err(ReadError::Damaged { line: 2 })
        ));
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
        let mut journal = Journal::new(Box::new(Full), 0, String::new());
        for _ in 0..2 {
            assert!(journal.write("now".into(), &Record::End {}).is_err());
        }
    }
}
