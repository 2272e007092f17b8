//! Synthetic mailboxes of every kind on the embedded server, and which role the command gives each by its contents.

use std::{
    collections::BTreeMap,
    process::Command,
    sync::{Arc, Mutex},
};

use rolecall::{
    demo::{Calm, Persona, Server, World},
    model::role::Role,
};

use crate::support::{self, json, rolecall, run};

const ME: &str = "alice@example.com";

const MARKED: &str = "Sent";

/// A synthetic message: flags and header.
type Letter = (&'static [&'static str], String);

fn written(from: &str, to: &str, more: &str) -> String {
    format!("From: {from}\r\nTo: {to}\r\n{more}")
}

/// What a server writes above what it delivers.
fn delivered(header: &str) -> String {
    format!(
        "Return-Path: <x@example.net>\r\nDelivered-To: {ME}\r\nReceived: from a.example\r\n\tby b.example; Tue, 5 Mar 2024 10:20:30 +0100\r\n{header}"
    )
}

fn someone(number: usize) -> String {
    format!("Person {number} <person{number}@example.net>")
}

/// Every kind of mailbox: what it is, what an expert would say by its contents alone, and its nth message.
type Kind = (&'static str, Option<Role>, fn(usize) -> Letter);

const KINDS: [Kind; 25] = [
    (
        "sent, kept by the server that took it",
        Some(Role::Sent),
        |n| {
            let trace = "Received: from laptop by smtp.example.com\r\n";
            (&["\\Seen"], written(ME, &someone(n), trace))
        },
    ),
    (
        "one's own mail to many, delivered without a path",
        None,
        |n| {
            let trace = "Received: from a by b\r\nReceived: from c by a\r\n";
            (&[], written(ME, &someone(n), trace))
        },
    ),
    ("sent, as mail programs keep it", Some(Role::Sent), |n| {
        (&["\\Seen"], written(ME, &someone(n), ""))
    }),
    ("sent, folded and with names", Some(Role::Sent), |n| {
        let to = format!("\"Doe, Jo\" <jo{n}@example.net>,\r\n {}", someone(n));
        (
            &["\\Seen"],
            written("=?utf-8?q?Alice_L?=\r\n <ALICE@example.com>", &to, ""),
        )
    }),
    (
        "sent, with blind copies to oneself",
        Some(Role::Sent),
        |n| {
            (
                &["\\Seen"],
                written(ME, &someone(n), &format!("Bcc: {ME}\r\n")),
            )
        },
    ),
    ("sent, a tenth of it strays", Some(Role::Sent), |n| {
        match n % 10 {
            0 => (&[], delivered(&written(&someone(n), ME, ""))),
            _ => (&["\\Seen"], written(ME, &someone(n), "")),
        }
    }),
    ("sent, under two addresses", Some(Role::Sent), |n| {
        let from = if n % 2 == 0 {
            ME
        } else {
            "alice@second.example"
        };
        (&["\\Seen"], written(from, &someone(n), ""))
    }),
    ("sent, a third of it to one person", Some(Role::Sent), |n| {
        (
            &["\\Seen"],
            written(ME, &someone(if n % 3 == 0 { 0 } else { n }), ""),
        )
    }),
    (
        "sent, by a server that calls all of it no spam",
        Some(Role::Sent),
        |n| {
            (
                &["\\Seen"],
                written(ME, &someone(n), "X-Spam-Status: No, score=0\r\n"),
            )
        },
    ),
    ("drafts with the flag", Some(Role::Drafts), |n| {
        (&["\\Draft", "\\Seen"], written(ME, &someone(n), ""))
    }),
    ("Thunderbird's drafts without", Some(Role::Drafts), |_| {
        (
            &["\\Seen"],
            format!("From: {ME}\r\nX-Mozilla-Draft-Info: internal/draft; vcard=0\r\n"),
        )
    }),
    ("Outlook's drafts without", Some(Role::Drafts), |n| {
        (&[], written(ME, &someone(n), "X-Unsent: 1\r\n"))
    }),
    ("spam by SpamAssassin", Some(Role::Junk), |n| {
        (
            &[],
            delivered(&written(&someone(n), ME, "X-Spam-Flag: YES\r\n")),
        )
    }),
    ("spam by keyword", Some(Role::Junk), |n| {
        (&["$Junk"], delivered(&written(&someone(n), ME, "")))
    }),
    ("a mailing list's archive", None, |n| {
        (
            &[],
            delivered(&written(
                &someone(n % 7),
                "list@example.org",
                "List-Id: <list.example.org>\r\n",
            )),
        )
    }),
    ("one's own posts to a list, come back", None, |_| {
        (
            &[],
            delivered(&written(
                ME,
                "list@example.org",
                "List-Id: <list.example.org>\r\n",
            )),
        )
    }),
    ("one's own posts to a list, as kept", None, |_| {
        (&[], written(ME, "list@example.org", ""))
    }),
    ("notes to oneself", None, |_| {
        (&[], written(ME, &format!("Me <{ME}>"), ""))
    }),
    ("Apple's notes", None, |_| {
        (
            &[],
            format!("From: {ME}\r\nX-Uniform-Type-Identifier: com.apple.mail-note\r\n"),
        )
    }),
    ("a calendar of Kolab's", None, |n| {
        (
            &[],
            written(
                ME,
                ME,
                &format!("X-Kolab-Type: application/x-vnd.kolab.event\r\nX-N: {n}\r\n"),
            ),
        )
    }),
    ("a customer's folder, both sides in it", None, |n| {
        match n % 2 {
            0 => (&[], delivered(&written(&someone(1), ME, ""))),
            _ => (&["\\Seen"], written(ME, &someone(1), "")),
        }
    }),
    ("a customer's folder, own side only", None, |_| {
        (&["\\Seen"], written(ME, &someone(1), ""))
    }),
    (
        "several customers' mail, both sides in it",
        None,
        |n| match n % 2 {
            0 => (&[], delivered(&written(&someone(n), ME, ""))),
            _ => (&["\\Seen"], written(ME, &someone(n), "")),
        },
    ),
    ("copies of a colleague's sent mail", None, |n| {
        (&[], written("bob@example.org", &someone(n), ""))
    }),
    ("wrongly taken for spam", None, |n| {
        (
            &["$NotJunk"],
            delivered(&written(&someone(n), ME, "X-Spam-Flag: YES\r\n")),
        )
    }),
];

/// What header fields cannot tell, and what is judged instead: the limits, held so that nobody forgets them.
const BLIND_SPOTS: [(Kind, Option<Role>); 4] = [
    (
        ("sent, most of it to one person", Some(Role::Sent), |n| {
            let to = if n % 3 == 0 { n } else { 0 };
            (&["\\Seen"], written(ME, &someone(to), ""))
        }),
        None,
    ),
    (
        ("drafts that nothing marks", Some(Role::Drafts), |n| {
            (&[], written(ME, &someone(n), ""))
        }),
        Some(Role::Sent),
    ),
    (
        ("one's own side of many chats", None, |n| {
            (&["\\Seen"], written(ME, &someone(n), ""))
        }),
        Some(Role::Sent),
    ),
    (
        ("spam kept to train a filter", None, |n| {
            let mark = "X-Spam-Flag: YES\r\n";
            (&[], delivered(&written(&someone(n), ME, mark)))
        }),
        Some(Role::Junk),
    ),
];

/// The shapes in which each kind comes: how many messages.
const SHAPES: [usize; 4] = [5, 12, 50, 120];

fn put(world: &mut World, user: &str, name: &str, letters: impl Iterator<Item = Letter>) {
    if world.mailbox(user, name).is_none() {
        world.add_mailbox(user, name).unwrap();
    }
    for (number, (flags, header)) in letters.enumerate() {
        let text = format!("{header}Subject: secret {number}\r\n\r\nsecret text\r\n");
        let date = 1_700_000_000 + i64::try_from(number).unwrap();
        world
            .add_message(user, name, flags, date, text.into_bytes())
            .unwrap();
    }
}

/// An account with INBOX and a sent mailbox that the server marks, which knows both of alice's addresses.
fn account(user: &str) -> World {
    let mut world = World::new(Persona::dovecot());
    world.add_account(user, support::dovecot::PASSWORD);
    let sent = (0..20).map(|n| {
        let from = if n % 3 == 0 {
            "alice@second.example"
        } else {
            ME
        };
        (&["\\Seen"][..], written(from, &someone(n), ""))
    });
    put(&mut world, user, MARKED, sent);
    put(
        &mut world,
        user,
        "INBOX",
        (0..20).map(|n| (&[][..], delivered(&written(&someone(n), ME, "")))),
    );
    world
}

/// The world on a port, and the commands that look at it.
struct Stage {
    world: Arc<Mutex<World>>,
    server: Server,
    _runtime: tokio::runtime::Runtime,
    state: tempfile::TempDir,
    user: &'static str,
}

impl Stage {
    fn with(world: World, user: &'static str) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let world = Arc::new(Mutex::new(world));
        let shared = Arc::clone(&world);
        let server = runtime
            .block_on(Server::start_with(shared, Arc::new(Calm), 0))
            .unwrap();
        Self {
            world,
            server,
            _runtime: runtime,
            state: tempfile::tempdir().unwrap(),
            user,
        }
    }

    fn command(&self, words: &str) -> Command {
        let words: Vec<&str> = words.split_whitespace().collect();
        let mut command = rolecall(self.state.path(), &words);
        let port = self.server.port();
        command
            .arg("--plaintext")
            .arg(format!("imap://{}@127.0.0.1:{port}", self.user));
        command
    }

    fn audit(&self, options: &str) -> serde_json::Value {
        json(
            self.command(&format!("audit --fail-on never --format json {options}")),
            0,
        )
    }

    /// Flags, UIDs and all.
    fn mailboxes(&self) -> BTreeMap<Vec<u8>, rolecall::demo::message::Mailbox> {
        let world = self.world.lock().unwrap();
        world.account(self.user).unwrap().mailboxes.clone()
    }

    fn count(&self, name: &str) -> Option<usize> {
        let world = self.world.lock().unwrap();
        world
            .mailbox(self.user, name)
            .map(|mailbox| mailbox.messages().len())
    }
}

fn told<'a>(audit: &'a serde_json::Value, name: &str) -> &'a serde_json::Value {
    let mut mailboxes = audit["mailboxes"].as_array().unwrap().iter();
    mailboxes.find(|mailbox| mailbox["name"] == name).unwrap()
}

#[test]
fn synthetic_mailboxes_of_every_kind_are_told_apart() {
    let expected = KINDS.map(|kind| (kind, kind.1)).into_iter();
    let kinds: Vec<(Kind, Option<Role>)> = expected.chain(BLIND_SPOTS).collect();
    let mut confusion: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for messages in SHAPES {
        for user in [ME, "alice"] {
            // Twenty mailboxes are looked into, so the kinds go onto two accounts.
            for kinds in kinds.chunks(14) {
                let audit = audit_of(kinds, messages, user);
                for (place, ((kind, gold, _), expected)) in kinds.iter().enumerate() {
                    let told = told(&audit, &format!("Zoznam {place}"));
                    let role = told["role"].as_str().unwrap_or("nothing");
                    if role != word(*expected) {
                        wrong.push(format!("{kind}, {messages} messages: {role}"));
                    }
                    *confusion.entry((word(*gold), role.to_owned())).or_default() += 1;
                }
            }
        }
    }
    print(&confusion);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn word(role: Option<Role>) -> &'static str {
    role.map_or("nothing", Role::word)
}

/// Audits an account with a mailbox of each kind; nothing is changed by it.
fn audit_of(
    kinds: &[(Kind, Option<Role>)],
    messages: usize,
    user: &'static str,
) -> serde_json::Value {
    let mut world = account(user);
    for (place, ((.., letter), _)) in kinds.iter().enumerate() {
        let letters = (0..messages).map(letter);
        put(&mut world, user, &format!("Zoznam {place}"), letters);
    }
    let stage = Stage::with(world, user);
    let before = stage.mailboxes();
    let audit = stage.audit("");
    assert!(before == stage.mailboxes(), "looking has changed something");
    audit
}

fn print(confusion: &BTreeMap<(&str, String), usize>) {
    let words = ["sent", "drafts", "junk", "nothing"];
    println!(
        "{:>20}{}",
        "judged:",
        words.map(|word| format!("{word:>10}")).concat()
    );
    for gold in words {
        let counts = words.map(|role| {
            let count = confusion.get(&(gold, role.to_owned()));
            format!("{:>10}", count.copied().unwrap_or(0))
        });
        println!("{gold:>20}{}", counts.concat());
    }
}

// ---- the command

fn with_zoznam() -> Stage {
    let mut world = account(ME);
    let (.., letter) = KINDS[0];
    put(&mut world, ME, "Zoznam", (0..49).map(letter));
    put(
        &mut world,
        ME,
        "Zoznam",
        std::iter::once((&[][..], delivered(&written(&someone(1), ME, "")))),
    );
    Stage::with(world, ME)
}

#[test]
fn a_mailbox_full_of_own_mail_is_told_as_likely_sent_with_the_numbers() {
    let stage = with_zoznam();
    let audit = stage.audit("");
    let zoznam = told(&audit, "Zoznam");
    assert_eq!(
        (zoznam["role"].as_str(), zoznam["certainty"].as_str()),
        (Some("sent"), Some("doubtful"))
    );
    let evidence = &zoznam["evidence"][0];
    assert_eq!(evidence["kind"], "content");
    assert_eq!(
        evidence["detail"],
        "49 of 50 messages are from alice@example.com"
    );
    let findings = audit["findings"].as_array().unwrap();
    assert!(
        findings.iter().any(|one| one["code"] == "role-doubtful"),
        "{findings:?}"
    );
    let table = run(stage.command("audit --fail-on never"), 0);
    assert!(table.contains("doubtful: 49 of 50"), "{table}");
    assert!(!table.contains("secret"));
}

#[test]
fn how_many_messages_are_read_and_whether_is_the_users_choice() {
    let stage = with_zoznam();
    let detail = |options: &str| {
        let audit = stage.audit(options);
        told(&audit, "Zoznam")["evidence"][0]["detail"]
            .as_str()
            .map(str::to_owned)
    };
    assert_eq!(detail("--no-sample"), None);
    assert_eq!(
        detail("--sample 10").as_deref(),
        Some("9 of 10 messages are from alice@example.com")
    );
    for words in ["--sample 0", "--sample 501", "--sample 9 --no-sample"] {
        run(stage.command(&format!("audit {words}")), 2);
    }
}

#[test]
fn nothing_is_merged_on_contents_before_the_user_has_said_so() {
    let stage = with_zoznam();
    let text = run(stage.command("fix --yes --settle 0"), 0);
    assert_eq!(
        (stage.count("Zoznam"), stage.count(MARKED)),
        (Some(50), Some(20)),
        "{text}"
    );
    run(stage.command("fix --yes --settle 0 --role Zoznam=sent"), 0);
    assert_eq!(
        (stage.count("Zoznam"), stage.count(MARKED)),
        (None, Some(70))
    );
}

#[test]
fn however_many_mailboxes_nothing_explains_one_round_trip_looks_into_them() {
    let mut world = account(ME);
    let (.., letter) = KINDS[0];
    for number in 0..60 {
        put(
            &mut world,
            ME,
            &format!("Project {number}"),
            (0..5).map(letter),
        );
    }
    let stage = Stage::with(world, ME);
    let bursts = looking(&stage);
    assert_eq!(bursts.len(), 1, "{bursts:#?}");
}

/// The round trips in which mailboxes were looked into, of an audit that sends nothing but what only looks.
fn looking(stage: &Stage) -> Vec<Vec<String>> {
    let proxy = support::proxy::Proxy::before(stage.server.port());
    let mut command = rolecall(
        stage.state.path(),
        &["audit", "--plaintext", "--fail-on", "never"],
    );
    command.arg(format!("imap://{ME}@127.0.0.1:{}", proxy.port));
    run(command, 0);
    for octets in proxy.octets() {
        for sent in support::strict::read(&octets) {
            assert!(sent.is_read_only(), "{sent:?}");
        }
    }
    let bursts = proxy.bursts().into_iter();
    bursts
        .filter(|burst| burst[0].starts_with("EXAMINE"))
        .collect()
}

#[test]
fn looking_inside_adds_one_round_trip_and_changes_nothing() {
    let stage = with_zoznam();
    let before = stage.mailboxes();
    let bursts = looking(&stage);
    assert_eq!(bursts.len(), 1, "{bursts:#?}");
    assert!(
        bursts[0]
            .iter()
            .any(|command| command.starts_with("FETCH 1:*"))
    );
    assert!(before == stage.mailboxes());
}
