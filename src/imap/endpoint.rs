//! Where an account's server is, and how it is reached.

use std::{sync::Arc, time::Duration};

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
    /// Where the protocol is written down, if anywhere.
    pub trace: Option<Trace>,
}
