//! Software: which mail server this is, as far as it says so.
//!
//! In: what the server says of itself, the host that was asked for. Out: [`Software`]. Never: a guess from how a server behaves.

use super::server::Server;

/// A mail server that something is known of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the product's name")]
pub enum Software {
    Dovecot,
    Cyrus,
    Courier,
    Exchange,
    Gmail,
    /// It does not say, or nothing is known of it.
    Unknown,
}

/// What only Exchange's capabilities are made of: whoever offers more is another server (seen on Exchange 2010 to 365).
const EXCHANGE: [&str; 16] = [
    "IMAP4",
    "IMAP4REV1",
    "LOGINDISABLED",
    "STARTTLS",
    "SASL-IR",
    "UIDPLUS",
    "MOVE",
    "ID",
    "UNSELECT",
    "CHILDREN",
    "IDLE",
    "NAMESPACE",
    "LITERAL+",
    "CLIENTACCESSRULES",
    "CLIENTNETWORKPRESENCELOCATION",
    "BACKENDAUTHENTICATE",
];

impl Software {
    /// Which server it is by its ID (RFC 2971) and greeting. Courier has no ID and is known by a capability of its own,
    /// Gmail by its, Exchange Online by the host that was asked for too.
    #[must_use]
    pub fn of_server(server: &Server, host: &str) -> Self {
        let words = server.words().to_ascii_lowercase();
        let host = host.to_ascii_lowercase();
        if server.can("X-GM-EXT-1") {
            Self::Gmail
        } else if words.contains("dovecot") {
            Self::Dovecot
        } else if words.contains("cyrus") {
            Self::Cyrus
        } else if words.contains("microsoft exchange")
            || words.contains("microsoft.exchange")
            || host.ends_with(".office365.com")
        {
            Self::Exchange
        } else if words.contains("courier") || server.can("ACL2=UNION") {
            Self::Courier
        } else {
            Self::Unknown
        }
    }

    /// Whether its administrator can mark a mailbox (RFC 6154), where clients cannot.
    #[must_use]
    pub fn takes_marks_from_administrator(self) -> bool {
        matches!(self, Self::Dovecot | Self::Cyrus)
    }

    /// Whether it is known to show every message of a mailbox; providers put limits into servers of their own.
    #[must_use]
    pub fn shows_all(self) -> bool {
        matches!(self, Self::Dovecot | Self::Cyrus | Self::Courier)
    }

    /// Whether a server that does not say what it is could be Exchange.
    #[must_use]
    pub fn may_be_exchange(server: &Server, host: &str) -> bool {
        let mut capabilities = server.capabilities.iter();
        let is_known = |one: &String| one.starts_with("AUTH=") || EXCHANGE.contains(&one.as_str());
        match Self::of_server(server, host) {
            Self::Exchange => true,
            Self::Unknown => capabilities.all(is_known),
            _ => false,
        }
    }
}
