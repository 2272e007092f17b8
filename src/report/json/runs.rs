//! Plans and runs for scripts.
//!
//! In: a plan, a receipt, the runs on record, a failure. Out: one line each. Never: a key left out.

use super::{
    form::{ErrorForm, PlanForm, RUNS, ReceiptForm, RunForm, STORY, StoryForm, TOOL},
    line::line,
};
use crate::{
    apply::{RunState, RunSummary},
    language::Phrase,
    model::{
        error_kind::ErrorKind,
        plan::{self, Plan},
        receipt::{self, Receipt},
    },
};

/// A plan. `--plan` reads it too.
#[must_use]
pub fn plan_line(plan: &Plan) -> String {
    let Plan {
        schema,
        tool,
        account,
        identity,
        made,
        listing,
        allow,
        partial,
        undoes,
        steps,
        warnings,
        manual,
        french,
        totals,
        digest,
        error: (),
    } = plan;
    line(&PlanForm {
        schema,
        tool,
        account,
        identity: Some(identity),
        made: Some(made),
        listing: Some(listing),
        allow: Some(allow),
        partial: *partial,
        undoes: undoes.as_deref(),
        steps: Some(steps),
        warnings: Some(warnings),
        manual: Some(manual),
        french,
        totals: *totals,
        digest: Some(digest),
        error: None,
    })
}

/// An account for which there is no plan.
#[must_use]
pub fn plan_error(account: &str, error: &ErrorForm<'_>) -> String {
    line(&PlanForm {
        schema: plan::SCHEMA,
        tool: TOOL,
        account,
        identity: None,
        made: None,
        listing: None,
        allow: None,
        partial: false,
        undoes: None,
        steps: None,
        warnings: None,
        manual: None,
        french: &[],
        totals: None,
        digest: None,
        error: Some(*error),
    })
}

/// What a run did. A run that has not come to its end has an error that says so, since its steps need not.
#[must_use]
pub fn receipt_line(plan: &Plan, receipt: &Receipt) -> String {
    let hint = format!("rolecall resume {}", receipt.run);
    let (kind, message) = if receipt.interrupted {
        (ErrorKind::Interrupted, "the run was interrupted")
    } else {
        (ErrorKind::Unknown, "the run has not come to its end")
    };
    let is_given_up = receipt.given_up.is_some();
    let is_open = !is_given_up && (!receipt.finished || receipt.is_unknown());
    line(&ReceiptForm {
        schema: receipt::SCHEMA,
        account: &receipt.account,
        acted_as: receipt.acted_as.as_deref(),
        run: Some(&receipt.run),
        steps: Some(&receipt.steps),
        balance: Some(&receipt.balances),
        waits: receipt.waits.as_deref(),
        given_up: receipt.given_up.as_deref(),
        warnings: Some(&plan.warnings),
        batch: Some(&receipt.command),
        time: receipt.time.as_ref(),
        error: is_open.then_some(ErrorForm {
            kind,
            message,
            hint: Some(&hint),
        }),
    })
}

/// An account on which no run could begin.
#[must_use]
pub fn run_error(account: &str, error: &ErrorForm<'_>) -> String {
    line(&ReceiptForm {
        schema: receipt::SCHEMA,
        account,
        acted_as: None,
        run: None,
        steps: None,
        balance: None,
        waits: None,
        given_up: None,
        warnings: None,
        batch: None,
        time: None,
        error: Some(*error),
    })
}

/// One run of the list of runs.
#[must_use]
pub fn run_summary_line(run: &RunSummary) -> String {
    let is_read = !matches!(run.state, RunState::Damaged | RunState::Newer);
    let is_known = is_read || run.account.is_some();
    line(&RunForm {
        schema: RUNS,
        run: &run.id,
        account: run.account.as_ref().map(|account| account.url.as_str()),
        started: Some(run.started.as_str()).filter(|_| is_known),
        state: run.state.word(),
        steps: Some(run.steps).filter(|_| is_read),
        moved: Some(run.moved).filter(|_| is_read),
        batch: Some(run.command.as_str()).filter(|_| is_known),
        undoes: run.undoes.as_deref(),
    })
}

/// One run, told whole.
#[must_use]
pub fn story_line(run: &str, story: &[Phrase]) -> String {
    line(&StoryForm {
        schema: STORY,
        run,
        story,
    })
}
