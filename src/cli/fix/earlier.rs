//! What earlier runs have left on an account: to be finished, to be removed, or in the way of a new plan.
//!
//! In: an account's journals and mailboxes. Out: runs that are resumed. Never: a plan beside an interrupted run.

use std::collections::BTreeSet;

use super::turn::{Fixing, Mode};
use crate::{
    apply::{self, AccountLog, ApplyError, RunLog},
    cli::{
        crew::{Told, told_of},
        failure::{Failure, Status},
        ports::{World, now},
    },
    config::accounts::Entry,
    imap::{Mode as Access, Session},
    model::{listing::Listing, mailbox::is_tombstone},
};

impl Fixing {
    /// A run on this account that is to be finished first: of this very command, or, with --continue, of an earlier one.
    pub(super) fn to_resume(
        &self,
        entry: &Entry,
        log: &AccountLog,
    ) -> Result<Option<RunLog>, Failure> {
        if self.mode != Mode::Apply {
            return Ok(None);
        }
        let Some(run) = log.unfinished() else {
            return Ok(None);
        };
        let past = self.home.log_of(&entry.account.id, run)?;
        let is_ours = past.command() == self.batch;
        Ok((is_ours || self.options.fuses.go_on).then_some(past))
    }

    /// Removes what earlier runs have set aside, where their time has come. Whether all went well.
    pub(super) async fn remove_what_waited(
        &self,
        session: &mut Session,
        entry: &Entry,
        log: &mut AccountLog,
        world: &mut World,
        told: &mut Told,
    ) -> Result<bool, Failure> {
        if self.mode == Mode::Show {
            return Ok(true);
        }
        let account = &entry.account.id;
        let mut due = log.waiting(&now());
        due.retain(|waits| waits.is_due);
        if !due.is_empty() {
            for waits in due {
                let past = self.home.log_of(account, &waits.run)?;
                let receipt = self.resume(session, entry, &past, world).await?;
                let status = told.status.or(receipt.status);
                told.then(receipt);
                told.status = status;
            }
            *log = self.home.account_log(account)?;
        }
        Ok(told.status == Status::Done)
    }

    /// Whether a run has applied the very plan that waits for the account: then all is done.
    pub(super) fn is_waiting_plan(&self, past: &RunLog, entry: &Entry) -> Result<bool, Failure> {
        let Some(waiting) = &self.waiting else {
            return Ok(false);
        };
        let waiting = waiting.plan(&entry.account.id)?;
        Ok(past
            .plan()
            .is_some_and(|plan| plan.digest == waiting.digest))
    }

    /// Finishes a run; there is nothing to tell if it turns out to have come to its end.
    pub(super) async fn resume(
        &self,
        session: &mut Session,
        entry: &Entry,
        past: &RunLog,
        world: &mut World,
    ) -> Result<Told, Failure> {
        world.wish.watch(&world.progress);
        session.set_mode(Access::ReadWrite);
        let account = &entry.account.id;
        let receipt = apply::resume(session, &self.home, &past.run, account, world).await;
        session.set_mode(Access::ReadOnly);
        match (receipt, past.plan()) {
            (Err(ApplyError::NotPossible { .. }), _) | (Ok(_), None) => Ok(Told::default()),
            (receipt, Some(plan)) => Ok(told_of(plan, &receipt?, &self.options.shared)),
            (Err(error), None) => Err(error.into()),
        }
    }

    /// What an interrupted run began comes first: its last command may be at work still, or mail may wait in a mailbox
    /// that it was about to remove.
    pub(super) fn nothing_unfinished(
        &self,
        entry: &Entry,
        listing: &Listing,
        log: &AccountLog,
        waiting: &BTreeSet<Vec<u8>>,
    ) -> Result<(), Failure> {
        let account = &entry.account.id;
        let mut tombstones = listing.mailboxes.iter().filter(|mailbox| {
            mailbox.selectable
                && is_tombstone(mailbox.leaf())
                && !waiting.contains(mailbox.name.wire())
        });
        let tombstone = tombstones.next();
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
        let held = tombstone.map_or_else(String::new, |tombstone| {
            format!(", and \"{}\" may hold its mail", tombstone.name.text())
        });
        let hint = match run {
            Some(run) => format!("run `rolecall resume {run}` first"),
            None => {
                "run `rolecall resume` first, on the machine where that run was started".to_owned()
            }
        };
        Err(Failure {
            kind: "locked",
            ..Failure::config(format!(
                "cannot plan anything: a run on this account was interrupted{held}"
            ))
        }
        .hint(hint))
    }
}
