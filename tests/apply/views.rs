//! Mailboxes that show the mail of others: a run that meets one as a source leaves the messages behind it where they
//! are.

use rolecall::demo::{At, Persona, Point, Verdict, aliases::Alias, views::View};

use super::{
    REFUSED, REMOVED,
    stage::{Stage, USER, balance, ending, said, text_of},
};

/// A view named Sent Items among the user's own mailboxes, over INBOX with its five messages and others.
fn showing(over: &[&'static str]) -> Stage {
    let stage = Stage::new(Persona::dovecot().with_views(&[View::over("Sent Items", over)]));
    for number in 0..5 {
        stage.deliver("INBOX", &["\\Seen"], &format!("inbox{number}"));
    }
    stage
}

/// Lets the server say that it is a Dovecot.
pub(super) fn calls_itself_dovecot(now: &At<'_>) -> Verdict {
    match now.point {
        Point::Reply(octets) if now.command == "ID" => {
            let told = String::from_utf8(octets.to_vec()).unwrap();
            Verdict::Say(told.replace("rolecall demo", "Dovecot").into_bytes())
        }
        _ => Verdict::GoOn,
    }
}

#[tokio::test(start_paused = true)]
async fn a_view_that_says_whose_mail_it_shows_is_not_emptied() {
    let stage = showing(&["INBOX"]);
    stage.meddle(|now, _| calls_itself_dovecot(now));
    let receipt = stage.fix().await.unwrap();
    assert_eq!(
        (stage.count("INBOX"), stage.heard("UID MOVE")),
        (5, 0),
        "INBOX was touched: {receipt:?}"
    );
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    assert!(
        said(&receipt).contains("a view that shows the mail of \"INBOX\""),
        "{receipt:?}"
    );
    assert_eq!((stage.heard("RENAME"), stage.heard("DELETE")), (0, 0));
    assert!(!receipt.is_unexplained(), "{receipt:?}");
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_view_that_shows_the_target_too_is_known_by_the_first_message_that_comes_back() {
    let stage = showing(&["INBOX", "Sent"]);
    // A server that has no word for it.
    stage.world(|world| world.persona.tells_mailbox = false);
    let receipt = stage.fix().await.unwrap();
    assert_eq!(
        (stage.count("INBOX"), stage.heard("UID MOVE")),
        (4, 1),
        "INBOX was emptied: {receipt:?}"
    );
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    assert!(said(&receipt).contains("comes back"), "{receipt:?}");
    // The one that was moved is told.
    assert_eq!(receipt.moved(), 1);
    assert_eq!(balance(&receipt, "Sent").moved_in, 1);
    assert_eq!((stage.heard("RENAME"), stage.heard("DELETE")), (0, 0));
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_name_that_leads_to_the_target_once_it_is_gone_does_not_cost_the_target_its_subscription()
{
    let stage = Stage::new(Persona::dovecot().with_aliases(&[Alias::WhereFree {
        name: "Sent Items",
        of: "Sent",
    }]));
    // Somebody had a mailbox of that name before.
    stage.mailbox("T", 5);
    stage.world(|world| {
        let account = world.account_mut(USER).unwrap();
        let own = account.mailboxes.remove(b"T".as_slice()).unwrap();
        account.mailboxes.insert(b"Sent Items".to_vec(), own);
        account.subscriptions.remove(b"T".as_slice());
        account.subscriptions.insert(b"Sent Items".to_vec());
        account.subscriptions.insert(b"Sent".to_vec());
    });
    assert!(stage.is_subscribed("Sent"));
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
    assert!(stage.heard("UNSUBSCRIBE") > 0);
    assert!(stage.is_subscribed("Sent"), "{receipt:?}");
    assert_eq!(stage.count("Sent"), 5);
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn other_mail_of_the_same_second_and_size_makes_no_view_of_a_source() {
    let stage = Stage::new(Persona::dovecot());
    stage.mailbox("Sent Items", 3);
    let mut has_come = false;
    stage.meddle(move |at, world| {
        if at.command == "UID MOVE" && at.point == Point::After && !has_come {
            has_come = true;
            // As large and as old as the first, and another message.
            let first = text_of("Sent Items-0");
            let date = 1_700_000_000 + i64::try_from(first.len()).unwrap();
            let text = String::from_utf8(first).unwrap();
            let other = text.replace("Items-0", "Items-9").into_bytes();
            world
                .add_message(USER, "Sent Items", &[], date, other)
                .unwrap();
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert!(!said(&receipt).contains("it is a view"), "{receipt:?}");
    assert_eq!(ending(&receipt), REMOVED);
    stage.assert_each_once();
}
