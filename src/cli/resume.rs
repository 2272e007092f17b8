//! `rolecall resume`: finishes what was interrupted, or gives it up. The accounts are known from the journals.

use std::sync::Arc;

use super::{
    args::{Format, Resume},
    ask,
    attempt::{AccountResult, Verb},
    clock::now,
    connector::Connector,
    exit_status::ExitStatus,
    failure::Failure,
    gather,
    out_of_reach::OutOfReach,
    output::Output,
    run_context::RunContext,
    runner::Runner,
    runs::safe_line,
    runs_by_account::{self, RunsByAccount},
    state_dir,
    terminal::{complain, look, say},
};
use crate::{
    apply::{self, ApplyError, StateDir, journal::ReadError},
    config::accounts::Entry,
    imap::Mode,
    language::text,
    model::{error_kind::ErrorKind, plan::Plan, receipt::Receipt},
    report::{json, text::safe},
};

pub async fn run(options: Resume) -> Result<ExitStatus, Failure> {
    if options.give_up && !options.yes {
        ask::somebody(text::try_runs_or_yes())?;
    }
    let home = StateDir::open(state_dir::path(&options.shared)?)?;
    let mut unreadable = Vec::new();
    let runs = if let Some(run) = &options.run {
        match named(&home, run) {
            Err(ApplyError::Journal {
                source: ReadError::Damaged { .. },
                ..
            }) if options.give_up => return put_away(&home, run, &options),
            runs => runs?,
        }
    } else {
        unreadable = apply::unreadable_runs(&home)?;
        RunsByAccount::of(apply::to_resume(&home, options.command.as_deref())?)
    };
    let is_all_read = unreadable.is_empty();
    for why_not in unreadable {
        complain(None, &why_not.into());
    }
    if runs.is_empty() {
        if options.run.is_none() && is_all_read {
            say(text::nothing_to_resume());
        }
        return Ok(if is_all_read {
            ExitStatus::Done
        } else {
            ExitStatus::Failed
        });
    }
    if options.give_up && !is_wanted(&options) {
        return Ok(ExitStatus::Found);
    }
    let (entries, absent) = gather::recall(&runs.accounts, &options.many, &options.connecting)?;
    let connector = Connector::to(&entries, &options.connecting)?;
    let everyone = [entries, absent.clone()].concat();
    let mut runner = Runner::new("resume", everyone, &options.many, &options.shared)?;
    runner.listen();
    if !is_all_read {
        runner.at_least(ExitStatus::Failed);
    }
    let verb = Arc::new(Resuming {
        options,
        home,
        runs,
        connector,
    });
    runs_by_account::go(&mut runner, &verb, &absent).await;
    runner.finish().await
}

/// Whether the user wants to give the run up.
fn is_wanted(options: &Resume) -> bool {
    let language = look(&options.shared).language;
    let run = options.run.as_deref().unwrap_or_default();
    let is_wanted = options.yes || ask::consent_to_give_up(run, language);
    if !is_wanted {
        say(text::consent_no());
    }
    is_wanted
}

/// Gives a run up whose journal is damaged: tells what it says so far, and puts it away. What it said beyond is unknown.
fn put_away(home: &StateDir, run: &str, options: &Resume) -> Result<ExitStatus, Failure> {
    if !is_wanted(options) {
        return Ok(ExitStatus::Found);
    }
    let (told, path) = apply::put_away(home, run)?;
    let mut output = Output::new(options.shared.output.clone())?;
    let look = look(&options.shared);
    let lines = told.iter();
    let lines = lines.map(|line| safe_line(line, look));
    let told = if options.shared.format == Format::Json {
        json::story_line(run, &told) + "\n"
    } else {
        lines.collect()
    };
    output.write(&told)?;
    output.finish()?;
    let path = safe(&path.display().to_string());
    say(text::journal_put_away(path));
    Ok(ExitStatus::Unknown)
}

/// A single run. If there is nothing to finish in it, that is said.
fn named(home: &StateDir, run: &str) -> Result<RunsByAccount, ApplyError> {
    let past = home.log(run)?;
    let mut runs = RunsByAccount::default();
    match past.plan() {
        Some(plan) if past.has_sent() => {
            runs.add(&plan.identity, past.filters_at(), run.to_owned());
        }
        plan => {
            say(if plan.is_some() {
                text::run_had_sent_nothing(safe(run))
            } else {
                text::run_never_began(safe(run))
            });
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
            result.and(Box::pin(self.one(entry, run, &mut context)).await?);
        }
        Ok(())
    }

    fn error_line(&self, entry: &Entry, failure: &Failure) -> String {
        json::run_error(&entry.account.id.url, &failure.as_error())
    }
}

/// Whether an account is gone for whoever wants to give up a run on it: nobody is let in, there is no such host, or a host that
/// could not be reached for a moment is still out of reach a day after the run began.
fn is_gone(failure: &Failure, is_old: bool) -> bool {
    let is_unreachable = failure.kind == ErrorKind::Network;
    failure.login_refused || is_unreachable && (failure.retry.is_none() || is_old)
}

impl Resuming {
    async fn one(
        &self,
        entry: &Entry,
        run: &str,
        context: &mut RunContext,
    ) -> Result<AccountResult, Failure> {
        // The rest of what its journal says is not kept: the resume reads it under the account's lock.
        let log = self.home.log_of(&entry.account.id, run)?;
        let (plan, has_loose_ends) = (log.plan().cloned(), log.has_loose_ends());
        let is_old = log.began_a_day_before(&now());
        drop(log);
        let session = self.connector.connect(entry);
        let session = context.unless_stopped(session).await;
        context.stop.watch(&context.progress);
        let account = &entry.account.id;
        let mut session = match session {
            Ok(session) => session,
            Err(failure) if self.options.give_up && is_gone(&failure, is_old) => {
                complain(Some(&account.url), &failure);
                let why = failure.message;
                let mut nobody = OutOfReach { why };
                let receipt = apply::give_up(&mut nobody, &self.home, run, account, context);
                return self.told(run, plan, receipt.await);
            }
            Err(failure) => return Err(failure),
        };
        session.heed(context.stop.flag());
        let receipt = if self.options.give_up {
            // What is given up is only looked at, but for a lock of ours and for subscriptions.
            session.set_mode(if has_loose_ends {
                Mode::ReadWrite
            } else {
                Mode::ReadOnly
            });
            apply::give_up(&mut session, &self.home, run, account, context).await
        } else {
            session.set_mode(Mode::ReadWrite);
            Box::pin(apply::resume(
                &mut session,
                &self.home,
                run,
                account,
                context,
            ))
            .await
        };
        self.connector.log_out(session).await;
        self.told(run, plan, receipt)
    }

    fn told(
        &self,
        run: &str,
        plan: Option<Plan>,
        receipt: Result<Receipt, ApplyError>,
    ) -> Result<AccountResult, Failure> {
        match (receipt, plan) {
            (Err(error @ ApplyError::NothingYet { .. }), _) => {
                let why = text::cannot(error.said());
                say(text::with_hint(why, error.hint()));
                Ok(AccountResult::default())
            }
            // This run was not named: it was only looked after.
            (Err(ApplyError::NotPossible { .. }), _) if self.options.run.is_none() => {
                say(text::run_left_nothing(run));
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
