//! Which mailbox a name in a script means.
//!
//! A server compares the name with its own octet by octet: Pigeonhole as UTF-8, so that modified UTF-7 is a name of its own;
//! Cyrus as modified UTF-7, unless its administrator has set `sieve_utf8fileinto`. None folds the forms of Unicode together.
//! Names have the prefix and the delimiter that IMAP shows.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

use super::{
    literal::Literal,
    script::{FiledName, Filing},
};
use crate::model::mutf7;

/// How a server takes the names in scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameEncoding {
    /// As UTF-8.
    Utf8,
    /// As modified UTF-7.
    Mutf7,
}

/// What a filing's name means among the mailboxes of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'m> {
    /// This mailbox.
    Mailbox(&'m str),
    /// None, though it looks the same as this one: the two differ only in the form of Unicode (NFC, NFD).
    OtherForm(&'m str),
    /// None, though in the encoding that the server does not take it would be this one.
    OtherEncoding(&'m str),
    /// None that is known.
    Missing,
    /// It is made when the script runs.
    Computed,
}

/// The mailboxes of an account, to be looked up by the names in scripts.
#[derive(Debug, Clone, Default)]
pub struct NamedMailboxes<'m> {
    exact: BTreeMap<&'m str, &'m str>,
    composed: BTreeMap<String, &'m str>,
}

impl Literal {
    /// The name that a server reads here; `None` where it can read none.
    ///
    /// Where modified UTF-7 is taken, a name that is not ASCII is read as UTF-8 all the same: it is no modified UTF-7, so
    /// nothing else can be meant, and servers may be set to take it.
    #[must_use]
    pub fn name(&self, encoding: NameEncoding) -> Option<String> {
        name(&self.value, encoding)
    }
}

fn name(value: &[u8], encoding: NameEncoding) -> Option<String> {
    let name = match encoding {
        NameEncoding::Mutf7 if value.is_ascii() => mutf7::decode(value)?,
        NameEncoding::Mutf7 | NameEncoding::Utf8 => String::from_utf8(value.to_vec()).ok()?,
    };
    Some(with_inbox(name))
}

/// INBOX is the one name whose case means nothing (RFC 9051 §5.1).
fn with_inbox(name: String) -> String {
    if name.eq_ignore_ascii_case("INBOX") {
        "INBOX".to_owned()
    } else {
        name
    }
}

impl Filing {
    /// The string that names the mailbox; `None` where it is made when the script runs.
    #[must_use]
    pub fn literal(&self) -> Option<&Literal> {
        match &self.name {
            FiledName::Literal(literal) => Some(literal),
            FiledName::Computed(_) => None,
        }
    }

    /// The name that a server reads here, decoded; `None` where none can be known.
    #[must_use]
    pub fn mailbox(&self, encoding: NameEncoding) -> Option<String> {
        self.literal()?.name(encoding)
    }

    /// What people are shown: the name as a server reads it, or as it is written.
    #[must_use]
    pub fn shown(&self, encoding: NameEncoding) -> String {
        match &self.name {
            FiledName::Literal(literal) => literal
                .name(encoding)
                .unwrap_or_else(|| String::from_utf8_lossy(&literal.value).into_owned()),
            FiledName::Computed(written) => written.clone(),
        }
    }
}

impl<'m> NamedMailboxes<'m> {
    /// These mailboxes, by their decoded names.
    #[must_use]
    pub fn of(names: impl IntoIterator<Item = &'m str>) -> Self {
        let mut mailboxes = Self::default();
        for name in names {
            let is_inbox = name.eq_ignore_ascii_case("INBOX");
            mailboxes
                .exact
                .insert(if is_inbox { "INBOX" } else { name }, name);
            mailboxes.composed.insert(name.nfc().collect(), name);
        }
        mailboxes
    }

    /// What a filing's name means among them.
    #[must_use]
    pub fn standing(&self, filing: &Filing, encoding: NameEncoding) -> Standing<'m> {
        let Some(literal) = filing.literal() else {
            return Standing::Computed;
        };
        let read = literal.name(encoding);
        if let Some(name) = &read {
            if let Some(mailbox) = self.exact.get(name.as_str()) {
                return Standing::Mailbox(mailbox);
            }
            if let Some(mailbox) = self.composed.get(&name.nfc().collect::<String>()) {
                return Standing::OtherForm(mailbox);
            }
        }
        let other = match encoding {
            NameEncoding::Utf8 => mutf7::decode(&literal.value),
            NameEncoding::Mutf7 => String::from_utf8(literal.value.clone()).ok(),
        };
        let meant = other.and_then(|name| self.exact.get(name.as_str()));
        meant.map_or(Standing::Missing, |mailbox| {
            Standing::OtherEncoding(mailbox)
        })
    }
}
