//! Who is next: hosts take turns, each within its limit, and a host or an account that must wait is waited for.
//!
//! In: what each turn has shown, and the time. Out: who may start now, or until when to wait. Never: a clock, a task.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, VecDeque},
    time::Duration,
};

use super::{Again, Left, Limits, Place, Shown, Whose};

/// So often an account has its turn before its passing failure is taken for a lasting one.
const TRIES: u8 = 3;
/// So often in a row a host may be busy or away before its accounts are left: a quarter of an hour.
const HOST_TRIES: u32 = 8;
/// The same for a host that has never answered.
const STRANGER_TRIES: u32 = 3;
/// So many refusals in a row of one master's login, and it is not used again.
const REFUSALS: u32 = 3;
/// The first wait where the server names none; each further one is four times as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// After so many good turns for each of its connections, a host that was busy is given one connection more.
const GOOD_TURNS: u32 = 10;

/// An account's number, in the order in which accounts were given.
pub type Id = u32;

/// The time since the fleet began.
type Now = Duration;

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// This account begins.
    Start(Id),
    /// This account never begins, or not again.
    Leave(Id, Left),
    /// Nothing can begin before then, unless a turn ends.
    Wait(Now),
    /// Nothing can begin before a turn ends.
    Hear,
    /// No account waits or is at work.
    Over,
}

/// Accounts waiting for their turn.
#[derive(Debug)]
pub struct Queue {
    limits: Limits,
    accounts: Vec<Waiting>,
    hosts: Vec<Host>,
    masters: Vec<Master>,
    /// Hosts from which an account may begin; each has its turn.
    line: VecDeque<u32>,
    /// Hosts and accounts that are left alone until then.
    alone: BinaryHeap<Reverse<(Now, Alone)>>,
    leaving: VecDeque<(Id, Left)>,
    at_work: u32,
    /// Accounts that are neither over nor left.
    open: u32,
    stopped: bool,
}

#[derive(Debug, Clone, Copy)]
struct Waiting {
    host: u32,
    master: Option<u32>,
    tries: u8,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Alone {
    Host(u32),
    Account(Id),
}

#[derive(Debug)]
struct Host {
    name: String,
    waiting: VecDeque<Id>,
    connections: u32,
    /// As many connections as it has been seen to bear.
    most: u32,
    good_turns: u32,
    has_answered: bool,
    busy_in_a_row: u32,
    /// The account that was told last that connections are too many, where no other has had a turn since.
    full: Option<Id>,
    not_before: Now,
    /// Whether it stands in line, or waits alone for that.
    is_in_line: bool,
}

#[derive(Debug)]
struct Master {
    name: String,
    is_proven: bool,
    refused_in_a_row: u32,
    at_work: u32,
}

impl Queue {
    /// Every account waits; of one host, the first given is the first to begin.
    pub fn new(limits: Limits, places: impl Iterator<Item = Place>) -> Self {
        let mut queue = Self {
            limits,
            accounts: Vec::new(),
            hosts: Vec::new(),
            masters: Vec::new(),
            line: VecDeque::new(),
            alone: BinaryHeap::new(),
            leaving: VecDeque::new(),
            at_work: 0,
            open: 0,
            stopped: false,
        };
        let mut hosts = BTreeMap::new();
        let mut masters = BTreeMap::new();
        for place in places {
            let host = *hosts.entry(place.host).or_insert_with_key(|name| {
                queue.hosts.push(Host::new(name.clone(), limits.per_host));
                queue.hosts.len() - 1
            });
            let master = place.master.map(|name| {
                *masters.entry((host, name)).or_insert_with_key(|(_, name)| {
                    queue.masters.push(Master::new(name.clone()));
                    queue.masters.len() - 1
                })
            });
            queue.add(host, master);
        }
        for host in 0..queue.hosts.len() {
            queue.line_up(number(host), Duration::ZERO);
        }
        queue
    }

    fn add(&mut self, host: usize, master: Option<usize>) {
        let id = number(self.accounts.len());
        self.accounts.push(Waiting {
            host: number(host),
            master: master.map(number),
            tries: 0,
        });
        self.open += 1;
        if let Some(host) = self.hosts.get_mut(host) {
            host.waiting.push_back(id);
        }
    }

    /// What comes next, now.
    pub fn next(&mut self, now: Now) -> Next {
        self.wake(now);
        loop {
            if let Some((id, left)) = self.leaving.pop_front() {
                self.open -= 1;
                return Next::Leave(id, left);
            }
            if self.at_work >= self.limits.jobs {
                return Next::Hear;
            }
            let Some(host) = self.line.pop_front() else {
                break;
            };
            if let Some(id) = self.begin(host, now) {
                return Next::Start(id);
            }
        }
        match self.alone.peek() {
            _ if self.open == 0 => Next::Over,
            Some(Reverse((due, _))) => Next::Wait(*due),
            None => Next::Hear,
        }
    }

    /// An account only waits for its settle time: another may work meanwhile. Its connection stays.
    pub fn rests(&mut self) {
        self.at_work = self.at_work.saturating_sub(1);
    }

    /// An account's turn has ended; `rested` if it was said to rest before. Says whether it will have another.
    pub fn ended(&mut self, id: Id, rested: bool, shown: Shown, now: Now) -> bool {
        if !rested {
            self.rests();
        }
        let Some(account) = self.accounts.get_mut(id as usize) else {
            return false;
        };
        account.tries = account.tries.saturating_add(1);
        let account = *account;
        if let Some(master) = self.master(account.master) {
            master.has_shown(shown.login);
        }
        let again = self.again(id, account, shown.again, now);
        if !again {
            self.open -= 1;
        }
        self.line_up(account.host, now);
        again
    }

    /// Nothing begins any more; all that wait are left.
    pub fn stop(&mut self) {
        self.stopped = true;
        for host in 0..number(self.hosts.len()) {
            self.leave(host, &Left::Stopped);
        }
        for Reverse((_, alone)) in std::mem::take(&mut self.alone) {
            if let Alone::Account(id) = alone {
                self.leaving.push_back((id, Left::Stopped));
            }
        }
    }

    /// Whether an account that has had its turn waits for another.
    fn again(&mut self, id: Id, account: Waiting, again: Option<Again>, now: Now) -> bool {
        let (is_stopped, is_patient) = (self.stopped, self.limits.tries_again);
        let Some(host) = self.hosts.get_mut(account.host as usize) else {
            return false;
        };
        host.connections = host.connections.saturating_sub(1);
        match again {
            Some(Again {
                after,
                whose: Whose::Host,
            }) => {
                host.is_busy(after, now);
                let is_away = !is_patient || host.is_away();
                if is_away {
                    let left = Left::Host(host.name.clone());
                    self.leave(account.host, &left);
                } else if !is_stopped {
                    host.waiting.push_front(id);
                }
                !is_away && !is_stopped
            }
            Some(Again { after, whose }) => {
                if whose == Whose::Unsaid {
                    host.is_full(id);
                } else {
                    host.is_well(self.limits.per_host);
                }
                if !is_patient || account.tries >= TRIES || is_stopped {
                    return false;
                }
                let due = now + after.unwrap_or_else(|| wait(account.tries.into()));
                self.alone.push(Reverse((due, Alone::Account(id))));
                true
            }
            None => {
                host.is_well(self.limits.per_host);
                false
            }
        }
    }

    /// Takes the next account of a host, if the host and the login bear another.
    fn begin(&mut self, host: u32, now: Now) -> Option<Id> {
        let known = self.hosts.get_mut(host as usize)?;
        known.is_in_line = false;
        // It may have been told to wait, or to bear fewer, since it stood in line.
        if known.not_before > now || known.connections >= known.most {
            self.line_up(host, now);
            return None;
        }
        let id = *known.waiting.front()?;
        let account = *self.accounts.get(id as usize)?;
        let mut left = None;
        if let Some(master) = self.master(account.master) {
            if master.refused_in_a_row >= REFUSALS {
                left = Some(Left::Master(master.name.clone()));
            } else if !master.is_proven && master.at_work > 0 {
                // Until it was let in once, its password is tried by one account at a time.
                return None;
            } else {
                master.at_work += 1;
            }
        }
        let known = self.hosts.get_mut(host as usize)?;
        known.waiting.pop_front();
        if let Some(left) = left {
            self.leaving.push_back((id, left));
            self.line_up(host, now);
            return None;
        }
        known.connections += 1;
        self.at_work += 1;
        self.line_up(host, now);
        Some(id)
    }

    fn leave(&mut self, host: u32, left: &Left) {
        if let Some(host) = self.hosts.get_mut(host as usize) {
            let waiting = std::mem::take(&mut host.waiting);
            let waiting = waiting.into_iter().map(|id| (id, left.clone()));
            self.leaving.extend(waiting);
        }
    }

    /// Puts a host in line from which another account may begin, now or when it may be asked again.
    fn line_up(&mut self, host: u32, now: Now) {
        let Some(known) = self.hosts.get_mut(host as usize) else {
            return;
        };
        if known.is_in_line || known.waiting.is_empty() || known.connections >= known.most {
            return;
        }
        known.is_in_line = true;
        if known.not_before > now {
            self.alone
                .push(Reverse((known.not_before, Alone::Host(host))));
        } else {
            self.line.push_back(host);
        }
    }

    /// Lets those that were left alone long enough go on.
    fn wake(&mut self, now: Now) {
        while let Some(Reverse((due, _))) = self.alone.peek()
            && *due <= now
        {
            let Some(Reverse((_, alone))) = self.alone.pop() else {
                return;
            };
            let host = match alone {
                Alone::Host(host) => {
                    if let Some(host) = self.hosts.get_mut(host as usize) {
                        host.is_in_line = false;
                    }
                    host
                }
                Alone::Account(id) => {
                    let Some(Waiting { host, .. }) = self.accounts.get(id as usize) else {
                        continue;
                    };
                    if let Some(host) = self.hosts.get_mut(*host as usize) {
                        host.waiting.push_back(id);
                    }
                    *host
                }
            };
            self.line_up(host, now);
        }
    }

    fn master(&mut self, master: Option<u32>) -> Option<&mut Master> {
        self.masters.get_mut(master? as usize)
    }
}

impl Host {
    fn new(name: String, most: u32) -> Self {
        Self {
            name,
            waiting: VecDeque::new(),
            connections: 0,
            most,
            good_turns: 0,
            has_answered: false,
            busy_in_a_row: 0,
            full: None,
            not_before: Duration::ZERO,
            is_in_line: false,
        }
    }

    /// It bears no more than it has now, for a while. Several that hear so at once are one sign.
    fn is_busy(&mut self, after: Option<Duration>, now: Now) {
        self.good_turns = 0;
        self.most = self.connections.clamp(1, self.most);
        if self.not_before <= now {
            self.busy_in_a_row += 1;
            self.not_before = now + after.unwrap_or_else(|| wait(self.busy_in_a_row));
        }
    }

    fn is_away(&self) -> bool {
        let tries = if self.has_answered {
            HOST_TRIES
        } else {
            STRANGER_TRIES
        };
        self.busy_in_a_row >= tries
    }

    /// Connections are too many, as an account was told at its login. They may be those of its user, who has other
    /// clients; what two accounts in a row are told is the host's, which bears no more than it has now.
    fn is_full(&mut self, id: Id) {
        self.has_answered = true;
        self.busy_in_a_row = 0;
        self.good_turns = 0;
        if self.full.replace(id).is_some_and(|other| other != id) {
            self.most = self.connections.clamp(1, self.most);
        }
    }

    fn is_well(&mut self, most: u32) {
        self.has_answered = true;
        self.busy_in_a_row = 0;
        self.full = None;
        self.good_turns += 1;
        if self.good_turns >= self.most.saturating_mul(GOOD_TURNS) {
            self.good_turns = 0;
            self.most = (self.most + 1).min(most);
        }
    }
}

impl Master {
    fn new(name: String) -> Self {
        Self {
            name,
            is_proven: false,
            refused_in_a_row: 0,
            at_work: 0,
        }
    }

    fn has_shown(&mut self, login: Option<bool>) {
        self.at_work = self.at_work.saturating_sub(1);
        match login {
            Some(true) => (self.is_proven, self.refused_in_a_row) = (true, 0),
            Some(false) => self.refused_in_a_row += 1,
            None => {}
        }
    }
}

/// The wait after so many tries.
fn wait(tries: u32) -> Duration {
    let factor = 4_u32.saturating_pow(tries.saturating_sub(1));
    FIRST_WAIT.saturating_mul(factor).min(LONGEST_WAIT)
}

/// Accounts are counted in 32 bits: their file holds no more than a million.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
