//! Runs as scenes: what happens to an account while other clients work on it too, and what is left in the end.
//!
//! What a resume does depends on the last command in the journal and on what the server shows; `RESUMES` names the test
//! of each case.

mod arriving;
mod balance;
mod hung_up;
mod husks;
mod later;
mod lock;
mod manners;
mod one_store;
mod resting;
mod surprises;
mod trouble;
mod views;
mod ways;
mod withheld;
mod words;

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use rolecall::{
    apply::{ApplyError, RunState},
    demo::{
        At, Persona, Point, Verdict, World,
        message::Mailbox,
        mutation::Mutation,
        persona::{Claims, Keywords, Marking},
        providers::GMAIL,
    },
    language::Phrase,
    model::{
        finding::{Code, Finding},
        mailbox::{MailboxName, is_tombstone},
        plan::Action,
        receipt::{Outcome, Receipt, SourceAfter},
        role::Role,
    },
    planner::Suggestion,
    store::{Access, Search, Store as _},
};
use tokio::time::Instant;

use crate::stage::{self, Client, Stage, USER, ending, said};

const REMOVED: (Outcome, Option<SourceAfter>) = (Outcome::Applied, Some(SourceAfter::Removed));
const REFUSED: (Outcome, Option<SourceAfter>) = (Outcome::Refused, Some(SourceAfter::Left));

/// The four ways in which messages travel: what the server lacks.
const WAYS: [&[&str]; 4] = [&[], &["UIDPLUS"], &["MOVE"], &["MOVE", "UIDPLUS"]];

/// The last command without a result, what the server shows, and the test that plays it.
const RESUMES: [(&str, &str, &str); 26] = [
    (
        "none",
        "all as planned",
        "a_run_that_sent_nothing_is_closed_and_not_resumed",
    ),
    (
        "move",
        "all moved",
        "a_move_that_ran_unheard_is_not_sent_again",
    ),
    ("move", "nothing moved", "what_never_ran_is_sent_again"),
    (
        "move",
        "a part moved",
        "what_a_move_left_behind_goes_in_a_new_one",
    ),
    (
        "move",
        "in both",
        "what_a_move_left_in_both_mailboxes_is_kept_in_both",
    ),
    (
        "move",
        "going on",
        "a_move_that_is_still_filling_the_target_is_waited_for",
    ),
    (
        "move",
        "in neither, found elsewhere",
        "a_message_that_another_client_took_is_found_by_its_id_in_a_run_and_in_a_resume",
    ),
    (
        "move",
        "in neither, found nowhere",
        "a_message_that_is_found_nowhere_is_said_to_be_nowhere",
    ),
    (
        "copy",
        "all copied",
        "a_resume_compares_as_the_run_was_begun",
    ),
    ("copy", "nothing copied", "what_never_ran_is_sent_again"),
    (
        "copy",
        "cannot be decided",
        "a_copy_of_which_only_a_part_is_seen_is_made_again",
    ),
    (
        "store, expunge",
        "copies gone",
        "copies_that_were_tidied_away_are_made_again_before_any_original_goes",
    ),
    (
        "store, expunge",
        "copies there",
        "originals_go_in_as_many_commands_as_the_limit_asks_for",
    ),
    (
        "rename",
        "source, no tombstone",
        "what_runs_late_of_one_attempt_never_meets_another",
    ),
    (
        "rename",
        "tombstone, no source",
        "a_rename_that_ran_unheard_is_gone_on_with",
    ),
    (
        "rename",
        "tombstone, another source",
        "a_mailbox_that_is_back_after_a_break_is_not_touched",
    ),
    (
        "rename",
        "neither",
        "a_source_that_somebody_took_during_a_break_is_left_to_them",
    ),
    (
        "any",
        "a tombstone of an earlier attempt",
        "what_runs_late_of_one_attempt_never_meets_another",
    ),
    (
        "delete",
        "tombstone gone",
        "an_undo_brings_all_back_though_the_delete_lost_its_answer",
    ),
    (
        "delete",
        "tombstone empty",
        "what_runs_late_of_one_attempt_never_meets_another",
    ),
    (
        "delete",
        "tombstone not empty",
        "mail_that_came_before_a_lost_delete_is_moved",
    ),
    (
        "subscribe, mark",
        "any",
        "what_a_break_leaves_undone_of_small_steps_is_done",
    ),
    (
        "any",
        "target gone",
        "a_target_that_is_gone_is_not_made_again",
    ),
    (
        "any",
        "source another",
        "a_source_that_was_made_anew_during_a_break_is_not_touched",
    ),
    (
        "end",
        "an orphan",
        "a_resume_finds_by_itself_the_finished_run_whose_rename_ran_late",
    ),
    (
        "any",
        "another account",
        "a_journal_of_another_account_is_not_resumed",
    ),
];

#[test]
fn every_case_of_a_resume_has_its_test() {
    let scenes = include_str!("apply.rs");
    for (last, shown, test) in RESUMES {
        assert!(
            scenes.contains(&format!("async fn {test}()")),
            "{last}, {shown}: {test}"
        );
    }
}

/// One source with five messages.
fn one_source(lacks: &[&str]) -> Stage {
    let stage = Stage::without(lacks);
    stage.mailbox("Sent Items", 5);
    stage
}

/// At one point of the first such command of one connection, once.
fn at(
    connection: u64,
    command: &'static str,
    point: Point<'static>,
) -> impl FnMut(&At<'_>) -> bool {
    let mut over = false;
    move |now| {
        let is_it =
            !over && now.connection == connection && now.command == command && now.point == point;
        over |= is_it;
        is_it
    }
}

/// At one point of the second such command of the first connection: the first moves a single message.
fn at_second(command: &'static str, point: Point<'static>) -> impl FnMut(&At<'_>) -> bool {
    let mut reached = 0;
    move |now| {
        let is_it = now.connection == 1 && now.command == command && now.point == point;
        reached += u32::from(is_it);
        is_it && reached == 2
    }
}

/// What a meddler does once, the first time that a command comes to a point.
fn at_first(
    command: &'static str,
    point: Point<'static>,
    verdict: Verdict,
) -> impl FnMut(&At<'_>, &mut World) -> Verdict {
    let mut verdict = Some(verdict);
    move |now, _| {
        let is_it = now.command == command && now.point == point;
        verdict.take_if(|_| is_it).unwrap_or_default()
    }
}

/// What a meddler does at such a point.
fn when(
    mut is_it: impl FnMut(&At<'_>) -> bool,
    verdict: Verdict,
) -> impl FnMut(&At<'_>, &mut World) -> Verdict {
    move |now, _| {
        if is_it(now) {
            verdict.clone()
        } else {
            Verdict::GoOn
        }
    }
}

/// A meddler that changes the account at such a point, and lets the run go on.
fn once(
    mut is_it: impl FnMut(&At<'_>) -> bool,
    mut happens: impl FnMut(&mut World),
) -> impl FnMut(&At<'_>, &mut World) -> Verdict {
    move |now, world| {
        if is_it(now) {
            happens(world);
        }
        Verdict::GoOn
    }
}

/// A server that does this with every such command.
fn always(command: &'static str, verdict: Verdict) -> impl FnMut(&At<'_>, &mut World) -> Verdict {
    move |now, _| match now.point {
        Point::Before if now.command == command => verdict.clone(),
        _ => Verdict::GoOn,
    }
}

/// A server that refuses every such command, in these words.
fn refusing(
    command: &'static str,
    words: &'static str,
) -> impl FnMut(&At<'_>, &mut World) -> Verdict {
    always(command, Verdict::Refuse(words.to_owned()))
}

/// The connection of a fix that sends such a command: what is emptied is removed over a new one.
fn connection_of(command: &str) -> u64 {
    match command {
        "DELETE" | "UNSUBSCRIBE" => 2,
        _ => 1,
    }
}

fn mailbox_of<'w>(world: &'w mut World, name: &str) -> &'w mut Mailbox {
    let mailboxes = &mut world.account_mut(USER).unwrap().mailboxes;
    mailboxes.get_mut(name.as_bytes()).unwrap()
}

/// A message that is delivered into a mailbox.
fn delivered(world: &mut World, name: &str, id: &str) {
    let text = stage::text_of(id);
    world.add_message(USER, name, &[], 7, text).unwrap();
}

/// A message marked `\Deleted` that comes into Sent Items.
fn doomed(world: &mut World, id: &str) {
    let (flags, text) = (["\\Deleted"], stage::text_of(id));
    let added = world.add_message(USER, "Sent Items", &flags, 7, text);
    added.unwrap();
}

/// Another client removes Sent Items and makes it again, with one message.
fn made_anew(world: &mut World, id: &str) {
    let mailboxes = &mut world.account_mut(USER).unwrap().mailboxes;
    mailboxes.remove(b"Sent Items".as_slice()).unwrap();
    world.add_mailbox(USER, "Sent Items").unwrap();
    delivered(world, "Sent Items", id);
}

/// Another client takes everything out of a mailbox.
fn empty(world: &mut World, name: &str) {
    if world.mailbox(USER, name).is_none() {
        return;
    }
    let mailbox = mailbox_of(world, name);
    let uids: Vec<u32> = mailbox
        .messages()
        .iter()
        .map(|message| message.uid)
        .collect();
    for uid in uids {
        mailbox.remove(uid);
    }
}

/// The server copies one more message of Sent Items into Sent.
fn arrive(world: &mut World, which: usize) {
    let source = world.mailbox(USER, "Sent Items");
    let message = source.and_then(|source| source.messages().get(which).cloned());
    if let Some(message) = message {
        mailbox_of(world, "Sent").add((*message).clone());
    }
}

fn codes(findings: &[Finding]) -> Vec<Code> {
    findings.iter().map(|finding| finding.code).collect()
}

fn tombstone(world: &World) -> Option<String> {
    let mailboxes = &world.account(USER).unwrap().mailboxes;
    let names = mailboxes.keys().map(|name| String::from_utf8_lossy(name));
    names.map(String::from).find(|name| is_tombstone(name))
}

fn assert_done(stage: &Stage, receipt: &Receipt) {
    assert_done_with(stage, receipt, 5);
}

/// The same with so many messages in the target, since some came in meanwhile.
fn assert_done_with(stage: &Stage, receipt: &Receipt, messages: usize) {
    stage.assert_each_once();
    assert!(receipt.finished, "{receipt:?}");
    assert_eq!(ending(receipt), REMOVED, "{receipt:?}");
    assert_eq!(stage.names(), ["Sent"]);
    assert_eq!(stage.count("Sent"), messages);
}

/// Refused, and before anything was sent.
fn assert_untouched(stage: &Stage, receipt: &Receipt, why: &str) {
    assert_eq!(
        stage.heard("UID MOVE"),
        0,
        "messages were moved: {receipt:?}"
    );
    assert_eq!(ending(receipt), REFUSED, "{receipt:?}");
    assert!(said(receipt).contains(why), "{receipt:?}");
}

// ------------------------------------------------------------------------------------------------- the four ways

#[tokio::test(start_paused = true)]
async fn a_source_is_emptied_and_removed_in_each_way_a_server_allows() {
    for lacks in WAYS {
        let stage = one_source(lacks);
        let receipt = stage.fix().await.unwrap();
        assert_done(&stage, &receipt);
        assert_eq!(said(&receipt), "", "{lacks:?}");
        assert!(stage.plan().await.is_empty(), "{lacks:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_kind_of_server_lets_a_source_go() {
    for persona in [
        Persona::dovecot_inbox_dot(),
        Persona::cyrus(),
        Persona::courier(),
        Persona::mailutils(),
        Persona::uw_imap(),
        Persona::ghost_delete(),
        Persona::case_folding(),
        Persona::nfc_normalising(),
        Persona::with_rights(),
    ] {
        let prefix = persona.prefix;
        let stage = Stage::new(persona);
        stage.mailbox("Sent Items", 5);
        let receipt = stage.fix().await.unwrap();
        assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
        assert_eq!(stage.names(), [format!("{prefix}Sent")]);
        assert!(stage.plan().await.is_empty());
        stage.assert_each_once();
    }
}

#[tokio::test(start_paused = true)]
async fn flags_survive_a_copy_that_drops_them() {
    let stage = Stage::new(Persona::mailutils());
    stage.mailbox("Sent Items", 5);
    stage.fix().await.unwrap();
    stage.world(|world| {
        let sent = world.mailbox(USER, "Sent").unwrap();
        assert!(sent.messages().iter().all(|message| message.has("\\Seen")));
    });
}

// ------------------------------------------------------------------------------------- cut off, and resumed

#[tokio::test(start_paused = true)]
async fn a_move_that_is_still_filling_the_target_is_waited_for() {
    let stage = one_source(&["UIDPLUS"]);
    let mut moves = 0;
    let mut looks = 0;
    stage.meddle(move |at, world| {
        if at.point != Point::Before {
            return Verdict::GoOn;
        }
        if at.connection == 1 && at.command == "UID MOVE" {
            moves += 1;
            return if moves == 2 {
                Verdict::Cut
            } else {
                Verdict::GoOn
            };
        }
        // The server goes on with it: at every other look one more arrives, then all leave.
        if at.connection == 2 && at.command == "SELECT" {
            looks += 1;
            match looks {
                2 | 6 | 10 | 14 => arrive(world, looks / 4),
                17 => empty(world, "Sent Items"),
                _ => {}
            }
        }
        Verdict::GoOn
    });
    assert!(!stage.fix().await.unwrap().finished);
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (1, 4));
    let receipt = stage.resume().await.unwrap();
    assert_done(&stage, &receipt);
}

#[tokio::test(start_paused = true)]
async fn a_resume_compares_as_the_run_was_begun() {
    let mut stage = one_source(&["MOVE"]);
    stage.client.settings.verify = rolecall::apply::Verify::Full;
    let receipt = broken(&stage, at(1, "UID COPY", Point::After), |_| {}).await;
    assert_done(&stage, &receipt);
    // One; after the resume one again, and the rest.
    assert_eq!(stage.heard("UID COPY"), 3);
}

#[tokio::test(start_paused = true)]
async fn an_account_is_not_changed_while_an_earlier_run_on_it_is_open() {
    let stage = one_source(&[]);
    stage.meddle(at_first("UID MOVE", Point::After, Verdict::Cut));
    assert!(!stage.fix().await.unwrap().finished);
    let open = stage.last().id;
    match stage.fix().await {
        Err(ApplyError::Unfinished { run }) => assert_eq!(run, open),
        other => panic!("changed while a run is open: {other:?}"),
    }
    assert_eq!(stage.heard("UID MOVE"), 1);
    let receipt = stage.resume().await.unwrap();
    assert_done(&stage, &receipt);
}

#[tokio::test(start_paused = true)]
async fn an_account_is_not_changed_by_two_at_once() {
    let stage = one_source(&[]);
    let lock = stage.client.home.lock(&Client::account()).unwrap();
    match stage.fix().await {
        Err(ApplyError::Locked { work: None }) => {}
        other => panic!("changed while another has the lock: {other:?}"),
    }
    drop(lock);
    let receipt = stage.fix().await.unwrap();
    assert_done(&stage, &receipt);
}

#[tokio::test(start_paused = true)]
async fn who_stops_a_run_is_told_how_far_it_came_and_nothing_is_held_for_unknown() {
    for (command, moved) in [("UID MOVE", 1), ("RENAME", 5)] {
        let stage = one_source(&[]);
        let stopped = Arc::clone(&stage.client.stopped);
        stage.meddle(move |at, _| {
            let is_it = at.command == command && at.point == Point::After;
            stopped.fetch_or(is_it, Ordering::Relaxed);
            Verdict::GoOn
        });
        let receipt = stage.fix().await.unwrap();
        assert!(receipt.interrupted && !receipt.finished && !receipt.is_unknown());
        let step = &receipt.steps[0];
        assert_eq!((step.outcome, step.moved), (Outcome::Stopped, Some(moved)));
        let told =
            format!("stopped by you; {moved} of 5 messages moved, the mailbox is not yet removed");
        assert_eq!(said(&receipt), told);
        stage.client.stopped.store(false, Ordering::Relaxed);
        stage.be_calm();
        let receipt = stage.resume().await.unwrap();
        assert_done(&stage, &receipt);
    }
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_process_has_left_is_unknown_until_it_was_looked_at() {
    let stage = one_source(&[]);
    stage.meddle(at_first("DELETE", Point::After, Verdict::Cut));
    assert!(stage.fix().await.unwrap().is_unknown());
    stage.be_calm();
    stage.client.stopped.store(true, Ordering::Relaxed);
    let receipt = stage.resume().await.unwrap();
    assert!(receipt.interrupted && !receipt.finished, "{receipt:?}");
    let is_stopped =
        |step: &rolecall::model::receipt::StepReceipt| step.outcome == Outcome::Stopped;
    assert!(!receipt.steps.iter().any(is_stopped), "{receipt:?}");
}

#[tokio::test(start_paused = true)]
async fn a_run_that_sent_nothing_is_closed_and_not_resumed() {
    let stage = one_source(&[]);
    stage.client.stopped.store(true, Ordering::Relaxed);
    let receipt = stage.fix().await.unwrap();
    assert!(receipt.interrupted && receipt.finished);
    stage.client.stopped.store(false, Ordering::Relaxed);
    assert!(matches!(
        stage.resume().await,
        Err(ApplyError::NotPossible { .. })
    ));
    let receipt = stage.fix().await.unwrap();
    assert_done(&stage, &receipt);
}

/// Cuts a fix off at such a point, after something was done to the account, and resumes it.
async fn broken(
    stage: &Stage,
    mut is_it: impl FnMut(&At<'_>) -> bool + Send + 'static,
    mut meanwhile: impl FnMut(&mut World) + Send + 'static,
) -> Receipt {
    stage.meddle(move |now, world| {
        if is_it(now) {
            meanwhile(world);
            return Verdict::Cut;
        }
        Verdict::GoOn
    });
    assert!(!stage.fix().await.unwrap().finished);
    stage.resume().await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_move_that_ran_unheard_is_not_sent_again() {
    for lacks in [WAYS[0], WAYS[1]] {
        let stage = one_source(lacks);
        let receipt = broken(&stage, at_second("UID MOVE", Point::After), |_| {}).await;
        assert_done(&stage, &receipt);
        assert_eq!(stage.heard("UID MOVE"), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn what_never_ran_is_sent_again() {
    for lacks in WAYS {
        let stage = one_source(lacks);
        let command = if lacks.contains(&"MOVE") {
            "UID COPY"
        } else {
            "UID MOVE"
        };
        let receipt = broken(&stage, at_second(command, Point::Before), |_| {}).await;
        assert_done(&stage, &receipt);
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_move_left_behind_goes_in_a_new_one() {
    let mut persona = Persona::dovecot();
    persona.move_commit = 2;
    let stage = on(persona);
    let is_it = at(1, "UID MOVE", Point::Left { so_far: 2 });
    let receipt = broken(&stage, is_it, |_| {}).await;
    assert_done(&stage, &receipt);
}

#[tokio::test(start_paused = true)]
async fn what_a_move_left_in_both_mailboxes_is_kept_in_both() {
    let mut persona = Persona::dovecot();
    persona.move_commit = 2;
    let stage = on(persona);
    let is_it = at(1, "UID MOVE", Point::Arrived { so_far: 2 });
    let receipt = broken(&stage, is_it, |_| {}).await;
    stage.assert_nothing_lost();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert_eq!(stage.count("Sent"), 7);
    let said = said(&receipt);
    assert!(said.contains("2 messages in the target twice"), "{said}");
}

/// What has come last into Sent is lost.
fn drop_last(world: &mut World) {
    let sent = mailbox_of(world, "Sent");
    let last = sent.messages().last().unwrap().uid;
    sent.remove(last);
}

#[tokio::test(start_paused = true)]
async fn a_copy_of_which_only_a_part_is_seen_is_made_again() {
    let stage = one_source(&["MOVE", "UIDPLUS"]);
    let receipt = broken(&stage, at_second("UID COPY", Point::After), drop_last).await;
    stage.assert_nothing_lost();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    // One, three of four, and those four again.
    assert_eq!(stage.count("Sent"), 8);
}

#[tokio::test(start_paused = true)]
async fn a_rename_that_ran_unheard_is_gone_on_with() {
    let stage = one_source(&[]);
    let receipt = broken(&stage, at(1, "RENAME", Point::After), |world| {
        let name = tombstone(world).unwrap();
        delivered(world, &name, "late");
    })
    .await;
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert_eq!(stage.names(), ["Sent"]);
    assert_eq!((stage.count("Sent"), stage.heard("RENAME")), (6, 1));
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_mailbox_that_is_back_after_a_break_is_not_touched() {
    let stage = one_source(&[]);
    let receipt = broken(&stage, at(1, "RENAME", Point::After), |world| {
        world.add_mailbox(USER, "Sent Items").unwrap();
        delivered(world, "Sent Items", "new");
    })
    .await;
    let came_back = (Outcome::Applied, Some(SourceAfter::CameBack));
    assert_eq!(ending(&receipt), came_back, "{receipt:?}");
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (5, 1));
    assert!(!stage.has_tombstone());
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_source_that_somebody_took_during_a_break_is_left_to_them() {
    let stage = one_source(&[]);
    let receipt = broken(&stage, at(1, "RENAME", Point::After), |world| {
        let name = tombstone(world).unwrap();
        let mailboxes = &mut world.account_mut(USER).unwrap().mailboxes;
        let mailbox = mailboxes.remove(name.as_bytes()).unwrap();
        mailboxes.insert(b"Theirs".to_vec(), mailbox);
        delivered(world, "Theirs", "theirs");
    })
    .await;
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    assert_eq!(stage.names(), ["Sent", "Theirs"]);
    assert_eq!(stage.count("Theirs"), 1);
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn mail_that_came_before_a_lost_delete_is_moved() {
    let stage = one_source(&[]);
    let receipt = broken(&stage, at(2, "DELETE", Point::Before), |world| {
        let name = tombstone(world).unwrap();
        delivered(world, &name, "late");
    })
    .await;
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert_eq!((stage.names().len(), stage.count("Sent")), (1, 6));
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn what_a_break_leaves_undone_of_small_steps_is_done() {
    for command in ["SETMETADATA", "UNSUBSCRIBE"] {
        for point in [Point::Before, Point::After] {
            let stage = Stage::new(Persona::cyrus());
            stage.mailbox("Sent Items", 2);
            let receipt = broken(&stage, at(connection_of(command), command, point), |_| {}).await;
            assert!(receipt.finished && !receipt.is_refused(), "{receipt:?}");
            assert!(stage.plan().await.is_empty(), "{command} {point:?}");
            assert!(!stage.is_subscribed("Sent Items"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_target_that_is_gone_is_not_made_again() {
    let stage = one_source(&[]);
    stage.nothing_is_precious();
    let receipt = broken(&stage, at_second("UID MOVE", Point::Before), |world| {
        let mailboxes = &mut world.account_mut(USER).unwrap().mailboxes;
        mailboxes.remove(b"Sent".as_slice()).unwrap();
    })
    .await;
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    assert_eq!(stage.names(), ["Sent Items"]);
    assert_eq!((stage.count("Sent Items"), stage.heard("CREATE")), (4, 0));
}

#[tokio::test(start_paused = true)]
async fn a_source_that_was_made_anew_during_a_break_is_not_touched() {
    let stage = one_source(&[]);
    stage.nothing_is_precious();
    let receipt = broken(&stage, at_second("UID MOVE", Point::Before), |world| {
        made_anew(world, "new");
    })
    .await;
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    assert!(
        said(&receipt).contains("UIDVALIDITY changed"),
        "{receipt:?}"
    );
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_journal_of_another_account_is_not_resumed() {
    let stage = one_source(&[]);
    stage.meddle(at_first("UID MOVE", Point::After, Verdict::Cut));
    assert!(!stage.fix().await.unwrap().finished);
    let mut other = Client::account();
    other.user = "another".to_owned();
    let resumed = stage.client.resume_as(&stage.last().id, &other).await;
    assert!(
        matches!(resumed, Err(ApplyError::OtherAccount { .. })),
        "{resumed:?}"
    );
    assert_eq!(stage.heard("UID MOVE"), 1);
}

// ------------------------------------------------------------------------------------- servers that do other things

#[tokio::test(start_paused = true)]
async fn a_move_that_loses_a_message_is_among_the_last_ones() {
    let stage = Stage::new(Persona::dovecot());
    stage.mailbox("Sent Items", 300);
    stage.nothing_is_precious();
    stage.meddle(|at, world| {
        if at.point == (Point::Left { so_far: 250 }) {
            mailbox_of(world, "Sent").remove(50);
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REFUSED);
    assert!(
        said(&receipt).contains("cannot be found in either mailbox"),
        "{receipt:?}"
    );
    // It shows when what was moved is proven, which is done for several batches together.
    assert_eq!(stage.heard("UID MOVE"), 3);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_another_client_removed_stops_nothing() {
    let stage = Stage::new(Persona::dovecot());
    stage.mailbox("Sent Items", 5);
    stage.nothing_is_precious();
    stage.meddle(once(at(1, "UID MOVE", Point::Before), |world| {
        mailbox_of(world, "Sent Items").remove(3);
    }));
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert_eq!(stage.count("Sent"), 4);
}

/// Another client moves messages of Sent Items by the places they have there.
fn take_away(world: &mut World, places: &[usize], to: Option<&str>) {
    let source = mailbox_of(world, "Sent Items");
    let uids: Vec<u32> = places
        .iter()
        .map(|place| source.messages()[*place].uid)
        .collect();
    for uid in uids {
        let message = mailbox_of(world, "Sent Items").remove(uid).unwrap();
        if let Some(to) = to {
            mailbox_of(world, to).add((*message).clone());
        }
    }
}

/// What the journal of the last run tells of messages by name.
fn told(stage: &Stage) -> String {
    let told = rolecall::apply::history(&stage.client.home, &stage.last().id).unwrap();
    String::from(Phrase::joined(told, "\n"))
}

/// Only their being elsewhere speaks for another client, which they may always have been: the merge stops, and the next
/// run goes on.
#[tokio::test(start_paused = true)]
async fn a_message_that_another_client_took_is_found_by_its_id_in_a_run_and_in_a_resume() {
    for cut in [false, true] {
        for lacks in WAYS {
            let stage = Stage::new(Persona::cyrus().without(lacks));
            stage.mailbox("Sent Items", 5);
            stage.mailbox("Projets/2019", 0);
            let command = if lacks.contains(&"MOVE") {
                "UID COPY"
            } else {
                "UID MOVE"
            };
            let is_it = at_second(command, Point::Before);
            let takes = |world: &mut World| take_away(world, &[1, 2], Some("Projets/2019"));
            let receipt = if cut {
                broken(&stage, is_it, takes).await
            } else {
                stage.meddle(once(is_it, takes));
                stage.fix().await.unwrap()
            };
            assert_eq!(ending(&receipt), REFUSED, "{cut} {lacks:?} {receipt:?}");
            let said = said(&receipt);
            let what = "2 messages found by their ids in \"Projets/2019\"";
            assert!(said.contains(what), "{cut} {lacks:?} {said}");
            let told = told(&stage);
            let what = "in neither mailbox; by its id it is in \"Projets/2019\" UID 1:2";
            assert!(told.contains(what), "{cut} {lacks:?} {told}");
            assert!(!told.contains(": another client"), "{told}");
            stage.be_calm();
            let receipt = stage.fix().await.unwrap();
            assert_eq!(ending(&receipt), REMOVED, "{cut} {lacks:?} {receipt:?}");
            stage.assert_each_once();
            assert_eq!((stage.count("Sent"), stage.count("Projets/2019")), (3, 2));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_servers_answer_explains_stops_nothing_and_is_looked_for_all_the_same() {
    let mut persona = Persona::dovecot();
    persona.capabilities.push("OBJECTID");
    let stage = on(persona);
    stage.mailbox("Projets", 0);
    stage.meddle(once(at_second("UID MOVE", Point::Before), |world| {
        take_away(world, &[1, 2], Some("Projets"));
    }));
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    let said = said(&receipt);
    assert!(
        said.contains("2 messages found by their ids in \"Projets\""),
        "{said}"
    );
    stage.assert_each_once();
}

/// An id stays with a message through COPY: what was always elsewhere is another copy, not the one that is gone.
#[tokio::test(start_paused = true)]
async fn a_copy_that_was_always_elsewhere_excuses_no_loss() {
    for (persona, elsewhere) in [
        (Persona::cyrus(), "Projects"),
        (Persona::gmail(&GMAIL), "[Gmail]/All Mail"),
    ] {
        let stage = Stage::new(persona);
        stage.mailbox("Sent Items", 4);
        if elsewhere == "Projects" {
            stage.mailbox(elsewhere, 0);
            stage.world(|world| {
                let copies = mailbox_of(world, "Sent Items").messages().to_vec();
                for copy in copies {
                    mailbox_of(world, elsewhere).add((*copy).clone());
                }
            });
        }
        // It says OK, and one of them did not arrive.
        stage.meddle(once(at_second("UID MOVE", Point::After), drop_last));
        let receipt = stage.fix().await.unwrap();
        assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
        let said = said(&receipt);
        assert!(
            said.contains("1 message cannot be found in either mailbox")
                && said.contains(&format!("1 message found by its id in \"{elsewhere}\""))
                && !said.contains("took 1 message"),
            "{said}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_look_elsewhere_that_loses_its_line_is_not_repeated() {
    let stage = Stage::new(Persona::cyrus());
    stage.mailbox("Sent Items", 5);
    stage.mailbox("Archives", 0);
    let mut moving = at(1, "UID MOVE", Point::Before);
    stage.meddle(move |now, world| {
        if moving(now) {
            take_away(world, &[0], Some("Archives"));
            return Verdict::Cut;
        }
        if now.command == "EXAMINE" && now.point == Point::Before {
            return Verdict::Cut;
        }
        Verdict::GoOn
    });
    assert!(!stage.fix().await.unwrap().finished);
    assert!(!stage.resume().await.unwrap().finished);
    let receipt = stage.resume().await.unwrap();
    assert!(receipt.finished, "{receipt:?}");
    assert_eq!(stage.heard("EXAMINE"), 1);
    // Nor is forgotten why the step had to stop.
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    let said = said(&receipt);
    assert!(said.contains("cannot be found in either mailbox"), "{said}");
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_server_that_cannot_search_by_id_is_asked_once() {
    let stage = Stage::new(Persona::cyrus());
    stage.mailbox("Sent Items", 5);
    stage.deliver("Sent", &[], "earlier");
    for name in ["Archives", "Projects", "Travel"] {
        stage.mailbox(name, 1);
    }
    stage.nothing_is_precious();
    let mut moving = at(1, "UID MOVE", Point::Before);
    let mut looking = false;
    stage.meddle(move |now, world| {
        if moving(now) {
            take_away(world, &[0], None);
            return Verdict::Cut;
        }
        if now.point == Point::Before {
            let searches = now.command == "UID SEARCH";
            looking = now.command == "EXAMINE" || searches && looking;
            if searches && looking {
                return Verdict::Refuse("what is EMAILID?".to_owned());
            }
        }
        Verdict::GoOn
    });
    assert!(!stage.fix().await.unwrap().finished);
    let receipt = stage.resume().await.unwrap();
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    assert_eq!(stage.heard("EXAMINE"), 1);
}

#[tokio::test(start_paused = true)]
async fn who_asks_to_stop_does_not_wait_for_a_look_elsewhere() {
    let stage = Stage::new(Persona::cyrus());
    stage.mailbox("Sent Items", 5);
    for name in ["Archives", "Projects", "Travel"] {
        stage.mailbox(name, 0);
    }
    stage.nothing_is_precious();
    let stopped = Arc::clone(&stage.client.stopped);
    let mut moving = at(1, "UID MOVE", Point::Before);
    stage.meddle(move |now, world| {
        if moving(now) {
            take_away(world, &[0], None);
            return Verdict::Cut;
        }
        if now.command == "EXAMINE" {
            stopped.store(true, Ordering::Relaxed);
        }
        Verdict::GoOn
    });
    assert!(!stage.fix().await.unwrap().finished);
    stage.resume().await.unwrap();
    assert_eq!(stage.heard("EXAMINE"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_found_nowhere_is_said_to_be_nowhere() {
    let stage = Stage::new(Persona::cyrus());
    stage.mailbox("Sent Items", 5);
    stage.mailbox("Archives", 3);
    stage.nothing_is_precious();
    let receipt = cut_and_resumed(&stage, None).await;
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    let said = said(&receipt);
    assert!(
        said.contains("1 message cannot be found in either mailbox")
            && said.contains("1 message not found by its id elsewhere"),
        "{said}"
    );
    let told = told(&stage);
    assert!(
        told.ends_with("It came to its end.") && told.contains("UID 1 is in neither mailbox\n"),
        "{told}"
    );
    assert_eq!(stage.count("Sent Items"), 4);
}

/// One copy of two that was there before is not the other one.
#[tokio::test(start_paused = true)]
async fn a_message_of_the_same_id_stands_for_one_that_is_gone_and_no_more() {
    let stage = Stage::new(Persona::cyrus());
    stage.mailbox("Sent Items", 2);
    stage.mailbox("Archives", 0);
    stage.world(|world| {
        // The same message twice, as after a COPY of it.
        let source = mailbox_of(world, "Sent Items");
        let copy = (*source.messages()[1]).clone();
        source.add(copy);
    });
    stage.nothing_is_precious();
    let receipt = broken(&stage, at_second("UID MOVE", Point::Before), |world| {
        take_away(world, &[0], Some("Archives"));
        take_away(world, &[0], None);
    })
    .await;
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    let said = said(&receipt);
    assert!(
        said.contains("2 messages cannot be found")
            && said.contains("1 message found by its id in \"Archives\"")
            && said.contains("1 message not found by its id"),
        "{said}"
    );
}

/// A run whose first MOVE never arrives, because of a client that takes away the very message.
async fn cut_and_resumed(stage: &Stage, to: Option<&'static str>) -> Receipt {
    let is_it = at(1, "UID MOVE", Point::Before);
    broken(stage, is_it, move |world| take_away(world, &[0], to)).await
}

#[tokio::test(start_paused = true)]
async fn a_copy_that_was_in_the_target_before_is_not_the_one_that_is_gone() {
    let stage = Stage::new(Persona::cyrus());
    stage.mailbox("Sent Items", 2);
    stage.world(|world| arrive(world, 0));
    stage.nothing_is_precious();
    let receipt = cut_and_resumed(&stage, None).await;
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    let said = said(&receipt);
    assert!(
        said.contains("1 message cannot be found")
            && said.contains("1 message in the target already under the same id"),
        "{said}"
    );
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn the_target_and_the_mailbox_of_all_mail_are_looked_in_first() {
    let stage = Stage::new(Persona::cyrus());
    for name in ["Archives", "Tout"] {
        stage.mailbox(name, 0);
    }
    stage.mailbox("Sent Items", 1);
    stage.world(|world| {
        let message = (*mailbox_of(world, "Sent Items").messages()[0]).clone();
        let all = mailbox_of(world, "Tout");
        all.add(message);
        all.marks.insert("\\All".to_owned());
    });
    let receipt = cut_and_resumed(&stage, Some("Archives")).await;
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    let said = said(&receipt);
    assert!(
        said.contains("1 message found by its id in \"Tout\""),
        "{said}"
    );
    assert_eq!(stage.heard("EXAMINE"), 2);
    stage.assert_nothing_lost();
}

#[tokio::test(start_paused = true)]
async fn where_messages_have_no_ids_nobody_looks_for_them_elsewhere() {
    let stage = one_source(&[]);
    stage.mailbox("Archives", 0);
    let receipt = cut_and_resumed(&stage, Some("Archives")).await;
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    assert_eq!(stage.heard("EXAMINE"), 0);
    stage.assert_each_once();
}

/// Adds a line to the last message that such a command has brought into Sent, under its own UID or under the next.
fn rewrites(command: &'static str, anew: bool) -> impl FnMut(&At<'_>, &mut World) -> Verdict {
    move |at, world| {
        if at.command == command && at.point == Point::After {
            let sent = mailbox_of(world, "Sent");
            let uid = sent.messages().last().unwrap().uid;
            sent.change(uid, |copy| {
                copy.body = [&copy.body, b"-- \r\n".as_slice()].concat().into();
            });
            if anew {
                let copy = sent.remove(uid).unwrap();
                sent.add((*copy).clone());
            }
        }
        Verdict::GoOn
    }
}

#[tokio::test(start_paused = true)]
async fn each_source_of_a_target_that_has_not_shown_a_message_as_it_was_begins_with_one() {
    let stage = one_source(&[]);
    stage.mailbox("Sent Messages", 5);
    stage.meddle(rewrites("UID MOVE", false));
    let receipt = stage.fix().await.unwrap();
    let told = "changed, and in the target: 1 message";
    for step in &receipt.steps {
        let why = step.message.as_ref().unwrap().english();
        assert!(why.contains(told), "{why}");
    }
    assert_eq!(receipt.steps.len(), 2);
    assert_eq!(stage.count("Sent"), 2, "{receipt:?}");
    stage.assert_nothing_lost();
}

#[tokio::test(start_paused = true)]
async fn a_server_that_rewrites_messages_is_stopped_by_the_first() {
    for lacks in [&["MOVE"] as &[&str], &["MOVE", "UIDPLUS"]] {
        let stage = one_source(lacks);
        stage.meddle(rewrites("UID COPY", true));
        let receipt = stage.fix().await.unwrap();
        assert_eq!(ending(&receipt), REFUSED);
        assert!(said(&receipt).contains("changes messages"), "{receipt:?}");
        assert_eq!((stage.heard("UID COPY"), stage.count("Sent Items")), (1, 5));
        assert_eq!(stage.heard("UID EXPUNGE") + stage.heard("EXPUNGE"), 0);
        stage.assert_nothing_lost();
    }
}

/// The command does nothing, and OK is the answer.
fn pretend(at: &At<'_>, command: &str) -> Verdict {
    if at.command != command {
        return Verdict::GoOn;
    }
    match at.point {
        Point::Before => Verdict::Refuse("not today".to_owned()),
        Point::Reply(octets) => {
            let tag = octets.split(|octet| *octet == b' ').next().unwrap();
            Verdict::Say([tag, b" OK done\r\n"].concat())
        }
        _ => Verdict::GoOn,
    }
}

#[tokio::test(start_paused = true)]
async fn an_ok_that_moves_nothing_is_believed_once() {
    for (lacks, command) in [
        (WAYS[0], "UID MOVE"),
        (WAYS[1], "UID MOVE"),
        (WAYS[2], "UID COPY"),
        (WAYS[3], "UID COPY"),
    ] {
        let stage = one_source(lacks);
        stage.meddle(move |at, _| pretend(at, command));
        let receipt = stage.fix().await.unwrap();
        assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
        assert_eq!(stage.heard(command), 1);
        assert_eq!(stage.count("Sent Items"), 5);
    }
}

#[tokio::test(start_paused = true)]
async fn a_flag_that_the_target_does_not_keep_is_asked_for_once() {
    let mut persona = Persona::dovecot();
    persona.keywords = Keywords::Any;
    let mut stage = Stage::new(persona);
    stage.policy.allow_keyword_loss = true;
    stage.mailbox("Sent Items", 0);
    for number in 0..600 {
        stage.deliver("Sent Items", &["$Forwarded"], &format!("m{number}"));
    }
    // From the first MOVE on the server keeps no keywords.
    stage.meddle(|at, world| {
        if at.command == "UID MOVE" {
            world.persona.keywords = Keywords::Only(vec![]);
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert!(stage.heard("UID MOVE") >= 3);
    assert_eq!(stage.heard("UID STORE"), 1);
    assert_eq!(said(&receipt), "the target does not keep $Forwarded");
}

#[tokio::test(start_paused = true)]
async fn a_keyword_that_the_target_does_not_keep_stops_a_merge_before_its_first_message() {
    let stage = one_source(&[]);
    stage.deliver("Sent Items", &["$Forwarded"], "forwarded");
    // The target is the first to be opened; it alone keeps none.
    let mut opened = 0;
    stage.meddle(move |at, world| {
        opened += u32::from(at.command == "SELECT" && at.point == Point::Before);
        world.persona.keywords = if opened == 1 {
            Keywords::Only(vec![])
        } else {
            Keywords::Any
        };
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert_untouched(&stage, &receipt, "cannot keep the keywords $Forwarded");
}

#[tokio::test(start_paused = true)]
async fn a_message_marked_deleted_stays_and_so_does_its_source() {
    let stage = one_source(&[]);
    // After the plan, which would have kept the source by itself.
    stage.meddle(once(at(1, "UID MOVE", Point::Before), |world| {
        doomed(world, "doomed");
    }));
    let receipt = stage.fix().await.unwrap();
    assert_eq!(stage.count("Sent"), 5, "a deleted message was moved");
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    assert_eq!(stage.names(), ["Sent", "Sent Items"]);
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_mailbox_that_was_made_anew_is_not_touched() {
    let stage = one_source(&[]);
    stage.nothing_is_precious();
    stage.meddle(once(at(1, "SELECT", Point::Before), |world| {
        made_anew(world, "another");
    }));
    let receipt = stage.fix().await.unwrap();
    assert_untouched(&stage, &receipt, "its UIDVALIDITY changed");
}

#[tokio::test(start_paused = true)]
async fn what_was_renamed_and_is_not_what_was_emptied_gets_its_name_back() {
    let stage = Stage::new(Persona::cyrus());
    stage.mailbox("Sent Items", 5);
    // Somebody is quicker than the RENAME.
    stage.meddle(once(at(1, "RENAME", Point::Before), |world| {
        made_anew(world, "another");
    }));
    let receipt = stage.fix().await.unwrap();
    assert_eq!(
        stage.count("Sent Items"),
        1,
        "another mailbox was emptied: {receipt:?}"
    );
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    assert!(
        said(&receipt).contains("its MAILBOXID differs"),
        "{receipt:?}"
    );
    stage.assert_each_once();
}

/// When it is opened after the settle time a tombstone has another UIDVALIDITY, and this mail in it.
fn renumber(stage: &Stage, mail: &'static [&'static str]) {
    let mut renamed_over = None;
    let mut is_done = false;
    stage.meddle(move |now, world| {
        let Some(name) = tombstone(world) else {
            return Verdict::GoOn;
        };
        let first = *renamed_over.get_or_insert(now.connection);
        let is_opened = now.command == "SELECT" && now.point == Point::Before;
        // What is set aside is looked at for the last time over a new connection.
        if is_opened && now.connection != first && !is_done {
            is_done = true;
            mailbox_of(world, &name).uid_validity += 1_000;
            for id in mail {
                delivered(world, &name, id);
            }
        }
        Verdict::GoOn
    });
}

#[tokio::test(start_paused = true)]
async fn a_tombstone_that_gets_new_numbers_while_it_is_empty_is_removed() {
    let stage = one_source(&[]);
    renumber(&stage, &[]);
    let receipt = stage.fix().await.unwrap();
    assert_done(&stage, &receipt);
}

#[tokio::test(start_paused = true)]
async fn a_tombstone_that_holds_mail_under_new_numbers_stays_and_is_told_by_its_own_name() {
    let stage = one_source(&[]);
    renumber(&stage, &["late"]);
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    let told = "\"Sent Items\" is another mailbox than when the plan was made";
    assert!(said(&receipt).contains(told), "{receipt:?}");
    assert_eq!(stage.count("Sent Items"), 1, "mail is lost: {receipt:?}");
    assert!(!stage.has_tombstone());
}

#[tokio::test(start_paused = true)]
async fn mail_that_comes_while_a_source_is_emptied_that_stays_is_moved_too() {
    let mut stage = one_source(&[]);
    stage.policy.keep_sources = true;
    stage.meddle(once(at(1, "UID MOVE", Point::After), |world| {
        delivered(world, "Sent Items", "late");
    }));
    let receipt = stage.fix().await.unwrap();
    assert!(receipt.finished, "{receipt:?}");
    assert_eq!(stage.count("Sent Items"), 0, "called empty without a look");
    assert_eq!(stage.count("Sent"), 6);
    stage.assert_each_once();
}

/// What a server says to a search, where it shows nothing.
fn searched_in_vain(octets: &[u8]) -> Verdict {
    let last = octets.split(|octet| *octet == b'\n').nth_back(1).unwrap();
    Verdict::Say([b"* SEARCH\r\n".as_slice(), last, b"\n"].concat())
}

/// What a server says when it opens a mailbox, where it tells of no message yet.
fn opened_as_empty(octets: &[u8]) -> Verdict {
    let lines = octets.split_inclusive(|octet| *octet == b'\n');
    let told = lines.map(|line| {
        let is_count = line.starts_with(b"* ") && line.ends_with(b" EXISTS\r\n");
        if is_count { b"* 0 EXISTS\r\n" } else { line }
    });
    Verdict::Say(told.collect::<Vec<&[u8]>>().concat())
}

#[tokio::test(start_paused = true)]
async fn a_mailbox_that_is_opened_as_an_empty_one_is_searched_all_the_same() {
    for lacks in WAYS {
        let stage = one_source(lacks);
        stage.meddle(|at, _| match (at.command, at.point) {
            ("SELECT" | "EXAMINE", Point::Reply(octets)) => opened_as_empty(octets),
            _ => Verdict::GoOn,
        });
        let receipt = stage.fix().await.unwrap();
        stage.assert_each_once();
        assert_eq!(stage.count("Sent"), 5, "{lacks:?}: {receipt:?}");
        assert_eq!(ending(&receipt), REMOVED, "{lacks:?}: {receipt:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_searches_do_not_show_is_not_removed_with_its_mailbox_though_only_status_counts_it() {
    for (opens_as_empty, told) in [
        (false, "5 messages that its searches do not show"),
        (true, "counts 5 messages in it that it does not show"),
    ] {
        let stage = one_source(&[]);
        stage.meddle(move |at, _| match (at.command, at.point) {
            ("UID SEARCH", Point::Reply(octets)) => searched_in_vain(octets),
            ("SELECT" | "EXAMINE", Point::Reply(octets)) if opens_as_empty => {
                opened_as_empty(octets)
            }
            _ => Verdict::GoOn,
        });
        let receipt = stage.fix().await.unwrap();
        stage.assert_each_once();
        assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
        let said = said(&receipt);
        assert!(said.contains(told), "{said}");
        assert_eq!(stage.count("Sent Items"), 5);
    }
}

// ------------------------------------------------------------------------------------------------- only copied

#[tokio::test(start_paused = true)]
async fn a_copyuid_is_not_believed_before_the_copy_is_seen() {
    let stage = one_source(&["MOVE"]);
    let validity = stage.world(|world| world.mailbox(USER, "Sent").unwrap().uid_validity);
    stage.meddle(move |at, _| match (at.command, at.point) {
        ("UID COPY", Point::Before) => Verdict::Refuse("not today".to_owned()),
        ("UID COPY", Point::Reply(octets)) => {
            let tag = octets.split(|octet| *octet == b' ').next().unwrap();
            let lie = format!(" OK [COPYUID {validity} 1 1] done\r\n");
            Verdict::Say([tag, lie.as_bytes()].concat())
        }
        _ => Verdict::GoOn,
    });
    let receipt = stage.fix().await.unwrap();
    stage.assert_each_once();
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    assert_eq!(stage.count("Sent Items"), 5);
}

#[tokio::test(start_paused = true)]
async fn copies_that_were_tidied_away_are_made_again_before_any_original_goes() {
    let stage = one_source(&["MOVE", "UIDPLUS"]);
    let is_it = at(1, "RENAME", Point::Before);
    let receipt = broken(&stage, is_it, |world| empty(world, "Sent")).await;
    assert_done(&stage, &receipt);
}

#[tokio::test(start_paused = true)]
async fn copies_that_are_tidied_away_in_the_last_moment_keep_their_source() {
    let stage = one_source(&["MOVE", "UIDPLUS"]);
    stage.meddle(once(at(1, "RENAME", Point::After), |world| {
        empty(world, "Sent");
    }));
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REFUSED);
    assert!(
        said(&receipt).contains("without a copy in the target"),
        "{receipt:?}"
    );
    assert_eq!(
        (stage.names(), stage.count("Sent Items")),
        (vec!["Sent".to_owned(), "Sent Items".to_owned()], 5)
    );
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn what_was_copied_before_and_after_the_rename_is_not_copied_again() {
    let stage = one_source(&["MOVE", "UIDPLUS"]);
    let mut renamed = at(1, "RENAME", Point::After);
    let mut storing = at(2, "UID STORE", Point::Before);
    stage.meddle(move |now, world| {
        if renamed(now) {
            // A client that had it open.
            let name = tombstone(world).unwrap();
            delivered(world, &name, "late");
        }
        if storing(now) {
            Verdict::Cut
        } else {
            Verdict::GoOn
        }
    });
    assert!(!stage.fix().await.unwrap().finished);
    let copies = stage.heard("UID COPY");
    let receipt = stage.resume().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert_eq!(stage.heard("UID COPY"), copies);
    assert_eq!(stage.count("Sent"), 6);
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_message_marked_deleted_is_found_before_anything_is_copied() {
    let stage = one_source(&["MOVE", "UIDPLUS"]);
    stage.deliver("Sent Items", &["\\Deleted"], "doomed");
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REFUSED);
    assert!(
        said(&receipt).contains("it holds 1 message marked"),
        "{receipt:?}"
    );
    assert_eq!(stage.heard("UID COPY"), 0);
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_run_has_copied_and_left_is_not_copied_again() {
    for lacks in [&["MOVE"] as &[&str], &["MOVE", "UIDPLUS"]] {
        let stage = one_source(lacks);
        let stopper = if lacks.len() == 1 {
            "UID STORE"
        } else {
            "RENAME"
        };
        stage.meddle(refusing(stopper, "not today"));
        let receipt = stage.fix().await.unwrap();
        assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
        assert!(stage.count("Sent") > 0);
        stage.be_calm();
        let receipt = stage.fix().await.unwrap();
        assert_done(&stage, &receipt);
    }
}

#[tokio::test(start_paused = true)]
async fn an_undo_leaves_copies_whose_originals_never_went() {
    let stage = one_source(&["MOVE"]);
    stage.meddle(refusing("UID STORE", "not today"));
    stage.fix().await.unwrap();
    stage.be_calm();
    let plan = stage.undo_plan(&stage.last().id).await.unwrap();
    assert!(plan.steps.is_empty(), "{plan:?}");
    assert_eq!(plan.warnings[0].code, Code::UndoLeavesMail);
    assert!(plan.leaves_mail());
}

// ------------------------------------------------------------------------------------------------- tombstones

#[tokio::test(start_paused = true)]
async fn a_rename_that_runs_after_the_end_is_found_by_a_resume() {
    let stage = ended_with_a_rename_under_way().await;
    assert!(matches!(
        stage.resume().await,
        Err(ApplyError::NothingYet { .. })
    ));
    // Somebody makes it again, and then the first RENAME runs after all.
    stage.mailbox("Sent Items", 1);
    stage.world(World::run_late);
    assert!(stage.has_tombstone());
    let receipt = stage.resume().await.unwrap();
    assert!(receipt.finished, "{receipt:?}");
    assert!(!stage.has_tombstone(), "a tombstone is left");
    assert_eq!(stage.names(), ["Sent"]);
    assert_eq!(stage.count("Sent"), 6);
    stage.assert_each_once();
}

/// A run with a RENAME that was never answered, resumed to its end.
async fn ended_with_a_rename_under_way() -> Stage {
    let stage = one_source(&[]);
    stage.meddle(at_first(
        "RENAME",
        Point::Before,
        Verdict::CutAndFinishLater,
    ));
    assert!(!stage.fix().await.unwrap().finished);
    assert_eq!(stage.last().state, RunState::Unfinished);
    let receipt = stage.resume().await.unwrap();
    assert_done(&stage, &receipt);
    stage
}

fn to_resume(stage: &Stage) -> Vec<String> {
    let runs = rolecall::apply::to_resume(&stage.client.home, None).unwrap();
    runs.into_iter().map(|run| run.id).collect()
}

#[tokio::test(start_paused = true)]
async fn a_resume_finds_by_itself_the_finished_run_whose_rename_ran_late() {
    let stage = ended_with_a_rename_under_way().await;
    let run = stage.last();
    assert_eq!(run.state, RunState::MayHoldMail);
    assert!(told(&stage).contains(&format!("`rolecall resume {}` looks", run.id)));
    // Somebody makes it again, and then the first RENAME runs after all.
    stage.mailbox("Sent Items", 1);
    stage.world(World::run_late);
    assert_eq!(to_resume(&stage), [run.id]);
    let receipt = stage.resume().await.unwrap();
    assert!(receipt.finished, "{receipt:?}");
    assert_eq!(
        (stage.names(), stage.count("Sent")),
        (vec!["Sent".to_owned()], 6)
    );
    assert_eq!(stage.last().state, RunState::Finished);
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn no_single_look_closes_what_may_run_late_but_one_a_day_after_the_end_does() {
    let stage = ended_with_a_rename_under_way().await;
    for _ in 0..2 {
        assert_eq!(to_resume(&stage).len(), 1);
        let looked = stage.resume().await;
        let is_open = matches!(looked, Err(ApplyError::NothingYet { .. }));
        assert!(is_open, "{looked:?}");
        assert_eq!(stage.last().state, RunState::MayHoldMail);
    }
    stage.client.set_now("2026-01-03T03:04:05Z");
    let looked = stage.resume().await;
    let is_over = matches!(looked, Err(ApplyError::NotPossible { .. }));
    assert!(is_over, "{looked:?}");
    assert_eq!(stage.last().state, RunState::Finished);
    assert!(to_resume(&stage).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_run_whose_every_rename_was_answered_needs_no_look() {
    let stage = one_source(&[]);
    stage.meddle(refusing("RENAME", "not today"));
    assert_eq!(ending(&stage.fix().await.unwrap()), REFUSED);
    assert_eq!(stage.last().state, RunState::Finished);
    assert!(to_resume(&stage).is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_runs_late_of_one_attempt_never_meets_another() {
    let stage = one_source(&[]);
    let mut renaming = at(1, "RENAME", Point::Before);
    let mut deleting = at(3, "DELETE", Point::Before);
    stage.meddle(move |now, _| {
        if renaming(now) || deleting(now) {
            return Verdict::CutAndFinishLater;
        }
        Verdict::GoOn
    });
    assert!(!stage.fix().await.unwrap().finished);
    assert!(!stage.resume().await.unwrap().finished);
    let receipt = stage.resume().await.unwrap();
    assert_done(&stage, &receipt);
    // Somebody makes it again; then the first RENAME runs, and after it the first DELETE.
    stage.mailbox("Sent Items", 1);
    assert_eq!(stage.world(World::run_late), 2);
    stage.assert_each_once();
    assert!(stage.resume().await.unwrap().finished);
    assert_eq!(
        (stage.names(), stage.count("Sent")),
        (vec!["Sent".to_owned()], 6)
    );
    stage.assert_each_once();
}

/// A delivery that had the source open when it was renamed. It is done as late as it can be for so long: just before
/// the DELETE, or when the time is over.
fn straggler(lasts: Duration) -> impl FnMut(&At<'_>, &mut World) -> Verdict {
    let mut renamed: Option<Instant> = None;
    let mut over = false;
    move |now, world| {
        if now.command == "RENAME" && now.point == Point::After {
            renamed = Some(Instant::now());
        }
        let due = now.command == "DELETE" || renamed.is_some_and(|since| since.elapsed() >= lasts);
        if due && !over && now.point == Point::Before {
            over = true;
            let name = tombstone(world).unwrap();
            delivered(world, &name, "straggler");
        }
        Verdict::GoOn
    }
}

#[tokio::test(start_paused = true)]
async fn a_delivery_that_was_under_way_when_its_mailbox_was_renamed_is_waited_for() {
    let stage = one_source(&[]);
    stage.meddle(straggler(Duration::from_secs(1)));
    let receipt = stage.fix().await.unwrap();
    assert_done_with(&stage, &receipt, 6);
}

/// A server that refuses the first such look after such a command, once.
fn refusing_after(
    command: &'static str,
    look: &'static str,
) -> impl FnMut(&At<'_>, &mut World) -> Verdict {
    let mut is_over = false;
    let mut refuses = at_first(
        look,
        Point::Before,
        Verdict::Refuse("[SERVERBUG] no".to_owned()),
    );
    move |now, world| {
        is_over |= now.command == command && now.point == Point::After;
        if is_over {
            refuses(now, world)
        } else {
            Verdict::GoOn
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_nobody_can_see_after_its_rename_is_not_given_up() {
    let stage = one_source(&[]);
    stage.meddle(refusing_after("RENAME", "LIST"));
    let receipt = stage.fix().await.unwrap();
    assert_done(&stage, &receipt);
}

#[tokio::test(start_paused = true)]
async fn with_children_a_parent_goes_when_its_children_have_gone() {
    let mut stage = Stage::new(Persona::dovecot());
    for (name, messages) in [
        ("Archive", 1),
        ("Archive/2019", 1),
        ("Archives", 2),
        ("Archives/2019", 3),
    ] {
        stage.mailbox(name, messages);
    }
    stage.policy.with_children = true;
    let receipt = stage.fix().await.unwrap();
    assert!(receipt.finished && !receipt.is_refused(), "{receipt:?}");
    assert_eq!(stage.names(), ["Archive", "Archive/2019", "Sent"]);
    assert_eq!(
        (stage.count("Archive"), stage.count("Archive/2019")),
        (3, 4)
    );
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_delete_that_is_refused_because_mail_came_in_is_tried_again_when_that_is_moved() {
    let stage = one_source(&[]);
    let mut is_it = at(2, "DELETE", Point::Before);
    stage.meddle(move |now, world| {
        if is_it(now) {
            let name = tombstone(world).unwrap();
            delivered(world, &name, "late");
            return Verdict::Refuse("New mails were added to mailbox during deletion".to_owned());
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert_eq!(
        (stage.names(), stage.count("Sent")),
        (vec!["Sent".to_owned()], 6)
    );
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_refused_delete_gives_the_source_its_own_name_back() {
    let stage = one_source(&[]);
    stage.meddle(refusing("DELETE", "[CANNOT] not this one"));
    let receipt = stage.fix().await.unwrap();
    assert!(receipt.finished);
    assert_eq!(ending(&receipt), REFUSED);
    assert_eq!(stage.names(), ["Sent", "Sent Items"]);
    stage.assert_each_once();
    stage.be_calm();
    assert!(stage.plan().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_taken_keeps_one_tombstone_and_not_the_run() {
    let stage = one_source(&[]);
    stage.mailbox("Drafts", 1);
    stage.mailbox("Brouillons", 2);
    let mut first = true;
    stage.meddle(move |at, world| {
        let is_for_sent = world.mailbox(USER, "Sent Items").is_none();
        if at.command == "DELETE" && at.point == Point::Before && first && is_for_sent {
            first = false;
            world.add_mailbox(USER, "Sent Items").unwrap();
            world.add_mailbox(USER, "Brouillons").unwrap();
            return Verdict::Refuse("[CANNOT] not this one".to_owned());
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert!(!receipt.finished && receipt.is_unknown(), "{receipt:?}");
    let over = receipt
        .steps
        .iter()
        .filter(|step| step.outcome == Outcome::Applied);
    assert!(over.count() >= 1, "the other merge went on: {receipt:?}");
    assert!(said(&receipt).contains("rolecall resume"), "{receipt:?}");
    assert!(stage.has_tombstone());
    stage.be_calm();
    let receipt = stage.resume().await.unwrap();
    assert!(receipt.finished, "{receipt:?}");
    assert!(!stage.has_tombstone());
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_husk_that_a_delete_leaves_behind_stops_no_resume() {
    let stage = one_source(&[]);
    let mut is_it = at(2, "DELETE", Point::After);
    let mut husk = None;
    stage.meddle(move |now, world| {
        if now.command == "DELETE" && now.point == Point::Before {
            husk = tombstone(world);
        }
        if is_it(now) {
            // The name stays where something lies below it.
            let name = husk.clone().unwrap();
            world.add_mailbox(USER, &format!("{name}/x")).unwrap();
            return Verdict::Cut;
        }
        Verdict::GoOn
    });
    assert!(!stage.fix().await.unwrap().finished);
    let receipt = stage.resume().await.unwrap();
    assert!(receipt.finished, "{receipt:?}");
    assert_eq!(ending(&receipt), REMOVED);
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_source_that_does_not_go_is_refused_and_not_done() {
    let stage = one_source(&[]);
    stage.meddle(refusing("RENAME", "[NOPERM] no"));
    let receipt = stage.fix().await.unwrap();
    assert!(receipt.finished && receipt.is_refused());
    assert_eq!(ending(&receipt), REFUSED);
    assert_eq!(stage.count("Sent"), 5);
}

#[tokio::test(start_paused = true)]
async fn a_target_that_cannot_be_looked_at_after_a_move_is_looked_at_over_a_new_connection() {
    let stage = one_source(&[]);
    stage.meddle(refusing_after("UID MOVE", "SELECT"));
    let receipt = stage.fix().await.unwrap();
    assert_done(&stage, &receipt);
    let run = stage.last().id;
    stage.undo(&run).await.unwrap();
    assert_eq!(stage.count("Sent Items"), 5);
}

#[tokio::test(start_paused = true)]
async fn a_rename_is_known_to_be_done_though_the_old_name_is_back() {
    let mut stage = Stage::new(Persona::dovecot());
    stage.mailbox("Brouillons", 3);
    let drafts = MailboxName::new(b"Drafts".to_vec(), "Drafts".to_owned());
    stage.policy.targets.insert(Role::Drafts, drafts);
    let receipt = broken(&stage, at(1, "RENAME", Point::After), |world| {
        world.add_mailbox(USER, "Brouillons").unwrap();
    })
    .await;
    assert!(receipt.finished && !receipt.is_refused(), "{receipt:?}");
    assert!(said(&receipt).contains("an empty one under the old name"));
    assert_eq!(stage.count("Drafts"), 3);
    assert!(stage.is_subscribed("Drafts"));
}

// ------------------------------------------------------------------------------------------------- undo

#[tokio::test(start_paused = true)]
async fn an_undo_brings_all_back_though_the_delete_lost_its_answer() {
    for command in ["DELETE", "UNSUBSCRIBE", "UID MOVE", "RENAME"] {
        let stage = one_source(&[]);
        let is_it = at(connection_of(command), command, Point::After);
        let receipt = broken(&stage, is_it, |_| {}).await;
        assert_done(&stage, &receipt);
        let run = stage.last().id;
        let receipt = stage.undo(&run).await.unwrap();
        assert!(receipt.finished && !receipt.is_refused(), "{receipt:?}");
        assert_eq!(
            (stage.count("Sent"), stage.count("Sent Items")),
            (0, 5),
            "{command}"
        );
        assert!(stage.is_subscribed("Sent Items"), "{command}");
        stage.assert_each_once();
    }
}

#[tokio::test(start_paused = true)]
async fn an_undo_that_did_nothing_can_be_done_again() {
    let stage = one_source(&["MOVE"]);
    stage.fix().await.unwrap();
    let run = stage.last().id;
    stage.client.stopped.store(true, Ordering::Relaxed);
    assert!(stage.undo(&run).await.unwrap().interrupted);
    stage.client.stopped.store(false, Ordering::Relaxed);
    let receipt = stage.undo(&run).await.unwrap();
    assert!(receipt.finished && !receipt.is_refused(), "{receipt:?}");
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (0, 5));
    assert!(matches!(
        stage.undo(&run).await,
        Err(ApplyError::NotPossible { .. })
    ));
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn where_messages_can_only_be_copied_an_undo_says_what_stays() {
    let stage = one_source(&["MOVE", "UIDPLUS"]);
    stage.fix().await.unwrap();
    let plan = stage.undo_plan(&stage.last().id).await.unwrap();
    assert!(!plan.steps.iter().any(|step| step.action == Action::Merge));
    let said: Vec<_> = plan.warnings.iter().map(|warning| warning.code).collect();
    assert!(said.contains(&Code::UndoLeavesMail));
}

// ------------------------------------------------------------------------------------------------- marks

/// Cyrus with `specialuse_protect`.
#[tokio::test(start_paused = true)]
async fn a_mailbox_that_its_mark_protects_goes_when_the_mark_is_cleared_and_stays_where_it_is_not()
{
    for clears in [true, false] {
        let stage = Stage::new(Persona::cyrus());
        stage.mailbox("Sent Items", 2);
        stage.world(|world| {
            let marks = &mut mailbox_of(world, "Sent Items").marks;
            marks.insert("\\Sent".to_owned());
            let name = b"Sent Items".to_vec();
            let refused = world.perform(USER, Mutation::Delete { name });
            assert!(refused.is_err(), "it is not protected");
        });
        if !clears {
            stage.meddle(refusing("SETMETADATA", "not today"));
        }
        let receipt = stage.fix().await.unwrap();
        let (expected, names) = if clears {
            (REMOVED, &["Sent"][..])
        } else {
            (REFUSED, &["Sent", "Sent Items"][..])
        };
        assert_eq!(ending(&receipt), expected, "{receipt:?}");
        assert_eq!(stage.names(), names);
        stage.assert_each_once();
    }
}

#[tokio::test(start_paused = true)]
async fn a_mark_that_the_kept_mailbox_is_refused_goes_back_where_it_was() {
    let stage = Stage::new(Persona::cyrus());
    stage.mailbox("Sent Items", 2);
    stage.world(|world| {
        let marks = &mut mailbox_of(world, "Sent Items").marks;
        marks.insert("\\Sent".to_owned());
    });
    let refused = Verdict::Refuse("[USEATTR] no".to_owned());
    stage.meddle(when(at_second("SETMETADATA", Point::Before), refused));
    let receipt = stage.fix().await.unwrap();
    assert!(receipt.is_refused(), "{receipt:?}");
    assert!(
        said(&receipt).contains("again marked for sent"),
        "{receipt:?}"
    );
    stage.assert_each_once();
}

// ------------------------------------------------------------------------------------- servers that few have met

fn on(persona: Persona) -> Stage {
    let stage = Stage::new(persona);
    stage.mailbox("Sent Items", 5);
    stage
}

#[tokio::test(start_paused = true)]
async fn where_mailboxes_have_no_uidvalidity_nothing_is_planned() {
    let stage = on(Persona::uid_validity_zero());
    let plan = stage.plan().await;
    let merges = plan.steps.iter().any(|step| step.action == Action::Merge);
    assert!(!merges, "{plan:?}");
    let told: Vec<_> = plan.manual.iter().map(|manual| manual.code).collect();
    assert_eq!(told, [Code::UidsNotStable]);
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (0, 5));
}

#[tokio::test(start_paused = true)]
async fn where_uids_are_new_in_each_session_nothing_is_moved() {
    for lacks in WAYS {
        let stage = on(Persona::uids_not_sticky().without(lacks));
        let receipt = stage.fix().await.unwrap();
        assert_untouched(&stage, &receipt, "keeps no message numbers");
        assert_eq!(stage.heard("UID COPY"), 0);
        assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (0, 5));
        stage.assert_each_once();
    }
}

#[tokio::test(start_paused = true)]
async fn a_copyuid_that_lies_is_not_believed() {
    for claims in [Claims::NextUids, Claims::SourceUids, Claims::SourceValidity] {
        for lacks in [&[][..], &["MOVE"]] {
            let stage = Stage::new(Persona::lying_copyuid(claims).without(lacks));
            stage.deliver("Sent", &[], "there-before");
            stage.mailbox("Sent Items", 4);
            let receipt = stage.fix().await.unwrap();
            assert_done(&stage, &receipt);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_messages_in_a_command_is_kept_until_the_source_is_empty() {
    // Whether it is announced, or found out.
    for unannounced in [&["MESSAGELIMIT"][..], &[]] {
        for lacks in WAYS {
            let persona = Persona::dovecot().with_message_limit(2);
            let stage = on(persona.without(lacks).without(unannounced));
            let receipt = stage.fix().await.unwrap();
            assert_done(&stage, &receipt);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_announced_limit_is_never_tried() {
    for lacks in WAYS {
        let stage = on(Persona::dovecot().with_message_limit(2).without(lacks));
        stage.meddle(|at, _| match at.point {
            Point::Reply(octets) if at.command != "UID SEARCH" => {
                let reply = String::from_utf8_lossy(octets).into_owned();
                let beyond = reply.contains("MESSAGELIMIT ");
                assert!(!beyond || at.command == "UID FETCH", "{reply}");
                Verdict::GoOn
            }
            _ => Verdict::GoOn,
        });
        let receipt = stage.fix().await.unwrap();
        assert_done(&stage, &receipt);
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_cut_off_is_resumed_within_the_limit() {
    for unannounced in [&["MESSAGELIMIT"][..], &[]] {
        for lacks in WAYS {
            for number in 1..=3 {
                let persona = Persona::dovecot().with_message_limit(2);
                let stage = on(persona.without(lacks).without(unannounced));
                let mut sent = 0;
                stage.meddle(move |now, _| {
                    let is_it = now.connection == 1
                        && matches!(now.command, "UID MOVE" | "UID COPY")
                        && now.point == Point::After;
                    sent += usize::from(is_it);
                    if is_it && sent == number {
                        Verdict::Cut
                    } else {
                        Verdict::GoOn
                    }
                });
                assert!(!stage.fix().await.unwrap().finished);
                let receipt = stage.resume().await.unwrap();
                assert_done(&stage, &receipt);
            }
        }
    }
}

/// The run that copied knew its server's limit; the one that removes the originals finds it out anew.
#[tokio::test(start_paused = true)]
async fn originals_go_in_as_many_commands_as_the_limit_asks_for() {
    for lacks in [&["MOVE"][..], &["MOVE", "UIDPLUS"]] {
        let stage = on(Persona::dovecot().without(lacks));
        let last = if lacks.len() == 1 {
            "UID STORE"
        } else {
            "RENAME"
        };
        let mut stores = 0;
        stage.meddle(move |now, world| {
            let is_it = now.connection == 1 && now.command == last && now.point == Point::Before;
            stores += usize::from(is_it);
            let enough = if last == "RENAME" { 1 } else { 2 };
            if is_it && stores == enough {
                world.persona.message_limit = Some(2);
                return Verdict::Cut;
            }
            Verdict::GoOn
        });
        assert!(!stage.fix().await.unwrap().finished, "{lacks:?}");
        let receipt = stage.resume().await.unwrap();
        assert_done(&stage, &receipt);
    }
}

#[tokio::test(start_paused = true)]
async fn flags_are_mended_in_as_many_commands_as_the_limit_asks_for() {
    let stage = on(Persona::mailutils());
    stage.meddle(|now, world| {
        world.persona.message_limit = (now.command == "UID STORE").then_some(2);
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert_done(&stage, &receipt);
    stage.world(|world| {
        let sent = world.mailbox(USER, "Sent").unwrap();
        assert!(sent.messages().iter().all(|message| message.has("\\Seen")));
    });
}

#[tokio::test(start_paused = true)]
async fn a_tombstone_is_emptied_in_as_many_commands_as_the_limit_asks_for() {
    let stage = on(Persona::dovecot().without(&["MOVE", "UIDPLUS"]));
    stage.meddle(|now, world| {
        if now.command == "EXPUNGE" && now.point == Point::Before {
            // Two at once: the others keep no mark that this command could go by.
            let name = tombstone(world).unwrap();
            let mailbox = mailbox_of(world, &name);
            let marked = mailbox.messages().iter();
            let marked = marked.filter(|message| message.has("\\Deleted"));
            let uids: Vec<u32> = marked.map(|message| message.uid).collect();
            for uid in uids.into_iter().rev().skip(2) {
                mailbox.flag(uid, |flags| flags.retain(|flag| flag != "\\Deleted"));
            }
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert_done(&stage, &receipt);
    assert_eq!(stage.heard("EXPUNGE"), 3);
}

/// A source of five on a server that only copies, with room for so many octets more.
fn with_room(octets: u64, lacks: &[&str]) -> Stage {
    let stage = on(Persona::dovecot().without(lacks));
    stage.world(|world| {
        let held = world.account(USER).unwrap().octets();
        world.persona.quota = Some(held + octets);
    });
    stage
}

#[tokio::test(start_paused = true)]
async fn where_room_is_short_a_source_is_emptied_in_smaller_batches() {
    for says_it_by_code in [true, false] {
        // For two more copies at the most.
        let stage = with_room(400, &["MOVE"]);
        stage.meddle(move |now, _| match now.point {
            Point::Reply(octets) if now.command == "UID COPY" && !says_it_by_code => {
                let told = String::from_utf8_lossy(octets).into_owned();
                let in_words = told.split_once("NO [OVERQUOTA]");
                let in_words = in_words.map(|(tag, _)| format!("{tag}NO Over quota\r\n"));
                in_words.map_or(Verdict::GoOn, |told| Verdict::Say(told.into_bytes()))
            }
            _ => Verdict::GoOn,
        });
        let receipt = stage.fix().await.unwrap();
        assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
        assert_eq!(stage.names(), ["Sent"]);
        stage.assert_each_once();
        assert!(stage.heard("UID COPY") > 2);
    }
}

#[tokio::test(start_paused = true)]
async fn where_there_is_no_room_for_a_single_copy_the_source_stays() {
    let stage = with_room(10, &["MOVE"]);
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    assert_eq!(stage.count("Sent Items"), 5);
    stage.assert_each_once();
}

/// What is copied and not removed makes no room: an account is not filled to the brim for nothing.
#[tokio::test(start_paused = true)]
async fn where_nothing_leaves_the_source_a_batch_without_room_is_not_halved() {
    let stage = with_room(400, &["MOVE", "UIDPLUS"]);
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    assert_eq!(stage.heard("UID COPY"), 2);
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (1, 5));
    stage.assert_nothing_lost();
}

#[tokio::test(start_paused = true)]
async fn mail_that_arrives_meanwhile_hides_nothing_behind_the_limit() {
    let persona = Persona::dovecot().without(&["UIDPLUS"]);
    let stage = on(persona.with_message_limit(2));
    stage.meddle(once(at(1, "UID MOVE", Point::After), |world| {
        for id in ["new", "another"] {
            delivered(world, "Sent", id);
        }
    }));
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    stage.assert_each_once();
    assert_eq!((stage.count("Sent"), stage.names().len()), (7, 1));
}

#[tokio::test(start_paused = true)]
async fn so_is_one_that_searches_do_not_have() {
    for lacks in WAYS {
        let stage = on(Persona::dovecot().without(lacks));
        stage.meddle(|at, world| {
            let has_it = matches!(at.command, "UID MOVE" | "UID COPY");
            world.persona.message_limit = has_it.then_some(2);
            Verdict::GoOn
        });
        let receipt = stage.fix().await.unwrap();
        assert_done(&stage, &receipt);
    }
}

#[tokio::test(start_paused = true)]
async fn flat_names_are_merged_as_well() {
    let stage = on(Persona::flat());
    stage.mailbox("Sent Items/2019", 1);
    let receipt = stage.fix().await.unwrap();
    stage.assert_each_once();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert_eq!(stage.names(), ["Sent", "Sent Items/2019"]);
}

#[tokio::test(start_paused = true)]
async fn what_can_only_be_read_is_neither_source_nor_target() {
    for name in ["Sent", "Sent Items"] {
        for lacks in WAYS {
            let stage = on(Persona::dovecot().without(lacks).with_read_only(&[name]));
            let receipt = stage.fix().await.unwrap();
            assert_untouched(&stage, &receipt, "can only be read");
            assert_eq!(stage.heard("UID COPY"), 0, "{name}");
            assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (0, 5));
            stage.assert_each_once();
        }
    }
}

// ---------------------------------------------------------------------------------------------- large providers

#[tokio::test(start_paused = true)]
async fn what_the_server_hides_is_moved_too_or_its_mailbox_stays() {
    for lacks in WAYS {
        let stage = on(Persona::dovecot().without(lacks).showing_at_most(2));
        let receipt = stage.fix().await.unwrap();
        stage.assert_nothing_lost();
        if lacks.len() < 2 {
            assert_done(&stage, &receipt);
            continue;
        }
        // Copies hide what lies below them until they go, which they do only together with the mailbox.
        assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
        assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (2, 3));
    }
}

#[tokio::test(start_paused = true)]
async fn a_round_number_of_messages_says_nothing_where_the_server_is_known_to_show_all() {
    let stage = Stage::new(Persona::dovecot());
    stage.mailbox("Sent Items", 1_000);
    stage.meddle(|now, _| views::calls_itself_dovecot(now));
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert_eq!(stage.names(), ["Sent"]);
}

#[tokio::test(start_paused = true)]
async fn what_a_round_limit_may_hide_is_not_removed_with_its_mailbox() {
    let mut persona = Persona::dovecot().showing_at_most(1_000);
    persona.hides_for_good = true;
    let stage = Stage::new(persona);
    stage.mailbox("Sent Items", 999);
    let plan = stage.plan().await;
    for number in 0..3 {
        stage.deliver("Sent Items", &[], &format!("late-{number}"));
    }
    let mut session = stage.client.connect().await;
    let receipt = stage.apply(&mut session, &plan).await.unwrap();
    stage.assert_nothing_lost();
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    assert!(
        said(&receipt).contains("has shown 1 000 messages in all"),
        "{receipt:?}"
    );
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (1_000, 2));
    // Nor is it by a later run, which sees an empty mailbox.
    assert!(stage.plan().await.is_empty());
}

/// Sent Items with three messages, one of which Sent has too.
fn labelled(lacks: &[&str]) -> Stage {
    let stage = Stage::new(Persona::gmail(&GMAIL).without(lacks));
    stage.mailbox("Sent Items", 3);
    let copy = Mutation::Copy {
        from: stage.world(|world| world.mailbox(USER, "Sent Items").unwrap().id),
        uids: vec![2],
        to: b"Sent".to_vec(),
    };
    stage.world(|world| world.perform(USER, copy)).unwrap();
    stage
}

#[tokio::test(start_paused = true)]
async fn a_message_that_had_both_labels_keeps_the_one_and_is_not_missed() {
    let stage = labelled(&[]);
    let receipt = stage.fix().await.unwrap();
    stage.assert_nothing_lost();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert_eq!(
        (stage.count("Sent"), stage.count("[Gmail]/All Mail")),
        (3, 3)
    );
    assert_eq!(
        said(&receipt),
        "1 message in the target already, under the same id"
    );
    let merge = receipt.steps.iter().find_map(|step| step.moved);
    assert_eq!(merge, Some(3), "{receipt:?}");
    assert!(stage.plan().await.is_empty());
}

/// Without MOVE and COPYUID a batch is proven whole or not at all: what was there before is a part of the whole.
#[tokio::test(start_paused = true)]
async fn a_message_that_had_both_labels_and_lost_one_meanwhile_is_counted_where_it_is() {
    let stage = labelled(&["MOVE", "UIDPLUS"]);
    stage.meddle(once(at_second("UID COPY", Point::After), |world| {
        take_away(world, &[1], None);
    }));
    let receipt = stage.fix().await.unwrap();
    stage.assert_nothing_lost();
    let said = said(&receipt);
    assert!(
        said.contains("1 message in the target already, under the same id"),
        "{said}"
    );
    assert_eq!(stage.heard("UID COPY"), 2, "{said}");
    assert_eq!(stage.count("Sent"), 3);
}

#[tokio::test(start_paused = true)]
async fn an_undo_leaves_a_message_in_the_mailbox_that_had_it_before() {
    let stage = labelled(&[]);
    stage.fix().await.unwrap();
    let run = stage.last().id;
    let plan = stage.undo_plan(&run).await.unwrap();
    let warned: Vec<&str> = plan
        .warnings
        .iter()
        .map(|one| one.message.english())
        .collect();
    assert!(
        warned
            .iter()
            .any(|one| one.contains("1 message stays in \"Sent\"")),
        "{warned:?}"
    );
    let receipt = stage.undo(&run).await.unwrap();
    assert!(receipt.finished, "{receipt:?}");
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn what_lies_in_another_namespace_than_inbox_is_left() {
    let stage = Stage::new(Persona::two_namespaces("Archives.", b'.'));
    stage.mailbox("Archives.Sent Items", 3);
    stage.mailbox("Archives.Sent Items.2019", 1);
    stage.mailbox("Users/bob/Sent Items", 1);
    stage.mailbox("Shared/Sent Items", 1);
    assert!(stage.plan().await.is_empty());
    stage.mailbox("Sent Items", 2);
    let receipt = stage.fix().await.unwrap();
    stage.assert_each_once();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert_eq!(
        (stage.count("Sent"), stage.count("Archives.Sent Items")),
        (2, 3)
    );
}

// ------------------------------------------------------------------------------------- what names are, and who may

#[tokio::test(start_paused = true)]
async fn names_in_utf8_are_merged_as_well() {
    for persona in [Persona::rev2_only(), Persona::utf8_only()] {
        let stage = Stage::new(persona);
        stage.mailbox("Éléments envoyés", 5);
        stage.mailbox("Q&A", 1);
        let receipt = stage.fix().await.unwrap();
        stage.assert_each_once();
        assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
        assert_eq!(stage.names(), ["Q&A", "Sent"]);
        assert!(stage.plan().await.is_empty());
        let run = stage.last().id;
        assert!(stage.undo(&run).await.unwrap().finished);
        assert_eq!(stage.names(), ["Q&A", "Sent", "Éléments envoyés"]);
        assert_eq!(stage.count("Éléments envoyés"), 5);
        stage.assert_each_once();
    }
}

#[tokio::test(start_paused = true)]
async fn who_still_reads_a_source_stands_in_nobodys_way() {
    let stage = on(Persona::ghost_delete());
    let mut reader = stage.client.connect().await;
    let source = MailboxName::new(b"Sent Items".to_vec(), "Sent Items".to_owned());
    reader.open(&source, Access::ReadOnly).await.unwrap();
    let receipt = stage.fix().await.unwrap();
    assert_done(&stage, &receipt);
    // It sees that the messages have gone, at the end of its first look.
    for left in [5, 0] {
        assert_eq!(reader.search(&Search::All).await.unwrap().len(), left);
    }
    let run = stage.last().id;
    let undone = stage.undo(&run).await.unwrap();
    assert!(undone.finished, "{undone:?}");
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (0, 5));
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_target_that_differs_by_case_alone_is_not_made() {
    let stage = Stage::new(Persona::case_folding());
    stage.world(|world| {
        let account = world.account_mut(USER).unwrap();
        account.mailboxes.remove(b"Sent".as_slice());
        account.subscriptions.clear();
    });
    stage.mailbox("sent", 2);
    stage.mailbox("Sent Items", 5);
    let receipt = stage.fix().await.unwrap();
    assert_untouched(&stage, &receipt, "already exists");
    assert_eq!(stage.names(), ["Sent Items", "sent"]);
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_name_that_the_server_composes_is_merged_under_the_name_it_lists() {
    let stage = Stage::new(Persona::nfc_normalising());
    // "é" as "e" and an accent.
    stage.mailbox("Courrier envoye&AwE-", 5);
    let receipt = stage.fix().await.unwrap();
    assert_done(&stage, &receipt);
    assert!(stage.plan().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_target_that_comes_to_another_name_than_was_asked_for_gets_no_mail() {
    let mut stage = on(Persona::nfc_normalising());
    let typed = MailboxName::new(b"Envoye&AwE-s".to_vec(), "Envoye\u{301}s".to_owned());
    stage.policy.targets.insert(Role::Sent, typed);
    let receipt = stage.fix().await.unwrap();
    assert_untouched(&stage, &receipt, "said OK but did not make it");
    assert_eq!(stage.count("Sent Items"), 5);
    stage.assert_each_once();
}

/// Sent and Sent Items, one of them with these rights only.
fn restricted(lacks: &[&str], name: &str, rights: &str) -> Stage {
    let stage = on(Persona::with_rights().without(lacks));
    stage.world(|world| mailbox_of(world, name).quirks.rights = Some(rights.to_owned()));
    stage
}

#[tokio::test(start_paused = true)]
async fn a_right_that_is_missing_leaves_the_mail_where_it_is() {
    for (name, rights) in [
        ("Sent", "lrswtexk"),
        ("Sent", "l"),
        ("Sent", "lr"),
        ("Sent Items", "lr"),
        ("Sent Items", "lrswixk"),
        ("Sent Items", "lrswitxk"),
        ("Sent Items", "lrs"),
    ] {
        for lacks in WAYS {
            let stage = restricted(lacks, name, rights);
            let mut copies = Vec::new();
            for _ in 0..2 {
                let receipt = stage.fix().await.unwrap();
                assert!(receipt.finished, "{receipt:?}");
                assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
                assert_eq!(stage.names(), ["Sent", "Sent Items"]);
                assert_eq!(stage.count("Sent Items"), 5, "{name} {rights} {lacks:?}");
                stage.assert_nothing_lost();
                // Where messages are copied, no right tells beforehand that the originals cannot go; the copies of the
                // first run are found by the second.
                copies.push(stage.count("Sent"));
            }
            let most = match (lacks, name) {
                (["MOVE"], "Sent Items") => 1,
                (["MOVE", "UIDPLUS"], "Sent Items") => 5,
                _ => 0,
            };
            assert!(copies[0] <= most && copies[1] == copies[0], "{copies:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_may_not_be_removed_is_emptied_and_left_in_peace() {
    for lacks in WAYS.into_iter().filter(|lacks| lacks.len() < 2) {
        let stage = restricted(lacks, "Sent Items", "lrswitek");
        let receipt = stage.fix().await.unwrap();
        assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
        assert!(said(&receipt).contains("does not let it go"), "{receipt:?}");
        stage.assert_each_once();
        assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (5, 0));
        assert!(stage.plan().await.is_empty());
    }
}

/// A lone mailbox, and a name that is to be tried and is not marked.
fn trying() -> Stage {
    let mut persona = Persona::dovecot();
    persona.marking = Marking::ByName(vec![("Sent", "\\Sent")]);
    let mut stage = Stage::new(persona);
    stage.mailbox("Concepten", 3);
    let suggestion = Suggestion {
        keep: MailboxName::new(b"Drafts".to_vec(), "Drafts".to_owned()),
        because: Phrase::default(),
        if_marked: true,
    };
    stage.policy.suggested = [(Role::Drafts, suggestion)].into();
    stage
}

#[tokio::test(start_paused = true)]
async fn a_tried_name_stays_where_the_old_one_is_taken_by_then() {
    let stage = trying();
    stage.meddle(once(at(1, "RENAME", Point::After), |world| {
        world.add_mailbox(USER, "Concepten").unwrap();
    }));
    let receipt = stage.fix().await.unwrap();
    let step = &receipt.steps[0];
    assert_eq!(step.outcome, Outcome::Applied, "{receipt:?}");
    let why = step.message.as_ref().unwrap().english();
    assert!(why.contains("cannot have its old name back"), "{why}");
    assert_eq!((stage.count("Drafts"), stage.count("Concepten")), (3, 0));
    assert!(stage.is_subscribed("Drafts"));
    // Once the old name is free, an undo gives it back.
    stage.be_calm();
    stage.world(|world| {
        let mailboxes = &mut world.account_mut(USER).unwrap().mailboxes;
        mailboxes.remove(b"Concepten".as_slice()).unwrap();
    });
    let undone = stage.undo(&stage.last().id).await.unwrap();
    assert!(undone.finished, "{undone:?}");
    assert_eq!(stage.count("Concepten"), 3);
}

#[tokio::test(start_paused = true)]
async fn what_took_the_tried_name_during_a_break_is_not_put_back() {
    let stage = trying();
    let receipt = broken(&stage, at(1, "RENAME", Point::Before), |world| {
        let mailboxes = &mut world.account_mut(USER).unwrap().mailboxes;
        let mailbox = mailboxes.remove(b"Concepten".as_slice()).unwrap();
        mailboxes.insert(b"Theirs".to_vec(), mailbox);
        world.add_mailbox(USER, "Drafts").unwrap();
        delivered(world, "Drafts", "theirs");
    })
    .await;
    assert_eq!(receipt.steps[0].outcome, Outcome::Refused, "{receipt:?}");
    assert_eq!(stage.names(), ["Drafts", "Sent", "Theirs"]);
    stage.assert_each_once();
}
