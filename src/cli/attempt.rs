//! One attempt at one account: what a verb does, and what there is to say about it afterwards.
//!
//! In: a receipt, or the failure that ended an attempt. Out: [`AccountResult`], and the [`AccountState`] that follows.

use std::{collections::BTreeSet, future::Future};

use serde::{Deserialize, Serialize};

use super::{
    args::Shared, exit_status::ExitStatus, failure::Failure, results::receipt_text,
    run_context::RunContext,
};
use crate::{
    config::accounts::Entry,
    fleet::{Id, Retry, RetryScope},
    language::{Phrase, text},
    model::{
        error_kind::ErrorKind,
        plan::Plan,
        receipt::{Outcome, Receipt},
    },
    report::summary::CountedEnd,
};

/// What one command does with one account.
pub trait Verb: Send + Sync + 'static {
    /// Deals with the account once. Writes into `result` what it has done as soon as it has done it, so that a failure
    /// afterwards takes nothing of that away.
    fn attempt(
        &self,
        entry: &Entry,
        context: RunContext,
        result: &mut AccountResult,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// The line of JSON that says why an account was not dealt with.
    fn error_line(&self, entry: &Entry, failure: &Failure) -> String;
}

/// How an attempt ended.
#[derive(Debug)]
pub struct Attempt {
    /// What was done.
    pub result: AccountResult,
    /// Why it did not go on after that.
    pub failure: Option<Failure>,
}

impl From<Failure> for Attempt {
    fn from(failure: Failure) -> Self {
        Self {
            result: AccountResult::default(),
            failure: Some(failure),
        }
    }
}

/// What there is to say about an account.
#[derive(Debug, Default)]
pub struct AccountResult {
    /// The result in the form that was asked for.
    pub text: String,
    /// The same in one line, for people.
    pub brief: Phrase,
    /// The exit status that follows from it.
    pub status: ExitStatus,
    /// Messages that were moved.
    pub moved: u64,
    /// Findings that an earlier audit had not.
    pub news: u64,
    /// Whether anything was changed.
    pub changed: bool,
    /// Whether a run of this very command has changed anything, so that its batch can be undone.
    pub is_of_batch: bool,
    /// Codes of what was found or is left for a person to do.
    pub codes: BTreeSet<&'static str>,
    /// Another attempt may finish it.
    pub retry: Option<Retry>,
    /// Why the account was not dealt with after all.
    pub skipped: Option<Phrase>,
}

impl AccountResult {
    /// Adds what came after: texts and numbers are summed up, the later status holds.
    pub fn then(&mut self, next: Self) {
        self.text += &next.text;
        self.moved += next.moved;
        self.changed |= next.changed;
        self.is_of_batch |= next.is_of_batch;
        self.codes.extend(next.codes);
        (self.brief, self.status) = (next.brief, next.status);
        (self.retry, self.skipped) = (next.retry, next.skipped);
    }

    /// Adds what came after; the more serious status of the two holds.
    pub fn and(&mut self, next: Self) {
        let status = self.status.or(next.status);
        self.then(next);
        self.status = status;
    }

    /// The result of a run, as its receipt says.
    pub fn of_receipt(plan: &Plan, receipt: &Receipt, shared: &Shared) -> Self {
        let status = if receipt.interrupted {
            ExitStatus::Interrupted
        } else if receipt.given_up.is_some() {
            // Whatever else was refused or left: what a person gave up was found out, or it was not.
            if receipt.is_unknown() {
                ExitStatus::Unknown
            } else {
                ExitStatus::Done
            }
        } else if !receipt.finished || receipt.is_unknown() {
            ExitStatus::Unknown
        } else if receipt.is_refused() || receipt.is_unexplained() || plan.leaves_mail() {
            ExitStatus::Failed
        } else {
            ExitStatus::Done
        };
        let moved = receipt.moved();
        let mut applied = receipt.steps.iter();
        Self {
            text: receipt_text(plan, receipt, shared),
            brief: text::messages_moved(moved),
            status,
            moved,
            changed: moved > 0 || applied.any(|step| step.outcome == Outcome::Applied),
            // Another attempt finds out what became of a run that the network cut off, and finishes it.
            retry: (status == ExitStatus::Unknown && receipt.given_up.is_none()).then_some(Retry {
                after: receipt.after,
                scope: RetryScope::Account,
            }),
            ..Self::default()
        }
    }
}

/// How an account ended, for those who decide what comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountEnd {
    /// The account's number among all.
    pub id: Id,
    /// Its status; none where it was not dealt with.
    pub status: Option<ExitStatus>,
    /// Whether anything was changed.
    pub changed: bool,
}

/// The state in which a command leaves an account, as it is recorded for `--continue`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "end")]
pub enum AccountState {
    /// All that was planned is done, or there was nothing to do.
    Done,
    /// There are findings, or a plan waits to be applied.
    Found,
    /// It failed.
    Failed {
        /// The error kind of the JSON contract.
        kind: ErrorKind,
        /// Whether an attempt on another day may succeed.
        passing: bool,
        /// Why it failed; none where an earlier rolecall recorded it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Phrase>,
    },
    /// It was interrupted: `resume` finds out what became of the last command.
    Cut,
}

impl AccountState {
    /// The state after an attempt.
    pub fn after(result: &AccountResult, failure: Option<&Failure>) -> Self {
        match (result.status, failure) {
            (ExitStatus::Unknown | ExitStatus::Interrupted, _) => Self::Cut,
            (_, Some(failure)) => Self::Failed {
                kind: failure.kind,
                // On another day the network, the server's limits, or whoever else was at work may be out of the way.
                passing: failure.retry.is_some()
                    || matches!(
                        failure.kind,
                        ErrorKind::Network
                            | ErrorKind::Limit
                            | ErrorKind::Stale
                            | ErrorKind::Locked
                    ),
                why: Some(failure.message.clone()),
            },
            (ExitStatus::Done, None) => Self::Done,
            (ExitStatus::Found, None) => Self::Found,
            (_, None) => Self::Failed {
                kind: ErrorKind::Refused,
                passing: false,
                why: Some(text::left_steps_undone()),
            },
        }
    }

    /// How the summary counts it.
    pub fn way(&self) -> CountedEnd {
        match self {
            Self::Done => CountedEnd::Done,
            Self::Found => CountedEnd::Found,
            Self::Failed { kind, .. } => CountedEnd::Failed(*kind),
            Self::Cut => CountedEnd::Cut,
        }
    }

    /// The list of the report folder that it belongs on.
    pub fn list(&self) -> ReportList {
        match self {
            Self::Done | Self::Found => ReportList::Done,
            Self::Failed { .. } => ReportList::Failed,
            Self::Cut => ReportList::Pending,
        }
    }

    /// Whether a person has to look at the account.
    pub fn is_bad(&self) -> bool {
        matches!(self, Self::Failed { .. } | Self::Cut)
    }
}

/// The lists of accounts in a report folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportList {
    /// It came to a good end: nothing is left to do there, or there are findings or a plan to be read.
    Done,
    /// A person has to look at it.
    Failed,
    /// It was not dealt with, was interrupted, or what there is to do was declined.
    Pending,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_that_another_rolecall_may_be_working_on_is_tried_again() {
        let failure = Failure::of(ErrorKind::Locked, "cannot");
        let state = AccountState::after(&AccountResult::default(), Some(&failure));
        assert!(
            matches!(state, AccountState::Failed { passing: true, .. }),
            "{state:?}"
        );
    }
}
