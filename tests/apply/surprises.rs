//! Servers that do more or less than they say (the embedded server's `Surprises`): what a run and its undo say of it.

use std::time::Duration;

use rolecall::{
    demo::{
        At, Delivery, Persona, Point, Verdict, World,
        surprises::{Missing, Purge, Surprises},
    },
    model::{
        finding::Code,
        mailbox::MailboxName,
        receipt::{Outcome, SourceAfter},
        role::Role,
    },
};

use super::{
    REFUSED, REMOVED, assert_done_with, at, delivered, doomed, mailbox_of, on, once,
    stage::{Stage, USER, balance, ending, said, text_of},
    straggler,
};

fn surprising(surprises: Surprises) -> Stage {
    on(Persona::surprising(surprises))
}

#[tokio::test(start_paused = true)]
async fn where_views_freeze_a_new_connection_takes_the_last_look() {
    let stage = on(Persona::dovecot().with_frozen_views());
    stage.meddle(straggler(Duration::from_secs(1)));
    let receipt = stage.fix().await.unwrap();
    assert_done_with(&stage, &receipt, 6);
}

#[tokio::test(start_paused = true)]
async fn what_is_cut_from_junk_when_a_session_ends_is_counted_after_that() {
    let mut stage = Stage::new(Persona::surprising(Surprises {
        purges: vec![Purge {
            name: "Junk",
            newest: Some(3),
            age: None,
        }],
        ..Surprises::default()
    }));
    stage.mailbox("Junk", 3);
    stage.mailbox("Spam", 5);
    stage.policy.include = [Role::Junk].into();
    let junk = MailboxName::new(b"Junk".to_vec(), "Junk".to_owned());
    stage.policy.targets.insert(Role::Junk, junk);
    stage.nothing_is_precious();
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    let junk = balance(&receipt, "Junk");
    assert_eq!((junk.purged, junk.unexplained), (5, 0), "{junk:?}");
    assert_eq!(junk.stands, Some(3));
    let undo = stage.undo_plan(&stage.last().id).await.unwrap();
    let mut warnings = undo.warnings.iter();
    assert!(warnings.any(|remark| remark.code == Code::MayBePurged));
}

#[tokio::test(start_paused = true)]
async fn a_move_that_brings_one_message_of_many_is_not_called_done() {
    let stage = surprising(Surprises {
        move_brings: Some(1),
        ..Surprises::default()
    });
    stage.nothing_is_precious();
    let receipt = stage.fix().await.unwrap();
    // Its COPYUID names one message of each command: as if another client had taken the rest.
    assert_eq!(receipt.moved(), 2);
    assert!(
        said(&receipt).contains("3 messages left both mailboxes"),
        "{receipt:?}"
    );
    assert!(receipt.is_unexplained(), "called done: {receipt:?}");
    assert_eq!(balance(&receipt, "Sent Items").unexplained, 3);
    assert_eq!(balance(&receipt, "Sent").unexplained, 0);
}

#[tokio::test(start_paused = true)]
async fn a_uid_expunge_that_ignores_its_set_is_told_by_what_else_has_gone() {
    let stage = on(Persona::surprising(Surprises {
        expunge_ignores_set: true,
        ..Surprises::default()
    })
    .without(&["MOVE"]));
    stage.nothing_is_precious();
    // After the plan, which would have kept the source.
    stage.meddle(once(at(1, "SELECT", Point::Before), |world| {
        for id in ["doomed", "doomed too"] {
            doomed(world, id);
        }
    }));
    let receipt = stage.fix().await.unwrap();
    assert!(receipt.is_unexplained(), "called done: {receipt:?}");
    let source = balance(&receipt, "Sent Items");
    assert_eq!(
        (source.stood, source.moved_out, source.unexplained),
        (7, 5, 2)
    );
}

#[tokio::test(start_paused = true)]
async fn where_a_mailbox_holds_one_of_each_text_the_older_one_is_missed() {
    let stage = surprising(Surprises {
        one_of_each: true,
        ..Surprises::default()
    });
    stage.nothing_is_precious();
    stage.deliver("Sent", &[], "Sent Items-3");
    stage.deliver("Sent", &[], "another");
    let receipt = stage.fix().await.unwrap();
    assert!(receipt.is_unexplained(), "called done: {receipt:?}");
    let sent = balance(&receipt, "Sent");
    assert_eq!((sent.stood, sent.moved_in, sent.stands), (2, 5, Some(6)));
    assert_eq!(sent.unexplained, 1);
}

#[tokio::test(start_paused = true)]
async fn what_a_server_puts_twice_is_never_called_done() {
    for lacks in super::WAYS {
        let twice = Surprises {
            puts_twice: true,
            ..Surprises::default()
        };
        let stage = on(Persona::surprising(twice).without(lacks));
        let receipt = stage.fix().await.unwrap();
        stage.assert_nothing_lost();
        assert!(stage.count("Sent") > 1, "nothing was put twice");
        assert!(
            receipt.is_unexplained() || receipt.is_refused(),
            "called done though mail is there twice: {receipt:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn flags_that_fade_and_dates_that_change_a_moment_later_are_told() {
    let moment = Duration::from_millis(200);
    let stage = surprising(Surprises {
        fades: Some((moment, vec!["\\Answered", "$Forwarded"])),
        redates: Some((moment, 3_600)),
        ..Surprises::default()
    });
    stage.deliver(
        "Sent Items",
        &["\\Answered", "\\Seen", "$Forwarded"],
        "answered",
    );
    let receipt = stage.fix().await.unwrap();
    stage.assert_each_once();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    let mut proven = receipt.steps.iter().filter_map(|step| step.proven.as_ref());
    let proven = proven.next().unwrap();
    assert_eq!(proven.flags_lost, ["$Forwarded", "\\Answered"]);
    assert_eq!(proven.dates_changed, 6);
    let said = said(&receipt);
    assert!(
        said.contains("went after the messages had arrived"),
        "{said}"
    );
}

#[tokio::test(start_paused = true)]
async fn keywords_that_no_line_names_stop_a_merge_before_they_are_lost() {
    let stage = surprising(Surprises {
        hides_keywords: true,
        without_keywords: vec!["Sent"],
        ..Surprises::default()
    });
    stage.deliver("Sent Items", &["$Important"], "important");
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    assert!(said(&receipt).contains("$Important"), "{receipt:?}");
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (0, 6));
    assert_eq!(receipt.moved(), 0);
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_flag_that_no_command_can_carry_is_lost_once_and_not_asked_for_without_end() {
    // What chance made of \\Seen in one answer of a server; the other answers say something else.
    let flag = "\u{1c}Seen";
    let mut stage = surprising(Surprises {
        fades: Some((Duration::ZERO, vec![flag])),
        ..Surprises::default()
    });
    stage.policy.allow_keyword_loss = true;
    stage.deliver("Sent Items", &[flag], "odd");
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    let proven = receipt.steps[0].proven.as_ref().unwrap();
    assert_eq!(proven.flags_lost, [flag]);
    assert_eq!(stage.heard("UID STORE"), 0);
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_mailbox_that_a_delivery_agent_makes_stays_subscribed() {
    let stage = surprising(Surprises {
        missing: Missing::MadeAndSubscribed,
        ..Surprises::default()
    });
    stage.meddle(once(at(1, "RENAME", Point::After), |world| {
        let delivery = Delivery::by_name("Sent Items", text_of("new"));
        world.deliver(USER, delivery).unwrap();
    }));
    let receipt = stage.fix().await.unwrap();
    stage.assert_each_once();
    let came_back = (Outcome::Applied, Some(SourceAfter::CameBack));
    assert_eq!(ending(&receipt), came_back, "{receipt:?}");
    assert_eq!(stage.heard("UNSUBSCRIBE"), 0);
    assert!(stage.is_subscribed("Sent Items"));
}

#[tokio::test(start_paused = true)]
async fn mail_that_an_undo_cannot_bring_back_is_counted_where_a_server_loses_it() {
    let stage = surprising(Surprises::default());
    stage.fix().await.unwrap();
    let run = stage.last().id;
    stage.nothing_is_precious();
    stage.world(|world| {
        world.persona.quirks.surprises.move_brings = Some(1);
        delivered(world, "Sent", "theirs");
    });
    let receipt = stage.undo(&run).await.unwrap();
    assert!(
        receipt.is_refused() && receipt.is_unexplained(),
        "{receipt:?}"
    );
    assert_eq!(balance(&receipt, "Sent").unexplained, 3);
    assert_eq!(stage.count("Sent"), 1);
}

/// Sets a flag on all that a MOVE has brought into Sent; where `for_good` is said, also after each STORE.
fn marks(flag: &'static str, for_good: bool) -> impl FnMut(&At<'_>, &mut World) -> Verdict + Send {
    let mut known = 0;
    move |at, world| {
        let is_it = at.command == "UID MOVE" || for_good && at.command == "UID STORE";
        if is_it && at.point == Point::After {
            let sent = mailbox_of(world, "Sent");
            let uids = sent.messages().iter().map(|message| message.uid);
            let uids: Vec<u32> = uids.filter(|uid| for_good || *uid > known).collect();
            for uid in uids {
                sent.flag(uid, |flags| flags.extend([flag.to_owned()]));
                known = known.max(uid);
            }
        }
        Verdict::GoOn
    }
}

/// How many messages in Sent have a flag.
fn marked(stage: &Stage, flag: &str) -> usize {
    stage.world(|world| {
        let sent = world.mailbox(USER, "Sent").unwrap();
        let has = sent.messages().iter();
        has.filter(|message| message.flags.iter().any(|one| one == flag))
            .count()
    })
}

/// A source of three messages that nobody has read.
fn unread() -> Stage {
    let stage = Stage::without(&[]);
    stage.mailbox("Sent Items", 0);
    for id in ["one", "two", "three"] {
        stage.deliver("Sent Items", &[], id);
    }
    stage
}

#[tokio::test(start_paused = true)]
async fn what_a_server_marks_as_read_or_deleted_when_it_moves_it_is_as_it_was() {
    for flag in ["\\Seen", "\\Deleted"] {
        let stage = unread();
        stage.meddle(marks(flag, false));
        let receipt = stage.fix().await.unwrap();
        assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
        assert_eq!(
            (stage.count("Sent"), marked(&stage, flag)),
            (3, 0),
            "{flag}"
        );
        assert_eq!(said(&receipt), "", "{flag}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_mark_that_a_server_does_not_take_back_is_told_and_no_more_is_moved_to_be_deleted() {
    for (flag, moved) in [("\\Seen", 3), ("\\Deleted", 1)] {
        let stage = unread();
        stage.meddle(marks(flag, true));
        let receipt = stage.fix().await.unwrap();
        let said = said(&receipt);
        let told = format!("the server has set {flag} on messages that it moved");
        assert!(said.contains(&told), "{said}");
        let stops = said.contains("so that the next clean-up would remove it");
        assert_eq!(stops, flag == "\\Deleted", "{said}");
        assert_eq!(receipt.moved(), moved, "{receipt:?}");
        let proven = receipt.steps[0].proven.clone().unwrap();
        assert_eq!(proven.flags_gained, [flag]);
    }
}
