//! Ten messy accounts of different origin, one test each. How they are examined is in `scene`.

use crate::realclients::{
    client::{GEARY_DE, GEARY_FR, ROUNDCUBE, THUNDERBIRD},
    scene::{Account, Place, Told, Used, clients_agree_after_fix},
};

/// All of them.
pub const ACCOUNTS: [&Account; 10] = [
    &FRENCH_OUTLOOK,
    &APPLE_MAIL,
    &WITHOUT_SUBSCRIPTION,
    &FRENCH_NAMES,
    &TWO_ARCHIVES,
    &WITHOUT_MARKS,
    &GERMAN_NAMES,
    &BELOW_INBOX_MARKED,
    &BELOW_INBOX_PLAIN,
    &CYRUS,
];

/// A French Outlook has been here beside the marked mailboxes.
const FRENCH_OUTLOOK: Account = Account {
    place: Place::Marked,
    mailboxes: &[
        ("Sent", 3, true),
        ("&AMk-l&AOk-ments envoy&AOk-s", 5, true),
        ("Drafts", 1, true),
        ("Brouillons", 2, true),
        ("Trash", 1, true),
        ("&AMk-l&AOk-ments supprim&AOk-s", 4, true),
    ],
};

/// Apple Mail made its own two.
const APPLE_MAIL: Account = Account {
    place: Place::Marked,
    mailboxes: &[
        ("Sent", 2, true),
        ("Sent Messages", 6, true),
        ("Trash", 0, true),
        ("Deleted Messages", 3, true),
        ("Junk", 1, true),
    ],
};

/// The marked ones are there, but nobody is subscribed to them.
const WITHOUT_SUBSCRIPTION: Account = Account {
    place: Place::Marked,
    mailboxes: &[
        ("Sent", 4, false),
        ("Sent Items", 2, true),
        ("Trash", 1, false),
    ],
};

/// Only French names, and marks at names that are not there.
const FRENCH_NAMES: Account = Account {
    place: Place::Marked,
    mailboxes: &[
        ("Courrier envoy&AOk-", 4, true),
        ("Envoy&AOk-s", 2, true),
        ("Corbeille", 2, true),
        ("Brouillons", 1, true),
    ],
};

/// A marked archive beside the one that Thunderbird would make.
const TWO_ARCHIVES: Account = Account {
    place: Place::Marked,
    mailboxes: &[
        ("Archive", 3, true),
        ("Archives", 2, true),
        ("Sent", 1, true),
        ("Junk", 1, true),
        ("Spam", 2, true),
    ],
};

/// No marks at all: a Geary in use makes again what it noted.
const WITHOUT_MARKS: Account = Account {
    place: Place::Plain,
    mailboxes: &[
        ("Sent", 3, true),
        ("Sent Items", 5, true),
        ("Trash", 1, true),
        ("Corbeille", 2, true),
        ("Drafts", 1, true),
        ("Brouillons", 1, true),
    ],
};

/// Two generations of German Outlooks, and no marks.
const GERMAN_NAMES: Account = Account {
    place: Place::Plain,
    mailboxes: &[
        ("Gesendete Elemente", 4, true),
        ("Gesendete Objekte", 2, true),
        ("Papierkorb", 2, true),
        ("Entw&APw-rfe", 1, true),
    ],
};

/// A hoster's account below `INBOX.`, marked.
const BELOW_INBOX_MARKED: Account = Account {
    place: Place::MarkedBelowInbox,
    mailboxes: &[
        ("Sent", 3, true),
        ("Sent Items", 5, true),
        ("Trash", 1, true),
        ("Deleted Items", 2, true),
        ("Spam", 1, true),
        ("Junk", 1, true),
    ],
};

/// The same without marks, as Courier's accounts were moved.
const BELOW_INBOX_PLAIN: Account = Account {
    place: Place::PlainBelowInbox,
    mailboxes: &[
        ("Sent", 3, true),
        ("Sent Items", 5, true),
        ("Trash", 1, true),
        ("Deleted Items", 2, true),
        ("Drafts", 1, true),
    ],
};

/// Cyrus, where marks are wherever they were put, and nobody put any.
const CYRUS: Account = Account {
    place: Place::Cyrus,
    mailboxes: &[
        ("Sent", 3, true),
        ("Sent Items", 4, true),
        ("Trash", 1, true),
        ("Drafts", 1, true),
        ("Junk", 1, true),
    ],
};

/// What Geary uses once everything is where the server and the other clients look for it.
const GEARY_AFTER: &str = "archive Archive, drafts Drafts, junk Junk, sent Sent, trash Trash";
/// Roundcube uses what it is set to, before and after.
const ROUNDCUBE_TOLD: Told = (
    ROUNDCUBE,
    "drafts Drafts, sent Sent, trash Trash",
    "drafts Drafts, sent Sent, trash Trash",
);

/// Mailboxes of a server that marks them: what a French Geary and Thunderbird use before the fix. Afterwards they use what
/// is marked.
fn marked(account: &Account, geary: &'static str, thunderbird: &'static str) {
    let thunderbird_after =
        "archive Archive, drafts Drafts, junk Junk, sent Sent, templates Templates, trash Trash";
    clients_agree_after_fix(&Used {
        account,
        clients: [
            (GEARY_FR, geary, GEARY_AFTER),
            (THUNDERBIRD, thunderbird, thunderbird_after),
            ROUNDCUBE_TOLD,
        ],
        known: &[],
    });
}

#[test]
#[ignore = "starts real clients: tests/run --long"]
fn a_french_outlook_beside_marked_mailboxes() {
    marked(
        &FRENCH_OUTLOOK,
        "archive +Archive, drafts Drafts, junk +Pourriel, sent Sent, trash Trash",
        "archive -, drafts Drafts, junk +Junk, sent Sent, templates +Templates, trash Trash",
    );
}

#[test]
#[ignore = "starts real clients: tests/run --long"]
fn apple_mail_beside_marked_mailboxes() {
    marked(
        &APPLE_MAIL,
        "archive +Archive, drafts +Brouillons, junk Junk, sent Sent, trash Trash",
        "archive -, drafts +Drafts, junk Junk, sent Sent, templates +Templates, trash Trash",
    );
}

#[test]
#[ignore = "starts real clients: tests/run --long"]
fn marked_mailboxes_without_subscription() {
    marked(
        &WITHOUT_SUBSCRIPTION,
        "archive +Archive, drafts +Brouillons, junk +Pourriel, sent Sent, trash Trash",
        "archive -, drafts +Drafts, junk +Junk, sent Sent, templates +Templates, trash Trash",
    );
}

#[test]
#[ignore = "starts real clients: tests/run --long"]
fn french_names_where_the_marks_are_at_english_ones() {
    marked(
        &FRENCH_NAMES,
        "archive +Archive, drafts Brouillons, junk +Pourriel, sent Envoyés, trash Corbeille",
        "archive -, drafts +Drafts, junk +Junk, sent +Sent, templates +Templates, trash +Trash",
    );
}

#[test]
#[ignore = "starts real clients: tests/run --long"]
fn two_archives() {
    marked(
        &TWO_ARCHIVES,
        "archive Archive, drafts +Brouillons, junk Junk, sent Sent, trash +Corbeille",
        "archive Archive, drafts +Drafts, junk Junk, sent Sent, templates +Templates, trash +Trash",
    );
}

#[test]
#[ignore = "starts real clients: tests/run --long"]
fn a_server_without_marks() {
    clients_agree_after_fix(&Used {
        account: &WITHOUT_MARKS,
        clients: [
            (
                THUNDERBIRD,
                "archive -, drafts Drafts, junk +Junk, sent Sent, templates +Templates, trash Trash",
                "archive -, drafts Drafts, junk Junk, sent Sent, templates Templates, trash Trash",
            ),
            ROUNDCUBE_TOLD,
            (
                GEARY_FR,
                "archive +Archive, drafts Brouillons, junk Junk, sent Sent Items, trash Corbeille",
                GEARY_AFTER,
            ),
        ],
        known: &[],
    });
}

#[test]
#[ignore = "starts real clients: tests/run --long"]
fn german_names_without_marks() {
    clients_agree_after_fix(&Used {
        account: &GERMAN_NAMES,
        clients: [
            (
                THUNDERBIRD,
                "archive -, drafts +Drafts, junk +Junk, sent +Sent, templates +Templates, trash +Trash",
                "archive -, drafts Drafts, junk Junk, sent Sent, templates Templates, trash Trash",
            ),
            ROUNDCUBE_TOLD,
            (
                GEARY_DE,
                "archive +Archiv, drafts Entwürfe, junk Junk, sent Sent, trash Papierkorb",
                "archive Archiv, drafts Drafts, junk Junk, sent Sent, trash Trash",
            ),
        ],
        known: &[],
    });
}

#[test]
#[ignore = "starts real clients: tests/run --long"]
fn below_inbox_with_marks() {
    marked(
        &BELOW_INBOX_MARKED,
        "archive +Archive, drafts +Brouillons, junk Junk, sent Sent, trash Trash",
        "archive -, drafts +Drafts, junk Junk, sent Sent, templates +Templates, trash Trash",
    );
}

#[test]
#[ignore = "starts real clients: tests/run --long"]
fn below_inbox_without_marks() {
    clients_agree_after_fix(&Used {
        account: &BELOW_INBOX_PLAIN,
        // It makes INBOX.Trash at each listing, is told that it is there, and has none all the same.
        clients: [
            (
                THUNDERBIRD,
                "archive -, drafts Drafts, junk +Junk, sent Sent, templates +Templates, trash -",
                "archive -, drafts Drafts, junk Junk, sent Sent, templates Templates, trash -",
            ),
            ROUNDCUBE_TOLD,
            (
                GEARY_FR,
                "archive +Archive, drafts Drafts, junk Junk, sent Sent Items, trash Deleted Items",
                GEARY_AFTER,
            ),
        ],
        known: &[(THUNDERBIRD, "trash", None)],
    });
}

#[test]
#[ignore = "starts real clients: tests/run --long"]
fn cyrus() {
    marked(
        &CYRUS,
        "archive +Archive, drafts Drafts, junk Junk, sent Sent Items, trash Trash",
        "archive -, drafts Drafts, junk Junk, sent Sent, templates +Templates, trash Trash",
    );
}
