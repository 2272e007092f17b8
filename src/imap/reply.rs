//! What came back for one command: how it ended, and what was said meanwhile.
//!
//! A lost connection is never an answer, and an answer is never another command's.

use bytes::Bytes;

use super::{
    lexer::{Tagged, Word},
    read,
};
use crate::{
    language::Phrase,
    store::{Later, Opened},
};

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Tagged OK.
    Ok,
    /// Tagged NO.
    No,
    /// Tagged BAD.
    Bad,
    /// The server said goodbye before it answered.
    Bye,
    /// No answer: the connection broke.
    Lost,
    /// No answer: more came, or something else, than an answer can be.
    Senseless,
    /// No answer in the time that it may take.
    Silent,
    /// No answer: the server answered a command that was not waiting, so nobody knows what its answers belong to.
    Disorder,
}

/// What came back for one command.
#[derive(Debug, Clone)]
pub struct Reply {
    /// How it ended.
    pub ending: Ending,
    /// The command's tag; empty where nothing was sent.
    pub tag: String,
    /// The response code of the tagged line, brackets taken off.
    pub code: Option<String>,
    /// The server's words, hostile; for a lost connection, why.
    pub text: Phrase,
    /// How much of the data had come when the command was answered.
    pub told: usize,
    /// Untagged responses, verbatim. What tells of an opened mailbox belongs to no command of its own (RFC 9051 §5.5): it
    /// stands all with the command that opened the mailbox, or with the first one of the flight.
    pub data: Vec<Bytes>,
}

impl Reply {
    /// The reply to a command that got no answer, and why.
    pub fn lost(text: Phrase) -> Self {
        Self {
            ending: Ending::Lost,
            tag: String::new(),
            code: None,
            text,
            told: 0,
            data: Vec::new(),
        }
    }

    /// What was said of a mailbox as it was opened: what came after that has happened since. All of it, where a server answers
    /// before it tells.
    pub fn opened(&self, writes: bool) -> Option<Opened> {
        let opening = self.data.get(..self.told).unwrap_or_default();
        let code = self.code.as_deref();
        let opened = read::opened(opening, code, writes, None);
        opened.or_else(|| read::opened(&self.data, code, writes, None))
    }

    /// The same of a mailbox that holds so many messages, which was not said.
    pub fn opened_holding(&self, writes: bool, held: u32) -> Option<Opened> {
        read::opened(&self.data, self.code.as_deref(), writes, Some(held))
    }

    /// The UIDVALIDITY that was said as a mailbox was opened.
    pub fn validity(&self) -> Option<u32> {
        let counted = self.opened(false);
        let opened = counted.or_else(|| self.opened_holding(false, 0));
        opened.and_then(|opened| opened.uid_validity)
    }

    /// Whether the tagged answer was OK.
    pub fn is_ok(&self) -> bool {
        self.ending == Ending::Ok
    }

    /// Whether the connection is of no use any more.
    pub fn is_gone(&self) -> bool {
        !matches!(self.ending, Ending::Ok | Ending::No | Ending::Bad)
    }

    /// Whether the server said goodbye, in its place or beside an answer.
    pub fn says_goodbye(&self) -> bool {
        self.ending == Ending::Bye || self.data.iter().any(|response| is_goodbye(response))
    }

    /// Whether a refusal may pass by itself, and when.
    pub fn passing(&self) -> Option<Later> {
        let is_refused = matches!(self.ending, Ending::No | Ending::Bad);
        let told = || Later::told(self.code.as_deref(), self.text.english());
        is_refused.then(told).flatten()
    }

    /// When a refused command is to be sent again, where the server names a time.
    pub fn later(&self) -> Option<Later> {
        self.passing().filter(|later| later.after.is_some())
    }

    /// What the server's BYE says of another try; a connection that broke says nothing.
    pub fn parting(&self) -> Later {
        let told = Later::told(self.code.as_deref(), self.text.english());
        told.filter(|_| self.ending == Ending::Bye)
            .unwrap_or_default()
    }

    /// The codes of untagged status responses, then the tagged one's.
    pub fn codes(&self) -> impl Iterator<Item = String> {
        let untagged = self
            .data
            .iter()
            .filter_map(|response| Tagged::parse(response))
            .filter_map(|line| line.code);
        untagged.chain(self.code.clone())
    }
}

/// Whether it is an untagged BYE.
pub fn is_goodbye(response: &[u8]) -> bool {
    let head = response.get(..5).unwrap_or_default();
    head.eq_ignore_ascii_case(b"* BYE")
        && Tagged::parse(response).is_some_and(|line| line.word == Word::Bye)
}
