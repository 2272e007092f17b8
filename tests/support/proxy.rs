//! A proxy on loopback that records every octet a client sends, and can cut the connection at a command.

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// When the connection is cut. From then on a login is refused, so that the run cannot go on over a new connection, until
/// [`Proxy::was_cut`] or [`Proxy::clear`] is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The command never reaches the server.
    Before,
    /// The command reaches the server; its answer never reaches the client.
    After,
    /// The connection stays, but the command waits until [`Proxy::let_go`].
    Hold,
}

/// A running proxy; it ends with the test's process.
pub struct Proxy {
    pub port: u16,
    heard: Arc<Mutex<Heard>>,
}

/// What went by.
#[derive(Default)]
struct Heard {
    /// Every octet from the client, one entry a connection.
    octets: Vec<Vec<u8>>,
    /// Commands without their tags, in bursts: each burst is one round trip.
    bursts: Vec<Vec<String>>,
    /// Tags that the server has not answered yet.
    waiting: BTreeSet<String>,
    /// The beginning of a command, how often it may still pass, and how the connection ends at it.
    cut: Option<(String, usize, Cut)>,
    /// Whether a command waits here.
    held: bool,
    /// Whether the connection was cut, and nobody is let in again yet.
    turns_away: bool,
    /// Whether somebody is let in after the cut.
    lets_back_in: bool,
    /// Connections that the server has not closed, and the most there have been at once.
    open: usize,
    most_open: usize,
}

impl Proxy {
    /// Stands before a server.
    pub fn before(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard: Arc<Mutex<Heard>> = Arc::default();
        let all = Arc::clone(&heard);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if all.lock().unwrap().turns_away {
                    thread::spawn(move || turn_away(&client));
                    continue;
                }
                // A server that has gone by now: the client is told by a closed connection.
                let Ok(upstream) = TcpStream::connect(("127.0.0.1", server)) else {
                    continue;
                };
                {
                    let mut heard = all.lock().unwrap();
                    heard.open += 1;
                    heard.most_open = heard.most_open.max(heard.open);
                }
                let heard = Arc::clone(&all);
                thread::spawn(move || carry(&client, upstream, &heard));
            }
        });
        Self { port, heard }
    }

    /// Cuts the connection at the nth command of this word from now on ("UID MOVE", "RENAME").
    pub fn cut_at(&self, word: &str, nth: usize, cut: Cut) {
        let mut heard = self.heard.lock().unwrap();
        heard.cut = Some((word.to_owned(), nth, cut));
        heard.turns_away = false;
        heard.lets_back_in = false;
    }

    /// The same, but whoever connects after the cut is let in.
    pub fn cut_once_at(&self, word: &str, nth: usize, cut: Cut) {
        self.cut_at(word, nth, cut);
        self.heard.lock().unwrap().lets_back_in = true;
    }

    /// Whether the cut has been made; one that was not is taken back.
    pub fn was_cut(&self) -> bool {
        let mut heard = self.heard.lock().unwrap();
        heard.turns_away = false;
        heard.cut.take().is_none()
    }

    /// Every command so far without its tag, literals in place.
    pub fn commands(&self) -> Vec<String> {
        self.bursts().into_iter().flatten().collect()
    }

    /// Commands that can change something, in the order in which they were sent.
    pub fn mutating(&self) -> Vec<String> {
        const WORDS: [&str; 13] = [
            "CREATE",
            "DELETE",
            "RENAME",
            "SUBSCRIBE",
            "UNSUBSCRIBE",
            "APPEND",
            "EXPUNGE",
            "CLOSE",
            "STORE",
            "COPY",
            "MOVE",
            "SETMETADATA",
            "UID ",
        ];
        self.commands()
            .into_iter()
            .filter(|line| WORDS.iter().any(|word| line.starts_with(word)))
            .filter(|line| !line.starts_with("UID FETCH") && !line.starts_with("UID SEARCH"))
            .collect()
    }

    /// The commands that the client sent without waiting for an answer in between: one entry is one round trip.
    pub fn bursts(&self) -> Vec<Vec<String>> {
        self.heard.lock().unwrap().bursts.clone()
    }

    /// The most connections that were open at once: until the server has closed one, it is.
    pub fn most_open(&self) -> usize {
        self.heard.lock().unwrap().most_open
    }

    /// Every octet that each connection carried to the server.
    pub fn octets(&self) -> Vec<Vec<u8>> {
        self.heard.lock().unwrap().octets.clone()
    }

    /// Forgets what was sent. A LOGOUT that nobody waited for may still be on its way when its program has ended: what is open is
    /// waited for, a while.
    pub fn clear(&self) {
        let give_up = Instant::now() + Duration::from_secs(10);
        while self.heard.lock().unwrap().open > 0 && Instant::now() < give_up {
            thread::sleep(Duration::from_millis(2));
        }
        let mut heard = self.heard.lock().unwrap();
        heard.turns_away = false;
        heard.octets.iter_mut().for_each(Vec::clear);
        heard.bursts.clear();
    }

    /// Waits until a command is held.
    pub fn wait_until_held(&self) {
        let give_up = Instant::now() + Duration::from_secs(60);
        while !self.heard.lock().unwrap().held {
            assert!(Instant::now() < give_up, "no command was held");
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Lets the held command go to the server.
    pub fn let_go(&self) {
        self.heard.lock().unwrap().held = false;
    }
}

/// Refuses a login, which is not tried again.
fn turn_away(client: &TcpStream) {
    let mut client = client;
    let mut lines = BufReader::new(client).lines();
    let mut say = |text: &str| client.write_all(text.as_bytes());
    let _ = say("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n");
    while let Some(Ok(line)) = lines.next() {
        let (tag, command) = line.split_once(' ').unwrap_or((&line, ""));
        let answer = match command.split(' ').next() {
            Some("AUTHENTICATE" | "LOGIN") => "NO [AUTHENTICATIONFAILED] nobody is let in now",
            _ => "OK done",
        };
        if say(&format!("{tag} {answer}\r\n")).is_err() {
            return;
        }
    }
}

fn carry(client: &TcpStream, mut upstream: TcpStream, heard: &Arc<Mutex<Heard>>) {
    for stream in [client, &upstream] {
        stream.set_nodelay(true).unwrap();
    }
    let muted = Arc::new(Mutex::new(false));
    {
        let (from, to) = (upstream.try_clone().unwrap(), client.try_clone().unwrap());
        let (heard, muted) = (Arc::clone(heard), Arc::clone(&muted));
        thread::spawn(move || answer(from, to, &heard, &muted));
    }
    let connection = {
        let mut heard = heard.lock().unwrap();
        heard.octets.push(Vec::new());
        heard.waiting.clear();
        heard.octets.len() - 1
    };
    let mut reader = BufReader::with_capacity(1 << 20, client.try_clone().unwrap());
    loop {
        // What is here already was sent together with the command before it.
        let came_along = !reader.buffer().is_empty();
        let Some(command) = whole_command(&mut reader) else {
            break;
        };
        let cut = heard.lock().unwrap().take(connection, &command, came_along);
        if cut == Some(Cut::Before) {
            break;
        }
        *muted.lock().unwrap() |= cut == Some(Cut::After);
        while cut == Some(Cut::Hold) && heard.lock().unwrap().held {
            thread::sleep(Duration::from_millis(2));
        }
        if upstream.write_all(&command).is_err() {
            break;
        }
        if cut == Some(Cut::After) {
            // Time for the server to read the command; it goes on with it alone.
            thread::sleep(Duration::from_millis(50));
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = upstream.shutdown(Shutdown::Write);
}

/// Carries what the server says.
fn answer(mut from: TcpStream, mut to: TcpStream, heard: &Mutex<Heard>, muted: &Mutex<bool>) {
    let mut octets = vec![0; 65_536];
    let mut line = Vec::new();
    while let Ok(length) = from.read(&mut octets) {
        if length == 0 || *muted.lock().unwrap() {
            break;
        }
        // Before the client can have read it: what the client sends next is the next round trip.
        heard.lock().unwrap().answered(&octets[..length], &mut line);
        if to.write_all(&octets[..length]).is_err() {
            break;
        }
    }
    // Before the client can know.
    heard.lock().unwrap().open -= 1;
    let _ = to.shutdown(Shutdown::Both);
}

impl Heard {
    /// Records a command; says whether the connection ends at it.
    fn take(&mut self, connection: usize, command: &[u8], came_along: bool) -> Option<Cut> {
        self.octets[connection].extend_from_slice(command);
        let text = String::from_utf8_lossy(command);
        let (tag, line) = text.split_once(' ').unwrap_or((&text, ""));
        let line = line.trim_end();
        if self.waiting.is_empty() && !came_along {
            self.bursts.push(Vec::new());
        }
        self.waiting.insert(tag.to_owned());
        match self.bursts.last_mut() {
            Some(burst) => burst.push(line.to_owned()),
            // Forgotten in the middle of a burst.
            None => self.bursts.push(vec![line.to_owned()]),
        }
        let (word, nth, how) = self.cut.as_mut()?;
        if !line.starts_with(word.as_str()) {
            return None;
        }
        *nth = nth.saturating_sub(1);
        if *nth > 0 {
            return None;
        }
        let how = *how;
        self.cut = None;
        self.held = how == Cut::Hold;
        self.turns_away = how != Cut::Hold && !self.lets_back_in;
        Some(how)
    }

    /// Strikes out the tags that a piece of the server's answer holds; `line` is what a line has so far.
    fn answered(&mut self, octets: &[u8], line: &mut Vec<u8>) {
        for octet in octets {
            if *octet != b'\n' {
                line.push(*octet);
                continue;
            }
            let tag = line
                .split(|octet| *octet == b' ')
                .next()
                .unwrap_or_default();
            self.waiting.remove(String::from_utf8_lossy(tag).as_ref());
            line.clear();
        }
    }
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
