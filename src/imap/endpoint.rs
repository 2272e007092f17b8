//! Where an account's server is, and how it is reached.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::{one_by_one::OneByOne, trace::Trace, trust::Trust};

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first octet.
    ImplicitTls,
    /// STARTTLS; where it is not offered, nothing is sent.
    StartTls,
    /// STARTTLS where it is offered: for servers on this machine, where nobody is in between.
    StartTlsIfOffered,
    /// Clear text, as the user allowed.
    Plaintext,
}

/// Where the tags of a connection's commands begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tags {
    /// At the microseconds of the clock, so that no later connection uses a tag again. A proxy may give a connection the
    /// session of one that was cut off, and with it the answers that are still to come there (imapproxy does).
    FromClock,
    /// At one, so that tests are alike each time.
    FromOne,
}

impl Tags {
    /// The number before that of the first command.
    pub(super) fn before_the_first(self) -> u64 {
        let since = match self {
            Self::FromClock => SystemTime::now().duration_since(UNIX_EPOCH).ok(),
            Self::FromOne => None,
        };
        let microseconds = since.and_then(|since| u64::try_from(since.as_micros()).ok());
        microseconds.unwrap_or(0)
    }
}

/// Where a server is, and how it is reached.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Which certificates are trusted.
    pub trust: Arc<Trust>,
    /// How long an answer may take.
    pub timeout: Duration,
    /// The hosts that were found to take one command at a time; shared by all who reach the same hosts.
    pub one_by_one: OneByOne,
    /// Where the tags of its connections begin.
    pub tags: Tags,
    /// Where the protocol is written down, if anywhere.
    pub trace: Option<Trace>,
}
