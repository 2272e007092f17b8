//! What a running client does when the mailboxes that it uses go away, step by step as mappings/clients.yaml states it.
//!
//! In: an account on Cyrus, where any mailbox can be marked. Out: where its mail goes then. rolecall changes nothing in
//! these tests.

use crate::{
    realclients::{
        client::{Client, GEARY_FR, THUNDERBIRD},
        scene::{Account, Place, Scene},
    },
    servers::server::Kind,
};

/// Its mailbox for sent mail is marked and goes, and an unmarked one of a usual name comes; its trash goes, and another
/// is marked.
fn then_does(client: Client, before: &str, after: &str) {
    if Kind::Cyrus.is_left_out() {
        return;
    }
    let account = Account {
        place: Place::Cyrus,
        mailboxes: &[
            ("Archive", 1, true),
            ("Drafts", 1, true),
            ("Gesendet", 1, true),
            ("Junk", 1, true),
            ("Templates", 1, true),
            ("Trash", 1, true),
        ],
    };
    let scene = Scene::of(&account, &[client], &[]);
    let profile = tempfile::tempdir().unwrap();
    let mut raw = scene.raw();
    raw.ok("SETMETADATA Gesendet (/private/specialuse \"\\\\Sent\")");
    let (seen, _) = scene.seen(client, Some(&profile), &[]);
    assert_eq!(scene.words(&seen), before);
    raw.ok("SETMETADATA Gesendet (/private/specialuse NIL)");
    for gone in ["Gesendet", "Trash"] {
        raw.ok(&format!("DELETE {gone}"));
        raw.ok(&format!("UNSUBSCRIBE {gone}"));
    }
    raw.create("Sent");
    raw.create("Papierkorb");
    raw.ok("SETMETADATA Papierkorb (/private/specialuse \"\\\\Trash\")");
    let (seen, _) = scene.seen(client, Some(&profile), &[]);
    assert_eq!(scene.words(&seen), after);
}

#[test]
#[ignore = "starts a real client: tests/run --long"]
fn thunderbird_makes_again_what_was_marked_and_follows_a_new_mark() {
    then_does(
        THUNDERBIRD,
        "archive -, drafts Drafts, junk Junk, sent Gesendet, templates Templates, trash Trash",
        "archive -, drafts Drafts, junk Junk, sent +Gesendet, templates Templates, trash Papierkorb",
    );
}

#[test]
#[ignore = "starts a real client: tests/run --long"]
fn geary_notes_no_marked_mailbox_and_follows_a_new_mark() {
    then_does(
        GEARY_FR,
        "archive Archive, drafts Drafts, junk Junk, sent Gesendet, trash Trash",
        "archive Archive, drafts Drafts, junk Junk, sent Sent, trash Papierkorb",
    );
}
