//! Draining: messages are moved out of a source until a fresh look finds nothing more to move.
//!
//! In: a route. Out: what the last look at the source found. A source counts as empty only when it was opened and searched
//! afresh.

use super::{
    books::UidRanges,
    journal::{Record, record},
    left::Tried,
    mover::{Mover, Route},
    ports::{Event, Ports},
    stop::StopReason,
};
use crate::{
    guard::{Guard, stands},
    language::text,
    model::{
        mailbox::{MailboxName, ROUND_LIMITS},
        uid::{Uid, UidSet},
    },
    store::{Access, Opened, Search, Store},
};

/// How often a source may be filled again while it is drained (docs/safety.md, "Merging a source into a target").
pub(super) const PASSES: u32 = 20;
/// How often before it gets a name under which nobody fills it.
pub(super) const FEW_PASSES: u32 = 3;
/// How often a count is looked at again that SEARCH does not bear out: somebody may have removed a message in between.
const AGAIN: u32 = 2;

/// A source as the last fresh look found it.
#[derive(Debug)]
pub(super) struct Drained {
    /// Messages that are to stay: marked `\Deleted`, or outside the plan's UIDs.
    pub stays: u64,
    /// Those among them that searches do not show.
    pub hidden: u64,
    /// Those that cannot be moved, each by itself.
    pub left: u64,
    /// Messages that are copied and not yet expunged.
    pub copied: u64,
    /// A count that it has shown at once or in all, at which providers cut off what they show.
    pub limit: Option<u64>,
    /// Whether there was still something to be moved after so many passes.
    pub fills: bool,
    pub opened: Opened,
}

/// What a look at an open source found.
struct Found {
    /// Messages that searches show.
    shown: u64,
    /// Messages to be moved.
    wanted: UidSet,
    copied: u64,
    /// Messages that cannot be moved.
    left: u64,
}

impl Drained {
    /// Refuses to go on where messages keep coming.
    pub fn no_longer_fills(&self) -> Result<(), StopReason> {
        if self.fills {
            return Err(StopReason::Step(text::keeps_filling()));
        }
        Ok(())
    }

    /// Refuses to call done what could not be moved whole.
    pub fn nothing_left(&self) -> Result<(), StopReason> {
        match self.left {
            0 => Ok(()),
            left => Err(StopReason::Step(text::it_stays_with(text::unmovable(left)))),
        }
    }

    /// Refuses to go on where messages stay, or may stay unseen.
    pub fn nothing_stays(&self) -> Result<(), StopReason> {
        self.nothing_left()?;
        if let (0, Some(limit)) = (self.stays, self.limit) {
            return Err(StopReason::Step(text::stays_shown(limit)));
        }
        if self.stays == 0 {
            return Ok(());
        }
        Err(StopReason::Step(match self.hidden {
            0 => text::it_stays_with(text::marked_deleted(self.stays)),
            hidden => text::it_stays_with_hidden(text::messages(hidden)),
        }))
    }
}

/// Whether it is asked at all if mailboxes add up.
pub(super) fn balances() -> bool {
    stands(Guard::Balance)
}

impl<S: Store, P: Ports> Mover<'_, S, P> {
    /// Moves what is there until a fresh look finds nothing more to move, or so many passes have each found more. The source
    /// is open when this returns.
    ///
    /// A pass that still finds messages of the first, lower than all that were moved, is not counted: servers that show
    /// only so many messages at once (RFC 9738) show the highest first.
    pub async fn drain(&mut self, route: &Route, passes: u32) -> Result<Drained, StopReason> {
        let mut counted = 0;
        let mut again = 0;
        let mut first = None;
        let mut reached = None;
        let mut limit = None;
        loop {
            let opened = self.open_source(route).await?;
            limit = limit.or(self.shown_limit(route, &opened));
            let found = self.find_wanted(route).await?;
            let Some(highest) = found.wanted.as_slice().last().copied() else {
                if u64::from(opened.exists) > found.shown && again < AGAIN {
                    again += 1;
                    continue;
                }
                return self.drained(route, opened, &found, limit).await;
            };
            if counted == passes {
                return self.drained(route, opened, &found, limit).await;
            }
            let first = *first.get_or_insert(highest);
            let wanted = found.wanted.as_slice();
            let old = wanted.iter().rfind(|uid| **uid <= first).copied();
            counted += u32::from(old.is_none() || reached.is_some_and(|reached| old >= reached));
            reached = Some(old);
            let mut rest = wanted;
            while let Some((batch, more)) = self.sizer.cut(rest) {
                match self.batch(route, &batch).await? {
                    Tried::Done => rest = more,
                    Tried::Again => continue,
                }
                self.sender.ports.event(&Event::Moved {
                    id: route.step,
                    done: self.books().moved(route.step),
                });
            }
            if !stands(Guard::FreshLook) {
                let nothing = Found {
                    shown: opened.exists.into(),
                    wanted: UidSet::default(),
                    copied: opened.exists.into(),
                    left: 0,
                };
                return self.drained(route, opened, &nothing, None).await;
            }
        }
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

    async fn drained(
        &mut self,
        route: &Route,
        opened: Opened,
        found: &Found,
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
            copied,
            limit,
            fills: wanted > 0,
            opened,
        })
    }

    /// What is to be moved out of the open source. All that is said of it comes of one look: what arrives after that is the
    /// next pass's.
    async fn find_wanted(&mut self, route: &Route) -> Result<Found, StopReason> {
        let all = match &route.only {
            Some(only) => {
                self.sender
                    .store
                    .search(&Search::Among(only.clone()))
                    .await?
            }
            None => self.sender.store.search(&Search::All).await?,
        };
        if route.only.is_none() {
            self.note_missing(route.step, &route.from, &all)?;
        }
        let takes_all = self.plan.allow.move_deleted || route.only.is_some();
        let stay = if takes_all || all.is_empty() || !stands(Guard::Deleted) {
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
        Ok(Found {
            shown: all.len() as u64,
            wanted: wanted.collect(),
            copied,
            left: uids().filter(is_left).count() as u64,
        })
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
