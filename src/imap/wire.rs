//! The screening stream between the network and async-imap: cuts octets into whole responses under hard limits.
//!
//! In: whatever a server sends. Out: every response verbatim for our lexer, and for async-imap a bare line that says no
//! more than "here is the greeting", "go on", "tag, OK" or "something has come". No more memory is taken than [`Limits`]
//! allow. async-imap's parser never sees what a server says, because it panics or gives up on much of it.
//!
//! Lines that are no responses are dropped and counted: Exchange sends `[COPYUID …]` bare, others an empty line.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use zeroize::{Zeroize as _, Zeroizing};

use super::{
    flight::RESPONSE,
    lexer::{Lexer, Tagged, Word, literal_length},
    reply::is_goodbye,
    trace::SessionTrace,
};
use crate::secret::Mask;

/// What goes over the network: TCP or TLS.
pub trait Transport: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Transport for T {}

/// What a server may make us hold. What is kept of it beyond that has a limit of its own ([`super::flight`]).
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Octets of one line: a SEARCH of a million messages fits.
    pub line: usize,
    /// Octets of one literal.
    pub literal: u64,
    /// Octets of one response with its literals.
    pub response: usize,
    /// Octets of responses that nobody has taken yet, each counted with what it takes to hold it.
    pub held: usize,
    /// Lines that are no responses.
    pub strays: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line: 12 << 20,
            literal: 8 << 20,
            response: 12 << 20,
            held: 16 << 20,
            strays: 1_000,
        }
    }
}

/// Octets that may be held before async-imap is told that something has come; of a goodbye it is told at once.
const ENOUGH: usize = 256 << 10;

/// Octets of a response that has memory of its own; smaller ones share the memory that they came in.
const LARGE: usize = 64 << 10;

/// The stream that async-imap reads and writes.
#[derive(Debug)]
pub struct Wire {
    inner: Box<dyn Transport>,
    limits: Limits,
    /// Octets not yet cut into responses.
    raw: BytesMut,
    /// Where the search for a line end goes on, and where the line began.
    scan: usize,
    line_start: usize,
    /// Lines for async-imap.
    screened: BytesMut,
    /// Whole responses, verbatim, in the order they came.
    held: Vec<Bytes>,
    held_octets: usize,
    /// Held octets of which async-imap has not been told.
    untold: usize,
    /// Lines that were no responses.
    strays: u32,
    /// Whether the response before had a literal in it.
    had_literal: bool,
    /// What is to be sent, until the next flush.
    outgoing: Zeroizing<Vec<u8>>,
    sent: usize,
    sent_in_all: u64,
    received: u64,
    greeted: bool,
    trace: Option<SessionTrace>,
    /// Of the secret that the server is told.
    mask: Option<Mask>,
}

impl Wire {
    /// Over a connection whose greeting has not been read; without one (after STARTTLS) say so.
    pub fn new(inner: Box<dyn Transport>, greeted: bool, trace: Option<SessionTrace>) -> Self {
        Self {
            inner,
            limits: Limits::default(),
            raw: BytesMut::new(),
            scan: 0,
            line_start: 0,
            screened: BytesMut::new(),
            held: Vec::new(),
            held_octets: 0,
            untold: 0,
            strays: 0,
            had_literal: false,
            outgoing: Zeroizing::default(),
            sent: 0,
            sent_in_all: 0,
            received: 0,
            greeted,
            trace,
            mask: None,
        }
    }

    /// Masks this secret in all that comes from now on.
    pub fn mask(&mut self, mask: Mask) {
        self.mask = Some(mask);
    }

    /// The trace of the session that this is the wire of.
    pub fn trace(&mut self) -> Option<&mut SessionTrace> {
        self.trace.as_mut()
    }

    /// Takes every response that has come.
    pub fn take_held(&mut self) -> Vec<Bytes> {
        self.held_octets = 0;
        self.untold = 0;
        std::mem::take(&mut self.held)
    }

    /// Lines so far that were no responses.
    pub fn strays(&self) -> u32 {
        self.strays
    }

    /// Octets sent so far.
    pub fn sent(&self) -> u64 {
        self.sent_in_all
    }

    /// Octets received so far: whether a server is still talking.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// The first octets that were not cut into a response: what a server that speaks no IMAP has said.
    pub fn unread(&self) -> &[u8] {
        &self.raw
    }

    /// The connection beneath and its trace, for TLS; refused if the server said anything behind its answer (RFC 9051 §6.2.1:
    /// somebody in between could have put it there).
    pub fn into_inner(self) -> Option<(Box<dyn Transport>, Option<SessionTrace>)> {
        let is_clean = self.raw.is_empty() && self.screened.is_empty() && self.held.is_empty();
        is_clean.then_some((self.inner, self.trace))
    }

    /// Cuts one whole response, literals included, off what came.
    fn cut(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            let fresh = self.raw.get(self.scan..).unwrap_or_default();
            let line_end = memchr::memchr(b'\n', fresh).map(|at| self.scan + at + 1);
            let so_far = line_end.unwrap_or(self.raw.len());
            if so_far.saturating_sub(self.line_start) > self.limits.line {
                return Err(hostile("a line without end"));
            }
            if so_far > self.limits.response {
                return Err(hostile("a response without end"));
            }
            let Some(line_end) = line_end else {
                // Inside a literal the scan is ahead of what came.
                self.scan = self.scan.max(self.raw.len());
                return Ok(None);
            };
            let line = self.raw.get(self.line_start..line_end).unwrap_or_default();
            let Some(length) = literal_length(line).filter(|_| !is_status(&self.raw)) else {
                self.scan = 0;
                self.line_start = 0;
                return Ok(Some(self.split_off(line_end)));
            };
            if length > self.limits.literal {
                return Err(hostile("a literal of more than 8 MiB"));
            }
            self.scan = usize::try_from(length).map_or(usize::MAX, |length| line_end + length);
            self.line_start = self.scan;
        }
    }

    /// The first octets of what came. Of many they are a copy: the room that they came in is up to twice as large, and would be
    /// held as long as they are.
    fn split_off(&mut self, length: usize) -> Bytes {
        let response = self.raw.split_to(length);
        if length < LARGE {
            return response.freeze();
        }
        self.raw = BytesMut::from(self.raw.as_ref());
        Bytes::copy_from_slice(&response)
    }

    /// Holds a response, and tells async-imap of those that it must know about.
    fn screen(&mut self, response: Bytes) -> io::Result<()> {
        if !self.greeted && !response.starts_with(b"* ") {
            // Not IMAP. What it said is put back, so that the caller can tell what service it is.
            self.raw = BytesMut::from(response.as_ref());
            if let Some(trace) = &self.trace {
                trace.received_unread(response.len());
            }
            return Err(hostile("no IMAP greeting"));
        }
        let response = self.masked(response)?;
        if let Some(trace) = &mut self.trace {
            trace.received(&response);
        }
        let had_literal = std::mem::replace(&mut self.had_literal, has_literal(&response));
        if self.had_literal && !is_whole(&response) {
            return Err(hostile("a text that is longer than it says"));
        }
        let is_greeting = !std::mem::replace(&mut self.greeted, true);
        match Kind::of(&response) {
            _ if is_greeting => self.screened.extend_from_slice(b"* OK hello\r\n"),
            Kind::Untagged => {}
            Kind::GoOn => self.screened.extend_from_slice(b"+ \r\n"),
            Kind::Tagged(line) => {
                self.screened.extend_from_slice(&line.tag);
                self.screened.extend_from_slice(b" OK done\r\n");
            }
            Kind::Stray => return self.drop_stray(&response, had_literal),
        }
        let is_goodbye = is_goodbye(&response);
        let cost = response.len() + RESPONSE;
        self.held_octets += cost;
        self.untold += cost;
        if self.held_octets > self.limits.held {
            return Err(hostile("more data than one command can have for an answer"));
        }
        self.held.push(response);
        if self.untold > ENOUGH || is_goodbye {
            self.untold = 0;
            self.screened.extend_from_slice(b"* OK more\r\n");
        }
        Ok(())
    }

    /// Drops a line that is no response, unless there are too many, or it may be the rest of a text that was longer than the
    /// server said: that could hold anything, forged answers too.
    fn drop_stray(&mut self, response: &[u8], had_literal: bool) -> io::Result<()> {
        if response.trim_ascii().is_empty() {
            self.had_literal = had_literal;
        } else if had_literal {
            return Err(hostile("a text that is longer than it says"));
        }
        self.strays += 1;
        if self.strays > self.limits.strays {
            return Err(hostile("too many lines that are no responses"));
        }
        Ok(())
    }

    /// A server's words with the secret masked. Where the secret stands in data, nothing can be done with them: names and
    /// flags are sent back, written down and shown as they are.
    fn masked(&self, response: Bytes) -> io::Result<Bytes> {
        let Some(mask) = &self.mask else {
            return Ok(response);
        };
        if is_status(&response) {
            let masked = mask.octets(&response);
            return Ok(masked.map_or(response, Bytes::from));
        }
        if mask.is_in(without_mail(&response)) {
            return Err(hostile(
                "the password as a name, a flag or a capability; change the password, or whatever has it for a name",
            ));
        }
        Ok(response)
    }

    /// Adds octets to what is to be sent. A buffer that has no room is wiped when a larger one takes its place.
    fn keep_outgoing(&mut self, octets: &[u8]) {
        let wanted = self.outgoing.len() + octets.len();
        if wanted > self.outgoing.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(wanted * 2));
            larger.extend_from_slice(&self.outgoing);
            self.outgoing = larger;
        }
        self.outgoing.extend_from_slice(octets);
    }

    /// Reads from the network once; false at its end.
    fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let mut space = [0; 16 << 10];
        let mut buffer = ReadBuf::new(&mut space);
        ready!(Pin::new(&mut self.inner).poll_read(context, &mut buffer))?;
        let came = buffer.filled();
        self.received += came.len() as u64;
        self.raw.extend_from_slice(came);
        Poll::Ready(Ok(!came.is_empty()))
    }

    /// Sends what was written. It reads meanwhile: a server may send all it has before it reads on, and both would wait.
    fn poll_drain(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self
            .outgoing
            .get(self.sent..)
            .filter(|rest| !rest.is_empty())
        {
            match Pin::new(&mut self.inner).poll_write(context, rest) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(count)) => {
                    self.sent += count;
                    self.sent_in_all += count as u64;
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    while let Poll::Ready(more) = self.poll_fill(context)? {
                        if !more {
                            return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
                        }
                        while let Some(response) = self.cut()? {
                            self.screen(response)?;
                        }
                    }
                    return Poll::Pending;
                }
            }
        }
        // A password may have been in it.
        self.outgoing.zeroize();
        self.sent = 0;
        Poll::Ready(Ok(()))
    }
}

/// What a whole response is.
enum Kind {
    Untagged,
    /// `+`
    GoOn,
    Tagged(Tagged),
    /// Nothing that IMAP knows.
    Stray,
}

impl Kind {
    fn of(response: &[u8]) -> Self {
        if response.starts_with(b"+") {
            return Self::GoOn;
        }
        if let Some(rest) = response.strip_prefix(b"* ") {
            let tells = !rest.trim_ascii().is_empty();
            return if tells { Self::Untagged } else { Self::Stray };
        }
        match Tagged::parse(response) {
            Some(line)
                if matches!(line.word, Word::Ok | Word::No | Word::Bad)
                    && line.tag.len() <= 20
                    && line.tag.iter().all(u8::is_ascii_alphanumeric) =>
            {
                Self::Tagged(line)
            }
            _ => Self::Stray,
        }
    }
}

/// Whether a whole response has a literal in it.
fn has_literal(response: &[u8]) -> bool {
    let first = memchr::memchr(b'\n', response).map_or(response.len(), |at| at + 1);
    first < response.len()
}

/// Whether a response can be read to its end. Behind a literal that was longer than it said there is text of anybody's.
fn is_whole(response: &[u8]) -> bool {
    let Some(mut lexer) = Lexer::untagged(response) else {
        return true;
    };
    while !lexer.rest().is_empty() {
        if lexer.value().is_none() {
            return false;
        }
    }
    true
}

/// Status responses have no literals: their last word may look like one.
fn is_status(response: &[u8]) -> bool {
    let Some(rest) = response.strip_prefix(b"* ") else {
        return true;
    };
    let word = rest
        .split(|octet| matches!(octet, b' ' | b'\r' | b'\n'))
        .next()
        .unwrap_or_default();
    [&b"OK"[..], b"NO", b"BAD", b"BYE", b"PREAUTH"]
        .iter()
        .any(|status| word.eq_ignore_ascii_case(status))
}

/// A response without what belongs to a message: anybody may have written the password there, and it is shown nowhere.
fn without_mail(response: &[u8]) -> &[u8] {
    let mut words = response.splitn(4, |octet| *octet == b' ');
    let is_fetch = words
        .nth(2)
        .is_some_and(|word| word.eq_ignore_ascii_case(b"FETCH"));
    let line = memchr::memchr(b'\n', response).filter(|_| is_fetch);
    line.and_then(|end| response.get(..end)).unwrap_or(response)
}

fn hostile(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the server sent {what}"),
    )
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let me = self.get_mut();
        loop {
            if !me.screened.is_empty() {
                let length = me.screened.len().min(buffer.remaining());
                buffer.put_slice(&me.screened.split_to(length));
                return Poll::Ready(Ok(()));
            }
            if let Some(response) = me.cut()? {
                me.screen(response)?;
                continue;
            }
            if !ready!(me.poll_fill(context))? {
                return Poll::Ready(if me.raw.is_empty() {
                    Ok(())
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                });
            }
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().keep_outgoing(octets);
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let me = self.get_mut();
        ready!(me.poll_drain(context))?;
        Pin::new(&mut me.inner).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let me = self.get_mut();
        ready!(me.poll_drain(context))?;
        Pin::new(&mut me.inner).poll_shutdown(context)
    }
}
