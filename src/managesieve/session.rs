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
use crate::{
    language::{Phrase, text},
    store::{ActError, Later, ListedScript, LookError},
};

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
/// What lists them.
const LISTSCRIPTS: &[u8] = b"LISTSCRIPTS\r\n";
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
    gone: Option<Phrase>,
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
            why: text::script_name_not_utf8(),
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
        listed_scripts(self.look(LISTSCRIPTS).await?)
    }

    /// The user's scripts, and the octets of those among them that probably run: asked for together, which saves a round trip
    /// where one of them does.
    pub async fn scripts_and_likely(
        &mut self,
    ) -> Result<(Vec<ListedScript>, BTreeMap<String, Vec<u8>>), LookError> {
        let likely = LIKELY.iter();
        let likely = likely.filter_map(|name| with_name("GETSCRIPT", name));
        let flight = std::iter::once(LISTSCRIPTS.to_vec()).chain(likely);
        let listed = self.look(&flight.collect::<Vec<_>>().concat()).await;
        let mut texts = BTreeMap::new();
        for name in LIKELY {
            // Each is answered, whatever became of the one before.
            if let Ok(answer) = self.heard().await
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
                    why: text::no_script_in_answer(),
                })?;
                Ok(Some(text))
            }
            Err(LookError::Refused { code, .. }) if is_nonexistent(code.as_deref()) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Asks whether the server would take a script; changes nothing.
    pub async fn check(&mut self, text: &[u8]) -> Result<(), LookError> {
        let text = literal(text);
        let command = [b"CHECKSCRIPT ".as_slice(), &text, b"\r\n"].concat();
        self.look(&command).await.map(|_| ())
    }

    /// Stores a script under a name; one that has that name is replaced.
    pub async fn put(&mut self, script: Upload<'_>) -> Result<(), ActError> {
        let (name, text) = (
            name(script.name).ok_or_else(bad_name)?,
            literal(script.text),
        );
        let command = [b"PUTSCRIPT ".as_slice(), &name, b" ", &text, b"\r\n"].concat();
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
        if self.gone.is_none()
            && let Err(why) = self.stream.send(command).await
        {
            self.gone = Some(why);
        }
        self.heard().await
    }

    /// What the server answers next.
    async fn heard(&mut self) -> Result<Answer, LookError> {
        let lost = |why: Phrase| LookError::Lost {
            why,
            later: Later::default(),
        };
        if let Some(why) = &self.gone {
            return Err(lost(why.clone()));
        }
        match self.answer().await {
            Ok(answer) if answer.ending == Ending::Ok => Ok(answer),
            Ok(Answer {
                ending: Ending::No,
                code,
                text,
                ..
            }) => Err(LookError::Refused {
                code,
                text: text.into(),
            }),
            Ok(Answer { text, code, .. }) => {
                let why = Phrase::from(&text);
                self.gone = Some(why.clone());
                Err(LookError::Lost {
                    later: Later::told(code.as_deref(), &text).unwrap_or_default(),
                    why,
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

    async fn answer(&mut self) -> Result<Answer, Phrase> {
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
        Err(text::answer_does_not_end())
    }
}

fn is_nonexistent(code: Option<&str>) -> bool {
    code.is_some_and(|code| code.eq_ignore_ascii_case("NONEXISTENT"))
}

fn bad_name() -> ActError {
    ActError::NotSent {
        why: text::bad_script_name(),
        later: Later::default(),
    }
}

/// A string that is sent at once, whatever it holds.
fn literal(octets: &[u8]) -> Vec<u8> {
    [format!("{{{}+}}\r\n", octets.len()).as_bytes(), octets].concat()
}

/// A script's name, which may hold anything but control characters (RFC 5804 §1.6).
fn name(name: &str) -> Option<Vec<u8>> {
    let is_bad = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    let is_good = !name.is_empty() && name.len() <= NAME && !name.contains(is_bad);
    is_good.then(|| literal(name.as_bytes()))
}

/// A command about one script.
fn with_name(verb: &str, script: &str) -> Option<Vec<u8>> {
    Some([verb.as_bytes(), b" ", &name(script)?, b"\r\n"].concat())
}
