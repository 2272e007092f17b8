//! Single values in a line of a trace: dates, numbers, flags, words, names.
//!
//! In: a value, and the item that it stands behind. Out: the value where it cannot be anybody's; else a token or its size.

use super::{
    render::Render,
    words::{self, size},
};
use crate::imap::lexer::{Lexer, Value};

impl Render<'_> {
    /// A date and time. A literal may have line ends between its words.
    pub(super) fn time(&mut self, value: &Value) {
        match value.text().filter(|text| words::is_time(text)) {
            Some(time) => {
                let words: Vec<&str> = time.split_ascii_whitespace().collect();
                self.line.word(&format!("\"{}\"", words.join(" ")));
            }
            None => self.line.size(size(value)),
        }
    }

    /// Numbers and sets where they count something, and the words of the protocol among them.
    pub(super) fn numbers(&mut self, value: &Value) {
        match value {
            Value::Nil => self.line.word("NIL"),
            Value::List(values) => {
                self.line.open("(");
                for value in values {
                    if self.line.is_full() {
                        break;
                    }
                    self.numbers(value);
                }
                self.line.close(")");
            }
            Value::Atom(octets) => {
                let word = String::from_utf8_lossy(octets);
                if words::is_set(&word) || words::is_number(&word) || words::is_protocol(&word) {
                    self.line.word(&word);
                } else {
                    self.unknown(value);
                }
            }
            Value::Text(octets) => self.line.size(octets.len()),
        }
    }

    pub(super) fn flags(&mut self, value: &Value) {
        let Some(flags) = value.list() else {
            return self.unknown(value);
        };
        self.line.open("(");
        for flag in flags {
            if self.line.is_full() {
                break;
            }
            self.flag(flag.octets().unwrap_or_default());
        }
        self.line.close(")");
    }

    pub(super) fn flag(&mut self, flag: &[u8]) {
        let text = String::from_utf8_lossy(flag);
        if words::is_flag(&text) {
            self.line.word(&text);
        } else if let Some(word) = flag.strip_prefix(b"\\") {
            let token = self.names.token(word);
            self.line.word(&format!("\\{token}"));
        } else {
            let name = self.names.name(flag);
            self.line.word(&name);
        }
    }

    /// A value that stands behind this item: a word of the protocol, a list of them; else a token. Numbers have no place here,
    /// they may be anything.
    pub(super) fn item(&mut self, item: Option<&str>, value: &Value) {
        let is_id = item.is_some_and(words::is_id);
        match value {
            Value::Nil => self.line.word("NIL"),
            Value::List(values) => {
                self.line.open("(");
                let mut before = item.map(str::to_owned);
                for value in values {
                    if self.line.is_full() {
                        break;
                    }
                    self.item(before.as_deref(), value);
                    // All that a list of ids holds is ids.
                    if !is_id {
                        before = value.text().map(|text| text.to_ascii_uppercase());
                    }
                }
                self.line.close(")");
            }
            Value::Atom(_) if is_id => self.unknown(value),
            Value::Atom(octets) => {
                let word = String::from_utf8_lossy(octets);
                if words::is_protocol(&word) || words::is_system_flag(&word) {
                    self.line.word(&word);
                } else {
                    self.unknown(value);
                }
            }
            Value::Text(octets) => {
                let text = String::from_utf8_lossy(octets);
                // The role that METADATA gives a mailbox.
                let is_role = item.is_some_and(|item| item.ends_with("/SPECIALUSE"));
                if is_role && words::is_system_flag(&text) {
                    self.line.word(&format!("\"{text}\""));
                } else {
                    self.line.size(octets.len());
                }
            }
        }
    }

    /// A word that nobody knows.
    pub(super) fn unknown(&mut self, value: &Value) {
        match value.octets() {
            Some(octets) => {
                let token = self.names.token(octets);
                self.line.word(&token);
            }
            None => self.line.size(size(value)),
        }
    }

    pub(super) fn mailbox(&mut self, name: &[u8]) {
        self.mailbox_after(name, *self.delimiter);
    }

    pub(super) fn mailbox_after(&mut self, name: &[u8], delimiter: Option<u8>) {
        let name = self.names.mailbox(name, delimiter);
        self.line.word(&name);
    }

    /// Writes each value that is left.
    pub(super) fn rest(&mut self, lexer: &mut Lexer<'_>, write: impl Fn(&mut Self, &Value)) {
        while let Some(value) = self.next(lexer) {
            write(self, &value);
        }
    }

    /// How much is left, where anything is.
    pub(super) fn left(&mut self, lexer: &mut Lexer<'_>) {
        let octets = lexer.rest().len();
        if octets > 0 {
            self.line.size(octets);
        }
    }

    /// The next value, as long as it can be shown and read; what cannot be is counted.
    pub(super) fn next<'v>(&mut self, lexer: &mut Lexer<'v>) -> Option<Value<'v>> {
        let rest = lexer.rest();
        if rest.is_empty() {
            return None;
        }
        let value = if self.line.is_full() {
            None
        } else {
            lexer.value()
        };
        if value.is_none() {
            self.line.size(rest.len());
        }
        value
    }
}
