//! Work: what another rolecall is doing to an account at this moment, as people are told.

use crate::language::{Phrase, text};

/// A run that is going on in another process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// When it began, RFC 3339 in UTC.
    pub started: String,
    /// Messages proven moved so far.
    pub moved: u64,
    /// Messages that its plan is to move, as far as was known.
    pub of: u64,
}

impl Work {
    /// That the account is being changed, since when, and how far it is.
    #[must_use]
    pub fn said(&self) -> Phrase {
        let minute: String = self
            .started
            .chars()
            .take("2026-11-24T10:02".len())
            .collect();
        let minute = minute.replace('T', " ");
        text::is_being_changed_since(minute, self.moved, self.of.max(self.moved))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_it_is_is_told_with_its_minute() {
        let work = Work {
            started: "2026-11-29T11:34:56Z".to_owned(),
            moved: 1_002,
            of: 10_300,
        };
        let said = work.said();
        assert!(
            said.english()
                .ends_with(" since 2026-11-29 11:34 UTC, 1 002 of 10 300 messages moved"),
            "{said:?}"
        );
    }
}
