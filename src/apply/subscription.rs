//! Subscriptions: set where they are not so already, and following a mailbox to its new name.
//!
//! In: names. Out: commands that were answered. What a server refuses here is told and ends no step that is about more.

use super::{receipt::receipt, run::Run, stop::StopReason};
use crate::{
    language::{Phrase, text},
    model::{
        mailbox::MailboxName,
        plan::{Action, Step},
        receipt::Outcome,
    },
    store::{Act, NextLook, Store},
};

impl<S: Store> Run<'_, S> {
    /// Runs steps that are about subscriptions, together as far as the server simply does what they ask for. Those that it does
    /// not are not over.
    pub(super) async fn subscriptions(&mut self, steps: &[&Step]) -> Result<(), StopReason> {
        let names: Vec<MailboxName> = steps
            .iter()
            .filter_map(|step| step.target.clone())
            .collect();
        let looks: Vec<NextLook> = names.iter().cloned().map(NextLook::Find).collect();
        self.store().ahead(&looks).await;
        let mut asked = Vec::new();
        for (step, name) in steps.iter().zip(names) {
            let found = self.store().find(&name).await?;
            let is_wanted = step.action == Action::Subscribe;
            match found {
                Some(found) if found.subscribed != is_wanted => asked.push((*step, name)),
                _ => {}
            }
        }
        if asked.len() < 2 {
            return Ok(());
        }
        let acts = asked.iter().map(|(step, name)| {
            let name = name.clone();
            match step.action {
                Action::Subscribe => (step.id, Act::Subscribe { name }),
                _ => (step.id, Act::Unsubscribe { name }),
            }
        });
        let sent = self.mover.sender.send_all(acts.collect()).await?;
        for ((step, _), sent) in asked.into_iter().zip(sent) {
            if sent.answer.is_ok() {
                self.end_step(receipt(step, Outcome::Applied, None, None))?;
            }
        }
        Ok(())
    }

    /// RENAME leaves subscriptions on the old names (RFC 9051 §6.3.6): they follow here.
    pub(super) async fn move_subscriptions(
        &mut self,
        step: u32,
        source: &MailboxName,
        target: &MailboxName,
    ) -> Result<(), StopReason> {
        let delimiter = self.mover.plan.listing.delimiter_of(source);
        let mut renamed = vec![target.clone()];
        renamed.extend(
            self.store()
                .below(target, delimiter)
                .await?
                .into_iter()
                .map(|found| found.name),
        );
        for new in renamed {
            let Some(rest) = new.wire().strip_prefix(target.wire()) else {
                continue;
            };
            let old = MailboxName::new(
                [source.wire(), rest].concat(),
                format!(
                    "{}{}",
                    source.text(),
                    new.text().strip_prefix(target.text()).unwrap_or_default()
                ),
            );
            if self.was_subscribed(&old) {
                self.swap_subscription(step, &old, &new).await?;
            }
        }
        Ok(())
    }

    /// Subscribes to the new name of a mailbox and no more to the old one, both at once.
    async fn swap_subscription(
        &mut self,
        step: u32,
        old: &MailboxName,
        new: &MailboxName,
    ) -> Result<(), StopReason> {
        let is_new = self.store().find(new).await?;
        let is_old = self.store().find(old).await?;
        let both = is_new.is_some_and(|found| !found.subscribed)
            && is_old.is_none_or(|found| found.subscribed);
        if !both {
            self.follow_subscription(step, new, true).await?;
            return self.follow_subscription(step, old, false).await;
        }
        let acts = vec![
            (step, Act::Subscribe { name: new.clone() }),
            (step, Act::Unsubscribe { name: old.clone() }),
        ];
        let sent = self.mover.sender.send_all(acts).await?;
        for ((name, wanted), sent) in [(new, true), (old, false)].into_iter().zip(sent) {
            match sent.answer {
                Ok(_) => {}
                Err(refusal) if refusal.put_off => {
                    self.follow_subscription(step, name, wanted).await?;
                }
                Err(refusal) => {
                    let why = text::server_refused(refusal.text);
                    self.tell_subscription(step, name, wanted, why)?;
                }
            }
        }
        Ok(())
    }

    /// Whether the plan saw a subscription to this name, or this run made one.
    pub(super) fn was_subscribed(&self, name: &MailboxName) -> bool {
        let mut steps = self.mover.plan.steps.iter();
        let made = |step: &Step| {
            let ended = self.ended(step.id);
            step.action == Action::Subscribe
                && step.target.as_ref() == Some(name)
                && ended.is_some_and(|receipt| receipt.outcome == Outcome::Applied)
        };
        self.mover.plan.listing.subscribed.contains(name) || steps.any(made)
    }

    /// Sets a subscription where it is not so already. Gives the server's words where it will not.
    pub(super) async fn subscription(
        &mut self,
        step: u32,
        name: &MailboxName,
        wanted: bool,
    ) -> Result<Option<Phrase>, StopReason> {
        loop {
            let act = match self.store().find(name).await? {
                Some(found) if found.subscribed == wanted => return Ok(None),
                None if wanted => return Ok(Some(text::it_is_gone())),
                _ if wanted => Act::Subscribe { name: name.clone() },
                // A name without a mailbox may still be subscribed; only UNSUBSCRIBE tells.
                _ => Act::Unsubscribe { name: name.clone() },
            };
            match self.send(step, act).await?.answer {
                Err(refusal) if refusal.put_off => {}
                answer => {
                    let refusal = answer.err();
                    return Ok(refusal.map(|refusal| text::server_refused(refusal.text)));
                }
            }
        }
    }

    /// The same as a part of another step, which does not fail by it: servers refuse what they hold to be so, or insist
    /// on theirs.
    pub(super) async fn follow_subscription(
        &mut self,
        step: u32,
        name: &MailboxName,
        wanted: bool,
    ) -> Result<(), StopReason> {
        match self.subscription(step, name, wanted).await? {
            Some(why) => self.tell_subscription(step, name, wanted, why),
            None => Ok(()),
        }
    }

    fn tell_subscription(
        &mut self,
        step: u32,
        name: &MailboxName,
        wanted: bool,
        why: Phrase,
    ) -> Result<(), StopReason> {
        let remark = if wanted {
            text::was_not_subscribed_since(name, why)
        } else {
            text::was_not_unsubscribed_since(name, why)
        };
        self.mover.remark(step, remark)
    }
}
