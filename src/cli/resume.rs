//! `rolecall resume`: finishes what was interrupted. The accounts are known from the journals.

use std::sync::Arc;

use super::{
    args::Resume,
    attempt::{AccountResult, Verb},
    connector::Connector,
    exit_status::ExitStatus,
    failure::Failure,
    gather,
    run_context::RunContext,
    runner::Runner,
    runs_by_account::{self, RunsByAccount},
    state_dir,
    terminal::say,
};
use crate::{
    apply::{self, ApplyError, StateDir},
    config::accounts::Entry,
    imap::Mode,
    report::json,
};

pub async fn run(options: Resume) -> Result<ExitStatus, Failure> {
    let home = StateDir::open(state_dir::path(&options.shared)?)?;
    let runs = match &options.run {
        Some(run) => named(&home, run)?,
        None => RunsByAccount::of(apply::to_resume(&home, options.command.as_deref())?),
    };
    if runs.is_empty() {
        if options.run.is_none() {
            say("nothing to resume");
        }
        return Ok(ExitStatus::Done);
    }
    let (entries, absent) = gather::recall(&runs.accounts, &options.many, &options.connecting)?;
    let connector = Connector::new(&options.connecting)?;
    connector.warn(&entries);
    let everyone = [entries, absent.clone()].concat();
    let mut runner = Runner::new("resume", everyone, &options.many, &options.shared)?;
    runner.listen();
    let verb = Arc::new(Resuming {
        options,
        home,
        runs,
        connector,
    });
    runs_by_account::go(&mut runner, &verb, &absent).await;
    runner.finish().await
}

/// A single run. If there is nothing to finish in it, that is said.
fn named(home: &StateDir, run: &str) -> Result<RunsByAccount, Failure> {
    let past = home.log(run)?;
    let mut runs = RunsByAccount::default();
    match past.plan() {
        Some(plan) if past.has_sent() => runs.add(&plan.identity, run.to_owned()),
        plan => {
            let why = plan.map_or("never began", |_| "had sent nothing");
            say(&format!(
                "the run {run} {why}, so there is nothing to finish"
            ));
        }
    }
    Ok(runs)
}

struct Resuming {
    options: Resume,
    home: StateDir,
    runs: RunsByAccount,
    connector: Connector,
}

impl Verb for Resuming {
    async fn attempt(
        &self,
        entry: &Entry,
        mut context: RunContext,
        result: &mut AccountResult,
    ) -> Result<(), Failure> {
        for run in self.runs.of_account(&entry.account.id) {
            result.and(self.one(entry, run, &mut context).await?);
        }
        Ok(())
    }

    fn error_line(&self, entry: &Entry, failure: &Failure) -> String {
        json::run_error(&entry.account.id.url, &failure.as_error())
    }
}

impl Resuming {
    async fn one(
        &self,
        entry: &Entry,
        run: &str,
        context: &mut RunContext,
    ) -> Result<AccountResult, Failure> {
        // The rest of what its journal says is not kept: the resume reads it under the account's lock.
        let plan = self.home.log_of(&entry.account.id, run)?.plan().cloned();
        let session = self.connector.connect(entry);
        let mut session = context.unless_stopped(session).await?;
        context.stop.watch(&context.progress);
        session.heed(context.stop.flag());
        session.set_mode(Mode::ReadWrite);
        let account = &entry.account.id;
        let receipt = apply::resume(&mut session, &self.home, run, account, context).await;
        session.logout().await;
        match (receipt, plan) {
            // This run was not named: it was only looked after.
            (Err(ApplyError::NotPossible { .. }), _) if self.options.run.is_none() => {
                say(&format!(
                    "the run {run} has come to its end and left nothing behind"
                ));
                Ok(AccountResult::default())
            }
            (receipt, Some(plan)) => {
                let shared = &self.options.shared;
                Ok(AccountResult::of_receipt(&plan, &receipt?, shared))
            }
            (_, None) => Err(Failure::bug("the run has no plan")),
        }
    }
}
