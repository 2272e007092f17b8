//! A proxy on loopback that makes the way to a server long, and counts what goes over it.
//!
//! In: a port, a round-trip time. Out: [`Tally`]. Never: less throughput because of the delay.
//!
//! Each direction is late by half the round-trip time. A *flight* is what a client sends before it must wait for an answer:
//! one begins with the first octet that a client sends after it was given an answer, and is counted when its own answer
//! reaches the client. What nobody waits for (a LOGOUT before the connection is closed) is none. A client that sends a
//! flight in several pieces is counted right as long as it does so in less than a round-trip time.
//!
//! Setting a connection up is counted apart: one flight for the handshake of TCP, one for the greeting, and those up to the
//! answer to the login.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard, mpsc},
    thread,
    time::{Duration, Instant},
};

/// What went by.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    pub connections: u32,
    /// Flights until the login was answered, of all connections.
    pub setup: u32,
    /// Flights after that.
    pub flights: u32,
    /// Lines that clients sent: commands, but for those with literals.
    pub commands: u32,
    /// Octets from clients.
    pub up: u64,
    /// Octets from the server.
    pub down: u64,
    /// Each flight after the setup.
    pub each: Vec<FlightTime>,
}

/// A flight, and how long it took.
#[derive(Debug, Clone)]
pub struct FlightTime {
    /// What the client sent.
    pub said: String,
    /// From its first octet to the last of its answer.
    pub took: Duration,
}

/// A running proxy; it ends with the process.
pub struct Proxy {
    pub port: u16,
    state: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    watched: Mutex<Watched>,
    changed: Condvar,
}

#[derive(Default)]
struct Watched {
    tally: Tally,
    /// Connections that are not closed yet on either side.
    open: usize,
    /// After so many flights what a client sends goes nowhere.
    cut_after: Option<u32>,
    /// Whether that has happened.
    was_cut: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap()
    }
}

impl Proxy {
    /// Stands before a server on this machine.
    pub fn before(server: u16, round_trip: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::<Shared>::default();
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let mut watched = shared.lock();
                watched.open += 1;
                watched.tally.connections += 1;
                // The client has the handshake behind it without having waited for it.
                watched.tally.setup += 1;
                drop(watched);
                let shared = Arc::clone(&shared);
                thread::spawn(move || {
                    connect(&client, server, round_trip, &shared);
                    shared.lock().open -= 1;
                    shared.changed.notify_all();
                });
            }
        });
        Self { port, state }
    }

    /// Cuts the line at the flight after that many.
    pub fn cut_after(&self, flights: u32) {
        self.state.lock().cut_after = Some(flights);
    }

    /// Waits until the line is cut, or no longer than this; says whether it is.
    pub fn wait_until_cut(&self, longest: Duration) -> bool {
        let (watched, _) = self
            .state
            .changed
            .wait_timeout_while(self.state.lock(), longest, |watched| !watched.was_cut)
            .unwrap();
        watched.was_cut
    }

    /// Waits until every connection is closed on both sides; gives what went by since the last time.
    pub fn take(&self) -> Tally {
        let mut watched = self.state.lock();
        watched.cut_after = None;
        watched.was_cut = false;
        let (mut watched, late) = self
            .state
            .changed
            .wait_timeout_while(watched, Duration::from_mins(1), |watched| watched.open > 0)
            .unwrap();
        assert!(!late.timed_out(), "a connection does not end");
        std::mem::take(&mut watched.tally)
    }
}

/// What is known of one connection.
#[derive(Default)]
struct Talk {
    /// What the client has sent since it was given an answer; nothing where it waits for none.
    flight: Vec<u8>,
    /// When the last flight began.
    began: Option<Instant>,
    /// The server has spoken first.
    greeted: bool,
    /// The tag of the login, until it is answered.
    login: Option<Vec<u8>>,
    /// The login was answered.
    is_set_up: bool,
    /// The client has closed its side.
    is_over: bool,
}

fn connect(client: &TcpStream, server: u16, round_trip: Duration, shared: &Shared) {
    // SYN, its answer, and the client's confirmation, before a server knows of a connection at all.
    thread::sleep(round_trip * 3 / 2);
    let Ok(upstream) = TcpStream::connect(("127.0.0.1", server)) else {
        return;
    };
    for stream in [client, &upstream] {
        stream.set_nodelay(true).unwrap();
    }
    let talk = Mutex::new(Talk::default());
    let late = round_trip / 2;
    thread::scope(|scope| {
        let (talk, upstream) = (&talk, &upstream);
        scope.spawn(move || {
            let heard = |octets: &[u8]| talk.lock().unwrap().asks(octets, shared);
            let mut server = upstream;
            let _ = carry(client, late, heard, |octets| server.write_all(octets));
            talk.lock().unwrap().is_over = true;
            let _ = upstream.shutdown(Shutdown::Write);
        });
        let mut to_client = client;
        let answered = |octets: &[u8]| {
            // Before the client can have read it: what it sends next is the next flight.
            talk.lock().unwrap().is_answered(octets, shared);
            let _ = to_client.write_all(octets);
            Ok(())
        };
        let _ = carry(upstream, late, |_| true, answered);
        let _ = client.shutdown(Shutdown::Both);
    });
}

/// Carries octets until their source ends: `heard` at once, which says whether they go on, `deliver` late.
fn carry(
    mut from: &TcpStream,
    late: Duration,
    mut heard: impl FnMut(&[u8]) -> bool + Send,
    mut deliver: impl FnMut(&[u8]) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let mut octets = vec![0; 65_536];
    if late.is_zero() {
        loop {
            let length = from.read(&mut octets)?;
            if length == 0 || !heard(&octets[..length]) {
                return Ok(());
            }
            deliver(&octets[..length])?;
        }
    }
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>();
        scope.spawn(move || {
            while let Ok(length) = from.read(&mut octets) {
                let due = Instant::now() + late;
                let ends = length == 0 || !heard(&octets[..length]);
                if ends || sender.send((due, octets[..length].to_vec())).is_err() {
                    break;
                }
            }
        });
        for (due, octets) in receiver {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            deliver(&octets)?;
        }
        Ok(())
    })
}

impl Talk {
    /// The client sends something; says whether it goes on to the server.
    fn asks(&mut self, octets: &[u8], shared: &Shared) -> bool {
        let mut watched = shared.lock();
        watched.tally.up += octets.len() as u64;
        watched.tally.commands += octets
            .iter()
            .map(|octet| u32::from(*octet == b'\n'))
            .sum::<u32>();
        if watched.cut_after == Some(watched.tally.flights) {
            watched.was_cut = true;
            shared.changed.notify_all();
            return false;
        }
        if self.flight.is_empty() {
            self.began = Some(Instant::now());
        }
        self.flight.extend_from_slice(octets);
        if !self.is_set_up && self.login.is_none() {
            let text = String::from_utf8_lossy(&self.flight).into_owned();
            let login = text.lines().find_map(|line| {
                let (tag, rest) = line.split_once(' ')?;
                let word = rest.split(' ').next()?.to_ascii_uppercase();
                ["LOGIN", "AUTHENTICATE"]
                    .contains(&word.trim())
                    .then_some(tag)
            });
            self.login = login.map(|tag| format!("{tag} ").into_bytes());
        }
        true
    }

    /// The server's answer reaches the client.
    fn is_answered(&mut self, octets: &[u8], shared: &Shared) {
        let mut watched = shared.lock();
        watched.tally.down += octets.len() as u64;
        if !self.greeted {
            self.greeted = true;
            watched.tally.setup += 1;
        }
        if !self.flight.is_empty() && !self.is_over {
            let said = String::from_utf8_lossy(&std::mem::take(&mut self.flight)).into_owned();
            if self.is_set_up {
                watched.tally.flights += 1;
                let took = Duration::ZERO;
                watched.tally.each.push(FlightTime { said, took });
            } else {
                watched.tally.setup += 1;
            }
        }
        if self.is_set_up
            && let (Some(began), Some(last)) = (self.began, watched.tally.each.last_mut())
        {
            last.took = began.elapsed();
        }
        let is_login = |line: &[u8]| self.login.as_ref().is_some_and(|tag| line.starts_with(tag));
        self.is_set_up |= octets.split(|octet| *octet == b'\n').any(is_login);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader};

    use super::*;
    use crate::bare::Bare;

    /// Nobody's time is asserted; only an answer must not be there before a client has gone.
    const ROUND_TRIP: Duration = Duration::from_millis(40);

    /// A server that answers every command by OK; what it was told.
    fn server() -> (u16, Arc<Mutex<Vec<String>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::<Mutex<Vec<String>>>::default();
        let all = Arc::clone(&heard);
        thread::spawn(move || {
            for mut client in listener.incoming().flatten() {
                let lines = BufReader::new(client.try_clone().unwrap()).lines();
                client.write_all(b"* OK ready\r\n").unwrap();
                for line in lines.map_while(Result::ok) {
                    let (tag, command) = line.split_once(' ').unwrap();
                    all.lock().unwrap().push(command.to_owned());
                    let _ = client.write_all(format!("* data\r\n{tag} OK done\r\n").as_bytes());
                }
            }
        });
        (port, heard)
    }

    #[test]
    fn what_is_sent_before_an_answer_is_awaited_is_one_flight() {
        let proxy = Proxy::before(server().0, ROUND_TRIP);
        for _ in 0..2 {
            let mut bare = Bare::login(proxy.port, "user");
            bare.flight(&["LIST", "SELECT", "FETCH"]);
            bare.flight(&["MOVE"]);
            bare.flight(&["LOGOUT"]);
        }
        let tally = proxy.take();
        assert_eq!((tally.connections, tally.setup), (2, 6));
        assert_eq!((tally.flights, tally.commands), (6, 12));
        let first = "b2 LIST\r\nb3 SELECT\r\nb4 FETCH\r\n";
        assert_eq!(tally.each.first().unwrap().said, first);
        assert_eq!(proxy.take().connections, 0, "each taking begins anew");
    }

    #[test]
    fn what_nobody_waits_for_is_no_flight() {
        let (port, heard) = server();
        let proxy = Proxy::before(port, ROUND_TRIP);
        let mut client = TcpStream::connect(("127.0.0.1", proxy.port)).unwrap();
        let mut lines = BufReader::new(client.try_clone().unwrap()).lines();
        lines.next();
        client.write_all(b"a LOGIN user word\r\n").unwrap();
        lines.by_ref().take(2).for_each(drop);
        client.write_all(b"b LOGOUT\r\n").unwrap();
        client.shutdown(Shutdown::Both).unwrap();
        assert_eq!(proxy.take().flights, 0);
        assert_eq!(*heard.lock().unwrap(), ["LOGIN user word", "LOGOUT"]);
    }

    #[test]
    fn a_line_is_cut_before_a_flight_reaches_the_server() {
        let (port, heard) = server();
        let proxy = Proxy::before(port, ROUND_TRIP);
        proxy.cut_after(1);
        let mut bare = Bare::login(proxy.port, "user");
        bare.flight(&["SELECT"]);
        let lost = thread::spawn(move || bare.flight(&["MOVE"]));
        assert!(proxy.wait_until_cut(Duration::from_mins(1)));
        assert!(lost.join().is_err(), "its answer never comes");
        proxy.take();
        let heard = heard.lock().unwrap();
        assert!(!heard.contains(&"MOVE".to_owned()), "{heard:?}");
    }

    #[test]
    fn a_long_way_loses_and_holds_up_no_octet() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = listener.local_addr().unwrap().port();
        let octets: Vec<u8> = (0..8_000_000_u32)
            .map(|number| number.to_le_bytes()[1])
            .collect();
        let sent = octets.clone();
        thread::spawn(move || listener.accept().unwrap().0.write_all(&sent));
        let proxy = Proxy::before(server, ROUND_TRIP);
        let mut client = TcpStream::connect(("127.0.0.1", proxy.port)).unwrap();
        let mut received = Vec::new();
        client.read_to_end(&mut received).unwrap();
        assert!(
            received == octets,
            "{} of {} octets",
            received.len(),
            octets.len()
        );
        drop(client);
        assert_eq!(proxy.take().down, octets.len() as u64);
    }
}
