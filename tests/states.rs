//! Every state in which a run can leave an account: what each command does then, and which command leads out.
//!
//! The table in docs/safety.md is made from the rows here, and each of its cells is tried: the state is staged with the
//! program, the embedded server and journals on the disk, then the command is given. `REFRESH=1` writes the table anew.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex},
    time::Duration,
};

use rolecall::{
    apply::RunState,
    demo::{At, Hook, Persona, Point, Server, Verdict, World},
    model::mailbox::is_tombstone,
};

use crate::support::{dovecot::PASSWORD, rolecall, run, shown};

const USER: &str = "alice";
/// The same account's user where it has been renamed.
const RENAMED: &str = "alicia";
/// A name of ours that no journal knows.
const STRANGE: &str = "rolecall-strangestrangestrangestran";

/// What one command does in one state.
#[derive(Clone, Copy)]
struct Cell {
    /// As the table has it.
    does: &'static str,
    /// The exit status.
    exit: i32,
    /// What its output holds.
    says: &'static str,
}

const fn cell(does: &'static str, exit: i32, says: &'static str) -> Cell {
    Cell { does, exit, says }
}

/// One state.
struct Row {
    /// The test's name.
    name: &'static str,
    /// As the table has it.
    state: &'static str,
    /// How `runs` calls the run.
    run: Option<RunState>,
    stage: fn(&mut Place),
    fix: Cell,
    resume: Cell,
    undo: Cell,
    runs: Cell,
    audit: Cell,
    /// The commands that lead out, in their order; `RUN` is the run. After them `fix` is done with exit status 0.
    out: &'static [&'static str],
}

/// What happens when a command comes to a point for the n-th time from now, from 1.
struct Blow {
    command: &'static str,
    nth: usize,
    point: Point<'static>,
    /// The signal that the program gets.
    signal: Option<&'static str>,
    verdict: Verdict,
}

#[derive(Default)]
struct Breaker {
    blow: Mutex<Option<Blow>>,
    program: Mutex<Option<u32>>,
    /// Whether the server moves what is deleted below trash.
    moves_deleted: Mutex<Option<String>>,
}

impl Hook for Breaker {
    fn reached(&self, at: &At<'_>, world: &mut World) -> Verdict {
        let mut moves = self.moves_deleted.lock().unwrap();
        if let Some(deleted) = moves.as_mut().filter(|_| at.command == "DELETE") {
            if at.point == Point::Before {
                *deleted = set_aside(world).unwrap();
            } else if at.point == Point::After {
                world
                    .add_mailbox(USER, &format!("Trash/{deleted}"))
                    .unwrap();
            }
        }
        let mut blow = self.blow.lock().unwrap();
        let Some(known) = blow
            .as_mut()
            .filter(|blow| blow.command == at.command && blow.point == at.point)
        else {
            return Verdict::GoOn;
        };
        known.nth -= 1;
        if known.nth > 0 {
            return Verdict::GoOn;
        }
        let blow = blow.take().unwrap();
        if let (Some(signal), Some(program)) = (blow.signal, *self.program.lock().unwrap()) {
            let killed = Command::new("kill")
                .args([signal, &program.to_string()])
                .status();
            assert!(killed.unwrap().success());
        }
        blow.verdict
    }
}

fn set_aside(world: &World) -> Option<String> {
    let mailboxes = &world.account(USER).unwrap().mailboxes;
    let names = mailboxes.keys().map(|name| String::from_utf8_lossy(name));
    names.map(String::from).find(|name| is_tombstone(name))
}

/// A machine with a state folder, and a server with one account that has something to merge.
struct Place {
    state: tempfile::TempDir,
    server: Server,
    breaker: Arc<Breaker>,
    user: &'static str,
    account: String,
    /// The run that the row is about.
    run: String,
    known: BTreeSet<String>,
    lock: Option<File>,
    _runtime: tokio::runtime::Runtime,
}

impl Place {
    fn new() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let mut world = World::new(Persona::dovecot());
        world.add_account(USER, PASSWORD);
        for (name, messages) in [("Sent", 1), ("Sent Items", 4), ("Drafts", 0), ("Trash", 0)] {
            if world.mailbox(USER, name).is_none() {
                world.add_mailbox(USER, name).unwrap();
            }
            for number in 0..messages {
                let text = format!("Message-ID: <{number}.{messages}@example.test>\r\n\r\n.\r\n");
                let date = 1_700_000_000 + number;
                let text = text.into_bytes();
                world.add_message(USER, name, &[], date, text).unwrap();
            }
            let account = world.account_mut(USER).unwrap();
            account.subscriptions.insert(name.as_bytes().to_vec());
        }
        let breaker = Arc::new(Breaker::default());
        let hook = Arc::clone(&breaker) as Arc<dyn Hook>;
        let world = Arc::new(Mutex::new(world));
        let server = runtime
            .block_on(Server::start_with(world, hook, 0))
            .unwrap();
        let account = format!("imap://{USER}@127.0.0.1:{}", server.port());
        Self {
            state: tempfile::tempdir().unwrap(),
            server,
            breaker,
            user: USER,
            account,
            run: "RUN".to_owned(),
            known: BTreeSet::new(),
            lock: None,
            _runtime: runtime,
        }
    }

    fn world<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        look(&mut self.server.world().lock().unwrap())
    }

    fn folder(&self) -> PathBuf {
        self.state.path().join("rolecall")
    }

    /// A command as a user types it; `ACCOUNT` and `RUN` are filled in.
    fn command(&self, words: &str) -> Command {
        let words: Vec<&str> = words
            .split(' ')
            .map(|word| match word {
                "ACCOUNT" => self.account.as_str(),
                "RUN" => self.run.as_str(),
                word => word,
            })
            .collect();
        rolecall(self.state.path(), &words)
    }

    /// Gives a command to its end, and says which run is the newest then.
    fn give(&mut self, words: &str, status: i32) -> String {
        let said = run(self.command(words), status);
        self.note_the_run();
        said
    }

    /// Gives a command that is broken off.
    fn break_off(&mut self, words: &str, blow: Blow) {
        *self.breaker.blow.lock().unwrap() = Some(blow);
        let program = self.command(words).spawn().unwrap();
        *self.breaker.program.lock().unwrap() = Some(program.id());
        let ended = program.wait_with_output().unwrap();
        let is_over = self.breaker.blow.lock().unwrap().is_none();
        assert!(is_over, "nothing broke: {}", shown(&ended));
        *self.breaker.program.lock().unwrap() = None;
        self.note_the_run();
    }

    /// A run that was not there before is the one that the row is about. Two of one second are in no order.
    fn note_the_run(&mut self) {
        for journal in self.journals() {
            if self.known.insert(stem(&journal)) {
                self.run = stem(&journal);
            }
        }
    }

    /// Ends the program when a command comes to a point; what has not been done never will be.
    fn kill(&mut self, words: &str, command: &'static str, nth: usize, point: Point<'static>) {
        let (signal, verdict) = (Some("-KILL"), Verdict::Cut);
        let blow = Blow {
            command,
            nth,
            point,
            signal,
            verdict,
        };
        self.break_off(words, blow);
    }

    /// Every journal, the oldest first.
    fn journals(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for account in fs::read_dir(self.folder()).into_iter().flatten() {
            let account = account.unwrap().path();
            for file in fs::read_dir(account).into_iter().flatten() {
                found.push(file.unwrap().path());
            }
        }
        found.retain(|path| path.extension().is_some_and(|ending| ending == "jsonl"));
        found.sort_by_key(|path| stem(path));
        found
    }

    /// How `runs` calls the run.
    fn word(&self) -> Option<String> {
        let output = self.command("runs --format json").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let mut lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        let known = lines.find(|line: &serde_json::Value| line["run"] == self.run);
        known.map(|line| line["state"].as_str().unwrap().to_owned())
    }

    /// How often each message is there.
    fn messages(&self) -> BTreeMap<u64, usize> {
        self.world(|world| world.account(self.user).unwrap().census())
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

const FIX: &str = "fix --yes --settle 0 --remove now ACCOUNT";
const UNDO: &str = "undo RUN --yes --settle 0";

fn cut_in_a_move(place: &mut Place) {
    place.kill(FIX, "UID MOVE", 2, Point::Before);
}

fn cut_after_the_rename(place: &mut Place) {
    place.kill(FIX, "RENAME", 1, Point::After);
}

/// The provider has given the account another user; somebody else has the old name by now.
fn rename_the_account(place: &mut Place) {
    cut_after_the_rename(place);
    place.world(|world| {
        let old = world.account_mut(USER).unwrap();
        let mailboxes = std::mem::take(&mut old.mailboxes);
        let subscriptions = std::mem::take(&mut old.subscriptions);
        world.add_account(USER, "another");
        world.add_account(RENAMED, PASSWORD);
        let new = world.account_mut(RENAMED).unwrap();
        (new.mailboxes, new.subscriptions) = (mailboxes, subscriptions);
    });
    place.user = RENAMED;
    place.account = place.account.replace(USER, RENAMED);
}

/// Changes an octet in the third line of the newest journal.
fn damage(place: &mut Place) {
    cut_in_a_move(place);
    let path = place.journals().remove(0);
    let mut octets = fs::read(&path).unwrap();
    let ends = octets
        .iter()
        .enumerate()
        .filter(|(_, octet)| **octet == b'\n');
    let second = ends.map(|(at, _)| at).nth(1).unwrap();
    octets[second + 10] ^= 1;
    fs::write(path, octets).unwrap();
}

/// A journal that a later rolecall began.
fn write_newer(place: &mut Place) {
    place.give(FIX, 0);
    let body = r#"{"seq":1,"time":"","prev":"","record":{"kind":"begin","format":99}}"#;
    let sum = crc32c::crc32c(body.as_bytes());
    let line = format!("{},\"crc32c\":\"{sum:08x}\"}}\n", &body[..body.len() - 1]);
    let path = place.journals().pop().unwrap();
    "20990101t000000-aaaaaa".clone_into(&mut place.run);
    fs::write(path.with_file_name(format!("{}.jsonl", place.run)), line).unwrap();
}

const NOTHING_TO_RESUME: Cell = cell("nothing to do", 0, "nothing to resume");
const NOTHING_TO_DO: Cell = cell("nothing to do", 0, "nothing to do");
const LISTS: Cell = cell("lists it", 0, "");
const SHOWS: Cell = cell("shows what is wrong", 1, "");
const CLEAN: Cell = cell("finds nothing of it", 0, "");
const ASKS_FOR_RESUME: &str = "refuses: resume it first";

const ROWS: &[Row] = &[
    Row {
        name: "finished",
        state: "finished",
        run: Some(RunState::Finished),
        stage: |place| {
            place.give(FIX, 0);
        },
        fix: NOTHING_TO_DO,
        resume: NOTHING_TO_RESUME,
        undo: cell("reverses it", 0, "applied"),
        runs: LISTS,
        audit: CLEAN,
        out: &[],
    },
    Row {
        name: "running",
        state: "running: another process is at it",
        run: Some(RunState::Running),
        stage: |place| {
            cut_in_a_move(place);
            let lock = place.journals()[0].with_file_name("lock");
            let lock = File::open(lock).unwrap();
            lock.lock().unwrap();
            place.lock = Some(lock);
        },
        fix: cell(
            "refuses: says since when, and how far it is",
            3,
            "another rolecall is changing it",
        ),
        resume: cell("refuses likewise", 3, "another rolecall is changing it"),
        undo: cell("refuses: it is unfinished", 3, "it is unfinished"),
        runs: LISTS,
        audit: SHOWS,
        // It ends: here its process is gone, and so is its lock.
        out: &["resume RUN"],
    },
    Row {
        name: "stopped",
        state: "unfinished: stopped by its user",
        run: Some(RunState::Unfinished),
        stage: |place| {
            let blow = Blow {
                command: "UID MOVE",
                nth: 2,
                point: Point::Before,
                signal: Some("-INT"),
                verdict: Verdict::Wait(Duration::from_millis(500)),
            };
            place.break_off(FIX, blow);
        },
        fix: cell(ASKS_FOR_RESUME, 3, "resume"),
        resume: cell("finishes it", 0, "removed"),
        undo: cell(ASKS_FOR_RESUME, 3, "gives it up with --give-up"),
        runs: LISTS,
        audit: SHOWS,
        out: &["resume RUN"],
    },
    Row {
        name: "cut",
        state: "unfinished: cut off in a command",
        run: Some(RunState::Unfinished),
        stage: cut_in_a_move,
        fix: cell(ASKS_FOR_RESUME, 3, "resume"),
        resume: cell(
            "finds out about the command, then finishes it",
            0,
            "removed",
        ),
        undo: cell(ASKS_FOR_RESUME, 3, "gives it up with --give-up"),
        runs: LISTS,
        audit: SHOWS,
        out: &["resume RUN"],
    },
    Row {
        name: "cut_and_set_aside",
        state: "unfinished, and its mailbox stands set aside",
        run: Some(RunState::Unfinished),
        stage: cut_after_the_rename,
        fix: cell(ASKS_FOR_RESUME, 3, "may hold its mail"),
        resume: cell("finds the mailbox, then finishes the run", 0, "removed"),
        undo: cell(ASKS_FOR_RESUME, 3, "gives it up with --give-up"),
        runs: LISTS,
        audit: cell("`unfinished-run`", 1, "unfinished-run"),
        out: &["resume RUN --give-up --yes"],
    },
    Row {
        name: "waiting",
        state: "waiting (`--remove later`)",
        run: Some(RunState::Waiting),
        stage: |place| {
            place.give("fix --yes --settle 0 --remove later ACCOUNT", 0);
        },
        fix: NOTHING_TO_DO,
        resume: cell("says until when it waits", 0, "set aside and removed"),
        undo: cell("gives the mailbox its name and its mail back", 0, "applied"),
        runs: LISTS,
        audit: cell("`removal-waits`", 0, "removal-waits"),
        out: &[],
    },
    Row {
        name: "due",
        state: "waiting, and its time has come",
        run: Some(RunState::Waiting),
        stage: |place| {
            place.give("fix --yes --settle 0 --remove later --grace 0m ACCOUNT", 0);
        },
        fix: cell("removes what is still empty", 0, "removed"),
        resume: cell("removes what is still empty", 0, "removed"),
        undo: cell("gives the mailbox its name and its mail back", 0, "applied"),
        runs: LISTS,
        audit: cell("`removal-waits`", 0, "removal-waits"),
        out: &["resume RUN"],
    },
    Row {
        name: "may_hold_mail",
        state: "may-hold-mail: a RENAME was never answered",
        run: Some(RunState::MayHoldMail),
        stage: |place| {
            place.kill(FIX, "RENAME", 1, Point::Before);
            place.give("resume RUN", 0);
        },
        fix: NOTHING_TO_DO,
        resume: cell(
            "looks; closes it a day after its end",
            0,
            "nothing of it has turned up yet",
        ),
        undo: cell("reverses it", 0, "applied"),
        runs: LISTS,
        audit: CLEAN,
        out: &["resume RUN --give-up --yes"],
    },
    Row {
        name: "given_up",
        state: "given up",
        run: Some(RunState::GivenUp),
        stage: |place| {
            cut_in_a_move(place);
            place.give("resume RUN --give-up --yes", 0);
        },
        fix: cell("plans and applies what is left", 0, "removed"),
        resume: NOTHING_TO_RESUME,
        undo: cell("reverses what is proven", 0, "applied"),
        runs: LISTS,
        audit: SHOWS,
        out: &[],
    },
    Row {
        name: "given_up_set_aside",
        state: "given up, and a mailbox stands set aside",
        run: Some(RunState::GivenUp),
        stage: |place| {
            cut_after_the_rename(place);
            place.give("resume RUN --give-up --yes", 0);
        },
        fix: cell(
            "goes on beside it, and tells of it",
            0,
            "set-aside-given-up",
        ),
        resume: cell(
            "nothing to do; `resume RUN` takes it up",
            0,
            "nothing to resume",
        ),
        undo: cell("gives the mailbox its name and its mail back", 0, "applied"),
        runs: LISTS,
        audit: cell("`set-aside-given-up`", 1, "set-aside-given-up"),
        out: &["resume RUN"],
    },
    Row {
        name: "undone",
        state: "undone",
        run: Some(RunState::Undone),
        stage: |place| {
            place.give(FIX, 0);
            let run = place.run.clone();
            place.give(UNDO, 0);
            place.run = run;
        },
        fix: cell("plans and applies anew", 0, "removed"),
        resume: NOTHING_TO_RESUME,
        undo: cell("refuses: another run has undone it", 3, "has undone it"),
        runs: LISTS,
        audit: SHOWS,
        out: &[],
    },
    Row {
        name: "undo_unfinished",
        state: "an undo is unfinished",
        run: Some(RunState::Unfinished),
        stage: |place| {
            place.give(FIX, 0);
            place.kill(UNDO, "UID MOVE", 2, Point::Before);
        },
        fix: cell(ASKS_FOR_RESUME, 3, "resume"),
        resume: cell("finishes the undo", 0, "applied"),
        undo: cell(ASKS_FOR_RESUME, 3, "gives it up with --give-up"),
        runs: LISTS,
        audit: SHOWS,
        out: &["resume RUN"],
    },
    Row {
        name: "damaged",
        state: "a journal is damaged",
        run: Some(RunState::Damaged),
        stage: damage,
        fix: cell("refuses: names the journal", 2, "--give-up"),
        resume: cell("names the journal; goes on with other runs", 3, "--give-up"),
        undo: cell("refuses: names the journal", 2, "--give-up"),
        runs: cell("lists it", 0, "--give-up"),
        audit: cell("goes on, and names the journal", 1, "--give-up"),
        out: &["resume RUN --give-up --yes"],
    },
    Row {
        name: "newer",
        state: "a newer rolecall wrote a journal",
        run: Some(RunState::Newer),
        stage: write_newer,
        fix: cell("refuses: names the journal", 2, "newer"),
        resume: cell("names the journal; goes on with other runs", 3, "newer"),
        undo: cell("refuses: names the journal", 2, "newer"),
        runs: LISTS,
        audit: cell("goes on, and names the journal", 0, "newer"),
        // The version that wrote it.
        out: &[],
    },
    Row {
        name: "foreign",
        state: "a `rolecall-…` mailbox that no journal here knows: another machine's, a lost state folder's, somebody's own",
        run: None,
        stage: |place| {
            cut_after_the_rename(place);
            fs::remove_dir_all(place.folder()).unwrap();
            "RUN".clone_into(&mut place.run);
            place.world(|world| {
                world.add_mailbox(USER, STRANGE).unwrap();
                let text = b"Message-ID: <strange@example.test>\r\n\r\n.\r\n".to_vec();
                world.add_message(USER, STRANGE, &[], 1, text).unwrap();
            });
        },
        fix: cell("goes on beside it, and tells of it", 0, "set-aside-unknown"),
        resume: NOTHING_TO_RESUME,
        undo: cell("refuses: there is no such run", 2, "cannot find the run"),
        runs: cell("lists nothing of it", 0, ""),
        audit: cell("`set-aside-unknown`", 1, "set-aside-unknown"),
        out: &["fix --yes --settle 0 --remove now --role STRANGE=sent ACCOUNT"],
    },
    Row {
        name: "account_renamed",
        state: "the account has another user now, and an unfinished run of the old one",
        run: Some(RunState::Unfinished),
        stage: rename_the_account,
        fix: cell("goes on beside it, and tells of it", 0, "set-aside-unknown"),
        resume: cell("cannot log in as the old user", 3, "cannot log in"),
        undo: cell("cannot log in as the old user", 3, "cannot log in"),
        runs: LISTS,
        audit: cell("`set-aside-unknown`", 1, "set-aside-unknown"),
        out: &["resume RUN --give-up --yes"],
    },
    Row {
        name: "moved_below_trash",
        state: "the server moved the removed mailbox below trash",
        run: Some(RunState::Finished),
        stage: |place| {
            *place.breaker.moves_deleted.lock().unwrap() = Some(String::new());
            place.give(FIX, 0);
            *place.breaker.moves_deleted.lock().unwrap() = None;
        },
        fix: NOTHING_TO_DO,
        resume: NOTHING_TO_RESUME,
        undo: cell("reverses it", 0, "applied"),
        runs: LISTS,
        audit: cell("`removed-mailbox-kept`", 0, "removed-mailbox-kept"),
        out: &[],
    },
];

fn tried(place: &Place, words: &str, cell: &Cell, wrong: &mut Vec<String>) {
    let output = place.command(words).output().unwrap();
    let text = shown(&output);
    if output.status.code() != Some(cell.exit) || !text.contains(cell.says) {
        wrong.push(format!(
            "{words}: should exit {} and say \"{}\":\n{text}",
            cell.exit, cell.says
        ));
    }
}

fn walk(name: &str) {
    let row = ROWS.iter().find(|row| row.name == name).unwrap();
    let staged = || {
        let mut place = Place::new();
        (row.stage)(&mut place);
        place
    };
    let place = staged();
    let before = place.messages();
    let mut wrong = Vec::new();
    let word = place.word();
    if word.as_deref() != row.run.map(|state| state.word()) {
        wrong.push(format!("runs calls it {word:?}"));
    }
    // These two change nothing, so one stage is enough for both.
    tried(&place, "runs", &row.runs, &mut wrong);
    tried(&place, "audit ACCOUNT", &row.audit, &mut wrong);
    assert_eq!(place.word(), word, "a look has changed something");
    tried(&place, FIX, &row.fix, &mut wrong);
    let place = staged();
    tried(&place, "resume", &row.resume, &mut wrong);
    let place = staged();
    tried(&place, UNDO, &row.undo, &mut wrong);
    let mut place = staged();
    place.lock = None;
    for words in row.out {
        let words = words.replace("STRANGE", STRANGE);
        let output = place.command(&words).output().unwrap();
        if !matches!(output.status.code(), Some(0 | 4)) {
            wrong.push(format!("{words} leads nowhere: {}", shown(&output)));
        }
    }
    if row.run != Some(RunState::Newer) {
        tried(&place, FIX, &cell("", 0, ""), &mut wrong);
        let lost = before
            .keys()
            .filter(|id| !place.messages().contains_key(id));
        assert_eq!(lost.count(), 0, "mail is lost");
    }
    assert!(wrong.is_empty(), "{}:\n{}", row.state, wrong.join("\n\n"));
}

macro_rules! states {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                walk(stringify!($name));
            }
        )*

        #[test]
        fn every_state_is_walked() {
            let walked = [$(stringify!($name)),*];
            let known: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
            assert_eq!(known, walked);
            for state in RunState::EVERY {
                assert!(ROWS.iter().any(|row| row.run == Some(state)), "{state:?}");
            }
        }
    };
}

states! {
    finished
    running
    stopped
    cut
    cut_and_set_aside
    waiting
    due
    may_hold_mail
    given_up
    given_up_set_aside
    undone
    undo_unfinished
    damaged
    newer
    foreign
    account_renamed
    moved_below_trash
}

#[test]
fn the_page_on_safety_has_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/safety.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once("<!-- states -->\n").unwrap();
    let (table, after) = rest.split_once("<!-- /states -->").unwrap();
    let mut expected =
        "| state | `fix` | `resume` | `undo RUN` | `runs` | `audit` | way out |\n|---|---|---|---|---|---|---|\n"
            .to_owned();
    for row in ROWS {
        write!(expected, "| {} ", row.state).unwrap();
        for cell in [row.fix, row.resume, row.undo, row.runs, row.audit] {
            write!(expected, "| {} → {} ", cell.does, cell.exit).unwrap();
        }
        let out = row
            .out
            .iter()
            .map(|words| format!("`rolecall {}`", told(words)));
        let out = match row.run {
            Some(RunState::Newer) => "the version that wrote it".to_owned(),
            _ if row.out.is_empty() => "–".to_owned(),
            _ => out.collect::<Vec<_>>().join(", then "),
        };
        writeln!(expected, "| {out} |").unwrap();
    }
    if std::env::var_os("REFRESH").is_some() {
        let page = format!("{before}<!-- states -->\n{expected}<!-- /states -->{after}");
        fs::write(path, page).unwrap();
        return;
    }
    assert_eq!(table, expected, "REFRESH=1 writes it anew");
}

/// A command as people are told it.
fn told(words: &str) -> String {
    let words = words.replace("STRANGE", "MAILBOX");
    words
        .replace(" --yes", "")
        .replace(" --settle 0 --remove now", "")
}
