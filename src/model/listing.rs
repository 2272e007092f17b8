//! The listing: all that was observed of one account in one look.
//!
//! In: what `imap` read. Out: [`Listing`], the input of every judgement. Never: I/O, roles, advice.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

pub use super::{listed_mailboxes::ListedMailboxes, namespace::Namespace, server::Server};
use super::{
    mailbox::{Mailbox, MailboxName, ROUND_LIMITS},
    server_traits::ServerTraits,
};
use crate::language::{Phrase, errors_that_say, text};

/// One login at one server, as a plan or a journal remembers it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountId {
    /// Host name as given.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Whose mail it is: the login, or the authorization identity of an administrator's login.
    pub user: String,
    /// The account as a URL without secrets: what people read.
    pub url: String,
}

impl AccountId {
    /// Whether both name the same mail: host without case, port and user exactly.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.host.eq_ignore_ascii_case(&other.host)
            && self.port == other.port
            && self.user == other.user
    }

    /// Somebody's account at imap.example.com.
    #[cfg(test)]
    pub(crate) fn example(user: &str) -> Self {
        Self {
            host: "imap.example.com".to_owned(),
            port: 993,
            user: user.to_owned(),
            url: format!("imaps://{user}@imap.example.com"),
        }
    }

    /// One text for all that is the same: what folders are named and parts are told by, so it never changes.
    #[must_use]
    pub fn key(&self) -> String {
        let host = self.host.to_ascii_lowercase();
        format!("{host}\0{}\0{}", self.port, self.user)
    }
}

/// Why a typed name means no one mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypedNameError {
    /// No mailbox has this name.
    Absent(String),
    /// More than one mailbox has this name once decoded.
    Unclear(String),
}

impl TypedNameError {
    /// What could not be done, as a fragment.
    #[must_use]
    pub fn said(&self) -> Phrase {
        match self {
            Self::Absent(name) => text::find_mailbox(name),
            Self::Unclear(name) => text::tell_which_mailbox(name),
        }
    }
}

/// All that was observed of an account in one look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Which account.
    pub account: AccountId,
    /// The administrator who looked on behalf of its user; none where the user did.
    pub acted_as: Option<String>,
    /// When, RFC 3339 in UTC.
    pub taken: String,
    /// What the server is.
    pub server: Server,
    /// Personal namespaces, the one that holds INBOX first; one with an empty prefix where the server has no NAMESPACE.
    pub personal: Vec<Namespace>,
    /// Other users' and shared namespaces: their mailboxes have no role here.
    pub foreign: Vec<Namespace>,
    /// Every mailbox.
    pub mailboxes: ListedMailboxes,
    /// Subscriptions to names that LIST does not show.
    pub dangling: Vec<MailboxName>,
}

impl Listing {
    /// What is special about the server.
    #[must_use]
    pub fn traits(&self) -> ServerTraits {
        ServerTraits::of(&self.server, &self.account.host)
    }

    /// The personal namespace that a name lies in; none for names of others and shared ones. The longest prefix wins.
    #[must_use]
    pub fn personal_namespace_of(&self, name: &MailboxName) -> Option<&Namespace> {
        let longest = |namespaces: &'_ [Namespace]| {
            let matching = namespaces
                .iter()
                .filter(|namespace| namespace.strip(name.text()).is_some());
            matching.map(|namespace| namespace.prefix.len()).max()
        };
        let own = longest(&self.personal)?;
        if longest(&self.foreign).is_some_and(|other| other > own) {
            return None;
        }
        self.personal.iter().find(|namespace| {
            namespace.prefix.len() == own && namespace.strip(name.text()).is_some()
        })
    }

    /// The personal namespace that holds INBOX, where roles are; none where the server tells of no personal namespace.
    #[must_use]
    pub fn home(&self) -> Option<&Namespace> {
        self.personal.first()
    }

    /// Puts the personal namespace that holds INBOX first: of several that do, the one with the longer prefix, unless that
    /// only gives the same mailboxes other names. A server tells them in any order.
    pub fn put_home_first(&mut self) {
        let holding = self.personal.iter().enumerate();
        let mut holding: Vec<(usize, &Namespace)> = holding
            .filter(|(_, namespace)| namespace.holds_inbox())
            .collect();
        holding.sort_by_key(|(_, namespace)| std::cmp::Reverse(namespace.prefix.len()));
        let home = match holding.as_slice() {
            [] => None,
            [first, rest @ ..] => {
                let mut rest = rest.iter();
                let real = rest.find(|other| !self.twins(first.1, other.1).is_empty());
                Some(real.unwrap_or(first).0)
            }
        };
        if let Some(home) = home {
            let home = self.personal.remove(home);
            self.personal.insert(0, home);
        }
    }

    /// Whether a name lies in the personal namespace that holds INBOX.
    #[must_use]
    pub fn is_home(&self, name: &MailboxName) -> bool {
        name.is_inbox() || self.personal_namespace_of(name) == self.home()
    }

    /// Other names of mailboxes at home: those of namespaces that are aliases.
    #[must_use]
    pub fn aliases(&self) -> BTreeMap<&MailboxName, &Mailbox> {
        let Some((home, others)) = self.personal.split_first() else {
            return BTreeMap::new();
        };
        let others = others.iter().flat_map(|other| self.twins(other, home));
        others.collect()
    }

    /// The mailboxes of one namespace, each with the one of the same name in another, where the first is only an alias of
    /// the second (Dovecot's `alias_for`): each has a twin there, and all their numbers are equal, those of empty ones too.
    /// Else none.
    fn twins(&self, one: &Namespace, other: &Namespace) -> Vec<(&MailboxName, &Mailbox)> {
        if one == other {
            return Vec::new();
        }
        let key = |mailbox: &Mailbox| {
            if mailbox.name.is_inbox() {
                "INBOX".to_owned()
            } else {
                mailbox.name.text().to_owned()
            }
        };
        let by_name = self.mailboxes.iter().map(|mailbox| (key(mailbox), mailbox));
        let by_name: BTreeMap<String, &Mailbox> = by_name.collect();
        let inside = self.mailboxes.iter().filter(|mailbox| {
            mailbox.selectable
                && !mailbox.name.is_inbox()
                && self.personal_namespace_of(&mailbox.name) == Some(one)
        });
        let twins = inside.map(|mailbox| {
            let rest = one.strip(mailbox.name.text())?;
            let twin = by_name.get(&format!("{}{rest}", other.prefix))?;
            let is_equal = mailbox.status.is_equal(&twin.status);
            is_equal.then_some((&mailbox.name, *twin))
        });
        twins.collect::<Option<_>>().unwrap_or_default()
    }

    /// Whether two names lead to one mailbox, as far as a listing tells. MAILBOXID decides where the server has it. Else
    /// equal numbers must come with equal mail: most servers give two mailboxes that are made in one second the same
    /// UIDVALIDITY ([`ServerTraits::has_distinct_uid_validities`]).
    #[must_use]
    pub fn is_one_mailbox(&self, one: &Mailbox, other: &Mailbox) -> bool {
        if let (Some(one), Some(other)) = (&one.status.mailbox_id, &other.status.mailbox_id) {
            return one == other;
        }
        if !one.status.is_equal(&other.status) {
            return false;
        }
        let looked = one.sample.as_ref().zip(other.sample.as_ref());
        let is_alike = looked.is_some_and(|(one, other)| {
            one.last.is_some() && (one.last, one.deleted) == (other.last, other.deleted)
        });
        match one.status.messages {
            Some(0) => {
                self.is_one_namespace(&one.name, &other.name)
                    && self.traits().has_distinct_uid_validities
            }
            _ => is_alike,
        }
    }

    /// Whether a mailbox shows a number of messages at which some providers cut off what IMAP shows, on a server that is not
    /// known to show all.
    #[must_use]
    pub fn may_hide_messages(&self, mailbox: &Mailbox) -> bool {
        let messages = mailbox.status.messages;
        messages.is_some_and(|messages| ROUND_LIMITS.contains(&messages))
            && !self.traits().shows_all_messages
    }

    /// Whether two names lie in one personal namespace: servers rename within one only (Dovecot, Cyrus).
    #[must_use]
    pub fn is_one_namespace(&self, one: &MailboxName, other: &MailboxName) -> bool {
        self.personal_namespace_of(one) == self.personal_namespace_of(other)
    }

    /// Whether a name lies in a namespace that the server has told of: servers make no mailbox outside of them (Dovecot,
    /// Cyrus, Courier). One that tells of none takes any name.
    #[must_use]
    pub fn has_namespace_for(&self, name: &str) -> bool {
        let mut all = self.personal.iter().chain(&self.foreign);
        self.personal.is_empty() || all.any(|namespace| namespace.strip(name).is_some())
    }

    /// Whether a name lies in another user's or a shared namespace. INBOX never does.
    #[must_use]
    pub fn is_foreign(&self, name: &MailboxName) -> bool {
        !name.is_inbox()
            && self.personal_namespace_of(name).is_none()
            && self
                .foreign
                .iter()
                .any(|namespace| namespace.strip(name.text()).is_some())
    }

    /// The mailbox with these octets, INBOX in any case.
    #[must_use]
    pub fn find(&self, wire: &[u8]) -> Option<&Mailbox> {
        self.mailboxes.find(wire)
    }

    /// The mailbox that a typed name means: equal octets, else equal decoded text, else equal text whatever the Unicode
    /// form (a terminal composes accents that a server may keep apart).
    pub fn find_typed(&self, typed: &str) -> Result<&Mailbox, TypedNameError> {
        if let Some(mailbox) = self.find(typed.as_bytes()) {
            return Ok(mailbox);
        }
        let composed: String = typed.nfc().collect();
        let ways: [&dyn Fn(&str) -> bool; 2] = [&|text| text == typed, &|text| {
            text.nfc().eq(composed.chars())
        }];
        for way in ways {
            let mut found = self
                .mailboxes
                .iter()
                .filter(|mailbox| way(mailbox.name.text()));
            match (found.next(), found.next()) {
                (Some(mailbox), None) => return Ok(mailbox),
                (Some(_), Some(_)) => return Err(TypedNameError::Unclear(typed.to_owned())),
                (None, _) => {}
            }
        }
        Err(TypedNameError::Absent(typed.to_owned()))
    }

    /// The inverse of [`Self::find_typed`]: what a user types to mean this mailbox and no other. That is its
    /// text, or its octets where another mailbox has that text, or has it as its octets (a name that was encoded twice
    /// shows the octets of the proper one).
    #[must_use]
    pub fn typed(&self, name: &MailboxName) -> String {
        let text = name.text();
        let composed: String = text.nfc().collect();
        let is_taken = self.mailboxes.iter().any(|other| {
            other.name != *name
                && (other.name.wire() == text.as_bytes()
                    || other.name.text().nfc().eq(composed.chars()))
        });
        match std::str::from_utf8(name.wire()) {
            Ok(wire) if is_taken => wire.to_owned(),
            _ => text.to_owned(),
        }
    }

    /// The mailboxes below a name, at any depth.
    pub fn below<'a>(&'a self, parent: &'a Mailbox) -> impl Iterator<Item = &'a Mailbox> {
        self.mailboxes.below(parent)
    }

    /// The delimiter of the personal namespace that holds INBOX, else of INBOX.
    #[must_use]
    pub fn delimiter(&self) -> Option<char> {
        self.home()
            .and_then(|namespace| namespace.delimiter)
            .or_else(|| self.find(b"INBOX").and_then(|inbox| inbox.delimiter))
    }

    /// The prefix of the personal namespace that holds INBOX, `""` or for example `INBOX.`.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.home()
            .map_or("", |namespace| namespace.prefix.as_str())
    }
}

errors_that_say!(TypedNameError);
