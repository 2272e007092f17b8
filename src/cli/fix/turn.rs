//! One account's turn: connect, look, plan, show, ask, apply.
//!
//! In: an account. Out: what became of it. Never: a change before the answer; a plan beside an interrupted run.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use super::plans::{Saving, Waiting, moves};
use crate::{
    apply::{self, AccountLog, RunLog, StateDir},
    cli::{
        account::{Judge, Judged, Reach, waiting_names},
        args::{Fix, Format, Verify},
        ask,
        crew::{Told, Verb, told_of},
        failure::{Failure, Status},
        output::{Output, look, say},
        ports::{World, now},
    },
    config::accounts::Entry,
    imap::{Mode as Access, Session},
    language::{Language, text},
    model::plan::Plan,
    planner::{self, Policy},
    report::{
        json, table,
        text::{counted, safe},
    },
};

/// How far a turn goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Shows the plan and stops.
    Show,
    /// Asks before it applies the plan.
    Ask,
    /// One question for all accounts, once every plan is made.
    AskOnce,
    /// Applies the plan.
    Apply,
}

impl Mode {
    pub fn of(options: &Fix, is_many: bool) -> Self {
        if options.yes && !options.dry_run {
            Self::Apply
        } else if !options.asks() {
            Self::Show
        } else if is_many {
            Self::AskOnce
        } else {
            Self::Ask
        }
    }
}

/// How many messages may still be moved.
#[derive(Debug)]
pub struct Budget {
    left: Option<AtomicU64>,
}

impl Budget {
    pub fn of(most: Option<u64>) -> Self {
        Self {
            left: most.map(AtomicU64::new),
        }
    }

    /// Takes so many out of it, or says that they are too many.
    fn take(&self, messages: u64) -> bool {
        let Some(left) = &self.left else { return true };
        left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            left.checked_sub(messages)
        })
        .is_ok()
    }
}

/// What is done with every account.
pub struct Fixing {
    pub options: Fix,
    pub mode: Mode,
    pub judge: Judge,
    pub reach: Reach,
    pub home: StateDir,
    pub batch: String,
    /// Plans that were reviewed.
    pub waiting: Option<Waiting>,
    /// Where plans are written.
    pub saving: Option<Saving>,
    pub budget: Budget,
    pub output: Arc<Mutex<Output>>,
}

impl Verb for Fixing {
    async fn turn(&self, entry: &Entry, mut world: World, told: &mut Told) -> Result<(), Failure> {
        let judge = self.judge.of(entry);
        let mut log = self.home.account_log(&entry.account.id)?;
        let to_resume = self.to_resume(entry, &log)?;
        if let (Some(waiting), None) = (&self.waiting, &to_resume) {
            let plan = waiting.plan(&entry.account.id)?;
            if plan.is_empty() {
                // It says so whatever the account has become since.
                self.show(entry, &plan, told)?;
                return Ok(());
            }
        }
        let mut session = world.unless_stopped(self.reach.connect(entry)).await?;
        if let Some(past) = to_resume {
            if !self.affords(to_come(&past, &self.batch), &world, told) {
                session.logout().await;
                return Ok(());
            }
            let receipt = self.resume(&mut session, entry, &past, &mut world).await?;
            told.then(receipt);
            let is_all = told.changed && self.is_waiting_plan(&past, entry)?;
            if told.status != Status::Done || is_all {
                session.logout().await;
                return Ok(());
            }
            log = self.home.account_log(&entry.account.id)?;
        }
        if !self
            .remove_what_waited(&mut session, entry, &mut log, &mut world, told)
            .await?
        {
            session.logout().await;
            return Ok(());
        }
        let set_aside = waiting_names(&log);
        let judge = judge.with_waiting(&set_aside);
        let mut judged = world.unless_stopped(judge.look(&mut session)).await?;
        self.nothing_unfinished(entry, &judged.listing, &log, &set_aside)?;
        let plan = match &self.waiting {
            Some(waiting) => {
                let plan = waiting.plan(&entry.account.id)?;
                apply::check(&judged.listing, &plan, &set_aside)?;
                plan
            }
            None => self.plan(&log, &judge, &mut session, &mut judged).await?,
        };
        self.are_steps(&plan)?;
        let shown = self.show(entry, &plan, told)?;
        let status = match shown {
            Some(status) => status,
            None if self.mode == Mode::Ask
                && !ask::is_wanted(&plan, &mut told.text, &self.output, &self.options.shared)? =>
            {
                Status::Found
            }
            None => return self.apply(session, &plan, world, told).await,
        };
        session.logout().await;
        told.status = status;
        Ok(())
    }

    fn error_line(&self, entry: &Entry, failure: &Failure) -> String {
        json::run_error(&entry.account.id.url, &failure.as_error())
    }
}

impl Fixing {
    /// Whether so many messages may still be moved; else this account is left, and no further one begins.
    fn affords(&self, messages: u64, world: &World, told: &mut Told) -> bool {
        let is_enough = self.budget.take(messages);
        if !is_enough {
            let why = "more messages would be moved than --max-moves allows";
            world.wish.stop.now(why);
            told.left = Some(why.to_owned());
        }
        is_enough
    }

    /// Whether a plan was saved for the account; one that is made now needs none.
    pub fn has_plan(&self, entry: &Entry) -> bool {
        let id = &entry.account.id;
        self.waiting.as_ref().is_none_or(|waiting| waiting.has(id))
    }

    async fn plan(
        &self,
        log: &AccountLog,
        judge: &Judge,
        session: &mut Session,
        judged: &mut Judged,
    ) -> Result<Plan, Failure> {
        let mut policy = self.policy(log);
        policy.targets = judged.targets(judge.targets(), &mut |missing| {
            self.options.make_target
                || self.mode == Mode::Ask && ask::make_target(missing, self.language())
        })?;
        if self.mode == Mode::Ask {
            choose(judge, session, judged, &mut policy, self.language()).await?;
        }
        Ok(converge(judge, judged, &policy))
    }

    fn policy(&self, log: &AccountLog) -> Policy {
        let before = log.before().clone();
        let options = &self.options;
        Policy {
            only: (!options.only.is_empty()).then(|| options.only.iter().copied().collect()),
            only_empty: options.only_empty,
            include: options.include.iter().copied().collect(),
            targets: std::collections::BTreeMap::new(),
            suggested: std::collections::BTreeMap::new(),
            move_deleted: options.move_deleted,
            allow_keyword_loss: options.allow_keyword_loss,
            keep_sources: options.keep_sources,
            remove_without_uidplus: options.remove_without_uidplus,
            with_children: options.with_children,
            repair_names: options.repair_names,
            left_before: before.left,
            tried_before: before.tried,
            made: now(),
        }
    }

    fn language(&self) -> Language {
        look(&self.options.shared).language
    }

    fn are_steps(&self, plan: &Plan) -> Result<(), Failure> {
        let is_step = |id: &u32| plan.steps.iter().any(|step| step.id == *id);
        match self.options.skip_step.iter().find(|id| !is_step(id)) {
            Some(id) => Err(Failure::config(format!(
                "cannot leave step {id} out: the plan has no such step"
            ))
            .hint("--dry-run shows the steps with their numbers")),
            None => Ok(()),
        }
    }

    /// Shows and saves the plan; a status where that is all.
    fn show(&self, entry: &Entry, plan: &Plan, told: &mut Told) -> Result<Option<Status>, Failure> {
        let shared = &self.options.shared;
        let skipped = &self.options.skip_step;
        let nothing_to_do = plan.steps.iter().all(|step| skipped.contains(&step.id));
        let stops = nothing_to_do || self.mode == Mode::Show;
        match shared.format {
            Format::Table if !shared.quiet || stops => {
                told.text += &table::plan(plan, look(shared));
            }
            Format::Json if stops => told.text += &(json::plan_line(plan) + "\n"),
            _ => {}
        }
        told.brief = brief(plan);
        let manual = plan.manual.iter().map(|manual| manual.code.word());
        told.codes.extend(manual);
        for id in skipped {
            say(text::step_left_out(u64::from(*id)).say(self.language()));
        }
        if let Some(saving) = &self.saving {
            let path = saving.write(entry, plan)?;
            if saving.is_told && !shared.quiet {
                let said = text::plan_is_in(safe(&path.display().to_string()));
                say(said.say(self.language()));
            }
        }
        if nothing_to_do {
            return Ok(Some(Status::Done));
        }
        Ok(stops.then_some(Status::Found))
    }

    async fn apply(
        &self,
        mut session: Session,
        plan: &Plan,
        mut world: World,
        told: &mut Told,
    ) -> Result<(), Failure> {
        if !self.affords(moves(plan), &world, told) {
            return Ok(());
        }
        world.wish.watch(&world.progress);
        let settings = apply::Settings {
            settle: Duration::from_secs(self.options.settle),
            verify: match self.options.verify {
                Verify::Quick => apply::Verify::Quick,
                Verify::Full => apply::Verify::Full,
            },
            command: self.batch.clone(),
            skip: self
                .options
                .skip_step
                .iter()
                .copied()
                .collect::<BTreeSet<u32>>(),
            grace: self.options.grace(),
        };
        session.set_mode(Access::ReadWrite);
        let receipt = apply::apply(&mut session, plan, &self.home, &settings, &mut world).await?;
        session.logout().await;
        told.then(told_of(plan, &receipt, &self.options.shared));
        Ok(())
    }

    /// Whether nothing is left to do on an account that was changed: of a reviewed plan, that none of its sources is
    /// left; else, that the plan is empty now.
    pub async fn is_clean(&self, entry: &Entry, world: &World) -> Result<bool, Failure> {
        let log = self.home.account_log(&entry.account.id)?;
        let judge = self.judge.of(entry).with_waiting(&waiting_names(&log));
        let judged = judge.examine(&self.reach, entry);
        let judged = world.unless_stopped(judged).await?;
        if let Some(waiting) = &self.waiting {
            let plan = waiting.plan(&entry.account.id)?;
            let mut removed = plan.steps.iter().filter(|step| step.remove);
            return Ok(removed.all(|step| {
                let source = step.source.as_ref();
                source.is_none_or(|name| judged.listing.find(name.wire()).is_none())
            }));
        }
        let mut policy = self.policy(&log);
        policy.targets = judged.targets(judge.targets(), &mut |_| self.options.make_target)?;
        Ok(converge(&judge, &judged, &policy).is_empty())
    }
}

/// The messages that a resume will move, as far as was seen; those of a run of this batch were counted when it began.
fn to_come(past: &RunLog, batch: &str) -> u64 {
    match past.plan() {
        Some(plan) if past.command() != batch => moves(plan).saturating_sub(past.moved()),
        _ => 0,
    }
}

fn converge(judge: &Judge, judged: &Judged, policy: &Policy) -> Plan {
    let Judged {
        listing,
        roll,
        findings,
    } = judged;
    judge.foresee(|foresight| planner::converge(listing, roll, findings, policy, foresight))
}

/// On a terminal: what doubtful mailboxes are, which mailbox keeps each contested role, and whether trash and junk are meant too.
async fn choose(
    judge: &Judge,
    session: &mut Session,
    judged: &mut Judged,
    policy: &mut Policy,
    language: Language,
) -> Result<(), Failure> {
    let said = ask::roles(judged, policy, language);
    let mut targets = judge.targets().clone();
    judge.rejudge(judged, &said, targets.clone())?;
    if !said.is_empty() {
        judge.look_again(session, judged).await?;
        judge.rejudge(judged, &said, targets.clone())?;
    }
    targets.extend(ask::keepers(judged, policy, language));
    judge.rejudge(judged, &said, targets.clone())?;
    // Those that are to be made were asked about.
    policy.targets = judged.targets(&targets, &mut |_| true)?;
    let plan = converge(judge, judged, policy);
    policy.include.extend(ask::held_back(&plan, language));
    Ok(())
}

fn brief(plan: &Plan) -> String {
    if plan.is_empty() {
        return table::nothing_to_do(plan).english().to_owned();
    }
    let steps = counted(plan.steps.len() as u64, "step", "steps");
    let messages = counted(moves(plan), "message to move", "messages to move");
    format!("{steps}, {messages}")
}
