//! Whether a mailbox is the one it was: by UIDVALIDITY, and by MAILBOXID where the server has it (RFC 8474).

use super::{
    journal::{Record, record},
    mover::Mover,
    stop::StopReason,
};
use crate::{
    guard::{Guard, stands},
    language::text,
    model::mailbox::MailboxName,
    store::{Found, Opened, Store},
};

impl<S: Store> Mover<'_, S> {
    /// Refuses a mailbox that is not the one the plan was made for.
    pub(super) fn same_identity(
        &mut self,
        name: &MailboxName,
        validity: Option<u32>,
    ) -> Result<u32, StopReason> {
        let Some(validity) = validity else {
            return Err(StopReason::Step(text::server_gives_no_validity()));
        };
        let expected = self.identity(name).unwrap_or(validity);
        self.first_seen.entry(name.clone()).or_insert(validity);
        if expected == validity || !stands(Guard::Identity) {
            return Ok(validity);
        }
        // What is under a name of ours is told by the name that its owner knows.
        let set_aside = self.books().set_aside().source_of(name);
        let told = set_aside.map_or(name, |known| &known.of).clone();
        self.renumbered.insert(told.clone());
        Err(StopReason::Step(text::another_than_planned(&told)))
    }

    /// The same of a mailbox that was just opened, where a tombstone that is empty may have got new numbers.
    ///
    /// The UIDVALIDITY of an empty maildir is the time of its folder on mailutils 3.15, so it changes as the last message
    /// goes. In an empty mailbox nothing is left that was known by its number; and it is still ours, since nobody else
    /// knows the name.
    pub(super) fn same_opened(
        &mut self,
        name: &MailboxName,
        opened: &Opened,
    ) -> Result<u32, StopReason> {
        let new = opened.uid_validity.filter(|new| *new != 0);
        let known = self.identity(name);
        let tombstone = self.books().set_aside().source_of(name).cloned();
        if let (Some(new), Some(known), Some(tombstone)) = (new, known, tombstone)
            && opened.exists == 0
            && new != known
        {
            // A resume must know them as well.
            self.sender.record(Record::Tombstone(record::Tombstone {
                step: tombstone.step,
                of: tombstone.of,
                name: tombstone.name,
                validity: new,
            }))?;
        }
        self.same_identity(name, opened.uid_validity)
    }

    /// UIDVALIDITY that a mailbox must have: as the plan or the records say, or as it was when it was first opened; none
    /// where it never was.
    pub(super) fn identity(&self, name: &MailboxName) -> Option<u32> {
        let first_seen = || self.first_seen.get(name).copied();
        self.books().identity(name).or_else(first_seen)
    }

    /// UIDVALIDITY of a mailbox that was opened before.
    pub(super) fn validity(&self, name: &MailboxName) -> Result<u32, StopReason> {
        self.identity(name)
            .ok_or_else(|| StopReason::Step(text::identity_unknown(name)))
    }

    /// Whether somebody has made a new mailbox under a name that the plan saw.
    pub(super) async fn is_another(&mut self, name: &MailboxName) -> Result<bool, StopReason> {
        let now = self.sender.store.status(name).await?;
        let was = self.mailbox_id(name).cloned();
        Ok(match (was, now.mailbox_id) {
            (Some(was), Some(now)) => was != now,
            _ => self.identity(name) != now.uid_validity,
        })
    }

    /// Whether a RENAME has taken a mailbox to its new name, though there is one of the old name again.
    pub(super) async fn has_moved_to(
        &mut self,
        source: &MailboxName,
        target: &MailboxName,
    ) -> Result<bool, StopReason> {
        Ok(self.is_another(source).await? && self.is_now(source, target).await?)
    }

    /// Whether what has the target's name is the source as the plan saw it.
    pub(super) async fn is_now(
        &mut self,
        source: &MailboxName,
        target: &MailboxName,
    ) -> Result<bool, StopReason> {
        let now = self.sender.store.status(target).await?;
        let was = self.mailbox_id(source).cloned();
        Ok(match (was, now.mailbox_id) {
            (Some(was), Some(now)) => was == now,
            // Where RENAME changes UIDVALIDITY this cannot be told, and is not guessed.
            _ => self.identity(source) == now.uid_validity,
        })
    }

    /// Whether this name is listed, asked after something was sent.
    pub(super) async fn is_there(&mut self, name: &MailboxName) -> Result<bool, StopReason> {
        Ok(self.found_after(name).await?.is_some())
    }

    /// Whether there is a mailbox of this name: a name that is listed and cannot be opened holds no mail.
    pub(super) async fn is_mailbox(&mut self, name: &MailboxName) -> Result<bool, StopReason> {
        let found = self.found_after(name).await?;
        Ok(found.is_some_and(|found| found.selectable))
    }

    async fn found_after(&mut self, name: &MailboxName) -> Result<Option<Found>, StopReason> {
        let found = self.sender.store.find(name).await;
        found.map_err(StopReason::unproven)
    }

    /// MAILBOXID as the plan saw it.
    pub(super) fn mailbox_id(&self, name: &MailboxName) -> Option<&String> {
        self.plan
            .listing
            .mailboxes
            .iter()
            .find(|seen| seen.mailbox == *name)
            .and_then(|seen| seen.mailbox_id.as_ref())
    }
}
