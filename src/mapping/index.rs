//! Index: from a key to the entries that have it, as a hash table that can be compiled in.
//!
//! In: one key an entry. Out: the entries' places. Never: a match by hash alone.
//!
//! The keys stand in one text and everything else is a number: the build script writes the index down as it stands,
//! and the loader has nothing to relocate.

use std::{borrow::Cow, collections::BTreeMap};

/// One key. It begins where the one before it ends, and so do its entries' places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IndexKey {
    pub(crate) hash: u32,
    /// Where it ends in [`Index::text`].
    pub(crate) end: u32,
    /// Where its entries' places end in [`Index::places`].
    pub(crate) places_end: u32,
}

/// A hash table with open addressing. What a slot takes is little, for most of them are free.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    /// A power of two of slots, at most half of them taken: the number of a key, counted from 1; 0 where none hashes to it.
    pub(crate) slots: Cow<'static, [u32]>,
    /// Every key, in order.
    pub(crate) keys: Cow<'static, [IndexKey]>,
    /// Places of entries, those of one key beside each other.
    pub(crate) places: Cow<'static, [u32]>,
    /// The keys themselves, one after the other.
    pub(crate) text: Cow<'static, str>,
}

impl Index {
    /// Of the keys of the entries at places 0, 1, …; an empty key is none.
    pub(crate) fn new(keys: impl Iterator<Item = String>) -> Self {
        let mut by_key: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (place, key) in (0..).zip(keys) {
            if !key.is_empty() {
                by_key.entry(key).or_default().push(place);
            }
        }
        let mut slots = vec![0; (by_key.len() * 2).next_power_of_two()];
        let mut keys = Vec::with_capacity(by_key.len());
        let mut places: Vec<u32> = Vec::new();
        let mut text = String::new();
        for (key, of_key) in by_key {
            let hash = hash(&key);
            places.extend(of_key);
            text.push_str(&key);
            keys.push(IndexKey {
                hash,
                end: number(text.len()),
                places_end: number(places.len()),
            });
            let free = probes(hash, slots.len()).find(|at| slots.get(*at) == Some(&0));
            if let Some(slot) = free.and_then(|at| slots.get_mut(at)) {
                *slot = number(keys.len());
            }
        }
        Self {
            slots: slots.into(),
            keys: keys.into(),
            places: places.into(),
            text: text.into(),
        }
    }

    /// The places of the key's entries.
    pub(crate) fn get(&self, key: &str) -> &[u32] {
        self.at(hash(key), key)
    }

    fn at(&self, hash: u32, key: &str) -> &[u32] {
        let (slots, keys): (&[u32], &[IndexKey]) = (&self.slots, &self.keys);
        let taken = probes(hash, slots.len()).map_while(|at| slots.get(at)?.checked_sub(1));
        for number in taken.map(|number| number as usize) {
            if keys.get(number).is_some_and(|one| one.hash == hash)
                && let Some((text, places)) = self.key(number)
                && text == key
            {
                return places;
            }
        }
        &[]
    }

    /// A key by its number, counted from 0, and the places of its entries.
    fn key(&self, number: usize) -> Option<(&str, &[u32])> {
        let key = self.keys.get(number)?;
        let before = number.checked_sub(1).and_then(|at| self.keys.get(at));
        let (start, first) = before.map_or((0, 0), |key| (key.end, key.places_end));
        let text = self.text.get(start as usize..key.end as usize)?;
        let places = self.places.get(first as usize..key.places_end as usize)?;
        Some((text, places))
    }

    /// The keys with which a text begins, the shortest first: their lengths in octets and the places of their entries.
    /// `filter` has a bit for every hash that a key has, modulo [`FILTER`]: so small that a processor keeps it at hand, it
    /// spares most looks into the index.
    pub(crate) fn prefixes<'a>(
        &'a self,
        text: &'a str,
        filter: &'a [u64],
    ) -> impl Iterator<Item = (usize, &'a [u32])> {
        let mut hash = START;
        (1..).zip(text.bytes()).filter_map(move |(end, octet)| {
            hash = hashed(hash, octet);
            let bits = filter.get(hash as usize % FILTER / 64)?;
            if (bits >> (hash % 64)) & 1 == 0 {
                return None;
            }
            // None in the middle of a letter.
            let places = self.at(hash, text.get(..end)?);
            (!places.is_empty()).then_some((end, places))
        })
    }
}

/// The bits of a filter of hashes.
pub(crate) const FILTER: usize = 1 << 16;

/// The slots at which a key may be, in order.
#[inline]
fn probes(hash: u32, slots: usize) -> impl Iterator<Item = usize> {
    let mask = slots.wrapping_sub(1);
    (0..slots).map(move |step| (hash as usize).wrapping_add(step) & mask)
}

/// FNV-1a. Whoever makes names meet here only makes them slower to tell apart.
#[inline]
fn hash(key: &str) -> u32 {
    key.bytes().fold(START, hashed)
}

/// The hash of nothing.
const START: u32 = 0x811c_9dc5;

#[inline]
fn hashed(hash: u32, octet: u8) -> u32 {
    (hash ^ u32::from(octet)).wrapping_mul(0x0100_0193)
}

/// A table has far fewer entries than numbers of this size.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{FILTER, Index, hash};

    #[test]
    fn every_key_leads_to_its_entries_and_no_other_does() {
        let keys: Vec<String> = (0..5_000).map(|n| format!("name {}", n / 2)).collect();
        let index = Index::new(keys.iter().cloned());
        for (place, key) in keys.iter().enumerate() {
            let first = u32::try_from(place / 2 * 2).unwrap();
            assert_eq!(index.get(key), [first, first + 1]);
        }
        assert!(index.get("name").is_empty());
        assert!(Index::new(std::iter::empty()).get("").is_empty());
    }

    #[test]
    fn the_keys_with_which_a_text_begins_are_found_by_length() {
        let index = Index::new(["é", "éa", "a", "éab"].into_iter().map(str::to_owned));
        let filter = [u64::MAX; FILTER / 64];
        let found: Vec<_> = index.prefixes("éabc", &filter).collect();
        assert_eq!(found, [(2, &[0][..]), (3, &[1]), (4, &[3])]);
        assert_eq!(index.prefixes("bé", &filter).count(), 0);
    }

    #[test]
    fn two_keys_of_one_hash_are_told_apart() {
        // Found by search: they are the first words of this form that meet.
        let (one, other) = meeting();
        let keys = [one.clone(), other];
        let index = Index::new(keys.iter().cloned());
        for (place, key) in (0..).zip(&keys) {
            assert_eq!(index.get(key), [place]);
        }
        let alone = Index::new(std::iter::once(keys[1].clone()));
        assert!(alone.get(&one).is_empty());
    }

    fn meeting() -> (String, String) {
        let mut seen = std::collections::HashMap::new();
        (0..1_000_000_u32)
            .map(|n| n.to_string())
            .find_map(|word| {
                let earlier = seen.insert(hash(&word), word.clone())?;
                Some((earlier, word))
            })
            .expect("among a million words two meet in 32 bits")
    }
}
