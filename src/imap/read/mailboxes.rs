//! What is told of mailboxes: listed names, counts, rights.

use std::collections::{BTreeMap, BTreeSet};

use super::values::{object_id, pairs};
use crate::{
    imap::lexer::{Lexer, Value},
    model::mailbox::Status,
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
        match &*item {
            "MESSAGES" => status.messages = value.number(),
            "UIDNEXT" => status.uid_next = value.positive(),
            "UIDVALIDITY" => status.uid_validity = value.validity(),
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
fn bare_name(mut lexer: Lexer<'_>) -> Option<(Vec<u8>, Vec<Value<'_>>)> {
    let rest = lexer.rest();
    let at = rest.windows(2).rposition(|two| two == b" (")?;
    let (name, values) = rest.split_at_checked(at)?;
    Some((name.to_vec(), told(Lexer::new(values).value()?)?))
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
