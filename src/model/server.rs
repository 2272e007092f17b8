//! The server: what it said it is and can do.
//!
//! In: what a session read after login. Out: [`Server`], and what its capabilities allow. Never: a product's name (that is
//! `server_traits`).

use std::collections::BTreeSet;

use super::{mailbox::MailboxName, mutf7};

/// What the server said it is and can do, after login.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Server {
    /// Name and version from ID (RFC 2971), where given.
    pub software: Option<String>,
    /// What it said when the connection was opened, where that was kept.
    pub greeting: Option<String>,
    /// Capabilities in upper case.
    pub capabilities: BTreeSet<String>,
}

impl Server {
    /// All that it says of itself: greeting and ID.
    #[must_use]
    pub fn words(&self) -> String {
        let words = [self.greeting.as_deref(), self.software.as_deref()];
        let words: Vec<&str> = words.into_iter().flatten().collect();
        words.join(" ")
    }

    /// Whether a capability is advertised; IMAP4rev2 brings MOVE, UIDPLUS, SPECIAL-USE, LIST-EXTENDED,
    /// LIST-STATUS, NAMESPACE, UNSELECT and ENABLE with it (RFC 9051 Appendix E).
    #[must_use]
    pub fn can(&self, capability: &str) -> bool {
        const REV2: [&str; 9] = [
            "MOVE",
            "UIDPLUS",
            "SPECIAL-USE",
            "LIST-EXTENDED",
            "LIST-STATUS",
            "NAMESPACE",
            "UNSELECT",
            "ENABLE",
            "STATUS=SIZE",
        ];
        self.capabilities.contains(capability)
            || (self.capabilities.contains("IMAP4REV2")
                && !self.capabilities.contains("IMAP4REV1")
                && REV2.contains(&capability))
    }

    /// Whether names are UTF-8 on the wire and not modified UTF-7: servers that speak IMAP4rev2 only, or insist on
    /// UTF8=ACCEPT (RFC 9755 §6).
    #[must_use]
    pub fn names_are_utf8(&self) -> bool {
        let has = |capability| self.capabilities.contains(capability);
        has("UTF8=ONLY") || has("IMAP4REV2") && !has("IMAP4REV1")
    }

    /// A whole name that is to be made on this server.
    #[must_use]
    pub fn name(&self, text: String) -> MailboxName {
        MailboxName::new(self.encode_name(&text), text)
    }

    /// The octets of a name that is to be made on this server.
    #[must_use]
    pub fn encode_name(&self, text: &str) -> Vec<u8> {
        if self.names_are_utf8() {
            text.as_bytes().to_vec()
        } else {
            mutf7::encode(text)
        }
    }

    /// How many messages one command may name (RFC 9738 §3: `MESSAGELIMIT=1000`); none where nothing is said.
    #[must_use]
    pub fn message_limit(&self) -> Option<usize> {
        let mut limits = self.capabilities.iter();
        let limit = limits.find_map(|capability| capability.strip_prefix("MESSAGELIMIT="))?;
        limit.parse().ok().filter(|limit| *limit > 0)
    }

    /// Whether clients may set special-use attributes (RFC 6154 §5.4).
    ///
    /// METADATA alone does not tell: Dovecot offers it and refuses this entry. A server that takes the
    /// attributes in CREATE (Cyrus) takes them in SETMETADATA too.
    #[must_use]
    pub fn lets_clients_mark(&self) -> bool {
        self.can("METADATA") && self.can("CREATE-SPECIAL-USE")
    }
}
