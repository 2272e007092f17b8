//! A real Dovecot with many small accounts that several clients have left untidy.

#[path = "../../tests/support/dovecot.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod support;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use support::{Dovecot, PASSWORD, Setup, is_root};

use crate::{Desk, gauge::Gauge, lines};

/// Mailboxes as Maildir++ names them below the INBOX, and how many messages are in each.
const MAILBOXES: [(&str, u32); 10] = [
    ("", 4),
    (".Sent", 3),
    (".Sent Items", 3),
    (".&AMk-l&AOk-ments envoy&AOk-s", 2),
    (".Drafts", 1),
    (".Brouillons", 2),
    (".Junk", 1),
    (".Trash", 1),
    (".Archive", 2),
    (".Projects", 2),
];

/// Room for as many connections as there may be, each process serving one user after the other.
const ROOM: &str = "
default_process_limit = 1000
default_client_limit = 5000
mail_max_userip_connections = 0
maildir_stat_dirs = no
service imap-login {
  service_count = 0
  process_min_avail = 2
  process_limit = 2
}
service imap {
  service_count = 1000
  process_min_avail = 8
  process_limit = 512
}
";

pub fn run(count: u32, settle: u32) {
    let server = Dovecot::start(&Setup {
        location: "maildir:~/Maildir",
        in_memory: true,
        extra: ROOM.to_owned(),
        ..Setup::default()
    });
    let users: Vec<String> = (1..=count)
        .map(|number| format!("user{number:05}"))
        .collect();
    fill(&server, &users);
    let accounts = users.iter().map(|user| {
        let port = server.port;
        format!("imap://{user}@127.0.0.1:{port},FLEET_PASSWORD\n")
    });
    let desk = Desk::new(&format!(
        "account,password_env\n{}",
        accounts.collect::<String>()
    ));
    println!(
        "{count} accounts on Dovecot, settle time {settle} s\n{}",
        Gauge::head()
    );
    let went = |verb: &str, what: &str, results: &str| {
        let command = desk.rolecall(&format!("{verb} --plaintext"), results, PASSWORD);
        let gauge = Gauge::of(command);
        println!("{}", gauge.row(what, count));
        print!("{}", desk.said());
        println!("  status {}", gauge.status);
        assert_eq!(lines(&desk.path(results)).count(), users.len());
    };
    let fix = format!("fix --yes --settle {settle}");
    let before = messages(&server, &users);
    went("audit", "audit, first", "audit.jsonl");
    went("audit", "audit, again", "again.jsonl");
    went(&fix, "fix", "fix.jsonl");
    let after = messages(&server, &users);
    assert_eq!(after.len(), before.len(), "no message is lost or doubled");
    assert_ne!(after, before);
    went("audit", "audit, after", "after.jsonl");
    went(&fix, "fix, a second time", "second.jsonl");
    assert_eq!(
        messages(&server, &users),
        after,
        "the second fix changes nothing"
    );
    println!(
        "{} messages before and after; the second fix has moved none\n",
        after.len()
    );
}

/// Makes every account, in the server's own files.
fn fill(server: &Dovecot, users: &[String]) {
    for user in users {
        let root = server.home(user).join("Maildir");
        let mut number = 0;
        for (name, messages) in MAILBOXES {
            let folder = root.join(name);
            for part in ["cur", "new", "tmp"] {
                fs::create_dir_all(folder.join(part)).unwrap();
            }
            if !name.is_empty() {
                fs::write(folder.join("maildirfolder"), "").unwrap();
            }
            for _ in 0..messages {
                number += 1;
                fs::write(
                    folder.join(format!("cur/{number}.M{number}.host:2,S")),
                    text(number),
                )
                .unwrap();
            }
        }
        let names: Vec<&str> = MAILBOXES[1..].iter().map(|(name, _)| &name[1..]).collect();
        fs::write(root.join("subscriptions"), names.join("\n") + "\n").unwrap();
    }
    if is_root() {
        let homes = server.home("");
        let owned = Command::new("chown")
            .args(["-R", "nobody:nogroup"])
            .arg(homes)
            .status();
        assert!(owned.unwrap().success());
    }
}

fn text(number: u32) -> String {
    format!(
        "From: a@example.test\nTo: b@example.test\nMessage-ID: <{number}@example.test>\nSubject: {number}\n\n{}",
        "A line of a message like any other.\n".repeat(8)
    )
}

/// Every message's file, but for what its name says of its flags.
fn messages(server: &Dovecot, users: &[String]) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for user in users {
        let root = server.home(user).join("Maildir");
        let folders = inside(&root).filter(|path| path.is_dir());
        for folder in folders.chain([root.clone()]) {
            for part in ["cur", "new"] {
                found.extend(inside(&folder.join(part)));
            }
        }
    }
    found
}

/// What is in a folder; nothing where there is none.
fn inside(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path())
}
