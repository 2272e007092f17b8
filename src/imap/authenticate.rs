//! Logging in: SASL PLAIN, LOGIN, OAUTHBEARER or XOAUTH2, once.
//!
//! In: a greeted connection and a [`Login`]. Out: what the server said when it let us in, or why it did not. Never: a second
//! try (accounts get locked), a secret in an error, LOGIN where the server disabled it.
//!
//! The secret goes through the same loop as every other command and not through async-imap's own login, which leaves copies
//! of it in memory that are not wiped.

use std::time::Duration;

use async_imap::Connection;
use tokio::time::timeout;

use super::{
    command::Command,
    endpoint::Endpoint,
    error::{ConnectError, ConnectErrorKind, seconds},
    exchange::exchange,
    flight::nothing,
    lexer::{Tagged, Word},
    login::{Credential, Login},
    reply::{Ending, Reply},
    sasl::Sasl,
    wire::Wire,
};
use crate::{
    model::{listing::Server, server_traits::WHO_MAY_ACT_FOR_OTHERS},
    secret::Secret,
    store::Later,
};

/// Logs in; returns the answer, which is OK.
pub(super) async fn log_in(
    connection: &mut Connection<Wire>,
    tags: &mut u64,
    server: &Server,
    login: &Login,
    endpoint: &Endpoint,
) -> Result<Reply, ConnectError> {
    let command = command(server, login, endpoint)?;
    let is_plain = command.verb() == "LOGIN";
    // The time limit here is for all of the login, so it is the first to end.
    let patience = endpoint.timeout * 2;
    let commands = [command];
    let mut taker = nothing;
    let work = exchange(connection, tags, &commands, patience, &mut taker);
    let replies = timeout(endpoint.timeout, work).await;
    let reply = replies
        .map_err(|_| silent(endpoint.timeout))?
        .into_iter()
        .next();
    match reply {
        Some(reply) if reply.is_ok() => Ok(reply),
        Some(reply) => Err(refused(&reply, login, is_plain)),
        None => Err(no_mechanism("cannot log in: nothing was sent")),
    }
}

/// The command that logs in, by the best mechanism that both sides know.
fn command(server: &Server, login: &Login, endpoint: &Endpoint) -> Result<Command, ConnectError> {
    let offers = |mechanism: &str| server.can(&format!("AUTH={mechanism}"));
    if let Some(sasl) = Sasl::of(login, endpoint, offers) {
        let is_at_once = server.can("SASL-IR");
        let Sasl {
            mechanism,
            message,
            then,
        } = sasl;
        return Ok(Command::authenticate(
            mechanism, &message, is_at_once, &then,
        ));
    }
    match &login.credential {
        Credential::Password(secret) => by_password(server, login, secret),
        Credential::Token(_) => Err(no_mechanism(
            "cannot log in with a token: the server offers neither OAUTHBEARER nor XOAUTH2",
        )
        .hint("use a password")),
    }
}

/// By LOGIN, where the server does not offer AUTHENTICATE PLAIN.
fn by_password(server: &Server, login: &Login, secret: &Secret) -> Result<Command, ConnectError> {
    let (name, for_whom) = login.names();
    let is_ascii = name.is_ascii() && secret.reveal().is_ascii();
    if !for_whom.is_empty() {
        Err(no_mechanism(
            "cannot log in for another user: the server does not offer AUTHENTICATE PLAIN",
        )
        .hint("some servers take user*master as the user: see --master-separator"))
    } else if server.can("LOGINDISABLED") {
        Err(no_mechanism("cannot log in: the server takes no password on this connection")
            .hint("use TLS (imaps://), or a token (--oauth-token-command) where the provider wants OAuth"))
    } else if is_ascii {
        Command::login(&name, secret.reveal()).map_err(|_| {
            let why = "cannot log in: the user or the password holds NUL, CR or LF";
            ConnectError::new(ConnectErrorKind::Config, why)
                .hint("no server takes these; is there a line too many where the password is kept?")
        })
    } else {
        Err(no_mechanism(
            "cannot log in: the user or the password is not ASCII, and the server does not offer AUTHENTICATE PLAIN",
        )
        .hint("set a password of ASCII characters, or use a token (--oauth-token-command)"))
    }
}

/// Why the server let nobody in.
fn refused(reply: &Reply, login: &Login, is_plain: bool) -> ConnectError {
    let Some((word, code, text)) = last_words(reply) else {
        // Some servers answer a wrong password so: it is not tried again.
        return ConnectError::new(
            ConnectErrorKind::Network,
            format!("cannot log in: {}", reply.text),
        )
        .passing(None)
        .hint("check the user and the password: some servers answer a wrong one so");
    };
    let later = Later::told(code.as_deref(), &text);
    let code = code.unwrap_or_default().to_ascii_uppercase();
    let error = |kind| {
        ConnectError::new(kind, format!("cannot log in: the server says: {text}")).passing(later)
    };
    match code.split(' ').next().unwrap_or_default() {
        "UNAVAILABLE" | "SERVERBUG" | "CONTACTADMIN" => error(ConnectErrorKind::Network)
            .hint("the server has a problem of its own; try again later"),
        _ if later.is_some() => error(ConnectErrorKind::Limit)
            .hint("close other mail programs of this account, or try again later"),
        "PRIVACYREQUIRED" => error(ConnectErrorKind::Login).hint("use TLS: imaps://"),
        "EXPIRED" => error(ConnectErrorKind::Login).hint("the password has expired"),
        "AUTHORIZATIONFAILED" => not_for(login, &text),
        _ if word == Word::Bad && is_plain => error(ConnectErrorKind::Login)
            .hint("the server does not take the command LOGIN; some take a token only (--oauth-token-command)"),
        _ => match &login.admin {
            Some(admin) => ConnectError::new(
                ConnectErrorKind::Login,
                format!("cannot log in as {} for {}: the server says: {text}", admin.name, login.user),
            )
            .hint("check the administrator's name and password, and whether the server lets this administrator log in for others"),
            None => error(ConnectErrorKind::Login).hint("check the user and the password; some providers want an app password or a token (--oauth-token-command)"),
        },
    }
}

/// The word, the response code and the text of the answer, or of what the server said last before it went away.
fn last_words(reply: &Reply) -> Option<(Word, Option<String>, String)> {
    let word = match reply.ending {
        Ending::Ok | Ending::Lost | Ending::Senseless | Ending::Silent | Ending::Disorder => {
            let lines = reply.data.iter().rev();
            let mut lines = lines.filter_map(|line| Tagged::parse(line));
            let line = lines.find(|line| matches!(line.word, Word::No | Word::Bad | Word::Bye))?;
            return Some((line.word, line.code, line.text));
        }
        Ending::No => Word::No,
        Ending::Bad => Word::Bad,
        Ending::Bye => Word::Bye,
    };
    Some((word, reply.code.clone(), reply.text.clone()))
}

/// The one who logs in is known, and may not act for the user (RFC 5530 §3 AUTHORIZATIONFAILED).
fn not_for(login: &Login, text: &str) -> ConnectError {
    let who = login
        .admin
        .as_ref()
        .map_or("this login", |admin| &admin.name);
    ConnectError::new(
        ConnectErrorKind::Authorization,
        format!("cannot log in for {}: the server knows {who}, who may not act for this user (it says: {text})", login.user),
    )
    .hint(WHO_MAY_ACT_FOR_OTHERS)
}

fn no_mechanism(message: &str) -> ConnectError {
    ConnectError::new(ConnectErrorKind::Mechanism, message)
}

/// The server did not answer.
fn silent(patience: Duration) -> ConnectError {
    let within = seconds(patience);
    ConnectError::new(
        ConnectErrorKind::Network,
        format!("cannot log in: the server did not answer to the login within {within}"),
    )
    .passing(None)
    .hint("--timeout waits longer")
}
