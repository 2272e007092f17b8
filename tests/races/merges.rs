//! Merges while three clients write into the source.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    panic::catch_unwind,
    sync::Mutex,
    time::Instant,
};

use crate::{
    dovecot::scene::DATE,
    races::{
        in_lanes,
        writers::{Haste, SOURCE, Written, numbered, while_writing},
    },
    support::{
        self,
        dovecot::{Dovecot, Setup, memory},
        raw::Raw,
    },
};

/// The mailbox that keeps the role.
const TARGET: &str = "Sent";

/// Sparse enough that the source is seen empty now and then, or nobody would ever remove it.
const HASTE: Haste = Haste(20_000);

#[test]
fn no_accepted_message_is_lost_in_200_merges_with_three_writers() {
    race(190, 10, 30, 200);
}

#[test]
#[ignore = "long: five times as many"]
fn no_accepted_message_is_lost_in_1000_merges_with_three_writers() {
    race(950, 50, 150, 1_000);
}

/// What is counted over many merges.
#[derive(Debug, Default)]
struct Tally {
    merges: u32,
    /// Those that removed the source, whoever made it again afterwards.
    removed: u32,
    accepted: usize,
    unknown: usize,
    refused: u64,
    /// Missing at first, and there once the server had mended its index.
    hidden: usize,
    lost: usize,
    doubled: usize,
    /// What became of the sources.
    sources: BTreeMap<String, u32>,
    /// The first things that went wrong, with all that is needed to find out why.
    wrong: Vec<String>,
}

impl fmt::Display for Tally {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            merges,
            removed,
            accepted,
            unknown,
            refused,
            hidden,
            lost,
            doubled,
            sources,
            ..
        } = self;
        write!(
            to,
            "merges {merges} (source removed {removed}), accepted {accepted}, lost {lost}, doubled {doubled} (hidden for a while {hidden}, refused {refused}, unanswered {unknown}; sources {sources:?})"
        )
    }
}

fn race(quick: u32, settled: u32, held: u32, naive: u32) {
    let begun = Instant::now();
    let server = Dovecot::start(&Setup {
        lmtp: true,
        in_memory: true,
        ..Setup::default()
    });
    let quick = many(quick, "quick", |user| {
        one(&server, user, false, || {
            rolecall(&server, user, &["--settle", "0"])
        })
    });
    let settled = many(settled, "settled", |user| {
        one(&server, user, false, || rolecall(&server, user, &[]))
    });
    let held = many(held, "held", |user| {
        one(&server, user, true, || {
            rolecall(&server, user, &["--settle", "0"])
        })
    });
    let port = server.port;
    let lossy = many(naive, "naive", |user| {
        one(&server, user, false, || {
            // Logged in again where the server's process has died.
            (0..5)
                .find_map(|_| catch_unwind(|| naively(port, user)).ok())
                .unwrap()
        })
    });
    println!("all: seconds {}", begun.elapsed().as_secs());
    for tally in [&quick, &settled, &held] {
        assert!(tally.wrong.is_empty(), "{}", tally.wrong.join("\n"));
        assert_eq!((tally.lost, tally.doubled), (0, 0), "{tally}");
    }
    for tally in [&quick, &settled] {
        assert_eq!(tally.hidden, 0, "{tally}");
    }
    assert!(lossy.lost > 0, "too weak: the naive method lost nothing");
}

/// Plays merges, a few at the same time, until so many have removed their source. Where it is never seen empty it stays,
/// and nothing was risked; so there may be four times as many.
fn many(count: u32, name: &str, merge: impl Fn(&str) -> Tally + Sync) -> Tally {
    let begun = Instant::now();
    let whole = Mutex::new(Tally::default());
    in_lanes(4 * count as usize, |number| {
        if whole.lock().unwrap().removed < count {
            let one = merge(&format!("{name}{number}"));
            whole.lock().unwrap().add(one);
        }
    });
    let whole = whole.into_inner().unwrap();
    println!("{name}: {whole}, seconds {}", begun.elapsed().as_secs());
    assert!(whole.removed >= count, "too weak: most sources stay");
    whole
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.merges += other.merges;
        self.removed += other.removed;
        self.accepted += other.accepted;
        self.unknown += other.unknown;
        self.refused += other.refused;
        self.hidden += other.hidden;
        self.lost += other.lost;
        self.doubled += other.doubled;
        for (what, count) in other.sources {
            *self.sources.entry(what).or_default() += count;
        }
        self.wrong.extend(other.wrong);
    }
}

/// One account, one merge, and the count of what is there afterwards. The merge tells what became of the source, and
/// what to show if mail is missing.
fn one(
    server: &Dovecot,
    user: &str,
    held_open: bool,
    merge: impl FnOnce() -> (String, String),
) -> Tally {
    let mut raw = Raw::login(server.port, user);
    raw.create(TARGET);
    raw.create(SOURCE);
    let mut accepted = BTreeSet::new();
    for (mailbox, numbers) in [(TARGET, 1..=3), (SOURCE, 11..=20)] {
        for number in numbers {
            raw.append(mailbox, "\\Seen", DATE, &numbered(number));
            accepted.insert(number);
        }
    }
    let ((source, story), written) = while_writing(server, user, HASTE, held_open, merge);
    let Written {
        accepted: more,
        unknown,
        refused,
    } = written;
    accepted.extend(more);
    let mut there = numbers(&mut raw);
    let first = missing(&accepted, &there);
    if !first.is_empty() {
        save_more(&mut raw);
        there = numbers(&mut raw);
    }
    if !missing(&accepted, &there).is_empty() {
        // None of these saves may have met the name of an unlisted file: then only the administrator's command lists it.
        server.doveadm(user, "force-resync", &["*"], b"");
        there = numbers(&mut Raw::login(server.port, user));
    }
    let lost = missing(&accepted, &there);
    let doubled: Vec<u32> = there
        .iter()
        .filter(|(_, mailboxes)| mailboxes.len() > 1)
        .map(|(number, _)| *number)
        .collect();
    let mut wrong = Vec::new();
    let expected = [
        "0 removed",
        "0 came-back",
        "3 left",
        // Seen three times in some 1 700 merges; once the log was read: Dovecot's imap process ended by a panic (locking dovecot.list.index.log, "Resource deadlock
        // avoided") during the listing, before anything was changed. Where it does so later, the run is resumed.
        "3 network",
        "removed",
    ];
    if !expected.contains(&source.trim_end_matches(" resumed")) {
        wrong.push(format!("{user}: {source}\n{story}\n"));
    }
    if raw.names().iter().any(|name| name.contains("rolecall-")) {
        wrong.push(format!("{user}: a name of ours is left\n{story}\n"));
    }
    if !lost.is_empty() || !doubled.is_empty() {
        wrong.push(format!(
            "{user}: lost {lost:?}, doubled {doubled:?}\n{story}\n{}\n",
            log_of(server, user)
        ));
    }
    Tally {
        merges: 1,
        removed: u32::from(source.contains("removed") || source.contains("came-back")),
        accepted: accepted.len(),
        unknown: unknown.len(),
        refused,
        hidden: first.len() - lost.len(),
        lost: lost.len(),
        doubled: doubled.len(),
        sources: BTreeMap::from([(source, 1)]),
        wrong,
    }
}

/// What the server wrote about a user.
fn log_of(server: &Dovecot, user: &str) -> String {
    let (log, whose) = (server.log(), format!("({user})"));
    let lines: Vec<&str> = log.lines().filter(|line| line.contains(&whose)).collect();
    lines.join("\n")
}

pub fn missing(accepted: &BTreeSet<u32>, there: &BTreeMap<u32, Vec<String>>) -> Vec<u32> {
    accepted
        .iter()
        .copied()
        .filter(|number| !there.contains_key(number))
        .collect()
}

/// Saves some more mail into the source, as its users will.
///
/// Dovecot 2.3.19 with sdbox: a session that holds a mailbox open which was renamed takes the index of a new mailbox of
/// that name for its own, damaged ("indexid changed") and resets it. What was accepted there lies on the disk, unlisted,
/// until a save finds its file's name taken, is refused and has the index rebuilt, or the administrator has it rebuilt
/// (`doveadm force-resync`). Any RENAME by any client does it.
fn save_more(raw: &mut Raw) {
    for number in 400_001..400_010 {
        let (_, answer) = raw.try_append(SOURCE, "", DATE, &numbered(number));
        if answer.contains("[TRYCREATE]") {
            raw.create(SOURCE);
        }
    }
}

/// Every numbered message of the account, and the mailboxes that it is in.
pub fn numbers(raw: &mut Raw) -> BTreeMap<u32, Vec<String>> {
    let mut found: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for name in raw.names() {
        raw.ok(&format!("EXAMINE \"{name}\""));
        for line in raw.ok("UID FETCH 1:* (BODY.PEEK[HEADER.FIELDS (Message-ID)])") {
            let line = String::from_utf8_lossy(&line);
            let number = line
                .split_once("<race-")
                .and_then(|(_, rest)| rest.split_once('@'))
                .and_then(|(number, _)| number.parse().ok());
            if let Some(number) = number {
                found.entry(number).or_default().push(name.clone());
            }
        }
    }
    found
}

/// The product: the real binary in a process of its own.
fn rolecall(server: &Dovecot, user: &str, options: &[&str]) -> (String, String) {
    let state = tempfile::tempdir_in(memory()).unwrap();
    let url = format!("imap://{user}@127.0.0.1:{}", server.port);
    let fix = [
        "fix",
        "--yes",
        "--only",
        "sent",
        "--plaintext",
        "--format",
        "json",
    ];
    let words = [&fix[..], options, &[&url]].concat();
    let mut output = support::rolecall(state.path(), &words).output().unwrap();
    let mut resumed = "";
    for _ in 0..3 {
        if output.status.code() == Some(4) {
            resumed = " resumed";
            let words = ["resume", "--plaintext", "--format", "json"];
            output = support::rolecall(state.path(), &words).output().unwrap();
        }
    }
    let shown = support::shown(&output);
    let receipt: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{user}: {error}\n{shown}"));
    let (step, error) = (&receipt["steps"][0], &receipt["error"]);
    let source = format!(
        "{} {}{resumed}",
        output.status.code().unwrap_or(-1),
        step["source_after"]
            .as_str()
            .or(error["kind"].as_str())
            .unwrap_or("?")
    );
    let journals = support::journals(state.path());
    let journals = journals
        .iter()
        .map(|path| fs::read_to_string(path).unwrap());
    (source, format!("{shown}\n{}", journals.collect::<String>()))
}

/// What every script does: move all, look whether it is empty, delete.
fn naively(port: u16, user: &str) -> (String, String) {
    let mut raw = Raw::login(port, user);
    for _ in 0..200 {
        let (_, answer) = raw.command(&format!("SELECT {SOURCE}"));
        if answer.contains("[NONEXISTENT]") {
            return ("removed".to_owned(), String::new());
        }
        raw.ok(&format!("UID MOVE 1:* {TARGET}"));
        raw.ok("UNSELECT");
        let status = raw.ok(&format!("STATUS {SOURCE} (MESSAGES)"));
        if String::from_utf8_lossy(&status[0]).contains("MESSAGES 0)") {
            // Dovecot itself refuses where mail comes in during the DELETE, but not where it came just before.
            let (_, answer) = raw.command(&format!("DELETE {SOURCE}"));
            if answer.starts_with("OK") {
                return ("removed".to_owned(), String::new());
            }
        }
    }
    ("left".to_owned(), String::new())
}
