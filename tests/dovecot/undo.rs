//! `rolecall undo` reverses what a run did, message by message.

use crate::{
    dovecot::scene::{Account, DATE, Scene},
    support::{
        dovecot::Setup,
        json,
        raw::{Seen, text},
        run,
    },
};

fn id(receipt: &serde_json::Value) -> &str {
    receipt["run"].as_str().unwrap()
}

/// Merges, a child that follows, a subscription that is set.
fn busy() -> Scene {
    let scene = Scene::three_sent();
    let mut raw = scene.raw();
    raw.create("Sent Items/2019");
    raw.append("Sent Items/2019", "$Label1 \\Flagged", DATE, &text(41, 900));
    raw.ok("UNSUBSCRIBE Sent");
    scene
}

#[test]
fn an_undo_brings_everything_back_and_its_own_undo_takes_it_away_again() {
    let scene = busy();
    let before = scene.account();
    let fixed = scene.fix("");
    let after = scene.account();
    assert_eq!(after.names(), ["INBOX", "Sent", "Sent/2019"]);

    let undone = scene.undo(id(&fixed));
    assert_eq!(scene.account(), before);

    scene.undo(id(&undone));
    let again = scene.account();
    assert_eq!(again.messages["Sent"], after.messages["Sent"]);
    assert_eq!(again.messages["Sent/2019"], after.messages["Sent/2019"]);
    assert_eq!(again.bag(), before.bag());
    assert_eq!(again.subscribed, after.subscribed);
}

#[test]
fn a_renamed_mailbox_gets_its_name_back() {
    let scene = Scene::three_sent_on(&Setup::without_special_use());
    let before = scene.account();
    let fixed = scene.fix("--make-target --target sent=Verzonden");
    assert_eq!(scene.account().names(), ["INBOX", "Verzonden"]);
    scene.undo(id(&fixed));
    assert_eq!(scene.account(), before);
}

#[test]
fn a_mailbox_that_the_run_made_stays_empty() {
    let scene = Scene::three_sent();
    let mut before = scene.account();
    let fixed = scene.fix("--make-target --target sent=Verzonden");
    scene.undo(id(&fixed));
    before.messages.insert("Verzonden".to_owned(), vec![]);
    assert_eq!(scene.account().messages, before.messages);
}

#[test]
fn what_others_did_since_is_left_alone() {
    let scene = Scene::three_sent();
    let before = scene.account();
    let fixed = scene.fix("");
    // One moved message is deleted, one gets another flag, one is new.
    let mut raw = scene.raw();
    raw.ok("SELECT Sent");
    raw.ok("UID STORE 5 +FLAGS.SILENT (\\Deleted)");
    raw.ok("UID EXPUNGE 5");
    raw.ok("UID STORE 6 +FLAGS.SILENT (\\Flagged)");
    raw.append("Sent", "", DATE, &text(77, 100));
    let changed = scene.account();
    let words = format!("undo --yes --format json {}", id(&fixed));
    let undone = json(scene.command_without_account(&words), 3);
    let told = undone["steps"].to_string();
    assert!(
        told.contains("of 2 messages 1 is no longer there"),
        "{told}"
    );
    let after = scene.account();
    assert_eq!(after.names(), before.names());
    assert_eq!(after.bag(), changed.bag());
    assert_eq!(after.count("Sent"), 5);
    let moved_back = &after.messages["Courrier envoy&AOk-"];
    assert_eq!(moved_back.len(), 1);
    assert!(moved_back[0].flags.contains("\\Flagged"));
}

#[test]
fn a_run_is_undone_once() {
    let scene = Scene::three_sent();
    let fixed = scene.fix("");
    scene.undo(id(&fixed));
    let before = scene.account();
    scene.proxy.clear();
    let words = format!("undo --yes {}", id(&fixed));
    let shown = run(scene.command_without_account(&words), 3);
    assert!(shown.contains("has undone it"), "{shown}");
    assert_eq!(scene.proxy.mutating(), [""; 0]);
    assert_eq!(scene.account(), before);
}

#[test]
fn messages_are_not_looked_for_in_a_mailbox_that_was_made_anew() {
    let scene = Scene::three_sent();
    let fixed = scene.fix("");
    let mut raw = scene.raw();
    raw.ok("RENAME Sent Elsewhere");
    raw.create("Sent");
    for number in 1..=9 {
        raw.append("Sent", "", DATE, &text(number + 100, 100));
    }
    let before = scene.account();
    scene.proxy.clear();
    let words = format!("undo --yes {}", id(&fixed));
    let shown = run(scene.command_without_account(&words), 3);
    assert!(shown.contains("UIDVALIDITY changed"), "{shown}");
    assert_eq!(scene.proxy.mutating(), [""; 0]);
    assert_eq!(scene.account(), before);
}

/// The comparison sees what it is meant to see.
#[test]
fn accounts_that_differ_in_anything_are_not_equal() {
    let scene = busy();
    let account = scene.account();
    let mut others: Vec<Account> = vec![account.clone(); 5];
    let of = |account: &mut Account, change: &dyn Fn(&mut Seen)| {
        change(&mut account.messages.get_mut("Sent Items").unwrap()[0]);
    };
    of(&mut others[0], &|seen| {
        seen.flags.insert("$Label1".to_owned());
    });
    of(&mut others[1], &|seen| {
        seen.date = DATE.to_owned();
    });
    of(&mut others[2], &|seen| seen.sha.clear());
    others[3].messages.get_mut("Sent Items").unwrap().pop();
    others[4].subscribed.insert("Sent".to_owned());
    assert!(others.iter().all(|other| *other != account));
}

#[test]
fn an_undo_compares_as_much_as_the_run_that_it_undoes() {
    let scene = Scene::three_sent();
    for (options, by) in [("", "facts"), ("--verify full", "text")] {
        let fixed = scene.fix(options);
        let undone = scene.undo(id(&fixed));
        let steps = undone["steps"].as_array().unwrap();
        let proven = steps
            .iter()
            .filter_map(|step| step["proven"]["by"].as_str());
        let proven: Vec<&str> = proven.collect();
        assert!(!proven.is_empty(), "{undone:#}");
        assert!(proven.iter().all(|own| *own == by), "{undone:#}");
    }
}

#[test]
fn an_undo_that_leaves_mail_where_it_is_says_so_and_is_not_called_done() {
    let scene = Scene::three_sent();
    let fixed = scene.fix("--keep-sources");
    scene.raw().ok("DELETE \"Sent Items\"");
    let words = format!("undo --yes --format json {}", id(&fixed));
    let undone = json(scene.command_without_account(&words), 3);
    let told = undone["warnings"].as_array().unwrap().iter();
    let codes: Vec<&str> = told.filter_map(|one| one["code"].as_str()).collect();
    assert!(codes.contains(&"undo-leaves-mail"), "{undone:#}");
    assert_eq!(undone["error"], serde_json::Value::Null);
}
