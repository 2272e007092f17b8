//! One run: what it knows, and the order of things.
//!
//! In: a plan, or the journal of an unfinished run. Out: a Receipt. Never: an End while anything of the run is still
//! under a name of its own.
//!
//! Steps run in the plan's order. Sources that were emptied wait under their tombstones' names until all
//! steps are through; then one settle time passes for all of them, each is looked at once more and removed.

use std::collections::{BTreeMap, BTreeSet};

use tokio::time::Instant;

use super::{
    ApplyError, Event, Ports, Settings, Verify,
    books::Books,
    journal::{Journal, Record},
    later::{self, Removal},
    pace::Pace,
    send::{Halt, Throttle},
    tally::Tally,
    tombstone::{Attempt, Tombstone},
};
use crate::{
    language::{Phrase, text},
    model::{
        mailbox::MailboxName,
        plan::{Action, Plan, Step},
        receipt::{Outcome, Proof, Receipt, SourceAfter, StepReceipt},
        uid::Uid,
    },
    store::Store,
};

/// What a run knows while it goes on.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own that was or was not seen"
)]
pub(super) struct Run<'a, S, P> {
    pub store: &'a mut S,
    pub ports: &'a mut P,
    pub plan: &'a Plan,
    pub settings: &'a Settings,
    id: String,
    journal: Journal,
    intents: u64,
    /// Whether a mutating command may have left this machine, in this process or an earlier one.
    pub sent: bool,
    /// Steps that are over.
    pub ended: BTreeMap<u32, StepReceipt>,
    /// UIDVALIDITY that each mailbox must have.
    pub identity: BTreeMap<MailboxName, u32>,
    /// A lower bound of the UIDs that targets give next.
    pub uid_next: BTreeMap<MailboxName, Uid>,
    /// Messages proven moved, per step.
    pub moved: BTreeMap<u32, u64>,
    /// What went less than perfectly, per step, for its receipt.
    pub tallies: BTreeMap<u32, Tally>,
    /// Messages that were seen in both mailboxes, per step: old UID to new.
    pub doubles: BTreeMap<u32, BTreeMap<Uid, Uid>>,
    /// The flags that each target keeps; none where it keeps all.
    pub kept_flags: BTreeMap<MailboxName, Option<BTreeSet<String>>>,
    /// UIDNEXT of each source when it was last opened.
    pub source_next: BTreeMap<MailboxName, Uid>,
    /// Flags that targets do not keep.
    pub unkept: BTreeMap<MailboxName, BTreeSet<String>>,
    /// Verified copies that still stand in their source: per source, old UID to new.
    pub copies: BTreeMap<MailboxName, BTreeMap<Uid, Uid>>,
    /// The same as earlier runs have left them; not looked at yet.
    pub inherited: BTreeMap<MailboxName, BTreeMap<Uid, Uid>>,
    /// Every tombstone's name that was asked for and is not known to be done with: a RENAME may run late.
    pub attempts: Vec<Attempt>,
    /// Sources under their tombstones' names.
    pub tombstones: Vec<Tombstone>,
    /// When the last RENAME to a tombstone was answered.
    pub quarantined: Option<Instant>,
    /// What the records say of each mailbox.
    pub books: Books,
    /// The UIDs that each source showed at the last look, by its UIDVALIDITY.
    pub seen: BTreeMap<(MailboxName, u32), BTreeSet<Uid>>,
    /// Whether anything was moved or renamed over this very connection.
    pub unrenewed: bool,
    /// Whether the server has not yet shown that it does not lock.
    pub lock_works: bool,
    /// Whether what was set aside may be removed now.
    pub removal: Removal,
    /// Tombstones that a DELETE was sent for.
    pub deleted_before: BTreeSet<MailboxName>,
    /// Whether anything has come into a tombstone and was moved by this process.
    pub came_late: bool,
    pub pace: Pace,
    pub throttle: Throttle,
}

impl<'a, S: Store, P: Ports> Run<'a, S, P> {
    pub(super) fn new(
        store: &'a mut S,
        ports: &'a mut P,
        plan: &'a Plan,
        settings: &'a Settings,
        id: String,
        journal: Journal,
    ) -> Self {
        let pace = Pace::new(store.message_limit());
        let identity = plan
            .listing
            .mailboxes
            .iter()
            .filter_map(|seen| Some((seen.mailbox.clone(), seen.uid_validity?)))
            .collect();
        Self {
            store,
            ports,
            plan,
            settings,
            id,
            journal,
            intents: 0,
            sent: false,
            ended: BTreeMap::new(),
            identity,
            uid_next: BTreeMap::new(),
            moved: BTreeMap::new(),
            tallies: BTreeMap::new(),
            doubles: BTreeMap::new(),
            kept_flags: BTreeMap::new(),
            source_next: BTreeMap::new(),
            unkept: BTreeMap::new(),
            copies: BTreeMap::new(),
            inherited: BTreeMap::new(),
            attempts: Vec::new(),
            tombstones: Vec::new(),
            quarantined: None,
            books: Books::default(),
            seen: BTreeMap::new(),
            unrenewed: false,
            lock_works: true,
            removal: Removal::of(settings),
            deleted_before: BTreeSet::new(),
            came_late: false,
            pace,
            throttle: Throttle::default(),
        }
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "a record is made to be written, and never used again"
    )]
    pub(super) fn write(&mut self, record: Record) -> Result<(), Halt> {
        self.journal
            .write(self.ports.now(), &record)
            .map_err(Halt::Journal)?;
        self.books.take(&record);
        Ok(())
    }

    /// Goes on over a new connection.
    pub(super) async fn renew(&mut self) -> Result<(), Halt> {
        self.store.renew().await?;
        self.unrenewed = false;
        Ok(())
    }

    /// Notes that an earlier process had got so far.
    pub(super) fn continue_after(&mut self, intents: u64) {
        self.intents = intents;
        self.sent = true;
    }

    pub(super) fn next_intent(&mut self) -> u64 {
        self.intents += 1;
        self.intents
    }

    /// Keeps a sentence for the step's receipt.
    pub(super) fn remark(&mut self, step: u32, remark: Phrase) {
        self.ports.event(&Event::Note {
            text: remark.clone(),
        });
        self.tallies.entry(step).or_default().remark(remark);
    }

    /// Runs what is left of the plan, then removes what is under tombstones.
    pub(super) async fn go_on(&mut self) -> Result<Receipt, ApplyError> {
        let plan = self.plan;
        for step in &plan.steps {
            if self.ended.contains_key(&step.id) {
                continue;
            }
            if let Err(halt) = self.one(step).await {
                return self.halted(halt, Some(step.id));
            }
        }
        match self.finish().await {
            Ok(()) => {
                let since = self.ports.now();
                let grace = self.settings.grace.filter(|_| self.is_anything_waiting());
                let until = grace.and_then(|grace| later::after(&since, grace));
                let waits = grace.map(|_| until.map_or(since, |until| until.to_string()));
                Ok(Receipt {
                    waits,
                    ..self.receipt(true, false)
                })
            }
            Err(halt) => self.halted(halt, None),
        }
    }

    async fn one(&mut self, step: &Step) -> Result<(), Halt> {
        if self.settings.skip.contains(&step.id) {
            let why = Some(text::left_out());
            return self.end_step(receipt(step, Outcome::Skipped, None, why));
        }
        self.ports.event(&Event::Step {
            id: step.id,
            of: u32::try_from(self.plan.steps.len()).unwrap_or(u32::MAX),
            total_messages: step.messages.filter(|_| step.action == Action::Merge),
        });
        loop {
            match self.step(step).await {
                // Bounded by `Throttle`: what is sent next waits first, or ends the run.
                Err(Halt::Later(_)) => {}
                Err(Halt::Step(why)) => return self.step_refused(step, why).await,
                other => return other,
            }
        }
    }

    /// The end of a run: every tombstone is removed, waits for a later run, or has its own name back, and none has turned up
    /// late.
    async fn finish(&mut self) -> Result<(), Halt> {
        loop {
            self.settle().await?;
            if !self.sweep().await? {
                break;
            }
        }
        self.balance().await?;
        match self.tombstones.iter().find_map(|tomb| tomb.stuck.clone()) {
            Some(why) => Err(Halt::Unknown(why)),
            None if self.is_anything_waiting() => self.write(Record::Waits {}),
            None => self.write(Record::End {}),
        }
    }

    /// Whether a tombstone is left for a later run.
    fn is_anything_waiting(&self) -> bool {
        self.removal == Removal::Later && !self.tombstones.is_empty()
    }

    /// A step that a guard or the server ended: its source gets its own name back where it had lost it.
    pub(super) async fn step_refused(&mut self, step: &Step, why: Phrase) -> Result<(), Halt> {
        self.give_back(step.id).await.map_err(Halt::unproven)?;
        if self.is_waiting(step.id) {
            // Its mailbox is still under a name of ours, so it is not over.
            self.remark(step.id, why);
            return Ok(());
        }
        let after = (step.action == Action::Merge).then_some(SourceAfter::Left);
        self.end_step(receipt(step, Outcome::Refused, after, Some(why)))
    }

    /// Whether a step's source is under a tombstone's name.
    pub(super) fn is_waiting(&self, step: u32) -> bool {
        self.tombstones.iter().any(|tomb| tomb.step == step)
    }

    /// A step of the plan.
    pub(super) fn planned(&self, step: u32) -> Option<Step> {
        self.plan
            .steps
            .iter()
            .find(|planned| planned.id == step)
            .cloned()
    }

    /// Records that a step is over.
    pub(super) fn end_step(&mut self, receipt: StepReceipt) -> Result<(), Halt> {
        let receipt = self.complete(receipt);
        self.write(Record::StepEnd {
            receipt: receipt.clone(),
        })?;
        self.ended.insert(receipt.id, receipt);
        Ok(())
    }

    /// Puts the count and the remarks of its batches on a receipt.
    fn complete(&mut self, mut receipt: StepReceipt) -> StepReceipt {
        let is_merge = self
            .planned(receipt.id)
            .is_some_and(|step| step.action == Action::Merge);
        receipt.moved = is_merge.then(|| self.moved.get(&receipt.id).copied().unwrap_or_default());
        let tally = self.tallies.remove(&receipt.id).unwrap_or_default();
        receipt.proven = is_merge.then(|| {
            tally.proven(match self.settings.verify {
                Verify::Quick => Proof::Facts,
                Verify::Full => Proof::Text,
            })
        });
        let why = receipt.message.take();
        let sentences: Vec<Phrase> = why.into_iter().chain(tally.sentences()).collect();
        receipt.message = (!sentences.is_empty()).then(|| Phrase::clauses(sentences));
        receipt
    }

    /// The run stops here. What it means depends on whether anything may have changed.
    pub(super) fn halted(&mut self, halt: Halt, step: Option<u32>) -> Result<Receipt, ApplyError> {
        self.stop(halt, step, true)
    }

    /// The same before it was found out what an earlier process has left: nothing can be said of that yet.
    pub(super) fn halted_unproven(&mut self, halt: Halt) -> Result<Receipt, ApplyError> {
        self.stop(halt, None, false)
    }

    fn stop(
        &mut self,
        halt: Halt,
        step: Option<u32>,
        is_proven: bool,
    ) -> Result<Receipt, ApplyError> {
        let after = self.throttle.after(&halt);
        let (why, interrupted) = match halt {
            Halt::Journal(source) => {
                let sent = self.sent;
                return Err(ApplyError::JournalWrite { sent, source });
            }
            Halt::Lost(why, later) if !self.sent => {
                // Nothing was changed, so there is nothing to resume.
                let _ = self.write(Record::End {});
                let why = why.english().to_owned();
                return Err(ApplyError::Network { why, later });
            }
            Halt::Stopped if !self.sent => {
                let _ = self.write(Record::End {});
                return Ok(self.receipt(true, true));
            }
            Halt::Stopped => (text::stopped_by_you(), true),
            Halt::Step(why) | Halt::Later(why) | Halt::Unknown(why) | Halt::Lost(why, _) => {
                (why, false)
            }
        };
        for planned in &self.plan.steps {
            if step != Some(planned.id) && !self.is_waiting(planned.id) {
                continue;
            }
            let stuck = |tomb: &Tombstone| tomb.stuck.clone().filter(|_| tomb.step == planned.id);
            let stuck = self.tombstones.iter().find_map(stuck);
            let (outcome, why) = match stuck {
                // A wish to stop is heard between commands, when all that was sent is answered and seen.
                None if interrupted && is_proven => (Outcome::Stopped, self.stopped(planned)),
                stuck => (Outcome::Unknown, stuck.unwrap_or_else(|| why.clone())),
            };
            // Not journalled: the step is not over, a resume takes it up again.
            let open = receipt(planned, outcome, None, Some(why));
            let open = self.complete(open);
            self.ended.entry(planned.id).or_insert(open);
        }
        Ok(Receipt {
            after,
            ..self.receipt(false, interrupted)
        })
    }

    /// How far a step is that the user has stopped.
    fn stopped(&self, step: &Step) -> Phrase {
        if step.action != Action::Merge {
            return text::stopped_by_you();
        }
        let moved = self.moved.get(&step.id).copied().unwrap_or_default();
        let all = step.messages.unwrap_or_default().max(moved);
        if step.remove {
            text::stopped_before_removal(moved, all)
        } else {
            text::stopped_merge(moved, all)
        }
    }

    fn receipt(&self, finished: bool, interrupted: bool) -> Receipt {
        let steps = self.plan.steps.iter().map(|step| {
            let skipped = || receipt(step, Outcome::Skipped, None, None);
            self.ended.get(&step.id).cloned().unwrap_or_else(skipped)
        });
        Receipt {
            run: self.id.clone(),
            batch: self.settings.batch.clone(),
            account: self.plan.account.clone(),
            acted_as: self.store.acted_as().map(str::to_owned),
            steps: steps.collect(),
            balances: self.books.balances(),
            waits: None,
            finished,
            interrupted,
            after: None,
        }
    }
}

/// A receipt; the count comes when the step ends.
pub(super) fn receipt(
    step: &Step,
    outcome: Outcome,
    source_after: Option<SourceAfter>,
    message: Option<Phrase>,
) -> StepReceipt {
    StepReceipt {
        id: step.id,
        outcome,
        moved: None,
        proven: None,
        source_after,
        message,
    }
}
