//! What a resume must find out before it may go on: what became of the last command of a process that is gone.
//!
//! In: the journal's records. Out: a Run that knows what its predecessor knew, and one thing more. Never: a
//! command sent again before the server is quiet and both mailboxes have been read.
//!
//! A connection that was lost says nothing: the server may have run the command, may be running it, or may run
//! it later (measured: a UID MOVE of 20 000 went on for 2.3 s after its socket was closed). Sent again at
//! once it doubles mail. So a resume first waits until what it sees stands still.

use std::{collections::BTreeSet, time::Duration};

use tokio::time::sleep;

use super::{
    Ports,
    journal::{Batch, Record, Reply},
    merge::Route,
    run::{Halt, Run},
    tombstone::Tombstone,
};
use crate::{
    model::{
        mailbox::{MailboxName, is_tombstone},
        plan::Step,
    },
    store::{Act, Store},
};

/// How often the same must be seen (decisions 12).
const EQUAL_LOOKS: u32 = 4;
/// How far apart.
const BETWEEN: Duration = Duration::from_millis(250);
/// How long at the most.
const PATIENCE: Duration = Duration::from_secs(300);

/// A command of which the journal does not say what became of it.
struct Open {
    intent: u64,
    step: u32,
    act: Act,
    batch: Batch,
}

/// A tombstone's name that was ever asked for.
struct Attempt {
    step: u32,
    of: MailboxName,
    name: MailboxName,
    deleting: bool,
}

/// What the records say, read in one pass.
#[derive(Default)]
struct Memory {
    intents: u64,
    open: Vec<Open>,
    attempts: Vec<Attempt>,
    /// Whether the last command has no result.
    unanswered: bool,
}

impl<S: Store, P: Ports> Run<'_, S, P> {
    /// Brings the run to where the journal ends, and finds out the rest from the server.
    pub(super) async fn recover(&mut self, records: &[(String, Record)]) -> Result<(), Halt> {
        let memory = self.remember(records);
        self.continue_after(memory.intents);
        for attempt in &memory.attempts {
            self.find_tombstone(attempt, memory.unanswered).await?;
        }
        for open in memory.open {
            self.find_batch(open).await?;
        }
        Ok(())
    }

    fn remember(&mut self, records: &[(String, Record)]) -> Memory {
        let mut memory = Memory::default();
        for (_, record) in records {
            match record.clone() {
                Record::Intent {
                    intent,
                    step,
                    act,
                    batch,
                } => {
                    memory.intents = intent;
                    memory.unanswered = true;
                    self.remember_intent(&mut memory, intent, step, act, batch);
                }
                Record::Result { intent, reply } => {
                    memory.unanswered = false;
                    if reply == Reply::NotSent {
                        memory.open.retain(|open| open.intent != intent);
                    }
                }
                Record::Moved {
                    intent,
                    step,
                    from,
                    to,
                    pairs,
                    copied,
                    ..
                } => {
                    memory.open.retain(|open| open.intent != intent);
                    *self.moved.entry(step).or_default() += pairs.len() as u64;
                    if let Some((_, highest)) = pairs.iter().max_by_key(|(_, new)| *new) {
                        self.uid_next.insert(to, highest.saturating_add(1));
                    }
                    if copied {
                        self.copies.entry(from).or_default().extend(pairs);
                    }
                }
                Record::Tombstone { name, validity, .. } => {
                    self.identity.insert(name, validity);
                }
                Record::Restored { name, .. } => {
                    memory.attempts.retain(|attempt| attempt.name != name);
                }
                Record::StepEnd { receipt } => {
                    self.ended.insert(receipt.id, receipt);
                }
                Record::Begin { .. } | Record::Resumed { .. } | Record::End {} => {}
            }
        }
        memory
    }

    fn remember_intent(
        &mut self,
        memory: &mut Memory,
        intent: u64,
        step: u32,
        act: Act,
        batch: Option<Batch>,
    ) {
        let ours = |name: &MailboxName| is_tombstone(name.leaf(self.plan.listing.delimiter));
        match &act {
            Act::Rename { from, to } if ours(to) => memory.attempts.push(Attempt {
                step,
                of: from.clone(),
                name: to.clone(),
                deleting: false,
            }),
            Act::Delete { name } => {
                for attempt in &mut memory.attempts {
                    attempt.deleting |= attempt.name == *name;
                }
            }
            Act::Move { from, to, .. } | Act::Copy { from, to, .. } => {
                if let Some(batch) = &batch {
                    self.identity.insert(from.clone(), batch.from_validity);
                    self.identity.insert(to.clone(), batch.to_validity);
                }
            }
            _ => {}
        }
        if let Some(batch) = batch {
            memory.open.push(Open {
                intent,
                step,
                act,
                batch,
            });
        }
    }

    /// Looks whether a tombstone's name is there: then it is ours, whenever its RENAME ran.
    async fn find_tombstone(&mut self, attempt: &Attempt, unanswered: bool) -> Result<(), Halt> {
        if unanswered {
            self.wait_for_names(&[&attempt.name, &attempt.of]).await?;
        }
        let Some(step) = self.planned(attempt.step) else {
            return Ok(());
        };
        let subscribed = self.plan.listing.subscribed.contains(&attempt.of);
        let there = self
            .adopt(&step, &attempt.of, &attempt.name, subscribed)
            .await?;
        if there {
            // Whatever the journal says of the step, it is not over while its tombstone stands.
            self.ended.remove(&step.id);
            self.quarantined = Some(tokio::time::Instant::now());
        } else if attempt.deleting && !self.ended.contains_key(&step.id) {
            let tombstone = Tombstone {
                step: step.id,
                of: attempt.of.clone(),
                name: attempt.name.clone(),
                subscribed,
                last_look: None,
            };
            self.tidy(&step, &tombstone).await?;
        }
        Ok(())
    }

    /// Finds out what became of each message of a batch that was sent.
    async fn find_batch(&mut self, open: Open) -> Result<(), Halt> {
        let Some(step) = self.planned(open.step) else {
            return Ok(());
        };
        let (Some(path), Act::Move { from, to, .. } | Act::Copy { from, to, .. }) =
            (step.path, open.act)
        else {
            return Ok(());
        };
        let route = Route {
            step: step.id,
            from,
            to,
            path,
            only: None,
        };
        self.uid_next
            .insert(route.to.clone(), open.batch.to_uid_next);
        let found = match self.wait_for_batch(&route, &open.batch).await {
            Ok(()) => {
                self.write(Record::Result {
                    intent: open.intent,
                    reply: Reply::Recovered,
                })
                .map_err(Halt::Journal)?;
                self.prove(&route, open.intent, &open.batch, None, None)
                    .await
            }
            Err(halt) => Err(halt),
        };
        match found {
            Err(Halt::Step(why)) => self.step_refused(&step, why).await,
            other => other,
        }
    }

    fn planned(&self, step: u32) -> Option<Step> {
        self.plan
            .steps
            .iter()
            .find(|planned| planned.id == step)
            .cloned()
    }

    /// Waits until both mailboxes look the same several times: counts of the batch's own messages, because a
    /// busy mailbox never has equal totals.
    async fn wait_for_batch(&mut self, route: &Route, batch: &Batch) -> Result<(), Halt> {
        let copied = matches!(
            route.path,
            crate::model::plan::Path::CopyUidplus | crate::model::plan::Path::CopyOnly
        );
        // Twice the time that the batch would have taken.
        let at_least = batch.rate.filter(|rate| *rate > 0).map_or(BETWEEN, |rate| {
            Duration::from_millis(batch.messages.len() as u64 * 2_000 / rate)
        });
        let began = tokio::time::Instant::now();
        let mut last = None;
        let mut equal = 1;
        loop {
            let fate = self.fate(route, batch, None, copied).await?;
            let seen = (fate.pairs.len(), fate.gone.len(), fate.doubled.len());
            equal = if last == Some(seen) { equal + 1 } else { 1 };
            last = Some(seen);
            if equal >= EQUAL_LOOKS && began.elapsed() >= at_least {
                return Ok(());
            }
            self.be_patient(began).await?;
        }
    }

    /// Waits until the same of these names are there several times.
    async fn wait_for_names(&mut self, names: &[&MailboxName]) -> Result<(), Halt> {
        let began = tokio::time::Instant::now();
        let mut last = None;
        let mut equal = 1;
        while equal < EQUAL_LOOKS {
            let mut there = BTreeSet::new();
            for name in names {
                if self.store.find(name).await?.is_some() {
                    there.insert((*name).clone());
                }
            }
            equal = if last.as_ref() == Some(&there) {
                equal + 1
            } else {
                1
            };
            last = Some(there);
            self.be_patient(began).await?;
        }
        Ok(())
    }

    async fn be_patient(&mut self, began: tokio::time::Instant) -> Result<(), Halt> {
        if self.ports.stopped() {
            return Err(Halt::Stopped);
        }
        if began.elapsed() > PATIENCE {
            return Err(Halt::Unknown(
                "the server is still working on an earlier command".to_owned(),
            ));
        }
        sleep(BETWEEN).await;
        Ok(())
    }
}
