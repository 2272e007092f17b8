//! Commands that only look change nothing: every octet that was sent is read, and the account is compared before and
//! after.

use crate::{
    dovecot::scene::{DATE, Scene, hidden, steps},
    support::{
        dovecot::Setup,
        raw::text,
        run,
        strict::{self, Sent},
    },
};

/// An account with something to do for every kind of step.
fn messy(setup: &Setup) -> Scene {
    let scene = Scene::on(setup);
    let prefix = setup.prefix;
    let below = setup.separator;
    let mut raw = scene.raw();
    let names = [
        "Sent".to_owned(),
        "Sent Items".to_owned(),
        format!("Sent Items{below}2019"),
        "Deleted Items".to_owned(),
        "Trash".to_owned(),
        "Entw&APw-rfe".to_owned(),
    ];
    for (number, name) in (1..).zip(names) {
        let name = format!("{prefix}{name}");
        raw.create(&name);
        raw.append(&name, "\\Seen", DATE, &text(number, 400));
        raw.append(&name, "\\Deleted Client-7", DATE, &text(number + 10, 400));
    }
    raw.ok(&format!("UNSUBSCRIBE \"{prefix}Sent\""));
    scene
}

/// Everything that was sent, as the strict parser reads it.
fn sent(scene: &Scene) -> Vec<Sent> {
    let connections = scene.proxy.octets();
    connections
        .iter()
        .flat_map(|octets| strict::read(octets))
        .collect()
}

fn changes_nothing(scene: &Scene, words: &str, status: i32) {
    // Dovecot counts HIGHESTMODSEQ from the first question on.
    scene.raw().numbers();
    let before = (scene.account(), scene.raw().numbers());
    scene.proxy.clear();
    let shown = scene.shows(words, status);
    let sent = sent(scene);
    assert!(sent.len() >= 5, "{sent:?}");
    for command in &sent {
        assert!(command.is_read_only(), "{words} sent {command:?}\n{shown}");
    }
    let after = (scene.account(), scene.raw().numbers());
    assert_eq!(before, after, "{words}");
}

#[test]
fn looking_sends_only_commands_that_look_and_changes_nothing() {
    let all = "--include trash,junk --move-deleted --make-target --target drafts=Concepts";
    for setup in [
        Setup::default(),
        Setup::inbox_dot(),
        Setup::without_special_use(),
        hidden(&["LIST-EXTENDED", "LIST-STATUS", "UNSELECT", "ESEARCH"]),
    ] {
        let scene = messy(&setup);
        changes_nothing(&scene, "audit -v", 1);
        changes_nothing(&scene, &format!("fix --dry-run {all}"), 1);
        changes_nothing(&scene, &format!("fix --dry-run --yes {all}"), 1);
        let plan = scene.state.path().join("plan.yaml");
        changes_nothing(
            &scene,
            &format!("fix --save-plan {} {all}", plan.display()),
            1,
        );
        let apply = format!("fix --dry-run --yes --plan {}", plan.display());
        changes_nothing(&scene, &apply, 1);
    }
}

#[test]
fn an_undo_that_is_only_shown_changes_nothing() {
    let scene = Scene::three_sent();
    let receipt = scene.fix("");
    let before = (scene.account(), scene.raw().numbers());
    scene.proxy.clear();
    let words = format!("undo --dry-run --yes {}", receipt["run"].as_str().unwrap());
    run(scene.command_without_account(&words), 1);
    assert!(sent(&scene).iter().all(Sent::is_read_only));
    assert_eq!(before, (scene.account(), scene.raw().numbers()));
}

#[test]
fn a_dry_run_plans_what_the_fix_then_does() {
    let scene = Scene::three_sent();
    let plan = scene.tells("fix --dry-run", 1);
    assert_eq!(
        steps(&plan),
        ["merge Courrier envoyé -> Sent", "merge Sent Items -> Sent"]
    );
    let receipt = scene.fix("");
    let done = receipt["steps"].as_array().unwrap();
    assert_eq!(done.len(), 2);
    for (planned, done) in plan["steps"].as_array().unwrap().iter().zip(done) {
        assert_eq!(done["outcome"], "applied");
        assert_eq!(done["moved"], planned["messages"]);
    }
}

/// The proof would be worth nothing if the parser took anything: it knows a mutating command and a broken one.
#[test]
fn the_strict_parser_tells_what_could_change_something() {
    let sent = strict::read(
        b"a1 SELECT \"INBOX\"\r\na2 UID MOVE 1:* Sent\r\na3 UID FETCH 1 (UID BODY[])\r\na4 UID FETCH 1:3 (UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])\r\na5 CREATE {3}\r\nabc\r\na6 FETCH 7:* (UID FLAGS BODY.PEEK[HEADER.FIELDS (FROM TO)]<0.99>)\r\na7 FETCH 7:* (BODY.PEEK[HEADER.FIELDS (FROM)] BODY[])\r\na8 FETCH 1 (BODY[TEXT])\r\na9 FETCH 1 RFC822\r\n",
    );
    let read_only: Vec<bool> = sent.iter().map(Sent::is_read_only).collect();
    assert_eq!(
        read_only,
        [false, false, false, true, false, true, false, false, false]
    );
    for broken in [
        "a1 LIST \"\" \"*\"\n",
        "a1 LIST \"\" \"*\r\n",
        "a1  NOOP\r\n",
        "a1 NOOP\r\na1 NOOP\r\n",
        "a1 STATUS Sent (MESSAGES\r\n",
        "a1 STATUS Se\u{e9}nt (MESSAGES)\r\n",
        "a1 NOOP",
    ] {
        let broken = broken.as_bytes().to_vec();
        assert!(std::panic::catch_unwind(|| strict::read(&broken)).is_err());
    }
}
