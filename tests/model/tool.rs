//! The tool that empties its sources and removes them, step by step, and everything else that may happen between two steps.
//!
//! Each source is at a place of its own. The source that is least far goes first, and sources that are equally far send
//! what they have to send in one flight, as rolecall runs each phase for all merges.

use std::collections::{BTreeMap, BTreeSet};

use super::account::{Account, Command, Mails, Name};

/// How an emptied source goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// It stays.
    Leave,
    /// Seen empty, then DELETE by its name: what every script does.
    Naive,
    /// RENAME to one name, the same at every try; drained; DELETE.
    FixedTombstone,
    /// RENAME to a fresh name, and DELETE of that name in the same flight.
    UnseenTombstone,
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
    /// Mailboxes that are emptied and removed: 1 or 2.
    pub sources: u8,
    pub deliveries: u8,
    /// Lost lines; with each, the answers of all commands that are on their way.
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

/// Where the tool is with one source. A crash or a lost answer leads to `Resume`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum At {
    Resume,
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
    Done,
}

impl At {
    /// How far that is, without the names.
    fn rank(self) -> (u8, u8) {
        match self {
            Self::Resume => (0, 0),
            Self::Select => (1, 0),
            Self::Empty => (2, 0),
            Self::DeleteB | Self::Rename => (3, 0),
            Self::Drain(_) => (4, 0),
            Self::Care(_, done) => (5, done),
            Self::Waits(_, done, _) => (5, done + 1),
            Self::Unlock(_) => (6, 0),
            Self::Done => (7, 0),
        }
    }
}

/// The tool's way with one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Track {
    at: At,
    /// RENAMEs tried so far, from the journal.
    tries: u8,
}

/// Sources at most.
const SOURCES: usize = 2;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State {
    pub account: Account,
    /// One a source; those that there are not are done.
    tracks: [Track; SOURCES],
    /// What the tool's connection has seen of a mailbox; kept where views freeze.
    view: BTreeMap<u8, Mails>,
    /// Tombstones that an unlock was sent for, from the journal.
    unlocked: BTreeSet<Name>,
    deliveries: u8,
    losses: u8,
    stops: u8,
}

/// What happened, and what is so then.
pub type Event = (String, State);

/// A command of a flight: for which source, and where the tool is with it when it was answered by OK, and by NO.
struct Sent {
    of: usize,
    command: Command,
    done: At,
    refused: At,
}

/// What becomes of a command whose answer is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    NeverRan,
    /// MOVE is per message (RFC 6851 §3.3): it may have come to any point.
    RanInPart,
    Ran,
    WillRun,
}

/// What a source has to do next.
#[expect(
    clippy::large_enum_variant,
    reason = "it is made and taken apart at once"
)]
enum Next {
    /// It sends this, together with those that are equally far.
    Sends(Vec<Sent>, State),
    /// These may happen, each alone.
    Alone(Vec<Event>),
}

fn number(source: usize) -> u8 {
    u8::try_from(source).unwrap()
}

impl State {
    pub fn first(bounds: Bounds) -> Self {
        let track = |source| Track {
            at: if source < usize::from(bounds.sources) {
                At::Select
            } else {
                At::Done
            },
            tries: 0,
        };
        Self {
            account: Account::first(bounds.sources),
            tracks: std::array::from_fn(track),
            view: BTreeMap::new(),
            unlocked: BTreeSet::new(),
            deliveries: 0,
            losses: 0,
            stops: 0,
        }
    }

    /// Messages that were accepted and are nowhere.
    pub fn lost(&self, bounds: Bounds) -> Mails {
        let accepted = (1 << (self.deliveries + bounds.sources)) - 1;
        accepted & !self.account.live()
    }

    pub fn is_over(&self) -> bool {
        self.tracks.iter().all(|track| track.at == At::Done) && self.account.zombies.is_empty()
    }

    pub fn successors(&self, rules: Rules) -> Vec<Event> {
        let mut all = Vec::new();
        if self.deliveries < rules.bounds.deliveries {
            self.deliver(rules, &mut all);
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
            for track in &mut next.tracks {
                if let At::Waits(_, _, synced) = &mut track.at {
                    *synced = true;
                }
            }
            if next != *self {
                all.push(("the replicas become one".to_owned(), next));
            }
        }
        self.step(rules, &mut all);
        all
    }

    fn deliver(&self, rules: Rules, all: &mut Vec<Event>) {
        let (dangers, number) = (rules.dangers, self.deliveries + 1);
        let mails = 1 << (self.deliveries + rules.bounds.sources);
        let accepted = |account| Self {
            account,
            deliveries: number,
            ..self.clone()
        };
        for source in (0..rules.bounds.sources).map(Name::B) {
            if !self.account.is_locked(source) {
                let mut account = self.account.clone();
                account.deliver_by_name(source, mails);
                all.push((
                    format!("mail {number} arrives in {source:?}"),
                    accepted(account),
                ));
            }
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

    fn go(&self, of: usize, at: At) -> Event {
        let mut next = self.clone();
        let before = self.tracks[of].at;
        next.tracks[of].at = at;
        if at == At::Resume {
            next.view.clear();
        }
        (format!("source {of}: {before:?} -> {at:?}"), next)
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

    /// The tool's own next step: of the source that is least far, or a flight of all that are equally far.
    fn step(&self, rules: Rules, all: &mut Vec<Event>) {
        let open = (0..SOURCES).filter(|of| self.tracks[*of].at != At::Done);
        let Some(rank) = open.clone().map(|of| self.tracks[of].at.rank()).min() else {
            return;
        };
        let (mut flight, mut stops) = (Vec::new(), Vec::new());
        let mut state = self.clone();
        for of in open.filter(|of| self.tracks[*of].at.rank() == rank) {
            self.may_stop(of, rules, &mut stops);
            match state.next(of, rules) {
                Next::Sends(sent, then) => {
                    flight.extend(sent);
                    state = then;
                }
                // What is looked at goes one by one; what the others have to send waits.
                Next::Alone(events) => {
                    all.extend(events);
                    all.append(&mut stops);
                    return;
                }
            }
        }
        state.send(&flight, rules, all);
        all.append(&mut stops);
    }

    fn next(&self, of: usize, rules: Rules) -> Next {
        let source = Name::B(number(of));
        let planned = number(of) + 1;
        let sends = |command, done, refused, state: Self| {
            let sent = Sent {
                of,
                command,
                done,
                refused,
            };
            Next::Sends(vec![sent], state)
        };
        match self.tracks[of].at {
            At::Select if self.account.names.get(&source) == Some(&planned) => {
                self.drain(of, planned, At::Empty, rules)
            }
            // Gone, or another one than the plan's: it came back, and is left alone.
            At::Select => Next::Alone(vec![self.go(of, At::Done)]),
            At::Empty => match rules.method {
                Method::Leave => Next::Alone(vec![self.go(of, At::Done)]),
                Method::Naive => Next::Alone(vec![self.go(of, At::DeleteB)]),
                _ => {
                    let (how, mut next) = self.go(of, At::Rename);
                    next.tracks[of].tries += 1;
                    Next::Alone(vec![(how, next)])
                }
            },
            At::DeleteB => sends(Command::Delete(source), At::Done, At::Done, self.clone()),
            At::Rename => {
                let tries = match rules.method {
                    Method::FixedTombstone => 0,
                    _ => self.tracks[of].tries,
                };
                let tombstone = Name::T(number(of), tries);
                let rename = Command::Rename(source, tombstone);
                let Next::Sends(mut sent, state) =
                    sends(rename, At::Drain(tombstone), At::Resume, self.clone())
                else {
                    unreachable!("a RENAME is sent");
                };
                if rules.method == Method::UnseenTombstone {
                    sent.push(Sent {
                        of,
                        command: Command::Delete(tombstone),
                        done: At::Done,
                        refused: At::Resume,
                    });
                }
                Next::Sends(sent, state)
            }
            At::Drain(name) => match self.account.names.get(&name).copied() {
                None => Next::Alone(vec![self.go(of, At::Resume)]),
                Some(from) => self.drain(of, from, At::Care(name, 0), rules),
            },
            At::Care(name, done) => self.care(of, name, done, rules),
            At::Waits(name, done, synced) => {
                let goes_on = synced || !rules.dangers.replica;
                let then = goes_on.then(|| self.go(of, At::Care(name, done + 1)));
                Next::Alone(then.into_iter().collect())
            }
            At::Unlock(name) => {
                let mut stopped = self.clone();
                stopped.unlocked.insert(name);
                sends(Command::Unlock(name), At::Resume, At::Resume, stopped)
            }
            At::Resume => {
                let ours = |name: &&Name| matches!(name, Name::T(own, _) if *own == number(of));
                let at = match self.account.names.keys().find(ours) {
                    Some(name) => At::Drain(*name),
                    None => At::Select,
                };
                Next::Alone(vec![self.go(of, at)])
            }
            At::Done => Next::Alone(Vec::new()),
        }
    }

    /// A fresh look at a mailbox: what it shows is moved away, by a command that nothing shares a flight with.
    fn drain(&self, of: usize, from: u8, empty: At, rules: Rules) -> Next {
        let at = self.tracks[of].at;
        let mut events = Vec::new();
        for (mails, seen) in self.looks(from, rules.dangers) {
            if mails == 0 {
                events.push(seen.go(of, empty));
            } else {
                let sent = Sent {
                    of,
                    command: Command::Move { from, mails },
                    done: at,
                    refused: at,
                };
                seen.send(&[sent], rules, &mut events);
            }
        }
        Next::Alone(events)
    }

    /// The next care for a tombstone that was seen empty, or its end.
    fn care(&self, of: usize, name: Name, done: u8, rules: Rules) -> Next {
        let next = At::Care(name, done + 1);
        let sends = |command, done| {
            let sent = Sent {
                of,
                command,
                done,
                refused: At::Resume,
            };
            Next::Sends(vec![sent], self.clone())
        };
        match cares(rules).get(usize::from(done)) {
            None => sends(Command::Delete(name), At::Done),
            Some(Care::Lock) => sends(Command::Lock(name), next),
            Some(Care::Grace) => Next::Alone(vec![self.go(of, At::Waits(name, done, false))]),
            Some(Care::LookAnew) => {
                let Some(identity) = self.account.names.get(&name) else {
                    return Next::Alone(vec![self.go(of, At::Resume)]);
                };
                let truth = self.account.contents(*identity);
                let at = if truth == 0 { next } else { At::Drain(name) };
                let (how, mut looked) = self.go(of, at);
                if rules.dangers.frozen {
                    looked.view = BTreeMap::from([(*identity, truth)]);
                }
                Next::Alone(vec![(how, looked)])
            }
            Some(Care::Afresh) if self.unlocked.contains(&name) => {
                let mut events = Vec::new();
                self.rename_afresh(of, name, At::Drain, rules, &mut events);
                Next::Alone(events)
            }
            Some(Care::Afresh) => Next::Alone(vec![self.go(of, next)]),
        }
    }

    /// The user stops the run while a tombstone may be locked.
    fn may_stop(&self, of: usize, rules: Rules, all: &mut Vec<Event>) {
        let At::Care(name, done) = self.tracks[of].at else {
            return;
        };
        let cares = cares(rules);
        let begun = cares.get(..usize::from(done)).unwrap_or(cares);
        if begun.contains(&Care::Lock) && self.stops < rules.bounds.stops {
            let mut stopped = self.clone();
            stopped.stops += 1;
            match rules.stop {
                Stop::InPlace => all.push(stopped.go(of, At::Unlock(name))),
                Stop::Afresh => stopped.rename_afresh(of, name, At::Unlock, rules, all),
            }
        }
    }

    fn rename_afresh(
        &self,
        of: usize,
        name: Name,
        then: fn(Name) -> At,
        rules: Rules,
        all: &mut Vec<Event>,
    ) {
        let mut tried = self.clone();
        tried.tracks[of].tries += 1;
        let fresh = Name::T(number(of), tried.tracks[of].tries);
        let sent = Sent {
            of,
            command: Command::Rename(name, fresh),
            done: then(fresh),
            refused: At::Resume,
        };
        tried.send(&[sent], rules, all);
    }

    /// The commands of a flight, their answers, and every way in which the answers may be lost.
    ///
    /// The server runs them one right after the other. Commands of different sources touch nothing in common, so what happens
    /// between two of them might as well happen before or after both.
    fn send(&self, flight: &[Sent], rules: Rules, all: &mut Vec<Event>) {
        let commands: Vec<&Command> = flight.iter().map(|sent| &sent.command).collect();
        let mut answered = self.clone();
        for sent in flight {
            let ok = answered.account.run(&sent.command);
            answered.tracks[sent.of].at = if ok { sent.done } else { sent.refused };
            if let Command::Move { from, mails } = sent.command
                && let Some(seen) = answered.view.get_mut(&from)
            {
                *seen &= !mails;
            }
        }
        if answered.tracks.iter().any(|track| track.at == At::Resume) {
            answered.view.clear();
        }
        all.push((format!("{commands:?} answered"), answered));
        if self.losses < rules.bounds.losses {
            for (fates, state) in self.fates(flight) {
                all.push((format!("{commands:?} lost: {fates:?}"), state));
            }
        }
    }

    /// What may have become of each command when the line is lost.
    fn fates(&self, flight: &[Sent]) -> Vec<(Vec<Fate>, Self)> {
        let mut lost = self.clone();
        lost.losses += 1;
        lost.view.clear();
        for track in &mut lost.tracks {
            if track.at != At::Done {
                track.at = At::Resume;
            }
        }
        let mut ways = vec![(Vec::new(), lost)];
        for Sent { command, .. } in flight {
            let fates = [Fate::RanInPart, Fate::NeverRan, Fate::Ran, Fate::WillRun];
            let is_possible = |fate: &Fate| {
                *fate != Fate::RanInPart
                    || matches!(command, Command::Move { mails, .. } if mails.count_ones() > 1)
            };
            let each = fates.into_iter().filter(is_possible);
            ways = each
                .flat_map(|fate| {
                    ways.iter().map(move |(before, state)| {
                        let mut fates = before.clone();
                        fates.push(fate);
                        (fates, state.meet(fate, command))
                    })
                })
                .collect();
        }
        ways
    }

    fn meet(&self, fate: Fate, command: &Command) -> Self {
        let mut next = self.clone();
        match (fate, command) {
            (Fate::NeverRan, _) => {}
            (Fate::RanInPart, Command::Move { from, mails }) => {
                next.account.run(&Command::Move {
                    from: *from,
                    mails: 1 << mails.trailing_zeros(),
                });
            }
            (Fate::Ran | Fate::RanInPart, _) => {
                next.account.run(command);
            }
            (Fate::WillRun, _) => next.account.zombies.push(command.clone()),
        }
        next
    }
}

fn cares(rules: Rules) -> &'static [Care] {
    match rules.method {
        Method::FreshTombstone(cares) => cares,
        _ => &[],
    }
}
