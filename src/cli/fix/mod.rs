//! `rolecall fix`: looks at accounts, judges them, plans, shows the plans, asks, and applies them. Nothing is changed before
//! the answer.
//!
//! `fixing` is what all accounts have in common, `attempt` what is done with one account, `earlier` what earlier runs have
//! left there. `plans` are plans in files, `canary` deals with a few accounts first, `scope` is what `--continue` compares.

mod attempt;
mod canary;
mod earlier;
mod fixing;
mod plans;
mod scope;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    addresses::AddressBook,
    args::{Fix, Format},
    ask,
    attempt::AccountState,
    connector::Connector,
    exit_status::ExitStatus,
    failure::Failure,
    gather,
    judging::Judge,
    ledger::{AccountScopes, Ledger, Record, Scope},
    run_context::command_id,
    runner::Runner,
    state_dir,
    terminal::{look, say},
};
use crate::{apply::StateDir, config::accounts::Entry, fleet::Id, language::text};
use fixing::{Approval, Budget, Fixing};
use plans::{PlanAccounts, PlanSaver, ReviewedPlans};

pub async fn run(options: Fix) -> Result<ExitStatus, Failure> {
    includes_what_counts(&options)?;
    let plans = options.plan.as_deref();
    let plans = plans.map(ReviewedPlans::read).transpose()?;
    let Some(mut entries) = entries(&options, plans.as_ref()).await? else {
        return Ok(ExitStatus::Found);
    };
    let asks = options.asks();
    if asks {
        ask::somebody(text::try_dry_run_or_yes())?;
    }
    let is_many = options.many.file.is_some() || entries.len() > 1;
    let saver = saver(&options, is_many)?;
    let state = state_dir::path(&options.shared)?;
    let home = StateDir::open(state.clone())?;
    let (judging, targets) = (&options.judging, &options.target);
    let judge = Judge::new(judging, targets, Some(home.clone()), asks)?;
    let connector = Connector::to(&entries, &options.connecting)?;
    let command = command_id();
    let is_applied = |entry: &Entry| has_been_applied(&home, plans.as_ref(), entry);
    let decided = Decided {
        is_applied: &is_applied,
        scope: scope::of_command(&options, judge.tables()),
        of_accounts: scope::of_accounts(&entries, plans.as_ref()),
    };
    let (before, ledger) = records(&options, decided, &mut entries, &state, &command)?;
    let fuses = options.fuses.clone();
    let mut runner = Runner::with_record(
        "fix",
        entries,
        &options.many,
        &options.shared,
        fuses,
        ledger,
    )?;
    runner.write_metrics(options.metrics.as_deref())?;
    before.tell(&mut runner);
    runner.summary().batch = options.changes().then(|| command.clone());
    let fixing = Fixing {
        budget: Budget::of(options.fuses.max_moves),
        approval: Approval::of(&options, runner.is_many()),
        output: runner.output(),
        command,
        options,
        judge,
        connector,
        home,
        plans,
        saver,
    };
    match fixing.approval {
        // While somebody is asked, Ctrl-C ends the process as it always does.
        Approval::Ask => go(runner, fixing).await,
        Approval::AskOnce => ask_once(runner, fixing, &state).await,
        Approval::ShowOnly | Approval::Given => {
            runner.listen();
            go(runner, fixing).await
        }
    }
}

/// Refuses to include a role that is left out all the same.
fn includes_what_counts(options: &Fix) -> Result<(), Failure> {
    match options.included_in_vain() {
        None => Ok(()),
        Some(role) => {
            Err(Failure::config(text::cannot(text::include_left_out(role)))
                .hint(text::try_only_too()))
        }
    }
}

/// Where plans are saved, if they are.
fn saver(options: &Fix, is_many: bool) -> Result<Option<PlanSaver>, Failure> {
    let accounts = match (is_many, options.accounts.as_slice()) {
        (false, _) => PlanAccounts::One,
        (true, [one]) if !one.starts_with('@') => PlanAccounts::OneOfMany,
        (true, _) => PlanAccounts::Many,
    };
    let path = options.save_plan.as_deref();
    path.map(|path| PlanSaver::to(path, accounts)).transpose()
}

/// Deals with every account, a few of them first where the user wants that.
async fn go(mut runner: Runner, fixing: Fixing) -> Result<ExitStatus, Failure> {
    let order = with_plans(&mut runner, &fixing);
    let fixing = Arc::new(fixing);
    match fixing.options.fuses.canary {
        Some(number) => canary::go(&mut runner, &fixing, order, number).await,
        None => {
            runner.go(&fixing, order).await;
        }
    }
    runner.finish().await
}

/// The accounts that are dealt with: where reviewed plans are applied, those that have one.
fn with_plans(runner: &mut Runner, fixing: &Fixing) -> Vec<Id> {
    let (with, without) = runner.everyone().into_iter().partition(|id| {
        let entry = runner.entry(*id);
        entry.is_none_or(|entry| fixing.has_plan(entry))
    });
    runner.skip(without, &text::no_plan_saved());
    with
}

/// The accounts: those that are named, else those that have a reviewed plan; none where the user does not want to log in to the
/// server of an address.
async fn entries(
    options: &Fix,
    plans: Option<&ReviewedPlans>,
) -> Result<Option<Vec<Entry>>, Failure> {
    let (many, connecting) = (&options.many, &options.connecting);
    let is_named = !options.accounts.is_empty();
    let gathered = match plans {
        Some(plans) if !is_named && many.file.is_none() => {
            Some(gather::of_plans(plans.accounts(), many, connecting)?)
        }
        _ => {
            let language = look(&options.shared).language;
            let addresses = AddressBook::new(&options.lookup, connecting, language);
            gather::gather(&options.accounts, many, connecting, &addresses).await?
        }
    };
    let Some(mut entries) = gathered else {
        return Ok(None);
    };
    if let Some(plans) = plans
        && (is_named || options.many.file.is_some())
    {
        plans.fit(&mut entries, is_named)?;
    }
    if entries.len() > 1 && !options.skip_step.is_empty() {
        return Err(Failure::config(text::cannot(text::leave_out_of_several()))
            .hint(text::try_one_account()));
    }
    let shared = &options.shared;
    if options.grace().is_some() && shared.format == Format::Table && !shared.quiet {
        say(text::emptied_wait());
    }
    Ok(Some(entries))
}

/// Reads what earlier commands have recorded, takes out of `entries` what they have done, and begins this command's record.
fn records(
    options: &Fix,
    decided: Decided<'_>,
    entries: &mut Vec<Entry>,
    state: &Path,
    command: &str,
) -> Result<(Before, Option<Ledger>), Failure> {
    let is_recorded = options.many.file.is_some() && options.changes();
    if !is_recorded && !options.fuses.go_on {
        return Ok((Before::default(), None));
    }
    let Decided {
        is_applied,
        scope,
        of_accounts,
    } = decided;
    let before = if options.fuses.go_on {
        let are_named = !options.accounts.is_empty();
        let record = Record::read(state, &scope)?;
        leave_out(entries, are_named, &record, &of_accounts, is_applied)
    } else {
        Before::default()
    };
    if !is_recorded {
        return Ok((before, None));
    }
    // Accounts that are named one by one are no part of a whole.
    let is_whole = options.accounts.is_empty() && !options.fuses.go_on;
    let whole = is_whole.then_some(options.many.how.part());
    let ledger = Ledger::begin(state, command, scope, of_accounts, whole)?;
    Ok((before, Some(ledger)))
}

/// What the command decides for all accounts, and for each account besides.
struct Decided<'a> {
    /// Whether a run has applied the reviewed plan of an account.
    is_applied: &'a dyn Fn(&Entry) -> bool,
    scope: Scope,
    of_accounts: AccountScopes,
}

/// The accounts that this command leaves out because of an earlier one.
#[derive(Default)]
struct Before {
    done: Vec<Entry>,
    failed: Vec<(Entry, Failure)>,
}

impl Before {
    fn tell(self, runner: &mut Runner) {
        runner.done_before(&self.done, &self.failed);
        let failed = self.failed.len();
        if failed > 0 {
            say(text::accounts_failed_before(failed as u64));
        }
    }
}

/// Takes out the accounts that are done, and those that failed for a reason that lasts. Whoever names accounts has removed the
/// reason, so of these only what is done is taken out.
fn leave_out(
    entries: &mut Vec<Entry>,
    are_named: bool,
    record: &Record,
    of_accounts: &AccountScopes,
    is_applied: &dyn Fn(&Entry) -> bool,
) -> Before {
    let mut before = Before::default();
    entries.retain(|entry| {
        let id = &entry.account.id;
        match record.state_of(id, of_accounts.get(&id.key())) {
            Some(AccountState::Done) => {
                before.done.push(entry.clone());
                false
            }
            Some(AccountState::Failed {
                kind,
                passing: false,
                why,
            }) if !are_named => {
                let why = why.clone().unwrap_or_else(text::reason_not_recorded);
                before.failed.push((entry.clone(), Failure::of(*kind, why)));
                false
            }
            _ if is_applied(entry) => {
                before.done.push(entry.clone());
                false
            }
            _ => true,
        }
    });
    // A reviewed plan may have been applied by a command that left no record.
    if before.done.is_empty()
        && let Some(why) = record.why_nothing_counts()
    {
        say(why);
    }
    before
}

/// Whether a run has applied the very plan that was reviewed for the account. A journal that cannot be read stands in the way
/// when the account has its turn.
fn has_been_applied(home: &StateDir, plans: Option<&ReviewedPlans>, entry: &Entry) -> bool {
    let id = &entry.account.id;
    let digest = plans.and_then(|plans| plans.digest(id));
    digest.is_some_and(|digest| {
        let log = home.account_log(id);
        log.is_ok_and(|log| log.applied(digest).is_some())
    })
}

/// Deals with several accounts where a person is asked: every plan is made and shown, then one answer is for all.
async fn ask_once(mut runner: Runner, fixing: Fixing, state: &Path) -> Result<ExitStatus, Failure> {
    let folder = Scratch(state.join("asked").join(&fixing.command));
    let lang = look(&fixing.options.shared).language;
    let planning = Arc::new(Fixing {
        approval: Approval::ShowOnly,
        saver: Some(PlanSaver::aside(&folder.0)?),
        ..fixing
    });
    let order = with_plans(&mut runner, &planning);
    let planned = runner.draft(&planning, order).await;
    let Ok(fixing) = Arc::try_unwrap(planning) else {
        return Err(Failure::bug("a plan is still being made"));
    };
    if planned.is_empty() {
        return runner.finish().await;
    }
    let plans = ReviewedPlans::read(&folder.0)?;
    if !runner.ask(|| ask::consent_to_many(planned.len(), plans.moves(), lang)) {
        say(text::consent_no());
        runner.declined(&planned);
        return runner.finish().await;
    }
    runner.listen();
    let applying = Arc::new(Fixing {
        approval: Approval::Given,
        saver: None,
        plans: Some(plans),
        ..fixing
    });
    runner.go(&applying, planned).await;
    runner.finish().await
}

/// A folder that is gone when the command ends.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::account::Account, model::error_kind::ErrorKind};

    /// What `--continue` leaves out of one account that failed for a reason that lasts, and how many accounts remain.
    fn left_out(are_named: bool) -> (Before, usize) {
        let folder = tempfile::tempdir().unwrap();
        let mut entries = vec![Entry::of(Account::parse("imaps://four@h").unwrap())];
        let scope = Scope::of(&"a");
        let none = AccountScopes::new();
        let mut ledger =
            Ledger::begin(folder.path(), "c", scope.clone(), none.clone(), None).unwrap();
        let refused = AccountState::Failed {
            kind: ErrorKind::Login,
            passing: false,
            why: Some("cannot log in".into()),
        };
        let accounts = entries.iter().map(|entry| (&entry.account.id, &refused));
        ledger.record(accounts).unwrap();
        let record = Record::read(folder.path(), &scope).unwrap();
        let before = leave_out(&mut entries, are_named, &record, &none, &|_| false);
        (before, entries.len())
    }

    #[test]
    fn what_failed_for_a_reason_that_lasts_is_left_out_with_that_reason() {
        let (before, remaining) = left_out(false);
        assert_eq!(remaining, 0);
        let why: Vec<&str> = before
            .failed
            .iter()
            .map(|(_, failure)| failure.message.english())
            .collect();
        assert_eq!(why, ["cannot log in"]);
    }

    #[test]
    fn an_account_that_is_named_is_tried_again_whatever_it_failed_for() {
        let (before, remaining) = left_out(true);
        assert_eq!(remaining, 1);
        assert!(before.failed.is_empty());
    }
}
