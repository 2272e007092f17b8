//! What the records say of one step of the plan: what it moved, how it ended, what an undo has to reverse.
//!
//! In: the records of the step. Out: counts, UIDs, its last receipt. Never: a message of a batch that is proven, but for
//! its UIDs.

use std::collections::BTreeMap;

use super::{
    tally::Tally,
    uids::{Place, UidMap, UidPairs, UidRanges},
};
use crate::{
    apply::journal::{Elsewhere, Moved, record},
    language::Phrase,
    model::{
        mailbox::MailboxName,
        receipt::{LeftMessage, Outcome, SourceAfter, StepReceipt},
        uid::{Uid, UidSet},
    },
    store::Act,
};

/// One step.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct StepBook {
    /// Messages proven to be in the target: those that arrived, those that were there already under the same id, and those
    /// that it lists and does not give out.
    pub moved: u64,
    /// What went less than perfectly.
    pub tally: Tally,
    /// Messages that were seen in both mailboxes: old UID to new.
    pub doubles: UidPairs,
    /// Why the step must stop after its last batch; none where it may go on.
    pub stops: Option<Phrase>,
    /// What was said of it when it was last over; none where it never was.
    pub receipt: Option<StepReceipt>,
    /// Why it ended so, alone; none where it was done, or nothing is on record of it.
    pub why: Option<Phrase>,
    /// What its receipt has to tell beside that.
    pub remarks: Vec<Phrase>,
    /// What was proven of each of its batches, in order.
    pub batches: Vec<ProvenBatch>,
    /// What an undo has to reverse.
    pub effect: Effect,
    /// Messages that were left in the source, and those that the target does not give out, in the order in which they were
    /// found.
    pub left: Vec<LeftMessage>,
    /// Whether the last RENAME or DELETE that was refused was refused in passing.
    pub may_pass: bool,
    /// Whether RENAME gave the source another UIDVALIDITY after messages were copied out of it.
    pub is_renumbered: bool,
}

/// Where the messages of one batch went.
#[derive(Debug, PartialEq, Eq)]
pub struct ProvenBatch {
    /// The number of its command.
    intent: u64,
    /// Messages that arrived as they were.
    pub moved: UidMap,
    /// Messages that were in the target before under the same id.
    pub there: UidPairs,
    /// Messages that the server has rewritten.
    pub changed: UidPairs,
    /// Moved messages that the target lists and does not give out.
    pub withheld: UidPairs,
    /// Messages that are in neither mailbox.
    pub gone: UidSet,
    /// Where copies of these were found.
    pub elsewhere: Vec<Elsewhere>,
}

/// What a step is proven to have done.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// Where its messages went.
    pub target: Option<Place>,
    /// New UIDs of messages that are in the target and not in the source.
    pub moved: UidRanges,
    /// New UIDs of messages that were copied and are in the source too, as far as is known.
    pub copied: UidRanges,
    /// Messages that were in the target before too.
    pub there: usize,
    /// Messages that we moved and that are gone from the target.
    pub purged: u64,
    /// Commands that were sent and not refused, by intent; those that name messages are left out.
    acts: BTreeMap<u64, Act>,
    /// The name under which the source was set aside last.
    pub set_aside: Option<MailboxName>,
}

impl Effect {
    /// Whether the step did this. A command without an answer counts where the step was seen to be done afterwards.
    pub fn did(&self, what: impl Fn(&Act) -> bool) -> bool {
        self.acts.values().any(what)
    }
}

impl StepBook {
    /// Whether it was seen to be done.
    pub fn is_applied(&self) -> bool {
        let receipt = self.receipt.as_ref();
        receipt.is_some_and(|receipt| receipt.outcome == Outcome::Applied)
    }

    /// What became of a merge's source.
    pub fn source_after(&self) -> Option<SourceAfter> {
        self.receipt.as_ref()?.source_after
    }

    /// Messages that it has moved and that the target does not give out.
    pub fn withheld(&self) -> u64 {
        let batches = self.batches.iter();
        batches.map(|batch| batch.withheld.len() as u64).sum()
    }

    /// Whether it was refused after messages were copied that the server has changed, that lost flags, or that nobody can tell
    /// any more: each later run would copy them again.
    pub fn has_spoilt_copies(&self) -> bool {
        let receipt = self.receipt.as_ref();
        let is_refused = receipt.is_some_and(|receipt| receipt.outcome == Outcome::Refused);
        is_refused && (self.spoils_copies() || self.is_renumbered)
    }

    /// Whether the server has changed messages, or dropped their flags.
    pub fn spoils_copies(&self) -> bool {
        let mut batches = self.batches.iter();
        batches.any(|batch| !batch.changed.is_empty()) || self.tally.has_lost_flags()
    }

    /// A command is about to be sent.
    pub(super) fn intent(&mut self, intent: u64, act: &Act) {
        let names_messages = matches!(
            act,
            Act::Move { .. }
                | Act::Copy { .. }
                | Act::AddFlags { .. }
                | Act::RemoveFlags { .. }
                | Act::Expunge { .. }
        );
        if !names_messages {
            self.effect.acts.insert(intent, act.clone());
        }
    }

    /// It was refused, perhaps in passing, or never sent.
    pub(super) fn void(&mut self, intent: u64, is_passing: bool) {
        let act = self.effect.acts.remove(&intent);
        if matches!(act, Some(Act::Rename { .. } | Act::Delete { .. })) {
            self.may_pass = is_passing;
        }
    }

    /// A batch was proven.
    pub(super) fn moved(&mut self, moved: Moved) {
        self.moved += (moved.pairs.len() + moved.there.len()) as u64;
        if !moved.copied {
            self.moved += moved.withheld.len() as u64;
        }
        self.tally.add(&moved);
        self.doubles.extend(moved.doubled.iter().copied());
        if moved.stops.is_some() {
            self.stops = moved.stops;
        }
        let to = Place {
            mailbox: moved.to,
            validity: moved.to_validity,
        };
        let effect = &mut self.effect;
        effect.target = Some(to.clone());
        effect.there += moved.there.len();
        let news = moved.pairs.iter().map(|(_, new)| *new);
        if moved.copied {
            let withheld = moved.withheld.iter().map(|(_, new)| *new);
            effect.copied.extend(news.chain(withheld));
        } else {
            effect.moved.extend(news);
            let others = moved.changed.iter().chain(&moved.withheld);
            effect.moved.extend(others.map(|(_, new)| *new));
        }
        self.batches.push(ProvenBatch {
            intent: moved.intent,
            moved: UidMap {
                from: Place {
                    mailbox: moved.from,
                    validity: moved.from_validity,
                },
                to,
                pairs: moved.pairs.into_iter().collect(),
            },
            there: moved.there.into_iter().collect(),
            changed: moved.changed.into_iter().collect(),
            withheld: if moved.copied {
                UidPairs::default()
            } else {
                moved.withheld.into_iter().collect()
            },
            gone: moved.gone,
            elsewhere: moved.elsewhere,
        });
    }

    /// Messages of a batch that did not arrive were looked for everywhere else.
    pub(super) fn sought(&mut self, sought: record::Sought, target: Option<&MailboxName>) {
        self.tally.seek(sought.messages, &sought.places, target);
        let mut batches = self.batches.iter_mut().rev();
        if let Some(batch) = batches.find(|batch| batch.intent == sought.intent) {
            batch.elsewhere.extend(sought.places);
        }
    }

    /// Whether a message of a batch was found by its id elsewhere.
    pub fn was_found_elsewhere(&self, intent: u64, uid: Uid) -> bool {
        let batches = self.batches.iter().filter(|batch| batch.intent == intent);
        let mut places = batches.flat_map(|batch| &batch.elsewhere);
        places.any(|place| place.pairs.iter().any(|(old, _)| *old == uid))
    }

    /// Originals of copies are out of the source.
    pub(super) fn expunged(&mut self, expunged: record::Expunged) {
        let news: UidSet = expunged.pairs.iter().map(|(_, new)| *new).collect();
        let effect = &mut self.effect;
        effect.target = Some(Place {
            mailbox: expunged.to,
            validity: expunged.to_validity,
        });
        effect.copied.remove(|uid| news.contains(uid));
        effect.moved.extend(news.as_slice().iter().copied());
    }

    /// Messages have left a mailbox by no command of ours.
    pub(super) fn missing(&mut self, missing: &record::Missing) {
        let effect = &mut self.effect;
        let target = effect.target.as_ref();
        if target.is_some_and(|target| target.mailbox == missing.mailbox) {
            effect.purged += effect.moved.remove(|uid| missing.uids.contains(uid));
        }
    }

    /// Something to tell, once.
    pub(super) fn remark(&mut self, remark: Phrase) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// The step is over.
    pub(super) fn over(&mut self, end: record::StepEnd) {
        if let Some(proven) = &end.receipt.proven {
            self.tally.said(proven);
        }
        self.receipt = Some(end.receipt);
        self.why = end.why;
    }
}
