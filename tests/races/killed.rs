//! The real process, killed at every record of its journal, and resumed.
//!
//! A library that is loaded into the process sends the SIGKILL, when it has written to its journal for the n-th time: it writes
//! once for a record, or for several that go together. So the product holds nothing for this test. A kill loses nothing that
//! was written; a power cut may, so every point is played twice: with the last record whole, and torn in half. Torn results are
//! those of commands that were sent.

use std::{
    fs,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::{
    dovecot::scene::{Account, Scene},
    races::in_lanes,
    support::{
        dovecot::{Dovecot, Setup},
        journals, run, shown,
    },
};

const FIX: &str = "fix --yes --settle 0";

#[test]
fn killed_at_each_record_of_its_journal_a_run_is_resumed_to_the_end_it_would_have_come_to() {
    let server = Arc::new(Dovecot::start(&Setup {
        in_memory: true,
        ..Setup::default()
    }));
    let whole = Scene::for_user(&server, "whole");
    whole.fill_three_sent();
    whole.fix("");
    let end = whole.account();
    let records = fs::read_to_string(journal(whole.state.path()))
        .unwrap()
        .lines()
        .count();
    assert!(records >= 30, "{records}");
    let kills = AtomicUsize::new(0);

    let folder = tempfile::tempdir().unwrap();
    let killer = build_killer(folder.path());
    in_lanes(2 * records, |cell| {
        if is_resumed(&server, &killer, cell / 2 + 1, cell % 2 == 1, &end) {
            kills.fetch_add(1, Ordering::Relaxed);
        }
    });
    let kills = kills.into_inner();
    assert!(kills >= 40, "{kills}");
    // So many times nothing is written: so everything that is written has had its turn.
    let after = Scene::for_user(&server, "after");
    after.fill_three_sent();
    let output = killed_at(records + 1, &killer, &after).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    println!(
        "killed {kills} times, at everything that is written, whole and torn: 0 lost, 0 doubled"
    );
}

/// Whether the run was killed: records that go together are written at once, so it writes less often than it has records.
fn is_resumed(server: &Arc<Dovecot>, killer: &Path, nth: usize, torn: bool, end: &Account) -> bool {
    let place = format!("at{nth}{}", if torn { "torn" } else { "whole" });
    let scene = Scene::for_user(server, &place);
    scene.fill_three_sent();
    let output = killed_at(nth, killer, &scene).output().unwrap();
    if output.status.success() {
        return false;
    }
    assert_eq!(
        output.status.signal(),
        Some(9),
        "{place}: not killed\n{}",
        shown(&output)
    );
    let journal = journal(scene.state.path());
    let text = fs::read_to_string(&journal).unwrap();
    assert!(text.lines().count() >= nth, "{place}: {text}");
    if torn {
        tear(&journal, &text);
    }
    assert_eq!(scene.account().bag(), end.bag(), "{place}: when killed");

    let resumed = run(scene.command_without_account("resume"), 0);
    if resumed.contains("nothing to") {
        // It had sent nothing: begun anew, it goes the whole way.
        scene.fix("");
    }
    let after = scene.account();
    assert_eq!(after, *end, "{place}: after resume\n{text}\n{resumed}");
    scene.is_settled("");
    true
}

/// The run, killed at its n-th record.
fn killed_at(nth: usize, killer: &Path, scene: &Scene) -> Command {
    let mut command = scene.command(FIX);
    command
        .env("LD_PRELOAD", killer)
        .env("KILL_AT_WRITE", nth.to_string());
    command
}

/// Builds the library that kills, in this folder.
fn build_killer(folder: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/races/kill_at_write.c");
    let library = folder.join("kill_at_write.so");
    let output = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .args([&library, &source])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", shown(&output));
    library
}

/// Leaves half of the last line, as a power cut may.
fn tear(journal: &Path, text: &str) {
    let whole = text.trim_end();
    let begin = whole.rfind('\n').map_or(0, |at| at + 1);
    let half = begin + (whole.len() - begin) / 2;
    fs::write(journal, &text[..half]).unwrap();
}

/// The one journal below a state folder.
fn journal(folder: &Path) -> PathBuf {
    let mut found = journals(folder);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}
