//! Giving a run up: what can still be seen is written down, and of the rest it is written down that nobody knows.
//!
//! In: a run that a person does not want to be finished, or that cannot be. Out: a run that is over, and a receipt that names
//! what is unknown. Never: a command that changes anything, but for those that take our lock off a mailbox and let
//! subscriptions follow a mailbox that is gone.
//!
//! Whatever a look brings, an answer, a refusal or a lost line, it ends: an account must not be held up by what cannot be
//! found out.

use jiff::Timestamp;

use super::{
    books::OpenBatch,
    journal::{Record, Reply, Snap, record},
    outcome::{BatchOutcome, ServerClaim},
    receipt::receipt,
    route::Route,
    run::Run,
    stop::StopReason,
};
use crate::{
    language::{Phrase, text},
    model::{
        mailbox::MailboxName,
        plan::{Action, Step},
        receipt::{Outcome, SourceAfter, StepReceipt},
        unknown::{UnknownMessage, UnknownMessages},
    },
    store::{Act, Store},
};

/// The most messages that one record names, so that its line stays far below the longest.
const MOST_NAMED: usize = 10_000;

impl<S: Store> Run<'_, S> {
    /// Looks at all that the records leave open, once, and writes down what is seen and what is not.
    pub(super) async fn give_up(&mut self) -> Result<(), StopReason> {
        for attempt in self.attempts() {
            let subscribed = self.mover.plan.listing.subscribed.contains(&attempt.of);
            if let Err(reason) = self.adopt(&attempt, subscribed).await {
                self.outlive(reason).await?;
            }
        }
        let open: Vec<OpenBatch> = self.books().open_batches().cloned().collect();
        for open in open {
            self.give_up_batch(&open).await?;
        }
        for step in &self.mover.plan.steps {
            // What was given up before may have come further since.
            let ended = self.ended(step.id);
            if ended.is_none_or(StepReceipt::is_by_a_person) {
                self.give_up_step(step).await?;
            }
        }
        for tombstone in self.tombstones.clone() {
            if let Err(reason) = self.unlock_all(std::slice::from_ref(&tombstone)).await {
                let why = self.outlive(reason).await?;
                self.mover.remark(tombstone.step, why)?;
            }
        }
        self.record(Record::GivenUp {})
    }

    /// Why a look failed, and a new line where it was lost. Only the user and the journal end more than the look.
    async fn outlive(&mut self, reason: StopReason) -> Result<Phrase, StopReason> {
        match reason {
            StopReason::Journal(_) | StopReason::Stopped => Err(reason),
            StopReason::Step(why)
            | StopReason::Later(why)
            | StopReason::Unknown(why)
            | StopReason::Stuck(why) => Ok(why),
            StopReason::Lost(why, _) => {
                // Where there is none to be had, the next look fails too, and is outlived.
                let _ = self.mover.sender.renew().await;
                Ok(why)
            }
        }
    }

    /// Where the messages of a batch are, as far as it can be seen.
    async fn give_up_batch(&mut self, open: &OpenBatch) -> Result<(), StopReason> {
        let (Act::Move { from, to, .. } | Act::Copy { from, to, .. }) = &open.act else {
            return Ok(());
        };
        let Some(step) = self.planned(open.step) else {
            return Ok(());
        };
        let mut why = text::not_looked_at();
        for name in self.names_of(from) {
            let Some(route) = Route::of(&step, &name) else {
                continue;
            };
            let claim = ServerClaim::on_record(open);
            let claims = claim.claims.as_ref();
            match self.mover.outcome(&route, &open.batch, claims).await {
                Ok(outcome) => {
                    let found = self.write_down(open, &route, outcome).await?;
                    why = text::in_neither_mailbox();
                    return self.write_unknown(open, from, to, &found, why);
                }
                Err(reason) => why = self.outlive(reason).await?,
            }
        }
        let all: Vec<&Snap> = open.batch.messages.iter().collect();
        self.write_unknown(open, from, to, &all, why)
    }

    /// The names under which a mailbox may stand now.
    fn names_of(&self, mailbox: &MailboxName) -> Vec<MailboxName> {
        let ours = self.tombstones.iter();
        let ours = ours.filter(|tomb| tomb.of == *mailbox);
        let names = ours.map(|tomb| tomb.name.clone());
        std::iter::once(mailbox.clone()).chain(names).collect()
    }

    /// Records what was seen of a batch. Those of its messages that were seen nowhere.
    async fn write_down<'b>(
        &mut self,
        open: &'b OpenBatch,
        route: &Route,
        outcome: BatchOutcome,
    ) -> Result<Vec<&'b Snap>, StopReason> {
        let (intent, batch) = (open.intent, &open.batch);
        // The server has told nobody which copy is whose.
        let outcome = if route.path.copies() {
            outcome.all_or_nothing(batch)
        } else {
            outcome
        };
        let reply = Reply::Recovered;
        self.record(Record::Result(record::Answer { intent, reply }))?;
        self.mover.keep_given_up(route, intent, batch, &outcome)?;
        let looked = self
            .mover
            .look_elsewhere(route, intent, batch, &outcome.gone);
        if let Err(reason) = looked.await {
            self.outlive(reason).await?;
        }
        let book = self.books().step(route.step);
        let found = |snap: &Snap| book.is_some_and(|book| book.was_found_elsewhere(intent, snap.0));
        let messages = batch.messages.iter();
        let gone = messages.filter(|snap| outcome.gone.contains(snap.0) && !found(snap));
        Ok(gone.collect())
    }

    fn write_unknown(
        &mut self,
        open: &OpenBatch,
        from: &MailboxName,
        to: &MailboxName,
        messages: &[&Snap],
        why: Phrase,
    ) -> Result<(), StopReason> {
        if messages.is_empty() {
            return Ok(());
        }
        let named = messages.iter().take(MOST_NAMED).map(|snap| UnknownMessage {
            uid: snap.0,
            size: snap.1,
            date: snap.2.and_then(told),
        });
        let unknown = UnknownMessages {
            step: open.step,
            mailbox: from.clone(),
            target: Some(to.clone()),
            count: messages.len() as u64,
            messages: named.collect(),
            why,
        };
        let intent = Some(open.intent);
        self.record(Record::GaveUp(record::GaveUp { intent, unknown }))
    }

    /// Ends a step as far as it has come.
    async fn give_up_step(&mut self, step: &Step) -> Result<(), StopReason> {
        let has_begun = self.books().step(step.id).is_some();
        let (mut outcome, after, mut why) = match step.action {
            _ if !has_begun => (Outcome::Skipped, None, Some(text::not_begun())),
            Action::Merge => match self.merge_so_far(step).await {
                Ok(so_far) => so_far,
                Err(reason) => (Outcome::Unknown, None, Some(self.outlive(reason).await?)),
            },
            _ => match self.is_seen_done(step).await {
                Ok(true) => (Outcome::Applied, None, self.follow_rename(step).await?),
                Ok(false) => (Outcome::Stopped, None, Some(text::given_up_undone())),
                Err(reason) => (Outcome::Unknown, None, Some(self.outlive(reason).await?)),
            },
        };
        let unknown = self.books().unknown().filter(|one| one.step == step.id);
        let unknown: u64 = unknown.map(|one| one.count).sum();
        if unknown > 0 {
            outcome = Outcome::Unknown;
            let count = text::given_up_unknown(text::messages(unknown));
            why = Some(Phrase::clauses(std::iter::once(count).chain(why)));
        }
        self.end_step(receipt(step, outcome, after, why))
    }

    /// How far a merge has come, and where its source is.
    async fn merge_so_far(
        &mut self,
        step: &Step,
    ) -> Result<(Outcome, Option<SourceAfter>, Option<Phrase>), StopReason> {
        let Some(source) = step.source.as_ref() else {
            return Err(StopReason::Step(text::step_incomplete()));
        };
        let mut ours = self.tombstones.iter().filter(|tomb| tomb.step == step.id);
        if let Some(tombstone) = ours.next() {
            let why = text::given_up_set_aside(&tombstone.name);
            return Ok((Outcome::Stopped, None, Some(why)));
        }
        let moved = self.books().moved(step.id);
        let all = step.messages.unwrap_or_default().max(moved);
        if self.mover.is_mailbox(source).await? {
            let why = text::given_up_merge(moved, all);
            return Ok((Outcome::Stopped, Some(SourceAfter::Left), Some(why)));
        }
        if self.was_deleted(step.id) {
            let subscribed = self.was_subscribed(source);
            let (after, why) = match self.end_subscription(step, source, subscribed).await {
                Ok(false) => (SourceAfter::Removed, None),
                Ok(true) => (SourceAfter::CameBack, Some(text::made_again())),
                Err(reason) => (SourceAfter::Removed, Some(self.outlive(reason).await?)),
            };
            return Ok((Outcome::Applied, Some(after), why));
        }
        let unknown = UnknownMessages {
            step: step.id,
            mailbox: source.clone(),
            target: step.target.clone(),
            count: all - moved,
            messages: Vec::new(),
            why: text::under_neither(),
        };
        let intent = None;
        self.record(Record::GaveUp(record::GaveUp { intent, unknown }))?;
        Ok((Outcome::Unknown, None, Some(text::under_neither())))
    }

    /// Lets the subscriptions follow a mailbox that is seen to be renamed; why not, where that fails.
    async fn follow_rename(&mut self, step: &Step) -> Result<Option<Phrase>, StopReason> {
        let (Action::Rename, Some(source), Some(target)) =
            (step.action, step.source.as_ref(), step.target.as_ref())
        else {
            return Ok(None);
        };
        match self.move_subscriptions(step.id, source, target).await {
            Ok(()) => Ok(None),
            Err(reason) => self.outlive(reason).await.map(Some),
        }
    }

    /// Whether a DELETE of a step's set-aside source was sent: it was seen empty before.
    fn was_deleted(&self, step: u32) -> bool {
        let set_aside = self.books().set_aside();
        let mut attempts = set_aside.attempts();
        attempts.any(|attempt| attempt.step == step && set_aside.was_deleted(&attempt.name))
    }

    /// Whether a step that moves no messages is seen to be done.
    async fn is_seen_done(&mut self, step: &Step) -> Result<bool, StopReason> {
        let source = match &step.source {
            Some(source) => self.store().find(source).await?,
            None => None,
        };
        let target = match &step.target {
            Some(target) => self.store().find(target).await?,
            None => None,
        };
        Ok(match step.action {
            Action::Create => target.is_some(),
            Action::Rename => source.is_none() && target.is_some(),
            Action::Subscribe => target.is_some_and(|target| target.subscribed),
            Action::Unsubscribe => !target.is_some_and(|target| target.subscribed),
            Action::Mark => match (step.role, target, source) {
                (Some(role), Some(target), _) => target.is_marked(role),
                (Some(role), None, Some(source)) => !source.is_marked(role),
                _ => false,
            },
            Action::RepairFilters => self.is_filter_repaired(step).await?,
            Action::Delete | Action::Merge => false,
        })
    }
}

/// Seconds since 1970 as RFC 3339.
fn told(seconds: i64) -> Option<String> {
    let time = Timestamp::from_second(seconds).ok()?;
    Some(time.to_string())
}
