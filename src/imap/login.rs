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
    wire::Wire,
};
use crate::{model::listing::Server, secret::Secret};

/// Who logs in, and with what.
#[derive(Debug, Clone)]
pub enum Login {
    /// With a password.
    Password {
        /// Whose password it is.
        user: String,
        /// Whose mail is meant, where that is another (SASL authorization identity, RFC 4616).
        authorize_as: Option<String>,
        /// The password.
        secret: Secret,
    },
    /// With an OAuth access token.
    Token {
        /// Whose token it is.
        user: String,
        /// The token.
        token: Secret,
    },
}

impl Login {
    /// A server may repeat what it did not understand: its words are left out where the secret is in them.
    fn scrubbed(&self, error: ConnectError) -> ConnectError {
        let secret = match self {
            Self::Password { secret, .. } => secret,
            Self::Token { token, .. } => token,
        };
        // A message of base64 holds the secret at one of three offsets, so any long run of base64 is suspect.
        let is_suspect = |word: &str| {
            word.len() >= 12
                && word
                    .bytes()
                    .all(|octet| octet.is_ascii_alphanumeric() || b"+/=".contains(&octet))
                && BASE64.decode(word).is_ok()
        };
        let repeats = error.message.contains(secret.reveal())
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
            Err(login.scrubbed(refused(&said, is_plain)))
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
        let offers = |mechanism: &str| server.can(&format!("AUTH={mechanism}"));
        match login {
            Login::Password {
                user,
                authorize_as,
                secret,
            } => {
                let plain = || Self::Sasl {
                    mechanism: "PLAIN",
                    message: Zeroizing::new(format!(
                        "{}\0{user}\0{}",
                        authorize_as.as_deref().unwrap_or_default(),
                        secret.reveal()
                    )),
                };
                let is_ascii = user.is_ascii() && secret.reveal().is_ascii();
                if offers("PLAIN") {
                    Ok(plain())
                } else if authorize_as.is_some() {
                    Err(login_error("cannot log in for another user: the server does not offer AUTHENTICATE PLAIN")
                        .hint("some servers take user*master as the user: see --master-separator"))
                } else if server.can("LOGINDISABLED") {
                    Err(login_error("cannot log in: the server takes no password on this connection")
                        .hint("use TLS (imaps://), or a token (--oauth-token-command) where the provider wants OAuth"))
                } else if is_ascii {
                    Ok(Self::Login {
                        user: user.clone(),
                        secret: secret.clone(),
                    })
                } else {
                    Err(login_error(
                        "cannot log in: the user or the password is not ASCII, and the server does not offer AUTHENTICATE PLAIN",
                    ))
                }
            }
            Login::Token { user, token } => {
                let token = token.reveal();
                if offers("OAUTHBEARER") {
                    Ok(Self::Sasl {
                        mechanism: "OAUTHBEARER",
                        message: Zeroizing::new(format!(
                            "n,a={},\u{1}host={}\u{1}port={}\u{1}auth=Bearer {token}\u{1}\u{1}",
                            user.replace('=', "=3D").replace(',', "=2C"),
                            endpoint.host,
                            endpoint.port
                        )),
                    })
                } else if offers("XOAUTH2") {
                    Ok(Self::Sasl {
                        mechanism: "XOAUTH2",
                        message: Zeroizing::new(format!(
                            "user={user}\u{1}auth=Bearer {token}\u{1}\u{1}"
                        )),
                    })
                } else {
                    Err(login_error("cannot log in with a token: the server offers neither OAUTHBEARER nor XOAUTH2")
                        .hint("use a password"))
                }
            }
        }
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
fn refused(said: &[Bytes], is_plain: bool) -> ConnectError {
    let line = said
        .iter()
        .rev()
        .filter_map(|line| Tagged::parse(line))
        .find(|line| matches!(line.word, Word::No | Word::Bad | Word::Bye));
    let Some(line) = line else {
        return ConnectError {
            kind: ConnectErrorKind::Network,
            message: "cannot log in: the server closed the connection".to_owned(),
            hint: None,
        };
    };
    let code = line.code.unwrap_or_default().to_ascii_uppercase();
    let error = login_error(format!("cannot log in: the server says: {}", line.text));
    match code.split(' ').next().unwrap_or_default() {
        "LIMIT" | "INUSE" => ConnectError {
            kind: ConnectErrorKind::Limit,
            ..error
        }
        .hint("close other mail programs of this account, or try again later"),
        "UNAVAILABLE" | "SERVERBUG" | "CONTACTADMIN" => ConnectError {
            kind: ConnectErrorKind::Network,
            ..error
        }
        .hint("the server has a problem of its own; try again later"),
        "PRIVACYREQUIRED" => error.hint("use TLS: imaps://"),
        "EXPIRED" => error.hint("the password has expired"),
        "AUTHORIZATIONFAILED" => error.hint("the login is right, but it may not act for this user"),
        _ if line.word == Word::Bad && is_plain => error,
        _ => error.hint("check the user and the password; some providers want an app password or a token (--oauth-token-command)"),
    }
}

fn login_error(message: impl Into<String>) -> ConnectError {
    ConnectError {
        kind: ConnectErrorKind::Login,
        message: message.into(),
        hint: None,
    }
}

/// The server did not answer.
pub fn silent(patience: Duration) -> ConnectError {
    ConnectError {
        kind: ConnectErrorKind::Network,
        message: format!(
            "cannot log in: the server said nothing for {} seconds",
            patience.as_secs()
        ),
        hint: Some("--timeout waits longer".to_owned()),
    }
}
