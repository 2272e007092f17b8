//! What went wrong, for people and scripts: a kind, a message, a hint, and the exit status that follows.
//!
//! In: the errors of every room. Out: [`Failure`], [`Status`]. Never: two ways to say one thing.

use crate::{
    apply::{ApplyError, Stale},
    config::ConfigError,
    fleet::{Again, Whose},
    imap::{ConnectError, ConnectErrorKind},
    judge::JudgeError,
    report::{json::ErrorForm, text::safe},
    store::{Later, LookError},
};

/// The exit status of the process (contract).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    /// Nothing to do, or all done.
    #[default]
    Done,
    /// Findings, a plan pending, or declined at the prompt.
    Found,
    /// Usage or configuration: nothing was sent.
    Usage,
    /// At least one account failed.
    Failed,
    /// An outcome is unknown: `rolecall resume` finds out.
    Unknown,
    /// A bug in rolecall.
    Bug,
    /// Interrupted.
    Interrupted,
}

impl Status {
    /// Every status, the most serious first: of many accounts the first of these wins.
    pub const BY_WEIGHT: [Self; 7] = [
        Self::Bug,
        Self::Interrupted,
        Self::Unknown,
        Self::Failed,
        Self::Usage,
        Self::Found,
        Self::Done,
    ];

    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Found => 1,
            Self::Usage => 2,
            Self::Failed => 3,
            Self::Unknown => 4,
            Self::Bug => 70,
            Self::Interrupted => 130,
        }
    }

    /// What it means.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Done => "nothing to do, or all done",
            Self::Found => "findings (audit), a plan pending (dry run), or declined at the prompt",
            Self::Usage => "usage or configuration: nothing was sent",
            Self::Failed => "at least one account failed",
            Self::Unknown => "an outcome is unknown: run `rolecall resume`",
            Self::Bug => "a bug in rolecall",
            Self::Interrupted => "interrupted",
        }
    }

    /// The more serious of two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let weight = |status| Self::BY_WEIGHT.iter().position(|known| *known == status);
        if weight(other) < weight(self) {
            other
        } else {
            self
        }
    }
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The contract's error kind.
    pub kind: &'static str,
    /// "cannot …", raw: made safe where it is shown.
    pub message: String,
    /// What to try, on a line of its own.
    pub hint: Option<String>,
    /// Whether and when another try may go better.
    pub again: Option<Again>,
    /// Whether the server has refused the password, or the token, itself, or has not answered to it.
    pub is_refused: bool,
    /// Whether what the user said does not fit the account, as a look at it has shown: no matter of usage alone, since
    /// something was sent.
    pub is_misfit: bool,
}

impl Failure {
    /// A failure of the user's making.
    pub fn config(message: impl Into<String>) -> Self {
        Self {
            kind: "config",
            message: message.into(),
            hint: None,
            again: None,
            is_refused: false,
            is_misfit: false,
        }
    }

    /// What the user said does not fit this account.
    pub fn misfit(message: impl Into<String>) -> Self {
        Self {
            is_misfit: true,
            ..Self::config(message)
        }
    }

    /// The user has asked to stop.
    pub fn interrupted(message: impl Into<String>) -> Self {
        Self {
            kind: "interrupted",
            message: message.into(),
            hint: None,
            again: None,
            is_refused: false,
            is_misfit: false,
        }
    }

    /// A mistake of rolecall's own.
    pub fn bug(message: impl Into<String>) -> Self {
        Self {
            kind: "bug",
            message: message.into(),
            hint: Some("please report this".to_owned()),
            again: None,
            is_refused: false,
            is_misfit: false,
        }
    }

    /// With what to try.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// How it is told to people: the message, and the hint on a line of its own.
    #[must_use]
    pub fn text(&self, account: &str) -> String {
        // A file's faults come with their lines of context; line ends are ours, the rest is not.
        let lines: Vec<String> = self.message.lines().map(safe).collect();
        let hint = self.hint.as_ref();
        let hint = hint.map_or_else(String::new, |hint| format!("hint: {}\n", safe(hint)));
        format!("error: {account}{}\n{hint}", lines.join("\n"))
    }

    /// What JSON says of it.
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
    pub fn status(&self) -> Status {
        match self.kind {
            "config" if !self.is_misfit => Status::Usage,
            "interrupted" => Status::Interrupted,
            "unknown" => Status::Unknown,
            "bug" => Status::Bug,
            _ => Status::Failed,
        }
    }
}

/// What passes on an account that was reached.
fn of_account(later: Later) -> Again {
    Again {
        after: later.after,
        whose: Whose::Account,
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self {
            kind: "config",
            message: format!("cannot {}", error.message),
            hint: error.hint,
            again: None,
            is_refused: false,
            is_misfit: false,
        }
    }
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        let is_unanswered =
            error.kind == ConnectErrorKind::Network && error.passing.is_none() && !error.of_host;
        Self {
            kind: match error.kind {
                ConnectErrorKind::Config => "config",
                ConnectErrorKind::Network => "network",
                ConnectErrorKind::Tls | ConnectErrorKind::NotTls => "tls",
                ConnectErrorKind::Protocol => "protocol",
                ConnectErrorKind::Login
                | ConnectErrorKind::Authorization
                | ConnectErrorKind::Mechanism => "login",
                ConnectErrorKind::Limit => "limit",
            },
            message: error.message,
            hint: error.hint,
            again: error.passing.map(|later| Again {
                after: later.after,
                whose: match error.kind {
                    _ if error.of_host => Whose::Host,
                    ConnectErrorKind::Limit if later.after.is_none() => Whose::Unsaid,
                    _ => Whose::Account,
                },
            }),
            is_refused: error.kind == ConnectErrorKind::Login || is_unanswered,
            is_misfit: false,
        }
    }
}

impl From<LookError> for Failure {
    fn from(error: LookError) -> Self {
        let kind = match &error {
            LookError::Refused { .. } if error.passing().is_some() => "limit",
            LookError::Refused { .. } => "refused",
            LookError::Lost { .. } => "network",
            LookError::Protocol { .. } => "protocol",
        };
        Self {
            kind,
            message: format!("cannot list the mailboxes: {error}"),
            hint: Some("nothing was changed; try again".to_owned()),
            again: error.passing().map(of_account),
            is_refused: false,
            is_misfit: false,
        }
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
            JudgeError::Controls => failure,
        }
    }
}

impl From<ApplyError> for Failure {
    fn from(error: ApplyError) -> Self {
        Self {
            kind: error.kind(),
            message: format!("cannot {error}"),
            hint: error.hint(),
            again: error.passing().map(of_account),
            is_refused: false,
            is_misfit: false,
        }
    }
}

impl From<Stale> for Failure {
    fn from(error: Stale) -> Self {
        let hint = if error.unfinished {
            "run `rolecall resume` first; `rolecall runs` shows what was interrupted"
        } else {
            "make the plan again"
        };
        Self {
            kind: if error.unfinished { "locked" } else { "stale" },
            message: format!("cannot apply the plan: {error}"),
            hint: Some(hint.to_owned()),
            again: None,
            is_refused: false,
            is_misfit: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_serious_of_many_wins() {
        let worst = [Status::Found, Status::Unknown, Status::Failed]
            .into_iter()
            .fold(Status::Done, Status::or);
        assert_eq!(worst, Status::Unknown);
    }
}
