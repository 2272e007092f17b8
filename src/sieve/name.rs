//! Which mailbox a name in a script means.
//!
//! A server compares the name with its own octet by octet: Pigeonhole as UTF-8, so that modified UTF-7 is a name of its own;
//! Cyrus as modified UTF-7, unless its administrator has set `sieve_utf8fileinto`. None folds the forms of Unicode together.
//! Names have the prefix and the delimiter that IMAP shows: one without the prefix is none (seen with Pigeonhole 0.5.19).

use std::collections::BTreeMap;

use memchr::memmem;
use unicode_normalization::UnicodeNormalization as _;

use super::{
    literal::Literal,
    script::{FiledName, Filing},
};
use crate::model::{mutf7, name_encoding::NameEncoding};

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
    exact: BTreeMap<String, &'m str>,
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

/// The name that a server reads in these octets.
pub(super) fn name(value: &[u8], encoding: NameEncoding) -> Option<String> {
    let name = match encoding {
        NameEncoding::Mutf7 if value.is_ascii() => mutf7::decode(value)?,
        NameEncoding::Mutf7 | NameEncoding::Utf8 => String::from_utf8(value.to_vec()).ok()?,
    };
    Some(with_inbox(name))
}

/// INBOX is the one level whose case means nothing (RFC 9051 §5.1), also where other levels follow it.
pub(super) fn with_inbox(name: String) -> String {
    const INBOX: &str = "INBOX";
    match name.split_at_checked(INBOX.len()) {
        Some((first, rest))
            if first.eq_ignore_ascii_case(INBOX)
                && (rest.is_empty() || rest.starts_with(['.', '/'])) =>
        {
            format!("{INBOX}{rest}")
        }
        _ => name,
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

    /// Whether it may name this mailbox, whatever variables hold when the script runs.
    ///
    /// A name that stands there is compared as the server may read it, in either encoding.
    #[must_use]
    pub fn may_name(&self, mailbox: &str) -> bool {
        let mailbox = with_inbox(mailbox.to_owned());
        match &self.name {
            FiledName::Literal(literal) => [NameEncoding::Utf8, NameEncoding::Mutf7]
                .iter()
                .any(|encoding| literal.name(*encoding).as_ref() == Some(&mailbox)),
            FiledName::Computed(written) => {
                let encoded = mutf7::encode(&mailbox);
                let forms = [mailbox.as_bytes(), &encoded];
                forms.iter().any(|form| may_become(written, form))
            }
        }
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

/// Whether a written name may become these octets once each `${…}` in it is any text. ASCII letters of either case are one,
/// as in INBOX.
fn may_become(written: &str, octets: &[u8]) -> bool {
    let written = written.to_ascii_lowercase();
    let mut parts = written.split("${");
    let first = parts.next().unwrap_or_default();
    let fixed: Option<Vec<&str>> = parts.map(|part| Some(part.split_once('}')?.1)).collect();
    // What has no brace at its end is plain text, of which variables in it may make anything.
    let Some((last, between)) = fixed.as_deref().and_then(<[&str]>::split_last) else {
        return true;
    };
    let octets = octets.to_ascii_lowercase();
    let inside = octets.strip_prefix(first.as_bytes());
    let inside = inside.and_then(|rest| rest.strip_suffix(last.as_bytes()));
    inside.is_some_and(|inside| {
        let left = between.iter().try_fold(inside, |rest, fixed| {
            let at = memmem::find(rest, fixed.as_bytes())?;
            rest.get(at + fixed.len()..)
        });
        left.is_some()
    })
}

impl<'m> NamedMailboxes<'m> {
    /// These mailboxes, by their decoded names.
    #[must_use]
    pub fn of(names: impl IntoIterator<Item = &'m str>) -> Self {
        let mut mailboxes = Self::default();
        for name in names {
            let exact = with_inbox(name.to_owned());
            mailboxes.composed.insert(exact.nfc().collect(), name);
            mailboxes.exact.insert(exact, name);
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
            if let Some(mailbox) = self.exact.get(name) {
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
        let meant = other.and_then(|name| self.exact.get(&with_inbox(name)));
        meant.map_or(Standing::Missing, |mailbox| {
            Standing::OtherEncoding(mailbox)
        })
    }
}
