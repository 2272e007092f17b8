//! What a resume must find out before it may go on: what became of the last command of a process that is gone.
//!
//! In: the journal's records. Out: a Run that knows what its predecessor knew, and one thing more. Never: a
//! command sent again before the server is quiet and both mailboxes have been read.
//!
//! A connection that was lost says nothing: the server may have run the command, may be running it, or may run
//! it later (measured: a UID MOVE of 20 000 went on for 2.3 s after its socket was closed). Sent again at
//! once it doubles mail. So a resume first waits until what it sees stands still.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use tokio::time::{Instant, sleep};

use super::{
    Ports,
    fate::Heard,
    journal::{Batch, Record, Reply},
    merge::Route,
    run::Run,
    send::Halt,
    tombstone::Attempt,
};
use crate::{
    guard::{Guard, stands},
    language::{Phrase, text},
    model::{
        mailbox::{MailboxName, is_tombstone},
        plan::Basis,
        receipt::SourceAfter,
    },
    store::{Act, LookError, Store},
};

/// How often the same must be seen (decisions 12).
const EQUAL_LOOKS: u32 = 4;
/// How far apart.
const BETWEEN: Duration = Duration::from_millis(250);
/// How long at the most.
const PATIENCE: Duration = Duration::from_secs(300);

/// Whether the same was seen often enough and for long enough.
fn is_quiet(equal_looks: u32, long_enough: bool) -> bool {
    equal_looks >= EQUAL_LOOKS && long_enough || !stands(Guard::Quiescence)
}

/// A batch of which the journal does not say what became of it.
struct Open {
    intent: u64,
    step: u32,
    act: Act,
    batch: Batch,
}

/// What the records say that only a resume needs, read in one pass.
#[derive(Default)]
struct Memory {
    intents: u64,
    open: Vec<Open>,
    /// Tombstones of which a RENAME or DELETE has no result, by intent.
    pending: BTreeMap<u64, MailboxName>,
    /// Tombstones of which a DELETE was sent and not refused, by intent.
    deleted: BTreeMap<u64, Attempt>,
    /// Steps that a batch has stopped, and why.
    stops: BTreeMap<u32, Phrase>,
}

/// Every tombstone's name that a run has asked for, but for those that have their own names back.
pub(super) fn attempts(records: &[(String, Record)], basis: &Basis) -> Vec<Attempt> {
    let mut attempts: Vec<Attempt> = Vec::new();
    for (_, record) in records {
        match record {
            Record::Intent {
                step,
                act: Act::Rename { from, to },
                ..
            } if is_tombstone(to.leaf(basis.delimiter_of(from))) => attempts.push(Attempt {
                step: *step,
                of: from.clone(),
                name: to.clone(),
            }),
            Record::Restored { name, .. } => attempts.retain(|attempt| attempt.name != *name),
            _ => {}
        }
    }
    attempts
}

/// Whether a RENAME of a run that came to its end may run yet, and take mail under a name that nobody looks for: it was
/// neither refused nor seen to have run. A look after the end that finds nothing closes the matter.
pub(super) fn may_run_late(records: &[(String, Record)], basis: &Basis) -> bool {
    let mut asked: BTreeMap<u64, &MailboxName> = BTreeMap::new();
    let mut late: BTreeMap<MailboxName, u32> = attempts(records, basis)
        .into_iter()
        .map(|attempt| (attempt.name, 0))
        .collect();
    for (_, record) in records {
        match record {
            Record::Intent {
                intent,
                act: Act::Rename { to, .. },
                ..
            } => {
                asked.insert(*intent, to);
                // An end before it says nothing of it.
                late.entry(to.clone()).and_modify(|ends| *ends = 0);
            }
            Record::Result {
                intent,
                reply: Reply::NotSent | Reply::Refused(_),
            } => {
                let refused = asked.get(intent);
                refused.and_then(|name| late.remove(*name));
            }
            Record::Tombstone { name, .. } => {
                late.remove(name);
            }
            Record::End {} => late.values_mut().for_each(|ends| *ends += 1),
            _ => {}
        }
    }
    late.into_values().any(|ends| ends == 1)
}

impl<S: Store, P: Ports> Run<'_, S, P> {
    /// Brings the run to where the journal ends, and finds out the rest from the server.
    pub(super) async fn recover(&mut self, records: &[(String, Record)]) -> Result<(), Halt> {
        let memory = self.remember(records);
        self.continue_after(memory.intents);
        // Whatever was moved was moved over another connection.
        self.unrenewed = false;
        for open in memory.open {
            self.find_batch(open).await?;
        }
        for attempt in self.attempts.clone() {
            if memory.pending.values().any(|name| *name == attempt.name) {
                self.wait_for_names(&[&attempt.name, &attempt.of]).await?;
            }
        }
        self.sweep().await?;
        for (id, why) in memory.stops {
            let step = self.planned(id);
            if let Some(step) = step.filter(|_| !self.ended.contains_key(&id)) {
                self.step_refused(&step, why).await?;
            }
        }
        for attempt in memory.deleted.into_values() {
            let is_over = self.ended.contains_key(&attempt.step) || self.is_waiting(attempt.step);
            let step = self.planned(attempt.step).filter(|_| !is_over);
            self.attempts.retain(|known| known.name != attempt.name);
            if let Some(step) = step {
                let subscribed = self.plan.listing.subscribed.contains(&attempt.of);
                self.tidy(&step, &attempt.of, subscribed).await?;
            }
        }
        self.end_waiting().await
    }

    /// What waited for its removal and is not there any more has been removed: by an earlier process, which had no answer,
    /// or by somebody else. Its step said that it waits.
    async fn end_waiting(&mut self) -> Result<(), Halt> {
        let ended = self.ended.values();
        let waits = ended.filter(|receipt| receipt.source_after == Some(SourceAfter::Waits));
        let waits: Vec<u32> = waits.map(|receipt| receipt.id).collect();
        for id in waits {
            let step = self.planned(id).filter(|_| !self.is_waiting(id));
            if let Some((step, of)) = step.and_then(|step| Some((step.clone(), step.source?))) {
                let subscribed = self.plan.listing.subscribed.contains(&of);
                self.tidy(&step, &of, subscribed).await?;
            }
        }
        Ok(())
    }

    /// Whether a tombstone of a run that has come to its end stands on the server all the same. Only looks.
    pub(super) async fn has_orphans(
        &mut self,
        records: &[(String, Record)],
    ) -> Result<bool, LookError> {
        for attempt in attempts(records, &self.plan.listing) {
            let found = self.store.find(&attempt.name).await?;
            if found.is_some_and(|found| found.selectable) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn remember(&mut self, records: &[(String, Record)]) -> Memory {
        let mut memory = Memory::default();
        self.attempts = attempts(records, &self.plan.listing);
        for (_, record) in records {
            self.books.take(record);
            match record.clone() {
                Record::Intent {
                    intent,
                    step,
                    act,
                    batch,
                } => {
                    memory.intents = intent;
                    self.remember_act(&mut memory, intent, &act);
                    if let Some(batch) = batch {
                        memory.open.push(Open {
                            intent,
                            step,
                            act,
                            batch,
                        });
                    }
                }
                Record::Result { intent, reply } => {
                    memory.pending.remove(&intent);
                    if matches!(reply, Reply::NotSent | Reply::Refused(_)) {
                        memory.deleted.remove(&intent);
                    }
                    if reply == Reply::NotSent {
                        memory.open.retain(|open| open.intent != intent);
                    }
                }
                Record::Sought {
                    step,
                    messages,
                    places,
                    ..
                } => self.remember_sought(step, messages, &places),
                Record::Moved(moved) => {
                    let stops = moved.stops.clone();
                    memory.stops.extend(stops.map(|why| (moved.step, why)));
                    memory.open.retain(|open| open.intent != moved.intent);
                    self.identity
                        .insert(moved.from.clone(), moved.from_validity);
                    self.identity.insert(moved.to.clone(), moved.to_validity);
                    self.remember_moved(moved);
                }
                Record::Expunged { from, pairs, .. } => {
                    let copies = self.copies.entry(from).or_default();
                    for (old, _) in pairs {
                        copies.remove(&old);
                    }
                }
                Record::Tombstone { name, validity, .. } => {
                    self.identity.insert(name, validity);
                }
                Record::StepEnd { receipt } => {
                    self.ended.insert(receipt.id, receipt);
                }
                Record::Begin { .. }
                | Record::Restored { .. }
                | Record::Resumed { .. }
                | Record::Stood { .. }
                | Record::Missing { .. }
                | Record::Balanced { .. }
                | Record::Waits {}
                | Record::End {} => {}
            }
        }
        memory
    }

    fn remember_act(&mut self, memory: &mut Memory, intent: u64, act: &Act) {
        if let Act::Delete { name } = act {
            self.deleted_before.insert(name.clone());
        }
        let attempts = || self.attempts.iter();
        match act {
            Act::Rename { from, to } => {
                let ours = attempts().find(|known| known.name == *to || known.name == *from);
                memory
                    .pending
                    .extend(ours.map(|known| (intent, known.name.clone())));
            }
            Act::Delete { name } => {
                let ours = attempts().find(|known| known.name == *name);
                memory
                    .pending
                    .extend(ours.map(|known| (intent, known.name.clone())));
                memory
                    .deleted
                    .extend(ours.map(|known| (intent, known.clone())));
            }
            _ => {}
        }
    }

    /// Finds out what became of each message of a batch that was sent.
    async fn find_batch(&mut self, open: Open) -> Result<(), Halt> {
        let (Act::Move { from, .. } | Act::Copy { from, .. }) = &open.act else {
            return Ok(());
        };
        let Some(step) = self.planned(open.step) else {
            return Ok(());
        };
        let Some(route) = Route::of(&step, from) else {
            return Ok(());
        };
        let batch = &open.batch;
        self.identity
            .insert(route.from.clone(), batch.from_validity);
        self.identity.insert(route.to.clone(), batch.to_validity);
        let found = match self.wait_for_batch(&route, batch).await {
            Ok(()) => {
                self.write(Record::Result {
                    intent: open.intent,
                    reply: Reply::Recovered,
                })?;
                let heard = Heard::nothing();
                self.prove(&route, open.intent, batch, heard).await
            }
            Err(halt) => Err(halt),
        };
        match found {
            Err(Halt::Step(why)) => self.step_refused(&step, why).await,
            other => other,
        }
    }

    /// Waits until both mailboxes look the same several times: counts of the batch's own messages, because a
    /// busy mailbox never has equal totals.
    async fn wait_for_batch(&mut self, route: &Route, batch: &Batch) -> Result<(), Halt> {
        // Twice the time that the command was expected to take.
        let at_least = Duration::from_millis(batch.expected_ms.unwrap_or_default() * 2);
        let at_least = at_least.clamp(BETWEEN * EQUAL_LOOKS, PATIENCE / 2);
        let began = Instant::now();
        let mut last = None;
        let mut equal = 1;
        loop {
            let fate = self.fate(route, batch, None).await?;
            let here = (fate.pairs.len(), fate.changed.len());
            let away = (fate.gone.len(), fate.there.len());
            let seen = (here, away, fate.doubled.len());
            equal = if last == Some(seen) { equal + 1 } else { 1 };
            last = Some(seen);
            if is_quiet(equal, began.elapsed() >= at_least) {
                return Ok(());
            }
            self.be_patient(began).await?;
        }
    }

    /// Waits until the same of these names are there several times.
    async fn wait_for_names(&mut self, names: &[&MailboxName]) -> Result<(), Halt> {
        let began = Instant::now();
        let mut last = None;
        let mut equal = 1;
        while !is_quiet(equal, true) {
            let mut there = BTreeSet::new();
            for name in names {
                if self.is_there(name).await? {
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

    async fn be_patient(&mut self, began: Instant) -> Result<(), Halt> {
        if self.ports.stopped() {
            return Err(Halt::Stopped);
        }
        if began.elapsed() > PATIENCE {
            return Err(Halt::Unknown(text::still_working()));
        }
        sleep(BETWEEN).await;
        Ok(())
    }
}
