//! Which runs a command is about, by account: what `resume` and `undo` go through.
//!
//! In: runs. Out: their accounts, and each account's runs. Never: a journal changed.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    crew::{Crew, Verb},
    many,
};
use crate::{apply::RunSummary, config::accounts::Entry, model::listing::AccountId};

/// Runs, sorted by account.
#[derive(Debug, Default)]
pub struct Journals {
    /// The accounts as URLs, each once.
    pub accounts: Vec<String>,
    runs: BTreeMap<String, Vec<String>>,
}

impl Journals {
    /// Those of these runs.
    pub fn of_runs(runs: Vec<RunSummary>) -> Self {
        let mut journals = Self::default();
        for run in runs {
            if let Some(account) = run.account {
                journals.add(&account, run.id);
            }
        }
        journals
    }

    /// Adds a run; of one account the oldest is added first.
    pub fn add(&mut self, account: &AccountId, run: String) {
        let known = self.runs.entry(account.key()).or_default();
        if known.is_empty() {
            self.accounts.push(account.url.clone());
        }
        known.push(run);
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// How many runs these accounts have.
    pub fn number(&self, entries: &[Entry]) -> usize {
        let runs = entries.iter().map(|entry| self.of(&entry.account.id).len());
        runs.sum()
    }

    /// An account's runs, the oldest first.
    pub fn of(&self, account: &AccountId) -> &[String] {
        self.runs.get(&account.key()).map_or(&[], Vec::as_slice)
    }
}

/// Gives the accounts of journals their turn. The last ones of the crew are absent from the accounts file: they fail, and
/// nothing else does.
pub async fn go<V: Verb>(crew: &mut Crew, verb: &Arc<V>, absent: &[Entry]) {
    let mut present = crew.everyone();
    let ids = present.split_off(present.len().saturating_sub(absent.len()));
    for (id, entry) in ids.into_iter().zip(absent) {
        crew.fail(&**verb, id, many::not_in_the_file(entry));
    }
    crew.go(verb, present).await;
}
