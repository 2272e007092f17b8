//! `rolecall resume`: finishes what was interrupted. The accounts are known from the journals.

use std::sync::Arc;

use super::{
    account::Reach,
    args::Resume,
    crew::{Crew, Told, Verb, told_of},
    failure::{Failure, Status},
    fix::state_dir,
    journals::{self, Journals},
    many,
    output::say,
    ports::World,
};
use crate::{
    apply::{self, ApplyError, StateDir},
    config::accounts::Entry,
    imap::Mode,
    report::json,
};

pub async fn run(options: Resume) -> Result<Status, Failure> {
    let home = StateDir::open(state_dir(&options.shared)?)?;
    let journals = match &options.run {
        Some(run) => named(&home, run)?,
        None => Journals::of_runs(apply::to_resume(&home, options.batch.as_deref())?),
    };
    if journals.is_empty() {
        if options.run.is_none() {
            say("nothing to resume");
        }
        return Ok(Status::Done);
    }
    let (entries, absent) = many::recall(&journals.accounts, &options.many, &options.connecting)?;
    let reach = Reach::new(&options.connecting)?;
    reach.warn(&entries);
    let everyone = [entries, absent.clone()].concat();
    let mut crew = Crew::new("resume", everyone, &options.many, &options.shared)?;
    crew.listen();
    let verb = Arc::new(Resuming {
        options,
        home,
        journals,
        reach,
    });
    journals::go(&mut crew, &verb, &absent).await;
    crew.finish()
}

/// A run that was named, and that is told of where it has nothing to finish.
fn named(home: &StateDir, run: &str) -> Result<Journals, Failure> {
    let past = home.log(run)?;
    let mut journals = Journals::default();
    match past.plan() {
        Some(plan) if past.has_sent() => journals.add(&plan.identity, run.to_owned()),
        plan => {
            let why = plan.map_or("never began", |_| "had sent nothing");
            say(&format!(
                "the run {run} {why}, so there is nothing to finish"
            ));
        }
    }
    Ok(journals)
}

struct Resuming {
    options: Resume,
    home: StateDir,
    journals: Journals,
    reach: Reach,
}

impl Verb for Resuming {
    async fn turn(&self, entry: &Entry, mut world: World, told: &mut Told) -> Result<(), Failure> {
        for run in self.journals.of(&entry.account.id) {
            let next = self.one(entry, run, &mut world).await?;
            let status = told.status.or(next.status);
            told.then(next);
            told.status = status;
        }
        Ok(())
    }

    fn error_line(&self, entry: &Entry, failure: &Failure) -> String {
        json::run_error(&entry.account.id.url, &failure.as_error())
    }
}

impl Resuming {
    async fn one(&self, entry: &Entry, run: &str, world: &mut World) -> Result<Told, Failure> {
        let past = self.home.log_of(&entry.account.id, run)?;
        let mut session = world.unless_stopped(self.reach.connect(entry)).await?;
        world.wish.watch(&world.progress);
        session.set_mode(Mode::ReadWrite);
        let receipt = apply::resume(&mut session, &self.home, run, &entry.account.id, world).await;
        session.logout().await;
        match (receipt, past.plan()) {
            // Nobody asked for this one: it was only looked after.
            (Err(ApplyError::NotPossible { .. }), _) if self.options.run.is_none() => {
                say(&format!(
                    "the run {run} has come to its end and left nothing behind"
                ));
                Ok(Told::default())
            }
            (receipt, Some(plan)) => Ok(told_of(plan, &receipt?, &self.options.shared)),
            (_, None) => Err(Failure::bug("the run has no plan")),
        }
    }
}
