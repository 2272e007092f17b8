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
        match line.map_err(|why| not_usable(stream, endpoint, &why))? {
            ServerLine::Data { strings, .. } => {
                let mut texts = strings.iter().map(|text| String::from_utf8_lossy(text));
                let name = texts.next().unwrap_or_default().to_ascii_uppercase();
                let value = texts.next().unwrap_or_default().into_owned();
                capabilities.add(name, value);
            }
            ServerLine::End {
                ending: Ending::Ok, ..
            } => return Ok(capabilities),
            ServerLine::End { code, text, .. } => {
                let why = format!("the server says: {text}");
                let later = Later::told(code.as_deref(), &text).unwrap_or_default();
                return Err(error(ConnectErrorKind::Limit, endpoint, &why).passing(Some(later)));
            }
        }
    }
    let why = "its greeting does not end";
    Err(error(ConnectErrorKind::Protocol, endpoint, why))
}

async fn start_tls(
    mut stream: Stream,
    offered: &Capabilities,
    endpoint: &Endpoint,
) -> Result<Box<dyn Transport>, ConnectError> {
    let tls = |why: &str| error(ConnectErrorKind::Tls, endpoint, why);
    if offered.of("STARTTLS").is_none() {
        return Err(tls("it does not offer STARTTLS"));
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
        Ok(ServerLine::End { text, .. }) => {
            return Err(tls(&format!("it refuses STARTTLS: {text}")));
        }
        Ok(ServerLine::Data { .. }) => return Err(tls("it does not answer to STARTTLS")),
        Err(why) => return Err(tls(&why)),
    }
    stream.into_inner().ok_or_else(|| {
        tls("something was said between STARTTLS and TLS, as if somebody were in between")
    })
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
                Credential::Token(_) => "OAUTHBEARER or XOAUTH2",
            };
            let why = format!("it does not offer to log in by {wanted}");
            return Err(error(ConnectErrorKind::Mechanism, endpoint, &why));
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
    let lost = |why: &str| error(ConnectErrorKind::Network, endpoint, why).passing(None);
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
        stream.send(&octets).await.map_err(|why| lost(&why))?;
        match stream.line().await.map_err(|why| lost(&why))? {
            ServerLine::End {
                ending: Ending::Ok, ..
            } => return Ok(()),
            ServerLine::End { code, text, .. } => {
                let later = Later::told(code.as_deref(), &text);
                let why = format!("it lets nobody in: {text}");
                return Err(error(ConnectErrorKind::Login, endpoint, &why).passing(later));
            }
            // A challenge: the exchange has failed, and the answer ends it.
            ServerLine::Data { .. } => {}
        }
    }
    Err(lost("it asks for more than its way to log in has"))
}

/// The server cannot be used; another service is named as such.
fn not_usable(stream: &Stream, endpoint: &Endpoint, why: &str) -> ConnectError {
    let (kind, why) = match stream.unread() {
        [b'*', b' ', ..] => (ConnectErrorKind::Protocol, "an IMAP server answers there"),
        [b'+', b'O', b'K', ..] => (ConnectErrorKind::Protocol, "a POP3 server answers there"),
        [b'2', b'2', b'0', ..] => (ConnectErrorKind::Protocol, "an SMTP server answers there"),
        _ => (ConnectErrorKind::Network, why),
    };
    error(kind, endpoint, why)
}

fn error(kind: ConnectErrorKind, endpoint: &Endpoint, why: &str) -> ConnectError {
    let Endpoint { host, port, .. } = endpoint;
    ConnectError::new(
        kind,
        format!("cannot use the filters at {host}:{port}: {why}"),
    )
}
