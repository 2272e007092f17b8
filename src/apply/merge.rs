//! Merging: a source is drained into its target until a fresh look finds it empty, then quarantined.
//!
//! In: a merge step. Out: an ended step, or a tombstone that waits to be removed. Never: DELETE, EXPUNGE of others' mail.
//!
//! A resume runs the same way: tombstones that an earlier process left are drained first, then the source.

use std::collections::BTreeSet;

use super::{
    Event, Ports,
    run::{Halt, Run, receipt},
    step::is_marked,
};
use crate::{
    model::{
        mailbox::MailboxName,
        plan::{Path, Step},
        receipt::{Outcome, SourceAfter},
        role::Role,
        uid::{Uid, UidSet},
    },
    store::{Access, Opened, Search, Store},
};

/// How often a source is drained before it counts as filling for ever (algorithm.md P27).
const PASSES: u32 = 20;

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

/// A source as the last fresh look found it.
#[derive(Debug)]
pub(super) struct Drained {
    /// Messages still there: marked `\Deleted`, outside the plan's UIDs, or copied and not yet expunged.
    pub left: u64,
    pub opened: Opened,
}

impl<S: Store, P: Ports> Run<'_, S, P> {
    pub(super) async fn merge(&mut self, step: &Step) -> Result<(), Halt> {
        let (Some(source), Some(target), Some(path)) = (&step.source, &step.target, step.path)
        else {
            return Err(Halt::Step("the plan's step is incomplete".to_owned()));
        };
        if source == target || source.is_inbox() && step.uids.is_none() {
            return Err(Halt::Step("it is never a source".to_owned()));
        }
        self.pace.begin();
        let permanent = self.check_target(target).await?;
        let route = Route {
            step: step.id,
            from: source.clone(),
            to: target.clone(),
            path,
            only: step.uids.clone(),
        };
        self.drain_tombstones(step.id).await?;
        let waiting = self.tombstones.iter().any(|tomb| tomb.step == step.id);
        let subscribed = match self.store.find(source).await? {
            None if waiting => return Ok(()),
            None => return Err(Halt::Step("it is not there any more".to_owned())),
            Some(found) if waiting && self.is_new(&found.name).await? => {
                // Somebody made a new mailbox under the old name: not ours to touch.
                return Ok(());
            }
            Some(found) => found.subscribed,
        };
        self.check_keywords(&route, permanent.as_ref()).await?;
        let drained = self.drain(&route).await?;
        self.store.leave().await?;
        if drained.left > 0 && path != Path::CopyOnly {
            let why = match &step.uids {
                Some(_) => None,
                None => Some(format!(
                    "{} messages marked \\Deleted stay in it",
                    drained.left
                )),
            };
            return self.left(step, why);
        }
        if !step.remove || self.plan.allow.keep_sources {
            return self.left(step, None);
        }
        self.quarantine(step, &route, subscribed).await
    }

    /// A plan's `delete`: like a merge of nothing.
    pub(super) async fn delete(&mut self, step: &Step) -> Result<(), Halt> {
        let Some(target) = &step.target else {
            return Err(Halt::Step("the plan names no mailbox".to_owned()));
        };
        let Some(found) = self.store.find(target).await? else {
            return self.end_step(receipt(step, Outcome::Applied, None, None));
        };
        let opened = self.store.open(target, Access::ReadWrite).await?;
        self.same_identity(target, opened.uid_validity)?;
        self.store.leave().await?;
        if opened.exists > 0 {
            return Err(Halt::Step("it is not empty any more".to_owned()));
        }
        let route = Route {
            step: step.id,
            from: target.clone(),
            to: target.clone(),
            path: Path::MoveUidplus,
            only: None,
        };
        self.quarantine(step, &route, found.subscribed).await
    }

    /// Ends a merge whose source stays.
    pub(super) fn left(&mut self, step: &Step, why: Option<String>) -> Result<(), Halt> {
        let mut receipt = receipt(step, Outcome::Applied, Some(SourceAfter::Left), why);
        receipt.moved = self.moved_by(step);
        self.end_step(receipt)
    }

    async fn is_new(&mut self, name: &MailboxName) -> Result<bool, Halt> {
        let now = self.store.status(name).await?.uid_validity;
        Ok(self.identity.get(name).copied() != now)
    }

    /// Reads the target's identity and what flags it keeps; none where it keeps all.
    async fn check_target(
        &mut self,
        target: &MailboxName,
    ) -> Result<Option<BTreeSet<String>>, Halt> {
        let Some(found) = self.store.find(target).await? else {
            return Err(Halt::Step("its target is not there any more".to_owned()));
        };
        if [Role::All, Role::Flagged, Role::Important]
            .into_iter()
            .any(|role| is_marked(&found, role))
        {
            return Err(Halt::Step(
                "its target is a view of other mailboxes".to_owned(),
            ));
        }
        let opened = self.store.open(target, Access::ReadWrite).await?;
        self.same_identity(target, opened.uid_validity)?;
        self.store.leave().await?;
        let uid_next = match opened.uid_next {
            Some(uid_next) => Some(uid_next),
            // Courier's SELECT does not tell.
            None => self.store.status(target).await?.uid_next,
        };
        self.uid_next.insert(target.clone(), uid_next.unwrap_or(1));
        if !opened.read_write || !opened.uids_sticky {
            return Err(Halt::Step(
                "its target can only be read, or keeps no message numbers".to_owned(),
            ));
        }
        Ok(opened
            .permanent_flags
            .filter(|flags| !flags.contains("\\*")))
    }

    /// Stops before the first move where keywords that are in use would be lost (decisions 15).
    async fn check_keywords(
        &mut self,
        route: &Route,
        kept: Option<&BTreeSet<String>>,
    ) -> Result<(), Halt> {
        let Some(kept) = kept.filter(|_| !self.plan.allow.keyword_loss) else {
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
        Err(Halt::Step(format!(
            "the target cannot keep the keywords {}; --allow-keyword-loss moves the messages without them",
            lost.join(", ")
        )))
    }

    /// Moves what is there until a fresh look finds nothing more to move. The source is open when this returns.
    pub(super) async fn drain(&mut self, route: &Route) -> Result<Drained, Halt> {
        for _ in 0..PASSES {
            let opened = self.store.open(&route.from, Access::ReadWrite).await?;
            self.same_identity(&route.from, opened.uid_validity)?;
            if !opened.read_write || !opened.uids_sticky {
                return Err(Halt::Step(
                    "it can only be read, or keeps no message numbers".to_owned(),
                ));
            }
            let wanted = self.wanted(route).await?;
            if wanted.is_empty() {
                let left = self.store.search(&Search::All).await?.len() as u64;
                return Ok(Drained {
                    left: left.max(u64::from(opened.exists)),
                    opened,
                });
            }
            let mut rest = wanted.as_slice();
            while let Some((batch, more)) = self.pace.cut(rest) {
                rest = more;
                self.batch(route, &batch).await?;
                self.ports.event(&Event::Moved {
                    id: route.step,
                    done: self.moved.get(&route.step).copied().unwrap_or(0),
                });
            }
        }
        Err(Halt::Step(
            "it keeps filling while it is emptied".to_owned(),
        ))
    }

    /// What is to be moved out of the open source.
    async fn wanted(&mut self, route: &Route) -> Result<UidSet, Halt> {
        let all = match &route.only {
            Some(only) => self.store.search(&Search::Among(only.clone())).await?,
            None => self.store.search(&Search::All).await?,
        };
        let stay = if self.plan.allow.move_deleted || route.only.is_some() {
            UidSet::default()
        } else {
            self.store.search(&Search::Deleted).await?
        };
        let is_copied = |uid: &Uid| {
            self.copies
                .get(&route.from)
                .is_some_and(|copied| copied.contains_key(uid))
        };
        Ok(all
            .as_slice()
            .iter()
            .copied()
            .filter(|uid| match route.path {
                Path::CopyOnly => !is_copied(uid) && !stay.contains(*uid),
                // A copied message that carries \Deleted was marked by us, and is yet to be expunged.
                _ => is_copied(uid) || !stay.contains(*uid),
            })
            .collect())
    }
}
