//! A raw IMAP client for tests: it fills an account and reads all that is in it, with code that rolecall does not use.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    thread,
    time::Duration,
};

use sha2::{Digest as _, Sha256};

use super::dovecot::PASSWORD;

/// A logged-in connection.
pub struct Raw {
    stream: BufReader<TcpStream>,
    tag: u32,
}

/// A message as it is on the server, but for its UID.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    pub flags: BTreeSet<String>,
    pub date: String,
    pub size: usize,
    pub sha: String,
}

/// One line of an answer, its literals in place.
pub type Line = Vec<u8>;

impl Raw {
    /// Connects in plain text and logs in.
    pub fn login(port: u16, user: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        stream.set_nodelay(true).unwrap();
        let mut raw = Self {
            stream: BufReader::new(stream),
            tag: 0,
        };
        raw.line();
        raw.ok(&format!("LOGIN {user} {PASSWORD}"));
        raw
    }

    fn line(&mut self) -> Line {
        let mut whole = Vec::new();
        loop {
            let mut line = Vec::new();
            assert!(
                self.stream.read_until(b'\n', &mut line).unwrap() > 0,
                "the server closed the connection"
            );
            let literal = literal(&line);
            whole.extend(line);
            match literal {
                None => return whole,
                Some(length) => {
                    let mut octets = vec![0; length];
                    self.stream.read_exact(&mut octets).unwrap();
                    whole.extend(octets);
                }
            }
        }
    }

    /// Sends a command; returns the untagged lines and the tagged one without its tag.
    pub fn command(&mut self, command: &str) -> (Vec<Line>, String) {
        self.tag += 1;
        let tag = format!("r{}", self.tag);
        self.send(format!("{tag} {command}\r\n").as_bytes());
        self.answer(&tag)
    }

    fn send(&mut self, octets: &[u8]) {
        self.stream.get_mut().write_all(octets).unwrap();
    }

    fn answer(&mut self, tag: &str) -> (Vec<Line>, String) {
        let mut untagged = Vec::new();
        loop {
            let line = self.line();
            match line.strip_prefix(format!("{tag} ").as_bytes()) {
                Some(end) => {
                    return (untagged, String::from_utf8_lossy(end).trim_end().to_owned());
                }
                None => untagged.push(line),
            }
        }
    }

    /// Sends a command that must be answered by OK.
    pub fn ok(&mut self, command: &str) -> Vec<Line> {
        let (lines, end) = self.command(command);
        assert!(end.starts_with("OK"), "{command}: {end}");
        lines
    }

    /// Makes and subscribes a mailbox; the name is the wire name.
    pub fn create(&mut self, wire: &str) {
        self.ok(&format!("CREATE {}", quoted(wire)));
        self.ok(&format!("SUBSCRIBE {}", quoted(wire)));
    }

    /// Adds a message.
    pub fn append(&mut self, wire: &str, flags: &str, date: &str, body: &[u8]) {
        let (_, end) = self.try_append(wire, flags, date, body);
        assert!(end.starts_with("OK"), "APPEND {wire}: {end}");
    }

    /// Adds a message, or says why not.
    pub fn try_append(
        &mut self,
        wire: &str,
        flags: &str,
        date: &str,
        body: &[u8],
    ) -> (Vec<Line>, String) {
        self.tag += 1;
        let tag = format!("r{}", self.tag);
        let head = format!(
            "{tag} APPEND {} ({flags}) \"{date}\" {{{}+}}\r\n",
            quoted(wire),
            body.len()
        );
        let mut octets = head.into_bytes();
        octets.extend_from_slice(body);
        octets.extend_from_slice(b"\r\n");
        self.send(&octets);
        self.answer(&tag)
    }

    /// Adds a message where a literal must be asked for (Courier).
    pub fn append_asking(&mut self, wire: &str, date: &str, body: &[u8]) {
        self.tag += 1;
        let tag = format!("r{}", self.tag);
        let (name, length) = (quoted(wire), body.len());
        self.send(format!("{tag} APPEND {name} () \"{date}\" {{{length}}}\r\n").as_bytes());
        loop {
            let line = self.line();
            if line.starts_with(b"+") {
                break;
            }
            assert!(
                line.starts_with(b"* "),
                "{}",
                String::from_utf8_lossy(&line)
            );
        }
        self.send(&[body, b"\r\n"].concat());
        let (_, end) = self.answer(&tag);
        assert!(end.starts_with("OK"), "APPEND {wire}: {end}");
    }

    /// Adds many messages, waiting for the answers only at the end.
    pub fn append_many(&mut self, wire: &str, messages: &[(String, String, Vec<u8>)]) {
        for chunk in messages.chunks(50) {
            let mut octets = Vec::new();
            let mut tags = Vec::new();
            for (flags, date, body) in chunk {
                self.tag += 1;
                let tag = format!("r{}", self.tag);
                octets.extend_from_slice(
                    format!(
                        "{tag} APPEND {} ({flags}) \"{date}\" {{{}+}}\r\n",
                        quoted(wire),
                        body.len()
                    )
                    .as_bytes(),
                );
                octets.extend_from_slice(body);
                octets.extend_from_slice(b"\r\n");
                tags.push(tag);
            }
            self.send(&octets);
            for tag in tags {
                let (_, end) = self.answer(&tag);
                assert!(end.starts_with("OK"), "APPEND {wire}: {end}");
            }
        }
    }

    /// Every mailbox that can be selected: wire name.
    pub fn names(&mut self) -> BTreeSet<String> {
        self.listed("LIST \"\" \"*\"")
    }

    /// Every subscription: wire name.
    pub fn subscriptions(&mut self) -> BTreeSet<String> {
        self.listed("LSUB \"\" \"*\"")
    }

    fn listed(&mut self, command: &str) -> BTreeSet<String> {
        self.ok(command)
            .iter()
            .map(|line| String::from_utf8_lossy(line).trim_end().to_owned())
            .filter(|line| !line.to_ascii_lowercase().contains("\\noselect"))
            .filter_map(|line| {
                let rest = line.split_once(") ")?.1;
                let name = rest.split_once(' ')?.1;
                Some(unquoted(name))
            })
            .collect()
    }

    /// Every message of a mailbox that is there, where its server refuses in passing to open one that another session has.
    pub fn contents_of_listed(&mut self, wire: &str) -> Vec<Seen> {
        let mut refusals = Vec::new();
        for _ in 0..40 {
            match self.contents_if_any(wire) {
                Ok(contents) => return contents,
                Err(end) => refusals.push(end),
            }
            thread::sleep(Duration::from_millis(250));
        }
        panic!("{wire} is listed and cannot be opened: {refusals:#?}");
    }

    /// Every message of a mailbox, or what the server says where it cannot be opened.
    pub fn contents_if_any(&mut self, wire: &str) -> Result<Vec<Seen>, String> {
        let (lines, end) = self.command(&format!("EXAMINE {}", quoted(wire)));
        if !end.starts_with("OK") {
            return Err(end);
        }
        // Not every server takes 1:* where there is nothing.
        let is_empty = lines.iter().any(|line| line.starts_with(b"* 0 EXISTS"));
        Ok(if is_empty {
            vec![]
        } else {
            self.contents(wire)
        })
    }

    /// Every message of a mailbox.
    pub fn contents(&mut self, wire: &str) -> Vec<Seen> {
        self.ok(&format!("EXAMINE {}", quoted(wire)));
        let lines = self.ok("UID FETCH 1:* (FLAGS INTERNALDATE BODY.PEEK[])");
        let mut seen: Vec<Seen> = lines.iter().filter_map(|line| message(line)).collect();
        seen.sort();
        seen
    }

    /// Every message of the account, by mailbox.
    pub fn everything(&mut self) -> BTreeMap<String, Vec<Seen>> {
        self.names()
            .into_iter()
            .map(|name| {
                let contents = self.contents(&name);
                (name, contents)
            })
            .collect()
    }

    /// The account's mutable state in numbers: what a dry run must not change.
    pub fn numbers(&mut self) -> BTreeMap<String, String> {
        self.numbers_of("MESSAGES UIDNEXT UIDVALIDITY UNSEEN RECENT HIGHESTMODSEQ")
    }

    /// The same in these numbers: not every server has all.
    pub fn numbers_of(&mut self, items: &str) -> BTreeMap<String, String> {
        self.names()
            .into_iter()
            .map(|name| {
                let lines = self.ok(&format!("STATUS {} ({items})", quoted(&name)));
                let text = String::from_utf8_lossy(&lines[0]);
                let (_, told) = text.trim_end().rsplit_once('(').unwrap();
                let words: Vec<&str> = told.trim_end_matches(')').split(' ').collect();
                // go-imap tells them in another order each time.
                let mut pairs: Vec<&[&str]> = words.chunks(2).collect();
                pairs.sort_unstable();
                (name, pairs.concat().join(" "))
            })
            .collect()
    }
}

/// A name as a quoted string.
pub fn quoted(wire: &str) -> String {
    format!("\"{}\"", wire.replace('\\', "\\\\").replace('"', "\\\""))
}

fn unquoted(name: &str) -> String {
    match name
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'))
    {
        Some(inside) => inside.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => name.to_owned(),
    }
}

fn literal(line: &[u8]) -> Option<usize> {
    let text = line.strip_suffix(b"\r\n")?.strip_suffix(b"}")?;
    let open = text.iter().rposition(|octet| *octet == b'{')?;
    std::str::from_utf8(&text[open + 1..]).ok()?.parse().ok()
}

fn message(line: &[u8]) -> Option<Seen> {
    let text = String::from_utf8_lossy(line);
    text.starts_with("* ").then_some(())?;
    text.contains(" FETCH (").then_some(())?;
    let flags = text.split_once("FLAGS (")?.1.split_once(')')?.0;
    let date = text.split_once("INTERNALDATE \"")?.1.split_once('"')?.0;
    let marker = b"BODY[] {";
    let at = line
        .windows(marker.len())
        .position(|window| window == marker)?;
    let rest = &line[at + marker.len()..];
    let end = rest.iter().position(|octet| *octet == b'}')?;
    let length: usize = std::str::from_utf8(&rest[..end]).ok()?.parse().ok()?;
    let body = without_bookkeeping(&rest[end + 3..end + 3 + length]);
    Some(Seen {
        flags: flags
            .split_whitespace()
            .filter(|flag| *flag != "\\Recent")
            .map(str::to_owned)
            .collect(),
        date: date.to_owned(),
        size: body.len(),
        sha: rolecall::model::hex::encode(&Sha256::digest(body)),
    })
}

/// A message without the lines in which an mbox keeps flags and UIDs; mailutils shows them, and they change.
fn without_bookkeeping(body: &[u8]) -> Vec<u8> {
    const KEPT: [&[u8]; 4] = [b"X-IMAPbase:", b"X-UID:", b"Status:", b"X-Status:"];
    let mut is_header = true;
    let lines = body.split_inclusive(|octet| *octet == b'\n');
    lines
        .filter(|line| {
            is_header &= *line != b"\r\n";
            !is_header || !KEPT.iter().any(|kept| line.starts_with(kept))
        })
        .flatten()
        .copied()
        .collect()
}

/// A message with its own number in it.
pub fn text(number: u32, length: usize) -> Vec<u8> {
    let mut body = format!(
        "Message-ID: <{number}@example.test>\r\nFrom: camille@example.test\r\nSubject: Envoi {number}\r\n\r\n"
    )
    .into_bytes();
    while body.len() < length {
        body.extend_from_slice(format!("Ligne {} du message {number}.\r\n", body.len()).as_bytes());
    }
    body
}
