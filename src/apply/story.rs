//! What the journals tell: which runs there were, and what became of each message, in plain words.
//!
//! In: journals. Out: summaries and sentences. Never: the network.

use std::collections::BTreeSet;

use super::{ApplyError, Home, Past, journal::Record};
use crate::model::{
    listing::AccountId,
    mailbox::is_tombstone,
    plan::{Action, Step},
    receipt::{Outcome, SourceAfter, StepReceipt},
};

/// How a run stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunState {
    /// Came to its end.
    Finished,
    /// `rolecall resume` finishes it.
    Unfinished,
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
    let pasts = home.pasts()?;
    let undone: BTreeSet<String> = pasts
        .iter()
        .filter_map(|(_, past)| undoes(past.as_ref().ok()?))
        .collect();
    Ok(pasts
        .into_iter()
        .filter_map(|(id, past)| match past {
            Ok(past) => summary(&past, undone.contains(&id)),
            Err(_) => Some(RunSummary {
                id,
                account: None,
                started: String::new(),
                state: RunState::Damaged,
                steps: 0,
                moved: 0,
                undoes: None,
            }),
        })
        .collect())
}

fn summary(past: &Past, undone: bool) -> Option<RunSummary> {
    let plan = past.plan()?;
    Some(RunSummary {
        id: past.run.clone(),
        account: Some(plan.identity.clone()),
        started: past.started().to_owned(),
        state: match (past.is_finished(), undone) {
            (_, true) => RunState::Undone,
            (true, _) => RunState::Finished,
            (false, _) => RunState::Unfinished,
        },
        steps: plan.steps.len(),
        moved: past
            .contents
            .records
            .iter()
            .map(|(_, record)| match record {
                Record::Moved { pairs, .. } => pairs.len() as u64,
                _ => 0,
            })
            .sum(),
        undoes: plan.undoes.clone(),
    })
}

/// The run that a finished run undoes, where it has come to its end.
fn undoes(past: &Past) -> Option<String> {
    past.plan()
        .filter(|_| past.is_finished())
        .and_then(|plan| plan.undoes.clone())
}

/// The finished run that has undone this one.
pub(super) fn undone_by(home: &Home, run: &str) -> Result<Option<String>, ApplyError> {
    Ok(home
        .pasts()?
        .into_iter()
        .filter_map(|(_, past)| past.ok())
        .find(|past| undoes(past).as_deref() == Some(run))
        .map(|past| past.run))
}

/// Sources of earlier runs on this account that would not go or came back: wire names.
#[must_use]
pub fn left_before(home: &Home, account: &AccountId) -> BTreeSet<Vec<u8>> {
    let Ok(pasts) = home.pasts() else {
        return BTreeSet::new();
    };
    let mut left = BTreeSet::new();
    for past in pasts.into_iter().filter_map(|(_, past)| past.ok()) {
        let Some(plan) = past.plan().filter(|plan| plan.identity.is_same(account)) else {
            continue;
        };
        for (step, receipt) in ended(&past, &plan.steps) {
            if let (true, Some(SourceAfter::Left | SourceAfter::CameBack), Some(source)) =
                (step.remove, receipt.source_after, &step.source)
            {
                left.insert(source.wire().to_vec());
            }
        }
    }
    left
}

fn ended<'p>(past: &'p Past, steps: &'p [Step]) -> Vec<(&'p Step, &'p StepReceipt)> {
    past.contents
        .records
        .iter()
        .filter_map(|(_, record)| match record {
            Record::StepEnd { receipt } => {
                Some((steps.iter().find(|step| step.id == receipt.id)?, receipt))
            }
            _ => None,
        })
        .collect()
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
    let receipts = ended(&past, &plan.steps);
    for step in &plan.steps {
        let receipt = receipts
            .iter()
            .rev()
            .find(|(ended, _)| ended.id == step.id)
            .map(|(_, receipt)| *receipt);
        told.push(format!("{}. {}", step.id, sentence(step, receipt)));
        told.extend(messages(&past, step));
    }
    told.push(if past.is_finished() {
        "It came to its end.".to_owned()
    } else {
        format!("It is unfinished: `rolecall resume {run}` goes on with it.")
    });
    Ok(told)
}

fn sentence(step: &Step, receipt: Option<&StepReceipt>) -> String {
    let name = |name: &Option<crate::model::mailbox::MailboxName>| {
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
        Action::Mark => format!("clear the mark of {source}"),
        Action::Delete => format!("remove {target}"),
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
        None => "",
    };
    let text = format!("{what}: {}{moved}{after}", receipt.outcome.word());
    match &receipt.message {
        Some(message) if receipt.outcome != Outcome::Skipped => format!("{text} ({message})"),
        _ => text,
    }
}

/// Where the messages of a step went, batch by batch.
fn messages(past: &Past, step: &Step) -> Vec<String> {
    let set = |uids: Vec<u32>| crate::model::uid::UidSet::new(uids).to_string();
    past.contents
        .records
        .iter()
        .filter_map(|(_, record)| match record {
            Record::Moved {
                step: id,
                from,
                to,
                to_validity,
                pairs,
                ..
            } if *id == step.id && !pairs.is_empty() => {
                let from_name = match &step.source {
                    Some(source) if is_tombstone(from.leaf(past.plan()?.listing.delimiter)) => {
                        format!("\"{}\" (arrived while it was being removed)", source.text())
                    }
                    _ => format!("\"{}\"", from.text()),
                };
                let (old, new) = pairs.iter().copied().unzip();
                Some(format!(
                    "   {from_name} UID {} is now \"{}\" UID {} (UIDVALIDITY {to_validity})",
                    set(old),
                    to.text(),
                    set(new),
                ))
            }
            _ => None,
        })
        .collect()
}
