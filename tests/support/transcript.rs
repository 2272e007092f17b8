//! Plays a scenario on a server and writes down what the server says, in a form in which two servers can be compared.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use super::{
    dovecot::PASSWORD,
    raw::{Raw, text},
    scenario::{Part, Scenario, Step},
};

/// How long a server that has nothing to say is listened to.
const QUIET: Duration = Duration::from_millis(300);

/// What was said to each turn of a scenario, normalised; nothing for a `put:`.
pub fn play(scenario: &Scenario, port: u16, user: &str) -> Vec<Vec<String>> {
    let mut connections: BTreeMap<usize, Connection> = BTreeMap::new();
    let mut plain = Plain::default();
    let mut replies = Vec::new();
    let mut put = 0;
    for turn in &scenario.turns {
        let lines = match &turn.step {
            Step::Put {
                mailbox,
                count,
                flags,
            } => {
                let mut raw = Raw::login(port, user);
                for _ in 0..*count {
                    put += 1;
                    let date = format!("{:02}-Feb-2024 10:00:00 +0000", put % 28 + 1);
                    let flags = flags.trim_matches(['(', ')']);
                    raw.append(mailbox, flags, &date, &text(put, 0));
                }
                Vec::new()
            }
            Step::Say { connection, parts } => connections
                .entry(*connection)
                .or_insert_with(|| Connection::open(port, user))
                .say(parts),
            Step::Listen { connection } => connections
                .entry(*connection)
                .or_insert_with(|| Connection::open(port, user))
                .listen(),
        };
        replies.push(plain.reply(&lines));
    }
    replies
}

struct Connection {
    stream: BufReader<TcpStream>,
    closed: bool,
}

impl Connection {
    fn open(port: u16, user: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut connection = Self {
            stream: BufReader::new(stream),
            closed: false,
        };
        connection.line();
        let login = format!("LOGIN {user} {PASSWORD}");
        let answer = connection.say(&[Part::Words(login.into_bytes())]);
        assert!(answer.last().unwrap().starts_with("= OK"), "{answer:?}");
        connection
    }

    /// A line with its literals in place, or nothing when the connection is at its end or silent.
    fn line(&mut self) -> Option<String> {
        let mut whole = Vec::new();
        loop {
            let mut line = Vec::new();
            match self.stream.read_until(b'\n', &mut line) {
                Ok(0) => {
                    self.closed = true;
                    return None;
                }
                Ok(_) => {}
                Err(error) => {
                    self.closed = error.kind() == std::io::ErrorKind::ConnectionReset;
                    return None;
                }
            }
            let literal = literal(&line);
            whole.extend(line);
            let Some(length) = literal else { break };
            let mut octets = vec![0; length];
            self.stream.read_exact(&mut octets).unwrap();
            whole.extend(octets);
        }
        let line = String::from_utf8_lossy(&whole);
        let line = line.strip_suffix("\r\n").unwrap_or(&line);
        Some(line.replace('\r', "\\r").replace('\n', "\\n"))
    }

    /// Says a command and returns all that is said up to its tagged line, whose tag becomes `=`.
    fn say(&mut self, parts: &[Part]) -> Vec<String> {
        self.patience(Duration::from_secs(30));
        let mut lines = Vec::new();
        let mut octets = b"tag ".to_vec();
        let mut answered = false;
        for part in parts {
            match part {
                Part::Words(words) => octets.extend(words),
                Part::Literal(literal, waits) => {
                    let plus = if *waits { "" } else { "+" };
                    octets.extend(format!("{{{}{plus}}}\r\n", literal.len()).into_bytes());
                    if *waits {
                        self.send(&octets);
                        octets.clear();
                        answered = !self.until(&mut lines, "+");
                        if answered {
                            break;
                        }
                    }
                    octets.extend(literal);
                }
            }
        }
        if !answered {
            octets.extend(b"\r\n");
            self.send(&octets);
            self.until(&mut lines, "tag ");
        }
        for line in &mut lines {
            if let Some(end) = line.strip_prefix("tag ") {
                *line = format!("= {end}");
            }
        }
        lines
    }

    fn send(&mut self, octets: &[u8]) {
        // A server that has gone is told by what is read next.
        let _ = self.stream.get_mut().write_all(octets);
    }

    /// Reads up to a line that begins so; false when the answer came instead, or the end.
    fn until(&mut self, lines: &mut Vec<String>, begins: &str) -> bool {
        loop {
            let Some(line) = self.line() else {
                lines.push(if self.closed { "(closed)" } else { "(silent)" }.to_owned());
                return false;
            };
            let is_it = line.starts_with(begins);
            let is_answer = line.starts_with("tag ");
            if is_it && begins == "+" {
                return true;
            }
            lines.push(line);
            if is_it || is_answer {
                return is_it;
            }
        }
    }

    fn listen(&mut self) -> Vec<String> {
        self.patience(QUIET);
        let mut lines = Vec::new();
        while let Some(line) = self.line() {
            lines.push(line);
        }
        lines.push(if self.closed { "(closed)" } else { "(silent)" }.to_owned());
        lines
    }

    fn patience(&mut self, time: Duration) {
        self.stream.get_ref().set_read_timeout(Some(time)).unwrap();
    }
}

fn literal(line: &[u8]) -> Option<usize> {
    let text = line.strip_suffix(b"}\r\n")?;
    let open = text.iter().rposition(|octet| *octet == b'{')?;
    std::str::from_utf8(&text[open + 1..]).ok()?.parse().ok()
}

/// Takes out of what a server says all that two faithful servers may say differently. This is the whole list:
///
/// 1. the text of OK, NO, BAD and BYE; codes stay, but for the words of CAPABILITY;
/// 2. UIDVALIDITY: the first seen is `V1`, the next other one `V2` …, so that "the same" and "another" stay;
/// 3. the order of LIST, LSUB and STATUS lines, of attributes, of flags; `\Marked`, `\UnMarked`;
/// 4. `\Recent` and RECENT lines; HIGHESTMODSEQ, since the embedded server has no CONDSTORE;
/// 5. what a server says of itself: CAPABILITY and ID.
#[derive(Default)]
struct Plain {
    validities: Vec<String>,
}

impl Plain {
    fn reply(&mut self, lines: &[String]) -> Vec<String> {
        let mut lines: Vec<String> = lines
            .iter()
            .filter_map(|line| without_words(line))
            .collect();
        for run in lines.chunk_by_mut(|one, other| is_listing(one) && is_listing(other)) {
            run.sort();
        }
        lines.iter().map(|line| self.numbered(line)).collect()
    }

    /// The number after UIDVALIDITY, COPYUID and APPENDUID.
    fn numbered(&mut self, line: &str) -> String {
        let mut words: Vec<String> = Vec::new();
        for word in line.split(' ') {
            let before = words.last().map(|word| word.trim_start_matches(['[', '(']));
            let is_validity = matches!(before, Some("UIDVALIDITY" | "COPYUID" | "APPENDUID"));
            let number = word.trim_end_matches([']', ')']);
            words.push(if is_validity {
                let place = self.validities.iter().position(|known| known == number);
                let place = place.unwrap_or_else(|| {
                    self.validities.push(number.to_owned());
                    self.validities.len() - 1
                });
                format!("V{}{}", place + 1, &word[number.len()..])
            } else {
                word.to_owned()
            });
        }
        words.join(" ")
    }
}

fn is_listing(line: &str) -> bool {
    ["* LIST ", "* LSUB ", "* STATUS "]
        .iter()
        .any(|head| line.starts_with(head))
}

fn without_words(line: &str) -> Option<String> {
    let words: Vec<&str> = line.splitn(3, ' ').collect();
    match words.as_slice() {
        ["*" | "=", "OK" | "NO" | "BAD" | "BYE" | "PREAUTH", text] => {
            let head = format!("{} {}", words[0], words[1]);
            let Some((code, _)) = text.strip_prefix('[').and_then(|text| text.split_once(']'))
            else {
                return Some(head);
            };
            let code = match code.split(' ').next()? {
                "HIGHESTMODSEQ" => return None,
                "CAPABILITY" => "CAPABILITY".to_owned(),
                _ => sorted(code),
            };
            Some(format!("{head} [{code}]"))
        }
        ["*", "CAPABILITY" | "ID", _] => Some(format!("* {}", words[1])),
        ["*", _, "RECENT"] => None,
        ["*", "LIST" | "LSUB" | "FLAGS", _] => Some(sorted(line)),
        ["*", _, rest] if rest.starts_with("FETCH ") => {
            let Some(at) = line.find("FLAGS (") else {
                return Some(line.to_owned());
            };
            Some(format!("{}{}", &line[..at], sorted(&line[at..])))
        }
        _ => Some(line.to_owned()),
    }
}

/// The first list in parentheses in order, without what comes and goes.
fn sorted(line: &str) -> String {
    let Some((before, rest)) = line.split_once('(') else {
        return line.to_owned();
    };
    let Some((list, after)) = rest.split_once(')') else {
        return line.to_owned();
    };
    let mut words: Vec<&str> = list
        .split(' ')
        .filter(|word| !matches!(*word, "" | "\\Recent" | "\\Marked" | "\\UnMarked"))
        .collect();
    words.sort_unstable();
    format!("{before}({}){after}", words.join(" "))
}
