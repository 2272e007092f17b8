//! Which runs a command is about, by account: what `resume` and `undo` go through.
//!
//! In: runs by id. Out: their accounts, and each account's runs. Never: a journal changed.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    crew::{Crew, Verb},
    failure::Failure,
    many,
};
use crate::{
    apply::{Home, Past},
    config::accounts::Entry,
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
