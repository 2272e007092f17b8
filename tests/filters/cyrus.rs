//! What Cyrus does with the scripts of an account whose mailboxes are merged.

use crate::{
    filters::stage::{Account, FORWARD, HEADER, Stage},
    servers::server::Kind,
};

const USERS: [&str; 4] = ["alice", "bob", "carol", "dave"];

#[test]
fn what_cyrus_does_with_rules_under_a_merge() {
    under_a_merge(Kind::Cyrus);
}

#[test]
#[ignore = "long: servers of later Debians"]
fn what_later_versions_of_cyrus_do_with_rules_under_a_merge() {
    under_a_merge(Kind::Cyrus310);
    under_a_merge(Kind::Cyrus312);
}

fn under_a_merge(kind: Kind) {
    let Some(stage) = Stage::cyrus_of(kind, "", &USERS) else {
        return;
    };
    a_merge_keeps_what_stands_before_the_filing_and_loses_the_rest(&stage.account("alice"));
    names_are_modified_utf_7(&stage.account("bob"));
    scripts_are_few_and_short(&stage.account("carol"));
    the_active_script_may_be_renamed(&stage.account("dave"));
}

fn a_merge_keeps_what_stands_before_the_filing_and_loses_the_rest(alice: &Account<'_>) {
    alice.make(&["Sent", "Sent Items", "Copies"]);
    let before = "require [\"fileinto\", \"copy\"];\nredirect :copy \"";
    let rule = format!("{before}{FORWARD}\";\nfileinto \"Sent Items\";\nfileinto \"Copies\";\n");
    alice.sieve().filter(&rule);
    assert_eq!(alice.delivered(1, HEADER), ["Copies", "Sent Items"]);
    assert_eq!(alice.forwarded(), 1);
    alice.fix("--no-filters");
    assert_eq!(alice.delivered(2, HEADER), ["INBOX"]);
    assert_eq!(alice.forwarded(), 2);
}

/// A delimiter too many does no harm, and `INBOX` may be written as anyone likes.
fn names_are_modified_utf_7(bob: &Account<'_>) {
    bob.make(&["Courrier envoy&AOk-", "A/B", "INBOX/C"]);
    bob.files_as(&[
        ("Courrier envoy&AOk-", "Courrier envoy&AOk-"),
        ("Courrier envoyé", "INBOX"),
        ("courrier envoy&AOk-", "INBOX"),
        ("A/B", "A/B"),
        ("A.B", "INBOX"),
        ("/A/B", "A/B"),
        ("A//B", "A/B"),
        ("A/B/", "A/B"),
        ("INBOX/A/B", "INBOX"),
        ("inbox/C", "INBOX/C"),
    ]);
    let copy = "require [\"fileinto\", \"copy\"];\nfileinto :copy \"A/B\";\nfileinto \"A/B\";\n";
    bob.sieve().filter(copy);
    assert_eq!(bob.delivered(11, HEADER), ["A/B"], "one copy, and no other");
}

fn scripts_are_few_and_short(carol: &Account<'_>) {
    let mut sieve = carol.sieve();
    for number in 1..=5 {
        let end = sieve.put(&format!("number {number}"), "keep;\n");
        assert!(end.starts_with("OK"), "{end}");
    }
    let end = sieve.put("number 6", "keep;\n");
    assert!(end.starts_with("NO (QUOTA/MAXSCRIPTS)"), "{end}");
    let long = format!("# {}\nkeep;\n", "x".repeat(33 * 1024));
    let end = sieve.put("number 1", &long);
    assert!(end.starts_with("NO"), "{end}");
    assert_eq!(sieve.script("number 1"), "keep;\n");
}

fn the_active_script_may_be_renamed(dave: &Account<'_>) {
    let mut sieve = dave.sieve();
    sieve.filter("keep;\n");
    sieve.ok("RENAMESCRIPT \"main\" \"other\"");
    assert_eq!(sieve.scripts(), ["other*"]);
    let (_, end) = sieve.command("DELETESCRIPT \"other\"");
    assert!(end.starts_with("NO (ACTIVE)"), "{end}");
}

#[test]
fn where_cyrus_is_told_so_names_are_utf_8_and_the_merged_mailbox_comes_back() {
    let lines = "sieve_utf8fileinto: yes\nanysievefolder: yes\n";
    let Some(stage) = Stage::cyrus(lines, &USERS) else {
        return;
    };
    let alice = stage.account("alice");
    alice.make(&["Sent", "Courrier envoy&AOk-"]);
    let rule = "require \"fileinto\";\nfileinto \"Courrier envoyé\";\n";
    alice.sieve().filter(rule);
    assert_eq!(alice.delivered(1, HEADER), ["Courrier envoy&AOk-"]);
    alice.fix("--no-filters --target sent=Sent");
    assert_eq!(alice.place_of(1), ["Sent"]);
    assert_eq!(alice.delivered(2, HEADER), ["Courrier envoy&AOk-"]);
}

#[test]
fn where_mailboxes_are_below_inbox_names_in_scripts_are_too() {
    let lines = "altnamespace: no\nunixhierarchysep: no\n";
    let Some(stage) = Stage::cyrus(lines, &USERS) else {
        return;
    };
    let alice = stage.account("alice");
    alice.make(&["INBOX.Courrier envoy&AOk-", "INBOX.A.B"]);
    alice.files_as(&[
        ("INBOX.Courrier envoy&AOk-", "INBOX.Courrier envoy&AOk-"),
        ("inbox.Courrier envoy&AOk-", "INBOX.Courrier envoy&AOk-"),
        ("Courrier envoy&AOk-", "INBOX"),
        ("INBOX.A.B", "INBOX.A.B"),
        ("INBOX.A/B", "INBOX"),
        ("A.B", "INBOX"),
        ("user.alice.A.B", "INBOX.A.B"),
    ]);
}
