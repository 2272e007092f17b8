//! Ten messy accounts of different origin, one test each. How they are examined is in `scene`.

use crate::realclients::{
    client::Client::{self, Roundcube, Thunderbird},
    scene::{Account, Place, clients_agree_after_fix},
};

const GEARY: Client = Client::Geary("fr_FR");
const GERMAN: Client = Client::Geary("de_DE");

/// A French Outlook has been here beside the marked mailboxes.
#[test]
#[ignore = "starts real clients: tests/run --long"]
fn a_french_outlook_beside_marked_mailboxes() {
    clients_agree_after_fix(&Account {
        place: Place::Marked,
        mailboxes: &[
            ("Sent", 3, true),
            ("&AMk-l&AOk-ments envoy&AOk-s", 5, true),
            ("Drafts", 1, true),
            ("Brouillons", 2, true),
            ("Trash", 1, true),
            ("&AMk-l&AOk-ments supprim&AOk-s", 4, true),
        ],
        clients: [
            (
                GEARY,
                "archive +Archive, drafts Drafts, junk +Pourriel, sent Sent, trash Trash",
                "archive Archive, drafts Drafts, junk Junk, sent Sent, trash Trash",
            ),
            (
                Thunderbird,
                "archive -, drafts Drafts, junk +Junk, sent Sent, templates +Templates, trash Trash",
                "archive Archive, drafts Drafts, junk Junk, sent Sent, templates Templates, trash Trash",
            ),
            (
                Roundcube,
                "drafts Drafts, sent Sent, trash Trash",
                "drafts Drafts, sent Sent, trash Trash",
            ),
        ],
        known: &[],
    });
}

/// Apple Mail made its own two.
#[test]
#[ignore = "starts real clients: tests/run --long"]
fn apple_mail_beside_marked_mailboxes() {
    clients_agree_after_fix(&Account {
        place: Place::Marked,
        mailboxes: &[
            ("Sent", 2, true),
            ("Sent Messages", 6, true),
            ("Trash", 0, true),
            ("Deleted Messages", 3, true),
            ("Junk", 1, true),
        ],
        clients: [
            (
                GEARY,
                "archive +Archive, drafts +Brouillons, junk Junk, sent Sent, trash Trash",
                "archive Archive, drafts Drafts, junk Junk, sent Sent, trash Trash",
            ),
            (
                Thunderbird,
                "archive -, drafts +Drafts, junk Junk, sent Sent, templates +Templates, trash Trash",
                "archive Archive, drafts Drafts, junk Junk, sent Sent, templates Templates, trash Trash",
            ),
            (
                Roundcube,
                "drafts Drafts, sent Sent, trash Trash",
                "drafts Drafts, sent Sent, trash Trash",
            ),
        ],
        known: &[],
    });
}

/// The marked ones are there, but nobody is subscribed to them.
#[test]
#[ignore = "starts real clients: tests/run --long"]
fn marked_mailboxes_without_subscription() {
    clients_agree_after_fix(&Account {
        place: Place::Marked,
        mailboxes: &[
            ("Sent", 4, false),
            ("Sent Items", 2, true),
            ("Trash", 1, false),
        ],
        clients: [
            (
                GEARY,
                "archive +Archive, drafts +Brouillons, junk +Pourriel, sent Sent, trash Trash",
                "archive Archive, drafts Drafts, junk Junk, sent Sent, trash Trash",
            ),
            (
                Thunderbird,
                "archive -, drafts +Drafts, junk +Junk, sent Sent, templates +Templates, trash Trash",
                "archive Archive, drafts Drafts, junk Junk, sent Sent, templates Templates, trash Trash",
            ),
            (
                Roundcube,
                "drafts Drafts, sent Sent, trash Trash",
                "drafts Drafts, sent Sent, trash Trash",
            ),
        ],
        known: &[],
    });
}

/// Only French names, and marks at names that are not there.
#[test]
#[ignore = "starts real clients: tests/run --long"]
fn french_names_where_the_marks_are_at_english_ones() {
    clients_agree_after_fix(&Account {
        place: Place::Marked,
        mailboxes: &[
            ("Courrier envoy&AOk-", 4, true),
            ("Envoy&AOk-s", 2, true),
            ("Corbeille", 2, true),
            ("Brouillons", 1, true),
        ],
        clients: [
            (
                GEARY,
                "archive +Archive, drafts Brouillons, junk +Pourriel, sent Envoyés, trash Corbeille",
                "archive Archive, drafts Drafts, junk Junk, sent Sent, trash Trash",
            ),
            (
                Thunderbird,
                "archive -, drafts +Drafts, junk +Junk, sent +Sent, templates +Templates, trash +Trash",
                "archive Archive, drafts Drafts, junk Junk, sent Sent, templates Templates, trash Trash",
            ),
            (
                Roundcube,
                "drafts Drafts, sent Sent, trash Trash",
                "drafts Drafts, sent Sent, trash Trash",
            ),
        ],
        known: &[],
    });
}

/// A marked archive beside the one that Thunderbird would make.
#[test]
#[ignore = "starts real clients: tests/run --long"]
fn two_archives() {
    clients_agree_after_fix(&Account {
        place: Place::Marked,
        mailboxes: &[
            ("Archive", 3, true),
            ("Archives", 2, true),
            ("Sent", 1, true),
            ("Junk", 1, true),
            ("Spam", 2, true),
        ],
        clients: [
            (
                GEARY,
                "archive Archive, drafts +Brouillons, junk Junk, sent Sent, trash +Corbeille",
                "archive Archive, drafts Drafts, junk Junk, sent Sent, trash Trash",
            ),
            (
                Thunderbird,
                "archive Archive, drafts +Drafts, junk Junk, sent Sent, templates +Templates, trash +Trash",
                "archive Archive, drafts Drafts, junk Junk, sent Sent, templates Templates, trash Trash",
            ),
            (
                Roundcube,
                "drafts Drafts, sent Sent, trash Trash",
                "drafts Drafts, sent Sent, trash Trash",
            ),
        ],
        known: &[],
    });
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
            (
                Roundcube,
                "drafts Drafts, sent Sent, trash Trash",
                "drafts Drafts, sent Sent, trash Trash",
            ),
            (
                GEARY,
                "archive +Archive, drafts Brouillons, junk Junk, sent Sent Items, trash Corbeille",
                "archive Archive, drafts Drafts, junk Junk, sent Sent, trash Trash",
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
            (
                Roundcube,
                "drafts Drafts, sent Sent, trash Trash",
                "drafts Drafts, sent Sent, trash Trash",
            ),
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
    clients_agree_after_fix(&Account {
        place: Place::MarkedBelowInbox,
        mailboxes: &[
            ("Sent", 3, true),
            ("Sent Items", 5, true),
            ("Trash", 1, true),
            ("Deleted Items", 2, true),
            ("Spam", 1, true),
            ("Junk", 1, true),
        ],
        clients: [
            (
                GEARY,
                "archive +Archive, drafts +Brouillons, junk Junk, sent Sent, trash Trash",
                "archive Archive, drafts Drafts, junk Junk, sent Sent, trash Trash",
            ),
            (
                Thunderbird,
                "archive -, drafts +Drafts, junk Junk, sent Sent, templates +Templates, trash Trash",
                "archive Archive, drafts Drafts, junk Junk, sent Sent, templates Templates, trash Trash",
            ),
            (
                Roundcube,
                "drafts Drafts, sent Sent, trash Trash",
                "drafts Drafts, sent Sent, trash Trash",
            ),
        ],
        known: &[],
    });
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
            (
                Roundcube,
                "drafts Drafts, sent Sent, trash Trash",
                "drafts Drafts, sent Sent, trash Trash",
            ),
            (
                GEARY,
                "archive +Archive, drafts Drafts, junk Junk, sent Sent Items, trash Deleted Items",
                "archive Archive, drafts Drafts, junk Junk, sent Sent, trash Trash",
            ),
        ],
        known: &[(Thunderbird, "trash", None)],
    });
}

/// Cyrus, where marks are wherever they were put, and nobody put any.
#[test]
#[ignore = "starts real clients: tests/run --long"]
fn cyrus() {
    clients_agree_after_fix(&Account {
        place: Place::Cyrus,
        mailboxes: &[
            ("Sent", 3, true),
            ("Sent Items", 4, true),
            ("Trash", 1, true),
            ("Drafts", 1, true),
            ("Junk", 1, true),
        ],
        clients: [
            (
                GEARY,
                "archive +Archive, drafts Drafts, junk Junk, sent Sent Items, trash Trash",
                "archive Archive, drafts Drafts, junk Junk, sent Sent, trash Trash",
            ),
            (
                Thunderbird,
                "archive -, drafts Drafts, junk Junk, sent Sent, templates +Templates, trash Trash",
                "archive Archive, drafts Drafts, junk Junk, sent Sent, templates Templates, trash Trash",
            ),
            (
                Roundcube,
                "drafts Drafts, sent Sent, trash Trash",
                "drafts Drafts, sent Sent, trash Trash",
            ),
        ],
        known: &[],
    });
}
