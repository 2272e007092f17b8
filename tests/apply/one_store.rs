//! Servers that keep an original and its copy as one message, that keep both where they were to move, or show again what was moved.

use std::collections::BTreeSet;

use rolecall::demo::{At, Point, Verdict, World, message::Mailbox, mutation::Mutation};

use super::{
    REFUSED, at, mailbox_of, once, one_source, refusing,
    stage::{Stage, USER, ending, said},
    tombstone,
};

/// The ways in which originals are expunged: what the server lacks.
const COPYING: [&[&str]; 2] = [&["MOVE"], &["MOVE", "UIDPLUS"]];

/// The messages that are marked in any mailbox, or are not, by what they are.
fn marked(world: &World, is_marked: bool) -> BTreeSet<u64> {
    let account = world.account(USER).unwrap();
    let messages = account.mailboxes.values().flat_map(Mailbox::messages);
    let marked = messages.filter(|message| message.has("\\Deleted") == is_marked);
    marked.map(|message| message.email_id).collect()
}

/// Does something to every message that is one of these, wherever it is.
fn to_each(world: &mut World, ids: &BTreeSet<u64>, act: impl Fn(&mut Mailbox, u32)) {
    let account = world.account_mut(USER).unwrap();
    for mailbox in account.mailboxes.values_mut() {
        let messages = mailbox.messages().iter();
        let its = messages.filter(|message| ids.contains(&message.email_id));
        let its: Vec<u32> = its.map(|message| message.uid).collect();
        for uid in its {
            act(mailbox, uid);
        }
    }
}

fn shares_marks() -> impl FnMut(&At<'_>, &mut World) -> Verdict {
    let mut known = BTreeSet::new();
    move |now, world| {
        if now.command == "UID STORE" && now.point == Point::After {
            let off: BTreeSet<u64> = &known & &marked(world, false);
            to_each(world, &off, |mailbox, uid| {
                mailbox.flag(uid, |flags| flags.retain(|flag| flag != "\\Deleted"));
            });
            known = marked(world, true);
            to_each(world, &known, |mailbox, uid| {
                mailbox.flag(uid, |flags| flags.extend(["\\Deleted".to_owned()]));
            });
        }
        Verdict::GoOn
    }
}

fn shares_removal(now: &At<'_>, world: &mut World) -> Verdict {
    if now.command.ends_with("EXPUNGE") && now.point == Point::Before {
        let marked = marked(world, true);
        to_each(world, &marked, |mailbox, uid| {
            if !mailbox.find(uid).unwrap().has("\\Deleted") {
                mailbox.remove(uid);
            }
        });
    }
    Verdict::GoOn
}

fn held(stage: &Stage) -> BTreeSet<u64> {
    stage.world(|world| {
        let account = world.account(USER).unwrap();
        account.census().keys().copied().collect()
    })
}

#[tokio::test(start_paused = true)]
async fn where_a_mark_on_an_original_marks_its_copy_nothing_is_expunged_and_no_mark_stays() {
    for lacks in COPYING {
        let stage = one_source(lacks);
        let before = held(&stage);
        stage.meddle(shares_marks());
        let receipt = stage.fix().await.unwrap();
        let marked = stage.world(|world| marked(world, true));
        assert!(marked.is_empty(), "a copy is marked: {marked:?}");
        assert_eq!(ending(&receipt), REFUSED, "{lacks:?}: {receipt:?}");
        assert!(said(&receipt).contains("as one message"), "{receipt:?}");
        assert_eq!(held(&stage), before, "a message is gone");
    }
}

#[tokio::test(start_paused = true)]
async fn where_a_copy_goes_with_its_original_no_second_original_goes() {
    for lacks in COPYING {
        let stage = one_source(lacks);
        let before = held(&stage).len();
        stage.meddle(shares_removal);
        let receipt = stage.fix().await.unwrap();
        assert_eq!(ending(&receipt), REFUSED, "{lacks:?}: {receipt:?}");
        let said = said(&receipt);
        assert!(said.contains("once its original was removed"), "{said}");
        assert!(!said.contains("none is lost"), "{said}");
        assert!(
            held(&stage).len() + 1 >= before,
            "more than one message went"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_mark_that_another_client_sets_on_a_copy_just_then_is_not_taken_for_the_server_s() {
    for lacks in COPYING {
        let stage = one_source(lacks);
        let mut is_over = false;
        stage.meddle(move |now, world| {
            if now.command == "UID STORE" && now.point == Point::After && !is_over {
                is_over = true;
                let kept = mailbox_of(world, "Sent");
                let uid = kept.messages()[0].uid;
                kept.flag(uid, |flags| flags.extend(["\\Deleted".to_owned()]));
            }
            Verdict::GoOn
        });
        let receipt = stage.fix().await.unwrap();
        assert_eq!(stage.names(), ["Sent"], "{lacks:?}: {receipt:?}");
        assert_eq!(stage.count("Sent"), 5, "{lacks:?}");
        stage.assert_each_once();
    }
}

/// The first message of a mailbox into another one, which gives it this number.
fn copy_as(world: &mut World, from: &str, to: &str, uid: u32) {
    let source = world.mailbox(USER, from).unwrap();
    let copy = Mutation::Copy {
        from: source.id,
        uids: vec![source.messages()[0].uid],
        to: to.as_bytes().to_vec(),
    };
    world.perform(USER, copy).unwrap();
    let mailbox = mailbox_of(world, to);
    let last = mailbox.messages().last().unwrap().uid;
    mailbox.change(last, |message| message.uid = uid);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_shown_again_after_it_was_moved_is_not_moved_twice() {
    let stage = one_source(&[]);
    stage.meddle(once(at(2, "SELECT", Point::Before), |world| {
        let name = tombstone(world).unwrap();
        copy_as(world, "Sent", &name, 1);
    }));
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    assert!(said(&receipt).contains("not moved twice"), "{receipt:?}");
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (5, 1));
}

#[tokio::test(start_paused = true)]
async fn a_move_that_copies_and_is_refused_is_not_sent_a_second_time() {
    let stage = one_source(&[]);
    stage.meddle(|now, world| {
        if now.command == "UID MOVE" && now.point == Point::Before {
            copy_as(world, "Sent Items", "Sent", 100);
            return Verdict::Refuse("[SERVERBUG] Only half of it was done".to_owned());
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    assert!(said(&receipt).contains("left in the source"), "{receipt:?}");
    assert_eq!(stage.heard("UID MOVE"), 1);
    stage.assert_nothing_lost();
}

#[tokio::test(start_paused = true)]
async fn copies_whose_originals_are_not_let_go_are_told() {
    let stage = one_source(&["MOVE"]);
    stage.meddle(refusing("UID STORE", "[NOPERM] No right t"));
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    let said = said(&receipt);
    assert!(said.contains("the originals are there too"), "{receipt:?}");
    assert!(said.contains("No right t"), "{receipt:?}");
}

#[tokio::test(start_paused = true)]
async fn what_a_target_keeps_once_is_its_own_and_no_undo_takes_it_away() {
    let stage = one_source(&[]);
    // The target has the first of the messages, and keeps of two that are alike the one that it had.
    let mut own = 0;
    stage.world(|world| {
        let source = world.mailbox(USER, "Sent Items").unwrap();
        let copy = Mutation::Copy {
            from: source.id,
            uids: vec![1],
            to: b"Sent".to_vec(),
        };
        world.perform(USER, copy).unwrap();
        own = world.mailbox(USER, "Sent").unwrap().messages()[0].uid;
    });
    stage.meddle(move |now, world| {
        let Point::Reply(told) = now.point else {
            return Verdict::GoOn;
        };
        let twin = world
            .mailbox(USER, "Sent")
            .unwrap()
            .messages()
            .last()
            .cloned();
        let is_first = now.command == "UID MOVE"
            && twin.as_ref().is_some_and(|twin| {
                let held = world.mailbox(USER, "Sent").unwrap();
                held.messages().len() == 2 && held.messages()[0].email_id == twin.email_id
            });
        if !is_first {
            return Verdict::GoOn;
        }
        let twin = twin.unwrap().uid;
        let account = world.account_mut(USER).unwrap();
        account
            .mailboxes
            .get_mut(b"Sent".as_slice())
            .unwrap()
            .remove(twin);
        let told = String::from_utf8_lossy(told);
        let told = told.replace(&format!(" 1 {twin}]"), &format!(" 1 {own}]"));
        Verdict::Say(told.into_bytes())
    });
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), super::REMOVED, "{receipt:?}");
    assert_eq!(stage.count("Sent"), 5);
    stage.be_calm();
    stage.undo(&stage.last().id).await.unwrap();
    let stays = stage.world(|world| world.mailbox(USER, "Sent").unwrap().find(own).is_some());
    assert!(stays, "the target's own message was taken away");
}
