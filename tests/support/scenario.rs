//! A scenario file: what clients say, one line each, and the differences between servers that are allowed.
//!
//! ```text
//! # a comment
//! setup: dovecot                the server's kind; tests/faithful.rs knows which there are
//! put: A 3 (\Seen)              so many messages into A, past the transcript: number, then flags
//! C: SELECT A                   the first connection; C2, C3 … are others, each opened when first named
//! C: DELETE «B»                 a literal, for which the client waits; «+B» does not wait
//!                               inside: \r \n \\ \xNN
//! C2: (listen)                  nothing is said; what the server says unasked is read
//! allow: why this may differ
//! < * 3 EXISTS                  a line that only Dovecot says (as normalised)
//! > = NO                        a line that only the embedded server says
//! ```

use std::{fs, path::Path};

/// What happens next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// So many messages are put into a mailbox.
    Put {
        mailbox: String,
        count: u32,
        flags: String,
    },
    /// A connection says this.
    Say { connection: usize, parts: Vec<Part> },
    /// A connection hears what is said unasked.
    Listen { connection: usize },
}

/// A piece of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Words(Vec<u8>),
    /// Whether the client waits for `+`.
    Literal(Vec<u8>, bool),
}

/// A difference that is allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowed {
    pub reason: String,
    pub only_dovecot: Vec<String>,
    pub only_demo: Vec<String>,
}

/// One step, where it stands, and what may differ.
#[derive(Debug, Clone)]
pub struct Turn {
    pub line: usize,
    pub text: String,
    pub step: Step,
    pub allowed: Option<Allowed>,
}

/// A whole file.
#[derive(Debug, Clone)]
pub struct Scenario {
    pub name: String,
    pub setup: String,
    pub turns: Vec<Turn>,
}

/// Every scenario of a folder, by name.
pub fn all(folder: &Path) -> Vec<Scenario> {
    let mut scenarios: Vec<Scenario> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            parse(name, &fs::read_to_string(&path).unwrap())
        })
        .collect();
    scenarios.sort_by(|one, other| one.name.cmp(&other.name));
    scenarios
}

fn parse(name: String, text: &str) -> Scenario {
    let mut scenario = Scenario {
        name,
        setup: "dovecot".to_owned(),
        turns: Vec::new(),
    };
    for (number, line) in (1..).zip(text.lines()) {
        let at = || format!("tests/scenarios/{}.txt:{number}: {line}", scenario.name);
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "setup:" => rest.trim().clone_into(&mut scenario.setup),
            "allow:" | "<" | ">" => {
                let place = at();
                let turn = scenario.turns.last_mut().expect(&place);
                let allowed = turn.allowed.get_or_insert_default();
                match word {
                    "allow:" => rest.clone_into(&mut allowed.reason),
                    "<" => allowed.only_dovecot.push(rest.to_owned()),
                    _ => allowed.only_demo.push(rest.to_owned()),
                }
                assert!(!allowed.reason.is_empty(), "{place}: give a reason first");
            }
            _ => {
                let step = step(word, rest).unwrap_or_else(|| panic!("{}", at()));
                scenario.turns.push(Turn {
                    line: number,
                    text: line.to_owned(),
                    step,
                    allowed: None,
                });
            }
        }
    }
    scenario
}

fn step(word: &str, rest: &str) -> Option<Step> {
    if word == "put:" {
        let mut words = rest.splitn(3, ' ');
        return Some(Step::Put {
            mailbox: words.next()?.to_owned(),
            count: words.next()?.parse().ok()?,
            flags: words.next().unwrap_or("()").to_owned(),
        });
    }
    let connection = match word.strip_prefix('C')?.strip_suffix(':')? {
        "" => 1,
        number => number.parse().ok()?,
    };
    if rest == "(listen)" {
        return Some(Step::Listen { connection });
    }
    Some(Step::Say {
        connection,
        parts: parts(rest)?,
    })
}

fn parts(mut rest: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    while let Some((words, tail)) = rest.split_once('«') {
        let (inside, tail) = tail.split_once('»')?;
        parts.push(Part::Words(words.as_bytes().to_vec()));
        let (inside, waits) = match inside.strip_prefix('+') {
            Some(inside) => (inside, false),
            None => (inside, true),
        };
        parts.push(Part::Literal(unescaped(inside)?, waits));
        rest = tail;
    }
    parts.push(Part::Words(rest.as_bytes().to_vec()));
    Some(parts)
}

fn unescaped(text: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        octets.push(match octet {
            b'\\' => match rest.next()? {
                b'r' => b'\r',
                b'n' => b'\n',
                b'x' => {
                    let digits = [rest.next()?, rest.next()?];
                    u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
                }
                other => other,
            },
            octet => octet,
        });
    }
    Some(octets)
}
