use std::{
    io,
    sync::{Arc, Mutex},
};

use super::{
    line::{LONGEST_LINE, link},
    *,
};
use crate::{
    apply::ApplyError,
    language::{Language, text},
    model::{
        mailbox::MailboxName,
        receipt::{LeftMessage, Outcome, SourceAfter, StepReceipt, WhyLeft},
        uid::UidSet,
        unknown::{UnknownMessage, UnknownMessages},
    },
    store::Act,
};

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
            .write("now", &Record::Resumed(record::Resumed { format, tool }))
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
        r#"{"kind":"begin","format":10,"new":true}"#,
        r#"{"kind":"resumed","format":10,"new":true}"#,
    ] {
        let line = line(&format!(
            r#"{{"seq":1,"time":"","prev":"","record":{record}}}"#
        ));
        assert!(matches!(
            records(line.as_bytes()),
            Err(ReadError::Newer { found: 10 })
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
        [Record::Resumed(record::Resumed { format: 1, .. }), Record::Moved(moved)] if moved.elsewhere.is_empty()
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
    let long = Record::Resumed(record::Resumed {
        format: FORMAT,
        tool,
    });
    let why_not = journal.write("now", &long).unwrap_err();
    let error = ApplyError::JournalWrite {
        sent: false,
        source: why_not,
    };
    // Room on the disk would not help.
    assert!(
        error.hint().english().contains("--only"),
        "{:?}",
        error.hint()
    );
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

#[test]
fn what_a_run_says_is_there_in_both_languages_and_in_english_before_format_9() {
    let remark = text::made_again();
    let disk = Memory::default();
    let mut journal = Journal::new(Box::new(disk.clone()), Position::default());
    let remarked = record::Remarked {
        step: 1,
        remark: remark.clone(),
    };
    journal.write("now", &Record::Remarked(remarked)).unwrap();
    let said = |octets: &[u8], language| match &records(octets).unwrap()[..] {
        [Record::Remarked(remarked)] => remarked.remark.say(language).to_owned(),
        other => panic!("{other:?}"),
    };
    let octets = disk.0.lock().unwrap().clone();
    let former = line(&format!(
        r#"{{"seq":1,"time":"","prev":"","record":{{"kind":"remarked","step":1,"remark":"{}"}}}}"#,
        remark.english()
    ));
    for language in Language::EVERY {
        assert_eq!(said(&octets, language), remark.say(language));
        assert_eq!(said(former.as_bytes(), language), remark.english());
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one example a kind")]
fn every_kind_of_record_stands_in_the_file_as_its_format_has_it() {
    let name = || MailboxName::new(b"a".to_vec(), "a".to_owned());
    let receipt = StepReceipt {
        id: 3,
        outcome: Outcome::Applied,
        moved: Some(2),
        proven: None,
        source_after: Some(SourceAfter::Waits),
        left: Vec::new(),
        message: None,
    };
    let records = [
        (
            Record::Intent(record::Intent {
                intent: 1,
                step: 3,
                act: Act::Delete { name: name() },
                batch: None,
            }),
            r#"{"kind":"intent","intent":1,"step":3,"act":{"act":"delete","name":NAME},"batch":null}"#,
        ),
        (
            Record::Result(record::Answer {
                intent: 1,
                reply: Reply::Refused(Some("NOPERM".to_owned())),
            }),
            r#"{"kind":"result","intent":1,"reply":{"refused":"NOPERM"}}"#,
        ),
        (
            Record::Sought(record::Sought {
                intent: 1,
                step: 3,
                messages: 2,
                places: vec![Elsewhere {
                    mailbox: name(),
                    pairs: vec![(1, 7)],
                }],
            }),
            r#"{"kind":"sought","intent":1,"step":3,"messages":2,"places":[{"mailbox":NAME,"pairs":[[1,7]]}]}"#,
        ),
        (
            Record::Expunged(record::Expunged {
                step: 3,
                from: name(),
                to: name(),
                to_validity: 9,
                pairs: vec![(1, 7)],
            }),
            r#"{"kind":"expunged","step":3,"from":NAME,"to":NAME,"to_validity":9,"pairs":[[1,7]]}"#,
        ),
        (
            Record::Stood(record::Stood {
                step: 3,
                mailbox: name(),
                validity: 9,
                messages: 2,
                uid_next: None,
            }),
            r#"{"kind":"stood","step":3,"mailbox":NAME,"validity":9,"messages":2,"uid_next":null}"#,
        ),
        (
            Record::Missing(record::Missing {
                step: 3,
                mailbox: name(),
                uids: UidSet::new(vec![1, 2, 3]),
            }),
            r#"{"kind":"missing","step":3,"mailbox":NAME,"uids":"1:3"}"#,
        ),
        (
            Record::Result(record::Answer {
                intent: 1,
                reply: Reply::RefusedInPassing(Some("INUSE".to_owned())),
            }),
            r#"{"kind":"result","intent":1,"reply":{"refused-in-passing":"INUSE"}}"#,
        ),
        (
            Record::Left(record::Left {
                step: 3,
                validity: 9,
                message: LeftMessage {
                    mailbox: name(),
                    uid: 7,
                    date: Some("2026-11-29T20:00:00Z".to_owned()),
                    size: Some(12),
                    message_id: None,
                    because: WhyLeft::Unreadable,
                    words: None,
                },
            }),
            r#"{"kind":"left","step":3,"validity":9,"message":{"mailbox":NAME,"uid":7,"date":"2026-11-29T20:00:00Z","size":12,"message_id":null,"because":"unreadable"}}"#,
        ),
        (
            Record::Tombstone(record::Tombstone {
                step: 3,
                of: name(),
                name: name(),
                validity: 9,
            }),
            r#"{"kind":"tombstone","step":3,"of":NAME,"name":NAME,"validity":9}"#,
        ),
        (
            Record::Restored(record::Restored {
                step: 3,
                name: name(),
            }),
            r#"{"kind":"restored","step":3,"name":NAME}"#,
        ),
        (
            Record::StepEnd(record::StepEnd { receipt, why: None }),
            r#"{"kind":"step-end","receipt":{"id":3,"outcome":"applied","moved":2,"proven":null,"source_after":"waits","message":null}}"#,
        ),
        (
            Record::Resumed(record::Resumed {
                format: FORMAT,
                tool: "0.1.0".to_owned(),
            }),
            r#"{"kind":"resumed","format":9,"tool":"0.1.0"}"#,
        ),
        (
            Record::Remarked(record::Remarked {
                step: 1,
                remark: "so".into(),
            }),
            r#"{"kind":"remarked","step":1,"remark":"so"}"#,
        ),
        (
            Record::GaveUp(record::GaveUp {
                intent: Some(3),
                unknown: UnknownMessages {
                    step: 1,
                    mailbox: MailboxName::new(b"a".to_vec(), "a".to_owned()),
                    target: None,
                    count: 1,
                    messages: vec![UnknownMessage {
                        uid: 7,
                        size: 8,
                        date: None,
                    }],
                    why: "so".into(),
                },
            }),
            r#"{"kind":"gave-up","intent":3,"unknown":{"step":1,"mailbox":NAME,"target":null,"count":1,"messages":[{"uid":7,"size":8,"date":null}],"why":"so"}}"#,
        ),
        (Record::Waits {}, r#"{"kind":"waits"}"#),
        (Record::End {}, r#"{"kind":"end"}"#),
        (Record::GivenUp {}, r#"{"kind":"given-up"}"#),
    ];
    for (record, written) in records {
        let name = r#"{"name":"a","wire_name":"a","wire_name_base64":null}"#;
        let written = written.replace("NAME", name);
        assert_eq!(serde_json::to_string(&record).unwrap(), written);
        let read: Record = serde_json::from_str(&written).unwrap();
        assert_eq!(read, record);
    }
}
