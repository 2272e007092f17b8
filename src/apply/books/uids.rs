//! UIDs and pairs of UIDs, held as runs of consecutive ones, so that a million moved messages are a few octets.
//!
//! In: UIDs in any order. Out: sets and maps that answer which and how many. Never: a set that is written into a command;
//! that is [`UidSet`]'s.
//!
//! Servers give UIDs in ascending order, so what is added mostly belongs behind what is there, and costs nothing else.
//! Whatever does not is sorted in, which is rare and may take longer.

use std::collections::BTreeMap;

use crate::model::{
    mailbox::MailboxName,
    uid::{Uid, UidSet},
};

/// A set of UIDs: ascending ranges, both ends included, as long as they can be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UidRanges(Vec<(Uid, Uid)>);

impl UidRanges {
    /// Adds UIDs.
    pub fn extend(&mut self, uids: impl IntoIterator<Item = Uid>) {
        let mut added: Vec<Uid> = uids.into_iter().collect();
        added.sort_unstable();
        added.dedup();
        let Some(first) = added.first() else { return };
        if self.0.last().is_some_and(|(_, last)| last >= first) {
            added.extend(self.iter());
            added.sort_unstable();
            added.dedup();
            self.0.clear();
        }
        for uid in added {
            self.push(uid);
        }
    }

    /// Adds a UID that is higher than all that are there.
    fn push(&mut self, uid: Uid) {
        match self.0.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(uid) => *last = uid,
            _ => self.0.push((uid, uid)),
        }
    }

    /// Takes out those of which `is_out` is true, and says how many these were.
    pub fn remove(&mut self, is_out: impl Fn(Uid) -> bool) -> u64 {
        let before = self.len();
        let mut left = Self::default();
        for uid in self.iter().filter(|uid| !is_out(*uid)) {
            left.push(uid);
        }
        *self = left;
        before - self.len()
    }

    /// Whether a UID is in the set.
    pub fn contains(&self, uid: Uid) -> bool {
        let at = self.0.partition_point(|(_, last)| *last < uid);
        self.0.get(at).is_some_and(|(first, _)| *first <= uid)
    }

    /// How many.
    pub fn len(&self) -> u64 {
        self.below(Uid::MAX) + u64::from(self.contains(Uid::MAX))
    }

    /// How many are lower than this one.
    pub fn below(&self, limit: Uid) -> u64 {
        let below = self.0.iter().map(|(first, last)| {
            let end = limit.min(last.saturating_add(1));
            u64::from(end.saturating_sub(*first))
        });
        below.sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Ascending.
    pub fn iter(&self) -> impl Iterator<Item = Uid> {
        self.0.iter().flat_map(|(first, last)| *first..=*last)
    }

    /// The same as a set for a command or a record.
    pub fn to_set(&self) -> UidSet {
        self.iter().collect()
    }
}

/// So many messages in a row, whose old and new UIDs are both consecutive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Row {
    old: Uid,
    new: Uid,
    count: u32,
}

/// Old UID to new UID, ascending by the old one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UidPairs(Vec<Row>);

impl UidPairs {
    /// Adds pairs; of two with the same old UID the later one holds.
    pub fn extend(&mut self, pairs: impl IntoIterator<Item = (Uid, Uid)>) {
        let mut added: BTreeMap<Uid, Uid> = pairs.into_iter().collect();
        let Some(first) = added.keys().next().copied() else {
            return;
        };
        if self
            .0
            .last()
            .is_some_and(|last| last.old + (last.count - 1) >= first)
        {
            let mut all: BTreeMap<Uid, Uid> = self.iter().collect();
            all.append(&mut added);
            added = all;
            self.0.clear();
        }
        for (old, new) in added {
            self.push(old, new);
        }
    }

    /// Adds a pair whose old UID is higher than all that are there.
    fn push(&mut self, old: Uid, new: Uid) {
        match self.0.last_mut() {
            Some(row)
                if row.old.checked_add(row.count) == Some(old)
                    && row.new.checked_add(row.count) == Some(new) =>
            {
                row.count += 1;
            }
            _ => self.0.push(Row { old, new, count: 1 }),
        }
    }

    /// Keeps those of which `is_kept` is true of the old UID.
    pub fn retain(&mut self, is_kept: impl Fn(Uid) -> bool) {
        let mut left = Self::default();
        for (old, new) in self.iter().filter(|(old, _)| is_kept(*old)) {
            left.push(old, new);
        }
        *self = left;
    }

    /// The new UID of an old one.
    pub fn get(&self, old: Uid) -> Option<Uid> {
        let at = self.0.partition_point(|row| row.old <= old);
        let row = self.0.get(at.checked_sub(1)?)?;
        let place = old - row.old;
        (place < row.count).then(|| row.new + place)
    }

    /// Whether there is a pair with this old UID.
    pub fn contains(&self, old: Uid) -> bool {
        self.get(old).is_some()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.iter().map(|row| row.count as usize).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Ascending by the old UID.
    pub fn iter(&self) -> impl Iterator<Item = (Uid, Uid)> {
        let rows = self.0.iter();
        rows.flat_map(|row| (0..row.count).map(|place| (row.old + place, row.new + place)))
    }

    /// The old UIDs.
    pub fn olds(&self) -> UidSet {
        self.iter().map(|(old, _)| old).collect()
    }

    /// The new UIDs.
    pub fn news(&self) -> UidSet {
        self.iter().map(|(_, new)| new).collect()
    }
}

impl FromIterator<(Uid, Uid)> for UidPairs {
    fn from_iter<I: IntoIterator<Item = (Uid, Uid)>>(pairs: I) -> Self {
        let mut all = Self::default();
        all.extend(pairs);
        all
    }
}

/// A mailbox in which UIDs mean something: its name, and the UIDVALIDITY that they were given under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub mailbox: MailboxName,
    pub validity: u32,
}

/// Which message of one mailbox is which message of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UidMap {
    pub from: Place,
    pub to: Place,
    pub pairs: UidPairs,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ranges_are_a_set_however_they_were_filled(
            parts in prop::collection::vec(prop::collection::vec(1..60u32, 0..12), 0..6),
            out in prop::collection::btree_set(1..60u32, 0..20),
            limit in 0..70u32,
        ) {
            let mut ranges = UidRanges::default();
            let mut set = BTreeSet::new();
            for part in parts {
                ranges.extend(part.iter().copied());
                set.extend(part);
                prop_assert_eq!(ranges.iter().collect::<BTreeSet<_>>(), set.clone());
                prop_assert_eq!(ranges.len(), set.len() as u64);
            }
            prop_assert!((0..70).all(|uid| ranges.contains(uid) == set.contains(&uid)));
            prop_assert_eq!(ranges.below(limit), set.range(..limit).count() as u64);
            let removed = ranges.remove(|uid| out.contains(&uid));
            prop_assert_eq!(removed, set.intersection(&out).count() as u64);
            let left: Vec<u32> = set.difference(&out).copied().collect();
            let mut afresh = UidRanges::default();
            afresh.extend(left);
            prop_assert_eq!(ranges, afresh);
        }

        #[test]
        fn pairs_are_a_map_however_they_were_filled(
            parts in prop::collection::vec(prop::collection::vec((1..40u32, 1..40u32), 0..12), 0..6),
            out in prop::collection::btree_set(1..40u32, 0..20),
        ) {
            let mut pairs = UidPairs::default();
            let mut map = BTreeMap::new();
            for part in parts {
                pairs.extend(part.iter().copied());
                map.extend(part);
                prop_assert_eq!(pairs.iter().collect::<BTreeMap<_, _>>(), map.clone());
            }
            prop_assert_eq!(pairs.len(), map.len());
            prop_assert!((0..50).all(|old| pairs.get(old) == map.get(&old).copied()));
            pairs.retain(|old| !out.contains(&old));
            map.retain(|old, _| !out.contains(old));
            prop_assert_eq!(pairs, map.into_iter().collect());
        }
    }

    #[test]
    fn a_million_consecutive_messages_are_one_row() {
        let pairs: UidPairs = (1..=1_000_000).map(|uid| (uid, uid + 7)).collect();
        assert_eq!((pairs.0.len(), pairs.len()), (1, 1_000_000));
        let mut ranges = UidRanges::default();
        ranges.extend(pairs.iter().map(|(old, _)| old));
        assert_eq!((ranges.0.len(), ranges.len()), (1, 1_000_000));
    }

    #[test]
    fn the_highest_uid_there_can_be_is_counted() {
        let mut ranges = UidRanges::default();
        ranges.extend([Uid::MAX, Uid::MAX - 1]);
        assert_eq!(ranges.len(), 2);
        assert_eq!(ranges.below(Uid::MAX), 1);
        let pairs: UidPairs = [(Uid::MAX, Uid::MAX), (Uid::MAX - 1, Uid::MAX - 1)]
            .into_iter()
            .collect();
        assert_eq!(pairs.get(Uid::MAX), Some(Uid::MAX));
        assert_eq!(pairs.len(), 2);
    }
}
