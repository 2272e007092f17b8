//! Ways out: whatever a server does and whatever is left behind, the account is free for the next run, and what a person
//! has to settle is told.

use std::time::Duration;

use rolecall::{
    apply::{ApplyError, RunState},
    demo::{
        At, Persona, Point, Verdict, World,
        mutation::{Change, Mutation},
    },
    model::{
        finding::Code,
        mailbox::MailboxName,
        plan::Action,
        receipt::{Outcome, SourceAfter},
        role::Role,
    },
};
use tokio::time::Instant;

use super::{
    REFUSED, REMOVED, assert_done, at_first, at_second, codes, on, one_source, refusing,
    stage::{Stage, USER, ending, said},
    tombstone, when,
};

/// A name of ours that no journal knows.
const STRANGE: &str = "rolecall-strangestrangestrangestran";

#[tokio::test(start_paused = true)]
async fn a_set_aside_mailbox_that_no_journal_knows_blocks_only_itself() {
    let stage = on(Persona::dovecot());
    stage.mailbox(STRANGE, 2);
    let found = codes(&stage.findings().await);
    assert!(found.contains(&Code::SetAsideUnknown), "{found:?}");
    assert!(!found.contains(&Code::UnfinishedRun), "{found:?}");
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert_eq!(stage.names(), ["Sent", STRANGE]);
    assert_eq!((stage.count("Sent"), stage.count(STRANGE)), (5, 2));
    let plan = stage.plan().await;
    assert!(plan.is_empty(), "{:?}", plan.steps);
    let told: Vec<Code> = plan.manual.iter().map(|manual| manual.code).collect();
    assert_eq!(told, [Code::SetAsideUnknown]);
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn what_it_holds_is_merged_where_the_user_says_what_it_is() {
    let mut stage = Stage::new(Persona::dovecot());
    stage.mailbox(STRANGE, 2);
    let role = (STRANGE.to_owned(), Some(Role::Sent));
    stage.client.overrides.push(role);
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert_eq!(stage.names(), ["Sent"]);
    assert_eq!(stage.count("Sent"), 2);
    stage.assert_each_once();
    // An accounts file goes on saying it.
    let plan = stage.plan().await;
    assert!(plan.is_empty(), "{:?}", plan.steps);
}

#[tokio::test(start_paused = true)]
async fn where_the_server_moves_what_is_deleted_below_trash_the_run_is_done_and_the_next_not_blocked()
 {
    let stage = on(Persona::dovecot());
    stage.mailbox("Trash", 0);
    let mut deleted = None;
    stage.meddle(move |now, world| {
        if now.command == "DELETE" && now.point == Point::Before {
            deleted = tombstone(world);
        }
        if now.command == "DELETE" && now.point == Point::After {
            let name = format!("Trash/{}", deleted.take().unwrap());
            world.add_mailbox(USER, &name).unwrap();
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    stage.be_calm();
    assert!(stage.has_tombstone());
    let found = codes(&stage.findings().await);
    assert!(found.contains(&Code::RemovedMailboxKept), "{found:?}");
    assert!(!found.contains(&Code::SetAsideUnknown), "{found:?}");
    // And what comes then is merged.
    stage.mailbox("Sent Items", 2);
    let plan = stage.plan().await;
    assert!(plan.steps.iter().any(|step| step.action == Action::Merge));
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert_eq!(stage.count("Sent"), 7);
    // One that mail has come into is told as what it is.
    let name = stage.names().into_iter().find(|name| name.contains('/'));
    stage.deliver(&name.unwrap(), &[], "by id");
    let found = codes(&stage.findings().await);
    assert!(found.contains(&Code::SetAsideUnknown), "{found:?}");
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn what_a_run_here_has_set_aside_still_holds_up_every_plan() {
    let stage = on(Persona::dovecot());
    stage.meddle(at_first("RENAME", Point::After, Verdict::Cut));
    let receipt = stage.fix().await.unwrap();
    assert!(!receipt.finished, "{receipt:?}");
    stage.be_calm();
    let found = codes(&stage.findings().await);
    assert!(found.contains(&Code::UnfinishedRun), "{found:?}");
    assert!(stage.plan().await.is_empty());
    let receipt = stage.resume().await.unwrap();
    assert_done(&stage, &receipt);
}

#[tokio::test(start_paused = true)]
async fn what_is_said_of_a_mailbox_that_a_run_has_merged_is_settled() {
    let mut stage = on(Persona::dovecot());
    stage.mailbox("Projects", 3);
    let role = ("Projects".to_owned(), Some(Role::Sent));
    stage.client.overrides.push(role);
    stage.fix().await.unwrap();
    assert_eq!(stage.names(), ["Sent"]);
    let plan = stage.plan().await;
    assert!(plan.is_empty(), "{:?}", plan.steps);
    // It counts again where somebody has made the mailbox again.
    let name = b"Projects".to_vec();
    stage.world(|world| {
        let marks = None;
        world
            .perform(USER, Mutation::Create { name, marks })
            .unwrap();
    });
    stage.deliver("Projects", &[], "again");
    let plan = stage.plan().await;
    assert!(plan.steps.iter().any(|step| step.action == Action::Merge));
}

fn renamed(world: &mut World, from: &str, to: &str) {
    let (from, to) = (from.as_bytes().to_vec(), to.as_bytes().to_vec());
    let mutation = Mutation::Rename { from, to };
    world.perform(USER, mutation).unwrap();
}

/// A server that answers OK to RENAME and shows the new name only so much later.
fn shown_late(after: Duration) -> impl FnMut(&At<'_>, &mut World) -> Verdict {
    let mut due: Option<(Instant, String)> = None;
    move |now, world| {
        if let Some((_, name)) = due.take_if(|(due, _)| Instant::now() >= *due) {
            renamed(world, "Sent Items", &name);
        }
        if now.command == "RENAME"
            && now.point == Point::After
            && let Some(name) = tombstone(world)
        {
            renamed(world, &name, "Sent Items");
            due = Some((Instant::now() + after, name));
        }
        Verdict::GoOn
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_name_that_is_shown_late_is_waited_for() {
    for seconds in [1, 3, 15] {
        let stage = one_source(&[]);
        stage.meddle(shown_late(Duration::from_secs(seconds)));
        let receipt = stage.fix().await.unwrap();
        assert_done(&stage, &receipt);
        assert_eq!(stage.heard("RENAME"), 1);
        assert_eq!(stage.last().state, RunState::Finished);
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_is_shown_when_nobody_waits_any_more_is_not_lost_from_sight() {
    let stage = one_source(&[]);
    stage.meddle(shown_late(Duration::from_secs(600)));
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt).0, Outcome::Refused, "{receipt:?}");
    assert_eq!(stage.last().state, RunState::MayHoldMail);
    // A look that is too early closes nothing.
    let looked = stage.resume().await;
    assert!(
        matches!(looked, Err(ApplyError::NothingYet { .. })),
        "{looked:?}"
    );
    tokio::time::advance(Duration::from_secs(600)).await;
    let receipt = stage.resume().await.unwrap();
    assert!(receipt.finished, "{receipt:?}");
    assert!(!stage.has_tombstone());
    assert_eq!(stage.last().state, RunState::Finished);
    stage.assert_each_once();
}

/// A plan that gives the only mailbox of the role the name `Sent`, or makes one of that name.
fn without_target(messages: Option<u32>) -> Stage {
    let stage = Stage::new(Persona::dovecot());
    stage.world(|world| {
        let name = b"Sent".to_vec();
        world.perform(USER, Mutation::Delete { name }).unwrap();
        let account = world.account_mut(USER).unwrap();
        account.subscriptions.remove(b"Sent".as_slice());
    });
    if let Some(messages) = messages {
        stage.mailbox("Sent Items", messages);
    }
    stage
}

#[tokio::test(start_paused = true)]
async fn the_late_name_of_a_planned_rename_is_waited_for() {
    let stage = without_target(Some(3));
    let mut due: Option<Instant> = None;
    stage.meddle(move |now, world| {
        if due.take_if(|due| Instant::now() >= *due).is_some() {
            renamed(world, "Sent Items", "Sent");
        }
        if now.command == "RENAME" && now.point == Point::After {
            renamed(world, "Sent", "Sent Items");
            due = Some(Instant::now() + Duration::from_secs(5));
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert!(receipt.finished && !receipt.is_refused(), "{receipt:?}");
    assert_eq!((stage.heard("RENAME"), stage.count("Sent")), (1, 3));
    assert!(stage.is_subscribed("Sent") && !stage.is_subscribed("Sent Items"));
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_made_mailbox_that_is_shown_late_is_waited_for() {
    let stage = without_target(None);
    let mut due: Option<Instant> = None;
    stage.meddle(move |now, world| {
        if due.take_if(|due| Instant::now() >= *due).is_some() {
            world.add_mailbox(USER, "Sent").unwrap();
        }
        if now.command == "CREATE" && now.point == Point::After {
            let name = b"Sent".to_vec();
            world.perform(USER, Mutation::Delete { name }).unwrap();
            due = Some(Instant::now() + Duration::from_secs(5));
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert!(receipt.finished && !receipt.is_refused(), "{receipt:?}");
    assert_eq!(
        (stage.heard("CREATE"), stage.names()),
        (1, vec!["Sent".to_owned()])
    );
}

#[tokio::test(start_paused = true)]
async fn a_delete_that_is_shown_late_is_waited_for_and_not_sent_again() {
    let stage = one_source(&[]);
    let mut due: Option<(Instant, String)> = None;
    stage.meddle(move |now, world| {
        if let Some((_, name)) = due.take_if(|(due, _)| Instant::now() >= *due) {
            let name = name.into_bytes();
            world.perform(USER, Mutation::Delete { name }).unwrap();
        }
        if now.command == "DELETE" && now.point == Point::Before {
            due = tombstone(world).map(|name| (Instant::now() + Duration::from_secs(3), name));
        }
        if now.command == "DELETE" && now.point == Point::After {
            let (_, name) = due.as_ref().unwrap();
            world.add_mailbox(USER, name).unwrap();
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert_done(&stage, &receipt);
    assert_eq!(stage.heard("DELETE"), 1);
}

#[tokio::test(start_paused = true)]
async fn what_the_server_keeps_is_told_as_such_and_tried_again_when_the_user_says_what_it_is() {
    let mut stage = one_source(&[]);
    stage.meddle(refusing(
        "RENAME",
        "[CANNOT] This mailbox is in use by the system",
    ));
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    // What is shown and what would be done agree.
    let found = codes(&stage.findings().await);
    assert!(found.contains(&Code::RoleDuplicateEmpty), "{found:?}");
    assert!(!found.contains(&Code::RoleSplit), "{found:?}");
    assert!(stage.plan().await.is_empty());
    stage.be_calm();
    let role = ("Sent Items".to_owned(), Some(Role::Sent));
    stage.client.overrides.push(role);
    let receipt = stage.fix().await.unwrap();
    assert_done(&stage, &receipt);
    stage.assert_each_once();
}

/// What some servers make of a name that they are given by RENAME.
const CHANGES: [fn(&str) -> String; 4] = [
    |name| name.to_ascii_uppercase(),
    |name| name.replacen("rolecall", "Rolecall", 1),
    |name| name.chars().take(24).collect(),
    |name| name.replace('-', "_"),
];

#[tokio::test(start_paused = true)]
async fn a_new_name_that_the_server_changes_is_known_again_and_the_mailbox_goes() {
    for change in CHANGES {
        let stage = one_source(&[]);
        stage.meddle(move |now, world| {
            if now.command == "RENAME"
                && now.point == Point::After
                && let Some(name) = tombstone(world)
            {
                renamed(world, &name, &change(&name));
            }
            Verdict::GoOn
        });
        let receipt = stage.fix().await.unwrap();
        assert_done(&stage, &receipt);
        assert_eq!(stage.heard("RENAME"), 1);
        assert_eq!(stage.last().state, RunState::Finished);
        stage.assert_each_once();
    }
}

#[tokio::test(start_paused = true)]
async fn a_subscription_that_follows_a_rename_is_ended_with_the_mailbox() {
    let stage = one_source(&[]);
    stage.meddle(|now, world| {
        if now.command == "RENAME" && now.point == Point::After {
            let name = tombstone(world).unwrap().into_bytes();
            let subscriptions = &mut world.account_mut(USER).unwrap().subscriptions;
            subscriptions.remove(b"Sent Items".as_slice());
            subscriptions.insert(name);
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert_done(&stage, &receipt);
    let left = stage.world(|world| world.account(USER).unwrap().subscriptions.clone());
    assert_eq!(left, [b"Sent".to_vec()].into());
}

#[tokio::test(start_paused = true)]
async fn what_was_remarked_before_a_break_stands_in_the_receipt_of_the_resume() {
    let mut stage = Stage::new(Persona::dovecot());
    stage.mailbox("Brouillons", 1);
    stage.mailbox("Brouillons/2019", 1);
    let drafts = MailboxName::new(b"Drafts".to_vec(), "Drafts".to_owned());
    stage.policy.targets = [(Role::Drafts, drafts)].into();
    let mut refuse = at_first(
        "UNSUBSCRIBE",
        Point::Before,
        Verdict::Refuse("not today".to_owned()),
    );
    let mut subscribes = 0;
    stage.meddle(move |now, world| {
        subscribes += u32::from(now.command == "SUBSCRIBE" && now.point == Point::Before);
        if subscribes == 2 && now.command == "SUBSCRIBE" {
            return Verdict::Cut;
        }
        refuse(now, world)
    });
    let receipt = stage.fix().await.unwrap();
    assert!(!receipt.finished, "{receipt:?}");
    stage.be_calm();
    let receipt = stage.resume().await.unwrap();
    assert!(receipt.finished, "{receipt:?}");
    assert!(said(&receipt).contains("not today"), "{receipt:?}");
}

#[tokio::test(start_paused = true)]
async fn a_step_that_was_not_begun_says_so() {
    let stage = one_source(&[]);
    stage.mailbox("Gesendete Elemente", 1);
    stage.meddle(at_first("UID MOVE", Point::Before, Verdict::Cut));
    let receipt = stage.fix().await.unwrap();
    for step in &receipt.steps {
        let is_told = step.outcome != Outcome::Skipped || step.message.is_some();
        assert!(is_told, "{step:?}");
    }
}

/// Gives the last run up; what is unknown then, by number of messages and by UIDs.
async fn given_up(stage: &Stage) -> (u64, Vec<u32>) {
    let sent = stage.heard("UID MOVE") + stage.heard("RENAME") + stage.heard("DELETE");
    let receipt = stage.give_up().await.unwrap();
    let sent_since = stage.heard("UID MOVE") + stage.heard("RENAME") + stage.heard("DELETE");
    assert_eq!(sent, sent_since, "it only looks");
    assert_eq!(stage.last().state, RunState::GivenUp);
    assert_eq!(receipt.is_unknown(), receipt.unknown() > 0, "{receipt:?}");
    let unknown = receipt.given_up.iter().flatten();
    let uids = unknown.flat_map(|unknown| unknown.messages.iter().map(|message| message.uid));
    (receipt.unknown(), uids.collect())
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_given_up_frees_the_account_and_says_what_it_has_done() {
    for verdict in [Verdict::Cut, Verdict::CutAndFinish] {
        let stage = one_source(&[]);
        stage.meddle(when(at_second("UID MOVE", Point::Before), verdict));
        assert!(!stage.fix().await.unwrap().finished);
        stage.be_calm();
        assert_eq!(given_up(&stage).await, (0, Vec::new()));
        let again = stage.give_up().await;
        assert!(
            matches!(again, Err(ApplyError::NotPossible { .. })),
            "{again:?}"
        );
        // What it has proven can be undone, and the next run goes on with the rest.
        let plan = stage.undo_plan(&stage.last().id).await.unwrap();
        assert!(plan.steps.iter().any(|step| step.action == Action::Merge));
        let receipt = stage.fix().await.unwrap();
        assert_done(&stage, &receipt);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_in_neither_mailbox_is_named_when_a_run_is_given_up() {
    let stage = one_source(&[]);
    stage.nothing_is_precious();
    let mut is_it = at_second("UID MOVE", Point::After);
    stage.meddle(move |now, world| {
        if !is_it(now) {
            return Verdict::GoOn;
        }
        // Another client takes two of them away.
        let of = world.mailbox(USER, "Sent").unwrap().id;
        let uids: Vec<u32> = world.mailbox(USER, "Sent").unwrap().messages()[1..3]
            .iter()
            .map(|message| message.uid)
            .collect();
        let (change, flags) = (Change::Add, vec!["\\Deleted".to_owned()]);
        let among = Some(uids.clone());
        let store = Mutation::Store {
            of,
            uids,
            change,
            flags,
        };
        world.perform(USER, store).unwrap();
        world
            .perform(USER, Mutation::Expunge { of, among })
            .unwrap();
        Verdict::Cut
    });
    assert!(!stage.fix().await.unwrap().finished);
    stage.be_calm();
    assert_eq!(given_up(&stage).await, (2, vec![2, 3]));
    let run = stage.last().id;
    let story = rolecall::apply::history(&stage.client.home, &run).unwrap();
    let told = story
        .iter()
        .filter(|line| line.english().contains("octets, 20"));
    assert_eq!(told.count(), 2, "{story:?}");
    let receipt = stage.undo(&run).await.unwrap();
    assert!(receipt.finished && !receipt.is_refused(), "{receipt:?}");
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (0, 3));
}

#[tokio::test(start_paused = true)]
async fn what_stands_set_aside_when_a_run_is_given_up_blocks_nothing_and_has_two_ways_out() {
    for undoes in [true, false] {
        let stage = one_source(&[]);
        stage.meddle(at_first("RENAME", Point::After, Verdict::Cut));
        assert!(!stage.fix().await.unwrap().finished);
        stage.be_calm();
        let name = stage.world(|world| tombstone(world)).unwrap();
        stage.deliver(&name, &[], "came meanwhile");
        assert_eq!(given_up(&stage).await, (0, Vec::new()));
        let run = stage.last().id;
        let found = codes(&stage.findings().await);
        assert!(found.contains(&Code::SetAsideGivenUp), "{found:?}");
        assert!(stage.plan().await.is_empty());
        if undoes {
            let receipt = stage.undo(&run).await.unwrap();
            assert!(receipt.finished && !receipt.is_refused(), "{receipt:?}");
            assert_eq!(stage.names(), ["Sent", "Sent Items"]);
            assert_eq!(stage.count("Sent Items"), 6);
        } else {
            let receipt = stage.client.resume(&run).await.unwrap();
            assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
            assert_eq!(stage.names(), ["Sent"]);
            assert_eq!(stage.count("Sent"), 6);
        }
        stage.assert_each_once();
    }
}

#[tokio::test(start_paused = true)]
async fn a_subscription_of_a_removed_mailbox_is_ended_when_its_run_is_given_up() {
    let stage = one_source(&[]);
    stage.meddle(at_first("DELETE", Point::After, Verdict::Cut));
    assert!(!stage.fix().await.unwrap().finished);
    stage.be_calm();
    assert!(stage.is_subscribed("Sent Items"));
    let receipt = stage.give_up().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert!(!stage.is_subscribed("Sent Items"));
    assert!(stage.plan().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_was_given_up_and_is_removed_later_keeps_no_subscription_whoever_breaks_the_removal_off()
 {
    for gives_up_again in [false, true] {
        let stage = one_source(&[]);
        stage.meddle(at_first("RENAME", Point::After, Verdict::Cut));
        assert!(!stage.fix().await.unwrap().finished);
        stage.be_calm();
        stage.give_up().await.unwrap();
        stage.meddle(at_first("DELETE", Point::After, Verdict::Cut));
        assert!(!stage.resume().await.unwrap().finished);
        stage.be_calm();
        assert!(stage.is_subscribed("Sent Items"));
        let receipt = if gives_up_again {
            stage.give_up().await.unwrap()
        } else {
            stage.resume().await.unwrap()
        };
        assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
        assert!(!receipt.is_unknown(), "{receipt:?}");
        assert!(!stage.is_subscribed("Sent Items"));
        assert_eq!(stage.names(), ["Sent"]);
        assert!(stage.plan().await.is_empty());
        stage.assert_each_once();
    }
}

#[tokio::test(start_paused = true)]
async fn a_subscription_follows_a_renamed_mailbox_when_its_run_is_given_up() {
    let stage = without_target(Some(2));
    stage.meddle(at_first("RENAME", Point::After, Verdict::Cut));
    assert!(!stage.fix().await.unwrap().finished);
    stage.be_calm();
    assert!(stage.is_subscribed("Sent Items"));
    let receipt = stage.give_up().await.unwrap();
    assert!(!receipt.is_unknown(), "{receipt:?}");
    assert_eq!(stage.names(), ["Sent"]);
    assert!(stage.is_subscribed("Sent"));
    assert!(!stage.is_subscribed("Sent Items"));
}

#[tokio::test(start_paused = true)]
async fn a_source_that_is_under_neither_name_is_given_up_as_unknown() {
    let stage = one_source(&[]);
    stage.nothing_is_precious();
    stage.meddle(|now, world| {
        if now.command == "RENAME" && now.point == Point::After {
            let name = tombstone(world).unwrap().into_bytes();
            world.perform(USER, Mutation::Delete { name }).unwrap();
            return Verdict::Cut;
        }
        Verdict::GoOn
    });
    assert!(!stage.fix().await.unwrap().finished);
    stage.be_calm();
    let receipt = stage.give_up().await.unwrap();
    assert!(receipt.is_unknown(), "{receipt:?}");
    assert!(stage.plan().await.is_empty());
    assert_eq!(stage.last().state, RunState::GivenUp);
}

#[tokio::test(start_paused = true)]
async fn what_may_run_late_is_closed_by_giving_it_up() {
    let stage = super::ended_with_a_rename_under_way().await;
    let receipt = stage.give_up().await.unwrap();
    assert!(!receipt.is_unknown(), "{receipt:?}");
    assert_eq!(super::to_resume(&stage), [""; 0]);
    assert_eq!(
        ending(&receipt),
        (Outcome::Applied, Some(SourceAfter::Removed))
    );
}

#[tokio::test(start_paused = true)]
async fn undoing_an_undo_gives_no_mailbox_a_set_aside_name() {
    let mut stage = one_source(&[]);
    stage.client.settings.grace = Some(Duration::from_secs(86_400));
    stage.fix().await.unwrap();
    let run = stage.last().id;
    stage.undo(&run).await.unwrap();
    let undo = stage.last().id;
    let plan = stage.undo_plan(&undo).await.unwrap();
    let renames = plan
        .steps
        .iter()
        .filter(|step| step.action == Action::Rename);
    assert_eq!(renames.count(), 0, "{:?}", plan.steps);
    let told: Vec<Code> = plan.warnings.iter().map(|warning| warning.code).collect();
    assert!(told.contains(&Code::UndoIncomplete), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_second_inbox_is_emptied_into_inbox_and_an_undo_brings_all_of_it_back() {
    let mut stage = Stage::new(Persona::dovecot());
    stage.mailbox("Bandeja de entrada", 5);
    stage.mailbox("Inbox1", 3);
    stage.deliver("INBOX", &[], "arrived");
    assert!(stage.plan().await.is_empty());
    stage.policy.include = [Role::Inbox].into();
    stage
        .client
        .overrides
        .push(("Inbox1".to_owned(), Some(Role::Inbox)));
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert_eq!(stage.names(), ["Sent"]);
    assert_eq!(stage.count("INBOX"), 9);
    stage.assert_each_once();
    stage.client.overrides.clear();
    let run = stage.last().id;
    let undone = stage.undo(&run).await.unwrap();
    assert!(
        undone
            .steps
            .iter()
            .all(|step| step.outcome == Outcome::Applied),
        "{undone:?}"
    );
    assert_eq!(stage.names(), ["Bandeja de entrada", "Inbox1", "Sent"]);
    let counts = ["INBOX", "Bandeja de entrada", "Inbox1"].map(|name| stage.count(name));
    assert_eq!(counts, [1, 5, 3]);
    stage.assert_each_once();
}
