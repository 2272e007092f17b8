//! Nothing that people are told stays English for a French reader: results, errors, hints, remarks, explanations, the demo.
//!
//! Each command is given twice, in English and in French. A line of several words that is the same in both was not
//! translated; options, codes, names and commands to paste are the same on purpose.

use std::{collections::BTreeSet, fs, process::Command};

use rolecall::{demo::sample, model::finding::Code};

use crate::support::{rolecall, sample::SampleAccount, script::Script, shown};

/// The languages, as the locale says them.
const LOCALES: [&str; 2] = ["C.UTF-8", "fr_FR.UTF-8"];

/// Whether somebody reads it: three words of small letters behind each other.
fn is_sentence(line: &str) -> bool {
    let is_command = ["rolecall ", "ROLECALL_PASSWORD=", "$ rolecall"]
        .iter()
        .any(|head| line.trim_start().starts_with(head));
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_word = |word: &&str| {
        let word = word.trim_end_matches([',', ';', ':', '.', '?']);
        word.len() > 1 && word.bytes().all(|letter| letter.is_ascii_lowercase())
    };
    !is_command && words.windows(3).any(|three| three.iter().all(is_word))
}

/// The lines of a command that are English although French was asked for.
fn left_english(make: &dyn Fn() -> Command) -> Vec<String> {
    let [english, french] = LOCALES.map(|locale| {
        let mut command = make();
        command.env("LANG", locale);
        shown(&command.output().unwrap())
    });
    assert_eq!(
        english.rsplit("--- status").next(),
        french.rsplit("--- status").next(),
        "{english}\n{french}"
    );
    let english: BTreeSet<&str> = english.lines().map(str::trim).collect();
    let french = french.lines().map(str::trim);
    let same = french.filter(|line| is_sentence(line) && english.contains(line));
    same.map(str::to_owned).collect()
}

#[test]
fn every_error_of_the_command_line_is_french_for_a_french_reader() {
    let state = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = state.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let faulty = file("faulty.csv", "account,nmae\nimaps://a:b@h,x\npop3://c@h,\n");
    let list = file("list", "nobody\n");
    let accounts = file("good.csv", "account,name\nimaps://a@h,alice\n");
    let plan = file("plan.yaml", "schema: rolecall.plan/9\n");
    let table = file("table.yaml", "locale: fr\nroles:\n  snet:\n    - nme: x\n");
    let old = file("old.json", "{}\n");
    let nowhere = state.path().join("none/at/all").display().to_string();
    let at = format!("@{list}");
    let commands: Vec<Vec<&str>> = vec![
        vec!["explain", "role-spilt"],
        vec!["explain", "role-doubtful"],
        vec!["explain", "4"],
        vec!["explain"],
        vec!["audit", "alice"],
        vec!["audit", "imaps://h"],
        vec!["audit", "imaps://a:secret@h"],
        vec!["audit", "imaps://a@[h"],
        vec!["audit", "imaps://a@h:0"],
        vec!["audit", "imaps://a%zz@h"],
        vec!["audit", "pop3://a@h"],
        vec!["audit", "imap://a@127.0.0.1:1"],
        vec!["audit", "--client", "foo", "imaps://a@h"],
        vec!["audit", "--client", "sogoo", "imaps://a@h"],
        vec!["audit", "--client", "thunderbird:f_r", "imaps://a@h"],
        vec!["audit", "--since", &old, "imaps://a@h"],
        vec!["audit", "--since", &nowhere, "imaps://a@h"],
        vec!["audit", "--fail-on", "new", "imaps://a@h"],
        vec!["audit", "-o", &nowhere, "imaps://a@h"],
        vec!["audit", "--ca-file", &nowhere, "imaps://a@h"],
        vec!["audit", "--trace", &nowhere, "imaps://a@h"],
        vec!["audit", "--brand", "x", "imaps://a@h"],
        vec!["audit", "--format", "html", "imaps://a@h", "imaps://b@h"],
        vec!["audit", "--mappings", &table, "imaps://a@h"],
        vec!["audit", "--mappings", &nowhere, "imaps://a@h"],
        vec!["audit", "--password-file", &nowhere, "imap://a@127.0.0.1:1"],
        vec![
            "audit",
            "--password-command",
            "false",
            "imap://a@127.0.0.1:1",
        ],
        vec!["audit", "--accounts", &faulty],
        vec!["audit", "--accounts", &nowhere],
        vec!["audit", "--accounts", &accounts, &at],
        vec!["audit", "--accounts", &accounts, "alicia"],
        vec!["audit", "imaps://a@h", "imaps://b@h"],
        vec!["fix", "imaps://a@h"],
        vec!["fix", "--plan", &plan, "--yes"],
        vec!["fix", "--plan", &nowhere, "--yes"],
        vec!["fix", "--save-plan", &nowhere, "imaps://a@h"],
        vec!["fix", "--state-dir", &faulty, "--yes", "imaps://a@h"],
        vec!["plan", "show", &nowhere],
        vec!["clients", "--steps"],
        vec!["clients", "--role", "x=sent", "imaps://a@h"],
        vec!["clients", "--format", "csv"],
        vec!["accounts", "check", "--offline", &accounts],
        vec!["runs", "20261124T100203-k3v9"],
        vec!["runs"],
        vec!["runs", "--format", "html"],
        vec!["resume"],
        vec!["resume", "20261124T100203-k3v9"],
        vec!["undo", "--yes", "20261124T100203-k3v9"],
        vec!["undo", "--yes", "--batch", "0123456789ab"],
        vec!["schema", "adit"],
        vec!["mappings", "list", "--locale", "xx"],
        vec!["mappings", "list", "--format", "yaml"],
        vec!["mappings", "check", &table],
        vec!["man", "-o", &faulty],
    ];
    let mut wrong = Vec::new();
    for words in commands {
        let left = left_english(&|| rolecall(state.path(), &words));
        wrong.extend(left.into_iter().map(|line| format!("{words:?}: {line}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_servers_that_are_of_no_use_are_told_to_be_is_french() {
    let mut wrong = Vec::new();
    for (said, word) in [
        ("220 mail.example.com ESMTP", "SMTP"),
        ("+OK ready", "POP3"),
        ("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hello", "login"),
    ] {
        let state = tempfile::tempdir().unwrap();
        let script = Script::play(move |peer| {
            peer.say(said);
            while !peer.hear().is_empty() {}
        });
        let account = format!("imap://a@127.0.0.1:{}", script.port);
        let words = ["audit", "--timeout", "2", &account];
        let left = left_english(&|| rolecall(state.path(), &words));
        wrong.extend(left.into_iter().map(|line| format!("{word}: {line}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn results_remarks_and_sums_are_french_for_a_french_reader() {
    let state = tempfile::tempdir().unwrap();
    let server = SampleAccount::start();
    let url = server.url.clone();
    let accounts = state.path().join("accounts.csv");
    let wrong_user = url.replace(sample::USER, "nobody");
    fs::write(&accounts, format!("account\n{url}\n{wrong_user}\n")).unwrap();
    fs::write(state.path().join("password"), sample::PASSWORD).unwrap();
    let accounts = accounts.display().to_string();
    let plans = state.path().join("plans").display().to_string();
    let commands: Vec<Vec<&str>> = vec![
        vec!["audit", "-v", &url],
        vec!["audit", "--format", "markdown", &url],
        vec!["audit", "--role", "Nobody=sent", &url],
        vec!["clients", "--client", "thunderbird", &url],
        vec!["clients", "--steps", "--client", "thunderbird", &url],
        vec!["fix", "--dry-run", "-v", &url],
        vec!["fix", "--dry-run", "--include", "trash,junk", &url],
        vec!["fix", "--yes", "--target", "sent=Snet", &url],
        vec!["fix", "--yes", "--skip-step", "99", &url],
        vec![
            "fix",
            "--save-plan",
            &plans,
            "--accounts",
            &accounts,
            "--login-as",
            "x",
            "--jobs",
            "1",
        ],
        vec!["accounts", "check", &accounts],
    ];
    let mut wrong = Vec::new();
    for words in commands {
        let left = left_english(&|| {
            let mut command = rolecall(state.path(), &words);
            command.env("ROLECALL_PASSWORD", sample::PASSWORD);
            command
        });
        wrong.extend(left.into_iter().map(|line| format!("{words:?}: {line}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_run_its_story_and_its_undo_are_told_in_french() {
    let told = LOCALES.map(|locale| {
        let state = tempfile::tempdir().unwrap();
        let server = SampleAccount::start();
        let ask = |words: &[&str]| {
            let mut command = rolecall(state.path(), words);
            command.env("ROLECALL_PASSWORD", sample::PASSWORD);
            command.env("LANG", locale);
            shown(&command.output().unwrap())
        };
        let mut told = ask(&[
            "fix",
            "--yes",
            "--settle",
            "0",
            "--only",
            "sent",
            &server.url,
        ]);
        let run = told.split("rolecall undo ").nth(1).unwrap();
        let run = run.split_whitespace().next().unwrap().to_owned();
        told += &ask(&["runs"]);
        told += &ask(&["runs", &run]);
        told += &ask(&["undo", "--dry-run", &run]);
        told += &ask(&["undo", "--yes", "--settle", "0", &run]);
        told + &ask(&["undo", "--yes", &run])
    });
    let english: BTreeSet<&str> = told[0].lines().map(str::trim).collect();
    let french = told[1].lines().map(str::trim);
    let same: Vec<_> = french
        .filter(|line| is_sentence(line) && english.contains(line))
        .collect();
    assert!(same.is_empty(), "{same:#?}");
    assert!(told[1].contains("est maintenant « "), "{}", told[1]);
}

#[test]
fn the_demo_speaks_french_to_a_french_reader() {
    let state = tempfile::tempdir().unwrap();
    let mut command = rolecall(state.path(), &["demo", "--lang", "fr"]);
    command.env("LANG", "C");
    let told = shown(&command.output().unwrap());
    assert!(told.ends_with("--- status 0"), "{told}");
    assert!(
        told.contains("Faire l'appel") && told.contains("À votre compte maintenant"),
        "{told}"
    );
    for english in ["Call the roll", "mailboxes", "Nothing is changed"] {
        assert!(!told.contains(english), "{english} in\n{told}");
    }
}

#[test]
fn every_code_is_explained_in_french() {
    use rolecall::language::Language::French;
    for code in Code::EVERY {
        let (headline, explanation) = (code.headline(), code.explanation());
        assert_ne!(headline.say(French), headline.english(), "{code}");
        assert_ne!(explanation.say(French), explanation.english(), "{code}");
    }
}
