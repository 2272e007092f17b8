//! Why there is no session.
//!
//! In: what went wrong on the way to a session. Out: [`ConnectError`]: its kind, a sentence, a hint, and whether another
//! try may go better. Never: a secret; the wire has masked it in whatever the server says.

use std::time::Duration;

use crate::{
    language::{Phrase, text},
    secret::Mask,
    store::{Later, LookError},
};

/// What kind of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectErrorKind {
    /// What the user gave cannot be used.
    Config,
    /// The server cannot be reached, or the connection broke.
    Network,
    /// The server cannot be trusted, or does not speak TLS.
    Tls,
    /// The port does not answer in TLS at all.
    NotTls,
    /// It is not an IMAP server, or one that does not keep to the protocol.
    Protocol,
    /// The server refuses the login: its user, password or token is wrong.
    Login,
    /// The login is right, but may not act for the user who was named.
    Authorization,
    /// There is no mechanism for logging in that both sides know; nothing secret was sent.
    Mechanism,
    /// Too many connections.
    Limit,
}

/// Why there is no session. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", message.english())]
pub struct ConnectError {
    /// What kind.
    pub kind: ConnectErrorKind,
    /// "cannot …"; may hold the server's words.
    pub message: Phrase,
    /// What to try.
    pub hint: Option<Phrase>,
    /// Whether another try may go better, and when; none where it would end the same.
    pub passing: Option<Later>,
    /// Whether it failed before the login: it is then the same for every account of the host.
    pub of_host: bool,
}

impl ConnectError {
    /// Failures of the network and too many connections pass; all others do not, unless [`Self::passing`] says so.
    pub(crate) fn new(kind: ConnectErrorKind, message: impl Into<Phrase>) -> Self {
        let passes = matches!(kind, ConnectErrorKind::Network | ConnectErrorKind::Limit);
        Self {
            kind,
            message: message.into(),
            hint: None,
            passing: passes.then(Later::default),
            of_host: false,
        }
    }

    pub(crate) fn of_host(mut self) -> Self {
        self.of_host = true;
        self
    }

    /// The same in words that hold no secret.
    pub(crate) fn masked(mut self, mask: &Mask) -> Self {
        self.message = self.message.map(|text| mask.text(text));
        self
    }

    pub(crate) fn passing(mut self, passing: Option<Later>) -> Self {
        self.passing = passing;
        self
    }

    /// Whether it was the server that let nobody in for now, and for how long; none where it could not be reached, or where
    /// another try would end the same.
    #[must_use]
    pub fn put_off(&self) -> Option<Later> {
        let has_answered = !self.of_host || self.kind == ConnectErrorKind::Limit;
        self.passing.filter(|_| has_answered)
    }

    pub(crate) fn hint(mut self, hint: Phrase) -> Self {
        self.hint = Some(hint);
        self
    }
}

/// A time limit in words.
pub(super) fn seconds(time: Duration) -> Phrase {
    text::seconds(time.as_secs())
}

impl From<LookError> for ConnectError {
    fn from(error: LookError) -> Self {
        let why = text::cannot_see_whose(error.said());
        Self::new(ConnectErrorKind::Protocol, why).passing(error.passing())
    }
}
