//! Runs that are cut off anywhere: `rolecall resume` brings them to the end that they would have reached.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
};

use crate::{
    dovecot::scene::{Account, DATE, Scene, hidden},
    support::{
        dovecot::{Dovecot, Setup},
        proxy::Cut,
        raw::text,
        rolecall, run, shown,
    },
};

/// Two mailboxes to be made, two to be renamed, four merges of two batches each: every mutating command twice.
const OPTIONS: &str = "--make-target --target drafts=Concepts --target archive=Archief";

fn fill(scene: &Scene) {
    scene.fill_three_sent();
    let mut raw = scene.raw();
    for (number, child) in (41..).zip(["2018", "2019"]) {
        let name = format!("Sent Items/{child}");
        raw.create(&name);
        raw.append(&name, "$Label1", DATE, &text(number, 900));
    }
}

/// The end that an uninterrupted run comes to.
fn whole_run(server: &Arc<Dovecot>) -> Account {
    let scene = Scene::for_user(server, "whole");
    fill(&scene);
    scene.fix(OPTIONS);
    scene.account()
}

/// Plays scenes at the same time: a resume waits until the server is quiet, and all together wait no longer than one.
fn all_at_once<T: Send>(cells: impl IntoIterator<Item = T>, scene: impl Fn(T) + Sync) {
    let scene = &scene;
    thread::scope(|scope| {
        for cell in cells {
            scope.spawn(move || scene(cell));
        }
    });
}

/// Cuts at this command, before and after it reaches the server, the first time and the second.
fn cut_at(word: &str) {
    let server = Arc::new(Dovecot::start(&Setup::default()));
    let end = whole_run(&server);
    let cells = [
        (1, Cut::Before),
        (1, Cut::After),
        (2, Cut::Before),
        (2, Cut::After),
    ];
    all_at_once(cells, |(nth, cut)| {
        let user = format!("{}{nth}{cut:?}", word.replace(' ', ""));
        let scene = Scene::for_user(&server, &user);
        is_resumed(&scene, word, nth, cut, &end);
    });
}

fn is_resumed(scene: &Scene, word: &str, nth: usize, cut: Cut, end: &Account) {
    fill(scene);
    let before = scene.account();
    let place = format!("{word} {nth} {cut:?}");
    scene.proxy.cut_at(word, nth, cut);
    let shown = scene.shows(&format!("fix --yes --settle 0 {OPTIONS}"), 4);
    assert!(scene.proxy.was_cut(), "{place}: never sent\n{shown}");
    assert!(shown.contains("rolecall resume"), "{place}: {shown}");
    assert_eq!(
        scene.account().bag(),
        before.bag(),
        "{place}: after the cut"
    );

    let resumed = run(scene.command_without_account("resume"), 0);
    let after = scene.account();
    assert_eq!(after, *end, "{place}: after resume\n{shown}\n{resumed}");
    scene.is_settled(OPTIONS);
}

#[test]
fn a_run_cut_at_a_create_is_resumed() {
    cut_at("CREATE");
}

#[test]
fn a_run_cut_at_a_rename_is_resumed() {
    cut_at("RENAME");
}

#[test]
fn a_run_cut_at_a_move_is_resumed() {
    cut_at("UID MOVE");
}

#[test]
fn a_run_cut_at_a_delete_is_resumed() {
    cut_at("DELETE");
}

#[test]
fn a_run_cut_at_a_subscribe_is_resumed() {
    cut_at("SUBSCRIBE");
}

#[test]
fn a_run_cut_at_an_unsubscribe_is_resumed() {
    cut_at("UNSUBSCRIBE");
}

#[test]
fn a_run_whose_line_is_lost_goes_on_over_a_new_connection() {
    let server = Arc::new(Dovecot::start(&Setup::default()));
    let end = whole_run(&server);
    let words = ["CREATE", "UID MOVE", "RENAME", "DELETE", "UNSUBSCRIBE"];
    let cells = words.map(|word| [(word, Cut::Before), (word, Cut::After)]);
    all_at_once(cells.concat(), |(word, cut)| {
        let user = format!("on{}{cut:?}", word.replace(' ', ""));
        let scene = Scene::for_user(&server, &user);
        fill(&scene);
        scene.proxy.cut_once_at(word, 2, cut);
        let shown = scene.shows(&format!("fix --yes --settle 0 {OPTIONS}"), 0);
        assert!(scene.proxy.was_cut(), "{word} {cut:?}: never sent\n{shown}");
        assert_eq!(scene.account(), end, "{word} {cut:?}\n{shown}");
        scene.is_settled(OPTIONS);
    });
}

#[test]
fn nothing_is_begun_while_a_run_is_unfinished() {
    for word in ["UID MOVE", "RENAME", "DELETE", "UNSUBSCRIBE"] {
        let scene = Scene::three_sent();
        scene.proxy.cut_at(word, 1, Cut::After);
        scene.shows("fix --yes --settle 0", 4);
        let before = scene.account();
        scene.proxy.clear();
        let text = scene.shows("fix --yes --settle 0", 3);
        assert!(text.contains("rolecall resume"), "{word}: {text}");
        assert_eq!(scene.proxy.mutating(), [""; 0]);
        assert_eq!(scene.account(), before);
    }
}

#[test]
fn a_run_cut_before_it_changes_anything_has_failed_and_needs_no_resume() {
    let scene = Scene::three_sent();
    let before = scene.account();
    scene.proxy.cut_at("SELECT", 1, Cut::Before);
    let text = scene.shows("fix --yes --settle 0", 3);
    assert!(scene.proxy.was_cut(), "{text}");
    assert_eq!(scene.account(), before);
    let text = run(scene.command_without_account("resume"), 0);
    assert!(text.contains("nothing to resume"), "{text}");
    scene.fix("");
    assert_eq!(scene.account().names(), ["INBOX", "Sent"]);
}

#[test]
fn a_copy_and_an_expunge_that_were_cut_are_resumed() {
    let server = Arc::new(Dovecot::start(&hidden(&["MOVE"])));
    let words = ["UID COPY", "UID STORE", "UID EXPUNGE"];
    let cells = words
        .into_iter()
        .flat_map(|word| [(word, Cut::Before), (word, Cut::After)]);
    all_at_once(cells, |(word, cut)| {
        let user = format!("{}{cut:?}", word.replace(' ', ""));
        let scene = Scene::for_user(&server, &user);
        scene.fill_three_sent();
        let before = scene.account();
        scene.proxy.cut_at(word, 2, cut);
        scene.shows("fix --yes --settle 0", 4);
        assert!(scene.proxy.was_cut());
        run(scene.command_without_account("resume"), 0);
        let after = scene.account();
        assert_eq!(after.bag(), before.bag(), "{word} {cut:?}");
        assert_eq!(after.names(), ["INBOX", "Sent"], "{word} {cut:?}");
        scene.is_settled("");
    });
}

#[test]
fn an_undo_that_was_cut_is_resumed() {
    for word in ["CREATE", "UID MOVE", "SUBSCRIBE"] {
        let scene = Scene::three_sent();
        let before = scene.account();
        let fixed = scene.fix("");
        scene.proxy.cut_at(word, 2, Cut::After);
        let words = format!("undo --yes {}", fixed["run"].as_str().unwrap());
        run(scene.command_without_account(&words), 4);
        assert!(scene.proxy.was_cut());
        run(scene.command_without_account("resume"), 0);
        assert_eq!(scene.account(), before, "{word}");
    }
}

/// 1 200 messages: batches of 1, 250, 250, 500 and what is left.
fn many() -> Scene {
    let scene = Scene::usual();
    let mut raw = scene.raw();
    raw.create("Sent");
    raw.create("Sent Items");
    let messages: Vec<_> = (0..1_200)
        .map(|number| ("\\Seen".to_owned(), DATE.to_owned(), text(number, 200)))
        .collect();
    raw.append_many("Sent Items", &messages);
    scene
}

fn start(mut command: Command) -> Child {
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn a_run_that_was_killed_is_resumed_whether_its_last_command_runs_late_or_never() {
    all_at_once([true, false], |late| {
        let scene = many();
        let before = scene.account();
        scene.proxy.cut_at("UID MOVE", 3, Cut::Hold);
        let mut child = start(scene.command("fix --yes --settle 0"));
        scene.proxy.wait_until_held();
        child.kill().unwrap();
        child.wait().unwrap();
        let half = scene.account();
        assert_eq!((half.count("Sent"), half.count("Sent Items")), (251, 949));
        let resume = start(scene.command_without_account("resume"));
        if late {
            scene.proxy.let_go();
        }
        let resumed = resume.wait_with_output().unwrap();
        assert_eq!(resumed.status.code(), Some(0), "{}", shown(&resumed));
        let after = scene.account();
        assert_eq!(after.names(), ["INBOX", "Sent"]);
        assert_eq!(after.bag(), before.bag());
        scene.is_settled("");
    });
}

#[test]
fn who_comes_while_a_run_is_going_on_is_told_since_when_and_how_far_it_is() {
    let scene = many();
    scene.proxy.cut_at("UID MOVE", 3, Cut::Hold);
    let child = start(scene.command("fix --yes --settle 0"));
    scene.proxy.wait_until_held();
    for words in ["fix --dry-run", "fix --yes"] {
        let told = run(scene.command(words), 3);
        let begins = "cannot change the account: another rolecall is changing it since 20";
        let (_, told) = told.split_once(begins).unwrap();
        assert!(told.contains(" of 1 200 messages moved\n"), "{told}");
        assert!(
            !told.contains("resume") && !told.contains(" UTC, 0 of"),
            "{told}"
        );
    }
    let runs = run(rolecall(scene.state.path(), &["runs"]), 0);
    assert!(
        runs.contains(" running ") && !runs.contains("resume"),
        "{runs}"
    );
    scene.proxy.let_go();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    scene.is_settled("");
}

#[test]
fn ctrl_c_lets_the_command_under_way_end_and_tells_how_to_go_on() {
    let scene = many();
    let before = scene.account();
    scene.proxy.cut_at("UID MOVE", 2, Cut::Hold);
    let mut child = start(scene.command("fix --yes --settle 0"));
    scene.proxy.wait_until_held();
    let signalled = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(signalled.success());
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    let stopping = said
        .by_ref()
        .map(Result::unwrap)
        .find(|line| !line.is_empty());
    assert!(
        stopping
            .unwrap()
            .contains("stopping after the command under way")
    );
    scene.proxy.let_go();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let told: Vec<String> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .chain(said.map(Result::unwrap))
        .filter(|line| !line.trim().is_empty())
        .collect();
    assert!(
        told.last().unwrap().contains("rolecall resume"),
        "{told:#?}"
    );
    let how_far = "stopped by you; 251 of 1 200 messages moved, the mailbox is not yet removed";
    let said = told.concat().replace("  ", "");
    assert!(
        said.contains(how_far) && !said.contains("unknown"),
        "{told:#?}"
    );

    // The command that was under way has been waited for, and nothing was sent after it.
    let half = scene.account();
    assert_eq!((half.count("Sent"), half.count("Sent Items")), (251, 949));
    let moves = scene.proxy.mutating();
    assert_eq!(moves.len(), 2, "{moves:#?}");

    run(scene.command_without_account("resume"), 0);
    let after = scene.account();
    assert_eq!(after.names(), ["INBOX", "Sent"]);
    assert_eq!(after.bag(), before.bag());
    scene.is_settled("");
}
