//! UIDs and sets of them, in the form commands carry (RFC 9051 §9 `sequence-set`), never with `*`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A message's UID: non-zero, strictly ascending within a mailbox (RFC 9051 §2.3.1.1).
pub type Uid = u32;

/// The longest set in one command, in octets, so that the command stays below 8 000 (docs/safety.md, "Batches").
const SET_OCTETS: usize = 7_000;

/// A set of UIDs, kept ascending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UidSet(Vec<Uid>);

impl UidSet {
    /// Sorts and deduplicates.
    #[must_use]
    pub fn new(mut uids: Vec<Uid>) -> Self {
        uids.retain(|uid| *uid != 0);
        uids.sort_unstable();
        uids.dedup();
        Self(uids)
    }

    /// Ascending.
    #[must_use]
    pub fn as_slice(&self) -> &[Uid] {
        &self.0
    }

    /// Whether it is in the set.
    #[must_use]
    pub fn contains(&self, uid: Uid) -> bool {
        self.0.binary_search(&uid).is_ok()
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Cuts off the largest set of at most `most` of these ascending UIDs that is short enough for one command; none where
    /// nothing is left. It reads no further than the set goes.
    #[must_use]
    pub fn cut(uids: &[Uid], most: usize) -> Option<(Self, &[Uid])> {
        let most = most.max(1).min(uids.len());
        let (head, rest) = uids.split_at_checked(fitting(uids.get(..most)?))?;
        (!head.is_empty()).then(|| (Self::new(head.to_vec()), rest))
    }

    /// The set in pieces of at most `most` UIDs, each short enough for one command.
    pub fn pieces(&self, most: usize) -> impl Iterator<Item = Self> {
        let mut rest = self.as_slice();
        std::iter::from_fn(move || {
            let (piece, more) = Self::cut(rest, most)?;
            rest = more;
            Some(piece)
        })
    }

    /// Reads `1:3,7`; none for anything malformed, with `*`, a zero, or more than `limit` UIDs.
    #[must_use]
    pub fn parse(text: &str, limit: usize) -> Option<Self> {
        Self::parse_ordered(text, limit).map(Self::new)
    }

    /// Reads `1:3,7` keeping the order in which COPYUID pairs them (`9,1:2` is 9, 1, 2; `12:10` is 10, 11, 12).
    #[must_use]
    pub fn parse_ordered(text: &str, limit: usize) -> Option<Vec<Uid>> {
        let mut uids = Vec::new();
        for part in text.split(',') {
            let (first, last) = part.split_once(':').unwrap_or((part, part));
            let (first, last): (Uid, Uid) = (number(first)?, number(last)?);
            let (low, high) = (first.min(last), first.max(last));
            if (high - low) as usize >= limit.saturating_sub(uids.len()) {
                return None;
            }
            uids.extend(low..=high);
        }
        Some(uids)
    }
}

/// How many of these ascending UIDs, from the first on, make a set that is short enough for one command; one always is.
fn fitting(uids: &[Uid]) -> usize {
    // Octets before the range that is being read, with the comma behind them.
    let mut before = 0;
    let mut range: Option<(Uid, Uid)> = None;
    let digits = |uid: Uid| uid.checked_ilog10().unwrap_or(0) as usize + 1;
    for (count, uid) in uids.iter().copied().enumerate() {
        let first = match range {
            Some((first, last)) if last.checked_add(1) == Some(uid) => first,
            Some((first, last)) => {
                let is_one = first == last;
                before += digits(first) + 1 + if is_one { 0 } else { 1 + digits(last) };
                uid
            }
            None => uid,
        };
        let octets = digits(first) + if first == uid { 0 } else { 1 + digits(uid) };
        if before + octets > SET_OCTETS && count > 0 {
            return count;
        }
        range = Some((first, uid));
    }
    uids.len()
}

/// Strictly digits: `str::parse` would take `+5` too.
fn number(text: &str) -> Option<Uid> {
    if !text.bytes().all(|octet| octet.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|uid| *uid != 0)
}

impl FromIterator<Uid> for UidSet {
    fn from_iter<I: IntoIterator<Item = Uid>>(uids: I) -> Self {
        Self::new(uids.into_iter().collect())
    }
}

impl std::fmt::Display for UidSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut uids = self.0.iter().copied().peekable();
        let mut comma = "";
        while let Some(first) = uids.next() {
            let mut last = first;
            while let Some(next) = uids.next_if(|next| Some(*next) == last.checked_add(1)) {
                last = next;
            }
            if first == last {
                write!(f, "{comma}{first}")?;
            } else {
                write!(f, "{comma}{first}:{last}")?;
            }
            comma = ",";
        }
        Ok(())
    }
}

/// The most UIDs a set in a file may hold.
const FILE_LIMIT: usize = 50_000_000;

impl Serialize for UidSet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UidSet {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() {
            return Ok(Self::default());
        }
        Self::parse(&text, FILE_LIMIT).ok_or_else(|| serde::de::Error::custom("not a set of UIDs"))
    }
}

impl JsonSchema for UidSet {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "UidSet".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^([0-9]+(:[0-9]+)?(,[0-9]+(:[0-9]+)?)*)?$"})
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sets_are_written_as_ranges_and_read_back() {
        let set = UidSet::new(vec![7, 3, 1, 2, 3, u32::MAX]);
        assert_eq!(set.to_string(), "1:3,7,4294967295");
        assert_eq!(UidSet::parse("1:3,7,4294967295", 99), Some(set));
    }

    #[test]
    fn stars_zeroes_signs_and_endless_ranges_are_refused() {
        for text in [
            "",
            "*",
            "1:*",
            "0",
            "+1",
            "1,",
            "1:2:3",
            "1:4294967295",
            "x",
        ] {
            assert_eq!(UidSet::parse(text, 1000), None, "{text}");
        }
    }

    #[test]
    fn a_set_is_cut_into_pieces_that_a_command_can_carry() {
        let scattered: UidSet = (1..6_000).map(|uid| uid * 2_000).collect();
        let pieces: Vec<UidSet> = scattered.pieces(5_000).collect();
        assert!(pieces.iter().all(|piece| piece.to_string().len() <= 7_000));
        // None could have been longer.
        for two in pieces.windows(2) {
            let more = two[1].as_slice().first().copied();
            let longer: UidSet = two[0].as_slice().iter().copied().chain(more).collect();
            assert!(longer.to_string().len() > 7_000, "{}", two[0]);
        }
        let joined: UidSet = pieces
            .iter()
            .flat_map(|piece| piece.as_slice().iter().copied())
            .collect();
        assert_eq!(joined, scattered);
        assert_eq!(UidSet::default().pieces(5).count(), 0);
    }

    proptest! {
        #[test]
        fn pieces_hold_every_uid_once_and_each_is_as_long_as_it_may_be(
            gaps in proptest::collection::vec(prop_oneof![Just(1_u32), 1..400_000_u32], 0..3_000),
            most in 1..5_000_usize,
        ) {
            let mut last = 0_u32;
            let uids: Vec<Uid> = gaps.iter().map(|gap| { last += gap; last }).collect();
            let set = UidSet::new(uids.clone());
            let pieces: Vec<UidSet> = set.pieces(most).collect();
            let joined: Vec<Uid> = pieces.iter().flat_map(|piece| piece.as_slice().to_vec()).collect();
            prop_assert_eq!(&joined, &uids);
            let mut end = 0;
            for piece in &pieces {
                prop_assert!(piece.len() <= most && piece.to_string().len() <= SET_OCTETS);
                end += piece.len();
                if piece.len() < most && end < uids.len() {
                    let longer: UidSet = uids[end - piece.len()..=end].iter().copied().collect();
                    prop_assert!(longer.to_string().len() > SET_OCTETS);
                }
            }
        }
    }

    #[test]
    fn a_set_is_measured_no_further_than_its_first_piece_goes() {
        // Each piece once rendered all of the rest: half a minute for these.
        let uids: UidSet = (1..2_000_000).map(|uid| uid * 2).collect();
        let octets: usize = uids
            .pieces(usize::MAX)
            .map(|piece| piece.to_string().len())
            .sum();
        assert!(octets > 2_000_000 * 7);
    }

    #[test]
    fn copyuid_sets_keep_their_order() {
        assert_eq!(
            UidSet::parse_ordered("9,12:10,1", 10),
            Some(vec![9, 10, 11, 12, 1])
        );
    }
}
