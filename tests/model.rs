//! The removal of a merged mailbox, as a state space that is searched whole.
//!
//! One account: `A` keeps the role, `B` is merged into it and removed, two clients deliver into `B` at any moment (and
//! make it anew where it is gone), and any command whose answer was lost may have run, not run, or run later. The
//! search visits every reachable state; a message that was accepted and is in no mailbox is a loss.
//!
//! It holds the method to account, not the code: the naive method and a tombstone of a fixed name must be found
//! unsafe, or the search is too weak to say anything. The code itself is held by the simulated world.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// A message: the one that was in B, or a delivery.
type Mail = u8;
type Box = BTreeSet<Mail>;

/// How the emptied B goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    /// It stays.
    Leave,
    /// Seen empty, then DELETE B: what every script does.
    Naive,
    /// RENAME to one name, the same at every try; drained; DELETE.
    FixedTombstone,
    /// RENAME to a fresh name at every try; drained; DELETE: what rolecall does.
    FreshTombstone,
}

/// A mailbox's name. `T(0)` is the fixed tombstone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Name {
    A,
    B,
    T(u8),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Command {
    /// Out of the open mailbox, which is known by its identity, not by its name.
    Move {
        from: u8,
        mail: Box,
    },
    Delete(Name),
    Rename(Name, Name),
}

/// Where the tool is. A crash or a lost answer leads to `Resume`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum At {
    Select,
    Empty,
    DeleteB,
    Rename,
    Drain(Name),
    DeleteTombstone(Name),
    Resume,
    Done,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct State {
    /// Name to identity. Identity 1 is the B that was planned.
    names: BTreeMap<Name, u8>,
    /// Identity to contents.
    boxes: Vec<Box>,
    /// Commands of lost connections that have not run yet.
    zombies: Vec<Command>,
    at: At,
    /// RENAMEs tried so far, from the journal.
    tries: u8,
    deliveries: u8,
    losses: u8,
}

/// What may happen: deliveries, lost answers.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    deliveries: u8,
    losses: u8,
}

impl State {
    fn first() -> Self {
        Self {
            names: BTreeMap::from([(Name::A, 0), (Name::B, 1)]),
            boxes: vec![Box::new(), Box::from([0])],
            zombies: vec![],
            at: At::Select,
            tries: 0,
            deliveries: 0,
            losses: 0,
        }
    }

    /// Runs a command on the server; whether it was answered by OK.
    fn run(&mut self, command: &Command) -> bool {
        match command {
            Command::Move { from, mail } => {
                if !self.names.values().any(|identity| identity == from) {
                    return false;
                }
                let source = usize::from(*from);
                let moved: Box = self.boxes[source].intersection(mail).copied().collect();
                self.boxes[source].retain(|mail| !moved.contains(mail));
                let target = usize::from(self.names[&Name::A]);
                self.boxes[target].extend(moved);
                true
            }
            Command::Delete(name) => match self.names.remove(name) {
                // No condition: whatever is in it goes too (RFC 9051 §6.3.5).
                Some(identity) => {
                    self.boxes[usize::from(identity)].clear();
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
        }
    }

    fn lost(&self) -> Vec<Mail> {
        let live: Box = self
            .names
            .values()
            .flat_map(|identity| self.boxes[usize::from(*identity)].iter().copied())
            .collect();
        (0..=self.deliveries)
            .filter(|mail| !live.contains(mail))
            .collect()
    }

    fn tombstone(&self, method: Method) -> Name {
        match method {
            Method::FixedTombstone => Name::T(0),
            _ => Name::T(self.tries),
        }
    }

    /// The tool's own next step: a command with where it leads, or a move without one.
    fn step(&self, method: Method) -> Step {
        match self.at {
            At::Select => {
                let Some(&identity) = self.names.get(&Name::B) else {
                    return Step::Go(At::Done, self.tries);
                };
                if identity != 1 {
                    // Another B than the plan's: it came back, and is left alone.
                    return Step::Go(At::Done, self.tries);
                }
                let mail = self.boxes[1].clone();
                if mail.is_empty() {
                    Step::Go(At::Empty, self.tries)
                } else {
                    Step::Send(Command::Move { from: 1, mail }, At::Select, At::Select)
                }
            }
            At::Empty => match method {
                Method::Leave => Step::Go(At::Done, self.tries),
                Method::Naive => Step::Go(At::DeleteB, self.tries),
                Method::FixedTombstone | Method::FreshTombstone => {
                    Step::Go(At::Rename, self.tries + 1)
                }
            },
            At::DeleteB => Step::Send(Command::Delete(Name::B), At::Done, At::Done),
            At::Rename => {
                let tombstone = self.tombstone(method);
                Step::Send(
                    Command::Rename(Name::B, tombstone),
                    At::Drain(tombstone),
                    At::Resume,
                )
            }
            At::Drain(name) => match self.names.get(&name) {
                None => Step::Go(At::Resume, self.tries),
                Some(&from) => {
                    let mail = self.boxes[usize::from(from)].clone();
                    if mail.is_empty() {
                        Step::Go(At::DeleteTombstone(name), self.tries)
                    } else {
                        Step::Send(Command::Move { from, mail }, self.at, self.at)
                    }
                }
            },
            At::DeleteTombstone(name) => Step::Send(Command::Delete(name), At::Done, At::Resume),
            At::Resume => {
                let ours = |name: &&Name| matches!(name, Name::T(_));
                match self.names.keys().find(ours) {
                    Some(name) => Step::Go(At::Drain(*name), self.tries),
                    None => Step::Go(At::Select, self.tries),
                }
            }
            At::Done => Step::Nothing,
        }
    }

    fn successors(&self, method: Method, bounds: Bounds) -> Vec<(String, State)> {
        let mut all = Vec::new();
        if self.deliveries < bounds.deliveries {
            let mut next = self.clone();
            next.deliveries += 1;
            let identity = *next.names.entry(Name::B).or_insert_with(|| {
                next.boxes.push(Box::new());
                u8::try_from(next.boxes.len() - 1).unwrap()
            });
            next.boxes[usize::from(identity)].insert(next.deliveries);
            all.push((format!("mail {} arrives in B", next.deliveries), next));
        }
        for (index, command) in self.zombies.iter().enumerate() {
            let mut next = self.clone();
            next.zombies.remove(index);
            next.run(command);
            all.push((format!("late: {command:?}"), next));
        }
        match self.step(method) {
            Step::Nothing => {}
            Step::Go(at, tries) => {
                let mut next = self.clone();
                (next.at, next.tries) = (at, tries);
                all.push((format!("{:?} -> {at:?}", self.at), next));
            }
            Step::Send(command, done, refused) => {
                let mut ran = self.clone();
                let ok = ran.run(&command);
                let mut answered = ran.clone();
                answered.at = if ok { done } else { refused };
                all.push((format!("{command:?} answered"), answered));
                if self.losses < bounds.losses {
                    let lost = |mut state: State| {
                        state.at = At::Resume;
                        state.losses += 1;
                        state
                    };
                    let mut zombie = self.clone();
                    zombie.zombies.push(command.clone());
                    if let Command::Move { from, mail } = &command
                        && mail.len() > 1
                    {
                        // MOVE is per message (RFC 6851 §3.3): it may have come to any point.
                        let mail = mail.iter().copied().take(1).collect();
                        let mut partly = self.clone();
                        partly.run(&Command::Move { from: *from, mail });
                        let how = format!("{command:?} ran in part, answer lost");
                        all.push((how, lost(partly)));
                    }
                    all.push((
                        format!("{command:?} never ran, answer lost"),
                        lost(self.clone()),
                    ));
                    all.push((format!("{command:?} ran, answer lost"), lost(ran)));
                    all.push((format!("{command:?} will run, answer lost"), lost(zombie)));
                }
            }
        }
        all
    }
}

enum Step {
    Nothing,
    Go(At, u8),
    Send(Command, At, At),
}

#[derive(Debug)]
struct Outcome {
    states: usize,
    /// How the first loss came about.
    loss: Option<Vec<String>>,
    /// End states in which mail waits in a tombstone: a sweep must find it.
    orphans: usize,
}

fn search(method: Method, bounds: Bounds) -> Outcome {
    let first = State::first();
    let mut came_from: HashMap<State, Option<(State, String)>> =
        HashMap::from([(first.clone(), None)]);
    let mut queue = VecDeque::from([first]);
    let mut outcome = Outcome {
        states: 0,
        loss: None,
        orphans: 0,
    };
    while let Some(state) = queue.pop_front() {
        outcome.states += 1;
        if !state.lost().is_empty() {
            let mut trace = Vec::new();
            let mut at = state;
            while let Some((before, how)) = came_from[&at].clone() {
                trace.push(how);
                at = before;
            }
            trace.reverse();
            outcome.loss = Some(trace);
            return outcome;
        }
        let mail_in_tombstone = state.names.iter().any(|(name, identity)| {
            matches!(name, Name::T(_)) && !state.boxes[usize::from(*identity)].is_empty()
        });
        if state.at == At::Done && state.zombies.is_empty() && mail_in_tombstone {
            outcome.orphans += 1;
        }
        for (how, next) in state.successors(method, bounds) {
            if !came_from.contains_key(&next) {
                came_from.insert(next.clone(), Some((state.clone(), how)));
                queue.push_back(next);
            }
        }
    }
    outcome
}

const BOUNDS: Bounds = Bounds {
    deliveries: 3,
    losses: 3,
};

#[test]
fn deleting_an_emptied_mailbox_by_its_name_loses_mail() {
    let outcome = search(Method::Naive, BOUNDS);
    assert!(
        outcome.loss.is_some(),
        "the search is too weak: {outcome:?}"
    );
}

#[test]
fn a_tombstone_of_a_fixed_name_loses_mail() {
    let outcome = search(Method::FixedTombstone, BOUNDS);
    let trace = outcome.loss.expect("the search is too weak");
    assert!(
        trace.iter().any(|how| how.starts_with("late: Rename")),
        "{trace:#?}"
    );
}

#[test]
fn leaving_the_mailbox_loses_nothing() {
    let outcome = search(Method::Leave, BOUNDS);
    assert_eq!(outcome.loss, None);
}

#[test]
fn a_tombstone_of_a_fresh_name_loses_nothing_in_any_state() {
    let outcome = search(Method::FreshTombstone, BOUNDS);
    assert_eq!(outcome.loss, None);
    assert!(
        outcome.states >= 36_000,
        "fewer states than are known to be reachable: {}",
        outcome.states
    );
    // A late RENAME can leave mail in a tombstone after the end: why `resume` and `audit` look for them.
    assert!(outcome.orphans > 0);
}

#[test]
#[ignore = "twenty seconds: four deliveries, four lost answers"]
fn nor_with_more_deliveries_and_more_lost_answers() {
    let bounds = Bounds {
        deliveries: 4,
        losses: 4,
    };
    let outcome = search(Method::FreshTombstone, bounds);
    assert_eq!(outcome.loss, None);
    assert!(outcome.states >= 460_000, "{}", outcome.states);
}
