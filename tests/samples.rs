//! The benchmark of detection: every sample listing on the embedded server, judged by the command as a user runs it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
};

use rolecall::{
    demo::{Persona, Server, World},
    model::{mutf7, role::Role},
};

use crate::{
    listings::{self, Fixture},
    support::{self, dovecot::PASSWORD, json, rolecall},
};

const USER: &str = "alice";

/// The roles that the figure is about.
const COUNTED: [Role; 9] = [
    Role::Inbox,
    Role::Drafts,
    Role::Sent,
    Role::Trash,
    Role::Junk,
    Role::Archive,
    Role::All,
    Role::Flagged,
    Role::Important,
];

/// A server that lists what the fixture lists.
fn world(fixture: &Fixture) -> World {
    let mut world = World::new(Persona {
        delimiter: Some(fixture.delimiter as u8),
        marking: Persona::cyrus().marking,
        ..Persona::dovecot()
    });
    world.add_account(USER, PASSWORD);
    for listed in &fixture.mailboxes {
        let wire = match &listed.wire {
            Some(wire) => wire.clone().into_bytes(),
            None if listed.name.eq_ignore_ascii_case("INBOX") => b"INBOX".to_vec(),
            None => mutf7::encode(&listed.name),
        };
        // INBOX is there, and so may be a parent for its child.
        let _ = world.add_mailbox(USER, std::str::from_utf8(&wire).unwrap());
        let account = world.account_mut(USER).unwrap();
        let mailbox = account
            .mailboxes
            .get_mut(&wire)
            .unwrap_or_else(|| panic!("{} was not made", listed.name));
        let marks = listed.attributes.iter();
        let marks = marks.filter(|mark| Role::from_attribute(mark).is_some());
        mailbox.marks = marks.cloned().collect();
        mailbox.selectable = !listed
            .attributes
            .iter()
            .any(|attribute| attribute.eq_ignore_ascii_case("\\Noselect"));
    }
    // Some names lie beside the prefix: made before it held.
    world.persona.prefix = Box::leak(fixture.prefix.clone().into_boxed_str());
    world
}

/// The role of every mailbox by its decoded name, as `rolecall audit` tells.
fn audited(fixture: &Fixture) -> BTreeMap<String, Role> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Server::start(world(fixture), 0)).unwrap();
    let state = tempfile::tempdir().unwrap();
    let account = format!("imap://{USER}@127.0.0.1:{}", server.port());
    let options = ["audit", &account, "--format", "json", "--fail-on", "never"];
    let audit = json(rolecall(state.path(), &options), 0);
    let mailboxes = audit["mailboxes"].as_array().unwrap().iter();
    mailboxes
        .filter_map(|mailbox| {
            let role = Role::from_word(mailbox["role"].as_str()?).unwrap();
            Some((mailbox["name"].as_str().unwrap().to_owned(), role))
        })
        .collect()
}

/// Saves the plan of a sample account, reads it back, and tells how many steps it has.
fn reviewed(fixture: &Fixture) -> usize {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Server::start(world(fixture), 0)).unwrap();
    let state = tempfile::tempdir().unwrap();
    let account = format!("imap://{USER}@127.0.0.1:{}", server.port());
    let fix = |words: &[&str]| {
        let words = [&["fix", "--format", "json", &account], words].concat();
        let mut command = rolecall(state.path(), &words);
        command.current_dir(state.path());
        let output = command.output().unwrap();
        let is_planned = matches!(output.status.code(), Some(0 | 1));
        assert!(is_planned, "{words:?}\n{}", support::shown(&output));
        let text = String::from_utf8(output.stdout).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap()
    };
    let all = [
        "--include",
        "trash,junk",
        "--with-children",
        "--repair-names",
    ];
    let mut plans = Vec::new();
    for file in ["plan.yaml", "plan.json"] {
        let saved = fix(&[&["--save-plan", file][..], &all].concat());
        let read = fix(&["--dry-run", "--plan", file]);
        assert_eq!(read, saved, "{file}");
        plans.push(saved["steps"].clone());
    }
    assert_eq!(plans[0], plans[1]);
    plans[0].as_array().unwrap().len()
}

#[test]
fn the_plan_of_every_sample_account_is_saved_read_and_equal() {
    let mut steps = 0;
    for (_, fixture) in listings::all() {
        steps += reviewed(&fixture);
    }
    assert!(steps > 30, "{steps}");
}

/// What was found in listings of one kind.
#[derive(Default)]
struct Tally {
    listings: usize,
    mailboxes: usize,
    roles: usize,
    found: usize,
    groups: usize,
    whole: usize,
    /// Of another role than the expert's, or of one where the expert gives none.
    wrong: usize,
    missed: Vec<String>,
}

impl Tally {
    fn count(&mut self, file: &str, fixture: &Fixture) {
        let found = audited(fixture);
        self.listings += 1;
        self.mailboxes += fixture.mailboxes.len();
        let mut groups: BTreeMap<Role, BTreeSet<&str>> = BTreeMap::new();
        for listed in &fixture.mailboxes {
            let name = listed.name.as_str();
            // The one name without case: the server lists it in its own.
            let is_inbox = name.eq_ignore_ascii_case("INBOX");
            let role = found.get(if is_inbox { "INBOX" } else { name }).copied();
            let gold = fixture.gold(name);
            // The expert calls it "not for mail", we by the role that is never touched.
            let is_aside = gold.is_none() && fixture.is_other(name) && role == Some(Role::Snoozed);
            if role.is_some() && role != gold && !is_aside {
                self.wrong += 1;
                self.missed
                    .push(format!("{file}: {name:?} is {gold:?}, not {role:?}"));
            }
            let Some(gold) = gold.filter(|gold| COUNTED.contains(gold)) else {
                continue;
            };
            self.roles += 1;
            if role == Some(gold) {
                self.found += 1;
            } else {
                self.missed.push(format!("{file}: {name:?} is {gold}"));
            }
            groups.entry(gold).or_default().insert(name);
        }
        for (role, names) in groups {
            if names.len() > 1 && role != Role::Inbox {
                self.groups += 1;
                self.whole += usize::from(names.iter().all(|name| found.get(*name) == Some(&role)));
            }
        }
    }

    fn add(&mut self, other: &Self) {
        self.listings += other.listings;
        self.mailboxes += other.mailboxes;
        self.roles += other.roles;
        self.found += other.found;
        self.groups += other.groups;
        self.whole += other.whole;
        self.wrong += other.wrong;
    }

    fn row(&self, kind: &str) -> String {
        format!(
            "| {kind} | {} | {} | {} of {} | {} | {} of {} |\n",
            self.listings,
            self.mailboxes,
            self.found,
            self.roles,
            self.wrong,
            self.whole,
            self.groups
        )
    }
}

/// What the kinds of the samples are called in docs/testing.md.
fn called(kind: &str) -> &str {
    match kind {
        "live" => "protocol logs of live accounts",
        "report" => "names told in bug reports",
        "fixture" => "other projects' test data",
        "doc-quote" => "quoted in documentation",
        "server-default" => "what a server makes for a new account",
        other => other,
    }
}

#[test]
fn the_samples_are_judged_as_an_expert_would_and_the_page_says_how_well() {
    let mut kinds: BTreeMap<String, Tally> = BTreeMap::new();
    for (file, fixture) in listings::all() {
        let tally = kinds.entry(fixture.kind.clone()).or_default();
        tally.count(&file, &fixture);
    }
    let mut all = Tally::default();
    let mut table = String::from(
        "| where the listing is from | listings | mailboxes | roles found | wrong roles | groups of duplicates found whole |\n|---|---|---|---|---|---|\n",
    );
    for (kind, tally) in &kinds {
        table += &tally.row(called(kind));
        all.add(tally);
    }
    table += &all.row("all");
    let missed: Vec<&String> = kinds.values().flat_map(|tally| &tally.missed).collect();
    let mut told = table.clone();
    writeln!(told, "{missed:#?}").unwrap();
    println!("{told}");
    assert!(all.found * 100 >= all.roles * 99, "{told}");
    assert_eq!((all.wrong, all.whole), (0, all.groups), "{told}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/testing.md");
    let text = fs::read_to_string(&path).unwrap();
    let start = "<!-- samples: tests/samples.rs holds this table to what it counts -->\n";
    let (before, rest) = text.split_once(start).unwrap();
    let (shown, after) = rest.split_once("<!-- /samples -->").unwrap();
    if std::env::var_os("REFRESH").is_some() {
        fs::write(
            path,
            format!("{before}{start}{table}<!-- /samples -->{after}"),
        )
        .unwrap();
        return;
    }
    assert_eq!(
        shown, table,
        "REFRESH=1 cargo nextest run --test command samples:: rewrites it"
    );
}
