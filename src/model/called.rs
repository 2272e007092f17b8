//! What a mailbox, a role and a client are called inside a phrase.

use super::{client::Forecast, mailbox::MailboxName, role::Role};
use crate::language::{Phrase, text};

impl From<&MailboxName> for Phrase {
    fn from(name: &MailboxName) -> Self {
        name.text().into()
    }
}

/// What people call it. Behind an option stands its word: [`Role::word`].
impl From<Role> for Phrase {
    fn from(role: Role) -> Self {
        match role {
            Role::Inbox => text::role_inbox(),
            Role::Drafts => text::role_drafts(),
            Role::Sent => text::role_sent(),
            Role::Trash => text::role_trash(),
            Role::Junk => text::role_junk(),
            Role::Archive => text::role_archive(),
            Role::All => text::role_all(),
            Role::Flagged => text::role_flagged(),
            Role::Important => text::role_important(),
            Role::Templates => text::role_templates(),
            Role::Outbox => text::role_outbox(),
            Role::Memos => text::role_memos(),
            Role::Scheduled => text::role_scheduled(),
            Role::Snoozed => text::role_snoozed(),
        }
    }
}

impl From<&Forecast> for Phrase {
    fn from(client: &Forecast) -> Self {
        client.to_string().into()
    }
}
