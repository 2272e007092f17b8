//! Merges on Cyrus while mail is delivered into the source by its id.
//!
//! RENAME keeps a mailbox's id, so Sieve's `fileinto :mailboxid` (RFC 9042) goes on writing into what has a name of
//! rolecall's by then: no name that nobody knows keeps it out. A server that can is told to take nothing in any more, and
//! then delivers into INBOX, which counts as kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, io,
    ops::Range,
    sync::{
        Barrier, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{
    dovecot::scene::DATE,
    races::{
        distant, in_so_many_lanes,
        merges::{missing, numbers},
        writers::{SOURCE, numbered},
    },
    servers::server::{Kind, Server},
    support::{
        self,
        dovecot::memory,
        line::Line,
        managesieve::ManageSieve,
        proxy::{Cut, Proxy},
        raw::Raw,
    },
};

const TARGET: &str = "Sent";

/// Milliseconds between two messages of a writer, near the server and 80 ms away: long enough that the source is seen empty
/// now and then. What comes by id falls into the moment that matters; the rest only keeps the source filled.
fn pauses(way: Way, is_far: bool) -> Range<u64> {
    match (way, is_far) {
        (_, false) => 200..500,
        (Way::ById, true) => 900..1_700,
        (_, true) => 3_000..4_500,
    }
}

/// A writer ends by itself: so a merge that waits for quiet comes to its end.
const LONGEST: Duration = Duration::from_secs(40);

const LANES: usize = 8;

#[test]
fn nothing_that_is_delivered_by_id_is_lost_in_32_merges() {
    race(32);
}

#[test]
#[ignore = "long: ten times as many"]
fn nothing_that_is_delivered_by_id_is_lost_in_320_merges() {
    race(320);
}

/// The moment that matters, held still: all looks are over, and DELETE is on its way.
#[test]
fn what_is_delivered_by_id_just_before_the_removal_goes_to_the_inbox() {
    let Some(server) = started(1) else { return };
    let account = Account::made(&server, "user0");
    let proxy = Proxy::before(server.port);
    proxy.cut_at("DELETE", 1, Cut::Hold);
    let state = tempfile::tempdir_in(memory()).unwrap();
    let mut command = account.merging(state.path(), proxy.port);
    let running = command.stdout(std::process::Stdio::piped()).spawn();
    let running = running.unwrap();
    proxy.wait_until_held();
    let mut line = Line::lmtp(server.lmtp_port).unwrap();
    let accepted = deliver(&mut line, &account.user, Way::ById, 77).unwrap();
    assert!(accepted, "the server refuses what it is to lose");
    proxy.let_go();
    let output = running.wait_with_output().unwrap();
    let told = support::shown(&output);
    let there = numbers(&mut account.raw());
    assert!(there.contains_key(&77), "mail is lost: {told}");
    assert_eq!(missing(&filled(), &there), [0; 0], "mail is lost: {told}");
}

fn started(users: usize) -> Option<Server> {
    let users: Vec<String> = (0..users).map(|number| format!("user{number}")).collect();
    (!Kind::Cyrus.is_left_out()).then(|| Server::start(Kind::Cyrus, &users))
}

/// How a message comes into the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// LMTP, and Sieve by the mailbox's id.
    ById,
    /// LMTP, and Sieve by the mailbox's name.
    ByName,
    /// A client that saves what it has sent.
    Append,
}

/// The messages that are there from the beginning.
fn filled() -> BTreeSet<u32> {
    (1..=3).chain(11..=16).collect()
}

/// An account whose mail is sorted by Sieve.
struct Account<'s> {
    server: &'s Server,
    user: String,
}

impl<'s> Account<'s> {
    /// Makes the two mailboxes, fills them and sorts mail into the source.
    fn made(server: &'s Server, user: &str) -> Self {
        let account = Self {
            server,
            user: user.to_owned(),
        };
        let mut raw = account.raw();
        raw.create(TARGET);
        let (_, end) = raw.command(&format!("CREATE {SOURCE}"));
        let id = end.split_once("MAILBOXID (").unwrap().1;
        let id = id.split_once(')').unwrap().0;
        raw.ok(&format!("SUBSCRIBE {SOURCE}"));
        for number in filled() {
            let mailbox = if number < 10 { TARGET } else { SOURCE };
            raw.append(mailbox, "\\Seen", DATE, &numbered(number));
        }
        let rules = format!(
            "require [\"fileinto\", \"mailboxid\"];
if header :is \"X-Way\" \"ById\" {{ fileinto :mailboxid \"{id}\" \"INBOX\"; stop; }}
if header :is \"X-Way\" \"ByName\" {{ fileinto \"{SOURCE}\"; stop; }}
"
        );
        ManageSieve::login(server.sieve_port, user).filter(&rules);
        account
    }

    fn raw(&self) -> Raw {
        Raw::login(self.server.port, &self.user)
    }

    /// rolecall, with or without the guard that the environment names.
    fn merging(&self, state: &std::path::Path, port: u16) -> std::process::Command {
        let url = format!("imap://{}@127.0.0.1:{port}", self.user);
        let words = "fix --yes --settle 0 --only sent --plaintext --format json";
        let words: Vec<&str> = words.split(' ').chain([url.as_str()]).collect();
        let mut command = support::rolecall(state, &words);
        if let Ok(guard) = std::env::var("ROLECALL_WITHOUT") {
            command.env("ROLECALL_WITHOUT", guard);
        }
        command
    }
}

/// Whether the server has taken a message.
fn deliver(line: &mut Line, user: &str, way: Way, number: u32) -> io::Result<bool> {
    let head = format!("X-Way: {way:?}\r\n");
    line.deliver(user, &[head.as_bytes(), &numbered(number)].concat())
}

/// Saves a message; where the mailbox is not there, it is made.
fn append(line: &mut Line, number: u32) -> io::Result<bool> {
    let body = numbered(number);
    let head = format!("APPEND {SOURCE} (\\Seen) {{{}+}}\r\n", body.len());
    for _ in 0..3 {
        let answer = line.asks_octets(&[head.as_bytes(), &body].concat())?;
        if answer.starts_with("OK") {
            return Ok(true);
        }
        if !answer.contains("[TRYCREATE]") {
            return Ok(false);
        }
        line.asks(&format!("CREATE {SOURCE}"))?;
    }
    Ok(false)
}

/// What is counted over many merges.
#[derive(Debug, Default)]
struct Tally {
    merges: usize,
    removed: usize,
    /// All that was planned is done.
    done: usize,
    accepted: usize,
    lost: usize,
    doubled: usize,
    slowest: Duration,
    /// What became of the sources.
    sources: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

impl fmt::Display for Tally {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            to,
            "merges {} (source removed {}), accepted {}, lost {}, doubled {}, slowest {} s; sources {:?}",
            self.merges,
            self.removed,
            self.accepted,
            self.lost,
            self.doubled,
            self.slowest.as_secs(),
            self.sources
        )
    }
}

/// Half of the merges near the server, half of them 80 ms away.
fn race(merges: usize) {
    let Some(server) = started(merges) else {
        return;
    };
    let far = distant::before(server.port, Duration::from_millis(80));
    let mut all = Vec::new();
    for (at, port) in [server.port, far].into_iter().enumerate() {
        let begun = Instant::now();
        let tally = Mutex::new(Tally::default());
        in_so_many_lanes(LANES, merges / 2, |number| {
            let user = format!("user{}", at * merges / 2 + number);
            one(&server, &user, port, at == 1, &tally);
        });
        let tally = tally.into_inner().unwrap();
        let away = ["near", "80 ms away"][at];
        println!("{away}: {tally}, seconds {}", begun.elapsed().as_secs());
        all.push(tally);
    }
    for tally in &all {
        assert_eq!(
            tally.lost,
            0,
            "mail is lost: {tally}\n{}",
            tally.wrong.join("\n")
        );
        assert_eq!(tally.doubled, 0, "mail is there twice: {tally}");
        assert!(tally.wrong.is_empty(), "{}", tally.wrong.join("\n"));
    }
    let [played, removed, done] = [
        |tally: &Tally| tally.merges,
        |tally: &Tally| tally.removed,
        |tally: &Tally| tally.done,
    ]
    .map(|count| all.iter().map(count).sum::<usize>());
    assert_eq!(played, merges / 2 * 2);
    assert_eq!(done, played, "not all came to an end: {all:?}");
    assert!(
        10 * removed >= 9 * played,
        "too weak: sources stay: {all:?}"
    );
}

/// One account, one merge, and the count of what is there afterwards.
fn one(server: &Server, user: &str, port: u16, is_far: bool, all: &Mutex<Tally>) {
    let account = Account::made(server, user);
    let state = tempfile::tempdir_in(memory()).unwrap();
    let begun = Instant::now();
    let (output, mut accepted) = while_writing(&account, is_far, || {
        account.merging(state.path(), port).output().unwrap()
    });
    let lasted = begun.elapsed();
    accepted.extend(filled());
    let mut raw = account.raw();
    let there = numbers(&mut raw);
    let lost = missing(&accepted, &there);
    let twice = there
        .values()
        .filter(|mailboxes| mailboxes.len() > 1)
        .count();
    let shown = support::shown(&output);
    let receipt: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let step = receipt["steps"].as_array().and_then(|steps| steps.last());
    let step = step.cloned().unwrap_or_default();
    let after = step["source_after"].as_str().unwrap_or("?");
    let status = output.status.code().unwrap_or(-1);
    let why = match after {
        "removed" | "came-back" => "",
        _ => step["message"].as_str().unwrap_or_default(),
    };
    let mut all = all.lock().unwrap();
    if !lost.is_empty() {
        all.wrong.push(format!("{user}: lost {lost:?}\n{shown}"));
    }
    if raw.names().iter().any(|name| name.contains("rolecall-")) && status != 4 {
        all.wrong
            .push(format!("{user}: a name of ours is left\n{shown}"));
    }
    all.merges += 1;
    all.removed += usize::from(after == "removed" || after == "came-back");
    all.done += usize::from(status == 0);
    all.accepted += accepted.len();
    all.lost += lost.len();
    all.doubled += twice;
    all.slowest = all.slowest.max(lasted);
    *all.sources
        .entry(format!("{status} {after} {why}"))
        .or_default() += 1;
}

/// Lets three writers write while the work is done; what the server has taken of them.
fn while_writing<T>(
    account: &Account<'_>,
    is_far: bool,
    work: impl FnOnce() -> T,
) -> (T, BTreeSet<u32>) {
    let (over, ready) = (AtomicBool::new(false), Barrier::new(4));
    let ways = [Way::ById, Way::ByName, Way::Append];
    thread::scope(|scope| {
        let (over, ready) = (&over, &ready);
        let writers = (1..).zip(ways).map(|(nth, way)| {
            let account = &account;
            let over = || over.load(Ordering::Relaxed);
            scope.spawn(move || writes(account, (way, nth), is_far, ready, over))
        });
        let writers: Vec<_> = writers.collect();
        ready.wait();
        let done = work();
        over.store(true, Ordering::Relaxed);
        let accepted = writers
            .into_iter()
            .flat_map(|writer| writer.join().unwrap());
        (done, accepted.collect())
    })
}

fn writes(
    account: &Account<'_>,
    (way, nth): (Way, u32),
    is_far: bool,
    ready: &Barrier,
    over: impl Fn() -> bool,
) -> BTreeSet<u32> {
    let mut line = opened(account, way).ok();
    ready.wait();
    let give_up = Instant::now() + LONGEST;
    let mut accepted = BTreeSet::new();
    // The same user's writers pause alike in every run.
    let seed = account.user.bytes().chain([nth.to_le_bytes()[0]]);
    let mut chance = seed.fold(1, |sum: u64, octet| {
        sum.wrapping_mul(257).wrapping_add(u64::from(octet))
    });
    let mut number = nth * 100_000;
    while !over() && Instant::now() < give_up {
        number += 1;
        let taken = match (&mut line, way) {
            (Some(line), Way::Append) => append(line, number),
            (Some(line), _) => deliver(line, &account.user, way, number),
            (None, _) => Err(io::ErrorKind::NotConnected.into()),
        };
        match taken {
            Ok(true) => _ = accepted.insert(number),
            Ok(false) => {}
            Err(_) => line = opened(account, way).ok(),
        }
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let pause = pauses(way, is_far);
        let more = (chance >> 33) % (pause.end - pause.start);
        thread::sleep(Duration::from_millis(pause.start + more));
    }
    accepted
}

fn opened(account: &Account<'_>, way: Way) -> io::Result<Line> {
    match way {
        Way::Append => Line::imap(account.server.port, &account.user),
        _ => Line::lmtp(account.server.lmtp_port),
    }
}
