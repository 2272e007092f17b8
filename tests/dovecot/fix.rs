//! `rolecall fix`: what is merged, renamed, made and subscribed, and what is left alone.

use serde_json::Value;

use crate::{
    dovecot::scene::{DATE, Scene, codes, set, steps},
    support::{
        dovecot::Setup,
        raw::{Raw, text},
    },
};

fn fill(raw: &mut Raw, name: &str, flags: &[&str]) {
    raw.create(name);
    for (number, flags) in (1..).zip(flags) {
        let number = number + 1_000 * u32::try_from(name.len()).unwrap();
        raw.append(name, flags, DATE, &text(number, 300));
    }
}

/// What became of each step's source.
fn sources(receipt: &Value) -> Vec<&str> {
    let steps = receipt["steps"].as_array().unwrap().iter();
    steps
        .map(|step| step["source_after"].as_str().unwrap_or("-"))
        .collect()
}

#[test]
fn several_mailboxes_of_one_role_become_one() {
    let scene = Scene::three_sent();
    let before = scene.account();
    let receipt = scene.fix("");
    let after = scene.account();
    assert_eq!(sources(&receipt), ["removed", "removed"]);
    assert_eq!(after.names(), ["INBOX", "Sent"]);
    assert_eq!(after.count("Sent"), 9);
    assert_eq!(after.bag(), before.bag());
    assert_eq!(after.subscribed, set(&["Sent"]));
    scene.is_settled("");
}

/// What is sent, beyond the end that it comes to: explicit UIDs, and DELETE of tombstones only.
#[test]
fn messages_are_named_one_by_one_and_only_tombstones_are_deleted() {
    let scene = Scene::three_sent();
    scene.fix("");
    let sent = scene.proxy.mutating();
    let beginning = |word: &str| -> Vec<&str> {
        sent.iter()
            .filter_map(|line| line.strip_prefix(word))
            .collect()
    };
    assert_eq!(
        beginning("UID MOVE "),
        ["1 \"Sent\"", "2 \"Sent\"", "1:3 \"Sent\""]
    );
    let deleted = beginning("DELETE ");
    assert_eq!(deleted.len(), 2);
    let renamed = beginning("RENAME ");
    for tombstone in deleted {
        assert!(tombstone.starts_with("\"rolecall-"), "{tombstone}");
        assert!(renamed.iter().any(|line| line.ends_with(tombstone)));
    }
    assert_eq!(beginning("EXPUNGE"), [""; 0]);
    assert_eq!(beginning("CLOSE"), [""; 0]);
}

#[test]
fn mailboxes_below_a_source_follow_it_with_their_subscriptions() {
    let scene = Scene::usual();
    let mut raw = scene.raw();
    fill(&mut raw, "Sent", &["\\Seen"]);
    fill(&mut raw, "Sent Items", &[""]);
    fill(&mut raw, "Sent Items/2019", &["$Forwarded"]);
    fill(&mut raw, "Sent Items/2019/Clients", &["\\Answered"]);
    let before = scene.account();
    scene.fix("");
    let after = scene.account();
    let names = ["Sent", "Sent/2019", "Sent/2019/Clients"];
    assert_eq!(after.names()[1..], names);
    assert_eq!(after.subscribed, set(&names));
    for name in ["/2019", "/2019/Clients"] {
        let (old, new) = (format!("Sent Items{name}"), format!("Sent{name}"));
        assert_eq!(after.messages[&new], before.messages[&old]);
    }
    assert_eq!(after.bag(), before.bag());
    scene.is_settled("");
}

#[test]
fn a_source_stays_when_what_is_below_it_cannot_follow() {
    let scene = Scene::usual();
    let mut raw = scene.raw();
    for name in ["Sent", "Sent/2019", "Sent Items", "Sent Items/2019"] {
        fill(&mut raw, name, &["\\Seen"]);
    }
    let before = scene.account();
    let plan = scene.tells("fix --dry-run", 1);
    assert_eq!(codes(&plan["manual"]), ["children-stay"]);
    let receipt = scene.fix("");
    assert_eq!(sources(&receipt), ["left"]);
    let after = scene.account();
    assert_eq!(after.names(), before.names());
    assert_eq!(
        (after.count("Sent"), after.count("Sent Items/2019")),
        (2, 1)
    );
    scene.is_settled("");
}

#[test]
fn what_is_below_a_source_is_merged_too_where_that_is_asked_for() {
    let scene = Scene::usual();
    let mut raw = scene.raw();
    for name in ["Sent", "Sent/2019", "Sent Items", "Sent Items/2019"] {
        fill(&mut raw, name, &["\\Seen"]);
    }
    let before = scene.account();
    assert_eq!(
        sources(&scene.fix("--with-children")),
        ["removed", "removed"]
    );
    let after = scene.account();
    assert_eq!(after.names(), ["INBOX", "Sent", "Sent/2019"]);
    assert_eq!(after.bag(), before.bag());
    scene.is_settled("--with-children");
}

#[test]
fn the_kept_mailbox_is_subscribed() {
    let scene = Scene::three_sent();
    scene.raw().ok("UNSUBSCRIBE Sent");
    scene.fix("");
    assert_eq!(scene.account().subscribed, set(&["Sent"]));
}

#[test]
fn messages_marked_deleted_stay_with_their_mailbox_unless_they_are_meant_too() {
    let scene = Scene::usual();
    let mut raw = scene.raw();
    fill(&mut raw, "Sent", &["\\Seen"]);
    fill(&mut raw, "Sent Items", &["\\Seen", "\\Deleted", ""]);
    let before = scene.account();
    let plan = scene.tells("fix --dry-run", 1);
    assert_eq!(codes(&plan["manual"]), ["deleted-marked-mail"]);
    assert_eq!(sources(&scene.fix("")), ["left"]);
    let after = scene.account();
    assert_eq!((after.count("Sent"), after.count("Sent Items")), (3, 1));
    let left = &after.messages["Sent Items"][0];
    assert!(left.flags.contains("\\Deleted"));
    scene.is_settled("");

    assert_eq!(sources(&scene.fix("--move-deleted")), ["removed"]);
    let after = scene.account();
    assert_eq!(after.names(), ["INBOX", "Sent"]);
    assert_eq!(after.bag(), before.bag());
}

#[test]
fn trash_and_junk_are_held_back_until_they_are_named() {
    let scene = Scene::usual();
    let mut raw = scene.raw();
    for name in ["Trash", "Deleted Items", "Junk", "Spam"] {
        fill(&mut raw, name, &["\\Seen", ""]);
    }
    let before = scene.account();
    let plan = scene.tells("fix --dry-run", 0);
    assert_eq!(codes(&plan["warnings"]), ["held-back", "held-back"]);
    scene.is_settled("");
    assert_eq!(scene.account(), before);

    scene.fix("--include trash");
    let after = scene.account();
    assert_eq!(after.names(), ["INBOX", "Junk", "Spam", "Trash"]);
    assert_eq!(after.bag(), before.bag());

    scene.fix("--include junk");
    let after = scene.account();
    assert_eq!(after.names(), ["INBOX", "Junk", "Trash"]);
    assert_eq!(after.bag(), before.bag());
    scene.is_settled("--include trash,junk");
}

#[test]
fn a_target_that_is_not_there_is_made_of_the_mailbox_that_has_the_role() {
    let scene = Scene::three_sent_on(&Setup::without_special_use());
    let validity =
        |name: &str| scene.raw().numbers()[name].split_once("UIDV").unwrap().1[..20].to_owned();
    let before = (scene.account(), validity("Sent"));
    let plan = scene.tells("fix --dry-run --make-target --target sent=Verzonden", 1);
    assert_eq!(
        steps(&plan),
        [
            "rename Sent -> Verzonden",
            "subscribe Verzonden",
            "merge Courrier envoyé -> Verzonden",
            "merge Sent Items -> Verzonden"
        ]
    );
    scene.fix("--make-target --target sent=Verzonden");
    let after = scene.account();
    assert_eq!(after.names(), ["INBOX", "Verzonden"]);
    assert_eq!(after.subscribed, set(&["Verzonden"]));
    assert_eq!(after.bag(), before.0.bag());
    assert_eq!(validity("Verzonden"), before.1);
    scene.is_settled("--target sent=Verzonden");
}

#[test]
fn a_target_that_is_not_there_is_made_anew_where_the_server_binds_the_mark_to_the_name() {
    let scene = Scene::three_sent();
    let before = scene.account();
    let plan = scene.tells("fix --dry-run --make-target --target sent=Verzonden", 1);
    assert_eq!(steps(&plan)[0], "create Verzonden");
    scene.fix("--make-target --target sent=Verzonden");
    let after = scene.account();
    assert_eq!(after.names(), ["INBOX", "Verzonden"]);
    assert_eq!(after.bag(), before.bag());
    scene.is_settled("--target sent=Verzonden");
}

#[test]
fn a_lone_mailbox_gets_the_name_under_which_stated_clients_meet_and_then_they_do() {
    let scene = Scene::on(&Setup::without_special_use());
    fill(&mut scene.raw(), "Courrier envoy&AOk-", &["\\Seen"]);
    scene.is_settled("");
    let clients = "--only sent --client thunderbird --client geary:fr";
    let plan = scene.tells(&format!("fix --dry-run {clients}"), 1);
    assert_eq!(
        steps(&plan),
        ["rename Courrier envoyé -> Sent", "subscribe Sent"]
    );
    scene.fix(clients);
    assert_eq!(scene.account().names(), ["INBOX", "Sent"]);
    scene.is_settled(clients);
    let told = scene.tells(&format!("clients {clients}"), 0).to_string();
    assert!(!told.contains("Envoyés"), "{told}");
}

/// Both read marks only.
const PHONE: &str = "--client thunderbird-android --client snappymail";
const FRENCH: &str = "Courrier envoy&AOk-";

fn lone_beside_marked_drafts(setup: &Setup) -> Scene {
    let scene = Scene::on(setup);
    let mut raw = scene.raw();
    fill(&mut raw, FRENCH, &["\\Seen", "\\Answered"]);
    fill(&mut raw, "Courrier envoy&AOk-/2019", &["\\Seen"]);
    fill(&mut raw, "Drafts", &[""]);
    raw.ok(&format!("UNSUBSCRIBE \"{FRENCH}\""));
    scene
}

#[test]
fn a_lone_mailbox_gets_the_name_that_the_server_marks_and_undo_gives_it_its_own_back() {
    let scene = lone_beside_marked_drafts(&Setup::default());
    let before = scene.account();
    let fixed = scene.fix(PHONE);
    assert_eq!(fixed["steps"][1]["outcome"], "applied", "{fixed:#}");
    let after = scene.account();
    assert_eq!(after.names(), ["Drafts", "INBOX", "Sent", "Sent/2019"]);
    assert_eq!(after.messages["Sent"], before.messages[FRENCH]);
    assert_eq!(after.subscribed, set(&["Drafts", "Sent", "Sent/2019"]));
    let told = scene.tells(&format!("clients --only sent {PHONE}"), 0);
    assert_eq!(told["roles"]["sent"], "agree");
    scene.is_settled(PHONE);
    scene.undo(fixed["run"].as_str().unwrap());
    assert_eq!(scene.account(), before);
}

#[test]
fn a_lone_mailbox_keeps_its_name_where_the_server_marks_no_other_and_that_is_tried_once() {
    let scene = lone_beside_marked_drafts(&Setup {
        special: vec![("Drafts", "\\Drafts", "no")],
        ..Setup::default()
    });
    let mut before = scene.account();
    let receipt = scene.fix(PHONE);
    let step = &receipt["steps"][1];
    assert_eq!(step["outcome"], "skipped", "{receipt:#}");
    assert_eq!(step["source_after"], "left");
    let why = "the server does not mark \"Sent\", so it is \"Courrier envoyé\" again";
    assert!(step["message"].as_str().unwrap().starts_with(why), "{step}");
    before.subscribed.insert(FRENCH.to_owned());
    assert_eq!(scene.account(), before);
    scene.is_settled(PHONE);
    let plan = scene.tells(&format!("fix --dry-run {PHONE}"), 0);
    let told = plan["manual"].to_string();
    assert!(told.contains("Thunderbird Android: choose"), "{told}");
}

#[test]
fn a_target_is_made_inside_the_personal_namespace() {
    let scene = Scene::on(&Setup::inbox_dot());
    fill(&mut scene.raw(), "INBOX.Sent Items", &["\\Seen"]);
    fill(&mut scene.raw(), "INBOX.Sent", &["\\Seen"]);
    scene.fix("--make-target --target drafts=Concepts");
    let names = ["INBOX.Concepts", "INBOX.Sent"];
    assert_eq!(scene.account().names()[1..], names);
    assert_eq!(scene.account().subscribed, set(&names));
}

#[test]
fn only_the_roles_that_were_named_are_touched() {
    let scene = Scene::three_sent();
    fill(&mut scene.raw(), "Drafts", &[""]);
    fill(&mut scene.raw(), "Brouillons", &["\\Draft"]);
    scene.fix("--only drafts");
    let account = scene.account();
    assert_eq!(account.count("Drafts"), 2);
    assert_eq!(account.names().len(), 5);
    assert_eq!(account.count("Sent Items"), 3);
}

#[test]
fn a_role_that_was_said_outweighs_the_name() {
    let scene = Scene::three_sent();
    fill(&mut scene.raw(), "Kundenpost", &["\\Seen"]);
    let mut command = scene.command("fix --yes --settle 0 --format json");
    command.args(["--role", "Kundenpost=sent", "--role", "Sent Items=none"]);
    crate::support::json(command, 0);
    let after = scene.account();
    assert_eq!(after.names(), ["INBOX", "Sent", "Sent Items"]);
    assert_eq!((after.count("Sent"), after.count("Sent Items")), (7, 3));
}

#[test]
fn sources_are_kept_when_that_is_asked_for() {
    let scene = Scene::three_sent();
    let before = scene.account();
    assert_eq!(sources(&scene.fix("--keep-sources")), ["left", "left"]);
    let after = scene.account();
    assert_eq!(after.names(), before.names());
    assert_eq!(after.count("Sent"), 9);
    assert!(
        !scene
            .proxy
            .commands()
            .iter()
            .any(|line| line.starts_with("DELETE"))
    );
    scene.is_settled("--keep-sources");
}

#[test]
fn a_step_can_be_left_out() {
    let scene = Scene::three_sent();
    let receipt = scene.fix("--skip-step 1");
    assert_eq!(receipt["steps"][0]["outcome"], "skipped");
    assert_eq!(receipt["steps"][1]["outcome"], "applied");
    assert_eq!(
        scene.account().names(),
        ["Courrier envoy&AOk-", "INBOX", "Sent"]
    );
}

#[test]
fn a_mailbox_with_the_prefix_and_dots_is_merged_like_any_other() {
    let scene = Scene::on(&Setup::inbox_dot());
    let mut raw = scene.raw();
    fill(&mut raw, "INBOX.Sent", &["\\Seen"]);
    fill(&mut raw, "INBOX.Sent Items", &["", "$Forwarded"]);
    fill(&mut raw, "INBOX.Sent Items.2019", &["\\Seen"]);
    let before = scene.account();
    scene.fix("");
    let after = scene.account();
    assert_eq!(after.names()[1..], ["INBOX.Sent", "INBOX.Sent.2019"]);
    assert_eq!(after.bag(), before.bag());
    scene.is_settled("");
}

/// A mailbox that the server makes again by itself is emptied, said so, and never planned again.
#[test]
fn a_source_that_the_server_makes_again_is_planned_only_once() {
    for (extra, mark) in [("Sent Messages", "\\Sent"), ("Sent Items", "")] {
        let scene = Scene::on(&Setup {
            special: vec![("Sent", "\\Sent", "subscribe"), (extra, mark, "subscribe")],
            ..Setup::default()
        });
        scene.raw().append("Sent", "\\Seen", DATE, &text(1, 300));
        scene.raw().append(extra, "", DATE, &text(2, 300));
        let before = scene.account();
        let receipt = scene.fix("");
        assert_eq!(sources(&receipt), ["came-back"]);
        let after = scene.account();
        assert_eq!(after.bag(), before.bag());
        assert_eq!((after.count("Sent"), after.count(extra)), (2, 0));
        scene.is_settled("");
    }
}
