//! What is sent and received becomes a line of a trace that holds nothing of anybody's.
//!
//! In: a [`Command`], or the octets of a response. Out: words of the protocol, numbers, sizes, tokens. Never: a secret; the
//! text, header or structure of a message; a literal; a word that is not on the allow-list of [`super::words`].
//!
//! Octets are read by the lexer that reads them for everybody else, so what a string is here it is there too. Where a name
//! may stand, everything is a name.

use super::{line::Line, names::Names, words};
use crate::imap::{
    command::Command,
    lexer::{Lexer, Tagged, Value, Word},
};

/// Items that are shown of one list: more than any server sends, and less than would take long.
const MOST_ITEMS: usize = 100;

/// Writes one line.
pub(super) struct Render<'r> {
    line: Line,
    names: &'r mut Names,
    /// The hierarchy delimiter, as far as the session has shown one.
    delimiter: &'r mut Option<u8>,
}

impl<'r> Render<'r> {
    pub fn new(names: &'r mut Names, delimiter: &'r mut Option<u8>) -> Self {
        Self {
            line: Line::default(),
            names,
            delimiter,
        }
    }

    /// A command. Of a login only the mechanism is shown.
    pub fn command(mut self, tag: &str, command: &Command) -> String {
        self.line.word(tag);
        let verb = command.verb();
        let octets: usize = command.parts().iter().map(|part| part.len()).sum();
        match verb.as_str() {
            "AUTHENTICATE" => {
                self.line.word(&verb);
                let head = command
                    .parts()
                    .first()
                    .map_or(&[][..], |part| part.as_slice());
                let mechanism = head.split(|octet| *octet == b' ').nth(1);
                let mechanism = mechanism.and_then(|word| std::str::from_utf8(word).ok());
                let known = mechanism.filter(|word| words::is_capability(word));
                self.line.word(known.unwrap_or("?"));
                self.line.word("…");
            }
            "LOGIN" | "ID" => {
                self.line.word(&verb);
                self.line.word("…");
            }
            _ => {
                let mut whole = Vec::with_capacity(octets + 2 * command.parts().len());
                for part in command.parts() {
                    whole.extend_from_slice(part);
                    whole.extend_from_slice(b"\r\n");
                }
                self.arguments(Lexer::new(&whole));
            }
        }
        self.line.finish()
    }

    /// The words of a command of ours: every string in it is the name of a mailbox, or an attribute to be set.
    fn arguments(&mut self, mut lexer: Lexer<'_>) {
        let mut item = None;
        while let Some(value) = self.next(&mut lexer) {
            match (&value, value.text()) {
                (Value::Text(_), Some(text)) if words::is_flag(&text) => self.line.word(&text),
                (Value::Text(name), _) => self.mailbox(name),
                (Value::Atom(word), Some(_)) if item.as_deref() == Some("KEYWORD") => {
                    self.flag(word);
                }
                _ => self.item(item.as_deref(), &value),
            }
            item = value.text().map(|text| text.to_ascii_uppercase());
        }
    }

    /// A response.
    pub fn response(mut self, response: &[u8]) -> String {
        if response.starts_with(b"+") {
            self.line.word("+");
            self.line.size(response.len().saturating_sub(3));
        } else if let Some(status) = Tagged::parse(response) {
            self.status(&status);
        } else if let Some(mut lexer) = Lexer::untagged(response) {
            self.line.word("*");
            self.untagged(&mut lexer);
        } else {
            self.line.size(response.len());
        }
        self.line.finish()
    }

    fn status(&mut self, status: &Tagged) {
        let tag = String::from_utf8_lossy(&status.tag);
        self.line.word(if tag == "*" || is_tag(&tag) {
            &tag
        } else {
            "?"
        });
        self.line.word(match status.word {
            Word::Ok => "OK",
            Word::No => "NO",
            Word::Bad => "BAD",
            Word::Bye => "BYE",
            Word::Preauth => "PREAUTH",
        });
        if let Some(code) = &status.code {
            self.line.open("[");
            self.code(code);
            self.line.close("]");
        }
        if words::is_plain_text(&status.text) {
            status
                .text
                .split_ascii_whitespace()
                .for_each(|word| self.line.word(word));
        } else {
            self.line.size(status.text.len());
        }
    }

    fn code(&mut self, code: &str) {
        let mut lexer = Lexer::new(code.as_bytes());
        let first = lexer.value();
        let word = first.as_ref().and_then(Value::text).unwrap_or_default();
        if !words::is_code(&word) {
            let token = self.names.token(code.as_bytes());
            return self.line.word(&token);
        }
        self.line.word(&word);
        match word.to_ascii_uppercase().as_str() {
            "CAPABILITY" => self.capabilities(&mut lexer),
            "PERMANENTFLAGS" => self.rest(&mut lexer, Self::flags),
            code => self.rest(&mut lexer, |me, value| me.item(Some(code), value)),
        }
    }

    fn untagged(&mut self, lexer: &mut Lexer<'_>) {
        let whole = lexer.rest().len();
        let Some(first) = lexer.value() else {
            return self.line.size(whole);
        };
        let word = first.text().unwrap_or_default().to_ascii_uppercase();
        let is_known = matches!(first, Value::Atom(_)) && words::is_protocol(&word);
        if !is_known {
            return self.line.size(whole);
        }
        self.line.word(&word);
        match word.as_str() {
            "CAPABILITY" | "ENABLED" => self.capabilities(lexer),
            "LIST" | "LSUB" | "XLIST" => self.listed(lexer),
            "STATUS" | "MYRIGHTS" | "ACL" | "LISTRIGHTS" | "QUOTAROOT" | "METADATA" => {
                self.named(&word, lexer);
            }
            "FLAGS" => self.rest(lexer, Self::flags),
            "NAMESPACE" => self.namespaces(lexer),
            "ID" => self.rest(lexer, Self::software),
            _ => self.numbered(lexer),
        }
    }

    /// SEARCH, ESEARCH, VANISHED; and what begins with a number: EXISTS, EXPUNGE, FETCH.
    fn numbered(&mut self, lexer: &mut Lexer<'_>) {
        let mut is_fetch = false;
        while let Some(value) = self.next(lexer) {
            match &value {
                Value::List(values) if is_fetch => self.fetched(values),
                value => self.item(None, value),
            }
            is_fetch = value.is("FETCH") || value.is("UIDFETCH");
        }
    }

    fn capabilities(&mut self, lexer: &mut Lexer<'_>) {
        self.rest(lexer, |me, value| {
            let word = value.text().unwrap_or_default();
            if words::is_capability(&word) {
                me.line.word(&word);
            } else {
                me.unknown(value);
            }
        });
    }

    /// LIST, LSUB, XLIST: attributes, the delimiter, the name, and data that may follow it.
    fn listed(&mut self, lexer: &mut Lexer<'_>) {
        if let Some(attributes) = lexer.value() {
            self.flags(&attributes);
        }
        let delimiter = lexer.value();
        let sign = delimiter.as_ref().and_then(one_sign);
        if sign.is_some() {
            *self.delimiter = sign;
        }
        match (delimiter, sign) {
            (Some(Value::Nil), _) => self.line.word("NIL"),
            (_, Some(sign)) => self.line.word(&format!("\"{}\"", char::from(sign))),
            _ => self.line.word("?"),
        }
        let bare = lexer.rest().trim_ascii_end();
        let name = lexer.value();
        let data = lexer.value();
        match (&name, &data) {
            (Some(name), None | Some(Value::List(_))) => {
                let octets = name.octets().unwrap_or_default();
                self.mailbox_after(octets, sign);
            }
            // A name with blanks and no quotes.
            _ => self.mailbox_after(bare, sign),
        }
        if let Some(data @ Value::List(_)) = &data {
            self.item(None, data);
        }
    }

    /// A response that begins with a mailbox's name.
    fn named(&mut self, word: &str, lexer: &mut Lexer<'_>) {
        let Some(name) = lexer.value() else { return };
        self.mailbox(name.octets().unwrap_or_default());
        let mut place = 0;
        while let Some(value) = self.next(lexer) {
            place += 1;
            match (word, place) {
                ("STATUS" | "METADATA", _) if value.list().is_some() => self.item(None, &value),
                ("MYRIGHTS", _) | ("LISTRIGHTS", 2..) => self.rights(&value),
                ("ACL", place) if place % 2 == 0 => self.rights(&value),
                ("ACL" | "LISTRIGHTS", _) => self.identifier(&value),
                // GNU mailutils 3.15 puts no quotes around a name with blanks, so this may be more of the name.
                _ => self.unknown(&value),
            }
        }
    }

    fn rights(&mut self, value: &Value) {
        match value.text().and_then(|text| words::rights(&text)) {
            Some(rights) => self.line.word(&format!("\"{rights}\"")),
            None => self.unknown(value),
        }
    }

    /// Whose rights they are.
    fn identifier(&mut self, value: &Value) {
        let text = value.text().unwrap_or_default();
        if words::is_anybody(&text) {
            self.line.word(&text);
        } else {
            let name = self.names.name(text.as_bytes());
            self.line.word(&name);
        }
    }

    fn namespaces(&mut self, lexer: &mut Lexer<'_>) {
        self.rest(lexer, |me, class| {
            let Some(namespaces) = class.list() else {
                return me.line.word("NIL");
            };
            me.line.open("(");
            for namespace in namespaces.iter().take(MOST_ITEMS) {
                let values = namespace.list().unwrap_or_default();
                let sign = values.get(1).and_then(one_sign);
                if sign.is_some() {
                    *me.delimiter = sign;
                }
                me.line.open("(");
                if let Some(prefix) = values.first().and_then(Value::octets) {
                    me.mailbox_after(prefix, sign);
                }
                let shown =
                    sign.map_or("NIL".to_owned(), |sign| format!("\"{}\"", char::from(sign)));
                me.line.word(&shown);
                me.line.close(")");
            }
            me.line.close(")");
        });
    }

    /// ID: keys and values, of which only products and versions are shown.
    fn software(&mut self, value: &Value) {
        let Some(values) = value.list() else {
            return self.unknown(value);
        };
        self.line.open("(");
        for value in values.iter().take(MOST_ITEMS) {
            let text = value.text().unwrap_or_default();
            let is_key = ["name", "version", "vendor", "os"].contains(&&*text.to_ascii_lowercase());
            if is_key || words::is_software(&text) {
                self.line.word(&format!("\"{text}\""));
            } else {
                self.line.size(text.len());
            }
        }
        self.line.close(")");
    }

    /// What FETCH tells of a message, by pairs of item and value.
    fn fetched(&mut self, values: &[Value]) {
        self.line.open("(");
        for pair in values.chunks(2).take(MOST_ITEMS) {
            let [item, value] = pair else { continue };
            let name = item.text().unwrap_or_default().to_ascii_uppercase();
            self.item(None, item);
            match name.as_str() {
                "FLAGS" => self.flags(value),
                "X-MAILBOX" => self.mailbox(value.octets().unwrap_or_default()),
                "UID" | "RFC822.SIZE" | "MODSEQ" => self.item(None, value),
                "INTERNALDATE" => match value.text().filter(|text| words::is_time(text)) {
                    Some(time) => self.line.word(&format!("\"{time}\"")),
                    None => self.line.size(size(value)),
                },
                id if words::is_id(id) => self.item(Some(id), value),
                // Parts of the message, and what was read of its header.
                _ => self.line.size(size(value)),
            }
        }
        self.line.close(")");
    }

    fn flags(&mut self, value: &Value) {
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

    fn flag(&mut self, flag: &[u8]) {
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

    /// A value that stands behind this item: a word of the protocol, a number, a set, a list of them; else a token.
    fn item(&mut self, item: Option<&str>, value: &Value) {
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
                    before = value.text().map(|text| text.to_ascii_uppercase());
                }
                self.line.close(")");
            }
            Value::Atom(_) if is_id => self.unknown(value),
            Value::Atom(octets) => {
                let word = String::from_utf8_lossy(octets);
                if words::is_protocol(&word) || words::is_set(&word) || words::is_flag(&word) {
                    self.line.word(&word);
                } else {
                    self.unknown(value);
                }
            }
            Value::Text(octets) => {
                let text = String::from_utf8_lossy(octets);
                // ESEARCH names the command that it answers.
                if is_tag(&text) {
                    self.line.word(&format!("\"{text}\""));
                } else {
                    self.line.size(octets.len());
                }
            }
        }
    }

    /// A word that nobody knows.
    fn unknown(&mut self, value: &Value) {
        match value.octets() {
            Some(octets) => {
                let token = self.names.token(octets);
                self.line.word(&token);
            }
            None => self.line.size(size(value)),
        }
    }

    fn mailbox(&mut self, name: &[u8]) {
        self.mailbox_after(name, *self.delimiter);
    }

    fn mailbox_after(&mut self, name: &[u8], delimiter: Option<u8>) {
        let name = self.names.mailbox(name, delimiter);
        self.line.word(&name);
    }

    /// Writes each value that is left.
    fn rest(&mut self, lexer: &mut Lexer<'_>, write: impl Fn(&mut Self, &Value)) {
        while let Some(value) = self.next(lexer) {
            write(self, &value);
        }
    }

    /// The next value, as long as it can be shown and read; what cannot be is counted.
    fn next(&mut self, lexer: &mut Lexer<'_>) -> Option<Value> {
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

/// A tag that this program gives.
fn is_tag(word: &str) -> bool {
    word.strip_prefix('R').is_some_and(words::is_number)
}

/// A delimiter that says nothing else.
fn one_sign(value: &Value) -> Option<u8> {
    match value.octets()? {
        [sign] if sign.is_ascii_punctuation() && !matches!(sign, b'"' | b'\\' | b'~') => {
            Some(*sign)
        }
        [b'\\'] => Some(b'\\'),
        _ => None,
    }
}

/// Octets of a value, those of the strings in a list together.
fn size(value: &Value) -> usize {
    match value {
        Value::Nil => 0,
        Value::Atom(octets) | Value::Text(octets) => octets.len(),
        Value::List(values) => values.iter().map(size).sum(),
    }
}
