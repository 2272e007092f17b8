//! A proxy on loopback that records every octet a client sends, and can cut the connection at a command.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// When the connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The command never reaches the server.
    Before,
    /// The command reaches the server; its answer never reaches the client.
    After,
}

/// A running proxy; it ends with the test's process.
pub struct Proxy {
    pub port: u16,
    sent: Arc<Mutex<Vec<String>>>,
    cut: Arc<Mutex<Option<(String, usize, Cut)>>>,
    round_trips: Arc<Mutex<usize>>,
}

impl Proxy {
    /// Stands before a server.
    pub fn before(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Self {
            port: listener.local_addr().unwrap().port(),
            sent: Arc::default(),
            cut: Arc::default(),
            round_trips: Arc::default(),
        };
        let (sent, cut, turns) = (
            Arc::clone(&proxy.sent),
            Arc::clone(&proxy.cut),
            Arc::clone(&proxy.round_trips),
        );
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let upstream = TcpStream::connect(("127.0.0.1", server)).unwrap();
                let (sent, cut, turns) = (Arc::clone(&sent), Arc::clone(&cut), Arc::clone(&turns));
                thread::spawn(move || carry(&client, upstream, &sent, &cut, &turns));
            }
        });
        proxy
    }

    /// Cuts the connection at the nth command of this word from now on ("UID MOVE", "RENAME").
    pub fn cut_at(&self, word: &str, nth: usize, cut: Cut) {
        *self.cut.lock().unwrap() = Some((word.to_owned(), nth, cut));
    }

    /// Every command line so far without its tag, literals in place.
    pub fn commands(&self) -> Vec<String> {
        self.sent.lock().unwrap().clone()
    }

    /// Forgets what was sent.
    pub fn clear(&self) {
        self.sent.lock().unwrap().clear();
        *self.round_trips.lock().unwrap() = 0;
    }

    /// How often the client waited for the server: bursts of commands that came after an answer.
    pub fn round_trips(&self) -> usize {
        *self.round_trips.lock().unwrap()
    }
}

fn carry(
    client: &TcpStream,
    mut upstream: TcpStream,
    sent: &Mutex<Vec<String>>,
    cut: &Mutex<Option<(String, usize, Cut)>>,
    turns: &Arc<Mutex<usize>>,
) {
    let answered = Arc::new(Mutex::new(true));
    let muted = Arc::new(Mutex::new(false));
    {
        let (mut from, mut to) = (upstream.try_clone().unwrap(), client.try_clone().unwrap());
        let (answered, muted) = (Arc::clone(&answered), Arc::clone(&muted));
        thread::spawn(move || {
            let mut octets = vec![0; 65_536];
            while let Ok(length) = from.read(&mut octets) {
                if length == 0 || *muted.lock().unwrap() || to.write_all(&octets[..length]).is_err()
                {
                    break;
                }
                *answered.lock().unwrap() = true;
            }
            let _ = to.shutdown(Shutdown::Both);
        });
    }
    let mut reader = BufReader::with_capacity(1 << 20, client.try_clone().unwrap());
    loop {
        // What is there already was sent together with the command before it.
        let is_burst = !reader.buffer().is_empty();
        let Some(command) = whole_command(&mut reader) else {
            break;
        };
        if std::mem::replace(&mut *answered.lock().unwrap(), false) && !is_burst {
            *turns.lock().unwrap() += 1;
        }
        let text = String::from_utf8_lossy(&command).into_owned();
        let line = text.split_once(' ').map_or("", |(_, rest)| rest).trim_end();
        sent.lock().unwrap().push(line.to_owned());
        let now = take_cut(&mut cut.lock().unwrap(), line);
        if now == Some(Cut::Before) {
            break;
        }
        if now == Some(Cut::After) {
            *muted.lock().unwrap() = true;
        }
        if upstream.write_all(&command).is_err() {
            break;
        }
        if now == Some(Cut::After) {
            // Time for the server to read the command; it goes on with it alone.
            thread::sleep(Duration::from_millis(50));
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = upstream.shutdown(Shutdown::Write);
}

/// One command with its literals; the head of a synchronising literal counts as one, since the client waits behind it.
fn whole_command(reader: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        let literal = line.strip_suffix(b"+}\r\n").and_then(|head| {
            let open = head.iter().rposition(|octet| *octet == b'{')?;
            std::str::from_utf8(&head[open + 1..]).ok()?.parse().ok()
        });
        whole.extend(line);
        match literal {
            None => return Some(whole),
            Some(length) => {
                let mut octets: Vec<u8> = vec![0; length];
                reader.read_exact(&mut octets).ok()?;
                whole.extend(octets);
            }
        }
    }
}

fn take_cut(cut: &mut Option<(String, usize, Cut)>, line: &str) -> Option<Cut> {
    let (word, nth, how) = cut.as_mut()?;
    if !line.starts_with(word.as_str()) {
        return None;
    }
    *nth = nth.saturating_sub(1);
    if *nth > 0 {
        return None;
    }
    let how = *how;
    *cut = None;
    Some(how)
}
