//! The way from an endpoint to a session: TCP, TLS, greeting, capabilities, login.
//!
//! In: an [`Endpoint`] and a [`Login`]. Out: a [`Session`] that can only read. Never: a password before the protection
//! that was asked for, anything that was said before TLS, a guess about a server that is no IMAP server.

use std::{collections::BTreeSet, io, sync::Arc, time::Duration};

use async_imap::Client;
use bytes::Bytes;
use tokio::{io::AsyncReadExt as _, net::TcpStream, time::timeout};

use super::{
    command::Command,
    dial::Network,
    exchange::{Reply, exchange},
    lexer::{Lexer, Tagged, Word},
    login::{Login, log_in, silent},
    session::Session,
    tls::{self, Trust},
    whose,
    wire::{Transport, Wire},
};
use crate::{
    model::listing::{AccountId, Server},
    store::Later,
};

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first octet.
    ImplicitTls,
    /// STARTTLS, or nothing.
    StartTls,
    /// STARTTLS where it is offered: for servers on this machine, where nobody is in between.
    StartTlsIfOffered,
    /// Clear text, as the user allowed.
    Plaintext,
}

/// Where an account is, and how it is reached.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Which certificates are trusted.
    pub trust: Arc<Trust>,
    /// How long the server may be silent.
    pub timeout: Duration,
}

/// What kind of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectErrorKind {
    /// What the user gave cannot be used.
    Config,
    /// No way to the server, or it went away.
    Network,
    /// The server cannot be trusted, or speaks no TLS.
    Tls,
    /// The port does not answer in TLS at all.
    NotTls,
    /// It is no IMAP server, or a strange one.
    Protocol,
    /// The server lets this login not in: its user, password or token is wrong.
    Login,
    /// The login is right, but may not act for the user who was named.
    Authorization,
    /// The server and we have no way to log in that both know; nothing secret was sent.
    Mechanism,
    /// Too many connections.
    Limit,
}

/// Why there is no session. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConnectError {
    /// What kind.
    pub kind: ConnectErrorKind,
    /// "cannot …"; may hold the server's words.
    pub message: String,
    /// What to try.
    pub hint: Option<String>,
    /// Whether another try may go better, and when; none where it would end the same.
    pub passing: Option<Later>,
    /// Whether it came to no login: it is then the same for every account of the host.
    pub of_host: bool,
}

impl ConnectError {
    /// Failures of the network and too many connections pass; all others do not, unless that is said.
    pub(super) fn new(kind: ConnectErrorKind, message: impl Into<String>) -> Self {
        let passes = matches!(kind, ConnectErrorKind::Network | ConnectErrorKind::Limit);
        Self {
            kind,
            message: message.into(),
            hint: None,
            passing: passes.then(Later::default),
            of_host: false,
        }
    }

    fn of_host(mut self) -> Self {
        self.of_host = true;
        self
    }

    pub(super) fn passing(mut self, passing: Option<Later>) -> Self {
        self.passing = passing;
        self
    }

    pub(super) fn hint(mut self, hint: &str) -> Self {
        self.hint = Some(hint.to_owned());
        self
    }
}

/// Characters of a greeting that are kept: enough to tell a server by.
const GREETING: usize = 200;

/// Connects and logs in, once.
///
/// An administrator may log in once more, as nobody but the administrator, to see that it is another mailbox.
pub async fn connect(
    endpoint: &Endpoint,
    login: &Login,
    account: AccountId,
) -> Result<Session, ConnectError> {
    let tcp = reach(endpoint).await.map_err(ConnectError::of_host)?;
    let (mut session, greeting) = enter(tcp, endpoint, login, account.clone()).await?;
    if let Some(admin) = login.needs_proof(&greeting) {
        whose::prove(&mut session, admin, login, endpoint).await?;
    }
    session.set_dialer(Arc::new(Network {
        endpoint: endpoint.clone(),
        login: login.clone(),
        account,
    }));
    Ok(session)
}

/// Logs in over a connection that is there already: a tunnel, or a test's own. Whose mailbox an administrator is shown
/// cannot be proven over the one connection.
pub async fn connect_over(
    transport: impl Transport + 'static,
    endpoint: &Endpoint,
    login: &Login,
    account: AccountId,
) -> Result<Session, ConnectError> {
    let (session, _) = enter(transport, endpoint, login, account).await?;
    Ok(session)
}

/// A session, and how the server had greeted.
pub(super) async fn enter(
    transport: impl Transport + 'static,
    endpoint: &Endpoint,
    login: &Login,
    account: AccountId,
) -> Result<(Session, String), ConnectError> {
    let mut tags = 0;
    let greeted = greeted(Box::new(transport), endpoint, &mut tags).await;
    let (client, mut server, greeting) = greeted.map_err(ConnectError::of_host)?;
    let (mut session, said) = log_in(client, &server, login, endpoint).await?;
    // What a server can do may change with the login; many tell at once, the others are asked.
    server.capabilities = match capabilities(&said) {
        Some(capabilities) => capabilities,
        None => ask_capabilities(&mut session, &mut tags, endpoint).await?,
    };
    if server.can("UTF8=ONLY") {
        let enable = Command::new("ENABLE UTF8=ACCEPT");
        ask(&mut session, &mut tags, enable, endpoint.timeout).await?;
    }
    let acted_as = login.admin.as_ref().map(|admin| admin.name.clone());
    let session = Session::new(session, tags, account, acted_as, server, endpoint.timeout);
    Ok((session, greeting))
}

/// A protected connection whose server has said hello and what it can do.
async fn greeted(
    transport: Box<dyn Transport>,
    endpoint: &Endpoint,
    tags: &mut u64,
) -> Result<(Client<Wire>, Server, String), ConnectError> {
    let transport = match endpoint.security {
        Security::ImplicitTls => protect(transport, endpoint).await?,
        _ => transport,
    };
    let mut client = Client::new(Wire::new(transport, false));
    let greeting = greeting(&mut client, endpoint).await?;
    let told = capabilities(&greeting);
    let mut capabilities = match told {
        Some(capabilities) => capabilities,
        None => ask_capabilities(&mut client, tags, endpoint).await?,
    };
    let starts_tls = match endpoint.security {
        Security::StartTls => true,
        Security::StartTlsIfOffered => capabilities.contains("STARTTLS"),
        Security::ImplicitTls | Security::Plaintext => false,
    };
    if starts_tls {
        client = start_tls(client, tags, &capabilities, endpoint).await?;
        // Whatever was said in the clear, somebody else may have said.
        capabilities = ask_capabilities(&mut client, tags, endpoint).await?;
    }
    let words = greeting.first().and_then(|line| Tagged::parse(line));
    let words = words.map(|line| line.text).unwrap_or_default();
    let server = Server {
        software: None,
        greeting: Some(words.chars().take(GREETING).collect()),
        capabilities,
    };
    Ok((client, server, words))
}

pub(super) async fn reach(endpoint: &Endpoint) -> Result<TcpStream, ConnectError> {
    let Endpoint { host, port, .. } = endpoint;
    let network = |why: String| {
        ConnectError::new(
            ConnectErrorKind::Network,
            format!("cannot reach {host}:{port}: {why}"),
        )
    };
    match timeout(endpoint.timeout, TcpStream::connect((host.as_str(), *port))).await {
        Err(_) => Err(network(format!(
            "no answer for {} seconds",
            endpoint.timeout.as_secs()
        ))
        .hint("check the host and the port; a firewall may be in between")),
        Ok(Ok(stream)) => {
            // One segment a command: waiting for more would only cost time.
            let _ = stream.set_nodelay(true);
            Ok(stream)
        }
        Ok(Err(error)) => Err(match error.kind() {
            io::ErrorKind::ConnectionRefused => {
                network("nothing listens there".to_owned()).hint("check the host and the port")
            }
            _ => network(error.to_string())
                .hint("check the spelling of the host, and the network")
                .passing((!is_no_host(&error)).then(Later::default)),
        }),
    }
}

/// Whether the resolver says that there is no such host, and not that it could not find out. std gives its failures no
/// kind of their own (seen: glibc, musl).
fn is_no_host(error: &io::Error) -> bool {
    let text = error.to_string();
    let asked = error.raw_os_error().is_none() && text.contains("lookup address");
    asked && !text.contains("emporary") && !text.contains("ry again")
}

async fn protect(
    transport: Box<dyn Transport>,
    endpoint: &Endpoint,
) -> Result<Box<dyn Transport>, ConnectError> {
    match timeout(endpoint.timeout, tls::protect(transport, endpoint)).await {
        Err(_) => Err(ConnectError::new(
            ConnectErrorKind::Tls,
            format!(
                "cannot speak TLS with {}:{}: no answer",
                endpoint.host, endpoint.port
            ),
        )
        .hint("is it a TLS port? For STARTTLS write imap:// (port 143) instead of imaps://")
        .passing(Some(Later::default()))),
        Ok(Err(error)) if error.kind == ConnectErrorKind::NotTls => {
            // What speaks there, if it is not TLS? It gets no password to find out.
            let said = overhear(endpoint).await;
            Err(other_service(&said, endpoint).unwrap_or(error))
        }
        Ok(result) => result,
    }
}

/// What a server says first on a plain connection of its own.
async fn overhear(endpoint: &Endpoint) -> Vec<u8> {
    let mut said = vec![0; 512];
    let listen = async {
        let mut stream = reach(endpoint).await.ok()?;
        stream.read(&mut said).await.ok()
    };
    let length = timeout(endpoint.timeout.min(Duration::from_secs(5)), listen).await;
    said.truncate(length.ok().flatten().unwrap_or(0));
    said
}

async fn greeting(
    client: &mut Client<Wire>,
    endpoint: &Endpoint,
) -> Result<Vec<Bytes>, ConnectError> {
    let Endpoint { host, port, .. } = endpoint;
    let protocol = |why: &str| {
        ConnectError::new(
            ConnectErrorKind::Protocol,
            format!("cannot use {host}:{port}: {why}"),
        )
    };
    let answer = timeout(endpoint.timeout, client.read_response()).await;
    match answer {
        Ok(Ok(Some(_))) => {}
        Ok(Ok(None)) => {
            return Err(
                protocol("the server closed the connection without a greeting")
                    .hint("too many connections may be open, or the port speaks TLS (imaps://)")
                    .passing(Some(Later::default())),
            );
        }
        Ok(Err(error)) => {
            let unread = client.get_ref().unread();
            return Err(other_service(unread, endpoint).unwrap_or_else(|| {
                let is_broken = error.kind() != io::ErrorKind::InvalidData;
                protocol(&format!(
                    "it does not greet as an IMAP server does ({error})"
                ))
                .passing(is_broken.then(Later::default))
            }));
        }
        Err(_) => {
            return Err(protocol("the server says nothing")
                .hint("if the port speaks TLS from the first octet, write imaps://")
                .passing(Some(Later::default())));
        }
    }
    let said = client.get_mut().take_held();
    let line = said.first().and_then(|line| Tagged::parse(line));
    match line {
        Some(line) if line.word == Word::Ok => Ok(said),
        Some(line) if line.word == Word::Bye => Err(ConnectError::new(
            ConnectErrorKind::Limit,
            format!("cannot use {host}:{port}: the server says: {}", line.text),
        )
        .passing(Some(
            Later::told(line.code.as_deref(), &line.text).unwrap_or_default(),
        ))),
        // RFC 9051 §7.1.4: before STARTTLS it is how somebody in between keeps the connection in the clear; and
        // elsewhere nobody can know whose mail it is.
        Some(line) if line.word == Word::Preauth => Err(protocol(
            "the server has logged us in by itself, as nobody knows whom",
        )),
        _ => Err(protocol("it does not greet as an IMAP server does")),
    }
}

async fn start_tls(
    mut client: Client<Wire>,
    tags: &mut u64,
    offered: &BTreeSet<String>,
    endpoint: &Endpoint,
) -> Result<Client<Wire>, ConnectError> {
    let tls = |why: String| ConnectError::new(ConnectErrorKind::Tls, why);
    let Endpoint { host, port, .. } = endpoint;
    if !offered.contains("STARTTLS") {
        return Err(tls(format!(
            "cannot protect the connection: {host}:{port} does not offer STARTTLS"
        ))
        .hint("try imaps://; --plaintext goes on without protection"));
    }
    let start = Command::new("STARTTLS");
    ask(&mut client, tags, start, endpoint.timeout)
        .await
        .map_err(|error| tls(format!("cannot protect the connection: {}", error.message)))?;
    let Some(transport) = client.into_inner().into_inner() else {
        return Err(tls("cannot protect the connection: something was said between STARTTLS and TLS, as if somebody were in between".to_owned()));
    };
    let transport = protect(transport, endpoint).await?;
    Ok(Client::new(Wire::new(transport, true)))
}

type Connection = async_imap::Connection<Wire>;

async fn ask(
    connection: &mut Connection,
    tags: &mut u64,
    command: Command,
    patience: Duration,
) -> Result<Reply, ConnectError> {
    let verb = command.verb();
    let replies = exchange(connection, tags, &[command], patience).await;
    match replies.into_iter().next() {
        Some(reply) if reply.is_ok() => Ok(reply),
        Some(reply) if reply.is_gone() => Err(ConnectError::new(
            ConnectErrorKind::Network,
            format!("cannot go on after {verb}: {}", reply.text),
        )
        .passing(Some(
            Later::told(reply.code.as_deref(), &reply.text).unwrap_or_default(),
        ))),
        Some(reply) => Err(ConnectError::new(
            ConnectErrorKind::Protocol,
            format!("cannot go on: the server refuses {verb}: {}", reply.text),
        )
        .passing(Later::told(reply.code.as_deref(), &reply.text))),
        None => Err(silent(patience)),
    }
}

async fn ask_capabilities(
    connection: &mut Connection,
    tags: &mut u64,
    endpoint: &Endpoint,
) -> Result<BTreeSet<String>, ConnectError> {
    let reply = ask(
        connection,
        tags,
        Command::new("CAPABILITY"),
        endpoint.timeout,
    )
    .await?;
    capabilities(&reply.data).ok_or_else(|| {
        ConnectError::new(
            ConnectErrorKind::Protocol,
            "cannot tell what the server can do: it names no capabilities",
        )
    })
}

/// The last capabilities that were told, as untagged data or in a response code.
fn capabilities(said: &[Bytes]) -> Option<BTreeSet<String>> {
    said.iter().rev().find_map(|response| {
        let words = if let Some(line) = Tagged::parse(response) {
            line.code?
        } else {
            let rest = Lexer::untagged(response)?.rest();
            String::from_utf8_lossy(rest).into_owned()
        };
        let mut words = words.split_ascii_whitespace().map(str::to_ascii_uppercase);
        (words.next()? == "CAPABILITY").then(|| words.collect())
    })
}

/// Names a service that is no IMAP, from its first octets.
fn other_service(said: &[u8], endpoint: &Endpoint) -> Option<ConnectError> {
    let Endpoint { host, port, .. } = endpoint;
    let (what, hint) = match said {
        [b'+', b'O', b'K', ..] => (
            "a POP3 server answers there",
            "POP3 has no folders, so nothing can be reconciled until the account is read by IMAP; try port 993",
        ),
        [b'2', b'2', b'0', ..] => (
            "an SMTP server answers there",
            "SMTP only sends mail; the account's IMAP server is usually on port 993",
        ),
        [b'H', b'T', b'T', b'P', ..] => {
            ("a web server answers there", "IMAP is usually on port 993")
        }
        [b'S', b'S', b'H', ..] => ("an SSH server answers there", "IMAP is usually on port 993"),
        // A TLS alert or handshake record.
        [0x15 | 0x16, 3, ..] => (
            "the port speaks TLS from the first octet",
            "write imaps:// instead of imap://",
        ),
        [b'*', b' ', ..] => (
            "an IMAP server without TLS answers there",
            "for STARTTLS write imap:// (port 143) instead of imaps://",
        ),
        _ => return None,
    };
    Some(
        ConnectError::new(
            ConnectErrorKind::Protocol,
            format!("cannot use {host}:{port}: {what}"),
        )
        .hint(hint),
    )
}
