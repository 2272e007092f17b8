//! A few accounts first: changed, looked at again, and the others only if nothing is left to do there.
//!
//! In: all accounts in their order. Out: all dealt with, or a stop. Never: an account that had nothing to do as a proof.

use std::{collections::VecDeque, sync::Arc};

use super::turn::Fixing;
use crate::{
    cli::{
        crew::{Crew, Ended, Told, Verb},
        failure::{Failure, Status},
        output::say,
        ports::World,
    },
    config::accounts::Entry,
    fleet::Id,
};

/// Deals with accounts until `number` of them were changed, looks at these again, then deals with the others.
pub async fn go(crew: &mut Crew, fixing: &Arc<Fixing>, order: Vec<Id>, number: u32) {
    let number = number as usize;
    let mut waiting: VecDeque<Id> = order.into();
    let mut canaries: Vec<Id> = Vec::new();
    while canaries.len() < number && !waiting.is_empty() {
        let group: Vec<Id> = waiting
            .drain(..waiting.len().min(number - canaries.len()))
            .collect();
        let ended = crew.go(fixing, group).await;
        if let Some(bad) = ended.iter().find(|ended| !is_good(**ended)) {
            let why = format!("{} did not end well (--canary)", crew.called(bad.id));
            crew.wish().stop.now(why);
        }
        let changed = ended.iter().filter(|ended| ended.changed);
        canaries.extend(changed.map(|ended| ended.id));
    }
    let looked_at = canaries.len();
    let again = crew
        .aside(&Arc::new(Again(Arc::clone(fixing))), canaries)
        .await;
    match again.iter().find(|ended| !is_good(**ended)) {
        Some(bad) => {
            let why = format!("{} is not clean yet (--canary)", crew.called(bad.id));
            say(&why);
            crew.at_least(Status::Found);
            crew.wish().stop.now(why);
        }
        None if !waiting.is_empty() => {
            say(&format!("{looked_at} accounts came out clean; going on"));
        }
        None => {}
    }
    // After a stop they are only told that they have no turn.
    crew.go(fixing, waiting.into()).await;
}

fn is_good(ended: Ended) -> bool {
    ended.status == Some(Status::Done)
}

/// Looks at an account that was changed.
struct Again(Arc<Fixing>);

impl Verb for Again {
    async fn turn(&self, entry: &Entry, world: World, told: &mut Told) -> Result<(), Failure> {
        if !self.0.is_clean(entry, &world).await? {
            told.status = Status::Found;
        }
        Ok(())
    }

    fn error_line(&self, entry: &Entry, failure: &Failure) -> String {
        self.0.error_line(entry, failure)
    }
}
