//! Servers that send without end or without sense: their account fails within its time and in little memory, and the other
//! accounts of the same command are dealt with all the same.

use std::{
    fmt::Write as _,
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use rolecall::demo::{
    Persona, Server, World,
    crowd::{Crowd, PASSWORD},
};

use crate::support::{
    Taken, measured,
    script::{Peer, Script},
    shown,
};

/// What a server does without end, in answer to which command.
struct Hostile {
    what: &'static str,
    /// How the command begins.
    at: &'static str,
    flood: fn(&mut Peer),
}

const CAPABILITIES: &str = "IMAP4rev1 AUTH=PLAIN SASL-IR UNSELECT NAMESPACE ID ESEARCH";

/// Writes the same again and again, so many octets in all.
fn write(peer: &mut Peer, piece: &str, megabytes: usize) {
    let piece = piece.repeat((64 << 10) / piece.len() + 1);
    for _ in 0..(megabytes << 20) / piece.len() {
        peer.say_octets(piece.as_bytes());
    }
}

fn trickle(peer: &mut Peer, piece: &str) {
    for _ in 0..60 {
        peer.say_octets(piece.as_bytes());
        std::thread::sleep(Duration::from_millis(200));
    }
}

const EVERY: [Hostile; 25] = [
    Hostile {
        what: "stars",
        at: "LIST",
        flood: |peer| write(peer, "*\r\n", 95),
    },
    Hostile {
        what: "stars and words",
        at: "LIST",
        flood: |peer| write(peer, "* x\r\n", 95),
    },
    Hostile {
        what: "goings on",
        at: "LIST",
        flood: |peer| write(peer, "+ x\r\n", 95),
    },
    Hostile {
        what: "goings on to STATUS",
        at: "STATUS",
        flood: |peer| write(peer, "+\r\n", 95),
    },
    Hostile {
        what: "OK",
        at: "EXAMINE",
        flood: |peer| write(peer, "* OK x\r\n", 95),
    },
    Hostile {
        what: "COPYUID",
        at: "EXAMINE",
        flood: |peer| write(peer, "* OK [COPYUID 1 1:100000 1:100000] x\r\n", 95),
    },
    Hostile {
        what: "old answers",
        at: "LIST",
        flood: |peer| write(peer, "R0001 OK x\r\n", 95),
    },
    Hostile {
        what: "no responses",
        at: "LIST",
        flood: |peer| write(peer, "what\r\n", 95),
    },
    Hostile {
        what: "one line",
        at: "LIST",
        flood: |peer| write(peer, "xxxx", 95),
    },
    Hostile {
        what: "one quoted string",
        at: "LIST",
        flood: |peer| {
            peer.say_octets(b"* LIST () \"/\" \"");
            write(peer, "xxxx", 95);
        },
    },
    Hostile {
        what: "nested lists",
        at: "LIST",
        flood: |peer| {
            peer.say_octets(b"* LIST ");
            write(peer, "((((", 11);
            peer.say("");
        },
    },
    Hostile {
        what: "literals",
        at: "LIST",
        flood: |peer| {
            for _ in 0..30 {
                peer.say_octets(b"* X {4000000}\r\n");
                peer.say_octets(&vec![b'x'; 4_000_000]);
                peer.say("");
            }
        },
    },
    Hostile {
        what: "a literal without end",
        at: "LIST",
        flood: |peer| {
            peer.say_octets(b"* X {8000000}\r\n");
            trickle(peer, "x");
        },
    },
    Hostile {
        what: "a million mailboxes",
        at: "LIST",
        flood: |peer| {
            for number in 0..1_000_000 {
                peer.say(&format!(
                    "* LIST (\\HasNoChildren) \"/\" \"Mailbox number {number}\""
                ));
            }
        },
    },
    Hostile {
        what: "long names",
        at: "LIST",
        flood: |peer| {
            for number in 0..60 {
                peer.say(&format!(
                    "* LIST () \"/\" \"{number}{}\"",
                    "x".repeat(1 << 20)
                ));
            }
        },
    },
    Hostile {
        what: "attributes",
        at: "LIST",
        flood: |peer| {
            peer.say_octets(b"* LIST (");
            write(peer, "\\a ", 11);
            peer.say(") \"/\" x");
        },
    },
    Hostile {
        what: "flags",
        at: "EXAMINE",
        flood: |peer| {
            peer.say_octets(b"* FLAGS (");
            write(peer, "a ", 11);
            peer.say(")\r\n* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok");
        },
    },
    Hostile {
        what: "flags of a message",
        at: "FETCH",
        flood: |peer| {
            peer.say_octets(b"* 1 FETCH (UID 1 FLAGS (");
            write(peer, "a ", 11);
            peer.say("))");
        },
    },
    Hostile {
        what: "namespaces",
        at: "NAMESPACE",
        flood: |peer| {
            peer.say_octets(b"* NAMESPACE (");
            write(peer, "(\"a\" \"/\")", 11);
            peer.say(") NIL NIL");
        },
    },
    Hostile {
        what: "messages found",
        at: "UID SEARCH",
        flood: |peer| {
            for _ in 0..200 {
                peer.say("* ESEARCH UID ALL 1:10000000");
            }
        },
    },
    Hostile {
        what: "messages found one by one",
        at: "UID SEARCH",
        flood: |peer| {
            peer.say_octets(b"* SEARCH");
            write(peer, " 4294967295", 11);
            peer.say("");
        },
    },
    Hostile {
        what: "messages",
        at: "FETCH",
        flood: |peer| {
            for number in 1..1_000_000 {
                peer.say(&format!("* {number} FETCH (UID {number} FLAGS (a b c) INTERNALDATE \" 1-Jan-2024 10:00:00 +0000\" RFC822.SIZE 9)"));
            }
        },
    },
    Hostile {
        what: "a trickle of goings on",
        at: "LIST",
        flood: |peer| trickle(peer, "+ x\r\n"),
    },
    Hostile {
        what: "a trickle of octets",
        at: "STATUS",
        flood: |peer| trickle(peer, "*"),
    },
    Hostile {
        what: "a goodbye that stays",
        at: "LIST",
        flood: |peer| {
            peer.say("* BYE going");
            trickle(peer, "* 1 EXISTS\r\n");
        },
    },
];

/// The data of a small account with two mailboxes for what was sent.
fn data(command: &str) -> &'static [&'static str] {
    match command.split(' ').next().unwrap_or_default() {
        "CAPABILITY" => &["* CAPABILITY IMAP4rev1 UNSELECT NAMESPACE ID ESEARCH"],
        "NAMESPACE" => &["* NAMESPACE ((\"\" \"/\")) NIL NIL"],
        "LIST" => &[
            "* LIST () \"/\" INBOX",
            "* LIST (\\Sent) \"/\" Sent",
            "* LIST () \"/\" \"Sent Items\"",
        ],
        "STATUS" if command.contains("Items") => {
            &["* STATUS \"Sent Items\" (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 7)"]
        }
        "STATUS" if command.contains("Sent") => {
            &["* STATUS Sent (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 6)"]
        }
        "STATUS" => &["* STATUS INBOX (MESSAGES 0 UIDNEXT 9 UIDVALIDITY 5)"],
        "EXAMINE" => &["* 3 EXISTS", "* OK [UIDVALIDITY 7] ok"],
        "FETCH" => &[
            "* 3 FETCH (UID 3 FLAGS () INTERNALDATE \" 1-Jan-2024 10:00:00 +0000\" RFC822.SIZE 9)",
        ],
        "UID" => &["* SEARCH"],
        _ => &[],
    }
}

fn play(hostile: &'static Hostile) -> Script {
    Script::play(move |peer| {
        peer.say(&format!("* OK [CAPABILITY {CAPABILITIES}] hello"));
        loop {
            let command = peer.hear();
            if command.is_empty() {
                return;
            }
            if command.starts_with(hostile.at) {
                (hostile.flood)(peer);
            } else {
                for line in data(&command) {
                    peer.say(line);
                }
            }
            peer.say("{tag} OK done");
        }
    })
}

/// A flood that nobody has asked for proves nothing.
fn assert_flooded(hostile: &Hostile, script: &Script) {
    let heard = script.heard();
    let mut commands = heard.iter();
    let is_asked = commands.any(|command| command.starts_with(hostile.at));
    assert!(is_asked, "{}: {heard:?}", hostile.what);
}

/// Runs an audit of these accounts. It has no more memory than so many MiB for its data.
fn audit(accounts: &str, megabytes: u32) -> (Output, Taken) {
    ran("audit --timeout 2", accounts, megabytes)
}

/// The same of any command, with as many accounts at work as there may be.
fn ran(command: &str, accounts: &str, megabytes: u32) -> (Output, Taken) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("accounts.csv");
    std::fs::write(&file, format!("account,password_env\n{accounts}")).unwrap();
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "ulimit -d \"$0\" && exec \"$@\""])
        .arg((megabytes << 10).to_string())
        .arg(env!("CARGO_BIN_EXE_rolecall"))
        .args(command.split(' '))
        .args("--jobs 64 --per-host 64 --format json --accounts".split(' '))
        .arg(&file)
        .env("FLEET_PASSWORD", PASSWORD)
        .env("XDG_STATE_HOME", folder.path())
        .stdin(Stdio::null());
    measured(limited)
}

/// Memory for the data of a process that does nothing much, in MiB.
const IDLE: u32 = 32;
/// What a hostile connection may take beside that.
const CONNECTION: u32 = 64;

/// Does this with every kind, a few at a time: most of the time each waits.
fn with_every_kind(work: impl Fn(&'static Hostile) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some(hostile) = EVERY.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(hostile);
                }
            });
        }
    });
}

#[test]
fn each_fails_alone_in_little_memory() {
    with_every_kind(|hostile| {
        let script = play(hostile);
        let account = format!("imap://mallory@127.0.0.1:{},FLEET_PASSWORD\n", script.port);
        let (output, taken) = audit(&account, IDLE + CONNECTION);
        let text = shown(&output);
        let what = hostile.what;
        println!(
            "{what}: {taken}\n{}",
            text.lines().last().unwrap_or_default()
        );
        assert!(output.status.code().is_some(), "{what}: {text}");
        assert_flooded(hostile, &script);
        for word in ["panicked", "memory", "RUST"] {
            assert!(!text.contains(word), "{what}: {text}");
        }
    });
}

/// Beside one hostile account so many good ones; of all kinds every so many-th one.
fn beside(good: u32, every: usize) {
    let server = tokio::runtime::Runtime::new().unwrap();
    let crowd = server.block_on(Crowd::start(Persona::dovecot())).unwrap();
    for hostile in EVERY.iter().step_by(every) {
        let script = play(hostile);
        let mut accounts = format!("imap://mallory@127.0.0.1:{},FLEET_PASSWORD\n", script.port);
        for number in 0..good {
            let port = crowd.port();
            writeln!(
                accounts,
                "imap://user{number}@127.0.0.1:{port},FLEET_PASSWORD"
            )
            .unwrap();
        }
        let (output, _) = audit(&accounts, 256);
        let text = shown(&output);
        let lines = text.lines().filter(|line| line.contains("imap://user"));
        let done =
            lines.filter(|line| line.contains("\"error\":null") || !line.contains("\"error\""));
        assert_eq!(done.count(), good as usize, "{}: {text}", hostile.what);
        assert_flooded(hostile, &script);
    }
}

#[test]
fn beside_one_hostile_account_all_good_ones_are_done() {
    beside(12, 6);
}

#[test]
#[ignore = "minutes: run by tests/run --long"]
fn beside_one_hostile_account_a_hundred_good_ones_are_done() {
    beside(100, 1);
}

/// A server with so many accounts, each with messages in two mailboxes for what was sent.
fn untidy(accounts: u32, messages: u32) -> World {
    let mut world = World::new(Persona::dovecot());
    for user in (0..accounts).map(|number| format!("user{number}")) {
        world.add_account(&user, PASSWORD);
        for name in ["Sent", "Sent Items", "Courrier envoy&AOk-"] {
            world.add_mailbox(&user, name).unwrap();
            for number in 0..messages {
                let text =
                    format!("Message-ID: <{number}.{name}@example.test>\r\n\r\n{number}\r\n");
                let date = 1_700_000_000 + i64::from(number);
                world
                    .add_message(&user, name, &["\\Seen"], date, text.into_bytes())
                    .unwrap();
            }
        }
    }
    world
}

#[test]
#[ignore = "half a minute: run by tests/run --long"]
fn sixty_four_accounts_are_merged_at_once_in_little_memory() {
    const ON_EACH_SERVER: u32 = 32;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let start = || runtime.block_on(Server::start(untidy(ON_EACH_SERVER, 1_000), 0));
    let servers = [start().unwrap(), start().unwrap()];
    let mut accounts = String::new();
    for server in &servers {
        for number in 0..ON_EACH_SERVER {
            let port = server.port();
            writeln!(
                accounts,
                "imap://user{number}@127.0.0.1:{port},FLEET_PASSWORD"
            )
            .unwrap();
        }
    }
    let (output, _) = ran("fix --yes --settle 0 --timeout 60", &accounts, 256);
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    for server in servers {
        let world = server.world();
        let world = world.lock().unwrap();
        for number in 0..ON_EACH_SERVER {
            let account = world.account(&format!("user{number}")).unwrap();
            let kept = account.mailboxes[b"Sent".as_slice()].messages();
            assert_eq!(kept.len(), 3_000, "user{number}: {text}");
        }
    }
}

/// A server that lists without end is heard no longer than the client takes mailboxes.
#[test]
#[ignore = "seconds of CPU, which are shown: run by tests/run --long"]
fn a_listing_of_a_million_mailboxes_takes_little_memory_and_little_time() {
    let hostile = EVERY.iter().find(|one| one.what == "a million mailboxes");
    let script = play(hostile.unwrap());
    let account = format!("imap://mallory@127.0.0.1:{},FLEET_PASSWORD\n", script.port);
    let (output, taken) = ran("audit --timeout 60", &account, IDLE + CONNECTION);
    let text = shown(&output);
    assert!(
        text.contains("it lists more than 100000 mailboxes"),
        "{text}"
    );
    println!("{taken}\n{text}");
}
