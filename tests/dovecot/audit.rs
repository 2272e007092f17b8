//! `rolecall audit`: what it tells of an account, and how little it asks for it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    dovecot::scene::{DATE, Scene, codes, hidden},
    support::{
        dovecot::Setup,
        raw::{quoted, text},
    },
};

/// A mailbox's role and the kinds of evidence for it.
fn judged(audit: &Value, name: &str) -> (Option<String>, Vec<String>) {
    let mailbox = audit["mailboxes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|mailbox| mailbox["name"] == name)
        .unwrap_or_else(|| panic!("{name} is not listed"));
    let kinds = mailbox["evidence"].as_array().unwrap().iter();
    (
        mailbox["role"].as_str().map(str::to_owned),
        kinds
            .map(|evidence| evidence["kind"].as_str().unwrap().to_owned())
            .collect(),
    )
}

fn role(word: &str, kinds: &[&str]) -> (Option<String>, Vec<String>) {
    let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    (Some(word.to_owned()), kinds)
}

/// Name to messages, octets and UIDVALIDITY, as the raw client sees them.
fn counted(scene: &Scene) -> BTreeMap<String, [u64; 3]> {
    let mut raw = scene.raw();
    let number = |text: &str, word: &str| -> u64 {
        let rest = text.split_once(&format!("{word} ")).unwrap().1;
        let end = rest.find([' ', ')']).unwrap();
        rest[..end].parse().unwrap()
    };
    raw.names()
        .into_iter()
        .map(|name| {
            let status = format!("STATUS {} (MESSAGES SIZE UIDVALIDITY)", quoted(&name));
            let line = String::from_utf8(raw.ok(&status).remove(0)).unwrap();
            let counts = ["MESSAGES", "SIZE", "UIDVALIDITY"].map(|word| number(&line, word));
            (name, counts)
        })
        .collect()
}

#[test]
fn every_mailbox_is_told_with_its_role_evidence_and_exact_counts() {
    let scene = Scene::three_sent();
    scene.raw().create("Projects");
    let audit = scene.tells("audit", 1);

    assert_eq!(judged(&audit, "Sent"), role("sent", &["attribute", "name"]));
    assert_eq!(judged(&audit, "Sent Items"), role("sent", &["name"]));
    assert_eq!(judged(&audit, "Courrier envoyé"), role("sent", &["name"]));
    assert_eq!(judged(&audit, "INBOX"), role("inbox", &["name"]));
    assert_eq!(judged(&audit, "Projects"), (None, vec![]));
    assert_eq!(audit["roles"]["sent"]["keep"], "Sent");
    assert!(codes(&audit["findings"]).contains(&"role-split"));

    let told: BTreeMap<String, [u64; 3]> = audit["mailboxes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mailbox| {
            let counts = ["messages", "size", "uid_validity"];
            (
                mailbox["wire_name"].as_str().unwrap().to_owned(),
                counts.map(|count| mailbox[count].as_u64().unwrap()),
            )
        })
        .collect();
    assert_eq!(told, counted(&scene));
    assert_eq!(told["Sent Items"][0], 3);
}

#[test]
fn the_exit_status_follows_the_severity_that_was_asked_for() {
    let scene = Scene::three_sent();
    for (options, status) in [
        ("", 1),
        ("--fail-on info", 1),
        ("--fail-on warning", 1),
        ("--fail-on error", 0),
        ("--fail-on never", 0),
    ] {
        scene.shows(&format!("audit {options}"), status);
    }
}

#[test]
fn a_clean_account_has_no_findings() {
    let scene = Scene::usual();
    for name in ["Drafts", "Junk", "Trash", "Sent", "Archive"] {
        scene.raw().create(name);
    }
    let audit = scene.tells("audit --fail-on info", 0);
    assert_eq!(audit["findings"], serde_json::json!([]));
    scene.is_settled("");
}

#[test]
fn marks_in_a_plain_list_count_although_the_server_does_not_offer_them() {
    let scene = Scene::three_sent_on(&hidden(&["SPECIAL-USE", "LIST-EXTENDED", "LIST-STATUS"]));
    let audit = scene.tells("audit", 1);
    assert_eq!(judged(&audit, "Sent"), role("sent", &["attribute", "name"]));
    let sent = scene.proxy.commands();
    assert!(sent.contains(&"LIST \"\" \"*\"".to_owned()), "{sent:?}");
    assert!(
        !sent.iter().any(|line| line.contains("RETURN (S")),
        "{sent:?}"
    );
}

#[test]
fn without_any_mark_the_names_decide() {
    let scene = Scene::three_sent_on(&Setup::without_special_use());
    let audit = scene.tells("audit", 1);
    assert_eq!(judged(&audit, "Sent"), role("sent", &["name"]));
    assert_eq!(audit["roles"]["sent"]["keep"], "Sent");
}

#[test]
fn names_are_told_without_the_prefix_getting_in_the_way() {
    let scene = Scene::on(&Setup::inbox_dot());
    scene.raw().create("INBOX.Sent");
    scene.raw().create("INBOX.Sent Items");
    scene.raw().create("INBOX.Kunden.Sent");
    let audit = scene.tells("audit", 1);
    assert_eq!(audit["server"]["delimiter"], ".");
    assert_eq!(audit["server"]["personal_prefix"], "INBOX.");
    assert_eq!(judged(&audit, "INBOX.Sent Items"), role("sent", &["name"]));
    assert_eq!(judged(&audit, "INBOX.Kunden.Sent").0, None);
    assert_eq!(audit["roles"]["sent"]["keep"], "INBOX.Sent");
}

#[test]
fn a_marked_mailbox_keeps_its_role_whatever_its_language() {
    let scene = Scene::on(&Setup {
        special: vec![
            ("Gesendete Objekte", "\\Sent", "no"),
            ("Gelöschte Objekte", "\\Trash", "subscribe"),
        ],
        ..Setup::default()
    });
    for name in ["Gesendete Objekte", "Sent", "Sent Items"] {
        scene.raw().create(name);
    }
    // More messages and all the clients' habits do not outweigh the mark.
    scene.raw().append("Sent", "", DATE, &text(1, 100));
    let audit = scene.tells("audit", 1);
    assert_eq!(audit["roles"]["sent"]["keep"], "Gesendete Objekte");
    assert_eq!(audit["roles"]["trash"]["keep"], "Gelöschte Objekte");
    let of = judged(&audit, "Gelöschte Objekte");
    assert_eq!(of, role("trash", &["attribute", "name"]));
}

#[test]
fn folders_of_the_users_own_have_no_role() {
    let scene = Scene::usual();
    let own = ["Sent to clients", "Clients/Sent", "Spam reports"];
    // Doubtful, so it is told and stays as well.
    let doubtful = "Old Trash";
    for name in own.into_iter().chain([doubtful]) {
        scene.raw().create(name);
        scene.raw().append(name, "", DATE, &text(1, 100));
    }
    scene.raw().create("Sent");
    let audit = scene.tells("audit", 0);
    for name in own {
        assert_eq!(judged(&audit, name).0, None, "{name}");
    }
    assert!(judged(&audit, doubtful).0.is_some());
    scene.is_settled("--include trash,junk");
}

#[test]
fn an_audit_takes_two_round_trips_however_many_mailboxes_there_are() {
    for extra in [0, 295] {
        let scene = Scene::three_sent();
        let mut raw = scene.raw();
        raw.create("Projects");
        for number in 0..extra {
            raw.ok(&format!("CREATE Projects/{number}"));
        }
        let audit = scene.tells("audit", 1);
        assert_eq!(audit["mailboxes"].as_array().unwrap().len(), 5 + extra);
        let bursts = scene.proxy.bursts();
        println!("{} mailboxes: {bursts:#?}", 5 + extra);
        let login = bursts
            .iter()
            .position(|burst| burst[0].starts_with("AUTHENTICATE"))
            .unwrap();
        let after = bursts[login + 1..]
            .iter()
            .filter(|burst| *burst != &["LOGOUT"])
            .count();
        assert_eq!(after, 2, "{bursts:#?}");
    }
}
