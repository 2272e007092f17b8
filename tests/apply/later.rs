//! Removal by a later run: which mailboxes wait, for how long, and what every command says of them meanwhile.

use std::time::Duration;

use rolecall::{
    apply::{ApplyError, RunState, to_resume},
    demo::{Delivery, Persona, Point, Verdict, mutation::Mutation},
    model::{
        finding::Code,
        plan::Action,
        receipt::{Outcome, Receipt, SourceAfter},
    },
};

use tokio::time::Instant;

use super::{
    REMOVED, assert_done, at, at_first, delivered, on, once, refusing,
    stage::{Stage, USER, ending, said, text_of},
    tombstone,
};

const WAITS: (Outcome, Option<SourceAfter>) = (Outcome::Applied, Some(SourceAfter::Waits));

/// The time of `Stage`'s clock, and what it is so much later.
const DUE: &str = "2026-01-03T03:04:05Z";
const JUST_BEFORE: &str = "2026-01-03T03:04:04Z";
const A_DAY_AFTER_DUE: &str = "2026-01-04T03:04:05Z";

/// One source with five messages, which is removed a day after it was emptied.
fn patient(persona: Persona) -> Stage {
    let mut stage = on(persona);
    stage.client.settings.grace = Some(Duration::from_secs(86_400));
    stage
}

fn set_aside(stage: &Stage) -> String {
    stage.world(|world| tombstone(world)).unwrap()
}

fn assert_waits(stage: &Stage, receipt: &Receipt, until: &str) {
    stage.assert_each_once();
    assert!(receipt.finished, "{receipt:?}");
    assert!(
        !receipt.is_refused() && !receipt.is_unexplained(),
        "{receipt:?}"
    );
    assert_eq!(ending(receipt), WAITS, "{receipt:?}");
    assert_eq!(receipt.waits.as_deref(), Some(until));
    assert_eq!(stage.last().state, RunState::Waiting);
    assert!(stage.has_tombstone());
    assert_eq!(stage.heard("DELETE"), 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_removed_later_is_emptied_and_set_aside_and_the_run_waits() {
    for persona in [Persona::dovecot(), Persona::cyrus(), Persona::courier()] {
        let prefix = persona.prefix;
        let stage = patient(persona);
        let receipt = stage.fix().await.unwrap();
        assert_waits(&stage, &receipt, DUE);
        assert_eq!(stage.count(&format!("{prefix}Sent")), 5);
        assert!(!stage.is_subscribed(&format!("{prefix}Sent Items")));
        // It stands open: nobody knows for how long, and what comes in is found later.
        assert_eq!(stage.entries(), []);
        stage.client.set_now(DUE);
        let receipt = stage.resume().await.unwrap();
        assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
        assert_eq!(stage.names(), [format!("{prefix}Sent")]);
        stage.assert_each_once();
    }
}

#[tokio::test(start_paused = true)]
async fn a_resume_before_its_time_sends_nothing() {
    let stage = patient(Persona::dovecot());
    stage.fix().await.unwrap();
    let name = set_aside(&stage);
    stage.client.set_now(JUST_BEFORE);
    stage.meddle(|now, _| {
        let harmless = [
            "LOGIN",
            "CAPABILITY",
            "ID",
            "ENABLE",
            "LOGOUT",
            "AUTHENTICATE",
            "",
        ];
        assert!(harmless.contains(&now.command), "{} was sent", now.command);
        Verdict::GoOn
    });
    let receipt = stage.resume().await.unwrap();
    assert_waits(&stage, &receipt, DUE);
    assert_eq!(set_aside(&stage), name);
    assert_eq!(
        receipt
            .steps
            .iter()
            .filter_map(|step| step.moved)
            .sum::<u64>(),
        5
    );
}

#[tokio::test(start_paused = true)]
async fn a_resume_when_its_time_has_come_removes_it() {
    let stage = patient(Persona::dovecot());
    stage.fix().await.unwrap();
    stage.client.set_now(DUE);
    assert!(stage.client.waiting()[0].is_due);
    let receipt = stage.resume().await.unwrap();
    assert_done(&stage, &receipt);
    assert_eq!(receipt.waits, None);
    assert_eq!(stage.last().state, RunState::Finished);
    assert_eq!(stage.client.waiting(), []);
    assert!(!stage.is_subscribed("Sent Items"));
}

#[tokio::test(start_paused = true)]
async fn what_came_in_meanwhile_is_moved_and_the_time_begins_anew() {
    let stage = patient(Persona::dovecot());
    stage.fix().await.unwrap();
    let name = set_aside(&stage);
    stage.deliver(&name, &[], "late");
    stage.client.set_now(DUE);
    let receipt = stage.resume().await.unwrap();
    assert_waits(&stage, &receipt, A_DAY_AFTER_DUE);
    assert_eq!((set_aside(&stage), stage.count("Sent")), (name, 6));
    let merge = receipt.steps.iter().find_map(|step| step.moved);
    assert_eq!(merge, Some(6));
    stage.client.set_now("2026-01-04T03:04:04Z");
    let receipt = stage.resume().await.unwrap();
    assert_waits(&stage, &receipt, A_DAY_AFTER_DUE);
    stage.client.set_now(A_DAY_AFTER_DUE);
    let receipt = stage.resume().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert_eq!(stage.names(), ["Sent"]);
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn what_comes_in_while_its_time_has_come_is_moved_and_the_time_begins_anew() {
    let stage = patient(Persona::dovecot());
    stage.fix().await.unwrap();
    let name = set_aside(&stage);
    stage.client.set_now(DUE);
    // While it settles once more, after the first looks of the resume.
    let began = Instant::now();
    let mut over = false;
    stage.meddle(move |now, world| {
        if !over && now.command == "SELECT" && began.elapsed() > Duration::from_secs(1) {
            over = true;
            delivered(world, &name, "late");
        }
        Verdict::GoOn
    });
    let receipt = stage.resume().await.unwrap();
    assert_waits(&stage, &receipt, A_DAY_AFTER_DUE);
    assert_eq!(stage.count("Sent"), 6, "{receipt:?}");
}

#[tokio::test(start_paused = true)]
async fn mail_from_another_replica_that_comes_within_that_time_is_not_lost() {
    let hour = Duration::from_secs(3_600);
    let stage = patient(Persona::dovecot().with_replica(hour));
    stage.meddle(once(at(1, "RENAME", Point::Before), |world| {
        let delivery = Delivery::by_name("Sent Items", text_of("elsewhere"));
        world.deliver_elsewhere(USER, delivery).unwrap();
    }));
    let receipt = stage.fix().await.unwrap();
    assert_waits(&stage, &receipt, DUE);
    tokio::time::sleep(2 * hour).await;
    stage.client.set_now(DUE);
    let receipt = stage.resume().await.unwrap();
    assert_waits(&stage, &receipt, A_DAY_AFTER_DUE);
    assert_eq!(stage.count("Sent"), 6);
}

#[tokio::test(start_paused = true)]
async fn an_undo_while_it_waits_gives_the_mailbox_its_own_name_back_with_its_messages() {
    let stage = patient(Persona::cyrus());
    let id = |stage: &Stage, name: &str| {
        let name = name.to_owned();
        stage.world(move |world| world.mailbox(USER, &name).unwrap().id)
    };
    let before = id(&stage, "Sent Items");
    stage.fix().await.unwrap();
    let run = stage.last().id;
    let name = set_aside(&stage);
    stage.deliver(&name, &[], "late");
    let receipt = stage.undo(&run).await.unwrap();
    stage.assert_each_once();
    assert!(receipt.finished && !receipt.is_refused(), "{receipt:?}");
    assert!(!receipt.is_unexplained(), "{receipt:?}");
    assert_eq!(stage.names(), ["Sent", "Sent Items"]);
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (0, 6));
    assert_eq!(id(&stage, "Sent Items"), before, "it is another mailbox");
    assert!(stage.is_subscribed("Sent Items"));
    // And nobody comes back for it.
    let all = rolecall::apply::runs(&stage.client.home).unwrap();
    let stands = all.into_iter().find(|known| known.id == run).unwrap().state;
    assert_eq!(stands, RunState::Undone);
    assert_eq!(stage.client.waiting(), []);
    assert_eq!(to_resume(&stage.client.home, None).unwrap(), []);
    stage.client.set_now(DUE);
    let resumed = stage.client.resume(&run).await;
    let is_refused = matches!(resumed, Err(ApplyError::NotPossible { .. }));
    assert!(is_refused, "{resumed:?}");
    assert_eq!(stage.names(), ["Sent", "Sent Items"]);
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (0, 6));
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_plan_made_meanwhile_leaves_it_and_an_audit_says_that_it_waits() {
    let stage = patient(Persona::dovecot());
    stage.fix().await.unwrap();
    let name = set_aside(&stage);
    let plan = stage.plan().await;
    assert!(plan.is_empty(), "{:?}", plan.steps);
    let findings = stage.findings().await;
    let of = |code: Code| {
        let mut found = findings.iter().filter(move |finding| finding.code == code);
        found.next().map(|finding| finding.mailboxes.clone())
    };
    let waits = of(Code::RemovalWaits).unwrap();
    assert_eq!(waits.len(), 1);
    assert_eq!(waits[0].text(), name);
    assert_eq!(of(Code::UnfinishedRun), None);
}

#[tokio::test(start_paused = true)]
async fn another_run_meanwhile_waits_beside_it() {
    let stage = patient(Persona::dovecot());
    stage.fix().await.unwrap();
    let first = stage.last().id;
    // A client makes it again.
    stage.mailbox("Sent Items", 2);
    let plan = stage.plan().await;
    let merges = plan
        .steps
        .iter()
        .filter(|step| step.action == Action::Merge);
    assert_eq!(merges.count(), 1);
    stage.client.set_now("2026-01-02T12:00:00Z");
    let receipt = stage.fix().await.unwrap();
    assert_waits(&stage, &receipt, "2026-01-03T12:00:00Z");
    assert_eq!(stage.client.waiting().len(), 2);
    stage.client.set_now(DUE);
    let receipt = stage.client.resume(&first).await.unwrap();
    assert!(receipt.finished, "{receipt:?}");
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert_eq!((stage.names().len(), stage.count("Sent")), (2, 7));
    stage.client.set_now("2026-01-03T12:00:00Z");
    let receipt = stage.resume().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert_eq!(stage.names(), ["Sent"]);
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_resume_whose_line_goes_before_the_delete_ends_as_well() {
    for point in [Point::Before, Point::After] {
        let stage = patient(Persona::dovecot());
        stage.fix().await.unwrap();
        stage.client.set_now(DUE);
        stage.meddle(at_first("DELETE", point, Verdict::Cut));
        assert!(!stage.resume().await.unwrap().finished);
        stage.be_calm();
        let mut receipt = stage.resume().await.unwrap();
        if point == Point::Before {
            // Whether it has stood for a day without mail nobody knows any more.
            assert_eq!(receipt.waits.as_deref(), Some(A_DAY_AFTER_DUE));
            stage.client.set_now(A_DAY_AFTER_DUE);
            receipt = stage.resume().await.unwrap();
        }
        assert_done(&stage, &receipt);
        assert_eq!(stage.last().state, RunState::Finished);
        // An undo makes it again.
        let receipt = stage.undo(&stage.last().id).await.unwrap();
        assert!(receipt.finished && !receipt.is_refused(), "{receipt:?}");
        assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (0, 5));
        stage.assert_each_once();
    }
}

#[tokio::test(start_paused = true)]
async fn what_somebody_has_removed_meanwhile_waits_no_more() {
    let stage = patient(Persona::dovecot());
    stage.fix().await.unwrap();
    let name = set_aside(&stage);
    stage.world(|world| {
        let mailboxes = &mut world.account_mut(USER).unwrap().mailboxes;
        mailboxes.remove(name.as_bytes()).unwrap();
    });
    stage.client.set_now(DUE);
    let receipt = stage.resume().await.unwrap();
    assert_done(&stage, &receipt);
    assert_eq!(stage.heard("DELETE"), 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_when_its_time_has_come_gets_its_own_name_back() {
    let stage = patient(Persona::dovecot());
    stage.fix().await.unwrap();
    stage.client.set_now(DUE);
    stage.meddle(refusing("DELETE", "[CANNOT] not this one"));
    let receipt = stage.resume().await.unwrap();
    assert!(receipt.finished && receipt.is_refused(), "{receipt:?}");
    assert!(said(&receipt).contains("not this one"), "{receipt:?}");
    assert_eq!(stage.names(), ["Sent", "Sent Items"]);
    assert_eq!(stage.client.waiting(), []);
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_removal_that_broke_off_while_it_was_locked_leaves_nothing_locked_while_it_waits_again() {
    let stage = patient(Persona::cyrus());
    stage.fix().await.unwrap();
    stage.client.set_now(DUE);
    stage.meddle(at_first("DELETE", Point::Before, Verdict::Cut));
    assert!(!stage.resume().await.unwrap().finished);
    assert_ne!(stage.entries(), [], "it was not locked");
    stage.be_calm();
    let receipt = stage.resume().await.unwrap();
    assert_eq!(receipt.waits.as_deref(), Some(A_DAY_AFTER_DUE));
    assert_eq!(stage.entries(), []);
    let receipt = stage.undo(&stage.last().id).await.unwrap();
    assert!(receipt.finished && !receipt.is_refused(), "{receipt:?}");
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (0, 5));
    assert_eq!(stage.entries(), []);
}

#[tokio::test(start_paused = true)]
async fn what_an_undo_cannot_give_its_name_back_goes_on_waiting_and_is_removed() {
    let stage = patient(Persona::dovecot());
    stage.fix().await.unwrap();
    let run = stage.last().id;
    // A client has made its mailbox again.
    stage.mailbox("Sent Items", 2);
    let receipt = stage.undo(&run).await.unwrap();
    assert!(receipt.finished && !receipt.is_refused(), "{receipt:?}");
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (0, 7));
    assert!(stage.has_tombstone());
    assert_eq!(stage.client.waiting().len(), 1);
    stage.client.set_now(DUE);
    let receipt = stage.client.resume(&run).await.unwrap();
    assert!(receipt.finished, "{receipt:?}");
    assert!(!receipt.is_unexplained(), "{receipt:?}");
    assert_eq!(stage.names(), ["Sent", "Sent Items"]);
    assert_eq!(stage.client.waiting(), []);
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn what_the_owner_does_while_it_waits_is_no_difference() {
    let stage = patient(Persona::dovecot());
    stage.fix().await.unwrap();
    // She files one away.
    stage.world(|world| {
        let sent = world.mailbox(USER, "Sent").unwrap();
        let (from, uid) = (sent.id, sent.messages()[0].uid);
        let mutation = Mutation::Move {
            from,
            uids: vec![uid],
            to: b"INBOX".to_vec(),
            leaving: Vec::new(),
        };
        world.perform(USER, mutation).unwrap();
    });
    stage.client.set_now(DUE);
    let receipt = stage.resume().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert!(!receipt.is_unexplained(), "{:?}", receipt.balances);
}
