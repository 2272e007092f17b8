//! The way from a connection to a server that has said what it can do: TLS, greeting, STARTTLS, capabilities.
//!
//! In: a connection and its [`Endpoint`]. Out: a [`Greeted`] server. Never: anything believed that was said before TLS; a
//! guess about a server that is not an IMAP server.

use std::{collections::BTreeSet, io, time::Duration};

use async_imap::{Client, Connection};
use bytes::Bytes;
use tokio::time::{Instant, timeout};

use super::{
    command::Command,
    endpoint::{Endpoint, Security},
    error::{ConnectError, ConnectErrorKind},
    exchange::exchange,
    flight::nothing,
    lexer::{Lexer, Tagged, Word},
    reach::read_banner,
    reply::Reply,
    tls,
    trace::SessionTrace,
    wire::{Transport, Wire},
};
use crate::{
    language::{Phrase, text},
    model::{io_error::in_words, listing::Server},
    store::Later,
};

/// Characters of a greeting that are kept: enough to recognise a server by.
const GREETING: usize = 200;

/// A protected connection whose server has greeted and said what it can do.
pub(super) struct Greeted {
    /// The connection.
    pub client: Client<Wire>,
    /// Greeting and capabilities.
    pub server: Server,
    /// How long TLS has taken.
    pub tls: Duration,
}

/// Protects the connection as the endpoint says, and listens.
pub(super) async fn greeted(
    transport: Box<dyn Transport>,
    endpoint: &Endpoint,
    tags: &mut u64,
    trace: Option<SessionTrace>,
) -> Result<Greeted, ConnectError> {
    let mut tls = Duration::ZERO;
    let transport = match endpoint.security {
        Security::ImplicitTls => protect(transport, endpoint, trace.as_ref(), &mut tls).await?,
        _ => transport,
    };
    let mut client = Client::new(Wire::new(transport, false, trace));
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
        client = start_tls(client, tags, &capabilities, endpoint, &mut tls).await?;
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
    Ok(Greeted {
        client,
        server,
        tls,
    })
}

async fn protect(
    transport: Box<dyn Transport>,
    endpoint: &Endpoint,
    trace: Option<&SessionTrace>,
    took: &mut Duration,
) -> Result<Box<dyn Transport>, ConnectError> {
    let began = Instant::now();
    let protected = timeout(endpoint.timeout, tls::protect(transport, endpoint)).await;
    *took = began.elapsed();
    if let Some(trace) = trace {
        trace.remark(match &protected {
            Ok(Ok(_)) => "TLS",
            _ => "no TLS",
        });
    }
    match protected {
        Err(_) => Err(ConnectError::new(
            ConnectErrorKind::Tls,
            text::cannot_speak_tls(&endpoint.host, endpoint.port.to_string(), text::no_answer()),
        )
        .hint(text::try_is_it_tls())
        .passing(Some(Later::default()))),
        Ok(Err(error)) if error.kind == ConnectErrorKind::NotTls => {
            // What speaks there, if it is not TLS? It gets no password to find out.
            let said = read_banner(endpoint).await;
            Err(other_service(&said, endpoint).unwrap_or(error))
        }
        Ok(result) => result,
    }
}

async fn greeting(
    client: &mut Client<Wire>,
    endpoint: &Endpoint,
) -> Result<Vec<Bytes>, ConnectError> {
    let Endpoint { host, port, .. } = endpoint;
    let unusable = |why: Phrase| text::cannot_use(host, port.to_string(), why);
    let protocol = |why: Phrase| ConnectError::new(ConnectErrorKind::Protocol, unusable(why));
    let answer = timeout(endpoint.timeout, client.read_response()).await;
    match answer {
        Ok(Ok(Some(_))) => {}
        Ok(Ok(None)) => {
            return Err(protocol(text::closed_without_greeting())
                .hint(text::try_too_many_or_tls())
                .passing(Some(Later::default())));
        }
        Ok(Err(error)) => {
            let unread = client.get_ref().unread();
            return Err(other_service(unread, endpoint).unwrap_or_else(|| {
                let is_broken = error.kind() != io::ErrorKind::InvalidData;
                protocol(text::no_imap_greeting_because(in_words(&error)))
                    .hint(text::try_port_993())
                    .passing(is_broken.then(Later::default))
            }));
        }
        Err(_) => {
            return Err(protocol(text::server_says_nothing())
                .hint(text::try_tls_port())
                .passing(Some(Later::default())));
        }
    }
    let said = client.get_mut().take_held();
    let line = said.first().and_then(|line| Tagged::parse(line));
    match line {
        Some(line) if line.word == Word::Ok => Ok(said),
        Some(line) if line.word == Word::Bye => Err(ConnectError::new(
            ConnectErrorKind::Limit,
            unusable(text::server_says(line.text.as_str())),
        )
        .hint(text::try_later_connections())
        .passing(Some(
            Later::told(line.code.as_deref(), &line.text).unwrap_or_default(),
        ))),
        // RFC 9051 §7.1.4: before STARTTLS it is how somebody in between keeps the connection in the clear; and
        // elsewhere nobody can know whose mail it is.
        Some(line) if line.word == Word::Preauth => {
            Err(protocol(text::logged_in_unasked()).hint(text::try_port_with_password()))
        }
        _ => Err(protocol(text::no_imap_greeting()).hint(text::try_port_993())),
    }
}

async fn start_tls(
    mut client: Client<Wire>,
    tags: &mut u64,
    offered: &BTreeSet<String>,
    endpoint: &Endpoint,
    took: &mut Duration,
) -> Result<Client<Wire>, ConnectError> {
    let tls = |why: Phrase| ConnectError::new(ConnectErrorKind::Tls, text::cannot_protect(why));
    let Endpoint { host, port, .. } = endpoint;
    if !offered.contains("STARTTLS") {
        return Err(tls(text::offers_no_starttls(host, port.to_string()))
            .hint(text::try_imaps_or_plaintext()));
    }
    let start = Command::new("STARTTLS");
    ask(&mut client, tags, start, endpoint.timeout)
        .await
        .map_err(|error| tls(error.message).hint(text::try_imaps_or_plaintext()))?;
    let Some((transport, trace)) = client.into_inner().into_inner() else {
        return Err(tls(text::said_before_tls()).hint(text::try_other_network()));
    };
    let transport = protect(transport, endpoint, trace.as_ref(), took).await?;
    Ok(Client::new(Wire::new(transport, true, trace)))
}

/// Sends one command that must be answered by OK before anybody has logged in.
pub(super) async fn ask(
    connection: &mut Connection<Wire>,
    tags: &mut u64,
    command: Command,
    patience: Duration,
) -> Result<Reply, ConnectError> {
    let verb = command.verb();
    let replies = exchange(connection, tags, &[command], patience, &mut nothing).await;
    match replies.into_iter().next() {
        Some(reply) if reply.is_ok() => Ok(reply),
        Some(reply) if reply.is_gone() => Err(ConnectError::new(
            ConnectErrorKind::Network,
            text::cannot_go_on_after(&verb, &reply.text),
        )
        .hint(text::try_again_timeout())
        .passing(Some(
            Later::told(reply.code.as_deref(), reply.text.english()).unwrap_or_default(),
        ))),
        Some(reply) => Err(ConnectError::new(
            ConnectErrorKind::Protocol,
            text::server_refuses_verb(&verb, &reply.text),
        )
        .hint(text::try_administrator_without_command())
        .passing(Later::told(reply.code.as_deref(), reply.text.english()))),
        None => Err(
            ConnectError::new(ConnectErrorKind::Protocol, text::verb_not_sent(&verb))
                .hint(text::try_again()),
        ),
    }
}

/// Asks what the server can do.
pub(super) async fn ask_capabilities(
    connection: &mut Connection<Wire>,
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
    capabilities_in(&reply).ok_or_else(|| {
        ConnectError::new(ConnectErrorKind::Protocol, text::names_no_capabilities())
            .hint(text::try_host_may_be_no_imap())
    })
}

/// The capabilities that an answer tells, the last of several.
pub(super) fn capabilities_in(reply: &Reply) -> Option<BTreeSet<String>> {
    let code = reply.code.as_deref().and_then(capability_words);
    code.or_else(|| capabilities(&reply.data))
}

/// The last capabilities that were told, as untagged data or in a response code.
fn capabilities(said: &[Bytes]) -> Option<BTreeSet<String>> {
    said.iter().rev().find_map(|response| {
        if let Some(line) = Tagged::parse(response) {
            return capability_words(&line.code?);
        }
        let rest = Lexer::untagged(response)?.rest();
        capability_words(&String::from_utf8_lossy(rest))
    })
}

/// The words behind `CAPABILITY`, in upper case; none where it is something else.
fn capability_words(text: &str) -> Option<BTreeSet<String>> {
    let mut words = text.split_ascii_whitespace().map(str::to_ascii_uppercase);
    (words.next()? == "CAPABILITY").then(|| words.collect())
}

/// Names a service that is no IMAP, from its first octets.
fn other_service(said: &[u8], endpoint: &Endpoint) -> Option<ConnectError> {
    let Endpoint { host, port, .. } = endpoint;
    let (what, hint) = match said {
        [b'+', b'O', b'K', ..] => (text::pop3_answers(), text::try_imap_not_pop3()),
        [b'2', b'2', b'0', ..] => (text::smtp_answers(), text::try_imap_not_smtp()),
        [b'H', b'T', b'T', b'P', ..] => (text::web_answers(), text::try_imap_on_993()),
        [b'S', b'S', b'H', ..] => (text::ssh_answers(), text::try_imap_on_993()),
        // A TLS alert or handshake record.
        [0x15 | 0x16, 3, ..] => (text::port_speaks_tls(), text::try_imaps()),
        [b'*', b' ', ..] => (text::imap_without_tls_answers(), text::try_starttls()),
        _ => return None,
    };
    Some(
        ConnectError::new(
            ConnectErrorKind::Protocol,
            text::cannot_use(host, port.to_string(), what),
        )
        .hint(hint),
    )
}
