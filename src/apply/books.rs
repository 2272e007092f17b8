//! The books: what a run's records say of each mailbox that it touches, so that accounts can be balanced.
//!
//! In: every record, as it is written or read back. Out: what stood in a mailbox, what came and what left by our doing.
//! Never: the server, a second account of the same thing elsewhere.
//!
//! A run that goes on and one that is resumed keep the same books: both take each record once.

use std::collections::{BTreeMap, BTreeSet};

use super::journal::{Batch, Moved, Record, Snap};
use crate::{
    model::{
        mailbox::MailboxName,
        receipt::Balance,
        uid::{Uid, UidSet},
    },
    store::{Act, Message},
};

/// What is known of one mailbox.
#[derive(Debug, Default)]
pub(super) struct Side {
    /// The plan's step that touched it last.
    pub step: u32,
    /// What stood there when it was first touched.
    pub stood: Option<Stood>,
    /// Messages that we put there.
    pub came: Vec<Came>,
    /// UIDs of those that we took out, by the numbers they had then.
    pub left: BTreeSet<Uid>,
    /// How many of our batches' messages were in neither mailbox afterwards.
    pub vanished: u64,
    /// Messages that have left it by no command of ours.
    pub missing: BTreeSet<Uid>,
}

/// What stood in a mailbox.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stood {
    pub validity: u32,
    pub messages: u64,
    pub uid_next: Option<Uid>,
}

/// A message that we put into a mailbox, as it was before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Came {
    pub uid: Uid,
    pub size: u64,
    pub date: Option<i64>,
    /// Its flags, as [`Books::flags`] numbers them.
    flags: u32,
}

/// What a run has done to each mailbox.
#[derive(Debug, Default)]
pub(super) struct Books {
    sides: BTreeMap<MailboxName, Side>,
    /// Batches that are not proven yet, by intent.
    open: BTreeMap<u64, Batch>,
    /// The names that owners know, by the names that we gave.
    own_names: BTreeMap<MailboxName, MailboxName>,
    /// Set-aside mailboxes that we have locked, or have tried to. Whether they are still is seen.
    locked: BTreeSet<MailboxName>,
    /// What was balanced, the last of each mailbox.
    balances: BTreeMap<MailboxName, Balance>,
    /// Each set of flags once: messages share few.
    flags: Vec<Vec<String>>,
    flag_numbers: BTreeMap<Vec<String>, u32>,
}

impl Books {
    /// Takes a record, as it is written or read back.
    pub fn take(&mut self, record: &Record) {
        match record {
            Record::Intent {
                intent, act, batch, ..
            } => {
                self.open
                    .extend(batch.iter().map(|batch| (*intent, batch.clone())));
                if let Act::Lock { name } = act {
                    self.locked.insert(name.clone());
                }
            }
            Record::Stood {
                step,
                mailbox,
                validity,
                messages,
                uid_next,
            } => {
                let side = self.side(mailbox, *step);
                side.stood.get_or_insert(Stood {
                    validity: *validity,
                    messages: *messages,
                    uid_next: *uid_next,
                });
            }
            Record::Moved(moved) => self.moved(moved),
            Record::Expunged {
                step, from, pairs, ..
            } => {
                let olds = pairs.iter().map(|(old, _)| *old);
                self.side(from, *step).left.extend(olds);
            }
            Record::Missing {
                step,
                mailbox,
                uids,
            } => {
                let uids = uids.as_slice().iter().copied();
                self.side(mailbox, *step).missing.extend(uids);
            }
            Record::Tombstone { of, name, .. } => {
                self.own_names.insert(name.clone(), of.clone());
            }
            Record::Restored { name, .. } => {
                self.own_names.remove(name);
            }
            Record::Balanced { balance } => {
                self.balances
                    .insert(balance.mailbox.clone(), balance.clone());
            }
            Record::Begin { .. }
            | Record::Result { .. }
            | Record::Sought { .. }
            | Record::StepEnd { .. }
            | Record::Resumed { .. }
            | Record::End {} => {}
            // What was done until then has been balanced; what happens while it waits is the owner's own doing.
            Record::Waits {} => {
                self.sides.clear();
                self.open.clear();
            }
        }
    }

    fn moved(&mut self, moved: &Moved) {
        let batch = self.open.remove(&moved.intent);
        let snaps = batch.map(|batch| batch.messages).unwrap_or_default();
        let snap = |old: Uid| snaps.iter().find(|snap| snap.0 == old);
        let sorted = snaps.is_sorted_by_key(|snap| snap.0);
        let arrived = [&moved.pairs, &moved.changed, &moved.doubled];
        let mut came = Vec::new();
        for (old, new) in arrived.into_iter().flatten() {
            let found = if sorted {
                let at = snaps.binary_search_by_key(old, |snap| snap.0);
                at.ok().and_then(|at| snaps.get(at))
            } else {
                snap(*old)
            };
            came.extend(found.map(|snap| self.came(*new, snap)));
        }
        self.side(&moved.to, moved.step).came.extend(came);
        let from = self.side(&moved.from, moved.step);
        from.vanished += moved.gone.len() as u64;
        from.left.extend(moved.gone.as_slice());
        if !moved.copied {
            let left = [&moved.pairs, &moved.changed, &moved.there];
            let left = left.into_iter().flatten().map(|(old, _)| *old);
            from.left.extend(left);
        }
    }

    fn came(&mut self, uid: Uid, snap: &Snap) -> Came {
        let next = u32::try_from(self.flags.len()).unwrap_or(u32::MAX);
        let number = *self.flag_numbers.entry(snap.5.clone()).or_insert(next);
        if number == next {
            self.flags.push(snap.5.clone());
        }
        Came {
            uid,
            size: snap.1,
            date: snap.2,
            flags: number,
        }
    }

    /// The flags that a message had.
    pub fn flags(&self, came: &Came) -> &[String] {
        let flags = self.flags.get(came.flags as usize);
        flags.map_or(&[], Vec::as_slice)
    }

    fn side(&mut self, mailbox: &MailboxName, step: u32) -> &mut Side {
        let own = self.own_names.get(mailbox).unwrap_or(mailbox).clone();
        let side = self.sides.entry(own).or_default();
        side.step = step;
        side
    }

    /// What is known of a mailbox, by any of its names.
    pub fn of(&self, mailbox: &MailboxName) -> Option<&Side> {
        self.sides
            .get(self.own_names.get(mailbox).unwrap_or(mailbox))
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

    /// The mailboxes that were balanced.
    pub fn balances(&self) -> Vec<Balance> {
        self.balances.values().cloned().collect()
    }
}

impl Side {
    /// Of messages that have come into the mailbox since it was first touched and that we did not put there: how many are
    /// the same as ones that we did. Nobody delivers the very second and octet of what was just moved: a command has run
    /// twice, or somebody else moves the same mail.
    pub fn twins(&self, strangers: &[Message]) -> u64 {
        let ours: BTreeSet<(u64, i64)> = self
            .came
            .iter()
            .filter_map(|came| Some((came.size, came.date?)))
            .collect();
        let is_twin = |message: &&Message| {
            let date = message.internal_date;
            date.is_some_and(|date| ours.contains(&(message.size, date)))
        };
        strangers.iter().filter(is_twin).count() as u64
    }

    /// Those of ours that are not among these.
    pub fn not_among(&self, there: &UidSet) -> UidSet {
        let uids = self.came.iter().map(|came| came.uid);
        uids.filter(|uid| !there.contains(*uid)).collect()
    }
}
