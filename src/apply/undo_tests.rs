use super::*;
use crate::{
    apply::{
        books::UidRanges,
        journal::{Moved, Record, Reply, record},
    },
    model::{
        receipt::{Outcome, StepReceipt},
        uid::{Uid, UidSet},
    },
    store::Answered,
};

fn name(text: &str) -> MailboxName {
    MailboxName::new(text.as_bytes().to_vec(), text.to_owned())
}

fn intent(intent: u64, act: Act) -> Record {
    Record::Intent(record::Intent {
        intent,
        step: 1,
        act,
        batch: None,
    })
}

fn delete() -> Act {
    Act::Delete { name: name("T") }
}

fn moved(pairs: &[(Uid, Uid)], changed: &[(Uid, Uid)], copied: bool) -> Record {
    Record::Moved(Moved {
        intent: 1,
        step: 1,
        from: name("Sent Items"),
        from_validity: 1,
        to: name("Sent"),
        to_validity: 2,
        pairs: pairs.to_vec(),
        octets: 0,
        changed: changed.to_vec(),
        copied,
        doubled: Vec::new(),
        there: Vec::new(),
        withheld: Vec::new(),
        elsewhere: Vec::new(),
        stops: None,
        gone: UidSet::default(),
        flags_lost: Vec::new(),
        flags_gained: Vec::new(),
        dates_changed: 0,
    })
}

fn expunged(pairs: &[(Uid, Uid)]) -> Record {
    Record::Expunged(record::Expunged {
        step: 1,
        from: name("Sent Items"),
        to: name("Sent"),
        to_validity: 2,
        pairs: pairs.to_vec(),
    })
}

fn ended(outcome: Outcome, source_after: Option<SourceAfter>) -> Record {
    Record::StepEnd(record::StepEnd {
        receipt: StepReceipt {
            proven: None,
            id: 1,
            outcome,
            moved: None,
            source_after,
            left: Vec::new(),
            message: None,
        },
        why: None,
    })
}

/// What the books say of the only step after these records.
fn read<T>(records: impl IntoIterator<Item = Record>, ask: impl Fn(&StepBook) -> T) -> T {
    let mut books = Books::default();
    for record in records {
        books.take("", record);
    }
    ask(books.step(1).unwrap_or(&StepBook::default()))
}

fn uids(of: &UidRanges) -> Vec<Uid> {
    of.iter().collect()
}

#[test]
fn a_command_that_was_refused_or_not_sent_had_no_effect() {
    for reply in [Reply::Refused(None), Reply::NotSent] {
        let result = Record::Result(record::Answer { intent: 7, reply });
        let did_anything = |book: &StepBook| book.effect.did(|_| true);
        assert!(!read([intent(7, delete()), result], did_anything));
    }
}

#[test]
fn a_command_whose_answer_was_lost_counts_as_the_receipt_says() {
    let removed = ended(Outcome::Applied, Some(SourceAfter::Removed));
    read([intent(7, delete()), removed], |book| {
        assert!(book.is_applied() && book.effect.did(|act| *act == delete()));
        assert_eq!(book.source_after(), Some(SourceAfter::Removed));
    });
    let reply = Reply::Answered(Answered::default());
    let answered = [
        intent(7, delete()),
        Record::Result(record::Answer { intent: 7, reply }),
    ];
    let is_applied = read(answered, StepBook::is_applied);
    assert!(!is_applied, "no receipt, no proof");
}

#[test]
fn the_last_receipt_of_a_step_is_the_one_that_holds() {
    let refused = ended(Outcome::Refused, Some(SourceAfter::Left));
    let applied = ended(Outcome::Applied, Some(SourceAfter::Removed));
    assert!(read([refused, applied], StepBook::is_applied));
}

#[test]
fn copies_count_as_moved_once_their_originals_were_seen_to_be_gone() {
    let copied = moved(&[(1, 10), (2, 11)], &[], true);
    read([copied, expunged(&[(1, 10)])], |book| {
        assert_eq!(uids(&book.effect.moved), [10]);
        assert_eq!(uids(&book.effect.copied), [11]);
    });
}

#[test]
fn what_the_server_has_rewritten_goes_back_after_a_move_and_stays_after_a_copy() {
    read([moved(&[(1, 10)], &[(2, 11)], false)], |book| {
        assert_eq!(uids(&book.effect.moved), [10, 11]);
    });
    read([moved(&[(1, 10)], &[(2, 11)], true)], |book| {
        assert!(book.effect.moved.is_empty());
        assert_eq!(uids(&book.effect.copied), [10]);
    });
}

#[test]
fn what_is_missing_from_the_target_is_not_promised_by_an_undo() {
    let missing = Record::Missing(record::Missing {
        step: 1,
        mailbox: name("Sent"),
        uids: UidSet::new(vec![10, 99]),
    });
    read([moved(&[(1, 10), (2, 11)], &[], false), missing], |book| {
        assert_eq!(uids(&book.effect.moved), [11]);
        assert_eq!(book.effect.purged, 1);
    });
}
