//! Servers that put their answers otherwise than the RFCs have it (the embedded server's `Manner`): a run comes to its end all
//! the same.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use rolecall::{
    demo::{At, Persona, Point, Verdict, World, manners::Manner},
    model::receipt::Outcome,
};

use super::{REFUSED, assert_done_with, on, stage::ending};

/// Says everything as a server of such manners.
fn with(manner: Manner) -> impl FnMut(&At<'_>, &mut World) -> Verdict + Send {
    move |at, _| match at.point {
        Point::Before => match manner.refuses(at.command) {
            Some(words) => Verdict::Refuse(words.to_owned()),
            None => Verdict::GoOn,
        },
        Point::Reply(reply) => {
            let said = std::str::from_utf8(reply).unwrap();
            Verdict::Say(manner.reword(at.command, said).into_owned().into_bytes())
        }
        _ => Verdict::GoOn,
    }
}

/// A server with the extensions, and one without them.
fn personas() -> [Persona; 2] {
    let plain = ["LIST-EXTENDED", "LIST-STATUS", "SPECIAL-USE", "STATUS=SIZE"];
    [Persona::dovecot(), Persona::dovecot().without(&plain)]
}

async fn scene(persona: Persona, manner: Manner) {
    let stage = on(persona);
    stage.meddle(with(manner));
    let receipt = stage.fix().await.unwrap();
    if manner == Manner::StatusCountsMore {
        // Nothing tells it from a server that hides mail when a mailbox is opened.
        assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
        assert_eq!(stage.count("Sent"), 5, "{receipt:?}");
        return stage.assert_each_once();
    }
    assert_done_with(&stage, &receipt, 5);
}

#[test]
fn whatever_the_manners_of_a_server_a_source_is_emptied_and_removed_unless_mail_may_be_hidden() {
    let mut failed = Vec::new();
    for (place, persona) in personas().into_iter().enumerate() {
        for manner in Manner::EVERY {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().start_paused(true).build().unwrap();
            let played = catch_unwind(AssertUnwindSafe(|| {
                runtime.block_on(scene(persona.clone(), manner));
            }));
            if played.is_err() {
                failed.push((place, manner));
            }
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
}

#[tokio::test(start_paused = true)]
async fn move_that_is_offered_and_refused_is_tried_once_where_nothing_else_is_safe() {
    let stage = on(Persona::dovecot().without(&["UIDPLUS"]));
    let tries = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&tries);
    let mut say = with(Manner::MoveNo);
    stage.meddle(move |at, world| {
        if matches!(at.point, Point::Before) && at.command == "UID MOVE" {
            counted.fetch_add(1, Ordering::Relaxed);
        }
        say(at, world)
    });
    let receipt = stage.fix().await.unwrap();
    let step = &receipt.steps[0];
    assert_eq!(step.outcome, Outcome::Refused, "{step:?}");
    let why = step.message.as_ref().unwrap().english();
    assert!(why.contains("offers MOVE and refuses it"), "{why}");
    assert!(step.left.is_empty(), "{step:?}");
    assert_eq!(tries.load(Ordering::Relaxed), 1);
}
