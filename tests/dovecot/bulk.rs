//! Many messages, large messages, and messages that arrive during a run.

use std::{
    process::Stdio,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use sha2::{Digest as _, Sha256};

use crate::{
    dovecot::scene::{DATE, Scene},
    support::{proxy::Cut, raw::text, run},
};

/// Messages of many sizes, dates, flags and keywords, none like another.
fn letters(count: u32) -> Vec<(String, String, Vec<u8>)> {
    const FLAGS: [&str; 6] = [
        "",
        "\\Seen",
        "\\Seen \\Answered",
        "\\Flagged $Forwarded",
        "\\Seen $Label1 Client-7",
        "\\Draft NonJunk",
    ];
    (0..count)
        .map(|number| {
            let flags = FLAGS[number as usize % FLAGS.len()].to_owned();
            let date = format!(
                "{:02}-Mar-{} {:02}:{:02}:07 +0{}00",
                number % 28 + 1,
                1990 + number % 30,
                number % 24,
                number % 60,
                number % 9
            );
            let length = 150 + (number as usize * 37) % 2_500;
            (flags, date, text(number, length))
        })
        .collect()
}

fn with_letters(count: u32) -> Scene {
    let scene = Scene::usual();
    let mut raw = scene.raw();
    raw.create("Sent");
    raw.create("Sent Items");
    raw.append_many("Sent", &letters(3));
    raw.append_many("Sent Items", &letters(count)[3..]);
    scene
}

#[test]
fn ten_thousand_messages_are_merged_with_flags_keywords_dates_and_octets_unchanged() {
    let scene = with_letters(10_010);
    let before = scene.account();
    assert_eq!(before.count("Sent Items"), 10_007);
    let receipt = scene.fix("");
    assert_eq!(receipt["steps"][0]["moved"], 10_007);
    assert_eq!(receipt["steps"][0]["source_after"], "removed");
    let after = scene.account();
    assert_eq!(after.names(), ["INBOX", "Sent"]);
    assert_eq!(after.count("Sent"), 10_010);
    assert!(
        after.bag() == before.bag(),
        "a message was changed, lost or doubled"
    );

    let keywords: std::collections::BTreeSet<&String> = after.messages["Sent"]
        .iter()
        .flat_map(|seen| &seen.flags)
        .collect();
    let octets: usize = after.bag().iter().map(|seen| seen.size).sum();
    let moves = scene.proxy.mutating();
    let moves: Vec<&String> = moves
        .iter()
        .filter(|line| line.starts_with("UID MOVE"))
        .collect();
    println!(
        "{} messages, {octets} octets, flags {keywords:?}: equal in flags, INTERNALDATE and SHA-256; {moves:?}",
        after.count("Sent"),
    );
    scene.is_settled("");
}

/// Sets of single UIDs are long: every command stays under the 8 000 octets that servers are known to take.
#[test]
fn a_source_full_of_gaps_is_moved_by_short_commands() {
    let scene = with_letters(6_400);
    let mut raw = scene.raw();
    raw.ok("SELECT \"Sent Items\"");
    let odd: Vec<String> = (1..6_397).step_by(2).map(|uid| uid.to_string()).collect();
    raw.ok(&format!(
        "UID STORE {} +FLAGS.SILENT (\\Deleted)",
        odd.join(",")
    ));
    raw.ok("EXPUNGE");
    let before = scene.account();
    scene.fix("");
    let longest = scene.proxy.commands().iter().map(String::len).max();
    assert!(
        longest.is_some_and(|length| (3_000..8_000).contains(&length)),
        "{longest:?}"
    );
    let after = scene.account();
    assert_eq!(after.names(), ["INBOX", "Sent"]);
    assert!(after.bag() == before.bag());
}

#[test]
fn with_full_verification_every_text_is_read_before_and_after() {
    let scene = with_letters(120);
    let before = scene.account();
    scene.fix("--verify full");
    let sent = scene.proxy.commands();
    let texts = sent
        .iter()
        .filter(|line| line.contains("BODY.PEEK[]"))
        .count();
    assert!(texts >= 4, "{sent:#?}");
    let after = scene.account();
    assert_eq!(after.names(), ["INBOX", "Sent"]);
    assert_eq!(after.bag(), before.bag());
}

/// The moment in which IMAP has no safe way to remove a mailbox: after the look that finds it empty.
#[test]
fn mail_that_arrives_between_the_last_look_and_the_rename_is_moved_too() {
    let scene = with_letters(10);
    scene.proxy.cut_at("RENAME", 1, Cut::Hold);
    let fix = scene
        .command("fix --yes --settle 0")
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    scene.proxy.wait_until_held();
    assert_eq!(scene.account().count("Sent Items"), 0);
    scene
        .raw()
        .append("Sent Items", "\\Flagged", DATE, &text(99, 200));
    let before = scene.account();
    scene.proxy.let_go();
    assert!(fix.wait_with_output().unwrap().status.success());
    let after = scene.account();
    assert_eq!(after.names(), ["INBOX", "Sent"]);
    assert_eq!(after.bag(), before.bag());
    assert_eq!(after.count("Sent"), 11);
}

/// Another client files a message every few milliseconds, and makes the mailbox again when it is gone.
fn deliver(scene: &Scene, delivered: &AtomicUsize, enough: &AtomicBool) -> Vec<u32> {
    const LEAST: u32 = 250;
    let mut raw = scene.raw();
    let mut accepted = Vec::new();
    for number in 1_000.. {
        if enough.load(Ordering::SeqCst) && number >= 1_000 + LEAST {
            break;
        }
        loop {
            let (_, end) = raw.try_append("Sent Items", "\\Seen", DATE, &text(number, 200));
            if end.starts_with("OK") {
                break;
            }
            assert!(end.contains("[TRYCREATE]"), "{end}");
            raw.command("CREATE \"Sent Items\"");
        }
        accepted.push(number);
        delivered.fetch_add(1, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(3));
    }
    accepted
}

#[test]
fn mail_that_arrives_during_a_merge_is_neither_lost_nor_doubled() {
    let scene = Scene::usual();
    let mut raw = scene.raw();
    raw.create("Sent");
    raw.create("Sent Items");
    let there: Vec<_> = (0..300)
        .map(|number| (String::new(), DATE.to_owned(), text(number, 200)))
        .collect();
    raw.append_many("Sent Items", &there);

    let (delivered, enough) = (AtomicUsize::new(0), AtomicBool::new(false));
    let accepted = thread::scope(|scope| {
        let other = scope.spawn(|| deliver(&scene, &delivered, &enough));
        while delivered.load(Ordering::SeqCst) < 20 {
            thread::sleep(Duration::from_millis(1));
        }
        for _ in 0..2 {
            let shown = scene.command("fix --yes --settle 1").output().unwrap();
            // A source that fills faster than it can be emptied is given up, in peace.
            assert!(
                matches!(shown.status.code(), Some(0 | 3)),
                "{}",
                crate::support::shown(&shown)
            );
            println!("{}", crate::support::shown(&shown));
        }
        enough.store(true, Ordering::SeqCst);
        other.join().unwrap()
    });
    assert!(accepted.len() >= 250);

    // Once it is quiet, one more run takes what is left.
    run(scene.command("fix --yes --settle 0"), 0);
    let account = scene.account();
    let mut found: Vec<String> = account.bag().into_iter().map(|seen| seen.sha).collect();
    found.sort();
    let mut sent: Vec<String> = (0..300)
        .chain(accepted)
        .map(|number| rolecall::model::hex::encode(&Sha256::digest(text(number, 200))))
        .collect();
    sent.sort();
    assert!(found == sent, "{} found, {} sent", found.len(), sent.len());
    assert_eq!(account.count("Sent"), sent.len());
}
