//! Whether the messages add up: what a server does without saying so is reported with its number, and a run whose
//! messages do not add up is not done.

use std::time::Duration;

use rolecall::{
    demo::{At, Persona, Point, Verdict, World, message::Mailbox},
    language::Phrase,
    model::{
        finding::Code,
        mailbox::MailboxName,
        plan::{Action, Plan},
        receipt::{Outcome, Receipt},
        role::Role,
    },
};

use super::{
    REMOVED, at, at_second, delivered, doomed, empty, mailbox_of, once, one_source,
    stage::{Stage, USER, balance, ending, said},
};

/// Another program, or the server, takes messages out of a mailbox, the oldest first, until so many are left.
fn cut_down(world: &mut World, name: &str, left: usize) {
    let mailbox = mailbox_of(world, name);
    while mailbox.messages().len() > left {
        let oldest = mailbox.messages()[0].uid;
        mailbox.remove(oldest);
    }
}

/// So many messages of a mailbox are gone or there twice, the run says so, and it is not done.
fn assert_unexplained(receipt: &Receipt, name: &str, number: u64) {
    assert!(
        receipt.is_unexplained(),
        "called done though it does not add up: {receipt:?}"
    );
    let of_it = balance(receipt, name);
    assert_eq!(of_it.unexplained, number, "{of_it:?}");
    assert_eq!(of_it.purged, 0, "{of_it:?}");
    let others = receipt.balances.iter();
    let others = others.filter(|other| other.mailbox.text() != name);
    for other in others {
        assert!(!other.differs(), "{other:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_adds_up_says_what_stood_what_came_and_what_left() {
    for lacks in super::WAYS {
        let stage = one_source(lacks);
        for number in 0..2 {
            stage.deliver("Sent", &[], &format!("stood{number}"));
        }
        let receipt = stage.fix().await.unwrap();
        assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
        assert!(!receipt.is_unexplained(), "{receipt:?}");
        let sent = balance(&receipt, "Sent");
        assert_eq!((sent.stood, sent.moved_in, sent.moved_out), (2, 5, 0));
        assert_eq!((sent.others_in, sent.stands), (0, Some(7)));
        let source = balance(&receipt, "Sent Items");
        assert_eq!((source.stood, source.moved_in, source.moved_out), (5, 0, 5));
        assert_eq!(source.stands, None);
    }
}

#[tokio::test(start_paused = true)]
async fn what_others_put_in_meanwhile_is_theirs() {
    let stage = one_source(&[]);
    stage.meddle(once(at(1, "UID MOVE", Point::After), |world| {
        delivered(world, "Sent", "theirs");
        delivered(world, "Sent Items", "late");
    }));
    let receipt = stage.fix().await.unwrap();
    assert!(!receipt.is_unexplained(), "{receipt:?}");
    let sent = balance(&receipt, "Sent");
    assert_eq!(
        (sent.moved_in, sent.others_in, sent.stands),
        (6, 1, Some(7))
    );
    let source = balance(&receipt, "Sent Items");
    assert_eq!(
        (source.stood, source.others_in, source.moved_out),
        (5, 1, 6)
    );
}

// ------------------------------------------------------------------------------------------- what servers have done

#[tokio::test(start_paused = true)]
async fn a_message_that_goes_after_it_was_seen_to_arrive_is_missed() {
    let stage = one_source(&[]);
    stage.nothing_is_precious();
    stage.meddle(once(at(2, "DELETE", Point::Before), |world| {
        cut_down(world, "Sent", 4);
    }));
    let receipt = stage.fix().await.unwrap();
    assert_unexplained(&receipt, "Sent", 1);
    let sent = balance(&receipt, "Sent");
    assert_eq!((sent.moved_in, sent.stands), (5, Some(4)));
    assert_eq!(sent.uids.as_slice(), [1]);
    let told = rolecall::apply::history(&stage.client.home, &receipt.run).unwrap();
    let told = String::from(Phrase::joined(told, "\n"));
    assert!(told.contains("1 message of \"Sent\" are gone"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn a_command_that_a_server_runs_twice_is_told_by_its_twins() {
    let stage = one_source(&[]);
    let mut next = 1;
    stage.meddle(move |now, world| {
        if now.command == "UID MOVE" && now.point == Point::After {
            let sent = mailbox_of(world, "Sent");
            let came = sent.messages().iter().filter(|message| message.uid >= next);
            let came: Vec<_> = came.cloned().collect();
            for message in came {
                sent.add((*message).clone());
            }
            next = sent.uid_next;
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    stage.assert_nothing_lost();
    assert_eq!(stage.count("Sent"), 10);
    assert_unexplained(&receipt, "Sent", 5);
    assert_eq!(balance(&receipt, "Sent").others_in, 0);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_keeps_one_copy_a_mailbox_is_seen_to_drop_the_older_one() {
    let stage = one_source(&[]);
    stage.deliver("Sent", &[], "twin");
    stage.nothing_is_precious();
    stage.meddle(once(at(1, "UID MOVE", Point::After), |world| {
        mailbox_of(world, "Sent").remove(1).unwrap();
    }));
    let receipt = stage.fix().await.unwrap();
    assert_unexplained(&receipt, "Sent", 1);
    let sent = balance(&receipt, "Sent");
    assert_eq!((sent.stood, sent.moved_in, sent.stands), (1, 5, Some(5)));
}

#[tokio::test(start_paused = true)]
async fn bystanders_that_an_expunge_took_along_are_missed() {
    let stage = one_source(&["MOVE"]);
    stage.nothing_is_precious();
    // After the plan another client marks two messages of its own.
    let mut is_it = at(1, "SELECT", Point::Before);
    stage.meddle(move |now, world| {
        if is_it(now) {
            for id in ["doomed", "doomed too"] {
                doomed(world, id);
            }
        }
        // The server takes all that is marked, whatever UID EXPUNGE names.
        if now.command == "UID EXPUNGE" && now.point == Point::After {
            let account = world.account_mut(USER).unwrap();
            let mailbox = account.mailboxes.get_mut(b"Sent Items".as_slice());
            if let Some(mailbox) = mailbox {
                let marked = mailbox.messages().iter();
                let marked = marked.filter(|message| message.has("\\Deleted"));
                let marked: Vec<u32> = marked.map(|message| message.uid).collect();
                for uid in marked {
                    mailbox.remove(uid);
                }
            }
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert_eq!(stage.count("Sent"), 5);
    assert_unexplained(&receipt, "Sent Items", 2);
    let source = balance(&receipt, "Sent Items");
    assert_eq!((source.stood, source.moved_out), (7, 5));
}

#[tokio::test(start_paused = true)]
async fn messages_that_leave_the_source_by_nobodys_command_are_missed() {
    let stage = one_source(&[]);
    stage.nothing_is_precious();
    stage.meddle(once(at(1, "UID MOVE", Point::After), |world| {
        empty(world, "Sent Items");
    }));
    let receipt = stage.fix().await.unwrap();
    assert_eq!(stage.count("Sent"), 1);
    assert_unexplained(&receipt, "Sent Items", 4);
    let source = balance(&receipt, "Sent Items");
    assert_eq!(
        (source.stood, source.moved_out, source.stands),
        (5, 1, None)
    );
}

#[tokio::test(start_paused = true)]
async fn a_move_that_loses_a_message_on_its_way_is_told_with_its_number() {
    let stage = one_source(&[]);
    stage.nothing_is_precious();
    stage.meddle(once(at_second("UID MOVE", Point::After), |world| {
        mailbox_of(world, "Sent").remove(3).unwrap();
    }));
    let receipt = stage.fix().await.unwrap();
    assert!(said(&receipt).contains("cannot be found"), "{receipt:?}");
    assert_unexplained(&receipt, "Sent Items", 1);
}

#[tokio::test(start_paused = true)]
async fn of_two_machines_that_copy_at_once_one_at_least_says_that_mail_is_there_twice() {
    let stage = one_source(&["MOVE"]);
    let other = stage.client.beside();
    let (mut one, mut two) = (stage.client.connect().await, other.connect().await);
    let plan = stage.client.plan_over(&mut one, &stage.policy).await;
    let same = other.plan_over(&mut two, &stage.policy).await;
    let (first, second) = tokio::join!(
        stage.client.apply_over(&mut one, &plan),
        other.apply_over(&mut two, &same)
    );
    stage.assert_nothing_lost();
    assert!(stage.count("Sent") > 5, "nothing was doubled");
    let tells = |receipt: &Result<Receipt, _>| {
        let receipt = receipt.as_ref().unwrap();
        receipt.is_unexplained() || receipt.is_refused() || receipt.is_unknown()
    };
    assert!(
        tells(&first) || tells(&second),
        "called done though mail is there twice: {first:?} {second:?}"
    );
}

// ------------------------------------------------------------------------------------------------- what servers purge

fn named(name: &str) -> MailboxName {
    MailboxName::new(name.as_bytes().to_vec(), name.to_owned())
}

/// Junk with three messages and Spam with five, on a server that leaves so many in Junk whenever somebody logs out.
fn purging(left: usize) -> Stage {
    let mut stage = Stage::new(Persona::dovecot());
    stage.mailbox("Junk", 3);
    stage.mailbox("Spam", 5);
    stage.policy.include = [Role::Junk].into();
    stage.policy.targets.insert(Role::Junk, named("Junk"));
    stage.nothing_is_precious();
    stage.meddle(move |now, world| {
        if now.command == "LOGOUT" && now.point == Point::After {
            cut_down(world, "Junk", left);
        }
        Verdict::GoOn
    });
    stage
}

fn warnings(plan: &Plan, code: Code) -> Vec<String> {
    let warnings = plan.warnings.iter().filter(|remark| remark.code == code);
    let said = warnings.map(|remark| &remark.message);
    said.map(Phrase::english).map(str::to_owned).collect()
}

#[tokio::test(start_paused = true)]
async fn what_a_server_purges_at_logout_is_told_and_is_no_failure() {
    let stage = purging(3);
    let plan = stage.plan().await;
    assert_eq!(warnings(&plan, Code::MayBePurged).len(), 1, "{plan:?}");
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    let junk = balance(&receipt, "Junk");
    assert_eq!((junk.stood, junk.moved_in), (3, 5));
    assert_eq!((junk.purged, junk.unexplained), (5, 0), "{junk:?}");
    assert_eq!(junk.stands, Some(3));
    assert!(!receipt.is_unexplained() && !receipt.is_refused());
    let told = rolecall::apply::history(&stage.client.home, &receipt.run).unwrap();
    let told = String::from(Phrase::joined(told, "\n"));
    assert!(
        told.contains("5 messages have gone from \"Junk\""),
        "{told}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_undo_does_not_promise_what_was_purged() {
    let stage = purging(3);
    stage.fix().await.unwrap();
    let undo = stage.undo_plan(&stage.last().id).await.unwrap();
    let merge = undo.steps.iter().find(|step| step.action == Action::Merge);
    assert_eq!(merge.unwrap().messages, Some(3));
    let warned = warnings(&undo, Code::MayBePurged);
    assert_eq!(warned.len(), 1, "{warned:?}");
    assert!(warned[0].contains("2 messages have gone"), "{warned:?}");
    // What is left comes back.
    stage.be_calm();
    let receipt = stage.undo(&stage.last().id).await.unwrap();
    assert!(receipt.finished && !receipt.is_refused(), "{receipt:?}");
    assert_eq!((stage.count("Junk"), stage.count("Spam")), (0, 3));
}

#[tokio::test(start_paused = true)]
async fn an_undo_whose_messages_were_purged_since_is_not_done() {
    let stage = purging(8);
    stage.fix().await.unwrap();
    let run = stage.last().id;
    stage.be_calm();
    tokio::time::sleep(Duration::from_secs(86_400)).await;
    stage.world(|world| cut_down(world, "Junk", 2));
    let undo = stage.undo_plan(&run).await.unwrap();
    let warned = warnings(&undo, Code::MayBePurged);
    assert!(
        warned.iter().any(|said| said.contains("holds 2 messages")),
        "{warned:?}"
    );
    let receipt = stage.undo(&run).await.unwrap();
    assert!(
        receipt.is_refused(),
        "called done though messages are gone: {receipt:?}"
    );
    assert_eq!(ending(&receipt).0, Outcome::Refused);
    let said = said(&receipt);
    assert!(said.contains("of 5 messages"), "{said}");
    assert!(said.contains("3 are no longer there"), "{said}");
    assert_eq!((stage.count("Junk"), stage.count("Spam")), (0, 2));
}

// ------------------------------------------------------------------------------------------------- what goes later

/// What a receipt says was lost of flags, and of how many messages the date.
fn lost(receipt: &Receipt) -> (Vec<String>, u64) {
    let proven = receipt.steps.iter().find_map(|step| step.proven.clone());
    let proven = proven.unwrap();
    (proven.flags_lost, proven.dates_changed)
}

/// A server that changes the flags in Sent just before the source goes, and tells other dates from then on.
fn changing_late(
    mut changes: impl FnMut(&mut Mailbox),
) -> impl FnMut(&At<'_>, &mut World) -> Verdict {
    let mut over = false;
    move |now, world| {
        if now.command == "DELETE" && now.point == Point::Before {
            over = true;
            changes(mailbox_of(world, "Sent"));
        }
        match now.point {
            Point::Reply(octets) if over && now.command == "UID FETCH" => {
                let told = String::from_utf8(octets.to_vec()).unwrap();
                Verdict::Say(told.replace("-2023 ", "-2024 ").into_bytes())
            }
            _ => Verdict::GoOn,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn flags_and_dates_that_go_after_the_settle_time_are_told() {
    let stage = one_source(&[]);
    stage.deliver("Sent Items", &["\\Answered", "$Forwarded"], "forwarded");
    stage.meddle(changing_late(|sent| {
        let uids: Vec<u32> = sent.messages().iter().map(|message| message.uid).collect();
        for uid in uids {
            sent.flag(uid, |flags| flags.retain(|flag| flag == "\\Seen"));
        }
    }));
    let receipt = stage.fix().await.unwrap();
    stage.assert_each_once();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    let (flags, dates) = lost(&receipt);
    assert_eq!(
        flags,
        ["$Forwarded", "\\Answered"],
        "called kept though they went"
    );
    assert_eq!(dates, 6);
    let said = said(&receipt);
    assert!(
        said.contains("went after the messages had arrived"),
        "{said}"
    );
    // And the journal says the same.
    let story = rolecall::apply::history(&stage.client.home, &receipt.run).unwrap();
    let story = String::from(Phrase::joined(story, "\n"));
    assert!(story.contains("$Forwarded"), "{story}");
}

#[tokio::test(start_paused = true)]
async fn among_many_messages_the_flag_that_one_has_lost_later_and_the_dates_of_all_are_told() {
    let stage = one_source(&[]);
    for number in 0..120 {
        stage.deliver("Sent Items", &["\\Answered"], &format!("message {number}"));
    }
    stage.meddle(changing_late(|sent| {
        let one = sent.messages()[76].uid;
        sent.flag(one, |flags| flags.retain(|flag| flag != "\\Answered"));
    }));
    let receipt = stage.fix().await.unwrap();
    stage.assert_each_once();
    let (flags, dates) = lost(&receipt);
    assert_eq!(flags, ["\\Answered"], "called kept though it went");
    assert_eq!(dates, 125);
}

#[tokio::test(start_paused = true)]
async fn what_was_lost_at_once_is_told_once() {
    let mut stage = one_source(&[]);
    stage.policy.allow_keyword_loss = true;
    stage.deliver("Sent Items", &["$Forwarded"], "forwarded");
    stage.meddle(|now, world| {
        if now.command == "UID MOVE" {
            world.persona.keywords = rolecall::demo::persona::Keywords::Only(vec![]);
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert_eq!(said(&receipt), "the target does not keep $Forwarded");
    assert_eq!(lost(&receipt), (vec!["$Forwarded".to_owned()], 0));
}
