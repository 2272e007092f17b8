//! The lock of a set-aside mailbox: what it keeps out, where it is not used, and that everybody has the same rights
//! again however a run ends.

use std::sync::{Arc, atomic::Ordering};

use rolecall::{
    demo::{At, Delivery, Persona, Point, Verdict, World, mutation::Mutation},
    model::receipt::{Outcome, Receipt},
};

use super::{
    REFUSED, REMOVED, assert_done, at, at_first, broken, on, once, refusing,
    stage::{Stage, USER, ending, text_of},
};

/// Somebody who knows the source by its id, whatever its name is by then (Sieve's `fileinto :mailboxid`).
fn by_id(stage: &Stage) -> impl FnMut(&mut World, &str) + Send + 'static {
    let id = stage.world(|world| world.mailbox(USER, "Sent Items").unwrap().id);
    move |world, subject| {
        let delivery = Delivery::by_id(id, "Sent Items", text_of(subject));
        world.deliver(USER, delivery).unwrap();
    }
}

/// A server that does not let go what was set aside.
fn keeping() -> impl FnMut(&At<'_>, &mut World) -> Verdict {
    refusing("DELETE", "[CANNOT] not this one")
}

/// Nobody lacks a right to any mailbox.
fn assert_unlocked(stage: &Stage) {
    assert_eq!(stage.entries(), [], "a mailbox is locked");
}

/// Everything is in the target, the source is gone, and so is the lock.
fn assert_removed(stage: &Stage, receipt: &Receipt) {
    assert_done(stage, receipt);
    assert_unlocked(stage);
}

/// The source has its own name, and anybody can put mail into it.
fn assert_back(stage: &Stage) {
    assert_eq!(stage.names(), ["Sent", "Sent Items"]);
    assert_unlocked(stage);
    let delivery = Delivery::by_name("Sent Items", text_of("afterwards"));
    let done = stage.world(|world| world.deliver(USER, delivery).unwrap());
    assert_eq!(done.into, b"Sent Items");
    stage.assert_each_once();
}

// ------------------------------------------------------------------------------------------------- what it is for

#[tokio::test(start_paused = true)]
async fn what_is_delivered_by_id_between_the_last_look_and_delete_goes_to_inbox() {
    let stage = on(Persona::cyrus());
    let mut deliver = by_id(&stage);
    stage.meddle(once(at(2, "DELETE", Point::Before), move |world| {
        deliver(world, "late");
    }));
    let receipt = stage.fix().await.unwrap();
    assert_removed(&stage, &receipt);
    assert_eq!(stage.count("INBOX"), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_delivered_by_id_at_any_point_after_the_rename_is_not_lost() {
    let mut point = 0;
    loop {
        let stage = on(Persona::cyrus());
        let mut deliver = by_id(&stage);
        let mut since = None;
        let reached = Arc::new(std::sync::Mutex::new(0));
        let told = Arc::clone(&reached);
        stage.meddle(move |now, world| {
            let renamed = now.command == "RENAME" && now.point == Point::After;
            if renamed {
                since = Some(0);
            }
            if let Some(points) = &mut since
                && matches!(now.point, Point::Before | Point::After)
            {
                if *points == point {
                    deliver(world, "late");
                }
                *points += 1;
                *told.lock().unwrap() = *points;
            }
            Verdict::GoOn
        });
        let receipt = stage.fix().await.unwrap();
        stage.assert_each_once();
        assert_eq!(ending(&receipt), REMOVED, "point {point}: {receipt:?}");
        assert_eq!(stage.names(), ["Sent"], "point {point}");
        let found = stage.count("Sent") + stage.count("INBOX");
        point += 1;
        if *reached.lock().unwrap() < point {
            assert!(point > 20, "{point}");
            return;
        }
        assert_eq!(found, 6, "point {point}");
    }
}

// ------------------------------------------------------------------------------------------------- where it is not used

#[tokio::test(start_paused = true)]
async fn where_minus_anyone_stood_before_or_rights_cannot_be_set_nothing_is_locked() {
    for (persona, stood) in [
        (Persona::cyrus(), true),
        (Persona::cyrus_without_admin(), false),
        (Persona::with_rights(), false),
    ] {
        let stage = on(persona);
        if stood {
            let mutation = Mutation::SetAcl {
                name: b"Sent Items".to_vec(),
                who: "-anyone".to_owned(),
                rights: "n".to_owned(),
            };
            stage.world(|world| world.perform(USER, mutation).unwrap());
        }
        let receipt = stage.fix().await.unwrap();
        assert_eq!((stage.heard("SETACL"), stage.heard("DELETEACL")), (0, 0));
        assert_removed(&stage, &receipt);
    }
}

#[tokio::test(start_paused = true)]
async fn a_mailbox_that_cannot_be_locked_keeps_no_other_one_from_it() {
    let stage = on(Persona::cyrus());
    stage.mailbox("Courrier envoy&AOk-", 2);
    let mutation = Mutation::SetAcl {
        name: b"Courrier envoy&AOk-".to_vec(),
        who: "-anyone".to_owned(),
        rights: "n".to_owned(),
    };
    stage.world(|world| world.perform(USER, mutation).unwrap());
    let receipt = stage.fix().await.unwrap();
    assert!(receipt.finished && !receipt.is_refused(), "{receipt:?}");
    assert_eq!((stage.heard("SETACL"), stage.heard("DELETE")), (1, 2));
    assert_eq!(
        (stage.names(), stage.count("Sent")),
        (vec!["Sent".to_owned()], 7)
    );
}

#[tokio::test(start_paused = true)]
async fn what_somebody_has_set_on_a_source_that_stays_is_as_it_was() {
    let stage = on(Persona::cyrus());
    let mutation = |who: &str, rights: &str| Mutation::SetAcl {
        name: b"Sent Items".to_vec(),
        who: who.to_owned(),
        rights: rights.to_owned(),
    };
    let mutations = [mutation("-anyone", "n"), mutation("dominique", "lrs")];
    for mutation in mutations {
        stage.world(|world| world.perform(USER, mutation).unwrap());
    }
    let before = stage.entries();
    stage.meddle(keeping());
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    assert_eq!(stage.entries(), before);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_lock_is_asked_once_for_each_mailbox_and_removes_as_before() {
    for persona in [
        Persona::cyrus_deaf_to_acl(),
        Persona::dovecot_acl(),
        Persona::courier(),
    ] {
        let prefix = persona.prefix;
        let stage = on(persona);
        stage.mailbox("Courrier envoy&AOk-", 2);
        let receipt = stage.fix().await.unwrap();
        stage.assert_each_once();
        let is_done = |step: &_| {
            let step: &rolecall::model::receipt::StepReceipt = step;
            step.outcome == Outcome::Applied
        };
        assert!(receipt.finished, "{receipt:?}");
        assert!(receipt.steps.iter().all(is_done), "{receipt:?}");
        assert!(!receipt.is_unexplained(), "{receipt:?}");
        assert_eq!(stage.names(), [format!("{prefix}Sent")]);
        assert_eq!(stage.heard("SETACL"), 2, "{prefix}");
        assert_eq!(stage.heard("DELETE"), 2, "{prefix}");
        assert_unlocked(&stage);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_the_server_shows_only_in_part_is_taken_back() {
    let stage = on(Persona::cyrus());
    // The server takes away one right of the two.
    stage.meddle(|now, world| {
        if now.command == "SETACL" && now.point == Point::After {
            for mailbox in world.account_mut(USER).unwrap().mailboxes.values_mut() {
                for (_, rights) in &mut mailbox.quirks.acl {
                    "i".clone_into(rights);
                }
            }
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert_eq!(stage.heard("DELETEACL"), 1);
    assert_removed(&stage, &receipt);
}

// ------------------------------------------------------------------------------------------------- every way out

#[tokio::test(start_paused = true)]
async fn a_refused_delete_gives_back_the_rights_and_then_the_name() {
    let stage = on(Persona::cyrus());
    let mut keeps = keeping();
    stage.meddle(move |now, world| {
        let names = world.account(USER).unwrap().mailboxes.iter();
        let own = names.filter(|(name, _)| !name.starts_with(b"rolecall-"));
        for (name, mailbox) in own {
            let name = String::from_utf8_lossy(name);
            assert_eq!(
                mailbox.quirks.acl,
                [],
                "{name} is locked under its own name"
            );
        }
        keeps(now, world)
    });
    let receipt = stage.fix().await.unwrap();
    assert!(receipt.finished, "{receipt:?}");
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    assert_eq!(stage.heard("SETACL"), 1);
    stage.be_calm();
    assert_back(&stage);
}

#[tokio::test(start_paused = true)]
async fn who_asks_to_stop_leaves_nothing_locked() {
    for (command, point) in [
        ("SETACL", Point::Before),
        ("SETACL", Point::After),
        ("DELETE", Point::Before),
    ] {
        let stage = on(Persona::cyrus());
        let wish = Arc::clone(&stage.client.stopped);
        stage.meddle(move |now, _| {
            if now.command == command && now.point == point {
                wish.store(true, Ordering::Relaxed);
            }
            Verdict::GoOn
        });
        let receipt = stage.fix().await.unwrap();
        stage.client.stopped.store(false, Ordering::Relaxed);
        stage.be_calm();
        assert_unlocked(&stage);
        stage.assert_each_once();
        if command == "SETACL" {
            assert!(receipt.interrupted && !receipt.finished, "{receipt:?}");
            assert_eq!(stage.heard("DELETE"), 0);
            assert!(stage.has_tombstone());
            let receipt = stage.resume().await.unwrap();
            assert_removed(&stage, &receipt);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_line_that_goes_between_lock_and_delete_leaves_the_rest_to_a_resume() {
    for (command, point) in [
        ("SETACL", Point::Before),
        ("SETACL", Point::After),
        ("DELETE", Point::Before),
        ("DELETE", Point::After),
    ] {
        let stage = on(Persona::cyrus());
        let receipt = broken(&stage, at(2, command, point), |_| {}).await;
        assert_removed(&stage, &receipt);
    }
}

#[tokio::test(start_paused = true)]
async fn a_resume_gives_back_what_an_earlier_process_has_locked_or_was_giving_back() {
    for (command, point, is_locked) in [
        ("SETACL", Point::After, true),
        ("DELETE", Point::Before, true),
        ("DELETEACL", Point::Before, true),
        ("DELETEACL", Point::After, false),
    ] {
        let stage = on(Persona::cyrus());
        let (mut cuts, mut keeps) = (at_first(command, point, Verdict::Cut), keeping());
        stage.meddle(move |now, world| match cuts(now, world) {
            Verdict::GoOn => keeps(now, world),
            cut => cut,
        });
        assert!(!stage.fix().await.unwrap().finished);
        assert_eq!(
            !stage.entries().is_empty(),
            is_locked,
            "{command} {point:?}"
        );
        let receipt = stage.resume().await.unwrap();
        assert!(receipt.finished, "{receipt:?}");
        assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
        stage.be_calm();
        assert_back(&stage);
    }
}

#[tokio::test(start_paused = true)]
async fn rights_that_are_not_given_back_keep_the_run_open() {
    let stage = on(Persona::cyrus());
    stage.meddle(|now, _| match (now.command, now.point) {
        ("DELETE" | "DELETEACL", Point::Before) => {
            Verdict::Refuse("[CANNOT] not this one".to_owned())
        }
        _ => Verdict::GoOn,
    });
    let receipt = stage.fix().await.unwrap();
    assert!(!receipt.finished, "{receipt:?}");
    assert_eq!(ending(&receipt).0, Outcome::Unknown, "{receipt:?}");
    // It is never locked under its own name.
    assert!(stage.has_tombstone());
    stage.be_calm();
    let receipt = stage.resume().await.unwrap();
    assert_removed(&stage, &receipt);
}

#[tokio::test(start_paused = true)]
async fn what_an_undo_makes_again_is_not_locked() {
    let stage = on(Persona::cyrus());
    stage.fix().await.unwrap();
    assert_eq!(stage.heard("SETACL"), 1);
    let receipt = stage.undo(&stage.last().id).await.unwrap();
    assert!(receipt.finished && !receipt.is_refused(), "{receipt:?}");
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (0, 5));
    assert_back(&stage);
}
