//! A command, well-formed by construction, and whether it can change anything.
//!
//! In: words of this program's, names and flags of others. Out: [`Command`]. No argument holds CR, LF or NUL, and no command
//! that changes something has `*` or sequence numbers in it.

use std::fmt;

use zeroize::Zeroizing;

use super::lexer::Lexer;
use crate::{
    language::{Phrase, text},
    model::{flag::is_flag, uid::UidSet},
};

/// Why an argument cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.english())]
pub struct Unsendable(Phrase);

impl Unsendable {
    /// Why not, as a fragment.
    pub fn why(self) -> Phrase {
        self.0
    }

    /// What is no command of IMAP.
    pub fn of_filters() -> Self {
        Self(text::filters_not_on_imap())
    }
}

/// One command without its tag. Where a part ends in `{n}`, the next one waits for the server's `+`.
///
/// Its octets are wiped when it is dropped, since a secret may be among them.
#[derive(Clone, PartialEq, Eq)]
pub struct Command {
    parts: Vec<Zeroizing<Vec<u8>>>,
}

/// Shows the verb only: an argument may be a secret.
impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Command({} …)", self.verb())
    }
}

/// Verbs that change nothing (docs/protocol.md, "One session"). UID is judged by the word behind it.
const READ_ONLY: [&str; 18] = [
    "CAPABILITY",
    "ENABLE",
    "EXAMINE",
    "FETCH",
    "GETACL",
    "ID",
    "LIST",
    "LOGOUT",
    "LSUB",
    "MYRIGHTS",
    "NAMESPACE",
    "NOOP",
    "SEARCH",
    "STARTTLS",
    "STATUS",
    "UNSELECT",
    "XLIST",
    "GETMETADATA",
];

impl Command {
    /// Begins a command with words of ours.
    pub fn new(words: &str) -> Self {
        Self {
            parts: vec![Zeroizing::new(words.as_bytes().to_vec())],
        }
    }

    /// LOGIN. The octets have their room from the start: a buffer that grew would leave a copy of the secret behind.
    pub fn login(user: &str, secret: &str) -> Result<Self, Unsendable> {
        let mut octets = Zeroizing::new(Vec::with_capacity(16 + 2 * (user.len() + secret.len())));
        octets.extend_from_slice(b"LOGIN");
        let begun = Self {
            parts: vec![octets],
        };
        begun.string(user.as_bytes())?.string(secret.as_bytes())
    }

    /// AUTHENTICATE (RFC 9051 §6.2.2). The message, in base64, goes with the command (RFC 4959) or when the server asks
    /// for it; `then` is sent if it asks once more.
    pub fn authenticate(mechanism: &str, message: &[u8], is_at_once: bool, then: &[u8]) -> Self {
        let verb = "AUTHENTICATE ";
        let room = verb.len() + mechanism.len() + 1 + message.len();
        let mut head = Zeroizing::new(Vec::with_capacity(room));
        head.extend_from_slice(verb.as_bytes());
        head.extend_from_slice(mechanism.as_bytes());
        let mut parts = Vec::with_capacity(3);
        if is_at_once {
            head.push(b' ');
            head.extend_from_slice(message);
            parts.push(head);
        } else {
            parts.push(head);
            parts.push(Zeroizing::new(message.to_vec()));
        }
        parts.push(Zeroizing::new(then.to_vec()));
        Self { parts }
    }

    /// Adds words of ours as they are.
    #[must_use]
    pub fn words(mut self, words: &str) -> Self {
        self.space();
        self.push(words.as_bytes());
        self
    }

    /// Adds a string: quoted where it can be, else a literal (8-bit octets fit in no quoted string).
    pub fn string(mut self, octets: &[u8]) -> Result<Self, Unsendable> {
        if octets
            .iter()
            .any(|octet| matches!(octet, 0 | b'\r' | b'\n'))
        {
            // Dovecot takes a literal `a<NUL>b` for `a`: another mailbox.
            return Err(Unsendable(text::unsendable_name()));
        }
        self.space();
        if octets.iter().all(|octet| matches!(octet, b' '..=b'~')) {
            self.push(b"\"");
            for octet in octets {
                if matches!(octet, b'"' | b'\\') {
                    self.push(b"\\");
                }
                self.push(&[*octet]);
            }
            self.push(b"\"");
        } else {
            self.push(format!("{{{}}}", octets.len()).as_bytes());
            self.parts.push(Zeroizing::new(octets.to_vec()));
        }
        Ok(self)
    }

    /// Adds a set of UIDs.
    #[must_use]
    pub fn uids(self, uids: &UidSet) -> Self {
        self.words(&uids.to_string())
    }

    /// Adds a parenthesised list of flags and keywords.
    pub fn flags(self, flags: &[String]) -> Result<Self, Unsendable> {
        match flags.iter().find(|flag| !is_flag(flag)) {
            Some(_) => Err(Unsendable(text::unsendable_keyword())),
            None => Ok(self.words(&format!("({})", flags.join(" ")))),
        }
    }

    /// Adds a keyword.
    pub fn keyword(self, keyword: &str) -> Result<Self, Unsendable> {
        if is_flag(keyword) {
            Ok(self.words(keyword))
        } else {
            Err(Unsendable(text::unsendable_keyword()))
        }
    }

    /// Adds search keys for messages with one of these ids: `OR EMAILID a OR EMAILID b EMAILID c`. They came from a
    /// server, so what is no id (RFC 8474 §7) is not sent.
    pub fn ids(self, key: &str, ids: &[Box<str>]) -> Result<Self, Unsendable> {
        if ids.is_empty() || !ids.iter().all(|id| is_object_id(id)) {
            return Err(Unsendable(text::unsendable_id()));
        }
        let last = ids.len() - 1;
        let keys = ids.iter().enumerate().map(|(place, id)| {
            let or = if place < last { "OR " } else { "" };
            format!("{or}{key} {id}")
        });
        Ok(self.words(&keys.collect::<Vec<_>>().join(" ")))
    }

    /// The parts, each but the first to be sent only when the server says `+`.
    pub fn parts(&self) -> &[Zeroizing<Vec<u8>>] {
        &self.parts
    }

    /// ID: what we are (RFC 2971).
    pub fn id() -> Self {
        Self::new("ID (\"name\" \"rolecall\")")
    }

    /// The verb, for errors; never an argument, which may be a name or a secret.
    pub fn verb(&self) -> String {
        let head = self.parts.first().map_or(&[][..], |part| part.as_slice());
        let mut words = head
            .split(|octet| *octet == b' ')
            .map(|word| String::from_utf8_lossy(word).to_ascii_uppercase());
        match words.next().unwrap_or_default().as_str() {
            "UID" => format!("UID {}", words.next().unwrap_or_default()),
            verb => verb.to_owned(),
        }
    }

    /// Whether the server may change nothing for it.
    pub fn is_read_only(&self) -> bool {
        let verb = self.verb();
        let verb = verb.strip_prefix("UID ").unwrap_or(&verb);
        // BODY[…] without PEEK sets \Seen.
        let sets_seen = verb == "FETCH" && (self.has(b" BODY[") || self.has(b"(BODY["));
        READ_ONLY.contains(&verb) && !sets_seen
    }

    /// The messages that a UID FETCH of at most `limit` names.
    pub fn fetched_uids(&self, limit: usize) -> Option<UidSet> {
        let head = std::str::from_utf8(self.parts.first()?).ok()?;
        let (uids, _) = head.strip_prefix("UID FETCH ")?.split_once(' ')?;
        UidSet::parse(uids, limit)
    }

    /// The pattern of a LIST or LSUB; one that stands for any name where it goes as a literal.
    pub fn listed_pattern(&self) -> Option<Vec<u8>> {
        let head = self.parts.first()?;
        let pattern = head
            .strip_prefix(b"LIST \"\" ")
            .or(head.strip_prefix(b"LSUB \"\" "))?;
        match self.parts.get(1) {
            Some(_) => Some(b"*".to_vec()),
            None => Lexer::new(pattern).value()?.octets().map(<[u8]>::to_vec),
        }
    }

    /// Whether it begins with these words.
    pub fn begins(&self, words: &str) -> bool {
        let head = self.parts.first();
        head.is_some_and(|head| head.starts_with(words.as_bytes()))
    }

    fn has(&self, octets: &[u8]) -> bool {
        self.parts
            .iter()
            .any(|part| memchr::memmem::find(part, octets).is_some())
    }

    /// How many octets it has.
    pub fn octets(&self) -> usize {
        self.parts.iter().map(|part| part.len()).sum()
    }

    /// All octets one after the other.
    #[cfg(test)]
    pub fn text(&self) -> Vec<u8> {
        self.parts.iter().flat_map(|part| part.to_vec()).collect()
    }

    fn space(&mut self) {
        self.push(b" ");
    }

    fn push(&mut self, octets: &[u8]) {
        if let Some(last) = self.parts.last_mut() {
            last.extend_from_slice(octets);
        }
    }
}

/// An id of a mailbox or message (RFC 8474 §7); those of Gmail are digits.
pub fn is_object_id(id: &str) -> bool {
    let is_id = |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_');
    (1..=255).contains(&id.len()) && id.bytes().all(is_id)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(command: &Command) -> String {
        let parts: Vec<_> = command
            .parts()
            .iter()
            .map(|part| String::from_utf8_lossy(part).into_owned())
            .collect();
        parts.join("|")
    }

    #[test]
    fn names_are_quoted_or_sent_as_literals() {
        let quoted = Command::new("DELETE").string(br#"a"b\c {5+}"#).unwrap();
        assert_eq!(text(&quoted), r#"DELETE "a\"b\\c {5+}""#);
        let literal = Command::new("RENAME")
            .string("é".as_bytes())
            .unwrap()
            .string(b"e")
            .unwrap();
        assert_eq!(text(&literal), "RENAME {2}|é \"e\"");
    }

    #[test]
    fn line_ends_and_nul_are_never_sent() {
        for name in [&b"a\r\nA1 DELETE INBOX"[..], b"a\0b", b"\n"] {
            assert!(Command::new("CREATE").string(name).is_err());
        }
        for keyword in ["a b", "a)", "", "\\", "x\r\n", "é", "a*"] {
            assert!(Command::new("X").keyword(keyword).is_err(), "{keyword}");
        }
    }

    #[test]
    fn ids_are_asked_for_as_they_are_or_not_at_all() {
        let ids = |ids: &[&str]| {
            let ids: Vec<Box<str>> = ids.iter().map(|id| (*id).into()).collect();
            Command::new("UID SEARCH").ids("EMAILID", &ids)
        };
        assert_eq!(text(&ids(&["M-1_a"]).unwrap()), "UID SEARCH EMAILID M-1_a");
        let three = ids(&["a", "b", "c"]).unwrap();
        assert_eq!(
            text(&three),
            "UID SEARCH OR EMAILID a OR EMAILID b EMAILID c"
        );
        assert!(three.is_read_only());
        let long = "a".repeat(256);
        for wrong in ["", "a b", "a\r\nX", "(a)", "1:*", "\"a\"", "é", &long] {
            assert!(ids(&["a", wrong]).is_err(), "{wrong}");
        }
        assert!(ids(&[]).is_err());
    }

    #[test]
    fn only_commands_that_change_nothing_count_as_read_only() {
        for command in [
            "LIST \"\" \"*\"",
            "UID FETCH 1 (FLAGS BODY.PEEK[])",
            "FETCH 763:* (UID FLAGS BODY.PEEK[HEADER.FIELDS (FROM TO)]<0.9>)",
            "uid search ALL",
            "EXAMINE x",
        ] {
            assert!(Command::new(command).is_read_only(), "{command}");
        }
        for command in [
            "SELECT x",
            "UID MOVE 1 x",
            "MOVE 1 x",
            "UID STORE 1 +FLAGS (x)",
            "EXPUNGE",
            "UID EXPUNGE 1",
            "CLOSE",
            "DELETE x",
            "RENAME a b",
            "CREATE x",
            "SUBSCRIBE x",
            "UNSUBSCRIBE x",
            "APPEND x {1}",
            "SETMETADATA x ()",
            "UID FETCH 1 BODY[]",
            "UID FETCH 1 (BODY[])",
            "FETCH 1:* (BODY.PEEK[HEADER] BODY[TEXT])",
            "CHECK",
            "UID COPY 1 x",
            "",
        ] {
            assert!(!Command::new(command).is_read_only(), "{command}");
        }
    }

    proptest! {
        #[test]
        fn whatever_a_name_holds_a_command_is_one_line_or_none(name in proptest::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(command) = Command::new("SELECT").string(&name) {
                let all = command.text();
                prop_assert!(!all.iter().any(|octet| matches!(octet, 0 | b'\r' | b'\n')));
            }
        }
    }
}
