//! Habits of large providers: labels, system mailboxes in the user's language, mail that IMAP does not show, namespaces.
//!
//! In: nothing. Out: more [`Persona`]s, and what they say of a name. Never: state, and never a product's own words:
//! none of these servers was at hand, what they do was read (protocol.md §5, providers.md).

use super::{
    message::{Mailbox, Message},
    names,
    persona::{Keywords, Marking, Parents, Persona},
};
use std::sync::Arc;

/// Mailboxes are labels: a message has any number of them, and is in a mailbox once. Names are without the prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// Holds every message, whatever labels it has or loses.
    pub all: &'static str,
    /// A message in one of these has no other label and is not in `all` (trash and spam).
    pub alone: Vec<&'static str>,
}

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

/// Name and special-use attribute of each mailbox of the system.
pub type System = [(&'static str, &'static str); 7];

/// Gmail's own mailboxes in English.
pub const GMAIL: System = [
    ("[Gmail]/All Mail", "\\All"),
    ("[Gmail]/Drafts", "\\Drafts"),
    ("[Gmail]/Important", "\\Important"),
    ("[Gmail]/Sent Mail", "\\Sent"),
    ("[Gmail]/Spam", "\\Junk"),
    ("[Gmail]/Starred", "\\Flagged"),
    ("[Gmail]/Trash", "\\Trash"),
];

/// Gmail's own mailboxes in French, as an account listed them.
pub const GMAIL_FR: System = [
    ("[Gmail]/Tous les messages", "\\All"),
    ("[Gmail]/Brouillons", "\\Drafts"),
    ("[Gmail]/Important", "\\Important"),
    ("[Gmail]/Messages envoy&AOk-s", "\\Sent"),
    ("[Gmail]/Spam", "\\Junk"),
    ("[Gmail]/Suivis", "\\Flagged"),
    ("[Gmail]/Corbeille", "\\Trash"),
];

/// Exchange's default mailboxes in French; those without an attribute have none.
pub const EXCHANGE_FR: &[(&str, &str)] = &[
    ("Brouillons", "\\Drafts"),
    ("Bo&AO4-te d'envoi", ""),
    ("Courrier ind&AOk-sirable", "\\Junk"),
    ("&AMk-l&AOk-ments envoy&AOk-s", "\\Sent"),
    ("&AMk-l&AOk-ments supprim&AOk-s", "\\Trash"),
];

impl Persona {
    /// Gmail: mailboxes are labels, and those of the system lie under `[Gmail]` in the user's language.
    #[must_use]
    pub fn gmail(system: &System) -> Self {
        let named = |mark: &str| {
            let found = system.iter().find(|(_, own)| *own == mark);
            found.map_or("", |(name, _)| name)
        };
        let mut gmail = Self {
            marking: Marking::ByName(system.to_vec()),
            fixed: system.iter().map(|(name, _)| *name).collect(),
            labels: Some(Labels {
                all: named("\\All"),
                alone: vec![named("\\Junk"), named("\\Trash")],
            }),
            renames_inbox: false,
            moves_when_read_only: false,
            tells_mailbox: false,
            quotes_names: true,
            ..Self::dovecot()
        };
        gmail.capabilities.extend(["X-GM-EXT-1", "QUOTA"]);
        gmail
    }

    /// Exchange: marks in plain LIST though it offers no SPECIAL-USE, `Inbox`, no new keywords, default mailboxes in the
    /// user's language.
    #[must_use]
    pub fn exchange(defaults: &[(&'static str, &'static str)]) -> Self {
        let marked = defaults.iter().filter(|(_, mark)| !mark.is_empty());
        Self {
            capabilities: vec![
                "IMAP4rev1",
                "SASL-IR",
                "UIDPLUS",
                "MOVE",
                "ID",
                "UNSELECT",
                "CHILDREN",
                "NAMESPACE",
                "LITERAL+",
            ],
            marking: Marking::ByName(marked.copied().collect()),
            fixed: defaults.iter().map(|(name, _)| *name).collect(),
            inbox: "Inbox",
            keywords: Keywords::Only(Vec::new()),
            parents: Parents::Real,
            renames_inbox: false,
            moves_when_read_only: false,
            tells_mailbox: false,
            codes: Vec::new(),
            ..Self::dovecot()
        }
    }

    /// Two personal namespaces, the second with a delimiter of its own, beside other users' and shared mailboxes.
    #[must_use]
    pub fn two_namespaces(prefix: &'static str, delimiter: u8) -> Self {
        let space = |whose, prefix, delimiter| Space {
            whose,
            prefix,
            delimiter,
        };
        Self {
            spaces: vec![
                space(Whose::Own, prefix, delimiter),
                space(Whose::Others, "Users/", b'/'),
                space(Whose::Shared, "Shared/", b'/'),
            ],
            ..Self::dovecot()
        }
    }

    /// With at most so many messages shown of a mailbox (Gmail's limit for IMAP, Yahoo's 10 000).
    #[must_use]
    pub fn showing_at_most(mut self, messages: usize) -> Self {
        self.shows_at_most = Some(messages);
        self
    }

    /// What STATUS and SELECT show of a mailbox.
    pub(super) fn shown<'m>(&self, mailbox: &'m Mailbox) -> &'m [Arc<Message>] {
        let all = mailbox.messages();
        let Some(most) = self.shows_at_most else {
            return all;
        };
        let hidden = if self.hides_for_good {
            let next = usize::try_from(mailbox.uid_next).unwrap_or(usize::MAX);
            let first = next.saturating_sub(most);
            all.partition_point(|message| (message.uid as usize) < first)
        } else {
            all.len().saturating_sub(most)
        };
        all.get(hidden..).unwrap_or_default()
    }

    /// Whether a mailbox of the server's own has this name, or lies below it.
    pub(super) fn holds_fixed(&self, name: &[u8]) -> bool {
        self.fixed.iter().any(|own| {
            let own = self.full(own);
            own == name || names::is_below(&own, name, self.delimiter)
        })
    }

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
