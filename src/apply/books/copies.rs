//! Copies whose originals still stand in their source.
//!
//! In: batches that were copied, originals that were expunged, names that sources got. Out: which message of a source is
//! which in the target. Never: whether the copy is still there; that is looked at before any original goes.

use std::collections::BTreeMap;

use super::uids::{Place, UidMap, UidPairs};
use crate::{
    apply::journal::Moved,
    model::{mailbox::MailboxName, uid::Uid},
};

/// By the name that the source has now, as far as the records say.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Copies(BTreeMap<MailboxName, UidMap>);

impl Copies {
    /// A batch was copied and seen in the target.
    pub(super) fn add(&mut self, moved: &Moved) {
        let place = |mailbox: &MailboxName, validity| Place {
            mailbox: mailbox.clone(),
            validity,
        };
        let known = self.0.entry(moved.from.clone());
        let known = known.or_insert_with(|| UidMap {
            from: place(&moved.from, moved.from_validity),
            to: place(&moved.to, moved.to_validity),
            pairs: UidPairs::default(),
        });
        known.pairs.extend(moved.pairs.iter().copied());
    }

    /// The originals are out of the source.
    pub(super) fn expunged(&mut self, from: &MailboxName, pairs: &[(Uid, Uid)]) {
        let Some(known) = self.0.get_mut(from) else {
            return;
        };
        let out: UidPairs = pairs.iter().copied().collect();
        known.pairs.retain(|old| !out.contains(old));
        if known.pairs.is_empty() {
            self.0.remove(from);
        }
    }

    /// A source has another name: its copies go along.
    pub(super) fn rename(&mut self, from: &MailboxName, to: &MailboxName) {
        if let Some(mut known) = self.0.remove(from) {
            known.from.mailbox.clone_from(to);
            self.0.insert(to.clone(), known);
        }
    }

    /// Whether messages of this source were copied while it had another UIDVALIDITY: nobody can tell which these are.
    pub(super) fn are_of_another(&self, source: &MailboxName, validity: u32) -> bool {
        let known = self.0.get(source);
        known.is_some_and(|known| known.from.validity != validity)
    }

    /// Those whose originals are in this source.
    pub fn of(&self, source: &MailboxName) -> Option<&UidPairs> {
        self.0.get(source).map(|known| &known.pairs)
    }

    /// All that are left.
    pub fn left(&self) -> impl Iterator<Item = &UidMap> {
        self.0.values()
    }
}
