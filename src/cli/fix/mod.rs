//! `rolecall fix`: look, judge, plan, show, ask, apply. Nothing is changed before the answer.
//!
//! `turn` is what is done with one account, `plans` the plans that were saved for review, `canary` a few accounts first.

mod canary;
mod earlier;
mod plans;
mod turn;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    account::{Judge, Reach},
    args::{Fix, Shared},
    ask,
    crew::Crew,
    failure::{Failure, Status},
    ledger::{self, End, Ledger, Record},
    many,
    output::{look, say},
    ports::chance,
};
use crate::{
    apply::StateDir, config::accounts::Entry, fleet::Id, language::text, model::plan::hex,
};
use plans::{Saving, Waiting};
use turn::{Budget, Fixing, Mode};

pub async fn run(options: Fix) -> Result<Status, Failure> {
    if options.asks() {
        ask::somebody()?;
    }
    let waiting = options.plan.as_deref().map(Waiting::read).transpose()?;
    let mut entries = entries(&options, waiting.as_ref())?;
    if entries.len() > 1 && !options.skip_step.is_empty() {
        return Err(
            Failure::config("cannot leave a step out of several accounts' plans")
                .hint("name one account at a time"),
        );
    }
    let is_many = options.many.file.is_some() || entries.len() > 1;
    let saving = match &options.save_plan {
        Some(path) => Some(Saving::to(path, is_many)?),
        None => None,
    };
    let judge = Judge::new(&options.judging, &options.target)?;
    let state = state_dir(&options.shared)?;
    let home = StateDir::open(state.clone())?;
    let reach = Reach::new(&options.connecting)?;
    reach.warn(&entries);
    let batch: String = hex(&chance()).chars().take(12).collect();
    let before = if options.fuses.go_on {
        leave_out(&mut entries, &Record::read(&state, &scope(&options))?)
    } else {
        Before::default()
    };
    let ledger = if options.many.file.is_some() && options.changes() {
        // Accounts that were named are no part of a whole.
        let is_whole = options.accounts.is_empty() && !options.fuses.go_on;
        let whole = is_whole.then_some(options.many.how.part());
        Some(Ledger::begin(&state, &batch, &scope(&options), whole)?)
    } else {
        None
    };
    let mut crew = Crew::new("fix", entries, &options.many, &options.shared)?
        .with_fuses(options.fuses.clone())
        .with_ledger(ledger);
    before.tell(&mut crew)?;
    crew.summary().batch = options.changes().then(|| batch.clone());
    let fixing = Fixing {
        budget: Budget::of(options.fuses.max_moves),
        mode: Mode::of(&options, crew.is_many()),
        output: crew.output(),
        batch,
        options,
        judge,
        reach,
        home,
        waiting,
        saving,
    };
    match fixing.mode {
        // While somebody is asked, Ctrl-C ends it as ever.
        Mode::Ask => {}
        Mode::AskOnce => return ask_once(crew, fixing, &state).await,
        Mode::Show | Mode::Apply => crew.listen(),
    }
    let order = in_turn(&mut crew, &fixing);
    let fixing = Arc::new(fixing);
    match fixing.options.fuses.canary {
        Some(number) => canary::go(&mut crew, &fixing, order, number).await,
        None => {
            crew.go(&fixing, order).await;
        }
    }
    crew.finish()
}

/// Those that have a turn: of reviewed plans, the accounts that have one.
fn in_turn(crew: &mut Crew, fixing: &Fixing) -> Vec<Id> {
    let (with, without) = crew.everyone().into_iter().partition(|id| {
        let entry = crew.entry(*id);
        entry.is_none_or(|entry| fixing.has_plan(entry))
    });
    crew.leave(without, "no plan was saved for it");
    with
}

/// What this command is to do: the accounts file, and all that decides what is planned.
fn scope(options: &Fix) -> String {
    let file = options.many.file.as_ref();
    let file = file.map(|file| file.canonicalize().unwrap_or_else(|_| file.clone()));
    ledger::scope(&format!(
        "{:?}",
        (
            file,
            &options.plan,
            (&options.only, &options.include, &options.target),
            options.make_target,
            (
                options.only_empty,
                options.keep_sources,
                options.with_children
            ),
            (
                options.move_deleted,
                options.repair_names,
                options.remove_without_uidplus
            ),
        )
    ))
}

/// The accounts: as said, else those that plans were saved for.
fn entries(options: &Fix, waiting: Option<&Waiting>) -> Result<Vec<Entry>, Failure> {
    let Some(waiting) = waiting else {
        return many::gather(&options.accounts, &options.many, &options.connecting);
    };
    if !options.accounts.is_empty() || options.many.file.is_some() {
        let mut entries = many::gather(&options.accounts, &options.many, &options.connecting)?;
        waiting.fit(&mut entries, !options.accounts.is_empty())?;
        return Ok(entries);
    }
    let urls = waiting.accounts();
    many::gather(&urls, &options.many, &options.connecting)
}

/// What an earlier command has left to this one.
#[derive(Default)]
struct Before {
    done: Vec<Entry>,
    failed: Vec<Entry>,
}

impl Before {
    fn tell(self, crew: &mut Crew) -> Result<(), Failure> {
        let (done, failed) = (self.done.len() as u64, self.failed.len() as u64);
        crew.summary().done_before = done;
        crew.summary().failed_before = failed;
        crew.before(&self.done, &self.failed)?;
        if failed > 0 {
            say(&format!(
                "{failed} accounts failed before for a reason that lasts and are left out; name them to try them again"
            ));
        }
        Ok(())
    }
}

/// Takes out what is done, and what failed for a reason that lasts.
fn leave_out(entries: &mut Vec<Entry>, record: &Record) -> Before {
    let mut before = Before::default();
    entries.retain(|entry| match record.end_of(&entry.account.id) {
        Some(End::Done) => {
            before.done.push(entry.clone());
            false
        }
        Some(End::Failed { passing: false, .. }) => {
            before.failed.push(entry.clone());
            false
        }
        _ => true,
    });
    before
}

/// Several accounts and a person who is asked: every plan is made and shown, then one answer is for all.
async fn ask_once(mut crew: Crew, fixing: Fixing, state: &Path) -> Result<Status, Failure> {
    let folder = Scratch(state.join("asked").join(&fixing.batch));
    let lang = look(&fixing.options.shared).language;
    let planning = Arc::new(Fixing {
        mode: Mode::Show,
        saving: Some(Saving::aside(&folder.0)?),
        ..fixing
    });
    let order = in_turn(&mut crew, &planning);
    let planned = crew.draft(&planning, order).await;
    let Ok(fixing) = Arc::try_unwrap(planning) else {
        return Err(Failure::bug("a plan is still being made"));
    };
    if planned.is_empty() {
        return crew.finish();
    }
    let waiting = Waiting::read(&folder.0)?;
    if !crew.ask(|| ask::consent_to_many(planned.len(), waiting.moves(), lang)) {
        say(text::consent_no().say(lang));
        crew.declined(&planned);
        return crew.finish();
    }
    crew.listen();
    let applying = Arc::new(Fixing {
        mode: Mode::Apply,
        saving: None,
        waiting: Some(waiting),
        ..fixing
    });
    crew.go(&applying, planned).await;
    crew.finish()
}

/// A folder that is gone with the command.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Where journals are kept.
pub fn state_dir(shared: &Shared) -> Result<PathBuf, Failure> {
    use etcetera::BaseStrategy as _;
    if let Some(path) = &shared.state_dir {
        return Ok(path.clone());
    }
    let base = etcetera::choose_base_strategy().map_err(|_| {
        Failure::config("cannot find your home folder").hint("name a folder with --state-dir")
    })?;
    let state = base.state_dir().unwrap_or_else(|| base.data_dir());
    Ok(state.join("rolecall"))
}
