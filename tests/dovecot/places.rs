//! Mailboxes that are not where they seem: views, other namespaces, and one mailbox under two names.
//!
//! In each scene INBOX, every ordinary mailbox and all of other namespaces stay as they are, octet for octet; the mailboxes
//! of the one personal namespace that holds INBOX are merged all the same, and an undo brings all back.

mod aliases;
mod namespaces;
mod setups;
mod views;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    dovecot::scene::{Account, DATE, Scene},
    support::raw::{Raw, Seen, text},
};

/// Two trees of an account: the user's own mailboxes, and all that is to stay as it is.
struct Parted {
    own: BTreeMap<String, Vec<Seen>>,
    others: BTreeMap<String, Vec<Seen>>,
}

/// Parts an account at these places of the others: names, or prefixes with their delimiters.
fn parted(account: Account, others: &[&str]) -> Parted {
    let all = account.messages.into_iter();
    let (others, own) = all.partition(|(name, _)| is_one_of(others, name));
    Parted { own, others }
}

/// Whether a name is one of these, or lies below one that ends in a delimiter.
fn is_one_of(places: &[&str], name: &str) -> bool {
    places.iter().any(|place| {
        let is_above = place.ends_with(['/', '.']) && name.starts_with(place);
        is_above || name == *place
    })
}

/// Adds messages of these numbers, no two of a size.
fn fill(raw: &mut Raw, wire: &str, numbers: std::ops::Range<u32>) {
    for number in numbers {
        let length = 300 + 7 * number as usize;
        raw.append(wire, flags_of(number), DATE, &text(number, length));
    }
}

fn flags_of(number: u32) -> &'static str {
    ["", "\\Seen", "\\Flagged $Client-7", "\\Seen \\Answered"][number as usize % 4]
}

/// INBOX, ordinary mailboxes, two of sent and two of trash: 4 + 3 and 2 + 1, the first of each to be kept.
fn busy(scene: &Scene, prefix: &str) {
    let name = |leaf: &str| format!("{prefix}{leaf}");
    let mut raw = scene.raw();
    let made = [
        ("Work", 20..25),
        ("2023", 30..32),
        ("Sent", 40..44),
        ("Sent Items", 50..53),
        ("Trash", 60..62),
        ("Deleted Items", 70..71),
        ("Junk", 80..81),
    ];
    fill(&mut raw, "INBOX", 1..8);
    for (leaf, numbers) in made {
        raw.create(&name(leaf));
        fill(&mut raw, &name(leaf), numbers);
    }
}

/// What a run on [`busy`] leaves of the user's own mailboxes.
fn merged(mut own: BTreeMap<String, Vec<Seen>>, prefix: &str) -> BTreeMap<String, Vec<Seen>> {
    for (kept, gone) in [("Sent", "Sent Items"), ("Trash", "Deleted Items")] {
        let moved = own.remove(&format!("{prefix}{gone}")).unwrap();
        let kept = own.get_mut(&format!("{prefix}{kept}")).unwrap();
        kept.extend(moved);
        kept.sort();
    }
    own
}

/// Fixes all roles and undoes it: what is the user's own is merged and comes back; what is not stays, and no command that
/// can change anything names it.
fn fixed_and_undone(scene: &Scene, prefix: &str, others: &[&str]) {
    let before = scene.account();
    scene.proxy.clear();
    let receipt = scene.fix("--include trash,junk");
    let after = scene.account();
    assert_eq!(named(scene, others), [""; 0]);
    assert_eq!(
        of(&after.subscribed, others),
        of(&before.subscribed, others)
    );
    let (was, is) = (parted(before.clone(), others), parted(after, others));
    assert_eq!(is.own, merged(was.own, prefix), "{receipt:#}");
    assert_eq!(is.others, was.others);

    scene.proxy.clear();
    scene.undo(receipt["run"].as_str().unwrap());
    assert_eq!(named(scene, others), [""; 0]);
    assert_eq!(scene.account(), before);
}

/// Commands that can change something and that name one of the others.
fn named(scene: &Scene, others: &[&str]) -> Vec<String> {
    let mut sent = scene.proxy.mutating();
    sent.retain(|line| {
        let mut quoted = line.split('"').skip(1).step_by(2);
        quoted.any(|name| is_one_of(others, name))
    });
    sent
}

fn of<'a>(names: impl IntoIterator<Item = &'a String>, places: &[&str]) -> Vec<&'a String> {
    let is_one = |name: &&String| is_one_of(places, name);
    names.into_iter().filter(is_one).collect()
}

/// The audit lists each of these without a role of its own, and the table for people says a word about it.
fn told_without_a_role(scene: &Scene, names: &[&str]) {
    let audit = scene.tells("audit", 1);
    for name in names {
        let mailbox = listed(&audit, name);
        assert_eq!(mailbox["role"], Value::Null, "{mailbox:#}");
        let kept = audit["roles"].to_string();
        assert!(!kept.contains(&format!("\"{name}\"")), "{kept}");
    }
    let table = scene.shows("audit --verbose", 1);
    for name in names {
        let line = table.lines().find(|line| line.contains(name));
        assert!(line.is_some(), "{name} is not told:\n{table}");
    }
}

fn listed<'a>(audit: &'a Value, name: &str) -> &'a Value {
    let mailboxes = audit["mailboxes"].as_array().unwrap().iter();
    mailboxes
        .into_iter()
        .find(|mailbox| mailbox["wire_name"] == name)
        .unwrap_or_else(|| panic!("{name} is not listed"))
}
