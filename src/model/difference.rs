//! Differences: how a name differs from the known one that it resembles.
//!
//! In: nothing. Out: [`Difference`]. Never: names, roles.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a name differs from the known name that it resembles, or else that it only is made of the same words.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Difference {
    /// Spaces, hyphens and other signs between its words, or "e-mail" written as "mail".
    Spelling,
    /// Letters written as two (`ae` for `ä`), or lost (`?`), or read in the wrong character set.
    Letters,
    /// It is no known name; it is made of words that such names are made of.
    Words,
    /// A number at its end, as clients and servers make one when a name is taken, or before it, as people number mailboxes.
    Number,
    /// A year at its end or before it.
    Year,
    /// An address at its end or before it: whose mail it is, or was.
    Address,
    /// A word behind it, in brackets or after a dash: whose mail it is, or what for.
    Owner,
    /// A word for a copy, or for what is no longer in use, in any language, or for where it is from (`imap`).
    Copy,
    /// What stood before it on another server (`INBOX.` where the delimiter is another).
    Prefix,
}

impl Difference {
    /// The word in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Spelling => "spelling",
            Self::Letters => "letters",
            Self::Words => "words",
            Self::Number => "number",
            Self::Year => "year",
            Self::Address => "address",
            Self::Owner => "owner",
            Self::Copy => "copy",
            Self::Prefix => "prefix",
        }
    }
}
