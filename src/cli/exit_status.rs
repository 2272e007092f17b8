//! The exit status of the process. Its numbers and meanings are a contract with scripts.

use crate::language::{Phrase, text};

/// The exit status of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExitStatus {
    /// There was nothing to do, or all was done.
    #[default]
    Done,
    /// There are findings, a plan waits to be applied, or the user declined at the prompt.
    Found,
    /// A mistake of usage or configuration: nothing was sent.
    Usage,
    /// At least one account failed.
    Failed,
    /// It is unknown what became of a command; `rolecall resume` finds out.
    Unknown,
    /// A bug in rolecall.
    Bug,
    /// The user has interrupted the command.
    Interrupted,
}

impl ExitStatus {
    /// Every status, the most serious first: of the statuses of many accounts the first one here wins.
    pub const BY_WEIGHT: [Self; 7] = [
        Self::Bug,
        Self::Interrupted,
        Self::Unknown,
        Self::Failed,
        Self::Usage,
        Self::Found,
        Self::Done,
    ];

    /// The number that the process exits with.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Found => 1,
            Self::Usage => 2,
            Self::Failed => 3,
            Self::Unknown => 4,
            Self::Bug => 70,
            Self::Interrupted => 130,
        }
    }

    /// The meaning in words, as `--help` and `explain` give it.
    #[must_use]
    pub fn meaning(self) -> Phrase {
        match self {
            Self::Done => text::status_done(),
            Self::Found => text::status_found(),
            Self::Usage => text::status_usage(),
            Self::Failed => text::status_failed(),
            Self::Unknown => text::status_unknown(),
            Self::Bug => text::status_bug(),
            Self::Interrupted => text::status_interrupted(),
        }
    }

    /// The more serious of two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let weight = |status| Self::BY_WEIGHT.iter().position(|known| *known == status);
        if weight(other) < weight(self) {
            other
        } else {
            self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_serious_of_many_wins() {
        let worst = [ExitStatus::Found, ExitStatus::Unknown, ExitStatus::Failed]
            .into_iter()
            .fold(ExitStatus::Done, ExitStatus::or);
        assert_eq!(worst, ExitStatus::Unknown);
    }
}
