//! Why an account cannot be judged as the user wants it.

use crate::{
    detect::HintError,
    language::{Phrase, errors_that_say, text},
    model::role::Role,
};

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JudgeError {
    /// A typed name means no one mailbox, or a mailbox that cannot have the role.
    Hint(HintError),
    /// The mailbox of a `--target` does not exist, and is not to be made.
    Missing(MissingTarget),
    /// The mailbox of a `--target` has another role.
    Taken {
        /// The role that it shall keep.
        role: Role,
        /// The name as typed.
        typed: String,
        /// The role that it has.
        other: Role,
    },
    /// The name of a mailbox yet to be made holds control characters, which nobody could see.
    Controls,
}

impl From<HintError> for JudgeError {
    fn from(error: HintError) -> Self {
        Self::Hint(error)
    }
}

impl JudgeError {
    /// What could not be done, as a fragment.
    #[must_use]
    pub fn said(&self) -> Phrase {
        match self {
            Self::Hint(error) => error.said(),
            Self::Missing(missing) => text::keep_in_missing(missing.role, &missing.typed),
            Self::Taken { role, typed, other } => text::keep_in_taken(*role, typed, *other),
            Self::Controls => text::make_with_controls(),
        }
    }
}

errors_that_say!(JudgeError);
