//! Plan files: exactly what was reviewed is applied, or nothing is.

use std::{fs, path::PathBuf};

use crate::{
    dovecot::scene::{DATE, Scene},
    support::{json, raw::text, run},
};

fn saved(scene: &Scene, name: &str) -> PathBuf {
    let path = scene.state.path().join(name);
    scene.shows(&format!("fix --save-plan {}", path.display()), 1);
    path
}

fn apply(path: &std::path::Path) -> String {
    format!(
        "fix --yes --settle 0 --format json --plan {}",
        path.display()
    )
}

#[test]
fn a_saved_plan_is_applied_and_the_account_need_not_be_named_again() {
    for name in ["plan.yaml", "plan.json"] {
        let scene = Scene::three_sent();
        let path = saved(&scene, name);
        // Mail may arrive between the review and the fix.
        scene.raw().append("Sent Items", "", DATE, &text(99, 100));
        let before = scene.account();
        let receipt = json(scene.command_without_account(&apply(&path)), 0);
        assert_eq!(receipt["steps"][1]["moved"], 4);
        let after = scene.account();
        assert_eq!(after.names(), ["INBOX", "Sent"]);
        assert_eq!(after.bag(), before.bag());
    }
}

#[test]
fn a_step_of_a_reviewed_plan_can_be_left_out() {
    let scene = Scene::three_sent();
    let path = saved(&scene, "plan.yaml");
    let words = format!("{} --skip-step 2", apply(&path));
    json(scene.command_without_account(&words), 0);
    assert_eq!(scene.account().names(), ["INBOX", "Sent", "Sent Items"]);
}

#[test]
fn a_plan_file_that_was_changed_is_refused_before_anything_is_sent() {
    let scene = Scene::three_sent();
    let before = scene.account();
    for (name, changes) in [
        (
            "plan.yaml",
            [
                ("messages: 2", "messages: 3"),
                ("Sent Items", "Sent Item"),
                ("remove: true", "remove: false"),
                ("digest:", "digest: 0 #"),
                ("schema: rolecall.plan/1", "schema: rolecall.plan/2"),
                ("steps:", "stops:"),
            ],
        ),
        (
            "plan.json",
            [
                ("\"messages\": 2", "\"messages\": 3"),
                ("Sent Items", "Sent Item"),
                ("\"remove\": true", "\"remove\": false"),
                ("\"digest\": \"", "\"digest\": \"0"),
                ("rolecall.plan/1", "rolecall.plan/2"),
                ("\"steps\"", "\"stops\""),
            ],
        ),
    ] {
        let path = saved(&scene, name);
        let intact = fs::read_to_string(&path).unwrap();
        scene.proxy.clear();
        for (from, to) in changes {
            let changed = intact.replacen(from, to, 1);
            assert_ne!(changed, intact, "{from}");
            fs::write(&path, changed).unwrap();
            let shown = run(scene.command_without_account(&apply(&path)), 2);
            assert!(shown.contains(name), "{shown}");
        }
    }
    assert!(scene.proxy.octets().iter().all(Vec::is_empty));
    assert_eq!(scene.account(), before);
}

#[test]
fn a_plan_of_another_account_is_refused_before_anything_is_sent() {
    let scene = Scene::three_sent();
    let path = saved(&scene, "plan.yaml");
    let bob = Scene::for_user(&scene.server, "bob");
    bob.raw().create("Sent Items");
    let before = (scene.account(), bob.account());
    scene.proxy.clear();
    // The same server by the same way: only the user differs.
    let mut command = scene.command_without_account(&apply(&path));
    command.arg(format!("imap://bob@127.0.0.1:{}", scene.proxy.port));
    let shown = run(command, 2);
    assert!(shown.contains("it was made for imap://alice@"), "{shown}");
    // The same user at another address.
    let mut command = scene.command_without_account(&apply(&path));
    command.arg(format!("imap://alice@127.0.0.1:{}", bob.proxy.port));
    run(command, 2);
    for proxy in [&scene.proxy, &bob.proxy] {
        assert!(proxy.octets().iter().all(Vec::is_empty));
    }
    assert_eq!((scene.account(), bob.account()), before);
}

#[test]
fn a_plan_that_the_account_has_outgrown_is_refused_before_anything_is_changed() {
    for change in [
        vec!["DELETE \"Sent Items\""],
        vec!["DELETE \"Sent Items\"", "CREATE \"Sent Items\""],
        vec!["RENAME Sent Elsewhere", "CREATE Sent"],
        vec!["CREATE \"Sent Items/2019\""],
    ] {
        let scene = Scene::three_sent();
        let path = saved(&scene, "plan.yaml");
        for command in &change {
            scene.raw().ok(command);
        }
        let before = scene.account();
        scene.proxy.clear();
        let shown = run(scene.command_without_account(&apply(&path)), 3);
        assert!(shown.contains("\"kind\":\"stale\""), "{shown}");
        assert_eq!(scene.proxy.mutating(), [""; 0]);
        assert_eq!(scene.account(), before, "{change:?}");
    }
}
