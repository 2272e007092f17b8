//! The receipt of a step, before anything is counted.
//!
//! In: a step and how it ended. Out: a receipt without counts; these come from the books when the step ends.

use crate::{
    language::Phrase,
    model::{
        plan::Step,
        receipt::{Outcome, SourceAfter, StepReceipt},
    },
};

/// What became of a step, and why.
pub(super) fn receipt(
    step: &Step,
    outcome: Outcome,
    source_after: Option<SourceAfter>,
    message: Option<Phrase>,
) -> StepReceipt {
    StepReceipt {
        id: step.id,
        outcome,
        moved: None,
        proven: None,
        source_after,
        left: Vec::new(),
        message,
    }
}
