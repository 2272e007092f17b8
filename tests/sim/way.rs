//! What may stand between a client and the server: a relay that does to commands and answers what some servers do.
//!
//! In: the two ends of a connection. Out: the same octets, some of them in another order or not at all.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, ReadHalf, WriteHalf},
    time::timeout,
};

/// How a connection takes several commands at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// One after the other.
    Straight,
    /// Answers that are ready together come in the reverse order, as far as the protocol allows: nothing passes the answer of
    /// a command that opens or leaves a mailbox.
    TurnsAnswers,
    /// Of commands that come together the first is read, and the others are dropped.
    DropsCommands,
}

/// How long nothing must come before what has come is ready.
const MOMENT: Duration = Duration::from_millis(1);

/// The verb of each command that has a tag.
type Verbs = Arc<Mutex<BTreeMap<Vec<u8>, Vec<u8>>>>;

/// Passes on what both sides say until one of them has gone.
pub async fn relay(client: DuplexStream, server: DuplexStream, way: Way) {
    let (from_client, to_client) = tokio::io::split(client);
    let (from_server, to_server) = tokio::io::split(server);
    let verbs = Verbs::default();
    tokio::select! {
        () = commands(from_client, to_server, way, &verbs) => {}
        () = answers(from_server, to_client, way, &verbs) => {}
    }
}

async fn commands(
    mut from: ReadHalf<DuplexStream>,
    mut to: WriteHalf<DuplexStream>,
    way: Way,
    verbs: &Verbs,
) {
    let mut octets = vec![0; 1 << 16];
    loop {
        let length = match from.read(&mut octets).await {
            Ok(length) if length > 0 => length,
            _ => return,
        };
        let came = &octets[..length];
        let mut passed = Vec::new();
        for (place, line) in lines(came).enumerate() {
            if place > 0 && way == Way::DropsCommands {
                break;
            }
            let mut words = line.split(|octet| *octet == b' ' || *octet == b'\r');
            let tag = words.next().unwrap_or_default().to_vec();
            let verb = words.next().unwrap_or_default().to_vec();
            verbs.lock().unwrap().insert(tag, verb);
            passed.extend_from_slice(line);
        }
        if to.write_all(&passed).await.is_err() {
            return;
        }
    }
}

async fn answers(
    mut from: ReadHalf<DuplexStream>,
    mut to: WriteHalf<DuplexStream>,
    way: Way,
    verbs: &Verbs,
) {
    let mut octets = vec![0; 1 << 16];
    let mut ready = Vec::new();
    loop {
        let came = timeout(MOMENT, from.read(&mut octets)).await;
        let is_over = match came {
            Ok(Ok(length)) if length > 0 => {
                ready.extend_from_slice(&octets[..length]);
                continue;
            }
            Ok(_) => true,
            Err(_) => false,
        };
        let mut said = std::mem::take(&mut ready);
        if way == Way::TurnsAnswers {
            said = turned(&said, &verbs.lock().unwrap());
        }
        if to.write_all(&said).await.is_err() || is_over {
            return;
        }
        match from.read(&mut octets).await {
            Ok(length) if length > 0 => ready.extend_from_slice(&octets[..length]),
            _ => return,
        }
    }
}

fn lines(octets: &[u8]) -> impl Iterator<Item = &[u8]> {
    octets.split_inclusive(|octet| *octet == b'\n')
}

/// What was said, with the answers of each opened mailbox in the reverse order. What is not whole yet stays at the end.
fn turned(said: &[u8], verbs: &BTreeMap<Vec<u8>, Vec<u8>>) -> Vec<u8> {
    let (mut turned, mut group, mut answer) = (Vec::new(), Vec::new(), Vec::new());
    for line in lines(said) {
        answer.extend_from_slice(line);
        let tag = line.split(|octet| *octet == b' ').next();
        let Some(verb) = tag.and_then(|tag| verbs.get(tag)) else {
            continue;
        };
        group.push(std::mem::take(&mut answer));
        if matches!(verb.as_slice(), b"SELECT" | b"EXAMINE" | b"UNSELECT") {
            let last = group.pop();
            turned.extend(group.drain(..).rev());
            turned.extend(last);
        }
    }
    turned.extend(group.drain(..).rev());
    turned.push(answer);
    turned.concat()
}
