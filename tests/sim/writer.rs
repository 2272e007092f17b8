//! Other clients that write into the account during a run: by name, by id, or through another replica.

use std::collections::BTreeMap;

use rolecall::demo::{Delivery, World};

use super::client::USER;

/// How one message finds its mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Writer {
    /// By this name; the mailbox is made anew where it is gone, as an agent with auto-creation does.
    Name(String),
    /// By its MAILBOXID, which RENAME keeps; by this name when that has gone; else into INBOX.
    Id(u64, String),
    /// Through the other replica, by the id or else by the name that are known there.
    Elsewhere(Option<u64>, String),
}

impl Writer {
    pub fn by_name(name: &str) -> Self {
        Self::Name(name.to_owned())
    }

    /// One that knows the mailbox which has this name now.
    pub fn by_id(world: &World, name: &str) -> Self {
        Self::Id(id(world, name), name.to_owned())
    }

    pub fn elsewhere_by_name(name: &str) -> Self {
        Self::Elsewhere(None, name.to_owned())
    }

    pub fn elsewhere_by_id(world: &World, name: &str) -> Self {
        Self::Elsewhere(Some(id(world, name)), name.to_owned())
    }

    /// Delivers message so-and-so, and notes in the ledger what was accepted.
    pub fn deliver(&self, world: &mut World, number: usize, ledger: &mut BTreeMap<u64, usize>) {
        let text = format!(
            "Message-ID: <delivered{number}@example.test>\r\nSubject: {number}\r\n\r\nlate mail\r\n"
        )
        .into_bytes();
        let mut delivery = match self {
            Self::Name(name) | Self::Elsewhere(None, name) => Delivery::by_name(name, text),
            Self::Id(id, name) | Self::Elsewhere(Some(id), name) => {
                Delivery::by_id(*id, name, text)
            }
        };
        delivery.date = Some(1_750_000_000 + i64::try_from(number).unwrap());
        if let Self::Name(name) = self {
            let _ = world.add_mailbox(USER, name);
        }
        let before = world.account(USER).unwrap().census();
        match self {
            Self::Elsewhere(..) => world.deliver_elsewhere(USER, delivery).map(|_| ()),
            _ => world.deliver(USER, delivery).map(|_| ()),
        }
        .unwrap();
        for (id, count) in world.account(USER).unwrap().census() {
            if !before.contains_key(&id) {
                ledger.insert(id, count);
            }
        }
    }
}

fn id(world: &World, name: &str) -> u64 {
    world.mailbox(USER, name).unwrap().id
}
