//! Lists in JSON, and in YAML, of which JSON is a part for the reader.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use serde_yaml::{Options, Spanned, budget, options};

use super::{
    gather::{ListGather, ListPlace, is_yes},
    list::LeftOut,
};
use crate::language::text;

/// The most values of a document: a million mailboxes with sixty words each are more than a file of 64 MiB has.
const NODES: usize = 12_000_000;
/// The deepest nesting.
const DEPTH: usize = 20;

/// What cPanel's `uapi` prints.
#[derive(Deserialize)]
struct UapiAnswer {
    result: UapiResult,
}

#[derive(Deserialize)]
struct UapiResult {
    data: Option<Vec<Spanned<Value>>>,
}

/// mailcow's answer: objects with `username`, `active`, `attributes`; aliases have `goto`.
pub(super) fn mailcow(text: &str, gather: &mut ListGather<'_>) {
    for entry in parsed::<Vec<Spanned<Value>>>(text, gather).unwrap_or_default() {
        let (at, entry) = (place(&entry), &entry.value);
        let imap = entry.pointer("/attributes/imap_access");
        if entry.get("goto").is_some() {
            gather.leave_out(LeftOut::Alias);
            continue;
        }
        let Some(user) = entry.get("username").and_then(Value::as_str) else {
            gather.fault(at, text::list_entry_without("username"));
            continue;
        };
        // 2 lets mail in and nobody log in.
        let is_active = entry.get("active").is_none_or(is_one);
        if is_active && imap.is_none_or(is_one) {
            gather.user(user, at);
        } else {
            gather.leave_out(LeftOut::Disabled);
        }
    }
}

/// cPanel's answer: objects with `email`, `login`, `suspended_login`; forwarders have `dest` and `forward`.
pub(super) fn cpanel(text: &str, gather: &mut ListGather<'_>) {
    let Some(answer) = parsed::<UapiAnswer>(text, gather) else {
        return;
    };
    let Some(data) = answer.result.data else {
        return gather.fault((1, 1), text::list_is_a_failure());
    };
    for entry in data {
        let (at, entry) = (place(&entry), &entry.value);
        let word = |key: &str| entry.get(key).and_then(Value::as_str);
        if entry.get("forward").is_some() {
            gather.leave_out(LeftOut::Alias);
            continue;
        }
        // The main account's login is shown as two words; its name is then in place of the address.
        let login = word("login").filter(|login| !login.contains(' '));
        let Some(user) = login.or_else(|| word("email")) else {
            gather.fault(at, text::list_entry_without("email"));
            continue;
        };
        if entry.get("suspended_login").is_some_and(is_one) {
            gather.leave_out(LeftOut::Disabled);
        } else {
            gather.user(user, at);
        }
    }
}

/// Whether a value is 1, however PHP and Perl write it.
fn is_one(value: &Value) -> bool {
    match value {
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_u64() == Some(1),
        Value::String(word) => is_yes(word),
        _ => false,
    }
}

fn parsed<T: DeserializeOwned>(text: &str, gather: &mut ListGather<'_>) -> Option<T> {
    match serde_yaml::from_str_with_options(text, bounds()) {
        Ok(parsed) => Some(parsed),
        Err(error) => {
            let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).max(1);
            let at = error.location().map_or((1, 1), |location| {
                (number(location.line()), number(location.column()))
            });
            // What the reader says may quote what stands there.
            gather.fault(at, text::list_document_unreadable());
            None
        }
    }
}

fn bounds() -> Options {
    options! {
        with_snippet: false,
        budget: budget! {
            max_nodes: NODES,
            max_events: 3 * NODES,
            max_depth: DEPTH,
        },
    }
}

fn place(entry: &Spanned<Value>) -> ListPlace {
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).max(1);
    let location = &entry.referenced;
    (number(location.line()), number(location.column()))
}
