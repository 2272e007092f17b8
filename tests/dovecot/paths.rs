//! How messages are moved on servers that lack a capability, that are full, or that withhold a right.

use std::fs;

use serde_json::Value;

use crate::{
    dovecot::scene::{DATE, Scene, codes, hidden},
    support::{dovecot::Setup, raw::text},
};

/// The arguments of every command of this word.
fn arguments<'s>(sent: &'s [String], word: &str) -> Vec<&'s str> {
    sent.iter()
        .filter_map(|line| line.strip_prefix(word)?.strip_prefix(' '))
        .collect()
}

fn first(argument: &str) -> &str {
    argument.split(' ').next().unwrap()
}

/// Dovecot moves and expunges by UID whatever it says: what counts is that the client does not ask it to.
#[test]
fn without_move_exactly_what_was_copied_is_expunged() {
    let scene = Scene::three_sent_on(&hidden(&["MOVE"]));
    // What the user has marked, and what another client marks, is not ours to expunge.
    scene
        .raw()
        .append("Sent Items", "\\Deleted", DATE, &text(31, 100));
    let before = scene.account();
    scene.fix("");
    let sent = scene.proxy.mutating();
    assert_eq!(arguments(&sent, "UID MOVE"), [""; 0]);
    assert_eq!(arguments(&sent, "EXPUNGE"), [""; 0]);
    assert_eq!(arguments(&sent, "CLOSE"), [""; 0]);
    let copied = arguments(&sent, "UID COPY");
    let copied: Vec<&str> = copied.into_iter().map(first).collect();
    // Both sources begin with a single message.
    assert_eq!(copied, ["1", "1", "2", "2:3"]);
    assert_eq!(arguments(&sent, "UID EXPUNGE"), copied);
    let marked = arguments(&sent, "UID STORE");
    assert!(
        marked
            .iter()
            .all(|mark| mark.contains("+FLAGS.SILENT (\\Deleted)")),
        "{marked:?}"
    );
    let marked: Vec<&str> = marked.into_iter().map(first).collect();
    assert_eq!(marked, copied);
    let after = scene.account();
    assert_eq!(after.names(), ["INBOX", "Sent", "Sent Items"]);
    assert_eq!((after.count("Sent"), after.count("Sent Items")), (9, 1));
    assert_eq!(after.bag(), before.bag());
    scene.is_settled("");
}

#[test]
fn without_uidplus_messages_are_moved_and_known_again_by_themselves() {
    let scene = Scene::three_sent_on(&hidden(&["UIDPLUS"]));
    let before = scene.account();
    scene.fix("");
    let after = scene.account();
    assert_eq!(after.names(), ["INBOX", "Sent"]);
    assert_eq!(after.bag(), before.bag());
    scene.is_settled("");
}

#[test]
fn with_neither_move_nor_uidplus_nothing_is_copied_and_a_person_is_told() {
    let scene = Scene::three_sent_on(&hidden(&["MOVE", "UIDPLUS"]));
    let before = scene.account();
    let plan = scene.tells("fix --dry-run", 0);
    assert_eq!(plan["steps"], serde_json::json!([]));
    assert_eq!(
        codes(&plan["manual"]),
        ["no-safe-removal", "no-safe-removal"]
    );
    scene.is_settled("");
    assert_eq!(scene.account(), before);
}

#[test]
fn with_neither_move_nor_uidplus_a_merge_is_done_when_it_is_asked_for() {
    let scene = Scene::three_sent_on(&hidden(&["MOVE", "UIDPLUS"]));
    let before = scene.account();
    scene.fix("--remove-without-uidplus");
    let sent = scene.proxy.mutating();
    assert_eq!(arguments(&sent, "UID MOVE"), [""; 0]);
    assert_eq!(arguments(&sent, "UID EXPUNGE"), [""; 0]);
    // EXPUNGE takes all that is marked, so it is only ever sent inside a tombstone.
    let commands = scene.proxy.commands();
    let mut open = "";
    for line in &commands {
        if let Some(name) = line.strip_prefix("SELECT ") {
            open = name;
        }
        assert!(
            line != "EXPUNGE" || open.starts_with("\"rolecall-"),
            "{open}"
        );
    }
    let after = scene.account();
    assert_eq!(after.names(), ["INBOX", "Sent"]);
    assert_eq!(after.bag(), before.bag());
    scene.is_settled("--remove-without-uidplus");
}

/// 98 of 100 kilobytes are in use.
fn full(setup: &Setup) -> Scene {
    let scene = Scene::on(&Setup {
        quota: Some(100),
        ..setup.clone()
    });
    let mut raw = scene.raw();
    raw.create("Sent");
    raw.create("Sent Items");
    for number in 0..14 {
        let name = if number < 8 { "Sent" } else { "Sent Items" };
        raw.append(name, "\\Seen", DATE, &text(number, 7_000));
    }
    scene
}

#[test]
fn a_merge_needs_no_room_on_a_server_that_is_98_percent_full() {
    let scene = full(&Setup::default());
    let before = scene.account();
    let (_, refused) = scene.raw().try_append("INBOX", "", DATE, &text(99, 7_000));
    assert!(refused.contains("OVERQUOTA"), "{refused}");
    scene.fix("");
    let after = scene.account();
    assert_eq!(after.names(), ["INBOX", "Sent"]);
    assert_eq!(after.bag(), before.bag());
    scene.is_settled("");
}

#[test]
fn a_copy_that_does_not_fit_stops_the_merge_and_a_later_one_goes_on() {
    let scene = full(&hidden(&["MOVE"]));
    let before = scene.account();
    let receipt = scene.tells("fix --yes --settle 0", 3);
    assert_eq!(receipt["steps"][0]["outcome"], "refused");
    assert_eq!(receipt["steps"][0]["source_after"], "left");
    let after = scene.account();
    assert_eq!(after.names(), before.names());
    assert_eq!(after.bag(), before.bag(), "nothing lost, nothing doubled");

    // Once there is room, the next run finishes it.
    let mut raw = scene.raw();
    raw.ok("SELECT Sent");
    raw.ok("STORE 1:8 +FLAGS.SILENT (\\Deleted)");
    raw.ok("EXPUNGE");
    let before = scene.account();
    scene.fix("");
    let after = scene.account();
    assert_eq!(after.bag(), before.bag());
    assert_eq!(after.names(), ["INBOX", "Sent"]);
}

/// Three Sent on a server with access rights, where the owner has only these on Sent Items.
fn restricted(rights: &str) -> Scene {
    let scene = Scene::three_sent_on(&Setup {
        acl: true,
        ..Setup::default()
    });
    let folder = scene
        .server
        .home("alice")
        .join("mail/mailboxes/Sent Items/dbox-Mails");
    fs::write(folder.join("dovecot-acl"), format!("owner {rights}\n")).unwrap();
    scene
}

fn step<'r>(receipt: &'r Value, source: &str) -> &'r Value {
    let id = usize::from(source == "Sent Items");
    &receipt["steps"][id]
}

#[test]
fn a_source_that_may_not_be_removed_is_emptied_and_stays() {
    let scene = restricted("lrwstipe");
    let before = scene.account();
    let receipt = scene.tells("fix --yes --settle 0", 3);
    let refused = step(&receipt, "Sent Items");
    assert_eq!(refused["moved"], 3);
    assert_eq!(refused["source_after"], "left");
    assert!(
        refused["message"]
            .as_str()
            .unwrap()
            .contains("does not let"),
        "{refused}"
    );
    assert_eq!(step(&receipt, "Courrier envoyé")["source_after"], "removed");
    let after = scene.account();
    assert_eq!((after.count("Sent"), after.count("Sent Items")), (9, 0));
    assert_eq!(after.bag(), before.bag());
    assert!(!after.subscribed.contains("Sent Items"));
    scene.is_settled("");
}

#[test]
fn a_source_whose_messages_may_not_be_moved_is_left_as_it_is() {
    let scene = restricted("lrwstipkx");
    let before = scene.account();
    let receipt = scene.tells("fix --yes --settle 0", 3);
    let refused = step(&receipt, "Sent Items");
    assert_eq!(refused["outcome"], "refused");
    assert_eq!(refused["moved"], 0);
    assert_eq!(refused["source_after"], "left");
    let after = scene.account();
    assert_eq!(after.messages["Sent Items"], before.messages["Sent Items"]);
    assert_eq!(after.bag(), before.bag());
    assert!(after.subscribed.contains("Sent Items"));
}
