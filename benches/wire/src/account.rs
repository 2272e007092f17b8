//! The accounts: what is in them, how they get onto the server's disk, and what must be there afterwards.
//!
//! Messages are written straight into the server's Maildirs, which the server then reads once, as it would have read them
//! long ago. Each run works on a copy whose messages are links to these.

use std::{
    collections::BTreeMap,
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::Path,
    process::Command,
    time::{Duration, SystemTime},
};

use crate::{bare::Bare, client::LIST, server::Server};

/// One mailbox and what a merge makes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    pub name: String,
    /// Its name in modified UTF-7.
    pub wire: String,
    pub messages: u32,
    pub goes: Goes,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goes {
    /// It is there afterwards, with what others gave it.
    Stays,
    /// Its messages go into this one, and it is removed.
    Into(&'static str),
    /// It gets this name, since the mailbox above it is removed.
    Becomes(&'static str),
}

/// The mailboxes of an account.
pub type Layout = Vec<Mailbox>;

/// Nine sources into four targets, one of the sources with a mailbox below it: so many messages to be moved.
pub fn nine_sources(messages: u32) -> Layout {
    const SOURCES: [(&str, &str, &str, u32); 8] = [
        ("Sent Messages", "Sent Messages", "Sent", 15),
        (
            "Éléments envoyés",
            "&AMk-l&AOk-ments envoy&AOk-s",
            "Sent",
            12,
        ),
        ("Courrier envoyé", "Courrier envoy&AOk-", "Sent", 8),
        ("Brouillons", "Brouillons", "Drafts", 6),
        ("Entwürfe", "Entw&APw-rfe", "Drafts", 4),
        ("Archives", "Archives", "Archive", 16),
        ("Archiv", "Archiv", "Archive", 8),
        ("Spam", "Spam", "Junk", 6),
    ];
    let target = |name: &str| mailbox(name, name, messages / 20, Goes::Stays);
    let mut layout: Layout = ["Sent", "Drafts", "Archive", "Junk"].map(target).into();
    for (name, wire, into, percent) in SOURCES {
        layout.push(mailbox(
            name,
            wire,
            messages * percent / 100,
            Goes::Into(into),
        ));
    }
    let others: u32 = SOURCES
        .iter()
        .map(|(.., percent)| messages * percent / 100)
        .sum();
    layout.push(mailbox(
        "Sent Items",
        "Sent Items",
        messages - others,
        Goes::Into("Sent"),
    ));
    let below = Goes::Becomes("Sent/Clients");
    layout.push(mailbox(
        "Sent Items/Clients",
        "Sent Items/Clients",
        3,
        below,
    ));
    layout.push(mailbox("Projects", "Projects", 3, Goes::Stays));
    layout
}

/// The mailboxes of [`nine_sources`], and so many more as make this number with INBOX.
pub fn many_mailboxes(number: u32) -> Layout {
    let mut layout = nine_sources(100);
    let there = u32::try_from(layout.len()).unwrap() + 1;
    for number in there..number {
        let name = format!("Projects/Client {number:05}");
        layout.push(mailbox(&name, &name, 1, Goes::Stays));
    }
    layout
}

/// One source of five messages.
pub fn one_source() -> Layout {
    vec![
        mailbox("Sent", "Sent", 3, Goes::Stays),
        mailbox("Sent Items", "Sent Items", 5, Goes::Into("Sent")),
    ]
}

fn mailbox(name: &str, wire: &str, messages: u32, goes: Goes) -> Mailbox {
    let (name, wire) = (name.to_owned(), wire.to_owned());
    Mailbox {
        name,
        wire,
        messages,
        goes,
    }
}

/// What is in an account: each message's octets, date and flags, by mailbox.
pub type Contents = BTreeMap<String, Vec<u64>>;

/// Writes an account onto the server's disk, and lets the server read it.
pub fn write(server: &Server, user: &str, layout: &Layout) {
    let root = server.home(user).join("Maildir");
    let mut number = 0;
    let inbox = mailbox("", "", 4, Goes::Stays);
    for mailbox in [&inbox].into_iter().chain(layout) {
        let folder = root.join(on_disk(&mailbox.wire));
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(folder.join(part)).unwrap();
        }
        if !mailbox.wire.is_empty() {
            fs::write(folder.join("maildirfolder"), "").unwrap();
        }
        for _ in 0..mailbox.messages {
            number += 1;
            message(&folder.join("cur"), number);
        }
        // Dovecot does not trust a folder that was changed a moment ago.
        for part in ["cur", "new"] {
            let folder = fs::File::open(folder.join(part)).unwrap();
            folder
                .set_modified(SystemTime::now() - Duration::from_hours(1))
                .unwrap();
        }
    }
    let names: Vec<&str> = layout.iter().map(|mailbox| mailbox.wire.as_str()).collect();
    fs::write(root.join("subscriptions"), names.join("\n") + "\n").unwrap();
    if crate::support::is_root() {
        shell("chown -R nobody:nogroup \"$1\"", &[&server.home(user)]);
    }
    let mut bare = Bare::login(server.port(), user);
    for mailbox in layout {
        bare.flight(&[
            &format!("SELECT \"{}\"", mailbox.wire),
            "UID FETCH 1:* (FLAGS INTERNALDATE RFC822.SIZE)",
        ]);
    }
    bare.flight(&[LIST]);
    bare.flight(&["LOGOUT"]);
}

/// No two are alike in octets or dates, and neighbours have other flags.
fn message(folder: &Path, number: u32) {
    const FLAGS: [&str; 4] = ["S", "RS", "FS", ""];
    let text = format!(
        "From: a@example.test\nTo: b@example.test\nMessage-ID: <{number}@example.test>\nSubject: {number}\n\n{}",
        "A line of a message like any other.\n".repeat(number as usize % 20)
    );
    let lines = text.matches('\n').count();
    let flags = FLAGS[number as usize % FLAGS.len()];
    // Dovecot writes both sizes into the names of its files, so that it need not read them.
    let (size, size_sent) = (text.len(), text.len() + lines);
    let name = format!("{number}.M{number}P1.host,S={size},W={size_sent}:2,{flags}");
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    let date = SystemTime::UNIX_EPOCH + Duration::from_secs(1_500_000_000 + u64::from(number) * 61);
    fs::File::open(path).unwrap().set_modified(date).unwrap();
}

/// Makes another user's account like this one: its messages are links, its indexes copies.
pub fn copy(server: &Server, from: &str, to: &str) {
    const COPY: &str = "cp -al \"$1\" \"$2\" && cd \"$1\" &&
        find . -type f '(' -name 'dovecot*' -o -name subscriptions ')' -print0 |
        xargs -0 cp -a --remove-destination --parents -t \"$2\"";
    shell(COPY, &[&server.home(from), &server.home(to)]);
}

/// Deletes a user's account.
pub fn delete(server: &Server, user: &str) {
    fs::remove_dir_all(server.home(user)).unwrap();
}

fn shell(script: &str, paths: &[&Path]) {
    let status = Command::new("sh")
        .args(["-ec", script, "sh"])
        .args(paths)
        .status();
    assert!(status.unwrap().success(), "{script}");
}

/// What is in an account now, as its files tell.
pub fn read(server: &Server, user: &str) -> Contents {
    let root = server.home(user).join("Maildir");
    let mut contents = Contents::new();
    for entry in fs::read_dir(&root).unwrap() {
        let folder = entry.unwrap().file_name().into_string().unwrap();
        if folder.starts_with('.') && !folder.starts_with("..") {
            contents.insert(folder.clone(), messages(&root.join(folder)));
        }
    }
    contents.insert(String::new(), messages(&root));
    contents
}

fn messages(folder: &Path) -> Vec<u64> {
    let mut messages = Vec::new();
    for part in ["cur", "new"] {
        for entry in fs::read_dir(folder.join(part)).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let flags = name.split_once(":2,").map_or("", |(_, flags)| flags);
            let date = path.metadata().unwrap().modified().unwrap();
            let mut hash = DefaultHasher::new();
            (fs::read(&path).unwrap(), date, flags).hash(&mut hash);
            messages.push(hash.finish());
        }
    }
    messages.sort_unstable();
    messages
}

/// What a merge must make of these contents.
pub fn merged(before: &Contents, layout: &Layout) -> Contents {
    let mut after = before.clone();
    for mailbox in layout {
        let goes = match &mailbox.goes {
            Goes::Stays => continue,
            Goes::Into(name) | Goes::Becomes(name) => on_disk(name),
        };
        let moved = after.remove(&on_disk(&mailbox.wire)).unwrap();
        let messages = after.entry(goes).or_default();
        messages.extend(moved);
        messages.sort_unstable();
    }
    after
}

/// Compares an account message by message with what must be there.
pub fn check(who: &str, expected: &Contents, found: &Contents) {
    let names: Vec<&String> = found.keys().collect();
    assert!(
        expected.keys().eq(found.keys()),
        "{who}: other mailboxes than expected: {names:?}"
    );
    for (name, expected) in expected {
        let found = &found[name];
        assert!(
            expected == found,
            "{who}: {name} has {} messages instead of {}, or others",
            found.len(),
            expected.len()
        );
    }
}

/// A mailbox's folder below the Maildir.
fn on_disk(wire: &str) -> String {
    if wire.is_empty() {
        String::new()
    } else {
        format!(".{}", wire.replace('/', "."))
    }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    #[test]
    fn a_message_that_is_lost_doubled_changed_or_elsewhere_is_seen() {
        let mailbox = |name: &str, messages: &[u64]| (name.to_owned(), messages.to_vec());
        let before = Contents::from([
            mailbox("", &[1]),
            mailbox(".Sent", &[2, 5]),
            mailbox(".Sent Items", &[3, 4]),
        ]);
        let expected = merged(&before, &one_source());
        let right = Contents::from([mailbox("", &[1]), mailbox(".Sent", &[2, 3, 4, 5])]);
        check("a client that is right", &right, &expected);
        for sent in [&[2, 3, 5][..], &[2, 3, 3, 4, 5], &[2, 3, 5, 6], &[]] {
            let wrong = Contents::from([mailbox("", &[1]), mailbox(".Sent", sent)]);
            assert!(catch_unwind(|| check("a client that is wrong", &expected, &wrong)).is_err());
        }
        assert!(catch_unwind(|| check("a client that did nothing", &expected, &before)).is_err());
    }

    #[test]
    fn the_nine_sources_hold_as_many_messages_as_are_asked_for() {
        for messages in [100, 450, 1_000, 99_999] {
            let layout = nine_sources(messages);
            let sources = layout
                .iter()
                .filter(|mailbox| matches!(mailbox.goes, Goes::Into(_)));
            assert_eq!(sources.clone().count(), 9);
            assert_eq!(
                sources.map(|mailbox| mailbox.messages).sum::<u32>(),
                messages
            );
        }
    }
}
