//! The journal of a run that has moved a million messages: it is read, and the run goes on, in little memory.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use rolecall::{
    apply::journal::{self, Batch, Disk, Journal, Moved, Position, Record, Reply, Snap, record},
    demo::{Persona, Server, World},
    model::uid::{Uid, UidSet},
    store::{Act, Answered, CopyUid},
};

use crate::support::{self, dovecot::PASSWORD, rolecall};

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

fn journal_in(state: &Path) -> PathBuf {
    let mut folders: Vec<PathBuf> = vec![state.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "jsonl") {
                return path;
            } else if path.is_dir() {
                folders.push(path);
            }
        }
    }
    panic!("there is no journal");
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
        let id = Some(format!("{new:016x}"));
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

/// Runs a command to its end: what it printed, and the most memory that it ever held, in KiB.
fn peak(mut command: Command) -> (String, u64) {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let status = fs::read_to_string(&status).unwrap_or_default();
        let mut lines = status.lines();
        let line = lines.find_map(|line| line.strip_prefix("VmHWM:"));
        let held = line.and_then(|line| line.split_whitespace().next());
        most = held.map_or(most, |held| held.parse().unwrap());
        std::thread::sleep(Duration::from_millis(2));
    }
    let output = child.wait_with_output().unwrap();
    let shown = support::shown(&output);
    assert!(output.status.success(), "{shown}");
    (shown, most)
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
    let path = journal_in(state.path());
    inflate(&path);
    let run = path.file_stem().unwrap().to_str().unwrap();
    println!("journal: {} MiB", fs::metadata(&path).unwrap().len() >> 20);

    let (told, most) = peak(rolecall("runs --format json"));
    println!("runs: {most} KiB");
    assert!(told.contains("\"moved\":1000003"), "{told}");
    assert!(most > 0 && most <= MOST, "{most} KiB");

    // What it has set aside has stood for a second by now.
    std::thread::sleep(Duration::from_secs(1));
    let (told, most) = peak(rolecall(&format!(
        "resume --format json --no-progress {run}"
    )));
    println!("resume: {most} KiB");
    assert!(told.contains("\"moved\":1000003"), "{told}");
    assert!(told.contains("\"source_after\":\"removed\""), "{told}");
    assert!(most > 0 && most <= MOST_TO_RESUME, "{most} KiB");
}
