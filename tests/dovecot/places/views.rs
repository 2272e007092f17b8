//! Dovecot's virtual plugin: a view shows mail of other mailboxes. What is moved out of it goes out of those, and DELETE of
//! a view expunges what it shows.

use super::{
    busy, fixed_and_undone,
    setups::{SHOWN, Views},
    told_without_a_role,
};
use crate::{
    dovecot::scene::{DATE, Scene},
    support::{dovecot::Setup, raw::text},
};

const LISTED: Views = Views {
    prefix: "virtual/",
    hidden: false,
    marks: &[
        ("Sent", "\\Sent"),
        ("All", "\\All"),
        ("Archive", "\\Archive"),
    ],
};

fn definitions(scene: &Scene) -> Vec<String> {
    let read = |name: &str| {
        let file = format!("views/{name}/dovecot-virtual");
        std::fs::read_to_string(scene.server.home(&scene.user).join(file)).unwrap()
    };
    SHOWN.iter().map(|(name, _)| read(name)).collect()
}

/// Fixes and undoes; the views are there afterwards and show what they did.
fn untouched(views: &Views) -> Scene {
    let scene = views.scene(Setup::default(), &SHOWN);
    busy(&scene, "");
    let before = definitions(&scene);
    let others = [views.prefix];
    fixed_and_undone(&scene, "", &others);
    assert_eq!(definitions(&scene), before);
    scene
}

#[test]
fn marked_views_in_a_namespace_of_their_own_stay_as_they_are() {
    let scene = untouched(&LISTED);
    told_without_a_role(
        &scene,
        &["virtual/Sent", "virtual/Archive", "virtual/Drafts"],
    );
}

#[test]
fn unmarked_views_in_a_namespace_of_their_own_stay_as_they_are() {
    untouched(&Views {
        marks: &[],
        ..LISTED
    });
}

#[test]
fn views_that_namespace_does_not_tell_of_stay_as_they_are() {
    let scene = untouched(&Views {
        hidden: true,
        ..LISTED
    });
    told_without_a_role(&scene, &["virtual/Sent", "virtual/Archive"]);
}

#[test]
fn unmarked_views_that_namespace_does_not_tell_of_stay_as_they_are() {
    untouched(&Views {
        hidden: true,
        marks: &[],
        ..LISTED
    });
}

/// INBOX lies in both namespaces by its name; its mail lies in the one with the longer prefix.
#[test]
fn views_in_the_namespace_without_a_prefix_stay_as_they_are() {
    let views = Views {
        prefix: "",
        ..LISTED
    };
    let shown = [
        ("Sent", "INBOX\nINBOX.Sent\nINBOX.Sent Items\n  all\n"),
        ("Archive", "INBOX\nINBOX.Work\n  all\n"),
        ("All", "INBOX\nINBOX.Sent\nINBOX.Sent Items\n  all\n"),
    ];
    let scene = views.scene(Setup::inbox_dot(), &shown);
    busy(&scene, "INBOX.");
    fixed_and_undone(&scene, "INBOX.", &["Sent", "Archive", "All"]);
}

/// The user asks for it by name, and is refused: what it shows is INBOX.
#[test]
fn a_view_that_is_named_by_the_user_is_neither_emptied_nor_filled() {
    for hidden in [false, true] {
        let scene = Views { hidden, ..LISTED }.scene(Setup::default(), &SHOWN);
        busy(&scene, "");
        let before = scene.account();
        for options in [
            "--role virtual/Archive=archive",
            "--role virtual/Flagged=sent",
            "--target sent=virtual/Sent",
            "--target archive=virtual/Archive",
            "--target drafts=virtual/New",
        ] {
            let command = format!("fix --yes --settle 0 --only sent,archive,drafts {options}");
            let output = scene.command(&command).output().unwrap();
            let after = scene.account();
            let told = crate::support::shown(&output);
            assert_eq!(after.messages["INBOX"], before.messages["INBOX"], "{told}");
            assert_eq!(after.messages["Work"], before.messages["Work"], "{told}");
            assert!(super::named(&scene, &["virtual/"]).is_empty(), "{told}");
        }
    }
}

/// Nothing tells an empty view from an empty mailbox but the views beside it.
#[test]
fn an_empty_view_beside_others_is_left_too() {
    let scene = Views {
        hidden: true,
        marks: &[("Sent", "\\Sent"), ("Drafts", "\\Drafts")],
        ..LISTED
    }
    .scene(Setup::default(), &SHOWN);
    let mut raw = scene.raw();
    raw.append("INBOX", "", DATE, &text(1, 300));
    raw.create("Drafts");
    raw.append("Drafts", "\\Draft", DATE, &text(2, 400));
    let before = scene.account();
    scene.fix("");
    assert_eq!(scene.account().messages, before.messages);
    assert_eq!(definitions(&scene)[4], SHOWN[4].1);
}
