//! What became of a batch, told from what both mailboxes hold now. Pure.
//!
//! In: the batch as it was, the UIDs still in the source, the messages that arrived in the target. Out: a [`Fate`].
//! Never: a message counted as moved that was not seen in the target.

use std::collections::BTreeMap;

use super::journal::Batch;
use crate::{
    model::uid::{Uid, UidSet},
    store::Message,
};

/// What became of the messages of a batch.
#[derive(Debug, Default)]
pub(super) struct Fate {
    /// Old UID to new UID, each seen in the target with the same size.
    pub pairs: Vec<(Uid, Uid)>,
    /// In neither mailbox.
    pub gone: UidSet,
    /// New UIDs of those that are in both though they were to be moved.
    pub doubled: UidSet,
    /// Seen in the target with another size: the server rewrote the message.
    pub resized: u64,
    /// INTERNALDATE differs.
    pub redated: u64,
    /// Text differs, where it was compared.
    pub altered: u64,
    /// Flags missing in the target: by flag, the new UIDs.
    pub unflagged: BTreeMap<String, Vec<Uid>>,
}

pub(super) fn has_flag(message: &Message, flag: &str) -> bool {
    message
        .flags
        .iter()
        .any(|have| have.eq_ignore_ascii_case(flag))
}

/// Whether the two may be one message: the same to all that is known of both.
fn alike(old: &Message, new: &Message) -> bool {
    fn agree(one: Option<&String>, other: Option<&String>) -> bool {
        one.zip(other).is_none_or(|(one, other)| one == other)
    }
    old.size == new.size
        && old
            .internal_date
            .zip(new.internal_date)
            .is_none_or(|(old, new)| old == new)
        && agree(old.email_id.as_ref(), new.email_id.as_ref())
        && agree(old.digest.as_ref(), new.digest.as_ref())
}

/// Tells from what both mailboxes hold now what became of each message of a batch. Pure.
pub(super) fn judge(
    before: &Batch,
    still: &UidSet,
    arrived: &[Message],
    copy_uid: &BTreeMap<Uid, Uid>,
    copied: bool,
) -> Fate {
    let mut fate = Fate::default();
    let mut free: BTreeMap<Uid, &Message> = arrived
        .iter()
        .map(|message| (message.uid, message))
        .collect();
    // First those that the server itself has paired, then those that have left the source, then the rest: a
    // message that is still in the source is the least likely owner of an arrival.
    let mut olds: Vec<Message> = before.messages.iter().map(Message::from).collect();
    olds.sort_by_key(|old| {
        (
            !copy_uid.contains_key(&old.uid),
            still.contains(old.uid),
            old.uid,
        )
    });
    let mut gone = Vec::new();
    let mut doubled = Vec::new();
    for old in &olds {
        let paired = copy_uid
            .get(&old.uid)
            .and_then(|new| free.get(new).copied());
        let found = paired.or_else(|| free.values().copied().find(|new| alike(old, new)));
        let here = still.contains(old.uid);
        match found {
            Some(new) => {
                free.remove(&new.uid);
                fate.compare(old, new);
                if here && !copied {
                    doubled.push(new.uid);
                } else {
                    fate.pairs.push((old.uid, new.uid));
                }
            }
            None if here => {}
            None => gone.push(old.uid),
        }
    }
    fate.pairs.sort_unstable();
    fate.gone = UidSet::new(gone);
    fate.doubled = UidSet::new(doubled);
    fate
}

impl Fate {
    fn compare(&mut self, old: &Message, new: &Message) {
        self.resized += u64::from(old.size != new.size);
        self.redated += u64::from(
            old.internal_date
                .zip(new.internal_date)
                .is_some_and(|(old, new)| old != new),
        );
        self.altered += u64::from(
            old.digest
                .as_ref()
                .zip(new.digest.as_ref())
                .is_some_and(|(old, new)| old != new),
        );
        for flag in &old.flags {
            if !has_flag(new, flag) {
                self.unflagged
                    .entry(flag.clone())
                    .or_default()
                    .push(new.uid);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::journal::Snap;

    fn snap(uid: Uid, size: u64, flags: &[&str]) -> Snap {
        let flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        Snap(uid, size, Some(1), None, None, flags)
    }

    fn message(uid: Uid, size: u64, flags: &[&str]) -> Message {
        Message::from(&snap(uid, size, flags))
    }

    fn batch(messages: Vec<Snap>) -> Batch {
        Batch {
            from_validity: 1,
            to_validity: 2,
            to_uid_next: 100,
            rate: None,
            messages,
        }
    }

    fn set(uids: &[Uid]) -> UidSet {
        UidSet::new(uids.to_vec())
    }

    #[test]
    fn a_moved_message_is_paired_with_its_arrival() {
        let before = batch(vec![snap(1, 10, &[]), snap(2, 20, &[])]);
        let arrived = [message(100, 20, &[]), message(101, 10, &[])];
        let fate = judge(&before, &set(&[]), &arrived, &BTreeMap::new(), false);
        assert_eq!(fate.pairs, [(1, 101), (2, 100)]);
        assert!(fate.gone.is_empty() && fate.doubled.is_empty());
    }

    #[test]
    fn a_message_in_neither_mailbox_is_gone_and_never_counted_as_moved() {
        let before = batch(vec![snap(1, 10, &[]), snap(2, 20, &[])]);
        let fate = judge(
            &before,
            &set(&[]),
            &[message(100, 20, &[])],
            &BTreeMap::new(),
            false,
        );
        assert_eq!(fate.pairs, [(2, 100)]);
        assert_eq!(fate.gone, set(&[1]));
    }

    #[test]
    fn a_message_in_both_is_doubled_after_a_move_and_copied_after_a_copy() {
        let before = batch(vec![snap(1, 10, &[])]);
        let arrived = [message(100, 10, &[])];
        let moved = judge(&before, &set(&[1]), &arrived, &BTreeMap::new(), false);
        assert_eq!((moved.doubled, moved.pairs.len()), (set(&[100]), 0));
        let copied = judge(&before, &set(&[1]), &arrived, &BTreeMap::new(), true);
        assert_eq!(copied.pairs, [(1, 100)]);
    }

    #[test]
    fn of_two_twins_the_one_that_left_owns_the_arrival() {
        let before = batch(vec![snap(1, 10, &[]), snap(2, 10, &[])]);
        let fate = judge(
            &before,
            &set(&[1]),
            &[message(100, 10, &[])],
            &BTreeMap::new(),
            false,
        );
        assert_eq!(fate.pairs, [(2, 100)]);
        assert!(fate.gone.is_empty() && fate.doubled.is_empty());
    }

    #[test]
    fn a_copyuid_that_names_nothing_proves_nothing() {
        let before = batch(vec![snap(1, 10, &[])]);
        let claimed = BTreeMap::from([(1, 100)]);
        let fate = judge(&before, &set(&[]), &[], &claimed, false);
        assert!(fate.pairs.is_empty());
        assert_eq!(fate.gone, set(&[1]));
    }

    #[test]
    fn lost_flags_and_changed_sizes_are_noticed() {
        let before = batch(vec![snap(1, 10, &["\\Seen", "$Forwarded"])]);
        let claimed = BTreeMap::from([(1, 100)]);
        let fate = judge(
            &before,
            &set(&[]),
            &[message(100, 11, &["\\seen"])],
            &claimed,
            false,
        );
        assert_eq!(fate.resized, 1);
        assert_eq!(fate.unflagged.keys().collect::<Vec<_>>(), ["$Forwarded"]);
    }
}
