//! Words: what a receipt says of what went wrong is what went wrong, and a page says what is so.

use std::time::Duration;

use rolecall::{
    demo::{At, Persona, Point, Verdict},
    language::{Language, Phrase},
    model::{finding::Code, mailbox::MailboxName, receipt::Outcome},
    report::html,
};
use tokio::time::Instant;

use super::{
    at_second, mailbox_of, once, one_source,
    stage::{Stage, USER, balance, said},
};

#[tokio::test(start_paused = true)]
async fn a_step_that_has_moved_something_is_never_called_not_begun_and_the_servers_words_are_told()
{
    for (refused, from) in [("SELECT", "UID MOVE"), ("LIST", "DELETE")] {
        let stage = one_source(&[]);
        stage.lets_back_in();
        let mut has_begun = false;
        stage.meddle(move |now: &At<'_>, _| {
            has_begun |= now.command == from && now.point == Point::Before;
            if has_begun && now.command == refused && now.point == Point::Before {
                return Verdict::Refuse("[UNAVAILABLE] not this afternoon".to_owned());
            }
            Verdict::GoOn
        });
        let receipt = stage.fix().await.unwrap();
        assert!(!receipt.finished, "{refused}: {receipt:?}");
        assert_eq!(receipt.steps[0].outcome, Outcome::Unknown, "{refused}");
        let said = said(&receipt);
        assert!(said.contains("not this afternoon"), "{refused}: {said}");
        stage.be_calm();
        assert!(stage.resume().await.unwrap().finished, "{refused}");
        stage.assert_each_once();
    }
}

#[tokio::test(start_paused = true)]
async fn where_numbers_are_given_anew_meanwhile_that_is_told_and_not_that_messages_are_gone() {
    for renumbered in ["Sent", "Sent Items"] {
        let stage = one_source(&[]);
        let is_it = at_second("UID MOVE", Point::After);
        stage.meddle(once(is_it, |world| {
            mailbox_of(world, renumbered).uid_validity += 1_000;
        }));
        let receipt = stage.fix().await.unwrap();
        assert!(
            receipt.is_refused() && receipt.is_unexplained(),
            "{receipt:?}"
        );
        let source = balance(&receipt, "Sent Items");
        let told = source.renumbered.as_ref().map(MailboxName::text);
        assert_eq!(told, Some(renumbered), "{receipt:?}");
        let run = stage.last().id;
        let story = rolecall::apply::history(&stage.client.home, &run).unwrap();
        let story: Vec<&str> = story.iter().map(Phrase::english).collect();
        let story = story.join("\n");
        assert!(story.contains("were given anew"), "{story}");
        assert!(!story.contains("nothing shows why"), "{story}");
        stage.assert_each_once();
    }
}

#[tokio::test(start_paused = true)]
async fn a_mailbox_that_the_server_makes_in_capitals_is_told_by_that_name_and_not_waited_for() {
    let stage = one_source(&[]);
    let receipt = stage.fix().await.unwrap();
    stage.meddle(|now: &At<'_>, world| {
        if now.command == "CREATE" && now.point == Point::After {
            let mailboxes = &mut world.account_mut(USER).unwrap().mailboxes;
            let made = mailboxes.remove(b"Sent Items".as_slice()).unwrap();
            mailboxes.insert(b"SENT ITEMS".to_vec(), made);
        }
        Verdict::GoOn
    });
    let began = Instant::now();
    let undone = stage.undo(&receipt.run).await.unwrap();
    assert!(undone.is_refused(), "{undone:?}");
    assert!(
        said(&undone).contains("\"SENT ITEMS\", which stays"),
        "{undone:?}"
    );
    assert!(began.elapsed() < Duration::from_secs(20), "waited for it");
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_page_shows_many_folders_of_one_purpose_in_the_order_of_the_plan() {
    let stage = Stage::new(Persona::dovecot());
    for name in ["Drafts", "Brouillons", "Archive", "Archives", "Sent Items"] {
        stage.mailbox(name, 2);
    }
    let years: Vec<String> = (2001..=2030).map(|year| year.to_string()).collect();
    for year in &years {
        stage.mailbox(&format!("Sent Items/{year}"), 1);
    }
    let plan = stage.plan().await;
    let page = html::plan(&plan, Language::English);
    let (_, table) = page.split_once("<table").unwrap();
    let (table, _) = table.split_once("</table>").unwrap();
    let places: Vec<usize> = years
        .iter()
        .map(|year| table.find(&format!("Sent/{year}")).unwrap())
        .collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[tokio::test(start_paused = true)]
async fn a_page_does_not_say_in_order_where_emptied_mailboxes_were_kept() {
    let mut stage = Stage::new(Persona::dovecot());
    stage.policy.keep_sources = true;
    stage.mailbox("Sent Items", 3);
    stage.fix().await.unwrap();
    let found = stage.findings().await;
    assert!(found.iter().any(|one| one.code == Code::RoleSplit));
    let again = stage.plan().await;
    let page = html::plan(&again, Language::English);
    assert!(!page.contains("Your mail is in order"));
}
