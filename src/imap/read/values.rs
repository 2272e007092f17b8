//! What several kinds of responses are made of: pairs, lists of words, object ids.

use std::collections::BTreeSet;

use std::borrow::Cow;

use crate::imap::{command::is_object_id, lexer::Value};

/// Items and their values, as STATUS, FETCH and ID list them.
pub(super) fn pairs<'v, 'a>(
    values: &'v [Value<'a>],
) -> impl Iterator<Item = (Cow<'v, str>, &'v Value<'a>)> {
    values.chunks_exact(2).filter_map(|pair| match pair {
        [item, value] => Some((in_capitals(item.octets()?), value)),
        _ => None,
    })
}

/// A word in capitals; most servers send it so.
fn in_capitals(word: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(word);
    if text.bytes().any(|octet| octet.is_ascii_lowercase()) {
        return Cow::Owned(text.to_ascii_uppercase());
    }
    text
}

/// An object id (RFC 8474 §7); Cyrus 3.6 and 3.10 send garbage in its place where STATUS is asked for other items too.
pub(super) fn object_id(value: &Value) -> Option<String> {
    let id = match value {
        Value::Nil => return None,
        Value::List(values) => values.first()?.text()?,
        value => value.text()?,
    };
    is_object_id(&id).then_some(id)
}

/// The atoms and strings of a list.
pub(super) fn words(list: &Value) -> BTreeSet<String> {
    let values = list.list().unwrap_or_default();
    values.iter().filter_map(Value::text).collect()
}
