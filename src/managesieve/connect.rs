//! The way to a session: TCP, greeting, STARTTLS, login.
//!
//! In: an [`Endpoint`] and a [`Login`]. Out: a [`ScriptSession`]. Never: anything believed that was said before TLS; a second try
//! with a password; a secret before the protection that was asked for.
//!
//! It comes in two parts, so that whoever logs in to IMAP beside it can wait with this login until that one was let in: a
//! wrong password is then tried once and not twice.

use super::{
    capabilities::Capabilities,
    line::{Ending, ServerLine},
    session::ScriptSession,
    stream::Stream,
};
use crate::{
    imap::{
        ConnectError, ConnectErrorKind, Credential, Endpoint, Login, Sasl, Security, Transport,
        protect, reach,
    },
    language::{Phrase, text},
    secret::Mask,
    store::Later,
};

/// Lines that a greeting may have.
const GREETING: usize = 64;

/// A server that has greeted over a protected connection, and does not know yet who is there.
#[derive(Debug)]
pub struct BeforeLogin {
    pub(super) stream: Stream,
    pub(super) capabilities: Capabilities,
}

/// Connects, listens, and protects the connection as the endpoint says.
pub async fn greet(endpoint: &Endpoint) -> Result<BeforeLogin, ConnectError> {
    let tcp = reach(endpoint).await.map_err(ConnectError::of_host)?;
    greet_over(Box::new(tcp), endpoint).await
}

/// The same over a connection that is there already.
pub async fn greet_over(
    transport: Box<dyn Transport>,
    endpoint: &Endpoint,
) -> Result<BeforeLogin, ConnectError> {
    greeted(transport, endpoint)
        .await
        .map_err(ConnectError::of_host)
}

async fn greeted(
    transport: Box<dyn Transport>,
    endpoint: &Endpoint,
) -> Result<BeforeLogin, ConnectError> {
    let mut stream = Stream::new(transport, endpoint.timeout);
    let mut capabilities = capabilities(&mut stream, endpoint).await?;
    let starts_tls = match endpoint.security {
        // The port has no TLS from the first octet (RFC 5804 §1.8).
        Security::ImplicitTls | Security::StartTls => true,
        Security::StartTlsIfOffered => capabilities.of("STARTTLS").is_some(),
        Security::Plaintext => false,
    };
    if starts_tls {
        let inner = start_tls(stream, &capabilities, endpoint).await?;
        let inner = protect(inner, endpoint).await?;
        stream = Stream::new(inner, endpoint.timeout);
        // Whatever was said in the clear, somebody else may have said. The server tells it anew unasked (§2.2).
        capabilities = self::capabilities(&mut stream, endpoint).await?;
    }
    Ok(BeforeLogin {
        stream,
        capabilities,
    })
}

/// Reads what a server can do, up to the line that ends it.
async fn capabilities(
    stream: &mut Stream,
    endpoint: &Endpoint,
) -> Result<Capabilities, ConnectError> {
    let mut capabilities = Capabilities::default();
    for _ in 0..GREETING {
        let line = stream.line().await;
        match line.map_err(|why| not_usable(stream, endpoint, why))? {
            ServerLine::Data { strings, .. } => {
                let mut texts = strings.iter().map(|text| String::from_utf8_lossy(text));
                let name = texts.next().unwrap_or_default().to_ascii_uppercase();
                let value = texts.next().unwrap_or_default().into_owned();
                capabilities.add(name, value);
            }
            ServerLine::End {
                ending: Ending::Ok, ..
            } => return Ok(capabilities),
            ServerLine::End {
                code, text: words, ..
            } => {
                let why = text::server_says(words.as_str());
                let later = Later::told(code.as_deref(), &words).unwrap_or_default();
                return Err(error(ConnectErrorKind::Limit, endpoint, why).passing(Some(later)));
            }
        }
    }
    let why = text::greeting_does_not_end();
    Err(error(ConnectErrorKind::Protocol, endpoint, why))
}

async fn start_tls(
    mut stream: Stream,
    offered: &Capabilities,
    endpoint: &Endpoint,
) -> Result<Box<dyn Transport>, ConnectError> {
    let tls = |why: Phrase| error(ConnectErrorKind::Tls, endpoint, why);
    if offered.of("STARTTLS").is_none() {
        return Err(tls(text::it_offers_no_starttls()));
    }
    let sent = stream.send(b"STARTTLS\r\n").await;
    let answer = match sent {
        Ok(()) => stream.line().await,
        Err(why) => Err(why),
    };
    match answer {
        Ok(ServerLine::End {
            ending: Ending::Ok, ..
        }) => {}
        Ok(ServerLine::End { text: words, .. }) => {
            return Err(tls(text::it_refuses_starttls(words)));
        }
        Ok(ServerLine::Data { .. }) => return Err(tls(text::no_answer_to_starttls())),
        Err(why) => return Err(tls(why)),
    }
    stream
        .into_inner()
        .ok_or_else(|| tls(text::said_before_tls()))
}

impl BeforeLogin {
    /// Logs in, once.
    pub async fn log_in(
        self,
        login: &Login,
        endpoint: &Endpoint,
    ) -> Result<ScriptSession, ConnectError> {
        let Self {
            mut stream,
            capabilities,
        } = self;
        let offered = capabilities.words("SASL");
        let offers = |mechanism: &str| offered.contains(&mechanism.to_ascii_lowercase());
        let Some(sasl) = Sasl::of(login, endpoint, offers) else {
            let wanted = match login.credential {
                Credential::Password(_) => "PLAIN",
                Credential::Token(_) => "OAUTHBEARER, XOAUTH2",
            };
            let why = text::offers_no_login_by(wanted);
            return Err(error(ConnectErrorKind::Mechanism, endpoint, why));
        };
        stream.mask(Mask::of(login.secret()));
        authenticate(&mut stream, &sasl, endpoint).await?;
        Ok(ScriptSession::new(stream, &capabilities))
    }
}

async fn authenticate(
    stream: &mut Stream,
    sasl: &Sasl,
    endpoint: &Endpoint,
) -> Result<(), ConnectError> {
    let lost = |why: Phrase| error(ConnectErrorKind::Network, endpoint, why).passing(None);
    let head = format!(
        "AUTHENTICATE \"{}\" {{{}+}}\r\n",
        sasl.mechanism,
        sasl.message.len()
    );
    let mut pieces = vec![head.as_bytes(), &sasl.message, b"\r\n"];
    let then = format!("{{{}+}}\r\n", sasl.then.len());
    for is_asked_again in [false, true] {
        if is_asked_again {
            pieces = vec![then.as_bytes(), &sasl.then, b"\r\n"];
        }
        let octets = zeroize::Zeroizing::new(pieces.concat());
        stream.send(&octets).await.map_err(lost)?;
        match stream.line().await.map_err(lost)? {
            ServerLine::End {
                ending: Ending::Ok, ..
            } => return Ok(()),
            ServerLine::End {
                code, text: words, ..
            } => {
                let later = Later::told(code.as_deref(), &words);
                let why = text::lets_nobody_in(words);
                return Err(error(ConnectErrorKind::Login, endpoint, why).passing(later));
            }
            // A challenge: the exchange has failed, and the answer ends it.
            ServerLine::Data { .. } => {}
        }
    }
    Err(lost(text::login_asks_for_more()))
}

/// The server cannot be used; another service is named as such.
fn not_usable(stream: &Stream, endpoint: &Endpoint, why: Phrase) -> ConnectError {
    let (kind, why) = match stream.unread() {
        [b'*', b' ', ..] => (ConnectErrorKind::Protocol, text::imap_answers()),
        [b'+', b'O', b'K', ..] => (ConnectErrorKind::Protocol, text::pop3_answers()),
        [b'2', b'2', b'0', ..] => (ConnectErrorKind::Protocol, text::smtp_answers()),
        _ => (ConnectErrorKind::Network, why),
    };
    error(kind, endpoint, why)
}

fn error(kind: ConnectErrorKind, endpoint: &Endpoint, why: Phrase) -> ConnectError {
    let Endpoint { host, port, .. } = endpoint;
    ConnectError::new(kind, text::cannot_use_filters(host, port.to_string(), why))
}
