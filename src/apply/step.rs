//! The small steps: create, rename, subscribe, unsubscribe, mark (and `filters`). Each looks first, sends once, and looks again.
//!
//! In: a step. Out: its receipt in the journal, or a [`StopReason`]. A command is sent a second time only where the server
//! has put it off.
//!
//! A tagged OK proves nothing (Courier answers OK to a RENAME of nothing, Dovecot to a CREATE with a role it
//! ignores), so what counts is the look afterwards. A step whose end is already there is applied without sending.

use super::{
    look_again::LookAgain,
    receipt::receipt,
    run::Run,
    stop::{Refusal, StopReason},
};
use crate::{
    language::{Phrase, text},
    model::{
        mailbox::MailboxName,
        plan::{Action, Step},
        receipt::{Outcome, SourceAfter},
        role::Role,
    },
    store::{Access, Act, Answered, Found, NextLook, Store},
};

impl<S: Store> Run<'_, S> {
    /// Runs one step to its end. A merge whose source waits under a tombstone ends later, when that is removed.
    pub(super) async fn step(&mut self, step: &Step) -> Result<(), StopReason> {
        match step.action {
            Action::Create => {
                let target = required(step.target.as_ref())?;
                self.create(step, target).await
            }
            Action::Rename => {
                let (source, target) = (
                    required(step.source.as_ref())?,
                    required(step.target.as_ref())?,
                );
                self.rename(step, source, target).await
            }
            Action::Subscribe | Action::Unsubscribe => {
                let target = required(step.target.as_ref())?;
                let wanted = step.action == Action::Subscribe;
                match self.subscription(step.id, target, wanted).await? {
                    None => self.applied(step, None),
                    Some(why) => Err(StopReason::Step(why)),
                }
            }
            Action::Mark => self.mark(step).await,
            Action::Merge => self.merges(&[step]).await,
            Action::RepairFilters => Box::pin(self.repair_filters(step)).await,
            Action::Delete => Err(StopReason::Step(text::only_emptied_removed())),
        }
    }

    fn applied(&mut self, step: &Step, message: Option<Phrase>) -> Result<(), StopReason> {
        self.end_step(receipt(step, Outcome::Applied, None, message))
    }

    async fn create(&mut self, step: &Step, target: &MailboxName) -> Result<(), StopReason> {
        let found = self.store().find(target).await?;
        if found.is_some_and(|found| found.selectable) {
            return self.applied(step, Some(text::was_there_already()));
        }
        let role = step
            .role
            .filter(|_| self.store().can("CREATE-SPECIAL-USE"))
            .filter(|role| role.attribute().is_some());
        let act = Act::Create {
            name: target.clone(),
            role,
        };
        let mut answer = self.send(step.id, act).await?.answer;
        let is_refused = answer.as_ref().is_err_and(|refusal| !refusal.put_off);
        if role.is_some() && is_refused {
            // Refused with its role (Cyrus: "flag conflict"), nothing was made (RFC 6154 §3): make it without.
            let act = Act::Create {
                name: target.clone(),
                role: None,
            };
            answer = self.send(step.id, act).await?.answer;
        }
        self.created(step, target, role, answer).await
    }

    /// After a CREATE that was answered.
    async fn created(
        &mut self,
        step: &Step,
        target: &MailboxName,
        role: Option<Role>,
        answer: Result<Answered, Refusal>,
    ) -> Result<(), StopReason> {
        let is_made = |found: &Found| found.selectable;
        let first = self.store().find(target).await;
        let first = first.map_err(StopReason::unproven)?;
        let found = if first.as_ref().is_some_and(is_made) {
            first
        } else {
            if first.is_none() && answer.is_ok() {
                self.not_in_other_case(target).await?;
            }
            self.find_made(target, answer.is_ok(), is_made).await?
        };
        let is_only_a_name = found.as_ref().is_some_and(|found| !found.selectable);
        match (found, answer) {
            (Some(found), _) if is_made(&found) => {
                let marked = role.is_none_or(|role| found.is_marked(role));
                self.applied(step, (!marked).then(text::made_without_mark))
            }
            (_, Err(refusal)) => Err(refusal.into_stop()),
            (_, Ok(_)) if is_only_a_name => Err(StopReason::Step(text::still_only_a_name())),
            (_, Ok(_)) => Err(StopReason::Step(text::not_made())),
        }
    }

    /// Ends the step where a mailbox was made whose name differs from the one that was asked for only in the case of its letters:
    /// commands that use the planned name need not find it.
    async fn not_in_other_case(&mut self, target: &MailboxName) -> Result<(), StopReason> {
        let all = self.store().mailboxes().await;
        let mut all = all.map_err(StopReason::unproven)?.into_iter();
        match all.find(|found| found.name.is_alike(target) && found.name != *target) {
            Some(other) => Err(StopReason::Step(text::made_in_other_case(&other.name))),
            None => Ok(()),
        }
    }

    /// Makes several mailboxes that have nothing to do with each other and get no role: all are looked for together, before
    /// and after. Those that are there already, and those that the server puts off, are not over.
    pub(super) async fn creates(&mut self, steps: &[&Step]) -> Result<(), StopReason> {
        let steps = steps.iter().filter(|step| step.role.is_none());
        let wanted: Vec<(&Step, MailboxName)> = steps
            .filter_map(|step| Some((*step, step.target.clone()?)))
            .collect();
        let looks = |made: &[(&Step, MailboxName)]| -> Vec<NextLook> {
            made.iter()
                .map(|(_, name)| NextLook::Find(name.clone()))
                .collect()
        };
        self.store().ahead(&looks(&wanted)).await;
        let mut missing = Vec::new();
        for (step, name) in wanted {
            let found = self.store().find(&name).await?;
            if !found.is_some_and(|found| found.selectable) {
                missing.push((step, name));
            }
        }
        let acts = missing.iter().map(|(step, name)| {
            let (name, role) = (name.clone(), None);
            (step.id, Act::Create { name, role })
        });
        let sent = self.mover.sender.send_all(acts.collect()).await?;
        self.store().ahead(&looks(&missing)).await;
        for ((step, name), sent) in missing.into_iter().zip(sent) {
            match self.created(step, &name, None, sent.answer).await {
                Err(StopReason::Step(why)) => self.step_refused(step, why).await?,
                Ok(()) | Err(StopReason::Later(_)) => {}
                Err(stop) => return Err(stop),
            }
        }
        Ok(())
    }

    /// The name that a command was to make; one that was answered by OK may show late.
    async fn find_made(
        &mut self,
        name: &MailboxName,
        is_ok: bool,
        is_made: impl Fn(&Found) -> bool,
    ) -> Result<Option<Found>, StopReason> {
        let mut again = LookAgain::default();
        loop {
            let found = self.store().find(name).await;
            let found = found.map_err(StopReason::unproven)?;
            if found.as_ref().is_some_and(&is_made)
                || !is_ok
                || !again.wait(&mut self.mover.sender).await
            {
                return Ok(found);
            }
        }
    }

    async fn rename(
        &mut self,
        step: &Step,
        source: &MailboxName,
        target: &MailboxName,
    ) -> Result<(), StopReason> {
        let looks = [
            NextLook::Find(target.clone()),
            NextLook::Find(source.clone()),
            NextLook::Open(source.clone(), Access::ReadWrite),
            NextLook::Leave,
        ];
        self.store().ahead(&looks).await;
        let target_found = self.store().find(target).await?.is_some();
        let Some(found) = self.store().find(source).await? else {
            // A resume finds the rename done. What may be put back must be shown to be what was renamed.
            // Where it is gone meanwhile, a command of an earlier process has run under our hands: it is looked for anew.
            let is_now = if target_found && step.if_marked {
                let is_now = self.mover.is_now(source, target).await;
                is_now.map_err(StopReason::unproven)?
            } else {
                target_found
            };
            if is_now {
                return self.renamed(step, source, target).await;
            }
            return Err(StopReason::Step(text::it_is_gone()));
        };
        if target_found {
            // The same, and the server has made an empty one under the old name.
            if self.mover.has_moved_to(source, target).await? {
                return self.renamed(step, source, target).await;
            }
            return Err(StopReason::Step(text::name_appeared()));
        }
        if found.selectable {
            // Brings a mailbox that is only listed (Dovecot's auto=create) into being, so that it can be renamed.
            let opened = self.store().open(source, Access::ReadWrite).await?;
            self.mover.same_identity(source, opened.uid_validity)?;
            self.store().leave().await?;
        }
        let act = Act::Rename {
            from: source.clone(),
            to: target.clone(),
        };
        let answer = self.send(step.id, act).await?.answer;
        let looks = self.looks_after_rename(source, target);
        self.store().ahead(&looks).await;
        let there = self.find_made(target, answer.is_ok(), |_| true).await?;
        match (there, answer) {
            (Some(_), Ok(_)) => self.renamed(step, source, target).await,
            // Refused because an earlier process's own RENAME has run late.
            (Some(_), Err(_)) if self.is_renamed(source, target).await? => {
                self.renamed(step, source, target).await
            }
            (_, Err(refusal)) => Err(refusal.into_stop()),
            (None, Ok(_)) => Err(StopReason::Step(text::not_renamed())),
        }
    }

    /// The looks after a RENAME, as they will be made; with those of the steps that come next, where nothing is sent before.
    fn looks_after_rename(&self, source: &MailboxName, target: &MailboxName) -> Vec<NextLook> {
        let delimiter = self.mover.plan.listing.delimiter_of(source);
        let mut looks = vec![
            NextLook::Find(target.clone()),
            NextLook::Below(target.clone(), delimiter),
            NextLook::Find(source.clone()),
        ];
        if self.was_subscribed(source) {
            looks.extend([target, source].map(|name| NextLook::Find(name.clone())));
        } else {
            looks.extend(self.looks_before_next());
        }
        looks
    }

    /// Whether a mailbox has its new name: the old one is gone, or is another mailbox.
    async fn is_renamed(
        &mut self,
        source: &MailboxName,
        target: &MailboxName,
    ) -> Result<bool, StopReason> {
        Ok(!self.mover.is_there(source).await? || self.mover.has_moved_to(source, target).await?)
    }

    /// After a RENAME that was seen to be done.
    async fn renamed(
        &mut self,
        step: &Step,
        source: &MailboxName,
        target: &MailboxName,
    ) -> Result<(), StopReason> {
        if step.if_marked && !self.has_mark(step, target).await? {
            return self.put_back(step, source, target).await;
        }
        let moved = self.move_subscriptions(step.id, source, target).await;
        moved.map_err(StopReason::unproven)?;
        let back = self
            .store()
            .find(source)
            .await
            .map_err(StopReason::unproven)?;
        let why = back.map(|_| text::empty_under_old_name());
        self.applied(step, why)
    }

    async fn has_mark(&mut self, step: &Step, name: &MailboxName) -> Result<bool, StopReason> {
        let found = self
            .store()
            .find(name)
            .await
            .map_err(StopReason::unproven)?;
        let role = step
            .role
            .ok_or_else(|| StopReason::Step(text::no_role_named()))?;
        Ok(found.is_some_and(|found| found.is_marked(role)))
    }

    /// The server does not mark the new name: the mailbox gets its own back.
    async fn put_back(
        &mut self,
        step: &Step,
        source: &MailboxName,
        target: &MailboxName,
    ) -> Result<(), StopReason> {
        let act = Act::Rename {
            from: target.clone(),
            to: source.clone(),
        };
        let answer = self.send(step.id, act).await?.answer;
        let (is_back, left) = (
            self.mover.is_there(source).await?,
            self.mover.is_there(target).await?,
        );
        match answer {
            _ if is_back && !left => {
                let why = Some(text::has_its_name_back(target, source));
                let left = Some(SourceAfter::Left);
                self.end_step(receipt(step, Outcome::Skipped, left, why))
            }
            Err(refusal) if refusal.put_off => Err(refusal.into_stop()),
            _ if left => {
                // Its old name is taken by now. It is renamed, then, and an undo knows it.
                let moved = self.move_subscriptions(step.id, source, target).await;
                moved.map_err(StopReason::unproven)?;
                self.applied(step, Some(text::keeps_new_name(target)))
            }
            _ => Err(StopReason::Step(text::it_is_gone())),
        }
    }

    /// Sets the role's attribute on the target, or clears it from the source.
    async fn mark(&mut self, step: &Step) -> Result<(), StopReason> {
        let role = step
            .role
            .ok_or_else(|| StopReason::Step(text::no_role_named()))?;
        let (name, wanted) = match (&step.target, &step.source) {
            (Some(target), _) => (target, Some(role)),
            (None, Some(source)) => (source, None),
            (None, None) => return Err(StopReason::Step(text::no_mailbox_named())),
        };
        let done = |found: &Found| found.is_marked(role) == wanted.is_some();
        let Some(found) = self.store().find(name).await? else {
            return Err(StopReason::Step(text::it_is_gone()));
        };
        if done(&found) {
            return self.applied(step, None);
        }
        let act = Act::Mark {
            name: name.clone(),
            role: wanted,
        };
        let answer = self.send(step.id, act).await?.answer;
        let after = self
            .store()
            .find(name)
            .await
            .map_err(StopReason::unproven)?;
        if after.is_some_and(|found| done(&found)) {
            return self.applied(step, None);
        }
        let put_off = answer.as_ref().is_err_and(|refusal| refusal.put_off);
        if wanted.is_some() && !put_off {
            self.put_marks_back(step, role).await?;
        }
        Err(match answer {
            Err(refusal) => refusal.into_stop(),
            Ok(_) => StopReason::Step(text::mark_did_not_change()),
        })
    }

    /// The kept mailbox could not be marked: those that were cleared for it get their marks back, or the role would
    /// have none at all.
    async fn put_marks_back(&mut self, step: &Step, role: Role) -> Result<(), StopReason> {
        let plan = self.mover.plan;
        let cleared = plan.steps.iter().filter(|other| {
            other.action == Action::Mark && other.role == Some(role) && other.target.is_none()
        });
        for other in cleared {
            let is_done = self
                .ended(other.id)
                .is_some_and(|receipt| receipt.outcome == Outcome::Applied);
            if let (true, Some(source)) = (is_done, &other.source) {
                let answer = loop {
                    let act = Act::Mark {
                        name: source.clone(),
                        role: Some(role),
                    };
                    match self.send(step.id, act).await?.answer {
                        // Marking twice is marking once.
                        Err(refusal) if refusal.put_off => {}
                        answer => break answer,
                    }
                };
                let remark = match answer {
                    Ok(_) => text::marked_again(source, role),
                    Err(_) => text::marked_no_longer(source, role),
                };
                self.mover.remark(step.id, remark)?;
            }
        }
        Ok(())
    }
}

fn required(name: Option<&MailboxName>) -> Result<&MailboxName, StopReason> {
    name.ok_or_else(|| StopReason::Step(text::no_mailbox_named()))
}
