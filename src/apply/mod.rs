//! Runs a plan, step by step, so that no message can be lost and all can be undone.
//!
//! In: a Plan, a Store, the state folder. Out: a Receipt, and a journal that says all there is to know.
//! Never: decisions about roles, octets of a protocol, a DELETE of anything but a tombstone of ours seen empty.
//!
//! Read in this order: `journal` (what is written down), `books` (what the records mean), `sender` (the one place that
//! sends and records), `mover` and beside it `identity`, `flags`, `batch`, `outcome`, `copies`, `elsewhere`, `drain`
//! (messages out of one mailbox into another, each proven), `run` and beside it `tombstone`, `lock`, `settle`,
//! `quarantine` (how an emptied source is removed), `merge`, `step`, `balance`, `recover`; above all of them `course` (the
//! order of things) and `begin` (the ways in). What journals tell without a server: `state_dir`, `run_log`,
//! `account_log`, `later`, `history`, `undo`, `work`.

mod account_log;
mod balance;
mod batch;
mod batch_size;
mod begin;
mod books;
mod check;
mod copies;
mod course;
mod drain;
mod elsewhere;
mod flags;
mod history;
mod identity;
pub mod journal;
mod later;
mod lock;
mod merge;
mod mover;
mod outcome;
mod quarantine;
mod receipt;
mod recover;
mod run;
mod run_log;
mod sender;
mod settle;
mod state_dir;
mod step;
mod stop;
mod throttle;
mod tombstone;
mod undo;
mod work;

use std::{collections::BTreeSet, io, time::Duration};

use serde::{Deserialize, Serialize};

pub use account_log::{AccountLog, Before};
pub use begin::{apply, resume, unfinished};
pub use books::Books;
pub use check::{Stale, check};
pub use history::{RunState, RunSummary, history, runs, to_resume, to_undo};
pub use later::Waiting;
pub use run_log::RunLog;
pub use state_dir::{Disks, Lock, StateDir};
pub use undo::undo;
pub use work::Work;

use crate::{language::Phrase, model::error_kind::ErrorKind, store::Later};

/// How much of each message is compared before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verify {
    /// Size, date, flags, and the server's own message id where it has one.
    Quick,
    /// And SHA-256 of the text.
    Full,
}

/// What the user chose for this run, beyond what the plan holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How long a tombstone must stay empty before it is removed.
    pub settle: Duration,
    /// How much is compared.
    pub verify: Verify,
    /// The id shared by the runs of one command.
    pub command: String,
    /// Steps left out.
    pub skip: BTreeSet<u32>,
    /// How long what was set aside must stand before a later run removes it; none where this one does.
    pub grace: Option<Duration>,
}

/// What the world outside gives to a run: time of day, chance, the user's wish to stop, somewhere to show progress.
pub trait Ports {
    /// Now, RFC 3339 in UTC.
    fn now(&self) -> String;
    /// 128 fresh random bits.
    fn nonce(&mut self) -> [u8; 16];
    /// Whether the user has asked to stop.
    fn stopped(&self) -> bool;
    /// Shows what goes on.
    fn event(&mut self, event: &Event);
    /// Hears that a record is on the disk, and what the run knows by all of them: for whoever wants to compare that with
    /// what a replay of the journal knows.
    fn recorded(&mut self, _books: &Books) {}
}

/// What goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A step begins.
    Step {
        /// Its id.
        id: u32,
        /// How many steps the plan has.
        of: u32,
        /// Messages that it will move, as far as known.
        total_messages: Option<u64>,
    },
    /// Messages have been moved and checked.
    Moved {
        /// The step.
        id: u32,
        /// How many so far in this step.
        done: u64,
    },
    /// Emptied mailboxes are watched before they are removed.
    Settling {
        /// For how long.
        seconds: u64,
    },
    /// Something the user may want to know.
    Note {
        /// A sentence; names in it are raw.
        text: Phrase,
    },
}

/// Why a run could not begin or go on.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The state folder or a file in it.
    #[error("{what}: {source}")]
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
        source: journal::ReadError,
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
    /// The connection went before anything was changed.
    #[error("go on: {why}; nothing had been changed")]
    Network {
        /// Why.
        why: String,
        /// What the server has said of another try.
        later: Later,
    },
    /// The journal could not be written, so nothing more was sent.
    #[error("write the journal, so nothing more was sent: {source}")]
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
            Self::Locked { .. } | Self::Unfinished { .. } => ErrorKind::Locked,
            Self::Network { .. } => ErrorKind::Network,
            Self::JournalWrite { sent: true, .. } => ErrorKind::Unknown,
            Self::JournalWrite { sent: false, .. } | Self::NotPossible { .. } => ErrorKind::Refused,
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
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Locked { .. } => {
                "wait until it has ended; `rolecall runs` shows how far it is".to_owned()
            }
            Self::NoSuchRun { .. } | Self::NoSuchCommand { .. } => {
                "`rolecall runs` lists the runs".to_owned()
            }
            Self::OtherAccount { account, .. } => format!("name that account: {account}"),
            Self::Unfinished { run } => format!("finish it first: `rolecall resume {run}`"),
            Self::JournalWrite { sent: true, .. } => {
                "make room on the disk, then run `rolecall resume`".to_owned()
            }
            Self::JournalWrite { sent: false, .. } => {
                "make room on the disk; nothing was changed".to_owned()
            }
            Self::State { .. } => "name a folder you may write to with --state-dir".to_owned(),
            Self::Journal { source: journal::ReadError::Newer { .. }, .. } => {
                "use the version of rolecall that wrote it, or a newer one".to_owned()
            }
            Self::Journal { .. } => {
                "nothing is changed while it is there: look at the account, then move that file out of the state folder".to_owned()
            }
            Self::Network { .. } => "try again".to_owned(),
            Self::NotPossible { .. } => return None,
        })
    }
}
