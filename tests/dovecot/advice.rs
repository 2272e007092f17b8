//! What the plan tells an administrator is loaded by a real Dovecot, and then the listing carries the attributes.

use std::{fs, process::Command};

use rolecall::model::mutf7;
use serde_json::Value;

use crate::{
    dovecot::scene::Scene,
    support::{self, dovecot::Setup, raw::quoted},
};

const FRENCH: [(&str, &str); 5] = [
    ("Courrier envoy&AOk-", "\\Sent"),
    ("Brouillons", "\\Drafts"),
    ("Corbeille", "\\Trash"),
    ("Courrier ind&AOk-sirable", "\\Junk"),
    ("Archives", "\\Archive"),
];

/// A server that marks one name, which this account has no mailbox of.
fn marking_elsewhere(setup: Setup) -> Setup {
    Setup {
        special: vec![("Sent", "\\Sent", "no")],
        ..setup
    }
}

fn account(setup: &Setup, wire_names: &[String]) -> Scene {
    let scene = Scene::on(setup);
    let mut raw = scene.raw();
    for name in wire_names {
        raw.create(name);
    }
    scene
}

/// The entry for the administrator, of which there is at most one.
fn mark(plan: &Value) -> Option<&Value> {
    let manual = plan["manual"].as_array().unwrap().iter();
    let mut marks = manual.filter(|entry| entry["code"] == "mark-by-administrator");
    let mark = marks.next();
    assert!(marks.next().is_none());
    mark
}

/// Its lines to paste.
fn lines(plan: &Value) -> String {
    mark(plan).unwrap()["snippet"].as_str().unwrap().to_owned() + "\n"
}

/// Whether LIST shows this name with this attribute.
fn is_marked(scene: &Scene, wire: &str, attribute: &str) -> bool {
    let answer = scene.raw().ok(&format!("LIST \"\" {}", quoted(wire)));
    let line = String::from_utf8(answer[0].clone()).unwrap();
    let attributes = line.split_once(')').unwrap().0.to_owned();
    attributes.split(['(', ' ']).any(|one| one == attribute)
}

#[test]
fn dovecot_loads_what_the_plan_says_and_marks_the_french_names() {
    for setup in [Setup::default(), Setup::inbox_dot()] {
        let setup = marking_elsewhere(setup);
        let names = FRENCH.map(|(name, _)| format!("{}{name}", setup.prefix));
        let before = account(&setup, &names);
        let plan = before.tells("fix --dry-run --include trash,junk", 0);
        let extra = lines(&plan);

        let after = account(&Setup { extra, ..setup }, &names);
        for (name, (_, attribute)) in names.iter().zip(FRENCH) {
            assert!(!is_marked(&before, name, attribute), "{name} before");
            assert!(is_marked(&after, name, attribute), "{name} after");
        }
        let plan = after.tells("fix --dry-run --include trash,junk", 0);
        assert_eq!(mark(&plan), None);
    }
}

#[test]
fn names_that_try_to_get_out_are_loaded_as_names() {
    for name in [
        "a \\ b \\",
        "x } y { # z",
        "$(reboot) `reboot`",
        "it's 100\u{2019}",
        "Dossiers/Envoy\u{e9}s",
    ] {
        let setup = marking_elsewhere(Setup::default());
        let wire = name.replace('\u{e9}', "&AOk-").replace('\u{2019}', "&IBk-");
        let before = account(&setup, std::slice::from_ref(&wire));
        let mut command = before.command("fix --dry-run --format json");
        command.arg(format!("--role={name}=sent"));
        let extra = lines(&support::json(command, 0));
        let after = account(&Setup { extra, ..setup }, std::slice::from_ref(&wire));
        assert!(is_marked(&after, &wire, "\\Sent"), "{name}");
    }
}

#[test]
fn a_name_that_dovecot_cannot_read_there_is_not_written_there() {
    let setup = marking_elsewhere(Setup::default());
    let name = "say \"sent\"";
    let scene = account(&setup, &[name.to_owned()]);
    let mut command = scene.command("fix --dry-run --format json");
    command.arg(format!("--role={name}=sent"));
    let plan = support::json(command, 0);
    assert_eq!(mark(&plan).unwrap()["snippet"], Value::Null);
}

/// Whether `doveconf -n` reads each of the French marks in this configuration.
fn dovecot_reads(configuration: &str, extra: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dovecot.conf");
    fs::write(&file, configuration).unwrap();
    fs::write(folder.path().join("extra.conf"), extra).unwrap();
    let output = Command::new("doveconf")
        .arg("-n")
        .arg("-c")
        .arg(&file)
        .output();
    let output = output.unwrap();
    assert!(output.status.success(), "{output:?}");
    let read = String::from_utf8(output.stdout).unwrap();
    for (name, attribute) in FRENCH {
        let name = mutf7::decode(name.as_bytes()).unwrap();
        let quotes = if name.contains(' ') { "\"" } else { "" };
        let section =
            format!("  mailbox {quotes}{name}{quotes} {{\n    special_use = {attribute}\n  }}\n");
        assert!(read.contains(&section), "{name}: {read}");
    }
}

#[test]
fn mailcow_and_iredmail_read_the_lines_where_they_are_told_to_put_them() {
    let setup = marking_elsewhere(Setup::default());
    let scene = account(&setup, &FRENCH.map(|(name, _)| name.to_owned()));
    let lines = lines(&scene.tells("fix --dry-run --include trash,junk", 0));
    let mailcow = "namespace inbox {\n  inbox = yes\n  separator = /\n  mailbox Sent {\n    special_use = \\Sent\n  }\n}\n!include_try extra.conf\n";
    dovecot_reads(mailcow, &lines);
    let sections = lines.split_once("namespace inbox {\n").unwrap().1;
    let iredmail =
        format!("namespace {{\n  type = private\n  separator = /\n  inbox = yes\n{sections}");
    dovecot_reads(&iredmail, "");
}

#[test]
fn people_are_told_in_their_language_and_programs_in_english() {
    let setup = marking_elsewhere(Setup::default());
    let names = FRENCH.map(|(name, _)| name.to_owned());
    let scene = account(&setup, &names);
    let french = scene.shows("fix --dry-run --lang fr", 0);
    assert!(french.contains("seul l'administrateur"), "{french}");
    let mut by_locale = scene.command("fix --dry-run");
    by_locale.env("LANG", "fr_FR.UTF-8");
    assert!(support::run(by_locale, 0).contains("seul l'administrateur"));
    let plan = scene.tells("fix --dry-run --lang fr", 0);
    let message = mark(&plan).unwrap()["message"].as_str().unwrap();
    assert!(message.starts_with("only the server's administrator"));
}

#[test]
fn steps_for_clients_are_told_on_request_only() {
    let scene = account(&Setup::default(), &FRENCH.map(|(name, _)| name.to_owned()));
    let asked = scene.shows("clients --client thunderbird --steps --lang fr", 0);
    // `fix` for the same client gives this mailbox the name that Thunderbird looks for.
    let line = format!(
        "\n    user_pref(\"mail.identity.id1.fcc_folder\", \"imap://{}@127.0.0.1/Sent\");\n",
        scene.user
    );
    assert!(asked.contains(&line), "{asked}");
    assert!(asked.contains("Exécutez-le d'abord."), "{asked}");
    assert!(
        asked.contains("1. Ouvrez Paramètres des comptes"),
        "{asked}"
    );
    assert!(!asked.contains("Outlook"), "{asked}");
    let unasked = scene.shows("clients --client thunderbird", 0);
    assert!(!unasked.contains("user_pref"), "{unasked}");
    let common = scene.shows("clients --steps", 0);
    let lines: Vec<&str> = common.lines().collect();
    let begun = lines.windows(2).filter(|two| two[1].starts_with("1. "));
    let told: Vec<&str> = begun.map(|two| two[0]).collect();
    let expected =
        "Apple Mail, iOS Mail, Outlook 365, Roundcube, SOGo, Thunderbird, Thunderbird Android";
    assert_eq!(told.join(", "), expected, "{common}");
}
