//! Mail that a transfer agent or a Sieve script delivers into an account while no client of it is connected.
//!
//! In: a message and whom it is for. Out: where it went. A message whose mailbox is locked or gone is not refused but
//! goes to INBOX.
//!
//! RFC 9042 lets a script name a mailbox by its MAILBOXID, which RENAME keeps: such a delivery follows a mailbox that
//! was set aside. Seen on Cyrus 3.6 to 3.12, together with what happens when the right to post is taken (`-anyone`,
//! `ip`).

use std::{collections::BTreeSet, sync::Arc};

use super::surprises::Missing;
use crate::demo::{
    message::Message,
    outcome::{Code, Refusal},
    seam::{MailboxSeam as _, WorldSeam as _},
    world::World,
};

/// A message on its way, and whom it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The mailbox with this id, whatever its name is.
    pub id: Option<u64>,
    /// The mailbox of this name on the wire, where no id is given or that one has gone.
    pub name: Vec<u8>,
    /// INTERNALDATE; none is the world's.
    pub date: Option<i64>,
    /// The text.
    pub body: Arc<[u8]>,
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The mailbox, by the name that it has now.
    pub into: Vec<u8>,
    /// The message's [`email_id`](Message::email_id).
    pub email_id: u64,
}

impl Delivery {
    /// For a mailbox that is known by its name.
    #[must_use]
    pub fn by_name(name: &str, body: impl Into<Arc<[u8]>>) -> Self {
        Self {
            id: None,
            name: name.as_bytes().to_vec(),
            date: None,
            body: body.into(),
        }
    }

    /// For a mailbox that is known by its id, and by its name when that one has gone.
    #[must_use]
    pub fn by_id(id: u64, name: &str, body: impl Into<Arc<[u8]>>) -> Self {
        Self {
            id: Some(id),
            ..Self::by_name(name, body)
        }
    }
}

impl World {
    /// Delivers a message. Refused is only one for which there is no room.
    pub fn deliver(&mut self, user: &str, delivery: Delivery) -> Result<Delivered, Refusal> {
        let into = self.addressed(user, &delivery);
        let message = self.arrived(user, delivery)?;
        let email_id = message.email_id;
        let mailbox = self.reach(user, &into, Some(Code::NonExistent))?;
        let id = mailbox.id;
        mailbox.add(message.clone());
        self.after_append(user, id, message);
        Ok(Delivered { into, email_id })
    }

    /// The message of a delivery, new in the account.
    pub(super) fn arrived(&mut self, user: &str, delivery: Delivery) -> Result<Message, Refusal> {
        let body = delivery.body;
        self.room(user, 1, body.len() as u64)?;
        Ok(Message {
            uid: 0,
            flags: BTreeSet::new(),
            internal_date: delivery.date.unwrap_or(self.now),
            body,
            email_id: self.fresh_email(),
            saved: self.time,
        })
    }

    /// The mailbox of that name; where it is missing it is made, if this server does so.
    fn name_or_make(&mut self, user: &str, name: &[u8]) -> Option<Vec<u8>> {
        let name = self.name(user, name).ok()?;
        let missing = self.persona.quirks.surprises.missing;
        if missing != Missing::ToInbox && self.create(user, &name, None).is_ok() {
            let subscribes = missing == Missing::MadeAndSubscribed;
            let account = self.account_mut(user).filter(|_| subscribes);
            if let Some(account) = account {
                account.subscriptions.insert(name.clone());
            }
        }
        Some(name)
    }

    /// The name of the mailbox that a delivery comes into.
    fn addressed(&mut self, user: &str, delivery: &Delivery) -> Vec<u8> {
        let by_id = delivery.id.and_then(|id| {
            let account = self.account(user)?;
            account.name_of(id).cloned()
        });
        let named = by_id.or_else(|| self.name_or_make(user, &delivery.name));
        let open = named.filter(|name| {
            let mailbox = self.reach(user, name, None);
            mailbox.is_ok_and(|mailbox| mailbox.grants('p') && !mailbox.is_view())
        });
        open.unwrap_or_else(|| b"INBOX".to_vec())
    }
}
