//! What is sent and received becomes a line of a trace that holds nothing of anybody's.
//!
//! In: a [`Command`], or the octets of a response. Out: words of the protocol, numbers, sizes, tokens. Never: a secret; the
//! text, header or structure of a message; a literal; a word that is not on the allow-list of [`super::words`].
//!
//! Octets are read by the lexer that reads them for everybody else, so what a string is here it is there too. Where a name
//! may stand, everything is a name.

use super::{
    line::Line,
    names::Names,
    words::{self, size},
};
use crate::imap::{
    command::Command,
    lexer::{Lexer, Tagged, Value, Word},
};

/// Items that are shown of one list: more than any server sends, and less than would take long.
const MOST_ITEMS: usize = 100;

/// Writes one line.
pub(super) struct Render<'r> {
    pub(super) line: Line,
    pub(super) names: &'r mut Names,
    /// The hierarchy delimiter, as far as the session has shown one.
    pub(super) delimiter: &'r mut Option<u8>,
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

    /// The words of a command of ours: every string in it is the name of a mailbox, whatever its name is, and every number
    /// is one of ours where it is no keyword and no id.
    fn arguments(&mut self, mut lexer: Lexer<'_>) {
        let mut before = String::new();
        while let Some(value) = self.next(&mut lexer) {
            let text = value.text().unwrap_or_default();
            let is_keyword = matches!(&*before, "KEYWORD" | "UNKEYWORD");
            let is_ours = words::is_set(&text) || words::is_day(&text);
            match &value {
                Value::Text(name) => self.mailbox(name),
                Value::Atom(word) if is_keyword => self.flag(word),
                Value::Atom(_) if is_ours && !words::is_id(&before) => self.line.word(&text),
                Value::List(_) if before.trim_start_matches(['+', '-']).starts_with("FLAGS") => {
                    self.flags(&value);
                }
                _ => self.item(Some(&before), &value),
            }
            // A name is no item, whatever it is.
            before = match value {
                Value::Atom(_) => text.to_ascii_uppercase(),
                _ => String::new(),
            };
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
        // It may be a secret that the server repeats, so it gets no token either: tokens are kept in memory.
        if !words::is_code(&word) {
            return self.line.size(code.len());
        }
        self.line.word(&word);
        match word.to_ascii_uppercase().as_str() {
            "CAPABILITY" => self.capabilities(&mut lexer),
            "PERMANENTFLAGS" => self.rest(&mut lexer, Self::flags),
            "MAILBOXID" => self.rest(&mut lexer, |me, value| me.item(Some("MAILBOXID"), value)),
            code if words::is_counting_code(code) => self.rest(&mut lexer, Self::numbers),
            _ => self.left(&mut lexer),
        }
    }

    fn untagged(&mut self, lexer: &mut Lexer<'_>) {
        let whole = lexer.rest().len();
        let Some(first) = lexer.value() else {
            return self.line.size(whole);
        };
        let word = first.text().unwrap_or_default().to_ascii_uppercase();
        let is_atom = matches!(first, Value::Atom(_));
        if is_atom && words::is_number(&word) {
            return self.numbered(&word, lexer, whole);
        }
        if !is_atom || !words::is_protocol(&word) {
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
            "ESEARCH" => self.found(lexer),
            "SEARCH" | "VANISHED" => self.rest(lexer, Self::numbers),
            _ => self.left(lexer),
        }
    }

    /// What begins with a number: EXISTS, RECENT, EXPUNGE, FETCH. Before any other word it may be anybody's.
    fn numbered(&mut self, number: &str, lexer: &mut Lexer<'_>, whole: usize) {
        let word = lexer.value().and_then(|value| value.text());
        let word = word.unwrap_or_default().to_ascii_uppercase();
        let is_fetch = matches!(&*word, "FETCH" | "UIDFETCH");
        if !is_fetch && !matches!(&*word, "EXISTS" | "RECENT" | "EXPUNGE") {
            return self.line.size(whole);
        }
        self.line.word(number);
        self.line.word(&word);
        let mut ahead = lexer.clone();
        if let (true, Some(Value::List(values))) = (is_fetch, ahead.value()) {
            *lexer = ahead;
            self.fetched(&values);
        }
        self.left(lexer);
    }

    /// ESEARCH: the tag of the command that it answers, and numbers.
    fn found(&mut self, lexer: &mut Lexer<'_>) {
        let mut ahead = lexer.clone();
        if let Some(Value::List(values)) = ahead.value() {
            *lexer = ahead;
            let tag = match &*values {
                [word, tag] if word.is("TAG") => tag.text().filter(|tag| is_tag(tag)),
                _ => None,
            };
            match tag {
                Some(tag) => self.line.word(&format!("(TAG \"{tag}\")")),
                None => self.line.size(values.iter().map(size).sum()),
            }
        }
        self.rest(lexer, Self::numbers);
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
        if let Some(Value::List(values)) = &data {
            self.listed_data(values);
        }
    }

    /// What LIST may tell besides: where the name has blanks and no quotes, it may be more of the name.
    fn listed_data(&mut self, values: &[Value]) {
        self.line.open("(");
        for pair in values.chunks(2).take(MOST_ITEMS) {
            let [item, value] = pair else { continue };
            let item = item.text().unwrap_or_default().to_ascii_uppercase();
            match (item.as_str(), value.list()) {
                ("CHILDINFO", Some(_)) => {
                    self.line.word(&item);
                    self.item(None, value);
                }
                ("OLDNAME", Some(names)) => {
                    self.line.word(&item);
                    for name in names.iter().take(MOST_ITEMS) {
                        self.mailbox(name.octets().unwrap_or_default());
                    }
                }
                _ => self.line.size(item.len() + size(value)),
            }
        }
        self.line.close(")");
    }

    /// A response that begins with a mailbox's name.
    fn named(&mut self, word: &str, lexer: &mut Lexer<'_>) {
        let Some(name) = lexer.value() else { return };
        self.mailbox(name.octets().unwrap_or_default());
        let mut place = 0;
        while let Some(value) = self.next(lexer) {
            place += 1;
            match (word, place) {
                ("STATUS" | "METADATA", _) if value.list().is_some() => {
                    self.told(value.list().unwrap_or_default());
                }
                ("MYRIGHTS", _) | ("LISTRIGHTS", 2..) => self.rights(&value),
                ("ACL", place) if place % 2 == 0 => self.rights(&value),
                ("ACL" | "LISTRIGHTS", _) => self.identifier(&value),
                // GNU mailutils 3.15 puts no quotes around a name with blanks, so this may be more of the name.
                _ => self.unknown(&value),
            }
        }
    }

    /// What STATUS and METADATA tell of a mailbox, by pairs. Only counts are shown as they are, ids get tokens, and a value of
    /// METADATA may be any text.
    fn told(&mut self, values: &[Value]) {
        self.line.open("(");
        for pair in values.chunks(2).take(MOST_ITEMS) {
            let [item, value] = pair else { continue };
            let name = item.text().unwrap_or_default().to_ascii_uppercase();
            if words::is_counted(&name) {
                self.line.word(&name);
                self.numbers(value);
                continue;
            }
            self.item(None, item);
            match value {
                Value::Atom(_) | Value::List(_) if !words::is_id(&name) => {
                    self.line.size(size(value));
                }
                value => self.item(Some(&name), value),
            }
        }
        self.line.close(")");
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

    /// ID: keys and values, of which only products and versions are shown, and those only behind their own keys: an address
    /// looks like a version, and a number may be a user.
    fn software(&mut self, value: &Value) {
        let Some(values) = value.list() else {
            return self.unknown(value);
        };
        self.line.open("(");
        for pair in values.chunks(2).take(MOST_ITEMS) {
            let mut words = pair.iter().map(|value| value.text().unwrap_or_default());
            let key = words.next().unwrap_or_default();
            let mut show = |text: &str, is_shown: bool| {
                if is_shown {
                    self.line.word(&format!("\"{text}\""));
                } else {
                    self.line.size(text.len());
                }
            };
            show(&key, words::is_software_key(&key));
            if let Some(text) = words.next() {
                show(&text, words::is_software(&key, &text));
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
                "UID" | "RFC822.SIZE" | "MODSEQ" => self.numbers(value),
                "INTERNALDATE" => self.time(value),
                id if words::is_id(id) => self.item(Some(id), value),
                // Parts of the message, and what was read of its header.
                _ => self.line.size(size(value)),
            }
        }
        self.line.close(")");
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
