//! Mailboxes that show the messages of others (Dovecot's virtual), and a store of what was expunged (its lazy_expunge).
//!
//! In: which mailboxes a view is over. Out: messages with UIDs of the view's own; what is done to them is done to those
//! in the mailboxes behind the view. A message of a view does not count as one more message of the account.
//!
//! Seen on Dovecot 2.3.19: X-MAILBOX names the mailbox of each message, in a view the one behind, in all others their
//! own. MOVE and EXPUNGE out of a view act on the mailbox behind, DELETE of a view expunges all that it shows, nothing
//! can be put into one or created among them, RENAME within their namespace is done. HIGHESTMODSEQ is told of a view
//! only after somebody has asked for it; of other mailboxes, too, a fresh account tells none, which is not played here.

use std::collections::{BTreeMap, BTreeSet};

use crate::demo::{
    message::Mailbox,
    outcome::{Code, Done, Refusal},
    persona::Persona,
    world::World,
};

/// A mailbox that shows the messages of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its name, in a namespace for views.
    pub name: &'static str,
    /// The mailboxes behind it; `*` is all of the namespace that holds INBOX.
    pub over: Vec<&'static str>,
    /// RENAME within the namespace is done, and not refused.
    pub is_renamed: bool,
    /// DELETE expunges all that the view shows, cannot remove the view itself, and says NO.
    pub delete_says_no: bool,
}

impl View {
    /// One over these mailboxes, as Dovecot has it.
    #[must_use]
    pub fn over(name: &'static str, over: &[&'static str]) -> Self {
        Self {
            name,
            over: over.to_vec(),
            is_renamed: true,
            delete_says_no: false,
        }
    }
}

/// Where the messages of a view come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Behind {
    pub view: View,
    /// Somebody has asked for HIGHESTMODSEQ.
    pub is_counted: bool,
    /// By the view's UID: the mailbox's id, and the UID there.
    real: BTreeMap<u32, (u64, u32)>,
}

impl Behind {
    /// The mailbox that a message of the view is in.
    pub fn mailbox_of(&self, uid: u32) -> Option<u64> {
        self.real.get(&uid).map(|(id, _)| *id)
    }
}

impl Persona {
    /// Whether a name lies among views, where nobody creates a mailbox.
    fn is_for_views(&self, name: &[u8]) -> bool {
        let space = self.space_of(name);
        let mut views = self.quirks.views.iter();
        space.is_some() && views.any(|view| self.space_of(view.name.as_bytes()) == space)
    }
}

impl World {
    /// The views of an account that is new.
    pub(super) fn add_views(&mut self, user: &str) {
        for view in self.persona.quirks.views.clone() {
            let name = view.name.as_bytes().to_vec();
            let mut mailbox = self.fresh(true);
            mailbox.quirks.view = Some(Box::new(Behind {
                view,
                is_counted: false,
                real: BTreeMap::new(),
            }));
            if let Some(account) = self.account_mut(user) {
                account.mailboxes.insert(name, mailbox);
            }
        }
    }

    /// Lets every view show what is behind it now.
    pub(super) fn refresh_views(&mut self, user: &str) {
        if self.persona.quirks.views.is_empty() {
            return;
        }
        let persona = self.persona.clone();
        let Some(account) = self.account_mut(user) else {
            return;
        };
        let (mut views, real): (BTreeMap<_, _>, BTreeMap<_, _>) =
            std::mem::take(&mut account.mailboxes)
                .into_iter()
                .partition(|(_, mailbox)| mailbox.quirks.view.is_some());
        for view in views.values_mut() {
            view.show(&real, &persona);
        }
        account.mailboxes = real;
        account.mailboxes.append(&mut views);
    }

    /// Where messages of a mailbox really are: in itself, or in those behind it.
    pub(super) fn behind(&self, user: &str, of: u64, uids: &[u32]) -> BTreeMap<u64, Vec<u32>> {
        let mailbox = self.opened(user, of);
        let Some(behind) = mailbox.and_then(|mailbox| mailbox.quirks.view.as_ref()) else {
            return BTreeMap::from([(of, uids.to_vec())]);
        };
        let mut all: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
        for (id, uid) in uids.iter().filter_map(|uid| behind.real.get(uid)) {
            all.entry(*id).or_default().push(*uid);
        }
        all
    }

    /// After flags were changed in a view: the messages behind have them too.
    pub(super) fn flag_behind(&mut self, user: &str, of: u64, uids: &[u32]) {
        let Some(view) = self.opened(user, of).cloned() else {
            return;
        };
        let Some(behind) = &view.quirks.view else {
            return;
        };
        for uid in uids {
            let (Some((id, real)), Some(message)) = (behind.real.get(uid), view.find(*uid)) else {
                continue;
            };
            if let Ok(mailbox) = self.open_mut(user, *id) {
                mailbox.flag(*real, |flags| flags.clone_from(&message.flags));
            }
        }
    }

    /// Refuses to create a mailbox among views.
    pub(super) fn may_be_made(&self, name: &[u8]) -> Result<(), Refusal> {
        if self.persona.is_for_views(name) {
            return Err(Refusal::new(Code::Cannot, "Can't create virtual mailboxes"));
        }
        Ok(())
    }

    /// Refuses to rename a view, where that is not done.
    pub(super) fn may_rename_view(&self, user: &str, name: &[u8]) -> Result<(), Refusal> {
        let mailbox = self.called(user, name);
        let view = mailbox.and_then(|mailbox| mailbox.quirks.view.as_ref());
        if view.is_some_and(|behind| !behind.view.is_renamed) {
            return Err(Refusal::new(Code::Cannot, "Can't rename virtual mailboxes"));
        }
        Ok(())
    }

    /// DELETE of a view, if it is one: all that it shows is expunged where it is.
    pub(super) fn delete_view(&mut self, user: &str, name: &[u8]) -> Option<Result<Done, Refusal>> {
        self.refresh_views(user);
        let mailbox = self.account(user)?.mailboxes.get(name)?;
        let says_no = mailbox.quirks.view.as_ref()?.view.delete_says_no;
        let uids: Vec<u32> = mailbox.messages().iter().map(|own| own.uid).collect();
        let expunged = self.take_out(user, mailbox.id, &uids);
        if says_no {
            return Some(Err(Refusal::new(
                Code::ServerBug,
                "Internal error occurred.",
            )));
        }
        self.account_mut(user)?.mailboxes.remove(name);
        Some(expunged.map(|()| Done::Nothing))
    }

    /// Puts copies of messages that are about to go where all go that are expunged, if there is such a place.
    pub(super) fn keep_expunged(&mut self, user: &str, of: u64, uids: &[u32]) {
        let Some(prefix) = self.persona.quirks.expunged else {
            return;
        };
        let found = self.account(user).and_then(|account| account.name_of(of));
        let own = found.filter(|name| !name.starts_with(prefix.as_bytes()));
        let Some(own) = own.cloned() else { return };
        let leaf = own.strip_prefix(self.persona.prefix.as_bytes());
        let name = [prefix.as_bytes(), leaf.unwrap_or(&own)].concat();
        let fresh = self.fresh(true);
        let Some(account) = self.account_mut(user) else {
            return;
        };
        let going = account.by_id(of).into_iter();
        let going: Vec<_> = going
            .flat_map(|mailbox| uids.iter().filter_map(|uid| mailbox.find(*uid).cloned()))
            .collect();
        if going.is_empty() {
            return;
        }
        let kept = account.mailboxes.entry(name).or_insert(fresh);
        for message in going {
            kept.add((*message).clone());
        }
    }
}

impl Mailbox {
    /// Shows what is in the mailboxes behind it now.
    fn show(&mut self, real: &BTreeMap<Vec<u8>, Self>, persona: &Persona) {
        let Some(mut behind) = self.quirks.view.take() else {
            return;
        };
        let is_behind = |name: &[u8]| {
            let mut over = behind.view.over.iter();
            over.any(|over| match *over {
                "*" => persona.space_of(name).is_none(),
                over => name == over.as_bytes(),
            })
        };
        let there = real.iter().filter(|(name, _)| is_behind(name));
        let there: BTreeMap<u64, &Self> = there.map(|(_, own)| (own.id, own)).collect();
        for (uid, (id, real)) in behind.real.clone() {
            if let Some(message) = there.get(&id).and_then(|mailbox| mailbox.find(real)) {
                self.flag(uid, |flags| flags.clone_from(&message.flags));
            } else {
                self.remove(uid);
                behind.real.remove(&uid);
            }
        }
        let known: BTreeSet<(u64, u32)> = behind.real.values().copied().collect();
        for (id, mailbox) in &there {
            for message in mailbox.messages() {
                if !known.contains(&(*id, message.uid)) {
                    let uid = self.add((**message).clone());
                    behind.real.insert(uid, (*id, message.uid));
                }
            }
        }
        self.quirks.view = Some(behind);
    }
}
