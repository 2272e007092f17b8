//! What one command did on many accounts, taken up again or taken back by its batch.

use std::fs::{self, File};

use rolecall::apply::journal::{self, Journal, Record};

use crate::{
    fleet::{Fleet, set},
    scene::DATE,
    support::{
        self,
        dovecot::PASSWORD,
        proxy::Cut,
        raw::{Raw, text},
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
            let contents = journal::read(File::open(&path).unwrap()).unwrap();
            let mut journal =
                Journal::new(Box::new(File::create(&path).unwrap()), 0, String::new());
            for (time, mut record) in contents.records {
                if let Record::Begin { batch, .. } = &mut record {
                    BATCH.clone_into(batch);
                }
                journal.write(time, record).unwrap();
            }
        }
    }
}

#[test]
fn what_was_undone_is_told_although_the_next_undo_of_the_account_fails() {
    let fleet = Fleet::of(1);
    fleet.fix("", 0);
    let mut raw = Raw::login(fleet.scene.server.port, "user1", PASSWORD);
    raw.create("Sent Messages");
    raw.append("Sent Messages", "\\Seen", DATE, &text(9, 300));
    fleet.fix("", 0);
    join(&fleet);
    let undo = format!("undo --yes --settle 0 --batch {BATCH}");

    // The first undo logs in once.
    fleet.scene.proxy.cut_at("AUTHENTICATE", 2, Cut::Before);
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
    fleet.fix(&report, 0);
    let undo = format!("undo --yes --settle 0 {report} --batch {}", batch(&fleet));
    let all = fleet.users.clone();

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
    }
    fleet.write(&fleet.users[..1], "");
    let shown = fleet.shows("resume", 3);
    assert!(shown.contains("2 accounts: 1 done, 1 failed."), "{shown}");
    assert_eq!(fleet.merged(), set(&["user1"]));
}
