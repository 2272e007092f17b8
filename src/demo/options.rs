//! One habit more or less than a kind of server has, said in words: `Persona::cyrus().with_quota(9_000)`.
//!
//! In: a [`Persona`]. Out: the same with that one difference. Only tests and benches ask for it.

use super::{
    aliases::Alias,
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
        self.aliases.extend_from_slice(aliases);
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
        Self {
            expunged: Some(prefix),
            ..self.with_space(Whose::Own, prefix)
        }
    }

    /// With at most so many messages shown of a mailbox (Gmail's limit for IMAP, Yahoo's 10 000).
    #[must_use]
    pub fn showing_at_most(mut self, messages: usize) -> Self {
        self.shows_at_most = Some(messages);
        self
    }
}
