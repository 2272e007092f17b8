//! Messages that a run has put into a mailbox, as they were before: a few octets each, for there may be a million.
//!
//! In: messages, batch by batch. Out: the same messages in the same order. Never: anything that only looks similar.
//!
//! Within a batch UIDs and dates follow each other closely, so the differences are written down, in seven bits an octet
//! (LEB128), and a set of flags by its number.

use crate::model::uid::Uid;

/// A message that we put into a mailbox, as it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// The UID that it has there.
    pub uid: Uid,
    /// Its size in octets.
    pub size: u64,
    /// INTERNALDATE in seconds since 1970.
    pub date: Option<i64>,
    /// The number that its set of flags has in the books.
    pub flags: u32,
}

/// Such messages, one block a batch.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Arrivals {
    count: u64,
    blocks: Vec<Box<[u8]>>,
}

impl Arrivals {
    /// Adds the messages of a batch.
    pub fn add(&mut self, batch: &[Arrival]) {
        if batch.is_empty() {
            return;
        }
        let mut block = Vec::new();
        let (mut uid, mut date) = (0, 0);
        for arrival in batch {
            put(&mut block, zigzag(i64::from(arrival.uid) - i64::from(uid)));
            put(&mut block, arrival.size);
            let flags = u64::from(arrival.flags) << 1;
            put(&mut block, flags | u64::from(arrival.date.is_some()));
            if let Some(known) = arrival.date {
                put(&mut block, zigzag(known.wrapping_sub(date)));
                date = known;
            }
            uid = arrival.uid;
        }
        self.count += batch.len() as u64;
        self.blocks.push(block.into_boxed_slice());
    }

    /// How many.
    pub fn len(&self) -> u64 {
        self.count
    }

    /// In the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = Arrival> {
        self.blocks.iter().flat_map(|block| Unpacked {
            rest: block,
            uid: 0,
            date: 0,
        })
    }
}

/// A block that is read.
struct Unpacked<'b> {
    rest: &'b [u8],
    uid: Uid,
    date: i64,
}

impl Iterator for Unpacked<'_> {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        let uid = i64::from(self.uid) + unzigzag(take(&mut self.rest)?);
        self.uid = Uid::try_from(uid).ok()?;
        let size = take(&mut self.rest)?;
        let flags = take(&mut self.rest)?;
        let date = if flags & 1 == 1 {
            self.date = self.date.wrapping_add(unzigzag(take(&mut self.rest)?));
            Some(self.date)
        } else {
            None
        };
        Some(Arrival {
            uid: self.uid,
            size,
            date,
            flags: u32::try_from(flags >> 1).ok()?,
        })
    }
}

/// Small numbers of either sign become small numbers.
fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}

/// Appends a number, seven bits an octet, the lowest first.
fn put(octets: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        octets.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    octets.push(u8::try_from(number).unwrap_or_default());
}

fn take(octets: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (octet, rest) = octets.split_first()?;
        *octets = rest;
        number |= u64::from(octet & 0x7f) << shift;
        if octet & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn arrival() -> impl Strategy<Value = Arrival> {
        let fields = (
            any::<u32>(),
            any::<u64>(),
            any::<Option<i64>>(),
            any::<u32>(),
        );
        fields.prop_map(|(uid, size, date, flags)| Arrival {
            uid,
            size,
            date,
            flags,
        })
    }

    proptest! {
        #[test]
        fn what_was_put_in_comes_out(
            batches in prop::collection::vec(prop::collection::vec(arrival(), 0..9), 0..5)
        ) {
            let mut arrivals = Arrivals::default();
            for batch in &batches {
                arrivals.add(batch);
            }
            let all = batches.concat();
            prop_assert_eq!(arrivals.len(), all.len() as u64);
            prop_assert_eq!(arrivals.iter().collect::<Vec<_>>(), all);
        }
    }

    #[test]
    fn an_ordinary_message_takes_fewer_than_ten_octets() {
        let batch: Vec<Arrival> = (0..2_000_u32)
            .map(|number| Arrival {
                uid: 1_000_000 + number,
                size: u64::from(number) * 37 % 90_000,
                date: Some(1_700_000_000 + i64::from(number) * 7_919),
                flags: number % 5,
            })
            .collect();
        let mut arrivals = Arrivals::default();
        arrivals.add(&batch);
        let octets: usize = arrivals.blocks.iter().map(|block| block.len()).sum();
        assert!(octets < 10 * batch.len(), "{octets}");
    }
}
