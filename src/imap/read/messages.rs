//! What is told of messages: which ones were found, and what FETCH said of them.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::values::{object_id, pairs, words};
use crate::{
    imap::lexer::{Lexer, Value},
    language::{Phrase, text},
    model::{
        hex,
        uid::{Uid, UidSet},
    },
    store::Message,
};

/// The most UIDs that the answers to one command may name, all together: a mailbox of two million messages.
const MOST: usize = 2_000_000;

/// Why it is not known what a search has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfound {
    /// There is no answer to it: not even that nothing was found.
    Missing,
    /// What came cannot be read.
    Unreadable,
    /// It names more messages than are read.
    TooMany,
}

impl Unfound {
    /// Why not, as a fragment.
    pub fn said(self) -> Phrase {
        match self {
            Self::Missing => text::search_missing(),
            Self::Unreadable => text::search_unreadable(),
            Self::TooMany => text::search_too_many(MOST.to_string()),
        }
    }
}

/// UIDs from SEARCH and ESEARCH responses. An ESEARCH that names another command's tag is not counted (RFC 4466 §2.6.1).
pub fn found(data: &[Bytes], tag: &str) -> Result<UidSet, Unfound> {
    let mut uids: Vec<Uid> = Vec::new();
    let mut is_told = false;
    for response in data {
        let Some(mut lexer) = Lexer::untagged(response) else {
            continue;
        };
        if lexer.word("SEARCH") {
            is_told = true;
            while let Some(value) = lexer.value() {
                // RFC 7162 §3.1.5: (MODSEQ n) may stand at the end.
                if value.list().is_none() {
                    uids.push(value.positive().ok_or(Unfound::Unreadable)?);
                }
                if uids.len() > MOST {
                    return Err(Unfound::TooMany);
                }
            }
        } else if lexer.word("ESEARCH")
            && let Some(more) = extended(&mut lexer, tag, MOST - uids.len())?
        {
            is_told = true;
            uids.extend(more);
        }
    }
    if is_told {
        Ok(UidSet::new(uids))
    } else {
        Err(Unfound::Missing)
    }
}

/// Whether several answers to searches name no command: no SEARCH does, nor an ESEARCH without a tag. They may answer one
/// search or several.
pub fn are_nameless(data: &[Bytes]) -> bool {
    let is_nameless = |response: &&Bytes| {
        let Some(mut lexer) = Lexer::untagged(response) else {
            return false;
        };
        if !lexer.word("ESEARCH") {
            return lexer.word("SEARCH");
        }
        let mut values = std::iter::from_fn(|| lexer.value());
        let names = |value: &Value| matches!(value.list(), Some([key, _]) if key.is("TAG"));
        !values.any(|value| names(&value))
    };
    data.iter().filter(is_nameless).nth(1).is_some()
}

/// `(TAG "R1") UID ALL 1:3,7` (RFC 9051 §7.3.4); nothing found means no ALL. None where it is another command's.
fn extended(lexer: &mut Lexer<'_>, tag: &str, most: usize) -> Result<Option<Vec<Uid>>, Unfound> {
    while let Some(value) = lexer.value() {
        if let Some([key, of]) = value.list() {
            if key.is("TAG") && of.octets() != Some(tag.as_bytes()) {
                return Ok(None);
            }
        } else if value.is("ALL") {
            let set = lexer.value().and_then(|set| set.text());
            let set = set.ok_or(Unfound::Unreadable)?;
            let uids = UidSet::parse_ordered(&set, most);
            // What is no set with any limit is no set.
            let is_set = |text: &str| text.bytes().all(|octet| b"0123456789,:".contains(&octet));
            let too_many = if is_set(&set) {
                Unfound::TooMany
            } else {
                Unfound::Unreadable
            };
            return uids.map(Some).ok_or(too_many);
        }
    }
    Ok(Some(Vec::new()))
}

/// What one FETCH response told of a message.
#[derive(Debug, Clone, Default)]
pub struct Fetched {
    pub flags: Option<Arc<BTreeSet<String>>>,
    pub internal_date: Option<i64>,
    pub size: Option<u64>,
    pub email_id: Option<Box<str>>,
    /// The mailbox that it lies in really, as Dovecot tells of its views (X-MAILBOX).
    pub mailbox: Option<Box<[u8]>>,
    /// Octets of the section that was asked for.
    pub section: Option<Bytes>,
}

/// Sets of flags, each once: messages share few.
#[derive(Default)]
struct KnownFlags {
    /// By the flags as they were told, each with a NUL behind it, which no flag can hold.
    sets: HashMap<Vec<u8>, Arc<BTreeSet<String>>>,
    told: Vec<u8>,
}

impl KnownFlags {
    fn flags(&mut self, list: &Value) -> Arc<BTreeSet<String>> {
        self.told.clear();
        let values = list.list().unwrap_or_default();
        for octets in values.iter().filter_map(Value::octets) {
            self.told.extend_from_slice(octets);
            self.told.push(0);
        }
        if let Some(known) = self.sets.get(&self.told) {
            return Arc::clone(known);
        }
        let mut flags = words(list);
        flags.retain(|flag| !flag.eq_ignore_ascii_case("\\Recent"));
        let flags = Arc::new(flags);
        self.sets.insert(self.told.clone(), Arc::clone(&flags));
        flags
    }
}

/// FETCH responses by UID; what comes unasked (flags that another client changed) is merged in. Each response is dropped as soon as
/// it is read: there may be thousands.
pub fn fetched(data: Vec<Bytes>) -> BTreeMap<Uid, Fetched> {
    let mut messages: BTreeMap<Uid, Fetched> = BTreeMap::new();
    let mut known = KnownFlags::default();
    for response in data {
        let Some(values) = fetch_values(&response) else {
            continue;
        };
        let Some(uid) = pairs(&values)
            .find(|(item, _)| item == "UID")
            .and_then(|(_, value)| value.positive())
        else {
            continue;
        };
        let message = messages.entry(uid).or_default();
        for (item, value) in pairs(&values) {
            match &*item {
                "FLAGS" => message.flags = Some(known.flags(value)),
                "INTERNALDATE" => message.internal_date = value.text().and_then(|text| date(&text)),
                "RFC822.SIZE" => message.size = value.number(),
                "X-MAILBOX" => message.mailbox = value.octets().map(Box::from),
                "EMAILID" => message.email_id = object_id(value).map(Into::into),
                "X-GM-MSGID" => message.email_id = value.number().map(|id| id.to_string().into()),
                section if section.starts_with("BODY[") => {
                    message.section = match value {
                        Value::Nil => Some(Bytes::new()),
                        // It is a part of the response, and may be long.
                        Value::Text(Cow::Borrowed(text)) => Some(response.slice_ref(text)),
                        value => value.octets().map(Bytes::copy_from_slice),
                    };
                }
                _ => {}
            }
        }
    }
    messages
}

/// The UIDs that FETCH responses tell of.
pub fn fetched_uids(data: &[Bytes]) -> impl Iterator<Item = Uid> {
    data.iter().filter_map(|response| fetched_uid(response))
}

/// Which message a response tells of, where it tells its UID.
pub fn fetched_uid(response: &[u8]) -> Option<Uid> {
    let mut lexer = Lexer::untagged(response)?;
    lexer.value()?;
    if !lexer.word("UIDFETCH") && !lexer.word("FETCH") {
        return None;
    }
    // Most servers tell it first; else everything before it has to be read.
    let first = lexer.rest().trim_ascii_start().strip_prefix(b"(UID ");
    let digits = first.and_then(|rest| rest.split(|octet| !octet.is_ascii_digit()).next());
    let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
    let uid = digits.and_then(|digits| digits.parse().ok());
    uid.filter(|uid| *uid != 0).or_else(|| {
        let values = fetch_values(response)?;
        let uid = pairs(&values).find(|(item, _)| item == "UID");
        uid.and_then(|(_, value)| value.positive())
    })
}

/// `* 7 FETCH (…)`, or `* 7 UIDFETCH (…)` of servers without sequence numbers (RFC 9586).
fn fetch_values(response: &[u8]) -> Option<Vec<Value<'_>>> {
    let mut lexer = Lexer::untagged(response)?;
    let number = lexer.value()?;
    let is_uid = lexer.word("UIDFETCH");
    if !is_uid && !lexer.word("FETCH") {
        return None;
    }
    match lexer.value()? {
        Value::List(mut values) => {
            if is_uid {
                values.extend([Value::Atom(b"UID"), number]);
            }
            Some(values)
        }
        _ => None,
    }
}

impl Fetched {
    /// The message, if all was told that identifies one.
    pub fn message(self, uid: Uid, digest: Option<Box<str>>) -> Option<Message> {
        Some(Message {
            uid,
            flags: self.flags?,
            internal_date: self.internal_date,
            size: self.size?,
            email_id: self.email_id,
            digest,
        })
    }
}

/// INTERNALDATE, ` 1-Jan-2024 10:00:00 +0100`, in seconds since 1970; none where it is no date.
fn date(text: &str) -> Option<i64> {
    let time = jiff::Timestamp::strptime("%d-%b-%Y %H:%M:%S %z", text.trim()).ok()?;
    Some(time.as_second())
}

/// A day as SEARCH takes it (RFC 9051 §9 `date-text`), in UTC.
pub fn search_day(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.strftime("%-d-%b-%Y").to_string()
}

/// The digest of a Message-ID field: the id without folding and blanks, so that a refolded header is the same.
pub fn message_id_digest(header: &[u8]) -> Option<Box<str>> {
    let colon = header.iter().position(|octet| *octet == b':')?;
    let id: Vec<u8> = header
        .get(colon + 1..)?
        .iter()
        .copied()
        .filter(|octet| !octet.is_ascii_whitespace())
        .collect();
    (!id.is_empty()).then(|| digest(&Sha256::digest(&id)))
}

/// The first 16 hexadecimal digits.
pub fn digest(sha256: &[u8]) -> Box<str> {
    hex::encode(sha256).chars().take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(lines: &[&str]) -> Vec<Bytes> {
        lines
            .iter()
            .map(|line| Bytes::from(format!("{line}\r\n")))
            .collect()
    }

    #[test]
    fn searches_are_read_in_both_forms() {
        let plain = lines(&["* SEARCH 3 1", "* SEARCH 2 (MODSEQ 9)", "* 4 EXISTS"]);
        assert_eq!(found(&plain, "R1"), Ok(UidSet::new(vec![1, 2, 3])));
        let extended = lines(&["* ESEARCH (TAG \"R1\") UID ALL 1:2,9"]);
        assert_eq!(found(&extended, "R1"), Ok(UidSet::new(vec![1, 2, 9])));
        for nothing in ["* ESEARCH (TAG \"R1\") UID", "* SEARCH", "* ESEARCH UID"] {
            assert_eq!(found(&lines(&[nothing]), "R1"), Ok(UidSet::default()));
        }
        let odd = ["* SEARCH 1 x", "* ESEARCH UID ALL 1:x", "* ESEARCH UID ALL"];
        for odd in odd {
            assert_eq!(found(&lines(&[odd]), "R1"), Err(Unfound::Unreadable));
        }
    }

    #[test]
    fn a_search_is_not_answered_by_another_ones_answer_nor_by_none() {
        let two = lines(&[
            "* ESEARCH (TAG \"R2\") UID ALL 7",
            "* ESEARCH (TAG \"R1\") UID ALL 1",
        ]);
        assert_eq!(found(&two, "R1"), Ok(UidSet::new(vec![1])));
        assert_eq!(found(&two, "R2"), Ok(UidSet::new(vec![7])));
        assert_eq!(found(&two, "R3"), Err(Unfound::Missing));
        assert_eq!(found(&lines(&["* 4 EXISTS"]), "R1"), Err(Unfound::Missing));
    }

    #[test]
    fn more_uids_than_a_mailbox_has_are_not_read_however_they_come() {
        let once = lines(&["* ESEARCH UID ALL 1:10000000"]);
        assert_eq!(found(&once, "R1"), Err(Unfound::TooMany));
        let often = lines(&["* ESEARCH UID ALL 1:100000"; 21]);
        assert_eq!(found(&often, "R1"), Err(Unfound::TooMany));
        let plain = format!("* SEARCH{}", " 7".repeat(MOST + 1));
        assert_eq!(found(&lines(&[&plain]), "R1"), Err(Unfound::TooMany));
    }

    #[test]
    fn messages_are_put_together_and_strangers_left_out() {
        let data = lines(&[
            "* 1 FETCH (UID 5 FLAGS (\\Seen \\Recent $F) INTERNALDATE \" 1-Jan-2024 10:00:00 +0100\" RFC822.SIZE 12 EMAILID (M1) BODY[HEADER.FIELDS (MESSAGE-ID)] {17}\r\nMessage-ID: <a>\r\n)",
            "* 2 FETCH (FLAGS (\\Deleted))",
            "* 1 FETCH (UID 5 FLAGS (\\Seen))",
        ]);
        let mut messages = fetched(data);
        assert_eq!(messages.len(), 1);
        let fetched = messages.remove(&5).unwrap();
        assert_eq!(fetched.internal_date, Some(1_704_099_600));
        assert_eq!(
            fetched.flags,
            Some(BTreeSet::from(["\\Seen".to_owned()]).into())
        );
        assert_eq!(
            message_id_digest(&fetched.section.unwrap()),
            message_id_digest(b"message-id:\r\n <a>\r\n")
        );
    }

    #[test]
    fn a_fetch_without_size_is_no_message() {
        let data = lines(&["* 1 FETCH (UID 5 FLAGS ())"]);
        let fetched = fetched(data).remove(&5).unwrap();
        assert!(fetched.message(5, None).is_none());
    }
}
