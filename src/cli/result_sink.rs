//! Where the end of every attempt arrives: it is counted, the fuses are looked at, and it is handed on to be written.
//!
//! In: how attempts ended. Out: a sum, one exit status, notices for the [`WriterThread`]. Nothing here waits for the disk,
//! because the loop that starts the accounts calls it.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    args::{Format, Fuses, Shared, StopOn},
    attempt::{AccountEnd, AccountResult, AccountState, Attempt, ReportList},
    event_log::EventLog,
    exit_status::ExitStatus,
    failure::Failure,
    next_command::carried,
    result_writer::{Notice, WriterThread},
    results::Frame,
    stop_signal::StopSignal,
};
use crate::{
    config::accounts::Entry,
    fleet::Id,
    language::{Language, Phrase, text},
    report::{
        json::AccountEvent,
        progress::Progress,
        summary::{CountedEnd, Summary},
        text::safe,
    },
};

/// How much is made of the end of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// It is shown, counted and recorded.
    All,
    /// The same, except that a plan which waits to be applied is only shown.
    Draft,
    /// Only a failure is shown.
    FailuresOnly,
}

/// Where the end of every attempt arrives.
pub struct ResultSink {
    pub entries: Arc<[Entry]>,
    /// The accounts that are dealt with now, at the places of the numbers that the fleet gives them.
    pub group: Vec<Id>,
    pub shared: Shared,
    pub frame: Frame,
    pub progress: Progress,
    /// Where what goes on is written for programs.
    pub events: EventLog,
    pub stop: Arc<StopSignal>,
    pub fuses: Fuses,
    pub summary: Summary,
    pub telling: Telling,
    pub is_many: bool,
    /// Whether each account has a file of its own, so that only a line about it is shown.
    pub has_reports: bool,
    pub worst: ExitStatus,
    pub ended: Vec<AccountEnd>,
    /// Accounts where it is unknown what became of a command, until another attempt finds out.
    pub cut: BTreeSet<Id>,
    pub writer: WriterThread,
}

impl ResultSink {
    /// An account's number among all, by the number that the fleet gives it.
    pub fn id(&self, id: Id) -> Id {
        self.group.get(id as usize).copied().unwrap_or(id)
    }

    /// An account, by the number that the fleet gives it.
    pub fn entry(&self, id: Id) -> Option<Entry> {
        self.entries.get(self.id(id) as usize).cloned()
    }

    /// Says that an account is over, to people and programs.
    fn is_over(&self, id: Id, is_bad: bool) {
        self.progress.over(id, is_bad);
        self.write_event(id, &AccountEvent::Ends { is_bad });
    }

    /// Writes for programs what has happened to an account, by its number among all.
    pub fn write_event(&self, id: Id, event: &AccountEvent<'_>) {
        if let Some(entry) = self.entries.get(id as usize) {
            self.events.write(&entry.account.id.url, event);
        }
    }

    /// An account is over.
    pub fn over(
        &mut self,
        id: Id,
        attempt: Attempt,
        error_line: &dyn Fn(&Entry, &Failure) -> String,
    ) {
        let Some(entry) = self.entry(id) else { return };
        let id = self.id(id);
        let Attempt {
            mut result,
            failure,
        } = attempt;
        self.summary.can_undo |= result.is_of_batch;
        if let Some(why) = result.skipped.take() {
            if result.changed {
                self.so_far(id, &result);
            }
            self.skip(id, &why);
            return;
        }
        if let Some(failure) = &failure {
            // Nothing was changed, so nothing was found out about the command that was cut off.
            if self.cut.contains(&id) && !result.changed {
                self.send_failure(&entry, failure);
                self.stays_cut(id);
                return;
            }
            if self.shared.format == Format::Json {
                result.text += &(error_line(&entry, failure) + "\n");
            } else {
                result.text += &self.frame.failure(&entry.account.id.url, failure);
            }
            result.status = result.status.or(self.status_of(failure));
        }
        self.ended.push(AccountEnd {
            id,
            status: Some(result.status),
            changed: result.changed,
        });
        let state = AccountState::after(&result, failure.as_ref());
        self.is_over(id, state.is_bad());
        let notice = match self.telling {
            Telling::FailuresOnly => Notice::default(),
            Telling::Draft if result.status == ExitStatus::Found => Notice {
                shown: self.draft(&entry, &result),
                report: Some(result.text),
                ..Notice::default()
            },
            _ => {
                self.worst = self.worst.or(result.status);
                self.count(&entry, &state, &result, failure.as_ref());
                self.check_fuses(result.status);
                self.notice(&entry, result, failure.is_some(), state)
            }
        };
        self.writer.send(&entry, Notice { failure, ..notice });
    }

    /// Counts an account that is over.
    fn count(
        &mut self,
        entry: &Entry,
        state: &AccountState,
        result: &AccountResult,
        failure: Option<&Failure>,
    ) {
        self.summary.add(state.way(), &result.codes, result.moved);
        if let Some(news) = &mut self.summary.news {
            *news += result.news;
        }
        if let (CountedEnd::Failed(_), Some(failure)) = (state.way(), failure) {
            let account = &entry.account.id.url;
            self.summary.tell(account, &failure.message);
        }
    }

    /// The exit status of a failure. Of many accounts others were dealt with, so it is no matter of usage any more.
    fn status_of(&self, failure: &Failure) -> ExitStatus {
        match failure.status() {
            ExitStatus::Usage if self.is_many => ExitStatus::Failed,
            status => status,
        }
    }

    /// Complains about a failure, and that is all.
    fn send_failure(&self, entry: &Entry, failure: &Failure) {
        let notice = Notice {
            failure: Some(failure.clone()),
            ..Notice::default()
        };
        self.writer.send(entry, notice);
    }

    /// What is written about an account that is over.
    fn notice(
        &self,
        entry: &Entry,
        result: AccountResult,
        has_failed: bool,
        state: AccountState,
    ) -> Notice {
        let url = &entry.account.id.url;
        let shown = match self.shared.format {
            _ if !self.has_reports => self.frame.shown(url, &result.text),
            Format::Json | Format::Csv => result.text.clone(),
            _ if has_failed || self.shared.quiet => String::new(),
            _ => brief_line(entry, &result, self.frame.language),
        };
        Notice {
            list: Some(state.list()),
            state: Some(state),
            report: Some(result.text),
            brief: result.brief,
            shown,
            failure: None,
        }
    }

    /// What is shown of a plan that waits for an answer; of a page only the line about it, since it is in the report folder.
    fn draft(&self, entry: &Entry, result: &AccountResult) -> String {
        if self.shared.format == Format::Html {
            brief_line(entry, result, self.frame.language)
        } else {
            result.text.clone()
        }
    }

    /// An account whose draft is declined.
    pub fn decline(&mut self, id: Id) {
        self.worst = self.worst.or(ExitStatus::Found);
        self.summary
            .add(AccountState::Found.way(), &BTreeSet::new(), 0);
        self.stays(id, AccountState::Found);
    }

    /// What ends a command that has changed anything: how to finish what was cut short, and how to undo what it did.
    pub fn ways_on(&self) -> Vec<Phrase> {
        let summary = &self.summary;
        let Some(batch) = summary.batch.as_ref().filter(|_| summary.can_undo) else {
            return Vec::new();
        };
        let command = |verb: &str| format!("rolecall {verb} --batch {batch}{}", carried().reach);
        let finish = (summary.unknown > 0).then(|| text::sum_finish(command("resume")));
        let undo = text::sum_undo_all(command("undo"));
        finish.into_iter().chain([undo]).collect()
    }

    /// Records that something is left to do.
    fn stays(&self, id: Id, state: AccountState) {
        let notice = Notice {
            state: Some(state),
            list: Some(ReportList::Pending),
            ..Notice::default()
        };
        self.send(id, notice);
    }

    /// Hands a notice on, for an account by its number among all.
    pub fn send(&self, id: Id, notice: Notice) {
        if let Some(entry) = self.entries.get(id as usize) {
            self.writer.send(entry, notice);
        }
    }

    /// Stops the command if more went wrong than the user allows.
    fn check_fuses(&self, status: ExitStatus) {
        let stop = &self.stop.stop;
        if let Some(most) = self.fuses.max_accounts_failed
            && self.summary.failed > u64::from(most)
        {
            stop.now(text::too_many_failed(most.to_string()));
        }
        if status == ExitStatus::Unknown && self.fuses.stop_on == Some(StopOn::Unknown) {
            stop.now(text::stop_on_unknown());
        }
    }

    /// Shows what was done by an attempt that is not the last one. Where it is unknown what became of a command, another
    /// attempt is to find out, and to count all of it.
    pub fn so_far(&mut self, id: Id, result: &AccountResult) {
        self.summary.can_undo |= result.is_of_batch;
        if result.status == ExitStatus::Unknown {
            self.cut.insert(id);
            self.check_fuses(ExitStatus::Unknown);
        } else if result.changed {
            self.cut.remove(&id);
            self.summary.moved += result.moved;
        } else {
            // The next attempt shows it again.
            return;
        }
        let notice = Notice {
            shown: if self.shared.format == Format::Html {
                String::new()
            } else {
                result.text.clone()
            },
            ..Notice::default()
        };
        self.send(id, notice);
    }

    /// An account that was cut had no other attempt, or none that found out.
    fn stays_cut(&mut self, id: Id) {
        self.worst = self.worst.or(ExitStatus::Unknown);
        self.summary
            .add(AccountState::Cut.way(), &BTreeSet::new(), 0);
        self.ended.push(AccountEnd {
            id,
            status: Some(ExitStatus::Unknown),
            changed: true,
        });
        self.is_over(id, true);
        self.stays(id, AccountState::Cut);
    }

    /// An account is not dealt with: everything there stays to be done.
    pub fn skip(&mut self, id: Id, why: &Phrase) {
        if self.cut.contains(&id) {
            self.stays_cut(id);
            return;
        }
        self.ended.push(AccountEnd {
            id,
            status: None,
            changed: false,
        });
        self.progress.over(id, false);
        self.write_event(id, &AccountEvent::Skipped);
        if self.telling == Telling::FailuresOnly {
            return;
        }
        self.worst = self.worst.or(if self.stop.is_received() {
            ExitStatus::Interrupted
        } else {
            ExitStatus::Failed
        });
        self.summary.leave(why);
        let notice = Notice {
            list: Some(ReportList::Pending),
            // Of several accounts the summary says why.
            failure: (!self.is_many)
                .then(|| Failure::config(text::cannot(text::go_on_with_account_since(why)))),
            ..Notice::default()
        };
        self.send(id, notice);
    }
}

/// What an account came to, in one line.
fn brief_line(entry: &Entry, result: &AccountResult, language: Language) -> String {
    let line = text::about_account(safe(&entry.account.id.url), &result.brief);
    language.typeset(line.say(language)) + "\n"
}
