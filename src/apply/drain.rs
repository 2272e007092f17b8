//! Draining: messages are moved out of a source until a fresh look finds nothing more to move.
//!
//! In: a route. Out: what the last look at the source found. A source counts as empty only when it was opened and searched
//! afresh.

use super::{
    batch::Sending,
    books::UidRanges,
    draining::Draining,
    journal::{Record, record},
    left::Tried,
    mover::{Mover, Route},
    ports::Ports,
    stop::StopReason,
};
use crate::{
    guard::{Guard, stands},
    language::text,
    model::{
        mailbox::{MailboxName, ROUND_LIMITS},
        uid::{Uid, UidSet},
    },
    store::{Access, Depth, Look, Opened, Search, Store},
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

/// What comes next: a source, by its place, and its next batch.
type Turn = (usize, UidSet);

impl<S: Store, P: Ports> Mover<'_, S, P> {
    /// Moves what is in these sources until a fresh look finds nothing more to move, or so many passes have each found more.
    /// For each of them what the last look found, or why its step is over. `after` are looks that come right after.
    ///
    /// Every source is looked at before the first message is moved, and batches of several sources are proven together.
    pub async fn drain_all(
        &mut self,
        mut sources: Vec<Draining>,
        after: &[Look],
    ) -> Result<Vec<Result<Drained, StopReason>>, StopReason> {
        let mut has_moved = false;
        while sources.iter().any(|source| source.end.is_none()) {
            // What comes after it does not come before anything was moved.
            let soon = if has_moved { after } else { &[] };
            has_moved = true;
            let looks = self.looks_at(&sources, soon);
            self.sender.store.ahead(&looks).await;
            let mut opened = Vec::new();
            for source in &mut sources {
                if source.end.is_none() {
                    opened.push((source.route.from.clone(), self.look_at(source).await?));
                }
            }
            if let Err(stop) = self.move_all(&mut sources, after).await {
                if matches!(stop, StopReason::Later(_) | StopReason::Stopped) {
                    // The line stands: what was answered is proven.
                    self.prove_all(&mut sources, &[], None).await?;
                }
                return Err(stop);
            }
            if !stands(Guard::FreshLook) {
                self.believe_empty(&mut sources, opened).await?;
            }
        }
        let ends = sources.into_iter().filter_map(|source| source.end);
        Ok(ends.collect())
    }

    /// The looks at all sources that are not over, as they will be made.
    pub fn looks_at(&self, sources: &[Draining], soon: &[Look]) -> Vec<Look> {
        let waiting = sources.iter().filter(|source| source.end.is_none());
        let looks = waiting.flat_map(|source| source.looks(self.takes_marked(&source.route)));
        looks.chain(soon.iter().cloned()).collect()
    }

    /// Looks at a source and finds what is to be moved out of it, or that it is over.
    async fn look_at(&mut self, source: &mut Draining) -> Result<Option<Opened>, StopReason> {
        self.working_in = None;
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
        loop {
            let route = source.route.clone();
            let opened = self.open_source(&route).await?;
            source.limit = source.limit.or(self.shown_limit(&route, &opened));
            let found = self.find_wanted(&route).await?;
            if found.wanted.is_empty() {
                if u64::from(opened.exists) > found.shown && again < AGAIN {
                    again += 1;
                    continue;
                }
            } else if source.found(&found.wanted) {
                return Ok(opened);
            }
            let drained = self.drained(&route, opened.clone(), &found, source.limit);
            source.end = Some(Ok(drained.await?));
            return Ok(opened);
        }
    }

    /// Moves what the last looks have found: first single messages, proven before anything else is moved, then batches.
    async fn move_all(&mut self, sources: &mut [Draining], soon: &[Look]) -> Result<(), StopReason> {
        for is_probing in [true, false] {
            let mut turn = self.turn(sources, 0, 0, is_probing);
            if let Some(first) = &turn {
                let looks = self.looks_of(sources, usize::MAX, first);
                self.sender.store.ahead(&looks.unwrap_or_default()).await;
            }
            while let Some((at, uids)) = turn {
                let then = self.turn(sources, at, uids.len(), is_probing);
                let looks = then.as_ref().and_then(|then| self.looks_of(sources, at, then));
                turn = match self.one_batch(sources, at, &uids, &looks.unwrap_or_default()).await? {
                    Tried::Done => self.announced(sources, then),
                    Tried::Again => self.turn(sources, at, 0, is_probing),
                };
                if self.unproven_messages() >= self.sizer.unproven() {
                    let next = turn.as_ref().and_then(|next| self.looks_of(sources, usize::MAX, next));
                    self.prove_all(sources, &next.unwrap_or_default(), None).await?;
                }
                turn = turn.filter(|(at, _)| sources.get(*at).is_some_and(|one| one.end.is_none()));
                if turn.is_none() {
                    turn = self.turn(sources, 0, 0, is_probing);
                }
            }
            let next = if is_probing {
                let next = self.turn(sources, 0, 0, false);
                next.and_then(|next| {
                    let looks = self.looks_of(sources, usize::MAX, &next);
                    self.announced(sources, Some(next));
                    looks
                })
            } else {
                Some(self.looks_at(sources, soon))
            };
            self.prove_all(sources, &next.unwrap_or_default(), None).await?;
        }
        Ok(())
    }

    /// The first batch of these sources from a place on; there, behind so many messages.
    fn turn(&self, sources: &[Draining], at: usize, skip: usize, is_probing: bool) -> Option<Turn> {
        let places = sources.iter().enumerate().skip(at);
        places
            .filter_map(|(place, source)| {
                let skip = if place == at { skip } else { 0 };
                Some((place, source.next(&self.sizer, is_probing, skip)?))
            })
            .next()
    }

    /// Keeps to the batch by which looks are asked for.
    fn announced(&self, sources: &mut [Draining], turn: Option<Turn>) -> Option<Turn> {
        let (at, uids) = turn?;
        let source = sources.get_mut(at)?;
        source.announce(uids.len());
        Some((at, uids))
    }

    /// The looks that a batch begins with; `at` is the source that is being worked in.
    fn looks_of(&self, sources: &[Draining], at: usize, (next, uids): &Turn) -> Option<Vec<Look>> {
        let source = sources.get(*next)?;
        let route = self.open_way(&source.route);
        let depth = self.depth(route.path);
        if depth == Depth::Content {
            return None;
        }
        let mut looks = Vec::new();
        if *next != at {
            looks.push(Look::Open(route.from.clone(), Access::ReadWrite));
        }
        looks.push(Look::Messages(uids.clone(), depth));
        if source.is_first {
            looks.extend(uids.as_slice().first().map(|first| Look::Real(*first)));
        }
        Some(looks)
    }

    /// Sends one batch of a source. A refusal that ends its step ends nothing else.
    async fn one_batch(
        &mut self,
        sources: &mut [Draining],
        at: usize,
        uids: &UidSet,
        then: &[Look],
    ) -> Result<Tried, StopReason> {
        let Some(source) = sources.get_mut(at) else {
            return Ok(Tried::Done);
        };
        self.sizer.begin(source.route.step);
        let route = source.route.clone();
        let sent = self.batch(&route, uids, source.is_first, then).await;
        let is_claimed = matches!(sent, Ok(Sending::Waits));
        let tried = match sent {
            Ok(Sending::Nothing | Sending::Waits) => Tried::Done,
            Ok(Sending::Answered(messages, took)) => {
                let tried = self.prove_all(sources, &[], Some(&route.from)).await?;
                if tried == Tried::Done && self.has_just_moved() {
                    self.sizer.took(messages, took);
                }
                tried
            }
            Err(StopReason::Step(why)) => {
                if let Some(source) = sources.get_mut(at) {
                    source.end = Some(Err(StopReason::Step(why)));
                }
                return Ok(Tried::Done);
            }
            Err(stop) => return Err(stop),
        };
        if let Some(source) = sources.get_mut(at) {
            match tried {
                Tried::Done => source.advance(uids.len(), is_claimed || self.has_just_moved()),
                Tried::Again => source.cut_anew(),
            }
        }
        Ok(tried)
    }

    /// Proves what was answered and is not proven yet; `next` are looks that come right after. Whether the last batch of one
    /// source is dealt with.
    async fn prove_all(
        &mut self,
        sources: &mut [Draining],
        next: &[Look],
        of: Option<&MailboxName>,
    ) -> Result<Tried, StopReason> {
        let mut last = Tried::Done;
        for (from, end) in self.prove_group(next).await? {
            match end {
                Ok(tried) if of == Some(&from) => last = tried,
                Ok(_) => {}
                Err(why) => {
                    let mut sources = sources.iter_mut();
                    if let Some(source) = sources.find(|source| source.route.from == from) {
                        source.end = Some(Err(why));
                    }
                }
            }
        }
        Ok(last)
    }

    /// Where no fresh look is made, every source counts as empty.
    async fn believe_empty(
        &mut self,
        sources: &mut [Draining],
        opened: Vec<(MailboxName, Option<Opened>)>,
    ) -> Result<(), StopReason> {
        for source in sources.iter_mut().filter(|source| source.end.is_none()) {
            let known = opened.iter().find(|(name, _)| *name == source.route.from);
            if let Some(opened) = known.and_then(|(_, opened)| opened.clone()) {
                let nothing = Found {
                    shown: opened.exists.into(),
                    wanted: UidSet::default(),
                    copied: opened.exists.into(),
                    left: 0,
                };
                let route = source.route.clone();
                let drained = self.drained(&route, opened, &nothing, None).await?;
                source.end = Some(Ok(drained));
            }
        }
        Ok(())
    }

    /// Whether messages marked `\Deleted` are moved as well.
    fn takes_marked(&self, route: &Route) -> bool {
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
