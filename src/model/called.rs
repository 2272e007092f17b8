//! What a mailbox, a role and a client are called inside a phrase: the same in every language.

use super::{client::Forecast, mailbox::MailboxName, role::Role};
use crate::language::Phrase;

impl From<&MailboxName> for Phrase {
    fn from(name: &MailboxName) -> Self {
        name.text().into()
    }
}

/// Its word, which options take.
impl From<Role> for Phrase {
    fn from(role: Role) -> Self {
        role.word().into()
    }
}

impl From<&Forecast> for Phrase {
    fn from(client: &Forecast) -> Self {
        client.to_string().into()
    }
}
