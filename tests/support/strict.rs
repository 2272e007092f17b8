//! A strict reader of what a client sends: it panics at any octet that is no part of a well-formed command (RFC 9051
//! §9).

/// One command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// With the second word where the first is UID.
    pub verb: String,
    /// What follows the verb, literals in place.
    pub arguments: String,
}

/// What changes nothing (algorithm.md P8); UID stands with the word behind it.
const READ_ONLY: [&str; 21] = [
    "CAPABILITY",
    "ID",
    "NOOP",
    "LOGIN",
    "AUTHENTICATE",
    "STARTTLS",
    "ENABLE",
    "COMPRESS",
    "NAMESPACE",
    "LIST",
    "LSUB",
    "STATUS",
    "EXAMINE",
    "UNSELECT",
    "LOGOUT",
    "UID SEARCH",
    "GETQUOTA",
    "GETQUOTAROOT",
    "MYRIGHTS",
    "GETACL",
    "GETMETADATA",
];

/// What FETCH may ask for; a text only with PEEK, since anything else sets `\Seen`.
const FACTS: [&str; 7] = [
    "UID",
    "FLAGS",
    "INTERNALDATE",
    "RFC822.SIZE",
    "EMAILID",
    "MODSEQ",
    "X-MAILBOX",
];

impl Sent {
    /// Whether it can change nothing.
    pub fn is_read_only(&self) -> bool {
        if matches!(self.verb.as_str(), "FETCH" | "UID FETCH") {
            return self.asks_for_facts_only();
        }
        READ_ONLY.contains(&self.verb.as_str())
    }

    fn asks_for_facts_only(&self) -> bool {
        let items = self
            .arguments
            .split_once(' ')
            .map_or("", |(_, items)| items);
        let items = items.trim_start_matches('(').trim_end_matches(')');
        let (facts, part) = items.split_once("BODY.PEEK[").unwrap_or((items, "]"));
        // Behind the text, which comes last, only which octets of it.
        let is_last = part.rsplit_once(']').is_some_and(|(section, octets)| {
            !section.contains(']')
                && octets
                    .bytes()
                    .all(|octet| b"<.>0123456789".contains(&octet))
        });
        is_last && facts.split_whitespace().all(|item| FACTS.contains(&item))
    }
}

/// Reads all that one connection carried.
pub fn read(octets: &[u8]) -> Vec<Sent> {
    let mut reader = Reader { octets, at: 0 };
    let mut tags = std::collections::BTreeSet::new();
    let mut all = Vec::new();
    while reader.at < octets.len() {
        let tag = reader.word(is_tag);
        assert!(tags.insert(tag.clone()), "the tag {tag} is used twice");
        reader.octet(b' ');
        let mut verb = reader.word(|octet| octet.is_ascii_uppercase());
        if verb == "UID" {
            reader.octet(b' ');
            verb = format!("UID {}", reader.word(|octet| octet.is_ascii_uppercase()));
        }
        let from = reader.at;
        while reader.peek() == Some(b' ') {
            reader.octet(b' ');
            reader.value();
        }
        let arguments = String::from_utf8_lossy(&octets[from..reader.at])
            .trim_start()
            .to_owned();
        reader.octet(b'\r');
        reader.octet(b'\n');
        if verb == "AUTHENTICATE" && !arguments.contains(' ') {
            // Without SASL-IR the secret comes on a line of its own (RFC 9051 §6.2.2).
            reader.word(is_atom);
            reader.octet(b'\r');
            reader.octet(b'\n');
        }
        all.push(Sent { verb, arguments });
    }
    all
}

struct Reader<'o> {
    octets: &'o [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.octets.get(self.at).copied()
    }

    fn octet(&mut self, wanted: u8) {
        assert_eq!(
            self.peek().map(char::from),
            Some(char::from(wanted)),
            "{}",
            self.around()
        );
        self.at += 1;
    }

    fn word(&mut self, belongs: impl Fn(u8) -> bool) -> String {
        let from = self.at;
        while self.peek().is_some_and(&belongs) {
            self.at += 1;
        }
        assert!(self.at > from, "a word is missing: {}", self.around());
        String::from_utf8(self.octets[from..self.at].to_vec()).unwrap()
    }

    /// An atom (with a section in brackets), a quoted string, a literal, or a list.
    fn value(&mut self) {
        match self.peek() {
            Some(b'"') => self.quoted(),
            Some(b'{') => self.literal(),
            Some(b'(') => self.list(),
            _ => {
                self.word(is_atom);
                if self.peek() == Some(b'[') {
                    self.section();
                }
            }
        }
    }

    fn quoted(&mut self) {
        self.octet(b'"');
        loop {
            match self.peek() {
                Some(b'"') => return self.octet(b'"'),
                Some(b'\\') => {
                    self.at += 1;
                    assert!(
                        matches!(self.peek(), Some(b'"' | b'\\')),
                        "{}",
                        self.around()
                    );
                }
                Some(b' '..=b'~') => {}
                _ => panic!("no quoted string: {}", self.around()),
            }
            self.at += 1;
        }
    }

    fn literal(&mut self) {
        self.octet(b'{');
        let length: usize = self.word(|octet| octet.is_ascii_digit()).parse().unwrap();
        if self.peek() == Some(b'+') {
            self.at += 1;
        }
        for octet in *b"}\r\n" {
            self.octet(octet);
        }
        self.at += length;
        assert!(self.at <= self.octets.len(), "a literal is cut short");
    }

    fn list(&mut self) {
        self.octet(b'(');
        if self.peek() != Some(b')') {
            self.value();
            while self.peek() == Some(b' ') {
                self.octet(b' ');
                self.value();
            }
        }
        self.octet(b')');
    }

    fn section(&mut self) {
        self.octet(b'[');
        while self.peek() != Some(b']') {
            match self.peek() {
                Some(b' ') => self.octet(b' '),
                _ => self.value(),
            }
        }
        self.octet(b']');
        if self.peek() == Some(b'<') {
            self.word(|octet| matches!(octet, b'<' | b'>' | b'.') || octet.is_ascii_digit());
        }
    }

    fn around(&self) -> String {
        let from = self.at.saturating_sub(60);
        let to = (self.at + 60).min(self.octets.len());
        format!(
            "at octet {} of …{}…",
            self.at,
            String::from_utf8_lossy(&self.octets[from..to]).escape_debug()
        )
    }
}

fn is_tag(octet: u8) -> bool {
    octet.is_ascii_alphanumeric()
}

/// Atoms, sequence sets, base64, flags and `STATUS=SIZE`: what a client says without quotes.
fn is_atom(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"-._:,=+/\\*$&'!#@<>;^|~?".contains(&octet)
}
