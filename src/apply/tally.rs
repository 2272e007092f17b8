//! What went less than perfectly in a step, added up over its batches, for its receipt.

use std::collections::{BTreeMap, BTreeSet};

use super::journal::{Elsewhere, Moved};
use crate::model::{
    count_messages,
    mailbox::MailboxName,
    receipt::{Proof, Proven},
};

/// Counts and sentences of one step.
#[derive(Debug, Default)]
pub(super) struct Tally {
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
    remarks: Vec<String>,
}

impl Tally {
    pub fn add(&mut self, moved: &Moved) {
        self.octets += moved.octets;
        self.doubled += moved.doubled.len();
        self.there += moved.there.len();
        self.gone += moved.gone.len();
        self.redated += moved.dates_changed;
        self.flags_lost.extend(moved.flags_lost.iter().cloned());
    }

    /// So many were looked for by id, and copies of them were found in these places.
    pub fn seek(&mut self, messages: usize, places: &[Elsewhere], target: Option<&MailboxName>) {
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

    /// What the batches have proven.
    pub fn proven(&self, by: Proof) -> Proven {
        Proven {
            by,
            octets: self.octets,
            dates_changed: self.redated,
            flags_lost: self.flags_lost.iter().cloned().collect(),
        }
    }

    pub fn remark(&mut self, text: String) {
        if !self.remarks.contains(&text) {
            self.remarks.push(text);
        }
    }

    pub fn sentences(self) -> impl Iterator<Item = String> {
        let counted = |count: u64, text: String| (count > 0).then_some(text);
        let elsewhere = self.elsewhere.into_iter().map(|(name, count)| {
            format!(
                "{} found by {} in \"{name}\"",
                count_messages(count),
                ids(count)
            )
        });
        let lost: Vec<String> = self.flags_lost.into_iter().collect();
        self.remarks.into_iter().chain(elsewhere).chain(
            [
                counted(
                    self.doubled as u64,
                    format!(
                        "{} in the target twice or in both mailboxes, none is lost",
                        count_messages(self.doubled)
                    ),
                ),
                counted(
                    self.there as u64,
                    format!(
                        "{} in the target already, under the same id",
                        count_messages(self.there)
                    ),
                ),
                counted(
                    self.gone as u64,
                    format!(
                        "{} left both mailboxes meanwhile",
                        count_messages(self.gone)
                    ),
                ),
                counted(
                    self.twins as u64,
                    format!(
                        "{} in the target already under the same id",
                        count_messages(self.twins)
                    ),
                ),
                counted(
                    self.missed as u64,
                    format!(
                        "{} not found by {} elsewhere",
                        count_messages(self.missed),
                        ids(self.missed)
                    ),
                ),
                counted(
                    self.redated,
                    format!(
                        "the server changed the date of {}",
                        count_messages(usize::try_from(self.redated).unwrap_or(usize::MAX))
                    ),
                ),
                counted(
                    lost.len() as u64,
                    format!("the target does not keep {}", lost.join(", ")),
                ),
            ]
            .into_iter()
            .flatten(),
        )
    }
}

fn ids(messages: usize) -> &'static str {
    if messages == 1 { "its id" } else { "their ids" }
}
