//! Why a run could not begin or go on, and what a person may do about it.

use std::io;

use super::{
    journal::ReadError,
    work::{self, Work},
};
use crate::{
    model::{error_kind::ErrorKind, io_error::in_words},
    store::Later,
};

/// Why a run could not begin or go on.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The state folder or a file in it.
    #[error("{what}: {}", in_words(.source))]
    State {
        /// What could not be done.
        what: &'static str,
        /// Why.
        source: io::Error,
    },
    /// A journal.
    #[error("{source} (run {run})")]
    Journal {
        /// The run.
        run: String,
        /// Why not.
        source: ReadError,
    },
    /// Another rolecall is at work.
    #[error("change the account: another rolecall is changing it{}", work::told(.work.as_ref()))]
    Locked {
        /// Since when, and how far it is, where its journal tells.
        work: Option<Work>,
    },
    /// An earlier run has sent commands and did not come to its end: one of them may still be at work.
    #[error("change the account: the run {run} on it was interrupted")]
    Unfinished {
        /// The run.
        run: String,
    },
    /// No such journal.
    #[error("find the run {run}")]
    NoSuchRun {
        /// The id asked for.
        run: String,
    },
    /// No journal of such a command.
    #[error("find a run of the batch {command}")]
    NoSuchCommand {
        /// The id asked for.
        command: String,
    },
    /// The run belongs to another account.
    #[error("use the run {run} here: it belongs to {account}")]
    OtherAccount {
        /// The run.
        run: String,
        /// Whose it is.
        account: String,
    },
    /// The run's state does not allow it.
    #[error("{what} the run {run}: {why}")]
    NotPossible {
        /// resume or undo.
        what: &'static str,
        /// The run.
        run: String,
        /// Why not.
        why: String,
    },
    /// Another journal of the account cannot be read, and may name copies that would be made again.
    #[error(
        "go on: the journal of the run {run} on the same account cannot be read, and messages that it has copied would be copied again"
    )]
    BesideUnreadable {
        /// The other run.
        run: String,
    },
    /// A command of a run that came to its end was never answered, and may run yet.
    #[error(
        "close the run {run}: one of its commands was never answered, and may run within a day; nothing of it has turned up yet"
    )]
    NothingYet {
        /// The run.
        run: String,
    },
    /// The connection went before anything was changed.
    #[error("go on: {why}; nothing had been changed")]
    Network {
        /// Why.
        why: String,
        /// What the server has said of another try.
        later: Later,
    },
    /// The journal could not be written, so nothing more was sent.
    #[error("write the journal, so nothing more was sent: {}", in_words(.source))]
    JournalWrite {
        /// Whether a mutating command had been sent before.
        sent: bool,
        /// Why.
        source: io::Error,
    },
}

impl ApplyError {
    /// The contract's error kind.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Locked { .. } | Self::Unfinished { .. } | Self::BesideUnreadable { .. } => {
                ErrorKind::Locked
            }
            Self::Network { .. } => ErrorKind::Network,
            Self::JournalWrite { sent: true, .. } => ErrorKind::Unknown,
            Self::JournalWrite { sent: false, .. }
            | Self::NotPossible { .. }
            | Self::NothingYet { .. } => ErrorKind::Refused,
            Self::State { .. }
            | Self::Journal { .. }
            | Self::NoSuchRun { .. }
            | Self::NoSuchCommand { .. }
            | Self::OtherAccount { .. } => ErrorKind::Config,
        }
    }

    /// Whether a later try may go better, and when; none where it would end the same. A run that began and did not come
    /// to its end is a [`Receipt`](crate::model::receipt::Receipt), and worth a resume.
    #[must_use]
    pub fn passing(&self) -> Option<Later> {
        match self {
            Self::Network { later, .. } => Some(*later),
            Self::Locked { .. } => Some(Later::default()),
            _ => None,
        }
    }

    /// What to try.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Locked { .. } => {
                "wait until it has ended; `rolecall runs` shows how far it is".to_owned()
            }
            Self::NoSuchRun { .. } | Self::NoSuchCommand { .. } => {
                "`rolecall runs` lists the runs".to_owned()
            }
            Self::OtherAccount { account, .. } => format!("name that account: {account}"),
            Self::Unfinished { run } => format!("finish it first: `rolecall resume {run}`"),
            Self::JournalWrite { source, .. } if source.kind() == io::ErrorKind::FileTooLarge => {
                "this is more than one run can hold: plan fewer roles at a time with --only"
                    .to_owned()
            }
            Self::JournalWrite { sent: true, .. } => {
                "make room on the disk, then run `rolecall resume`".to_owned()
            }
            Self::JournalWrite { sent: false, .. } => {
                "make room on the disk; nothing was changed".to_owned()
            }
            Self::State { .. } => "name a folder you may write to with --state-dir".to_owned(),
            Self::Journal {
                source: ReadError::Newer { .. },
                ..
            } => "use the version of rolecall that wrote it, or a newer one".to_owned(),
            Self::Journal {
                run,
                source: ReadError::Damaged { .. },
            }
            | Self::BesideUnreadable { run } => format!(
                "nothing is changed while it is there: `rolecall resume {run} --give-up` tells what it says and puts it away"
            ),
            Self::Journal { .. } => {
                "look at the disk, and at who may read the state folder".to_owned()
            }
            Self::NothingYet { run } => {
                format!("look again later, or close it now: `rolecall resume {run} --give-up`")
            }
            Self::Network { .. } => "try again".to_owned(),
            Self::NotPossible { run, .. } => format!("`rolecall runs {run}` tells what it did"),
        }
    }
}
