//! Receipts: what a run did, step by step, as far as the server proved it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The schema word of receipts.
pub const SCHEMA: &str = "rolecall.run/1";

/// How a step ended.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Done, and seen to be done by a fresh read.
    Applied,
    /// The server said no, or a guard stopped it; what was moved so far is in the target.
    Refused,
    /// Not over: interrupted, or sent without an answer; `rolecall resume` finds out and finishes it.
    Unknown,
    /// Not begun.
    Skipped,
}

impl Outcome {
    /// The outcome's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Skipped => "skipped",
        }
    }
}

/// What became of a merge's source.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum SourceAfter {
    /// Removed.
    Removed,
    /// Still there.
    Left,
    /// Removed, and made again by the server or another client.
    CameBack,
}

impl SourceAfter {
    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Left => "left",
            Self::CameBack => "came-back",
        }
    }
}

/// What became of one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepReceipt {
    /// The step's id in the plan.
    pub id: u32,
    /// How it ended.
    pub outcome: Outcome,
    /// Messages proven to be in the target; none for a step that moves none.
    pub moved: Option<u64>,
    /// What became of the source.
    pub source_after: Option<SourceAfter>,
    /// One sentence: why it ended so.
    pub message: Option<String>,
}

/// What became of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The run's id.
    pub run: String,
    /// The id shared by the runs of one command.
    pub batch: String,
    /// The account as a URL.
    pub account: String,
    /// One entry a step, in the plan's order.
    pub steps: Vec<StepReceipt>,
    /// Whether the run ended; otherwise `rolecall resume` finishes it.
    pub finished: bool,
    /// Whether the user interrupted it.
    pub interrupted: bool,
}

impl Receipt {
    /// Whether any step's outcome is unknown.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.steps
            .iter()
            .any(|step| step.outcome == Outcome::Unknown)
    }

    /// Whether the server refused anything that was planned.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.steps
            .iter()
            .any(|step| step.outcome == Outcome::Refused)
    }

    /// Messages moved in all.
    #[must_use]
    pub fn moved(&self) -> u64 {
        self.steps.iter().filter_map(|step| step.moved).sum()
    }
}
