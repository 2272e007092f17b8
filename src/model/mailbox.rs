//! Mailboxes as a server lists them: names in both their forms, attributes, counts.
//!
//! In: what LIST, LSUB and STATUS said. Out: [`Mailbox`]. Its role is a judgement, and stands in [`super::roll`].

use std::{
    cmp::Ordering,
    collections::BTreeSet,
    hash::{Hash, Hasher},
};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::contents::Contents;

/// A mailbox's name: the octets that go back to the server, and what people read.
///
/// The octets are the identity: two names that look alike are two mailboxes when both are listed
/// (RFC 9051 §5.1), and equality, order and hash are those of the octets. The decoded form is for people and for matching
/// only.
#[derive(Debug, Clone)]
pub struct MailboxName {
    wire: Vec<u8>,
    text: String,
}

impl PartialEq for MailboxName {
    fn eq(&self, other: &Self) -> bool {
        self.wire == other.wire
    }
}

impl Eq for MailboxName {}

impl PartialOrd for MailboxName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for MailboxName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.wire.cmp(&other.wire)
    }
}

impl Hash for MailboxName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.wire.hash(state);
    }
}

impl MailboxName {
    /// Joins the octets of a listed name with their decoded form.
    #[must_use]
    pub fn new(wire: Vec<u8>, text: String) -> Self {
        Self { wire, text }
    }

    /// The octets as listed.
    #[must_use]
    pub fn wire(&self) -> &[u8] {
        &self.wire
    }

    /// Decoded Unicode, not normalised; hostile until `report::text` has made it safe to show.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether this is INBOX, which is the only name without case (RFC 9051 §5.1).
    #[must_use]
    pub fn is_inbox(&self) -> bool {
        self.wire.eq_ignore_ascii_case(b"INBOX")
    }

    /// Whether the two differ at most in the case of their ASCII letters, in which some servers change names.
    #[must_use]
    pub fn is_alike(&self, other: &Self) -> bool {
        self.wire.eq_ignore_ascii_case(&other.wire)
    }

    /// Whether this is a name of ours as it was asked for, or as some servers make or show it: in other case, cut short, or
    /// without its hyphen. So much of its chance is left that it is nobody else's.
    #[must_use]
    pub fn stands_for(&self, asked: &Self) -> bool {
        let plain = |name: &Self| -> Vec<u8> {
            let octets = name
                .wire
                .iter()
                .filter(|octet| octet.is_ascii_alphanumeric());
            octets.map(u8::to_ascii_lowercase).collect()
        };
        let (shown, whole) = (plain(self), plain(asked));
        self.is_alike(asked)
            || whole.starts_with(&shown) && shown.len() + TOMBSTONE_LENGTH >= whole.len() + CHANCE
    }

    /// The last level of the decoded name.
    #[must_use]
    pub fn leaf(&self, delimiter: Option<char>) -> &str {
        delimiter
            .and_then(|delimiter| self.text.rsplit(delimiter).next())
            .unwrap_or(&self.text)
    }

    /// The octets before the last level, the delimiter with them; none are left of a name at the top.
    #[must_use]
    pub fn above(&self, delimiter: Option<char>) -> &[u8] {
        let delimiter = delimiter.filter(char::is_ascii).map(|one| one as u8);
        let last = self
            .wire
            .iter()
            .rposition(|octet| Some(*octet) == delimiter);
        last.and_then(|at| self.wire.get(..=at)).unwrap_or_default()
    }

    /// The name with `to` in place of `from`, which it begins with: its own name, or one below that.
    #[must_use]
    pub fn moved(&self, from: &Self, to: &Self) -> Option<Self> {
        let wire = self.wire.strip_prefix(from.wire.as_slice())?;
        let text = self.text.strip_prefix(&from.text)?;
        Some(Self::new(
            [to.wire.as_slice(), wire].concat(),
            format!("{}{text}", to.text),
        ))
    }

    /// Whether this name lies below `parent`, at any depth.
    #[must_use]
    pub fn is_below(&self, parent: &Self, delimiter: Option<char>) -> bool {
        let Some(delimiter) = delimiter.filter(char::is_ascii) else {
            return false;
        };
        let inbox = parent.is_inbox()
            && self
                .wire
                .get(..parent.wire.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(b"INBOX"));
        let rest = if inbox {
            self.wire.get(parent.wire.len()..)
        } else {
            self.wire.strip_prefix(parent.wire.as_slice())
        };
        rest.and_then(<[u8]>::first) == Some(&(delimiter as u8))
    }
}

/// Message counts at which some providers cut off what IMAP shows (docs/protocol.md, "What servers do").
pub const ROUND_LIMITS: [u64; 4] = [1_000, 2_000, 5_000, 10_000];

/// What every tombstone's leaf begins with: a mailbox that a run has emptied and is about to remove.
pub const TOMBSTONE_PREFIX: &str = "rolecall-";
/// 26 characters of base32 hold 128 random bits.
pub const TOMBSTONE_LENGTH: usize = 26;
/// Base32 (RFC 4648) in lower case: no character that a server could fold or a delimiter could be.
pub const TOMBSTONE_ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Random characters by which a tombstone's name that was cut short is known again: 50 bits.
const CHANCE: usize = 10;

/// Whether a leaf is a tombstone's name, of whatever run, in whatever case a server shows it.
#[must_use]
pub fn is_tombstone(leaf: &str) -> bool {
    let leaf = leaf.to_ascii_lowercase();
    leaf.strip_prefix(TOMBSTONE_PREFIX).is_some_and(|nonce| {
        nonce.len() == TOMBSTONE_LENGTH
            && nonce
                .bytes()
                .all(|octet| TOMBSTONE_ALPHABET.contains(&octet))
    })
}

/// Puts every name of ours inside a name into lower case, as it was made: some servers give all names back in capitals
/// (Twisted). 128 random bits are the same in any case.
pub fn fold_tombstones(wire: &mut [u8]) {
    let prefix = TOMBSTONE_PREFIX.as_bytes();
    let length = prefix.len() + TOMBSTONE_LENGTH;
    let mut at = 0;
    while let Some(head) = wire.get(at..at + length) {
        // Most octets begin no such name: what is costly to ask is not asked of them.
        let begins = head.get(..prefix.len());
        let is_ours = begins.is_some_and(|begins| begins.eq_ignore_ascii_case(prefix))
            && std::str::from_utf8(head).is_ok_and(|head| is_tombstone(&head.to_ascii_lowercase()))
            && !wire.get(at + length).is_some_and(u8::is_ascii_alphanumeric);
        if let Some(head) = wire.get_mut(at..at + length).filter(|_| is_ours) {
            head.make_ascii_lowercase();
        }
        at += if is_ours { length } else { 1 };
    }
}

/// The form of a name in JSON, YAML and the journal: `name`, `wire_name`, and the octets in base64 where they are not UTF-8.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NameForm {
    /// Decoded Unicode exactly as the server has it.
    name: String,
    /// What goes back to the server; an approximation where `wire_name_base64` is given.
    wire_name: String,
    /// The exact octets, given only where they are not UTF-8.
    wire_name_base64: Option<String>,
}

impl Serialize for MailboxName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (wire_name, wire_name_base64) = match std::str::from_utf8(&self.wire) {
            Ok(wire) => (wire.to_owned(), None),
            Err(_) => (
                String::from_utf8_lossy(&self.wire).into_owned(),
                Some(BASE64.encode(&self.wire)),
            ),
        };
        NameForm {
            name: self.text.clone(),
            wire_name,
            wire_name_base64,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for MailboxName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let form = NameForm::deserialize(deserializer)?;
        let wire = match form.wire_name_base64 {
            Some(octets) => BASE64
                .decode(octets)
                .map_err(|error| serde::de::Error::custom(format!("wire_name_base64: {error}")))?,
            None => form.wire_name.into_bytes(),
        };
        // Not even a server can hold these in a name that a command could carry.
        if wire.is_empty() || wire.iter().any(|octet| matches!(octet, 0 | b'\r' | b'\n')) {
            return Err(serde::de::Error::custom(
                "a mailbox name may not be empty nor hold NUL, CR or LF",
            ));
        }
        Ok(Self::new(wire, form.name))
    }
}

impl JsonSchema for MailboxName {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MailboxName".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        NameForm::json_schema(generator)
    }
}

/// What STATUS said; every value is unknown until the server gave it, and unknown is never zero.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// Messages in the mailbox.
    pub messages: Option<u64>,
    /// The UID the next message will at least get (RFC 9051 §2.3.1.1).
    pub uid_next: Option<u32>,
    /// Changes when UIDs lose their meaning; 0 is illegal but seen.
    pub uid_validity: Option<u32>,
    /// Octets, at least the sum of the message sizes (RFC 8438).
    pub size: Option<u64>,
    /// MAILBOXID (RFC 8474), asked for on its own because Cyrus 3.6 and 3.10 garble it beside other items.
    pub mailbox_id: Option<String>,
}

impl Status {
    /// Whether both are known to hold as many messages under the same numbers.
    #[must_use]
    pub fn is_equal(&self, other: &Self) -> bool {
        let known = |status: &Self| {
            let numbers = (status.uid_validity?, status.uid_next?, status.messages?);
            Some((numbers, status.size))
        };
        known(self).is_some() && known(self) == known(other)
    }
}

/// What only a look inside tells; read for few mailboxes: members of contested roles, and those that may
/// show by their mail what they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// INTERNALDATE of the newest message, as seconds since 1970; none where it was not found out. It need not be the one
    /// with the highest UID: old mail may have been copied in last.
    pub newest: Option<i64>,
    /// INTERNALDATE and RFC822.SIZE of the message with the highest UID.
    pub last: Option<(i64, u64)>,
    /// Another mailbox that the message with the highest UID lies in really (Dovecot's X-MAILBOX): this one is a view.
    pub shows: Option<MailboxName>,
    /// Messages that carry `\Deleted`.
    pub deleted: Option<u64>,
    /// What its newest messages are, where they were read.
    pub contents: Option<Contents>,
}

/// How deep a mailbox is looked into.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SampleDepth {
    /// Of so many of its newest messages what they are.
    pub messages: u32,
    /// Whether the date of its newest message matters, and is to be found out.
    pub dates: bool,
}

/// One mailbox as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The name in both forms.
    pub name: MailboxName,
    /// The hierarchy delimiter of this name; none where the name space is flat.
    pub delimiter: Option<char>,
    /// Attributes as sent, `\Subscribed` taken out.
    pub attributes: BTreeSet<String>,
    /// Whether the server said the mailbox exists but is only a level of the tree (`\Noselect`), or does not exist.
    pub selectable: bool,
    /// Whether it is subscribed; none where nobody said.
    pub subscribed: Option<bool>,
    /// Counts.
    pub status: Status,
    /// A look inside, where one was taken.
    pub sample: Option<Sample>,
}

impl Mailbox {
    /// Whether the server marks it for a role, by whatever spelling of the attribute.
    #[must_use]
    pub fn is_marked(&self, role: super::role::Role) -> bool {
        let mut attributes = self.attributes.iter();
        attributes.any(|one| super::role::Role::from_attribute(one) == Some(role))
    }

    /// Whether the attribute is there, any case.
    #[must_use]
    pub fn has_attribute(&self, attribute: &str) -> bool {
        self.attributes
            .iter()
            .any(|have| have.eq_ignore_ascii_case(attribute))
    }

    /// A mailbox whose mail this one shows, where a look inside has found it to be a view.
    #[must_use]
    pub fn shows(&self) -> Option<&MailboxName> {
        self.sample.as_ref()?.shows.as_ref()
    }

    /// The last level of the decoded name.
    #[must_use]
    pub fn leaf(&self) -> &str {
        self.name.leaf(self.delimiter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_tombstone_name_is_taken_for_one() {
        assert!(is_tombstone("rolecall-abcdefghijklmnopqrstuvwxyz"));
        for (listed, folded) in [
            (
                "A/ROLECALL-ABCDEFGHIJKLMNOPQRSTUVWXYZ/B",
                "A/rolecall-abcdefghijklmnopqrstuvwxyz/B",
            ),
            (
                "Rolecall-Abcdefghijklmnopqrstuvwxyz",
                "rolecall-abcdefghijklmnopqrstuvwxyz",
            ),
            (
                "ROLECALL-ABCDEFGHIJKLMNOPQRSTUVWXYZ2",
                "ROLECALL-ABCDEFGHIJKLMNOPQRSTUVWXYZ2",
            ),
            ("ROLECALL-NOTES", "ROLECALL-NOTES"),
        ] {
            let mut name = listed.as_bytes().to_vec();
            fold_tombstones(&mut name);
            assert_eq!(name, folded.as_bytes());
        }
        for leaf in [
            "rolecall-",
            "rolecall-notes",
            "rolecall-ABCDEFGHIJKLMNOPQRSTUVWXYZ2",
            "xrolecall-aaaaaaaaaaaaaaaaaaaaaaaaaa",
        ] {
            assert!(!is_tombstone(leaf), "{leaf}");
        }
    }

    #[test]
    fn names_of_the_same_octets_are_one_however_they_are_read() {
        use std::collections::HashSet;

        let name = |wire: &str, text: &str| MailboxName::new(wire.into(), text.to_owned());
        // A journal may have been written when the server's names were not read as UTF-8.
        let (one, same) = (
            name("Envoy&AOk-", "Envoyé"),
            name("Envoy&AOk-", "Envoy&AOk-"),
        );
        let other = name("Envoy&AOk-s", "Envoyé");
        assert_eq!(one, same);
        assert_ne!(one, other);
        assert_eq!(BTreeSet::from([&one, &same, &other]).len(), 2);
        assert_eq!(HashSet::from([&one, &same, &other]).len(), 2);
        assert_eq!(one.cmp(&other), Ordering::Less);
    }

    #[test]
    fn a_name_survives_json_octet_by_octet() {
        for wire in [
            &b"Courrier envoy&AOk-"[..],
            b"R\xe9sum\xe9",
            "Boîte".as_bytes(),
        ] {
            let name = MailboxName::new(wire.to_vec(), "shown".into());
            let json = serde_json::to_string(&name).unwrap();
            let read: MailboxName = serde_json::from_str(&json).unwrap();
            assert_eq!((read.wire(), read.text()), (name.wire(), name.text()));
        }
    }

    #[test]
    fn a_name_that_no_command_could_carry_is_refused() {
        let json = r#"{"name":"x","wire_name":"a
b","wire_name_base64":null}"#;
        assert!(serde_json::from_str::<MailboxName>(json).is_err());
    }

    #[test]
    fn below_means_behind_the_delimiter() {
        let name = |text: &str| MailboxName::new(text.as_bytes().to_vec(), text.to_owned());
        assert!(name("Sent/2019").is_below(&name("Sent"), Some('/')));
        assert!(!name("Sent Items").is_below(&name("Sent"), Some('/')));
        assert!(!name("Sent/2019").is_below(&name("Sent"), None));
        assert!(name("inbox/x").is_below(&name("INBOX"), Some('/')));
    }
}
