//! The product on accounts whose mail is sorted by scripts: what an audit tells, what a fix changes and what it refuses, and
//! where mail goes before, after, and after an undo.

use serde_json::Value;

use crate::{
    dovecot::{
        admins::{MASTER, with_master},
        scene::codes,
    },
    filters::stage::{Account, FORWARD, HEADER, Stage},
    support::{
        self,
        dovecot::{PASSWORD, Setup},
    },
};

/// What a person who is away has, with two mailboxes that are merged.
fn rules(envoyes: &str) -> String {
    format!(
        "require [\"fileinto\", \"copy\"];
# rule:[Forward]
if header :contains \"subject\" \"Bonjour\"
{{
\tredirect :copy \"{FORWARD}\";
\tfileinto \"{envoyes}\";
}}
# rule:[File]
if true
{{
\tfileinto \"Sent Items\";
}}
"
    )
}

/// An account with a script that forwards and files into two mailboxes which a fix merges into Sent.
fn forwarding<'s>(stage: &'s Stage, user: &str) -> Account<'s> {
    let account = stage.account(user);
    account.make(&["Sent", "Sent Items", "Courrier envoy&AOk-"]);
    let name = if stage.is_cyrus() {
        "Courrier envoy&AOk-"
    } else {
        "Courrier envoyé"
    };
    account.sieve().filter(&rules(name));
    account
}

/// Both servers, as far as they are not left out.
fn stages() -> Vec<Stage> {
    let pigeonhole = Stage::pigeonhole(Setup::default());
    let cyrus = Stage::cyrus("", &["alice", "bob"]);
    [pigeonhole].into_iter().chain(cyrus).collect()
}

const TO_SENT: &str = "--target sent=Sent";

#[test]
fn a_repaired_rule_files_into_the_mailbox_that_stays_and_after_an_undo_into_the_old_one() {
    for stage in stages() {
        let alice = forwarding(&stage, "alice");
        let both = ["Courrier envoy&AOk-", "Sent Items"];
        assert_eq!(alice.delivered(1, HEADER), both);
        let text = alice.sieve().script("main");
        let receipt = alice.fix(&format!("--repair-filters {TO_SENT}"));
        let scripts = alice.sieve().scripts();
        let [old, new] = scripts.as_slice() else {
            panic!("{scripts:?}");
        };
        assert_eq!(old, "main");
        assert!(
            new.starts_with("main.rolecall-") && new.ends_with('*'),
            "{new}"
        );
        assert_eq!(alice.sieve().script("main"), text, "the old one stays");
        // One copy: the server keeps no two of a message in one mailbox.
        assert_eq!(alice.delivered(2, HEADER), ["Sent"]);
        assert_eq!(alice.forwarded(), 2);
        let words = format!("undo --yes --settle 0 {}", receipt["run"].as_str().unwrap());
        support::run(alice.command_without_account(&words), 0);
        assert_eq!(
            alice.sieve().scripts(),
            ["main*", new.trim_end_matches('*')]
        );
        assert_eq!(alice.delivered(3, HEADER), both);
        assert_eq!(alice.forwarded(), 3);
    }
}

#[test]
fn an_audit_tells_which_rule_files_into_what_goes_and_which_into_nothing() {
    for stage in stages() {
        let alice = forwarding(&stage, "alice");
        let told = alice.audit();
        assert!(
            !codes(&told["findings"]).contains(&"filter-files-nowhere"),
            "{told:#}"
        );
        let here = |told: &Value, code: &str| -> Vec<Value> {
            let findings = told["findings"].as_array().unwrap().iter();
            findings
                .filter(|finding| finding["code"] == code)
                .cloned()
                .collect()
        };
        let found = here(&told, "filter-files-here");
        let places: Vec<(&Value, &Value)> = found
            .iter()
            .map(|finding| (&finding["places"][0]["line"], &finding["places"][0]["rule"]))
            .collect();
        assert_eq!(found.len(), 2, "{found:#?}");
        for place in [(6, "Forward"), (11, "File")] {
            let place = (&Value::from(place.0), &Value::from(place.1));
            assert!(places.contains(&place), "{found:#?}");
        }
        // The forwarding is at stake.
        assert!(found.iter().all(|finding| finding["severity"] == "error"));
        alice.fix(&format!("--despite-filters {TO_SENT}"));
        let told = alice.audit();
        let found = here(&told, "filter-files-nowhere");
        assert_eq!(found.len(), 2, "{told:#}");
        assert!(here(&told, "filter-files-here").is_empty(), "{told:#}");
    }
}

#[test]
fn a_plan_that_would_break_a_forwarding_is_not_applied_unasked() {
    let stage = Stage::pigeonhole(Setup::default());
    let alice = forwarding(&stage, "alice");
    let (told, status) = alice.tells(&format!("fix --yes --settle 0 {TO_SENT}"));
    assert_ne!(status, 0, "{told:#}");
    let hint = told["error"]["hint"].as_str().unwrap();
    assert!(hint.contains("--despite-filters"), "{hint}");
    assert_eq!(alice.raw().names().len(), 4);
    assert_eq!(alice.sieve().scripts(), ["main*"]);
    alice.fix(&format!("--no-filters {TO_SENT}"));
    assert_eq!(alice.sieve().scripts(), ["main*"]);
    assert_eq!(alice.delivered(1, HEADER), ["INBOX"]);
}

/// A script that no list shows would be put aside by the activation of another.
#[test]
fn where_no_script_is_active_none_is_activated_and_the_plan_says_so() {
    let stage = Stage::pigeonhole(Setup::default());
    let alice = stage.account("alice");
    alice.make(&["Sent", "Sent Items"]);
    let rule = "require \"fileinto\";\nfileinto \"Sent Items\";\n";
    stage.dovecot().place("alice", ".dovecot.sieve", rule);
    alice.sieve().put("main", rule);
    assert_eq!(alice.delivered(1, HEADER), ["Sent Items"]);
    let (plan, _) = alice.tells(&format!("fix --dry-run --repair-filters {TO_SENT}"));
    assert_eq!(codes(&plan["manual"]), ["filters-not-readable"], "{plan:#}");
    let told = plan["manual"][0]["message"].as_str().unwrap();
    assert!(told.contains("~/.dovecot.sieve"), "{told}");
    alice.fix(&format!("--repair-filters {TO_SENT}"));
    assert_eq!(alice.sieve().scripts(), ["main"]);
    assert_eq!(alice.home_file(".dovecot.sieve"), rule);
}

#[test]
fn where_filters_to_be_repaired_cannot_be_read_nothing_is_merged() {
    let stage = Stage::pigeonhole(Setup::default());
    let alice = forwarding(&stage, "alice");
    let before = alice.raw().names();
    // Nobody listens there.
    let elsewhere = format!("fix --yes --repair-filters --sieve-host 127.0.0.2 {TO_SENT}");
    let (told, status) = alice.tells(&elsewhere);
    assert_eq!(status, 3, "{told:#}");
    let why = told["error"]["message"].as_str().unwrap();
    assert!(why.starts_with("cannot repair the filters"), "{why}");
    assert_eq!(alice.raw().names(), before);
}

#[test]
fn a_script_that_somebody_has_changed_since_is_left_alone() {
    for stage in stages() {
        let alice = forwarding(&stage, "alice");
        let receipt = alice.fix(&format!("--repair-filters {TO_SENT}"));
        let scripts = alice.sieve().scripts();
        let new = scripts[1].trim_end_matches('*').to_owned();
        let own = "# changed\nkeep;\n";
        let end = alice.sieve().put(&new, own);
        assert!(end.starts_with("OK"), "{end}");
        let words = format!("undo --yes --settle 0 {}", receipt["run"].as_str().unwrap());
        let output = alice.command_without_account(&words).output().unwrap();
        let shown = support::shown(&output);
        assert_ne!(output.status.code(), Some(0), "{shown}");
        assert!(shown.contains("has been changed since"), "{shown}");
        assert_eq!(alice.sieve().scripts(), scripts, "{shown}");
        assert_eq!(alice.sieve().script(&new), own);
        assert_eq!(alice.delivered(1, HEADER), ["INBOX"]);
    }
}

/// Cyrus lets a user have five scripts.
#[test]
fn where_the_new_script_finds_no_room_the_mailboxes_that_it_files_into_stay() {
    let Some(stage) = Stage::cyrus("", &["alice"]) else {
        return;
    };
    let alice = forwarding(&stage, "alice");
    for number in 2..=5 {
        let end = alice.sieve().put(&format!("number {number}"), "keep;\n");
        assert!(end.starts_with("OK"), "{end}");
    }
    let (told, status) = alice.tells(&format!("fix --yes --settle 0 --repair-filters {TO_SENT}"));
    assert_eq!(status, 3, "{told:#}");
    assert!(
        told.to_string().contains("only allowed 5 scripts"),
        "{told:#}"
    );
    let names = alice.raw().names();
    assert!(
        names.contains("Sent Items") && names.contains("Courrier envoy&AOk-"),
        "{told:#}"
    );
    let both = ["Courrier envoy&AOk-", "Sent Items"];
    assert_eq!(alice.delivered(1, HEADER), both);
    assert_eq!(alice.forwarded(), 1);
}

/// A name in UTF-8 is read, and the new one written so, also where the server's default is modified UTF-7.
#[test]
fn where_cyrus_takes_utf_8_names_are_read_and_written_in_utf_8() {
    let Some(stage) = Stage::cyrus("sieve_utf8fileinto: yes\n", &["alice"]) else {
        return;
    };
    let alice = stage.account("alice");
    alice.make(&[
        "Sent",
        "Courrier envoy&AOk-",
        "&AMk-l&AOk-ments envoy&AOk-s",
    ]);
    let rule = "require \"fileinto\";\nfileinto \"Courrier envoyé\";\n";
    alice.sieve().filter(rule);
    alice.fix("--repair-filters --target sent=Éléments_envoyés");
    assert_eq!(alice.delivered(1, HEADER), ["&AMk-l&AOk-ments envoy&AOk-s"]);
}

/// Cyrus takes names in one of two ways, which an administrator sets and nothing shows: where no name in the script tells
/// which, none that differs is written.
#[test]
fn a_name_is_not_written_where_nothing_shows_how_the_server_takes_it() {
    let Some(stage) = Stage::cyrus("sieve_utf8fileinto: yes\n", &["alice", "bob"]) else {
        return;
    };
    let alice = stage.account("alice");
    alice.make(&["Sent Items", "Courrier envoy&AOk-"]);
    let rule = "require \"fileinto\";\nfileinto \"Sent Items\";\n";
    alice.sieve().filter(rule);
    let options = "--repair-filters --target sent=Courrier_envoyé";
    let (plan, _) = alice.tells(&format!("fix --dry-run {options}"));
    assert_eq!(codes(&plan["manual"]), ["filter-files-here"], "{plan:#}");
    let told = plan["manual"][0]["message"].as_str().unwrap();
    assert!(told.contains("one of two encodings"), "{told}");
    // One that the script names already shows it; here it is the other one.
    let both = "require \"fileinto\";\nif size :over 1M { fileinto \"Courrier envoyé\"; }\nfileinto \"Sent Items\";\n";
    alice.sieve().filter(both);
    let (plan, _) = alice.tells(&format!("fix --dry-run {options}"));
    assert_eq!(codes(&plan["manual"]), ["filter-files-here"], "{plan:#}");
    let shown = both.replace("Courrier envoyé", "Courrier envoy&AOk-");
    alice.sieve().filter(&shown);
    let (plan, _) = alice.tells(&format!("fix --dry-run {options}"));
    assert_eq!(codes(&plan["manual"]), [""; 0], "{plan:#}");
}

#[test]
fn filters_are_read_over_starttls_and_by_an_administrator_for_a_user() {
    let pigeonhole = Stage::pigeonhole(with_master());
    let cyrus = Stage::cyrus("", &["alice", "boss"]);
    let boss = [
        ("--login-as boss --master-separator *", MASTER),
        ("--login-as boss", PASSWORD),
    ];
    for (stage, (way, secret)) in [pigeonhole].into_iter().chain(cyrus).zip(boss) {
        let alice = forwarding(&stage, "alice");
        let authority = stage.authority();
        let words = format!("audit --format json --ca-file {}", authority.display());
        let (secured, _) = support::told(alice.command_over_tls(&words));
        let mut command = alice.command(&format!("audit --format json {way}"));
        command.env("ROLECALL_PASSWORD", secret);
        let (for_alice, _) = support::told(command);
        for told in [secured, for_alice] {
            assert!(
                codes(&told["findings"]).contains(&"filter-files-here"),
                "{told:#}"
            );
        }
    }
}
