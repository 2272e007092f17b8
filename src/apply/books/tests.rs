use std::sync::Arc;

use super::*;
use crate::{
    apply::{
        journal::{FORMAT, Moved, Snap, record},
        settings::Verify,
    },
    model::{
        listing::AccountId,
        plan::{Allowances, Basis},
        receipt::{Outcome, Proof, Proven, StepReceipt},
        uid::{Uid, UidSet},
    },
    store::Answered,
};

fn name(text: &str) -> MailboxName {
    MailboxName::new(text.as_bytes().to_vec(), text.to_owned())
}

/// A name under which a source is set aside.
const ASIDE: &str = "rolecall-aaaaaaaaaaaaaaaaaaaaaaaaaa";

fn books(records: impl IntoIterator<Item = Record>) -> Books {
    let mut books = Books::default();
    for record in records {
        books.take("2026-01-02T03:04:05Z", record);
    }
    books
}

fn intent(intent: u64, act: Act) -> Record {
    Record::Intent(record::Intent {
        intent,
        step: 1,
        act,
        batch: None,
    })
}

fn result(intent: u64, reply: Reply) -> Record {
    Record::Result(record::Answer { intent, reply })
}

fn set_aside(number: u64) -> Record {
    let (from, to) = (name("Sent Items"), name(ASIDE));
    intent(number, Act::Rename { from, to })
}

fn tombstone() -> Record {
    Record::Tombstone(record::Tombstone {
        step: 1,
        of: name("Sent Items"),
        name: name(ASIDE),
        validity: 1,
    })
}

fn resumed() -> Record {
    Record::Resumed(record::Resumed {
        format: FORMAT,
        tool: String::new(),
    })
}

fn moved(pairs: &[(Uid, Uid)]) -> Moved {
    Moved {
        intent: 1,
        step: 1,
        from: name("Sent Items"),
        from_validity: 1,
        to: name("Sent"),
        to_validity: 2,
        pairs: pairs.to_vec(),
        octets: 7,
        changed: Vec::new(),
        copied: false,
        doubled: Vec::new(),
        there: Vec::new(),
        withheld: Vec::new(),
        elsewhere: Vec::new(),
        stops: None,
        gone: UidSet::default(),
        flags_lost: Vec::new(),
        flags_gained: Vec::new(),
        dates_changed: 0,
    }
}

fn copied(pairs: &[(Uid, Uid)]) -> Record {
    Record::Moved(Moved {
        copied: true,
        ..moved(pairs)
    })
}

fn expunged(from: &str, pairs: &[(Uid, Uid)]) -> Record {
    Record::Expunged(record::Expunged {
        step: 1,
        from: name(from),
        to: name("Sent"),
        to_validity: 2,
        pairs: pairs.to_vec(),
    })
}

fn copies(books: &Books, source: &str) -> Vec<(Uid, Uid)> {
    let copies = books.copies().of(&name(source));
    copies.into_iter().flat_map(UidPairs::iter).collect()
}

#[test]
fn a_run_that_is_taken_up_again_after_its_end_is_open_until_it_ends_again() {
    let state = |records: Vec<Record>| books(records).state().clone();
    assert_eq!(state(vec![]), State::Open);
    assert_eq!(state(vec![resumed(), Record::End {}]), State::Finished);
    assert_eq!(state(vec![Record::End {}, resumed()]), State::Open);
    let waits = state(vec![Record::Waits {}, tombstone()]);
    assert!(matches!(waits, State::Waits { since } if since == "2026-01-02T03:04:05Z"));
}

#[test]
fn an_intent_counts_as_sent_unless_the_journal_says_that_it_was_not() {
    let subscribe = |number| {
        let name = name("Sent");
        intent(number, Act::Subscribe { name })
    };
    assert!(!books([resumed()]).has_sent());
    assert!(books([subscribe(1)]).has_sent());
    assert!(!books([subscribe(1), result(1, Reply::NotSent)]).has_sent());
    let refused = [
        subscribe(1),
        result(1, Reply::NotSent),
        resumed(),
        subscribe(2),
        result(2, Reply::Refused(None)),
    ];
    let books = books(refused);
    assert!(books.has_sent());
    assert_eq!(books.next_intent(), 3);
}

#[test]
fn messages_that_were_in_the_target_before_count_as_moved() {
    let there = Moved {
        there: vec![(3, 30)],
        ..moved(&[(1, 10), (2, 11)])
    };
    let books = books([Record::Moved(there)]);
    assert_eq!(books.moved(1), 3);
    assert_eq!(books.moved_in_all(), 3);
}

#[test]
fn what_is_expunged_under_a_tombstones_name_leaves_the_copies_of_its_source() {
    let before = [copied(&[(1, 10), (2, 11)]), set_aside(2), tombstone()];
    let aside = books(before.clone());
    assert_eq!(copies(&aside, "Sent Items"), []);
    assert_eq!(copies(&aside, ASIDE), [(1, 10), (2, 11)]);
    let after = books(before.into_iter().chain([expunged(ASIDE, &[(1, 10)])]));
    assert_eq!(copies(&after, ASIDE), [(2, 11)]);
    assert_eq!(after.copies().left().count(), 1);
}

#[test]
fn copies_go_along_when_a_source_gets_its_own_name_back() {
    let restored = Record::Restored(record::Restored {
        step: 1,
        name: name(ASIDE),
    });
    let books = books([
        copied(&[(1, 10), (2, 11)]),
        set_aside(2),
        tombstone(),
        expunged(ASIDE, &[(1, 10)]),
        restored,
    ]);
    assert_eq!(copies(&books, "Sent Items"), [(2, 11)]);
    assert_eq!(books.set_aside().attempts().count(), 0);
}

#[test]
fn to_later_runs_copies_are_those_of_a_sources_own_name() {
    let waits = books([copied(&[(1, 10)]), set_aside(2), tombstone()]);
    let copies: Vec<UidMap> = waits.copies_by_own_name().collect();
    let sources: Vec<&str> = copies.iter().map(|map| map.from.mailbox.text()).collect();
    assert_eq!(sources, ["Sent Items"]);
}

#[test]
fn a_batch_that_emptied_what_is_set_aside_does_not_bring_an_old_uidvalidity_back() {
    let emptied = Record::Tombstone(record::Tombstone {
        step: 1,
        of: name("Sent Items"),
        name: name(ASIDE),
        validity: 9,
    });
    let proven = Record::Moved(Moved {
        from: name(ASIDE),
        ..moved(&[(1, 10)])
    });
    let books = books([set_aside(1), tombstone(), emptied, proven]);
    assert_eq!(books.identity(&name(ASIDE)), Some(9));
}

#[test]
fn a_batch_is_open_until_it_is_proven_and_its_messages_are_forgotten_then() {
    let act = Act::Move {
        from: name("Sent Items"),
        uids: UidSet::new(vec![1, 2]),
        to: name("Sent"),
    };
    let message = |uid| {
        Snap(
            uid,
            5,
            Some(9),
            None,
            Some("fingerprint".into()),
            Arc::default(),
        )
    };
    let sent = Record::Intent(record::Intent {
        intent: 1,
        step: 1,
        act,
        batch: Some(Batch {
            from_validity: 1,
            to_validity: 2,
            to_uid_next: 10,
            expected_ms: None,
            messages: vec![message(1), message(2)].into(),
        }),
    });
    let answered = result(1, Reply::Answered(Answered::default()));
    let open = books([sent.clone(), answered.clone()]);
    assert_eq!(open.open_batches().count(), 1);
    assert!(format!("{open:?}").contains("fingerprint"));
    let proven = Record::Moved(moved(&[(1, 10), (2, 11)]));
    let proven = books([sent.clone(), answered, proven]);
    assert_eq!(proven.open_batches().count(), 0);
    assert!(!format!("{proven:?}").contains("fingerprint"));
    assert_eq!(proven.mailboxes().of(&name("Sent")).unwrap().came.len(), 2);
    let not_sent = books([sent, result(1, Reply::NotSent)]);
    assert_eq!(not_sent.open_batches().count(), 0);
}

#[test]
fn a_rename_without_an_answer_may_run_late_until_a_look_a_day_after_the_end_finds_nothing() {
    let late = |records: &[Record]| books(records.iter().cloned()).may_run_late();
    let asked = set_aside(1);
    assert!(!late(std::slice::from_ref(&asked)), "the run goes on");
    assert!(late(&[asked.clone(), Record::End {}]));
    let looked = [Record::End {}, resumed(), Record::End {}];
    let looked = [std::slice::from_ref(&asked), &looked[..]].concat();
    assert!(late(&looked), "one look closes nothing");
    let mut known = books(looked);
    assert!(!known.is_closed_by_a_look_at("2026-01-03T03:04:04Z"));
    assert!(known.is_closed_by_a_look_at("2026-01-03T03:04:05Z"));
    known.take("2026-01-03T03:04:05Z", Record::End {});
    assert!(!known.may_run_late());
    let refused = result(1, Reply::Refused(None));
    assert!(!late(&[asked.clone(), refused, Record::End {}]));
    assert!(!late(&[asked, tombstone(), Record::End {}]));
}

#[test]
fn a_delete_without_an_answer_has_to_be_found_out_about() {
    let delete = intent(2, Act::Delete { name: name(ASIDE) });
    let before = [set_aside(1), tombstone(), delete];
    let open = books(before.clone());
    assert_eq!(open.set_aside().unanswered().count(), 1);
    assert_eq!(open.set_aside().deleted().len(), 1);
    assert!(open.set_aside().was_deleted(&name(ASIDE)));
    let refused = result(2, Reply::Refused(None));
    let refused = books(before.into_iter().chain([refused]));
    assert_eq!(refused.set_aside().deleted(), []);
    assert!(refused.set_aside().was_deleted(&name(ASIDE)));
}

#[test]
fn a_loss_that_was_told_late_is_told_again_when_the_step_ends_again() {
    let receipt = StepReceipt {
        id: 1,
        outcome: Outcome::Applied,
        moved: Some(1),
        proven: Some(Proven {
            by: Proof::Facts,
            octets: 7,
            dates_changed: 2,
            flags_lost: vec!["$Forwarded".to_owned()],
            flags_gained: Vec::new(),
        }),
        source_after: None,
        left: Vec::new(),
        message: None,
    };
    let books = books([
        Record::Moved(moved(&[(1, 10)])),
        Record::StepEnd(record::StepEnd { receipt, why: None }),
    ]);
    let proven = books.step(1).unwrap().tally.proven(Proof::Facts);
    assert_eq!((proven.octets, proven.dates_changed), (7, 2));
    assert_eq!(proven.flags_lost, ["$Forwarded"]);
}

#[test]
fn how_a_run_was_begun_is_what_a_resume_goes_on_with() {
    let plan = Plan {
        schema: String::new(),
        tool: String::new(),
        account: "imap://a@b".to_owned(),
        identity: AccountId::example("a"),
        made: String::new(),
        listing: Basis {
            fingerprint: String::new(),
            mailboxes: Vec::new(),
            subscribed: Vec::new(),
            delimiter: None,
        },
        allow: Allowances::default(),
        partial: false,
        undoes: None,
        steps: Vec::new(),
        warnings: Vec::new(),
        manual: Vec::new(),
        french: Vec::new(),
        totals: None,
        digest: String::new(),
        error: (),
    };
    let begin = Record::Begin(record::Begin {
        format: FORMAT,
        tool: String::new(),
        run: "run".to_owned(),
        command: "command".to_owned(),
        plan: Box::new(plan.clone()),
        skip: vec![3],
        verify: Verify::Full,
        settle_ms: 2_000,
        grace_ms: Some(5),
        filters_at: Some(("sieve.example".to_owned(), 4190)),
    });
    let books = books([begin]);
    assert_eq!(books.plan(), Some(&plan));
    let settings = &books.begun().unwrap().settings;
    assert_eq!(settings.command, "command");
    assert_eq!(settings.settle, Duration::from_secs(2));
    assert_eq!(settings.grace, Some(Duration::from_millis(5)));
    assert!(settings.skip.contains(&3));
    let filters_at = settings.filters_at.as_ref();
    assert_eq!(filters_at.map(|(host, _)| &**host), Some("sieve.example"));
}

#[test]
fn a_rename_that_was_found_out_about_is_not_waited_for_again_and_may_run_late_all_the_same() {
    let unanswered = |books: &Books| {
        let unanswered = books.set_aside().unanswered();
        unanswered
            .flat_map(|(_, intents)| intents.collect::<Vec<u64>>())
            .collect::<Vec<u64>>()
    };
    assert_eq!(unanswered(&books([set_aside(4)])), [4]);
    let found_out = [set_aside(4), result(4, Reply::Recovered), Record::End {}];
    let books = books(found_out);
    assert_eq!(unanswered(&books), [0; 0]);
    assert!(books.may_run_late());
}

#[test]
fn what_the_target_does_not_give_out_is_moved_and_named_by_its_new_uid() {
    let (from, to) = (name("Sent Items"), name("Sent"));
    let snap = |uid| Snap(uid, 70, Some(0), None, None, Arc::default());
    let batch = Batch {
        from_validity: 1,
        to_validity: 2,
        to_uid_next: 20,
        expected_ms: None,
        messages: vec![snap(1), snap(2)].into(),
    };
    let uids = UidSet::new(vec![1, 2]);
    let sent = Record::Intent(record::Intent {
        intent: 1,
        step: 1,
        act: Act::Move { from, uids, to },
        batch: Some(batch),
    });
    let proven = Record::Moved(Moved {
        withheld: vec![(2, 21)],
        ..moved(&[(1, 20)])
    });
    let books = books([sent, proven]);
    let book = books.step(1).unwrap();
    assert_eq!((book.moved, book.withheld()), (2, 1));
    assert_eq!(book.effect.moved.to_set(), UidSet::new(vec![20, 21]));
    let [left] = book.left.as_slice() else {
        panic!("{:?}", book.left)
    };
    assert_eq!((left.mailbox.text(), left.uid), ("Sent", 21));
    assert_eq!(left.date.as_deref(), Some("1970-01-01T00:00:00Z"));
    assert_eq!(left.because, WhyLeft::Withheld);
    let side = books.mailboxes().of(&name("Sent Items")).unwrap();
    assert_eq!(side.left.len(), 2);
}
