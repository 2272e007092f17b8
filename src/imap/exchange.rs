//! The one loop that sends commands and waits for their answers.
//!
//! In: commands. Out: one [`Reply`] a command: OK, NO, BAD, BYE or lost, with its response code and all untagged data,
//! verbatim. An answer is never taken for another command's, nor a lost connection for an answer, and every wait has an
//! end.

use std::time::Duration;

use async_imap::{Connection, imap_proto::Response};
use bytes::Bytes;
use tokio::{
    io::AsyncWriteExt as _,
    time::{Instant, timeout},
};
use zeroize::Zeroizing;

use super::{
    command::Command,
    lexer::{Tagged, Word},
    wire::Wire,
};
use crate::store::Later;

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
    /// No answer: the connection broke, went silent, or sent what cannot be an answer.
    Lost,
}

/// What came back for one command.
#[derive(Debug, Clone)]
pub struct Reply {
    /// How it ended.
    pub ending: Ending,
    /// The response code of the tagged line, brackets taken off.
    pub code: Option<String>,
    /// The server's words, hostile; for a lost connection, why.
    pub text: String,
    /// Untagged responses, verbatim.
    pub data: Vec<Bytes>,
}

impl Reply {
    /// The reply to a command that got no answer, and why.
    pub fn lost(text: String) -> Self {
        Self {
            ending: Ending::Lost,
            code: None,
            text,
            data: Vec::new(),
        }
    }

    /// Whether the tagged answer was OK.
    pub fn is_ok(&self) -> bool {
        self.ending == Ending::Ok
    }

    /// Whether the connection is of no use any more.
    pub fn is_gone(&self) -> bool {
        matches!(self.ending, Ending::Bye | Ending::Lost)
    }

    /// When a refused command is to be sent again, where the server names a time.
    pub fn later(&self) -> Option<Later> {
        let is_refused = matches!(self.ending, Ending::No | Ending::Bad);
        Later::told(self.code.as_deref(), &self.text)
            .filter(|later| is_refused && later.after.is_some())
    }

    /// What the server's BYE says of another try; a connection that broke says nothing.
    pub fn parting(&self) -> Later {
        let told = Later::told(self.code.as_deref(), &self.text);
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

/// The longest that one answer may take while octets come, as a multiple of the patience: a server that sends an octet a
/// minute would otherwise be waited for without end.
const WAITS: u32 = 20;

/// Sends commands in one go and waits for all their answers; commands with literals go one at a time.
///
/// `patience` is how long a server may be silent. When one command is lost, so are those behind it.
pub async fn exchange(
    connection: &mut Connection<Wire>,
    tags: &mut u64,
    commands: &[Command],
    patience: Duration,
) -> Vec<Reply> {
    // What came unasked since the last command belongs to no command.
    drop(connection.get_mut().take_held());
    let mut waiting = Waiting::new(tags, commands);
    let why = match waiting.talk(connection, patience).await {
        Ok(()) => return waiting.replies,
        Err(why) => why,
    };
    if let Some(trace) = connection.get_mut().trace() {
        trace.remark("no answer");
    }
    let rest = connection.get_mut().take_held();
    let goodbye = rest
        .iter()
        .filter_map(|response| Tagged::parse(response))
        .find(|line| line.word == Word::Bye);
    let (ending, code, text) = match goodbye {
        Some(line) => (Ending::Bye, line.code, line.text),
        None => (Ending::Lost, None, why),
    };
    let lost = Reply {
        ending,
        code,
        text,
        data: rest,
    };
    let missing = commands.len().saturating_sub(waiting.replies.len());
    waiting.replies.extend(std::iter::repeat_n(lost, missing));
    waiting.replies
}

struct Waiting<'c> {
    /// Each command's tag.
    tags: Vec<String>,
    commands: &'c [Command],
    replies: Vec<Reply>,
}

impl<'c> Waiting<'c> {
    fn new(tags: &mut u64, commands: &'c [Command]) -> Self {
        let first = *tags + 1;
        *tags += commands.len() as u64;
        Self {
            tags: (first..=*tags)
                .map(|number| format!("R{number:04}"))
                .collect(),
            commands,
            replies: Vec::with_capacity(commands.len()),
        }
    }

    async fn talk(
        &mut self,
        connection: &mut Connection<Wire>,
        patience: Duration,
    ) -> Result<(), String> {
        let pipelined = self
            .commands
            .iter()
            .all(|command| command.parts().len() == 1);
        let mut next = 0;
        loop {
            let upto = if pipelined {
                self.commands.len()
            } else {
                next + 1
            };
            let now = || self.tags.iter().zip(self.commands).take(upto).skip(next);
            if let Some(trace) = connection.get_mut().trace() {
                now().for_each(|(tag, command)| trace.sent(tag, command));
            }
            let octets = lines(now());
            send(connection, &octets, patience).await?;
            next = upto;
            while self.replies.len() < upto {
                self.answer(connection, patience).await?;
            }
            if next >= self.commands.len() {
                return Ok(());
            }
        }
    }

    /// Waits for one tagged answer, feeding literals as the server asks for them.
    async fn answer(
        &mut self,
        connection: &mut Connection<Wire>,
        patience: Duration,
    ) -> Result<(), String> {
        let current = self.replies.len();
        let parts = self.commands.get(current).map_or(&[][..], Command::parts);
        let mut literals = parts.iter().skip(1);
        loop {
            let Some(tag) = wait(connection, patience).await? else {
                // Where no part is left to be sent, the `+` is ignored.
                if let Some(part) = literals.next() {
                    if let Some(trace) = connection.get_mut().trace() {
                        trace.sent_more();
                    }
                    let octets = joined(&[part.as_slice(), b"\r\n"]);
                    send(connection, &octets, patience).await?;
                }
                continue;
            };
            if self.tags.get(current) != Some(&tag) {
                return Err("the server answered a command that was not sent".to_owned());
            }
            let answer = connection.get_mut().take_answer(&tag);
            let Some((mut data, line)) =
                answer.and_then(|(data, line)| Some((data, Tagged::parse(&line)?)))
            else {
                return Err("the server's answer cannot be read".to_owned());
            };
            data.retain(|response| !response.starts_with(b"+"));
            self.replies.push(Reply {
                ending: match line.word {
                    Word::Ok => Ending::Ok,
                    Word::No => Ending::No,
                    _ => Ending::Bad,
                },
                code: line.code,
                text: line.text,
                data,
            });
            return Ok(());
        }
    }
}

/// The first line of each command.
fn lines<'c>(commands: impl Iterator<Item = (&'c String, &'c Command)>) -> Zeroizing<Vec<u8>> {
    let mut pieces: Vec<&[u8]> = Vec::new();
    for (tag, command) in commands {
        let line = command.parts().first();
        let line = line.map_or(&[][..], |part| part.as_slice());
        pieces.extend([tag.as_bytes(), b" ", line, b"\r\n"]);
    }
    joined(&pieces)
}

/// Pieces in a buffer that does not grow: there may be a secret in them, and growing would leave a copy of it behind.
fn joined(pieces: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let room = pieces.iter().map(|piece| piece.len()).sum();
    let mut octets = Zeroizing::new(Vec::with_capacity(room));
    for piece in pieces {
        octets.extend_from_slice(piece);
    }
    octets
}

async fn send(
    connection: &mut Connection<Wire>,
    octets: &[u8],
    patience: Duration,
) -> Result<(), String> {
    let wire = connection.get_mut();
    let work = async {
        wire.write_all(octets).await?;
        wire.flush().await
    };
    match timeout(patience, work).await {
        Err(_) => Err(silent(patience)),
        Ok(Err(error)) => Err(error.to_string()),
        Ok(Ok(())) => Ok(()),
    }
}

/// Waits for a tag, or for a `+` (none). While octets come, the server may take its time, but not for ever.
async fn wait(
    connection: &mut Connection<Wire>,
    patience: Duration,
) -> Result<Option<String>, String> {
    let give_up = Instant::now() + patience * WAITS;
    loop {
        let before = connection.get_ref().received();
        match timeout(patience, connection.read_response()).await {
            Err(_) if connection.get_ref().received() > before && Instant::now() < give_up => {}
            Err(_) => return Err(silent(patience)),
            Ok(Err(error)) => return Err(error.to_string()),
            Ok(Ok(None)) => return Err("the server closed the connection".to_owned()),
            Ok(Ok(Some(response))) => match response.parsed() {
                Response::Done { tag, .. } => return Ok(Some(tag.0.clone())),
                Response::Continue(_) => return Ok(None),
                _ => {}
            },
        }
    }
}

fn silent(patience: Duration) -> String {
    format!("the server said nothing for {} seconds", patience.as_secs())
}
