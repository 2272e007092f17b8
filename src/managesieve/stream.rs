//! The stream between the network and the session: cuts what the server sends into whole lines, literals included.
//!
//! In: whatever a server sends. Out: [`ServerLine`]s with the secret masked. Never: more in memory than the limits below, a wait
//! without an end.

use std::time::Duration;

use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::timeout,
};

use super::line::ServerLine;
use crate::{
    imap::{Transport, literal_length},
    language::{Phrase, text},
    model::io_error::in_words,
    secret::Mask,
};

/// Octets of one line without its literals: servers list all their extensions in one.
const LINE: usize = 64 << 10;
/// Octets of one line with its literals: a script of a megabyte is a hundred times what servers take.
const RESPONSE: usize = 1 << 20;

/// A connection to a ManageSieve server.
#[derive(Debug)]
pub(super) struct Stream {
    inner: Box<dyn Transport>,
    raw: BytesMut,
    patience: Duration,
    /// Of the secret that the server is told.
    mask: Option<Mask>,
}

impl Stream {
    pub(super) fn new(inner: Box<dyn Transport>, patience: Duration) -> Self {
        Self {
            inner,
            raw: BytesMut::new(),
            patience,
            mask: None,
        }
    }

    /// Masks this secret in all that comes from now on.
    pub(super) fn mask(&mut self, mask: Mask) {
        self.mask = Some(mask);
    }

    /// The connection beneath, for TLS; none if the server has said anything behind its answer, which somebody in between
    /// could have put there.
    pub(super) fn into_inner(self) -> Option<Box<dyn Transport>> {
        self.raw.is_empty().then_some(self.inner)
    }

    /// What has come and is no line: another service's greeting.
    pub(super) fn unread(&self) -> &[u8] {
        &self.raw
    }

    /// The next line; why not, in words.
    pub(super) async fn line(&mut self) -> Result<ServerLine, Phrase> {
        let octets = match timeout(self.patience, self.whole()).await {
            Err(_) => return Err(text::server_does_not_answer()),
            Ok(octets) => octets?,
        };
        let line = ServerLine::parse(&octets);
        let Some(line) = line else {
            // It is put back, so that the caller can tell what service it is.
            self.raw = BytesMut::from(octets.as_slice());
            return Err(text::says_no_managesieve());
        };
        Ok(match (line, &self.mask) {
            (ServerLine::End { ending, code, text }, Some(mask)) => ServerLine::End {
                ending,
                code: code.map(|code| mask.text(&code)),
                text: mask.text(&text),
            },
            (line, _) => line,
        })
    }

    /// The octets of one line, its literals included, without its line end.
    async fn whole(&mut self) -> Result<Vec<u8>, Phrase> {
        let mut octets = Vec::new();
        loop {
            let end = self.until_line_end().await?;
            octets.extend_from_slice(&self.raw.split_to(end));
            let Some(length) = literal_length(&octets) else {
                let line = octets.strip_suffix(b"\n").unwrap_or(&octets);
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                return Ok(line.to_vec());
            };
            let room = RESPONSE.saturating_sub(octets.len());
            let length = usize::try_from(length)
                .ok()
                .filter(|length| *length <= room);
            let length = length.ok_or_else(text::sends_too_much_at_once)?;
            while self.raw.len() < length {
                self.more().await?;
            }
            octets.extend_from_slice(&self.raw.split_to(length));
        }
    }

    /// Where the line ends that has begun.
    async fn until_line_end(&mut self) -> Result<usize, Phrase> {
        let mut scanned = 0;
        loop {
            let fresh = self.raw.get(scanned..).unwrap_or_default();
            if let Some(at) = memchr::memchr(b'\n', fresh) {
                return Ok(scanned + at + 1);
            }
            scanned = self.raw.len();
            if scanned > LINE {
                return Err(text::sends_line_without_end());
            }
            self.more().await?;
        }
    }

    async fn more(&mut self) -> Result<(), Phrase> {
        match self.inner.read_buf(&mut self.raw).await {
            Ok(0) => Err(text::server_has_closed()),
            Ok(_) => Ok(()),
            Err(error) => Err(in_words(&error)),
        }
    }

    /// Sends octets; why not, in words.
    pub(super) async fn send(&mut self, octets: &[u8]) -> Result<(), Phrase> {
        let sending = async {
            self.inner.write_all(octets).await?;
            self.inner.flush().await
        };
        match timeout(self.patience, sending).await {
            Err(_) => Err(text::server_takes_nothing()),
            Ok(Err(error)) => Err(in_words(&error)),
            Ok(Ok(())) => Ok(()),
        }
    }
}
