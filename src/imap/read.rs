//! What looks bring back: untagged responses as typed values.
//!
//! In: the data of one [`super::exchange::Reply`]. Out: listed names, STATUS, opened mailboxes, UIDs, messages.
//! Never: a missing value taken for zero; a value of a mailbox that was open before.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::{
    command::is_object_id,
    lexer::{Lexer, Tagged, Value, Word},
};
use crate::{
    model::{
        mailbox::Status,
        plan::hex,
        uid::{Uid, UidSet},
    },
    store::{Message, Opened},
};

/// One LIST, LSUB or XLIST response (RFC 9051 §7.3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Whether it was LSUB, which speaks of subscriptions only.
    pub is_lsub: bool,
    /// Attributes as sent.
    pub attributes: BTreeSet<String>,
    /// The hierarchy delimiter.
    pub delimiter: Option<char>,
    /// The name's octets.
    pub name: Vec<u8>,
}

/// Reads one listed name; none for any other response.
pub fn listed(response: &[u8]) -> Option<Listed> {
    let mut lexer = Lexer::untagged(response)?;
    let is_lsub = lexer.word("LSUB");
    if !is_lsub && !lexer.word("LIST") && !lexer.word("XLIST") {
        return None;
    }
    let attributes = lexer
        .value()?
        .list()?
        .iter()
        .filter_map(Value::text)
        .collect();
    let delimiter = match lexer.value()? {
        Value::Nil => None,
        value => value.text()?.chars().next(),
    };
    Some(Listed {
        is_lsub,
        attributes,
        delimiter,
        name: name(&mut lexer)?,
    })
}

/// A name at the end of a LIST response. Extended data may follow it; some servers send bare names with blanks.
fn name(lexer: &mut Lexer<'_>) -> Option<Vec<u8>> {
    let bare = lexer.rest().trim_ascii_end().to_vec();
    let name = lexer.value()?.octets()?.to_vec();
    let ends = lexer.rest().is_empty() || matches!(lexer.value(), Some(Value::List(_)));
    let name = if ends { name } else { bare };
    (!name.is_empty()).then_some(name)
}

/// One STATUS response: the name's octets and what was told.
pub fn status(response: &[u8]) -> Option<(Vec<u8>, Status)> {
    let mut lexer = Lexer::untagged(response)?;
    if !lexer.word("STATUS") {
        return None;
    }
    let bare = lexer.clone();
    let plain = || Some((lexer.value()?.octets()?.to_vec(), told(lexer.value()?)?));
    let (name, values) = { plain }().or_else(|| bare_name(bare))?;
    let mut status = Status::default();
    for (item, value) in pairs(&values) {
        match item.as_str() {
            "MESSAGES" => status.messages = value.number(),
            "UIDNEXT" => status.uid_next = value.positive(),
            "UIDVALIDITY" => status.uid_validity = value.positive(),
            "SIZE" => status.size = value.number(),
            "MAILBOXID" => status.mailbox_id = object_id(value),
            _ => {}
        }
    }
    Some((name, status))
}

/// What STATUS can tell, if that is what this is.
fn told(values: Value) -> Option<Vec<Value>> {
    const ITEMS: [&str; 6] = [
        "MESSAGES",
        "UIDNEXT",
        "UIDVALIDITY",
        "SIZE",
        "MAILBOXID",
        "UNSEEN",
    ];
    let Value::List(values) = values else {
        return None;
    };
    let first = values.first();
    let is_told = first.is_none_or(|first| ITEMS.iter().any(|item| first.is(item)));
    is_told.then_some(values)
}

/// GNU mailutils 3.15 puts no quotes around a name with blanks: `STATUS Sent Items (MESSAGES 3)`.
fn bare_name(mut lexer: Lexer<'_>) -> Option<(Vec<u8>, Vec<Value>)> {
    let rest = lexer.rest();
    let at = rest.windows(2).rposition(|two| two == b" (")?;
    let (name, values) = rest.split_at_checked(at)?;
    Some((name.to_vec(), told(Lexer::new(values).value()?)?))
}

fn pairs(values: &[Value]) -> impl Iterator<Item = (String, &Value)> {
    values.chunks_exact(2).filter_map(|pair| match pair {
        [item, value] => Some((item.text()?.to_ascii_uppercase(), value)),
        _ => None,
    })
}

/// An object id (RFC 8474 §7); Cyrus 3.6 has been seen to send garbage in its place.
fn object_id(value: &Value) -> Option<String> {
    let id = match value {
        Value::List(values) => values.first()?.text()?,
        value => value.text()?,
    };
    is_object_id(&id).then_some(id)
}

/// What SELECT or EXAMINE said (RFC 9051 §6.3.2); `code` is the tagged answer's.
pub fn opened(data: &[Bytes], code: Option<&str>, writes: bool) -> Opened {
    let fresh = || Opened {
        exists: 0,
        uid_validity: None,
        uid_next: None,
        highest_modseq: None,
        flags: BTreeSet::new(),
        permanent_flags: None,
        read_write: writes,
        uids_sticky: true,
    };
    let mut opened = fresh();
    for response in data {
        if let Some(line) = Tagged::parse(response) {
            let code = line.code.unwrap_or_default();
            if code.eq_ignore_ascii_case("CLOSED") {
                // What came before was the mailbox that was open until now.
                opened = fresh();
            }
            take_code(&mut opened, &code);
        } else if let Some(mut lexer) = Lexer::untagged(response) {
            if lexer.word("FLAGS") {
                opened.flags = lexer.value().map(|flags| words(&flags)).unwrap_or_default();
            } else if let Some(number) = lexer.value().and_then(|value| value.number())
                && lexer.word("EXISTS")
            {
                opened.exists = u32::try_from(number).unwrap_or(u32::MAX);
            }
        }
    }
    if code.is_some_and(|code| code.eq_ignore_ascii_case("READ-ONLY")) {
        opened.read_write = false;
    }
    opened
}

fn take_code(opened: &mut Opened, code: &str) {
    let mut lexer = Lexer::new(code.as_bytes());
    let Some(word) = lexer.value().and_then(|word| word.text()) else {
        return;
    };
    let value = lexer.value();
    match (word.to_ascii_uppercase().as_str(), value) {
        ("UIDVALIDITY", Some(value)) => opened.uid_validity = value.positive(),
        ("UIDNEXT", Some(value)) => opened.uid_next = value.positive(),
        ("HIGHESTMODSEQ", Some(value)) => opened.highest_modseq = value.number(),
        ("PERMANENTFLAGS", Some(value)) => opened.permanent_flags = Some(words(&value)),
        ("READ-ONLY", _) => opened.read_write = false,
        ("UIDNOTSTICKY", _) => opened.uids_sticky = false,
        _ => {}
    }
}

fn words(list: &Value) -> BTreeSet<String> {
    let values = list.list().unwrap_or_default();
    values.iter().filter_map(Value::text).collect()
}

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
    hex(sha256).chars().take(16).collect()
}

/// `* ACL mailbox identifier rights …` (RFC 4314 §3.6): the mailbox, and the rights by identifier.
pub fn acl(response: &[u8]) -> Option<(Vec<u8>, BTreeMap<String, String>)> {
    let mut lexer = Lexer::untagged(response)?;
    lexer.word("ACL").then_some(())?;
    let mailbox = lexer.value()?.octets()?.to_vec();
    let mut entries = BTreeMap::new();
    while let Some(identifier) = lexer.value() {
        entries.insert(identifier.text()?, lexer.value()?.text()?);
    }
    Some((mailbox, entries))
}

/// `* MYRIGHTS mailbox rights` (RFC 4314 §3.8).
pub fn my_rights(response: &[u8]) -> Option<(Vec<u8>, String)> {
    let mut lexer = Lexer::untagged(response)?;
    lexer.word("MYRIGHTS").then_some(())?;
    let mailbox = lexer.value()?.octets()?.to_vec();
    Some((mailbox, lexer.value()?.text()?))
}

/// The software's name and version from ID (RFC 2971 §3.2).
pub fn software(data: &[Bytes]) -> Option<String> {
    data.iter().find_map(|response| {
        let mut lexer = Lexer::untagged(response)?;
        if !lexer.word("ID") {
            return None;
        }
        let values = lexer.value()?;
        let field = |wanted: &str| {
            let found = pairs(values.list()?).find(|(item, _)| item.eq_ignore_ascii_case(wanted));
            found.and_then(|(_, value)| match value {
                Value::Nil => None,
                value => value.text(),
            })
        };
        let name = field("name")?;
        Some(field("version").map_or(name.clone(), |version| format!("{name} {version}")))
    })
}

/// Whether the server said that it left something out (RFC 9738).
pub fn is_truncated(code: Option<&str>) -> bool {
    code.is_some_and(|code| code.to_ascii_uppercase().starts_with("MESSAGELIMIT"))
}

/// The lowest UID that the server came to before its limit (RFC 9738 §3.1), where it says so.
pub fn came_to(code: Option<&str>) -> Option<Uid> {
    code?.split(' ').nth(2)?.parse().ok()
}

/// Whether the server said goodbye.
pub fn has_bye(data: &[Bytes]) -> bool {
    data.iter()
        .filter_map(|response| Tagged::parse(response))
        .any(|line| line.word == Word::Bye)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(lines: &[&str]) -> Vec<Bytes> {
        lines
            .iter()
            .map(|line| Bytes::from(format!("{line}\r\n")))
            .collect()
    }

    #[test]
    fn names_are_read_in_every_form_that_servers_send() {
        for (line, name) in [
            ("* LIST (\\HasNoChildren) \"/\" Sent", "Sent"),
            ("* LIST () \"/\" \"a\\\"b\\\\c\"", "a\"b\\c"),
            ("* LIST () NIL {5}\r\na\"b c", "a\"b c"),
            ("* LIST () \"/\" Sent Items", "Sent Items"),
            (
                "* LIST () \"/\" Sent (\"CHILDINFO\" (\"SUBSCRIBED\"))",
                "Sent",
            ),
            ("* LIST () \"/\" NIL", "NIL"),
            ("* XLIST (\\HasNoChildren \\AllMail) \".\" \"x\"", "x"),
            ("* LIST (\\Sent) \"/\" Sent ", "Sent"),
        ] {
            let found = listed(format!("{line}\r\n").as_bytes()).unwrap();
            assert_eq!(found.name, name.as_bytes(), "{line}");
        }
        assert_eq!(listed(b"* STATUS x ()\r\n"), None);
    }

    #[test]
    fn a_status_of_a_name_with_blanks_and_no_quotes_is_understood() {
        for (line, name) in [
            ("* STATUS Sent Items (MESSAGES 3)\r\n", "Sent Items"),
            ("* STATUS Sent (old) (MESSAGES 3)\r\n", "Sent (old)"),
            ("* STATUS \"Sent\" (MESSAGES 3)\r\n", "Sent"),
        ] {
            let (told, status) = status(line.as_bytes()).unwrap();
            assert_eq!(
                (told.as_slice(), status.messages),
                (name.as_bytes(), Some(3))
            );
        }
    }

    #[test]
    fn a_status_item_that_is_missing_or_impossible_is_unknown() {
        let (name, status) =
            status(b"* STATUS {9}\r\nEntw\xc3\xbcrfe (UIDVALIDITY 0 SIZE 9 UIDNEXT 4294967296 DELETED 3)\r\n")
                .unwrap();
        assert_eq!(name, "Entwürfe".as_bytes());
        assert_eq!(status.size, Some(9));
        assert_eq!(
            (status.messages, status.uid_validity, status.uid_next),
            (None, None, None)
        );
    }

    #[test]
    fn garbage_in_the_place_of_an_object_id_is_no_identity() {
        let garbage = b"* STATUS x (MAILBOXID (\xb5y\xdd\xdf\xa2U))\r\n";
        assert_eq!(status(garbage).unwrap().1.mailbox_id, None);
        let good = b"* STATUS x (MAILBOXID (f2-A_9))\r\n";
        assert_eq!(
            status(good).unwrap().1.mailbox_id.as_deref(),
            Some("f2-A_9")
        );
    }

    #[test]
    fn what_the_mailbox_before_said_is_forgotten_at_closed() {
        let data = lines(&[
            "* 9 EXISTS",
            "* OK [UIDVALIDITY 1] x",
            "* OK [CLOSED] x",
            "* FLAGS (\\Seen)",
            "* 2 EXISTS",
            "* OK [UIDNEXT 7] x",
            "* OK [PERMANENTFLAGS (\\Seen \\*)] x",
            "* NO [UIDNOTSTICKY] x",
        ]);
        let opened = opened(&data, Some("READ-ONLY"), true);
        assert_eq!(
            (opened.exists, opened.uid_validity, opened.uid_next),
            (2, None, Some(7))
        );
        assert!(!opened.read_write && !opened.uids_sticky);
        assert!(opened.permanent_flags.unwrap().contains("\\*"));
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

    proptest! {
        #[test]
        fn no_response_makes_it_panic(octets in proptest::collection::vec(any::<u8>(), 0..200), head in "\\* (LIST|STATUS|1 FETCH|SEARCH|ESEARCH|ID) ") {
            let response = Bytes::from([head.as_bytes(), &octets, b"\r\n"].concat());
            let _ = (listed(&response), status(&response), software(std::slice::from_ref(&response)));
            let _ = (found(std::slice::from_ref(&response)), fetched(std::slice::from_ref(&response)));
            let _ = opened(&[response], None, true);
        }
    }
}
