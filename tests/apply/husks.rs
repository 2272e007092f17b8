//! Servers on which a name stays listed after its mailbox is gone, as one that cannot be opened (`\Noselect`): what an undo
//! makes of it, and what holds up nothing.

use std::sync::{Arc, Mutex};

use rolecall::{
    apply::check,
    demo::{At, Persona, Point, Verdict, World},
    language::Language,
    model::finding::Code,
    report::table::{self, Carried, Look},
};

use super::{
    REMOVED, codes, mailbox_of, on,
    stage::{Stage, USER, ending, said},
    tombstone,
};

const LOOK: Look = Look {
    width: 200,
    colour: false,
    verbose: false,
    language: Language::English,
    carried: Carried {
        reach: "",
        judging: "",
    },
};

/// What stays listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stays {
    /// The name that DELETE takes.
    Deleted,
    /// The old name that RENAME takes.
    Renamed,
}

/// Makes a name one that is listed and cannot be opened.
fn leave_husk(world: &mut World, name: &str) {
    world.add_mailbox(USER, name).unwrap();
    mailbox_of(world, name).selectable = false;
}

/// From now on this command leaves its name behind; the server says so to CREATE, if it says anything.
fn leaves_names(stage: &Stage, stays: Stays, no_create: Option<&'static str>) {
    let mut deleted = None;
    stage.meddle(move |now: &At<'_>, world| {
        match (now.command, now.point, stays) {
            ("CREATE", Point::Before, _) => {
                if let Some(words) = no_create {
                    return Verdict::Refuse(words.to_owned());
                }
            }
            ("DELETE", Point::Before, Stays::Deleted) => deleted = tombstone(world),
            ("DELETE", Point::After, Stays::Deleted) => {
                leave_husk(world, &deleted.take().unwrap());
            }
            ("RENAME", Point::After, Stays::Renamed) => leave_husk(world, "Sent Items"),
            _ => {}
        }
        Verdict::GoOn
    });
}

#[tokio::test(start_paused = true)]
async fn an_undo_makes_the_mailbox_anew_where_only_a_name_is_left_of_it() {
    for stays in [Stays::Deleted, Stays::Renamed] {
        let stage = on(Persona::dovecot());
        leaves_names(&stage, stays, None);
        let receipt = stage.fix().await.unwrap();
        assert!(receipt.finished && !receipt.is_refused(), "{receipt:?}");
        let undone = stage.undo(&receipt.run).await.unwrap();
        assert!(
            undone.finished && !undone.is_refused(),
            "{stays:?} {undone:?}"
        );
        assert_eq!(
            (stage.count("Sent"), stage.count("Sent Items")),
            (0, 5),
            "{stays:?}"
        );
        assert!(stage.is_subscribed("Sent Items"), "{stays:?}");
        assert_eq!(stage.heard("CREATE"), 1, "{stays:?}");
        stage.assert_each_once();
    }
}

#[tokio::test(start_paused = true)]
async fn where_the_name_that_is_left_cannot_be_made_a_mailbox_the_servers_words_are_told_and_nothing_is_moved()
 {
    let stage = on(Persona::dovecot());
    leaves_names(&stage, Stays::Renamed, Some("[CANNOT] That name is spent"));
    let receipt = stage.fix().await.unwrap();
    let moves = stage.heard("UID MOVE");
    let undone = stage.undo(&receipt.run).await.unwrap();
    assert!(undone.finished && undone.is_refused(), "{undone:?}");
    assert!(said(&undone).contains("That name is spent"), "{undone:?}");
    assert!(
        said(&undone).contains("its target cannot be opened"),
        "{undone:?}"
    );
    assert_eq!(stage.heard("UID MOVE"), moves, "{undone:?}");
    assert_eq!(stage.count("Sent"), 5);
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_left_of_a_removed_mailbox_is_told_as_that_and_holds_up_nothing() {
    let stage = on(Persona::dovecot());
    leaves_names(&stage, Stays::Deleted, None);
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    let found = codes(&stage.findings().await);
    assert!(found.contains(&Code::RemovedMailboxKept), "{found:?}");
    assert!(!found.contains(&Code::UnfinishedRun), "{found:?}");
    stage.mailbox("Sent Items", 2);
    let again = stage.fix().await.unwrap();
    assert_eq!(ending(&again), REMOVED, "{again:?}");
    assert_eq!(stage.count("Sent"), 7);
}

#[tokio::test(start_paused = true)]
async fn an_old_name_that_stays_listed_is_no_mailbox_that_was_made_again() {
    let stage = on(Persona::dovecot());
    leaves_names(&stage, Stays::Renamed, None);
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert!(!stage.is_subscribed("Sent Items"));
}

#[tokio::test(start_paused = true)]
async fn where_a_removed_mailbox_is_back_the_command_is_named_that_takes_it_up() {
    let stage = on(Persona::dovecot());
    let deleted = Arc::new(Mutex::new(None));
    let seen = Arc::clone(&deleted);
    stage.meddle(move |now: &At<'_>, world| {
        if now.command == "DELETE" && now.point == Point::Before {
            *seen.lock().unwrap() = tombstone(world);
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    stage.be_calm();
    let name = deleted.lock().unwrap().take().unwrap();
    stage.world(|world| world.add_mailbox(USER, &name).unwrap());
    let mut session = stage.client.connect().await;
    let judged = stage.client.judged(&mut session, &stage.policy).await;
    assert!(
        codes(&judged.findings).contains(&Code::UnfinishedRun),
        "{name}"
    );
    let plan = stage.plan().await;
    let told = table::audit(&judged.listing, &judged.roll, &judged.findings, &plan, LOOK);
    let resume = format!("rolecall resume {}", receipt.run);
    assert!(told.contains(&resume), "{told}");
    let undo = stage
        .client
        .undo_plan_over(&mut session, &receipt.run)
        .await;
    let (plan, listing) = undo.unwrap();
    let set_aside = stage.client.account_log().set_aside();
    let refused = check(&listing, &plan, &set_aside).unwrap_err();
    assert_eq!(refused.unfinished, Some(receipt.run.clone()));
    let resumed = stage.resume().await.unwrap();
    assert!(resumed.finished, "{resumed:?}");
    assert!(!codes(&stage.findings().await).contains(&Code::UnfinishedRun));
}
