//! The one loop that sends commands and waits for their answers.
//!
//! In: commands. Out: one [`Reply`] a command: OK, NO, BAD, BYE or lost, with its response code and all untagged data,
//! verbatim. An answer is never taken for another command's, nor a lost connection for an answer; every wait has an end, and
//! so has what is kept of an answer.

use std::{io, time::Duration};

use async_imap::Connection;
use tokio::{
    io::AsyncWriteExt as _,
    time::{timeout, timeout_at},
};
use zeroize::Zeroizing;

use super::{
    command::Command,
    deadline::Deadline,
    flight::{Flight, Received, Taker},
    reply::{Ending, Reply},
    wire::Wire,
};
use crate::{
    language::{Phrase, text},
    model::io_error::in_words,
};

/// Why the rest of a flight has no answer.
struct Broken {
    ending: Ending,
    why: Phrase,
}

impl Broken {
    fn new(ending: Ending, why: Phrase) -> Self {
        Self { ending, why }
    }

    fn lost(error: &io::Error) -> Self {
        let ending = match error.kind() {
            io::ErrorKind::InvalidData => Ending::Senseless,
            _ => Ending::Lost,
        };
        Self::new(ending, in_words(error))
    }
}

/// Sends commands in one go and waits for all their answers, in whatever order they come; commands with literals go one at
/// a time.
///
/// `patience` is how long an answer may take ([`Deadline`]). What `taker` takes of the data is not in the replies.
pub async fn exchange(
    connection: &mut Connection<Wire>,
    tags: &mut u64,
    commands: &[Command],
    patience: Duration,
    taker: Taker<'_>,
) -> Vec<Reply> {
    // What came unasked since the last command belongs to no command.
    drop(connection.get_mut().take_held());
    let mut talk = Talk {
        flight: Flight::new(tags, commands),
        deadline: Deadline::new(patience, connection.get_ref().received()),
        taker,
        goes_on: false,
    };
    let Err(broken) = talk.all(connection, commands, patience).await else {
        return talk.flight.into_replies();
    };
    if let Some(trace) = connection.get_mut().trace() {
        trace.remark("no answer");
    }
    talk.flight.lost(&broken.ending, &broken.why)
}

/// How often something is sent and then waited for when these commands are exchanged.
pub fn flights_of(commands: &[Command]) -> u64 {
    if goes_together(commands) {
        1
    } else {
        commands.iter().map(|one| one.parts().len() as u64).sum()
    }
}

/// A command with literals waits for the server within itself.
fn goes_together(commands: &[Command]) -> bool {
    commands.iter().all(|command| command.parts().len() == 1)
}

/// Sends a command whose answer nobody waits for, and says that it was the last one (close_notify in TLS). It is on its way
/// when this returns, whatever becomes of this process.
pub async fn send_last(
    connection: &mut Connection<Wire>,
    tags: &mut u64,
    command: &Command,
    patience: Duration,
) {
    let flight = Flight::new(tags, std::slice::from_ref(command));
    let now: Vec<(String, &Command)> = flight.tags().zip([command]).collect();
    if let Some(trace) = connection.get_mut().trace() {
        for (tag, command) in &now {
            trace.sent(tag, command);
        }
    }
    if send(connection, &lines(&now), patience).await.is_ok() {
        let _ = timeout(patience, connection.get_mut().shutdown()).await;
    }
}

/// Waits until the server has closed the connection, but not for long, and closes it.
pub async fn close(connection: &mut Connection<Wire>, patience: Duration) {
    let closed = async {
        while let Ok(Some(_)) = connection.read_response().await {
            drop(connection.get_mut().take_held());
        }
    };
    let _ = timeout(patience, closed).await;
    let _ = timeout(patience, connection.get_mut().shutdown()).await;
}

struct Talk<'t> {
    flight: Flight,
    deadline: Deadline,
    taker: Taker<'t>,
    /// Whether the server asks for the next part of a command.
    goes_on: bool,
}

impl Talk<'_> {
    async fn all(
        &mut self,
        connection: &mut Connection<Wire>,
        commands: &[Command],
        patience: Duration,
    ) -> Result<(), Broken> {
        let together = if goes_together(commands) {
            commands.len()
        } else {
            1
        };
        let mut upto = 0;
        for some in commands.chunks(together.max(1)) {
            let tags = self.flight.tags().skip(upto);
            let now: Vec<(String, &Command)> = tags.zip(some).collect();
            if let Some(trace) = connection.get_mut().trace() {
                for (tag, command) in &now {
                    trace.sent(tag, command);
                }
            }
            send(connection, &lines(&now), patience).await?;
            self.deadline.answered(connection.get_ref().received());
            upto += some.len();
            let parts = match some {
                [one] => one.parts(),
                _ => &[],
            };
            let mut literals = parts.iter().skip(1);
            while !self.flight.is_answered(upto) {
                self.hear(connection).await?;
                // Where no part is left to be sent, the `+` is ignored.
                if std::mem::take(&mut self.goes_on)
                    && let Some(part) = literals.next()
                {
                    if let Some(trace) = connection.get_mut().trace() {
                        trace.sent_more();
                    }
                    let octets = joined(&[part.as_slice(), b"\r\n"]);
                    send(connection, &octets, patience).await?;
                    self.deadline.answered(connection.get_ref().received());
                }
            }
        }
        Ok(())
    }

    /// Waits until something has come, and takes it in.
    async fn hear(&mut self, connection: &mut Connection<Wire>) -> Result<(), Broken> {
        let until = self.deadline.until(connection.get_ref().received());
        let came = timeout_at(until, connection.read_response()).await;
        let received = connection.get_ref().received();
        for response in connection.get_mut().take_held() {
            let octets = response.len();
            match self.flight.take(response, self.taker) {
                Received::Data => {}
                Received::AtWork => self.deadline.is_at_work(),
                Received::Answer => self.deadline.answered(received),
                Received::Goodbye => self.deadline.said_goodbye(),
                Received::GoOn => {
                    self.goes_on = true;
                    self.deadline.wasted(octets);
                }
                Received::Nothing => self.deadline.wasted(octets),
                Received::TooMuch => {
                    let why = text::more_than_one_answer();
                    return Err(Broken::new(Ending::Senseless, why));
                }
                Received::Disorder => {
                    let why = text::answered_what_did_not_wait();
                    return Err(Broken::new(Ending::Disorder, why));
                }
            }
        }
        match came {
            Ok(Ok(Some(_))) => Ok(()),
            Ok(Ok(None)) => Err(Broken::new(Ending::Lost, text::server_closed())),
            Ok(Err(error)) => Err(Broken::lost(&error)),
            // What came meanwhile may have given the answer more time.
            Err(_) if self.deadline.until(received) > until => Ok(()),
            Err(_) => Err(Broken::new(Ending::Silent, self.deadline.why(received))),
        }
    }
}

/// The first line of each command.
fn lines(commands: &[(String, &Command)]) -> Zeroizing<Vec<u8>> {
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
) -> Result<(), Broken> {
    let wire = connection.get_mut();
    let work = async {
        wire.write_all(octets).await?;
        wire.flush().await
    };
    match timeout(patience, work).await {
        Err(_) => Err(Broken::new(
            Ending::Silent,
            text::server_took_nothing_for(text::seconds(patience.as_secs())),
        )),
        Ok(Err(error)) => Err(Broken::lost(&error)),
        Ok(Ok(())) => Ok(()),
    }
}
