//! Why a step, or the whole run, does not go on; and the server's refusal, which means different things for different
//! commands.

use crate::{
    language::{Phrase, text},
    store::{CopyUid, Later, LookError},
};

/// Why a step, or the run, does not go on.
#[derive(Debug)]
pub(super) enum StopReason {
    /// A guard or the server's refusal ends this step; the others go on.
    Step(Phrase),
    /// The server has put a command off and not done it, as was seen: the step begins again, as a resume begins it.
    Later(Phrase),
    /// A command was sent and its outcome is not known: nothing more may be sent before that was found out.
    Unknown(Phrase),
    /// What is left cannot be done or found out by this run, over whatever connection.
    Stuck(Phrase),
    /// The connection is gone, though no command was under way; what the server has said of another try.
    Lost(Phrase, Later),
    /// The user wishes to stop.
    Stopped,
    /// The journal cannot be written.
    Journal(std::io::Error),
}

impl From<LookError> for StopReason {
    fn from(error: LookError) -> Self {
        match (error.passing(), error) {
            // Put off again and again. Nothing speaks against the step itself: a resume takes it up.
            (Some(later), error @ LookError::Refused { .. }) if later.after.is_some() => {
                Self::Lost(error.said(), later)
            }
            (_, error @ LookError::Refused { .. }) => Self::Step(error.said()),
            (_, LookError::Lost { why, later }) => Self::Lost(why, later),
            // Nothing that depends on this answer may be done, and the next answer may be as wrong.
            (_, LookError::Protocol { why }) => Self::Lost(text::no_sense(why), Later::default()),
        }
    }
}

impl StopReason {
    /// A look failed that was to prove what a command had done: the step is not over, a resume has to find out.
    pub fn unproven(error: impl Into<Self>) -> Self {
        match error.into() {
            Self::Step(why) => Self::Unknown(why),
            other => other,
        }
    }
}

/// A tagged NO or BAD, kept as data: what it means depends on the command.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    pub code: Option<String>,
    pub text: Phrase,
    pub copy_uid: Option<CopyUid>,
    /// The command is to be sent again, for the refusal may pass. That it was not done has to be seen, as of any other.
    pub put_off: bool,
}

/// Response codes of refusals that have nothing to do with the messages of a command (RFC 5530 §3, RFC 9051 §7.1).
const OF_THE_MAILBOX: [&str; 11] = [
    "OVERQUOTA",
    "LIMIT",
    "NOPERM",
    "TRYCREATE",
    "NONEXISTENT",
    "READ-ONLY",
    "AUTHORIZATIONFAILED",
    "AUTHENTICATIONFAILED",
    "EXPIRED",
    "PRIVACYREQUIRED",
    "CONTACTADMIN",
];

impl Refusal {
    pub fn has_code(&self, code: &str) -> bool {
        self.code.as_deref().is_some_and(|have| {
            have.split(' ')
                .next()
                .is_some_and(|word| word.eq_ignore_ascii_case(code))
        })
    }

    /// Whether it may be about one of the command's messages: nothing says that it is about something else.
    pub fn may_be_of_a_message(&self) -> bool {
        !OF_THE_MAILBOX.into_iter().any(|code| self.has_code(code))
    }

    /// Ends the step; one that was only put off begins it again.
    pub fn into_stop(self) -> StopReason {
        let why = text::server_refused(self.text);
        if self.put_off {
            StopReason::Later(why)
        } else {
            StopReason::Step(why)
        }
    }
}
