//! Traces: what sessions say and hear, safe to attach to a bug report.
//!
//! In: commands and responses, as `wire` and `exchange` send and read them. Out: lines of text to a sink that the caller has
//! opened. Never: a secret; the text or header of a message; the name of a mailbox, user or host, unless names are to be
//! shown; a failure of the run, whatever becomes of the sink.
//!
//! The first line says when the trace began. Each other line has the number of the session, the milliseconds since that
//! session began, a mark (`>` sent, `<` received, `-` a remark) and the words:
//!
//! ```text
//! 1 0 - session at +3ms: ~1 port 993, user ~2
//! 1 84 > R1796007040123458 STATUS "~3/~4" (MESSAGES UIDNEXT UIDVALIDITY)
//! 1 97 < * STATUS "~3/~4" (MESSAGES 12 UIDNEXT 40 UIDVALIDITY 7)
//! 1 97 < R1796007040123458 OK …(23 octets)
//! ```

mod line;
mod names;
mod render;
#[cfg(test)]
mod tests;
mod values;
mod words;

use std::{
    fmt,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::time::Instant;

use super::command::Command;
use crate::model::server_traits::ServerTraits;
use names::Names;
use render::Render;

/// Whether a trace shows names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TraceNames {
    /// Mailboxes, users and hosts are shown by tokens.
    Hidden,
    /// They are shown as they are.
    Shown,
}

/// A trace of any number of sessions, shared by all of them.
#[derive(Clone)]
pub struct Trace {
    shared: Arc<Mutex<Shared>>,
    began: Instant,
}

struct Shared {
    /// None once it has failed.
    sink: Option<Box<dyn Write + Send>>,
    names: Names,
    sessions: u64,
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trace(…)")
    }
}

impl Trace {
    /// What every trace begins with.
    pub const BEGINNING: &[u8] = b"rolecall trace, ";

    /// Begins a trace. `now` is the time, RFC 3339. The sink is flushed after each line.
    ///
    /// Fails where the first line cannot be written; later failures end the trace and nothing else.
    pub fn new(mut sink: Box<dyn Write + Send>, names: TraceNames, now: &str) -> io::Result<Self> {
        let are_shown = names == TraceNames::Shown;
        let what = if are_shown {
            "names shown"
        } else {
            "names hidden"
        };
        writeln!(sink, "rolecall trace, format 1, began {now}, {what}")?;
        sink.flush()?;
        Ok(Self {
            shared: Arc::new(Mutex::new(Shared {
                sink: Some(sink),
                names: Names::new(are_shown),
                sessions: 0,
            })),
            began: Instant::now(),
        })
    }

    /// Begins a session with a host, for a user.
    pub(super) fn session(&self, host: &str, port: u16, user: &str) -> SessionTrace {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.sessions += 1;
        let (number, began) = (shared.sessions, Instant::now());
        let (host, user) = (host.to_ascii_lowercase(), user.as_bytes());
        let (host, user) = (shared.names.name(host.as_bytes()), shared.names.name(user));
        let since = began.duration_since(self.began).as_millis();
        drop(shared);
        let session = SessionTrace {
            trace: self.clone(),
            number,
            began,
            delimiter: None,
        };
        session.write('-', |_| {
            format!("session at +{since}ms: {host} port {port}, user {user}")
        });
        session
    }
}

/// The trace of one session.
#[derive(Debug)]
pub struct SessionTrace {
    trace: Trace,
    number: u64,
    began: Instant,
    /// The hierarchy delimiter, once the server has shown one.
    delimiter: Option<u8>,
}

impl SessionTrace {
    /// Says what happened, in words that nobody else has a part in.
    pub(super) fn remark(&self, words: &'static str) {
        self.write('-', |_| words.to_owned());
    }

    /// What is special about the server: values of this program's, none of the server's.
    pub(super) fn traits(&self, traits: &ServerTraits) {
        self.write('-', |_| format!("{traits:?}"));
    }

    /// A command that is being sent.
    pub(super) fn sent(&mut self, tag: &str, command: &Command) {
        let mut delimiter = self.delimiter;
        self.write('>', |names| {
            Render::new(names, &mut delimiter).command(tag, command)
        });
    }

    /// What is sent of a command after the server has asked for it. It has been shown with the command, or is a secret,
    /// whose length is nobody's business.
    pub(super) fn sent_more(&self) {
        self.write('>', |_| "…".to_owned());
    }

    /// A response that has been received.
    pub(super) fn received(&mut self, response: &[u8]) {
        let mut delimiter = self.delimiter;
        self.write('<', |names| {
            Render::new(names, &mut delimiter).response(response)
        });
        self.delimiter = delimiter;
    }

    /// What no response could be made of.
    pub(super) fn received_unread(&self, octets: usize) {
        self.write('<', |_| format!("?(no response, {octets} octets)"));
    }

    fn write(&self, mark: char, words: impl FnOnce(&mut Names) -> String) {
        let shared = &self.trace.shared;
        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let Shared { sink, names, .. } = &mut *shared;
        let Some(open) = sink else { return };
        let time = self.began.elapsed().as_millis();
        let line = format!("{} {time} {mark} {}\n", self.number, words(names));
        if open
            .write_all(line.as_bytes())
            .and_then(|()| open.flush())
            .is_err()
        {
            *sink = None;
        }
    }
}
