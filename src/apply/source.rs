//! A look at a source: what is to be moved out of it, what stays, and whether it may hold more than it shows.
//!
//! In: a source. Out: the messages of its next batches, or what the last look at it has found. A source counts as empty only
//! when it was opened and searched afresh.

use super::{
    books::{StepBook, UidRanges},
    draining::{Drained, Draining},
    journal::{Record, record},
    look_again::LookAgain,
    mover::Mover,
    route::Route,
    stop::StopReason,
};
use crate::{
    guard::{Guard, stands},
    language::text,
    model::{
        mailbox::{MailboxName, ROUND_LIMITS},
        uid::{Uid, UidSet},
    },
    store::{Access, NextLook, Opened, Search, Store},
};

/// How often a count is looked at again that SEARCH does not bear out: somebody may have removed a message in between.
const AGAIN: u32 = 2;

/// What a look at an open source found.
pub(super) struct SourceLook {
    /// Messages that searches show.
    pub shown: u64,
    /// Messages to be moved.
    pub wanted: UidSet,
    pub copied: u64,
    /// Messages that cannot be moved.
    pub left: u64,
    /// Messages that were moved out of it before, and are shown in it again.
    pub back: u64,
}

/// Whether it is asked at all if mailboxes add up.
pub(super) fn balances() -> bool {
    stands(Guard::Balance)
}

impl<S: Store> Mover<'_, S> {
    /// The looks at all sources that are not over, as they will be made.
    pub fn looks_at(&self, sources: &[Draining], soon: &[NextLook]) -> Vec<NextLook> {
        let waiting = sources.iter().filter(|source| source.end.is_none());
        let looks = waiting.flat_map(|source| source.looks(self.takes_marked(&source.route)));
        looks.chain(soon.iter().cloned()).collect()
    }

    /// Looks at a source and finds what is to be moved out of it, or that it is over.
    pub(super) async fn look_at(
        &mut self,
        source: &mut Draining,
    ) -> Result<Option<Opened>, StopReason> {
        match self.look_until_told(source).await {
            Ok(opened) => Ok(Some(opened)),
            Err(StopReason::Step(why)) => {
                source.end = Some(Err(StopReason::Step(why)));
                Ok(None)
            }
            Err(stop) => Err(stop),
        }
    }

    async fn look_until_told(&mut self, source: &mut Draining) -> Result<Opened, StopReason> {
        let mut again = 0;
        let mut late = LookAgain::default();
        loop {
            let route = source.route.clone();
            let opened = self.open_source(&route).await?;
            source.limit = source.limit.or(self.shown_limit(&route, &opened));
            let found = self.find_wanted(&route).await?;
            if found.back > 0 {
                // Some servers show only after a while what a command has done. Nothing is moved twice.
                if late.wait(&mut self.sender).await {
                    continue;
                }
                return Err(StopReason::Step(text::shows_again(text::messages(
                    found.back,
                ))));
            }
            if found.wanted.is_empty() {
                let may_hide = route.only.is_none() && u64::from(opened.exists) > found.shown;
                if may_hide && again < AGAIN {
                    again += 1;
                    continue;
                }
            } else if source.found(&found.wanted, found.shown) {
                return Ok(opened);
            }
            let drained = self.drained(&route, opened.clone(), &found, source.limit);
            source.end = Some(Ok(drained.await?));
            return Ok(opened);
        }
    }

    /// Whether messages marked `\Deleted` are moved as well.
    pub(super) fn takes_marked(&self, route: &Route) -> bool {
        self.plan.allow.move_deleted || route.only.is_some() || !stands(Guard::Deleted)
    }

    /// Opens a source, which must be the one it was and may be changed.
    async fn open_source(&mut self, route: &Route) -> Result<Opened, StopReason> {
        let opened = self
            .sender
            .store
            .open(&route.from, Access::ReadWrite)
            .await?;
        self.same_opened(&route.from, &opened)?;
        if !opened.read_write || !opened.uids_sticky {
            return Err(StopReason::Step(text::only_read()));
        }
        self.note_stood(route.step, &route.from, &opened, opened.uid_next)?;
        self.source_next
            .insert(route.from.clone(), opened.uid_next.unwrap_or(0));
        Ok(opened)
    }

    /// The round number of messages that a look has shown, those that an earlier look showed and that were moved included.
    fn shown_limit(&self, route: &Route, opened: &Opened) -> Option<u64> {
        let exists = u64::from(opened.exists);
        let moved = self.books().moved(route.step);
        let shows_all = self.sender.store.traits().shows_all_messages;
        let shown = [exists, exists + moved].into_iter();
        shown
            .filter(|_| exists > 0 && !shows_all && stands(Guard::RoundLimits))
            .find(|shown| ROUND_LIMITS.contains(shown))
    }

    pub(super) async fn drained(
        &mut self,
        route: &Route,
        opened: Opened,
        found: &SourceLook,
        limit: Option<u64>,
    ) -> Result<Drained, StopReason> {
        let (shown, copied) = match &route.only {
            // Only these were looked for; what else there is stays.
            Some(_) => (
                self.sender.store.search(&Search::All).await?.len() as u64,
                0,
            ),
            None => (found.shown, found.copied),
        };
        let exists = u64::from(opened.exists);
        let there = shown.max(if stands(Guard::Exists) { exists } else { 0 });
        let wanted = found.wanted.len() as u64;
        Ok(Drained {
            stays: there.saturating_sub(copied + wanted),
            hidden: there.saturating_sub(shown),
            left: found.left,
            withheld: self.books().step(route.step).map_or(0, StepBook::withheld),
            copied,
            limit,
            fills: wanted > 0,
            opened,
        })
    }

    /// What is to be moved out of the open source. All that is said of it comes of one look: what arrives after that is the
    /// next pass's.
    async fn find_wanted(&mut self, route: &Route) -> Result<SourceLook, StopReason> {
        let all = match &route.only {
            Some(only) => self.found_among(only).await?,
            None => self.sender.store.search(&Search::All).await?,
        };
        if route.only.is_none() {
            self.note_missing(route.step, &route.from, &all)?;
        }
        let stay = if self.takes_marked(route) || all.is_empty() {
            UidSet::default()
        } else {
            self.sender.store.search(&Search::Deleted).await?
        };
        let uids = || all.as_slice().iter().copied();
        let copied = uids()
            .filter(|uid| self.is_copied(&route.from, *uid))
            .count() as u64;
        let is_left = |uid: &Uid| self.is_left(&route.from, *uid);
        let wanted = uids().filter(|uid| {
            let stays = stay.contains(*uid) || is_left(uid);
            !stays && !self.is_copied(&route.from, *uid)
        });
        Ok(SourceLook {
            shown: all.len() as u64,
            wanted: wanted.collect(),
            copied,
            left: uids().filter(is_left).count() as u64,
            back: self.moved_before(route, &all)?,
        })
    }

    /// How many of these messages of a source were moved out of it by this run. No number is given twice while UIDVALIDITY stays.
    fn moved_before(&self, route: &Route, all: &UidSet) -> Result<u64, StopReason> {
        let validity = self.validity(&route.from)?;
        let side = self.books().mailboxes().of(&route.from);
        let side = side.filter(|side| side.stood.is_some_and(|stood| stood.validity == validity));
        let back = side.map(|side| {
            all.as_slice()
                .iter()
                .filter(|uid| side.left.contains(**uid))
                .count()
        });
        Ok(back.unwrap_or_default() as u64)
    }

    /// Which of these the open source lists. Where some seem to be missing all are asked for: some servers are asked for certain
    /// ones by FETCH, and do not give out all that they list.
    async fn found_among(&mut self, only: &UidSet) -> Result<UidSet, StopReason> {
        let store = &mut *self.sender.store;
        let found = store.search(&Search::Among(only.clone())).await?;
        if found.len() == only.len() || store.traits().searches_by_uid {
            return Ok(found);
        }
        let all = store.search(&Search::All).await?;
        let only = only.as_slice().iter().copied();
        Ok(only.filter(|uid| all.contains(*uid)).collect())
    }

    /// Notes what stands in a mailbox that is about to be touched, the first time.
    pub fn note_stood(
        &mut self,
        step: u32,
        mailbox: &MailboxName,
        opened: &Opened,
        uid_next: Option<Uid>,
    ) -> Result<(), StopReason> {
        let side = self.books().mailboxes().of(mailbox);
        let is_noted = side.is_some_and(|side| side.stood.is_some());
        let Some(validity) = opened.uid_validity.filter(|_| !is_noted) else {
            return Ok(());
        };
        self.sender.record(Record::Stood(record::Stood {
            step,
            mailbox: mailbox.clone(),
            validity,
            messages: opened.exists.into(),
            uid_next,
        }))
    }

    /// Notes messages that a look at a source shows no more though no command of ours took them.
    pub fn note_missing(
        &mut self,
        step: u32,
        mailbox: &MailboxName,
        all: &UidSet,
    ) -> Result<(), StopReason> {
        let mailboxes = self.sender.books().mailboxes();
        let own = mailboxes.own_name(mailbox).clone();
        let mut now = UidRanges::default();
        now.extend(all.as_slice().iter().copied());
        let left = mailboxes.of(&own).map(|side| &side.left);
        let is_ours = |uid: Uid| left.is_some_and(|left| left.contains(uid));
        let key = (own.clone(), self.validity(mailbox)?);
        let known = self.shown.insert(key, now).unwrap_or_default();
        let gone = known.iter().filter(|uid| !all.contains(*uid));
        let missing: UidSet = gone.filter(|uid| !is_ours(*uid)).collect();
        if missing.is_empty() || !balances() {
            return Ok(());
        }
        self.sender.record(Record::Missing(record::Missing {
            step,
            mailbox: own,
            uids: missing,
        }))
    }
}
