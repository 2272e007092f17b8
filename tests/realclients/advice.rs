//! What `rolecall clients --steps` tells a Thunderbird's user to put into user.js. In: an account whose names Thunderbird
//! does not look for. Out: a Thunderbird that uses them. Never: a name that it would have found by itself.

use crate::{
    client::Client::Thunderbird,
    scene::{Account, Place, Scene, Seen, decoded, is_at_or_below},
};

const MAILBOXES: [(&str, u32, bool); 6] = [
    ("Archive", 1, true),
    ("Brouillons", 1, true),
    ("Courrier ind&AOk-sirable", 1, true),
    ("Courrier envoy&AOk-", 1, true),
    ("Mod&AOg-les", 1, true),
    ("Corbeille", 1, true),
];
/// The roles of these, in the same order.
const ROLES: [&str; 6] = ["archive", "drafts", "junk", "sent", "templates", "trash"];

/// A Thunderbird that made its own is in use; then its user pastes what was told before.
fn thunderbird_obeys(place: Place) {
    let scene = Scene::of(&Account {
        place,
        mailboxes: &MAILBOXES,
        clients: [(Thunderbird, "", ""); 3],
        in_use: &[],
        known: &[],
    });
    let profile = tempfile::tempdir().unwrap();
    let settings = profile.path().join("settings");
    std::fs::write(&settings, scene.lines_for(Thunderbird)).unwrap();
    let (own, _) = scene.seen(Thunderbird, Some(&profile), &[]);
    let settings = settings.to_str().unwrap();
    let (told, _) = scene.seen(Thunderbird, Some(&profile), &["--settings", settings]);
    for ((name, ..), role) in MAILBOXES.iter().zip(ROLES) {
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
    thunderbird_obeys(Place::Plain);
}

#[test]
#[ignore = "starts a real client: tests/run --long"]
fn thunderbird_uses_what_its_user_pastes_below_inbox() {
    thunderbird_obeys(Place::PlainBelowInbox);
}
