//! Servers that do more or less than they say, as a client sees them.

use std::time::Duration;

use rolecall::demo::{
    Delivery, Persona,
    surprises::{Missing, Purge, Surprises},
};

use super::{Client, Shared, put, uids, world};

fn surprising(surprises: Surprises, names: &[&str]) -> Shared {
    world(Persona::surprising(surprises), names)
}

fn junk(newest: Option<usize>, age: Option<Duration>) -> Surprises {
    Surprises {
        purges: vec![Purge {
            name: "Junk",
            newest,
            age,
        }],
        ..Surprises::default()
    }
}

#[tokio::test]
async fn the_end_of_a_session_that_touched_a_mailbox_cuts_it_to_its_newest() {
    for (commands, left) in [
        (&["SELECT INBOX"][..], 8),
        (&["EXAMINE Junk"], 5),
        (&["SELECT INBOX", "UID COPY 1 Junk"], 5),
        (&["APPEND Junk {1+}\r\nx"], 5),
        (&["RENAME Junk J", "RENAME J Junk"], 5),
    ] {
        for logs_out in [true, false] {
            let world = surprising(junk(Some(5), None), &["Junk"]);
            put(&world, "Junk", 8);
            put(&world, "INBOX", 1);
            let mut client = Client::new(&world).await;
            for command in commands {
                let told = client.say(command).await;
                assert!(told.contains("a OK"), "{told}");
            }
            let before = uids(&world, "Junk").len();
            assert!(before >= 8, "{commands:?}");
            if logs_out {
                client.say("LOGOUT").await;
            } else {
                drop(client);
                tokio::task::yield_now().await;
            }
            assert_eq!(uids(&world, "Junk").len(), left, "{commands:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_purge_by_age_counts_from_the_move_or_the_rename() {
    let world = surprising(junk(None, Some(Duration::from_secs(60))), &["Junk", "B"]);
    put(&world, "Junk", 1);
    put(&world, "B", 1);
    let mut client = Client::new(&world).await;
    tokio::time::advance(Duration::from_secs(50)).await;
    client.say("SELECT B").await;
    client.say("UID MOVE 1 Junk").await;
    tokio::time::advance(Duration::from_secs(20)).await;
    client.say("LOGOUT").await;
    assert_eq!(uids(&world, "Junk"), [2]);
    let mut client = Client::new(&world).await;
    tokio::time::advance(Duration::from_secs(30)).await;
    client.say("RENAME Junk J").await;
    client.say("RENAME J Junk").await;
    tokio::time::advance(Duration::from_secs(50)).await;
    client.say("LOGOUT").await;
    assert_eq!(uids(&world, "Junk"), [2]);
}

#[tokio::test]
async fn uid_expunge_may_ignore_its_set() {
    for (ignores, left) in [(false, &[2, 3][..]), (true, &[2])] {
        let surprises = Surprises {
            expunge_ignores_set: ignores,
            ..Surprises::default()
        };
        let world = surprising(surprises, &["B"]);
        put(&world, "B", 3);
        let mut client = Client::new(&world).await;
        client.say("SELECT B").await;
        client.say("UID STORE 1,3 +FLAGS (\\Deleted)").await;
        let told = client.say("UID EXPUNGE 1").await;
        assert!(told.contains("a OK"), "{told}");
        assert_eq!(uids(&world, "B"), left);
    }
}

#[tokio::test]
async fn a_move_of_six_may_bring_one_and_lose_five_and_say_ok() {
    for commit in [1, 1_000] {
        let mut persona = Persona::surprising(Surprises {
            move_brings: Some(1),
            ..Surprises::default()
        });
        persona.move_commit = commit;
        let world = world(persona, &["A", "B"]);
        put(&world, "B", 6);
        let mut client = Client::new(&world).await;
        client.say("SELECT B").await;
        let told = client.say("UID MOVE 1:6 A").await;
        assert!(
            told.starts_with("* OK [COPYUID ") && told.contains(" 1 1] "),
            "{told}"
        );
        assert!(told.ends_with("a OK Move completed."), "{told}");
        assert_eq!((uids(&world, "A"), uids(&world, "B")), (vec![1], vec![]));
    }
}

#[tokio::test]
async fn a_mailbox_may_hold_one_message_of_each_text() {
    let surprises = Surprises {
        one_of_each: true,
        ..Surprises::default()
    };
    let world = surprising(surprises, &["A", "B"]);
    // `put` numbers its messages from 0: the first two are twins.
    put(&world, "A", 2);
    put(&world, "B", 3);
    let mut client = Client::new(&world).await;
    client.say("SELECT B").await;
    let told = client.say("UID MOVE 1:3 A").await;
    assert!(told.contains(" 1:3 3:5] "), "{told}");
    assert_eq!(uids(&world, "A"), [3, 4, 5]);
}

#[tokio::test]
async fn copy_and_move_may_put_each_message_twice() {
    let surprises = Surprises {
        puts_twice: true,
        ..Surprises::default()
    };
    let world = surprising(surprises, &["A", "B"]);
    put(&world, "B", 6);
    let mut client = Client::new(&world).await;
    client.say("SELECT B").await;
    let told = client.say("UID MOVE 1:3 A").await;
    assert!(told.contains(" 1:3 2,4,6] "), "{told}");
    client.say("UID COPY 4:6 A").await;
    assert_eq!(uids(&world, "A").len(), 12);
}

#[tokio::test(start_paused = true)]
async fn flags_may_fade_and_dates_may_change_a_while_after_a_move() {
    let after = Duration::from_millis(200);
    let surprises = Surprises {
        fades: Some((after, vec!["\\Answered", "$Forwarded"])),
        redates: Some((after, 3_600)),
        ..Surprises::default()
    };
    let world = surprising(surprises, &["A", "B"]);
    let flags = ["\\Answered", "\\Seen", "$Forwarded"];
    world
        .lock()
        .unwrap()
        .add_message("u", "B", &flags, 0, *b"x")
        .unwrap();
    let mut client = Client::new(&world).await;
    client.say("SELECT B").await;
    client.say("UID MOVE 1 A").await;
    client.say("SELECT A").await;
    for (milliseconds, shown) in [
        (199, ["\\Answered", "$Forwarded", "00:00:00"]),
        (1, ["\\Seen", "FETCH", "01:00:00"]),
    ] {
        tokio::time::advance(Duration::from_millis(milliseconds)).await;
        let told = client.say("UID FETCH 1 (FLAGS INTERNALDATE)").await;
        assert!(shown.iter().all(|shown| told.contains(shown)), "{told}");
        assert_eq!(told.contains("\\Answered"), milliseconds == 199, "{told}");
    }
}

#[tokio::test]
async fn keywords_in_use_may_be_named_nowhere_and_kept_nowhere() {
    let surprises = Surprises {
        hides_keywords: true,
        without_keywords: vec!["A"],
        ..Surprises::default()
    };
    let world = surprising(surprises, &["A", "B"]);
    world
        .lock()
        .unwrap()
        .add_message("u", "B", &["\\Seen", "$Important"], 0, *b"x")
        .unwrap();
    let mut client = Client::new(&world).await;
    let told = client.say("SELECT B").await;
    assert!(
        !told.contains("$Important") && told.contains("\\*"),
        "{told}"
    );
    let told = client.say("UID FETCH 1 (FLAGS)").await;
    assert!(told.contains("$Important"), "{told}");
    client.say("UID MOVE 1 A").await;
    let told = client.say("SELECT A").await;
    assert!(!told.contains("\\*"), "{told}");
    let told = client.say("UID FETCH 1 (FLAGS)").await;
    assert!(
        told.contains("\\Seen") && !told.contains("$Important"),
        "{told}"
    );
}

#[tokio::test]
async fn a_delivery_may_make_its_mailbox_anew_and_subscribe_it() {
    for (missing, into, subscribed) in [
        (Missing::ToInbox, "INBOX", false),
        (Missing::Made, "B", false),
        (Missing::MadeAndSubscribed, "B", true),
    ] {
        let surprises = Surprises {
            missing,
            ..Surprises::default()
        };
        let world = surprising(surprises, &["B"]);
        let mut client = Client::new(&world).await;
        client.say("DELETE B").await;
        let delivery = Delivery::by_name("B", *b"x");
        let done = world.lock().unwrap().deliver("u", delivery).unwrap();
        assert_eq!(done.into, into.as_bytes());
        let told = client.say("LSUB \"\" *").await;
        assert_eq!(told.contains(" B\n"), subscribed, "{told}");
    }
}
