//! A run on record, as those have it who saw it end: its plan and its receipt.
//!
//! In: a journal. Out: [`Recorded`]. Never: the network, an end that the journal does not know.

use super::{error::ApplyError, receipt::receipt, state_dir::StateDir};
use crate::{
    language::text,
    model::{
        plan::Plan,
        receipt::{Outcome, Receipt, StepReceipt},
    },
};

/// What a journal tells of its run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// What was to be done.
    pub plan: Plan,
    /// What became of it.
    pub receipt: Receipt,
    /// When it began, RFC 3339.
    pub started: String,
}

/// A run on record; none where its first line never got to the disk, and so nothing was sent.
pub fn recorded(home: &StateDir, run: &str) -> Result<Option<Recorded>, ApplyError> {
    let log = home.log(run)?;
    let Some(plan) = log.plan() else {
        return Ok(None);
    };
    let steps = plan.steps.iter().map(|step| {
        if let Some(end) = log.receipt(step.id) {
            return end.clone();
        }
        match log.books.step(step.id) {
            None => receipt(step, Outcome::Skipped, None, Some(text::not_begun())),
            Some(_) => StepReceipt {
                moved: step.path.map(|_| log.books.moved(step.id)),
                ..receipt(step, Outcome::Unknown, None, None)
            },
        }
    });
    let waits = log.waits().map(|waits| waits.at("").until);
    let given_up = log.is_given_up();
    let receipt = Receipt {
        run: log.run.clone(),
        command: log.command().to_owned(),
        account: plan.account.clone(),
        acted_as: None,
        steps: steps.collect(),
        balances: log.books.mailboxes().balances(),
        finished: log.is_finished() || given_up || waits.is_some(),
        waits,
        given_up: given_up.then(|| log.books.unknown().cloned().collect()),
        interrupted: false,
        after: None,
        time: None,
    };
    Ok(Some(Recorded {
        plan: plan.clone(),
        receipt,
        started: log.started().to_owned(),
    }))
}
