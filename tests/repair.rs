//! Filters that follow a merge, in the simulated world: while mailboxes are merged, and whatever breaks, mail that is delivered
//! through the account's active script arrives where its owner wants it, and what is to be forwarded is forwarded.

use std::{collections::BTreeMap, sync::Arc};

use rolecall::{
    demo::{Persona, World},
    mapping::Mapping,
    model::{
        finding::Code,
        plan::{Action, Plan},
        receipt::{Outcome, Receipt},
    },
    planner::Policy,
};

use crate::sim::{
    Ended, Sim,
    client::USER,
    filters::{FilterFault, FilterServer},
    paper::Ink,
};

const OLD: &str = "main";
const SCRIPT: &str = "require [\"fileinto\", \"copy\"];\r\n# rule:[Own copies]\r\nif header :contains \"From\" \"me@\" {\r\n\tredirect :copy \"archive@example.org\";\r\n\tfileinto \"Sent Items\";\r\n}\r\n";

fn fill(world: &mut World) {
    for (name, messages) in [("Sent", 1), ("Sent Items", 3)] {
        world.add_mailbox(USER, name).unwrap();
        for number in 0..messages {
            let text = format!("Message-ID: <{number}.{name}@example.test>\r\n\r\nx\r\n");
            let date = 1_700_000_000 + i64::from(number);
            world
                .add_message(
                    USER,
                    name,
                    &["\\Seen"],
                    date,
                    text.replace(' ', "_").into_bytes(),
                )
                .unwrap();
        }
    }
}

fn sim(filters: &FilterServer) -> Sim {
    let mapping = Arc::new(Mapping::built_in());
    let mut sim = Sim::new(Persona::dovecot(), &mapping, fill);
    sim.client.filters = Some(filters.clone());
    sim
}

fn repairing() -> Policy {
    Policy {
        repair_filters: true,
        ..Policy::default()
    }
}

/// Messages that are delivered while a run goes on.
const MOST: usize = 24;

/// From now on a message is delivered after each record of a journal.
fn deliver_at_each_record(sim: &mut Sim, filters: &FilterServer) {
    let (world, filters) = (Arc::clone(&sim.client.world), filters.clone());
    sim.client.witness = Some(Arc::new(move |_| {
        let (number, _) = filters.counts();
        // One that follows a mailbox by its id for ever would keep it from ever being empty.
        if number == MOST {
            return;
        }
        filters.deliver(&mut world.lock().unwrap(), number);
    }));
}

/// How many messages are in each mailbox.
fn numbers(sim: &Sim) -> BTreeMap<String, usize> {
    let mailboxes = sim.contents().mailboxes.into_iter();
    mailboxes
        .map(|(name, messages)| (name, messages.values().sum()))
        .collect()
}

fn receipt(ended: Ended) -> Receipt {
    match ended {
        Ended::Receipt(receipt) => receipt,
        ended => panic!("{ended:?}"),
    }
}

fn outcomes(plan: &Plan, receipt: &Receipt) -> Vec<(Action, Outcome)> {
    let steps = plan.steps.iter().zip(&receipt.steps);
    steps
        .map(|(step, done)| (step.action, done.outcome))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn mail_that_comes_at_any_moment_of_a_run_is_filed_and_forwarded_and_after_its_undo_too() {
    let filters = FilterServer::with(OLD, SCRIPT);
    let mut sim = sim(&filters);
    let plan = sim.plan(&repairing()).await;
    deliver_at_each_record(&mut sim, &filters);
    assert!(receipt(sim.apply(&plan).await).finished);
    let (delivered, forwarded) = filters.counts();
    assert!(delivered > 10, "{delivered}");
    assert_eq!(forwarded, delivered);
    assert_eq!(
        numbers(&sim),
        [("INBOX", 0), ("Sent", 4 + delivered)].map(named).into()
    );
    assert_ne!(filters.active().unwrap(), OLD);
    let new = filters.text(&filters.active().unwrap()).unwrap();
    assert_eq!(new, SCRIPT.replace("\"Sent Items\"", "\"Sent\""));
    assert_eq!(filters.text(OLD).unwrap(), SCRIPT);

    let undo = sim.undo_plan(&sim.newest_run()).await;
    assert!(receipt(sim.apply(&undo).await).finished);
    assert_eq!(filters.active().unwrap(), OLD);
    let before = numbers(&sim)["Sent Items"];
    let number = filters.counts().0;
    filters.deliver(&mut sim.client.world.lock().unwrap(), number);
    assert_eq!(numbers(&sim)["Sent Items"], before + 1);
    let (delivered, forwarded) = filters.counts();
    assert_eq!(forwarded, delivered);
    assert_eq!(numbers(&sim)["INBOX"], 0);
}

fn named((name, count): (&str, usize)) -> (String, usize) {
    (name.to_owned(), count)
}

#[tokio::test(start_paused = true)]
async fn without_the_repair_mail_goes_to_the_inbox_and_is_not_forwarded_and_the_plan_says_so() {
    let filters = FilterServer::with(OLD, SCRIPT);
    let mut sim = sim(&filters);
    let plan = sim.plan(&Policy::default()).await;
    let codes: Vec<Code> = plan.warnings.iter().map(|one| one.code).collect();
    assert_eq!(codes, [Code::FilterFilesHere, Code::FilterWouldBreak]);
    deliver_at_each_record(&mut sim, &filters);
    assert!(receipt(sim.apply(&plan).await).finished);
    let (delivered, forwarded) = filters.counts();
    assert!(forwarded < delivered && numbers(&sim)["INBOX"] > 0);
    assert_eq!(filters.active().unwrap(), OLD);
    assert_eq!(filters.acts(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_rule_that_makes_the_mailbox_again_makes_it_again_only_without_the_repair() {
    let script = SCRIPT
        .replace("\"copy\"", "\"copy\", \"mailbox\"")
        .replace("fileinto \"", "fileinto :create \"");
    for (policy, is_repaired) in [(Policy::default(), false), (repairing(), true)] {
        let filters = FilterServer::with(OLD, &script);
        let sim = sim(&filters);
        let plan = sim.plan(&policy).await;
        assert!(receipt(sim.apply(&plan).await).finished);
        filters.deliver(&mut sim.client.world.lock().unwrap(), 0);
        assert_eq!(!numbers(&sim).contains_key("Sent Items"), is_repaired);
    }
}

#[tokio::test(start_paused = true)]
async fn mail_that_is_filed_by_a_mailbox_s_id_follows_it_while_it_is_set_aside_and_then_goes_by_the_name()
 {
    let filters = FilterServer::default();
    let mut sim = sim(&filters);
    let id = sim
        .client
        .world
        .lock()
        .unwrap()
        .mailbox(USER, "Sent Items")
        .unwrap()
        .id;
    let by_id = format!("fileinto :mailboxid \"{id}\" ");
    let script = SCRIPT
        .replace("\"copy\"", "\"copy\", \"mailboxid\"")
        .replace("fileinto \"Sent Items\"", &format!("{by_id}\"Sent Items\""));
    filters.put(OLD, &script);
    filters.activate(OLD);
    let plan = sim.plan(&repairing()).await;
    deliver_at_each_record(&mut sim, &filters);
    assert!(receipt(sim.apply(&plan).await).finished);
    let (delivered, forwarded) = filters.counts();
    assert_eq!(forwarded, delivered);
    assert_eq!(
        numbers(&sim),
        [("INBOX", 0), ("Sent", 4 + delivered)].map(named).into()
    );
    let new = filters.text(&filters.active().unwrap()).unwrap();
    assert!(new.contains(&format!("{by_id}\"Sent\"")), "{new}");
}

/// What must hold at the end of a run, however it came there.
fn assert_repaired(sim: &Sim, filters: &FilterServer, what: &str) {
    let numbers = numbers(sim);
    assert_eq!(
        numbers,
        [("INBOX", 0), ("Sent", 4)].map(named).into(),
        "{what}"
    );
    assert_eq!(filters.names().len(), 2, "{what}");
    assert_ne!(filters.active().unwrap(), OLD, "{what}");
    assert_eq!(filters.text(OLD).unwrap(), SCRIPT, "{what}");
}

#[tokio::test(start_paused = true)]
async fn whatever_becomes_of_a_command_that_changes_filters_the_run_comes_to_its_end() {
    for at in 0..2 {
        for fault in FilterFault::EVERY {
            let filters = FilterServer::with(OLD, SCRIPT);
            let sim = sim(&filters);
            let plan = sim.plan(&repairing()).await;
            filters.arm(Some((at, fault)));
            let receipt = receipt(sim.apply(&plan).await);
            let what = format!("{fault:?} at {at}");
            assert!(receipt.finished, "{what}: {receipt:?}");
            if matches!(fault, FilterFault::Refused | FilterFault::Ignored) {
                let outcomes = outcomes(&plan, &receipt);
                assert!(
                    outcomes.contains(&(Action::RepairFilters, Outcome::Refused)),
                    "{what}"
                );
                assert!(
                    outcomes.contains(&(Action::Merge, Outcome::Skipped)),
                    "{what}"
                );
                assert_eq!(filters.active().unwrap(), OLD, "{what}");
                let numbers = numbers(&sim);
                assert_eq!((numbers["Sent"], numbers["Sent Items"]), (1, 3), "{what}");
                // Nothing stands in the way of another try.
                filters.arm(None);
                let again = sim.plan(&repairing()).await;
                assert!(self::receipt(sim.apply(&again).await).finished, "{what}");
            }
            assert_repaired(&sim, &filters, &what);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_process_that_ends_at_any_record_leaves_a_run_that_a_resume_takes_to_its_end() {
    let filters = FilterServer::with(OLD, SCRIPT);
    let calm = sim(&filters);
    let plan = calm.plan(&repairing()).await;
    calm.paper.arm(None);
    assert!(receipt(calm.apply(&plan).await).finished);
    let records = calm.paper.lines().len();
    assert!(records > 10);
    for at in 0..records {
        for ink in Ink::EVERY {
            let filters = FilterServer::with(OLD, SCRIPT);
            let mut sim = sim(&filters);
            let plan = sim.plan(&repairing()).await;
            sim.compare_books();
            sim.paper.arm(Some((at, ink)));
            let mut ended = sim.apply(&plan).await;
            let what = format!("{ink:?} at {at}");
            for _ in 0..4 {
                if ended.is_finished() {
                    break;
                }
                sim.director.death.undo();
                sim.paper.arm(None);
                ended = if let Some(run) = sim.unfinished().first() {
                    sim.resume(run).await
                } else {
                    let plan = sim.plan(&repairing()).await;
                    sim.apply(&plan).await
                };
            }
            assert!(ended.is_finished(), "{what}: {ended:?}");
            assert_repaired(&sim, &filters, &what);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_somebody_edits_meanwhile_is_left_alone_and_the_mailbox_stays() {
    let edited = SCRIPT.replace("archive@", "other@");
    for is_seen_at_once in [true, false] {
        let filters = FilterServer::with(OLD, SCRIPT);
        let sim = sim(&filters);
        let plan = sim.plan(&repairing()).await;
        if is_seen_at_once {
            filters.put(OLD, &edited);
        } else {
            filters.edit_at_next_act(OLD, &edited);
        }
        let receipt = receipt(sim.apply(&plan).await);
        assert!(receipt.finished);
        let outcomes = outcomes(&plan, &receipt);
        assert!(outcomes.contains(&(Action::RepairFilters, Outcome::Refused)));
        assert!(outcomes.contains(&(Action::Merge, Outcome::Skipped)));
        assert_eq!(filters.active().unwrap(), OLD);
        assert_eq!(filters.text(OLD).unwrap(), edited);
        assert_eq!(numbers(&sim)["Sent Items"], 3);
    }
}

#[tokio::test(start_paused = true)]
async fn an_undo_leaves_a_script_that_somebody_has_edited_or_replaced_since() {
    for is_replaced in [false, true] {
        let filters = FilterServer::with(OLD, SCRIPT);
        let sim = sim(&filters);
        let plan = sim.plan(&repairing()).await;
        assert!(receipt(sim.apply(&plan).await).finished);
        let undo = sim.undo_plan(&sim.newest_run()).await;
        let active = if is_replaced {
            filters.put("holiday", "keep;\r\n");
            filters.activate("holiday");
            "holiday".to_owned()
        } else {
            let ours = filters.active().unwrap();
            filters.put(&ours, "discard;\r\n");
            ours
        };
        filters.arm(None);
        let receipt = receipt(sim.apply(&undo).await);
        assert!(receipt.finished);
        let outcomes = outcomes(&undo, &receipt);
        assert!(
            outcomes.contains(&(Action::RepairFilters, Outcome::Refused)),
            "{outcomes:?}"
        );
        assert_eq!(filters.active().unwrap(), active);
        assert_eq!(filters.acts(), 0);
        assert_eq!(numbers(&sim)["Sent Items"], 3);
    }
}
