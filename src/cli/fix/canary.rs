//! A few accounts first: they are changed and looked at again, and the others follow only if nothing is left to do there.
//!
//! In: all accounts in their order. Out: all are dealt with, or a stop. An account that had nothing to do proves nothing and
//! does not count as one of the few.

use std::{collections::VecDeque, sync::Arc};

use super::fixing::Fixing;
use crate::{
    cli::{
        attempt::{AccountEnd, AccountResult, Verb},
        exit_status::ExitStatus,
        failure::Failure,
        run_context::RunContext,
        runner::Runner,
        terminal::say,
    },
    config::accounts::Entry,
    fleet::Id,
    language::text,
};

/// Deals with accounts until `number` of them were changed, looks at these again, then deals with the others.
pub async fn go(runner: &mut Runner, fixing: &Arc<Fixing>, order: Vec<Id>, number: u32) {
    let number = number as usize;
    let mut waiting: VecDeque<Id> = order.into();
    let mut canaries: Vec<Id> = Vec::new();
    while canaries.len() < number && !waiting.is_empty() {
        let group: Vec<Id> = waiting
            .drain(..waiting.len().min(number - canaries.len()))
            .collect();
        let ended = runner.go(fixing, group).await;
        if let Some(bad) = ended.iter().find(|ended| !is_good(**ended)) {
            let why = text::canary_ended_badly(runner.called(bad.id));
            runner.stop().stop.now(why);
        }
        let changed = ended.iter().filter(|ended| ended.changed);
        canaries.extend(changed.map(|ended| ended.id));
    }
    let looked_at = canaries.len();
    let again = runner
        .check(&Arc::new(Check(Arc::clone(fixing))), canaries)
        .await;
    match again.iter().find(|ended| !is_good(**ended)) {
        Some(bad) => {
            let why = text::canary_not_clean(runner.called(bad.id));
            say(&why);
            runner.at_least(ExitStatus::Found);
            runner.stop().stop.now(why);
        }
        None if !waiting.is_empty() => {
            say(text::accounts_came_out_clean(looked_at as u64));
        }
        None => {}
    }
    // After a stop this only says that they are not dealt with.
    runner.go(fixing, waiting.into()).await;
}

fn is_good(ended: AccountEnd) -> bool {
    ended.status == Some(ExitStatus::Done)
}

/// Looks at an account that was changed.
struct Check(Arc<Fixing>);

impl Verb for Check {
    async fn attempt(
        &self,
        entry: &Entry,
        context: RunContext,
        result: &mut AccountResult,
    ) -> Result<(), Failure> {
        if !self.0.is_clean(entry, &context).await? {
            result.status = ExitStatus::Found;
        }
        Ok(())
    }

    fn error_line(&self, entry: &Entry, failure: &Failure) -> String {
        self.0.error_line(entry, failure)
    }
}
