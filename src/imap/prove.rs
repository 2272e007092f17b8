//! Whose mailboxes they are: an administrator must be shown the user's and not the administrator's own.
//!
//! In: a session that an administrator opened for a user. Out: nothing, or a refusal. Never: the administrator's mail taken
//! for the user's.
//!
//! A server has to refuse an authorization identity that it does not use (RFC 4616 §2), and some let the administrator in
//! and forget for whom ([`crate::model::server_traits::ServerTraits::honours_authorization_identity`]). IMAP cannot say who
//! is logged in. So the administrator's own mailboxes are looked at, once for each host, and compared.

use super::{
    endpoint::Endpoint,
    enter::enter,
    error::{ConnectError, ConnectErrorKind},
    fingerprint::AccountFingerprint,
    login::{Admin, Login},
    reach::reach,
    session::Session,
};
use crate::{language::text, model::listing::AccountId};

/// Refuses a session that shows what the administrator sees without acting for anybody.
pub(super) async fn prove(
    session: &mut Session,
    admin: &Admin,
    login: &Login,
    endpoint: &Endpoint,
) -> Result<(), ConnectError> {
    let seen = AccountFingerprint::of(session).await?;
    let own = own_fingerprint(endpoint, login, admin).await?;
    if !own.is_some_and(|own| seen.may_be(&own)) {
        return Ok(());
    }
    let (admin, user, host) = (&admin.name, &login.user, &endpoint.host);
    Err(ConnectError::new(
        ConnectErrorKind::Authorization,
        text::shows_administrators_own(user, host, admin),
    )
    .hint(text::try_log_in_as_user()))
}

/// What the administrator's own mailboxes look like, asked for once on each host; none where there are none. A refusal that
/// would be the same next time is kept too: nobody's login is tried again and again for it. Silence and a broken connection
/// are not kept.
async fn own_fingerprint(
    endpoint: &Endpoint,
    login: &Login,
    admin: &Admin,
) -> Result<Option<AccountFingerprint>, ConnectError> {
    let looked = admin.own.at(&endpoint.host, endpoint.port);
    // Held while it is asked for: who comes meanwhile waits for the same answer.
    let mut looked = looked.lock().await;
    if let Some(known) = &*looked {
        return known.clone();
    }
    let answer = look_as_administrator(endpoint, login, admin).await;
    *looked = is_final(&answer).then(|| answer.clone());
    answer
}

/// Whether asking again would get the same answer. A login that nobody answered is not tried again by whoever tried it, but
/// it says nothing of the next account's.
fn is_final<T>(answer: &Result<T, ConnectError>) -> bool {
    match answer {
        Ok(_) => true,
        Err(error) => error.passing.is_none() && error.kind != ConnectErrorKind::Network,
    }
}

async fn look_as_administrator(
    endpoint: &Endpoint,
    login: &Login,
    admin: &Admin,
) -> Result<Option<AccountFingerprint>, ConnectError> {
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
    match enter(reach(endpoint).await?, endpoint, &alone, id).await {
        Ok(mut session) => {
            let fingerprint = AccountFingerprint::of(&mut session).await?;
            session.logout().await;
            Ok(Some(fingerprint))
        }
        Err(error) if error.kind == ConnectErrorKind::Login => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Later;

    #[test]
    fn only_a_refusal_that_would_be_the_same_next_time_is_kept() {
        let failed = |kind, passing| {
            let error = ConnectError::new(kind, "cannot").passing(passing);
            is_final::<()>(&Err(error))
        };
        assert!(is_final(&Ok(())));
        assert!(failed(ConnectErrorKind::Mechanism, None));
        assert!(failed(ConnectErrorKind::Protocol, None));
        assert!(!failed(ConnectErrorKind::Limit, Some(Later::default())));
        // What becomes of a login that nobody answers.
        assert!(!failed(ConnectErrorKind::Network, None));
    }
}
