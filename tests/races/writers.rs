//! Three clients that write into a mailbox all the time: two by APPEND, one by LMTP.
//!
//! They know what the server has accepted: every message has a number, which is noted once the server has said OK or
//! 250.

use std::{
    collections::BTreeSet,
    io,
    sync::{
        Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::support::{dovecot::Dovecot, line::Line};

/// The mailbox that is merged away while they write. A name without a blank, for the LMTP address.
pub const SOURCE: &str = "Gesendet";

/// A writer ends by itself after so many messages, or so long.
const MOST: u32 = 5_000;
const LONGEST: Duration = Duration::from_secs(60);

/// How long writing goes on after the work is done.
const AFTERWARDS: Duration = Duration::from_millis(30);

/// What became of the messages of one or several writers, by their numbers.
#[derive(Debug, Default)]
pub struct Written {
    /// The server has taken them.
    pub accepted: BTreeSet<u32>,
    /// The connection was lost before the answer: they may be there, or not.
    pub unknown: BTreeSet<u32>,
    /// How many the server has refused.
    pub refused: u64,
}

/// How fast they write: a pause of at most so many microseconds after each message, each length as likely.
#[derive(Debug, Clone, Copy)]
pub struct Haste(pub u64);

/// Lets three writers write into a user's [`SOURCE`] while the work is done and shortly after it. Where it
/// is held open, one of those that append has selected it, as a client that shows it.
pub fn while_writing<T>(
    server: &Dovecot,
    user: &str,
    haste: Haste,
    held_open: bool,
    work: impl FnOnce() -> T,
) -> (T, Written) {
    let over = AtomicBool::new(false);
    let ready = Barrier::new(4);
    let writers = [
        Writer::new(server, user, 1, By::Append { selected: false }),
        Writer::new(
            server,
            user,
            2,
            By::Append {
                selected: held_open,
            },
        ),
        Writer::new(server, user, 3, By::Lmtp),
    ];
    thread::scope(|scope| {
        let running: Vec<_> = writers
            .into_iter()
            .map(|writer| scope.spawn(|| writer.run(haste, &ready, &over)))
            .collect();
        ready.wait();
        let done = work();
        thread::sleep(AFTERWARDS);
        over.store(true, Ordering::Relaxed);
        let mut all = Written::default();
        for writer in running {
            let written = writer.join().unwrap();
            all.accepted.extend(written.accepted);
            all.unknown.extend(written.unknown);
            all.refused += written.refused;
        }
        (done, all)
    })
}

/// A message that says its number.
pub fn numbered(number: u32) -> Vec<u8> {
    format!(
        "Message-ID: <race-{number}@example.test>\r\nFrom: camille@example.test\r\nSubject: {number}\r\n\r\nBonjour.\r\n"
    )
    .into_bytes()
}

#[derive(Clone, Copy)]
enum By {
    /// A client that has the mailbox open writes through what it holds open, also after a RENAME.
    Append {
        selected: bool,
    },
    Lmtp,
}

struct Writer {
    port: u16,
    user: String,
    by: By,
    /// The number of the last message.
    number: u32,
    chance: u64,
    written: Written,
}

impl Writer {
    fn new(server: &Dovecot, user: &str, nth: u32, by: By) -> Self {
        let port = match by {
            By::Append { .. } => server.port,
            By::Lmtp => server.lmtp_port,
        };
        let chance = user.bytes().fold(u64::from(nth), |sum, octet| {
            sum.wrapping_mul(257).wrapping_add(u64::from(octet))
        });
        Self {
            port,
            user: user.to_owned(),
            by,
            number: nth * 100_000,
            chance: chance | 1,
            written: Written::default(),
        }
    }

    fn run(mut self, haste: Haste, ready: &Barrier, over: &AtomicBool) -> Written {
        let mut line = Some(self.connect().unwrap());
        ready.wait();
        let give_up = Instant::now() + LONGEST;
        let last = self.number + MOST;
        while !over.load(Ordering::Relaxed) && Instant::now() < give_up && self.number < last {
            self.number += 1;
            let answer = match &mut line {
                Some(line) => self.write(line),
                None => self.connect().map(|new| {
                    line = Some(new);
                    None
                }),
            };
            match answer {
                Ok(Some(true)) => _ = self.written.accepted.insert(self.number),
                Ok(Some(false)) => self.written.refused += 1,
                Ok(None) => {}
                Err(_) => {
                    // The server says BYE to who holds a mailbox open that is no more.
                    self.written.unknown.insert(self.number);
                    line = None;
                }
            }
            thread::sleep(Duration::from_micros(self.pause(haste)));
        }
        self.written
    }

    /// xorshift: the same user's writers pause alike in every run.
    fn pause(&mut self, haste: Haste) -> u64 {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        self.chance % haste.0.max(1)
    }

    fn connect(&self) -> io::Result<Line> {
        match self.by {
            By::Append { selected } => {
                let mut line = Line::imap(self.port, &self.user)?;
                if selected {
                    line.asks(&format!("SELECT {SOURCE}"))?;
                }
                Ok(line)
            }
            By::Lmtp => Line::lmtp(self.port),
        }
    }

    /// Whether the server has accepted the message.
    fn write(&self, line: &mut Line) -> io::Result<Option<bool>> {
        match self.by {
            By::Append { selected } => self.append(line, selected),
            By::Lmtp => line.deliver(&format!("{}+{SOURCE}", self.user), &numbered(self.number)),
        }
        .map(Some)
    }

    /// As a client saves what it has sent: where the mailbox is not there, it is made.
    fn append(&self, line: &mut Line, selected: bool) -> io::Result<bool> {
        let body = numbered(self.number);
        let head = format!("APPEND {SOURCE} (\\Seen) {{{}+}}\r\n", body.len());
        let command = [head.as_bytes(), &body].concat();
        for _ in 0..3 {
            let answer = line.asks_octets(&command)?;
            if answer.starts_with("OK") {
                return Ok(true);
            }
            if !answer.contains("[TRYCREATE]") {
                return Ok(false);
            }
            line.asks(&format!("CREATE {SOURCE}"))?;
            if selected {
                line.asks(&format!("SELECT {SOURCE}"))?;
            }
        }
        Ok(false)
    }
}
