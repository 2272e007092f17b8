//! One response of a server becomes values: tolerant of what real servers send, bounded against what hostile ones do.
//!
//! In: the octets of one whole response. Out: [`Value`]s, [`Tagged`]. What cannot be read is none. No octets make it panic,
//! and lists nest at most [`DEEPEST`] deep.

use std::borrow::Cow;

/// Lists inside lists; FETCH needs three.
const DEEPEST: u8 = 16;
/// Values in the lists of one response: each takes far more memory than its octets. A mailbox with twenty thousand keywords
/// is none.
const MOST: usize = 20_000;

/// One value of IMAP's grammar (RFC 9051 §4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// NIL, not quoted.
    Nil,
    /// An atom, a number, a flag, or `BODY[…]` whole.
    Atom(&'a [u8]),
    /// A quoted string or a literal, escapes undone.
    Text(Cow<'a, [u8]>),
    /// A parenthesised list.
    List(Vec<Value<'a>>),
}

impl<'a> Value<'a> {
    /// The octets of an atom or a string; NIL where a string could stand is the word itself (RFC 9051 §4.5).
    pub fn octets(&self) -> Option<&[u8]> {
        match self {
            Self::Atom(octets) => Some(octets),
            Self::Text(octets) => Some(octets),
            Self::Nil => Some(b"NIL"),
            Self::List(_) => None,
        }
    }

    /// The same as text, what is not UTF-8 replaced.
    pub fn text(&self) -> Option<String> {
        self.octets()
            .map(|octets| String::from_utf8_lossy(octets).into_owned())
    }

    /// A number.
    pub fn number(&self) -> Option<u64> {
        std::str::from_utf8(self.octets()?).ok()?.parse().ok()
    }

    /// A number of 32 bits that is not zero: a UID, a UIDVALIDITY.
    pub fn positive(&self) -> Option<u32> {
        self.number()
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| *number != 0)
    }

    /// A UIDVALIDITY; see [`validity`].
    pub fn validity(&self) -> Option<u32> {
        self.number().and_then(validity)
    }

    /// The values of a list.
    pub fn list(&self) -> Option<&[Value<'a>]> {
        match self {
            Self::List(values) => Some(values),
            _ => None,
        }
    }

    /// Whether it is this atom, in any case.
    pub fn is(&self, word: &str) -> bool {
        matches!(self, Self::Atom(octets) if octets.eq_ignore_ascii_case(word.as_bytes()))
    }
}

/// Reads values off the front of a response.
#[derive(Debug, Clone)]
pub struct Lexer<'a> {
    octets: &'a [u8],
    /// How many values may still be in lists.
    left: usize,
}

impl<'a> Lexer<'a> {
    /// Over octets without their final line end.
    pub fn new(octets: &'a [u8]) -> Self {
        let octets = octets.strip_suffix(b"\n").unwrap_or(octets);
        let octets = octets.strip_suffix(b"\r").unwrap_or(octets);
        Self { octets, left: MOST }
    }

    /// Of an untagged response, behind the `* `; none for any other.
    pub fn untagged(response: &'a [u8]) -> Option<Self> {
        let mut lexer = Self::new(response);
        lexer.octets = lexer.octets.strip_prefix(b"*")?;
        Some(lexer)
    }

    /// What has not been read yet, blanks before it skipped.
    pub fn rest(&mut self) -> &'a [u8] {
        while let Some(rest) = self.octets.strip_prefix(b" ") {
            self.octets = rest;
        }
        self.octets
    }

    /// The next word as it stands, not read.
    pub fn head(&mut self) -> &'a [u8] {
        let ends = |octet: &u8| matches!(octet, b' ' | b'(' | b'\r' | b'\n');
        self.rest().split(ends).next().unwrap_or_default()
    }

    /// The next value.
    pub fn value(&mut self) -> Option<Value<'a>> {
        self.nested(DEEPEST)
    }

    /// Whether the next value is this word; it is read only then.
    pub fn word(&mut self, word: &str) -> bool {
        let head = self.head();
        let is_it = head.eq_ignore_ascii_case(word.as_bytes());
        if is_it {
            self.octets = self.octets.get(head.len()..).unwrap_or_default();
        }
        is_it
    }

    fn nested(&mut self, deeper: u8) -> Option<Value<'a>> {
        match self.rest() {
            [b'(', rest @ ..] => {
                self.octets = rest;
                self.list(deeper.checked_sub(1)?)
            }
            [b'"', rest @ ..] => {
                self.octets = rest;
                self.quoted()
            }
            // literal8 (RFC 3516) reads like any literal.
            [b'~', b'{', ..] => {
                self.octets = self.octets.get(1..)?;
                self.literal()
            }
            [b'{', ..] => self.literal(),
            _ => self.atom(),
        }
    }

    fn list(&mut self, deeper: u8) -> Option<Value<'a>> {
        let mut values = Vec::new();
        loop {
            if let Some(rest) = self.rest().strip_prefix(b")") {
                self.octets = rest;
                return Some(Value::List(values));
            }
            self.left = self.left.checked_sub(1)?;
            values.push(self.nested(deeper)?);
        }
    }

    fn quoted(&mut self) -> Option<Value<'a>> {
        let plain = |octet: &u8| !matches!(octet, b'"' | b'\\' | b'\r' | b'\n');
        let length = self.octets.iter().take_while(|octet| plain(octet)).count();
        let (head, rest) = self.octets.split_at_checked(length)?;
        if let Some(rest) = rest.strip_prefix(b"\"") {
            self.octets = rest;
            return Some(Value::Text(Cow::Borrowed(head)));
        }
        let mut text = head.to_vec();
        let mut octets = rest.iter();
        loop {
            match octets.next()? {
                b'"' => {
                    self.octets = octets.as_slice();
                    return Some(Value::Text(Cow::Owned(text)));
                }
                b'\\' => text.push(*octets.next()?),
                b'\r' | b'\n' => return None,
                octet => text.push(*octet),
            }
        }
    }

    fn literal(&mut self) -> Option<Value<'a>> {
        let line_end = self.octets.iter().position(|octet| *octet == b'\n')? + 1;
        let (head, rest) = self.octets.split_at_checked(line_end)?;
        let length = usize::try_from(literal_length(head)?).ok()?;
        let (text, rest) = rest.split_at_checked(length)?;
        self.octets = rest;
        Some(Value::Text(Cow::Borrowed(text)))
    }

    fn atom(&mut self) -> Option<Value<'a>> {
        let octets = self.octets;
        // `BODY[HEADER.FIELDS (MESSAGE-ID)]` holds blanks and parentheses; a keyword with a bracket must not.
        let is_section = |start: &[u8]| {
            octets
                .get(..start.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(start))
        };
        let mut inside = 0_u32;
        let brackets = is_section(b"BODY[") || is_section(b"BINARY");
        let end = octets.iter().position(|octet| {
            match octet {
                b'[' if brackets => inside += 1,
                b']' if brackets => inside = inside.saturating_sub(1),
                _ => {}
            }
            matches!(octet, b'\r' | b'\n') || inside == 0 && matches!(octet, b' ' | b'(' | b')')
        });
        let (atom, rest) = octets.split_at_checked(end.unwrap_or(octets.len()))?;
        if atom.is_empty() {
            return None;
        }
        self.octets = rest;
        Some(if atom.eq_ignore_ascii_case(b"NIL") {
            Value::Nil
        } else {
            Value::Atom(atom)
        })
    }
}

/// A UIDVALIDITY in 32 bits; none for zero. One of 64 bits, which is against RFC 9051 §2.3.1.1 but sent, is folded: it is
/// only ever compared with what the same server has told before, and each of its bits counts.
pub fn validity(number: u64) -> Option<u32> {
    let folded = (number >> 32) ^ (number & u64::from(u32::MAX));
    u32::try_from(folded).ok().filter(|folded| *folded != 0)
}

/// The length that a line announces in its last `{n}`; none where it announces no literal.
pub fn literal_length(line: &[u8]) -> Option<u64> {
    let line = line.strip_suffix(b"\n")?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.strip_suffix(b"}")?;
    let line = line.strip_suffix(b"+").unwrap_or(line);
    let open = line.iter().rposition(|octet| *octet == b'{')?;
    let digits = line.get(open + 1..)?;
    if digits.is_empty() || digits.len() > 19 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The word of a status response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    Ok,
    No,
    Bad,
    Bye,
    Preauth,
}

/// A status response (RFC 9051 §7.1): tagged, or untagged with `*` for its tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tagged {
    /// The tag.
    pub tag: Vec<u8>,
    /// The condition.
    pub word: Word,
    /// The response code, brackets taken off.
    pub code: Option<String>,
    /// The server's words, hostile.
    pub text: String,
}

impl Tagged {
    /// Reads a status response; none for anything else.
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut lexer = Lexer::new(line);
        let Value::Atom(tag) = lexer.value()? else {
            return None;
        };
        let word = lexer.value()?;
        let word = [
            ("OK", Word::Ok),
            ("NO", Word::No),
            ("BAD", Word::Bad),
            ("BYE", Word::Bye),
            ("PREAUTH", Word::Preauth),
        ]
        .into_iter()
        .find_map(|(spelling, known)| word.is(spelling).then_some(known))?;
        let rest = lexer.rest();
        let (code, text) = match rest.strip_prefix(b"[").and_then(code_length) {
            Some(length) => {
                let code = rest.get(1..=length)?;
                (Some(code), rest.get(length + 2..).unwrap_or_default())
            }
            None => (None, rest),
        };
        let readable = |octets: &[u8]| String::from_utf8_lossy(octets).trim().to_owned();
        Some(Self {
            tag: tag.to_vec(),
            word,
            code: code.map(readable),
            text: readable(text),
        })
    }
}

/// Octets before the closing bracket; brackets inside parentheses (keywords may hold one) do not close.
fn code_length(octets: &[u8]) -> Option<usize> {
    let mut inside = 0_u32;
    octets.iter().position(|octet| {
        match octet {
            b'(' => inside += 1,
            b')' => inside = inside.saturating_sub(1),
            _ => {}
        }
        inside == 0 && *octet == b']'
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn atom(text: &str) -> Value<'_> {
        Value::Atom(text.as_bytes())
    }

    fn text(text: &str) -> Value<'_> {
        Value::Text(text.as_bytes().into())
    }

    #[test]
    fn escapes_literals_and_nil_are_read() {
        let mut lexer =
            Lexer::new(b"(\\Sent) NIL \"a\\\"b\\\\c\" {3}\r\nd\r\n ~{2+}\r\nxy tail\r\n");
        assert_eq!(lexer.value(), Some(Value::List(vec![atom("\\Sent")])));
        assert_eq!(lexer.value(), Some(Value::Nil));
        assert_eq!(lexer.value(), Some(text("a\"b\\c")));
        assert_eq!(lexer.value(), Some(text("d\r\n")));
        assert_eq!(lexer.value(), Some(text("xy")));
        assert_eq!(lexer.value(), Some(atom("tail")));
        assert_eq!(lexer.value(), None);
    }

    #[test]
    fn a_body_section_is_one_atom_and_a_keyword_with_a_bracket_too() {
        let mut lexer = Lexer::new(b"BODY[HEADER.FIELDS (MESSAGE-ID)] (odd[one \\Seen)");
        assert_eq!(
            lexer.value(),
            Some(atom("BODY[HEADER.FIELDS (MESSAGE-ID)]"))
        );
        let flags = vec![atom("odd[one"), atom("\\Seen")];
        assert_eq!(lexer.value(), Some(Value::List(flags)));
    }

    #[test]
    fn nesting_without_end_is_refused_and_not_followed() {
        let deep = vec![b'('; 200_000];
        assert_eq!(Lexer::new(&deep).value(), None);
    }

    #[test]
    fn a_list_of_more_values_than_any_list_has_is_not_read() {
        let list = |values: usize| format!("(({}))", "a ".repeat(values));
        assert!(Lexer::new(list(MOST - 2).as_bytes()).value().is_some());
        assert!(Lexer::new(list(MOST + 1).as_bytes()).value().is_none());
    }

    #[test]
    fn status_responses_keep_their_code_and_their_words() {
        let line = Tagged::parse("R1 NO [OVERQUOTA] plein à craquer\r\n".as_bytes()).unwrap();
        assert_eq!(line.code.as_deref(), Some("OVERQUOTA"));
        assert_eq!(line.text, "plein à craquer");
        let flags = Tagged::parse(b"* OK [PERMANENTFLAGS (\\Seen a]b \\*)] ok\r\n").unwrap();
        assert_eq!(
            flags.code.as_deref(),
            Some("PERMANENTFLAGS (\\Seen a]b \\*)")
        );
        assert_eq!(
            Tagged::parse("R1 OK [ALERT]été".as_bytes()).unwrap().text,
            "été"
        );
        assert_eq!(Tagged::parse(b"* LIST () NIL x"), None);
    }

    #[test]
    fn a_uidvalidity_of_64_bits_is_told_from_others_by_all_of_them() {
        assert_eq!(validity(7), Some(7));
        assert_eq!(validity(0), None);
        let large = 1_700_000_000_123_456_789;
        for other in [large + 1, large + (1 << 32), large & u64::from(u32::MAX)] {
            assert_ne!(validity(large), validity(other));
        }
        assert!(validity(large).is_some());
    }

    #[test]
    fn lengths_that_are_no_lengths_announce_nothing() {
        for line in [
            "x {}\r\n",
            "x {-1}\r\n",
            "x {0x10}\r\n",
            "x {99999999999999999999}\r\n",
            "x {3} \r\n",
        ] {
            assert_eq!(literal_length(line.as_bytes()), None, "{line}");
        }
        assert_eq!(literal_length(b"x {3+}\r\n"), Some(3));
    }

    proptest! {
        #[test]
        fn no_octets_make_it_panic(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut lexer = Lexer::new(&octets);
            while lexer.value().is_some() {}
            let _ = Tagged::parse(&octets);
        }
    }
}
