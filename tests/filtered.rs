//! Accounts with filters: what an audit finds, and what a plan says or does about them.

use rolecall::{
    judge::Judged,
    language::Language,
    model::{
        finding::{Code, Finding, Severity},
        plan::{Action, FilterChange, Plan},
        role::Role,
    },
    planner::Policy,
    sieve::{Filters, StoredScript},
};

use crate::imagined;

const REQUIRE: &str =
    "require [\"fileinto\", \"mailbox\", \"copy\", \"vacation\", \"variables\", \"include\"];\n";

fn script(name: &str, is_active: bool, rules: &str) -> StoredScript {
    StoredScript::new(
        name.to_owned(),
        is_active,
        format!("{REQUIRE}{rules}").as_bytes(),
    )
}

fn filters(rules: &str) -> Filters {
    read(vec![script("main", true, rules)])
}

fn read(scripts: Vec<StoredScript>) -> Filters {
    Filters::Read {
        implementation: "Pigeonhole".to_owned(),
        extensions: std::collections::BTreeSet::new(),
        scripts,
    }
}

/// An account with these mailboxes, the marks of some, and filters.
fn account(mailboxes: &[(&str, &str)], software: &str, filters: Filters) -> Judged {
    let mut listing = imagined::account();
    listing.server.software = Some(software.to_owned());
    listing.server.capabilities = ["IMAP4REV1", "MOVE", "UIDPLUS", "SPECIAL-USE"]
        .map(str::to_owned)
        .into();
    for (text, mark) in std::iter::once(&("INBOX", "")).chain(mailboxes) {
        let mut mailbox = imagined::mailbox(text);
        let mark = Some((*mark).to_owned()).filter(|mark| !mark.is_empty());
        mailbox.attributes.extend(mark);
        mailbox.status.messages = Some(3);
        mailbox.status.uid_validity = Some(7);
        mailbox.status.uid_next = Some(9);
        listing.mailboxes.insert(mailbox);
    }
    let mut judged = imagined::criteria().judge(listing).unwrap();
    judged.know_filters(filters);
    judged
}

const SENT: [(&str, &str); 3] = [
    ("Sent", "\\Sent"),
    ("Sent Items", ""),
    ("Courrier envoyé", ""),
];

/// The findings about filters: code, severity, lines.
fn found(judged: &Judged) -> Vec<(Code, Severity, Vec<u32>)> {
    let of_filters = |finding: &&Finding| finding.code.word().starts_with("filter");
    let found = judged.findings.iter().filter(of_filters);
    found
        .map(|one| {
            let lines = one.places.iter().map(|place| place.line);
            (one.code, one.severity, lines.collect())
        })
        .collect()
}

fn plan(judged: &Judged, change: impl FnOnce(&mut Policy)) -> Plan {
    let mut policy = Policy::default();
    change(&mut policy);
    let plan = imagined::criteria().plan(judged, &policy);
    assert_eq!(plan.check(), Ok(()));
    assert!(plan.is_intact());
    plan
}

fn repair(policy: &mut Policy) {
    policy.repair_filters = true;
}

fn change(plan: &Plan) -> Option<&FilterChange> {
    plan.steps.iter().find_map(|step| step.filter.as_ref())
}

#[test]
fn a_rule_that_files_into_what_is_merged_is_found_and_is_worse_beside_forwards() {
    let rules = "if true { fileinto \"Sent Items\"; }\nif true { fileinto \"Sent\"; }\n";
    let judged = account(&SENT, "Dovecot", filters(rules));
    let warning = (Code::FilterFilesHere, Severity::Warning, vec![2]);
    assert_eq!(found(&judged), [warning]);
    for act in ["redirect \"a@example.org\"", "vacation \"away\""] {
        let judged = account(&SENT, "Dovecot", filters(&format!("{rules}{act};\n")));
        let error = (Code::FilterFilesHere, Severity::Error, vec![2]);
        assert_eq!(found(&judged), [error]);
        let finding = &judged.findings[0];
        assert_eq!(finding.role, Some(Role::Sent));
        assert!(finding.message.english().contains("\"Sent Items\""));
    }
}

#[test]
fn a_rule_that_is_off_or_bears_that_its_mailbox_is_gone_is_not_told_of() {
    let rules = [
        "if false { fileinto \"Nowhere\"; }",
        "fileinto :create \"Nowhere\";",
        "if mailboxexists \"Nowhere\" { fileinto \"Nowhere\"; }",
        "fileinto \"inbox\";",
        "# fileinto \"Nowhere\";",
        "vacation text:\nfileinto \"Nowhere\";\n.\n;",
    ];
    for rule in rules {
        assert_eq!(
            found(&account(&SENT, "Dovecot", filters(rule))),
            [],
            "{rule}"
        );
    }
    let told = account(&SENT, "Dovecot", filters("fileinto \"Nowhere\";"));
    let nowhere = (Code::FilterFilesNowhere, Severity::Warning, vec![2]);
    assert_eq!(found(&told), [nowhere]);
}

#[test]
fn a_name_in_a_form_that_the_server_takes_for_another_is_told_with_the_one_that_is_meant() {
    let mutf7 = "fileinto \"Courrier envoy&AOk-\";";
    let decomposed = "fileinto \"Courrier envoye\u{301}\";";
    for (software, rule, is_told) in [
        ("Dovecot", mutf7, true),
        ("Cyrus IMAP 3.6", mutf7, false),
        ("Dovecot", decomposed, true),
        ("Dovecot", "fileinto \"Courrier envoyé\";", false),
    ] {
        let mailboxes = [("Courrier envoyé", "\\Sent")];
        let judged = account(&mailboxes, software, filters(rule));
        let codes: Vec<Code> = found(&judged).into_iter().map(|one| one.0).collect();
        let expected: &[Code] = if is_told {
            &[Code::FilterFilesNowhere]
        } else {
            &[]
        };
        assert_eq!(codes, expected, "{software}: {rule}");
    }
}

#[test]
fn what_cannot_be_known_of_filters_is_said() {
    for (filters, code) in [
        (
            Filters::NotReadable("no".into()),
            Some(Code::FiltersNotReadable),
        ),
        (Filters::Silent, None),
        (Filters::NotAsked, None),
        (read(vec![]), None),
        (
            filters("fileinto \"${folder}\";"),
            Some(Code::FiltersNotReadable),
        ),
        (
            filters("include :global \"company\";"),
            Some(Code::FiltersNotReadable),
        ),
        (
            filters("if true { fileinto \"Sent\""),
            Some(Code::FiltersNotReadable),
        ),
    ] {
        let judged = account(&SENT, "Dovecot", filters);
        let codes: Vec<Code> = found(&judged).into_iter().map(|one| one.0).collect();
        assert_eq!(
            codes,
            code.into_iter().collect::<Vec<Code>>(),
            "{:?}",
            judged.filters
        );
    }
}

#[test]
fn where_a_script_cannot_be_read_is_said_in_both_languages() {
    let judged = account(&SENT, "Dovecot", filters("if true { fileinto \"Sent"));
    let mut told = judged.findings.iter();
    let told = told.find(|one| one.code == Code::FiltersNotReadable);
    let message = &told.unwrap().message;
    for (language, part) in [
        (
            Language::English,
            "line 2, column 20: a string that does not end",
        ),
        (
            Language::French,
            "ligne 2, colonne 20 : une chaîne sans fin",
        ),
    ] {
        let said = message.say(language).replace('\u{a0}', " ");
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn a_plan_says_which_rules_it_leaves_behind_or_changes_them_before_it_merges() {
    let rules = "redirect \"a@example.org\";\nfileinto \"Courrier envoyé\";\n";
    let judged = account(&SENT, "Dovecot", filters(rules));
    let told = plan(&judged, |_| {});
    let codes: Vec<Code> = told.warnings.iter().map(|one| one.code).collect();
    assert_eq!(codes, [Code::FilterFilesHere, Code::FilterWouldBreak]);
    assert_eq!(change(&told), None);

    let repaired = plan(&judged, repair);
    assert_eq!(repaired.warnings, []);
    let actions: Vec<Action> = repaired.steps.iter().map(|step| step.action).collect();
    assert_eq!(
        actions,
        [Action::RepairFilters, Action::Merge, Action::Merge]
    );
    let change = change(&repaired).unwrap();
    assert_eq!(change.script, "main");
    assert_eq!(
        change.to,
        format!("main.rolecall-{}", &change.to_sha256[..8])
    );
    let names: Vec<(&str, &str)> = change
        .names
        .iter()
        .map(|name| (name.from.text(), name.to.text()))
        .collect();
    assert_eq!(names, [("Courrier envoyé", "Sent")]);
    let json = serde_json::to_string(&repaired).unwrap();
    assert!(
        !json.contains("a@example.org"),
        "the text of a script is in the plan"
    );
}

#[test]
fn the_name_of_a_script_of_ours_does_not_grow() {
    let scripts = vec![script(
        "main.rolecall-0123abcd",
        true,
        "fileinto \"Sent Items\";",
    )];
    let repaired = plan(&account(&SENT, "Dovecot", read(scripts)), repair);
    let to = &change(&repaired).unwrap().to;
    assert_eq!(to.len(), "main.rolecall-0123abcd".len());
}

#[test]
fn a_plan_that_renames_lets_filters_follow_behind_the_rename_and_before_the_merges() {
    let mailboxes = [
        ("Sent Items", ""),
        ("Courrier envoyé", ""),
        ("Sent Items/2019", ""),
    ];
    let rules =
        "fileinto \"Sent Items\";\nfileinto \"Sent Items/2019\";\nfileinto \"Courrier envoyé\";\n";
    let judged = account(&mailboxes, "Dovecot", filters(rules));
    let sent = judged.listing.server.name("Sent".to_owned());
    let repaired = plan(&judged, |policy| {
        repair(policy);
        policy.targets = [(Role::Sent, sent)].into();
    });
    let actions: Vec<Action> = repaired.steps.iter().map(|step| step.action).collect();
    let place = |action| actions.iter().position(|one| *one == action).unwrap();
    assert!(
        place(Action::RepairFilters) < place(Action::Merge),
        "{actions:?}"
    );
    let change = change(&repaired).unwrap();
    let mut names: Vec<(&str, &str)> = change
        .names
        .iter()
        .map(|name| (name.from.text(), name.to.text()))
        .collect();
    names.sort_unstable();
    let kept = |name: &str| {
        names
            .iter()
            .find(|(from, _)| *from == name)
            .map(|(_, to)| *to)
    };
    assert_eq!(kept("Courrier envoyé"), Some("Sent"));
    if actions.contains(&Action::Rename) {
        assert!(
            place(Action::Rename) < place(Action::RepairFilters),
            "{actions:?}"
        );
        assert_eq!(kept("Sent Items/2019"), Some("Sent/2019"));
    }
}

#[test]
fn filters_that_are_not_ours_to_change_are_left_to_a_person_with_the_reason() {
    let sogo = vec![StoredScript::new(
        "sogo".to_owned(),
        true,
        format!("{REQUIRE}fileinto \"Sent Items\";").as_bytes(),
    )];
    let included = vec![
        script("main", true, "include :personal \"more\";"),
        script("more", false, "fileinto \"Sent Items\";"),
    ];
    let computed = vec![script(
        "main",
        true,
        "fileinto \"Sent Items\";\nfileinto \"${x}\";",
    )];
    for (scripts, reason) in [
        (sogo, "SOGo"),
        (included, "another one includes"),
        (computed, "line 3"),
    ] {
        let repaired = plan(&account(&SENT, "Dovecot", read(scripts)), repair);
        assert_eq!(change(&repaired), None, "{reason}");
        let told = repaired
            .manual
            .iter()
            .find(|one| one.code == Code::FilterFilesHere);
        let message = told.unwrap().message.english();
        assert!(message.contains(reason), "{message}");
        let snippet = told.unwrap().snippet.as_ref().unwrap().english();
        assert!(
            snippet.ends_with(
                "plugin {\n  mailbox_alias_old = Sent\n  mailbox_alias_new = Sent Items\n}"
            ),
            "{snippet}"
        );
    }
}

#[test]
fn a_name_that_is_made_when_the_script_runs_is_told_of_where_it_may_be_that_of_what_is_merged() {
    let warned = |rules: &str| {
        let told = plan(&account(&SENT, "Dovecot", filters(rules)), |_| {});
        let warnings = told.warnings.into_iter();
        let messages = warnings.map(|one| one.message.english().to_owned());
        messages.collect::<Vec<_>>()
    };
    let [one] = &warned("fileinto \"Sent ${x}\";")[..] else {
        panic!("not one warning");
    };
    assert!(
        one.contains("\"main\", line 2") && one.contains("\"Sent Items\""),
        "{one}"
    );
    assert_eq!(warned("fileinto \"${x}\";").len(), 2);
    for rules in [
        "fileinto \"Lists.${x}\";",
        "if mailboxexists \"${x}\" { keep; }",
    ] {
        assert_eq!(warned(rules), [""; 0], "{rules}");
    }
}

/// SnappyMail shows rules of the script with its own name only, whichever runs.
#[test]
fn a_generator_that_edits_one_script_only_is_told_of_where_another_takes_its_place() {
    let marks = "# RAINLOOP:SIEVE\nfileinto \"Sent Items\";";
    for (name, is_told) in [("rainloop.user", true), ("mine", false)] {
        let judged = account(&SENT, "Dovecot", read(vec![script(name, true, marks)]));
        let repaired = plan(&judged, repair);
        let to = &change(&repaired).unwrap().to;
        let told = repaired
            .manual
            .iter()
            .filter(|one| one.code == Code::FilterFilesHere);
        let messages: Vec<&str> = told.map(|one| one.message.english()).collect();
        assert_eq!(!messages.is_empty(), is_told, "{messages:?}");
        let names_both = |message: &&str| message.contains("SnappyMail") && message.contains(&**to);
        assert!(messages.iter().all(names_both), "{messages:?}");
    }
}

#[test]
fn a_plan_is_the_same_with_filters_that_it_does_not_touch() {
    let with = account(
        &SENT,
        "Dovecot",
        filters("fileinto \"Sent\";\nredirect \"a@example.org\";"),
    );
    let without = account(&SENT, "Dovecot", Filters::NotAsked);
    assert_eq!(plan(&with, repair), plan(&without, repair));
}

#[test]
fn a_mailbox_that_a_rule_fills_is_no_second_inbox() {
    let told = |rules: &str| {
        let judged = account(&[("Posteingang", "")], "Dovecot", filters(rules));
        let mut findings = judged.findings.iter();
        findings.any(|finding| finding.code == Code::SecondInbox)
    };
    assert!(told("keep;"));
    assert!(told("if header :is \"x\" \"y\" { fileinto \"Other\"; }"));
    assert!(!told(
        "if header :is \"x\" \"y\" { fileinto \"Posteingang\"; }"
    ));
}
