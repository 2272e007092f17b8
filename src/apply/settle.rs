//! Watching tombstones and removing them: each must have stayed empty for the settle time.
//!
//! In: tombstones. Out: removed mailboxes, and steps that are over. A mailbox is deleted only under a fresh name of ours,
//! seen empty, with UIDNEXT unchanged since it was seen empty before.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    drain::{Drained, FEW_PASSES, PASSES},
    later::Removal,
    look_again::LookAgain,
    mover::Route,
    ports::{Event, Ports},
    receipt::receipt,
    run::{Run, Seen, Tombstone},
    stop::StopReason,
};
use crate::{
    guard::{Guard, stands},
    language::text,
    model::{
        mailbox::MailboxName,
        plan::Step,
        receipt::{Outcome, SourceAfter},
    },
    store::{Act, LookError, Store},
};

/// How often mail may arrive under a name that nobody knows before that is not something to delete.
const ROUNDS: u32 = 20;

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
        for tombstone in self.tombstones.clone() {
            let Some(step) = self.planned(tombstone.step) else {
                continue;
            };
            // An earlier one of the same step may have taken this one along.
            let stands = |known: &Tombstone| known.name == tombstone.name && known.stuck.is_none();
            if !self.tombstones.iter().any(stands) {
                continue;
            }
            match self.remove_one(&step, &tombstone).await {
                Err(StopReason::Step(why)) => self.step_refused(&step, why).await?,
                // Watched once more: mail may come in while the server has to be left alone.
                Err(StopReason::Later(_)) => self.settle_again(&tombstone.name, None),
                other => other?,
            }
        }
        Ok(())
    }

    async fn remove_one(&mut self, step: &Step, tombstone: &Tombstone) -> Result<(), StopReason> {
        let name = &tombstone.name;
        let Some(route) = Route::of(step, name) else {
            return Err(StopReason::Step(text::step_incomplete()));
        };
        if !stands(Guard::LastLook) {
            return self.delete(step, tombstone).await;
        }
        let is_quiet = self.look(&route, tombstone).await?;
        if self.begins_anew() {
            return Ok(());
        }
        let set = std::slice::from_ref(tombstone);
        let locked = self.lock(set).await?;
        let removed = if locked.contains(name) {
            self.remove_locked(step, &route, tombstone).await
        } else if is_quiet {
            self.remove(step, &route, tombstone).await
        } else {
            Ok(())
        };
        let is_left = self.tombstones.iter().any(|known| known.name == *name);
        // Where the line is gone a resume gives the rights back.
        if is_left
            && !matches!(
                removed,
                Err(StopReason::Lost(..) | StopReason::Unknown(_) | StopReason::Journal(_))
            )
        {
            self.unlock_all(set).await?;
        }
        removed
    }

    /// Looks at a tombstone after the settle time and moves what has come into it. Whether it has stayed as it was.
    async fn look(&mut self, route: &Route, tombstone: &Tombstone) -> Result<bool, StopReason> {
        let name = &tombstone.name;
        let passes = self.passes();
        let (drained, has_moved) = self.drain_late(route, passes).await?;
        let seen = Seen::from(&drained.opened);
        let mut is_quiet = !has_moved && !drained.fills && tombstone.last_look == Some(seen);
        drained.nothing_stays()?;
        let mut last_look = seen;
        if is_quiet && drained.copied > 0 {
            let emptied = self.mover.expunge_tombstone(route, &drained.opened).await?;
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

    /// Removes a locked tombstone: what came before the lock is moved, and nothing comes after it.
    async fn remove_locked(
        &mut self,
        step: &Step,
        route: &Route,
        tombstone: &Tombstone,
    ) -> Result<(), StopReason> {
        let (drained, _) = self.drain_late(route, PASSES).await?;
        drained.no_longer_fills()?;
        drained.nothing_stays()?;
        if drained.copied > 0 {
            self.mover.expunge_tombstone(route, &drained.opened).await?;
        }
        self.store().leave().await?;
        if self.begins_anew() {
            return Ok(());
        }
        self.remove(step, route, tombstone).await
    }

    /// Removes a tombstone that was just seen empty, if its target is still what it was.
    async fn remove(
        &mut self,
        step: &Step,
        route: &Route,
        tombstone: &Tombstone,
    ) -> Result<(), StopReason> {
        let target = self.store().status(&route.to).await?;
        self.mover.same_identity(&route.to, target.uid_validity)?;
        let delimiter = self.mover.plan.listing.delimiter_of(&tombstone.of);
        let below = self.store().below(&tombstone.name, delimiter).await?;
        if !below.is_empty() {
            return Err(StopReason::Step(text::appeared_below()));
        }
        self.delete(step, tombstone).await
    }

    /// Drains a tombstone; whether anything had come into it.
    async fn drain_late(
        &mut self,
        route: &Route,
        passes: u32,
    ) -> Result<(Drained, bool), StopReason> {
        let moved = |run: &Self| run.books().moved(route.step);
        let before = moved(self);
        let drained = self.mover.drain(route, passes).await?;
        let came = moved(self) != before;
        self.came_late |= came;
        Ok((drained, came))
    }

    /// Whether the time of what was set aside begins anew: mail comes into it yet.
    fn begins_anew(&self) -> bool {
        self.removal == Removal::Due && self.came_late
    }

    /// How often a tombstone is drained before it is locked; where no lock is to be had, until it is empty.
    fn passes(&self) -> u32 {
        if self.lock_works && self.mover.sender.store.can("ACL") {
            FEW_PASSES
        } else {
            PASSES
        }
    }

    /// Sends the DELETE of a tombstone that was just seen empty.
    async fn delete(&mut self, step: &Step, tombstone: &Tombstone) -> Result<(), StopReason> {
        let name = &tombstone.name;
        // Sent again only where the exact name is still listed: by then it may lead to another mailbox that no list shows
        // (Dovecot's mailbox_alias), and STATUS proves nothing.
        let is_again = self.books().set_aside().was_deleted(name);
        if is_again && self.store().find(name).await?.is_none() {
            self.forget(name);
            return self.tidy(step, &tombstone.of, tombstone.subscribed).await;
        }
        self.unsubscribe_set_aside(step, name).await?;
        let act = Act::Delete { name: name.clone() };
        let answer = self.send(step.id, act).await?.answer;
        let mut again = LookAgain::default();
        loop {
            let found = self.store().find(name).await;
            let found = found.map_err(StopReason::unproven)?;
            if !found.is_some_and(|found| found.selectable) {
                self.forget(name);
                return self.tidy(step, &tombstone.of, tombstone.subscribed).await;
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

    /// Ends the subscription that a RENAME has carried along (gluon, hoodiecrow), while there is a mailbox that can be
    /// unsubscribed.
    async fn unsubscribe_set_aside(
        &mut self,
        step: &Step,
        name: &MailboxName,
    ) -> Result<(), StopReason> {
        let found = self.store().find(name).await?;
        if found.is_some_and(|found| found.subscribed) {
            self.follow_subscription(step.id, name, false).await?;
        }
        Ok(())
    }

    fn settle_again(&mut self, name: &MailboxName, seen: Option<Seen>) {
        self.quarantined = Some(Instant::now());
        let known = self.tombstones.iter_mut().find(|tomb| tomb.name == *name);
        if let Some(tombstone) = known {
            tombstone.last_look = seen;
        }
    }

    /// Drains every tombstone of a step into the step's target.
    pub(super) async fn drain_tombstones(&mut self, step: u32) -> Result<(), StopReason> {
        for tombstone in self.tombstones.clone() {
            let Some(planned) = self.planned(step).filter(|_| tombstone.step == step) else {
                continue;
            };
            if let Some(route) = Route::of(&planned, &tombstone.name) {
                let passes = self.passes();
                let (drained, _) = self.drain_late(&route, passes).await?;
                self.store().leave().await?;
                self.settle_again(&tombstone.name, Some(Seen::from(&drained.opened)));
            }
        }
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
        if back || !subscribed {
            return Ok(back);
        }
        self.follow_subscription(step.id, of, false).await?;
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
            self.unsubscribe_set_aside(&step, &tombstone.name).await?;
            self.end_subscription(&step, &tombstone.of, subscribed)
                .await?;
            let after = Some(SourceAfter::Waits);
            self.end_step(receipt(&step, Outcome::Applied, after, None))?;
        }
        Ok(())
    }
}
