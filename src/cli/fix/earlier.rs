//! What earlier runs have left on an account: an interrupted run that is to be finished, mailboxes set aside that are to be
//! removed, or something that forbids a new plan.
//!
//! In: an account's journals and mailboxes. Out: runs that are resumed. No plan is made beside an interrupted run.

use super::fixing::{Approval, Fixing};
use crate::{
    apply::{self, AccountLog, ApplyError, RunLog, off_the_runtime},
    cli::{
        attempt::AccountResult, clock::now, exit_status::ExitStatus, failure::Failure,
        judging::account_log, next_command::carried, run_context::RunContext,
    },
    config::accounts::Entry,
    imap::{Mode, Session},
    language::text,
    model::{error_kind::ErrorKind, listing::Listing, set_aside::SetAsideNames},
};

impl Fixing {
    /// The run on this account that is to be finished first, if there is one: a run of this very command, or, with
    /// --continue, of an earlier one.
    pub(super) fn to_resume(
        &self,
        entry: &Entry,
        log: &AccountLog,
    ) -> Result<Option<RunLog>, Failure> {
        if self.approval != Approval::Given {
            return Ok(None);
        }
        let Some(run) = log.unfinished() else {
            return Ok(None);
        };
        let past = off_the_runtime(|| self.home.log_of(&entry.account.id, run))?;
        let is_ours = past.command() == self.command;
        Ok((is_ours || self.options.fuses.go_on).then_some(past))
    }

    /// Removes the mailboxes that earlier runs have set aside, where their time has come. Whether all went well.
    pub(super) async fn remove_set_aside(
        &self,
        session: &mut Session,
        entry: &Entry,
        log: &mut AccountLog,
        context: &mut RunContext,
        result: &mut AccountResult,
    ) -> Result<bool, Failure> {
        if self.approval == Approval::ShowOnly {
            return Ok(true);
        }
        let account = &entry.account.id;
        let mut due = log.waiting(&now());
        due.retain(|waits| waits.is_due);
        for waits in &due {
            let past = self.home.log_of(account, &waits.run)?;
            result.and(self.resume(session, entry, &past, context).await?);
        }
        if !due.is_empty() {
            *log = account_log(&self.home, account)?;
        }
        Ok(result.status == ExitStatus::Done)
    }

    /// Whether a run has applied the very plan that was reviewed for the account: then all is done.
    pub(super) fn is_reviewed_plan(&self, past: &RunLog, entry: &Entry) -> Result<bool, Failure> {
        let Some(plans) = &self.plans else {
            return Ok(false);
        };
        let reviewed = plans.plan(&entry.account.id)?;
        Ok(past
            .plan()
            .is_some_and(|plan| plan.digest == reviewed.digest))
    }

    /// Finishes a run. The result is empty if the run turns out to have come to its end.
    pub(super) async fn resume(
        &self,
        session: &mut Session,
        entry: &Entry,
        past: &RunLog,
        context: &mut RunContext,
    ) -> Result<AccountResult, Failure> {
        context.stop.watch(&context.progress);
        session.heed(context.stop.flag());
        session.set_mode(Mode::ReadWrite);
        let account = &entry.account.id;
        let receipt = Box::pin(apply::resume(
            session, &self.home, &past.run, account, context,
        ))
        .await;
        session.set_mode(Mode::ReadOnly);
        match (receipt, past.plan()) {
            (Err(ApplyError::NotPossible { .. } | ApplyError::NothingYet { .. }), _)
            | (Ok(_), None) => Ok(AccountResult::default()),
            (receipt, Some(plan)) => {
                let shared = &self.options.shared;
                let done = AccountResult::of_receipt(plan, &receipt?, shared);
                let is_ours = past.command() == self.command;
                // What an earlier command has moved stands in the sum of that one.
                let before = if is_ours { 0 } else { past.moved() };
                Ok(AccountResult {
                    is_of_batch: done.changed && is_ours,
                    moved: done.moved.saturating_sub(before),
                    ..done
                })
            }
            (Err(error), None) => Err(error.into()),
        }
    }

    /// Refuses to plan where a run was interrupted: its last command may still be at work, or mail may wait in a mailbox
    /// that it was about to remove.
    pub(super) fn nothing_unfinished(
        &self,
        entry: &Entry,
        listing: &Listing,
        log: &AccountLog,
        set_aside: &SetAsideNames,
    ) -> Result<(), Failure> {
        let account = &entry.account.id;
        let mut mailboxes = listing.mailboxes.iter();
        let tombstone = mailboxes.find(|mailbox| set_aside.is_unfinished(mailbox));
        let run = match tombstone {
            Some(tombstone) => log.run_of(&tombstone.name),
            None => log.unfinished(),
        };
        if tombstone.is_none() && run.is_none() {
            return Ok(());
        }
        if self.home.is_at_work(account) {
            let work = self.home.work(account);
            return Err(ApplyError::Locked { work }.into());
        }
        let why = match tombstone {
            Some(tombstone) => text::plan_interrupted_held(&tombstone.name),
            None => text::plan_interrupted(),
        };
        let run = run.map_or_else(String::new, |run| format!(" {run}"));
        let hint = text::try_resume(format!("rolecall resume{}{run}", carried().reach));
        Err(Failure::of(ErrorKind::Locked, text::cannot(why)).hint(hint))
    }
}
