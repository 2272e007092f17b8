//! The bare client: it sends a script of commands and checks nothing but that each is answered by OK. Every other client is
//! compared with it.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
    path::Path,
    sync::Mutex,
    thread,
};

use crate::support::PASSWORD;

/// Runs a script for each of these users, over so many connections at a time. Pipelined, a script is one flight.
pub fn run(port: u16, script: &Path, connections: usize, is_pipelined: bool, users: &[String]) {
    let script = std::fs::read_to_string(script).unwrap();
    let commands: Vec<&str> = script.lines().chain(["LOGOUT"]).collect();
    let waiting = Mutex::new(users.iter());
    let next = || waiting.lock().unwrap().next();
    thread::scope(|scope| {
        for _ in 0..connections {
            scope.spawn(|| {
                while let Some(user) = next() {
                    let mut bare = Bare::login(port, user);
                    if is_pipelined {
                        bare.flight(&commands);
                    } else {
                        for command in &commands {
                            bare.flight(&[command]);
                        }
                    }
                }
            });
        }
    });
}

/// A logged-in connection.
pub struct Bare {
    stream: BufReader<TcpStream>,
    tag: usize,
}

impl Bare {
    pub fn login(port: u16, user: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut bare = Self {
            stream: BufReader::with_capacity(65_536, stream),
            tag: 0,
        };
        bare.stream.read_until(b'\n', &mut Vec::new()).unwrap();
        bare.flight(&[&format!("LOGIN {user} {PASSWORD}")]);
        bare
    }

    /// Sends commands together and waits for all their answers, in whatever order they come.
    pub fn flight(&mut self, commands: &[&str]) {
        let mut waiting = BTreeMap::new();
        let mut octets = String::new();
        for command in commands {
            self.tag += 1;
            let tag = format!("b{}", self.tag);
            write!(octets, "{tag} {command}\r\n").unwrap();
            waiting.insert(tag, command);
        }
        self.stream.get_mut().write_all(octets.as_bytes()).unwrap();
        let mut line = Vec::new();
        while !waiting.is_empty() {
            line.clear();
            if self.stream.read_until(b'\n', &mut line).unwrap() == 0 {
                // Dovecot ends the session of a client whose opened mailbox is deleted, at its next command.
                assert!(waiting.values().eq([&&"LOGOUT"]), "no answer: {waiting:?}");
                return;
            }
            let text = String::from_utf8_lossy(&line);
            let (tag, end) = text.split_once(' ').unwrap_or_default();
            if let Some(command) = waiting.remove(tag) {
                assert!(end.starts_with("OK"), "{command}: {end}");
            }
        }
    }
}
