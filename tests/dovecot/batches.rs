//! What one command did on many accounts, taken up again or taken back by its batch.

use std::fs::{self, File};

use rolecall::apply::journal::{self, Journal, Record};

use crate::{
    fleet::Fleet,
    scene::DATE,
    support::{
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
