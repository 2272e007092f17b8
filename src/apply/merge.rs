//! Merging: a source is drained into its target until a fresh look finds it empty, then quarantined.
//!
//! In: a merge step. Out: an ended step, or a tombstone that waits to be removed. Never: DELETE, EXPUNGE of others' mail.
//!
//! A resume runs the same way: tombstones that an earlier process left are drained first, then the source.

use std::collections::BTreeSet;

use super::{
    Event, Ports,
    run::{Run, receipt},
    send::Halt,
    step::is_marked,
};
use crate::{
    guard::{Guard, stands},
    language::text,
    model::{
        mailbox::{MailboxName, ROUND_LIMITS},
        plan::{Path, Step},
        receipt::{Outcome, SourceAfter},
        role::Role,
        uid::{Uid, UidSet},
    },
    store::{Access, Opened, Search, Store},
};

/// How often a source may be filled again while it is drained (algorithm.md P27).
pub(super) const PASSES: u32 = 20;
/// How often before it gets a name under which nobody fills it.
pub(super) const FEW_PASSES: u32 = 3;
/// How often a count is looked at again that SEARCH does not bear out: somebody may have removed a message in between.
const AGAIN: u32 = 2;

/// What is moved from where to where.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub step: u32,
    /// Where the messages are now: the source, or its tombstone.
    pub from: MailboxName,
    pub to: MailboxName,
    pub path: Path,
    /// Only these.
    pub only: Option<UidSet>,
}

impl Route {
    /// The way out of a merge's source under the name that it has now; none for an incomplete step.
    pub fn of(step: &Step, from: &MailboxName) -> Option<Self> {
        Some(Self {
            step: step.id,
            from: from.clone(),
            to: step.target.clone()?,
            path: step.path?,
            only: None,
        })
    }
}

/// A source as the last fresh look found it.
#[derive(Debug)]
pub(super) struct Drained {
    /// Messages that are to stay: marked `\Deleted`, or outside the plan's UIDs.
    pub stays: u64,
    /// Those among them that searches do not show.
    pub hidden: u64,
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
}

impl Drained {
    /// Refuses to go on where messages keep coming.
    pub fn no_longer_fills(&self) -> Result<(), Halt> {
        if self.fills {
            return Err(Halt::Step(text::keeps_filling()));
        }
        Ok(())
    }

    /// Refuses to go on where messages stay, or may stay unseen.
    pub fn nothing_stays(&self) -> Result<(), Halt> {
        if let (0, Some(limit)) = (self.stays, self.limit) {
            return Err(Halt::Step(text::stays_shown(limit)));
        }
        if self.stays == 0 {
            return Ok(());
        }
        Err(Halt::Step(match self.hidden {
            0 => text::it_stays_with(text::marked_deleted(self.stays)),
            hidden => text::it_stays_with_hidden(text::messages(hidden)),
        }))
    }
}

impl<S: Store, P: Ports> Run<'_, S, P> {
    pub(super) async fn merge(&mut self, step: &Step) -> Result<(), Halt> {
        let incomplete = || Halt::Step(text::step_incomplete());
        let source = step.source.as_ref().ok_or_else(incomplete)?;
        let mut route = Route::of(step, source).ok_or_else(incomplete)?;
        route.only.clone_from(&step.uids);
        let removes = step.remove && !self.plan.allow.keep_sources;
        if *source == route.to || source.is_inbox() && step.uids.is_none() {
            return Err(Halt::Step(text::never_a_source()));
        }
        if route.path == Path::CopyOnly && !removes {
            return Err(Halt::Step(text::only_copied_here()));
        }
        self.pace.begin();
        let permanent = self.check_target(step.id, &route.to).await?;
        for tombstone in self.tombstones.clone() {
            if let Some(route) = Route::of(step, &tombstone.name)
                && tombstone.step == step.id
            {
                self.recheck_copies(&route).await?;
            }
        }
        self.drain_tombstones(step.id).await?;
        let waiting = self.is_waiting(step.id);
        let subscribed = match self.store.find(source).await? {
            None if waiting => return Ok(()),
            None => return Err(Halt::Step(text::it_is_gone())),
            // Somebody made a new mailbox under the old name, or below it: not ours to touch.
            Some(found) if waiting && !found.selectable => return Ok(()),
            Some(_) if waiting && self.is_another(source).await? => return Ok(()),
            Some(found) => found.subscribed,
        };
        self.inherit_copies(&route).await?;
        self.recheck_copies(&route).await?;
        self.check_flags(&route, permanent.as_ref()).await?;
        let passes = if removes && !route.path.copies() {
            FEW_PASSES
        } else {
            PASSES
        };
        let drained = self.drain(&route, passes).await?;
        self.store.leave().await?;
        if !removes {
            drained.no_longer_fills()?;
            self.all_found(step)?;
            let after = Some(SourceAfter::Left);
            // An undo takes only what was moved: of the rest there is nothing to say.
            let why = step.uids.is_none().then(|| match drained.nothing_stays() {
                Err(Halt::Step(stays)) => text::as_planned(stays),
                _ => text::stays_as_planned(),
            });
            return self.end_step(receipt(step, Outcome::Applied, after, why));
        }
        drained.nothing_stays()?;
        self.quarantine(step, &route, subscribed).await
    }

    /// Refuses to call a step done that was to move certain messages where some of them were not there (an undo after
    /// somebody, or the server, has removed them).
    fn all_found(&self, step: &Step) -> Result<(), Halt> {
        let Some(uids) = &step.uids else {
            return Ok(());
        };
        let moved = self.moved.get(&step.id).copied().unwrap_or(0);
        let wanted = uids.len() as u64;
        if moved >= wanted || !Self::balances() {
            return Ok(());
        }
        let missing = text::no_longer_there(wanted - moved);
        Err(Halt::Step(text::of_all(missing, text::messages(wanted))))
    }

    /// Reads the target's identity and what flags it keeps; none where it keeps all.
    async fn check_target(
        &mut self,
        step: u32,
        target: &MailboxName,
    ) -> Result<Option<BTreeSet<String>>, Halt> {
        let Some(found) = self.store.find(target).await? else {
            // Never made again by us: the journal says where the mail went.
            return Err(Halt::Step(text::target_is_gone()));
        };
        if [Role::All, Role::Flagged, Role::Important]
            .into_iter()
            .any(|role| is_marked(&found, role))
        {
            return Err(Halt::Step(text::target_is_view()));
        }
        let opened = self.store.open(target, Access::ReadWrite).await?;
        self.same_identity(target, opened.uid_validity)?;
        self.store.leave().await?;
        let uid_next = match opened.uid_next {
            Some(uid_next) => Some(uid_next),
            // Courier's SELECT does not tell.
            None => self.store.status(target).await?.uid_next,
        };
        self.note_stood(step, target, &opened, uid_next)?;
        self.uid_next.insert(target.clone(), uid_next.unwrap_or(1));
        if !opened.read_write || !opened.uids_sticky {
            return Err(Halt::Step(text::target_only_read()));
        }
        let kept = opened.permanent_flags;
        let kept = kept.filter(|flags| !flags.contains("\\*"));
        self.kept_flags.insert(target.clone(), kept.clone());
        Ok(kept)
    }

    /// Stops before the first message is sent where flags stand in the way.
    async fn check_flags(
        &mut self,
        route: &Route,
        kept: Option<&BTreeSet<String>>,
    ) -> Result<(), Halt> {
        if route.path == Path::CopyOnly && !self.plan.allow.move_deleted {
            // With one of these it could not be emptied, and all that was copied would be there twice.
            self.reopen(&route.from).await?;
            let mut marked = self
                .store
                .search(&Search::Deleted)
                .await?
                .as_slice()
                .to_vec();
            marked.retain(|uid| !self.is_copied(route, *uid));
            self.store.leave().await?;
            if !marked.is_empty() {
                return Err(Halt::Step(text::holds_marked(text::marked_deleted(
                    marked.len() as u64,
                ))));
            }
        }
        self.check_keywords(route, kept).await
    }

    /// Stops where keywords that are in use would be lost (decisions 15).
    async fn check_keywords(
        &mut self,
        route: &Route,
        kept: Option<&BTreeSet<String>>,
    ) -> Result<(), Halt> {
        let Some(kept) = kept.filter(|_| self.asks_for_keywords()) else {
            return Ok(());
        };
        let opened = self.store.open(&route.from, Access::ReadWrite).await?;
        let mut lost = Vec::new();
        for keyword in opened.flags.iter().filter(|flag| !flag.starts_with('\\')) {
            let is_kept = kept.iter().any(|flag| flag.eq_ignore_ascii_case(keyword));
            if !is_kept
                && !self
                    .store
                    .search(&Search::Keyword(keyword.clone()))
                    .await?
                    .is_empty()
            {
                lost.push(keyword.clone());
            }
        }
        self.store.leave().await?;
        if lost.is_empty() {
            return Ok(());
        }
        Err(Halt::Step(text::keywords_not_kept(lost.join(", "))))
    }

    /// Moves what is there until a fresh look finds nothing more to move, or so many passes have each found more. The source
    /// is open when this returns.
    ///
    /// A pass that still finds messages of the first, lower than all that were moved, is not counted: servers that show
    /// only so many messages at once (RFC 9738) show the highest first.
    pub(super) async fn drain(&mut self, route: &Route, passes: u32) -> Result<Drained, Halt> {
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
            while let Some((batch, more)) = self.pace.cut(rest) {
                rest = more;
                self.batch(route, &batch).await?;
                self.ports.event(&Event::Moved {
                    id: route.step,
                    done: self.moved.get(&route.step).copied().unwrap_or(0),
                });
            }
            if !stands(Guard::FreshLook) {
                let nothing = Found {
                    shown: opened.exists.into(),
                    wanted: UidSet::default(),
                    copied: opened.exists.into(),
                };
                return self.drained(route, opened, &nothing, None).await;
            }
        }
    }

    /// Opens a source, which must be the one it was and may be changed.
    async fn open_source(&mut self, route: &Route) -> Result<Opened, Halt> {
        let opened = self.store.open(&route.from, Access::ReadWrite).await?;
        self.same_opened(&route.from, &opened)?;
        if !opened.read_write || !opened.uids_sticky {
            return Err(Halt::Step(text::only_read()));
        }
        self.note_stood(route.step, &route.from, &opened, opened.uid_next)?;
        self.source_next
            .insert(route.from.clone(), opened.uid_next.unwrap_or(0));
        Ok(opened)
    }

    /// The round number of messages that a look has shown, those that an earlier look showed and that were moved included.
    fn shown_limit(&self, route: &Route, opened: &Opened) -> Option<u64> {
        let exists = u64::from(opened.exists);
        let moved = self.moved.get(&route.step).copied().unwrap_or(0);
        let shown = [exists, exists + moved].into_iter();
        shown
            .filter(|_| {
                exists > 0 && !self.store.traits().shows_all_messages && stands(Guard::RoundLimits)
            })
            .find(|shown| ROUND_LIMITS.contains(shown))
    }

    async fn drained(
        &mut self,
        route: &Route,
        opened: Opened,
        found: &Found,
        limit: Option<u64>,
    ) -> Result<Drained, Halt> {
        let (shown, copied) = match &route.only {
            // Only these were looked for; what else there is stays.
            Some(_) => (self.store.search(&Search::All).await?.len() as u64, 0),
            None => (found.shown, found.copied),
        };
        let exists = u64::from(opened.exists);
        let there = shown.max(if stands(Guard::Exists) { exists } else { 0 });
        let wanted = found.wanted.len() as u64;
        Ok(Drained {
            stays: there.saturating_sub(copied + wanted),
            hidden: there.saturating_sub(shown),
            copied,
            limit,
            fills: wanted > 0,
            opened,
        })
    }

    /// What is to be moved out of the open source. All that is said of it comes of one look: what arrives after that is the
    /// next pass's.
    async fn find_wanted(&mut self, route: &Route) -> Result<Found, Halt> {
        let all = match &route.only {
            Some(only) => self.store.search(&Search::Among(only.clone())).await?,
            None => self.store.search(&Search::All).await?,
        };
        if route.only.is_none() {
            self.note_missing(route.step, &route.from, &all)?;
        }
        let takes_all = self.plan.allow.move_deleted || route.only.is_some();
        let stay = if takes_all || all.is_empty() || !stands(Guard::Deleted) {
            UidSet::default()
        } else {
            self.store.search(&Search::Deleted).await?
        };
        let uids = || all.as_slice().iter().copied();
        let copied = uids().filter(|uid| self.is_copied(route, *uid)).count() as u64;
        let wanted = uids().filter(|uid| !stay.contains(*uid) && !self.is_copied(route, *uid));
        Ok(Found {
            shown: all.len() as u64,
            wanted: wanted.collect(),
            copied,
        })
    }

    fn is_copied(&self, route: &Route, uid: Uid) -> bool {
        let copies = self.copies.get(&route.from);
        copies.is_some_and(|copies| copies.contains_key(&uid))
    }
}
