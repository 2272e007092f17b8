//! What a resume must find out before it may go on: what became of the last command of a process that is gone.
//!
//! In: the run's books. Out: a run that knows what its predecessor knew, and what became of its last command. No command is
//! sent again before the server is quiet and both mailboxes have been read.
//!
//! A connection that was lost says nothing: the server may have run the command, may be running it, or may run
//! it later (measured: a UID MOVE of 20 000 went on for 2.3 s after its socket was closed). Sent again at
//! once it doubles mail. So a resume first waits until what it sees stands still.

use std::{collections::BTreeSet, time::Duration};

use tokio::time::Instant;

use super::{
    books::{OpenBatch, TombstoneName},
    equal_looks::EqualLooks,
    journal::{Record, Reply, record},
    outcome::Counts,
    route::Route,
    run::Run,
    stop::StopReason,
    unproven::Unproven,
};
use crate::{
    guard::{Guard, stands},
    language::{Phrase, text},
    model::{mailbox::MailboxName, plan::Step, receipt::SourceAfter},
    store::{Act, LookError, Store},
};

/// How often the same must be seen (docs/safety.md, "Resuming").
const EQUAL_LOOKS: u32 = 4;
/// How far apart.
const BETWEEN: Duration = Duration::from_millis(250);
/// How long at the most.
const PATIENCE: Duration = Duration::from_secs(300);

/// Whether the same was seen often enough and for long enough.
fn is_quiet(equal_looks: u32, long_enough: bool) -> bool {
    equal_looks >= EQUAL_LOOKS && long_enough || !stands(Guard::Quiescence)
}

impl<S: Store> Run<'_, S> {
    /// Finds out from the server what the records do not say.
    pub(super) async fn recover(&mut self) -> Result<(), StopReason> {
        // Asked before anything is done: what is sent from here on is answered before the next.
        let books = self.books();
        let open: Vec<OpenBatch> = books.open_batches().cloned().collect();
        let stops = books.stops().map(|(step, why)| (step, why.clone()));
        let stops: Vec<(u32, Phrase)> = stops.collect();
        let unanswered = books.set_aside().unanswered();
        let unanswered: Vec<(TombstoneName, Vec<u64>)> = unanswered
            .map(|(attempt, intents)| (attempt.clone(), intents.collect()))
            .collect();
        let deleted = books.set_aside().deleted();
        self.find_batches(open).await?;
        for (attempt, intents) in unanswered {
            if self.gone.contains(&attempt.name) {
                continue;
            }
            self.wait_for_names(&[&attempt.name, &attempt.of]).await?;
            // Waited for once: whatever it has done is seen from here on, and what it does later is looked for to the end.
            let found_out = intents.into_iter().map(|intent| {
                let reply = Reply::Recovered;
                Record::Result(record::Answer { intent, reply })
            });
            self.mover.sender.records(found_out.collect())?;
        }
        self.sweep().await?;
        for (id, why) in stops {
            let step = self.planned(id).filter(|_| self.ended(id).is_none());
            if let Some(step) = step {
                self.step_refused(&step, why).await?;
            }
        }
        for attempt in deleted {
            // One that a person had given up is taken up again by what has turned up of it.
            let ended = self.ended(attempt.step);
            let is_over = ended.is_some_and(|receipt| !receipt.is_by_a_person());
            let is_over = is_over || self.is_waiting(attempt.step);
            let step = self.planned(attempt.step).filter(|_| !is_over);
            self.gone.insert(attempt.name);
            if let Some(step) = step {
                let subscribed = self.mover.plan.listing.subscribed.contains(&attempt.of);
                self.tidy(&step, &attempt.of, subscribed).await?;
            }
        }
        self.end_waiting().await
    }

    /// What waited for its removal and is not there any more has been removed: by an earlier process, which had no answer,
    /// or by somebody else. Its step said that it waits.
    async fn end_waiting(&mut self) -> Result<(), StopReason> {
        let plan = self.mover.plan;
        let waits = |id: &u32| {
            let ended = self.ended(*id);
            ended.is_some_and(|receipt| receipt.source_after == Some(SourceAfter::Waits))
        };
        let ids = plan.steps.iter().map(|step| step.id);
        let waits: Vec<u32> = ids.filter(waits).collect();
        for id in waits {
            let step = self.planned(id).filter(|_| !self.is_waiting(id));
            if let Some((step, of)) = step.and_then(|step| Some((step.clone(), step.source?))) {
                let subscribed = self.mover.plan.listing.subscribed.contains(&of);
                self.tidy(&step, &of, subscribed).await?;
            }
        }
        Ok(())
    }

    /// Whether a tombstone of a run that has come to its end stands on the server all the same. Only looks.
    pub(super) async fn has_orphans(&mut self) -> Result<bool, LookError> {
        for attempt in self.attempts() {
            let found = self.find_set_aside(&attempt).await?;
            if found.is_some_and(|found| found.selectable) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Finds out what became of each message of the batches that were sent and are not proven.
    async fn find_batches(&mut self, open: Vec<OpenBatch>) -> Result<(), StopReason> {
        let mut batches = Vec::new();
        for open in open {
            let (Act::Move { from, .. } | Act::Copy { from, .. }) = &open.act else {
                continue;
            };
            let Some(step) = self.planned(open.step) else {
                continue;
            };
            if let Some(route) = Route::of(&step, from) {
                batches.push((step, Unproven::on_record(route, open)));
            }
        }
        if batches.is_empty() {
            return Ok(());
        }
        let lost = self.wait_for_batches(&batches).await?;
        self.ask_about(&batches).await;
        for ((step, batch), lost) in batches.into_iter().zip(lost) {
            let proven = if let Some(why) = lost {
                Err(StopReason::Step(why))
            } else {
                self.record(Record::Result(record::Answer {
                    intent: batch.intent,
                    reply: Reply::Recovered,
                }))?;
                self.mover.prove(batch).await.map(|_| ())
            };
            match proven {
                Err(StopReason::Step(why)) => self.step_refused(&step, why).await?,
                other => other?,
            }
        }
        Ok(())
    }

    /// Waits until the mailboxes of all these batches look the same several times: counts of the batches' own messages, because a
    /// busy mailbox never has equal totals. Of each batch why it can never be told, if so.
    async fn wait_for_batches(
        &mut self,
        batches: &[(Step, Unproven)],
    ) -> Result<Vec<Option<Phrase>>, StopReason> {
        // Twice the time that the commands were expected to take.
        let expected = batches
            .iter()
            .filter_map(|(_, batch)| batch.before.expected_ms);
        let at_least = Duration::from_millis(expected.max().unwrap_or_default() * 2);
        let at_least = at_least.clamp(BETWEEN * EQUAL_LOOKS, PATIENCE / 2);
        let of: Vec<u64> = batches.iter().map(|(_, batch)| batch.intent).collect();
        let mut looks = EqualLooks::go_on(self.batch_looks.take(), of);
        loop {
            match self.look_at_batches(batches).await {
                Ok((seen, lost)) => {
                    let all_lost = seen.iter().all(Option::is_none);
                    let is_long = looks.began.elapsed() >= at_least;
                    let equal = looks.saw(seen);
                    self.equal_looks += u64::from((2..=EQUAL_LOOKS).contains(&equal));
                    if is_quiet(equal, is_long) || all_lost {
                        // Kept until they are proven: where that loses the line, it is not waited for anew.
                        self.batch_looks = Some(looks);
                        return Ok(lost);
                    }
                }
                Err(stop) => {
                    self.batch_looks = Some(looks);
                    return Err(stop);
                }
            }
            self.be_patient(looks.began).await?;
        }
    }

    /// What is seen of each batch now; of one of which nothing can be seen any more, why.
    async fn look_at_batches(
        &mut self,
        batches: &[(Step, Unproven)],
    ) -> Result<(Vec<Option<Counts>>, Vec<Option<Phrase>>), StopReason> {
        self.ask_about(batches).await;
        let (mut seen, mut lost) = (Vec::new(), Vec::new());
        for (_, batch) in batches {
            let claims = batch.claim.claims.as_ref();
            let outcome = self.mover.outcome(&batch.route, &batch.before, claims);
            match outcome.await {
                Ok(outcome) => {
                    seen.push(Some(outcome.counts()));
                    lost.push(None);
                }
                Err(StopReason::Step(why)) => {
                    seen.push(None);
                    lost.push(Some(why));
                }
                Err(stop) => return Err(stop),
            }
        }
        Ok((seen, lost))
    }

    async fn ask_about(&mut self, batches: &[(Step, Unproven)]) {
        let batches = batches.iter().map(|(_, batch)| batch);
        let looks = self.mover.looks_of_proofs(batches);
        self.store().ahead(&looks).await;
    }

    /// Waits until the same of these names are there several times.
    async fn wait_for_names(&mut self, names: &[&MailboxName]) -> Result<(), StopReason> {
        let of: Vec<MailboxName> = names.iter().map(|name| (*name).clone()).collect();
        let earlier = self.name_looks.take();
        let mut looks = EqualLooks::go_on(earlier, of);
        loop {
            match self.which_are_there(names).await {
                Ok(there) => {
                    let equal = looks.saw(there);
                    self.equal_looks += u64::from((2..=EQUAL_LOOKS).contains(&equal));
                    if is_quiet(equal, true) {
                        return Ok(());
                    }
                }
                Err(stop) => {
                    self.name_looks = Some(looks);
                    return Err(stop);
                }
            }
            self.be_patient(looks.began).await?;
        }
    }

    async fn which_are_there(
        &mut self,
        names: &[&MailboxName],
    ) -> Result<BTreeSet<MailboxName>, StopReason> {
        let mut there = BTreeSet::new();
        for name in names {
            if self.mover.is_there(name).await? {
                there.insert((*name).clone());
            }
        }
        Ok(there)
    }

    async fn be_patient(&mut self, began: Instant) -> Result<(), StopReason> {
        if self.mover.sender.ports.stopped() {
            return Err(StopReason::Stopped);
        }
        if began.elapsed() > PATIENCE {
            return Err(StopReason::Stuck(text::still_working()));
        }
        self.mover.sender.pause(BETWEEN).await;
        Ok(())
    }
}
