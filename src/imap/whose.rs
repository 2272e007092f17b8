//! Whose mailbox it is: an administrator must be shown the user's and not the administrator's own.
//!
//! In: a session that an administrator opened for a user. Out: it, or a refusal. Never: the administrator's mail taken for
//! the user's.
//!
//! A server has to refuse an authorization identity that it does not use (RFC 4616 §2). GNU mailutils 3.15 (seen) and
//! nginx's mail proxy (its ngx_mail_auth_plain) let the administrator in and forget for whom. IMAP cannot say who is logged
//! in. So on a server that is not known to keep to it the administrator's own mailbox is looked at, once, and compared.

use std::{collections::BTreeMap, sync::Arc};

use tokio::sync::Mutex;

use super::{
    connect::{ConnectError, ConnectErrorKind, Endpoint, enter, reach},
    login::{Admin, Login},
    session::Session,
};
use crate::{
    model::{
        listing::AccountId,
        mailbox::{MailboxName, Status},
    },
    store::{LookError, Store as _},
};

/// What is known of administrators' own mailboxes, by host and port. None: the administrator has none.
pub(super) type Own = Arc<Mutex<BTreeMap<(String, u16), Option<Sight>>>>;

/// What tells mailboxes of one account from those of another.
#[derive(Debug, Clone)]
pub(super) struct Sight {
    names: Vec<MailboxName>,
    inbox: Status,
}

/// Words of greetings: Dovecot, Cyrus, Zimbra, Exchange and Stalwart take an authorization identity for what it is.
const KNOWN: [&str; 5] = [
    "dovecot",
    "cyrus imap",
    "zimbra",
    "microsoft exchange",
    "stalwart",
];

/// Whether the server is known to show an administrator the mailbox that was asked for. A proxy greets by itself, whatever
/// stands behind it.
pub(super) fn is_known(greeting: &str) -> bool {
    let greeting = greeting.to_ascii_lowercase();
    KNOWN.into_iter().any(|known| greeting.contains(known))
}

impl Sight {
    pub async fn of(session: &mut Session) -> Result<Self, LookError> {
        let found = session.mailboxes().await?;
        let inbox = MailboxName::new(b"INBOX".to_vec(), "INBOX".to_owned());
        Ok(Self {
            names: found.into_iter().map(|found| found.name).collect(),
            inbox: session.status(&inbox).await?,
        })
    }

    /// Whether this may be the account that was seen before.
    fn may_be(&self, before: &Self) -> bool {
        let (now, then) = (&self.inbox, &before.inbox);
        if let (Some(now), Some(then)) = (&now.mailbox_id, &then.mailbox_id) {
            return now == then;
        }
        // On mailutils an empty one has another UIDVALIDITY each time.
        let is_empty = now.messages == Some(0) || then.messages == Some(0);
        (now.uid_validity == then.uid_validity || is_empty)
            && now.uid_next >= then.uid_next
            && self.names == before.names
    }
}

/// Refuses a session that shows what the administrator sees without acting for anybody.
pub(super) async fn prove(
    session: &mut Session,
    admin: &Admin,
    login: &Login,
    endpoint: &Endpoint,
) -> Result<(), ConnectError> {
    let seen = Sight::of(session).await?;
    let own = own_sight(endpoint, login, admin).await?;
    if !own.is_some_and(|own| seen.may_be(&own)) {
        return Ok(());
    }
    let (admin, user, host) = (&admin.name, &login.user, &endpoint.host);
    Err(ConnectError::new(
        ConnectErrorKind::Authorization,
        format!("cannot log in for {user}: {host} lets {admin} in but shows the mailboxes of {admin}, as if nobody else had been named"),
    )
    .hint("this server does not know administrators' logins by authorization identity; log in as the user, or see --master-separator"))
}

/// What the administrator's own account looks like, asked for once on each server; none where there is none.
async fn own_sight(
    endpoint: &Endpoint,
    login: &Login,
    admin: &Admin,
) -> Result<Option<Sight>, ConnectError> {
    // Held while it is asked for: who comes meanwhile waits for the same answer.
    let mut known = admin.own.lock().await;
    let place = (endpoint.host.clone(), endpoint.port);
    if let Some(own) = known.get(&place) {
        return Ok(own.clone());
    }
    let alone = Login {
        user: admin.name.clone(),
        admin: None,
        credential: login.credential.clone(),
    };
    let id = AccountId {
        host: endpoint.host.clone(),
        port: endpoint.port,
        user: admin.name.clone(),
        url: String::new(),
    };
    let own = match enter(reach(endpoint).await?, endpoint, &alone, id).await {
        Ok((mut session, _)) => {
            let sight = Sight::of(&mut session).await?;
            session.logout().await;
            Some(sight)
        }
        Err(error) if error.kind == ConnectErrorKind::Login => None,
        Err(error) => return Err(error),
    };
    known.insert(place, own.clone());
    Ok(own)
}

impl From<LookError> for ConnectError {
    fn from(error: LookError) -> Self {
        let why = format!("cannot see whose mailbox it is: {error}");
        Self::new(ConnectErrorKind::Protocol, why).passing(error.passing())
    }
}
