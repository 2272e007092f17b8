//! A session that is logged in: which scripts there are, their octets, and the commands that change them.
//!
//! In: names and octets. Out: typed answers, by the words of [`crate::store`]. Never: two commands at a time of which one
//! changes something; anything sent after the connection has failed.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    capabilities::Capabilities,
    line::{Ending, ServerLine},
    stream::Stream,
};
use crate::store::{ActError, Later, ListedScript, LookError};

/// Lines that one answer may have: a server that lets a user have more scripts than this is not listed whole.
const LINES: usize = 1_000;
/// The names that webmails and servers give to the script that runs.
const LIKELY: [&str; 6] = [
    "roundcube",
    "managesieve",
    "rainloop.user",
    "sogo",
    "main",
    "default",
];
/// Octets of a script's name: servers take 128 to 512.
const NAME: usize = 1_024;

/// A script that is sent.
#[derive(Debug, Clone, Copy)]
pub struct Upload<'a> {
    /// Under which name.
    pub name: &'a str,
    /// Its octets.
    pub text: &'a [u8],
}

/// A session that is logged in.
#[derive(Debug)]
pub struct ScriptSession {
    stream: Stream,
    /// What the server calls itself.
    pub implementation: String,
    /// The Sieve extensions that it knows, in lower case.
    pub extensions: BTreeSet<String>,
    /// Why nothing can be sent any more.
    gone: Option<String>,
}

/// An answer to its end.
struct Answer {
    data: Vec<(Vec<Vec<u8>>, bool)>,
    ending: Ending,
    code: Option<String>,
    text: String,
}

impl Answer {
    /// The script that it holds.
    fn into_text(self) -> Option<Vec<u8>> {
        let mut strings = self.data.into_iter().flat_map(|(strings, _)| strings);
        strings.next()
    }
}

fn listed_scripts(answer: Answer) -> Result<Vec<ListedScript>, LookError> {
    let scripts = answer.data.into_iter().map(|(strings, is_active)| {
        let name = strings.into_iter().next().unwrap_or_default();
        let name = String::from_utf8(name).map_err(|_| LookError::Protocol {
            why: "a script's name is not UTF-8".to_owned(),
        })?;
        Ok(ListedScript { name, is_active })
    });
    scripts.collect()
}

impl ScriptSession {
    pub(super) fn new(stream: Stream, capabilities: &Capabilities) -> Self {
        let implementation = capabilities.of("IMPLEMENTATION").unwrap_or_default();
        Self {
            stream,
            implementation: implementation.chars().take(200).collect(),
            extensions: capabilities.words("SIEVE"),
            gone: None,
        }
    }

    /// The user's scripts.
    pub async fn scripts(&mut self) -> Result<Vec<ListedScript>, LookError> {
        listed_scripts(self.look(b"LISTSCRIPTS\r\n").await?)
    }

    /// The user's scripts, and the octets of those among them that probably run: asked for together, which saves a round trip
    /// where one of them does.
    pub async fn scripts_and_likely(
        &mut self,
    ) -> Result<(Vec<ListedScript>, BTreeMap<String, Vec<u8>>), LookError> {
        let commands = LIKELY
            .iter()
            .filter_map(|name| with_name("GETSCRIPT", name));
        let commands: Vec<Vec<u8>> = commands.collect();
        let flight = [b"LISTSCRIPTS\r\n".as_slice()]
            .into_iter()
            .chain(commands.iter().map(Vec::as_slice));
        let flight: Vec<&[u8]> = flight.collect();
        let listed = self.look(&flight.concat()).await;
        let mut texts = BTreeMap::new();
        for name in LIKELY {
            // Each is answered, whatever became of the one before.
            if let Ok(answer) = self.look(b"").await
                && let Some(text) = answer.into_text()
            {
                texts.insert(name.to_owned(), text);
            }
        }
        Ok((listed_scripts(listed?)?, texts))
    }

    /// The octets of a script; none where there is no such script.
    pub async fn script(&mut self, name: &str) -> Result<Option<Vec<u8>>, LookError> {
        let Some(command) = with_name("GETSCRIPT", name) else {
            return Ok(None);
        };
        match self.look(&command).await {
            Ok(answer) => {
                let text = answer.into_text().ok_or_else(|| LookError::Protocol {
                    why: "GETSCRIPT was answered by no script".to_owned(),
                })?;
                Ok(Some(text))
            }
            Err(LookError::Refused { code, .. }) if is_nonexistent(code.as_deref()) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Asks whether the server would take a script; changes nothing.
    pub async fn check(&mut self, text: &[u8]) -> Result<(), LookError> {
        let mut command = format!("CHECKSCRIPT {{{}+}}\r\n", text.len()).into_bytes();
        command.extend_from_slice(text);
        command.extend_from_slice(b"\r\n");
        self.look(&command).await.map(|_| ())
    }

    /// Stores a script under a name; one that has that name is replaced.
    pub async fn put(&mut self, script: Upload<'_>) -> Result<(), ActError> {
        let mut command = with_name("PUTSCRIPT", script.name).ok_or_else(bad_name)?;
        command.truncate(command.len().saturating_sub(2));
        command.extend_from_slice(format!(" {{{}+}}\r\n", script.text.len()).as_bytes());
        command.extend_from_slice(script.text);
        command.extend_from_slice(b"\r\n");
        self.act(&command).await
    }

    /// Lets this script run, and no other.
    pub async fn activate(&mut self, name: &str) -> Result<(), ActError> {
        let command = with_name("SETACTIVE", name).ok_or_else(bad_name)?;
        self.act(&command).await
    }

    /// Says goodbye without waiting for an answer.
    pub async fn log_out(mut self) {
        if self.gone.is_none() {
            let _ = self.stream.send(b"LOGOUT\r\n").await;
        }
    }

    /// Whether something can be sent.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.gone.is_none()
    }

    async fn look(&mut self, command: &[u8]) -> Result<Answer, LookError> {
        let lost = |why: String| LookError::Lost {
            why,
            later: Later::default(),
        };
        if let Some(why) = &self.gone {
            return Err(lost(why.clone()));
        }
        let sent = self.stream.send(command).await;
        let answer = match sent {
            Ok(()) => self.answer().await,
            Err(why) => Err(why),
        };
        match answer {
            Ok(answer) if answer.ending == Ending::Ok => Ok(answer),
            Ok(Answer {
                ending: Ending::No,
                code,
                text,
                ..
            }) => Err(LookError::Refused { code, text }),
            Ok(Answer { text, code, .. }) => {
                self.gone = Some(text.clone());
                Err(LookError::Lost {
                    later: Later::told(code.as_deref(), &text).unwrap_or_default(),
                    why: text,
                })
            }
            Err(why) => {
                self.gone = Some(why.clone());
                Err(lost(why))
            }
        }
    }

    async fn act(&mut self, command: &[u8]) -> Result<(), ActError> {
        if let Some(why) = &self.gone {
            return Err(ActError::NotSent {
                why: why.clone(),
                later: Later::default(),
            });
        }
        self.look(command)
            .await
            .map(|_| ())
            .map_err(|error| match error {
                LookError::Refused { code, text } => ActError::Refused {
                    code,
                    text,
                    copy_uid: None,
                },
                LookError::Lost { why, later } => ActError::Unknown { why, later },
                LookError::Protocol { why } => ActError::Unknown {
                    why,
                    later: Later::default(),
                },
            })
    }

    async fn answer(&mut self) -> Result<Answer, String> {
        let mut data = Vec::new();
        for _ in 0..LINES {
            match self.stream.line().await? {
                ServerLine::Data { strings, is_active } => data.push((strings, is_active)),
                ServerLine::End { ending, code, text } => {
                    return Ok(Answer {
                        data,
                        ending,
                        code,
                        text,
                    });
                }
            }
        }
        Err("the server's answer does not end".to_owned())
    }
}

fn is_nonexistent(code: Option<&str>) -> bool {
    code.is_some_and(|code| code.eq_ignore_ascii_case("NONEXISTENT"))
}

fn bad_name() -> ActError {
    ActError::NotSent {
        why: "the script's name is too long, or holds control characters".to_owned(),
        later: Later::default(),
    }
}

/// A command about a script, whose name is sent as a literal: it may hold anything but control characters (RFC 5804 §1.6).
fn with_name(verb: &str, name: &str) -> Option<Vec<u8>> {
    let is_bad = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    if name.is_empty() || name.len() > NAME || name.contains(is_bad) {
        return None;
    }
    Some(format!("{verb} {{{}+}}\r\n{name}\r\n", name.len()).into_bytes())
}
