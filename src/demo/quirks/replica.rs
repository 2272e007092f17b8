//! Another replica of the account, as dsync keeps two in step: what it accepts arrives here after a while.
//!
//! In: deliveries to the other replica, and the passing of time. Out: messages here; or none, where their mailbox was
//! deleted here first, since it is then deleted there with all that is in it. Nobody logs in to the other replica.
//!
//! The replica knows the names, ids and locks of a while ago. Nothing in IMAP shows that it exists.

use std::{collections::BTreeMap, time::Duration};

use super::delivery::Delivery;
use crate::demo::{
    message::Message,
    outcome::Refusal,
    seam::MailboxSeam as _,
    world::{Account, World},
};

/// Id, and whether anybody may deliver into it, by name.
type Names = BTreeMap<Vec<u8>, (u64, bool)>;

/// What the other replica knows of an account, and has accepted for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Elsewhere {
    /// The names as they were since when, oldest first.
    known: Vec<(Duration, Names)>,
    /// When each comes, and into which mailbox.
    coming: Vec<(Duration, u64, Message)>,
}

impl Elsewhere {
    /// The messages that are not here yet.
    pub(super) fn coming(&self) -> impl Iterator<Item = &Message> {
        self.coming.iter().map(|(_, _, message)| message)
    }

    /// The names as they were then; those from before anybody connected are known from the beginning.
    fn names(&self, then: Duration) -> Option<&Names> {
        let known = self.known.iter().rev();
        let mut known = known.filter(|(since, _)| *since <= then);
        known.next().map(|(_, names)| names)
    }
}

fn names(account: &Account) -> Names {
    let mailboxes = account.mailboxes.iter();
    let mailboxes = mailboxes.filter(|(_, mailbox)| mailbox.selectable);
    mailboxes
        .map(|(name, mailbox)| (name.clone(), (mailbox.id, mailbox.grants('p'))))
        .collect()
}

impl World {
    /// Lets the other replica accept a message, which is in the account from now on and here after
    /// [`replica`](super::PersonaQuirks::replica). Without a replica it is delivered here.
    pub fn deliver_elsewhere(&mut self, user: &str, delivery: Delivery) -> Result<u64, Refusal> {
        let Some(lag) = self.persona.quirks.replica else {
            return self.deliver(user, delivery).map(|done| done.email_id);
        };
        self.note_names(user);
        let then = self.time.saturating_sub(lag);
        let (id, name) = (delivery.id, delivery.name.clone());
        let message = self.arrived(user, delivery)?;
        let email_id = message.email_id;
        let at = self.time + lag;
        if let Some(account) = self.account_mut(user)
            && let Some(known) = account.quirks.elsewhere.names(then)
        {
            let by_id = known.values().find(|(own, _)| Some(*own) == id);
            let named = by_id.or_else(|| known.get(&name));
            let open = named.filter(|(_, open)| *open);
            let into = open.or_else(|| known.get(b"INBOX".as_slice()));
            let into = into.map_or(0, |(id, _)| *id);
            account.quirks.elsewhere.coming.push((at, into, message));
        }
        Ok(email_id)
    }

    /// Notes for the other replica what the names are from now on, if it is to know.
    pub(super) fn note_names(&mut self, user: &str) {
        let time = self.time;
        if self.persona.quirks.replica.is_none() {
            return;
        }
        let Some(account) = self.account_mut(user) else {
            return;
        };
        let now = names(account);
        let known = &mut account.quirks.elsewhere.known;
        if known.last().is_none_or(|(_, last)| *last != now) {
            known.push((time, now));
        }
    }

    /// What the other replica accepted long enough ago is here now, or nowhere.
    pub(super) fn let_in(&mut self) {
        let time = self.time;
        for account in self.accounts.values_mut() {
            let all = std::mem::take(&mut account.quirks.elsewhere.coming);
            let (due, coming): (Vec<_>, Vec<_>) = all.into_iter().partition(|(at, ..)| *at <= time);
            account.quirks.elsewhere.coming = coming;
            for (_, id, message) in due {
                let mut mailboxes = account.mailboxes.values_mut();
                if let Some(mailbox) = mailboxes.find(|mailbox| mailbox.id == id) {
                    mailbox.add(Message {
                        saved: time,
                        ..message
                    });
                }
            }
        }
    }
}
