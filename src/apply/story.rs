//! What the journals tell: which runs there were, and what became of each message, in plain words.
//!
//! In: journals. Out: summaries and sentences. Never: the network.

use std::collections::BTreeSet;

use super::{
    ApplyError, Home, Past,
    journal::{Elsewhere, Moved, Record},
    later::given_back_by,
    recover::{attempts, may_run_late},
};
use crate::model::{
    listing::AccountId,
    mailbox::{MailboxName, is_tombstone},
    plan::{Action, Step},
    receipt::{Outcome, SourceAfter, StepReceipt},
    uid::{Uid, UidSet},
};

/// How a run stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunState {
    /// Came to its end.
    Finished,
    /// `rolecall resume` finishes it.
    Unfinished,
    /// Did all it was to do and has set mailboxes aside: `rolecall resume` removes them when their time has come.
    Waiting,
    /// Another process is at it.
    Running,
    /// Came to its end, but one of its RENAMEs was never answered and may run yet: `rolecall resume` looks.
    MayHoldMail,
    /// Another run has undone it.
    Undone,
    /// Its journal cannot be read.
    Damaged,
}

impl RunState {
    /// The state's word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Unfinished => "unfinished",
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::MayHoldMail => "may-hold-mail",
            Self::Undone => "undone",
            Self::Damaged => "damaged",
        }
    }
}

/// One run in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSummary {
    /// Its id.
    pub id: String,
    /// The id that it shares with the other runs of its command.
    pub batch: String,
    /// Its account; none where the journal cannot be read.
    pub account: Option<AccountId>,
    /// When it began, RFC 3339.
    pub started: String,
    /// How it stands.
    pub state: RunState,
    /// Steps in its plan.
    pub steps: usize,
    /// Messages proven moved.
    pub moved: u64,
    /// The run it undoes.
    pub undoes: Option<String>,
}

/// Every run, oldest first. A run that never got its first line to the disk sent nothing and is left out.
pub fn runs(home: &Home) -> Result<Vec<RunSummary>, ApplyError> {
    let mut undone = BTreeSet::new();
    let mut runs = Vec::new();
    for (id, past) in home.pasts()? {
        let Ok(past) = past else {
            runs.push(damaged(id));
            continue;
        };
        undone.extend(undoes(&past));
        runs.extend(summary(&past));
    }
    // A run is undone by a later one.
    for run in &mut runs {
        if undone.contains(&run.id)
            && matches!(
                run.state,
                RunState::Finished | RunState::Unfinished | RunState::Waiting
            )
        {
            run.state = RunState::Undone;
        }
        let account = run.account.as_ref();
        if run.state == RunState::Unfinished && account.is_some_and(|one| home.is_at_work(one)) {
            run.state = RunState::Running;
        }
    }
    Ok(runs)
}

fn damaged(id: String) -> RunSummary {
    RunSummary {
        id,
        batch: String::new(),
        account: None,
        started: String::new(),
        state: RunState::Damaged,
        steps: 0,
        moved: 0,
        undoes: None,
    }
}

/// What a journal alone tells of its run.
fn summary(past: &Past) -> Option<RunSummary> {
    let plan = past.plan()?;
    Some(RunSummary {
        id: past.run.clone(),
        batch: past.batch().to_owned(),
        account: Some(plan.identity.clone()),
        started: past.started().to_owned(),
        // One that sent nothing has nothing to finish.
        state: match past.is_finished() || !past.has_sent() {
            false if past.is_waiting() => RunState::Waiting,
            true if may_run_late(&past.contents.records, &plan.listing) => RunState::MayHoldMail,
            true => RunState::Finished,
            false => RunState::Unfinished,
        },
        steps: plan.steps.len(),
        moved: past.moved(),
        undoes: plan.undoes.clone(),
    })
}

/// The run that a run has undone: it came to its end, and every step of it was applied.
fn undoes(past: &Past) -> Option<String> {
    let plan = past.plan().filter(|_| past.is_finished())?;
    let is_applied = |step: &Step| {
        past.receipt(step.id)
            .is_some_and(|receipt| receipt.outcome == Outcome::Applied)
    };
    plan.undoes
        .clone()
        .filter(|_| plan.steps.iter().all(is_applied))
}

/// The run that has undone this one.
pub(super) fn undone_by(home: &Home, past: &Past) -> Result<Option<String>, ApplyError> {
    let Some(plan) = past.plan() else {
        return Ok(None);
    };
    Ok(home
        .pasts_of(&plan.identity)?
        .into_iter()
        .find(|other| undoes(other).as_ref() == Some(&past.run))
        .map(|other| other.run))
}

/// The run on this account that gave a mailbox this name to remove it.
#[must_use]
pub fn run_of(home: &Home, account: &AccountId, tombstone: &MailboxName) -> Option<String> {
    let pasts = home.pasts_of(account).ok()?;
    let asked_for = |past: &Past| {
        let asked = past
            .plan()
            .map(|plan| attempts(&past.contents.records, &plan.listing));
        asked
            .into_iter()
            .flatten()
            .any(|attempt| attempt.name == *tombstone)
    };
    pasts.into_iter().find(asked_for).map(|past| past.run)
}

/// What earlier runs on an account have found out and a plan should know: wire names.
#[derive(Debug, Default)]
pub struct Before {
    /// Sources that would not go or came back.
    pub left: BTreeSet<Vec<u8>>,
    /// Names that were tried, and that the server does not mark.
    pub tried: BTreeSet<Vec<u8>>,
}

/// What the journals of an account tell to a plan. Reads each of them once.
#[must_use]
pub fn before(home: &Home, account: &AccountId) -> Before {
    let mut before = Before::default();
    for past in home.pasts_of(account).unwrap_or_default() {
        for step in past.plan().into_iter().flat_map(|plan| &plan.steps) {
            let receipt = past.receipt(step.id);
            let after = receipt.and_then(|receipt| receipt.source_after);
            if !matches!(after, Some(SourceAfter::Left | SourceAfter::CameBack)) {
                continue;
            }
            let wire = |name: &MailboxName| name.wire().to_vec();
            if step.remove {
                before.left.extend(step.source.as_ref().map(wire));
            }
            if step.if_marked {
                before.tried.extend(step.target.as_ref().map(wire));
            }
        }
    }
    before
}

/// The runs that a resume has something to do for, or to look after; those of one batch, if one is named.
pub fn to_resume(home: &Home, batch: Option<&str>) -> Result<Vec<RunSummary>, ApplyError> {
    of_batch(home, batch, &|state| {
        // One that is running is told of as such when its turn comes.
        matches!(
            state,
            RunState::Unfinished | RunState::Running | RunState::Waiting | RunState::MayHoldMail
        )
    })
}

/// The runs of a batch that have not been undone.
pub fn to_undo(home: &Home, batch: &str) -> Result<Vec<RunSummary>, ApplyError> {
    of_batch(home, Some(batch), &|state| *state != RunState::Undone)
}

fn of_batch(
    home: &Home,
    batch: Option<&str>,
    is_it: &dyn Fn(&RunState) -> bool,
) -> Result<Vec<RunSummary>, ApplyError> {
    let of_it = |run: &RunSummary| batch.is_none_or(|batch| run.batch == batch);
    let runs = runs(home)?.into_iter();
    let mut found: Vec<RunSummary> = runs.filter(of_it).collect();
    if let (Some(batch), true) = (batch, found.is_empty()) {
        return Err(ApplyError::NoSuchBatch {
            batch: batch.to_owned(),
        });
    }
    found.retain(|run| is_it(&run.state));
    Ok(found)
}

/// One run in sentences; names in them are raw.
pub fn story(home: &Home, run: &str) -> Result<Vec<String>, ApplyError> {
    let past = home.past(run)?;
    let Some(plan) = past.plan() else {
        return Ok(vec!["It never began: nothing was sent.".to_owned()]);
    };
    let mut told = vec![match &plan.undoes {
        Some(other) => format!(
            "{}: undoes the run {other} on {}",
            past.started(),
            plan.account
        ),
        None => format!("{}: {}", past.started(), plan.account),
    }];
    for step in &plan.steps {
        let receipt = past.receipt(step.id);
        told.push(format!("{}. {}", step.id, sentence(step, receipt)));
        told.extend(messages(&past, step));
    }
    told.extend(balances(&past));
    told.push(if past.is_finished() {
        "It came to its end.".to_owned()
    } else if past.is_waiting() {
        if let Some(other) = given_back_by(home, &past)? {
            format!("The run {other} has undone it.")
        } else {
            let until = past.waits("").map(|waits| waits.until).unwrap_or_default();
            format!(
                "It waits until {until} to remove what it has set aside: `rolecall resume {run}` does so then."
            )
        }
    } else {
        format!("It is unfinished: `rolecall resume {run}` goes on with it.")
    });
    if past.is_finished() && may_run_late(&past.contents.records, &plan.listing) {
        told.push(format!(
            "One of its commands was never answered and may hold mail if it runs late: `rolecall resume {run}` looks."
        ));
    }
    Ok(told)
}

/// What does not add up.
fn balances(past: &Past) -> Vec<String> {
    let records = past.contents.records.iter();
    let balances = records.filter_map(|(_, record)| match record {
        Record::Balanced { balance } if balance.differs() => Some(balance),
        _ => None,
    });
    let told = balances.map(|balance| {
        let uids = if balance.uids.is_empty() {
            String::new()
        } else {
            format!(" (UID {})", balance.uids)
        };
        let name = balance.mailbox.text();
        if balance.purged > 0 {
            let purged = balance.purged;
            format!("   {purged} messages have gone from \"{name}\", where servers purge{uids}")
        } else {
            let unexplained = balance.unexplained;
            format!(
                "   {unexplained} messages of \"{name}\" are gone or there twice, and nothing shows why{uids}"
            )
        }
    });
    told.collect()
}

fn sentence(step: &Step, receipt: Option<&StepReceipt>) -> String {
    let name = |name: &Option<MailboxName>| {
        name.as_ref()
            .map_or_else(|| "?".to_owned(), |name| format!("\"{}\"", name.text()))
    };
    let (source, target) = (name(&step.source), name(&step.target));
    let what = match step.action {
        Action::Create => format!("make {target}"),
        Action::Rename => format!("rename {source} to {target}"),
        Action::Merge => format!("move the messages of {source} into {target}"),
        Action::Subscribe => format!("subscribe {target}"),
        Action::Unsubscribe => format!("unsubscribe {target}"),
        Action::Mark if step.target.is_some() => format!("mark {target}"),
        Action::Delete => format!("remove {target}"),
        Action::Mark => format!("clear the mark of {source}"),
    };
    let Some(receipt) = receipt else {
        return format!("{what}: not over");
    };
    let moved = receipt
        .moved
        .map_or_else(String::new, |moved| format!(", {moved} messages"));
    let after = match receipt.source_after {
        Some(SourceAfter::Removed) => ", then removed",
        Some(SourceAfter::Left) => ", it stays",
        Some(SourceAfter::CameBack) => ", removed and made again by somebody",
        Some(SourceAfter::Waits) => ", set aside and removed later",
        None => "",
    };
    let text = format!("{what}: {}{moved}{after}", receipt.outcome.word());
    match &receipt.message {
        Some(message) if receipt.outcome != Outcome::Skipped || receipt.source_after.is_some() => {
            format!("{text} ({})", message.english())
        }
        _ => text,
    }
}

/// Where the messages of a step went, batch by batch.
fn messages(past: &Past, step: &Step) -> Vec<String> {
    let source = step.source.as_ref();
    let delimiter = past
        .plan()
        .zip(source)
        .and_then(|(plan, source)| plan.listing.delimiter_of(source));
    let records = past.contents.records.iter();
    let batches = records.filter_map(|(_, record)| match record {
        Record::Moved(moved) if moved.step == step.id => Some(moved),
        _ => None,
    });
    batches
        .flat_map(|moved| {
            let place = place(moved, step, delimiter);
            let tell = |pairs: &[(Uid, Uid)], how: &str| {
                let (old, new): (Vec<Uid>, Vec<Uid>) = pairs.iter().copied().unzip();
                (!pairs.is_empty()).then(|| {
                    format!(
                        "   {place} UID {} is now \"{}\" UID {} (UIDVALIDITY {}){how}",
                        UidSet::new(old),
                        moved.to.text(),
                        UidSet::new(new),
                        moved.to_validity,
                    )
                })
            };
            let moved_by_us = [
                tell(&moved.pairs, ""),
                tell(&moved.there, ", which was there already"),
                tell(&moved.changed, ", rewritten by the server"),
            ];
            let mut told: Vec<String> = moved_by_us.into_iter().flatten().collect();
            told.extend(vanished(past, moved, &place));
            told
        })
        .collect()
}

/// What is known of those messages of a batch that did not arrive. Nobody saw who took them.
fn vanished(past: &Past, moved: &Moved, place: &str) -> Vec<String> {
    let mut lost: BTreeSet<Uid> = moved.gone.as_slice().iter().copied().collect();
    let mut told = Vec::new();
    for found in moved.elsewhere.iter().chain(sought(past, moved.intent)) {
        let (old, new): (Vec<Uid>, Vec<Uid>) = found.pairs.iter().copied().unzip();
        for uid in &old {
            lost.remove(uid);
        }
        let how = if found.mailbox == moved.to {
            "did not arrive; the same id is"
        } else {
            "is in neither mailbox; by its id it is"
        };
        told.push(format!(
            "   {place} UID {} {how} in \"{}\" UID {}",
            UidSet::new(old),
            found.mailbox.text(),
            UidSet::new(new),
        ));
    }
    if !lost.is_empty() {
        let lost: UidSet = lost.into_iter().collect();
        told.push(format!("   {place} UID {lost} is in neither mailbox"));
    }
    told
}

/// Where copies of what a batch did not bring to its target were found.
fn sought(past: &Past, batch: u64) -> impl Iterator<Item = &Elsewhere> {
    let records = past.contents.records.iter();
    let places = records.filter_map(move |(_, record)| match record {
        Record::Sought { intent, places, .. } if *intent == batch => Some(places),
        _ => None,
    });
    places.flatten()
}

/// Where a batch was.
fn place(moved: &Moved, step: &Step, delimiter: Option<char>) -> String {
    match &step.source {
        Some(source) if is_tombstone(moved.from.leaf(delimiter)) => {
            format!("\"{}\" (arrived while it was being removed)", source.text())
        }
        _ => format!("\"{}\"", moved.from.text()),
    }
}
