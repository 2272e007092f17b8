//! What went wrong, for people and scripts: a kind, a message, a hint, and the exit status that follows.
//!
//! In: the errors of every room. Out: [`Failure`]. It is the only form in which the command line reports an error, so
//! nothing is worded in two ways.

use super::{exit_status::ExitStatus, next_command::carried};
use crate::{
    apply::{ApplyError, Stale},
    clients::ChoiceError,
    config::ConfigError,
    fleet::{Retry, RetryScope},
    imap::{ConnectError, ConnectErrorKind},
    judge::JudgeError,
    language::{Language, Phrase, text},
    mapping::file::TableError,
    model::error_kind::ErrorKind,
    report::{json::ErrorForm, text::safe},
    store::{Later, LookError},
};

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The error kind of the JSON contract.
    pub kind: ErrorKind,
    /// "cannot …", as it came; it is made safe where it is shown.
    pub message: Phrase,
    /// What the user can try; it is shown on a line of its own.
    pub hint: Option<Phrase>,
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
    pub fn of(kind: ErrorKind, message: impl Into<Phrase>) -> Self {
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
    pub fn config(message: impl Into<Phrase>) -> Self {
        Self::of(ErrorKind::Config, message)
    }

    /// What the user typed does not fit this account.
    pub fn misfit(message: impl Into<Phrase>) -> Self {
        Self {
            is_misfit: true,
            ..Self::config(message)
        }
    }

    /// The user has asked to stop.
    pub fn interrupted(message: impl Into<Phrase>) -> Self {
        Self::of(ErrorKind::Interrupted, message)
    }

    /// A bug in rolecall.
    pub fn bug(message: impl Into<Phrase>) -> Self {
        Self::of(ErrorKind::Bug, message).hint(text::try_report())
    }

    /// The same failure with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Phrase>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The text for people: the message, and the hint on a line of its own. `account` is put in front of the message.
    #[must_use]
    pub fn text(&self, account: Option<&str>, language: Language) -> String {
        // The faults of a file come with lines of its text. Only the line ends were put there by rolecall.
        let lines = |said: &str| said.lines().map(safe).collect::<Vec<_>>().join("\n");
        let message = self.message.map(lines);
        let message = match account {
            Some(account) => text::about_account(account, message),
            None => message,
        };
        let error = text::error_line(message);
        let hint = self
            .hint
            .as_ref()
            .map(|hint| text::hint_line(hint.map(safe)));
        let mut told = error.say(language).to_owned() + "\n";
        if let Some(hint) = hint {
            told = told + hint.say(language) + "\n";
        }
        told
    }

    /// The form for JSON.
    #[must_use]
    pub fn as_error(&self) -> ErrorForm<'_> {
        ErrorForm {
            kind: self.kind,
            message: self.message.english(),
            hint: self.hint.as_ref().map(Phrase::english),
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
            ..Self::config(text::cannot(error.message))
        }
    }
}

impl From<TableError> for Failure {
    fn from(error: TableError) -> Self {
        Self::config(text::cannot(error.said())).hint(text::try_mappings_check())
    }
}

impl From<ChoiceError> for Failure {
    fn from(error: ChoiceError) -> Self {
        let cannot = |what: Phrase| Self::config(text::cannot(what));
        match error {
            // What is no slip of a client's name could be a secret in the wrong place, so it is not repeated.
            ChoiceError::Client(error) => match error.nearest.as_slice() {
                [] => cannot(text::find_unnamed_client())
                    .hint(text::try_list_clients(error.known.to_string())),
                [only] => {
                    cannot(text::find_client(&error.typed)).hint(text::did_you_mean_client(only))
                }
                several => cannot(text::find_client(&error.typed))
                    .hint(text::did_you_mean_one_client(several.join(", "))),
            },
            ChoiceError::NoLanguage(_) => {
                cannot(text::take_for_language()).hint(text::try_client_tag())
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
            ErrorKind::Protocol => text::try_trace(),
            _ => text::try_again_nothing_changed(),
        };
        Self {
            retry: error.passing().map(of_account),
            ..Self::of(kind, text::cannot(text::list_mailboxes_since(error.said())))
        }
        .hint(hint)
    }
}

impl From<JudgeError> for Failure {
    fn from(error: JudgeError) -> Self {
        let failure = Self::misfit(text::cannot(error.said()));
        match error {
            JudgeError::Hint(_) => failure.hint(text::try_audit_verbose()),
            JudgeError::Missing(missing) if missing.near.is_empty() => {
                failure.hint(text::try_make_target(text::try_audit_verbose()))
            }
            JudgeError::Missing(missing) => {
                let near = Phrase::or(missing.near.iter().map(text::quoted));
                failure.hint(text::did_you_mean_or_make(near))
            }
            JudgeError::Taken { .. } => failure.hint(text::try_role_option()),
            JudgeError::Controls => failure.hint(text::try_visible_letters()),
        }
    }
}

impl From<ApplyError> for Failure {
    fn from(error: ApplyError) -> Self {
        Self {
            hint: Some(error.hint()),
            retry: error.passing().map(of_account),
            ..Self::of(error.kind(), text::cannot(error.said()))
        }
    }
}

impl From<Stale> for Failure {
    fn from(error: Stale) -> Self {
        let (kind, hint) = match error.unfinished {
            // The bare command takes what did not come to its end; this one also what has turned up after it.
            Some(run) => {
                let resume = format!("rolecall resume{} {run}", carried().reach);
                (ErrorKind::Locked, text::try_resume(resume))
            }
            None => (ErrorKind::Stale, text::try_plan_again()),
        };
        Self::of(kind, text::cannot(text::apply_plan_since(error.why))).hint(hint)
    }
}

#[cfg(test)]
#[path = "failure_tests.rs"]
mod tests;
