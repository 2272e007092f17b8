//! The two ways into a run: a plan that is new, or the journal of a run that did not come to its end.
//!
//! In: a plan, or the id of a run. Out: a Receipt. And the way out of a run: it is given up. Both hold the account's lock while they are at work, and a journal is
//! resumed only for the account that it belongs to.

use std::path::PathBuf;

use super::{
    account_log::AccountLog,
    books::{Books, State},
    error::ApplyError,
    history,
    journal::{FORMAT, ReadError, Record, record},
    later::{Removal, Waiting},
    ports::Ports,
    run::{Outcomes, Run},
    run_log::RunLog,
    sender::Sender,
    settings::Settings,
    state_dir::StateDir,
};
use crate::{
    guard::{Guard, stands},
    language::{Phrase, text},
    model::{
        hex,
        listing::AccountId,
        plan::{Path, Plan},
        receipt::Receipt,
    },
    store::Store,
};

/// The run on this account that has sent something and did not come to its end.
pub fn unfinished(home: &StateDir, account: &AccountId) -> Result<Option<String>, ApplyError> {
    Ok(home.account_log(account)?.unfinished().map(str::to_owned))
}

/// Applies a plan as a new run.
pub async fn apply<S: Store>(
    store: &mut S,
    plan: &Plan,
    home: &StateDir,
    settings: &Settings,
    ports: &mut dyn Ports,
) -> Result<Receipt, ApplyError> {
    let _lock = home.lock(&plan.identity)?;
    let account_log = home.account_log(&plan.identity)?;
    if let Some(run) = account_log.unfinished()
        && stands(Guard::Unfinished)
    {
        // Its last command may be at work still, on the very messages that this plan names.
        return Err(ApplyError::Unfinished {
            run: run.to_owned(),
        });
    }
    let id = run_id(ports);
    let journal = home.create(&plan.identity, &id)?;
    let sender = Sender::new(store, ports, journal, Books::default());
    let mut run = Run::new(sender, plan, settings, id.clone());
    run.mover.inherited = account_log.copies_for(plan);
    drop(account_log);
    let millis = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let begun = run.record(Record::Begin(record::Begin {
        format: FORMAT,
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        run: id,
        command: settings.command.clone(),
        plan: Box::new(plan.clone()),
        skip: settings.skip.iter().copied().collect(),
        verify: settings.verify,
        settle_ms: millis(settings.settle),
        grace_ms: settings.grace.map(millis),
        filters_at: settings.filters_at.clone(),
    }));
    match begun {
        Ok(()) => run.go_on(Outcomes::Known).await,
        Err(stop) => run.stopped(stop),
    }
}

fn not_possible(what: Phrase, run: &str, why: Phrase) -> ApplyError {
    ApplyError::NotPossible {
        what,
        run: run.to_owned(),
        why,
    }
}

/// The plan that a run began with, if the run is this account's. `what` is what shall be done with it, as a verb.
fn plan_of(
    home: &StateDir,
    run: &str,
    account: &AccountId,
    what: Phrase,
) -> Result<Plan, ApplyError> {
    let plan = home.log_of(account, run)?.plan().cloned();
    let plan = plan.ok_or_else(|| not_possible(what, run, text::never_began_nothing_sent()))?;
    if plan.identity.is_same(account) {
        Ok(plan)
    } else {
        Err(ApplyError::OtherAccount {
            run: run.to_owned(),
            account: plan.account,
        })
    }
}

/// Finishes an unfinished run: finds out what became of its last command, then goes on as it was begun. A run that had
/// come to its end is taken up again where one of its RENAMEs has run late.
pub async fn resume<S: Store>(
    store: &mut S,
    home: &StateDir,
    run: &str,
    account: &AccountId,
    ports: &mut dyn Ports,
) -> Result<Receipt, ApplyError> {
    let plan = plan_of(home, run, account, text::resume_it())?;
    let _lock = home.lock(&plan.identity)?;
    let (log, account_log) = under_lock(home, account, run)?;
    may_go_on_beside(&account_log, &plan)?;
    let settings = log.settings().cloned();
    let settings =
        settings.ok_or_else(|| not_possible(text::resume_it(), run, text::never_began()))?;
    let waiting = waiting(&log, &account_log, &ports.now())?;
    if let Some(waiting) = &waiting {
        // A run that was cut short may be about to give back what this one would remove.
        let is_beside = account_log.unfinished().is_some() || !account_log.unreadable.is_empty();
        if !waiting.is_due || is_beside {
            return Ok(log.told(&plan, &waiting.until));
        }
    }
    let journal = home.reopen(&log)?;
    let sender = Sender::new(store, ports, journal, log.books);
    let mut run = Run::new(sender, &plan, &settings, log.run);
    run.mover.inherited = account_log.copies_for(&plan);
    drop(account_log);
    if waiting.is_some() {
        run.removal = Removal::Due;
    }
    take_up(&mut run).await
}

/// What the run's journal and those of its account say; the process that wrote them may have gone on until the lock was
/// ours.
fn under_lock(
    home: &StateDir,
    account: &AccountId,
    run: &str,
) -> Result<(RunLog, AccountLog), ApplyError> {
    let mut account_log = AccountLog::default();
    let mut wanted = None;
    for log in home.logs_of(account)? {
        match log {
            Ok(log) => {
                account_log.add(&log);
                if log.run == run {
                    wanted = Some(log);
                }
            }
            Err(why_not) => account_log.unreadable.push(why_not),
        }
    }
    let log = match wanted {
        Some(log) => log,
        None => home.log_of(account, run)?,
    };
    Ok((log, account_log))
}

/// Refuses to go on where another journal of the account cannot be read and its copies would be made again. A run that moves
/// touches only what its own journal names, and looks before each command.
fn may_go_on_beside(account_log: &AccountLog, plan: &Plan) -> Result<(), ApplyError> {
    let copies = plan
        .steps
        .iter()
        .any(|step| step.path.is_some_and(Path::copies));
    match account_log.unreadable.first() {
        Some(ApplyError::Journal { run, .. }) if copies => {
            Err(ApplyError::BesideUnreadable { run: run.clone() })
        }
        _ => Ok(()),
    }
}

/// Gives a run up: looks once more where its messages are, writes down what is known and what is not, and frees the account.
pub async fn give_up<S: Store>(
    store: &mut S,
    home: &StateDir,
    run: &str,
    account: &AccountId,
    ports: &mut dyn Ports,
) -> Result<Receipt, ApplyError> {
    let not_possible = |why: Phrase| not_possible(text::give_it_up(), run, why);
    let plan = plan_of(home, run, account, text::give_it_up())?;
    let _lock = home.lock(&plan.identity)?;
    let log = home.log_of(account, run)?;
    let settings = log.settings().cloned();
    let settings = settings.ok_or_else(|| not_possible(text::never_began()))?;
    if log.is_given_up() {
        return Err(not_possible(text::was_given_up_already()));
    }
    if !log.has_sent() || log.is_finished() && !log.books.may_run_late() {
        return Err(not_possible(text::nothing_is_open()));
    }
    let journal = home.reopen(&log)?;
    let sender = Sender::new(store, ports, journal, log.books);
    let mut run = Run::new(sender, &plan, &settings, log.run);
    let given_up = match run.record(resumed()) {
        Ok(()) => run.give_up().await,
        Err(stop) => Err(stop),
    };
    match given_up {
        Ok(()) => Ok(run.given_up()),
        Err(stop) => run.stopped_unproven(stop),
    }
}

/// Puts a journal away that cannot be read, so that it holds up its account no longer. What it says as far as it can be read,
/// and where it is now.
pub fn put_away(home: &StateDir, run: &str) -> Result<(Vec<Phrase>, PathBuf), ApplyError> {
    match home.beginning(run)? {
        (log, Some(ReadError::Damaged { .. })) => {
            let told = history::tell(home, &log)?;
            Ok((told, home.put_away(&log)?))
        }
        (log, Some(source)) => Err(ApplyError::Journal {
            run: log.run,
            source,
        }),
        (log, None) => Err(ApplyError::NotPossible {
            what: text::put_away_journal_of(),
            run: log.run,
            why: text::it_can_be_read(),
        }),
    }
}

fn resumed() -> Record {
    Record::Resumed(record::Resumed {
        format: FORMAT,
        tool: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// What the run waits for; none where it does not.
fn waiting(
    log: &RunLog,
    account_log: &AccountLog,
    now: &str,
) -> Result<Option<Waiting>, ApplyError> {
    let Some(waits) = log.waits() else {
        return Ok(None);
    };
    match account_log.given_back_by(&waits) {
        Some(other) => {
            let why = text::run_has_undone_it(other);
            Err(not_possible(text::resume_it(), &log.run, why))
        }
        None => Ok(Some(waits.at(now))),
    }
}

/// Goes on with a run whose books are what its journal says.
async fn take_up<S: Store>(run: &mut Run<'_, S>) -> Result<Receipt, ApplyError> {
    let id = run.id.clone();
    let is_given_up = *run.books().state() == State::GivenUp;
    let is_finished = is_given_up || *run.books().state() == State::Finished;
    if !run.books().has_sent() {
        // The account may be another by now: that is for a new plan to see.
        if !is_finished {
            let _ = run.record(Record::End {});
        }
        let why = text::has_sent_nothing();
        return Err(not_possible(text::resume_it(), &id, why));
    }
    if is_finished {
        match run.has_orphans().await {
            Ok(true) => {}
            Ok(false) if is_given_up => {
                let why = text::given_up_and_nothing_there();
                return Err(not_possible(text::resume_it(), &id, why));
            }
            Ok(false) => {
                if run.books().may_run_late() {
                    let now = run.mover.sender.ports.now();
                    if !run.books().is_closed_by_a_look_at(&now) {
                        return Err(ApplyError::NothingYet { run: id });
                    }
                    // On record, so that it need not be looked for for ever.
                    let taken_up = run.record(resumed());
                    let _ = taken_up.and_then(|()| run.record(Record::End {}));
                }
                return Err(not_possible(
                    text::resume_it(),
                    &id,
                    text::has_come_to_its_end(),
                ));
            }
            Err(error) => {
                let why = error.said();
                let later = error.passing().unwrap_or_default();
                return Err(ApplyError::Network { why, later });
            }
        }
    }
    match run.record(resumed()) {
        Ok(()) => run.go_on(Outcomes::Open).await,
        Err(stop) => run.stopped_unproven(stop),
    }
}

/// Time first, so that ids sort by age; then chance, so that two at one instant differ.
fn run_id(ports: &mut dyn Ports) -> String {
    let time: String = ports
        .now()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(15)
        .collect();
    let chance = hex::encode(&ports.nonce());
    let chance: String = chance.chars().take(6).collect();
    format!("{time}-{chance}").to_ascii_lowercase()
}
