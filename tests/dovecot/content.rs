//! What mailboxes hold as evidence, on a real server: it is told in numbers, no message is marked as read, and nothing
//! is moved because of it.

use std::fmt::Write as _;

use crate::{
    dovecot::scene::{DATE, Scene, codes},
    support::{dovecot::Setup, strict},
};

const ME: &str = "alice@example.com";

/// Sent, which tells whose account it is, and a mailbox of a name that means nothing with 49 sent copies, all unread,
/// and one message that was delivered.
fn scene(setup: &Setup) -> Scene {
    let scene = Scene::on(setup);
    let copies = |from: u32, to: u32| -> Vec<(String, String, Vec<u8>)> {
        let numbers = from..to;
        let one = |number| {
            let text = format!(
                "From: Alice\r\n <{ME}>\r\nTo: person{number}@example.net\r\nSubject: {number}\r\n\r\ntext\r\n"
            );
            (String::new(), DATE.to_owned(), text.into_bytes())
        };
        numbers.map(one).collect()
    };
    let mut raw = scene.raw();
    for name in ["Sent", "Zoznam"] {
        raw.create(&format!("{}{name}", setup.prefix));
    }
    raw.append_many(&format!("{}Sent", setup.prefix), &copies(0, 10));
    let zoznam = format!("{}Zoznam", setup.prefix);
    raw.append_many(&zoznam, &copies(10, 59));
    let mut text = String::from("Return-Path: <bob@example.net>\r\n");
    let _ = write!(text, "From: bob@example.net\r\nTo: {ME}\r\n\r\ntext\r\n");
    raw.append(&zoznam, "", DATE, text.as_bytes());
    scene
}

#[test]
fn what_a_mailbox_holds_is_told_and_no_message_is_marked_as_read() {
    for setup in [Setup::default(), Setup::inbox_dot()] {
        let scene = scene(&setup);
        scene.raw().numbers();
        let before = (scene.account(), scene.raw().numbers());
        scene.proxy.clear();
        let audit = scene.tells("audit --fail-on never", 0);
        let name = format!("{}Zoznam", setup.prefix);
        let mut mailboxes = audit["mailboxes"].as_array().unwrap().iter();
        let zoznam = mailboxes.find(|one| one["name"] == *name).unwrap();
        assert_eq!(zoznam["role"], "sent", "{zoznam}");
        let detail = zoznam["evidence"][0]["detail"].as_str();
        assert_eq!(detail, Some("49 of 50 messages are from alice@example.com"));
        assert!(codes(&audit["findings"]).contains(&"role-doubtful"));
        let looks = scene.proxy.bursts();
        let looks = looks.iter().filter(|burst| burst[0].starts_with("EXAMINE"));
        assert_eq!(looks.count(), 1);
        for octets in scene.proxy.octets() {
            for sent in strict::read(&octets) {
                assert!(sent.is_read_only(), "{sent:?}");
            }
        }
        assert_eq!(before, (scene.account(), scene.raw().numbers()));
    }
}

#[test]
fn what_a_mailbox_holds_moves_nothing_until_the_user_says_what_it_is() {
    let scene = scene(&Setup::default());
    let before = scene.account();
    scene.shows("fix --yes --settle 0", 0);
    assert_eq!(
        before.messages["Zoznam"],
        scene.account().messages["Zoznam"]
    );
    scene.fix("--role Zoznam=sent");
    let after = scene.account();
    assert_eq!(before.bag(), after.bag());
    assert_eq!(after.count("Sent"), 60);
}
