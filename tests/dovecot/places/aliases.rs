//! One mailbox under two names: what is done under one name is done to both.

use super::{
    busy, fill, merged, parted,
    setups::{alias, mailbox_alias},
};
use crate::{
    dovecot::scene::{DATE, Scene, codes},
    support::{
        dovecot::Setup,
        raw::{Seen, text},
        shown,
    },
};

/// Whether a RENAME has been sent, and another back.
fn is_renamed_back(scene: &Scene) -> bool {
    let sent = scene.proxy.mutating();
    let names = |line: &String| -> Option<(String, String)> {
        let mut quoted = line.strip_prefix("RENAME ")?.split('"').skip(1).step_by(2);
        Some((quoted.next()?.to_owned(), quoted.next()?.to_owned()))
    };
    let renames: Vec<(String, String)> = sent.iter().filter_map(names).collect();
    renames
        .iter()
        .any(|(from, to)| renames.contains(&(to.clone(), from.clone())))
}

/// `INBOX/Sent` is `Sent`: the mailboxes are merged once, by the names of one namespace.
#[test]
fn a_namespace_that_is_an_alias_of_the_first_is_merged_once() {
    let scene = Scene::on(&alias(Setup::default(), "INBOX/", false));
    busy(&scene, "");
    scene.raw().create("Drafts");
    let others = ["INBOX/"];
    let before = parted(scene.account(), &others);
    let audit = scene.tells("audit", 1);
    assert!(codes(&audit["findings"]).contains(&"same-mailbox-twice"));

    let receipt = scene.fix("--include trash,junk");
    assert!(!is_renamed_back(&scene), "{receipt:#}");
    let after = scene.account();
    assert!(after.names().contains(&"Drafts"), "{receipt:#}");
    let dangling = after.subscribed.iter().filter(|name| {
        let is_there = after.messages.contains_key(*name);
        !is_there && !name.starts_with("INBOX/")
    });
    assert_eq!(dangling.collect::<Vec<_>>(), [""; 0]);
    let own = parted(after, &others).own;
    assert_eq!(own, merged(before.own.clone(), ""), "{receipt:#}");

    scene.undo(receipt["run"].as_str().unwrap());
    assert_eq!(parted(scene.account(), &others).own, before.own);
}

/// Where NAMESPACE does not tell of it, all that shows is two names of equal numbers. None of them is merged with itself.
#[test]
fn mailboxes_with_two_names_that_no_namespace_tells_of_are_never_merged_with_themselves() {
    for is_empty in [true, false] {
        let scene = Scene::on(&alias(Setup::default(), "INBOX/", true));
        let mut raw = scene.raw();
        for name in ["Drafts", "Sent", "Trash"] {
            raw.create(name);
            if !is_empty {
                raw.append(
                    name,
                    "\\Seen",
                    DATE,
                    &text(name.len().try_into().unwrap(), 300),
                );
            }
        }
        let before = scene.account();
        let audit = scene.tells("audit", 1);
        assert!(codes(&audit["findings"]).contains(&"same-mailbox-twice"));
        let receipt = scene.fix("--include trash,junk");
        assert!(!is_renamed_back(&scene), "{receipt:#}");
        assert_eq!(scene.account(), before, "{receipt:#}");
    }
}

/// The plugin's alias shows in no LIST, but SELECT, CREATE and DELETE take it.
fn with_a_real_one_behind_the_alias() -> (Scene, Vec<Seen>) {
    let scene = Scene::on(&mailbox_alias());
    let mut raw = scene.raw();
    raw.create("Sent");
    fill(&mut raw, "Sent", 1..5);
    let (server, user) = (&scene.server, &scene.user);
    server.doveadm(user, "mailbox create", &["Sent Items"], b"");
    for number in 11..14 {
        let mail = text(number, 300 + 7 * number as usize);
        server.doveadm(user, "save", &["-m", "Sent Items"], &mail);
    }
    let bag = scene.account().bag();
    assert_eq!((bag.len(), scene.account().count("Sent Items")), (7, 3));
    (scene, bag)
}

#[test]
fn a_real_mailbox_that_an_alias_hides_is_merged_and_nothing_behind_the_alias_is_removed() {
    let (scene, bag) = with_a_real_one_behind_the_alias();
    scene.fix("");
    let after = scene.account();
    assert_eq!(after.names(), ["INBOX", "Sent"]);
    assert_eq!(after.bag(), bag);
    // What is removed is removed by a name of ours: the old one would be an alias of what is kept by then.
    let sent = scene.proxy.mutating();
    let mut deletes = sent.iter().filter(|line| line.starts_with("DELETE"));
    assert!(deletes.all(|line| line.contains("rolecall-")), "{sent:?}");
    scene.is_settled("");
    assert_eq!(scene.account().bag(), bag);
}

/// CREATE of the old name makes an alias of what the mail would come from: it must be in LIST before anything goes there.
#[test]
fn an_undo_does_not_move_mail_into_an_alias_of_where_it_is() {
    let (scene, bag) = with_a_real_one_behind_the_alias();
    let receipt = scene.fix("");
    let run = receipt["run"].as_str().unwrap();
    scene.proxy.clear();
    let words = format!("undo --yes {run}");
    let output = scene.command_without_account(&words).output().unwrap();
    let told = shown(&output);
    let after = scene.account();
    assert_eq!(after.bag(), bag, "{told}");
    assert_eq!(after.count("Sent"), 7, "{told}");
    let sent = scene.proxy.mutating();
    assert!(
        !sent.iter().any(|line| line.starts_with("UID MOVE")),
        "{told}\n{sent:?}"
    );
    assert_ne!(output.status.code(), Some(0), "{told}");
}

#[test]
fn an_alias_that_is_in_no_list_is_left_alone() {
    let scene = Scene::on(&mailbox_alias());
    let mut raw = scene.raw();
    raw.create("Sent");
    fill(&mut raw, "Sent", 1..5);
    raw.ok("SUBSCRIBE \"Sent Items\"");
    let before = scene.account();
    scene.is_settled("");
    // As a target it is the kept mailbox itself.
    let mut command = scene.command("fix --yes --settle 0");
    command.args(["--target", "sent=Sent Items"]);
    let output = command.output().unwrap();
    assert_eq!(scene.account().bag(), before.bag(), "{}", shown(&output));
}
