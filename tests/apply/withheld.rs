//! Messages that were moved, and that their new mailbox lists and does not give out: nobody can see whether they are what they
//! were. They are named, all others are moved, and no state of the run is without a way out.

use rolecall::{
    demo::{
        At, Persona, Point, Verdict,
        sick::{Ill, Sick},
    },
    model::receipt::{LeftMessage, Receipt, WhyLeft},
};

use super::{REFUSED, REMOVED, WAYS};
use crate::stage::{Stage, ending, said};

/// What the server does with a FETCH in the target that names one of these messages.
const ILLS: [Ill; 4] = [
    Ill::Refused("[SERVERBUG] Internal error occurred."),
    Ill::Refused("Some of the requested messages no longer exist."),
    Ill::Unmentioned,
    Ill::HangsUp,
];

/// A source of so many messages, some of which the target does not give out.
fn withheld(lacks: &[&str], messages: u32, texts: &[&'static str], ill: Ill) -> Stage {
    let sick = texts.iter().map(|text| Sick {
        text,
        command: "FETCH",
        ill,
        inside: Some("Sent"),
    });
    let mut persona = Persona::dovecot().without(lacks);
    persona.quirks.surprises.sick = sick.collect();
    let stage = Stage::new(persona);
    stage.mailbox("Sent Items", messages);
    stage.lets_back_in();
    stage
}

fn left(receipt: &Receipt) -> Vec<&LeftMessage> {
    receipt.steps.iter().flat_map(|step| &step.left).collect()
}

#[tokio::test(start_paused = true)]
async fn a_message_that_its_new_mailbox_does_not_give_out_is_named_and_all_others_are_moved() {
    for lacks in [WAYS[0], WAYS[1]] {
        for ill in ILLS {
            for text in ["Sent Items-0@", "Sent Items-3@", "Sent Items-6@"] {
                let why = format!("{lacks:?} {ill:?} {text}");
                let stage = withheld(lacks, 7, &[text], ill);
                let receipt = stage.fix().await.unwrap();
                assert!(receipt.finished, "{why}: {receipt:?}");
                assert_eq!(ending(&receipt), REFUSED, "{why}: {receipt:?}");
                assert!(!receipt.is_unexplained(), "{why}: {receipt:?}");
                assert_eq!(receipt.moved(), 7, "{why}");
                let told = left(&receipt);
                let [one] = told.as_slice() else {
                    panic!("{why}: {receipt:?}")
                };
                assert_eq!(one.because, WhyLeft::Withheld, "{why}");
                assert_eq!(one.mailbox.text(), "Sent", "{why}");
                assert!(one.date.is_some() && one.size.is_some(), "{why}: {one:?}");
                assert!(said(&receipt).contains("give all of it out"), "{why}");
                assert_eq!((stage.count("Sent Items"), stage.count("Sent")), (0, 7));
                stage.assert_each_once();
                // The emptied mailbox goes with the next run: it was told by then.
                let receipt = stage.fix().await.unwrap();
                assert_eq!(ending(&receipt), REMOVED, "{why}: {receipt:?}");
                assert_eq!(stage.names(), ["Sent"], "{why}");
                stage.assert_each_once();
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn three_of_four_hundred_are_each_named_whatever_makes_them_unreadable() {
    let texts = ["Sent Items-6@", "Sent Items-199@", "Sent Items-398@"];
    for ill in ILLS {
        let stage = withheld(&[], 400, &texts, ill);
        let receipt = stage.fix().await.unwrap();
        assert!(receipt.finished, "{ill:?}: {receipt:?}");
        let story = rolecall::apply::history(&stage.client.home, &receipt.run).unwrap();
        assert_eq!(left(&receipt).len(), 3, "{ill:?}: {receipt:?} {story:#?}");
        assert_eq!((stage.count("Sent Items"), stage.count("Sent")), (0, 400));
        assert!(!receipt.is_unexplained(), "{ill:?}: {receipt:?}");
        stage.assert_each_once();
    }
}

#[tokio::test(start_paused = true)]
async fn a_target_that_gives_out_nothing_gets_no_more_than_a_handful() {
    for ill in ILLS {
        let stage = withheld(&[], 60, &["Message-ID"], ill);
        let receipt = stage.fix().await.unwrap();
        assert!(receipt.finished, "{ill:?}: {receipt:?}");
        assert_eq!(ending(&receipt), REFUSED, "{ill:?}: {receipt:?}");
        assert!(
            stage.count("Sent") <= 10,
            "{ill:?}: {}",
            stage.count("Sent")
        );
        stage.assert_each_once();
    }
}

/// The server is gone once two MOVEs have run, and lets nobody in any more.
fn goes_down_after_two_moves(stage: &Stage) {
    let mut moves = 0;
    let mut is_down = false;
    stage.meddle(move |at: &At<'_>, _| {
        let is_move = at.command == "UID MOVE" && at.point == Point::After;
        moves += u32::from(is_move);
        is_down |= is_move && moves == 2;
        let is_cut = is_down && (is_move || at.point == Point::Opened);
        if is_cut { Verdict::Cut } else { Verdict::GoOn }
    });
}

#[tokio::test(start_paused = true)]
async fn a_resume_and_an_undo_know_what_was_not_given_out() {
    for ill in ILLS {
        let stage = withheld(&[], 7, &["Sent Items-3@"], ill);
        goes_down_after_two_moves(&stage);
        assert!(!stage.fix().await.unwrap().finished);
        stage.be_calm();
        let receipt = stage.resume().await.unwrap();
        assert!(receipt.finished, "{ill:?}: {receipt:?}");
        assert_eq!(left(&receipt).len(), 1, "{ill:?}: {receipt:?}");
        assert_eq!(receipt.moved(), 7, "{ill:?}");
        // It cannot be read before it is moved back, so it stays where it is, and is named.
        let run = stage.last().id;
        let receipt = stage.undo(&run).await.unwrap();
        assert!(receipt.finished, "{ill:?}: {receipt:?}");
        assert_eq!(left(&receipt).len(), 1, "{ill:?}: {receipt:?}");
        assert_eq!(left(&receipt)[0].because, WhyLeft::Unreadable, "{ill:?}");
        assert_eq!((stage.count("Sent Items"), stage.count("Sent")), (6, 1));
        stage.assert_each_once();
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_given_up_counts_what_is_listed_as_moved() {
    let stage = withheld(&[], 7, &["Sent Items-3@"], Ill::Unmentioned);
    goes_down_after_two_moves(&stage);
    assert!(!stage.fix().await.unwrap().finished);
    stage.be_calm();
    let receipt = stage.give_up().await.unwrap();
    assert_eq!((receipt.unknown(), receipt.moved()), (0, 7), "{receipt:?}");
    assert_eq!(left(&receipt).len(), 1, "{receipt:?}");
}

#[tokio::test(start_paused = true)]
async fn a_copy_that_is_not_given_out_is_made_once_and_its_original_stays_and_is_named() {
    for ill in ILLS {
        let stage = withheld(WAYS[2], 7, &["Sent Items-3@"], ill);
        let receipt = stage.fix().await.unwrap();
        assert!(receipt.finished, "{ill:?}: {receipt:?}");
        assert_eq!(ending(&receipt), REFUSED, "{ill:?}: {receipt:?}");
        let told = left(&receipt);
        assert_eq!(told.len(), 1, "{ill:?}: {receipt:?}");
        assert_eq!(told[0].because, WhyLeft::CopyWithheld, "{ill:?}");
        assert_eq!((told[0].mailbox.text(), told[0].uid), ("Sent Items", 4));
        assert_eq!((stage.count("Sent Items"), stage.count("Sent")), (1, 7));
        stage.assert_nothing_lost();
    }
}
