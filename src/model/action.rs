//! Actions: what a step of a plan does, and what a finding asks for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a step does.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Makes the target.
    Create,
    /// Gives the source the target's name, its children with it.
    Rename,
    /// Moves the source's messages into the target and, where `remove` says so, removes the emptied source.
    Merge,
    /// Subscribes the target.
    Subscribe,
    /// Unsubscribes the target.
    Unsubscribe,
    /// Sets (`role`) or clears (no `role`) the target's special-use attribute.
    Mark,
    /// Removes the target, which must be empty and stay so.
    Delete,
    /// Lets the account's filters name the mailboxes that stay.
    #[serde(rename = "repair-filters")]
    RepairFilters,
}

impl Action {
    /// The action's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Rename => "rename",
            Self::Merge => "merge",
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
            Self::Mark => "mark",
            Self::Delete => "delete",
            Self::RepairFilters => "repair-filters",
        }
    }
}
