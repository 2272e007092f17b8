//! The balance at the end of a run: whether every mailbox that it touched holds what it should hold.
//!
//! In: the books, and a look at each mailbox over a connection that was opened after the last command.
//! Out: a balance for each mailbox, and the flags and dates that were lost since the messages were seen to arrive. What
//! other clients did is not counted as ours.
//!
//! A server may answer OK and lose a message, run a command twice, drop one of two equal messages, or purge trash and junk
//! when somebody logs out. None of that shows in the answer to a command. All of it shows in what stands there afterwards.

use super::{
    batch_size::BatchSizer,
    books::Side,
    journal::{Record, record},
    late_look::{LostLater, late_looks},
    run::Run,
    source::balances,
    stands::Stands,
    stop::StopReason,
};
use crate::{
    guard::{Guard, stands},
    model::{
        mailbox::{MailboxName, ROUND_LIMITS},
        plan::{Action, Step},
        receipt::{Balance, Outcome},
        role::Role,
        uid::{Uid, UidSet},
    },
    store::{Access, Depth, NextLook, Opened, Search, Store},
};

/// Messages that are named of a difference, and messages of others that are compared with ours.
const NAMED: usize = 100;
const COMPARED: usize = 1_000;

impl<S: Store> Run<'_, S> {
    /// Balances every mailbox that was touched, tells what differs, and completes the receipts of the steps.
    pub(super) async fn balance(&mut self) -> Result<(), StopReason> {
        let touched = self.touched();
        if touched.is_empty() || !balances() {
            return Ok(());
        }
        let into_rubbish = touched.iter().any(|name| self.is_purged(name));
        if into_rubbish && self.mover.sender.has_moved() {
            // Servers purge at logout: what stands there shows only after that.
            self.mover.sender.renew().await?;
        }
        let looks = self.looks_to_balance();
        self.store().ahead(&looks).await;
        let (large, small): (Vec<MailboxName>, _) =
            touched.into_iter().partition(|name| self.is_large(name));
        for mailbox in small {
            self.balance_and_complete(&mailbox).await?;
        }
        for mailbox in large {
            let looks = self.looks_into(&mailbox);
            self.store().ahead(&looks).await;
            self.balance_and_complete(&mailbox).await?;
        }
        Ok(())
    }

    async fn balance_and_complete(&mut self, mailbox: &MailboxName) -> Result<(), StopReason> {
        let late = self
            .balance_one(mailbox)
            .await
            .map_err(StopReason::unproven)?;
        self.complete_late(mailbox, &late)
    }

    /// Whether more has come into a mailbox than is read in one look: such a one has flights of its own.
    fn is_large(&self, mailbox: &MailboxName) -> bool {
        let side = self.books().mailboxes().of(mailbox);
        side.is_some_and(|side| side.came.len() > BatchSizer::MOST as u64)
    }

    /// The mailboxes that were touched, by the names that their owner knows.
    fn touched(&self) -> Vec<MailboxName> {
        let sides = self.books().mailboxes().sides();
        let touched = sides.filter(|(_, side)| side.stood.is_some());
        touched.map(|(name, _)| name.clone()).collect()
    }

    /// The looks at all of them but the large ones, as they will be made where everything adds up.
    pub(super) fn looks_to_balance(&self) -> Vec<NextLook> {
        let touched = self.touched().into_iter();
        let small = touched.filter(|name| balances() && !self.is_large(name));
        small.flat_map(|name| self.looks_into(&name)).collect()
    }

    fn looks_into(&self, mailbox: &MailboxName) -> Vec<NextLook> {
        let name = self.renamed_to(mailbox).unwrap_or_else(|| mailbox.clone());
        let Some(side) = self.books().mailboxes().of(mailbox) else {
            return Vec::new();
        };
        if self.was_set_aside(mailbox) {
            // It is gone.
            return vec![NextLook::Find(name)];
        }
        let mut looks = vec![NextLook::Open(name, Access::ReadWrite)];
        let uid_next = side.stood.and_then(|stood| stood.uid_next);
        looks.extend(uid_next.map(NextLook::Since));
        looks.extend(late_looks(side));
        looks
    }

    async fn balance_one(&mut self, mailbox: &MailboxName) -> Result<LostLater, StopReason> {
        let mut late = LostLater::default();
        let opened = match self.look_into(mailbox).await? {
            Stands::AsItWas(opened) => opened,
            stands => {
                self.write_balance(self.balance_gone(mailbox, &stands))?;
                return Ok(late);
            }
        };
        let since = self.since_touched(mailbox, &opened).await?;
        let Some(side) = self.books().mailboxes().of(mailbox) else {
            return Ok(late);
        };
        let lost = since.as_ref().map(|since| side.not_among(since));
        let lost = lost.unwrap_or_default();
        let ours: UidSet = side.came.iter().map(|came| came.uid).collect();
        let since_then = since.iter().flat_map(UidSet::as_slice).copied();
        let strangers = since_then.filter(|uid| !ours.contains(*uid));
        let compared: UidSet = strangers.take(COMPARED).collect();
        let is_into = !ours.is_empty();
        let compared = if is_into && !compared.is_empty() {
            self.store().messages(&compared, Depth::Facts).await?
        } else {
            Vec::new()
        };
        if is_into && stands(Guard::LateLook) {
            late = self.look_late(mailbox, &lost).await?;
        }
        self.store().leave().await?;
        let is_purged = self.is_purged(mailbox);
        let Some(side) = self.books().mailboxes().of(mailbox) else {
            return Ok(late);
        };
        let twins = side.twins(&compared);
        let seen = Seen {
            exists: opened.exists.into(),
            since: since.map(|since| since.len() as u64),
            lost: &lost,
            twins,
            is_purged,
            may_hide: !self.mover.sender.store.traits().shows_all_messages,
            renumbered: self.renumbered(mailbox),
        };
        let balance = weigh(mailbox, side, &seen);
        if let Some(balance) = balance {
            let lost = if is_purged { lost } else { UidSet::default() };
            if !lost.is_empty() {
                // So that no undo promises them.
                self.record(Record::Missing(record::Missing {
                    step: balance.step,
                    mailbox: mailbox.clone(),
                    uids: lost,
                }))?;
            }
            self.write_balance(Some(balance))?;
        }
        Ok(late)
    }

    /// The messages of the open mailbox whose UIDs were not given yet when it was first touched; none where that cannot be
    /// told.
    async fn since_touched(
        &mut self,
        mailbox: &MailboxName,
        opened: &Opened,
    ) -> Result<Option<UidSet>, StopReason> {
        let side = self.books().mailboxes().of(mailbox);
        let Some(uid_next) = side.and_then(|side| side.stood?.uid_next) else {
            return Ok(None);
        };
        let since = self.store().since(uid_next).await?;
        // What has come since it was opened is not among those that it then held.
        let is_counted = |uid: &Uid| opened.uid_next.is_none_or(|next| *uid < next);
        let uids = since.as_slice().iter().copied();
        // What came in under numbers that seemed to be given already is looked for by these.
        let side = self.books().mailboxes().of(mailbox);
        let came = side.into_iter().flat_map(|side| side.came.iter());
        let low: UidSet = came
            .map(|came| came.uid)
            .filter(|uid| *uid < uid_next)
            .collect();
        let low = if low.is_empty() {
            low
        } else {
            self.store().search(&Search::Among(low)).await?
        };
        let there = low
            .as_slice()
            .iter()
            .copied()
            .chain(uids.filter(is_counted));
        self.with_withheld(mailbox, there.collect()).await.map(Some)
    }

    pub(super) fn was_set_aside(&self, mailbox: &MailboxName) -> bool {
        let mut attempts = self.books().set_aside().attempts();
        attempts.any(|attempt| attempt.of == *mailbox)
    }

    /// The name that steps gave a mailbox after it was touched; none where it has kept its own.
    pub(super) fn renamed_to(&self, mailbox: &MailboxName) -> Option<MailboxName> {
        let touched = self.books().mailboxes().of(mailbox)?.step;
        let is_applied = |step: &&Step| {
            let ended = self.ended(step.id);
            ended.is_some_and(|receipt| receipt.outcome == Outcome::Applied)
        };
        let later = self
            .mover
            .plan
            .steps
            .iter()
            .filter(|step| step.id > touched);
        let renames = later.filter(|step| step.action == Action::Rename);
        let names = renames
            .filter(is_applied)
            .filter_map(|step| step.source.as_ref().zip(step.target.as_ref()));
        names.fold(None, |now, (source, target)| {
            let name = now.as_ref().unwrap_or(mailbox);
            let delimiter = self.mover.plan.listing.delimiter_of(source);
            let goes_along = name == source || name.is_below(source, delimiter);
            let moved = name.moved(source, target).filter(|_| goes_along);
            moved.or(now)
        })
    }

    /// The balance of a mailbox that is not there any more: what stood there must have been moved.
    fn balance_gone(&self, mailbox: &MailboxName, stands: &Stands) -> Option<Balance> {
        let side = self.books().mailboxes().of(mailbox)?;
        let stood = side.stood?;
        let left = side.left.len();
        let missing = side.missing.len() as u64;
        let rest = stood.messages.saturating_sub(left + missing);
        Some(Balance {
            step: side.step,
            mailbox: mailbox.clone(),
            stood: stood.messages,
            moved_in: side.came.len(),
            moved_out: left.saturating_sub(side.vanished),
            others_in: (left + missing).saturating_sub(stood.messages),
            purged: 0,
            unexplained: missing + rest + side.vanished + side.came.len(),
            stands: match stands {
                Stands::Renumbered(exists) => Some(*exists),
                Stands::AsItWas(_) | Stands::Gone => None,
            },
            uids: side.missing.iter().copied().take(NAMED).collect(),
            renumbered: self.renumbered(mailbox),
        })
    }

    fn write_balance(&mut self, balance: Option<Balance>) -> Result<(), StopReason> {
        match balance {
            Some(balance) => self.record(Record::Balanced(record::Balanced { balance })),
            None => Ok(()),
        }
    }

    /// Whether a mailbox plays a role whose mail servers purge.
    fn is_purged(&self, mailbox: &MailboxName) -> bool {
        let mut steps = self.mover.plan.steps.iter();
        steps.any(|step| {
            let touched = step.target.iter().chain(&step.source);
            step.role.is_some_and(Role::held_back) && touched.into_iter().any(|one| one == mailbox)
        })
    }
}

/// What a look at a mailbox found.
struct Seen<'a> {
    exists: u64,
    /// Messages with a UID that was not given yet when it was first touched; none where that cannot be told.
    since: Option<u64>,
    /// Those of ours that are not there.
    lost: &'a UidSet,
    /// Those of others that are the same as one of ours.
    twins: u64,
    is_purged: bool,
    /// Whether the server may show only so many.
    may_hide: bool,
    /// The mailbox whose new numbers hide what became of its messages.
    renumbered: Option<MailboxName>,
}

/// Weighs what stood and what was moved against what stands there now.
fn weigh(mailbox: &MailboxName, side: &Side, seen: &Seen) -> Option<Balance> {
    let stood = side.stood?;
    let came = side.came.len();
    let lost = seen.lost.len() as u64;
    // A server that shows so many at the most shows older ones for those that came.
    let is_cut =
        seen.may_hide && ROUND_LIMITS.contains(&stood.messages) && seen.exists == stood.messages;
    let (gone, others_in) = if let (Some(since), Some(uid_next)) = (seen.since, stood.uid_next) {
        let old_now = seen.exists.saturating_sub(since);
        let old_left = side.left.below(uid_next);
        let old_gone = stood.messages.saturating_sub(old_left + old_now);
        let old_gone = if is_cut { 0 } else { old_gone };
        let ours_there = came.saturating_sub(lost);
        let strangers = since.saturating_sub(ours_there);
        (old_gone + lost, strangers.saturating_sub(seen.twins))
    } else {
        // Only the numbers can be compared.
        let left = side.left.len();
        let expected = (stood.messages + came).saturating_sub(left);
        let gone = expected.saturating_sub(seen.exists);
        let gone = if is_cut { 0 } else { gone };
        (gone, seen.exists.saturating_sub(expected))
    };
    let (purged, unexplained) = if seen.is_purged { (gone, 0) } else { (0, gone) };
    let lost = seen.lost.as_slice().iter().copied();
    Some(Balance {
        step: side.step,
        mailbox: mailbox.clone(),
        stood: stood.messages,
        moved_in: came,
        moved_out: (side.left.len()).saturating_sub(side.vanished),
        others_in,
        purged,
        unexplained: unexplained + seen.twins + side.vanished,
        stands: Some(seen.exists),
        uids: side
            .missing
            .iter()
            .copied()
            .chain(lost)
            .take(NAMED)
            .collect(),
        renumbered: seen.renumbered.clone().filter(|_| unexplained > 0),
    })
}
