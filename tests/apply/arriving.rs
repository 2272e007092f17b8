//! Mail that arrives at any moment of a run, servers that show it late, and servers that make a mailbox for it.

use std::time::Duration;

use rolecall::{
    demo::{At, Delivery, Persona, Point, Verdict, World, persona::Auto},
    model::receipt::{Outcome, SourceAfter},
};

use super::{
    REFUSED, REMOVED, assert_done_with, at, connection_of, delivered, doomed, on, once, one_source,
    stage::{Stage, USER, ending, said, text_of},
    straggler,
};

// ------------------------------------------------------------------------------------------------- a frozen view

/// A connection that goes on seeing a renamed mailbox as it first saw it.
fn frozen() -> impl FnMut(&At<'_>) -> Verdict {
    let mut renamed = false;
    let mut first: Vec<(String, Vec<u8>)> = Vec::new();
    move |now| {
        renamed |= now.command == "RENAME" && now.point == Point::After;
        let Point::Reply(octets) = now.point else {
            return Verdict::GoOn;
        };
        let looks = ["SELECT", "UID SEARCH"].contains(&now.command);
        if !renamed || now.connection != 1 || !looks {
            return Verdict::GoOn;
        }
        let end = octets[..octets.len() - 2]
            .iter()
            .rposition(|octet| *octet == b'\n');
        let (untagged, tagged) = octets.split_at(end.map_or(0, |end| end + 1));
        let mut known = first.iter().filter(|(command, _)| command == now.command);
        if let Some((_, seen)) = known.next() {
            return Verdict::Say([seen, tagged].concat());
        }
        first.push((now.command.to_owned(), untagged.to_vec()));
        Verdict::GoOn
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_frozen_connection_does_not_show_is_found_by_a_new_one() {
    let stage = one_source(&[]);
    let mut freezes = frozen();
    let mut delivers = straggler(Duration::from_secs(1));
    stage.meddle(move |now, world| {
        delivers(now, world);
        freezes(now)
    });
    let receipt = stage.fix().await.unwrap();
    assert_done_with(&stage, &receipt, 6);
}

// ------------------------------------------------------------------------------------------------- made again

/// A delivery agent that makes the mailbox it delivers to, and subscribes it.
fn made_by_delivery(world: &mut World) {
    world.add_mailbox(USER, "Sent Items").unwrap();
    let account = world.account_mut(USER).unwrap();
    account.subscriptions.insert(b"Sent Items".to_vec());
    let delivery = Delivery::by_name("Sent Items", text_of("new"));
    world.deliver(USER, delivery).unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_mailbox_that_a_delivery_makes_again_stays_subscribed() {
    for (command, point) in [
        ("RENAME", Point::After),
        ("DELETE", Point::Before),
        ("DELETE", Point::After),
        ("UNSUBSCRIBE", Point::Before),
        ("UNSUBSCRIBE", Point::After),
    ] {
        let stage = one_source(&[]);
        let is_it = at(connection_of(command), command, point);
        stage.meddle(once(is_it, made_by_delivery));
        let receipt = stage.fix().await.unwrap();
        stage.assert_each_once();
        assert!(
            stage.is_subscribed("Sent Items"),
            "its new mail is where no client looks: {command} {point:?} {receipt:?}"
        );
        let came_back = (Outcome::Applied, Some(SourceAfter::CameBack));
        assert_eq!(ending(&receipt), came_back, "{receipt:?}");
        assert!(said(&receipt).contains("made it again"), "{receipt:?}");
        assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (5, 1));
        assert!(!receipt.is_unexplained(), "{receipt:?}");
        // The subscription ends together with the mailbox, unless it was seen to be made again before.
        if command == "RENAME" {
            assert_eq!(stage.heard("UNSUBSCRIBE"), 0);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_mailbox_that_the_server_always_has_came_back() {
    let auto = [("Sent Items", Auto::Create)];
    let stage = on(Persona::dovecot().with_auto(&auto));
    let receipt = stage.fix().await.unwrap();
    stage.assert_each_once();
    let came_back = (Outcome::Applied, Some(SourceAfter::CameBack));
    assert_eq!(ending(&receipt), came_back, "{receipt:?}");
    assert_eq!(stage.heard("UNSUBSCRIBE"), 0);
}

// ------------------------------------------------------------------------------------------------- a busy source

/// One message comes at every such point, so many in all.
fn busy(
    command: &'static str,
    point: Point<'static>,
    messages: usize,
) -> impl FnMut(&At<'_>, &mut World) -> Verdict {
    let mut came = 0;
    move |now, world| {
        let is_there = world.mailbox(USER, "Sent Items").is_some();
        if is_there && came < messages && now.command == command && now.point == point {
            came += 1;
            delivered(world, "Sent Items", &format!("came{came}"));
        }
        Verdict::GoOn
    }
}

#[tokio::test(start_paused = true)]
async fn what_has_just_arrived_is_never_called_marked_deleted() {
    for (command, point) in [
        ("SELECT", Point::After),
        ("UID SEARCH", Point::Before),
        ("UID SEARCH", Point::After),
        ("UID MOVE", Point::Before),
        ("UID MOVE", Point::After),
        ("UNSELECT", Point::After),
    ] {
        for messages in [1, 2, 100] {
            for stays in [false, true] {
                let mut stage = one_source(&[]);
                stage.policy.keep_sources = stays;
                stage.meddle(busy(command, point, messages));
                let receipt = stage.fix().await.unwrap();
                stage.assert_each_once();
                let said = said(&receipt);
                assert!(
                    !said.contains("\\Deleted") && !said.contains("searches do not show"),
                    "{command} {point:?} {messages}: {said}"
                );
                assert!(!receipt.is_unexplained(), "{receipt:?}");
                if !stays {
                    assert_eq!(ending(&receipt), REMOVED, "{command} {point:?} {messages}");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_marked_deleted_is_called_so_also_where_mail_arrives() {
    let stage = one_source(&[]);
    stage.meddle(once(at(1, "UID MOVE", Point::Before), |world| {
        doomed(world, "doomed");
        delivered(world, "Sent Items", "came");
    }));
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    let said = said(&receipt);
    assert!(said.contains("1 message marked \\Deleted"), "{said}");
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (6, 1));
}

// ------------------------------------------------------------------------------------------------- keywords

/// A server whose FLAGS tell of no keyword; the target, which is the first mailbox that a run opens, keeps none.
fn silent_on_keywords() -> impl FnMut(&At<'_>) -> Verdict {
    let mut opened = 0;
    move |now| match now.point {
        Point::Reply(octets) if now.command == "SELECT" => {
            opened += 1;
            let told = String::from_utf8(octets.to_vec()).unwrap();
            let told = told.replace(" $Important", "");
            let told = if opened == 1 {
                told.replace(" \\*", "")
            } else {
                told
            };
            Verdict::Say(told.into_bytes())
        }
        _ => Verdict::GoOn,
    }
}

fn important() -> Stage {
    let stage = one_source(&[]);
    stage.deliver("Sent Items", &["$Important"], "important");
    let mut hides = silent_on_keywords();
    stage.meddle(move |now, _| hides(now));
    stage
}

#[tokio::test(start_paused = true)]
async fn a_keyword_that_flags_do_not_list_stops_a_merge_before_its_first_message() {
    let stage = important();
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    let said = said(&receipt);
    assert!(
        said.contains("cannot keep the keywords $Important"),
        "{said}"
    );
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (0, 6));
    assert_eq!(receipt.moved(), 0);
    assert!(!receipt.is_unexplained(), "{receipt:?}");
    stage.world(|world| {
        let source = world.mailbox(USER, "Sent Items").unwrap();
        let mut kept = source.messages().iter();
        assert!(kept.any(|message| message.has("$Important")));
    });
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn with_consent_it_is_moved_without_the_keyword() {
    let mut stage = important();
    stage.policy.allow_keyword_loss = true;
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert_eq!(stage.count("Sent"), 6);
}
