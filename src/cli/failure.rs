//! What went wrong, for people and scripts: a kind, a message, a hint, and the exit status that follows.
//!
//! In: the errors of every room. Out: [`Failure`]. It is the only form in which the command line reports an error, so
//! nothing is worded in two ways.

use super::exit_status::ExitStatus;
use crate::{
    apply::{ApplyError, Stale},
    clients::ChoiceError,
    config::ConfigError,
    fleet::{Retry, RetryScope},
    imap::{ConnectError, ConnectErrorKind},
    judge::JudgeError,
    mapping::{fault, file::TableError},
    model::{error_kind::ErrorKind, io_error::in_words},
    report::{json::ErrorForm, text::safe},
    store::{Later, LookError},
};

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The error kind of the JSON contract.
    pub kind: ErrorKind,
    /// "cannot …", as it came; it is made safe where it is shown.
    pub message: String,
    /// What the user can try; it is shown on a line of its own.
    pub hint: Option<String>,
    /// Whether and when another attempt may succeed.
    pub retry: Option<Retry>,
    /// Whether the server refused the password or token itself, or did not answer to it.
    pub login_refused: bool,
    /// Whether what the user typed does not fit the account, which only a look at the account can show. It is more than a
    /// mistake of usage, since something was sent.
    pub is_misfit: bool,
}

impl Failure {
    /// A failure of this kind that no other attempt mends.
    pub fn of(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hint: None,
            retry: None,
            login_refused: false,
            is_misfit: false,
        }
    }

    /// A mistake of usage or configuration.
    pub fn config(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::Config, message)
    }

    /// What the user typed does not fit this account.
    pub fn misfit(message: impl Into<String>) -> Self {
        Self {
            is_misfit: true,
            ..Self::config(message)
        }
    }

    /// The user has asked to stop.
    pub fn interrupted(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::Interrupted, message)
    }

    /// A bug in rolecall.
    pub fn bug(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::Bug, message).hint("please report this")
    }

    /// The same failure with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The text for people: the message, and the hint on a line of its own. `account` is put in front of the message.
    #[must_use]
    pub fn text(&self, account: &str) -> String {
        // The faults of a file come with lines of its text. Only the line ends were put there by rolecall.
        let lines: Vec<String> = self.message.lines().map(safe).collect();
        let hint = self.hint.as_ref();
        let hint = hint.map_or_else(String::new, |hint| format!("hint: {}\n", safe(hint)));
        format!("error: {account}{}\n{hint}", lines.join("\n"))
    }

    /// The form for JSON.
    #[must_use]
    pub fn as_error(&self) -> ErrorForm<'_> {
        ErrorForm {
            kind: self.kind,
            message: &self.message,
            hint: self.hint.as_deref(),
        }
    }

    /// The exit status that follows.
    #[must_use]
    pub fn status(&self) -> ExitStatus {
        match self.kind {
            ErrorKind::Config if !self.is_misfit => ExitStatus::Usage,
            ErrorKind::Interrupted => ExitStatus::Interrupted,
            ErrorKind::Unknown => ExitStatus::Unknown,
            ErrorKind::Bug => ExitStatus::Bug,
            _ => ExitStatus::Failed,
        }
    }
}

/// Another attempt at an account that was reached.
fn of_account(later: Later) -> Retry {
    Retry {
        after: later.after,
        scope: RetryScope::Account,
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self {
            hint: error.hint,
            ..Self::config(format!("cannot {}", error.message))
        }
    }
}

impl From<TableError> for Failure {
    fn from(error: TableError) -> Self {
        let why = match &error {
            TableError::Faults(faults) => {
                format!("use the mapping:\n{}", fault::with_lines(faults))
            }
            TableError::Io { source, .. } => format!("{error}: {}", in_words(source)),
            other => other.to_string(),
        };
        Self::config(format!("cannot {why}"))
            .hint("`rolecall mappings check FILE` reads a table and says all that is wrong in it")
    }
}

impl From<ChoiceError> for Failure {
    fn from(error: ChoiceError) -> Self {
        // What is no slip of a client's name could be a secret in the wrong place, so it is not repeated.
        let failure = match &error {
            ChoiceError::Client(unknown) if unknown.nearest.is_empty() => {
                Self::config("cannot find the client that you named")
            }
            ChoiceError::NoLanguage(_) => Self::config("cannot take what you named for a language"),
            ChoiceError::Client(_) => Self::config(format!("cannot {error}")),
        };
        match error {
            ChoiceError::Client(error) => failure.hint(match error.nearest.as_slice() {
                [] => format!("`rolecall clients` lists the {} known ones", error.known),
                [only] => format!("did you mean {only}? `rolecall clients` lists all"),
                several => format!(
                    "did you mean one of {}? `rolecall clients` lists all",
                    several.join(", ")
                ),
            }),
            ChoiceError::NoLanguage(_) => {
                failure.hint("write a tag such as fr or pt-BR: --client outlook-2016:fr")
            }
        }
    }
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        let is_unanswered =
            error.kind == ConnectErrorKind::Network && error.passing.is_none() && !error.of_host;
        let kind = match error.kind {
            ConnectErrorKind::Config => ErrorKind::Config,
            ConnectErrorKind::Network => ErrorKind::Network,
            ConnectErrorKind::Tls | ConnectErrorKind::NotTls => ErrorKind::Tls,
            ConnectErrorKind::Protocol => ErrorKind::Protocol,
            ConnectErrorKind::Login
            | ConnectErrorKind::Authorization
            | ConnectErrorKind::Mechanism => ErrorKind::Login,
            ConnectErrorKind::Limit => ErrorKind::Limit,
        };
        Self {
            hint: error.hint,
            retry: error.passing.map(|later| Retry {
                after: later.after,
                scope: match error.kind {
                    _ if error.of_host => RetryScope::Host,
                    ConnectErrorKind::Limit if later.after.is_none() => RetryScope::Unstated,
                    _ => RetryScope::Account,
                },
            }),
            login_refused: error.kind == ConnectErrorKind::Login || is_unanswered,
            ..Self::of(kind, error.message)
        }
    }
}

impl From<LookError> for Failure {
    fn from(error: LookError) -> Self {
        let kind = match &error {
            LookError::Refused { .. } if error.passing().is_some() => ErrorKind::Limit,
            LookError::Refused { .. } => ErrorKind::Refused,
            LookError::Lost { .. } => ErrorKind::Network,
            LookError::Protocol { .. } => ErrorKind::Protocol,
        };
        let hint = match kind {
            ErrorKind::Protocol => {
                "nothing was changed; --trace FILE writes down what the server said"
            }
            _ => "nothing was changed; try again",
        };
        Self {
            retry: error.passing().map(of_account),
            ..Self::of(kind, format!("cannot list the mailboxes: {error}"))
        }
        .hint(hint)
    }
}

const LISTS_THEM: &str = "`rolecall audit -v ACCOUNT` lists every mailbox with its name";

impl From<JudgeError> for Failure {
    fn from(error: JudgeError) -> Self {
        let failure = Self::misfit(format!("cannot {error}"));
        match error {
            JudgeError::Hint(_) => failure.hint(LISTS_THEM),
            JudgeError::Missing(missing) if missing.near.is_empty() => {
                failure.hint(format!("--make-target makes it; {LISTS_THEM}"))
            }
            JudgeError::Missing(missing) => {
                let near = missing.near.iter().map(|name| format!("\"{name}\""));
                let near = near.collect::<Vec<_>>().join(" or ");
                failure.hint(format!(
                    "did you mean {near}? --make-target makes a new mailbox"
                ))
            }
            JudgeError::Taken { .. } => failure
                .hint("--role MAILBOX=ROLE says that a mailbox has another role than it seems"),
            JudgeError::Controls => failure.hint("type a name of letters that can be seen"),
        }
    }
}

impl From<ApplyError> for Failure {
    fn from(error: ApplyError) -> Self {
        Self {
            hint: Some(error.hint()),
            retry: error.passing().map(of_account),
            ..Self::of(error.kind(), format!("cannot {error}"))
        }
    }
}

impl From<Stale> for Failure {
    fn from(error: Stale) -> Self {
        let (kind, hint) = if error.unfinished {
            (
                ErrorKind::Locked,
                "run `rolecall resume` first; `rolecall runs` shows what was interrupted",
            )
        } else {
            (ErrorKind::Stale, "make the plan again")
        };
        Self::of(kind, format!("cannot apply the plan: {error}")).hint(hint)
    }
}

#[cfg(test)]
#[path = "failure_tests.rs"]
mod tests;
