//! Who is next: hosts take turns, each within its limit, and a host or an account that must wait is waited for.
//!
//! In: what each attempt has shown, and the time. Out: who may start now, or until when to wait. There is no clock and no
//! task in here, so every decision can be tested.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque},
    time::Duration,
};

use super::{
    account::{AttemptOutcome, Constraints, Id, Limits, NotStarted, Retry, RetryScope},
    host::{Host, Now, wait},
    shared_login::SharedLogin,
};

/// So often an account is tried before its passing failure is taken for a lasting one.
const TRIES: u8 = 3;

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// This account begins.
    Start(Id),
    /// This account has rested and goes on.
    GoOn(Id),
    /// This account never begins, or not again.
    Skip(Id, NotStarted),
    /// Nothing can begin before then, unless an attempt ends.
    Wait(Now),
    /// Nothing can begin before an attempt ends.
    WaitForEnd,
    /// No account waits or is worked on.
    Over,
}

/// Accounts that wait to be worked on.
#[derive(Debug)]
pub struct Queue {
    limits: Limits,
    accounts: Vec<Waiting>,
    hosts: Vec<Host>,
    logins: Vec<SharedLogin>,
    /// Hosts from which an account may begin, the next one first.
    line: VecDeque<u32>,
    /// Hosts and accounts that are left alone until then.
    alone: BinaryHeap<Reverse<(Now, Alone)>>,
    /// Accounts that are given up but not yet told of.
    skipped: VecDeque<(Id, NotStarted)>,
    at_work: u32,
    /// Accounts that rest: they are open, and hold neither a place nor a connection.
    resting: BTreeSet<Id>,
    /// Those of them that want to go on, the first one first.
    rested: VecDeque<Id>,
    /// Accounts that are neither over nor given up.
    open: u32,
    stopped: bool,
}

/// What the queue knows of an account.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    host: u32,
    login: Option<u32>,
    tries: u8,
}

/// What is left alone for a while.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Alone {
    Host(u32),
    Account(Id),
}

impl Queue {
    /// A queue in which every account waits. Of one host, the account that was given first is the first to begin.
    pub fn new(limits: Limits, accounts: impl Iterator<Item = Constraints>) -> Self {
        let mut queue = Self {
            limits,
            accounts: Vec::new(),
            hosts: Vec::new(),
            logins: Vec::new(),
            line: VecDeque::new(),
            alone: BinaryHeap::new(),
            skipped: VecDeque::new(),
            at_work: 0,
            resting: BTreeSet::new(),
            rested: VecDeque::new(),
            open: 0,
            stopped: false,
        };
        let mut hosts = BTreeMap::new();
        let mut logins = BTreeMap::new();
        for account in accounts {
            let host = *hosts.entry(account.host).or_insert_with_key(|name| {
                queue.hosts.push(Host::new(name.clone(), limits.per_host));
                queue.hosts.len() - 1
            });
            let login = account.login.map(|name| {
                *logins.entry((host, name)).or_insert_with_key(|(_, name)| {
                    queue.logins.push(SharedLogin::new(name.clone()));
                    queue.logins.len() - 1
                })
            });
            queue.add(host, login);
        }
        for host in 0..queue.hosts.len() {
            queue.line_up(number(host), Duration::ZERO);
        }
        queue
    }

    fn add(&mut self, host: usize, login: Option<usize>) {
        let id = number(self.accounts.len());
        self.accounts.push(Waiting {
            host: number(host),
            login: login.map(number),
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
            if let Some((id, why)) = self.skipped.pop_front() {
                self.open -= 1;
                return Next::Skip(id, why);
            }
            if self.at_work >= self.limits.jobs {
                return Next::WaitForEnd;
            }
            if let Some(id) = self.go_on() {
                return Next::GoOn(id);
            }
            if number(self.resting.len()) >= self.limits.resting() {
                return Next::WaitForEnd;
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
            None => Next::WaitForEnd,
        }
    }

    /// An account only waits from now on, without a connection: another may have its place meanwhile.
    pub fn rests(&mut self, id: Id, now: Now) {
        if self.resting.insert(id) {
            self.give_back(id, now);
        }
    }

    /// An account that rests wants to go on, which it does as soon as there is room for it.
    pub fn has_rested(&mut self, id: Id) {
        if self.resting.contains(&id) {
            self.rested.push_back(id);
        }
    }

    /// Takes the first of those that have rested whose host bears another connection.
    fn go_on(&mut self) -> Option<Id> {
        let hosts = &self.hosts;
        let accounts = &self.accounts;
        let has_room = |id: &Id| {
            let account = accounts.get(*id as usize);
            let host = account.and_then(|account| hosts.get(account.host as usize));
            host.is_some_and(|host| host.connections < host.most)
        };
        let place = self.rested.iter().position(has_room)?;
        let id = self.rested.remove(place)?;
        self.resting.remove(&id);
        self.at_work += 1;
        let host = self.accounts.get(id as usize)?.host;
        self.hosts.get_mut(host as usize)?.connections += 1;
        Some(id)
    }

    /// Gives back an account's place and its connection.
    fn give_back(&mut self, id: Id, now: Now) {
        self.at_work = self.at_work.saturating_sub(1);
        let Some(Waiting { host, .. }) = self.accounts.get(id as usize).copied() else {
            return;
        };
        if let Some(known) = self.hosts.get_mut(host as usize) {
            known.connections = known.connections.saturating_sub(1);
        }
        self.line_up(host, now);
    }

    /// An attempt has ended. Whether there will be another attempt.
    pub fn ended(&mut self, id: Id, outcome: AttemptOutcome, now: Now) -> bool {
        if self.resting.remove(&id) {
            self.rested.retain(|rested| *rested != id);
        } else {
            self.give_back(id, now);
        }
        let Some(account) = self.accounts.get_mut(id as usize) else {
            return false;
        };
        account.tries = account.tries.saturating_add(1);
        let account = *account;
        if let Some(login) = self.login(account.login) {
            login.give_back(outcome.login);
        }
        let is_retried = self.retries(id, account, outcome.retry, now);
        if !is_retried {
            self.open -= 1;
        }
        self.line_up(account.host, now);
        is_retried
    }

    /// Nothing begins any more; all accounts that wait are given up.
    pub fn stop(&mut self) {
        self.stopped = true;
        for host in 0..number(self.hosts.len()) {
            self.give_up(host, &NotStarted::Stopped);
        }
        for Reverse((_, alone)) in std::mem::take(&mut self.alone) {
            if let Alone::Account(id) = alone {
                self.skipped.push_back((id, NotStarted::Stopped));
            }
        }
    }

    /// Whether an account that was tried waits for another attempt.
    fn retries(&mut self, id: Id, account: Waiting, retry: Option<Retry>, now: Now) -> bool {
        let (is_stopped, is_patient) = (self.stopped, self.limits.tries_again);
        let Some(host) = self.hosts.get_mut(account.host as usize) else {
            return false;
        };
        match retry {
            Some(Retry {
                after,
                scope: RetryScope::Host,
            }) => {
                host.is_busy(after, now);
                let is_away = !is_patient || host.is_away();
                if is_away {
                    let why = NotStarted::Host(host.name.clone());
                    self.give_up(account.host, &why);
                } else if !is_stopped {
                    host.waiting.push_front(id);
                }
                !is_away && !is_stopped
            }
            Some(Retry { after, scope }) => {
                if scope == RetryScope::Unstated {
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

    /// Takes the next account of a host, if the host and the account's login bear another.
    fn begin(&mut self, host: u32, now: Now) -> Option<Id> {
        let known = self.hosts.get_mut(host as usize)?;
        known.is_in_line = false;
        // Since it stood in line, the host may have asked to be left alone, or have shown that it bears fewer connections.
        if known.not_before > now || known.connections >= known.most {
            self.line_up(host, now);
            return None;
        }
        let id = *known.waiting.front()?;
        let account = *self.accounts.get(id as usize)?;
        let mut given_up = None;
        if let Some(login) = self.login(account.login) {
            if login.is_given_up() {
                given_up = Some(NotStarted::Login(login.name.clone()));
            } else if !login.take() {
                return None;
            }
        }
        let known = self.hosts.get_mut(host as usize)?;
        known.waiting.pop_front();
        if let Some(why) = given_up {
            self.skipped.push_back((id, why));
            self.line_up(host, now);
            return None;
        }
        known.connections += 1;
        self.at_work += 1;
        self.line_up(host, now);
        Some(id)
    }

    /// Gives up all accounts that wait for a host.
    fn give_up(&mut self, host: u32, why: &NotStarted) {
        if let Some(host) = self.hosts.get_mut(host as usize) {
            let waiting = std::mem::take(&mut host.waiting);
            let waiting = waiting.into_iter().map(|id| (id, why.clone()));
            self.skipped.extend(waiting);
        }
    }

    /// Puts a host from which another account may begin in line, at once or when it has been left alone long enough.
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

    /// Puts in line again what was left alone long enough.
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

    fn login(&mut self, login: Option<u32>) -> Option<&mut SharedLogin> {
        self.logins.get_mut(login? as usize)
    }
}

/// Accounts are counted in 32 bits: their file holds no more than a million.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
