//! What stands under the name of a mailbox at the end of a run. Reads only.
//!
//! In: a mailbox that the run has touched. Out: the mailbox as it was, one of other numbers, or none.

use super::{run::Run, stop::StopReason};
use crate::{
    model::mailbox::MailboxName,
    store::{Access, LookError, Opened, Store},
};

/// What stands under a mailbox's name at the end.
pub(super) enum Stands {
    /// The mailbox, with the numbers that it had.
    AsItWas(Opened),
    /// One of other numbers (UIDVALIDITY) with so many messages: they were given anew, or it is another mailbox.
    Renumbered(u64),
    /// None that can be opened, as far as it may be this one.
    Gone,
}

impl<S: Store> Run<'_, S> {
    /// Opens a mailbox to look at it, by its own name or the one that a later step has given it.
    pub(super) async fn look_into(&mut self, mailbox: &MailboxName) -> Result<Stands, StopReason> {
        let mut stands = Stands::Gone;
        let stood = self
            .books()
            .mailboxes()
            .of(mailbox)
            .and_then(|side| side.stood);
        let renamed = self.renamed_to(mailbox);
        let may_be_gone = self.was_set_aside(mailbox);
        for name in renamed.iter().chain([mailbox]) {
            if may_be_gone && self.store().find(name).await?.is_none() {
                continue;
            }
            let opened = match self.store().open(name, Access::ReadWrite).await {
                Ok(opened) => opened,
                Err(refused @ LookError::Refused { .. }) => {
                    let found = self.store().find(name).await?;
                    if found.is_some_and(|found| found.selectable) {
                        return Err(refused.into());
                    }
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            if stood.is_some_and(|stood| opened.uid_validity == Some(stood.validity)) {
                return Ok(Stands::AsItWas(opened));
            }
            if !may_be_gone {
                stands = Stands::Renumbered(opened.exists.into());
            }
        }
        Ok(stands)
    }

    /// The mailbox whose new numbers hide what became of the messages of this one: this one itself, or one that it was moved
    /// into, which was seen to have become another.
    pub(super) fn renumbered(&self, mailbox: &MailboxName) -> Option<MailboxName> {
        let is_it = |name: &&MailboxName| self.mover.renumbered.contains(*name);
        let steps = self.mover.plan.steps.iter();
        let from = steps.filter(|step| step.source.as_ref() == Some(mailbox));
        let targets = from.filter_map(|step| step.target.as_ref());
        [mailbox].into_iter().chain(targets).find(is_it).cloned()
    }
}
