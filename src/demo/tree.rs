//! What can be done to names: CREATE, DELETE, RENAME, subscriptions, special-use attributes.
//!
//! In: names as clients send them. Out: the changed tree, or the [`Refusal`] that a real server of that
//! [`super::persona::Persona`] gives. Never: messages, but where a mailbox goes with all that is in it.

use super::{
    message::Mailbox,
    names,
    outcome::{Code, Done, Refusal},
    persona::{Marking, Parents},
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
        if let Some(linked) = self.link(user, name) {
            return Ok(linked);
        }
        let name = self.name(user, name)?;
        let husk = self
            .account(user)
            .is_some_and(|account| account.mailboxes.contains_key(&name));
        if self.is_taken(user, &name) || (only_level && husk) {
            return Err(Refusal::new(Code::AlreadyExists, "Mailbox already exists"));
        }
        self.may_be_made(&name)?;
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
        mailbox.keeps_keywords = !self.persona.is_without_keywords(&name);
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
        if self.links(user).is_some_and(|links| links.remove(name)) {
            return Ok(Done::Nothing);
        }
        let name = self.name(user, name)?;
        if name == b"INBOX" {
            return Err(Refusal::said("INBOX can't be deleted."));
        }
        if let Some(done) = self.delete_view(user, &name) {
            return done;
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
        self.keep_expunged(user, id, &all);
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
        self.is_no_link(user, [from, to])?;
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
        let view = there.and_then(|mailbox| mailbox.view.as_ref());
        if view.is_some_and(|behind| !behind.view.is_renamed) {
            return Err(Refusal::new(Code::Cannot, "Can't rename virtual mailboxes"));
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
            for alias in self.listed_aliases(&name) {
                listed.insert(alias, mailbox);
            }
        }
        let mut listed: Vec<_> = listed.into_iter().collect();
        listed.sort_by_key(|(name, _)| name != b"INBOX");
        listed
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
mod tests {
    use super::*;
    use crate::demo::{
        deed::Deed,
        persona::{Auto, Persona},
    };

    fn world(persona: Persona, names: &[&str]) -> World {
        let mut world = World::new(persona);
        world.add_account("u", "p");
        for name in names {
            world.add_mailbox("u", name).unwrap();
        }
        world
    }

    fn names(world: &World) -> Vec<String> {
        let mailboxes = &world.account("u").unwrap().mailboxes;
        mailboxes
            .iter()
            .map(|(name, mailbox)| {
                let husk = if mailbox.selectable { "" } else { "(-)" };
                format!("{}{husk}", String::from_utf8_lossy(name))
            })
            .collect()
    }

    fn rename(world: &mut World, from: &str, to: &str) -> Result<Done, Refusal> {
        let (from, to) = (from.as_bytes().to_vec(), to.as_bytes().to_vec());
        world.perform("u", Deed::Rename { from, to })
    }

    fn delete(world: &mut World, name: &str) -> Result<Done, Refusal> {
        let name = name.as_bytes().to_vec();
        world.perform("u", Deed::Delete { name })
    }

    fn code(result: Result<Done, Refusal>) -> Option<Code> {
        result.unwrap_err().code
    }

    #[test]
    fn rename_carries_children_and_makes_the_levels_above() {
        let mut world = world(Persona::dovecot(), &["P", "P/K", "P/K/L", "PX"]);
        rename(&mut world, "P", "R/S").unwrap();
        assert_eq!(
            names(&world),
            ["INBOX", "PX", "R(-)", "R/S", "R/S/K", "R/S/K/L"]
        );
    }

    #[test]
    fn a_level_emptied_by_rename_is_gone_and_one_emptied_by_delete_stays() {
        let mut world = world(Persona::dovecot(), &["A/B/C", "D/E"]);
        rename(&mut world, "A/B/C", "X").unwrap();
        delete(&mut world, "D/E").unwrap();
        assert_eq!(names(&world), ["D(-)", "INBOX", "X"]);
    }

    #[test]
    fn rename_keeps_uids_and_says_why_it_will_not() {
        let mut world = world(Persona::dovecot(), &["P", "Q"]);
        world.add_message("u", "P", &[], 0, *b"x").unwrap();
        let before = world.mailbox("u", "P").cloned();
        assert_eq!(
            code(rename(&mut world, "P", "Q")),
            Some(Code::AlreadyExists)
        );
        assert_eq!(code(rename(&mut world, "No", "R")), Some(Code::NonExistent));
        assert_eq!(code(rename(&mut world, "P", "P/in")), None);
        assert_eq!(code(rename(&mut world, "P", "R/")), Some(Code::Cannot));
        assert_eq!(world.mailbox("u", "P").cloned(), before);
        rename(&mut world, "P", "R").unwrap();
        assert_eq!(world.mailbox("u", "R").cloned(), before);
    }

    #[test]
    fn courier_gives_a_new_uidvalidity_at_rename() {
        let mut world = world(Persona::courier(), &["INBOX.P"]);
        let before = world.mailbox("u", "INBOX.P").unwrap().uid_validity;
        rename(&mut world, "INBOX.P", "INBOX.Q").unwrap();
        assert!(world.mailbox("u", "INBOX.Q").unwrap().uid_validity > before);
    }

    #[test]
    fn a_uidvalidity_is_never_used_again() {
        let mut world = world(Persona::dovecot(), &["P"]);
        let first = world.mailbox("u", "P").unwrap().uid_validity;
        delete(&mut world, "P").unwrap();
        world.add_mailbox("u", "P").unwrap();
        assert!(world.mailbox("u", "P").unwrap().uid_validity > first);
    }

    #[test]
    fn renaming_inbox_leaves_a_new_empty_one() {
        let mut world = world(Persona::dovecot(), &[]);
        world.add_message("u", "INBOX", &[], 0, *b"x").unwrap();
        rename(&mut world, "inbox", "Old").unwrap();
        assert_eq!(world.mailbox("u", "Old").unwrap().messages().len(), 1);
        assert_eq!(world.mailbox("u", "INBOX").unwrap().messages().len(), 0);
        assert_eq!(
            code(rename(&mut world, "Old", "INBOX")),
            Some(Code::AlreadyExists)
        );
    }

    #[test]
    fn servers_that_do_not_rename_inbox_leave_it_alone() {
        let mut world = world(Persona::cyrus(), &[]);
        world.add_message("u", "INBOX", &[], 0, *b"x").unwrap();
        assert!(rename(&mut world, "INBOX", "Old").is_err());
        assert_eq!(world.mailbox("u", "INBOX").unwrap().messages().len(), 1);
    }

    #[test]
    fn deleting_a_parent_drops_its_mail_and_keeps_its_name() {
        let mut world = world(Persona::dovecot(), &["P/K"]);
        world.add_mailbox("u", "P").unwrap();
        world.add_message("u", "P", &[], 0, *b"x").unwrap();
        delete(&mut world, "P").unwrap();
        assert_eq!(names(&world), ["INBOX", "P(-)", "P/K"]);
        assert_eq!(world.account("u").unwrap().census().len(), 0);
        assert!(delete(&mut world, "P").is_err());
        delete(&mut world, "P/K").unwrap();
        assert_eq!(names(&world), ["INBOX", "P(-)"]);
        delete(&mut world, "P").unwrap();
        assert_eq!(code(delete(&mut world, "P")), Some(Code::NonExistent));
    }

    #[test]
    fn cyrus_refuses_to_delete_a_parent_and_makes_real_parents() {
        let mut world = world(Persona::cyrus(), &["P/K"]);
        assert_eq!(names(&world), ["INBOX", "P", "P/K"]);
        assert_eq!(code(delete(&mut world, "P")), Some(Code::HasChildren));
    }

    #[test]
    fn maildir_has_no_husks() {
        let mut world = world(Persona::dovecot_inbox_dot(), &["INBOX.P.K"]);
        let listed = |world: &World| world.listed("u").len();
        assert_eq!((names(&world).len(), listed(&world)), (2, 3));
        rename(&mut world, "INBOX.P", "INBOX.Q").unwrap();
        assert_eq!(names(&world), ["INBOX", "INBOX.Q.K"]);
        delete(&mut world, "INBOX.Q.K").unwrap();
        assert_eq!(listed(&world), 1);
    }

    #[test]
    fn names_outside_the_prefix_are_refused_and_inbox_is_never_deleted() {
        let mut world = world(Persona::dovecot_inbox_dot(), &[]);
        let refusal = world.add_mailbox("u", "X").unwrap_err();
        assert!(
            refusal.text.contains("nonexistent namespace"),
            "{refusal:?}"
        );
        for name in ["INBOX", "inbox"] {
            assert!(delete(&mut world, name).is_err());
        }
    }

    #[test]
    fn a_mark_bound_to_a_name_stays_on_the_name() {
        let mut world = world(Persona::dovecot(), &["Sent"]);
        rename(&mut world, "Sent", "Other").unwrap();
        assert_eq!(world.marks(b"Other", world.mailbox("u", "Other")), [""; 0]);
        world.add_mailbox("u", "Sent").unwrap();
        assert_eq!(world.marks(b"Sent", world.mailbox("u", "Sent")), ["\\Sent"]);
    }

    #[test]
    fn a_mark_bound_to_a_mailbox_goes_with_it_and_there_is_one_of_each() {
        let mut world = world(Persona::cyrus(), &["S", "T", "F"]);
        let mark = |name: &str, marks: &[&str]| Deed::Mark {
            name: name.as_bytes().to_vec(),
            marks: marks.iter().map(|mark| (*mark).to_owned()).collect(),
        };
        world.perform("u", mark("S", &["\\sent"])).unwrap();
        for taken in ["\\Sent", "\\Flagged"] {
            assert!(world.perform("u", mark("T", &[taken])).is_err(), "{taken}");
            let name = b"X".to_vec();
            let marks = Some(vec![taken.to_owned()]);
            let refused = world.perform("u", Deed::Create { name, marks });
            assert_eq!(code(refused), Some(Code::UseAttr));
        }
        assert!(delete(&mut world, "S").is_err());
        assert!(rename(&mut world, "S", "F/S").is_err());
        rename(&mut world, "S", "S2").unwrap();
        assert_eq!(world.marks(b"S2", world.mailbox("u", "S2")), ["\\Sent"]);
        world.perform("u", mark("S2", &[])).unwrap();
        delete(&mut world, "S2").unwrap();
        world.perform("u", mark("T", &["\\Sent"])).unwrap();
    }

    #[test]
    fn an_automatic_mailbox_is_back_empty_after_delete_and_rename() {
        let persona = Persona::dovecot().with_auto(&[("Sent", Auto::Subscribe)]);
        let mut world = world(persona, &[]);
        let messages = |world: &mut World| {
            let mailbox = world.reach("u", b"Sent", None).unwrap();
            mailbox.messages().len()
        };
        assert_eq!(
            code(rename(&mut world, "Sent", "Old")),
            Some(Code::NonExistent)
        );
        world.add_message("u", "Sent", &[], 0, *b"x").unwrap();
        rename(&mut world, "Sent", "Old").unwrap();
        assert_eq!(messages(&mut world), 0);
        delete(&mut world, "Sent").unwrap();
        assert!(world.listed("u").iter().any(|(name, _)| name == b"Sent"));
        assert_eq!(messages(&mut world), 0);
        world.unsubscribe("u", b"Sent").unwrap();
        assert!(world.is_subscribed("u", b"Sent"));
    }

    #[test]
    fn an_automatic_name_that_is_only_a_level_is_made_a_mailbox_by_use() {
        let persona = Persona::dovecot().with_auto(&[("Sent", Auto::Subscribe)]);
        let mut world = world(persona, &["Sent/x"]);
        assert_eq!(delete(&mut world, "Sent"), Ok(Done::Nothing));
        assert!(!world.is_mailbox(b"Sent", world.mailbox("u", "Sent")));
        assert!(world.reach("u", b"Sent", None).is_ok());
        assert!(world.is_mailbox(b"Sent", world.mailbox("u", "Sent")));
    }

    #[test]
    fn subscriptions_outlive_their_mailboxes() {
        let mut world = world(Persona::dovecot(), &["P"]);
        world.subscribe("u", b"P").unwrap();
        rename(&mut world, "P", "Q").unwrap();
        assert!(world.is_subscribed("u", b"P"));
        assert!(!world.is_subscribed("u", b"Q"));
        assert!(world.subscribe("u", b"Nope").is_err());
        world.unsubscribe("u", b"P").unwrap();
        assert!(!world.is_subscribed("u", b"P"));
    }

    #[test]
    fn rights_are_heeded() {
        let mut world = world(Persona::dovecot(), &["P", "T"]);
        let rights = |world: &mut World, name: &[u8], rights: &str| {
            let account = world.account_mut("u").unwrap();
            account.mailboxes.get_mut(name).unwrap().rights = Some(rights.to_owned());
        };
        rights(&mut world, b"P", "lrswite");
        assert_eq!(code(delete(&mut world, "P")), Some(Code::NoPerm));
        assert_eq!(code(rename(&mut world, "P", "Q")), Some(Code::NoPerm));
        rights(&mut world, b"T", "lri");
        world.add_message("u", "T", &["\\Seen"], 0, *b"x").unwrap();
        let id = world.mailbox("u", "T").unwrap().id;
        assert!(
            world.mailbox("u", "T").unwrap().messages()[0]
                .flags
                .is_empty()
        );
        let to = b"P".to_vec();
        let moving = Deed::Move {
            from: id,
            uids: vec![1],
            to,
            leaving: vec![],
        };
        assert_eq!(code(world.perform("u", moving)), Some(Code::NoPerm));
    }
}
