use super::*;
use crate::{apply::journal::Moved, model::receipt::StepReceipt, store::Answered};

fn name(text: &str) -> MailboxName {
    MailboxName::new(text.as_bytes().to_vec(), text.to_owned())
}

fn intent(intent: u64, act: Act) -> Record {
    Record::Intent {
        intent,
        step: 1,
        act,
        batch: None,
    }
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
        elsewhere: Vec::new(),
        stops: None,
        gone: UidSet::default(),
        flags_lost: Vec::new(),
        dates_changed: 0,
    })
}

fn expunged(pairs: &[(Uid, Uid)]) -> Record {
    Record::Expunged {
        step: 1,
        from: name("Sent Items"),
        to: name("Sent"),
        to_validity: 2,
        pairs: pairs.to_vec(),
    }
}

fn ended(outcome: Outcome, source_after: Option<SourceAfter>) -> Record {
    Record::StepEnd {
        receipt: StepReceipt {
            proven: None,
            id: 1,
            outcome,
            moved: None,
            source_after,
            message: None,
        },
    }
}

fn effect(records: &[Record]) -> Effect {
    let mut effects = Effects::default();
    for record in records {
        effects.take(record);
    }
    effects.0.remove(&1).unwrap_or_default()
}

fn uids(of: &BTreeSet<Uid>) -> Vec<Uid> {
    of.iter().copied().collect()
}

#[test]
fn a_command_that_was_refused_or_not_sent_had_no_effect() {
    for reply in [Reply::Refused(None), Reply::NotSent] {
        let result = Record::Result { intent: 7, reply };
        let effect = effect(&[intent(7, delete()), result]);
        assert!(!effect.did(|_| true));
    }
}

#[test]
fn a_command_whose_answer_was_lost_counts_as_the_receipt_says() {
    let lost = intent(7, delete());
    let removed = ended(Outcome::Applied, Some(SourceAfter::Removed));
    let seen = effect(&[lost, removed]);
    assert!(seen.applied && seen.did(|act| *act == delete()));
    assert_eq!(seen.source_after, Some(SourceAfter::Removed));
    let reply = Reply::Answered(Answered::default());
    let answered = effect(&[intent(7, delete()), Record::Result { intent: 7, reply }]);
    assert!(!answered.applied, "no receipt, no proof");
}

#[test]
fn the_last_receipt_of_a_step_is_the_one_that_holds() {
    let refused = ended(Outcome::Refused, Some(SourceAfter::Left));
    let applied = ended(Outcome::Applied, Some(SourceAfter::Removed));
    assert!(effect(&[refused, applied]).applied);
}

#[test]
fn copies_count_as_moved_once_their_originals_were_seen_to_be_gone() {
    let copied = moved(&[(1, 10), (2, 11)], &[], true);
    let effect = effect(&[copied, expunged(&[(1, 10)])]);
    assert_eq!(uids(&effect.moved), [10]);
    assert_eq!(uids(&effect.copied), [11]);
}

#[test]
fn what_the_server_has_rewritten_goes_back_after_a_move_and_stays_after_a_copy() {
    let after_a_move = effect(&[moved(&[(1, 10)], &[(2, 11)], false)]);
    assert_eq!(uids(&after_a_move.moved), [10, 11]);
    let after_a_copy = effect(&[moved(&[(1, 10)], &[(2, 11)], true)]);
    assert!(after_a_copy.moved.is_empty());
    assert_eq!(uids(&after_a_copy.copied), [10]);
}
