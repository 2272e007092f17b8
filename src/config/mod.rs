//! What the user says about an account: its URL, where its secret is, and what its mailboxes are for.
//!
//! In: an ACCOUNT argument, options, an accounts file. Out: [`account::Account`], [`accounts::Entry`], a
//! [`crate::secret::Secret`]. No argument, error or log holds a secret, and no shell is started.

pub mod account;
pub mod accounts;
pub mod import;
pub mod keyring;
pub mod secret;
pub mod words;

/// Why what the user said cannot be used. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConfigError {
    /// One sentence fragment; may hold the user's own words.
    pub message: String,
    /// What to try.
    pub hint: Option<String>,
}

impl ConfigError {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
        }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
