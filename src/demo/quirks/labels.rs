//! Labels: Gmail's mailboxes, where one message can be in several mailboxes at once.
//!
//! In: what `mail` has put into a mailbox or taken out. Out: the same change in the other mailboxes that show the
//! message. Where the persona has no labels nothing is done.

use std::{collections::BTreeSet, sync::Arc};

use crate::demo::{message::Message, world::World};

/// Mailboxes are labels: a message has any number of them, and is in a mailbox once. Names are without the prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// Holds every message, whatever labels it has or loses.
    pub all: &'static str,
    /// A message in one of these has no other label and is not in `all` (trash and spam).
    pub alone: Vec<&'static str>,
}

impl World {
    /// After messages were put into a mailbox: all mail shows them too, and where they are to be alone they are.
    pub(super) fn relabel(&mut self, user: &str, into: u64, messages: &[Arc<Message>]) {
        let Some(labels) = self.persona.quirks.labels.clone() else {
            return;
        };
        let all = self.persona.full(labels.all);
        let alone = self.is_alone(user, into, &labels);
        let Some(account) = self.account_mut(user) else {
            return;
        };
        for message in messages {
            if !alone {
                let all = account.mailboxes.get_mut(&all);
                if let Some(all) = all.filter(|all| !all.holds(message.email_id)) {
                    all.add(Message::clone(message));
                }
                continue;
            }
            let others = account.mailboxes.values_mut();
            for other in others.filter(|other| other.id != into) {
                let here = other.messages().iter();
                let same = here.filter(|own| own.email_id == message.email_id);
                for uid in same.map(|own| own.uid).collect::<Vec<u32>>() {
                    other.remove(uid);
                }
            }
        }
    }

    fn is_alone(&self, user: &str, id: u64, labels: &Labels) -> bool {
        let found = self.account(user).and_then(|account| account.name_of(id));
        found.is_some_and(|name| {
            let mut alone = labels.alone.iter();
            alone.any(|own| self.persona.full(own) == *name)
        })
    }

    /// Whether this is all mail: nothing goes out of it but into trash or spam.
    pub(super) fn is_all_mail(&self, user: &str, id: u64) -> bool {
        let labels = self.persona.quirks.labels.as_ref();
        let all = labels.map(|labels| self.persona.full(labels.all));
        let found = self.account(user).and_then(|account| account.name_of(id));
        all.is_some() && found == all.as_ref()
    }

    /// After flags were changed in a mailbox: the message has them under every label. Only `\Deleted` is a mailbox's own.
    pub(super) fn share_flags(&mut self, user: &str, of: u64, uids: &[u32]) {
        if self.persona.quirks.labels.is_none() {
            return;
        }
        let Some(account) = self.account_mut(user) else {
            return;
        };
        let changed: Vec<Arc<Message>> = account
            .by_id(of)
            .into_iter()
            .flat_map(|mailbox| uids.iter().filter_map(|uid| mailbox.find(*uid).cloned()))
            .collect();
        let others = account.mailboxes.values_mut();
        for other in others.filter(|other| other.id != of) {
            for message in &changed {
                let here = other.messages().iter();
                let same = here.filter(|own| own.email_id == message.email_id);
                for uid in same.map(|own| own.uid).collect::<Vec<u32>>() {
                    other.flag(uid, |flags| shared(flags, &message.flags));
                }
            }
        }
    }
}

fn shared(flags: &mut BTreeSet<String>, of: &BTreeSet<String>) {
    let own = flags.take("\\Deleted");
    flags.clone_from(of);
    flags.remove("\\Deleted");
    flags.extend(own);
}
