//! The account as a server keeps it, and its other replica: mailboxes by name and by identity, locks, and commands that
//! run late. Every change is made whole or not at all.

use std::collections::{BTreeMap, BTreeSet};

/// A set of messages, a bit each: those that were in the sources, then the deliveries.
pub type Mails = u16;

/// A mailbox's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// The target.
    A,
    /// The source of this number.
    B(u8),
    /// A tombstone of the source of this number; its second number is 0 where the name is fixed.
    T(u8, u8),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Command {
    /// Out of the open mailbox, which is known by its identity, not by its name.
    Move {
        from: u8,
        mails: Mails,
    },
    Delete(Name),
    Rename(Name, Name),
    /// Nobody may put messages into it any more; taking them out, RENAME and DELETE go on.
    Lock(Name),
    Unlock(Name),
}

/// For which mailbox the other replica has accepted a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Whose {
    /// The one of this identity.
    Known(u8),
    /// Whoever has this name when the message comes here.
    Called(Name),
}

/// What the other replica knows, and what it has accepted that is not here yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Replica {
    names: BTreeMap<Name, u8>,
    locked: BTreeSet<u8>,
    accepted: Vec<(Whose, Mails)>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    /// Name to identity. Identity 1 is the `B(0)` that was planned, 2 is `B(1)`.
    pub names: BTreeMap<Name, u8>,
    /// Identity to contents.
    pub boxes: Vec<Mails>,
    locked: BTreeSet<u8>,
    /// Commands of lost connections that have not run yet.
    pub zombies: Vec<Command>,
    pub replica: Replica,
}

impl Account {
    /// With so many sources, one message in each.
    pub fn first(sources: u8) -> Self {
        let each = (0..sources).map(|source| (Name::B(source), source + 1));
        let names: BTreeMap<Name, u8> = each.chain([(Name::A, 0)]).collect();
        let messages = (0..sources).map(|source| 1 << source);
        Self {
            names: names.clone(),
            boxes: std::iter::once(0).chain(messages).collect(),
            locked: BTreeSet::new(),
            zombies: vec![],
            replica: Replica {
                names,
                locked: BTreeSet::new(),
                accepted: vec![],
            },
        }
    }

    pub fn contents(&self, identity: u8) -> Mails {
        self.boxes[usize::from(identity)]
    }

    pub fn is_locked(&self, name: Name) -> bool {
        let identity = self.names.get(&name);
        identity.is_some_and(|identity| self.locked.contains(identity))
    }

    fn put(&mut self, identity: u8, mails: Mails) {
        self.boxes[usize::from(identity)] |= mails;
    }

    fn is_there(&self, identity: u8) -> bool {
        self.names.values().any(|own| *own == identity)
    }

    /// Runs a command; whether it was answered by OK.
    pub fn run(&mut self, command: &Command) -> bool {
        match command {
            Command::Move { from, mails } => {
                if !self.is_there(*from) {
                    return false;
                }
                let moved = self.contents(*from) & mails;
                self.boxes[usize::from(*from)] &= !moved;
                self.put(self.names[&Name::A], moved);
                true
            }
            Command::Delete(name) => match self.names.remove(name) {
                // No condition: whatever is in it goes too (RFC 9051 §6.3.5).
                Some(identity) => {
                    self.boxes[usize::from(identity)] = 0;
                    self.locked.remove(&identity);
                    true
                }
                None => false,
            },
            Command::Rename(from, to) => {
                if self.names.contains_key(to) {
                    return false;
                }
                match self.names.remove(from) {
                    Some(identity) => {
                        self.names.insert(*to, identity);
                        true
                    }
                    None => false,
                }
            }
            Command::Lock(name) => self.names.get(name).copied().is_some_and(|identity| {
                self.locked.insert(identity);
                true
            }),
            Command::Unlock(name) => self.names.get(name).copied().is_some_and(|identity| {
                self.locked.remove(&identity);
                true
            }),
        }
    }

    /// A delivery to whoever has a source's name, who is made where nobody is.
    pub fn deliver_by_name(&mut self, name: Name, mails: Mails) {
        let made = u8::try_from(self.boxes.len()).unwrap();
        let identity = *self.names.entry(name).or_insert(made);
        if identity == made {
            self.boxes.push(0);
        }
        self.put(identity, mails);
    }

    /// Deliveries to a mailbox that is known by its identity and found under whatever name it has now. One that is
    /// locked or gone is not found: the message goes elsewhere, or is refused, and is safe.
    pub fn delivered_by_identity(&self, mails: Mails) -> Vec<(Name, Self)> {
        let open = self.names.iter().filter(|(name, identity)| {
            matches!(name, Name::T(..)) && !self.locked.contains(identity)
        });
        open.map(|(name, identity)| {
            let mut next = self.clone();
            next.put(*identity, mails);
            (*name, next)
        })
        .collect()
    }

    /// Deliveries that the other replica accepts for the first source, by the names and locks that it knows.
    pub fn accepted_elsewhere(&self, mails: Mails, by_identity: bool) -> Vec<(Name, Self)> {
        let known = &self.replica;
        let mut all = Vec::new();
        let mut accept = |name, whose: Option<u8>| {
            let mut next = self.clone();
            let whose = whose.map_or(Whose::Called(name), Whose::Known);
            next.replica.accepted.push((whose, mails));
            next.replica.accepted.sort_unstable();
            all.push((name, next));
        };
        match known.names.get(&Name::B(0)) {
            Some(identity) if known.locked.contains(identity) => {}
            known => accept(Name::B(0), known.copied()),
        }
        for (name, identity) in &known.names {
            if by_identity && matches!(name, Name::T(..)) && !known.locked.contains(identity) {
                accept(*name, Some(*identity));
            }
        }
        all
    }

    /// Both replicas become one: what the other has accepted comes here, unless its mailbox was deleted here, which
    /// goes for all that is in it there.
    pub fn synced(&self) -> Self {
        let mut next = self.clone();
        for (whose, mails) in std::mem::take(&mut next.replica.accepted) {
            match whose {
                Whose::Known(identity) if next.is_there(identity) => next.put(identity, mails),
                Whose::Known(_) => {}
                Whose::Called(name) => next.deliver_by_name(name, mails),
            }
        }
        next.replica.names.clone_from(&next.names);
        next.replica.locked.clone_from(&next.locked);
        next
    }

    /// All messages that are in a mailbox, here or there.
    pub fn live(&self) -> Mails {
        let here = self.names.values().map(|identity| self.contents(*identity));
        let there = self.replica.accepted.iter().map(|(_, mails)| *mails);
        here.chain(there).fold(0, |all, mails| all | mails)
    }

    pub fn has_mail_in_a_tombstone(&self) -> bool {
        let mut names = self.names.iter();
        names.any(|(name, identity)| matches!(name, Name::T(..)) && self.contents(*identity) != 0)
    }
}
