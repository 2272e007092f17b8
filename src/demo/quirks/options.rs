//! One habit more or less than a kind of server has, said in words: `Persona::cyrus().with_quota(9_000)`.
//!
//! In: a [`Persona`]. Out: the same with that one difference. Only tests and benches ask for it.

use std::time::Duration;

use super::{acl::Acl, aliases::Alias, views::View};
use crate::demo::{
    namespaces::{Space, Whose},
    persona::{Auto, Persona},
};

impl Persona {
    /// Dovecot without these capabilities: they are missing, not hidden.
    #[must_use]
    pub fn without(mut self, capabilities: &[&str]) -> Self {
        self.capabilities
            .retain(|offered| !capabilities.contains(offered));
        self
    }

    /// With at most so many messages in one command, and the capability that says so.
    #[must_use]
    pub fn with_message_limit(mut self, messages: usize) -> Self {
        self.message_limit = Some(messages);
        self.capabilities.push("MESSAGELIMIT");
        self
    }

    /// With a limit on an account's octets, and QUOTA.
    #[must_use]
    pub fn with_quota(mut self, octets: u64) -> Self {
        self.quota = Some(octets);
        if !self.can("QUOTA") {
            self.capabilities.push("QUOTA");
        }
        self
    }

    /// With mailboxes that can only be read.
    #[must_use]
    pub fn with_read_only(mut self, names: &[&'static str]) -> Self {
        self.read_only.extend_from_slice(names);
        self
    }

    /// With mailboxes that come back by themselves.
    #[must_use]
    pub fn with_auto(mut self, names: &[(&'static str, Auto)]) -> Self {
        self.auto.extend_from_slice(names);
        self
    }

    /// With more names.
    #[must_use]
    pub fn with_aliases(mut self, aliases: &[Alias]) -> Self {
        self.quirks.aliases.extend_from_slice(aliases);
        self
    }

    /// With one more namespace, whose delimiter is `/`.
    #[must_use]
    pub fn with_space(mut self, whose: Whose, prefix: &'static str) -> Self {
        self.spaces.push(Space {
            whose,
            prefix,
            delimiter: b'/',
        });
        self
    }

    /// With a personal namespace into which a copy of all goes that is expunged or moved away anywhere else.
    #[must_use]
    pub fn with_lazy_expunge(self, prefix: &'static str) -> Self {
        let mut lazy = self.with_space(Whose::Own, prefix);
        lazy.quirks.expunged = Some(prefix);
        lazy
    }

    /// With at most so many messages shown of a mailbox (Gmail's limit for IMAP, Yahoo's 10 000).
    #[must_use]
    pub fn showing_at_most(mut self, messages: usize) -> Self {
        self.shows_at_most = Some(messages);
        self
    }

    /// With rights that clients can set.
    #[must_use]
    pub fn with_acl(mut self, acl: Acl) -> Self {
        self.quirks.acl = Some(acl);
        self
    }

    /// With another replica of each account, whose mail is here so long after it was accepted there.
    #[must_use]
    pub fn with_replica(mut self, lag: Duration) -> Self {
        self.quirks.replica = Some(lag);
        self
    }

    /// With mailboxes that show the messages of others.
    #[must_use]
    pub fn with_views(mut self, views: &[View]) -> Self {
        self.quirks.views.extend_from_slice(views);
        self
    }

    /// With sessions that go on seeing a mailbox as it was when they opened or renamed it.
    #[must_use]
    pub fn with_frozen_views(mut self) -> Self {
        self.quirks.freezes_views = true;
        self
    }
}
