//! Merging: a source is drained into its target until a fresh look finds it empty, then it is set aside.
//!
//! In: a merge step. Out: a step that is over, or a tombstone that waits to be removed. Nothing is deleted here, and no
//! message is expunged that this run has not copied.
//!
//! A resume runs the same way: tombstones that an earlier process has left are drained first, then the source.

use std::collections::BTreeSet;

use super::{
    batch_size::BatchSizer,
    books::OpenBatch,
    draining::{Drained, Draining, FEW_PASSES, PASSES},
    quarantine::{Leaving, ReadyMerge},
    receipt::receipt,
    route::Route,
    run::Run,
    source::balances,
    stop::StopReason,
    unproven::Unproven,
};
use crate::{
    language::text,
    model::{
        mailbox::MailboxName,
        plan::{Action, Path, Step},
        receipt::{Outcome, SourceAfter},
        role::Role,
    },
    store::{Access, Act, Depth, NextLook, Search, Store},
};

impl<S: Store> Run<'_, S> {
    /// Runs merges that have nothing to do with each other: each phase for all of them, so that their looks go together.
    pub(super) async fn merges(&mut self, steps: &[&Step]) -> Result<(), StopReason> {
        loop {
            match self.merge_all(steps).await {
                Ok(true) => return Ok(()),
                // Bounded by `Throttle`, and by how often a mailbox can be set aside.
                Ok(false) | Err(StopReason::Later(_)) => {}
                Err(stop) => return Err(stop),
            }
        }
    }

    /// Whether all of them are over, or wait.
    async fn merge_all(&mut self, steps: &[&Step]) -> Result<bool, StopReason> {
        let open = steps.iter().filter(|step| self.ended(step.id).is_none());
        let open: Vec<&Step> = open.copied().collect();
        if open.is_empty() {
            return Ok(true);
        }
        let looks = self.looks_before_merges(&open);
        self.store().ahead(&looks).await;
        let mut merges = Vec::new();
        for step in open {
            match self.prepare(step).await {
                Ok(Some(merge)) => merges.push(self.leaving(merge)),
                // It is set aside and was drained there.
                Ok(None) => {
                    self.emptied.insert(step.id);
                }
                Err(StopReason::Step(why)) => self.step_refused(step, why).await?,
                Err(stop) => return Err(stop),
            }
        }
        let sources = self.sources(merges.iter().map(|one| &one.merge));
        let mut soon = self.looks_before_rename(&merges);
        if soon.is_empty() {
            // Nothing is removed: what comes next begins right after.
            soon = self.looks_before_next();
            soon.push(NextLook::Leave);
        }
        let ends = match self.mover.drain_all(sources, &soon).await {
            Ok(ends) => ends,
            Err(stop) => return self.go_on_after(&merges, stop).await,
        };
        let mut emptied = Vec::new();
        for (one, end) in merges.into_iter().zip(ends) {
            match self.drained(&one.merge, end).await {
                Ok(true) => emptied.push(one),
                Ok(false) => {}
                Err(StopReason::Step(why)) => self.step_refused(&one.merge.step, why).await?,
                Err(stop) => return Err(stop),
            }
        }
        self.quarantine(emptied).await?;
        Ok(true)
    }

    /// The looks that merges begin with, as they will be made.
    pub(super) fn looks_before_merges(&self, steps: &[&Step]) -> Vec<NextLook> {
        steps
            .iter()
            .flat_map(|step| self.looks_before(step))
            .collect()
    }

    /// The looks that the steps begin with that come after those that are being run.
    pub(super) fn looks_before_next(&self) -> Vec<NextLook> {
        let steps = self.mover.plan.steps.iter();
        let next = steps.filter(|step| self.next_steps.contains(&step.id));
        let looks = next.flat_map(|step| match (step.action, &step.target) {
            (Action::Merge, _) => self.looks_before(step),
            (Action::Subscribe | Action::Unsubscribe, Some(name)) => {
                vec![NextLook::Find(name.clone())]
            }
            _ => Vec::new(),
        });
        looks.collect()
    }

    fn looks_before(&self, step: &Step) -> Vec<NextLook> {
        let (Some(source), Some(target)) = (&step.source, &step.target) else {
            return Vec::new();
        };
        let mut looks = vec![
            NextLook::Find(target.clone()),
            NextLook::Open(target.clone(), Access::ReadWrite),
            // mailutils 3.15 holds messages for new, and gives them other numbers, until their mailbox was left once.
            NextLook::Leave,
            NextLook::Find(source.clone()),
        ];
        if let Some(mut route) = Route::of(step, source) {
            route.only.clone_from(&step.uids);
            let source = Draining::new(route, PASSES, false);
            looks.extend(self.mover.looks_at(std::slice::from_ref(&source), &[]));
            looks.push(NextLook::Leave);
        }
        looks
    }

    /// The sources of merges, to be drained. One that may be its target under another name begins with a single message.
    fn sources<'m>(&self, merges: impl Iterator<Item = &'m ReadyMerge>) -> Vec<Draining> {
        let sources = merges.map(|merge| {
            let route = &merge.route;
            let may_be_one = self.mover.identity(&route.from) == self.mover.identity(&route.to);
            let is_told = route.path == Path::MoveUidplus;
            let passes = if merge.removes && !route.path.copies() {
                FEW_PASSES
            } else {
                PASSES
            };
            Draining::new(route.clone(), passes, may_be_one || !is_told)
        });
        sources.collect()
    }

    /// Looks at the mailboxes of a merge. None where there is nothing to be drained.
    async fn prepare(&mut self, step: &Step) -> Result<Option<ReadyMerge>, StopReason> {
        let incomplete = || StopReason::Step(text::step_incomplete());
        let source = step.source.as_ref().ok_or_else(incomplete)?;
        let mut route = Route::of(step, source).ok_or_else(incomplete)?;
        route.only.clone_from(&step.uids);
        let removes = step.remove && !self.mover.plan.allow.keep_sources;
        if *source == route.to || source.is_inbox() && step.uids.is_none() {
            return Err(StopReason::Step(text::never_a_source()));
        }
        if route.path == Path::CopyOnly && !removes {
            return Err(StopReason::Step(text::only_copied_here()));
        }
        let permanent = self.check_target(step.id, &route.to).await?;
        for tombstone in self.tombstones.clone() {
            if let Some(route) = Route::of(step, &tombstone.name)
                && tombstone.step == step.id
            {
                self.mover.recheck_copies(&route).await?;
            }
        }
        self.drain_tombstones(&[step.id]).await?;
        let waiting = self.is_waiting(step.id);
        let subscribed = match self.store().find(source).await? {
            None if waiting => return Ok(None),
            None => return Err(StopReason::Step(text::it_is_gone())),
            // Somebody made a new mailbox under the old name, or below it: not ours to touch.
            Some(found) if waiting && !found.selectable => return Ok(None),
            Some(_) if waiting && self.mover.is_another(source).await? => return Ok(None),
            Some(found) => found.subscribed,
        };
        if !waiting {
            self.note_restored(source)?;
        }
        self.mover.inherit_copies(&route).await?;
        self.mover.recheck_copies(&route).await?;
        self.check_flags(&route, permanent.as_ref()).await?;
        Ok(Some(ReadyMerge {
            step: step.clone(),
            route,
            removes,
            subscribed,
        }))
    }

    /// After a source was drained, or could not be. Whether it is to be removed; else its step is over.
    async fn drained(
        &mut self,
        merge: &ReadyMerge,
        end: Result<Drained, StopReason>,
    ) -> Result<bool, StopReason> {
        let step = &merge.step;
        let drained = match end {
            Ok(drained) => drained,
            Err(reason) => return self.go_on_set_aside(step, reason).await.map(|()| false),
        };
        if merge.removes {
            drained.nothing_stays()?;
            return Ok(true);
        }
        drained.no_longer_fills()?;
        drained.nothing_left()?;
        self.all_found(step)?;
        let after = Some(SourceAfter::Left);
        // An undo takes only what was moved: of the rest there is nothing to say.
        let why = step.uids.is_none().then(|| match drained.nothing_stays() {
            Err(StopReason::Step(stays)) => text::as_planned(stays),
            _ => text::stays_as_planned(),
        });
        self.end_step(receipt(step, Outcome::Applied, after, why))?;
        Ok(false)
    }

    /// After a look that was to prove what a command had done has failed: where the source of the only merge that is not proven
    /// has been set aside meanwhile, all begins again, under its new name.
    async fn go_on_after(
        &mut self,
        merges: &[Leaving],
        stop: StopReason,
    ) -> Result<bool, StopReason> {
        let open: BTreeSet<u32> = self.books().open_batches().map(|open| open.step).collect();
        let steps = merges.iter().map(|one| &one.merge.step);
        let mut unproven = steps.filter(|step| open.contains(&step.id));
        match (unproven.next(), unproven.next()) {
            (Some(only), None) => {
                self.go_on_set_aside(only, stop).await?;
                Ok(false)
            }
            _ => Err(stop),
        }
    }

    /// After a source could not be drained: where a RENAME of an earlier process has run only now, under our hands, the
    /// messages that were under way are proven, and the rest is drained, under the source's new name. Else the step stops
    /// for the same reason.
    async fn go_on_set_aside(&mut self, step: &Step, reason: StopReason) -> Result<(), StopReason> {
        let may_have_run = matches!(reason, StopReason::Unknown(_) | StopReason::Step(_));
        if !may_have_run || !self.sweep().await.unwrap_or(false) {
            return Err(reason);
        }
        // They are on record, which is read here.
        self.mover.unproven_batches.clear();
        let open: Vec<OpenBatch> = self.books().open_batches().cloned().collect();
        for open in open.into_iter().filter(|open| open.step == step.id) {
            let (Act::Move { from, .. } | Act::Copy { from, .. }) = &open.act else {
                return Err(reason);
            };
            let tombstone = self.tombstones.iter().find(|tomb| tomb.of == *from);
            let route = tombstone.and_then(|tomb| Route::of(step, &tomb.name));
            // The messages must have the UIDs that they had.
            let same =
                |route: &Route| self.mover.identity(&route.from) == Some(open.batch.from_validity);
            let Some(route) = route.filter(same) else {
                return Err(reason);
            };
            self.mover.prove(Unproven::on_record(route, open)).await?;
        }
        if self.is_waiting(step.id) {
            return self.drain_tombstones(&[step.id]).await;
        }
        Err(reason)
    }

    /// Refuses to call a step done that was to move certain messages where some of them were not there (an undo after
    /// somebody, or the server, has removed them).
    fn all_found(&self, step: &Step) -> Result<(), StopReason> {
        let Some(uids) = &step.uids else {
            return Ok(());
        };
        let moved = self.mover.books().moved(step.id);
        let wanted = uids.len() as u64;
        if moved >= wanted || !balances() {
            return Ok(());
        }
        let missing = text::no_longer_there(wanted - moved);
        Err(StopReason::Step(text::of_all(
            missing,
            text::messages(wanted),
        )))
    }

    /// Reads the target's identity and what flags it keeps; none where it keeps all.
    async fn check_target(
        &mut self,
        step: u32,
        target: &MailboxName,
    ) -> Result<Option<BTreeSet<String>>, StopReason> {
        let Some(found) = self.store().find(target).await? else {
            // Never made again by us: the journal says where the mail went.
            return Err(StopReason::Step(text::target_is_gone()));
        };
        if !found.selectable {
            return Err(StopReason::Step(text::target_not_opened()));
        }
        if [Role::All, Role::Flagged, Role::Important]
            .into_iter()
            .any(|role| found.is_marked(role))
        {
            return Err(StopReason::Step(text::target_is_view()));
        }
        let opened = self.store().open(target, Access::ReadWrite).await?;
        self.mover.same_identity(target, opened.uid_validity)?;
        self.store().leave().await?;
        let uid_next = match opened.uid_next {
            Some(uid_next) => Some(uid_next),
            // Courier's SELECT does not tell.
            None => self.store().status(target).await?.uid_next,
        };
        self.mover.note_stood(step, target, &opened, uid_next)?;
        self.mover
            .uid_next
            .insert(target.clone(), uid_next.unwrap_or(1));
        if !opened.read_write || !opened.uids_sticky {
            return Err(StopReason::Step(text::target_only_read()));
        }
        let kept = opened.permanent_flags;
        let kept = kept.filter(|flags| !flags.contains("\\*"));
        self.mover.kept_flags.insert(target.clone(), kept.clone());
        Ok(kept)
    }

    /// Stops before the first message is sent where flags stand in the way.
    async fn check_flags(
        &mut self,
        route: &Route,
        kept: Option<&BTreeSet<String>>,
    ) -> Result<(), StopReason> {
        if route.path == Path::CopyOnly && !self.mover.plan.allow.move_deleted {
            // With one of these it could not be emptied, and all that was copied would be there twice.
            self.mover.reopen(&route.from).await?;
            let mut marked = self
                .store()
                .search(&Search::Deleted)
                .await?
                .as_slice()
                .to_vec();
            marked.retain(|uid| !self.mover.is_copied(&route.from, *uid));
            self.store().leave().await?;
            if !marked.is_empty() {
                return Err(StopReason::Step(text::holds_marked(text::marked_deleted(
                    marked.len() as u64,
                ))));
            }
        }
        self.check_keywords(route, kept).await
    }

    /// Stops where keywords that are in use would be lost (docs/safety.md, "Keywords"): by what FETCH shows, since servers
    /// need not list in FLAGS what is in use.
    async fn check_keywords(
        &mut self,
        route: &Route,
        kept: Option<&BTreeSet<String>>,
    ) -> Result<(), StopReason> {
        let Some(kept) = kept.filter(|_| self.mover.asks_for_keywords()) else {
            return Ok(());
        };
        let mut in_use = BTreeSet::new();
        self.store().open(&route.from, Access::ReadWrite).await?;
        let all = self.store().search(&Search::All).await?;
        for some in all.pieces(BatchSizer::MOST) {
            for message in self.store().messages(&some, Depth::Facts).await? {
                // What is left where it is loses nothing.
                if !self.mover.is_copied(&route.from, message.uid) {
                    in_use.extend(message.flags.iter().cloned());
                }
            }
        }
        self.store().leave().await?;
        let is_kept = |flag: &String| kept.iter().any(|kept| kept.eq_ignore_ascii_case(flag));
        let lost = in_use.into_iter().filter(|flag| !flag.starts_with('\\'));
        let lost: Vec<String> = lost.filter(|flag| !is_kept(flag)).collect();
        if lost.is_empty() {
            return Ok(());
        }
        Err(StopReason::Step(text::keywords_not_kept(lost.join(", "))))
    }
}
