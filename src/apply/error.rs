//! Why a run could not begin or go on, and what a person may do about it.

use std::io;

use super::{journal::ReadError, work::Work};
use crate::{
    language::{Phrase, errors_that_say, text},
    model::{error_kind::ErrorKind, io_error::in_words},
    store::Later,
};

/// Why a run could not begin or go on.
#[derive(Debug)]
pub enum ApplyError {
    /// The state folder or a file in it.
    State {
        /// What could not be done.
        what: Phrase,
        /// Why.
        source: io::Error,
    },
    /// A journal.
    Journal {
        /// The run.
        run: String,
        /// Why not.
        source: ReadError,
    },
    /// Another rolecall is at work.
    Locked {
        /// Since when, and how far it is, where its journal tells.
        work: Option<Work>,
    },
    /// An earlier run has sent commands and did not come to its end: one of them may still be at work.
    Unfinished {
        /// The run.
        run: String,
    },
    /// No such journal.
    NoSuchRun {
        /// The id asked for.
        run: String,
    },
    /// No journal of such a command.
    NoSuchCommand {
        /// The id asked for.
        command: String,
    },
    /// The run belongs to another account.
    OtherAccount {
        /// The run.
        run: String,
        /// Whose it is.
        account: String,
    },
    /// The run's state does not allow it.
    NotPossible {
        /// Resume, undo or the like, as a verb.
        what: Phrase,
        /// The run.
        run: String,
        /// Why not.
        why: Phrase,
    },
    /// Another journal of the account cannot be read, and may name copies that would be made again.
    BesideUnreadable {
        /// The other run.
        run: String,
    },
    /// A command of a run that came to its end was never answered, and may run yet.
    NothingYet {
        /// The run.
        run: String,
    },
    /// The connection went before anything was changed.
    Network {
        /// Why.
        why: Phrase,
        /// What the server has said of another try.
        later: Later,
    },
    /// The journal could not be written, so nothing more was sent.
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

    /// What could not be done, as a fragment.
    #[must_use]
    pub fn said(&self) -> Phrase {
        match self {
            Self::State { what, source } => text::at_place(what, in_words(source)),
            Self::Journal { run, source } => text::of_run(source.said(), run),
            Self::Locked { work } => work
                .as_ref()
                .map_or_else(text::is_being_changed, Work::said),
            Self::Unfinished { run } => text::has_interrupted_run(run),
            Self::NoSuchRun { run } => text::find_run(run),
            Self::NoSuchCommand { command } => text::find_batch(command),
            Self::OtherAccount { run, account } => text::run_of_other_account(run, account),
            Self::NotPossible { what, run, why } => text::of_the_run(what, run, why),
            Self::BesideUnreadable { run } => text::beside_unreadable(run),
            Self::NothingYet { run } => text::close_nothing_yet(run),
            Self::Network { why, .. } => text::go_on_since(why),
            Self::JournalWrite { source, .. } => text::write_journal_since(in_words(source)),
        }
    }

    /// What to try.
    #[must_use]
    pub fn hint(&self) -> Phrase {
        match self {
            Self::Locked { .. } => text::try_wait_for_its_end(),
            Self::NoSuchRun { .. } => text::try_runs(),
            Self::NoSuchCommand { .. } => text::try_runs_with_batch(),
            Self::OtherAccount { account, .. } => text::try_name_that_account(account),
            Self::Unfinished { run } => text::try_finish_first(run),
            Self::JournalWrite { source, .. } if source.kind() == io::ErrorKind::FileTooLarge => {
                text::try_fewer_roles()
            }
            Self::JournalWrite { sent: true, .. } => text::try_room_and_resume(),
            Self::JournalWrite { sent: false, .. } => text::try_room(),
            Self::State { .. } => text::try_state_dir(),
            Self::Journal {
                source: ReadError::Newer { .. },
                ..
            } => text::try_newer_version(),
            Self::Journal {
                run,
                source: ReadError::Damaged { .. },
            }
            | Self::BesideUnreadable { run } => text::try_put_away(run),
            Self::Journal { .. } => text::try_disk_and_rights(),
            Self::NothingYet { run } => text::try_look_later(run),
            Self::Network { .. } => text::try_again(),
            Self::NotPossible { run, .. } => text::try_runs_of(run),
        }
    }
}

errors_that_say!(ApplyError);
