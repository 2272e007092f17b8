//! `rolecall undo`: makes the inverse of a run as a plan, shows it, asks, and applies it as a new run.

use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{
    args::{Format, Undo},
    ask::{self, PlanView},
    attempt::{AccountResult, AccountState, Verb},
    clock::now,
    connector::Connector,
    exit_status::ExitStatus,
    failure::Failure,
    gather,
    judging::account_log,
    ledger::{Ledger, Scope},
    output::Output,
    results::plan_text,
    run_context::{RunContext, command_id},
    runner::Runner,
    runs_by_account::{self, RunsByAccount},
    state_dir,
    terminal::{look, say},
};
use crate::{
    apply::{self, Settings, StateDir, Verify},
    config::accounts::Entry,
    imap::{Mode, Session},
    language::text,
    model::plan::Plan,
    report::json,
};

pub async fn run(options: Undo) -> Result<ExitStatus, Failure> {
    let asks = !options.yes && !options.dry_run;
    let state = state_dir::path(&options.shared)?;
    let home = StateDir::open(state.clone())?;
    let runs = runs(&options, &home)?;
    if asks {
        ask::somebody(text::try_dry_run_or_yes())?;
    }
    if runs.is_empty() {
        say(match &options.command {
            Some(command) if apply::is_undone(&home, command)? => text::undone_before(),
            _ => text::nothing_was_begun(),
        });
        return Ok(ExitStatus::Done);
    }
    let (entries, absent) = gather::recall(&runs.accounts, &options.many, &options.connecting)?;
    let connector = Connector::to(&entries, &options.connecting)?;
    let number = runs.number(&entries);
    let is_one = number == 1 && absent.is_empty();
    if asks && !is_one {
        let lang = look(&options.shared).language;
        if !ask::consent_to_undo(number, entries.len(), lang) {
            say(text::consent_no());
            return Ok(ExitStatus::Found);
        }
    }
    let command = command_id();
    if !options.dry_run {
        record(&state, &command, &entries)?;
    }
    let everyone = [entries, absent.clone()].concat();
    let mut runner = Runner::new("undo", everyone, &options.many, &options.shared)?;
    if !asks || !is_one {
        runner.listen();
    }
    let verb = Arc::new(Undoing {
        asks: asks && is_one,
        command,
        output: runner.output(),
        options,
        home,
        runs,
        connector,
    });
    runs_by_account::go(&mut runner, &verb, &absent).await;
    drop(verb);
    runner.finish().await
}

/// The runs that are to be undone.
fn runs(options: &Undo, home: &StateDir) -> Result<RunsByAccount, Failure> {
    if let Some(command) = &options.command {
        return Ok(RunsByAccount::of(apply::to_undo(home, command)?));
    }
    let mut runs = RunsByAccount::default();
    if let Some(run) = &options.run {
        let log = home.log(run)?;
        if let Some(plan) = log.plan() {
            runs.add(&plan.identity, log.filters_at(), run.clone());
        }
    }
    Ok(runs)
}

/// Records that these accounts are no longer done, so that `fix --continue` deals with them again.
fn record(state: &Path, command: &str, entries: &[Entry]) -> Result<(), Failure> {
    let mut ledger = Ledger::begin(state, command, Scope::every(), HashMap::new(), None)?;
    let accounts = entries.iter().map(|entry| &entry.account.id);
    ledger.record(accounts.map(|account| (account, &AccountState::Found)))
}

struct Undoing {
    options: Undo,
    /// Whether the user of this one account is asked.
    asks: bool,
    command: String,
    home: StateDir,
    runs: RunsByAccount,
    connector: Connector,
    output: Arc<Mutex<Output>>,
}

impl Verb for Undoing {
    async fn attempt(
        &self,
        entry: &Entry,
        mut context: RunContext,
        result: &mut AccountResult,
    ) -> Result<(), Failure> {
        // The run that was done last is undone first.
        for run in self.runs.of_account(&entry.account.id).iter().rev() {
            let next = Box::pin(self.one(entry, run, &mut context))
                .await
                .map_err(|failure| Failure {
                    // Another attempt would begin with the run that is undone already.
                    retry: failure.retry.filter(|_| !result.changed),
                    ..failure
                })?;
            let is_done = result.status.or(next.status) == ExitStatus::Done;
            result.and(next);
            if !is_done {
                break;
            }
        }
        Ok(())
    }

    fn error_line(&self, entry: &Entry, failure: &Failure) -> String {
        let (account, error) = (&entry.account.id.url, failure.as_error());
        if self.options.dry_run {
            json::plan_error(account, &error)
        } else {
            json::run_error(account, &error)
        }
    }
}

impl Undoing {
    async fn one(
        &self,
        entry: &Entry,
        run: &str,
        context: &mut RunContext,
    ) -> Result<AccountResult, Failure> {
        let options = &self.options;
        let session = self.connector.connect(entry);
        let mut session = context.unless_stopped(session).await?;
        let plan = self.plan(entry, run, &mut session, context).await?;
        let mut result = AccountResult {
            status: if plan.leaves_mail() {
                ExitStatus::Failed
            } else {
                ExitStatus::Done
            },
            brief: text::nothing_to_undo(),
            ..AccountResult::default()
        };
        let stops = options.dry_run || plan.is_empty();
        // If nothing is applied without an answer, the plan is the result; otherwise the receipt is.
        let is_for_people = options.shared.format == Format::Table;
        let mut view = PlanView::new(&self.output, &options.shared);
        let is_shown_by_asking = self.asks && !stops && view.is_in_results();
        if stops || is_for_people && !is_shown_by_asking && !(options.shared.quiet && options.yes) {
            result.text = plan_text(&plan, &options.shared);
        }
        let mut is_wanted = || {
            view.write(&mut result.text)?;
            Ok::<_, Failure>(ask::is_wanted(&plan, &mut view))
        };
        if stops || (self.asks && !context.progress.aside(&mut is_wanted)?) {
            self.connector.log_out(session).await;
            if !plan.is_empty() {
                result.status = ExitStatus::Found;
            }
            return Ok(result);
        }
        context.stop.watch(&context.progress);
        session.heed(context.stop.flag());
        session.set_mode(Mode::ReadWrite);
        let verify = self.home.log_of(&entry.account.id, run)?.verifies();
        let settings = self.settings(entry, verify);
        let applying = apply::apply(&mut session, &plan, &self.home, &settings, context);
        let receipt = Box::pin(applying).await?;
        self.connector.log_out(session).await;
        result.then(AccountResult::of_receipt(&plan, &receipt, &options.shared));
        // Another attempt would make another plan instead of finishing this run.
        result.retry = None;
        Ok(result)
    }

    /// The inverse of a run, as far as it can be applied to the account as it is now.
    async fn plan(
        &self,
        entry: &Entry,
        run: &str,
        session: &mut Session,
        context: &RunContext,
    ) -> Result<Plan, Failure> {
        let listing = async { Ok(session.listing(now()).await?) };
        let listing = context.unless_stopped(listing).await?;
        let plan = apply::undo(&self.home, run, &listing, now())?;
        let log = account_log(&self.home, &entry.account.id)?;
        apply::check(&listing, &plan, &log.set_aside())?;
        Ok(plan)
    }

    fn settings(&self, entry: &Entry, verify: Verify) -> Settings {
        Settings {
            settle: Duration::from_secs(self.options.settle),
            verify,
            command: self.command.clone(),
            skip: BTreeSet::new(),
            grace: None,
            filters_at: self.connector.filters_at(entry),
        }
    }
}
