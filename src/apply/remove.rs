//! Removing tombstones that were just seen empty, and what follows: subscriptions, and the ends of their steps.
//!
//! In: tombstones. Out: removed mailboxes. That one is gone is read from LIST, never from an answer.

use std::collections::BTreeSet;

use super::{
    look_again::LookAgain,
    receipt::receipt,
    run::{Run, Tombstone},
    stop::{Refusal, StopReason},
    watch::Removing,
};
use crate::{
    language::text,
    model::{
        mailbox::MailboxName,
        plan::Step,
        receipt::{Outcome, SourceAfter},
    },
    store::{Act, Answered, Found, LookError, NextLook, Store},
};

fn of_name((_, act): &(u32, Act)) -> Option<MailboxName> {
    match act {
        Act::Unsubscribe { name } => Some(name.clone()),
        _ => None,
    }
}

impl<S: Store> Run<'_, S> {
    /// Sends the DELETEs of tombstones that were just seen empty, and ends the subscriptions to their old names.
    pub(super) async fn delete_all(&mut self, set: Vec<Removing>) -> Result<(), StopReason> {
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
            self.unsubscribe_set_aside(one.step.id, found.as_ref())
                .await?;
            let step = one.step.id;
            acts.push((step, Act::Delete { name: name.clone() }));
            deleted.push(one);
        }
        let goes = acts.len();
        for one in &deleted {
            if self.may_be_unsubscribed(one).await? {
                let name = one.tombstone.of.clone();
                acts.push((one.step.id, Act::Unsubscribe { name }));
            }
        }
        let unsubscribed: BTreeSet<MailboxName> =
            acts.iter().skip(goes).filter_map(of_name).collect();
        let asked = self.mover.sender.send_all(acts).await?;
        let answers: Vec<_> = asked.into_iter().map(|one| one.answer).collect();
        let mut looks: Vec<NextLook> = deleted
            .iter()
            .flat_map(|one| self.looks_after(one))
            .collect();
        if self.tombstones.len() == deleted.len() {
            // Then only the balance is left to be made.
            looks.extend(self.looks_to_balance());
        }
        self.store().ahead(&looks).await;
        let refused = answers.iter().skip(goes).any(Result::is_err);
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

    /// Ends the subscription that a RENAME has carried along (gluon, hoodiecrow), while there is a mailbox that can be
    /// unsubscribed.
    pub(super) async fn unsubscribe_set_aside(
        &mut self,
        step: u32,
        found: Option<&Found>,
    ) -> Result<(), StopReason> {
        match found.filter(|found| found.subscribed) {
            Some(found) => self.follow_subscription(step, &found.name, false).await,
            None => Ok(()),
        }
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
        let back = self.store().find(of).await?;
        Ok(!back.is_some_and(|back| back.selectable))
    }

    /// The looks after a DELETE, as they will be made.
    fn looks_after(&self, one: &Removing) -> Vec<NextLook> {
        let (name, of) = (&one.tombstone.name, &one.tombstone.of);
        let mut looks = vec![NextLook::Find(name.clone())];
        // Before its subscription ends, and after.
        looks.extend([of, of].map(|of| NextLook::Find(of.clone())));
        if one.tombstone.subscribed {
            let target = one
                .step
                .target
                .iter()
                .filter(|target| self.was_subscribed(target));
            looks.extend(target.cloned().map(NextLook::Find));
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
                    self.settle_again(name, None, Some(text::mail_kept_arriving()));
                    return Ok(());
                }
                // It is gone, and the list shows it yet.
                Err(LookError::Refused { .. }) if answer.is_ok() => {}
                status => status.map(|_| ())?,
            }
            if answer.is_err() || !again.wait(&mut self.mover.sender).await {
                break;
            }
        }
        Err(match answer {
            Err(refusal) if refusal.put_off => refusal.into_stop(),
            Err(refusal) => StopReason::Step(text::server_kept_it(refusal.text)),
            Ok(_) => StopReason::Step(text::ok_but_kept()),
        })
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
        let back = self.mover.is_mailbox(of).await?;
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
        let back = self.mover.is_mailbox(of).await?;
        if back {
            self.follow_subscription(step.id, of, true).await?;
        }
        Ok(back)
    }
}
