//! What the steps of a plan add up to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::step::Step;
use crate::model::action::Action;

/// What the steps of a plan add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Steps.
    pub steps: u64,
    /// Mailboxes that are merged into another one.
    pub merges: u64,
    /// Messages that merges move, as far as the server has counted them.
    pub messages: u64,
    /// Merges of which the server has not counted the messages.
    pub uncounted: u64,
    /// Octets of all the messages that merges move; null where the server has not told of one mailbox.
    pub size: Option<u64>,
    /// Mailboxes that are removed once they are emptied.
    pub removed: u64,
    /// Mailboxes that get another name.
    pub renamed: u64,
}

impl Totals {
    /// Adds these steps up.
    pub fn of<'s>(steps: impl IntoIterator<Item = &'s Step>) -> Self {
        let nothing = Self {
            size: Some(0),
            ..Self::default()
        };
        steps.into_iter().fold(nothing, |sum, step| {
            let is_merge = step.action == Action::Merge;
            let messages = step.messages.filter(|_| is_merge).unwrap_or_default();
            Self {
                steps: sum.steps + 1,
                merges: sum.merges + u64::from(is_merge),
                messages: sum.messages.saturating_add(messages),
                uncounted: sum.uncounted + u64::from(is_merge && step.messages.is_none()),
                size: if is_merge {
                    let sizes = sum.size.zip(step.size);
                    sizes.map(|(sum, size)| sum.saturating_add(size))
                } else {
                    sum.size
                },
                removed: sum.removed + u64::from(is_merge && step.remove),
                renamed: sum.renamed + u64::from(step.action == Action::Rename),
            }
        })
    }
}
