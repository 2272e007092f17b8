//! Whose mail is meant, who logs in for it, and with which secret.

use super::fingerprint::OwnMailboxes;
use crate::{model::server_traits::ServerTraits, secret::Secret};

/// Whose mail is meant, who logs in, and with what.
#[derive(Debug, Clone)]
pub struct Login {
    /// Whose mail is meant.
    pub user: String,
    /// The administrator who logs in for the user; none where the user does.
    pub admin: Option<Admin>,
    /// The secret of the one who logs in.
    pub credential: Credential,
}

/// An administrator who logs in for others.
#[derive(Debug, Clone)]
pub struct Admin {
    /// The login.
    pub name: String,
    /// What stands between the two where both are one login: `alice*admin`. None where the server takes an authorization
    /// identity (RFC 4616).
    pub separator: Option<char>,
    /// What the administrator's own mailboxes look like, where that was asked for. Clones share it.
    pub(super) own: OwnMailboxes,
}

impl Admin {
    /// An administrator of any number of accounts: cloned, not made anew for each.
    #[must_use]
    pub fn new(name: String, separator: Option<char>) -> Self {
        Self {
            name,
            separator,
            own: OwnMailboxes::default(),
        }
    }
}

/// What proves who logs in.
#[derive(Debug, Clone)]
pub enum Credential {
    /// A password.
    Password(Secret),
    /// An OAuth access token, which names its owner by itself.
    Token(Secret),
}

impl Login {
    /// The name and the authorization identity that are sent with a password.
    pub(super) fn names(&self) -> (String, &str) {
        match &self.admin {
            None => (self.user.clone(), ""),
            Some(Admin {
                name,
                separator: Some(separator),
                ..
            }) => (format!("{}{separator}{name}", self.user), ""),
            Some(Admin {
                name,
                separator: None,
                ..
            }) => (name.clone(), &self.user),
        }
    }

    /// The administrator, where it is not sure that the server shows the mailboxes of the user who was named.
    pub(super) fn needs_proof(&self, traits: &ServerTraits) -> Option<&Admin> {
        let by_password = matches!(self.credential, Credential::Password(_));
        let admin = self.admin.as_ref()?;
        let is_sure =
            admin.separator.is_some() || !by_password || traits.honours_authorization_identity;
        (!is_sure).then_some(admin)
    }

    /// The secret of the one who logs in.
    pub(crate) fn secret(&self) -> &Secret {
        match &self.credential {
            Credential::Password(secret) | Credential::Token(secret) => secret,
        }
    }
}
