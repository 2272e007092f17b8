//! Several namespaces: only mailboxes of the personal namespace that holds INBOX have roles.

use super::{
    busy, fill, fixed_and_undone, merged, named, parted,
    setups::{beside, lazy_expunge, shared},
    told_without_a_role,
};
use crate::{
    dovecot::scene::{Scene, codes},
    support::{dovecot::Setup, json, raw::Seen},
};

const EXPUNGED: [&str; 2] = [".EXPUNGED/", ".EXPUNGED"];

/// What is in both, as often as in each.
fn without(all: &[Seen], some: &[Seen]) -> Vec<Seen> {
    let mut left = all.to_vec();
    for one in some {
        let at = left.iter().position(|seen| seen == one);
        left.remove(at.unwrap_or_else(|| panic!("{one:?} is missing")));
    }
    left
}

fn bag<'a>(mailboxes: impl IntoIterator<Item = &'a Vec<Seen>>) -> Vec<Seen> {
    mailboxes.into_iter().flatten().cloned().collect()
}

/// MOVE puts a copy of what it moves into the store of deleted mail. Nothing else is put there, and nothing taken away.
#[test]
fn deleted_mail_in_the_store_of_lazy_expunge_is_not_brought_back() {
    let scene = Scene::on(&lazy_expunge(Setup::default()));
    busy(&scene, "");
    let mut raw = scene.raw();
    for name in ["Sent", "\"Sent Items\"", "Trash"] {
        raw.ok(&format!("SELECT {name}"));
        raw.ok("UID STORE 1 +FLAGS.SILENT (\\Deleted)");
        raw.ok("EXPUNGE");
    }
    raw.ok("CLOSE");
    let before = scene.account();
    told_without_a_role(&scene, &[".EXPUNGED/Sent", ".EXPUNGED/Sent Items"]);
    scene.proxy.clear();
    let receipt = scene.fix("--include trash,junk");
    assert_eq!(named(&scene, &EXPUNGED), [""; 0]);
    let was = parted(before.clone(), &EXPUNGED);
    let is = parted(scene.account(), &EXPUNGED);
    assert_eq!(is.own, merged(was.own.clone(), ""));
    let came = without(&bag(is.others.values()), &bag(was.others.values()));
    let moved = bag(["Sent Items", "Deleted Items"].map(|name| &was.own[name]));
    without(&moved, &came);

    scene.proxy.clear();
    scene.undo(receipt["run"].as_str().unwrap());
    assert_eq!(named(&scene, &EXPUNGED), [""; 0]);
    let undone = parted(scene.account(), &EXPUNGED);
    assert_eq!(undone.own, was.own);
    without(&bag(undone.others.values()), &bag(is.others.values()));
}

#[test]
fn an_archive_with_a_storage_of_its_own_is_shown_and_left() {
    let scene = Scene::on(&beside(Setup::default(), "Archive/", false));
    busy(&scene, "");
    let mut raw = scene.raw();
    for (name, numbers) in [("Archive/Sent", 90..94), ("Archive/Trash", 95..96)] {
        raw.create(name);
        fill(&mut raw, name, numbers);
    }
    told_without_a_role(&scene, &["Archive/Sent", "Archive/Trash"]);
    fixed_and_undone(&scene, "", &["Archive/", "Archive"]);
}

/// The server tells the namespaces in an order of its own: INBOX's is not the first.
#[test]
fn only_the_private_namespace_of_inbox_has_roles() {
    let setup = beside(Setup::inbox_dot(), "Old.", false);
    let scene = Scene::on(&shared(setup, "Shared Folders."));
    busy(&scene, "INBOX.");
    let mut raw = scene.raw();
    let made = [
        ("Old.Sent", 100..104),
        ("Old.Gesendete Objekte", 105..107),
        ("Shared Folders.Sent", 110..112),
        ("Shared Folders.Sent Items", 113..114),
    ];
    for (name, numbers) in made.clone() {
        raw.create(name);
        fill(&mut raw, name, numbers);
    }
    told_without_a_role(&scene, &made.map(|(name, _)| name));
    fixed_and_undone(&scene, "INBOX.", &["Old.", "Shared Folders."]);
}

/// A prefix is compared level by level: this one is the user's own, whatever it begins with.
#[test]
fn a_mailbox_whose_name_begins_like_a_shared_namespace_is_the_users_own() {
    let scene = Scene::on(&shared(Setup::default(), "Shared Folders/"));
    let mut raw = scene.raw();
    let made = [
        ("Sent", 1..3),
        ("Shared Folders 2024", 4..6),
        ("Shared Folders/Sent", 7..9),
        ("Shared Folders 2024/Sent Items", 10..12),
    ];
    for (name, numbers) in made {
        raw.create(name);
        fill(&mut raw, name, numbers);
    }
    let mut command = scene.command("audit --format json --fail-on never");
    command.args(["--role", "Shared Folders 2024=archive"]);
    let audit = json(command, 0);
    let keep = &audit["roles"]["archive"]["keep"];
    assert_eq!(keep, "Shared Folders 2024", "{audit:#}");
    let before = scene.account();
    scene.fix("--include trash,junk");
    let after = scene.account();
    for kept in ["INBOX", "Shared Folders 2024", "Shared Folders/Sent"] {
        assert_eq!(after.messages[kept], before.messages[kept], "{kept}");
    }
    assert!(!codes(&audit["findings"]).contains(&"role-split"));
}
