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
    language::{Phrase, text},
    model::listing::Server,
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
        None => Err(no_mechanism(text::cannot_log_in(text::nothing_sent()))),
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
        Credential::Token(_) => {
            Err(no_mechanism(text::no_token_mechanism()).hint(text::try_password()))
        }
    }
}

/// By LOGIN, where the server does not offer AUTHENTICATE PLAIN.
fn by_password(server: &Server, login: &Login, secret: &Secret) -> Result<Command, ConnectError> {
    let (name, for_whom) = login.names();
    let is_ascii = name.is_ascii() && secret.reveal().is_ascii();
    if !for_whom.is_empty() {
        Err(no_mechanism(text::no_login_for_another()).hint(text::try_master_separator()))
    } else if server.can("LOGINDISABLED") {
        Err(no_mechanism(text::cannot_log_in(text::no_password_here()))
            .hint(text::try_tls_or_token()))
    } else if is_ascii {
        Command::login(&name, secret.reveal()).map_err(|_| {
            let why = text::cannot_log_in(text::unsendable_login());
            ConnectError::new(ConnectErrorKind::Config, why).hint(text::try_line_too_many())
        })
    } else {
        Err(no_mechanism(text::cannot_log_in(text::login_not_ascii()))
            .hint(text::try_ascii_password()))
    }
}

/// Why the server let nobody in.
fn refused(reply: &Reply, login: &Login, is_plain: bool) -> ConnectError {
    let Some((word, code, words)) = last_words(reply) else {
        // Some servers answer a wrong password so: it is not tried again.
        return ConnectError::new(ConnectErrorKind::Network, text::cannot_log_in(&reply.text))
            .passing(None)
            .hint(text::try_user_and_password_silent());
    };
    let later = Later::told(code.as_deref(), &words);
    let code = code.unwrap_or_default().to_ascii_uppercase();
    let error = |kind| {
        let why = text::cannot_log_in(text::server_says(words.as_str()));
        ConnectError::new(kind, why).passing(later)
    };
    match code.split(' ').next().unwrap_or_default() {
        "UNAVAILABLE" | "SERVERBUG" | "CONTACTADMIN" => {
            error(ConnectErrorKind::Network).hint(text::try_server_problem())
        }
        _ if later.is_some() => {
            error(ConnectErrorKind::Limit).hint(text::try_close_other_programs())
        }
        "PRIVACYREQUIRED" => error(ConnectErrorKind::Login).hint(text::try_tls()),
        "EXPIRED" => error(ConnectErrorKind::Login).hint(text::password_expired()),
        "AUTHORIZATIONFAILED" => not_for(login, &words),
        _ if word == Word::Bad && is_plain => {
            error(ConnectErrorKind::Login).hint(text::try_no_login_command())
        }
        _ => match &login.admin {
            Some(admin) => ConnectError::new(
                ConnectErrorKind::Login,
                text::cannot_log_in_as(&admin.name, &login.user, words),
            )
            .hint(text::try_administrator_login()),
            None => error(ConnectErrorKind::Login).hint(text::try_user_and_password()),
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
    Some((word, reply.code.clone(), reply.text.english().to_owned()))
}

/// The one who logs in is known, and may not act for the user (RFC 5530 §3 AUTHORIZATIONFAILED).
fn not_for(login: &Login, words: &str) -> ConnectError {
    let admin = login.admin.as_ref();
    let who = admin.map_or_else(text::this_login, |admin| (&admin.name).into());
    ConnectError::new(
        ConnectErrorKind::Authorization,
        text::may_not_act_for(&login.user, who, words),
    )
    .hint(text::who_may_act_for_others())
}

fn no_mechanism(message: Phrase) -> ConnectError {
    ConnectError::new(ConnectErrorKind::Mechanism, message)
}

/// The server did not answer.
fn silent(patience: Duration) -> ConnectError {
    let within = seconds(patience);
    ConnectError::new(
        ConnectErrorKind::Network,
        text::cannot_log_in(text::no_answer_to_login(within)),
    )
    .passing(None)
    .hint(text::try_timeout())
}
