//! The log of one run: what its journal says, read whole and folded into books.
//!
//! In: a journal's file. Out: answers about the run. The records themselves are dropped as they are read.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};

use super::{
    books::{Books, State},
    error::ApplyError,
    journal::{self, Position, ReadError, off_the_runtime},
    settings::{Settings, Verify},
};
use crate::{
    language::text,
    model::{
        io_error::{in_words, said},
        plan::{Action, Plan},
        receipt::StepReceipt,
    },
    private,
};

const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// What a run's journal says.
#[derive(Debug)]
pub struct RunLog {
    /// The run's id.
    pub run: String,
    /// All that its records say.
    pub(super) books: Books,
    /// Where its whole lines end.
    pub(super) position: Position,
    /// Its file.
    pub(super) path: PathBuf,
}

impl RunLog {
    /// Reads a journal, line by line.
    pub(super) fn read(run: String, path: PathBuf) -> Result<Self, ApplyError> {
        match Self::read_beginning(run, path)? {
            (log, None) => Ok(log),
            (log, Some(source)) => Err(ApplyError::Journal {
                run: log.run,
                source,
            }),
        }
    }

    /// Reads as much of a journal as can be read, and says why the rest cannot.
    pub(super) fn read_beginning(
        run: String,
        path: PathBuf,
    ) -> Result<(Self, Option<ReadError>), ApplyError> {
        let mut books = Books::default();
        let file = private::own_file(&path).map_err(|source| ApplyError::State {
            what: text::open_journal(),
            source: said(
                source.kind(),
                text::at_place(path.display().to_string(), in_words(&source)),
            ),
        })?;
        let read = || journal::read(file, |time, record| books.take(time, record));
        let (position, why_not) = match off_the_runtime(read) {
            Ok(position) => (position, None),
            Err(why_not) => (Position::default(), Some(why_not)),
        };
        let log = Self {
            run,
            books,
            position,
            path,
        };
        Ok((log, why_not))
    }

    /// The plan that the run applies; none where its first line never got to the disk, and so nothing was sent.
    #[must_use]
    pub fn plan(&self) -> Option<&Plan> {
        self.books.plan()
    }

    /// How the run was begun.
    pub(super) fn settings(&self) -> Option<&Settings> {
        self.books.begun().map(|begun| &begun.settings)
    }

    /// How much of each message the run compares; an undo of it compares as much.
    #[must_use]
    pub fn verifies(&self) -> Verify {
        self.settings()
            .map_or(Verify::Quick, |settings| settings.verify)
    }

    /// Where filters are managed, if not where every account's are expected: host and port.
    #[must_use]
    pub fn filters_at(&self) -> Option<(String, u16)> {
        self.settings()?.filters_at.clone()
    }

    /// The id shared by the runs of one command.
    #[must_use]
    pub fn command(&self) -> &str {
        self.settings()
            .map_or("", |settings| settings.command.as_str())
    }

    /// When it began, RFC 3339.
    #[must_use]
    pub fn started(&self) -> &str {
        self.books.begun().map_or("", |begun| begun.time.as_str())
    }

    /// Whether it began a day before this time (RFC 3339), or earlier.
    #[must_use]
    pub fn began_a_day_before(&self, now: &str) -> bool {
        let (began, now) = (self.started().parse(), now.parse());
        let times: Option<(Timestamp, Timestamp)> = began.ok().zip(now.ok());
        times.is_some_and(|(began, now)| now.duration_since(began) >= A_DAY)
    }

    /// Whether it came to its end; a resume opens it again.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        *self.books.state() == State::Finished
    }

    /// Whether a person has given it up.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        *self.books.state() == State::GivenUp
    }

    /// Whether giving it up may take more than looks: a lock of ours comes off, and subscriptions follow a mailbox that was
    /// removed or renamed.
    #[must_use]
    pub fn has_loose_ends(&self) -> bool {
        let set_aside = self.books.set_aside();
        let mut deleted = set_aside
            .attempts()
            .filter(|attempt| set_aside.was_deleted(&attempt.name));
        let is_open = |step: u32| {
            let receipt = self.receipt(step);
            receipt.is_none_or(StepReceipt::is_by_a_person)
        };
        let mut steps = self.plan().into_iter().flat_map(|plan| &plan.steps);
        self.books.mailboxes().has_locked()
            || deleted.any(|attempt| is_open(attempt.step))
            || steps.any(|step| {
                let has_begun = self.books.step(step.id).is_some();
                step.action == Action::Rename && has_begun && is_open(step.id)
            })
    }

    /// Whether it has set mailboxes aside and left their removal to a later run.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        matches!(self.books.state(), State::Waits { .. })
    }

    /// Whether a mutating command may have left this machine.
    #[must_use]
    pub fn has_sent(&self) -> bool {
        self.books.has_sent()
    }

    /// Whether it has sent something and neither came to its end nor waits.
    pub(super) fn is_unfinished(&self) -> bool {
        *self.books.state() == State::Open && self.has_sent()
    }

    /// Messages proven to be in their targets.
    #[must_use]
    pub fn moved(&self) -> u64 {
        self.books.moved_in_all()
    }

    /// What was said last of a step that is over.
    #[must_use]
    pub fn receipt(&self, step: u32) -> Option<&StepReceipt> {
        self.books.receipt(step)
    }
}
