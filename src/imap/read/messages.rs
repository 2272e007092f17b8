//! What is told of messages: which ones were found, and what FETCH said of them.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::values::{object_id, pairs, words};
use crate::{
    imap::lexer::{Lexer, Value},
    model::{
        hex,
        uid::{Uid, UidSet},
    },
    store::Message,
};

/// The most UIDs that one answer may name.
const MOST: usize = 10_000_000;

/// UIDs from SEARCH and ESEARCH responses; none where one cannot be read.
pub fn found(data: &[Bytes]) -> Option<UidSet> {
    let mut uids: Vec<Uid> = Vec::new();
    for response in data {
        let Some(mut lexer) = Lexer::untagged(response) else {
            continue;
        };
        if lexer.word("SEARCH") {
            while let Some(value) = lexer.value() {
                // RFC 7162 §3.1.5: (MODSEQ n) may stand at the end.
                if value.list().is_none() {
                    uids.push(value.positive()?);
                }
            }
        } else if lexer.word("ESEARCH") {
            uids.extend(extended(&mut lexer)?.as_slice());
        }
    }
    Some(UidSet::new(uids))
}

/// `(TAG "R1") UID ALL 1:3,7` (RFC 9051 §7.3.4); nothing found means no ALL.
fn extended(lexer: &mut Lexer<'_>) -> Option<UidSet> {
    while let Some(value) = lexer.value() {
        if value.is("ALL") {
            return UidSet::parse(&lexer.value()?.text()?, MOST);
        }
    }
    Some(UidSet::default())
}

/// What one FETCH response told of a message.
#[derive(Debug, Clone, Default)]
pub struct Fetched {
    pub flags: Option<BTreeSet<String>>,
    pub internal_date: Option<i64>,
    pub size: Option<u64>,
    pub email_id: Option<String>,
    /// The mailbox that it lies in really, as Dovecot tells of its views (X-MAILBOX).
    pub mailbox: Option<Vec<u8>>,
    /// Octets of the section that was asked for.
    pub section: Option<Vec<u8>>,
}

/// FETCH responses by UID; what comes unasked (flags that another client changed) is merged in.
pub fn fetched(data: &[Bytes]) -> BTreeMap<Uid, Fetched> {
    let mut messages: BTreeMap<Uid, Fetched> = BTreeMap::new();
    for response in data {
        let Some(values) = fetch_values(response) else {
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
            match item.as_str() {
                "FLAGS" => {
                    let mut flags = words(value);
                    flags.retain(|flag| !flag.eq_ignore_ascii_case("\\Recent"));
                    message.flags = Some(flags);
                }
                "INTERNALDATE" => message.internal_date = value.text().and_then(|text| date(&text)),
                "RFC822.SIZE" => message.size = value.number(),
                "X-MAILBOX" => message.mailbox = value.octets().map(<[u8]>::to_vec),
                "EMAILID" => message.email_id = object_id(value),
                "X-GM-MSGID" => message.email_id = value.number().map(|id| id.to_string()),
                section if section.starts_with("BODY[") => {
                    message.section = match value {
                        Value::Nil => Some(Vec::new()),
                        value => value.octets().map(<[u8]>::to_vec),
                    };
                }
                _ => {}
            }
        }
    }
    messages
}

/// `* 7 FETCH (…)`, or `* 7 UIDFETCH (…)` of servers without sequence numbers (RFC 9586).
fn fetch_values(response: &[u8]) -> Option<Vec<Value>> {
    let mut lexer = Lexer::untagged(response)?;
    let number = lexer.value()?;
    let is_uid = lexer.word("UIDFETCH");
    if !is_uid && !lexer.word("FETCH") {
        return None;
    }
    match lexer.value()? {
        Value::List(mut values) => {
            if is_uid {
                values.extend([Value::Atom(b"UID".to_vec()), number]);
            }
            Some(values)
        }
        _ => None,
    }
}

impl Fetched {
    /// The message, if all was told that identifies one.
    pub fn message(self, uid: Uid, digest: Option<String>) -> Option<Message> {
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
pub fn message_id_digest(header: &[u8]) -> Option<String> {
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
pub fn digest(sha256: &[u8]) -> String {
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
        assert_eq!(found(&plain), Some(UidSet::new(vec![1, 2, 3])));
        let extended = lines(&["* ESEARCH (TAG \"R1\") UID ALL 1:2,9"]);
        assert_eq!(found(&extended), Some(UidSet::new(vec![1, 2, 9])));
        assert_eq!(
            found(&lines(&["* ESEARCH (TAG \"R1\") UID"])),
            Some(UidSet::default())
        );
        assert_eq!(found(&lines(&["* SEARCH 1 x"])), None);
    }

    #[test]
    fn messages_are_put_together_and_strangers_left_out() {
        let data = lines(&[
            "* 1 FETCH (UID 5 FLAGS (\\Seen \\Recent $F) INTERNALDATE \" 1-Jan-2024 10:00:00 +0100\" RFC822.SIZE 12 EMAILID (M1) BODY[HEADER.FIELDS (MESSAGE-ID)] {17}\r\nMessage-ID: <a>\r\n)",
            "* 2 FETCH (FLAGS (\\Deleted))",
            "* 1 FETCH (UID 5 FLAGS (\\Seen))",
        ]);
        let mut messages = fetched(&data);
        assert_eq!(messages.len(), 1);
        let fetched = messages.remove(&5).unwrap();
        assert_eq!(fetched.internal_date, Some(1_704_099_600));
        assert_eq!(fetched.flags, Some(BTreeSet::from(["\\Seen".to_owned()])));
        assert_eq!(
            message_id_digest(&fetched.section.unwrap()),
            message_id_digest(b"message-id:\r\n <a>\r\n")
        );
    }

    #[test]
    fn a_fetch_without_size_is_no_message() {
        let data = lines(&["* 1 FETCH (UID 5 FLAGS ())"]);
        let fetched = fetched(&data).remove(&5).unwrap();
        assert!(fetched.message(5, None).is_none());
    }
}
