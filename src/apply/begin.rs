//! The two ways into a run: a plan that is new, or the journal of a run that did not come to its end.
//!
//! In: a plan or a run's id. Out: a Receipt. Never: a resume without the account's lock, or of another's journal.

use std::{collections::BTreeMap, time::Duration};

use super::{
    ApplyError, Home, Past, Ports, Settings,
    journal::{FORMAT, Record},
    later::{Removal, given_back_by},
    recover::may_run_late,
    run::Run,
};
use crate::{
    guard::{Guard, stands},
    model::{
        listing::AccountId,
        mailbox::MailboxName,
        plan::{Path, Plan, hex},
        receipt::Receipt,
        uid::Uid,
    },
    store::Store,
};

/// The run on this account that has sent something and did not come to its end.
pub fn unfinished(home: &Home, account: &AccountId) -> Result<Option<String>, ApplyError> {
    Ok(unfinished_of(&home.pasts_of(account)?))
}

fn unfinished_of(pasts: &[Past]) -> Option<String> {
    let open = |past: &&Past| !past.is_finished() && !past.is_waiting() && past.has_sent();
    pasts.iter().find(open).map(|past| past.run.clone())
}

/// Applies a plan as a new run.
pub async fn apply<S: Store, P: Ports>(
    store: &mut S,
    plan: &Plan,
    home: &Home,
    settings: &Settings,
    ports: &mut P,
) -> Result<Receipt, ApplyError> {
    let _lock = home.lock(&plan.identity)?;
    let pasts = home.pasts_of(&plan.identity)?;
    if let Some(run) = unfinished_of(&pasts)
        && stands(Guard::Unfinished)
    {
        // Its last command may be at work still, on the very messages that this plan names.
        return Err(ApplyError::Unfinished { run });
    }
    let id = run_id(ports);
    let journal = home.create(&plan.identity, &id)?;
    let mut run = Run::new(store, ports, plan, settings, id.clone(), journal);
    run.inherited = inherited(&pasts, plan);
    let begun = run.write(Record::Begin {
        format: FORMAT,
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        run: id,
        batch: settings.batch.clone(),
        plan: Box::new(plan.clone()),
        skip: settings.skip.iter().copied().collect(),
        verify: settings.verify,
        settle_ms: u64::try_from(settings.settle.as_millis()).unwrap_or(u64::MAX),
        grace_ms: settings
            .grace
            .map(|grace| u64::try_from(grace.as_millis()).unwrap_or(u64::MAX)),
    });
    match begun {
        Ok(()) => run.go_on().await,
        Err(halt) => run.halted(halt, None),
    }
}

/// Finishes an unfinished run: finds out what became of its last command, then goes on as it was begun. A run that had
/// come to its end is taken up again where one of its RENAMEs has run late.
pub async fn resume<S: Store, P: Ports>(
    store: &mut S,
    home: &Home,
    run: &str,
    account: &AccountId,
    ports: &mut P,
) -> Result<Receipt, ApplyError> {
    let not_possible = |why: &str| ApplyError::NotPossible {
        what: "resume",
        run: run.to_owned(),
        why: why.to_owned(),
    };
    let past = home.past_of(account, run)?;
    let Some(plan) = past.plan().cloned() else {
        return Err(not_possible("it never began, so nothing was sent"));
    };
    if !plan.identity.is_same(account) {
        return Err(ApplyError::OtherAccount {
            run: run.to_owned(),
            account: plan.account,
        });
    }
    let _lock = home.lock(&plan.identity)?;
    // Read again under the lock: the process that wrote it may have gone on until now.
    let past = home.past_of(account, run)?;
    let records = &past.contents.records;
    let settings = begun(&past).ok_or_else(|| not_possible("it never began"))?;
    let waits = past.waits(&ports.now());
    if let Some(waits) = &waits {
        if let Some(other) = given_back_by(home, &past)? {
            return Err(not_possible(&format!("the run {other} has undone it")));
        }
        // A run that was cut short may be about to give back what this one would remove.
        let is_beside = unfinished(home, account)?.is_some();
        if !waits.is_due || is_beside {
            return Ok(past.told(&plan, waits));
        }
    }
    let journal = home.reopen(&past)?;
    let mut run = Run::new(store, ports, &plan, &settings, past.run.clone(), journal);
    if !past.has_sent() {
        // The account may be another by now: that is for a new plan to see.
        if !past.is_finished() {
            let _ = run.write(Record::End {});
        }
        return Err(not_possible("it has sent nothing; make the plan again"));
    }
    let resumed = Record::Resumed {
        format: FORMAT,
        tool: env!("CARGO_PKG_VERSION").to_owned(),
    };
    if past.is_finished() {
        match run.has_orphans(records).await {
            Ok(true) => {}
            Ok(false) => {
                if may_run_late(records, &plan.listing) {
                    // On record, so that it need not be looked for for ever.
                    let _ = run.write(resumed).and_then(|()| run.write(Record::End {}));
                }
                return Err(not_possible("it has come to its end"));
            }
            Err(error) => {
                let why = error.to_string();
                let later = error.passing().unwrap_or_default();
                return Err(ApplyError::Network { why, later });
            }
        }
    }
    run.sent = true;
    if waits.is_some() {
        run.removal = Removal::Due;
    }
    run.inherited = inherited(&home.pasts_of(account)?, &plan);
    let recovered = match run.write(resumed) {
        Ok(()) => run.recover(records).await,
        Err(halt) => Err(halt),
    };
    match recovered {
        Ok(()) => run.go_on().await,
        Err(halt) => run.halted_unproven(halt),
    }
}

/// How a run was begun.
fn begun(past: &Past) -> Option<Settings> {
    match past.contents.records.first() {
        Some((
            _,
            Record::Begin {
                batch,
                skip,
                verify,
                settle_ms,
                grace_ms,
                ..
            },
        )) => Some(Settings {
            settle: Duration::from_millis(*settle_ms),
            verify: *verify,
            batch: batch.clone(),
            skip: skip.iter().copied().collect(),
            grace: grace_ms.map(Duration::from_millis),
        }),
        _ => None,
    }
}

/// What earlier runs have copied and left in the sources of this plan: where both mailboxes are still the same, it need
/// not be copied again.
fn inherited(pasts: &[Past], plan: &Plan) -> BTreeMap<MailboxName, BTreeMap<Uid, Uid>> {
    let is_the_same = |name: &MailboxName, validity: u32| {
        let mut seen = plan.listing.mailboxes.iter();
        seen.any(|seen| seen.mailbox == *name && seen.uid_validity == Some(validity))
    };
    let is_a_merge = |from: &MailboxName, to: &MailboxName| {
        plan.steps.iter().any(|step| {
            step.path.is_some_and(Path::copies)
                && step.source.as_ref() == Some(from)
                && step.target.as_ref() == Some(to)
        })
    };
    let mut left: BTreeMap<MailboxName, BTreeMap<Uid, Uid>> = BTreeMap::new();
    for (_, record) in pasts.iter().flat_map(|past| &past.contents.records) {
        match record {
            Record::Moved(moved)
                if moved.copied
                    && is_a_merge(&moved.from, &moved.to)
                    && is_the_same(&moved.from, moved.from_validity)
                    && is_the_same(&moved.to, moved.to_validity) =>
            {
                let left = left.entry(moved.from.clone()).or_default();
                left.extend(moved.pairs.iter().copied());
            }
            Record::Expunged { from, pairs, .. } => {
                let left = left.entry(from.clone()).or_default();
                for (old, _) in pairs {
                    left.remove(old);
                }
            }
            _ => {}
        }
    }
    left
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
