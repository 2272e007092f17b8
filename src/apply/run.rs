//! One run: what it knows of its steps and of the mailboxes that it has set aside.
//!
//! In: a plan and a sender. Out: answers, and the receipts of steps that are over. The order of things is in `course`.
//!
//! A [`Run`] is the state machine of a run. Its methods are in the files that they belong to: `step`, `merge`, `tombstone`,
//! `settle`, `quarantine`, `lock`, `balance`, `recover`, and above them `course`. Each of these files uses this one, and
//! this one uses none of them.

use std::collections::BTreeSet;

use tokio::time::Instant;

use super::{
    books::{Books, Tally, TombstoneName},
    equal_looks::EqualLooks,
    journal::{Record, record},
    later::Removal,
    mover::Mover,
    outcome::Counts,
    reconnections::Reconnections,
    sender::{Sender, Sent},
    settings::{Settings, Verify},
    stop::StopReason,
};
use crate::{
    language::Phrase,
    model::{
        mailbox::MailboxName,
        plan::{Action, Plan, Step},
        receipt::{Proof, StepReceipt},
        uid::Uid,
    },
    store::{Act, Opened, Store},
};

/// What tells whether anything has happened to a mailbox; across two UIDVALIDITYs nothing can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    pub uid_validity: Option<u32>,
    uid_next: Option<Uid>,
    highest_modseq: Option<u64>,
}

impl From<&Opened> for Seen {
    fn from(opened: &Opened) -> Self {
        Self {
            uid_validity: opened.uid_validity,
            uid_next: opened.uid_next,
            highest_modseq: opened.highest_modseq,
        }
    }
}

/// A source that stands under its tombstone's name, as this process has seen.
#[derive(Debug, Clone)]
pub(super) struct Tombstone {
    pub step: u32,
    /// The source's own name.
    pub of: MailboxName,
    pub name: MailboxName,
    /// Whether the source was subscribed.
    pub subscribed: bool,
    /// What told its state when it was last seen empty; none before it was.
    pub last_look: Option<Seen>,
    /// Why it was not removed when it was last looked at; none before it was.
    pub unrest: Option<Phrase>,
    /// Whether the server has counted messages in it that it did not show.
    pub is_counted: bool,
    /// Why it can neither be removed nor have its own name back for now.
    pub stuck: Option<Phrase>,
}

/// Whether it is known what became of every command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcomes {
    /// Nothing was sent yet, or all of it was answered and seen.
    Known,
    /// A process or a connection has gone.
    Open,
}

/// What a run knows while it goes on. What its records say is in the books; what is here beside them was seen by this
/// very process.
pub(super) struct Run<'a, S> {
    pub mover: Mover<'a, S>,
    pub settings: &'a Settings,
    pub id: String,
    /// Sources under their tombstones' names.
    pub tombstones: Vec<Tombstone>,
    /// Tombstones' names that are done with: their mailbox was seen to be gone.
    pub gone: BTreeSet<MailboxName>,
    /// Steps that were said to be over, and of which a tombstone has turned up since.
    pub reopened: BTreeSet<u32>,
    /// Names of removed mailboxes whose subscriptions were ended together with them.
    pub unsubscribed: BTreeSet<MailboxName>,
    /// Steps that are being run.
    pub under_way: BTreeSet<u32>,
    /// Steps that come right after them.
    pub next_steps: BTreeSet<u32>,
    /// Merges whose sources this process has set aside and found empty: what is left of them is to be removed.
    pub emptied: BTreeSet<u32>,
    /// Looks in a row that have seen the same of an open command: each brings the run nearer to its end.
    pub equal_looks: u64,
    /// When the last RENAME to a tombstone was answered.
    pub quarantined: Option<Instant>,
    /// Whether the server has not yet shown that it does not lock.
    pub lock_works: bool,
    /// Whether what was set aside may be removed now.
    pub removal: Removal,
    /// Whether anything has come into a tombstone and was moved by this process.
    pub came_late: bool,
    /// How often the line was lost.
    pub reconnections: Reconnections,
    /// Looks at the batches, by their intents, and at the names of which it is not yet clear whether a command is still at work.
    pub batch_looks: Option<EqualLooks<Vec<u64>, Vec<Option<Counts>>>>,
    pub name_looks: Option<EqualLooks<Vec<MailboxName>, BTreeSet<MailboxName>>>,
}

impl<'a, S: Store> Run<'a, S> {
    pub(super) fn new(
        sender: Sender<'a, S>,
        plan: &'a Plan,
        settings: &'a Settings,
        id: String,
    ) -> Self {
        Self {
            mover: Mover::new(sender, plan, settings.verify),
            settings,
            id,
            tombstones: Vec::new(),
            gone: BTreeSet::new(),
            reopened: BTreeSet::new(),
            unsubscribed: BTreeSet::new(),
            under_way: BTreeSet::new(),
            next_steps: BTreeSet::new(),
            emptied: BTreeSet::new(),
            equal_looks: 0,
            quarantined: None,
            lock_works: true,
            removal: Removal::of(settings),
            came_late: false,
            reconnections: Reconnections::default(),
            batch_looks: None,
            name_looks: None,
        }
    }

    /// All that the run's records say.
    pub(super) fn books(&self) -> &Books {
        self.mover.books()
    }

    /// The account to look at.
    pub(super) fn store(&mut self) -> &mut S {
        self.mover.sender.store
    }

    /// Sends one mutating command that moves no messages.
    pub(super) async fn send(&mut self, step: u32, act: Act) -> Result<Sent, StopReason> {
        self.mover.sender.send(step, act, None, &[]).await
    }

    /// Writes a record down.
    pub(super) fn record(&mut self, record: Record) -> Result<(), StopReason> {
        self.mover.sender.record(record)
    }

    /// A step of the plan.
    pub(super) fn planned(&self, step: u32) -> Option<Step> {
        let mut steps = self.mover.plan.steps.iter();
        steps.find(|planned| planned.id == step).cloned()
    }

    /// The receipt of a step that is over; none while it is not.
    pub(super) fn ended(&self, step: u32) -> Option<&StepReceipt> {
        let receipt = self.books().receipt(step);
        receipt.filter(|_| !self.reopened.contains(&step))
    }

    /// Whether a step's source is under a tombstone's name.
    pub(super) fn is_waiting(&self, step: u32) -> bool {
        self.tombstones.iter().any(|tomb| tomb.step == step)
    }

    /// Every tombstone's name that was asked for and is not known to be done with: a RENAME may run late.
    pub(super) fn attempts(&self) -> Vec<TombstoneName> {
        let attempts = self.books().set_aside().attempts();
        let open = attempts.filter(|attempt| !self.gone.contains(&attempt.name));
        open.cloned().collect()
    }

    /// Whether a tombstone is left for a later run.
    pub(super) fn is_anything_waiting(&self) -> bool {
        self.removal == Removal::Later && !self.tombstones.is_empty()
    }

    /// Records that a step is over.
    pub(super) fn end_step(&mut self, receipt: StepReceipt) -> Result<(), StopReason> {
        let why = receipt.message.clone();
        let receipt = self.complete(receipt);
        let step = receipt.id;
        self.record(Record::StepEnd(record::StepEnd { receipt, why }))?;
        self.reopened.remove(&step);
        Ok(())
    }

    /// Puts on a receipt what the books count of its step, and what was remarked of it.
    pub(super) fn complete(&self, mut receipt: StepReceipt) -> StepReceipt {
        let step = receipt.id;
        let is_merge = self
            .planned(step)
            .is_some_and(|step| step.action == Action::Merge);
        let book = self.books().step(step);
        receipt.left = book.map(|book| book.left.clone()).unwrap_or_default();
        receipt.moved = is_merge.then(|| self.books().moved(step));
        receipt.proven = is_merge.then(|| {
            let by = match self.settings.verify {
                Verify::Quick => Proof::Facts,
                Verify::Full => Proof::Text,
            };
            book.map_or_else(|| Tally::default().proven(by), |book| book.tally.proven(by))
        });
        let why = receipt.message.take();
        let remarks = book.into_iter().flat_map(|book| book.remarks.clone());
        let remarks = remarks.filter(|remark| why.as_ref() != Some(remark));
        let remarks: Vec<Phrase> = remarks.collect();
        let counted = book.into_iter().flat_map(|book| book.tally.sentences());
        let sentences: Vec<Phrase> = why.into_iter().chain(remarks).chain(counted).collect();
        receipt.message = (!sentences.is_empty()).then(|| Phrase::clauses(sentences));
        receipt
    }
}
