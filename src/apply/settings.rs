//! What the user chose for a run, beyond what its plan holds.

use std::{collections::BTreeSet, time::Duration};

use serde::{Deserialize, Serialize};

/// How much of each message is compared before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verify {
    /// Size, date, flags, and the server's own message id where it has one.
    Quick,
    /// And SHA-256 of the text.
    Full,
}

/// What the user chose for this run, beyond what the plan holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How long a tombstone must stay empty before it is removed.
    pub settle: Duration,
    /// How much is compared.
    pub verify: Verify,
    /// The id shared by the runs of one command.
    pub command: String,
    /// Steps left out.
    pub skip: BTreeSet<u32>,
    /// How long what was set aside must stand before a later run removes it; none where this one does.
    pub grace: Option<Duration>,
    /// Where filters are managed, if not where every account's are expected: host and port. A resume and an undo look there.
    pub filters_at: Option<(String, u16)>,
}
