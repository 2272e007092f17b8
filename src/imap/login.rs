//! Logging in: SASL PLAIN, LOGIN, OAUTHBEARER or XOAUTH2, once.
//!
//! In: a greeted connection and a secret. Out: an authenticated one. Never: a second try (accounts get locked), a
//! secret in an error, LOGIN where the server disabled it.

use std::time::Duration;

use async_imap::{Authenticator, Client, Session};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use bytes::Bytes;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::{
    connect::{ConnectError, ConnectErrorKind, Endpoint},
    lexer::{Tagged, Word},
    whose::{self, Own},
    wire::Wire,
};
use crate::{model::listing::Server, secret::Secret, store::Later};

/// Whose mail is meant, who logs in, and with what.
#[derive(Debug, Clone)]
pub struct Login {
    /// Whose mail is meant.
    pub user: String,
    /// The administrator who logs in for the user; none where the user does.
    pub admin: Option<Admin>,
    /// The secret of the one who logs in.
    pub credential: Credential,
}

/// An administrator who logs in for others.
#[derive(Debug, Clone)]
pub struct Admin {
    /// The login.
    pub name: String,
    /// What stands between the two where both are one login: `alice*admin`. None where the server takes an authorization
    /// identity (RFC 4616).
    pub separator: Option<char>,
    /// What the administrator's own mailboxes look like, where that was asked for. Clones share it.
    pub(super) own: Own,
}

impl Admin {
    /// An administrator of any number of accounts: cloned, not made anew for each.
    #[must_use]
    pub fn new(name: String, separator: Option<char>) -> Self {
        Self {
            name,
            separator,
            own: Own::default(),
        }
    }
}

/// What proves who logs in.
#[derive(Debug, Clone)]
pub enum Credential {
    /// A password.
    Password(Secret),
    /// An OAuth access token, which names its owner by itself.
    Token(Secret),
}

impl Login {
    /// The name and the authorization identity that are sent with a password.
    fn names(&self) -> (String, &str) {
        match &self.admin {
            None => (self.user.clone(), ""),
            Some(Admin {
                name,
                separator: Some(separator),
                ..
            }) => (format!("{}{separator}{name}", self.user), ""),
            Some(Admin {
                name,
                separator: None,
                ..
            }) => (name.clone(), &self.user),
        }
    }

    /// The administrator of whom it is not sure that the server has heard for whom.
    pub(super) fn needs_proof(&self, greeting: &str) -> Option<&Admin> {
        let by_password = matches!(self.credential, Credential::Password(_));
        let admin = self.admin.as_ref()?;
        let is_sure = admin.separator.is_some() || !by_password || whose::is_known(greeting);
        (!is_sure).then_some(admin)
    }

    fn secret(&self) -> &Secret {
        match &self.credential {
            Credential::Password(secret) | Credential::Token(secret) => secret,
        }
    }

    /// A server may repeat what it did not understand: its words are left out where the secret is in them.
    fn scrubbed(&self, error: ConnectError) -> ConnectError {
        // A message of base64 holds the secret at one of three offsets, so any long run of base64 is suspect.
        let is_suspect = |word: &str| {
            word.len() >= 12
                && !word.eq_ignore_ascii_case("AUTHENTICATE")
                && word
                    .bytes()
                    .all(|octet| octet.is_ascii_alphanumeric() || b"+/=".contains(&octet))
                && BASE64.decode(word).is_ok()
        };
        let repeats = error.message.contains(self.secret().reveal())
            || error.message.split_ascii_whitespace().any(is_suspect);
        if !repeats {
            return error;
        }
        ConnectError {
            message: "cannot log in: the server refuses".to_owned(),
            ..error
        }
    }
}

/// A login that worked: the session, and all that the server said meanwhile.
pub type LoggedIn = (Session<Wire>, Vec<Bytes>);

/// Logs in.
pub async fn log_in(
    client: Client<Wire>,
    server: &Server,
    login: &Login,
    endpoint: &Endpoint,
) -> Result<LoggedIn, ConnectError> {
    let way = Way::choose(server, login, endpoint)?;
    let is_plain = matches!(way, Way::Login { .. });
    let work = async {
        match way {
            Way::Sasl { mechanism, message } => {
                let answer = Answer {
                    first: (!server.can("SASL-IR")).then(|| message.clone()),
                    // RFC 7628 §3.2.3 wants a 0x01 for the error's challenge; XOAUTH2 takes anything.
                    then: if mechanism == "OAUTHBEARER" {
                        "\u{1}"
                    } else {
                        ""
                    },
                };
                let command = if server.can("SASL-IR") {
                    Zeroizing::new(format!("{mechanism} {}", BASE64.encode(message.as_bytes())))
                } else {
                    Zeroizing::new(mechanism.to_owned())
                };
                client.authenticate(command.as_str(), answer).await
            }
            Way::Login { user, secret } => client.login(user, secret.reveal()).await,
        }
    };
    match timeout(endpoint.timeout, work).await {
        Err(_) => Err(silent(endpoint.timeout)),
        Ok(Ok(mut session)) => {
            let said = session.get_mut().take_held();
            Ok((session, said))
        }
        Ok(Err((_, mut client))) => {
            let said = client.get_mut().take_held();
            Err(login.scrubbed(refused(&said, login, is_plain)))
        }
    }
}

enum Way {
    Sasl {
        mechanism: &'static str,
        message: Zeroizing<String>,
    },
    Login {
        user: String,
        secret: Secret,
    },
}

impl Way {
    fn choose(server: &Server, login: &Login, endpoint: &Endpoint) -> Result<Self, ConnectError> {
        match &login.credential {
            Credential::Password(secret) => Self::by_password(server, login, secret),
            Credential::Token(token) => Self::by_token(server, login, token, endpoint),
        }
    }

    fn by_password(server: &Server, login: &Login, secret: &Secret) -> Result<Self, ConnectError> {
        let (name, for_whom) = login.names();
        let is_ascii = name.is_ascii() && secret.reveal().is_ascii();
        if server.can("AUTH=PLAIN") {
            let message = format!("{for_whom}\0{name}\0{}", secret.reveal());
            Ok(Self::Sasl {
                mechanism: "PLAIN",
                message: Zeroizing::new(message),
            })
        } else if !for_whom.is_empty() {
            Err(no_way(
                "cannot log in for another user: the server does not offer AUTHENTICATE PLAIN",
            )
            .hint("some servers take user*master as the user: see --master-separator"))
        } else if server.can("LOGINDISABLED") {
            Err(no_way("cannot log in: the server takes no password on this connection")
                .hint("use TLS (imaps://), or a token (--oauth-token-command) where the provider wants OAuth"))
        } else if is_ascii {
            Ok(Self::Login {
                user: name,
                secret: secret.clone(),
            })
        } else {
            Err(no_way(
                "cannot log in: the user or the password is not ASCII, and the server does not offer AUTHENTICATE PLAIN",
            ))
        }
    }

    fn by_token(
        server: &Server,
        login: &Login,
        token: &Secret,
        endpoint: &Endpoint,
    ) -> Result<Self, ConnectError> {
        let (user, token) = (&login.user, token.reveal());
        let (mechanism, message) = if server.can("AUTH=OAUTHBEARER") {
            let user = user.replace('=', "=3D").replace(',', "=2C");
            let Endpoint { host, port, .. } = endpoint;
            (
                "OAUTHBEARER",
                format!(
                    "n,a={user},\u{1}host={host}\u{1}port={port}\u{1}auth=Bearer {token}\u{1}\u{1}"
                ),
            )
        } else if server.can("AUTH=XOAUTH2") {
            let message = format!("user={user}\u{1}auth=Bearer {token}\u{1}\u{1}");
            ("XOAUTH2", message)
        } else {
            return Err(no_way(
                "cannot log in with a token: the server offers neither OAUTHBEARER nor XOAUTH2",
            )
            .hint("use a password"));
        };
        Ok(Self::Sasl {
            mechanism,
            message: Zeroizing::new(message),
        })
    }
}

/// Answers challenges: first the message, where it was not sent with the command, then whatever ends the exchange.
struct Answer {
    first: Option<Zeroizing<String>>,
    then: &'static str,
}

impl Authenticator for Answer {
    type Response = Zeroizing<String>;

    fn process(&mut self, _: &[u8]) -> Self::Response {
        self.first
            .take()
            .unwrap_or_else(|| Zeroizing::new(self.then.to_owned()))
    }
}

/// Why the server let nobody in, from what it said last.
fn refused(said: &[Bytes], login: &Login, is_plain: bool) -> ConnectError {
    let line = said
        .iter()
        .rev()
        .filter_map(|line| Tagged::parse(line))
        .find(|line| matches!(line.word, Word::No | Word::Bad | Word::Bye));
    let Some(line) = line else {
        // Some servers answer a wrong password so: it is not tried again.
        return ConnectError::new(
            ConnectErrorKind::Network,
            "cannot log in: the server closed the connection",
        )
        .passing(None);
    };
    let later = Later::told(line.code.as_deref(), &line.text);
    let code = line.code.unwrap_or_default().to_ascii_uppercase();
    let text = line.text;
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
        _ if line.word == Word::Bad && is_plain => error(ConnectErrorKind::Login),
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
    .hint("the server's administrator says who may act for whom: Cyrus by proxyservers and admins, Dovecot by a master passdb")
}

fn no_way(message: &str) -> ConnectError {
    ConnectError::new(ConnectErrorKind::Mechanism, message)
}

/// The server did not answer.
pub fn silent(patience: Duration) -> ConnectError {
    let seconds = patience.as_secs();
    ConnectError::new(
        ConnectErrorKind::Network,
        format!("cannot log in: the server said nothing for {seconds} seconds"),
    )
    .passing(None)
    .hint("--timeout waits longer")
}
