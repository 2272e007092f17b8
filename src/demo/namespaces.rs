//! Where names lie: namespaces, prefixes and the mailboxes that belong to the server itself.
//!
//! In: names as clients write them, octets of the wire. Out: the namespace, the delimiter and the levels of a name. The
//! world is not asked: all of this follows from the [`Persona`] alone.

use super::{names, persona::Persona};

/// Whose mailboxes a namespace holds (RFC 2342 §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the RFC's own three classes")]
pub enum Whose {
    Own,
    Others,
    Shared,
}

/// One more namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// Whose it is.
    pub whose: Whose,
    /// What its names begin with, the delimiter included.
    pub prefix: &'static str,
    /// Between its levels.
    pub delimiter: u8,
}

impl Persona {
    /// A name as clients write it.
    pub(super) fn full(&self, own: &str) -> Vec<u8> {
        [self.prefix.as_bytes(), own.as_bytes()].concat()
    }

    /// The further namespace that a name lies in.
    pub(super) fn space_of(&self, name: &[u8]) -> Option<&Space> {
        let mut spaces = self.spaces.iter();
        spaces.find(|space| name.starts_with(space.prefix.as_bytes()))
    }

    /// The delimiter of the namespace that a name lies in.
    pub(super) fn delimiter_of(&self, name: &[u8]) -> Option<u8> {
        let space = self.space_of(name).map(|space| space.delimiter);
        space.or(self.delimiter)
    }

    /// The levels above a name, nearest last; what only begins a namespace is none.
    pub(super) fn levels_above<'n>(&self, name: &'n [u8]) -> Vec<&'n [u8]> {
        let begins = self.space_of(name).map_or(0, |space| space.prefix.len());
        let mut above = names::ancestors(name, self.delimiter_of(name));
        above.retain(|level| level.len() >= begins);
        above
    }

    /// Whether a mailbox of the server's own has this name, or lies below it.
    pub(super) fn holds_fixed(&self, name: &[u8]) -> bool {
        self.fixed.iter().any(|own| {
            let own = self.full(own);
            own == name || names::is_below(&own, name, self.delimiter)
        })
    }

    /// A name as LIST tells it.
    pub(super) fn told(&self, name: &[u8]) -> Vec<u8> {
        let below = name.strip_prefix(b"INBOX".as_slice());
        let is_inbox =
            below.is_some_and(|below| below.is_empty() || below.first().copied() == self.delimiter);
        match below.filter(|_| is_inbox) {
            Some(below) => {
                names::shown(&[self.inbox.as_bytes(), below].concat(), self.quotes_names)
            }
            None => names::shown(name, self.quotes_names),
        }
    }
}
