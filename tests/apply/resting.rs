//! A run that waits for its settle time: it holds no connection, and is stopped at once; and what connections cost.

use std::{
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};

use rolecall::{
    demo::{Persona, Point, Verdict},
    model::mailbox::MailboxName,
    planner::Policy,
    store::Store as _,
};
use tokio::time::{Instant, sleep};

use crate::stage::{Stage, USER};

const SETTLE: Duration = Duration::from_secs(3_600);

/// When each command had been done on which connection; `""` where a connection was opened.
type Log = Arc<Mutex<Vec<(Instant, u64, String)>>>;

fn stage() -> (Stage, Log) {
    let mut stage = Stage::new(Persona::dovecot());
    stage.mailbox("Sent Items", 3);
    stage.client.settings.settle = SETTLE;
    let log = Log::default();
    let written = Arc::clone(&log);
    stage.meddle(move |at, _| {
        if matches!(at.point, Point::Opened | Point::After) {
            let mut log = written.lock().unwrap();
            log.push((Instant::now(), at.connection, at.command.to_owned()));
        }
        Verdict::GoOn
    });
    (stage, log)
}

#[tokio::test(start_paused = true)]
async fn a_run_waits_without_a_connection_and_goes_on_over_a_new_one() {
    let (stage, log) = stage();
    let receipt = stage.fix().await.unwrap();
    assert!(receipt.finished, "{receipt:?}");
    let log = log.lock().unwrap();
    let renamed = log.iter().position(|(.., command)| command == "RENAME");
    let (at, connection, _) = log[renamed.unwrap()];
    let logout = log.iter().find(|(.., command)| command == "LOGOUT");
    let (parted, logged_out, _) = logout.unwrap();
    assert_eq!(*logged_out, connection);
    assert!(*parted - at < Duration::from_secs(60), "{log:?}");
    let next = log.iter().find(|(_, other, _)| *other > connection);
    let (opened, next, _) = next.unwrap();
    assert!(*opened - at >= SETTLE, "{log:?}");
    let removed = log.iter().find(|(.., command)| command == "DELETE");
    assert_eq!(removed.unwrap().1, *next);
    drop(log);
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_wish_to_stop_ends_the_wait_at_once_and_a_resume_does_the_rest() {
    let (stage, log) = stage();
    let began = Instant::now();
    let stopped = Arc::clone(&stage.client.stopped);
    let stops = async {
        sleep(Duration::from_secs(600)).await;
        stopped.store(true, Ordering::Relaxed);
    };
    let (receipt, ()) = tokio::join!(stage.fix(), stops);
    let receipt = receipt.unwrap();
    assert!(receipt.interrupted && !receipt.finished, "{receipt:?}");
    assert!(began.elapsed() < Duration::from_secs(660));
    let is_deleted = |log: &Log| log.lock().unwrap().iter().any(|(.., one)| one == "DELETE");
    assert!(!is_deleted(&log));
    stage.client.stopped.store(false, Ordering::Relaxed);
    let receipt = stage.resume().await.unwrap();
    assert!(receipt.finished, "{receipt:?}");
    assert!(is_deleted(&log));
    stage.assert_each_once();
}

/// The round trips of a fix that merges eight mailboxes into three; with `marked` each has a message marked `\\Deleted`.
async fn flights_of_eight_merges(persona: Persona, marked: bool) -> u64 {
    let stage = Stage::new(persona);
    let sources = [
        ("Sent Items", 9),
        ("Sent Messages", 8),
        ("Courrier envoy&AOk-", 7),
        ("&AMk-l&AOk-ments envoy&AOk-s", 6),
        ("Drafts", 2),
        ("Brouillons", 5),
        ("Entw&APw-rfe", 4),
        ("Archive", 2),
        ("Archives", 6),
        ("Archiv", 5),
    ];
    for (name, messages) in sources {
        stage.mailbox(name, messages);
        if marked {
            let flags = ["\\Seen", "\\Deleted"];
            stage.deliver(name, &flags, &format!("{name}-marked"));
        }
    }
    let below = "Sent Items/Clients";
    stage.world(|world| world.add_mailbox(USER, below).unwrap());
    let mut session = stage.client.connect().await;
    let policy = Policy::default();
    let plan = stage.client.plan_over(&mut session, &policy).await;
    let receipt = stage.apply(&mut session, &plan).await.unwrap();
    assert!(receipt.finished, "{receipt:?}");
    stage.assert_each_once();
    let merges = plan.steps.iter().filter(|step| step.path.is_some());
    assert_eq!(merges.count(), 8);
    session.cost().flights
}

#[tokio::test(start_paused = true)]
async fn a_merge_of_eight_sources_takes_as_few_round_trips_as_its_commands_allow() {
    let flights = flights_of_eight_merges(Persona::dovecot(), false).await;
    assert!(flights <= 24, "{flights}");
}

#[tokio::test(start_paused = true)]
async fn messages_that_are_marked_deleted_cost_no_more_round_trips() {
    let plain = flights_of_eight_merges(Persona::dovecot(), false).await;
    let marked = flights_of_eight_merges(Persona::dovecot(), true).await;
    assert!(marked <= plain, "{marked} for {plain}");
}

#[tokio::test(start_paused = true)]
async fn to_lock_eight_mailboxes_takes_two_round_trips_more_at_most() {
    let locking = Persona::cyrus();
    let mut without = locking.clone();
    without
        .capabilities
        .retain(|capability| *capability != "ACL");
    assert_ne!(locking.capabilities, without.capabilities);
    let without = flights_of_eight_merges(without, false).await;
    let flights = flights_of_eight_merges(locking, false).await;
    assert!(flights > without, "nothing was locked");
    assert!(flights <= without + 2, "{flights} for {without}");
}

#[tokio::test(start_paused = true)]
async fn what_connections_cost_is_added_up_over_all_of_them() {
    let stage = Stage::new(Persona::dovecot());
    let mut session = stage.client.connect().await;
    let sent = MailboxName::new(b"Sent".to_vec(), "Sent".to_owned());
    session.find(&sent).await.unwrap();
    stage.meddle(|at, _| match (at.point, at.command) {
        (Point::Before, "LIST" | "AUTHENTICATE" | "LOGIN") => Verdict::Wait(Duration::from_secs(3)),
        _ => Verdict::GoOn,
    });
    let before = session.cost();
    for _ in 0..2 {
        session.find(&sent).await.unwrap();
    }
    let after = session.cost();
    assert_eq!(after.flights - before.flights, 2);
    assert_eq!(after.waited, before.waited + Duration::from_secs(6));
    assert!(after.sent > before.sent && after.received > before.received);
    assert_eq!(after.setup.connections, 1);

    assert!(session.renew().await.unwrap());
    let renewed = session.cost();
    assert_eq!(renewed.setup.connections, 2);
    let login = after.setup.login + Duration::from_secs(3);
    assert_eq!(renewed.setup.login, login);
    assert_eq!(renewed.flights, after.flights + 1, "the logout");
    assert!(renewed.sent > after.sent && renewed.received > after.received);
}
