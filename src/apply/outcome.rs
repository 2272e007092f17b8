//! What became of a batch, told from what both mailboxes hold now. Pure.
//!
//! In: the batch as it was, the UIDs still in the source, the messages that arrived in the target. Out: a [`BatchOutcome`].
//! A message counts as moved only if it was seen in the target, the same as it was.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    books::{OpenBatch, UidPairs},
    journal::Batch,
    stop::Refusal,
};
use crate::{
    language::{Phrase, text},
    model::uid::{Uid, UidSet},
    store::{Answered, CopyUid, Message},
};

/// How a batch's command ended, as far as is known.
#[derive(Debug)]
pub(super) enum Ending {
    /// Tagged OK.
    Done,
    /// Tagged NO or BAD; of a MOVE a part may have been done.
    Refused(Refusal),
    /// Nobody is left who could have claim: a resume looks.
    Unheard,
}

/// What the server has said of a batch's command. Evidence, never the proof.
#[derive(Debug)]
pub(super) struct ServerClaim {
    pub ending: Ending,
    /// Old UID to new UID by COPYUID; none where there was none that can be used.
    pub claims: Option<BTreeMap<Uid, Uid>>,
}

impl ServerClaim {
    /// What is on record of a batch whose command an earlier process, or an earlier connection, has sent.
    pub fn on_record(open: &OpenBatch) -> Self {
        let copy_uid = open.copy_uid.clone();
        Self {
            ending: Ending::Unheard,
            claims: usable(copy_uid, &open.batch),
        }
    }

    pub fn from(answer: Result<Answered, Refusal>, before: &Batch) -> Self {
        let (ending, copy_uid) = match answer {
            Ok(answered) => (Ending::Done, answered.copy_uid),
            Err(mut refusal) => {
                let copy_uid = refusal.copy_uid.take();
                (Ending::Refused(refusal), copy_uid)
            }
        };
        Self {
            ending,
            claims: usable(copy_uid, before),
        }
    }
}

/// COPYUID as it can be used: of the target as it was, and of some messages.
fn usable(copy_uid: Option<CopyUid>, before: &Batch) -> Option<BTreeMap<Uid, Uid>> {
    let copy = copy_uid?;
    let is_usable = copy.uid_validity == before.to_validity && !copy.pairs.is_empty();
    is_usable.then(|| copy.pairs.into_iter().collect())
}

/// What became of the messages of a batch.
#[derive(Debug, Default)]
pub(super) struct BatchOutcome {
    /// Old UID to new UID, each seen in the target, the same as it was.
    pub pairs: Vec<(Uid, Uid)>,
    /// Old UID to new UID of those that the server has rewritten.
    pub changed: Vec<(Uid, Uid)>,
    /// In what those differ.
    pub differs: BTreeSet<Differs>,
    /// How many have only another id than they had, and are where the server says.
    pub other_ids: u64,
    /// In neither mailbox.
    pub gone: UidSet,
    /// Old UID to new UID of those that are in both though they were to be moved.
    pub doubled: Vec<(Uid, Uid)>,
    /// Old UID to UID in the target of those that were there before: mailboxes are labels.
    pub there: Vec<(Uid, Uid)>,
    /// Old UID to UID in the target of those that it lists and does not give out: nothing of them was compared.
    pub withheld: Vec<(Uid, Uid)>,
    /// INTERNALDATE differs.
    pub redated: u64,
    /// Whether a part of a batch was seen in the target that was to be copied whole or not at all.
    pub is_part_copied: bool,
    /// Flags missing in the target: by flag, the new UIDs.
    pub unflagged: BTreeMap<String, Vec<Uid>>,
    /// Flags that the target has and the source had not: by flag, the new UIDs.
    pub flagged: BTreeMap<String, Vec<Uid>>,
}

/// The flags that say what a person has done with a message, or will do: nobody but its user sets them. `\Draft` a server may
/// set by itself among drafts, and keywords in junk mail.
const OF_ITS_USER: [&str; 4] = ["\\Deleted", "\\Seen", "\\Flagged", "\\Answered"];

pub(super) fn has_flag(flags: &BTreeSet<String>, flag: &str) -> bool {
    flags.iter().any(|have| have.eq_ignore_ascii_case(flag))
}

/// In what a message differs that has come out of a move as another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Differs {
    Size,
    /// By the digest of its Message-ID or of its whole text.
    Text,
    /// The server's own id of it: EMAILID, X-GM-MSGID.
    Id,
}

impl Differs {
    fn told(self) -> Phrase {
        match self {
            Self::Size => text::its_size(),
            Self::Text => text::its_text(),
            Self::Id => text::its_id(),
        }
    }
}

/// What is known of both and differs, but for the date.
fn differences(old: &Message, new: &Message) -> impl Iterator<Item = Differs> {
    let differ = |one: &Option<Box<str>>, other: &Option<Box<str>>| {
        let both = one.as_ref().zip(other.as_ref());
        both.is_some_and(|(one, other)| one != other)
    };
    let size = (old.size != new.size).then_some(Differs::Size);
    let text = differ(&old.digest, &new.digest).then_some(Differs::Text);
    let id = differ(&old.email_id, &new.email_id).then_some(Differs::Id);
    [size, text, id].into_iter().flatten()
}

/// Whether the two have the same size, and nothing else that is known of both differs but the date.
fn is_same_text(old: &Message, new: &Message) -> bool {
    differences(old, new).next().is_none()
}

/// Whether a message has only another id than it had. Equal ids mean equal texts; another id does not mean another text
/// (RFC 8474 §5.1), so size, date and the server's word for where it went are as good as where there are no ids.
fn has_only_another_id(old: &Message, new: &Message) -> bool {
    differences(old, new).eq([Differs::Id]) && is_same_date(old, new)
}

fn is_same_date(old: &Message, new: &Message) -> bool {
    old.internal_date
        .zip(new.internal_date)
        .is_none_or(|(old, new)| old == new)
}

/// Whether something that only this message has is found in both.
fn is_known_by_id(old: &Message, new: &Message) -> bool {
    let equal = |old: &Option<Box<str>>, new: &Option<Box<str>>| old.is_some() && old == new;
    equal(&old.email_id, &new.email_id) || equal(&old.digest, &new.digest)
}

/// Whether the two may be one message: the same to all that is known of both.
pub(super) fn is_alike(old: &Message, new: &Message) -> bool {
    is_same_text(old, new) && is_same_date(old, new)
}

/// Whether the second is good enough a copy of the first that the first may go.
pub(super) fn is_copy(old: &Message, new: &Message) -> bool {
    is_same_text(old, new) && (is_same_date(old, new) || is_known_by_id(old, new))
}

/// By what an arrival is recognised, the surest first; the last argument is whether COPYUID says that this is it, which
/// counts where the message bears it out.
const SIGHTS: [fn(&Message, &Message, bool) -> bool; 6] = [
    |old, new, claimed| claimed && is_alike(old, new),
    |old, new, _| is_alike(old, new),
    |old, new, claimed| claimed && is_same_text(old, new),
    |old, new, _| is_copy(old, new),
    |old, new, claimed| claimed && has_only_another_id(old, new),
    // Not the same any more: the server has rewritten it.
    |old, new, claimed| claimed || is_known_by_id(old, new),
];

/// Tells from what both mailboxes hold now what became of each message of a batch. Pure.
pub(super) fn judge(
    before: &Batch,
    still: &UidSet,
    arrived: &[Message],
    claims: Option<&BTreeMap<Uid, Uid>>,
    copied: bool,
) -> BatchOutcome {
    let mut outcome = BatchOutcome::default();
    // What was in the target before the command was sent is nobody's arrival, whatever COPYUID says.
    let mut free: BTreeMap<Uid, &Message> = arrived
        .iter()
        .filter(|message| message.uid >= before.to_uid_next)
        .map(|message| (message.uid, message))
        .collect();
    // First those that have left the source: one that is still there is the least likely owner of an arrival.
    let mut olds: Vec<Message> = before.messages.iter().map(Message::from).collect();
    olds.sort_unstable_by_key(|old| (still.contains(old.uid), old.uid));
    for is_it in SIGHTS {
        olds.retain(|old| {
            let claimed = claims.and_then(|claims| claims.get(&old.uid));
            let stays = still.contains(old.uid) && !copied;
            let fits = |new: &&&Message| {
                let claimed = claimed == Some(&new.uid);
                // What has not left the source as it should has not been rewritten either.
                (claimed || !stays || is_same_text(old, new)) && is_it(old, new, claimed)
            };
            let found = claimed
                .and_then(|new| free.get(new))
                .filter(fits)
                .or_else(|| free.values().find(fits))
                .copied();
            let Some(new) = found else { return true };
            free.remove(&new.uid);
            // An original is expunged on the word of a comparison only where nothing at all differs.
            let is_renamed = !copied && !stays && claimed == Some(&new.uid);
            if is_renamed && has_only_another_id(old, new) {
                outcome.other_ids += 1;
                outcome.arrive(old, new, stays);
            } else {
                outcome.place(old, new, stays);
            }
            false
        });
    }
    outcome.gone = olds
        .iter()
        .map(|old| old.uid)
        .filter(|uid| !still.contains(*uid))
        .collect();
    outcome.pairs.sort_unstable();
    outcome
}

/// How many of a batch's messages have arrived, were rewritten, are gone, were there before, are in both mailboxes, and are
/// in the target without being given out.
pub(super) type Counts = [usize; 6];

impl BatchOutcome {
    pub fn counts(&self) -> Counts {
        [
            self.pairs.len(),
            self.changed.len(),
            self.gone.len(),
            self.there.len(),
            self.doubled.len(),
            self.withheld.len(),
        ]
    }

    fn place(&mut self, old: &Message, new: &Message, stays: bool) {
        let differs: Vec<Differs> = differences(old, new).collect();
        if differs.is_empty() {
            self.arrive(old, new, stays);
        } else {
            self.changed.push((old.uid, new.uid));
            self.differs.extend(differs);
        }
    }

    fn arrive(&mut self, old: &Message, new: &Message, stays: bool) {
        if stays {
            self.doubled.push((old.uid, new.uid));
        } else {
            self.pairs.push((old.uid, new.uid));
        }
        self.redated += u64::from(!is_same_date(old, new));
        for flag in old.flags.iter().filter(|flag| !has_flag(&new.flags, flag)) {
            let unflagged = self.unflagged.entry(flag.clone()).or_default();
            unflagged.push(new.uid);
        }
        for flag in OF_ITS_USER {
            if has_flag(&new.flags, flag) && !has_flag(&old.flags, flag) {
                let flagged = self.flagged.entry(flag.to_owned()).or_default();
                flagged.push(new.uid);
            }
        }
    }

    /// A message that was seen in both mailboxes before, and has left the source since, has been moved after all.
    pub fn claim(&mut self, before: &Batch, doubles: &UidPairs, there: &[Message]) {
        for old in before.messages.iter().map(Message::from) {
            let new = doubles.get(old.uid).filter(|_| self.gone.contains(old.uid));
            let copy = new.and_then(|new| there.iter().find(|copy| copy.uid == new));
            if let Some(copy) = copy.filter(|copy| is_same_text(&old, copy)) {
                self.pairs.push((old.uid, copy.uid));
                let gone = self.gone.as_slice().iter().copied();
                self.gone = gone.filter(|uid| *uid != old.uid).collect();
            }
        }
        self.pairs.sort_unstable();
    }

    /// What has left the source, was not seen to arrive, and stands where COPYUID says, the same as it was: some servers give
    /// numbers below the UIDNEXT that they have told. Where the target holds no more than before, it kept the one that it had,
    /// which was its own: an undo must not take it away.
    pub fn believe(
        &mut self,
        before: &Batch,
        claims: &BTreeMap<Uid, Uid>,
        there: &[Message],
        is_new: bool,
    ) {
        for old in before.messages.iter().map(Message::from) {
            let new = claims.get(&old.uid).filter(|_| self.gone.contains(old.uid));
            let new = new.and_then(|new| there.iter().find(|one| one.uid == *new));
            let is_taken = |new: &Message| self.pairs.iter().any(|(_, taken)| *taken == new.uid);
            if let Some(new) = new.filter(|new| is_alike(&old, new) && !is_taken(new)) {
                if is_new {
                    self.place(&old, new, false);
                } else {
                    self.there.push((old.uid, new.uid));
                }
                let gone = self.gone.as_slice().iter().copied();
                self.gone = gone.filter(|uid| *uid != old.uid).collect();
            }
        }
        self.pairs.sort_unstable();
    }

    /// Whether each message was found in the target.
    pub fn tells_of_each(&self, before: &Batch) -> bool {
        let found = self.pairs.len() + self.there.len() + self.withheld.len();
        found == before.messages.len()
    }

    /// Whether nothing has happened at all.
    pub fn is_nothing(&self) -> bool {
        let pairs = [
            &self.pairs,
            &self.changed,
            &self.doubled,
            &self.there,
            &self.withheld,
        ];
        self.gone.is_empty() && pairs.into_iter().all(Vec::is_empty)
    }

    /// Whether something is missing that the target may show yet.
    pub fn may_show_late(&self, claim: &ServerClaim, copied: bool) -> bool {
        let mut lost = self.gone.as_slice().iter();
        let is_done = matches!(claim.ending, Ending::Done);
        let is_anywhere_twice = is_done && !copied && !self.doubled.is_empty();
        lost.any(|uid| !claim.explains_absence(*uid))
            || is_anywhere_twice
            || is_done && self.is_nothing()
    }

    /// What has left the source and stands in the target under the same id is no loss, whenever it came there.
    pub fn find(&mut self, before: &Batch, target: &[Message]) {
        for old in before.messages.iter().map(Message::from) {
            let is_it = |new: &&Message| is_same_text(&old, new) && is_known_by_id(&old, new);
            let found = target.iter().find(is_it);
            if let Some(new) = found.filter(|_| self.gone.contains(old.uid)) {
                self.there.push((old.uid, new.uid));
            }
        }
        let gone = self.gone.as_slice().iter().copied();
        self.gone = gone
            .filter(|uid| self.there.iter().all(|pair| pair.0 != *uid))
            .collect();
    }

    /// Those of a batch that were seen neither in the target nor missing from both mailboxes.
    pub fn not_found(&self, before: &Batch) -> UidSet {
        let known = [&self.pairs, &self.changed, &self.doubled, &self.there];
        let known: BTreeSet<Uid> = known.into_iter().flatten().map(|pair| pair.0).collect();
        let olds = before.messages.iter().map(|snap| snap.0);
        olds.filter(|old| !known.contains(old) && !self.gone.contains(*old))
            .collect()
    }

    /// Which of these stand in the target, which lists them and does not give them out: by what the server has said of each,
    /// else in their order, where as many are withheld as are missing.
    pub fn withhold(
        &mut self,
        missing: &UidSet,
        claims: Option<&BTreeMap<Uid, Uid>>,
        withheld: &UidSet,
    ) {
        let olds = missing.as_slice().iter().copied();
        if let Some(claims) = claims {
            let claimed = olds.filter_map(|old| Some((old, *claims.get(&old)?)));
            let claimed = claimed.filter(|(_, new)| withheld.contains(*new));
            self.withheld = claimed.collect();
        } else if missing.len() == withheld.len() {
            self.withheld = olds.zip(withheld.as_slice().iter().copied()).collect();
        }
        let gone = self.gone.as_slice().iter().copied();
        let is_withheld = |uid| {
            self.withheld
                .binary_search_by_key(&uid, |pair| pair.0)
                .is_ok()
        };
        self.gone = gone.filter(|uid| !is_withheld(*uid)).collect();
    }

    /// Octets of the messages that were seen in the target.
    pub fn octets(&self, before: &Batch) -> u64 {
        let moved = |uid: Uid| {
            let arrived = self.pairs.binary_search_by_key(&uid, |pair| pair.0).is_ok();
            arrived || self.there.iter().any(|pair| pair.0 == uid)
        };
        let sizes = before.messages.iter().filter(|snap| moved(snap.0));
        sizes.map(|snap| snap.1).sum()
    }

    /// Whether each message is where the server said, or where it was.
    pub fn is_plain(&self) -> bool {
        self.changed.is_empty() && self.gone.is_empty()
    }

    /// COPY does all or nothing (RFC 9051 §6.4.7). Where the server did not say which copy is whose, a part of a
    /// batch in the target may be somebody else's doing and proves nothing.
    pub fn all_or_nothing(self, batch: &Batch) -> Self {
        let told = self.pairs.len() + self.there.len() + self.gone.len() + self.withheld.len();
        if told == batch.messages.len() {
            return self;
        }
        Self {
            is_part_copied: !self.pairs.is_empty(),
            changed: self.changed,
            differs: self.differs,
            there: self.there,
            gone: self.gone,
            ..Self::default()
        }
    }

    /// Why the merge must stop after this batch, judged by what was claim of its command; none where it may go on.
    pub fn objection(&self, claim: &ServerClaim) -> Option<Phrase> {
        if !self.changed.is_empty() {
            let changed = text::messages(self.changed.len() as u64);
            let differs = self.differs.iter().map(|differs| differs.told());
            let differs = Phrase::joined(differs, ", ");
            return Some(text::server_changes_messages(differs, changed));
        }
        let lost = self.gone.as_slice().iter();
        let lost = lost.filter(|uid| !claim.explains_absence(**uid)).count();
        if lost > 0 {
            return Some(text::in_neither(text::messages(lost as u64)));
        }
        // The next command would double more. One that was put off may have been broken off in the middle of a message.
        let is_over = match &claim.ending {
            Ending::Done => true,
            Ending::Refused(refusal) => !refusal.put_off,
            Ending::Unheard => false,
        };
        if is_over && !self.doubled.is_empty() {
            return Some(text::left_in_source(text::messages(
                self.doubled.len() as u64
            )));
        }
        if !matches!(claim.ending, Ending::Done) {
            return None;
        }
        let is_anywhere = !(self.pairs.is_empty()
            && self.there.is_empty()
            && self.withheld.is_empty()
            && self.gone.is_empty());
        (!is_anywhere).then(text::none_in_target)
    }
}

impl ServerClaim {
    /// Whether it shows that another client took a message that is in neither mailbox.
    fn explains_absence(&self, uid: Uid) -> bool {
        match (&self.claims, &self.ending) {
            // It told what it moved, and this was not there to be moved.
            (Some(claims), _) => !claims.contains_key(&uid),
            (None, Ending::Refused(refusal)) => refusal.has_code("EXPUNGEISSUED"),
            (None, Ending::Done | Ending::Unheard) => false,
        }
    }
}

#[cfg(test)]
#[path = "outcome_tests.rs"]
mod tests;
