//! What went less than perfectly in a step, added up over its batches, for its receipt.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    apply::journal::{Elsewhere, Moved},
    language::{Phrase, text},
    model::{
        mailbox::MailboxName,
        receipt::{Proof, Proven},
    },
};

/// Counts of one step.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    octets: u64,
    doubled: usize,
    there: usize,
    gone: usize,
    /// Copies of those in the target, which may have been there before.
    twins: usize,
    /// The same by any other mailbox.
    elsewhere: BTreeMap<String, usize>,
    /// Those that were looked for by id and not found.
    missed: usize,
    redated: u64,
    flags_lost: BTreeSet<String>,
    flags_gained: BTreeSet<String>,
}

impl Tally {
    /// Adds a batch that was proven.
    pub(super) fn add(&mut self, moved: &Moved) {
        self.octets += moved.octets;
        self.doubled += moved.doubled.len();
        self.there += moved.there.len();
        self.gone += moved.gone.len();
        self.redated += moved.dates_changed;
        self.flags_lost.extend(moved.flags_lost.iter().cloned());
        self.flags_gained.extend(moved.flags_gained.iter().cloned());
    }

    /// So many were looked for by id, and copies of them were found in these places.
    pub(super) fn seek(
        &mut self,
        messages: usize,
        places: &[Elsewhere],
        target: Option<&MailboxName>,
    ) {
        self.missed += messages;
        for place in places {
            let found = place.pairs.len();
            self.missed -= found.min(self.missed);
            if target == Some(&place.mailbox) {
                self.twins += found;
            } else {
                let name = place.mailbox.text().to_owned();
                *self.elsewhere.entry(name).or_default() += found;
            }
        }
    }

    /// Whether the target has not kept all flags.
    pub fn has_lost_flags(&self) -> bool {
        !self.flags_lost.is_empty()
    }

    /// What a receipt of the step has said: it may know of losses that were seen only after the last batch.
    pub(super) fn said(&mut self, proven: &Proven) {
        self.redated = self.redated.max(proven.dates_changed);
        self.flags_lost.extend(proven.flags_lost.iter().cloned());
    }

    /// What the batches have proven.
    pub fn proven(&self, by: Proof) -> Proven {
        Proven {
            by,
            octets: self.octets,
            dates_changed: self.redated,
            flags_lost: self.flags_lost.iter().cloned().collect(),
            flags_gained: self.flags_gained.iter().cloned().collect(),
        }
    }

    /// The same for people: where messages are that did not arrive, and what each count means.
    pub fn sentences(&self) -> impl Iterator<Item = Phrase> {
        let of = |count: usize, phrase: fn(u64) -> Phrase| {
            let count = count as u64;
            (count > 0).then(|| phrase(count))
        };
        let elsewhere = self.elsewhere.iter();
        let elsewhere = elsewhere
            .map(|(name, count)| text::found_in(text::found_by_id(*count as u64), name.clone()));
        let lost: Vec<String> = self.flags_lost.iter().cloned().collect();
        let gained: Vec<String> = self.flags_gained.iter().cloned().collect();
        let redated = (self.redated > 0).then(|| text::dates_changed(text::messages(self.redated)));
        let told = [
            of(self.doubled, text::doubled),
            of(self.there, text::there_already),
            of(self.gone, text::left_both),
            of(self.twins, text::twins),
            of(self.missed, text::not_found_by_id),
            redated,
            (!lost.is_empty()).then(|| text::flags_not_kept(lost.join(", "))),
            (!gained.is_empty()).then(|| text::flags_gained(gained.join(", "))),
        ];
        elsewhere.chain(told.into_iter().flatten())
    }
}
