//! Watching tombstones and removing them: each must have stayed empty for the settle time.
//!
//! In: tombstones. Out: removed mailboxes, and steps that are over. A mailbox is deleted only under a fresh name of ours,
//! seen empty, with UIDNEXT unchanged since it was seen empty before.

use std::{collections::BTreeSet, time::Duration};

use tokio::time::Instant;

use super::{
    drain::{Drained, FEW_PASSES, PASSES},
    draining::Draining,
    later::Removal,
    look_again::LookAgain,
    mover::Route,
    ports::{Event, Ports},
    receipt::receipt,
    run::{Run, Seen, Tombstone},
    stop::{Refusal, StopReason},
};
use crate::{
    guard::{Guard, stands},
    language::text,
    model::{
        mailbox::MailboxName,
        plan::Step,
        receipt::{Outcome, SourceAfter},
    },
    store::{Act, Answered, Look, LookError, Store},
};

/// How often mail may arrive under a name that nobody knows before that is not something to delete.
const ROUNDS: u32 = 20;

/// A tombstone that is to be removed.
struct Removing {
    step: Step,
    route: Route,
    tombstone: Tombstone,
}

/// What a look at a tombstone has found, after what had come into it was moved.
struct Late {
    drained: Drained,
    came: bool,
}

fn of_name((_, act): &(u32, Act)) -> Option<MailboxName> {
    match act {
        Act::Unsubscribe { name } => Some(name.clone()),
        _ => None,
    }
}

impl<S: Store, P: Ports> Run<'_, S, P> {
    /// Waits until every tombstone has stayed empty for the settle time, then removes each.
    pub(super) async fn settle(&mut self) -> Result<(), StopReason> {
        for _ in 0..ROUNDS {
            if self.tombstones.iter().all(|tomb| tomb.stuck.is_some()) {
                return Ok(());
            }
            if self.begins_anew() {
                self.removal = Removal::Later;
            }
            if self.removal == Removal::Later {
                return self.leave_for_later().await;
            }
            if self.mover.sender.ports.stopped() {
                return Err(StopReason::Stopped);
            }
            self.wait_for_quiet().await?;
            self.remove_tombstones().await?;
        }
        for step in self.mover.plan.steps.clone() {
            if self.is_waiting(step.id) {
                let why = text::mail_kept_arriving();
                self.step_refused(&step, why).await?;
            }
        }
        Ok(())
    }

    /// Waits for the settle time, without a connection, and goes on over a new one: the old one may go on seeing a mailbox
    /// as it was when it was renamed. Whatever was sent has been answered before.
    async fn wait_for_quiet(&mut self) -> Result<(), StopReason> {
        let renews = stands(Guard::NewConnection);
        let due = self
            .quarantined
            .map_or_else(Instant::now, |since| since + self.settings.settle);
        let wait = due.saturating_duration_since(Instant::now());
        if wait > Duration::ZERO && stands(Guard::Settle) {
            self.mover.sender.ports.event(&Event::Settling {
                seconds: wait.as_secs().max(1),
            });
            if renews {
                self.store().rest().await;
            }
            self.mover.sender.ports.rest(due).await;
            if self.mover.sender.ports.stopped() {
                return Err(StopReason::Stopped);
            }
        }
        if renews && (self.mover.sender.has_moved() || wait > Duration::ZERO) {
            self.mover.sender.renew().await?;
        }
        Ok(())
    }

    /// Looks at every tombstone once more after the settle time: removes those that stayed empty.
    async fn remove_tombstones(&mut self) -> Result<(), StopReason> {
        let mut set: Vec<Removing> = Vec::new();
        for tombstone in self.tombstones.iter().filter(|tomb| tomb.stuck.is_none()) {
            let step = self.planned(tombstone.step);
            let route = step.as_ref().and_then(|step| Route::of(step, &tombstone.name));
            if let (Some(step), Some(route)) = (step, route) {
                let tombstone = tombstone.clone();
                set.push(Removing {
                    step,
                    route,
                    tombstone,
                });
            }
        }
        if !stands(Guard::LastLook) {
            return self.delete_all(set).await;
        }
        let quiet = self.look_at_all(&set).await?;
        if self.begins_anew() {
            return Ok(());
        }
        self.remove_quiet(set, &quiet).await
    }

    /// Looks at tombstones after the settle time and moves what has come into them. Those that have stayed as they were.
    async fn look_at_all(&mut self, set: &[Removing]) -> Result<BTreeSet<MailboxName>, StopReason> {
        let mut quiet = BTreeSet::new();
        let rights = set.iter().map(|one| Look::Rights(one.tombstone.name.clone()));
        let rights = rights.filter(|_| self.lock_works);
        let looks: Vec<Look> = rights.chain(self.looks_at_last(set)).collect();
        self.store().ahead(&looks).await;
        let passes = self.passes();
        for (one, end) in set.iter().zip(self.drain_late(set, passes).await?) {
            let looked = match end {
                Ok(late) => self.look(one, late).await,
                Err(stop) => Err(stop),
            };
            if self.outlives(one, looked).await? == Some(true) {
                quiet.insert(one.tombstone.name.clone());
            }
        }
        Ok(quiet)
    }

    /// What an outcome means for one tombstone among others: it may keep its own step from going on, not theirs. None where it
    /// does.
    async fn outlives<T>(
        &mut self,
        one: &Removing,
        outcome: Result<T, StopReason>,
    ) -> Result<Option<T>, StopReason> {
        match outcome {
            Ok(done) => Ok(Some(done)),
            Err(StopReason::Step(why)) => {
                self.step_refused(&one.step, why).await?;
                Ok(None)
            }
            Err(StopReason::Later(_)) => {
                // Watched once more: mail may come in while the server has to be left alone.
                self.settle_again(&one.tombstone.name, None);
                Ok(None)
            }
            Err(stop) => Err(stop),
        }
    }

    /// Whether a tombstone is still one that is to be removed: an earlier one of the same step may have taken it along.
    fn still_stands(&self, one: &Removing) -> bool {
        let is_it = |known: &Tombstone| known.name == one.tombstone.name && known.stuck.is_none();
        self.tombstones.iter().any(is_it)
    }

    /// The last looks at tombstones, as they will be made.
    fn looks_at_last(&self, set: &[Removing]) -> Vec<Look> {
        let mut looks = Vec::new();
        for one in set {
            let (name, of) = (&one.tombstone.name, &one.tombstone.of);
            let delimiter = self.mover.plan.listing.delimiter_of(of);
            looks.extend([
                Look::Status(one.route.to.clone()),
                Look::Below(name.clone(), delimiter),
                Look::Find(name.clone()),
                Look::Find(of.clone()),
            ]);
        }
        for one in set {
            let source = Draining::set_aside(one.route.clone(), PASSES);
            looks.extend(self.mover.looks_at(std::slice::from_ref(&source), &[]));
        }
        looks.push(Look::Leave);
        looks
    }

    /// What a look at a tombstone after the settle time has found. Whether it has stayed as it was.
    async fn look(&mut self, one: &Removing, late: Late) -> Result<bool, StopReason> {
        let name = &one.tombstone.name;
        let Late { drained, came } = late;
        let seen = Seen::from(&drained.opened);
        let known = self.tombstones.iter().find(|known| known.name == *name);
        let last_look = known.and_then(|known| known.last_look);
        let mut is_quiet = !came && !drained.fills && last_look == Some(seen);
        drained.nothing_stays()?;
        let mut last_look = seen;
        if is_quiet && drained.copied > 0 {
            self.mover.reopen(name).await?;
            let emptied = self
                .mover
                .expunge_tombstone(&one.route, &drained.opened)
                .await?;
            // It has got new numbers with that, by which nobody has watched it yet.
            is_quiet = emptied.uid_validity == seen.uid_validity;
            last_look = Seen::from(&emptied);
        }
        self.store().leave().await?;
        if !is_quiet {
            // Somebody still held it open and wrote, or nobody has looked yet: let it settle.
            self.settle_again(name, Some(last_look));
        }
        Ok(is_quiet)
    }

    /// Removes those that are locked, and those that were quiet.
    async fn remove_quiet(
        &mut self,
        set: Vec<Removing>,
        quiet: &BTreeSet<MailboxName>,
    ) -> Result<(), StopReason> {
        let standing = set.iter().filter(|one| self.still_stands(one));
        let tombstones: Vec<Tombstone> = standing.map(|one| one.tombstone.clone()).collect();
        let looks = self.looks_at_last(&set);
        let locked = self.lock(&tombstones, &looks).await?;
        let removed = self.remove_looked_at(set, quiet, &locked).await;
        // Where the line is gone a resume gives the rights back.
        let is_gone = matches!(
            removed,
            Err(StopReason::Lost(..) | StopReason::Unknown(_) | StopReason::Journal(_))
        );
        let left = self.tombstones.iter();
        let left: Vec<Tombstone> = left.filter(|tomb| locked.contains(&tomb.name)).cloned().collect();
        if !is_gone {
            self.unlock_all(&left).await?;
        }
        removed
    }

    async fn remove_looked_at(
        &mut self,
        set: Vec<Removing>,
        quiet: &BTreeSet<MailboxName>,
        locked: &BTreeSet<MailboxName>,
    ) -> Result<(), StopReason> {
        let (shut, open): (Vec<Removing>, Vec<Removing>) = set
            .into_iter()
            .filter(|one| self.still_stands(one))
            .partition(|one| locked.contains(&one.tombstone.name));
        let open = open.into_iter().filter(|one| quiet.contains(&one.tombstone.name));
        let mut ready: Vec<Removing> = Vec::new();
        let waits: Vec<Removing> = open.collect();
        let shut = self.look_behind_lock(shut).await?;
        if self.begins_anew() {
            return Ok(());
        }
        for one in shut.into_iter().chain(waits) {
            let may_go = self.may_go(&one).await;
            if self.outlives(&one, may_go).await?.is_some() {
                ready.push(one);
            }
        }
        self.delete_all(ready).await
    }

    /// The last look at locked tombstones: what came before the lock is moved, and nothing comes after it.
    async fn look_behind_lock(&mut self, set: Vec<Removing>) -> Result<Vec<Removing>, StopReason> {
        let mut empty = Vec::new();
        if set.is_empty() {
            return Ok(empty);
        }
        let looks = self.looks_at_last(&set);
        self.store().ahead(&looks).await;
        let ends = self.drain_late(&set, PASSES).await?;
        for (one, end) in set.into_iter().zip(ends) {
            let looked = match end {
                Ok(late) => self.is_emptied(&one, &late.drained).await,
                Err(stop) => Err(stop),
            };
            if self.outlives(&one, looked).await?.is_some() {
                empty.push(one);
            }
        }
        Ok(empty)
    }

    async fn is_emptied(&mut self, one: &Removing, drained: &Drained) -> Result<(), StopReason> {
        drained.no_longer_fills()?;
        drained.nothing_stays()?;
        if drained.copied > 0 {
            self.mover.reopen(&one.tombstone.name).await?;
            self.mover
                .expunge_tombstone(&one.route, &drained.opened)
                .await?;
        }
        Ok(())
    }

    /// Refuses to remove a tombstone that was just seen empty if its target is not what it was, or something is below it.
    async fn may_go(&mut self, one: &Removing) -> Result<(), StopReason> {
        let (route, tombstone) = (&one.route, &one.tombstone);
        let target = self.store().status(&route.to).await?;
        self.mover.same_identity(&route.to, target.uid_validity)?;
        let delimiter = self.mover.plan.listing.delimiter_of(&tombstone.of);
        let below = self.store().below(&tombstone.name, delimiter).await?;
        if !below.is_empty() {
            return Err(StopReason::Step(text::appeared_below()));
        }
        Ok(())
    }

    /// Drains tombstones, and tells of each whether anything had come into it.
    async fn drain_late(
        &mut self,
        set: &[Removing],
        passes: u32,
    ) -> Result<Vec<Result<Late, StopReason>>, StopReason> {
        let moved = |run: &Self| -> Vec<u64> {
            let steps = set.iter().map(|one| one.route.step);
            steps.map(|step| run.books().moved(step)).collect()
        };
        let before = moved(self);
        let sources = set.iter().map(|one| Draining::set_aside(one.route.clone(), passes));
        let ends = self.mover.drain_all(sources.collect(), &[]).await?;
        let came = before.into_iter().zip(moved(self)).map(|(was, is)| was != is);
        let late = ends.into_iter().zip(came).map(|(end, came)| {
            self.came_late |= came;
            end.map(|drained| Late { drained, came })
        });
        Ok(late.collect())
    }

    /// Whether the time of what was set aside begins anew: mail comes into it yet.
    fn begins_anew(&self) -> bool {
        self.removal == Removal::Due && self.came_late
    }

    /// How often a tombstone is drained before it is locked; where no lock is to be had, until it is empty.
    pub(super) fn passes(&self) -> u32 {
        if self.lock_works && self.mover.sender.store.can("ACL") {
            FEW_PASSES
        } else {
            PASSES
        }
    }

    /// Sends the DELETEs of tombstones that were just seen empty, and ends the subscriptions to their old names.
    async fn delete_all(&mut self, set: Vec<Removing>) -> Result<(), StopReason> {
        let mut acts = Vec::new();
        let mut deleted = Vec::new();
        for one in set {
            let name = &one.tombstone.name;
            let found = self.store().find(name).await?;
            // Sent again only where the exact name is still listed: by then it may lead to another mailbox that no list shows
            // (Dovecot's mailbox_alias), and STATUS proves nothing.
            if found.is_none() && self.books().set_aside().was_deleted(name) {
                self.forget(name);
                let Tombstone { of, subscribed, .. } = &one.tombstone;
                self.tidy(&one.step, of, *subscribed).await?;
                continue;
            }
            if found.is_some_and(|found| found.subscribed) {
                // A RENAME has carried the subscription along (gluon, hoodiecrow); now there is still a mailbox that can be
                // unsubscribed.
                self.follow_subscription(one.step.id, name, false).await?;
            }
            let step = one.step.id;
            acts.push((step, Act::Delete { name: name.clone() }));
            deleted.push(one);
        }
        let deletes = acts.len();
        for one in &deleted {
            if self.may_be_unsubscribed(one).await? {
                let name = one.tombstone.of.clone();
                acts.push((one.step.id, Act::Unsubscribe { name }));
            }
        }
        let unsubscribed: BTreeSet<MailboxName> = acts.iter().skip(deletes).filter_map(of_name).collect();
        let sent = self.mover.sender.send_all(acts).await?;
        let answers: Vec<_> = sent.into_iter().map(|sent| sent.answer).collect();
        let mut looks: Vec<Look> = deleted.iter().flat_map(|one| self.looks_after(one)).collect();
        if self.tombstones.len() == deleted.len() {
            // Then only the balance is left to be made.
            looks.extend(self.looks_to_balance());
        }
        self.store().ahead(&looks).await;
        let refused = answers.iter().skip(deletes).any(Result::is_err);
        if !refused {
            self.unsubscribed.extend(unsubscribed);
        }
        for (one, answer) in deleted.iter().zip(answers) {
            let removed = self.prove_removed(one, answer).await;
            self.outlives(one, removed).await?;
        }
        self.unsubscribed.clear();
        Ok(())
    }

    /// Whether the subscription to the old name ends together with the mailbox: nobody has made a new one of that name, and it
    /// is the last one of it.
    async fn may_be_unsubscribed(&mut self, one: &Removing) -> Result<bool, StopReason> {
        let (of, name) = (&one.tombstone.of, &one.tombstone.name);
        let others = self.tombstones.iter().filter(|tomb| tomb.name != *name);
        let is_last = others.filter(|tomb| tomb.of == *of).count() == 0;
        if !one.tombstone.subscribed || !is_last {
            return Ok(false);
        }
        Ok(self.store().find(of).await?.is_none())
    }

    /// The looks after a DELETE, as they will be made.
    fn looks_after(&self, one: &Removing) -> Vec<Look> {
        let (name, of) = (&one.tombstone.name, &one.tombstone.of);
        let mut looks = vec![Look::Find(name.clone())];
        // Before its subscription ends, and after.
        looks.extend([of, of].map(|of| Look::Find(of.clone())));
        if one.tombstone.subscribed {
            let target = one.step.target.iter().filter(|target| self.was_subscribed(target));
            looks.extend(target.cloned().map(Look::Find));
        }
        looks
    }

    /// Proves that a tombstone is gone, or finds out why not.
    async fn prove_removed(
        &mut self,
        one: &Removing,
        answer: Result<Answered, Refusal>,
    ) -> Result<(), StopReason> {
        let Tombstone {
            of,
            name,
            subscribed,
            ..
        } = &one.tombstone;
        let mut again = LookAgain::default();
        loop {
            let found = self.store().find(name).await;
            let found = found.map_err(StopReason::unproven)?;
            if !found.is_some_and(|found| found.selectable) {
                self.forget(name);
                return self.tidy(&one.step, of, *subscribed).await;
            }
            match self.store().status(name).await {
                // Dovecot says NO where mail came in meanwhile: then it is drained again.
                Ok(status) if status.messages != Some(0) => {
                    self.settle_again(name, None);
                    return Ok(());
                }
                // It is gone, and the list shows it yet.
                Err(LookError::Refused { .. }) if answer.is_ok() => {}
                status => status.map(|_| ())?,
            }
            if answer.is_err() || !again.wait(&*self.mover.sender.ports).await {
                break;
            }
        }
        Err(match answer {
            Err(refusal) if refusal.put_off => refusal.into_stop(),
            Err(refusal) => StopReason::Step(text::server_kept_it(refusal.text)),
            Ok(_) => StopReason::Step(text::ok_but_kept()),
        })
    }

    fn settle_again(&mut self, name: &MailboxName, seen: Option<Seen>) {
        self.quarantined = Some(Instant::now());
        let known = self.tombstones.iter_mut().find(|tomb| tomb.name == *name);
        if let Some(tombstone) = known {
            tombstone.last_look = seen;
        }
    }

    /// Drains every tombstone of these steps into the step's target.
    pub(super) async fn drain_tombstones(&mut self, steps: &[u32]) -> Result<(), StopReason> {
        let mut set = Vec::new();
        for tombstone in self.tombstones.clone() {
            let step = self.planned(tombstone.step).filter(|step| steps.contains(&step.id));
            let route = step.as_ref().and_then(|step| Route::of(step, &tombstone.name));
            if let (Some(step), Some(route)) = (step, route) {
                set.push(Removing {
                    step,
                    route,
                    tombstone,
                });
            }
        }
        if set.is_empty() {
            return Ok(());
        }
        let passes = self.passes();
        let ends = self.drain_late(&set, passes).await?;
        for (one, end) in set.iter().zip(ends) {
            match end {
                Ok(late) => {
                    let seen = Seen::from(&late.drained.opened);
                    self.settle_again(&one.tombstone.name, Some(seen));
                }
                // One step alone is told so by whoever asked.
                Err(stop) if steps.len() == 1 => return Err(stop),
                Err(StopReason::Step(why)) => self.step_refused(&one.step, why).await?,
                Err(stop) => return Err(stop),
            }
        }
        self.store().leave().await?;
        Ok(())
    }

    /// After a source is gone: its subscription, and whether its name is taken again. The step ends with its last
    /// tombstone.
    pub(super) async fn tidy(
        &mut self,
        step: &Step,
        of: &MailboxName,
        subscribed: bool,
    ) -> Result<(), StopReason> {
        let back = self.end_subscription(step, of, subscribed).await?;
        if self.is_waiting(step.id) {
            return Ok(());
        }
        let (after, why) = if back {
            (SourceAfter::CameBack, Some(text::made_again()))
        } else {
            (SourceAfter::Removed, None)
        };
        self.end_step(receipt(step, Outcome::Applied, Some(after), why))
    }

    /// Ends the subscription to a name that is gone; not where somebody has made a new mailbox of it, whose mail would be
    /// where no client looks. Whether somebody has.
    pub(super) async fn end_subscription(
        &mut self,
        step: &Step,
        of: &MailboxName,
        subscribed: bool,
    ) -> Result<bool, StopReason> {
        let back = self.mover.is_there(of).await?;
        if back && subscribed && self.unsubscribed.contains(of) {
            self.follow_subscription(step.id, of, true).await?;
        }
        if back || !subscribed {
            return Ok(back);
        }
        if !self.unsubscribed.contains(of) {
            self.follow_subscription(step.id, of, false).await?;
        }
        // Where a name that is gone leads to the target in secret (Dovecot's mailbox_alias), that one was unsubscribed.
        if let Some(target) = step.target.as_ref().filter(|one| self.was_subscribed(one)) {
            self.follow_subscription(step.id, target, true).await?;
        }
        let back = self.mover.is_there(of).await?;
        if back {
            self.follow_subscription(step.id, of, true).await?;
        }
        Ok(back)
    }

    /// Leaves what was set aside to a later run: the steps are over, but for that.
    async fn leave_for_later(&mut self) -> Result<(), StopReason> {
        for tombstone in self.tombstones.clone() {
            // A removal that was broken off may have locked it: what stands set aside has its own rights.
            self.unlock_all(std::slice::from_ref(&tombstone)).await?;
            let step = self.planned(tombstone.step);
            let Some(step) = step.filter(|_| tombstone.stuck.is_none()) else {
                continue;
            };
            if self.ended(step.id).is_some() {
                continue;
            }
            let subscribed = tombstone.subscribed;
            let found = self.store().find(&tombstone.name).await?;
            if found.is_some_and(|found| found.subscribed) {
                self.follow_subscription(step.id, &tombstone.name, false).await?;
            }
            self.end_subscription(&step, &tombstone.of, subscribed)
                .await?;
            let after = Some(SourceAfter::Waits);
            self.end_step(receipt(&step, Outcome::Applied, after, None))?;
        }
        Ok(())
    }
}
