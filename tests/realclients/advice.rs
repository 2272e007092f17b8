//! What `rolecall clients --steps` tells a client's user to put into its files.
//!
//! In: an account with names that the client does not look for by itself. Out: the client uses these mailboxes.

use crate::realclients::{
    client::{Client, GEARY_IT, THUNDERBIRD},
    scene::{Account, Place, Scene, Seen, decoded, is_at_or_below},
};

const MAILBOXES: [(&str, u32, bool); 6] = [
    ("Archiv", 1, true),
    ("Brouillons", 1, true),
    ("Courrier ind&AOk-sirable", 1, true),
    ("Courrier envoy&AOk-", 1, true),
    ("Mod&AOg-les", 1, true),
    ("Corbeille", 1, true),
];
/// The roles of these, in the same order.
const ROLES: [&str; 6] = ["archive", "drafts", "junk", "sent", "templates", "trash"];

/// A client that made its own is in use; then its user pastes what was told before.
fn obeys(client: Client, place: Place) {
    let account = Account {
        place,
        mailboxes: &MAILBOXES,
    };
    let scene = Scene::of(&account, &[client], &[]);
    let profile = tempfile::tempdir().unwrap();
    let settings = profile.path().join("settings");
    std::fs::write(&settings, scene.lines_for(client)).unwrap();
    let (own, _) = scene.seen(client, Some(&profile), &[]);
    let settings = settings.to_str().unwrap();
    let (told, _) = scene.seen(client, Some(&profile), &["--settings", settings]);
    let named = MAILBOXES.iter().zip(ROLES);
    for ((name, ..), role) in named.filter(|(_, role)| told.uses.contains_key(*role)) {
        let name = decoded(&format!("{}{name}", scene.prefix));
        let goes = |seen: &Seen| {
            let place = seen.uses[role].as_deref().unwrap_or_default();
            is_at_or_below(place, &name)
        };
        assert!(!goes(&own), "{role} goes to {name} without being told");
        assert!(goes(&told), "{role}: {:?}, not {name}", told.uses[role]);
    }
}

#[test]
#[ignore = "starts a real client: tests/run --long"]
fn thunderbird_uses_what_its_user_pastes() {
    obeys(THUNDERBIRD, Place::Plain);
}

#[test]
#[ignore = "starts a real client: tests/run --long"]
fn thunderbird_uses_what_its_user_pastes_below_inbox() {
    obeys(THUNDERBIRD, Place::PlainBelowInbox);
}

#[test]
#[ignore = "starts a real client: tests/run --long"]
fn geary_uses_what_its_user_pastes() {
    obeys(GEARY_IT, Place::Plain);
}

#[test]
#[ignore = "starts a real client: tests/run --long"]
fn geary_uses_what_its_user_pastes_below_inbox() {
    obeys(GEARY_IT, Place::PlainBelowInbox);
}
