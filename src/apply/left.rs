//! One message is one message: what cannot be moved is singled out, named and left, and all others go on.
//!
//! In: a batch that failed, and how. Out: smaller batches, or `left` records. A message is left only after it has failed by
//! itself, twice where the line was lost: a line may be lost for any reason.
//!
//! It is told by date, size and Message-ID, so that its owner finds it. Its mailbox stays where it is.

use jiff::Timestamp;

use super::{
    journal::{Batch, Record, record},
    mover::Mover,
    route::Route,
    sender::Sent,
    stop::StopReason,
};
use crate::{
    language::{Phrase, text},
    model::{
        mailbox::MailboxName,
        plan::Path,
        receipt::{LeftMessage, WhyLeft},
        uid::{Uid, UidSet},
    },
    store::{Act, Description, NextLook, Search, Store},
};

/// Messages that may be left one after the other: where nothing else was moved in a step, and at the most. Beyond that it is
/// not these messages that the server has something against.
const FEW: u32 = 10;
const MOST: u32 = 100;
/// Messages of one step that may be left in all.
const IN_ALL: usize = 1_000;
/// How often the line must be lost by one message alone.
const TWICE: u32 = 2;

/// Whether a batch is dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tried {
    /// As far as it can be: what is left of it is the next pass's.
    Done,
    /// The batches that follow are smaller, and begin with the same message.
    Again,
}

impl<S: Store> Mover<'_, S> {
    /// Sends a command on messages. Where the line is lost by it, fewer go into the next.
    pub(super) async fn send(
        &mut self,
        step: u32,
        act: Act,
        batch: Option<Batch>,
        then: &[NextLook],
    ) -> Result<Sent, StopReason> {
        let named = match &act {
            Act::Move { from: of, uids, .. }
            | Act::Copy { from: of, uids, .. }
            | Act::AddFlags { of, uids, .. }
            | Act::RemoveFlags { of, uids, .. }
            | Act::Expunge { of, uids } => Some((of.clone(), uids.clone())),
            _ => None,
        };
        let sent = self.sender.send(step, act, batch, then).await;
        if let (Err(StopReason::Unknown(_)), Some((of, uids))) = (&sent, named) {
            self.line_lost(&of, &uids);
        }
        sent
    }

    /// The line was lost by a command that names these messages.
    fn line_lost(&mut self, from: &MailboxName, uids: &UidSet) {
        let [only] = uids.as_slice() else {
            self.sizer.suspect(uids.len());
            self.lessons += 1;
            return;
        };
        let own = self.books().mailboxes().own_name(from).clone();
        let before = match &self.suspicion.alone {
            Some((mailbox, uid, times)) if *mailbox == own && uid == only => *times,
            _ => 0,
        };
        self.suspicion.alone = Some((own, *only, before + 1));
        self.lessons += u64::from(before + 1 == TWICE);
    }

    /// Whether this is a message by which alone the line was lost twice.
    pub(super) fn loses_the_line(&self, from: &MailboxName, uids: &UidSet) -> Option<Uid> {
        let (mailbox, uid, times) = self.suspicion.alone.as_ref()?;
        let is_it = uids.as_slice() == [*uid]
            && mailbox == self.books().mailboxes().own_name(from)
            && *times >= TWICE;
        is_it.then_some(*uid)
    }

    /// Messages of a batch were moved: it is not everything that fails.
    pub(super) fn some_moved(&mut self) {
        self.suspicion.in_a_row = 0;
    }

    /// Whether the last message that was dealt with was moved, and not left.
    pub(super) fn has_just_moved(&self) -> bool {
        self.suspicion.in_a_row == 0
    }

    /// Whether a message of a source was left.
    pub(super) fn is_left(&self, source: &MailboxName, uid: Uid) -> bool {
        let side = self.books().mailboxes().of(source);
        side.is_some_and(|side| side.stays.contains(&uid))
    }

    /// Leaves messages of the open source that a FETCH did not bring though they are there. They are asked for once more.
    pub(super) async fn leave_unread(
        &mut self,
        route: &Route,
        missing: UidSet,
    ) -> Result<(), StopReason> {
        // Afresh, for another client may have removed them.
        self.reopen(&route.from).await?;
        // Not by their numbers: some servers are asked for these by FETCH, which is what did not bring them.
        let all = self.sender.store.search(&Search::All).await?;
        let missing = missing.as_slice().iter().copied();
        let still: UidSet = missing.filter(|uid| all.contains(*uid)).collect();
        if still.is_empty() {
            return Ok(());
        }
        let depth = self.depth(route.path);
        let brought = self.sender.store.messages(&still, depth).await?;
        let brought: UidSet = brought.iter().map(|message| message.uid).collect();
        let still = still.as_slice().iter().copied();
        for uid in still.filter(|uid| !brought.contains(*uid)) {
            let known = self.sender.store.describe(uid).await?;
            self.leave(route, uid, known, (WhyLeft::Unreadable, None))?;
        }
        Ok(())
    }

    /// Leaves the only message of a batch, which the server refuses to move, in these words of its own if in any. Its mailbox is
    /// opened for that.
    pub(super) async fn leave_refused(
        &mut self,
        route: &Route,
        before: &Batch,
        words: Option<&Phrase>,
    ) -> Result<(), StopReason> {
        self.reopen(&route.from).await?;
        for snap in before.messages.iter() {
            let described = self.sender.store.describe(snap.0).await?;
            let known = Description {
                date: snap.2,
                size: Some(snap.1),
                message_id: described.message_id,
            };
            self.leave(route, snap.0, known, (WhyLeft::Refused, words.cloned()))?;
        }
        Ok(())
    }

    /// Leaves a message by which the line is lost.
    pub(super) async fn leave_what_loses_the_line(
        &mut self,
        route: &Route,
        uid: Uid,
    ) -> Result<(), StopReason> {
        let known = self.sender.store.describe(uid).await?;
        self.leave(route, uid, known, (WhyLeft::LineLost, None))
    }

    fn leave(
        &mut self,
        route: &Route,
        uid: Uid,
        known: Description,
        (because, words): (WhyLeft, Option<Phrase>),
    ) -> Result<(), StopReason> {
        let date = known
            .date
            .and_then(|date| Timestamp::from_second(date).ok());
        let message = LeftMessage {
            mailbox: self.books().mailboxes().own_name(&route.from).clone(),
            uid,
            date: date.map(|date| date.to_string()),
            size: known.size,
            message_id: known.message_id,
            because,
            words,
        };
        let validity = self.validity(&route.from)?;
        self.sender.record(Record::Left(record::Left {
            step: route.step,
            validity,
            message,
        }))?;
        if route.path == Path::CopyOnly {
            // It could never go, and copies of all others would be in both mailboxes.
            let unmovable = text::unmovable(1);
            return Err(StopReason::Step(text::it_stays_with(unmovable)));
        }
        self.sizer.found();
        self.suspicion.alone = None;
        self.not_too_many(route, 1)
    }

    /// Ends a step in which one message after the other cannot be moved, or is not given out where it went; `more` were since one
    /// was moved and seen.
    pub(super) fn not_too_many(&mut self, route: &Route, more: usize) -> Result<(), StopReason> {
        let more = u32::try_from(more).unwrap_or(u32::MAX);
        self.suspicion.in_a_row = self.suspicion.in_a_row.saturating_add(more);
        let book = self.books().step(route.step);
        let most = if book.is_some_and(|book| book.moved > book.withheld()) {
            MOST
        } else {
            FEW
        };
        let in_all = book.map_or(0, |book| book.left.len());
        if self.suspicion.in_a_row >= most || in_all >= IN_ALL {
            return Err(StopReason::Step(text::too_many_left(text::messages(
                in_all as u64,
            ))));
        }
        Ok(())
    }
}
