//! Watching tombstones and removing them: each must have stayed empty for the settle time.
//!
//! In: tombstones. Out: removed mailboxes, and steps that are over. A mailbox is deleted only under a fresh name of ours,
//! seen empty, with UIDNEXT unchanged since it was seen empty before.

use std::{collections::BTreeSet, time::Duration};

use tokio::time::Instant;

use super::{
    draining::{Drained, Draining, PASSES},
    later::Removal,
    ports::Event,
    receipt::receipt,
    run::{Run, Seen, Tombstone},
    stop::StopReason,
    watch::{Removing, Watched},
};
use crate::{
    guard::{Guard, stands},
    language::text,
    model::{
        mailbox::MailboxName,
        receipt::{Outcome, SourceAfter},
    },
    store::{NextLook, Store},
};

/// How often mail may arrive under a name that nobody knows before that is not something to delete.
const ROUNDS: u32 = 20;

impl<S: Store> Run<'_, S> {
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
                let mut its = self.tombstones.iter().filter(|tomb| tomb.step == step.id);
                let why = its.find_map(|tombstone| tombstone.unrest.clone());
                let why = why.unwrap_or_else(text::mail_kept_arriving);
                self.step_refused(&step, why).await?;
            }
        }
        Ok(())
    }

    /// Waits for the settle time, without a connection, and goes on over a new one: the old one may go on seeing a mailbox
    /// as it was when it was renamed. Whatever was sent has been answered before.
    async fn wait_for_quiet(&mut self) -> Result<(), StopReason> {
        let due = self
            .quarantined
            .map_or_else(Instant::now, |since| since + self.settings.settle);
        let wait = due.saturating_duration_since(Instant::now());
        let is_old = self.mover.sender.has_moved() || wait > Duration::ZERO;
        let renews = is_old && stands(Guard::NewConnection);
        if renews {
            self.store().rest().await;
        }
        if wait > Duration::ZERO && stands(Guard::Settle) {
            self.mover.sender.ports.event(&Event::Settling {
                seconds: wait.as_secs().max(1),
            });
            self.mover.sender.rest(due).await?;
            if self.mover.sender.ports.stopped() {
                return Err(StopReason::Stopped);
            }
        }
        if renews {
            self.mover.sender.renew().await?;
        }
        Ok(())
    }

    /// Looks at every tombstone once more after the settle time: removes those that stayed empty.
    async fn remove_tombstones(&mut self) -> Result<(), StopReason> {
        let mut set = self.watched(|tombstone| tombstone.stuck.is_none());
        if !stands(Guard::LastLook) {
            return self.delete_all(set).await;
        }
        let quiet = loop {
            let looked_at = set.len();
            let quiet = self.look_at_all(&set).await?;
            // Where one was given back, the look at the others was not the last thing before they go.
            set.retain(|one| self.still_stands(one));
            if set.len() == looked_at {
                break quiet;
            }
        };
        if self.begins_anew() {
            return Ok(());
        }
        self.remove_quiet(set, &quiet).await
    }

    /// Looks at tombstones after the settle time and moves what has come into them. Those that have stayed as they were.
    async fn look_at_all(&mut self, set: &[Removing]) -> Result<BTreeSet<MailboxName>, StopReason> {
        let mut quiet = BTreeSet::new();
        let rights = set
            .iter()
            .map(|one| NextLook::Rights(one.tombstone.name.clone()));
        let rights = rights.filter(|_| self.lock_works);
        let looks: Vec<NextLook> = rights.chain(self.looks_at_last(set)).collect();
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
    pub(super) async fn outlives<T>(
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
            Err(StopReason::Later(why)) => {
                // Watched once more: mail may come in while the server has to be left alone.
                self.settle_again(&one.tombstone.name, None, Some(why));
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
    fn looks_at_last(&self, set: &[Removing]) -> Vec<NextLook> {
        let mut looks = Vec::new();
        for one in set {
            let (name, of) = (&one.tombstone.name, &one.tombstone.of);
            let delimiter = self.mover.plan.listing.delimiter_of(of);
            looks.extend([
                NextLook::Status(one.route.to.clone()),
                NextLook::Status(name.clone()),
                NextLook::Below(name.clone(), delimiter),
                NextLook::Find(name.clone()),
                NextLook::Find(of.clone()),
            ]);
        }
        for one in set {
            let source = Draining::set_aside(one.route.clone(), PASSES);
            looks.extend(self.mover.looks_at(std::slice::from_ref(&source), &[]));
        }
        looks.push(NextLook::Leave);
        looks
    }

    /// What a look at a tombstone after the settle time has found. Whether it has stayed as it was.
    async fn look(&mut self, one: &Removing, late: Watched) -> Result<bool, StopReason> {
        let name = &one.tombstone.name;
        let Watched { drained, came } = late;
        let seen = Seen::from(&drained.opened);
        let known = self.tombstones.iter().find(|known| known.name == *name);
        let known_look = known.and_then(|known| known.last_look);
        let unrest = known.and_then(|known| known.unrest.clone());
        let has_come = came || drained.fills;
        let mut is_quiet = !has_come && known_look == Some(seen);
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
            let why = if has_come {
                Some(text::mail_kept_arriving())
            } else {
                let changes = known_look.is_some();
                changes.then(text::kept_changing).or(unrest)
            };
            self.settle_again(name, Some(last_look), why);
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
        let left: Vec<Tombstone> = left
            .filter(|tomb| locked.contains(&tomb.name))
            .cloned()
            .collect();
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
        let open = open
            .into_iter()
            .filter(|one| quiet.contains(&one.tombstone.name));
        let mut ready: Vec<Removing> = Vec::new();
        let waits: Vec<Removing> = open.collect();
        let shut = self.look_behind_lock(shut).await?;
        if self.begins_anew() {
            return Ok(());
        }
        let mut all_may = true;
        for one in shut.into_iter().chain(waits) {
            let may_go = self.may_go(&one).await;
            if self.outlives(&one, may_go).await?.is_some() {
                ready.push(one);
            } else {
                all_may = false;
            }
        }
        if !all_may {
            // Something was sent since they were looked at: they are, once more.
            return Ok(());
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

    /// Refuses to remove a tombstone that was just seen empty if its target is not what it was, if the server counts messages
    /// in it, or if something is below it.
    async fn may_go(&mut self, one: &Removing) -> Result<(), StopReason> {
        let (route, tombstone) = (&one.route, &one.tombstone);
        let target = self.store().status(&route.to).await?;
        self.mover.same_identity(&route.to, target.uid_validity)?;
        let counted = self.store().status(&tombstone.name).await?.messages;
        if let Some(messages) = counted.filter(|messages| *messages > 0)
            && stands(Guard::Count)
        {
            return Err(self.hides(&tombstone.name, messages));
        }
        let delimiter = self.mover.plan.listing.delimiter_of(&tombstone.of);
        let below = self.store().below(&tombstone.name, delimiter).await?;
        if !below.is_empty() {
            return Err(StopReason::Step(text::appeared_below()));
        }
        Ok(())
    }

    /// What the server counts in a tombstone that it shows to be empty may have come in since: it is watched once more. What it
    /// does not show even then is mail that it hides, and stays.
    fn hides(&mut self, name: &MailboxName, messages: u64) -> StopReason {
        let why = text::counts_hidden(text::messages(messages));
        let known = self.tombstones.iter_mut().find(|tomb| tomb.name == *name);
        match known {
            Some(known) if !known.is_counted => {
                known.is_counted = true;
                StopReason::Later(why)
            }
            _ => StopReason::Step(why),
        }
    }

    /// Whether the time of what was set aside begins anew: mail comes into it yet.
    fn begins_anew(&self) -> bool {
        self.removal == Removal::Due && self.came_late
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
            self.unsubscribe_set_aside(step.id, found.as_ref()).await?;
            self.end_subscription(&step, &tombstone.of, subscribed)
                .await?;
            let after = Some(SourceAfter::Waits);
            self.end_step(receipt(&step, Outcome::Applied, after, None))?;
        }
        Ok(())
    }
}
