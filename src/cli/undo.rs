//! `rolecall undo`: makes the inverse of a run as a plan, shows it, asks, and applies it as a new run.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{
    account::{Reach, waiting_names},
    args::{Format, Undo},
    ask,
    crew::{Crew, Told, Verb, told_of},
    failure::{Failure, Status},
    fix::state_dir,
    journals::{self, Journals},
    ledger::{End, Ledger},
    many,
    output::{Output, look, say},
    ports::{World, chance, now},
};
use crate::{
    apply::{self, Settings, StateDir, Verify},
    config::accounts::Entry,
    imap::Mode,
    language::text,
    model::{
        finding::Code,
        plan::{Remark, hex},
    },
    report::{json, table},
};

pub async fn run(options: Undo) -> Result<Status, Failure> {
    let asks = !options.yes && !options.dry_run;
    if asks {
        ask::somebody()?;
    }
    let state = state_dir(&options.shared)?;
    let home = StateDir::open(state.clone())?;
    let mut journals = Journals::default();
    if let Some(run) = &options.run {
        if let Some(plan) = home.log(run)?.plan() {
            journals.add(&plan.identity, run.clone());
        }
    } else if let Some(batch) = &options.batch {
        journals = Journals::of_runs(apply::to_undo(&home, batch)?);
    }
    if journals.is_empty() {
        say("nothing was begun, so there is nothing to undo");
        return Ok(Status::Done);
    }
    let (entries, absent) = many::recall(&journals.accounts, &options.many, &options.connecting)?;
    let reach = Reach::new(&options.connecting)?;
    reach.warn(&entries);
    let number = journals.number(&entries);
    let is_one = number == 1 && absent.is_empty();
    if asks && !is_one {
        let lang = look(&options.shared).language;
        if !ask::consent_to_undo(number, entries.len(), lang) {
            say(text::consent_no().say(lang));
            return Ok(Status::Found);
        }
    }
    let batch: String = hex(&chance()).chars().take(12).collect();
    if !options.dry_run {
        // What is undone is no longer done: `fix --continue` deals with it again.
        let mut ledger = Ledger::begin(&state, &batch, "", None)?;
        for entry in &entries {
            ledger.record(&entry.account.id, &End::Found)?;
        }
    }
    let everyone = [entries, absent.clone()].concat();
    let mut crew = Crew::new("undo", everyone, &options.many, &options.shared)?;
    if !asks || !is_one {
        crew.listen();
    }
    let verb = Arc::new(Undoing {
        asks: asks && is_one,
        batch,
        output: crew.output(),
        options,
        home,
        journals,
        reach,
    });
    journals::go(&mut crew, &verb, &absent).await;
    drop(verb);
    crew.finish()
}

struct Undoing {
    options: Undo,
    /// Whether this one account's user is asked.
    asks: bool,
    batch: String,
    home: StateDir,
    journals: Journals,
    reach: Reach,
    output: Arc<Mutex<Output>>,
}

impl Verb for Undoing {
    async fn turn(&self, entry: &Entry, mut world: World, told: &mut Told) -> Result<(), Failure> {
        // What was done last is undone first.
        for run in self.journals.of(&entry.account.id).iter().rev() {
            let next = self
                .one(entry, run, &mut world)
                .await
                .map_err(|failure| Failure {
                    // Another turn would begin with the run that is undone already.
                    again: failure.again.filter(|_| !told.changed),
                    ..failure
                })?;
            let status = told.status.or(next.status);
            told.then(next);
            told.status = status;
            if status != Status::Done {
                break;
            }
        }
        Ok(())
    }

    fn error_line(&self, entry: &Entry, failure: &Failure) -> String {
        json::run_error(&entry.account.id.url, &failure.as_error())
    }
}

impl Undoing {
    async fn one(&self, entry: &Entry, run: &str, world: &mut World) -> Result<Told, Failure> {
        let options = &self.options;
        let mut session = world.unless_stopped(self.reach.connect(entry)).await?;
        let look_at = async { Ok(session.listing(now()).await?) };
        let listing = world.unless_stopped(look_at).await?;
        let plan = apply::undo(&self.home, run, &listing, now())?;
        let waiting = waiting_names(&self.home.account_log(&entry.account.id)?);
        apply::check(&listing, &plan, &waiting)?;
        let is_gone = |remark: &Remark| remark.code == Code::MayBePurged;
        let is_less = plan.warnings.iter().any(is_gone);
        let mut told = Told {
            status: if is_less {
                Status::Failed
            } else {
                Status::Done
            },
            brief: "nothing to undo".to_owned(),
            ..Told::default()
        };
        let stops = options.dry_run || plan.is_empty();
        match options.shared.format {
            // Asked or shown only: the plan is the result. Otherwise the receipt is.
            Format::Table if options.shared.quiet && options.yes && !stops => {}
            Format::Table => told.text = table::plan(&plan, look(&options.shared)),
            Format::Json if stops => told.text = json::plan_line(&plan) + "\n",
            Format::Json => {}
        }
        let shown = &mut told.text;
        let mut is_wanted = || ask::is_wanted(&plan, shown, &self.output, &options.shared);
        if stops || (self.asks && !world.progress.aside(&mut is_wanted)?) {
            session.logout().await;
            if !plan.is_empty() {
                told.status = Status::Found;
            }
            return Ok(told);
        }
        world.wish.watch(&world.progress);
        let settings = Settings {
            settle: Duration::from_secs(options.settle),
            verify: Verify::Quick,
            command: self.batch.clone(),
            skip: BTreeSet::new(),
            grace: None,
        };
        session.set_mode(Mode::ReadWrite);
        let receipt = apply::apply(&mut session, &plan, &self.home, &settings, world).await?;
        session.logout().await;
        told.then(told_of(&plan, &receipt, &options.shared));
        if is_less && told.status == Status::Done {
            // All that could be brought back was, and it was not all.
            told.status = Status::Failed;
        }
        // The next turn would make another plan, not finish this run.
        told.again = None;
        Ok(told)
    }
}
