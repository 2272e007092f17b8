//! Audits of an account with many mailboxes, against the one LIST that brings the same counts.

use std::time::Duration;

use tempfile::TempDir;

use crate::{
    account,
    client::{Client, Work},
    measure::{Rounds, measure},
    proxy::Proxy,
    server::Server,
};

/// A client that asks for each mailbox alone is left out where this would take longer.
const LONGEST: Duration = Duration::from_mins(1);

pub fn run(
    server: &Server,
    clients: &[Client],
    mailboxes: u32,
    round_trips: &[Duration],
    rounds: u32,
) -> Vec<Rounds> {
    let users = ["audited".to_owned()];
    account::write(server, &users[0], &account::many_mailboxes(mailboxes));
    let once = |client: &Client, proxy: &Proxy| {
        let folder = TempDir::new().unwrap();
        let work = Work {
            server,
            folder: folder.path(),
            port: proxy.port,
            users: &users,
            connections: 1,
        };
        measure(server, proxy, &client.audit(&work))
    };
    let all = round_trips.iter().map(|round_trip| {
        let proxy = Proxy::before(server.port(), *round_trip);
        let is_short =
            |client: &&Client| !client.looks_one_by_one() || *round_trip * mailboxes < LONGEST;
        let clients: Vec<&Client> = clients.iter().filter(is_short).collect();
        let mut all = Rounds::of(clients.iter().map(|client| client.name()));
        // What the server reads only once, it has read before anybody is measured.
        once(&Client::Serial, &proxy);
        for round in 0..rounds as usize {
            for client in clients.iter().cycle().skip(round).take(clients.len()) {
                all.add(client.name(), once(client, &proxy));
            }
        }
        all
    });
    let all = all.collect();
    account::delete(server, &users[0]);
    all
}
