//! The rules that some generators keep as JSON in the comments of their scripts, and read at the next save.
//!
//! In: a comment. Out: the rules in it, and the comment with other names of mailboxes. Never: what the rules do.

use std::ops::Range;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::{
    generator::{Generator, HEADER, said},
    lexer::Comment,
};

/// What follows SnappyMail's JSON.
const END: &str = "END:HEADER";

/// What stands before Nextcloud Mail's JSON.
const FILTERS: &str = " FILTER: ";

/// The octets of a line of SnappyMail's BASE64.
const WIDTH: usize = 74;

/// Rules in a comment.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stored {
    /// The line on which the comment begins.
    pub line: usize,
    /// Where in the script the JSON stands.
    pub content: Range<usize>,
    form: StoredForm,
    /// `None` where it is no JSON: its generator would not read it either.
    json: Option<Value>,
}

/// How JSON is put into a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StoredForm {
    /// BASE64 in lines that end so, one rule in each comment.
    Base64(&'static str),
    /// As it is, all rules in one line.
    Plain,
}

/// The rules in this comment; `None` where none are in it.
pub(super) fn stored(text: &[u8], comment: &Comment) -> Option<Stored> {
    let all = std::str::from_utf8(said(text, comment)).ok()?;
    let (form, inside, json) = if comment.is_block {
        let (before, rest) = all.split_once(HEADER)?;
        let (inside, _) = rest.split_once(END)?;
        let packed: String = inside.split_ascii_whitespace().collect();
        let json = STANDARD.decode(packed).ok();
        let line_end = if inside.starts_with("\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        let start = before.len() + HEADER.len();
        (
            StoredForm::Base64(line_end),
            start..start + inside.len(),
            json,
        )
    } else {
        let json = all.strip_prefix(FILTERS)?;
        let inside = FILTERS.len()..all.len();
        (StoredForm::Plain, inside, Some(json.as_bytes().to_vec()))
    };
    let from = comment.content.start;
    Some(Stored {
        line: comment.line,
        content: from + inside.start..from + inside.end,
        form,
        json: json.and_then(|json| serde_json::from_slice(&json).ok()),
    })
}

impl Stored {
    /// Whether its generator can read it.
    pub fn is_readable(&self) -> bool {
        self.json.is_some()
    }

    /// The rule's name, where there is one rule.
    pub fn rule_name(&self) -> Option<String> {
        let name = self.json.as_ref()?.get("Name")?.as_str()?;
        Some(name.to_owned()).filter(|name| !name.is_empty())
    }

    /// The JSON as it stands in the script, after every name of a mailbox was changed so; `None` where none was.
    pub fn changed(&self, rename: &dyn Fn(&str) -> Option<String>) -> Option<Vec<u8>> {
        let mut json = self.json.clone()?;
        let mut is_changed = false;
        for name in mailboxes(&mut json) {
            if let Some(new) = rename(name) {
                *name = new;
                is_changed = true;
            }
        }
        is_changed.then(|| self.form.written(&json.to_string()))
    }
}

impl StoredForm {
    fn written(self, json: &str) -> Vec<u8> {
        let Self::Base64(line_end) = self else {
            return json.as_bytes().to_vec();
        };
        let packed = STANDARD.encode(json);
        let mut written = line_end.as_bytes().to_vec();
        for line in packed.as_bytes().chunks(WIDTH) {
            written.extend_from_slice(line);
            written.extend_from_slice(line_end.as_bytes());
        }
        written
    }
}

/// The names of mailboxes in a rule of SnappyMail's, or in the list of rules of Nextcloud Mail's.
fn mailboxes(json: &mut Value) -> Vec<&mut String> {
    match json {
        Value::Object(rule) => {
            let moves = rule.get("ActionType").and_then(Value::as_str) == Some("MoveTo");
            let name = rule.get_mut("ActionValue").filter(|_| moves);
            name.and_then(text).into_iter().collect()
        }
        Value::Array(rules) => {
            let actions = rules.iter_mut().filter_map(|rule| rule.get_mut("actions"));
            let actions = actions.filter_map(Value::as_array_mut).flatten();
            let filing = actions
                .filter(|action| action.get("type").and_then(Value::as_str) == Some("fileinto"));
            let names = filing.filter_map(|action| action.get_mut("mailbox"));
            names.filter_map(text).collect()
        }
        _ => Vec::new(),
    }
}

fn text(value: &mut Value) -> Option<&mut String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// Whether this generator's JSON has names in modified UTF-7, whatever the server takes.
pub(super) fn is_mutf7(generator: Generator) -> bool {
    generator == Generator::RainLoop
}
