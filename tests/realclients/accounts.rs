//! Ten messy accounts of different origin, one test each. How they are examined is in `scene`.

use crate::realclients::{
    client::Client::{self, Roundcube, Thunderbird},
    scene::{Account, Place, Told, clients_agree_after_fix},
};

const GEARY: Client = Client::Geary("fr_FR");
const GERMAN: Client = Client::Geary("de_DE");

/// What Geary uses once everything is where the server and the other clients look for it.
const GEARY_AFTER: &str = "archive Archive, drafts Drafts, junk Junk, sent Sent, trash Trash";
/// Roundcube uses what it is set to, before and after.
const ROUNDCUBE: Told = (
    Roundcube,
    "drafts Drafts, sent Sent, trash Trash",
    "drafts Drafts, sent Sent, trash Trash",
);

/// Mailboxes of a server that marks them: what a French Geary and Thunderbird use before the fix. Afterwards they use what
/// is marked.
fn marked(
    place: Place,
    mailboxes: &'static [(&'static str, u32, bool)],
    geary: &'static str,
    thunderbird: &'static str,
) {
    let thunderbird_after =
        "archive Archive, drafts Drafts, junk Junk, sent Sent, templates Templates, trash Trash";
    clients_agree_after_fix(&Account {
        place,
        mailboxes,
        clients: [
            (GEARY, geary, GEARY_AFTER),
            (Thunderbird, thunderbird, thunderbird_after),
            ROUNDCUBE,
        ],
        known: &[],
    });
}

/// A French Outlook has been here beside the marked mailboxes.
#[test]
#[ignore = "starts real clients: tests/run --long"]
fn a_french_outlook_beside_marked_mailboxes() {
    marked(
        Place::Marked,
        &[
            ("Sent", 3, true),
            ("&AMk-l&AOk-ments envoy&AOk-s", 5, true),
            ("Drafts", 1, true),
            ("Brouillons", 2, true),
            ("Trash", 1, true),
            ("&AMk-l&AOk-ments supprim&AOk-s", 4, true),
        ],
        "archive +Archive, drafts Drafts, junk +Pourriel, sent Sent, trash Trash",
        "archive -, drafts Drafts, junk +Junk, sent Sent, templates +Templates, trash Trash",
    );
}

/// Apple Mail made its own two.
#[test]
#[ignore = "starts real clients: tests/run --long"]
fn apple_mail_beside_marked_mailboxes() {
    marked(
        Place::Marked,
        &[
            ("Sent", 2, true),
            ("Sent Messages", 6, true),
            ("Trash", 0, true),
            ("Deleted Messages", 3, true),
            ("Junk", 1, true),
        ],
        "archive +Archive, drafts +Brouillons, junk Junk, sent Sent, trash Trash",
        "archive -, drafts +Drafts, junk Junk, sent Sent, templates +Templates, trash Trash",
    );
}

/// The marked ones are there, but nobody is subscribed to them.
#[test]
#[ignore = "starts real clients: tests/run --long"]
fn marked_mailboxes_without_subscription() {
    marked(
        Place::Marked,
        &[
            ("Sent", 4, false),
            ("Sent Items", 2, true),
            ("Trash", 1, false),
        ],
        "archive +Archive, drafts +Brouillons, junk +Pourriel, sent Sent, trash Trash",
        "archive -, drafts +Drafts, junk +Junk, sent Sent, templates +Templates, trash Trash",
    );
}

/// Only French names, and marks at names that are not there.
#[test]
#[ignore = "starts real clients: tests/run --long"]
fn french_names_where_the_marks_are_at_english_ones() {
    marked(
        Place::Marked,
        &[
            ("Courrier envoy&AOk-", 4, true),
            ("Envoy&AOk-s", 2, true),
            ("Corbeille", 2, true),
            ("Brouillons", 1, true),
        ],
        "archive +Archive, drafts Brouillons, junk +Pourriel, sent Envoyés, trash Corbeille",
        "archive -, drafts +Drafts, junk +Junk, sent +Sent, templates +Templates, trash +Trash",
    );
}

/// A marked archive beside the one that Thunderbird would make.
#[test]
#[ignore = "starts real clients: tests/run --long"]
fn two_archives() {
    marked(
        Place::Marked,
        &[
            ("Archive", 3, true),
            ("Archives", 2, true),
            ("Sent", 1, true),
            ("Junk", 1, true),
            ("Spam", 2, true),
        ],
        "archive Archive, drafts +Brouillons, junk Junk, sent Sent, trash +Corbeille",
        "archive Archive, drafts +Drafts, junk Junk, sent Sent, templates +Templates, trash +Trash",
    );
}

/// No marks at all: a Geary in use makes again what it noted.
#[test]
#[ignore = "starts real clients: tests/run --long"]
fn a_server_without_marks() {
    clients_agree_after_fix(&Account {
        place: Place::Plain,
        mailboxes: &[
            ("Sent", 3, true),
            ("Sent Items", 5, true),
            ("Trash", 1, true),
            ("Corbeille", 2, true),
            ("Drafts", 1, true),
            ("Brouillons", 1, true),
        ],
        clients: [
            (
                Thunderbird,
                "archive -, drafts Drafts, junk +Junk, sent Sent, templates +Templates, trash Trash",
                "archive -, drafts Drafts, junk Junk, sent Sent, templates Templates, trash Trash",
            ),
            ROUNDCUBE,
            (
                GEARY,
                "archive +Archive, drafts Brouillons, junk Junk, sent Sent Items, trash Corbeille",
                GEARY_AFTER,
            ),
        ],
        known: &[],
    });
}

/// Two generations of German Outlooks, and no marks.
#[test]
#[ignore = "starts real clients: tests/run --long"]
fn german_names_without_marks() {
    clients_agree_after_fix(&Account {
        place: Place::Plain,
        mailboxes: &[
            ("Gesendete Elemente", 4, true),
            ("Gesendete Objekte", 2, true),
            ("Papierkorb", 2, true),
            ("Entw&APw-rfe", 1, true),
        ],
        clients: [
            (
                Thunderbird,
                "archive -, drafts +Drafts, junk +Junk, sent +Sent, templates +Templates, trash +Trash",
                "archive -, drafts Drafts, junk Junk, sent Sent, templates Templates, trash Trash",
            ),
            ROUNDCUBE,
            (
                GERMAN,
                "archive +Archiv, drafts Entwürfe, junk Junk, sent Sent, trash Papierkorb",
                "archive Archiv, drafts Drafts, junk Junk, sent Sent, trash Trash",
            ),
        ],
        known: &[],
    });
}

/// A hoster's account below `INBOX.`, marked.
#[test]
#[ignore = "starts real clients: tests/run --long"]
fn below_inbox_with_marks() {
    marked(
        Place::MarkedBelowInbox,
        &[
            ("Sent", 3, true),
            ("Sent Items", 5, true),
            ("Trash", 1, true),
            ("Deleted Items", 2, true),
            ("Spam", 1, true),
            ("Junk", 1, true),
        ],
        "archive +Archive, drafts +Brouillons, junk Junk, sent Sent, trash Trash",
        "archive -, drafts +Drafts, junk Junk, sent Sent, templates +Templates, trash Trash",
    );
}

/// The same without marks, as Courier's accounts were moved.
#[test]
#[ignore = "starts real clients: tests/run --long"]
fn below_inbox_without_marks() {
    clients_agree_after_fix(&Account {
        place: Place::PlainBelowInbox,
        mailboxes: &[
            ("Sent", 3, true),
            ("Sent Items", 5, true),
            ("Trash", 1, true),
            ("Deleted Items", 2, true),
            ("Drafts", 1, true),
        ],
        // It makes INBOX.Trash at each listing, is told that it is there, and has none all the same.
        clients: [
            (
                Thunderbird,
                "archive -, drafts Drafts, junk +Junk, sent Sent, templates +Templates, trash -",
                "archive -, drafts Drafts, junk Junk, sent Sent, templates Templates, trash -",
            ),
            ROUNDCUBE,
            (
                GEARY,
                "archive +Archive, drafts Drafts, junk Junk, sent Sent Items, trash Deleted Items",
                GEARY_AFTER,
            ),
        ],
        known: &[(Thunderbird, "trash", None)],
    });
}

/// Cyrus, where marks are wherever they were put, and nobody put any.
#[test]
#[ignore = "starts real clients: tests/run --long"]
fn cyrus() {
    marked(
        Place::Cyrus,
        &[
            ("Sent", 3, true),
            ("Sent Items", 4, true),
            ("Trash", 1, true),
            ("Drafts", 1, true),
            ("Junk", 1, true),
        ],
        "archive +Archive, drafts Drafts, junk Junk, sent Sent Items, trash Trash",
        "archive -, drafts Drafts, junk Junk, sent Sent, templates +Templates, trash Trash",
    );
}
