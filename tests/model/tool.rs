//! The tool that empties B and removes it, step by step, and everything else that may happen between two steps.

use std::collections::{BTreeMap, BTreeSet};

use super::account::{Account, Command, Mails, Name};

/// How the emptied B goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// It stays.
    Leave,
    /// Seen empty, then DELETE B: what every script does.
    Naive,
    /// RENAME to one name, the same at every try; drained; DELETE.
    FixedTombstone,
    /// RENAME to a fresh name at every try; drained; then these in this order; DELETE.
    FreshTombstone(&'static [Care]),
}

/// What is done to a tombstone that was seen empty, before it is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// A look by a connection that was opened for it; where that sees mail, all begins again with draining.
    LookAnew,
    /// The right to put messages in is taken from everybody.
    Lock,
    /// The run ends here, and a later one goes on: everything that was accepted before has become visible.
    Grace,
    /// A new name for one that an unlock was once sent for: what runs late finds it no more.
    Afresh,
}

/// What may happen beside lost answers and deliveries by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dangers {
    /// Writers that know a mailbox by its identity, which RENAME keeps.
    pub by_identity: bool,
    /// A connection may go on seeing a mailbox as it first saw it, but for what it moved out itself.
    pub frozen: bool,
    /// The other replica accepts deliveries, which come here later.
    pub replica: bool,
}

/// How often what may happen.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    pub deliveries: u8,
    pub losses: u8,
    /// The user stops the run while a tombstone is locked, and it is unlocked.
    pub stops: u8,
}

/// How a tombstone is unlocked when the user stops the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// As it is called.
    InPlace,
    /// After it was given a fresh name, where what runs late does not find it.
    Afresh,
}

/// All that a search is about.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    pub method: Method,
    pub dangers: Dangers,
    pub bounds: Bounds,
    pub stop: Stop,
}

/// Where the tool is. A crash or a lost answer leads to `Resume`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum At {
    Select,
    Empty,
    DeleteB,
    Rename,
    Drain(Name),
    /// So many of the cares are done.
    Care(Name, u8),
    /// The grace time runs; whether the replicas have become one since it began.
    Waits(Name, u8, bool),
    Unlock(Name),
    Resume,
    Done,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State {
    pub account: Account,
    pub at: At,
    /// What the tool's connection has seen of a mailbox; kept where views freeze.
    view: BTreeMap<u8, Mails>,
    /// RENAMEs tried so far, from the journal.
    tries: u8,
    /// Tombstones that an unlock was sent for, from the journal.
    unlocked: BTreeSet<Name>,
    deliveries: u8,
    losses: u8,
    stops: u8,
}

/// What happened, and what is so then.
pub type Event = (String, State);

impl State {
    pub fn first() -> Self {
        Self {
            account: Account::first(),
            at: At::Select,
            view: BTreeMap::new(),
            tries: 0,
            unlocked: BTreeSet::new(),
            deliveries: 0,
            losses: 0,
            stops: 0,
        }
    }

    /// Messages that were accepted and are nowhere.
    pub fn lost(&self) -> Mails {
        let accepted = (1 << (self.deliveries + 1)) - 1;
        accepted & !self.account.live()
    }

    pub fn is_over(&self) -> bool {
        self.at == At::Done && self.account.zombies.is_empty()
    }

    pub fn successors(&self, rules: Rules) -> Vec<Event> {
        let mut all = Vec::new();
        if self.deliveries < rules.bounds.deliveries {
            self.deliver(rules.dangers, &mut all);
        }
        for (index, command) in self.account.zombies.iter().enumerate() {
            let mut next = self.clone();
            next.account.zombies.remove(index);
            next.account.run(command);
            all.push((format!("late: {command:?}"), next));
        }
        if rules.dangers.replica {
            let mut next = self.clone();
            next.account = self.account.synced();
            if let At::Waits(_, _, synced) = &mut next.at {
                *synced = true;
            }
            if next != *self {
                all.push(("the replicas become one".to_owned(), next));
            }
        }
        self.step(rules, &mut all);
        all
    }

    fn deliver(&self, dangers: Dangers, all: &mut Vec<Event>) {
        let number = self.deliveries + 1;
        let mails = 1 << number;
        let accepted = |account| Self {
            account,
            deliveries: number,
            ..self.clone()
        };
        if !self.account.is_locked(Name::B) {
            let mut account = self.account.clone();
            account.deliver_by_name(mails);
            all.push((format!("mail {number} arrives in B"), accepted(account)));
        }
        if dangers.by_identity {
            for (name, account) in self.account.delivered_by_identity(mails) {
                let how = format!("mail {number} follows its mailbox into {name:?}");
                all.push((how, accepted(account)));
            }
        }
        if dangers.replica {
            let elsewhere = self.account.accepted_elsewhere(mails, dangers.by_identity);
            for (name, account) in elsewhere {
                let how = format!("mail {number} is accepted elsewhere, in {name:?}");
                all.push((how, accepted(account)));
            }
        }
    }

    fn go(&self, at: At) -> Event {
        let mut next = self.clone();
        next.at = at;
        if at == At::Resume {
            next.view.clear();
        }
        (format!("{:?} -> {at:?}", self.at), next)
    }

    /// What the tool may see of a mailbox, and what it has seen then.
    fn looks(&self, identity: u8, dangers: Dangers) -> Vec<(Mails, Self)> {
        let truth = self.account.contents(identity);
        if !dangers.frozen {
            return vec![(truth, self.clone())];
        }
        let mut seen = self.clone();
        seen.view.insert(identity, truth);
        let before = self.view.get(&identity).filter(|seen| **seen != truth);
        let frozen = before.map(|before| (*before, self.clone()));
        std::iter::once((truth, seen)).chain(frozen).collect()
    }

    /// The tool's own next step.
    fn step(&self, rules: Rules, all: &mut Vec<Event>) {
        match self.at {
            At::Select => match self.account.names.get(&Name::B) {
                Some(1) => {
                    for (mails, seen) in self.looks(1, rules.dangers) {
                        if mails == 0 {
                            all.push(seen.go(At::Empty));
                        } else {
                            let command = Command::Move { from: 1, mails };
                            seen.send(&command, At::Select, At::Select, rules, all);
                        }
                    }
                }
                // Gone, or another B than the plan's: it came back, and is left alone.
                _ => all.push(self.go(At::Done)),
            },
            At::Empty => match rules.method {
                Method::Leave => all.push(self.go(At::Done)),
                Method::Naive => all.push(self.go(At::DeleteB)),
                Method::FixedTombstone | Method::FreshTombstone(_) => {
                    let mut next = self.go(At::Rename);
                    next.1.tries += 1;
                    all.push(next);
                }
            },
            At::DeleteB => self.send(&Command::Delete(Name::B), At::Done, At::Done, rules, all),
            At::Rename => {
                let tombstone = match rules.method {
                    Method::FixedTombstone => Name::T(0),
                    _ => Name::T(self.tries),
                };
                let command = Command::Rename(Name::B, tombstone);
                self.send(&command, At::Drain(tombstone), At::Resume, rules, all);
            }
            At::Drain(name) => match self.account.names.get(&name).copied() {
                None => all.push(self.go(At::Resume)),
                Some(from) => {
                    for (mails, seen) in self.looks(from, rules.dangers) {
                        if mails == 0 {
                            all.push(seen.go(At::Care(name, 0)));
                        } else {
                            let command = Command::Move { from, mails };
                            seen.send(&command, self.at, self.at, rules, all);
                        }
                    }
                }
            },
            At::Care(name, done) => self.care(name, done, rules, all),
            At::Waits(name, done, synced) => {
                if synced || !rules.dangers.replica {
                    all.push(self.go(At::Care(name, done + 1)));
                }
            }
            At::Unlock(name) => {
                let mut stopped = self.clone();
                stopped.unlocked.insert(name);
                stopped.send(&Command::Unlock(name), At::Resume, At::Resume, rules, all);
            }
            At::Resume => {
                let ours = |name: &&Name| matches!(name, Name::T(_));
                let at = match self.account.names.keys().find(ours) {
                    Some(name) => At::Drain(*name),
                    None => At::Select,
                };
                all.push(self.go(at));
            }
            At::Done => {}
        }
    }

    /// The next care for a tombstone that was seen empty, or its end.
    fn care(&self, name: Name, done: u8, rules: Rules, all: &mut Vec<Event>) {
        let cares = match rules.method {
            Method::FreshTombstone(cares) => cares,
            _ => &[],
        };
        let next = At::Care(name, done + 1);
        match cares.get(usize::from(done)) {
            None => self.send(&Command::Delete(name), At::Done, At::Resume, rules, all),
            Some(Care::Lock) => self.send(&Command::Lock(name), next, At::Resume, rules, all),
            Some(Care::Grace) => all.push(self.go(At::Waits(name, done, false))),
            Some(Care::LookAnew) => {
                let Some(identity) = self.account.names.get(&name) else {
                    all.push(self.go(At::Resume));
                    return;
                };
                let truth = self.account.contents(*identity);
                let at = if truth == 0 { next } else { At::Drain(name) };
                let (how, mut looked) = self.go(at);
                if rules.dangers.frozen {
                    looked.view = BTreeMap::from([(*identity, truth)]);
                }
                all.push((how, looked));
            }
            Some(Care::Afresh) if self.unlocked.contains(&name) => {
                self.rename_afresh(name, At::Drain, rules, all);
            }
            Some(Care::Afresh) => all.push(self.go(next)),
        }
        let begun = cares.get(..usize::from(done)).unwrap_or(cares);
        if begun.contains(&Care::Lock) && self.stops < rules.bounds.stops {
            let mut stopped = self.clone();
            stopped.stops += 1;
            match rules.stop {
                Stop::InPlace => all.push(stopped.go(At::Unlock(name))),
                Stop::Afresh => stopped.rename_afresh(name, At::Unlock, rules, all),
            }
        }
    }

    fn rename_afresh(&self, name: Name, then: fn(Name) -> At, rules: Rules, all: &mut Vec<Event>) {
        let mut tried = self.clone();
        tried.tries += 1;
        let fresh = Name::T(tried.tries);
        let command = Command::Rename(name, fresh);
        tried.send(&command, then(fresh), At::Resume, rules, all);
    }

    /// A command, its answer, and every way in which the answer may be lost.
    fn send(&self, command: &Command, done: At, refused: At, rules: Rules, all: &mut Vec<Event>) {
        let mut ran = self.clone();
        let ok = ran.account.run(command);
        let (_, mut answered) = ran.go(if ok { done } else { refused });
        if let Command::Move { from, mails } = command
            && let Some(seen) = answered.view.get_mut(from)
        {
            *seen &= !mails;
        }
        all.push((format!("{command:?} answered"), answered));
        if self.losses == rules.bounds.losses {
            return;
        }
        let mut lost = |how: &str, state: Self| {
            let (_, mut state) = state.go(At::Resume);
            state.losses += 1;
            all.push((format!("{command:?} {how}, answer lost"), state));
        };
        if let Command::Move { from, mails } = command
            && mails.count_ones() > 1
        {
            // MOVE is per message (RFC 6851 §3.3): it may have come to any point.
            let first = 1 << mails.trailing_zeros();
            let mut partly = self.clone();
            partly.account.run(&Command::Move {
                from: *from,
                mails: first,
            });
            lost("ran in part", partly);
        }
        lost("never ran", self.clone());
        lost("ran", ran);
        let mut zombie = self.clone();
        zombie.account.zombies.push(command.clone());
        lost("will run", zombie);
    }
}
