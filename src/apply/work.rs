//! Work: what another rolecall is doing to an account at this moment.
//!
//! In: the account's lock and its journals. Out: since when, and how far it is. Never: a wait, a change, a failure; what
//! cannot be told is left out.

use std::{
    fmt,
    fs::{OpenOptions, TryLockError},
};

use super::{RunLog, StateDir};
use crate::{
    language::count,
    model::{
        listing::AccountId,
        plan::{Action, Plan},
    },
};

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

impl StateDir {
    /// Whether another process holds the account's lock.
    #[must_use]
    pub fn is_at_work(&self, account: &AccountId) -> bool {
        // Taken for a moment, and given back: it is asked only where a journal says that a run is open.
        let path = self.folder(account).join("lock");
        let lock = OpenOptions::new().read(true).append(true).open(path);
        lock.is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock)))
    }

    /// How far the newest open run on the account is.
    #[must_use]
    pub fn work(&self, account: &AccountId) -> Option<Work> {
        self.account_log(account).ok()?.work().cloned()
    }
}

impl Work {
    /// How far a run is.
    pub(super) fn of(log: &RunLog, plan: &Plan) -> Self {
        Self {
            started: log.started().to_owned(),
            moved: log.moved(),
            of: to_move(plan),
        }
    }
}

fn to_move(plan: &Plan) -> u64 {
    let merges = plan.steps.iter();
    let merges = merges.filter(|step| step.action == Action::Merge);
    merges.filter_map(|step| step.messages).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_at_work_is_told_by_the_lock_alone() {
        let state = tempfile::tempdir().unwrap();
        let home = StateDir::open(state.path().to_owned()).unwrap();
        let account = AccountId::example("alice");
        assert!(!home.is_at_work(&account));
        let lock = home.lock(&account).unwrap();
        assert!(home.is_at_work(&account));
        assert!(!home.is_at_work(&AccountId::example("bob")));
        drop(lock);
        assert!(!home.is_at_work(&account));
        assert_eq!(home.work(&account), None);
    }

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
