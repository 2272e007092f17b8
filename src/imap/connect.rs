//! The way from an endpoint to a session: TCP, TLS, greeting, capabilities, login.
//!
//! In: an [`Endpoint`] and a [`Login`]. Out: a [`Session`] that can only read. Never: a password before the protection
//! that was asked for; a second login of the same user.

use std::sync::Arc;

use tokio::time::Instant;

use super::{
    endpoint::Endpoint,
    enter::enter,
    error::ConnectError,
    login::Login,
    prove::prove,
    reach::reach,
    session::{Dial, Dialing, Session},
    wire::Transport,
};
use crate::model::listing::AccountId;

/// Connects and logs in, once.
///
/// For an administrator's login there may be a second one, of the administrator alone, to see that the mailboxes are not
/// the administrator's own.
pub async fn connect(
    endpoint: &Endpoint,
    login: &Login,
    account: AccountId,
) -> Result<Session, ConnectError> {
    let began = Instant::now();
    let reached = reach(endpoint).await;
    let reach = began.elapsed();
    if let (Err(_), Some(trace)) = (&reached, &endpoint.trace) {
        let session = trace.session(&endpoint.host, endpoint.port, &login.user);
        session.remark("not reached");
    }
    let tcp = reached.map_err(ConnectError::of_host)?;
    let mut session = enter(tcp, endpoint, login, account.clone()).await?;
    session.setup().reach = reach;
    if let Some(admin) = login.needs_proof(&session.traits) {
        prove(&mut session, admin, login, endpoint).await?;
    }
    session.set_dialer(Arc::new(Network {
        endpoint: endpoint.clone(),
        login: login.clone(),
        account,
    }));
    Ok(session)
}

/// Logs in over a connection that is there already: a tunnel, or a test's own. Whether an administrator is shown the user's
/// mailboxes cannot be proven over one connection.
pub async fn connect_over(
    transport: impl Transport + 'static,
    endpoint: &Endpoint,
    login: &Login,
    account: AccountId,
) -> Result<Session, ConnectError> {
    enter(transport, endpoint, login, account).await
}

/// Connects over the network, as the first time.
struct Network {
    endpoint: Endpoint,
    login: Login,
    account: AccountId,
}

impl Dial for Network {
    fn dial(&self) -> Dialing<'_> {
        Box::pin(connect(&self.endpoint, &self.login, self.account.clone()))
    }
}
