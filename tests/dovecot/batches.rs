//! What one command did on many accounts is continued or undone as a whole, by the id of that command.

use std::fs::{self, File};

use rolecall::apply::journal::{self, Journal, Position, Record, record};

use crate::{
    dovecot::{fleet::Fleet, scene::DATE, scene::set},
    support::{
        terminal,
        {
            self,
            dovecot::PASSWORD,
            proxy::Cut,
            raw::{Raw, text},
        },
    },
};

/// The batch that every run is said to be of from now on.
const BATCH: &str = "b00000000001";

/// Puts all runs into one batch.
fn join(fleet: &Fleet) {
    for folder in fs::read_dir(fleet.path("rolecall")).unwrap() {
        let Ok(files) = fs::read_dir(folder.unwrap().path()) else {
            continue;
        };
        let paths = files.map(|file| file.unwrap().path());
        for path in paths.filter(|path| path.extension().is_some_and(|ending| ending == "jsonl")) {
            let mut records = Vec::new();
            let file = File::open(&path).unwrap();
            journal::read(file, |time, record| records.push((time.to_owned(), record))).unwrap();
            let file = File::create(&path).unwrap();
            let mut journal = Journal::new(Box::new(file), Position::default());
            for (time, mut record) in records {
                if let Record::Begin(record::Begin { command, .. }) = &mut record {
                    BATCH.clone_into(command);
                }
                journal.write(&time, &record).unwrap();
            }
        }
    }
}

#[test]
fn what_was_undone_is_told_although_the_next_undo_of_the_account_fails() {
    let fleet = Fleet::of(1);
    fleet.fix("", 0);
    let mut raw = Raw::login(fleet.scene.server.port, "user1");
    raw.create("Sent Messages");
    raw.append("Sent Messages", "\\Seen", DATE, &text(9, 300));
    fleet.fix("", 0);
    join(&fleet);
    let undo = format!("undo --yes --settle 0 --batch {BATCH}");

    // The first undo logs in once.
    fleet
        .scene
        .proxy
        .cut_once_at("AUTHENTICATE", 2, Cut::Before);
    let shown = fleet.shows(&undo, 3);
    assert!(fleet.scene.proxy.was_cut(), "{shown}");
    // Both runs may have begun within one second: which of them is the last is not known.
    assert!(shown.contains("Undo it:  rolecall undo"), "{shown}");
    assert!(shown.contains("1 account: 1 failed.\n"), "{shown}");
    assert!(shown.contains("moved.\nFailed for: network 1."), "{shown}");
}

/// The batch of the last command that wrote reports.
fn batch(fleet: &Fleet) -> String {
    fleet.summary()["batch"].as_str().unwrap().to_owned()
}

#[test]
fn an_account_that_is_no_longer_in_the_file_alone_is_not_undone() {
    let fleet = Fleet::of(3);
    let report = format!("--report-dir {}", fleet.path("report").display());
    let shown = fleet.fix(&report, 0);
    let batch = batch(&fleet);
    let undo = format!("undo --yes --settle 0 {report} --batch {batch}");
    let told = format!("Undo what this command did: rolecall undo --batch {batch} --accounts ");
    assert!(shown.contains(&told), "{shown}");
    let summary = fs::read_to_string(fleet.path("report/summary.txt")).unwrap();
    assert!(summary.contains(&told), "{summary}");
    let all = fleet.users.clone();

    // The file of another fleet.
    fleet.write(&[], &fleet.line("user4", "ROLECALL_TEST_PASSWORD"));
    let shown = fleet.shows(&undo, 2);
    assert!(shown.contains("any of these 3 accounts"), "{shown}");

    fleet.write(&all[..2], "");
    let shown = fleet.shows(&undo, 3);
    assert!(shown.contains("user3@127.0.0.1"), "{shown}");
    assert!(shown.contains("in the accounts file"), "{shown}");
    assert!(shown.contains("hint: put it into the file"), "{shown}");
    assert!(shown.contains("3 accounts: 2 done, 1 failed."), "{shown}");
    assert!(shown.contains("Failed for: config 1."), "{shown}");
    assert_eq!(fleet.merged(), set(&["user3"]));
    assert_eq!(fleet.list("report/failed.txt").len(), 1);

    // Nothing is left that could be done without it.
    fleet.scene.proxy.clear();
    let shown = fleet.shows(&undo, 2);
    assert!(shown.contains("in the accounts file"), "{shown}");
    assert_eq!(fleet.scene.proxy.commands(), [""; 0]);

    fleet.write(&all, "");
    let shown = fleet.shows(&undo, 0);
    assert!(shown.contains("1 account: 1 done."), "{shown}");
    assert_eq!(fleet.merged(), set(&[]));
    let shown = fleet.shows(&undo, 0);
    assert!(shown.contains("all of it was undone before"), "{shown}");
}

#[test]
fn an_account_that_is_no_longer_in_the_file_alone_is_not_resumed() {
    let fleet = Fleet::of(2);
    for user in ["user1", "user2"] {
        fleet.scene.proxy.cut_at("UID MOVE", 1, Cut::After);
        let words = format!("fix --yes --settle 0 --no-progress imap://{user}@127.0.0.1");
        let mut command = fleet.scene.command_without_account(&words.replace(
            "127.0.0.1",
            &format!("127.0.0.1:{}", fleet.scene.proxy.port),
        ));
        command.env("ROLECALL_PASSWORD", PASSWORD);
        support::run(command, 4);
        assert!(fleet.scene.proxy.was_cut());
    }
    fleet.write(&fleet.users[..1], "");
    let shown = fleet.shows("resume", 3);
    assert!(shown.contains("2 accounts: 1 done, 1 failed."), "{shown}");
    assert_eq!(fleet.merged(), set(&["user1"]));
}

#[test]
fn what_a_resumed_run_moves_counts_for_the_most_that_may_be_moved() {
    let fleet = Fleet::with(2, 6);
    // One message is seen to have moved, five more are on their way.
    fleet.scene.proxy.cut_at("UID MOVE", 2, Cut::After);
    fleet.fix("--jobs 1 --stop-on unknown", 4);
    assert!(fleet.scene.proxy.was_cut());
    for (most, merged) in [(4, set(&[])), (10, set(&["user1"]))] {
        let shown = fleet.fix(&format!("--continue --jobs 1 --max-moves {most}"), 3);
        assert!(shown.contains("--max-moves"), "{shown}");
        assert_eq!(fleet.merged(), merged);
    }
    fleet.fix("--continue --max-moves 6", 0);
    assert_eq!(fleet.merged().len(), 2);
}

/// The question that `fix` asks of many accounts, and the one of `undo`.
const QUESTIONS: [&str; 2] = ["to apply the plans:", "to go on:"];

#[test]
fn many_accounts_are_asked_about_once_and_their_number_is_the_answer() {
    let fleet = Fleet::of(3);
    let before = fleet.accounts();
    let report = format!("--report-dir {}", fleet.path("report").display());
    let fix = || fleet.command(&format!("fix --settle 0 {report}"));
    let done = || ["done", "pending"].map(|name| fleet.list(&format!("report/{name}.txt")).len());

    // Who types what one types everywhere has not read the question.
    let (shown, status) = terminal::talk(fix(), QUESTIONS[0], "y");
    assert!(shown.contains("3 accounts, 6 messages to move"), "{shown}");
    assert!(shown.contains("nothing was changed"), "{shown}");
    assert_eq!((status, fleet.accounts()), (1, before.clone()));
    assert_eq!(done(), [0, 3], "{shown}");
    let files = fs::read_dir(fleet.path("report/accounts")).unwrap();
    assert_eq!(files.count(), 3);

    let (shown, status) = terminal::talk(fix(), QUESTIONS[0], "3");
    assert!(shown.contains("3 accounts: 3 done."), "{shown}");
    assert_eq!((status, fleet.merged().len()), (0, 3));
    assert_eq!(done(), [3, 0], "{shown}");

    let undo = || fleet.command(&format!("undo --settle 0 --batch {}", batch(&fleet)));
    let (shown, status) = terminal::talk(undo(), QUESTIONS[1], "1");
    assert!(shown.contains("3 runs on 3 accounts"), "{shown}");
    assert_eq!((status, fleet.merged().len()), (1, 3));
    let (_, status) = terminal::talk(undo(), QUESTIONS[1], "3");
    assert_eq!((status, fleet.accounts()), (0, before));
}

#[test]
fn what_was_declined_is_on_record_and_dealt_with_later() {
    let fleet = Fleet::of(2);
    let (shown, status) = terminal::talk(fleet.command("fix --settle 0"), QUESTIONS[0], "");
    assert_eq!(status, 1, "{shown}");
    let folder = fs::read_dir(fleet.path("rolecall/batches")).unwrap();
    let ledgers = folder.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    let ledgers: String = ledgers.collect();
    assert_eq!(ledgers.matches(r#""end":"found""#).count(), 2, "{ledgers}");
    fleet.fix("--continue", 0);
    assert_eq!(fleet.merged().len(), 2);
}

#[test]
fn one_run_of_an_account_in_a_file_is_asked_about_too() {
    let fleet = Fleet::of(1);
    let before = fleet.accounts();
    fleet.fix("", 0);
    let runs = support::rolecall(fleet.scene.state.path(), &["runs", "--format", "json"]);
    let run = support::json(runs, 0)["run"].as_str().unwrap().to_owned();
    let undo = fleet.command(&format!("undo --settle 0 {run}"));
    let (shown, status) = terminal::talk(undo, "[y/N]", "y");
    assert_eq!((status, fleet.accounts()), (0, before), "{shown}");
}
