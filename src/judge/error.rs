//! Why an account cannot be judged as the user wants it.

use crate::{detect::HintError, model::role::Role};

/// A target that is no mailbox of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingTarget {
    /// The role that it shall keep.
    pub role: Role,
    /// The name as typed.
    pub typed: String,
    /// Mailboxes with nearly that name, the nearest first, each as it would be typed.
    pub near: Vec<String>,
}

/// Why an account cannot be judged as the user wants it: something that was typed does not fit the listing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JudgeError {
    /// A typed name means no one mailbox, or a mailbox that cannot have the role.
    #[error("{0}")]
    Hint(#[from] HintError),
    /// The mailbox of a `--target` does not exist, and is not to be made.
    #[error("keep the role {} in \"{}\": there is no such mailbox", .0.role, .0.typed)]
    Missing(MissingTarget),
    /// The mailbox of a `--target` has another role.
    #[error("keep the role {role} in \"{typed}\": it has the role {other}")]
    Taken {
        /// The role that it shall keep.
        role: Role,
        /// The name as typed.
        typed: String,
        /// The role that it has.
        other: Role,
    },
    /// The name of a mailbox yet to be made holds control characters, which nobody could see.
    #[error("make a mailbox with control characters in its name")]
    Controls,
}
