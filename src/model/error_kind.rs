//! Kinds of errors: the closed list of words by which scripts tell failures apart.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why an account could not be dealt with, or a run did not come to its end.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum ErrorKind {
    /// The server refused the login.
    Login,
    /// TLS could not be set up, or the certificate is not trusted.
    Tls,
    /// The host could not be reached, or the connection was lost.
    Network,
    /// The server answered in a way that IMAP does not allow.
    Protocol,
    /// Usage or configuration: what was typed or written in a file does not fit.
    Config,
    /// The server has set a limit that was reached; it may pass.
    Limit,
    /// The account is no longer as the plan has it.
    Stale,
    /// Another run is at work on the account, or was interrupted there.
    Locked,
    /// The server refused a command.
    Refused,
    /// The user or the system has stopped rolecall.
    Interrupted,
    /// Nobody knows what became of a command; `rolecall resume` finds out.
    Unknown,
    /// A bug in rolecall.
    Bug,
}

impl ErrorKind {
    /// The kind's word in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Tls => "tls",
            Self::Network => "network",
            Self::Protocol => "protocol",
            Self::Config => "config",
            Self::Limit => "limit",
            Self::Stale => "stale",
            Self::Locked => "locked",
            Self::Refused => "refused",
            Self::Interrupted => "interrupted",
            Self::Unknown => "unknown",
            Self::Bug => "bug",
        }
    }
}
