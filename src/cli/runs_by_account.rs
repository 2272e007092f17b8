//! The runs that `resume` and `undo` deal with, by account.
//!
//! In: runs on record. Out: their accounts, and each account's runs. No journal is changed here.

use std::{collections::BTreeMap, sync::Arc};

use super::{addresses::NamedAccount, attempt::Verb, gather, runner::Runner};
use crate::{apply::RunSummary, config::accounts::Entry, model::listing::AccountId};

/// Runs by account.
#[derive(Debug, Default)]
pub struct RunsByAccount {
    /// The accounts, each once.
    pub accounts: Vec<NamedAccount>,
    runs: BTreeMap<String, Vec<String>>,
}

impl RunsByAccount {
    /// Sorts these runs by account.
    pub fn of(runs: Vec<RunSummary>) -> Self {
        let mut sorted = Self::default();
        for run in runs {
            if let Some(account) = run.account {
                sorted.add(&account, run.filters_at, run.id);
            }
        }
        sorted
    }

    /// Adds a run, and where its journal says that filters are managed. The runs of one account are added in the order in which
    /// they began.
    pub fn add(&mut self, account: &AccountId, filters: Option<(String, u16)>, run: String) {
        let known = self.runs.entry(account.key()).or_default();
        if known.is_empty() {
            let text = account.url.clone();
            self.accounts.push(NamedAccount { text, filters });
        }
        known.push(run);
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// How many runs these accounts have.
    pub fn number(&self, entries: &[Entry]) -> usize {
        let runs = entries
            .iter()
            .map(|entry| self.of_account(&entry.account.id).len());
        runs.sum()
    }

    /// An account's runs, the oldest first.
    pub fn of_account(&self, account: &AccountId) -> &[String] {
        self.runs.get(&account.key()).map_or(&[], Vec::as_slice)
    }
}

/// Deals with the accounts of runs. The last accounts of the runner, `absent`, are missing in the accounts file: they fail,
/// and nothing else does.
pub async fn go<V: Verb>(runner: &mut Runner, verb: &Arc<V>, absent: &[Entry]) {
    let mut present = runner.everyone();
    let ids = present.split_off(present.len().saturating_sub(absent.len()));
    for (id, entry) in ids.into_iter().zip(absent) {
        runner.fail(&**verb, id, gather::not_in_the_file(entry));
    }
    runner.go(verb, present).await;
}
