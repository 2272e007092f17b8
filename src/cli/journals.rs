//! Which runs a command is about, by account: what `resume` and `undo` go through.
//!
//! In: runs by id. Out: their accounts, and each account's runs. Never: a journal changed.

use std::collections::BTreeMap;

use super::failure::Failure;
use crate::{
    apply::{Home, Past},
    model::listing::AccountId,
};

/// Runs, sorted by account.
#[derive(Debug, Default)]
pub struct Journals {
    /// The accounts as URLs, each once.
    pub accounts: Vec<String>,
    /// Runs about which nothing is to be done, and why.
    pub left: Vec<(String, &'static str)>,
    runs: BTreeMap<String, Vec<String>>,
}

impl Journals {
    /// Reads the journals of these runs; `why_not` tells which of them to leave.
    pub fn read(
        home: &Home,
        runs: &[String],
        why_not: &dyn Fn(&Past) -> Option<&'static str>,
    ) -> Result<Self, Failure> {
        let mut journals = Self::default();
        for run in runs {
            let past = home.past(run)?;
            let (None, Some(plan)) = (why_not(&past), past.plan()) else {
                let why = why_not(&past).unwrap_or("never began");
                journals.left.push((run.clone(), why));
                continue;
            };
            let known = journals.runs.entry(plan.identity.key()).or_default();
            if known.is_empty() {
                journals.accounts.push(plan.account.clone());
            }
            known.push(run.clone());
        }
        Ok(journals)
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// How many runs there are.
    pub fn number(&self) -> usize {
        self.runs.values().map(Vec::len).sum()
    }

    /// An account's runs, the oldest first.
    pub fn of(&self, account: &AccountId) -> &[String] {
        self.runs.get(&account.key()).map_or(&[], Vec::as_slice)
    }
}
