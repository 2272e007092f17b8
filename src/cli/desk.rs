//! The desk to which every account's end is told: results are written, counted and put on record, and fuses looked at.
//!
//! In: how a turn ended. Out: results, a sum, one status. Never: an account's turn.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    args::{Format, Shared},
    crew::{Ended, Told, Turn},
    failure::{Failure, Status},
    ledger::{End, Ledger},
    many::{Fuses, StopOn},
    output::{Output, complain},
    ports::Wish,
    reports::{List, Reports},
};
use crate::{
    config::accounts::Entry,
    fleet::Id,
    report::{progress::Progress, summary::Summary, text::safe},
};

/// How much is made of an account's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// It is told, counted and put on record.
    All,
    /// The same, but where there is something to do: that is only shown.
    Draft,
    /// Only a failure is told.
    Aside,
}

/// What one account's end is told to.
pub struct Desk {
    pub entries: Arc<[Entry]>,
    /// Which of them have their turn now, by the numbers that the fleet gives.
    pub group: Vec<Id>,
    pub output: Arc<Mutex<Output>>,
    pub shared: Shared,
    pub progress: Progress,
    pub wish: Arc<Wish>,
    pub reports: Option<Reports>,
    pub ledger: Option<Ledger>,
    pub fuses: Fuses,
    pub summary: Summary,
    pub telling: Telling,
    pub is_many: bool,
    pub worst: Status,
    pub ended: Vec<Ended>,
    /// Accounts of which it is not known what became of a command, until another turn finds out.
    pub cut: BTreeSet<Id>,
    /// Why results could not be written, the first time.
    pub broken: Option<Failure>,
}

impl Desk {
    pub fn id(&self, id: Id) -> Id {
        self.group.get(id as usize).copied().unwrap_or(id)
    }

    pub fn entry(&self, id: Id) -> Option<Entry> {
        self.entries.get(self.id(id) as usize).cloned()
    }

    /// An account is over.
    pub fn over(&mut self, id: Id, turn: Turn, error_line: &dyn Fn(&Entry, &Failure) -> String) {
        let Some(entry) = self.entry(id) else { return };
        let id = self.id(id);
        let Turn { mut told, failure } = turn;
        if let Some(why) = told.left.take() {
            if told.changed {
                self.so_far(id, &told);
            }
            self.leave(id, &why);
            return;
        }
        if let Some(failure) = &failure {
            // Nothing was changed: nothing was found out.
            if self.cut.contains(&id) && !told.changed {
                self.complain(&entry, failure);
                self.stays_cut(id);
                return;
            }
            if self.shared.format == Format::Json {
                told.text += &(error_line(&entry, failure) + "\n");
            }
            // Of many, others were dealt with: it is no matter of usage any more.
            told.status = told.status.or(match failure.status() {
                Status::Usage if self.is_many => Status::Failed,
                status => status,
            });
        }
        self.ended.push(Ended {
            id,
            status: Some(told.status),
            changed: told.changed,
        });
        let end = End::of(&told, failure.as_ref());
        self.progress.over(id, end.is_bad());
        let written = match self.telling {
            Telling::Aside => Ok(()),
            Telling::Draft if told.status == Status::Found => self.draft(&entry, &told.text),
            _ => {
                self.worst = self.worst.or(told.status);
                self.summary.add(end.way(), &told.codes, told.moved);
                self.blow(told.status);
                self.write(&entry, &told, failure.as_ref(), &end)
            }
        };
        self.keep(written);
        if let Some(failure) = &failure {
            self.complain(&entry, failure);
        }
    }

    fn complain(&self, entry: &Entry, failure: &Failure) {
        self.progress
            .aside(|| complain(Some(&place_of(entry)), failure));
    }

    /// Tells of it, and keeps it on record.
    fn write(
        &mut self,
        entry: &Entry,
        told: &Told,
        failure: Option<&Failure>,
        end: &End,
    ) -> Result<(), Failure> {
        if let Some(ledger) = &mut self.ledger {
            ledger.record(&entry.account.id, end)?;
        }
        let Some(reports) = &mut self.reports else {
            return self.show(&told.text);
        };
        let format = self.shared.format;
        let url = &entry.account.id.url;
        match failure {
            Some(failure) if format == Format::Table => {
                let why = failure.text(&format!("{}: ", place_of(entry)));
                reports.account(entry, &(told.text.clone() + &why), format)?;
            }
            _ => reports.account(entry, &told.text, format)?,
        }
        reports.list(entry, end.list())?;
        match format {
            Format::Json => self.show(&told.text),
            Format::Table if failure.is_none() && !self.shared.quiet => {
                self.show(&format!("{}: {}\n", safe(url), told.brief))
            }
            Format::Table => Ok(()),
        }
    }

    /// Shows what there is to do, and keeps it until it is done.
    fn draft(&mut self, entry: &Entry, text: &str) -> Result<(), Failure> {
        if let Some(reports) = &self.reports {
            reports.account(entry, text, self.shared.format)?;
        }
        self.show(text)
    }

    /// An account whose draft is not wanted.
    pub fn decline(&mut self, id: Id) {
        let Some(entry) = self.entries.get(id as usize).cloned() else {
            return;
        };
        self.worst = self.worst.or(Status::Found);
        self.summary.add(End::Found.way(), &BTreeSet::new(), 0);
        let written = self.stays(&entry, &End::Found);
        self.keep(written);
    }

    /// Keeps on record that something is left to do.
    fn stays(&mut self, entry: &Entry, end: &End) -> Result<(), Failure> {
        if let Some(ledger) = &mut self.ledger {
            ledger.record(&entry.account.id, end)?;
        }
        match &mut self.reports {
            Some(reports) => reports.list(entry, List::Pending),
            None => Ok(()),
        }
    }

    /// Writes results, the progress out of the way.
    fn show(&mut self, text: &str) -> Result<(), Failure> {
        let mut output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        self.progress.aside(|| output.write(text))
    }

    /// Results that cannot be written are a reason to begin nothing more.
    fn keep(&mut self, written: Result<(), Failure>) {
        if let Err(failure) = written {
            self.wish.stop.now("the results cannot be written");
            self.broken.get_or_insert(failure);
        }
    }

    fn blow(&self, status: Status) {
        let stop = &self.wish.stop;
        if let Some(most) = self.fuses.max_accounts_failed
            && self.summary.failed > u64::from(most)
        {
            stop.now(format!("more than {most} failed (--max-accounts-failed)"));
        }
        if status == Status::Unknown && self.fuses.stop_on == Some(StopOn::Unknown) {
            stop.now("an outcome is unknown (--stop-on unknown)");
        }
    }

    /// Tells what was done by a turn that was not the last. Where it is not known what became of a command, another turn
    /// is to find out, and to count all of it.
    pub fn so_far(&mut self, id: Id, told: &Told) {
        if told.status == Status::Unknown {
            self.cut.insert(id);
            self.blow(Status::Unknown);
        } else if told.changed {
            self.cut.remove(&id);
            self.summary.moved += told.moved;
        } else {
            // It will be told again.
            return;
        }
        let written = self.show(&told.text);
        self.keep(written);
    }

    /// An account that was cut had no other turn, or none that found out.
    fn stays_cut(&mut self, id: Id) {
        let Some(entry) = self.entries.get(id as usize).cloned() else {
            return;
        };
        self.worst = self.worst.or(Status::Unknown);
        self.summary.add(End::Cut.way(), &BTreeSet::new(), 0);
        self.ended.push(Ended {
            id,
            status: Some(Status::Unknown),
            changed: true,
        });
        self.progress.over(id, true);
        let written = self.stays(&entry, &End::Cut);
        self.keep(written);
    }

    /// An account had no turn: it stays to be done.
    pub fn leave(&mut self, id: Id, why: &str) {
        if self.cut.contains(&id) {
            self.stays_cut(id);
            return;
        }
        self.ended.push(Ended {
            id,
            status: None,
            changed: false,
        });
        self.progress.over(id, false);
        if self.telling == Telling::Aside {
            return;
        }
        self.worst = self.worst.or(if self.wish.is_said() {
            Status::Interrupted
        } else {
            Status::Failed
        });
        self.summary.leave(why);
        let written = match (&mut self.reports, self.entries.get(id as usize)) {
            (Some(reports), Some(entry)) => reports.list(entry, List::Pending),
            _ => Ok(()),
        };
        self.keep(written);
    }
}

/// Where a person finds the account: its URL, and its line in the accounts file.
fn place_of(entry: &Entry) -> String {
    let url = safe(&entry.account.id.url);
    match entry.line {
        0 => url,
        line => format!("{url} (line {line})"),
    }
}
