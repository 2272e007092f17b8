//! Sources under their tombstones' names: taken over where they stand, and given their own names back.
//!
//! In: the names that were asked for. Out: tombstones, or sources that have their own names again. A step is not over while
//! its source stands under a name of ours, unless its removal is left to a later run.

use tokio::time::Instant;

use super::{
    books::TombstoneName,
    journal::{Record, record},
    look_again::LookAgain,
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
    store::{Access, Act, Found, LookError, Store},
};

impl<S: Store> Run<'_, S> {
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
        if self.mover.is_mailbox(&attempt.of).await? {
            return Ok(false);
        }
        Err(StopReason::Unknown(text::under_neither()))
    }

    /// The mailbox that stands under a name that was asked for. Some servers show all names, or those that clients make, in
    /// other case, or cut them short; a name with so much chance in it is ours in any case. Commands must use the name that is
    /// on the server, which is known once the mailbox was seen.
    pub(super) async fn find_set_aside(
        &mut self,
        attempt: &TombstoneName,
    ) -> Result<Option<Found>, LookError> {
        let found = self.store().find(&attempt.name).await?;
        let was_seen = self.books().set_aside().source_of(&attempt.name).is_some();
        if found.is_some() || was_seen {
            return Ok(found);
        }
        let delimiter = self.mover.plan.listing.delimiter_of(&attempt.of);
        self.store().find_changed(&attempt.name, delimiter).await
    }

    /// The same where a RENAME was answered with OK: some servers show the new name only after a while.
    pub(super) async fn adopt_in_time(
        &mut self,
        attempt: &TombstoneName,
        subscribed: bool,
    ) -> Result<bool, StopReason> {
        let mut again = LookAgain::default();
        while !self.adopt(attempt, subscribed).await? {
            if !again.wait(&mut self.mover.sender).await {
                return Ok(false);
            }
        }
        Ok(true)
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
        let TombstoneName { step, of, .. } = attempt.clone();
        let is_it = |tomb: &Tombstone| tomb.name.stands_for(&attempt.name);
        if self.tombstones.iter().any(is_it) {
            // Found while another was looked for.
            return Ok(true);
        }
        let found = self.find_set_aside(attempt).await;
        // A removed mailbox may leave its name behind, for what lies below it.
        let found = found.map_err(StopReason::unproven)?;
        let Some(name) = found
            .filter(|found| found.selectable)
            .map(|found| found.name)
        else {
            return Ok(false);
        };
        self.tombstones.push(Tombstone {
            step,
            of: of.clone(),
            name: name.clone(),
            subscribed,
            last_look: None,
            unrest: None,
            is_counted: false,
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
            let is_it = |tomb: &Tombstone| tomb.name.stands_for(&attempt.name);
            if self.tombstones.iter().any(is_it) || !stands(Guard::Sweep) {
                continue;
            }
            let subscribed = self.mover.plan.listing.subscribed.contains(&attempt.of);
            let adopted = self.adopt(&attempt, subscribed).await;
            let mut refused = None;
            if self.tombstones.iter().any(is_it) {
                turned_up = true;
                self.quarantined = Some(Instant::now());
                // Whatever was said of the step, it is not over while its tombstone stands.
                let said = self.ended(attempt.step);
                let is_refused = said.is_some_and(|said| said.outcome == Outcome::Refused);
                let book = self.books().step(attempt.step).filter(|_| is_refused);
                refused = book.map(|book| {
                    let said = book.receipt.as_ref().and_then(|said| said.message.as_ref());
                    book.why.as_ref().or(said).cloned().unwrap_or_default()
                });
                self.reopened.insert(attempt.step);
            }
            match (adopted, self.planned(attempt.step)) {
                (Err(StopReason::Step(why)), Some(step)) => self.step_refused(&step, why).await?,
                (Err(halt), _) => return Err(halt),
                (Ok(_), Some(step)) => {
                    if let Some(why) = refused {
                        // It was to stay: it gets its own name back.
                        self.step_refused(&step, why).await?;
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
                let mut again = LookAgain::default();
                while answer.is_ok()
                    && self.store().find(of).await?.is_none()
                    && again.wait(&mut self.mover.sender).await
                {}
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
            if tombstone.subscribed {
                self.follow_subscription(step, of, true).await?;
            }
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
            return self.mover.remark(step.id, why);
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
