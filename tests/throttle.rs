//! A server that asks to be left alone, as Exchange does: "Request is throttled. Suggested Backoff Time: N milliseconds".
//! Time is virtual. What is put off at each single command is in `tests/crash.rs`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use rolecall::{
    demo::{At, Point, Verdict},
    model::receipt::Outcome,
    store::{Later, LookError},
};
use tokio::time::Instant;

use crate::stage::{Stage, ending};

const WAYS: [&[&str]; 4] = [&[], &["UIDPLUS"], &["MOVE"], &["MOVE", "UIDPLUS"]];

fn throttled(seconds: u64) -> Verdict {
    Verdict::Refuse(format!(
        "Request is throttled. Suggested Backoff Time: {} milliseconds",
        seconds * 1_000
    ))
}

/// One source with five messages.
fn one_source(lacks: &[&str]) -> Stage {
    let stage = Stage::without(lacks);
    stage.mailbox("Sent Items", 5);
    stage
}

/// Puts off what this chooses; says how often it has.
fn put_off(
    stage: &Stage,
    seconds: u64,
    mut chooses: impl FnMut(&str) -> bool + Send + 'static,
) -> Arc<AtomicU32> {
    let count = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&count);
    stage.meddle(move |at: &At<'_>, _| {
        let is_command = at.point == Point::Before && at.user.is_some() && at.command != "LOGOUT";
        if !is_command || !chooses(at.command) {
            return Verdict::GoOn;
        }
        counted.fetch_add(1, Ordering::Relaxed);
        throttled(seconds)
    });
    count
}

#[tokio::test(start_paused = true)]
async fn where_every_fourth_command_is_put_off_a_fix_ends_as_it_always_does() {
    for lacks in WAYS {
        let stage = one_source(lacks);
        let count = put_off(&stage, 40, dice(1, 4));
        let receipt = stage.fix().await.unwrap();
        assert!(receipt.finished, "{receipt:?}");
        assert_eq!(ending(&receipt).0, Outcome::Applied, "{receipt:?}");
        assert!(count.load(Ordering::Relaxed) > 4);
        assert!(stage.plan().await.is_empty());
        assert_eq!(
            (stage.names(), stage.count("Sent")),
            (vec!["Sent".to_owned()], 5)
        );
        stage.assert_each_once();
    }
}

#[tokio::test(start_paused = true)]
async fn a_look_is_put_off_five_times_and_no_more() {
    let stage = one_source(&[]);
    let mut session = stage.client.connect().await;
    let count = put_off(&stage, 60, |command| command == "LIST");
    let began = Instant::now();
    let error = session.listing(String::new()).await.unwrap_err();
    let after = Some(Duration::from_secs(60));
    assert_eq!(error.passing(), Some(Later { after }));
    assert!(matches!(error, LookError::Refused { .. }), "{error:?}");
    // Virtual seconds.
    assert_eq!(began.elapsed().as_secs(), 300);
    // Two are on their way each time.
    assert_eq!(count.load(Ordering::Relaxed), 12);
}

/// By chance, but the same each time: one of so many.
fn dice(seed: u32, sides: u32) -> impl FnMut(&str) -> bool + Send + 'static {
    let mut dice = seed;
    move |_| {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (dice >> 16).is_multiple_of(sides)
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_seen_of_an_account_is_the_same_however_often_looks_are_put_off() {
    let mut stage = one_source(&[]);
    stage.client.samples = true;
    stage.mailbox("Sent Messages", 3);
    stage.mailbox("Trash", 2);
    stage.mailbox("Deleted Items", 4);
    let mut session = stage.client.connect().await;
    let calm = stage.client.listing(&mut session).await;
    assert!(
        calm.mailboxes
            .iter()
            .filter(|mailbox| mailbox.sample.is_some())
            .count()
            > 3
    );
    let mut all = 0;
    for seed in 0..50 {
        let count = put_off(&stage, 40, dice(seed, 10));
        assert_eq!(stage.client.listing(&mut session).await, calm);
        all += count.load(Ordering::Relaxed);
    }
    assert!(all > 50, "{all}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_puts_off_a_command_for_ever_ends_the_run_and_a_resume_goes_on() {
    for (lacks, command) in [
        (WAYS[0], "UID MOVE"),
        (WAYS[0], "RENAME"),
        (WAYS[0], "DELETE"),
        (WAYS[2], "UID COPY"),
        (WAYS[2], "UID STORE"),
        (WAYS[2], "UID EXPUNGE"),
    ] {
        let stage = one_source(lacks);
        let count = put_off(&stage, 30, move |now| now == command);
        let receipt = stage.fix().await.unwrap();
        assert!(!receipt.finished && !receipt.interrupted, "{receipt:?}");
        assert!(receipt.is_unknown() && !receipt.is_refused(), "{receipt:?}");
        assert_eq!(receipt.after, Some(Duration::from_secs(30)), "{command}");
        assert_eq!(count.load(Ordering::Relaxed), 6, "{command}");
        stage.assert_nothing_lost();
        stage.be_calm();
        let receipt = stage.resume().await.unwrap();
        assert!(receipt.finished, "{command}: {receipt:?}");
        assert_eq!(
            (stage.names(), stage.count("Sent")),
            (vec!["Sent".to_owned()], 5)
        );
        stage.assert_each_once();
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_ends_at_a_look_that_is_put_off_says_for_how_long_too() {
    let stage = one_source(&[]);
    let mut has_moved = false;
    put_off(&stage, 40, move |now| {
        has_moved |= now == "UID MOVE";
        has_moved && now == "UID FETCH"
    });
    let receipt = stage.fix().await.unwrap();
    assert!(!receipt.finished, "{receipt:?}");
    assert_eq!(receipt.after, Some(Duration::from_secs(40)), "{receipt:?}");
    stage.be_calm();
    let receipt = stage.resume().await.unwrap();
    assert_eq!((receipt.finished, receipt.after), (true, None));
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn who_wishes_to_stop_need_not_wait_for_the_server() {
    let stage = one_source(&[]);
    let stopped = Arc::clone(&stage.client.stopped);
    put_off(&stage, 300, move |command| {
        stopped.fetch_or(command == "UID MOVE", Ordering::Relaxed);
        command == "UID MOVE"
    });
    let receipt = stage.fix().await.unwrap();
    assert!(receipt.interrupted, "{receipt:?}");
    assert_eq!(stage.heard("UID MOVE"), 1);
    stage.assert_each_once();
}
