//! The two ways into a run: a plan that is new, or the journal of a run that did not come to its end.
//!
//! In: a plan or a run's id. Out: a Receipt. Never: a resume without the account's lock, or of another's journal.

use std::collections::BTreeSet;

use super::{
    ApplyError, Home, Past, Ports, Settings,
    journal::{FORMAT, Record},
    run::Run,
};
use crate::{
    model::{
        listing::AccountId,
        plan::{Plan, hex},
        receipt::Receipt,
    },
    store::Store,
};

/// Applies a plan as a new run.
pub async fn apply<S: Store, P: Ports>(
    store: &mut S,
    plan: &Plan,
    home: &Home,
    settings: &Settings,
    ports: &mut P,
) -> Result<Receipt, ApplyError> {
    let _lock = home.lock(&plan.identity)?;
    let id = run_id(ports);
    let journal = home.create(&plan.identity, &id)?;
    let mut run = Run::new(store, ports, plan, settings, journal);
    let begin = Record::Begin {
        format: FORMAT,
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        run: id.clone(),
        batch: settings.batch.clone(),
        plan: Box::new(plan.clone()),
        skip: settings.skip.iter().copied().collect(),
    };
    run.write(begin)
        .map_err(|source| ApplyError::JournalWrite { source })?;
    run.go_on(&id, &settings.batch).await
}

/// Finishes an unfinished run: finds out what became of its last command, then goes on.
pub async fn resume<S: Store, P: Ports>(
    store: &mut S,
    home: &Home,
    run: &str,
    account: &AccountId,
    settings: &Settings,
    ports: &mut P,
) -> Result<Receipt, ApplyError> {
    let past = home.past(run)?;
    let not_possible = |why: &str| ApplyError::NotPossible {
        what: "resume",
        run: run.to_owned(),
        why: why.to_owned(),
    };
    let Some(plan) = past.plan().cloned() else {
        return Err(not_possible("it never began, so nothing was sent"));
    };
    if !plan.identity.is_same(account) {
        return Err(ApplyError::OtherAccount {
            run: run.to_owned(),
            account: plan.account,
        });
    }
    if past.is_finished() {
        return Err(not_possible("it has come to its end"));
    }
    let _lock = home.lock(&plan.identity)?;
    // Read again under the lock: the process that wrote it may have gone on until now.
    let past = home.past(run)?;
    if past.is_finished() {
        return Err(not_possible("it has come to its end"));
    }
    let settings = Settings {
        batch: past.batch().to_owned(),
        skip: skipped(&past),
        ..settings.clone()
    };
    let journal = Home::reopen(&past)?;
    let mut run = Run::new(store, ports, &plan, &settings, journal);
    run.write(Record::Resumed {
        tool: env!("CARGO_PKG_VERSION").to_owned(),
    })
    .map_err(|source| ApplyError::JournalWrite { source })?;
    match run.recover(&past.contents.records).await {
        Ok(()) => run.go_on(&past.run, &settings.batch).await,
        Err(halt) => run.halted(halt, None, &past.run, &settings.batch),
    }
}

fn skipped(past: &Past) -> BTreeSet<u32> {
    match past.contents.records.first() {
        Some((_, Record::Begin { skip, .. })) => skip.iter().copied().collect(),
        _ => BTreeSet::new(),
    }
}

/// Time first, so that ids sort by age; then chance, so that two at one instant differ.
fn run_id<P: Ports>(ports: &mut P) -> String {
    let time: String = ports
        .now()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(15)
        .collect();
    let chance = hex(&ports.nonce());
    let chance: String = chance.chars().take(6).collect();
    format!("{time}-{chance}").to_ascii_lowercase()
}
