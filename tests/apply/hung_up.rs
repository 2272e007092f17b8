//! Servers that hang up on one command, however often it is sent: a run tries it three times, and then what it was for is left
//! with its reason. No connection is opened for ever, and the next run is not in the way of this one.

use rolecall::{
    demo::{At, Point, Verdict},
    model::receipt::{Outcome, Receipt, SourceAfter},
};

use super::{REFUSED, REMOVED, WAYS, always};
use crate::stage::{Stage, ending, said};

fn one_source(lacks: &[&str]) -> Stage {
    let stage = Stage::without(lacks);
    stage.mailbox("Sent Items", 5);
    stage.lets_back_in();
    stage
}

fn assert_ended(stage: &Stage, receipt: &Receipt, why: &str) {
    assert!(
        receipt.finished && !receipt.is_unknown(),
        "{why}: {receipt:?}"
    );
    assert!(!receipt.is_unexplained(), "{why}: {receipt:?}");
    assert!(!stage.has_tombstone(), "{why}: {receipt:?}");
    stage.assert_nothing_lost();
}

#[tokio::test(start_paused = true)]
async fn a_command_on_which_the_server_always_hangs_up_leaves_its_mailbox_with_the_reason() {
    for lacks in WAYS {
        for command in ["RENAME", "DELETE"] {
            let why = format!("{lacks:?} {command}");
            let stage = one_source(lacks);
            stage.meddle(always(command, Verdict::Cut));
            let receipt = stage.fix().await.unwrap();
            assert_ended(&stage, &receipt, &why);
            assert_eq!(ending(&receipt), REFUSED, "{why}: {receipt:?}");
            assert!(said(&receipt).contains("hangs up"), "{why}: {receipt:?}");
            assert_eq!(stage.heard(command), 3, "{why}");
            if lacks != WAYS[3] {
                // There the originals go only once they are set aside.
                stage.assert_each_once();
            }
            // The next run is not in its way.
            stage.be_calm();
            let receipt = stage.fix().await.unwrap();
            assert!(receipt.finished, "{why}: {receipt:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_command_that_is_done_before_the_server_hangs_up_is_seen_to_be_done() {
    for lacks in WAYS {
        for command in ["RENAME", "DELETE", "UNSUBSCRIBE"] {
            let why = format!("{lacks:?} {command}");
            let stage = one_source(lacks);
            stage.meddle(always(command, Verdict::CutAndFinish));
            let receipt = stage.fix().await.unwrap();
            assert_ended(&stage, &receipt, &why);
            assert_eq!(ending(&receipt), REMOVED, "{why}: {receipt:?}");
            assert_eq!(stage.names(), ["Sent"], "{why}");
            assert!(!stage.is_subscribed("Sent Items"), "{why}");
            stage.assert_each_once();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_subscription_that_cannot_be_ended_is_told_and_ends_no_merge() {
    let stage = one_source(&[]);
    stage.meddle(always("UNSUBSCRIBE", Verdict::Cut));
    let receipt = stage.fix().await.unwrap();
    assert_ended(&stage, &receipt, "UNSUBSCRIBE");
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert!(
        said(&receipt).contains("was not unsubscribed"),
        "{receipt:?}"
    );
    assert!(said(&receipt).contains("hangs up"), "{receipt:?}");
}

#[tokio::test(start_paused = true)]
async fn a_mailbox_on_whose_opening_the_server_hangs_up_is_left_and_all_others_are_merged() {
    let stage = one_source(&[]);
    stage.mailbox("Sent Messages", 3);
    let validity = stage.world(|world| {
        let mailbox = world.mailbox(super::USER, "Sent Messages");
        mailbox.unwrap().uid_validity
    });
    let it = format!("[UIDVALIDITY {validity}]");
    stage.meddle(move |at: &At<'_>, _| match at.point {
        Point::Reply(octets) if matches!(at.command, "SELECT" | "EXAMINE") => {
            if std::str::from_utf8(octets).unwrap().contains(&it) {
                Verdict::Cut
            } else {
                Verdict::GoOn
            }
        }
        _ => Verdict::GoOn,
    });
    let receipt = stage.fix().await.unwrap();
    assert_ended(&stage, &receipt, "an opening");
    assert_eq!((stage.count("Sent"), stage.count("Sent Messages")), (5, 3));
    assert!(
        said(&receipt).contains("hangs up whenever it is opened"),
        "{receipt:?}"
    );
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn of_two_mailboxes_only_the_one_that_the_server_hangs_up_on_is_left() {
    let stage = one_source(&[]);
    stage.mailbox("Sent Messages", 3);
    let mut renames = 0;
    stage.meddle(move |at: &At<'_>, world| {
        let is_rename = at.command == "RENAME" && at.point == Point::Before;
        renames += u32::from(is_rename);
        let both = ["Sent Items", "Sent Messages"]
            .iter()
            .all(|name| world.mailbox(super::USER, name).is_some());
        // While both stand it is the first of them that is renamed.
        if is_rename && (both || renames > 4) {
            Verdict::Cut
        } else {
            Verdict::GoOn
        }
    });
    let receipt = stage.fix().await.unwrap();
    assert_ended(&stage, &receipt, "two");
    assert_eq!(stage.count("Sent"), 8, "{receipt:?}");
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn where_every_so_many_commands_the_line_is_lost_a_run_ends_whatever_the_number() {
    for every in 16..60 {
        let stage = one_source(&[]);
        let mut session = stage.client.connect().await;
        let plan = stage.client.plan_over(&mut session, &stage.policy).await;
        let mut commands = 0;
        stage.meddle(move |at: &At<'_>, _| {
            let counts = at.point == Point::Before;
            commands += usize::from(counts);
            if counts && commands % every == 0 {
                Verdict::Cut
            } else {
                Verdict::GoOn
            }
        });
        let receipt = stage.apply(&mut session, &plan).await.unwrap();
        assert_ended(&stage, &receipt, &every.to_string());
        stage.assert_each_once();
        let (outcome, after) = ending(&receipt);
        let is_done = (outcome, after) == REMOVED;
        let is_left = outcome == Outcome::Refused && after == Some(SourceAfter::Left);
        assert!(is_done || is_left, "{every}: {receipt:?}");
    }
}
