//! SEARCH, as far as rolecall and its tests use it: sets, flags, keywords, header fields, days, ids, NOT, OR.
//!
//! In: the words of a command and the session's view. Out: numbers, ascending. Charsets are ASCII and UTF-8 only.

use super::{
    date,
    fetch::{fields, is_field},
    message::Message,
    outcome::Refusal,
    parse::{Set, Word, ranges},
    reply::{Fault, Reply},
    session::{Session, Turn},
    view::Open,
};

/// Deepest nesting of NOT, OR and lists.
const DEPTH: usize = 32;

enum Key {
    All,
    Numbers(Set),
    Uids(Set),
    Flag(String),
    Header(String, Vec<u8>),
    /// Whether the day is before, on or after.
    Day(std::cmp::Ordering, jiff::civil::Date),
    Larger(u64),
    GmailId(u64),
    /// As FETCH tells it.
    EmailId(String),
    Not(Box<Key>),
    Either(Box<Key>, Box<Key>),
    Every(Vec<Key>),
}

fn bad(text: &str) -> Fault {
    Fault::wrong(text)
}

impl Session {
    pub(super) fn search(
        &mut self,
        turn: &mut Turn<'_, '_>,
        arguments: &[Word],
        uid: bool,
    ) -> Reply {
        let mut words = arguments.iter().peekable();
        let persona = &turn.world.persona;
        let extends = persona.can("ESEARCH");
        // RFC 4731 §3.1 and RFC 9051 §6.4.4: RETURN () is RETURN (ALL), and so is none at all where there is only IMAP4rev2.
        let mut is_named = extends && !persona.can("IMAP4rev1");
        if extends && words.next_if(|word| word.capitals() == "RETURN").is_some() {
            is_named = true;
            let wanted = words.next().and_then(Word::list).unwrap_or_default();
            if wanted.iter().any(|wanted| wanted.capitals() != "ALL") {
                return Err(bad("Unknown search return option"));
            }
        }
        if words.next_if(|word| word.capitals() == "CHARSET").is_some() {
            let charset = words
                .next()
                .map(|word| word.text().unwrap_or_default().to_ascii_uppercase());
            if !matches!(charset.as_deref(), Some("UTF-8" | "US-ASCII")) {
                return Err(Fault::No(Refusal::said("[BADCHARSET] Unknown charset")));
            }
        }
        if words.peek().is_none() {
            return Err(bad("Missing search parameters"));
        }
        let Some(open) = &self.open else {
            return Err(bad("No mailbox selected"));
        };
        let mut reader = Reader {
            words: &mut words,
            open,
            has_ids: turn.world.persona.can("OBJECTID"),
        };
        let key = reader.every(DEPTH)?;
        // Dovecot, too, knows only of the flags that the session has been told.
        let (uids, numbers): (Vec<u32>, Vec<u32>) = (1_u32..)
            .zip(&open.view)
            .filter(|(number, told)| key.fits(*number, told))
            .map(|(number, told)| (told.uid, number))
            .unzip();
        let (left, code) = turn.world.persona.beyond_limit(&uids).unwrap_or_default();
        let found = if uid { uids } else { numbers }.into_iter().skip(left);
        let line = if is_named {
            let kind = if uid { " UID" } else { "" };
            let all = match ranges(found) {
                all if all.is_empty() => all,
                all => format!(" ALL {all}"),
            };
            format!("* ESEARCH (TAG \"{}\"){kind}{all}", turn.tag)
        } else {
            let found: Vec<String> = found.map(|number| format!(" {number}")).collect();
            format!("* SEARCH{}", found.concat())
        };
        turn.say(&line);
        Ok(format!("{code}Search completed."))
    }
}

struct Reader<'r, I: Iterator<Item = &'r Word>> {
    words: &'r mut std::iter::Peekable<I>,
    open: &'r Open,
    has_ids: bool,
}

impl<'r, I: Iterator<Item = &'r Word>> Reader<'r, I> {
    fn every(&mut self, depth: usize) -> Result<Key, Fault> {
        let mut keys = Vec::new();
        while self.words.peek().is_some() {
            keys.push(self.key(depth)?);
        }
        Ok(Key::Every(keys))
    }

    fn text(&mut self) -> Result<&'r str, Fault> {
        self.words
            .next()
            .and_then(Word::text)
            .ok_or_else(|| bad("Missing parameter"))
    }

    fn set(&self, text: &str, uid: bool) -> Result<Set, Fault> {
        let set = Set::parse(text.as_bytes()).ok_or_else(|| bad("Invalid set"))?;
        let last = if uid {
            self.open.view.last().map_or(1, |message| message.uid)
        } else {
            u32::try_from(self.open.view.len()).unwrap_or(u32::MAX)
        };
        Ok(set.with_last(last))
    }

    fn boxed(&mut self, depth: usize) -> Result<Box<Key>, Fault> {
        self.key(depth).map(Box::new)
    }

    fn key(&mut self, depth: usize) -> Result<Key, Fault> {
        let depth = depth.checked_sub(1).ok_or_else(|| bad("Too deep"))?;
        let word = self.words.next().ok_or_else(|| bad("Missing parameter"))?;
        if let Some(list) = word.list() {
            let mut words = list.iter().peekable();
            let mut inner = Reader {
                words: &mut words,
                open: self.open,
                has_ids: self.has_ids,
            };
            return inner.every(depth);
        }
        let capitals = word.capitals();
        let flag = |flag: &str| Key::Flag(format!("\\{flag}"));
        let not = |key: Key| Key::Not(Box::new(key));
        Ok(match capitals.as_str() {
            "ALL" => Key::All,
            "ANSWERED" | "DELETED" | "DRAFT" | "FLAGGED" | "SEEN" => flag(&capitals),
            "UNANSWERED" | "UNDELETED" | "UNDRAFT" | "UNFLAGGED" | "UNSEEN" => {
                not(flag(capitals.trim_start_matches("UN")))
            }
            "KEYWORD" => Key::Flag(self.text()?.to_owned()),
            "UNKEYWORD" => not(Key::Flag(self.text()?.to_owned())),
            "UID" => {
                let text = self.text()?;
                Key::Uids(self.set(text, true)?)
            }
            "HEADER" => {
                let name = self.text()?.to_owned();
                Key::Header(name, self.text()?.to_ascii_lowercase().into_bytes())
            }
            "SUBJECT" => {
                let value = self.text()?.to_ascii_lowercase().into_bytes();
                Key::Header("Subject".to_owned(), value)
            }
            "SINCE" => not(self.day(std::cmp::Ordering::Less)?),
            "BEFORE" => self.day(std::cmp::Ordering::Less)?,
            "ON" => self.day(std::cmp::Ordering::Equal)?,
            "LARGER" => Key::Larger(self.text()?.parse().map_err(|_| bad("Invalid number"))?),
            "X-GM-MSGID" => Key::GmailId(self.text()?.parse().map_err(|_| bad("Invalid number"))?),
            "EMAILID" if self.has_ids => Key::EmailId(self.text()?.to_owned()),
            "NOT" => Key::Not(self.boxed(depth)?),
            "OR" => Key::Either(self.boxed(depth)?, self.boxed(depth)?),
            set if set.starts_with(|first: char| first.is_ascii_digit() || first == '*') => {
                Key::Numbers(self.set(set, false)?)
            }
            unknown => {
                let unknown = unknown.escape_default();
                return Err(bad(&format!("Unknown argument {unknown}")));
            }
        })
    }

    fn day(&mut self, order: std::cmp::Ordering) -> Result<Key, Fault> {
        let day = date::parse_day(self.text()?).ok_or_else(|| bad("Invalid date"))?;
        Ok(Key::Day(order, day))
    }
}

impl Key {
    fn fits(&self, number: u32, message: &Message) -> bool {
        match self {
            Self::All => true,
            Self::Numbers(set) => set.has(number),
            Self::Uids(set) => set.has(message.uid),
            Self::Flag(flag) => message.has(flag),
            Self::Header(name, value) => fields(&message.body)
                .into_iter()
                .filter(|field| is_field(field, name))
                .any(|field| contains(&field.to_ascii_lowercase(), value)),
            Self::Day(order, day) => date::day(message.internal_date).cmp(day) == *order,
            Self::Larger(size) => message.size() > *size,
            Self::GmailId(id) => message.gmail_id() == *id,
            Self::EmailId(id) => message.object_id() == *id,
            Self::Not(key) => !key.fits(number, message),
            Self::Either(one, other) => one.fits(number, message) || other.fits(number, message),
            Self::Every(keys) => keys.iter().all(|key| key.fits(number, message)),
        }
    }
}

/// Whether the field's value has it; an empty one is in every field there is.
fn contains(field: &[u8], value: &[u8]) -> bool {
    let own = field.iter().position(|octet| *octet == b':');
    let own = own
        .and_then(|colon| field.get(colon + 1..))
        .unwrap_or_default();
    value.is_empty() || memchr::memmem::find(own, value).is_some()
}
