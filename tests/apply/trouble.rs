//! Trouble on the way: lines that are lost, messages that cannot be moved, refusals that pass, things that show late. A run
//! deals with all of it by itself and comes to its end.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rolecall::{
    demo::{
        At, Persona, Point, Verdict, World,
        manners::Manner,
        mutation::{Change, Mutation},
        sick::{Ill, Sick},
    },
    language::Phrase,
    model::receipt::{LeftMessage, Outcome, Receipt, WhyLeft},
};
use tokio::time::Instant;

use super::{REFUSED, REMOVED, WAYS, at_second, made_anew, when};
use crate::stage::{Stage, USER, ending, said};

/// Every command that a run sends, and one that it does not.
const LOOKS: [&str; 7] = [
    "SELECT",
    "EXAMINE",
    "LIST",
    "LSUB",
    "STATUS",
    "UID SEARCH",
    "UID FETCH",
];
const ACTS: [&str; 7] = [
    "UID MOVE",
    "UID COPY",
    "UID STORE",
    "UID EXPUNGE",
    "RENAME",
    "DELETE",
    "UNSUBSCRIBE",
];

/// What servers say of what will pass (Yahoo, Yandex, Exchange, Gmail, Dovecot).
const PASSING: [&str; 6] = [
    "[UNAVAILABLE] UID FETCH Server error - Please try again later",
    "[UNAVAILABLE] Backend error. sc=abc",
    "[INUSE] Mailbox is in use",
    "[TEMPFAIL] Not now",
    "Server Unavailable. 15",
    "System Error (Failure)",
];

fn one_source(lacks: &[&str]) -> Stage {
    let stage = Stage::without(lacks);
    stage.mailbox("Sent Items", 7);
    stage
}

/// A source of so many messages on a server with these sick ones.
fn sick(lacks: &[&str], messages: u32, sick: &[Sick]) -> Stage {
    let mut persona = Persona::dovecot().without(lacks);
    persona.quirks.surprises.sick = sick.to_vec();
    let stage = Stage::new(persona);
    stage.mailbox("Sent Items", messages);
    stage.lets_back_in();
    stage
}

/// All went as if nothing had happened.
fn assert_all_well(stage: &Stage, receipt: &Receipt, why: &str) {
    assert!(receipt.finished, "{why}: {receipt:?}");
    assert_eq!(ending(receipt), REMOVED, "{why}: {receipt:?}");
    assert_eq!(stage.names(), ["Sent"], "{why}");
    assert_eq!(stage.count("Sent"), 7, "{why}");
    assert!(!receipt.is_unexplained(), "{why}: {receipt:?}");
    stage.assert_each_once();
}

/// All messages were moved but these, which were left and told.
async fn assert_left(stage: &Stage, left: &[WhyLeft], messages: usize) -> Vec<LeftMessage> {
    let receipt = stage.fix().await.unwrap();
    assert!(receipt.finished, "{receipt:?}");
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    assert!(!receipt.is_unexplained(), "{receipt:?}");
    let told: Vec<LeftMessage> = receipt
        .steps
        .iter()
        .flat_map(|step| &step.left)
        .cloned()
        .collect();
    let because: Vec<WhyLeft> = told.iter().map(|left| left.because).collect();
    assert_eq!(because, left, "{receipt:?}");
    assert!(said(&receipt).contains("could not be moved"), "{receipt:?}");
    assert_eq!(stage.count("Sent Items"), left.len());
    assert_eq!(stage.count("Sent"), messages - left.len());
    assert!(!stage.has_tombstone());
    stage.assert_each_once();
    // The next run is not in its way, finds the same, and does nothing twice.
    let again = stage.fix().await.unwrap();
    assert!(again.finished, "{again:?}");
    assert_eq!((ending(&again), again.moved()), (REFUSED, 0), "{again:?}");
    stage.assert_each_once();
    told
}

/// Drops the line at this of all points from now on; says whether it has.
fn drop_at(stage: &Stage, point: usize, drop: Verdict) -> Arc<AtomicUsize> {
    let seen = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&seen);
    stage.meddle(move |at: &At<'_>, _| {
        let is_place = matches!(at.point, Point::Before | Point::After) && at.command != "LOGOUT";
        if !is_place || at.user.is_none() {
            return Verdict::GoOn;
        }
        if counter.fetch_add(1, Ordering::Relaxed) == point {
            drop.clone()
        } else {
            Verdict::GoOn
        }
    });
    seen
}

#[tokio::test(start_paused = true)]
async fn a_line_may_be_lost_at_any_command_of_a_run_which_goes_on_by_itself() {
    let mut points = 0;
    for lacks in WAYS {
        for drop in [Verdict::Cut, Verdict::CutAndFinish] {
            for point in 0.. {
                let stage = one_source(lacks);
                stage.lets_back_in();
                let mut session = stage.client.connect().await;
                let plan = stage.client.plan_over(&mut session, &stage.policy).await;
                let seen = drop_at(&stage, point, drop.clone());
                let receipt = stage.apply(&mut session, &plan).await.unwrap();
                assert_all_well(&stage, &receipt, &format!("{lacks:?} {drop:?} {point}"));
                if seen.load(Ordering::Relaxed) <= point {
                    break;
                }
                points += 1;
            }
        }
    }
    println!("{points} points");
    assert!(points > 400, "{points}");
}

#[tokio::test(start_paused = true)]
async fn where_each_connection_ends_after_a_few_commands_a_run_comes_to_its_end() {
    for most in [15, 23, 40] {
        let stage = one_source(&[]);
        stage.lets_back_in();
        let mut session = stage.client.connect().await;
        let plan = stage.client.plan_over(&mut session, &stage.policy).await;
        let mut heard: BTreeMap<u64, usize> = BTreeMap::new();
        stage.meddle(move |at: &At<'_>, _| {
            if at.point != Point::Before {
                return Verdict::GoOn;
            }
            let count = heard.entry(at.connection).or_default();
            *count += 1;
            if *count > most {
                Verdict::Cut
            } else {
                Verdict::GoOn
            }
        });
        let receipt = stage.apply(&mut session, &plan).await.unwrap();
        assert_all_well(&stage, &receipt, &most.to_string());
    }
}

#[tokio::test(start_paused = true)]
async fn a_line_that_is_lost_again_and_again_ends_the_run_only_where_it_gets_nowhere() {
    // At every 9th command: there is always something done in between.
    let stage = one_source(&[]);
    stage.lets_back_in();
    let mut commands = 0;
    stage.meddle(move |at: &At<'_>, _| {
        let counts = at.point == Point::Before && at.user.is_some();
        commands += usize::from(counts);
        if counts && commands % 29 == 0 {
            Verdict::Cut
        } else {
            Verdict::GoOn
        }
    });
    let receipt = stage.fix().await.unwrap();
    assert_all_well(&stage, &receipt, "every 29th command");
    // At every first one.
    let stage = one_source(&[]);
    stage.lets_back_in();
    let mut session = stage.client.connect().await;
    let plan = stage.client.plan_over(&mut session, &stage.policy).await;
    let opened = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&opened);
    stage.meddle(move |at: &At<'_>, _| {
        counted.fetch_add(usize::from(at.point == Point::Opened), Ordering::Relaxed);
        let is_one = at.point == Point::Before && at.command == "UID MOVE";
        if is_one { Verdict::Cut } else { Verdict::GoOn }
    });
    let receipt = stage.apply(&mut session, &plan).await.unwrap();
    assert!(receipt.finished, "{receipt:?}");
    assert_eq!(ending(&receipt), REFUSED);
    let opened = opened.load(Ordering::Relaxed);
    assert!((7..60).contains(&opened), "{opened}");
    assert_eq!(stage.count("Sent Items"), 7);
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_copy_whose_answer_was_lost_is_not_sent_again() {
    for lacks in [WAYS[2], WAYS[3]] {
        let stage = one_source(lacks);
        stage.lets_back_in();
        stage.meddle(when(at_second("UID COPY", Point::After), Verdict::Cut));
        let receipt = stage.fix().await.unwrap();
        stage.assert_each_once();
        assert_all_well(&stage, &receipt, "a lost COPY");
        assert_eq!(stage.heard("UID COPY"), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_lets_nobody_in_again_leaves_a_run_to_a_resume() {
    let stage = one_source(&[]);
    stage.lets_back_in();
    let mut is_down = false;
    stage.meddle(move |at: &At<'_>, _| match at.point {
        Point::Opened if is_down => Verdict::Cut,
        Point::After if at.command == "UID MOVE" => {
            is_down = true;
            Verdict::Cut
        }
        _ => Verdict::GoOn,
    });
    let began = Instant::now();
    let receipt = stage.fix().await.unwrap();
    assert!(!receipt.finished && receipt.is_unknown(), "{receipt:?}");
    // Virtual time.
    assert!(began.elapsed() < Duration::from_secs(120));
    stage.be_calm();
    let receipt = stage.resume().await.unwrap();
    assert_all_well(&stage, &receipt, "resumed");
}

#[tokio::test(start_paused = true)]
async fn a_line_that_is_lost_while_the_second_session_is_opened_is_opened_once_more() {
    for command in ["CAPABILITY", "LOGIN", "AUTHENTICATE", "ID"] {
        let stage = one_source(&[]);
        stage.lets_back_in();
        let mut lost = 0;
        stage.meddle(move |at: &At<'_>, _| {
            let is_move = at.command == "UID MOVE" && at.point == Point::After && lost == 0;
            let is_on_the_way = at.command == command && at.point == Point::Before && lost == 1;
            if is_move || is_on_the_way {
                lost += 1;
                return Verdict::Cut;
            }
            Verdict::GoOn
        });
        let receipt = stage.fix().await.unwrap();
        assert_all_well(&stage, &receipt, command);
    }
}

#[tokio::test(start_paused = true)]
async fn a_password_that_is_refused_on_the_way_back_is_not_tried_again() {
    let stage = one_source(&[]);
    stage.lets_back_in();
    let mut is_locked = false;
    let logins = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&logins);
    stage.meddle(move |at: &At<'_>, _| {
        let logs_in = matches!(at.command, "LOGIN" | "AUTHENTICATE") && at.point == Point::Before;
        if at.command == "UID MOVE" && at.point == Point::After {
            is_locked = true;
            return Verdict::Cut;
        }
        if logs_in && is_locked {
            counted.fetch_add(1, Ordering::Relaxed);
            return Verdict::Refuse("[AUTHENTICATIONFAILED] no".to_owned());
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert!(!receipt.finished, "{receipt:?}");
    assert_eq!(logins.load(Ordering::Relaxed), 1);
    stage.be_calm();
    let receipt = stage.resume().await.unwrap();
    assert_all_well(&stage, &receipt, "resumed");
}

#[tokio::test(start_paused = true)]
async fn a_mailbox_that_was_made_anew_while_the_line_was_gone_is_not_touched() {
    let stage = one_source(&[]);
    stage.lets_back_in();
    stage.nothing_is_precious();
    let mut is_lost = false;
    stage.meddle(move |at: &At<'_>, world: &mut World| {
        if at.command == "UID MOVE" && at.point == Point::After && !is_lost {
            is_lost = true;
            made_anew(world, "another");
            return Verdict::Cut;
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert!(receipt.finished, "{receipt:?}");
    assert_eq!(ending(&receipt).0, Outcome::Refused, "{receipt:?}");
    assert_eq!(stage.count("Sent Items"), 1);
}

#[tokio::test(start_paused = true)]
async fn an_undo_goes_on_over_a_new_connection_too() {
    let stage = one_source(&[]);
    stage.lets_back_in();
    let receipt = stage.fix().await.unwrap();
    let mut moves = 0;
    stage.meddle(move |at: &At<'_>, _| {
        let is_one = at.command == "UID MOVE" && at.point == Point::After;
        moves += usize::from(is_one);
        if is_one && moves <= 2 {
            Verdict::Cut
        } else {
            Verdict::GoOn
        }
    });
    let undone = stage.undo(&receipt.run).await.unwrap();
    assert!(undone.finished && !undone.is_refused(), "{undone:?}");
    assert_eq!((stage.count("Sent Items"), stage.count("Sent")), (7, 0));
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn a_message_that_cannot_be_read_is_left_and_named_and_all_others_are_moved() {
    for (ill, lacks) in [
        (
            Ill::Refused("Some of the requested messages no longer exist."),
            WAYS[0],
        ),
        (
            Ill::Refused("[SERVERBUG] Internal error occurred."),
            WAYS[1],
        ),
        (Ill::Refused("[UNAVAILABLE] not this one"), WAYS[0]),
        (Ill::Unmentioned, WAYS[0]),
        (Ill::Unmentioned, WAYS[2]),
        (Ill::HangsUp, WAYS[0]),
        (Ill::HangsUp, WAYS[2]),
    ] {
        for text in ["Sent Items-0@", "Sent Items-3@", "Sent Items-6@"] {
            let one = Sick {
                text,
                command: "FETCH",
                ill,
                inside: None,
            };
            let stage = sick(lacks, 7, &[one]);
            let left = assert_left(&stage, &[WhyLeft::Unreadable], 7).await;
            let number: u32 = text["Sent Items-".len()..][..1].parse().unwrap();
            assert_eq!(left[0].uid, number + 1);
            assert_eq!(left[0].mailbox.text(), "Sent Items");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_cannot_be_moved_is_left_with_all_that_a_person_needs_to_find_it() {
    for (ill, command, lacks, because) in [
        (
            Ill::Refused("[CANNOT] broken"),
            "MOVE",
            WAYS[0],
            WhyLeft::Refused,
        ),
        (Ill::Refused("broken"), "MOVE", WAYS[1], WhyLeft::Refused),
        (
            Ill::Refused("[TOOBIG] broken"),
            "COPY",
            WAYS[2],
            WhyLeft::Refused,
        ),
        (Ill::HangsUp, "MOVE", WAYS[0], WhyLeft::LineLost),
        (Ill::HangsUp, "MOVE", WAYS[1], WhyLeft::LineLost),
        (Ill::HangsUp, "COPY", WAYS[2], WhyLeft::LineLost),
    ] {
        let one = Sick {
            text: "Sent Items-3@",
            command,
            ill,
            inside: None,
        };
        let stage = sick(lacks, 7, &[one]);
        let left = assert_left(&stage, &[because], 7).await;
        let [left] = left.as_slice() else {
            unreachable!()
        };
        assert_eq!(left.uid, 4);
        let words = left.words.as_ref().map(Phrase::english);
        let is_refused = because == WhyLeft::Refused;
        let says = words.is_some_and(|words| words.contains("broken"));
        assert_eq!(says, is_refused, "{words:?}");
        assert_eq!(
            left.message_id.as_deref(),
            Some("<SentItems-3@example.com>")
        );
        assert!(left.size.is_some_and(|size| size > 0));
        assert!(
            left.date
                .as_deref()
                .is_some_and(|date| date.starts_with("2023-11-14T"))
        );
    }
}

#[tokio::test(start_paused = true)]
async fn several_messages_of_several_kinds_are_each_left() {
    let ill = |text, command, ill| Sick {
        text,
        command,
        ill,
        inside: None,
    };
    let stage = sick(
        &[],
        60,
        &[
            ill("Sent Items-0@", "FETCH", Ill::HangsUp),
            ill("Sent Items-11@", "FETCH", Ill::Unmentioned),
            ill("Sent Items-12@", "MOVE", Ill::HangsUp),
            ill("Sent Items-40@", "FETCH", Ill::Refused("gone")),
            ill("Sent Items-59@", "MOVE", Ill::Refused("no")),
        ],
    );
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    let left: BTreeSet<u32> = receipt
        .steps
        .iter()
        .flat_map(|step| &step.left)
        .map(|left| left.uid)
        .collect();
    assert_eq!(left, BTreeSet::from([1, 12, 13, 41, 60]), "{receipt:?}");
    assert_eq!((stage.count("Sent"), stage.count("Sent Items")), (55, 5));
    stage.assert_each_once();
}

#[tokio::test(start_paused = true)]
async fn one_message_among_thousands_costs_a_handful_of_further_batches() {
    let moves = async |sick_ones: &[Sick], fetches_at_most| {
        let mut persona = Persona::dovecot();
        persona.quirks.surprises.sick = sick_ones.to_vec();
        persona.quirks.surprises.fetches_at_most = fetches_at_most;
        let stage = Stage::new(persona);
        stage.mailbox("Sent Items", 1_200);
        stage.lets_back_in();
        let receipt = stage.fix().await.unwrap();
        assert!(receipt.finished, "{receipt:?}");
        let left = stage.count("Sent Items");
        assert_eq!((left, stage.count("Sent")), (sick_ones.len(), 1_200 - left));
        stage.assert_each_once();
        stage.heard("UID MOVE")
    };
    let calm = moves(&[], None).await;
    for (command, ill) in [
        ("MOVE", Ill::HangsUp),
        ("MOVE", Ill::Refused("no")),
        ("FETCH", Ill::HangsUp),
        ("FETCH", Ill::Refused("no")),
    ] {
        let one = Sick {
            text: "Sent Items-777@",
            command,
            ill,
            inside: None,
        };
        let heard = moves(&[one], None).await;
        assert!(heard < calm + 40, "{command} {ill:?}: {heard} and {calm}");
    }
    let heard = moves(&[], Some(300)).await;
    assert!(heard < calm + 20, "{heard} and {calm}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_refuses_every_message_is_not_asked_about_each() {
    let all = Sick {
        text: "Message-ID",
        command: "MOVE",
        ill: Ill::Refused("no"),
        inside: None,
    };
    let stage = sick(&[], 300, &[all]);
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    assert!(stage.heard("UID MOVE") <= 10, "{}", stage.heard("UID MOVE"));
    assert_eq!(stage.count("Sent Items"), 300);
    stage.assert_each_once();
}

/// Refuses the first so many of each of these commands.
fn refuse(stage: &Stage, commands: &'static [&'static str], times: usize, words: &'static str) {
    let mut counts = std::collections::BTreeMap::new();
    stage.meddle(move |at: &At<'_>, _| {
        let is_one = commands.contains(&at.command) && at.point == Point::Before;
        if !is_one {
            return Verdict::GoOn;
        }
        let count = counts.entry(at.command.to_owned()).or_insert(0);
        *count += 1;
        if *count <= times {
            Verdict::Refuse(words.to_owned())
        } else {
            Verdict::GoOn
        }
    });
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_passes_is_waited_out_whichever_command_it_is_of() {
    for lacks in WAYS {
        for words in PASSING {
            for times in [1, 2] {
                let stage = one_source(lacks);
                refuse(&stage, &LOOKS, times, words);
                let receipt = stage.fix().await.unwrap();
                assert_all_well(&stage, &receipt, &format!("{lacks:?}: looks, {words}"));
                let stage = one_source(lacks);
                refuse(&stage, &ACTS, times, words);
                let receipt = stage.fix().await.unwrap();
                assert_all_well(&stage, &receipt, &format!("{lacks:?}: acts, {words}"));
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_emptied_mailbox_that_was_not_let_go_in_passing_is_planned_again_and_others_are_not() {
    for command in ["RENAME", "DELETE"] {
        for (words, is_planned_again) in [
            ("[UNAVAILABLE] not now", true),
            ("[INUSE] in use", true),
            ("[CANNOT] never", false),
        ] {
            let stage = one_source(&[]);
            let mut renames = 0;
            stage.meddle(move |at: &At<'_>, _| {
                let is_one = at.command == command && at.point == Point::Before;
                renames += usize::from(is_one);
                // The RENAME that gives a mailbox its own name back is let through.
                if is_one && (command == "DELETE" || renames <= 8) {
                    Verdict::Refuse(words.to_owned())
                } else {
                    Verdict::GoOn
                }
            });
            let receipt = stage.fix().await.unwrap();
            assert!(receipt.finished, "{receipt:?}");
            assert_eq!(ending(&receipt), REFUSED, "{command} {words}: {receipt:?}");
            assert_eq!(stage.count("Sent Items"), 0);
            assert!(!stage.has_tombstone());
            stage.be_calm();
            let plan = stage.plan().await;
            assert_eq!(!plan.is_empty(), is_planned_again, "{command} {words}");
            if is_planned_again {
                let receipt = stage.fix().await.unwrap();
                assert_eq!(ending(&receipt), REMOVED, "{receipt:?}");
                assert_eq!(stage.names(), ["Sent"]);
            }
            stage.assert_each_once();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_search_that_is_refused_where_nothing_is_has_found_nothing() {
    let stage = Stage::without(&[]);
    stage.mailbox("Sent Items", 7);
    stage.meddle(|at: &At<'_>, world: &mut World| {
        let has_nothing = world.mailbox(USER, "Sent").unwrap().messages().is_empty();
        let is_one = at.command == "UID SEARCH" && at.point == Point::Before;
        if is_one && has_nothing {
            let source = world.mailbox(USER, "Sent Items");
            if source.is_none_or(|source| source.messages().is_empty()) {
                return Verdict::Refuse("no such message".to_owned());
            }
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert_all_well(&stage, &receipt, "a refused search");
}

/// Refuses a search that was answered in the form of ESEARCH, or every one.
fn without_search(form: &'static str) -> impl FnMut(&At<'_>, &mut World) -> Verdict + Send {
    move |at, _| match at.point {
        Point::Reply(octets) if at.command == "UID SEARCH" => {
            let told = std::str::from_utf8(octets).unwrap();
            let tag = told.lines().last().unwrap().split(' ').next().unwrap();
            if told.contains(form) {
                Verdict::Say(format!("{tag} BAD Unknown search key\r\n").into_bytes())
            } else {
                Verdict::GoOn
            }
        }
        _ => Verdict::GoOn,
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_offers_esearch_and_does_not_know_it_is_searched_plainly() {
    let stage = one_source(&[]);
    stage.meddle(without_search("* ESEARCH"));
    let receipt = stage.fix().await.unwrap();
    assert_all_well(&stage, &receipt, "a refused ESEARCH");
}

#[tokio::test(start_paused = true)]
async fn answers_to_searches_that_name_none_of_them_are_asked_for_one_by_one() {
    let stage = one_source(&[]);
    let plain = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&plain);
    stage.meddle(move |at, _| match at.point {
        Point::Reply(octets) if at.command == "UID SEARCH" => {
            let told = std::str::from_utf8(octets).unwrap();
            counter.fetch_add(usize::from(told.contains("* SEARCH")), Ordering::Relaxed);
            let named = told.split_once("(TAG ").and_then(|(before, rest)| {
                let (_, after) = rest.split_once(") ")?;
                Some(format!("{before}{after}"))
            });
            Verdict::Say(named.unwrap_or_else(|| told.to_owned()).into_bytes())
        }
        _ => Verdict::GoOn,
    });
    let receipt = stage.fix().await.unwrap();
    assert_all_well(&stage, &receipt, "nameless answers");
    assert!(plain.load(Ordering::Relaxed) > 0);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_could_not_do_anything_is_over_and_says_why() {
    let stage = one_source(&[]);
    stage.meddle(without_search(""));
    for _ in 0..2 {
        // The second is not held up by the first.
        let receipt = stage.fix().await.unwrap();
        assert!(receipt.finished, "{receipt:?}");
        assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
        assert!(said(&receipt).contains("Unknown search key"), "{receipt:?}");
        assert_eq!(stage.count("Sent Items"), 7);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_opens_nothing_before_it_was_told_who_we_are_is_told_on_every_connection_of_a_run()
 {
    for is_resumed in [false, true] {
        let stage = one_source(&[]);
        if !is_resumed {
            stage.lets_back_in();
        }
        let mut told = BTreeSet::new();
        let mut moves = 0;
        stage.meddle(move |at: &At<'_>, _| {
            if at.point != Point::Before {
                return Verdict::GoOn;
            }
            match at.command {
                "ID" => {
                    told.insert(at.connection);
                }
                "SELECT" | "EXAMINE" if !told.contains(&at.connection) => {
                    let words = "SELECT Unsafe Login. Please contact kefu@example.com for help";
                    return Verdict::Refuse(words.to_owned());
                }
                "UID MOVE" => {
                    moves += 1;
                    if moves == 2 {
                        return Verdict::Cut;
                    }
                }
                _ => {}
            }
            Verdict::GoOn
        });
        let mut receipt = stage.fix().await.unwrap();
        if is_resumed {
            assert!(!receipt.finished, "{receipt:?}");
            receipt = stage.resume().await.unwrap();
        }
        assert_all_well(&stage, &receipt, "ID");
    }
}

/// Says everything as a server of such manners.
fn with(manners: &'static [Manner]) -> impl FnMut(&At<'_>, &mut World) -> Verdict + Send {
    move |at, _| match at.point {
        Point::Reply(reply) => {
            let mut said = String::from_utf8(reply.to_vec()).unwrap();
            for manner in manners {
                said = manner.reword(at.command, &said).into_owned();
            }
            Verdict::Say(said.into_bytes())
        }
        _ => Verdict::GoOn,
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_uid_below_the_uidnext_that_was_told_is_believed_only_where_the_message_bears_it_out()
{
    let stage = one_source(&[]);
    stage.meddle(with(&[Manner::UidNextAhead]));
    let receipt = stage.fix().await.unwrap();
    assert_all_well(&stage, &receipt, "UIDNEXT is too high");
    // COPYUID names messages that were there before: nothing is taken for ours that is not.
    let stage = one_source(&[]);
    for number in 0..9 {
        stage.deliver("Sent", &[], &format!("a letter of its own, the {number}th"));
    }
    stage.meddle(with(&[Manner::UidNextAhead, Manner::CopyUidOfSource]));
    let receipt = stage.fix().await.unwrap();
    assert!(receipt.finished, "{receipt:?}");
    assert_eq!(ending(&receipt).0, Outcome::Refused, "{receipt:?}");
    assert_eq!(receipt.moved(), 0, "{receipt:?}");
    stage.assert_each_once();
    let undo = stage.undo_plan(&receipt.run).await.unwrap();
    assert!(
        undo.steps.iter().all(|step| step.uids.is_none()),
        "{undo:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn copies_that_a_server_spoils_are_told_and_no_later_run_makes_more() {
    let stage = one_source(&["MOVE", "UIDPLUS"]);
    stage.meddle(|at: &At<'_>, world: &mut World| {
        if at.command == "UID STORE" && at.point == Point::Before {
            return Verdict::Refuse("flags cannot be set here".to_owned());
        }
        if at.command == "UID COPY" && at.point == Point::After {
            let target = world.mailbox(USER, "Sent").unwrap();
            let (of, uids) = (
                target.id,
                target.messages().iter().map(|one| one.uid).collect(),
            );
            let (change, flags) = (Change::Remove, vec!["\\Seen".to_owned()]);
            let store = Mutation::Store {
                of,
                uids,
                change,
                flags,
            };
            world.perform(USER, store).unwrap();
        }
        Verdict::GoOn
    });
    let receipt = stage.fix().await.unwrap();
    assert_eq!(ending(&receipt), REFUSED, "{receipt:?}");
    let copies = stage.count("Sent");
    assert!(copies > 0, "{receipt:?}");
    assert!(
        said(&receipt).contains("no later run makes more"),
        "{receipt:?}"
    );
    for _ in 0..2 {
        let plan = stage.plan().await;
        assert!(plan.is_empty(), "{plan:?}");
        stage.fix().await.ok();
        assert_eq!(stage.count("Sent"), copies);
    }
    assert_eq!(stage.count("Sent Items"), 7);
}
