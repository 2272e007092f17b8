//! Reads commands off a connection: lines up to a limit, and the literals in them.
//!
//! In: octets. Out: a [`Line`], or what is wrong with it. No more is held in memory than the limits allow.

use std::io;

use tokio::io::{
    AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, ReadHalf,
    WriteHalf,
};

use super::parse::{LITERAL, Line};

/// Longest command without its literals, as in Dovecot.
const LINE: usize = 64 << 10;
/// Longest literal, and longest sum of literals, of an APPEND.
const MESSAGE: usize = 32 << 20;
/// The same of all other commands.
const ARGUMENT: usize = 64 << 10;

/// What came.
pub(super) enum Came {
    /// A whole command.
    Line(Line),
    /// The connection is at its end.
    End,
    /// The line is skipped; its first words may hold a tag.
    TooLong(Vec<u8>),
    /// The connection cannot be understood any further.
    Hopeless(&'static str),
}

/// The two halves of a connection.
pub(super) struct Wire<S> {
    reader: BufReader<ReadHalf<S>>,
    writer: WriteHalf<S>,
}

impl<S: AsyncRead + AsyncWrite> Wire<S> {
    pub fn new(stream: S) -> Self {
        let (reader, writer) = tokio::io::split(stream);
        Self {
            reader: BufReader::new(reader),
            writer,
        }
    }

    pub async fn write(&mut self, octets: &[u8]) -> io::Result<()> {
        self.writer.write_all(octets).await?;
        self.writer.flush().await
    }

    /// Tells the other side that no more comes.
    pub async fn finish(&mut self) {
        let _ = self.writer.shutdown().await;
    }

    /// Reads one command; `may` says what the session allows.
    pub async fn command(&mut self, may: May) -> io::Result<Came> {
        let mut line = Line::default();
        let mut total = 0_usize;
        loop {
            let mut part = Vec::new();
            match self.line(LINE - line.text.len(), &mut part).await? {
                Ended::AtEnd => return Ok(Came::End),
                Ended::TooLong => {
                    line.text.extend(part.iter().take(64));
                    return Ok(Came::TooLong(line.text));
                }
                Ended::Whole => {}
            }
            if part.contains(&LITERAL) {
                // NUL is in no command; a server that takes it reads `a NUL b` as `a`.
                return Ok(Came::Hopeless("NUL in command"));
            }
            let Some((before, size, waits)) = announced(&part) else {
                line.text.extend(part);
                return Ok(Came::Line(line));
            };
            line.text.extend(before);
            let append = may.append && is_append(&line.text);
            let most = if append { MESSAGE } else { ARGUMENT };
            total = total.saturating_add(size);
            if total > most {
                return Ok(Came::Hopeless("Literal size too large"));
            }
            if waits {
                self.write(b"+ OK\r\n").await?;
            } else if !may.literal_plus {
                return Ok(Came::Hopeless("LITERAL+ is not offered"));
            }
            let mut literal = Vec::new();
            let read = (&mut self.reader)
                .take(size as u64)
                .read_to_end(&mut literal)
                .await?;
            if read < size {
                return Ok(Came::End);
            }
            line.text.push(LITERAL);
            line.literals.push(literal);
        }
    }

    /// The client's answer to a `+` of AUTHENTICATE.
    pub async fn answer(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut answer = Vec::new();
        let ended = self.line(LINE, &mut answer).await?;
        Ok(matches!(ended, Ended::Whole).then_some(answer))
    }

    async fn line(&mut self, most: usize, line: &mut Vec<u8>) -> io::Result<Ended> {
        let mut skipping = false;
        loop {
            let buffer = self.reader.fill_buf().await?;
            if buffer.is_empty() {
                return Ok(Ended::AtEnd);
            }
            let end = buffer.iter().position(|octet| *octet == b'\n');
            let used = end.map_or(buffer.len(), |end| end + 1);
            if let Some(part) = buffer.get(..used)
                && !skipping
            {
                line.extend_from_slice(part);
            }
            self.reader.consume(used);
            skipping = skipping || line.len() > most;
            if end.is_some() {
                break;
            }
        }
        while matches!(line.last(), Some(b'\r' | b'\n')) {
            line.pop();
        }
        Ok(if skipping {
            Ended::TooLong
        } else {
            Ended::Whole
        })
    }
}

/// What the session allows in a command.
#[derive(Debug, Clone, Copy)]
pub(super) struct May {
    /// Messages may be sent.
    pub append: bool,
    /// `{n+}` is understood.
    pub literal_plus: bool,
}

enum Ended {
    Whole,
    TooLong,
    AtEnd,
}

/// What comes before `{n}` or `{n+}` at the end of a line, n, and whether the client waits to be asked.
fn announced(line: &[u8]) -> Option<(&[u8], usize, bool)> {
    let inner = line.strip_suffix(b"}")?;
    let open = inner.iter().rposition(|octet| *octet == b'{')?;
    let (head, digits) = (inner.get(..open)?, inner.get(open + 1..)?);
    let (digits, waits) = match digits.strip_suffix(b"+") {
        Some(digits) => (digits, false),
        None => (digits, true),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // More digits than fit are more octets than fit.
    let size = std::str::from_utf8(digits).ok()?.parse();
    Some((head, size.unwrap_or(usize::MAX), waits))
}

fn is_append(text: &[u8]) -> bool {
    text.split(|octet| *octet == b' ')
        .nth(1)
        .is_some_and(|word| word.eq_ignore_ascii_case(b"APPEND"))
}
