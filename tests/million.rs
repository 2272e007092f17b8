//! A million messages: they are merged in little memory, and so is the journal of a run that has moved them read and gone on
//! with.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write as _},
    path::Path,
    process::Command,
    sync::Arc,
    time::Duration,
};

use rolecall::{
    apply::journal::{self, Batch, Disk, Journal, Moved, Position, Record, Reply, Snap, record},
    demo::{Persona, Server, World},
    model::uid::{Uid, UidSet},
    store::{Act, Answered, CopyUid},
};

use crate::support::{self, Taken, dovecot::PASSWORD, measured, rolecall};

const USER: &str = "alice";
const MESSAGES: u32 = 1_000_000;
const IN_A_BATCH: u32 = 2_000;
/// What the process may have held at its peak while it reads the journal, in KiB.
const MOST: u64 = 64 << 10;
/// And while it goes on with the run.
const MOST_TO_RESUME: u64 = 96 << 10;

/// A file that is not asked to survive a power cut.
struct Unsynced(BufWriter<File>);

impl Disk for Unsynced {
    fn append(&mut self, octets: &[u8]) -> io::Result<()> {
        self.0.write_all(octets)
    }
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn world() -> World {
    let mut world = World::new(Persona::dovecot());
    world.add_account(USER, PASSWORD);
    for (name, messages) in [("Sent", 1), ("Sent Items", 3)] {
        world.add_mailbox(USER, name).unwrap();
        for number in 0..messages {
            let text = format!("Message-ID: <{number}.{name}@example.test>\r\n\r\n{number}\r\n");
            let date = 1_700_000_000 + number;
            world
                .add_message(USER, name, &[], date, text.into_bytes())
                .unwrap();
        }
    }
    world
}

/// The records of a batch of the same step that was moved as well. Every second UID is taken, so that nothing is
/// consecutive in the source.
fn batch(number: u32, like: &Moved) -> [Record; 3] {
    let intent = u64::from(number) + 1_000;
    let first = 1_000 + number * IN_A_BATCH;
    let pairs: Vec<(Uid, Uid)> = (first..first + IN_A_BATCH)
        .map(|place| (place * 2, place + 5_000))
        .collect();
    let messages = pairs.iter().map(|(old, new)| {
        let size = 900 + u64::from(new * 37 % 90_000);
        let date = 1_600_000_000 + i64::from(new * 61);
        let flags = if new % 3 == 0 { "\\Seen" } else { "\\Answered" };
        let id: Option<Box<str>> = Some(format!("{new:016x}").into());
        Snap(
            *old,
            size,
            Some(date),
            id.clone(),
            id,
            Arc::new([flags.into()].into()),
        )
    });
    let act = Act::Move {
        from: like.from.clone(),
        uids: UidSet::new(pairs.iter().map(|(old, _)| *old).collect()),
        to: like.to.clone(),
    };
    let batch = Batch {
        from_validity: like.from_validity,
        to_validity: like.to_validity,
        to_uid_next: first + 5_000,
        expected_ms: None,
        messages: messages.collect(),
    };
    let answered = Answered {
        code: None,
        copy_uid: Some(CopyUid {
            uid_validity: like.to_validity,
            pairs: pairs.clone(),
        }),
    };
    let moved = Moved {
        intent,
        pairs,
        octets: 7,
        ..like.clone()
    };
    [
        Record::Intent(record::Intent {
            intent,
            step: like.step,
            act,
            batch: Some(batch),
        }),
        Record::Result(record::Answer {
            intent,
            reply: Reply::Answered(answered),
        }),
        Record::Moved(moved),
    ]
}

/// Writes so many more batches into a journal behind the first one.
fn inflate(path: &Path) {
    let mut records = Vec::new();
    let keep = |time: &str, record| records.push((time.to_owned(), record));
    journal::read(File::open(path).unwrap(), keep).unwrap();
    let disk = Unsynced(BufWriter::new(File::create(path).unwrap()));
    let mut journal = Journal::new(Box::new(disk), Position::default());
    let mut is_first = true;
    for (time, record) in records {
        journal.write(&time, &record).unwrap();
        if let (Record::Moved(like), true) = (&record, is_first) {
            is_first = false;
            for number in 0..MESSAGES / IN_A_BATCH {
                for record in batch(number, like) {
                    journal.write(&time, &record).unwrap();
                }
            }
        }
    }
    assert!(!is_first, "nothing was moved");
}

/// `cargo nextest run --release --test command million --run-ignored all --no-capture` shows the figures.
#[test]
#[ignore = "a minute: a journal of a million messages"]
fn a_run_that_has_moved_a_million_messages_goes_on_in_little_memory() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Server::start(world(), 0)).unwrap();
    let state = tempfile::tempdir().unwrap();
    let account = format!("imap://{USER}@127.0.0.1:{}", server.port());
    let rolecall = |arguments: &str| {
        let arguments = arguments.replace("ACCOUNT", &account);
        rolecall(state.path(), &arguments.split(' ').collect::<Vec<_>>())
    };
    let fix = rolecall("fix --yes --settle 0 --remove later --grace 1s ACCOUNT");
    support::run(fix, 0);
    let path = support::journals(state.path()).remove(0);
    inflate(&path);
    let run = path.file_stem().unwrap().to_str().unwrap();
    println!("journal: {} MiB", fs::metadata(&path).unwrap().len() >> 20);

    let (told, Taken { memory: most, .. }) = done(rolecall("runs --format json"));
    println!("runs: {most} KiB");
    assert!(told.contains("\"moved\":1000003"), "{told}");
    assert!(most > 0 && most <= MOST, "{most} KiB");

    // What it has set aside has stood for a second by now.
    std::thread::sleep(Duration::from_secs(1));
    let resume = rolecall(&format!("resume --format json --no-progress {run}"));
    let (told, Taken { memory: most, .. }) = done(resume);
    println!("resume: {most} KiB");
    assert!(told.contains("\"moved\":1000003"), "{told}");
    assert!(told.contains("\"source_after\":\"removed\""), "{told}");
    assert!(most > 0 && most <= MOST_TO_RESUME, "{most} KiB");
}

/// What the process may have held at its peak while it merges a million messages, in KiB.
const MOST_TO_MERGE: u64 = 48 << 10;

/// Runs a command, which must succeed: what it printed, and what it has taken.
fn done(command: Command) -> (String, Taken) {
    let (output, taken) = measured(command);
    let text = support::shown(&output);
    assert!(output.status.success(), "{text}");
    (text, taken)
}

/// An account in which one mailbox is to be merged into another that is empty.
fn full(messages: u32) -> World {
    let mut world = World::new(Persona::dovecot());
    world.add_account(USER, PASSWORD);
    for name in ["Sent", "Sent Items"] {
        world.add_mailbox(USER, name).unwrap();
    }
    for number in 0..messages {
        let flags: &[&str] = match number % 3 {
            0 => &["\\Seen"],
            1 => &["\\Seen", "\\Answered"],
            _ => &[],
        };
        let text = format!("Message-ID: <{number}@example.test>\r\n\r\n{number}\r\n");
        let date = 1_600_000_000 + i64::from(number) * 61;
        world
            .add_message(USER, "Sent Items", flags, date, text.into_bytes())
            .unwrap();
    }
    world
}

/// Merges so many messages, and says what that has taken. A round number would be taken for a limit of the server.
fn merged(messages: u32) -> Taken {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Server::start(full(messages), 0)).unwrap();
    let state = tempfile::tempdir().unwrap();
    let account = format!("imap://{USER}@127.0.0.1:{}", server.port());
    let options = "fix --yes --no-progress --settle 0 --format json".split(' ');
    let arguments: Vec<&str> = options.chain([account.as_str()]).collect();
    let (told, taken) = done(rolecall(state.path(), &arguments));
    assert!(told.contains(&format!("\"moved\":{messages}")), "{told}");
    assert!(told.contains("\"source_after\":\"removed\""), "{told}");
    let world = server.world();
    let world = world.lock().unwrap();
    let left = &world.account(USER).unwrap().mailboxes;
    let kept = left[b"Sent".as_slice()].messages();
    assert_eq!(kept.len(), messages as usize);
    assert!(!left.contains_key(b"Sent Items".as_slice()));
    println!("{messages} messages: {taken}");
    taken
}

/// `cargo nextest run --config 'profile.dev.opt-level=2' --test command million --run-ignored all --no-capture` shows the
/// figures.
#[test]
#[ignore = "minutes: a million messages"]
fn a_million_messages_are_merged_in_little_memory() {
    merged(10_001);
    merged(100_001);
    let taken = merged(999_999);
    assert!(taken.memory <= MOST_TO_MERGE, "{taken}");
}
