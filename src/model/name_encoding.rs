//! How a server takes the names of mailboxes in filter scripts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the names of mailboxes are written in a filter script.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum NameEncoding {
    /// In UTF-8 (RFC 5228 §4.1).
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// In modified UTF-7, as in IMAP.
    #[serde(rename = "utf-7")]
    Mutf7,
}
