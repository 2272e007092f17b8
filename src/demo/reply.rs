//! The end of a reply: the tagged line, and whether changes by other sessions are told with it.
//!
//! In: how a command ended. Out: a tagged line, or the last line of a connection.

use super::outcome::{Code, Refusal};

/// What a tagged line says: OK with this text, or not.
pub(super) type Reply = Result<String, Fault>;

/// A command that is not answered with OK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    No(Refusal),
    Bad(String),
    /// Tagged BAD that names the command.
    Wrong(String),
    /// Untagged, and the end of the connection.
    Bye(String),
}

impl Fault {
    pub fn bad(text: &str) -> Self {
        Self::Bad(text.to_owned())
    }

    pub fn wrong(text: &str) -> Self {
        Self::Wrong(text.to_owned())
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::No(refusal)
    }
}

/// Whether a session is told of others' doings with this reply: Dovecot does so with commands on messages, with NOOP,
/// CHECK and APPEND, but not with STATUS, LIST and the like, nor when it could not begin.
pub(super) fn tells(command: &str, reply: &Reply) -> bool {
    let looks = matches!(
        command.strip_prefix("UID ").unwrap_or(command),
        "NOOP"
            | "CHECK"
            | "FETCH"
            | "SEARCH"
            | "STORE"
            | "COPY"
            | "MOVE"
            | "EXPUNGE"
            | "APPEND"
            | "CLOSE"
    );
    let began = match reply {
        Ok(_) => true,
        Err(Fault::No(refusal)) => {
            command == "CLOSE"
                || refusal.moved.is_some()
                || matches!(
                    refusal.code,
                    Some(Code::ExpungeIssued | Code::OverQuota | Code::Limit)
                )
        }
        Err(_) => false,
    };
    looks && began
}

/// Writes the tagged line; false when the connection ends with it.
pub(super) fn conclude(
    tag: &str,
    command: &str,
    reply: Reply,
    codes: &[Code],
    out: &mut Vec<u8>,
) -> bool {
    let line = match reply {
        Ok(text) => format!("{tag} OK {text}\r\n"),
        Err(Fault::No(refusal)) => {
            let code = refusal
                .code
                .filter(|code| codes.contains(code) || *code == Code::TryCreate)
                .map(|code| format!("[{}] ", code.word()))
                .unwrap_or_default();
            format!("{tag} NO {code}{}\r\n", refusal.text)
        }
        Err(Fault::Bad(text)) => format!("{tag} BAD {text}\r\n"),
        Err(Fault::Wrong(text)) => {
            let name = command.escape_default();
            format!("{tag} BAD Error in IMAP command {name}: {text}\r\n")
        }
        Err(Fault::Bye(text)) => {
            out.extend_from_slice(format!("* BYE {text}\r\n").as_bytes());
            return false;
        }
    };
    out.extend_from_slice(line.as_bytes());
    true
}
