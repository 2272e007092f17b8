//! What the records of a run say of each mailbox that it touches, so that accounts can be balanced.
//!
//! In: what stood there, what came and what left by our doing, what is missing. Out: the same for one mailbox, by any of
//! the names that it has had. Never: the server, a second account of the same thing elsewhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    arrivals::{Arrival, Arrivals},
    uids::UidRanges,
};
use crate::{
    apply::journal::{Batch, Moved, Snap, record},
    model::{
        mailbox::MailboxName,
        receipt::{Balance, LeftMessage},
        uid::{Uid, UidSet},
    },
    store::Message,
};

/// What is known of one mailbox.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// The plan's step that touched it last.
    pub step: u32,
    /// What stood there when it was first touched.
    pub stood: Option<Stood>,
    /// Messages that we put there.
    pub came: Arrivals,
    /// UIDs of those that we took out, by the numbers they had then.
    pub left: UidRanges,
    /// How many of our batches' messages were in neither mailbox afterwards.
    pub vanished: u64,
    /// Messages that have left it by no command of ours.
    pub missing: BTreeSet<Uid>,
    /// Messages that cannot be moved out of it.
    pub stays: BTreeSet<Uid>,
}

/// What stood in a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stood {
    pub validity: u32,
    pub messages: u64,
    pub uid_next: Option<Uid>,
}

/// What a run has done to each mailbox.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Mailboxes {
    /// By the name that its owner knows.
    sides: BTreeMap<MailboxName, Side>,
    /// The names that owners know, by the names that we gave.
    own_names: BTreeMap<MailboxName, MailboxName>,
    /// Set-aside mailboxes that we have locked, or have tried to. Whether they still are is seen.
    locked: BTreeSet<MailboxName>,
    /// What was balanced, the last of each mailbox.
    balances: BTreeMap<MailboxName, Balance>,
    /// Every balance that did not add up, in the order of the records.
    differences: Vec<Balance>,
    /// Each set of flags once: messages share few.
    flags: Vec<Arc<BTreeSet<String>>>,
    flag_numbers: BTreeMap<Arc<BTreeSet<String>>, u32>,
}

impl Mailboxes {
    /// Notes what stood in a mailbox; the first time counts.
    pub(super) fn stood(&mut self, stood: &record::Stood) {
        let side = self.side(&stood.mailbox, stood.step);
        side.stood.get_or_insert(Stood {
            validity: stood.validity,
            messages: stood.messages,
            uid_next: stood.uid_next,
        });
    }

    /// Messages that have left a mailbox by no command of ours.
    pub(super) fn missing(&mut self, missing: &record::Missing) {
        let side = self.side(&missing.mailbox, missing.step);
        side.missing.extend(missing.uids.as_slice());
    }

    /// A message that cannot be moved out of its mailbox.
    pub(super) fn stays(&mut self, step: u32, left: &LeftMessage) {
        self.side(&left.mailbox, step).stays.insert(left.uid);
    }

    /// Copied messages are out of their source.
    pub(super) fn expunged(&mut self, step: u32, from: &MailboxName, pairs: &[(Uid, Uid)]) {
        let olds = pairs.iter().map(|(old, _)| *old);
        self.side(from, step).left.extend(olds);
    }

    /// A source has a name that we gave.
    pub(super) fn renamed(&mut self, of: &MailboxName, name: &MailboxName) {
        self.own_names.insert(name.clone(), of.clone());
    }

    /// It has its own name again.
    pub(super) fn restored(&mut self, name: &MailboxName) {
        self.own_names.remove(name);
    }

    /// We are about to lock it.
    pub(super) fn locked(&mut self, name: &MailboxName) {
        self.locked.insert(name.clone());
    }

    pub(super) fn balanced(&mut self, balance: Balance) {
        if balance.differs() {
            self.differences.push(balance.clone());
        }
        self.balances.insert(balance.mailbox.clone(), balance);
    }

    /// What was done until now has been balanced; what happens while the run waits is the owner's own doing.
    pub(super) fn wait(&mut self) {
        self.sides.clear();
    }

    /// A batch was proven; `snaps` are its messages as they were, none where the records do not tell.
    pub(super) fn moved(&mut self, moved: &Moved, batch: Option<&Batch>) {
        let mut snaps: Vec<&Snap> = batch
            .iter()
            .flat_map(|batch| batch.messages.iter())
            .collect();
        snaps.sort_unstable_by_key(|snap| snap.0);
        let arrived = [
            &moved.pairs,
            &moved.changed,
            &moved.doubled,
            &moved.withheld,
        ];
        let mut came = Vec::new();
        for (old, new) in arrived.into_iter().flatten() {
            let at = snaps.binary_search_by_key(old, |snap| snap.0);
            let snap = at.ok().and_then(|at| snaps.get(at));
            came.extend(snap.map(|snap| self.arrival(*new, snap)));
        }
        self.side(&moved.to, moved.step).came.add(&came);
        let from = self.side(&moved.from, moved.step);
        from.vanished += moved.gone.len() as u64;
        from.left.extend(moved.gone.as_slice().iter().copied());
        if !moved.copied {
            let left = [&moved.pairs, &moved.changed, &moved.there, &moved.withheld];
            let left = left.into_iter().flatten().map(|(old, _)| *old);
            from.left.extend(left);
        }
    }

    fn arrival(&mut self, uid: Uid, snap: &Snap) -> Arrival {
        let number = if let Some(known) = self.flag_numbers.get(&snap.5) {
            *known
        } else {
            let next = u32::try_from(self.flags.len()).unwrap_or(u32::MAX);
            self.flags.push(Arc::clone(&snap.5));
            self.flag_numbers.insert(Arc::clone(&snap.5), next);
            next
        };
        Arrival {
            uid,
            size: snap.1,
            date: snap.2,
            flags: number,
        }
    }

    fn side(&mut self, mailbox: &MailboxName, step: u32) -> &mut Side {
        let own = self.own_name(mailbox).clone();
        let side = self.sides.entry(own).or_default();
        side.step = step;
        side
    }

    /// The flags that a message had.
    pub fn flags(&self, came: &Arrival) -> impl Iterator<Item = &String> {
        let flags = self.flags.get(came.flags as usize);
        flags.into_iter().flat_map(|flags| flags.iter())
    }

    /// What is known of a mailbox, by any of its names.
    pub fn of(&self, mailbox: &MailboxName) -> Option<&Side> {
        self.sides.get(self.own_name(mailbox))
    }

    /// The name that a mailbox's owner knows.
    pub fn own_name<'n>(&'n self, mailbox: &'n MailboxName) -> &'n MailboxName {
        self.own_names.get(mailbox).unwrap_or(mailbox)
    }

    /// Every mailbox that was touched, by the name that its owner knows.
    pub fn sides(&self) -> impl Iterator<Item = (&MailboxName, &Side)> {
        self.sides.iter()
    }

    /// Whether we have ever locked a set-aside mailbox, or tried to: what its list then takes from everybody is our doing.
    pub fn was_locked(&self, name: &MailboxName) -> bool {
        self.locked.contains(name)
    }

    /// Whether any mailbox was locked, or was to be.
    pub fn has_locked(&self) -> bool {
        !self.locked.is_empty()
    }

    /// The mailboxes that were balanced.
    pub fn balances(&self) -> Vec<Balance> {
        self.balances.values().cloned().collect()
    }

    /// Every balance that did not add up, in the order in which they were found.
    pub fn differences(&self) -> &[Balance] {
        &self.differences
    }
}

impl Side {
    /// Of messages that have come into the mailbox since it was first touched and that we did not put there: how many are
    /// the same as ones that we did. Nobody delivers the very second and octet of what was just moved: a command has run
    /// twice, or somebody else moves the same mail.
    pub fn twins(&self, strangers: &[Message]) -> u64 {
        let key = |message: &Message| Some((message.size, message.internal_date?));
        let sought: BTreeSet<(u64, i64)> = strangers.iter().filter_map(key).collect();
        if sought.is_empty() {
            return 0;
        }
        let ours = self.came.iter();
        let ours = ours.filter_map(|came| Some((came.size, came.date?)));
        let found: BTreeSet<(u64, i64)> = ours.filter(|known| sought.contains(known)).collect();
        let is_twin = |message: &&Message| key(message).is_some_and(|key| found.contains(&key));
        strangers.iter().filter(is_twin).count() as u64
    }

    /// Those of ours that are not among these.
    pub fn not_among(&self, there: &UidSet) -> UidSet {
        let uids = self.came.iter().map(|came| came.uid);
        uids.filter(|uid| !there.contains(*uid)).collect()
    }
}
