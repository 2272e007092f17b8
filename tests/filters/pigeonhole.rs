//! What Pigeonhole does with the scripts of an account whose mailboxes are merged.

use crate::{
    filters::stage::{FORWARD, HEADER, Stage},
    support::dovecot::Setup,
};

/// The usual server with these lines at the end of its configuration.
fn with(lines: &str) -> Setup {
    Setup {
        extra: lines.to_owned(),
        ..Setup::default()
    }
}

/// A script that forwards, answers and files, as a person writes it who is away.
fn away(mailbox: &str) -> String {
    format!(
        "require [\"fileinto\", \"copy\", \"vacation\"];
redirect :copy \"{FORWARD}\";
vacation :addresses [\"alice@example.test\"] \"Away.\";
fileinto \"{mailbox}\";
"
    )
}

#[test]
fn a_merge_turns_off_the_forwarding_and_the_answer_of_a_rule_that_files_into_the_source() {
    let stage = Stage::pigeonhole(Setup::default());
    let alice = stage.account("alice");
    alice.make(&["Sent", "Sent Items"]);
    alice.sieve().filter(&away("Sent Items"));
    assert_eq!(alice.delivered(1, HEADER), ["Sent Items"]);
    assert_eq!((alice.forwarded(), alice.answered()), (1, 1));
    alice.fix("--no-filters");
    assert_eq!(alice.place_of(1), ["Sent"]);
    let other = HEADER.replace("camille", "dominique");
    assert_eq!(alice.delivered(2, &other), ["INBOX"]);
    assert_eq!((alice.forwarded(), alice.answered()), (1, 1));
    // Nobody is told: not even who puts the same script there again.
    let mut sieve = alice.sieve();
    let answer = sieve.put("again", &away("Sent Items"));
    assert!(answer.starts_with("OK"), "{answer}");
    let (_, answer) = sieve.command("CHECKSCRIPT \"\"");
    assert!(answer.starts_with("OK"), "{answer}");
}

#[test]
fn where_delivery_makes_mailboxes_the_merged_one_comes_back() {
    let stage = Stage::pigeonhole(with(
        "lda_mailbox_autocreate = yes\nlda_mailbox_autosubscribe = yes\n",
    ));
    let alice = stage.account("alice");
    alice.make(&["Sent", "Sent Items"]);
    alice.sieve().filter(&away("Sent Items"));
    alice.fix("--no-filters");
    assert_eq!(alice.delivered(1, HEADER), ["Sent Items"]);
    assert_eq!((alice.forwarded(), alice.answered()), (1, 1));
    assert!(alice.raw().subscriptions().contains("Sent Items"));
}

/// Names of mailboxes are UTF-8 in scripts, letter by letter: no other form of the same letters, no modified UTF-7, no other
/// delimiter. Below a prefix they are whole; only `INBOX` may be written as anyone likes.
#[test]
fn names_in_scripts_are_utf_8_letter_by_letter_with_the_prefix() {
    let plain = [
        ("Courrier envoyé", "Courrier envoy&AOk-"),
        ("Courrier envoy&AOk-", "INBOX"),
        ("Courrier envoye\u{301}", "INBOX"),
        ("courrier envoyé", "INBOX"),
        ("A/B", "A/B"),
        ("A.B", "INBOX"),
        ("/A/B", "INBOX"),
        ("INBOX/A/B", "INBOX"),
        ("INBOX/C", "INBOX/C"),
        ("inbox/C", "INBOX/C"),
    ];
    let prefixed = [
        ("INBOX.Courrier envoyé", "INBOX.Courrier envoy&AOk-"),
        ("inbox.Courrier envoyé", "INBOX.Courrier envoy&AOk-"),
        ("Courrier envoyé", "INBOX"),
        ("INBOX.A.B", "INBOX.A.B"),
        ("INBOX.A/B", "INBOX"),
        ("A.B", "INBOX"),
    ];
    for (setup, names) in [
        (Setup::default(), &plain[..]),
        (Setup::inbox_dot(), &prefixed),
    ] {
        let (prefix, separator) = (setup.prefix, setup.separator);
        let stage = Stage::pigeonhole(setup);
        let alice = stage.account("alice");
        alice.make(&[
            &format!("{prefix}Courrier envoy&AOk-"),
            &format!("{prefix}A{separator}B"),
            &format!("INBOX{separator}C"),
        ]);
        alice.files_as(names);
    }
}

/// One rule keeps a copy, a later one files: where both name one mailbox, the message is in INBOX as well, and so it comes to
/// be where two names are made one.
#[test]
fn a_copy_and_a_filing_into_one_mailbox_leave_another_in_the_inbox() {
    let stage = Stage::pigeonhole(Setup::default());
    let alice = stage.account("alice");
    alice.make(&["A", "B"]);
    let rules = |second: &str| {
        format!(
            "require [\"fileinto\", \"copy\"];\nfileinto :copy \"A\";\nfileinto \"{second}\";\n"
        )
    };
    alice.sieve().filter(&rules("B"));
    assert_eq!(alice.delivered(1, HEADER), ["A", "B"]);
    alice.sieve().filter(&rules("A"));
    assert_eq!(alice.delivered(2, HEADER), ["A", "INBOX"]);
}

/// A script that the user wrote before there was ManageSieve runs, is listed nowhere, and is put aside by the first
/// SETACTIVE of anything.
#[test]
fn a_plain_script_runs_unlisted_and_is_moved_away_by_setactive() {
    let stage = Stage::pigeonhole(Setup::default());
    for (user, name) in [("alice", "main"), ("bob", "")] {
        let account = stage.account(user);
        account.make(&["Lists"]);
        let rule = "require \"fileinto\";\nfileinto \"Lists\";\n";
        stage.dovecot().place(user, ".dovecot.sieve", rule);
        assert_eq!(account.delivered(1, HEADER), ["Lists"]);
        let mut sieve = account.sieve();
        assert_eq!(sieve.scripts(), [""; 0]);
        sieve.put("main", "keep;\n");
        assert_eq!(account.delivered(2, HEADER), ["Lists"]);
        sieve.ok(&format!("SETACTIVE \"{name}\""));
        assert_eq!(account.delivered(3, HEADER), ["INBOX"], "{user}");
        assert_eq!(sieve.scripts().first().unwrap(), "dovecot.orig");
        assert_eq!(sieve.script("dovecot.orig"), rule);
    }
}

#[test]
fn the_active_script_may_be_renamed_but_not_deleted_and_a_faulty_text_leaves_the_old_one() {
    let stage = Stage::pigeonhole(Setup::default());
    let mut sieve = stage.account("alice").sieve();
    sieve.filter("keep;\n");
    sieve.ok("RENAMESCRIPT \"main\" \"other\"");
    assert_eq!(sieve.scripts(), ["other*"]);
    let (_, end) = sieve.command("DELETESCRIPT \"other\"");
    assert!(end.starts_with("NO (ACTIVE)"), "{end}");
    let end = sieve.put("other", "fileinto;\n");
    assert!(end.starts_with("NO"), "{end}");
    assert_eq!(sieve.script("other"), "keep;\n");
}

/// RFC 8579: the rule finds the mailbox by its mark, whatever it is called.
#[test]
fn special_use_is_an_extension_that_an_administrator_turns_on() {
    let rule =
        "require [\"fileinto\", \"special-use\"];\nfileinto :specialuse \"\\\\Junk\" \"Spam\";\n";
    let plain = Stage::pigeonhole(Setup::default());
    let end = plain.account("alice").sieve().put("main", rule);
    assert!(end.starts_with("NO"), "{end}");
    let stage = Stage::pigeonhole(with("plugin {\n  sieve_extensions = +special-use\n}\n"));
    let alice = stage.account("alice");
    alice.make(&["Junk", "Spam"]);
    alice.sieve().filter(rule);
    assert_eq!(alice.delivered(1, HEADER), ["Junk"]);
}
