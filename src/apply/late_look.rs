//! The late look: whether what was moved still has its flags and dates when the settle time is over.
//!
//! In: the books, and an open mailbox. Out: the flags and dates that went since the messages were seen to arrive, on the
//! receipts of their steps. Some servers show what they do not keep for a moment, and some write it again later.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    batch_size::BatchSizer,
    books::{Arrival, Side, UidRanges},
    journal::{Record, record},
    outcome::has_flag,
    run::Run,
    stop::StopReason,
};
use crate::{
    language::{Phrase, text},
    model::{
        mailbox::MailboxName,
        plan::Action,
        receipt::{Outcome, StepReceipt},
        uid::{Uid, UidSet},
    },
    store::{Depth, Flags, LookError, Message, NextLook, Store},
};

/// Messages of a mailbox whose dates are looked at once more. A server that gives other dates later (Domino) does so with all that
/// it has moved, and some servers have more work with a date than with all else that is asked of a message.
const DATED: u64 = 50;

/// What a later look at our messages found.
#[derive(Default)]
pub(super) struct LostLater {
    flags_lost: Vec<String>,
    dates_changed: u64,
}

/// A message, its flags, and its date where that was asked for.
type SeenAgain = (Uid, Flags, Option<i64>);

/// The looks of it, as they will be made where nothing was lost.
pub(super) fn late_looks(side: &Side) -> Vec<NextLook> {
    let ours = side.came.iter().map(|came| came.uid);
    let first: UidSet = ours.take(BatchSizer::MOST).collect();
    let dated = dated(side);
    let others = without(&first, &dated);
    let others = UidSet::cut(others.as_slice(), BatchSizer::MOST);
    let others = others.map(|(others, _)| NextLook::Flags(others));
    let dated = (!dated.is_empty()).then_some(NextLook::Messages(dated, Depth::Facts));
    dated.into_iter().chain(others).collect()
}

/// Some of the messages that we put into a mailbox, spread over all of them.
fn dated(side: &Side) -> UidSet {
    let every = side.came.len().div_ceil(DATED).max(1);
    let every = usize::try_from(every).unwrap_or(usize::MAX);
    side.came
        .iter()
        .step_by(every)
        .map(|came| came.uid)
        .collect()
}

fn without(uids: &UidSet, others: &UidSet) -> UidSet {
    let uids = uids.as_slice().iter().copied();
    uids.filter(|uid| !others.contains(*uid)).collect()
}

fn dated_flags(message: &Message) -> SeenAgain {
    (message.uid, message.flags.clone(), message.internal_date)
}

/// Whether one of these has another date than it had.
fn are_redated(side: &Side, some: &BTreeMap<Uid, Message>) -> bool {
    let dates = side.came.iter();
    let mut dates = dates.filter_map(|came| came.date.zip(some.get(&came.uid)?.internal_date));
    dates.any(|(was, is)| was != is)
}

/// Messages of the open mailbox as they are now: their flags, and their dates where these are asked for.
async fn seen_again<S: Store>(
    store: &mut S,
    uids: &UidSet,
    with_dates: bool,
) -> Result<Vec<SeenAgain>, LookError> {
    let mut seen = Vec::new();
    for piece in uids.pieces(BatchSizer::MOST) {
        if with_dates {
            let messages = store.messages(&piece, Depth::Facts).await?;
            seen.extend(messages.iter().map(dated_flags));
        } else {
            let flags = store.flags(&piece).await?.into_iter();
            seen.extend(flags.map(|(uid, flags)| (uid, flags, None)));
        }
    }
    Ok(seen)
}

impl<S: Store> Run<'_, S> {
    /// Compares once more what we put into the open mailbox, now that the settle time is over: the flags of each message, and
    /// the dates of some. Where one of these has another date now, the dates of all.
    pub(super) async fn look_late(
        &mut self,
        mailbox: &MailboxName,
        lost: &UidSet,
    ) -> Result<LostLater, StopReason> {
        let mut late = LostLater::default();
        let (store, books) = self.mover.sender.store_and_books();
        let mailboxes = books.mailboxes();
        let Some(side) = mailboxes.of(mailbox) else {
            return Ok(late);
        };
        let dated = dated(side);
        let some = store.messages(&without(&dated, lost), Depth::Facts).await?;
        let some: BTreeMap<Uid, Message> = some.into_iter().map(|one| (one.uid, one)).collect();
        let is_redated = are_redated(side, &some);
        let ours = side.came.iter();
        let mut ours = ours.filter(|came| !lost.contains(came.uid));
        let mut looked_at = UidRanges::default();
        loop {
            let chunk = ours.by_ref().take(BatchSizer::MOST);
            let mut chunk: BTreeMap<Uid, Arrival> = chunk.map(|came| (came.uid, came)).collect();
            if chunk.is_empty() {
                break;
            }
            chunk.retain(|uid, _| !looked_at.contains(*uid));
            looked_at.extend(chunk.keys().copied());
            let others = without(&chunk.keys().copied().collect(), &dated);
            let again = chunk.keys().filter_map(|uid| some.get(uid));
            let mut seen: Vec<SeenAgain> = again.map(dated_flags).collect();
            seen.extend(seen_again(store, &others, is_redated).await?);
            for (uid, has, date) in seen {
                let Some(came) = chunk.get(&uid) else {
                    continue;
                };
                let both = came.date.zip(date);
                late.dates_changed += u64::from(both.is_some_and(|(was, is)| was != is));
                let flags = mailboxes.flags(came);
                let lost = flags.filter(|flag| !has_flag(&has, flag));
                late.flags_lost.extend(lost.cloned());
            }
            late.flags_lost.sort_unstable();
            late.flags_lost.dedup();
        }
        Ok(late)
    }

    /// Puts on a step's receipt what was lost since its messages were seen to arrive.
    pub(super) fn complete_late(
        &mut self,
        mailbox: &MailboxName,
        late: &LostLater,
    ) -> Result<(), StopReason> {
        let steps = self.mover.plan.steps.iter();
        let into = steps
            .filter(|step| step.action == Action::Merge && step.target.as_ref() == Some(mailbox));
        let ended = into.filter_map(|step| self.ended(step.id));
        let ended: Vec<&StepReceipt> = ended
            .filter(|receipt| receipt.outcome != Outcome::Skipped && receipt.proven.is_some())
            .collect();
        // What the steps into one mailbox have told of already, they have told of together.
        let proven = || ended.iter().filter_map(|receipt| receipt.proven.as_ref());
        let known: BTreeSet<&String> = proven().flat_map(|proven| &proven.flags_lost).collect();
        let new = late.flags_lost.iter().filter(|flag| !known.contains(flag));
        let new: Vec<String> = new.cloned().collect();
        let dated: u64 = proven().map(|proven| proven.dates_changed).sum();
        let redated = late.dates_changed.saturating_sub(dated);
        let Some(mut receipt) = ended.last().map(|receipt| (*receipt).clone()) else {
            return Ok(());
        };
        if new.is_empty() && redated == 0 {
            return Ok(());
        }
        if let Some(proven) = receipt.proven.as_mut() {
            proven.flags_lost.extend(new.iter().cloned());
            proven.dates_changed += redated;
        }
        let mut told: Vec<_> = receipt.message.take().into_iter().collect();
        if !new.is_empty() {
            told.push(text::flags_lost_later(new.join(", ")));
        }
        if redated > 0 {
            told.push(text::dates_changed_later(text::messages(redated)));
        }
        receipt.message = Some(Phrase::clauses(told));
        let book = self.books().step(receipt.id);
        let why = book.and_then(|book| book.why.clone());
        self.record(Record::StepEnd(record::StepEnd { receipt, why }))
    }
}
