//! Work: what another rolecall is doing to an account at this moment, as people are told.

use std::fmt;

use crate::language::count;

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

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minute: String = self
            .started
            .chars()
            .take("2026-11-24T10:02".len())
            .collect();
        let minute = minute.replace('T', " ");
        let (moved, of) = (count(self.moved), count(self.of.max(self.moved)));
        write!(f, "since {minute} UTC, {moved} of {of} messages moved")
    }
}

/// How it is told behind "is changing the account".
pub(super) fn told(work: Option<&Work>) -> String {
    work.map_or_else(|| " now".to_owned(), |work| format!(" {work}"))
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
        let said = told(Some(&work));
        assert_eq!(
            said,
            " since 2026-11-29 11:34 UTC, 1 002 of 10 300 messages moved"
        );
        assert_eq!(told(None), " now");
    }
}
