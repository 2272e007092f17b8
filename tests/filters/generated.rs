//! Ten scripts as generators and people write them, all of the same rules: mail comes through each before, during and after
//! a fix that repairs it, and after its undo. Where each message should be is known.

use std::{
    collections::BTreeSet,
    ops::Range,
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::{
    filters::stage::{Account, FORWARD, Stage},
    races::{in_so_many_lanes, merges::numbers},
    servers::server::Kind,
    support::{self, dovecot::Setup},
};

/// The scripts of `tests/filters/scripts`, in UTF-8 and for alice.
const SCRIPTS: [(&str, &str); 10] = [
    ("byhand", include_str!("scripts/by-hand.sieve")),
    ("create", include_str!("scripts/create.sieve")),
    ("escapes", include_str!("scripts/escapes.sieve")),
    ("lists", include_str!("scripts/lists.sieve")),
    ("modoboa", include_str!("scripts/modoboa.sieve")),
    ("nextcloud", include_str!("scripts/nextcloud.sieve")),
    ("rainloop", include_str!("scripts/rainloop.sieve")),
    ("roundcube", include_str!("scripts/roundcube.sieve")),
    ("away", include_str!("scripts/roundcube-vacation.sieve")),
    ("snappymail", include_str!("scripts/snappymail.sieve")),
];

/// What is written to the account.
struct Letter {
    header: &'static str,
    /// Where the rules file it, and where after the merge.
    place: [&'static str; 2],
    is_forwarded: bool,
}

/// One for each rule, and one that no rule is for.
const LETTERS: [Letter; 6] = [
    Letter {
        header: "From: The team <team@example.org>\nSubject: Bonjour",
        place: ["Sent Items", "Sent"],
        is_forwarded: false,
    },
    Letter {
        header: "From: shop@example.org\nSubject: Votre Facture",
        place: ["Courrier envoy&AOk-", "Sent"],
        is_forwarded: true,
    },
    Letter {
        header: "From: news@example.org\nSubject: News\nList-Id: News <news.example.org>",
        place: ["Listes", "Listes"],
        is_forwarded: false,
    },
    Letter {
        header: "From: x@example.org\nSubject: Win\nX-Spam-Flag: YES",
        place: ["Spam", "Junk"],
        is_forwarded: false,
    },
    Letter {
        header: "From: boss@example.org\nSubject: well done",
        place: ["Archives", "Archive"],
        is_forwarded: true,
    },
    Letter {
        header: "From: camille@example.test\nSubject: other",
        place: ["INBOX", "INBOX"],
        is_forwarded: false,
    },
];

/// The letter that has this number.
fn letter(number: u32) -> &'static Letter {
    &LETTERS[number as usize % LETTERS.len()]
}

/// What is counted over all scripts of a server.
#[derive(Debug, Default)]
struct Tally {
    delivered: AtomicU32,
    forwarded: AtomicU32,
}

/// An account with mailboxes to be merged and one of the scripts.
struct Sorted<'s> {
    account: Account<'s>,
    forward: String,
    tally: &'s Tally,
}

impl<'s> Sorted<'s> {
    fn new(stage: &'s Stage, user: &str, script: &str, tally: &'s Tally) -> Self {
        let account = stage.account(user);
        account.make(&[
            "Sent",
            "Sent Items",
            "Courrier envoy&AOk-",
            "Archive",
            "Archives",
            "Junk",
            "Spam",
            "Listes",
        ]);
        let forward = format!("{user}@elsewhere.example");
        let mut script = script.replace(FORWARD, &forward);
        if stage.is_cyrus() {
            script = script.replace("envoyé", "envoy&AOk-");
        }
        account.sieve().filter(&script);
        Self {
            account,
            forward,
            tally,
        }
    }

    fn deliver(&self, number: u32) {
        self.account.deliver(number, letter(number).header);
        self.tally.delivered.fetch_add(1, Ordering::Relaxed);
    }

    /// Each of these messages is in one mailbox only, the one that it should be in, before or after the merge.
    fn are_in_place(&self, messages: Range<u32>, which: Range<usize>) {
        let there = numbers(&mut self.account.raw());
        for number in messages {
            let allowed = &letter(number).place[which.clone()];
            let place = there.get(&number).map(Vec::as_slice).unwrap_or_default();
            let is_right = matches!(place, [one] if allowed.contains(&one.as_str()));
            assert!(
                is_right,
                "{}: message {number} is in {place:?}, not in {allowed:?}",
                self.account.user
            );
        }
    }

    /// Every message that is to be forwarded was, once, and no other.
    fn are_forwarded(&self, messages: Range<u32>) {
        let came = self.account.came_to(&self.forward);
        let expected: BTreeSet<String> = messages
            .filter(|number| letter(*number).is_forwarded)
            .map(|number| format!("<race-{number}@example.test>"))
            .collect();
        assert_eq!(came.len(), expected.len(), "{}", self.account.user);
        let count = u32::try_from(came.len()).unwrap();
        self.tally.forwarded.fetch_add(count, Ordering::Relaxed);
        let came: BTreeSet<String> = came.into_iter().collect();
        assert_eq!(came, expected, "{}", self.account.user);
    }
}

const FIX: &str = "fix --yes --settle 0 --format json --repair-filters --include junk --target sent=Sent --target archive=Archive --target junk=Junk";

/// So many messages in each part: before, during, after the fix, and after its undo.
fn through_one(sorted: &Sorted<'_>, count: u32) {
    (0..count).for_each(|number| sorted.deliver(number));
    sorted.are_in_place(0..count, 0..1);
    let over = AtomicBool::new(false);
    let (receipt, during) = thread::scope(|scope| {
        let over = &over;
        let writer = scope.spawn(move || {
            let mut number = count;
            while number < 2 * count || !over.load(Ordering::Relaxed) {
                sorted.deliver(number);
                number += 1;
                thread::sleep(Duration::from_millis(20));
            }
            number
        });
        let mut fix = sorted.account.command(FIX);
        let output = fix.output();
        over.store(true, Ordering::Relaxed);
        let output = output.unwrap();
        assert!(output.status.success(), "{}", support::shown(&output));
        let receipt: Value = serde_json::from_slice(&output.stdout).unwrap();
        (receipt, writer.join().unwrap())
    });
    let after = during + count;
    (during..after).for_each(|number| sorted.deliver(number));
    sorted.are_in_place(0..after, 1..2);
    let run = receipt["run"].as_str().unwrap();
    let words = format!("undo --yes --settle 0 --format json {run}");
    support::json(sorted.account.command_without_account(&words), 0);
    let end = after + count;
    (after..end).for_each(|number| sorted.deliver(number));
    sorted.are_in_place(after..end, 0..1);
    sorted.are_in_place(0..after, 0..2);
    sorted.are_forwarded(0..end);
}

fn through_all(stage: &Stage, scripts: &[(&str, &str)], count: u32) {
    let tally = Tally::default();
    in_so_many_lanes(4, scripts.len(), |nth| {
        let (user, script) = scripts[nth];
        through_one(&Sorted::new(stage, user, script, &tally), count);
    });
    println!("{tally:?}");
}

fn users() -> Vec<&'static str> {
    SCRIPTS.iter().map(|(user, _)| *user).collect()
}

#[test]
fn mail_comes_through_ten_repaired_scripts_to_its_place_on_pigeonhole() {
    through_all(&Stage::pigeonhole(Setup::default()), &SCRIPTS, 6);
}

/// Where everything takes longer: two of them.
fn through_some_on(cyrus: Kind) {
    let Some(stage) = Stage::cyrus_of(cyrus, "", &users()) else {
        return;
    };
    let some = ["byhand", "snappymail"];
    let some: Vec<_> = SCRIPTS
        .into_iter()
        .filter(|(user, _)| some.contains(user))
        .collect();
    through_all(&stage, &some, 6);
}

#[test]
fn mail_comes_through_repaired_scripts_to_its_place_on_cyrus() {
    through_some_on(Kind::Cyrus);
}

#[test]
#[ignore = "long: servers of later Debians"]
fn mail_comes_through_repaired_scripts_to_its_place_on_later_versions_of_cyrus() {
    through_some_on(Kind::Cyrus310);
    through_some_on(Kind::Cyrus312);
}

#[test]
#[ignore = "long: the figure of docs/testing.md"]
fn thousands_come_through_ten_repaired_scripts_to_their_places() {
    through_all(&Stage::pigeonhole(Setup::default()), &SCRIPTS, 60);
    if let Some(stage) = Stage::cyrus("", &users()) {
        through_all(&stage, &SCRIPTS, 60);
    }
}
