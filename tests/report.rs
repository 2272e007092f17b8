//! What people and scripts read, compared whole: the golden texts are in `tests/golden`, the schemas in
//! `docs/schemas`.
//!
//! After a change that is meant: `REFRESH=1 cargo nextest run --test pure report::`, then read the difference.

#[path = "report/pages.rs"]
mod pages;

use std::{fs, path::Path};

use proptest::prelude::*;
use rolecall::{
    apply::{Event, RunState, RunSummary},
    judge::Judged,
    language::{Language, text},
    mapping::Mapping,
    model::{
        client::Forecasts,
        error_kind::ErrorKind,
        finding::{Code, Finding, Severity},
        listing::{AccountId, Listing, Namespace, Server},
        mailbox::{Mailbox, MailboxName, Sample, Status},
        plan::{Action, Manual, Plan, Remark, Step},
        receipt::{Outcome, Receipt, SourceAfter, StepReceipt, TimeSpent},
        role::Role,
        uid::UidSet,
    },
    planner::Policy,
    report::{
        json::{self, AccountEvent, AuditVersion, ErrorForm},
        table::{self, Carried, Look},
    },
};
use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use crate::imagined;

// ------------------------------------------------------------------------------------------------- scenes

fn mailbox(name: &str, attribute: &str, messages: u64) -> Mailbox {
    Mailbox {
        name: MailboxName::new(name.as_bytes().to_vec(), name.to_owned()),
        delimiter: Some('/'),
        attributes: Some(attribute.to_owned())
            .filter(|attribute| !attribute.is_empty())
            .into_iter()
            .collect(),
        selectable: true,
        subscribed: Some(true),
        status: Status {
            messages: Some(messages),
            uid_next: Some(20_000),
            uid_validity: Some(7),
            size: Some(messages * 98_765),
            mailbox_id: None,
        },
        sample: None,
    }
}

fn judged(mailboxes: Vec<Mailbox>) -> Judged {
    let capabilities = ["IMAP4REV1", "MOVE", "UIDPLUS", "SPECIAL-USE"];
    let listing = Listing {
        account: AccountId {
            host: "imap.example.com".into(),
            port: 993,
            user: "alice".into(),
            url: "imaps://alice@imap.example.com".into(),
        },
        acted_as: None,
        taken: "2026-11-24T10:02:00Z".into(),
        server: Server {
            software: Some("Dovecot 2.3.21".into()),
            greeting: None,
            capabilities: capabilities.iter().map(|word| (*word).to_owned()).collect(),
        },
        personal: vec![Namespace {
            prefix: String::new(),
            delimiter: Some('/'),
        }],
        foreign: vec![],
        mailboxes: mailboxes.into_iter().collect(),
        dangling: vec![],
    };
    imagined::judged(&listing)
}

/// Years of Outlook, Thunderbird and a phone.
fn messy() -> Judged {
    let mut sent = mailbox("Sent", "\\Sent", 812);
    sent.sample = Some(Sample {
        newest: Some(1_795_514_520),
        ..Sample::default()
    });
    let mut french = mailbox("Courrier envoyé", "", 12_040);
    french.sample = Some(Sample {
        newest: Some(1_700_000_000),
        last: Some((1_700_000_000, 4_000)),
        deleted: Some(3),
        ..Sample::default()
    });
    let mut trash = mailbox("Deleted Items", "", 70);
    trash.subscribed = Some(false);
    let mut unknown = mailbox("Envoyés", "", 0);
    unknown.status = Status::default();
    unknown.subscribed = None;
    let mut level = mailbox("Clients", "", 0);
    level.selectable = false;
    judged(vec![
        mailbox("INBOX", "", 2_311),
        sent,
        french,
        mailbox("Sent Items", "", 7),
        unknown,
        mailbox("Drafts", "", 4),
        mailbox("Brouillons", "", 1),
        mailbox("Trash", "\\Trash", 3),
        trash,
        mailbox("Junk", "\\Junk", 0),
        level,
        mailbox("Clients/Müller", "", 312),
        mailbox("Voyages 2019", "", 88),
    ])
}

/// One mailbox a role, marked.
fn tidy() -> Judged {
    judged(vec![
        mailbox("INBOX", "", 1),
        mailbox("Drafts", "\\Drafts", 0),
        mailbox("Sent", "\\Sent", 1_000_000),
        mailbox("Trash", "\\Trash", 3),
        mailbox("Junk", "\\Junk", 0),
        mailbox("Archive", "\\Archive", 5),
    ])
}

/// Names that want to be more than names.
fn hostile() -> Judged {
    judged(vec![
        mailbox("INBOX", "", 1),
        mailbox("Sent", "\\Sent", 3),
        mailbox("\u{1b}[2J\u{1b}]0;owned\u{7}", "\\Sent", 1),
        mailbox("\u{202e}tneS", "\\Sent", 1),
        mailbox("Sent\nTrash", "\\Sent", 1),
        mailbox("Sent ", "\\Sent", 1),
        mailbox("Sent\u{200b}", "", 1),
        mailbox(&format!("Clients/{}/Sent", "long ".repeat(60)), "\\Sent", 1),
        mailbox("已发送邮件", "\\Sent", 20),
        mailbox("보낸 편지함", "\\Sent", 20),
        mailbox("📤 Sent", "\\Sent", 2),
        mailbox("e\u{301}\u{301}nvoi", "\\Sent", 2),
        mailbox("\u{301}", "\\Sent", 2),
    ])
}

/// What clients will do: those that are named, else all that are known.
fn forecasts(scene: &Judged, clients: &[&str]) -> Forecasts {
    imagined::clients(clients).predict(&scene.listing)
}

fn clients_of(scene: &Judged, clients: &[&str], look: Look) -> String {
    let url = &scene.listing.account.url;
    table::clients(url, &forecasts(scene, clients), look)
}

const ONBOARDED: [&str; 3] = ["outlook-2016:fr", "thunderbird", "geary:fr"];

fn plan_of(scene: &Judged, change: impl FnOnce(&mut Policy)) -> Plan {
    let mut policy = Policy {
        made: "2026-11-24T10:02:00Z".into(),
        ..Policy::default()
    };
    change(&mut policy);
    imagined::criteria().plan(scene, &policy)
}

/// A run in which everything happened once.
fn receipt_of(plan: &Plan, finished: bool) -> Receipt {
    let ends = [
        (Outcome::Applied, Some(SourceAfter::Removed), None),
        (
            Outcome::Refused,
            Some(SourceAfter::Left),
            Some(text::server_refused("Quota \u{1b}exceeded")),
        ),
        (
            Outcome::Applied,
            Some(SourceAfter::CameBack),
            Some(text::made_again()),
        ),
        (Outcome::Skipped, None, Some(text::left_out())),
    ];
    let steps = plan.steps.iter().zip(ends.iter().cycle());
    Receipt {
        run: "20261124T100203-k3v9".into(),
        command: "0123456789ab".into(),
        account: plan.account.clone(),
        acted_as: None,
        steps: steps
            .map(|(step, (outcome, source_after, message))| StepReceipt {
                proven: None,
                id: step.id,
                outcome: *outcome,
                moved: step.messages.filter(|_| *outcome == Outcome::Applied),
                source_after: *source_after,
                left: Vec::new(),
                message: message.clone(),
            })
            .collect(),
        balances: Vec::new(),
        waits: None,
        given_up: None,
        finished,
        interrupted: !finished,
        after: None,
        time: Some(spent()),
    }
}

fn spent() -> TimeSpent {
    TimeSpent {
        connecting_ms: 412,
        server_ms: 1_230,
        network_ms: 1_428,
        disk_ms: 61,
        waiting_ms: 2_000,
        own_ms: 84,
        connections: 2,
        round_trips: 28,
        round_trip_us: 51_000,
        octets_sent: 19_800,
        octets_received: 467_210,
    }
}

fn past() -> Vec<RunSummary> {
    let run = |id: &str, state: RunState, undoes: Option<&str>| RunSummary {
        command: "b3f0a1c2d4e5".to_owned(),
        id: id.into(),
        account: Some(tidy().listing.account),
        started: "2026-11-24T10:02:03Z".into(),
        state,
        steps: 3,
        moved: 12_047,
        undoes: undoes.map(str::to_owned),
        filters_at: None,
    };
    vec![
        run("20261101T080000-aaaa", RunState::Undone, None),
        run(
            "20261102T080000-bbbb",
            RunState::Finished,
            Some("20261101T080000-aaaa"),
        ),
        run("20261124T100203-k3v9", RunState::Unfinished, None),
        run("20261124T100210-p7w2", RunState::Finished, None),
        run("20261124T100214-q1x5", RunState::Finished, None),
        RunSummary {
            command: String::new(),
            account: None,
            started: String::new(),
            steps: 0,
            moved: 0,
            ..run("20261124T110000-\u{1b}", RunState::Damaged, None)
        },
    ]
}

fn look(width: usize) -> Look {
    Look {
        width,
        colour: false,
        verbose: false,
        language: Language::English,
        carried: Carried::default(),
    }
}

fn french(look: Look) -> Look {
    Look {
        language: Language::French,
        ..look
    }
}

fn verbose(width: usize) -> Look {
    Look {
        verbose: true,
        ..look(width)
    }
}

fn audited(scene: &Judged, look: Look) -> String {
    let plan = plan_of(scene, |_| {});
    table::audit(&scene.listing, &scene.roll, &scene.findings, &plan, look)
}

// ------------------------------------------------------------------------------------------------- comparing

/// Compares with a file, or writes it where that is asked for.
fn same_as_file(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("REFRESH").is_some() {
        fs::write(&path, text).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        text == expected,
        "{file} differs; if that is meant: REFRESH=1 cargo nextest run --test pure report::\n--- expected\n{expected}\n--- now\n{text}"
    );
}

fn golden(name: &str, width: usize, text: &str) {
    assert_fits(&without_command(text), width);
    same_as_file(&format!("tests/golden/{name}-{width}.txt"), text);
}

fn assert_fits(text: &str, width: usize) {
    for line in text.lines() {
        assert!(
            line.width() <= width,
            "{} > {width}: {line:?}\n{text}",
            line.width()
        );
        let is_set_by_us = |letter: char| matches!(letter, '\u{a0}' | '\u{202f}');
        let hidden =
            |letter: char| rolecall::report::text::is_hidden(letter) && !is_set_by_us(letter);
        assert!(!line.chars().any(hidden), "{line:?}");
        assert_eq!(line.trim_end(), line, "ends in spaces");
    }
}

// ------------------------------------------------------------------------------------------------- tables

#[test]
fn audits_read_well_at_80_and_140_columns() {
    for width in [80, 140] {
        golden("audit-messy", width, &audited(&messy(), look(width)));
        golden("audit-hostile", width, &audited(&hostile(), look(width)));
    }
    golden("audit-messy", 40, &audited(&messy(), look(40)));
    golden("audit-tidy", 80, &audited(&tidy(), look(80)));
    golden("audit-messy-verbose", 140, &audited(&messy(), verbose(140)));
}

#[test]
fn clients_read_well_at_80_and_140_columns() {
    for width in [80, 140] {
        golden(
            "clients-messy",
            width,
            &clients_of(&messy(), &[], look(width)),
        );
    }
    let stated = |scene: &Judged, look| clients_of(scene, &ONBOARDED, look);
    golden("clients-stated", 80, &stated(&messy(), look(80)));
    golden("clients-stated-verbose", 80, &stated(&messy(), verbose(80)));
    golden("clients-tidy", 80, &stated(&tidy(), look(80)));
    golden("clients-hostile", 80, &stated(&hostile(), verbose(80)));
    assert_fits(&without_command(&stated(&messy(), verbose(40))), 40);
    let known = imagined::clients(&[]).known();
    golden("clients-known", 80, &table::known_clients(&known, look(80)));
}

#[test]
fn plans_read_well_at_80_and_140_columns() {
    let wanting = |policy: &mut Policy| policy.include = [Role::Trash].into();
    for width in [80, 140] {
        let plan = plan_of(&messy(), wanting);
        golden("plan-messy", width, &table::plan(&plan, look(width)));
        let plan = plan_of(&hostile(), |_| {});
        golden("plan-hostile", width, &table::plan(&plan, look(width)));
    }
    let plan = plan_of(&tidy(), |_| {});
    golden("plan-empty", 80, &table::plan(&plan, look(80)));
}

/// A plan with a step of each action.
fn every_action() -> Plan {
    let mut plan = plan_of(&messy(), |_| {});
    let merge = plan.steps[0].clone();
    let step = |id: u32, action: Action| Step {
        id,
        action,
        source: None,
        target: merge.target.clone(),
        role: Some(Role::Drafts),
        messages: None,
        size: None,
        because: vec![text::you_said_so()],
        reversible: action != Action::Create,
        if_marked: false,
        path: None,
        remove: false,
        uids: None,
        filter: None,
    };
    plan.steps = vec![
        step(1, Action::Create),
        Step {
            source: merge.source.clone(),
            messages: Some(7),
            ..step(2, Action::Rename)
        },
        Step {
            source: merge.source.clone(),
            messages: Some(3),
            uids: UidSet::parse("1:3", 9),
            ..step(3, Action::Merge)
        },
        Step {
            source: merge.source.clone(),
            remove: true,
            ..step(4, Action::Merge)
        },
        step(5, Action::Subscribe),
        step(6, Action::Unsubscribe),
        step(7, Action::Mark),
        Step {
            source: merge.source.clone(),
            target: None,
            ..step(8, Action::Mark)
        },
        step(9, Action::Delete),
    ];
    plan.undoes = Some("20261101T080000-aaaa".into());
    plan.manual.clear();
    plan.warnings = vec![Remark {
        code: Code::HeldBack,
        role: Some(Role::Trash),
        message: text::would_be_merged(
            "\"Corbeille\"",
            "Trash",
            Role::Trash,
            text::timer_may_purge(),
        ),
    }];
    plan
}

#[test]
fn a_plan_without_a_step_says_what_is_left_to_others_and_what_waits_for_a_word() {
    let mut plan = plan_of(&tidy(), |_| {});
    let closing = |plan: &Plan| {
        let text = table::plan(plan, look(140));
        text.lines().last().unwrap().to_owned()
    };
    assert_eq!(closing(&plan), "nothing to do");
    let by_hand = |role| Manual {
        code: Code::RoleDoubtful,
        role: Some(role),
        message: text::say_first("Zoznam", text::messages(12), role, "Zoznam=sent"),
        snippet: None,
    };
    plan.manual = vec![by_hand(Role::Sent)];
    assert_eq!(
        closing(&plan),
        "nothing rolecall can do; 1 mailbox of doubtful role waits for your word"
    );
    plan.manual.push(Manual {
        code: Code::ClientWillCreate,
        ..by_hand(Role::Drafts)
    });
    assert_eq!(
        closing(&plan),
        "nothing rolecall can do; 1 mailbox of doubtful role waits for your word; 1 thing by hand"
    );
    let held = |role| Remark {
        code: Code::HeldBack,
        role: Some(role),
        message: text::would_be_merged("\"Corbeille\"", "Trash", role, text::timer_may_purge()),
    };
    plan.warnings = vec![held(Role::Trash), held(Role::Junk)];
    assert_eq!(
        closing(&plan),
        "nothing to do without --include trash,junk; 1 mailbox of doubtful role waits for your word; 1 thing by hand"
    );
    plan.manual.clear();
    assert_eq!(closing(&plan), "nothing to do without --include trash,junk");
}

#[test]
fn an_audit_without_a_step_counts_what_waits_for_a_person() {
    let scene = tidy();
    let plan = plan_of(&scene, |_| {});
    let Judged {
        listing,
        roll,
        mut findings,
        ..
    } = scene;
    let closing = |findings: &[Finding]| {
        let text = table::audit(&listing, &roll, findings, &plan, look(140));
        text.lines().last().unwrap().to_owned()
    };
    let finding = |code| Finding {
        code,
        severity: Severity::Info,
        role: Some(Role::Sent),
        mailboxes: vec![],
        message: "so".into(),
        fix: None,
        places: Vec::new(),
    };
    findings.push(finding(Code::RoleMissing));
    assert_eq!(
        closing(&findings),
        "no role has two mailboxes: nothing to do"
    );
    findings.push(finding(Code::RoleDoubtful));
    assert_eq!(
        closing(&findings),
        "nothing rolecall can do; 1 mailbox of doubtful role waits for your word"
    );
    findings.push(Finding {
        severity: Severity::Warning,
        ..finding(Code::SameMailboxTwice)
    });
    assert_eq!(
        closing(&findings),
        "nothing rolecall can do; 1 mailbox of doubtful role waits for your word; 1 thing by hand"
    );
}

/// As after a fix: what is marked for removal stays, and its mailbox beside the kept one.
#[test]
fn an_audit_names_fix_only_where_fix_would_do_something() {
    let marked = || {
        let mut marked = mailbox("Sent Items", "", 1);
        marked.sample = Some(Sample {
            deleted: Some(1),
            ..Sample::default()
        });
        marked
    };
    let last = |scene: &Judged, look| {
        let text = audited(scene, look);
        text.lines().last().unwrap().trim().to_owned()
    };
    let others = || ["Drafts", "Trash", "Junk"].map(|name| mailbox(name, &format!("\\{name}"), 4));
    let sent = mailbox("Sent", "\\Sent", 93);
    let mut mailboxes = vec![mailbox("INBOX", "", 4), sent, marked()];
    mailboxes.extend(others());
    let scene = judged(mailboxes.clone());
    assert!(scene.findings.iter().any(|one| one.fix.is_some()), "split");
    assert_eq!(
        last(&scene, look(80)),
        "nothing rolecall can do; 1 thing by hand"
    );
    assert_eq!(
        last(&scene, french(look(80))),
        "rien que rolecall puisse faire\u{202f}; 1 chose à faire à la main"
    );
    mailboxes.push(mailbox("Corbeille", "", 3));
    assert_eq!(
        last(&judged(mailboxes.clone()), look(140)),
        "See what would be done:  rolecall fix --dry-run --include trash imaps://alice@imap.example.com"
    );
    mailboxes.push(mailbox("Sent Messages", "", 3));
    assert_eq!(
        last(&judged(mailboxes), look(140)),
        "See what would be done:  rolecall fix --dry-run imaps://alice@imap.example.com"
    );
}

#[test]
fn an_audit_and_its_plan_say_the_same_of_a_second_inbox() {
    let said = |name: &str| {
        let scene = judged(vec![mailbox("INBOX", "", 4), mailbox(name, "", 30)]);
        let audit = audited(&scene, look(140));
        let plan = table::plan(&plan_of(&scene, |_| {}), look(140));
        let last = |text: String| text.trim_end().lines().last().unwrap().trim().to_owned();
        (last(audit), last(plan))
    };
    let (audit, plan) = said("Posteingang");
    assert!(audit.contains("--dry-run --include inbox"), "{audit}");
    assert_eq!(plan, "nothing to do without --include inbox");
    let (audit, plan) = said("Inbox1");
    let waits = "nothing rolecall can do; 1 mailbox of doubtful role waits for your word";
    assert_eq!((audit.as_str(), plan.as_str()), (waits, waits));
}

#[test]
fn every_action_is_said_in_plain_words() {
    golden(
        "plan-every-action",
        80,
        &table::plan(&every_action(), look(80)),
    );
}

#[test]
fn with_verbose_a_receipt_tells_where_the_time_went() {
    let plan = plan_of(&tidy(), |_| {});
    let receipt = receipt_of(&plan, true);
    let told = |look| table::receipt(&plan, &receipt, look);
    assert!(!told(look(80)).contains("the network"));
    let verbose = Look {
        verbose: true,
        ..look(80)
    };
    let english = "\
It took 5.22 s: the server 1.23 s, the network 1.43 s (28 × at most 51.0 ms),
connecting 412.0 ms, the disk 61.0 ms, waiting 2.00 s, rolecall itself 84.0 ms.
";
    assert!(told(verbose).contains(english), "{}", told(verbose));
    let french = "Durée\u{a0}: 5,22 s, dont le serveur 1,23 s, le réseau 1,43 s";
    assert!(told(self::french(verbose)).contains(french));
}

#[test]
fn receipts_end_with_the_way_back_or_on() {
    let plan = plan_of(&messy(), |policy| policy.include = [Role::Trash].into());
    for width in [80, 140] {
        let text = table::receipt(&plan, &receipt_of(&plan, true), look(width));
        golden("receipt", width, &text);
    }
    let mut stopped = receipt_of(&plan, false);
    if let Some(last) = stopped.steps.last_mut() {
        last.outcome = Outcome::Stopped;
        last.moved = Some(70);
        last.message = Some(text::stopped_before_removal(70, 70));
    }
    let text = table::receipt(&plan, &stopped, look(80));
    golden("receipt-interrupted", 80, &text);
    let last = text.lines().last().unwrap();
    assert!(
        last.ends_with("rolecall resume 20261124T100203-k3v9"),
        "{last}"
    );
}

#[test]
fn runs_are_listed() {
    for width in [80, 140] {
        golden("runs", width, &table::runs(&past(), look(width)));
    }
    assert_eq!(table::runs(&[], look(80)), "no runs yet\n");
}

#[test]
fn tables_read_well_in_french() {
    let [narrow, all] = [look(80), verbose(80)].map(french);
    golden("audit-messy-fr", 80, &audited(&messy(), narrow));
    golden("audit-hostile-verbose-fr", 80, &audited(&hostile(), all));
    golden("audit-tidy-fr", 80, &audited(&tidy(), narrow));
    let known = clients_of(&messy(), &[], narrow);
    golden("clients-messy-fr", 80, &known);
    let stated = clients_of(&messy(), &ONBOARDED, all);
    golden("clients-stated-verbose-fr", 80, &stated);
    for (name, include) in [("plan-messy-fr", true), ("plan-held-back-fr", false)] {
        let plan = plan_of(&messy(), |policy| {
            policy.include = include.then_some(Role::Trash).into_iter().collect();
        });
        golden(name, 80, &table::plan(&plan, narrow));
    }
    let mut plan = every_action();
    golden("plan-every-action-fr", 80, &table::plan(&plan, narrow));
    plan.steps.clear();
    golden("plan-empty-fr", 80, &table::plan(&plan, narrow));
    let plan = plan_of(&messy(), |policy| policy.include = [Role::Trash].into());
    let receipt = receipt_of(&plan, true);
    golden("receipt-fr", 80, &table::receipt(&plan, &receipt, narrow));
    golden("runs-fr", 80, &table::runs(&past(), narrow));
}

#[test]
fn unknown_counts_are_question_marks() {
    let text = audited(&messy(), look(80));
    let row = text.lines().find(|line| line.contains("Envoyés")).unwrap();
    assert!(row.contains('?') && !row.contains(" 0"), "{row}");
}

#[test]
fn colour_says_nothing_that_words_do_not() {
    let plan = plan_of(&messy(), |_| {});
    let receipt = receipt_of(&plan, true);
    let all = |look: Look| {
        [
            audited(&messy(), look),
            table::plan(&plan, look),
            table::receipt(&plan, &receipt, look),
            table::runs(&past(), look),
            clients_of(&messy(), &[], look),
        ]
    };
    let coloured = all(Look {
        colour: true,
        ..look(80)
    });
    for (plain, coloured) in all(look(80)).iter().zip(&coloured) {
        assert!(coloured.contains("\u{1b}["));
        let mut bare = String::new();
        for (index, part) in coloured.split('\u{1b}').enumerate() {
            let text = match index {
                0 => part,
                _ => &part[part.find('m').unwrap() + 1..],
            };
            bare.push_str(text);
        }
        assert_eq!(bare, *plain);
    }
}

#[test]
fn an_account_with_nothing_in_it_is_no_trouble() {
    let text = audited(&judged(vec![]), look(40));
    assert_fits(&text, 40);
    assert!(text.contains("0 mailboxes"), "{text}");
}

#[test]
fn lines_to_paste_are_never_broken() {
    let name = format!("{} envoyé", "x".repeat(90));
    let mut scene = messy();
    scene.listing.account.url = format!("imaps://{}@example.com", "a".repeat(60));
    let url = scene.listing.account.url.clone();
    let text = audited(&scene, look(60));
    assert!(
        text.ends_with(&format!("\n  rolecall fix --dry-run {url}\n")),
        "{text}"
    );
    let mut plan = plan_of(&scene, |_| {});
    plan.manual[0].snippet = Some(format!("mailbox \"{name}\" {{\n  auto = subscribe\n}}").into());
    let text = table::plan(&plan, look(60));
    assert!(
        text.contains(&format!(
            "\n    mailbox \"{name}\" {{\n      auto = subscribe\n    }}\n"
        )),
        "{text}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn whatever_the_names_are_nothing_is_too_wide(
        names in proptest::collection::vec(
            prop_oneof![
                proptest::collection::vec(any::<char>(), 0..60).prop_map(String::from_iter),
                "\\PC{0,40}",
                "[\u{600}-\u{6ff} \u{fe00}-\u{fe0f}\u{1f300}-\u{1f6ff}]{0,40}",
                "[a-z/ ]{0,300}",
            ],
            1..6,
        ),
        width in 40_usize..150,
        marked in any::<bool>(),
    ) {
        let mut mailboxes = vec![mailbox("Sent", "\\Sent", 3)];
        for (index, name) in names.iter().enumerate() {
            let mut made = mailbox(name, if marked { "\\Sent" } else { "" }, u64::MAX / 1_000_000);
            made.name = MailboxName::new(format!("m{index}").into_bytes(), name.clone());
            mailboxes.push(made);
        }
        let scene = judged(mailboxes);
        assert_fits(&without_command(&audited(&scene, verbose(width))), width);
        let text = clients_of(&scene, &["thunderbird", "sogo", "ios"], verbose(width));
        assert_fits(&without_command(&text), width);
        let plan = plan_of(&scene, |_| {});
        let text = table::plan(&plan, look(width));
        let shown: Vec<&str> = text.lines().filter(|line| !line.starts_with("    ")).collect();
        assert_fits(&shown.join("\n"), width);
        let receipt = receipt_of(&plan, true);
        assert_fits(&without_command(&table::receipt(&plan, &receipt, look(width))), width);
        // JSON is the same data, whatever the names are.
        let line = audit_line(&scene);
        let value: Value = serde_json::from_str(&line).unwrap();
        let found: Vec<&str> = value["mailboxes"].as_array().unwrap().iter()
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        let listed: Vec<&str> = scene.listing.mailboxes.iter().map(|one| one.name.text()).collect();
        prop_assert_eq!(found, listed);
    }
}

/// Commands may be wider than the screen.
fn without_command(text: &str) -> String {
    let kept: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("  rolecall "))
        .collect();
    kept.join("\n")
}

// ------------------------------------------------------------------------------------------------- JSON

const TWO: AuditVersion = AuditVersion::Two;

fn audit_line(scene: &Judged) -> String {
    json::audit_line(
        &scene.listing,
        &scene.roll,
        &scene.findings,
        &scene.filters,
        TWO,
    )
}

const ERROR: ErrorForm<'_> = ErrorForm {
    kind: ErrorKind::Login,
    message: "the server refused the password",
    hint: None,
};

/// Every line there can be, with the schema it belongs to.
fn lines() -> Vec<(&'static str, String)> {
    let plan = plan_of(&messy(), |policy| policy.include = [Role::Trash].into());
    let lookup = |name: &str| json::lookup_line(name, &Mapping::built_in().answer(name));
    let audited = audit_line;
    let mut lines = vec![
        ("audit", audited(&messy())),
        ("audit", audited(&tidy())),
        ("audit", audited(&hostile())),
        ("audit", audited(&judged(vec![]))),
        (
            "audit",
            json::audit_error("imaps://alice@imap.example.com", &ERROR, TWO),
        ),
        ("plan", json::plan_line(&plan)),
        ("plan", json::plan_line(&plan_of(&tidy(), |_| {}))),
        ("run", json::receipt_line(&plan, &receipt_of(&plan, true))),
        ("run", json::receipt_line(&plan, &receipt_of(&plan, false))),
        (
            "run",
            json::run_error("imaps://alice@imap.example.com", &ERROR),
        ),
        ("lookup", lookup("Lixo")),
        ("lookup", lookup("Sent to \u{202e}clients")),
        ("lookup", lookup("Projects")),
        (
            "story",
            json::story_line("20261124T100203-k3v9", &["It began.".into()]),
        ),
    ];
    let url = "imaps://alice@imap.example.com";
    for scene in [messy(), tidy(), hostile(), judged(vec![])] {
        lines.push(("clients", json::clients_line(url, &forecasts(&scene, &[]))));
        let stated = forecasts(&scene, &ONBOARDED);
        lines.push(("clients", json::clients_line(url, &stated)));
    }
    lines.push(("clients", json::clients_error(url, &ERROR)));
    lines.push(("plan", json::plan_error(url, &ERROR)));
    lines.extend(events(url).map(|line| ("event", line)));
    let known = imagined::clients(&[]).known();
    lines.push(("clients", json::known_clients_line(&known)));
    let mapping = Mapping::built_in();
    lines.extend(
        mapping
            .entries()
            .take(20)
            .map(|(head, entry)| ("mappings", json::mapping_line(head, entry))),
    );
    lines.extend(
        past()
            .iter()
            .map(|run| ("runs", json::run_summary_line(run))),
    );
    lines
}

/// A line for each kind of event.
fn events(account: &str) -> impl Iterator<Item = String> {
    let in_run = [
        Event::Step {
            id: 1,
            of: 3,
            total_messages: None,
        },
        Event::Moved { id: 1, done: 300 },
        Event::Settling { seconds: 2 },
        Event::Note {
            text: "\"\u{1b}[2JSent\" stays".into(),
        },
    ];
    let is_bad = true;
    let ends = AccountEvent::Ends { is_bad };
    let line = |event: &AccountEvent<'_>| json::event_line("2026-11-24T10:02:00Z", account, event);
    let mut lines = [
        AccountEvent::Begins,
        AccountEvent::Waits,
        AccountEvent::Skipped,
        ends,
    ]
    .map(|event| line(&event))
    .to_vec();
    lines.extend(in_run.iter().map(|event| line(&AccountEvent::InRun(event))));
    lines.into_iter()
}

#[test]
fn every_line_is_one_harmless_line_that_keeps_to_its_schema() {
    let schemas = json::schemas();
    for (name, line) in lines() {
        assert!(!line.contains('\n'));
        assert!(
            !line.chars().any(rolecall::report::text::is_hidden),
            "{line}"
        );
        let (_, schema) = schemas.iter().find(|(known, _)| *known == name).unwrap();
        let value: Value = serde_json::from_str(&line).unwrap();
        let mut faults = Vec::new();
        check(schema, schema, &value, name, &mut faults);
        assert!(faults.is_empty(), "{faults:#?}\n{line}");
    }
}

#[test]
fn the_check_notices_what_is_missing_wrong_and_too_much() {
    let schemas = json::schemas();
    let (_, schema) = &schemas[0];
    let line = json::audit_error("imaps://a@b", &ERROR, TWO);
    for (from, to) in [
        ("\"error\":", "\"mistake\":"),
        ("\"login\"", "\"logon\""),
        ("rolecall.audit/2", "rolecall.audit/1"),
        ("\"findings\":null", "\"findings\":3"),
    ] {
        let value: Value = serde_json::from_str(&line.replace(from, to)).unwrap();
        let mut faults = Vec::new();
        check(schema, schema, &value, "audit", &mut faults);
        assert!(!faults.is_empty(), "{from} → {to}");
    }
}

#[test]
fn the_schemas_are_those_that_scripts_rely_on() {
    let schemas = json::schemas();
    let names: Vec<&str> = schemas.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, json::PUBLISHED.map(|(name, _)| name));
    for (name, schema) in schemas {
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        same_as_file(&format!("docs/schemas/{name}.json"), &text);
    }
}

#[test]
fn keys_stand_in_the_contract_s_order() {
    let scene = judged(vec![
        mailbox("Sent", "\\Sent", 12),
        mailbox("Sent Items", "", 1),
    ]);
    let line = audit_line(&scene);
    let begins = "{\"schema\":\"rolecall.audit/2\",\"account\":\"imaps://alice@imap.example.com\",\"acted_as\":null,\"tool\":\"0.1.0\",\"made\":\"2026-11-24T10:02:00Z\",\"server\":{\"software\":\"Dovecot 2.3.21\",\"capabilities\":[\"IMAP4REV1\",\"MOVE\",\"SPECIAL-USE\",\"UIDPLUS\"],\"delimiter\":\"/\",\"personal_prefix\":\"\"},\"mailboxes\":[{\"name\":\"Sent\",\"wire_name\":\"Sent\",\"wire_name_base64\":null,\"delimiter\":\"/\",\"attributes\":[\"\\\\Sent\"],\"selectable\":true,\"subscribed\":true,\"messages\":12,\"size\":1185180,\"uid_validity\":7,\"role\":\"sent\",\"certainty\":\"stated\",\"aside\":null,\"evidence\":[{\"kind\":\"attribute\",\"role\":\"sent\",\"detail\":\"\\\\Sent\",\"locale\":null,\"source\":null,\"difference\":null},";
    assert!(line.starts_with(begins), "{line}");
    let roles = "\"roles\":{\"sent\":{\"keep\":\"Sent\",\"unclear\":false,\"members\":[\"Sent\",\"Sent Items\"],\"messages\":[12,1]}},\"findings\":[{\"code\":\"role-split\",\"severity\":\"warning\",\"role\":\"sent\",\"mailboxes\":[\"Sent\",\"Sent Items\"],\"message\":";
    assert!(line.contains(roles), "{line}");
    assert!(
        line.ends_with(
            "],\"filters\":{\"state\":\"not-asked\",\"server\":null,\"scripts\":[]},\"gone\":null,\"error\":null}"
        ),
        "{line}"
    );
    assert_eq!(
        json::audit_error("imaps://a@b", &ERROR, TWO),
        "{\"schema\":\"rolecall.audit/2\",\"account\":\"imaps://a@b\",\"acted_as\":null,\"tool\":\"0.1.0\",\"made\":null,\"server\":null,\"mailboxes\":null,\"roles\":null,\"findings\":null,\"filters\":null,\"gone\":null,\"error\":{\"kind\":\"login\",\"message\":\"the server refused the password\",\"hint\":null}}"
    );
    assert_eq!(
        json::run_error("imaps://a@b", &ERROR),
        "{\"schema\":\"rolecall.run/1\",\"account\":\"imaps://a@b\",\"acted_as\":null,\"run\":null,\"steps\":null,\"balance\":null,\"waits\":null,\"given_up\":null,\"warnings\":null,\"batch\":null,\"time\":null,\"error\":{\"kind\":\"login\",\"message\":\"the server refused the password\",\"hint\":null}}"
    );
}

#[test]
fn an_account_without_a_plan_has_a_line_in_the_form_of_plans() {
    assert_eq!(
        json::plan_error("imaps://a@b", &ERROR),
        "{\"schema\":\"rolecall.plan/1\",\"tool\":\"0.1.0\",\"account\":\"imaps://a@b\",\"identity\":null,\"made\":null,\"listing\":null,\"allow\":null,\"undoes\":null,\"steps\":null,\"warnings\":null,\"manual\":null,\"totals\":null,\"digest\":null,\"error\":{\"kind\":\"login\",\"message\":\"the server refused the password\",\"hint\":null}}"
    );
}

#[test]
fn an_event_has_every_key_whatever_it_is() {
    let moved = Event::Moved { id: 2, done: 300 };
    assert_eq!(
        json::event_line(
            "2026-11-24T10:02:00Z",
            "imaps://a@b",
            &AccountEvent::InRun(&moved)
        ),
        "{\"schema\":\"rolecall.event/1\",\"time\":\"2026-11-24T10:02:00Z\",\"account\":\"imaps://a@b\",\"event\":\"moved\",\"step\":2,\"steps\":null,\"messages\":300,\"seconds\":null,\"message\":null,\"failed\":null}"
    );
}

#[test]
fn a_client_s_keys_stand_in_the_contract_s_order() {
    let scene = judged(vec![mailbox("Sent Items", "", 12)]);
    let line = json::clients_line("imaps://a@b", &forecasts(&scene, &["sogo"]));
    let begins = "{\"schema\":\"rolecall.clients/1\",\"account\":\"imaps://a@b\",\"stated\":true,\"clients\":[{\"client\":\"sogo\",\"name\":\"SOGo\",\"version\":\"5.12 (April 2026), as it comes\",\"language\":null,\"languages\":null,\"confidence\":null,\"looks\":\"always\",\"roles\":{\"drafts\":";
    assert!(line.starts_with(begins), "{line}");
    let sent = "\"sent\":{\"use\":\"creates\",\"mailboxes\":[],\"creates\":[\"Sent\"],\"when\":\"first-use\",\"because\":\"it finds none and makes one at first use\",\"confidence\":\"reported\",\"sources\":[\"Alinto/sogo@ee2ebbb81 SOGoMailAccount.m:495, SOGoDefaults.plist:122; tests/realclients (measured, 5.8.0: the namespace is ignored)\",\"tests/realclients (measured, 5.8.0: only the trash is subscribed)\"],\"can_reassign\":\"yes\",\"reassign\":\"menu of a folder, Use This Folder For; SOGoSentFolderName and the like\"}";
    assert!(line.contains(sent), "{line}");
    assert!(
        line.ends_with("\"templates\":\"agree\"},\"error\":null}"),
        "{line}"
    );
}

#[test]
fn names_that_are_not_utf_8_stay_addressable() {
    let mut odd = mailbox("R\u{fffd}sum\u{fffd}", "", 1);
    odd.name = MailboxName::new(b"R\xe9sum\xe9".to_vec(), odd.name.text().to_owned());
    let scene = judged(vec![odd]);
    let line = audit_line(&scene);
    let value: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(value["mailboxes"][0]["wire_name_base64"], "UulzdW3p");
}

/// A small checker of JSON Schemas: as much as our schemas use; a word that it does not know is a fault.
fn check(root: &Value, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    let Value::Object(words) = schema else {
        if schema == &Value::Bool(false) {
            faults.push(format!("{at}: not allowed"));
        }
        return;
    };
    let passes = |schema: &Value| {
        let mut faults = Vec::new();
        check(root, schema, value, at, &mut faults);
        faults.is_empty()
    };
    for (word, says) in words {
        let is_kept = match word.as_str() {
            "$ref" => {
                let path = says.as_str().unwrap().strip_prefix('#').unwrap();
                passes(root.pointer(path).unwrap())
            }
            "type" => match says {
                Value::Array(all) => all.iter().any(|one| is_type(one, value)),
                one => is_type(one, value),
            },
            "const" => value == says,
            "enum" => says.as_array().unwrap().contains(value),
            "minimum" => value
                .as_u64()
                .is_none_or(|number| number >= says.as_u64().unwrap_or(0)),
            "maximum" => value
                .as_u64()
                .is_none_or(|number| number <= says.as_u64().unwrap()),
            "minLength" => value
                .as_str()
                .is_none_or(|text| text.chars().count() as u64 >= says.as_u64().unwrap()),
            "maxLength" => value
                .as_str()
                .is_none_or(|text| text.chars().count() as u64 <= says.as_u64().unwrap()),
            "anyOf" => says.as_array().unwrap().iter().any(passes),
            "oneOf" => {
                says.as_array()
                    .unwrap()
                    .iter()
                    .filter(|one| passes(one))
                    .count()
                    == 1
            }
            "required" => value.as_object().is_none_or(|object| {
                let keys = says.as_array().unwrap();
                keys.iter()
                    .all(|key| object.contains_key(key.as_str().unwrap()))
            }),
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, says, item, &format!("{at}/{index}"), faults);
                }
                true
            }
            "properties" => {
                for (key, schema) in says.as_object().unwrap() {
                    if let Some(inner) = value.get(key) {
                        check(root, schema, inner, &format!("{at}/{key}"), faults);
                    }
                }
                true
            }
            "additionalProperties" => {
                let known = words.get("properties").and_then(Value::as_object);
                for (key, inner) in value.as_object().into_iter().flatten() {
                    if known.is_none_or(|known| !known.contains_key(key)) {
                        check(root, says, inner, &format!("{at}/{key}"), faults);
                    }
                }
                true
            }
            "uniqueItems" | "pattern" | "format" | "$schema" | "$defs" | "title"
            | "description" => true,
            unknown => panic!("the check does not know the word {unknown}"),
        };
        if !is_kept {
            faults.push(format!("{at}: {word} {says}"));
        }
    }
}

fn is_type(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the check does not know the type {other}"),
    }
}
