//! Results in the form that was asked for.
//!
//! In: a plan, a receipt, options. Out: finished text. The verbs say what there is to show; only this file and `Verb`s of
//! their own kind know that there are several forms of it.

use super::{
    args::{Format, Shared},
    terminal::look,
};
use crate::{
    model::{plan::Plan, receipt::Receipt},
    report::{json, table},
};

/// A plan.
pub fn plan_text(plan: &Plan, shared: &Shared) -> String {
    match shared.format {
        Format::Table => table::plan(plan, look(shared)),
        Format::Json => json::plan_line(plan) + "\n",
    }
}

/// What became of a plan.
pub fn receipt_text(plan: &Plan, receipt: &Receipt, shared: &Shared) -> String {
    match shared.format {
        Format::Table => table::receipt(plan, receipt, look(shared)),
        Format::Json => json::receipt_line(receipt) + "\n",
    }
}
