//! Merges, of one account or of many, and their undoing and resuming: every client does the same work in turn, and each time
//! every account is compared with what must be there.

use std::{path::Path, time::Duration};

use tempfile::TempDir;

use crate::{
    account::{self, Contents, Layout},
    client::{Client, Work},
    measure::{Measure, Rounds, measure},
    proxy::Proxy,
    server::Server,
};

/// The account that the others are copies of.
const TEMPLATE: &str = "template";

/// Accounts on a server, all alike.
pub struct Bench<'a> {
    server: &'a Server,
    layout: &'a Layout,
    proxy: Proxy,
    before: Contents,
    merged: Contents,
    users: Vec<String>,
    connections: usize,
}

impl<'a> Bench<'a> {
    pub fn new(
        server: &'a Server,
        layout: &'a Layout,
        round_trip: Duration,
        accounts: u32,
        connections: usize,
    ) -> Self {
        account::write(server, TEMPLATE, layout);
        let before = account::read(server, TEMPLATE);
        Self {
            server,
            layout,
            proxy: Proxy::before(server.port(), round_trip),
            merged: account::merged(&before, layout),
            before,
            users: (1..=accounts)
                .map(|number| format!("user{number:04}"))
                .collect(),
            connections,
        }
    }

    fn work<'b>(&'b self, folder: &'b TempDir) -> Work<'b> {
        Work {
            server: self.server,
            folder: folder.path(),
            port: self.proxy.port,
            users: &self.users,
            connections: self.connections,
        }
    }

    fn set_up(&self) -> TempDir {
        for user in &self.users {
            account::copy(self.server, TEMPLATE, user);
        }
        TempDir::new().unwrap()
    }

    fn check(&self, who: &str, expected: &Contents) {
        for user in &self.users {
            account::check(who, expected, &account::read(self.server, user));
        }
    }

    fn clear(&self) {
        for user in &self.users {
            account::delete(self.server, user);
        }
    }

    /// Merges by each client, in interleaved rounds; each begins with another client.
    pub fn merges(&self, clients: &[Client], rounds: u32) -> Rounds {
        let mut all = Rounds::of(clients.iter().map(Client::name));
        for round in 0..rounds as usize {
            for client in clients.iter().cycle().skip(round).take(clients.len()) {
                let folder = self.set_up();
                let job = client.merge(&self.work(&folder), self.layout);
                let one = measure(self.server, &self.proxy, &job);
                self.check(client.name(), &self.merged);
                self.clear();
                all.add(client.name(), one);
            }
        }
        all
    }

    /// A fix, its undoing, and the resuming of a fix that was killed at half its flights.
    pub fn undo_and_resume(&self, rolecall: &Client, rounds: u32) -> Rounds {
        let Client::Rolecall { name, program, .. } = rolecall else {
            return Rounds::default();
        };
        let names = ["fix", "undo", "resume"].map(|verb| format!("{name} {verb}"));
        let mut all = Rounds::of(names.iter().map(String::as_str));
        for _ in 0..rounds {
            let folder = self.set_up();
            let work = self.work(&folder);
            let fix = rolecall.merge(&work, self.layout);
            let fixed = measure(self.server, &self.proxy, &fix);
            self.check(&names[0], &self.merged);
            let half = fixed.tally.flights / 2;
            let run: serde_json::Value = serde_json::from_str(&fix.output()).unwrap();
            let run = run["run"].as_str().expect("the run's number");
            let undo = work.rolecall_on_runs(program, &format!("undo --yes --settle 0 {run}"));
            let undone = measure(self.server, &self.proxy, &undo);
            self.check(&names[1], &self.before);
            self.clear();
            all.add(&names[0], fixed);
            all.add(&names[1], undone);
            all.add(&names[2], self.resume(rolecall, program, half));
        }
        all
    }

    fn resume(&self, rolecall: &Client, program: &Path, half: u32) -> Measure {
        let folder = self.set_up();
        let work = self.work(&folder);
        self.proxy.cut_after(half);
        let mut fix = rolecall.merge(&work, self.layout).start();
        let was_cut = self.proxy.wait_until_cut(Duration::from_mins(2));
        fix.kill().unwrap();
        fix.wait().unwrap();
        assert!(was_cut, "the fix has less than {half} flights this time");
        self.proxy.take();
        let resume = work.rolecall_on_runs(program, "resume");
        let resumed = measure(self.server, &self.proxy, &resume);
        self.check("resume", &self.merged);
        self.clear();
        resumed
    }
}

impl Drop for Bench<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            account::delete(self.server, TEMPLATE);
        }
    }
}
