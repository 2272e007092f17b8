//! A server with any number of users, for tests and benches of many accounts.
//!
//! In: a user name, whose beginning says how the server treats that user. Out: a small account that several clients
//! have left untidy, or a failure. Memory does not grow with the number of users: every connection has a [`World`] of
//! its own, which is dropped with it, and whoever logs in finds an account that was just made.

use std::{
    io,
    net::Ipv4Addr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{net::TcpListener, task::JoinHandle};

use super::point::{At, Hook, Point, Verdict, Watcher};
use crate::demo::{persona::Persona, server::accept, world::World};

/// Every user's password.
pub const PASSWORD: &str = "crowd";

/// Most connections at once: those that hang stay a while after their client has gone.
const CONNECTIONS: usize = 4_096;
/// How long an answer takes that hangs: longer than a client waits that is told to wait a few seconds.
const HANG: Duration = Duration::from_secs(10);

/// Mailboxes, and how many messages are in each.
const MAILBOXES: [(&str, u32); 8] = [
    ("INBOX", 3),
    ("Sent", 2),
    ("Sent Items", 2),
    ("&AMk-l&AOk-ments envoy&AOk-s", 1),
    ("Drafts", 1),
    ("Brouillons", 1),
    ("Trash", 1),
    ("Projects", 1),
];

/// How the server treats a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Behaviour {
    /// All is well.
    Well,
    /// After the login no answer comes for ten seconds: `hangs…`.
    Hangs,
    /// The login is refused: `refused…`.
    Refused,
    /// The connection is dropped at the first command after the login: `drops…`.
    Drops,
}

impl Behaviour {
    /// How the names of its users begin.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Well => "user",
            Self::Hangs => "hangs",
            Self::Refused => "refused",
            Self::Drops => "drops",
        }
    }

    /// How the server treats this user.
    #[must_use]
    pub fn of(user: &str) -> Self {
        let bad = [Self::Hangs, Self::Refused, Self::Drops];
        let mut bad = bad.into_iter();
        bad.find(|bad| user.starts_with(bad.word()))
            .unwrap_or(Self::Well)
    }
}

/// A running server; it and its connections end when it is dropped.
#[derive(Debug)]
pub struct Crowd {
    port: u16,
    accepting: JoinHandle<()>,
}

impl Crowd {
    /// Starts on any free port of 127.0.0.1.
    pub async fn start(persona: Persona) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let world = move || {
            let mut world = World::new(persona.clone());
            world.quirks.newcomer = Some(welcome);
            Arc::new(Mutex::new(world))
        };
        let watcher = Watcher::new(Arc::new(Behaviours));
        let accepting = tokio::spawn(accept(listener, world, watcher, CONNECTIONS));
        Ok(Self { port, accepting })
    }

    /// The port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Makes the account of somebody who logs in for the first time.
fn welcome(world: &mut World, user: &str) {
    if Behaviour::of(user) == Behaviour::Refused {
        return;
    }
    world.add_account(user, PASSWORD);
    let mut number = 0;
    for (name, messages) in MAILBOXES {
        // The INBOX is there already.
        let _ = world.add_mailbox(user, name);
        for _ in 0..messages {
            number += 1;
            let text = format!(
                "From: a@example.test\r\nTo: b@example.test\r\nMessage-ID: <{number}@example.test>\r\nSubject: {number}\r\n\r\nHello.\r\n"
            );
            let date = world.now;
            let _ = world.add_message(user, name, &["\\Seen"], date, text.into_bytes());
        }
    }
}

/// The hook that treats each user as the name asks for.
struct Behaviours;

impl Hook for Behaviours {
    fn reached(&self, at: &At<'_>, _: &mut World) -> Verdict {
        match (at.point, at.user.map(Behaviour::of)) {
            (Point::Before, Some(Behaviour::Hangs)) => Verdict::Wait(HANG),
            (Point::Before, Some(Behaviour::Drops)) => Verdict::Cut,
            _ => Verdict::GoOn,
        }
    }
}
