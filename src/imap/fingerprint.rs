//! What tells the mailboxes of one account from those of another.
//!
//! In: a session. Out: a [`AccountFingerprint`] of its mailboxes; [`OwnMailboxes`] remembers the administrators' own. Two sights that
//! may be of one account are never taken for two.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex as SyncMutex, PoisonError},
};

use tokio::sync::Mutex;

use super::{error::ConnectError, session::Session};
use crate::{
    model::mailbox::{MailboxName, Status},
    store::{LookError, Store as _},
};

/// What a look at an administrator's own mailboxes has shown: none where the administrator has none, or why it failed for
/// good; nothing before the first look, and after one that failed in passing.
pub(super) type Looked = Option<Result<Option<AccountFingerprint>, ConnectError>>;

/// What an administrator's own mailboxes look like, by host and port. Clones share it.
///
/// Each host has a lock of its own: who needs an answer that somebody is just asking for waits for that one, and not for
/// what is asked of other hosts.
#[derive(Debug, Clone, Default)]
pub(super) struct OwnMailboxes(Arc<SyncMutex<Hosts>>);

/// By host and port.
type Hosts = BTreeMap<(String, u16), Arc<Mutex<Looked>>>;

impl OwnMailboxes {
    /// What is known of one host; to be locked while it is asked.
    pub fn at(&self, host: &str, port: u16) -> Arc<Mutex<Looked>> {
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(hosts.entry((host.to_owned(), port)).or_default())
    }
}

/// What tells mailboxes of one account from those of another.
#[derive(Debug, Clone)]
pub(super) struct AccountFingerprint {
    names: Vec<MailboxName>,
    inbox: Status,
}

impl AccountFingerprint {
    /// Looks.
    pub async fn of(session: &mut Session) -> Result<Self, LookError> {
        let found = session.mailboxes().await?;
        let inbox = MailboxName::new(b"INBOX".to_vec(), "INBOX".to_owned());
        Ok(Self {
            names: found.into_iter().map(|found| found.name).collect(),
            inbox: session.status(&inbox).await?,
        })
    }

    /// Whether this may be the account that was seen before.
    pub fn may_be(&self, before: &Self) -> bool {
        let (now, then) = (&self.inbox, &before.inbox);
        if let (Some(now), Some(then)) = (&now.mailbox_id, &then.mailbox_id) {
            return now == then;
        }
        // On GNU mailutils 3.15 an empty one has another UIDVALIDITY each time.
        let is_empty = now.messages == Some(0) || then.messages == Some(0);
        (now.uid_validity == then.uid_validity || is_empty)
            && now.uid_next >= then.uid_next
            && self.names == before.names
    }
}
