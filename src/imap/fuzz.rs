//! What fuzzers call: the readers and the writer of the protocol, octets in and plain values out. For tests only.

use std::collections::BTreeSet;

use bytes::Bytes;

use super::{
    act,
    entries::Entries,
    header,
    lexer::{Lexer, Tagged},
    read,
    reply::{Ending, Reply, is_goodbye},
};
use crate::{
    language::Phrase,
    model::{mailbox::Status, uid::Uid},
    store::{Act, CopyUid},
};

/// Gives one response to every reader.
pub fn response(octets: &[u8]) {
    let data = [Bytes::copy_from_slice(octets)];
    let _ = (Tagged::parse(octets), Lexer::new(octets).value());
    let _ = (read::listed(octets), read::status(octets));
    let _ = (read::acl(octets), read::my_rights(octets));
    let _ = (read::software(&data), is_goodbye(octets));
    let _ = read::opened(&data, None, true, None);
    for message in read::fetched(data.to_vec()).into_values() {
        let fields = header::fields(&message.section.unwrap_or_default());
        for (_, value) in &fields {
            let _ = header::addresses(value);
        }
    }
    let mut entries = Entries::default();
    entries.take_one(octets);
}

/// The name, the delimiter and the attributes of a LIST response.
#[must_use]
pub fn listed(octets: &[u8]) -> Option<(Vec<u8>, Option<char>, BTreeSet<String>)> {
    let listed = read::listed(octets)?;
    Some((listed.name, listed.delimiter, listed.attributes))
}

/// The name and the values of a STATUS response.
#[must_use]
pub fn status(octets: &[u8]) -> Option<(Vec<u8>, Status)> {
    read::status(octets)
}

/// The numbers of a SEARCH or ESEARCH response.
#[must_use]
pub fn found(octets: &[u8]) -> Option<Vec<Uid>> {
    let found = read::found(&[Bytes::copy_from_slice(octets)], "R0001").ok()?;
    Some(found.as_slice().to_vec())
}

/// What a response code says of copies.
#[must_use]
pub fn copied(code: &str) -> Option<CopyUid> {
    let reply = Reply {
        ending: Ending::Ok,
        tag: String::new(),
        code: Some(code.to_owned()),
        text: Phrase::default(),
        told: 0,
        data: Vec::new(),
    };
    act::answer(&reply).ok()?.copy_uid
}

/// What is sent for an act, its literals behind their lengths; none where it cannot be sent.
#[must_use]
pub fn sent(act: &Act) -> Option<Vec<u8>> {
    let command = act::command(act).ok()?;
    let mut octets = b"A ".to_vec();
    for part in command.parts() {
        octets.extend_from_slice(part);
        octets.extend_from_slice(b"\r\n");
    }
    Some(octets)
}
