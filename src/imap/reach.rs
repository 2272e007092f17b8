//! The TCP connection to a server's host.
//!
//! In: an [`Endpoint`]. Out: a connection, or why there is none. Every address of the host gets its chance within the one
//! time limit, so that an address that does not answer does not hide the others.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::AsyncReadExt as _,
    net::{TcpStream, lookup_host},
    task::JoinSet,
    time::timeout,
};

use super::{
    endpoint::Endpoint,
    error::{ConnectError, ConnectErrorKind, seconds},
};
use crate::{model::io_error::in_words, store::Later};

/// How long one address may be silent before the next one is tried as well (RFC 8305 §8 allows two seconds). Shorter would
/// open a second connection at servers that are only slow, and servers count connections.
const NEXT_ADDRESS: Duration = Duration::from_secs(2);

/// Connects to the first address of the host that answers.
pub(crate) async fn reach(endpoint: &Endpoint) -> Result<TcpStream, ConnectError> {
    let Endpoint { host, port, .. } = endpoint;
    let network = |why: String| {
        ConnectError::new(
            ConnectErrorKind::Network,
            format!("cannot reach {host}:{port}: {why}"),
        )
    };
    let connecting = async {
        let addresses = addresses_of(host, *port).await?;
        first_to_answer(interleaved(addresses), endpoint.timeout, TcpStream::connect).await
    };
    match timeout(endpoint.timeout, connecting).await {
        Err(_) => Err(
            network(format!("no answer for {}", seconds(endpoint.timeout)))
                .hint("check the host and the port; a firewall may be in between"),
        ),
        Ok(Ok(stream)) => {
            // Nagle's algorithm would hold back a command until the server has acknowledged the one before.
            let _ = stream.set_nodelay(true);
            Ok(stream)
        }
        Ok(Err(error)) => Err(match error.kind() {
            io::ErrorKind::ConnectionRefused => {
                network("nothing listens there".to_owned()).hint("check the host and the port")
            }
            _ => network(in_words(&error))
                .hint("check the spelling of the host, and the network")
                .passing((!is_no_host(&error)).then(Later::default)),
        }),
    }
}

async fn addresses_of(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    #[cfg(feature = "world")]
    if let Some(address) = super::hosts::address_of(host) {
        return Ok(vec![address]);
    }
    Ok(lookup_host((host, port)).await?.collect())
}

/// Addresses of both families by turns, so that a family that leads nowhere costs little (RFC 8305 §4). The first stays the
/// first.
fn interleaved(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let is_first = addresses.first().map(SocketAddr::is_ipv6);
    let (one, other): (Vec<SocketAddr>, Vec<SocketAddr>) = addresses
        .into_iter()
        .partition(|address| Some(address.is_ipv6()) == is_first);
    let mut others = other.into_iter();
    let mut all = Vec::new();
    for address in one {
        all.push(address);
        all.extend(others.next());
    }
    all.extend(others);
    all
}

/// Tries addresses in their order, the next one when one has failed or has been silent for its share of the time; the
/// first connection counts. Where all fail, the last error is returned.
async fn first_to_answer<C, F, T>(
    addresses: Vec<SocketAddr>,
    within: Duration,
    connect: C,
) -> io::Result<T>
where
    C: Fn(SocketAddr) -> F,
    F: Future<Output = io::Result<T>> + Send + 'static,
    T: Send + 'static,
{
    let count = u32::try_from(addresses.len()).unwrap_or(u32::MAX).max(1);
    let share = (within / count).min(NEXT_ADDRESS);
    let mut waiting = addresses.into_iter();
    let mut attempts = JoinSet::new();
    let mut failure = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    loop {
        let has_more = match waiting.next() {
            Some(address) => {
                attempts.spawn(connect(address));
                true
            }
            None if attempts.is_empty() => return Err(failure),
            None => false,
        };
        let ended = if has_more {
            timeout(share, attempts.join_next()).await
        } else {
            Ok(attempts.join_next().await)
        };
        match ended {
            Ok(Some(Ok(Ok(connection)))) => return Ok(connection),
            Ok(Some(Ok(Err(error)))) => failure = error,
            Ok(Some(Err(panicked))) => failure = io::Error::other(panicked),
            Ok(None) | Err(_) => {}
        }
    }
}

/// Whether the resolver says that there is no such host, and not that it could not find out. std gives its failures no
/// kind of their own (seen: glibc, musl).
fn is_no_host(error: &io::Error) -> bool {
    let text = error.to_string();
    let asked = error.raw_os_error().is_none() && text.contains("lookup address");
    asked && !text.contains("emporary") && !text.contains("ry again")
}

/// What a server says first on a plain connection of its own: it tells what a port is that does not speak TLS.
pub(super) async fn read_banner(endpoint: &Endpoint) -> Vec<u8> {
    let mut said = vec![0; 512];
    let listen = async {
        let mut stream = reach(endpoint).await.ok()?;
        stream.read(&mut said).await.ok()
    };
    let length = timeout(endpoint.timeout.min(Duration::from_secs(5)), listen).await;
    said.truncate(length.ok().flatten().unwrap_or(0));
    said
}

#[cfg(test)]
mod tests {
    use std::{
        net::Ipv4Addr,
        sync::{Arc, Mutex},
    };

    use super::*;

    /// How an address behaves.
    #[derive(Clone, Copy)]
    enum Peer {
        Silent,
        Refuses,
        /// Answers after so many seconds.
        Answers(u64),
    }

    /// Which of the addresses answered, and how many were tried. The clock is the test's own.
    async fn tried(peers: &[Peer], within: u64) -> (Option<usize>, usize) {
        let peers = peers.to_vec();
        let addresses = (0..peers.len()).map(|place| {
            let port = u16::try_from(place).unwrap();
            SocketAddr::from((Ipv4Addr::LOCALHOST, port))
        });
        let count = Arc::new(Mutex::new(0));
        let counted = Arc::clone(&count);
        let connect = move |address: SocketAddr| {
            *counted.lock().unwrap() += 1;
            let place = usize::from(address.port());
            let peer = peers[place];
            async move {
                match peer {
                    Peer::Silent => std::future::pending().await,
                    Peer::Refuses => Err(io::ErrorKind::ConnectionRefused.into()),
                    Peer::Answers(after) => {
                        tokio::time::sleep(Duration::from_secs(after)).await;
                        Ok(place)
                    }
                }
            }
        };
        let within = Duration::from_secs(within);
        let trying = first_to_answer(addresses.collect(), within, connect);
        let found = timeout(within, trying).await;
        let tries = *count.lock().unwrap();
        (found.ok().and_then(Result::ok), tries)
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_that_does_not_answer_leaves_time_for_the_others() {
        use Peer::{Answers, Refuses, Silent};
        for within in [1, 30] {
            assert_eq!(tried(&[Silent, Answers(0)], within).await, (Some(1), 2));
            let many = [Silent, Silent, Refuses, Silent, Answers(0)];
            assert_eq!(tried(&many, within).await, (Some(4), 5));
            assert_eq!(tried(&[Silent, Silent], within).await, (None, 2));
            assert_eq!(tried(&[Refuses, Refuses], within).await, (None, 2));
        }
        assert_eq!(tried(&[], 30).await, (None, 0));
    }

    #[test]
    fn many_addresses_of_a_family_that_leads_nowhere_do_not_come_all_first() {
        let addresses = |all: &str| -> Vec<SocketAddr> {
            let all = all.split(' ').filter(|one| !one.is_empty());
            all.map(|one| SocketAddr::new(one.parse().unwrap(), 993))
                .collect()
        };
        for (given, tried) in [
            (
                "::1 ::2 ::3 10.0.0.1 10.0.0.2",
                "::1 10.0.0.1 ::2 10.0.0.2 ::3",
            ),
            ("10.0.0.1 10.0.0.2 ::1", "10.0.0.1 ::1 10.0.0.2"),
            ("10.0.0.1 ::1 ::2 ::3", "10.0.0.1 ::1 ::2 ::3"),
            ("10.0.0.1", "10.0.0.1"),
            ("", ""),
        ] {
            assert_eq!(interleaved(addresses(given)), addresses(tried));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_answers_is_reached_by_one_connection() {
        use Peer::{Answers, Silent};
        assert_eq!(tried(&[Answers(1), Silent], 30).await, (Some(0), 1));
        // One that is very slow may still be the first to answer.
        assert_eq!(tried(&[Answers(5), Silent], 30).await, (Some(0), 2));
    }

    #[tokio::test]
    async fn a_command_leaves_before_the_one_before_it_is_acknowledged() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = Endpoint {
            host: "127.0.0.1".to_owned(),
            port: listener.local_addr().unwrap().port(),
            security: crate::imap::Security::Plaintext,
            trust: std::sync::Arc::default(),
            timeout: Duration::from_secs(5),
            one_by_one: crate::imap::OneByOne::default(),
            tags: crate::imap::Tags::FromOne,
            trace: None,
        };
        let stream = reach(&endpoint).await.unwrap();
        assert!(stream.nodelay().unwrap(), "Nagle's algorithm is on");
    }
}
