//! Sources under their tombstones' names: taken over where they stand, and given their own names back.
//!
//! In: the names that were asked for. Out: tombstones, or sources that have their own names again. A step is not over while
//! its source stands under a name of ours, unless its removal is left to a later run.

use tokio::time::Instant;

use super::{
    books::TombstoneName,
    journal::{Record, record},
    ports::Ports,
    receipt::receipt,
    run::{Run, Tombstone},
    stop::StopReason,
};
use crate::{
    guard::{Guard, stands},
    language::{Phrase, text},
    model::{
        mailbox::MailboxName,
        plan::{Action, Step},
        receipt::{Outcome, SourceAfter},
    },
    store::{Access, Act, LookError, Store},
};

impl<S: Store, P: Ports> Run<'_, S, P> {
    /// After a RENAME whose new name is not there: whether an earlier attempt has run instead. A source that is under
    /// neither name is never given up as left.
    pub(super) async fn is_under_another(
        &mut self,
        attempt: &TombstoneName,
    ) -> Result<bool, StopReason> {
        self.sweep().await?;
        if self.is_waiting(attempt.step) {
            return Ok(true);
        }
        if self.mover.is_there(&attempt.of).await? {
            return Ok(false);
        }
        Err(StopReason::Unknown(text::under_neither()))
    }

    /// Takes a tombstone over if it is there, and records its identity. The name is fresh, so it is ours, whenever its
    /// RENAME ran.
    ///
    /// A halt comes after it counts as ours, so that the step's end gives it its own name back.
    pub(super) async fn adopt(
        &mut self,
        attempt: &TombstoneName,
        subscribed: bool,
    ) -> Result<bool, StopReason> {
        let TombstoneName { step, of, name } = attempt.clone();
        let found = self
            .store()
            .find(&name)
            .await
            .map_err(StopReason::unproven)?;
        // A removed mailbox may leave its name behind, for what lies below it.
        if !found.is_some_and(|found| found.selectable) {
            return Ok(false);
        }
        self.tombstones.push(Tombstone {
            step,
            of: of.clone(),
            name: name.clone(),
            subscribed,
            last_look: None,
            stuck: None,
        });
        if let Some(was) = self.mover.mailbox_id(&of).cloned() {
            let now = self.store().status(&name).await?.mailbox_id;
            if now.is_some_and(|now| now != was) && stands(Guard::MailboxId) {
                return Err(StopReason::Step(text::another_was_renamed()));
            }
        }
        let opened = self.store().open(&name, Access::ReadWrite).await?;
        self.store().leave().await?;
        let validity = self.mover.same_opened(&name, &opened)?;
        self.record(Record::Tombstone(record::Tombstone {
            step,
            of: of.clone(),
            name: name.clone(),
            validity,
        }))?;
        if let Some(unproven) = self.mover.unproven.remove(&of) {
            self.mover.unproven.insert(name.clone(), unproven);
        }
        let is_copied = self.books().copies().of(&name).is_some();
        let renumbered = opened.exists > 0 && self.mover.identity(&of) != Some(validity);
        if is_copied && renumbered {
            return Err(StopReason::Step(text::new_numbers()));
        }
        Ok(true)
    }

    /// Looks for every tombstone's name that was ever asked for, and takes over what has turned up.
    pub(super) async fn sweep(&mut self) -> Result<bool, StopReason> {
        let mut turned_up = false;
        for attempt in self.attempts() {
            let is_known = self.tombstones.iter().any(|tomb| tomb.name == attempt.name);
            if is_known || !stands(Guard::Sweep) {
                continue;
            }
            let subscribed = self.mover.plan.listing.subscribed.contains(&attempt.of);
            let adopted = self.adopt(&attempt, subscribed).await;
            let mut refused = None;
            if self.tombstones.iter().any(|tomb| tomb.name == attempt.name) {
                turned_up = true;
                self.quarantined = Some(Instant::now());
                // Whatever was said of the step, it is not over while its tombstone stands.
                let said = self.ended(attempt.step).cloned();
                self.reopened.insert(attempt.step);
                refused = said.filter(|said| said.outcome == Outcome::Refused);
            }
            match (adopted, self.planned(attempt.step)) {
                (Err(StopReason::Step(why)), Some(step)) => self.step_refused(&step, why).await?,
                (Err(halt), _) => return Err(halt),
                (Ok(_), Some(step)) => {
                    if let Some(said) = refused {
                        // It was to stay: it gets its own name back.
                        self.step_refused(&step, said.message.unwrap_or_default())
                            .await?;
                    }
                }
                (Ok(_), None) => {}
            }
        }
        Ok(turned_up)
    }

    /// Records that a source, which is listed, has its own name back where an earlier process did not live to record it: it
    /// was seen under a tombstone's name, and nothing is there any more though nobody deleted it.
    pub(super) fn note_restored(&mut self, source: &MailboxName) -> Result<(), StopReason> {
        let set_aside = self.books().set_aside();
        let is_there = |name: &MailboxName| self.tombstones.iter().any(|tomb| tomb.name == *name);
        let restored = set_aside
            .names()
            .filter_map(|name| set_aside.source_of(name));
        let restored = restored.filter(|known| {
            known.of == *source && !set_aside.was_deleted(&known.name) && !is_there(&known.name)
        });
        let restored: Vec<TombstoneName> = restored.cloned().collect();
        for TombstoneName { step, name, .. } in restored {
            self.record(Record::Restored(record::Restored { step, name }))?;
        }
        Ok(())
    }

    /// Gives a step's source its own name back where that is free; where it is not, the tombstone stays for a resume.
    pub(super) async fn give_back(&mut self, step: u32) -> Result<(), StopReason> {
        let mut ours = self.tombstones.clone();
        ours.retain(|tomb| tomb.step == step);
        for tombstone in ours.into_iter().rev() {
            let (name, of) = (&tombstone.name, &tombstone.of);
            // Refused where nothing is open (RFC 9051 §6.4.2 UNSELECT in the wrong state).
            match self.store().leave().await {
                Ok(()) | Err(LookError::Refused { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            // It is never locked under its own name.
            self.unlock_all(std::slice::from_ref(&tombstone)).await?;
            if self.store().find(of).await?.is_some() {
                self.set_stuck(name, text::there_is_a_new(of));
                continue;
            }
            let mut put_off = true;
            while put_off && self.store().find(name).await?.is_some() {
                let act = Act::Rename {
                    from: name.clone(),
                    to: of.clone(),
                };
                let answer = self.send(step, act).await?.answer;
                put_off = answer.is_err_and(|refusal| refusal.put_off);
            }
            if self.store().find(of).await?.is_none() {
                if self.store().find(name).await?.is_none() {
                    return Err(StopReason::Unknown(text::under_neither()));
                }
                self.set_stuck(name, text::name_not_given_back());
                continue;
            }
            self.record(Record::Restored(record::Restored {
                step,
                name: name.clone(),
            }))?;
            self.forget(name);
        }
        Ok(())
    }

    fn set_stuck(&mut self, name: &MailboxName, why: Phrase) {
        let stuck = self.tombstones.iter_mut().find(|tomb| tomb.name == *name);
        if let Some(tombstone) = stuck {
            tombstone.stuck = Some(text::kept_under_name(name, why));
        }
    }

    /// A step that a guard or the server ended: its source gets its own name back where it had lost it.
    pub(super) async fn step_refused(
        &mut self,
        step: &Step,
        why: Phrase,
    ) -> Result<(), StopReason> {
        self.give_back(step.id)
            .await
            .map_err(StopReason::unproven)?;
        if self.is_waiting(step.id) {
            // Its mailbox is still under a name of ours, so it is not over.
            self.mover.remark(step.id, why);
            return Ok(());
        }
        let after = (step.action == Action::Merge).then_some(SourceAfter::Left);
        self.end_step(receipt(step, Outcome::Refused, after, Some(why)))
    }

    /// It has been removed, or has its own name back.
    pub(super) fn forget(&mut self, name: &MailboxName) {
        self.tombstones.retain(|known| known.name != *name);
        self.gone.insert(name.clone());
    }
}
