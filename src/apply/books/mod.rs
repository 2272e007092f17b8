//! The books of a run: all that its records say, folded into what the run knows.
//!
//! In: every record, once, in order, as it is written or as it is read back. Out: answers to whoever has a question: the
//! run itself, a resume, an undo, the list of runs. Never: the server, the clock, the disk.
//!
//! A run that goes on and one that is resumed know the same, because both take the same records through
//! [`Books::take`], the only place that says what a record means. What is kept grows with what is known (mailboxes, steps,
//! runs of UIDs, a few octets for each message that was moved) and not with the length of the journal; the messages of a
//! batch as they were before are dropped once the batch is proven.

mod arrivals;
mod copies;
mod mailboxes;
mod set_aside;
mod step;
mod tally;
mod uids;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use jiff::Timestamp;

pub use arrivals::Arrival;
pub use copies::Copies;
pub use mailboxes::{Mailboxes, Side};
pub use set_aside::{SetAside, TombstoneName};
pub use step::{ProvenBatch, StepBook};
pub use tally::Tally;
pub use uids::{Place, UidMap, UidPairs, UidRanges};

use super::{
    journal::{self, Batch, Moved, ReadError, Record, Reply, Snap, record},
    settings::Settings,
};
use crate::{
    language::Phrase,
    model::{
        mailbox::{MailboxName, is_tombstone},
        plan::Plan,
        receipt::{LeftMessage, StepReceipt, WhyLeft},
        uid::Uid,
        unknown::UnknownMessages,
    },
    store::{Act, CopyUid},
};

/// How a run was begun.
#[derive(Debug, PartialEq, Eq)]
pub struct Begun {
    /// When, RFC 3339.
    pub time: String,
    /// The plan that it applies.
    pub plan: Box<Plan>,
    /// What the user chose for it.
    pub settings: Settings,
}

/// How far a run has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum State {
    /// It goes on, or was interrupted.
    #[default]
    Open,
    /// It has done all it was to do and leaves the removal of what it set aside to a later run.
    Waits {
        /// Since when, RFC 3339.
        since: String,
    },
    /// It came to its end.
    Finished,
    /// A person has given it up.
    GivenUp,
}

/// A batch that was sent, as far as is known, and is not proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenBatch {
    /// The number of its command.
    pub intent: u64,
    /// The plan's step.
    pub step: u32,
    /// The command.
    pub act: Act,
    /// Its messages as they were before.
    pub batch: Batch,
    /// Where the server says that they went; none where it has not said so, or has not answered.
    pub copy_uid: Option<CopyUid>,
}

/// All that a run's records say.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Books {
    begun: Option<Begun>,
    state: State,
    /// The number of the last intent.
    intents: u64,
    /// Intents that are not known to have stayed on this machine.
    may_be_sent: u64,
    steps: BTreeMap<u32, StepBook>,
    /// The UIDVALIDITY that each mailbox must have, by the name that it had.
    identity: BTreeMap<MailboxName, u32>,
    /// Flags that targets were seen not to keep.
    unkept: BTreeMap<MailboxName, BTreeSet<String>>,
    open: BTreeMap<u64, OpenBatch>,
    copies: Copies,
    set_aside: SetAside,
    mailboxes: Mailboxes,
    /// What was given up, by the intent of its batch and by step.
    unknown: BTreeMap<(Option<u64>, u32), UnknownMessages>,
}

impl Books {
    /// What the journal of a run says, whole or any beginning of it.
    pub fn read(journal: impl std::io::Read) -> Result<Self, ReadError> {
        let mut books = Self::default();
        journal::read(journal, |time, record| books.take(time, record))?;
        Ok(books)
    }

    /// Takes the next record and the time at which it was written, RFC 3339.
    pub(super) fn take(&mut self, time: &str, record: Record) {
        match record {
            Record::Begin(begin) => self.begin(time, begin),
            Record::Intent(intent) => self.intent(intent),
            Record::Result(answer) => self.answered(&answer),
            Record::Moved(moved) => self.batch_proven(moved),
            Record::Sought(sought) => self.sought(sought),
            Record::Expunged(expunged) => self.expunged(expunged),
            Record::Stood(stood) => self.mailboxes.stood(&stood),
            Record::Missing(missing) => self.missing(&missing),
            Record::Left(left) => self.left(left),
            Record::Balanced(balanced) => self.mailboxes.balanced(balanced.balance),
            Record::Tombstone(tombstone) => self.renamed(tombstone),
            Record::Restored(restored) => self.restored(&restored.name),
            Record::Remarked(remark) => self.book(remark.step).remark(remark.remark),
            Record::GaveUp(gave_up) => self.give_up(gave_up),
            Record::StepEnd(end) => self.book(end.receipt.id).over(end),
            Record::Resumed(_) => self.state = State::Open,
            Record::Waits {} => self.wait(time),
            Record::End {} => self.end(time),
            Record::GivenUp {} => self.given_up(),
        }
    }

    fn book(&mut self, step: u32) -> &mut StepBook {
        self.steps.entry(step).or_default()
    }

    fn begin(&mut self, time: &str, begin: record::Begin) {
        for seen in &begin.plan.listing.mailboxes {
            if let Some(validity) = seen.uid_validity {
                self.identity.insert(seen.mailbox.clone(), validity);
            }
        }
        self.begun = Some(Begun {
            time: time.to_owned(),
            plan: begin.plan,
            settings: Settings {
                settle: Duration::from_millis(begin.settle_ms),
                verify: begin.verify,
                command: begin.command,
                skip: begin.skip.into_iter().collect(),
                grace: begin.grace_ms.map(Duration::from_millis),
                filters_at: begin.filters_at,
            },
        });
    }

    fn intent(&mut self, sent: record::Intent) {
        let record::Intent {
            intent,
            step,
            act,
            batch,
        } = sent;
        self.intents = intent;
        self.may_be_sent += 1;
        match &act {
            Act::Rename { from, to } if self.is_name_of_ours(from, to) => {
                let attempt = TombstoneName {
                    step,
                    of: from.clone(),
                    name: to.clone(),
                };
                self.set_aside.ask(intent, attempt);
            }
            Act::Lock { name } => self.mailboxes.locked(name),
            _ => {}
        }
        self.set_aside.intent(intent, &act);
        self.book(step).intent(intent, &act);
        let Some(batch) = batch else { return };
        if let Act::Move { from, to, .. } | Act::Copy { from, to, .. } = &act {
            self.know(from, batch.from_validity);
            self.know(to, batch.to_validity);
        }
        let open = OpenBatch {
            intent,
            step,
            act,
            batch,
            copy_uid: None,
        };
        self.open.insert(intent, open);
    }

    fn answered(&mut self, answer: &record::Answer) {
        let (intent, reply) = (answer.intent, &answer.reply);
        self.set_aside.answered(intent, reply);
        if let (Reply::Answered(answered), Some(open)) = (reply, self.open.get_mut(&intent)) {
            open.copy_uid.clone_from(&answered.copy_uid);
        }
        let is_passing = matches!(reply, Reply::RefusedInPassing(_));
        if is_passing || matches!(reply, Reply::NotSent | Reply::Refused(_)) {
            for book in self.steps.values_mut() {
                book.void(intent, is_passing);
            }
        }
        if *reply == Reply::NotSent {
            self.may_be_sent = self.may_be_sent.saturating_sub(1);
            self.open.remove(&intent);
        }
    }

    /// A batch was proven: from here on its messages as they were before are not needed.
    fn batch_proven(&mut self, moved: Moved) {
        let open = self.open.remove(&moved.intent);
        let withheld = open
            .as_ref()
            .map(|open| withheld_messages(&moved, &open.batch));
        self.unknown.remove(&(Some(moved.intent), moved.step));
        // What stands under a tombstone's name may have got another UIDVALIDITY since the batch was sent (as it was emptied).
        if self.set_aside.source_of(&moved.from).is_none() {
            self.know(&moved.from, moved.from_validity);
        }
        self.know(&moved.to, moved.to_validity);
        self.mailboxes
            .moved(&moved, open.as_ref().map(|open| &open.batch));
        if moved.copied {
            self.copies.add(&moved);
        }
        if !moved.flags_lost.is_empty() {
            let unkept = self.unkept.entry(moved.to.clone()).or_default();
            unkept.extend(moved.flags_lost.iter().cloned());
        }
        let target = self.target(moved.step);
        let mut withheld: Vec<LeftMessage> = withheld.into_iter().flatten().collect();
        for left in withheld.iter_mut().filter(|_| moved.copied) {
            left.mailbox = self.mailboxes.own_name(&left.mailbox).clone();
            self.mailboxes.stays(moved.step, left);
        }
        let book = self.book(moved.step);
        book.left.extend(withheld);
        book.tally.seek(0, &moved.elsewhere, target.as_ref());
        book.moved(moved);
    }

    fn sought(&mut self, sought: record::Sought) {
        let target = self.target(sought.step);
        self.book(sought.step).sought(sought, target.as_ref());
    }

    fn expunged(&mut self, expunged: record::Expunged) {
        let (from, pairs) = (&expunged.from, &expunged.pairs);
        self.mailboxes.expunged(expunged.step, from, pairs);
        self.copies.expunged(from, pairs);
        self.book(expunged.step).expunged(expunged);
    }

    fn missing(&mut self, missing: &record::Missing) {
        self.mailboxes.missing(missing);
        for book in self.steps.values_mut() {
            book.missing(missing);
        }
    }

    /// A message is left in its source.
    fn left(&mut self, left: record::Left) {
        self.mailboxes.stays(left.step, &left.message);
        self.book(left.step).left.push(left.message);
    }

    /// A source was seen under a name that sets it aside.
    fn renamed(&mut self, tombstone: record::Tombstone) {
        let (of, name) = (&tombstone.of, &tombstone.name);
        let is_new = self.set_aside.source_of(name).is_none();
        let is_renumbered = is_new && self.copies.are_of_another(of, tombstone.validity);
        if is_new {
            self.copies.rename(of, name);
        }
        self.set_aside.seen(name);
        self.mailboxes.renamed(of, name);
        self.know(name, tombstone.validity);
        let book = self.book(tombstone.step);
        book.is_renumbered |= is_renumbered;
        book.effect.set_aside = Some(tombstone.name);
    }

    /// A source has its own name again.
    fn restored(&mut self, name: &MailboxName) {
        if let Some(attempt) = self.set_aside.source_of(name) {
            self.copies.rename(name, &attempt.of);
        }
        self.set_aside.restored(name);
        self.mailboxes.restored(name);
    }

    fn wait(&mut self, time: &str) {
        self.state = State::Waits {
            since: time.to_owned(),
        };
        self.mailboxes.wait();
    }

    fn end(&mut self, time: &str) {
        self.state = State::Finished;
        self.set_aside.end(time);
    }

    /// Nobody will find out any more where these messages are.
    fn give_up(&mut self, gave_up: record::GaveUp) {
        let step = gave_up.unknown.step;
        let key = (gave_up.intent, step);
        self.unknown.insert(key, gave_up.unknown);
    }

    fn given_up(&mut self) {
        self.state = State::GivenUp;
        self.open.clear();
    }

    fn know(&mut self, mailbox: &MailboxName, validity: u32) {
        if self.identity.get(mailbox) != Some(&validity) {
            self.identity.insert(mailbox.clone(), validity);
        }
    }

    /// Whether a RENAME sets a source aside.
    fn is_name_of_ours(&self, from: &MailboxName, to: &MailboxName) -> bool {
        let basis = self.plan().map(|plan| &plan.listing);
        is_tombstone(to.leaf(basis.and_then(|basis| basis.delimiter_of(from))))
    }

    /// The target of a step as the plan has it.
    fn target(&self, step: u32) -> Option<MailboxName> {
        let mut steps = self.plan()?.steps.iter();
        steps.find(|planned| planned.id == step)?.target.clone()
    }
}

/// The messages of a batch that the target does not give out, as their owner finds them: where they were moved to, or in the
/// source, if only copies of them are there.
fn withheld_messages(moved: &Moved, batch: &Batch) -> Vec<LeftMessage> {
    if moved.withheld.is_empty() {
        return Vec::new();
    }
    let snaps: BTreeMap<Uid, &Snap> = batch.messages.iter().map(|snap| (snap.0, snap)).collect();
    let withheld = moved.withheld.iter().map(|(old, new)| {
        let snap = snaps.get(old);
        let date = snap.and_then(|snap| Timestamp::from_second(snap.2?).ok());
        let (mailbox, uid, because) = if moved.copied {
            (&moved.from, old, WhyLeft::CopyWithheld)
        } else {
            (&moved.to, new, WhyLeft::Withheld)
        };
        LeftMessage {
            mailbox: mailbox.clone(),
            uid: *uid,
            date: date.map(|date| date.to_string()),
            size: snap.map(|snap| snap.1),
            message_id: None,
            because,
            words: None,
        }
    });
    withheld.collect()
}

/// Questions.
impl Books {
    /// How the run was begun; none where its first line never got to the disk.
    pub(super) fn begun(&self) -> Option<&Begun> {
        self.begun.as_ref()
    }

    /// The plan that the run applies.
    pub(super) fn plan(&self) -> Option<&Plan> {
        self.begun.as_ref().map(|begun| &*begun.plan)
    }

    /// How far the run has come.
    pub(super) fn state(&self) -> &State {
        &self.state
    }

    /// The number of the next intent.
    pub(super) fn next_intent(&self) -> u64 {
        self.intents + 1
    }

    /// Whether a mutating command may have left this machine.
    pub(super) fn has_sent(&self) -> bool {
        self.may_be_sent > 0
    }

    /// What is on record of a step; none where nothing is.
    pub(super) fn step(&self, step: u32) -> Option<&StepBook> {
        self.steps.get(&step)
    }

    /// What is on record of every step of which anything is.
    pub(super) fn steps(&self) -> impl Iterator<Item = (u32, &StepBook)> {
        self.steps.iter().map(|(step, book)| (*step, book))
    }

    /// What was said of a step when it was last over.
    pub(super) fn receipt(&self, step: u32) -> Option<&StepReceipt> {
        self.step(step)?.receipt.as_ref()
    }

    /// Messages that a step is proven to have moved.
    pub(super) fn moved(&self, step: u32) -> u64 {
        self.step(step).map_or(0, |book| book.moved)
    }

    /// The same of all steps.
    pub(super) fn moved_in_all(&self) -> u64 {
        self.steps.values().map(|book| book.moved).sum()
    }

    /// Why batches have stopped their steps.
    pub(super) fn stops(&self) -> impl Iterator<Item = (u32, &Phrase)> {
        let steps = self.steps();
        steps.filter_map(|(step, book)| Some((step, book.stops.as_ref()?)))
    }

    /// UIDVALIDITY that a mailbox must have; none where nothing is on record of it.
    pub(super) fn identity(&self, mailbox: &MailboxName) -> Option<u32> {
        self.identity.get(mailbox).copied()
    }

    /// Whether a target was seen not to keep a flag.
    pub(super) fn is_unkept(&self, target: &MailboxName, flag: &str) -> bool {
        let unkept = self.unkept.get(target);
        unkept.is_some_and(|unkept| unkept.contains(flag))
    }

    /// The batches of which the records do not say what became of them, in the order in which they were sent.
    pub(super) fn open_batches(&self) -> impl Iterator<Item = &OpenBatch> {
        self.open.values()
    }

    /// Whether the records do not say what became of a command.
    pub(super) fn is_anything_open(&self) -> bool {
        !self.open.is_empty() || self.set_aside.unanswered().next().is_some()
    }

    /// Whether a message of a mailbox was put there by this run, as was proven.
    pub(super) fn has_arrived(&self, mailbox: &MailboxName, uid: Uid) -> bool {
        self.steps.values().any(|book| {
            let effect = &book.effect;
            let target = effect.target.as_ref();
            target.is_some_and(|target| target.mailbox == *mailbox)
                && (effect.moved.contains(uid) || effect.copied.contains(uid))
        })
    }

    /// Copies whose originals still stand in their source, by the source's own name: whoever gives it that name back, a later
    /// run finds them under it.
    pub(super) fn copies_by_own_name(&self) -> impl Iterator<Item = UidMap> {
        self.copies.left().map(|map| {
            let mut map = map.clone();
            if let Some(known) = self.set_aside.source_of(&map.from.mailbox) {
                map.from.mailbox.clone_from(&known.of);
            }
            map
        })
    }

    /// Copies whose originals still stand in their source.
    pub(super) fn copies(&self) -> &Copies {
        &self.copies
    }

    /// The names under which sources are set aside.
    pub(super) fn set_aside(&self) -> &SetAside {
        &self.set_aside
    }

    /// What was done to each mailbox.
    pub(super) fn mailboxes(&self) -> &Mailboxes {
        &self.mailboxes
    }

    /// Whether a RENAME of a run that came to its end may run yet.
    pub(super) fn may_run_late(&self) -> bool {
        self.set_aside.may_run_late()
    }

    /// Whether a look at this time (RFC 3339) that finds nothing closes that matter.
    pub(super) fn is_closed_by_a_look_at(&self, now: &str) -> bool {
        self.set_aside.is_closed_by_a_look_at(now)
    }

    /// The messages of which nobody will find out any more where they are.
    pub(super) fn unknown(&self) -> impl Iterator<Item = &UnknownMessages> {
        self.unknown.values()
    }
}

#[cfg(test)]
mod tests;
