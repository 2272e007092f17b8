//! The way from a connection to a session: greeting, login, and what the server can do after it.
//!
//! In: a connection, an [`Endpoint`], a [`Login`]. Out: a [`Session`] that can only read.

use tokio::time::Instant;

use super::{
    authenticate::log_in,
    command::Command,
    endpoint::Endpoint,
    error::ConnectError,
    greeting::{Greeted, ask, ask_capabilities, capabilities_in, greeted},
    login::Login,
    session::Session,
    wire::Transport,
};
use crate::{model::listing::AccountId, secret::Mask, store::SetupCost};

/// Waits for the greeting and logs in, once.
pub(super) async fn enter(
    transport: impl Transport + 'static,
    endpoint: &Endpoint,
    login: &Login,
    account: AccountId,
) -> Result<Session, ConnectError> {
    let mut tags = endpoint.tags.before_the_first();
    let trace = endpoint.trace.as_ref();
    let trace = trace.map(|trace| trace.session(&endpoint.host, endpoint.port, &login.user));
    let mask = Mask::of(login.secret());
    let began = Instant::now();
    let greeted = greeted(Box::new(transport), endpoint, &mut tags, trace).await;
    let Greeted {
        mut client,
        mut server,
        tls,
    } = greeted.map_err(|error| error.of_host().masked(&mask))?;
    // It may have been told the secret by an earlier connection.
    server.greeting = server.greeting.map(|words| mask.text(&words));
    server
        .capabilities
        .retain(|word| !mask.is_in(word.as_bytes()));
    client.get_mut().mask(mask);
    let greeting = began.elapsed().saturating_sub(tls);
    let began = Instant::now();
    let reply = log_in(&mut client, &mut tags, &server, login, endpoint).await?;
    // What a server can do may change with the login; many tell at once, the others are asked.
    server.capabilities = match capabilities_in(&reply) {
        Some(capabilities) => capabilities,
        None => ask_capabilities(&mut client, &mut tags, endpoint).await?,
    };
    if server.can("UTF8=ONLY") {
        let enable = Command::new("ENABLE UTF8=ACCEPT");
        ask(&mut client, &mut tags, enable, endpoint.timeout).await?;
    }
    let acted_as = login.admin.as_ref().map(|admin| admin.name.clone());
    let patience = endpoint.timeout;
    let mut session = Session::new(client, tags, account, acted_as, server, patience);
    session.one_by_one = endpoint.one_by_one.clone();
    *session.setup() = SetupCost {
        connections: 1,
        tls,
        greeting,
        login: began.elapsed(),
        ..SetupCost::default()
    };
    Ok(session)
}
