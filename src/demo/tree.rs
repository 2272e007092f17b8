//! What can be done to mailboxes as a whole: CREATE, DELETE, RENAME, subscriptions, special-use attributes.
//!
//! In: names as clients send them. Out: the changed tree, or the [`Refusal`] that a real server of that
//! [`super::persona::Persona`] gives. A mailbox takes its messages with it.

use super::{
    message::Mailbox,
    names,
    outcome::{Code, Done, Refusal},
    persona::{Marking, Parents},
    seam::{MailboxSeam as _, PersonaSeam as _, WorldSeam as _},
    world::{Account, World},
};

/// Most names, and most subscriptions, of an account.
const NAMES: usize = 10_000;

/// Attributes that Cyrus lets a client set.
const SETTABLE: [&str; 6] = [
    "\\Archive",
    "\\Drafts",
    "\\Important",
    "\\Junk",
    "\\Sent",
    "\\Trash",
];

fn no_account() -> Refusal {
    Refusal::said("No such account")
}

impl World {
    fn owner(&mut self, user: &str) -> Result<&mut Account, Refusal> {
        self.account_mut(user).ok_or_else(no_account)
    }

    /// Whether something is there under this name: a mailbox, or one that is made on first use.
    fn is_taken(&self, user: &str, name: &[u8]) -> bool {
        self.account(user)
            .and_then(|account| account.mailboxes.get(name))
            .is_some_and(|mailbox| mailbox.selectable)
    }

    pub(super) fn create(
        &mut self,
        user: &str,
        name: &[u8],
        marks: Option<&[String]>,
    ) -> Result<Done, Refusal> {
        let delimiter = self.persona.delimiter_of(name);
        let only_level = delimiter.is_some() && name.last().copied() == delimiter;
        let name = if only_level {
            name.split_last().map_or(name, |(_, head)| head)
        } else {
            name
        };
        if let Some(done) = self.instead_of_create(user, name) {
            return done;
        }
        let name = self.name(user, name)?;
        let husk = self
            .account(user)
            .is_some_and(|account| account.mailboxes.contains_key(&name));
        if self.is_taken(user, &name) || (only_level && husk) {
            return Err(Refusal::new(Code::AlreadyExists, "Mailbox already exists"));
        }
        self.may_appear(user, &name)?;
        let marks = self.usable(user, &name, marks)?;
        if self.owner(user)?.mailboxes.len() >= NAMES {
            return Err(Refusal::new(Code::Limit, "Too many mailboxes"));
        }
        self.make_parents(user, &name)?;
        // A Maildir++ has no levels without mail, so CREATE "a." makes a mailbox.
        let selectable = !only_level || self.persona.parents != Parents::Noselect;
        let mut mailbox = self.fresh(selectable);
        mailbox.marks = marks.into_iter().collect();
        mailbox.keeps_keywords = self.persona.has_place_for_keywords(&name);
        let id = mailbox.id;
        self.owner(user)?.mailboxes.insert(name, mailbox);
        Ok(Done::Created(id))
    }

    /// What CREATE … USE comes to.
    fn usable(
        &self,
        user: &str,
        name: &[u8],
        marks: Option<&[String]>,
    ) -> Result<Vec<String>, Refusal> {
        match (marks, &self.persona.marking) {
            (Some(marks), Marking::ByMailbox) => self.may_mark(user, name, marks),
            // Dovecot says OK and does nothing about it.
            (_, Marking::ByName(_)) | (None, _) => Ok(Vec::new()),
            (Some(_), Marking::Nothing) => Err(Refusal::said("Invalid CREATE parameters")),
        }
    }

    /// The attributes in the spelling of the RFC, unless they are not to be had.
    fn may_mark(&self, user: &str, name: &[u8], marks: &[String]) -> Result<Vec<String>, Refusal> {
        let mut known = Vec::new();
        for mark in marks {
            let settable = SETTABLE
                .iter()
                .find(|settable| settable.eq_ignore_ascii_case(mark))
                .ok_or_else(|| Refusal::new(Code::UseAttr, "Invalid annotation entry"))?;
            let elsewhere = self.account(user).is_some_and(|account| {
                account
                    .mailboxes
                    .iter()
                    .any(|(other, mailbox)| other != name && mailbox.marks.contains(*settable))
            });
            if elsewhere {
                return Err(Refusal::new(Code::UseAttr, "SPECIAL-USE flag conflict"));
            }
            known.push((*settable).to_owned());
        }
        Ok(known)
    }

    fn make_parents(&mut self, user: &str, name: &[u8]) -> Result<(), Refusal> {
        let selectable = match self.persona.parents {
            Parents::Implied => return Ok(()),
            Parents::Noselect => false,
            Parents::Real => true,
        };
        for parent in self.persona.levels_above(name) {
            // `INBOX.` as a prefix is no mailbox of its own.
            if !self.owner(user)?.mailboxes.contains_key(parent) {
                let mailbox = self.fresh(selectable);
                self.owner(user)?.mailboxes.insert(parent.to_vec(), mailbox);
            }
        }
        Ok(())
    }

    /// All messages of the mailbox go with it; nothing in IMAP asks whether there are any (RFC 9051 §6.3.5).
    pub(super) fn delete(&mut self, user: &str, name: &[u8]) -> Result<Done, Refusal> {
        if let Some(done) = self.instead_of_delete(user, name) {
            return done;
        }
        let name = self.name(user, name)?;
        if name == b"INBOX" {
            return Err(Refusal::said("INBOX can't be deleted."));
        }
        if self.persona.holds_fixed(&name) {
            return Err(Refusal::new(Code::Cannot, "It belongs to the system."));
        }
        let delimiter = self.persona.delimiter_of(&name);
        let refuses = self.persona.delete_needs_no_children;
        let guards = self.persona.guards_marked;
        let keeps_name = self.persona.parents == Parents::Noselect;
        let leaves_ghosts = self.persona.leaves_ghosts;
        let auto = self.persona.auto_of_name(&name).is_some();
        let account = self.owner(user)?;
        let children = account.has_children(&name, delimiter);
        let Some(mailbox) = account.mailboxes.get_mut(&name) else {
            return if auto {
                Ok(Done::Nothing)
            } else {
                Err(Refusal::missing(Some(Code::NonExistent), &name))
            };
        };
        if !mailbox.grants('x') {
            return Err(Refusal::new(Code::NoPerm, "Permission denied"));
        }
        if guards && !mailbox.marks.is_empty() {
            return Err(Refusal::said("SPECIAL-USE flag conflict"));
        }
        if children && refuses {
            return Err(Refusal::new(Code::HasChildren, "Mailbox has children"));
        }
        if auto && !mailbox.selectable {
            return Ok(Done::Nothing);
        }
        if children && !mailbox.selectable {
            return Err(Refusal::said("Mailbox has children, delete them first"));
        }
        let (id, all) = (mailbox.id, mailbox.messages().iter());
        let all: Vec<u32> = all.map(|message| message.uid).collect();
        self.before_removal(user, id, &all);
        let account = self.owner(user)?;
        let gone = account.mailboxes.remove(&name);
        if let Some(gone) = gone.filter(|_| leaves_ghosts) {
            account.ghosts.insert(name.clone(), gone);
        }
        if children && keeps_name {
            // A session that has it open must see that it is gone: the name that stays is another thing.
            let husk = self.fresh(false);
            self.owner(user)?.mailboxes.insert(name, husk);
        }
        Ok(Done::Nothing)
    }

    /// Whether a mailbox may come to this name: no session has a deleted one of that name open, and the level above
    /// lets it (RFC 4314 §4).
    fn may_appear(&self, user: &str, name: &[u8]) -> Result<(), Refusal> {
        let account = self.account(user).ok_or_else(no_account)?;
        let ghost = account.ghosts.get(name);
        if ghost.is_some_and(|ghost| self.is_held(ghost.id)) {
            return Err(Refusal::said("Mailbox is still in use"));
        }
        let levels = names::ancestors(name, self.persona.delimiter_of(name));
        let mut above = levels.into_iter().rev();
        let above = above.find_map(|level| account.mailboxes.get(level));
        if above.is_some_and(|above| !above.grants('k')) {
            return Err(Refusal::new(Code::NoPerm, "Permission denied"));
        }
        Ok(())
    }

    /// Children follow (RFC 9051 §6.3.6); subscriptions and attributes bound to names do not.
    pub(super) fn rename(&mut self, user: &str, from: &[u8], to: &[u8]) -> Result<Done, Refusal> {
        self.may_rename(user, from, to)?;
        let from = self.name(user, from)?;
        let to = self.name(user, to)?;
        let delimiter = self.persona.delimiter_of(&from);
        if self.persona.holds_fixed(&from) {
            return Err(Refusal::new(Code::Cannot, "It belongs to the system."));
        }
        if self.persona.space_of(&from) != self.persona.space_of(&to) {
            return Err(Refusal::new(
                Code::Cannot,
                "Renaming not supported across namespaces.",
            ));
        }
        let implied = self.persona.parents == Parents::Implied;
        let account = self.owner(user)?;
        let there = account.mailboxes.get(&from);
        if there.is_none() && implied && !account.has_children(&from, delimiter) {
            return Err(Refusal::missing(Some(Code::NonExistent), &from));
        }
        // Dovecot's dbox looks at the new name first; a level that is only a name is in the way, too.
        if account.mailboxes.contains_key(&to) {
            return Err(Refusal::new(
                Code::AlreadyExists,
                "Target mailbox already exists",
            ));
        }
        if there.is_none() && !implied {
            return Err(Refusal::missing(Some(Code::NonExistent), &from));
        }
        if there.is_some_and(|mailbox| !mailbox.grants('x')) {
            return Err(Refusal::new(Code::NoPerm, "Permission denied"));
        }
        let marked = there.is_some_and(|mailbox| !mailbox.marks.is_empty());
        if names::is_below(&to, &from, delimiter) {
            return Err(Refusal::said("Can't rename mailbox under its own child."));
        }
        let level = |name: &[u8]| names::ancestors(name, delimiter).len();
        if marked && self.persona.guards_marked && level(&from) != level(&to) {
            return Err(Refusal::said("SPECIAL-USE flag conflict"));
        }
        if from == b"INBOX" && !self.persona.renames_inbox {
            return Err(Refusal::said("INBOX can't be renamed"));
        }
        self.may_appear(user, &to)?;
        self.make_parents(user, &to)?;
        self.carry(user, &from, &to)
    }

    fn carry(&mut self, user: &str, from: &[u8], to: &[u8]) -> Result<Done, Refusal> {
        let delimiter = self.persona.delimiter_of(from);
        let names: Vec<Vec<u8>> = self
            .owner(user)?
            .mailboxes
            .keys()
            .filter(|name| *name == from || names::is_below(name, from, delimiter))
            .cloned()
            .collect();
        for name in names {
            let Some(mut mailbox) = self.owner(user)?.mailboxes.remove(&name) else {
                continue;
            };
            if self.persona.rename_changes_validity {
                mailbox.uid_validity = self.fresh_validity();
            }
            mailbox.save_again(self.time);
            let tail = name.get(from.len()..).unwrap_or_default();
            let new = [to, tail].concat();
            self.owner(user)?.mailboxes.insert(new, mailbox);
        }
        // Dovecot removes levels that a RENAME has emptied, though not those that a DELETE has.
        for parent in self.persona.levels_above(from).into_iter().rev() {
            let account = self.owner(user)?;
            let husk = account
                .mailboxes
                .get(parent)
                .is_some_and(|own| !own.selectable);
            if !husk || account.has_children(parent, delimiter) {
                break;
            }
            account.mailboxes.remove(parent);
        }
        if from == b"INBOX" {
            // Dovecot takes the whole mailbox away and makes a new INBOX.
            let inbox = self.fresh(true);
            self.owner(user)?.mailboxes.insert(from.to_vec(), inbox);
        }
        Ok(Done::Nothing)
    }

    pub(super) fn subscribe(&mut self, user: &str, name: &[u8]) -> Result<Done, Refusal> {
        let name = self
            .name(user, name)
            .map_err(|refusal| match refusal.code {
                // A name that cannot be is one that is not there, says Dovecot here.
                Some(_) => Refusal::missing(None, name),
                None => refusal,
            })?;
        let may = self.persona.subscribes_missing || self.persona.auto_of_name(&name).is_some();
        let account = self.owner(user)?;
        if !may && !account.mailboxes.contains_key(&name) {
            return Err(Refusal::missing(None, &name));
        }
        if account.subscriptions.len() >= NAMES {
            return Err(Refusal::new(Code::Limit, "Too many subscriptions"));
        }
        account.subscriptions.insert(name);
        Ok(Done::Nothing)
    }

    pub(super) fn unsubscribe(&mut self, user: &str, name: &[u8]) -> Result<Done, Refusal> {
        let name = self.name(user, name)?;
        let mut said = std::mem::take(&mut self.owner(user)?.subscriptions);
        said.retain(|own| !self.is_one(own, &name));
        self.owner(user)?.subscriptions = said;
        Ok(Done::Nothing)
    }

    pub(super) fn mark(
        &mut self,
        user: &str,
        name: &[u8],
        marks: &[String],
    ) -> Result<Done, Refusal> {
        if self.persona.marking != Marking::ByMailbox {
            return Err(Refusal::new(
                Code::Cannot,
                "The /private/specialuse attribute cannot be changed",
            ));
        }
        let canonical = self.name(user, name)?;
        // Cyrus has the code at CREATE only.
        let marks = self
            .may_mark(user, &canonical, marks)
            .map_err(|refusal| Refusal::said(refusal.text))?;
        let mailbox = self.reach(user, &canonical, Some(Code::NonExistent))?;
        mailbox.marks = marks.into_iter().collect();
        Ok(Done::Nothing)
    }

    /// Every name there is to be listed, with its mailbox: also those that are made on first use, and implied levels.
    pub(super) fn listed(&self, user: &str) -> Vec<(Vec<u8>, Option<&Mailbox>)> {
        let Some(account) = self.account(user) else {
            return Vec::new();
        };
        let mut listed: std::collections::BTreeMap<Vec<u8>, Option<&Mailbox>> = account
            .mailboxes
            .iter()
            .map(|(name, mailbox)| (name.clone(), Some(mailbox)))
            .collect();
        for (name, _) in &self.persona.auto {
            let name = self.persona.full(name);
            listed.entry(name).or_insert(None);
        }
        if self.persona.parents == Parents::Implied {
            let names: Vec<Vec<u8>> = listed.keys().cloned().collect();
            for name in &names {
                for parent in self.persona.levels_above(name) {
                    listed.entry(parent.to_vec()).or_insert(None);
                }
            }
        }
        for (name, mailbox) in listed.clone() {
            for alias in self.further_names(&name) {
                listed.insert(alias, mailbox);
            }
        }
        let (inbox, others): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(|(name, _)| name == b"INBOX");
        [inbox, others].concat()
    }

    /// Whether the name is a mailbox, or will be one as soon as somebody uses it.
    pub(super) fn is_mailbox(&self, name: &[u8], mailbox: Option<&Mailbox>) -> bool {
        match mailbox {
            Some(mailbox) => mailbox.selectable,
            None => self.persona.auto_of_name(name).is_some(),
        }
    }
}

#[cfg(test)]
mod tests;
