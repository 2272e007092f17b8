//! Tombstones that are watched: drained under the names that nobody knows, each by its step's route.
//!
//! In: tombstones. Out: what a look at each has found, after what had come into it was moved.

use tokio::time::Instant;

use super::{
    draining::{Drained, Draining, FEW_PASSES, PASSES},
    route::Route,
    run::{Run, Seen, Tombstone},
    stop::StopReason,
};
use crate::{
    language::Phrase,
    model::{mailbox::MailboxName, plan::Step},
    store::Store,
};

/// A tombstone, its step, and the way out of it.
pub(super) struct Removing {
    pub step: Step,
    pub route: Route,
    pub tombstone: Tombstone,
}

/// What a look at a tombstone has found, after what had come into it was moved.
pub(super) struct Watched {
    pub drained: Drained,
    pub came: bool,
}

impl<S: Store> Run<'_, S> {
    /// The tombstones that are chosen, those left out of which nobody knows the way.
    pub(super) fn watched(&self, chooses: impl Fn(&Tombstone) -> bool) -> Vec<Removing> {
        let chosen = self
            .tombstones
            .iter()
            .filter(|tombstone| chooses(tombstone));
        let each = chosen.filter_map(|tombstone| {
            let step = self.planned(tombstone.step)?;
            Some(Removing {
                route: Route::of(&step, &tombstone.name)?,
                step,
                tombstone: tombstone.clone(),
            })
        });
        each.collect()
    }

    /// Drains tombstones, and tells of each whether anything had come into it.
    pub(super) async fn drain_late(
        &mut self,
        set: &[Removing],
        passes: u32,
    ) -> Result<Vec<Result<Watched, StopReason>>, StopReason> {
        let moved = |run: &Self| -> Vec<u64> {
            let steps = set.iter().map(|one| one.route.step);
            steps.map(|step| run.books().moved(step)).collect()
        };
        let before = moved(self);
        let sources = set
            .iter()
            .map(|one| Draining::set_aside(one.route.clone(), passes));
        let ends = self.mover.drain_all(sources.collect(), &[]).await?;
        let came = before
            .into_iter()
            .zip(moved(self))
            .map(|(was, is)| was != is);
        let late = ends.into_iter().zip(came).map(|(end, came)| {
            self.came_late |= came;
            end.map(|drained| Watched { drained, came })
        });
        Ok(late.collect())
    }

    /// How often a tombstone is drained before it is locked; where no lock is to be had, until it is empty.
    pub(super) fn passes(&self) -> u32 {
        if self.lock_works && self.mover.sender.store.can("ACL") {
            FEW_PASSES
        } else {
            PASSES
        }
    }

    /// It has to stay as it is for the settle time from now on; `seen` tells how it was seen empty, `why` why it is not removed
    /// yet.
    pub(super) fn settle_again(
        &mut self,
        name: &MailboxName,
        seen: Option<Seen>,
        why: Option<Phrase>,
    ) {
        self.quarantined = Some(Instant::now());
        let known = self.tombstones.iter_mut().find(|tomb| tomb.name == *name);
        if let Some(tombstone) = known {
            tombstone.last_look = seen;
            tombstone.unrest = why;
        }
    }

    /// Drains every tombstone of these steps into the step's target.
    pub(super) async fn drain_tombstones(&mut self, steps: &[u32]) -> Result<(), StopReason> {
        let set = self.watched(|tombstone| steps.contains(&tombstone.step));
        if set.is_empty() {
            return Ok(());
        }
        let passes = self.passes();
        let ends = self.drain_late(&set, passes).await?;
        for (one, end) in set.iter().zip(ends) {
            match end {
                Ok(late) => {
                    let seen = Seen::from(&late.drained.opened);
                    self.settle_again(&one.tombstone.name, Some(seen), None);
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
}
