//! What clients will do, for scripts.
//!
//! In: [`Forecasts`]. Out: one line an account. Never: a key left out.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    form::{CLIENTS, ErrorForm},
    line::line,
};
use crate::model::{
    client::{
        Agreement, Confidence, Forecast, Forecasts, KnownClient, Looks, RoleForecast, Tristate,
        When,
    },
    mailbox::MailboxName,
    role::Role,
};

/// What the clients of one account will do; without an account, the clients that are known.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "rolecall clients")]
pub(super) struct ClientsForm<'a> {
    /// Which form this is.
    #[schemars(extend("const" = CLIENTS))]
    schema: &'a str,
    /// The account as a URL; null where none was named.
    account: Option<&'a str>,
    /// Whether the user stated the clients; else they are all that are known.
    stated: Option<bool>,
    /// One for each client; null where the account could not be examined.
    clients: Option<Vec<ClientForm<'a>>>,
    /// Whether the clients meet in one mailbox; null without an account.
    roles: Option<BTreeMap<Role, Agreement>>,
    /// Why the account could not be examined.
    error: Option<ErrorForm<'a>>,
}

/// One client.
#[derive(Serialize, JsonSchema)]
struct ClientForm<'a> {
    /// Its id, as `--client` takes it.
    client: &'a str,
    /// What people call it.
    name: &'a str,
    /// The version that the statements are about.
    version: &'a str,
    /// The language of its menus, where one was said.
    language: Option<&'a str>,
    /// The languages in which its names are on record; null with an account.
    languages: Option<&'a [String]>,
    /// How well most of it is known; null with an account, where each role says it.
    confidence: Option<Confidence>,
    /// When it looks which mailbox has which role; null without an account.
    looks: Option<Looks>,
    /// What it does about each role that it has; null without an account.
    roles: Option<BTreeMap<Role, CellForm<'a>>>,
}

/// What a client does about one role.
#[derive(Serialize, JsonSchema)]
struct CellForm<'a> {
    /// What it will do.
    #[serde(rename = "use")]
    #[schemars(extend("enum" = ["mailbox", "one-of", "creates", "computer", "in-place", "asks", "nothing", "unknown"]))]
    does: &'a str,
    /// The mailboxes that it may use.
    mailboxes: Vec<&'a str>,
    /// The names that it may make, one of them.
    creates: &'a [String],
    /// When it makes one; null if it does not.
    when: Option<When>,
    /// Why.
    because: &'a str,
    /// How well this is known.
    confidence: Confidence,
    /// Where that was read or seen.
    sources: &'a [String],
    /// Whether the user can choose another mailbox.
    can_reassign: Tristate,
    /// Where; null where unknown.
    reassign: Option<&'a str>,
}

/// What the clients of an account will do.
#[must_use]
pub fn clients_line(account: &str, forecasts: &Forecasts) -> String {
    let roles = Role::EVERY.into_iter();
    let roles = roles.filter(|role| forecasts.of(*role).next().is_some());
    let roles = roles.map(|role| (role, forecasts.agreement(role)));
    line(&ClientsForm {
        schema: CLIENTS,
        account: Some(account),
        stated: Some(forecasts.stated),
        clients: Some(forecasts.clients.iter().map(client_form).collect()),
        roles: Some(roles.collect()),
        error: None,
    })
}

/// An account that could not be examined.
#[must_use]
pub fn clients_error(account: &str, error: &ErrorForm<'_>) -> String {
    line(&ClientsForm {
        schema: CLIENTS,
        account: Some(account),
        stated: None,
        clients: None,
        roles: None,
        error: Some(*error),
    })
}

/// The clients that are known.
#[must_use]
pub fn known_clients_line(known: &[KnownClient]) -> String {
    let clients = known.iter().map(|client| ClientForm {
        client: &client.id,
        name: &client.name,
        version: &client.version,
        language: None,
        languages: Some(&client.languages),
        confidence: Some(client.confidence),
        looks: None,
        roles: None,
    });
    line(&ClientsForm {
        schema: CLIENTS,
        account: None,
        stated: None,
        clients: Some(clients.collect()),
        roles: None,
        error: None,
    })
}

fn client_form(client: &Forecast) -> ClientForm<'_> {
    let roles = client.cells.iter();
    ClientForm {
        client: &client.id,
        name: &client.name,
        version: &client.version,
        language: client.language.as_deref(),
        languages: None,
        confidence: None,
        looks: Some(client.looks),
        roles: Some(roles.map(|(role, cell)| (*role, cell_form(cell))).collect()),
    }
}

fn cell_form(cell: &RoleForecast) -> CellForm<'_> {
    CellForm {
        does: cell.does.word(),
        mailboxes: cell
            .does
            .mailboxes()
            .iter()
            .map(MailboxName::text)
            .collect(),
        creates: cell.does.creates(),
        when: cell.when,
        because: cell.because.english(),
        confidence: cell.confidence,
        sources: &cell.sources,
        can_reassign: cell.can_reassign,
        reassign: cell.reassign.as_deref(),
    }
}
