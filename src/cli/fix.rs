//! `rolecall fix`: look, judge, plan, show, ask, apply. Nothing is changed before the answer.

use std::{collections::BTreeSet, io::IsTerminal as _, path::Path, time::Duration};

use super::{
    account::{self, Judge, Judged, resolve_targets},
    args::{Fix, Format, Shared, Verify},
    ask,
    failure::{Failure, Status},
    lang::language,
    output::{Output, complain, look, say},
    planfile,
    ports::{World, chance, now},
};
use crate::{
    advice::{Language, Text},
    apply::{self, Home, Settings},
    config::account::Account,
    imap::{Mode, Session},
    model::{
        listing::Listing,
        mailbox::is_tombstone,
        plan::{Plan, hex},
    },
    planner::{self, Policy},
    report::{json, table, text::safe},
};

pub async fn run(options: Fix) -> Result<Status, Failure> {
    if options.asks() {
        ask::somebody()?;
    }
    if let Some(path) = &options.save_plan {
        planfile::is_json(path)?;
    }
    let saved = match &options.plan {
        Some(path) => Some(planfile::read(path)?),
        None => None,
    };
    let accounts = match &saved {
        Some(plan) if options.accounts.is_empty() => vec![plan.account.clone()],
        _ => options.accounts.clone(),
    };
    let accounts = account::parse(&accounts, &options.connecting)?;
    if let Some(plan) = &saved {
        planfile::is_for(plan, &accounts)?;
    }
    if options.save_plan.is_some() && accounts.len() > 1 {
        return Err(
            Failure::config("cannot save the plans of several accounts in one file")
                .hint("name one account at a time"),
        );
    }
    let judge = Judge::new(&options.judging, &options.target)?;
    let home = Home::open(state_dir(&options.shared)?)?;
    let mut output = Output::new(options.shared.output.clone())?;
    let command = Command {
        batch: hex(&chance()).chars().take(12).collect(),
        options,
        judge,
        home,
        saved,
    };
    let mut worst = Status::Done;
    for account in &accounts {
        let status = match command.fix(account, &mut output).await {
            Ok(status) => status,
            Err(failure) => failed(
                &account.id.url,
                &failure,
                &command.options.shared,
                &mut output,
            )?,
        };
        worst = worst.or(status);
    }
    output.finish()?;
    Ok(worst)
}

struct Command {
    batch: String,
    options: Fix,
    judge: Judge,
    home: Home,
    saved: Option<Plan>,
}

impl Command {
    async fn fix(&self, account: &Account, output: &mut Output) -> Result<Status, Failure> {
        let mut session = account::connect(account, &self.options.connecting).await?;
        let mut judged = self.judge.look(&mut session).await?;
        self.nothing_unfinished(account, &judged.listing)?;
        let plan = match &self.saved {
            Some(plan) => {
                apply::check(&judged.listing, plan)?;
                plan.clone()
            }
            None => self.plan(account, &mut session, &mut judged).await?,
        };
        if let Some(id) = self
            .options
            .skip_step
            .iter()
            .find(|id| !plan.steps.iter().any(|step| step.id == **id))
        {
            return Err(Failure::config(format!(
                "cannot leave step {id} out: the plan has no such step"
            ))
            .hint("--dry-run shows the steps with their numbers"));
        }
        let status = self.show(&plan, output)?;
        let status = match status {
            Some(status) => status,
            None if !self.options.yes && !ask::consent(&plan, self.language()) => {
                say(&Text::ConsentNo.say(self.language()));
                Status::Found
            }
            None => self.apply(&mut session, &plan, output).await?,
        };
        session.logout().await;
        Ok(status)
    }

    /// What an interrupted run began comes first: its last command may be at work still, or mail may wait in a mailbox
    /// that it was about to remove.
    fn nothing_unfinished(&self, account: &Account, listing: &Listing) -> Result<(), Failure> {
        let mut tombstones = listing
            .mailboxes
            .iter()
            .filter(|mailbox| mailbox.selectable && is_tombstone(mailbox.leaf()));
        let tombstone = tombstones.next();
        let run = match tombstone {
            Some(tombstone) => apply::run_of(&self.home, &account.id, &tombstone.name),
            None => apply::unfinished(&self.home, &account.id)?,
        };
        if tombstone.is_none() && run.is_none() {
            return Ok(());
        }
        let held = tombstone.map_or_else(String::new, |tombstone| {
            format!(", and \"{}\" may hold its mail", tombstone.name.text())
        });
        Err(Failure {
            kind: "locked",
            message: format!("cannot plan anything: a run on this account was interrupted{held}"),
            hint: Some(match run {
                Some(run) => format!("run `rolecall resume {run}` first"),
                None => "run `rolecall resume` first, on the machine where that run was started"
                    .to_owned(),
            }),
            passing: None,
        })
    }

    async fn plan(
        &self,
        account: &Account,
        session: &mut Session,
        judged: &mut Judged,
    ) -> Result<Plan, Failure> {
        let mut policy = self.policy(account);
        policy.targets = resolve_targets(judged, self.judge.targets())?;
        if self.options.asks() {
            self.choose(session, judged, &mut policy).await?;
        }
        Ok(self.converge(judged, &policy))
    }

    fn converge(&self, judged: &Judged, policy: &Policy) -> Plan {
        let Judged {
            listing,
            roll,
            findings,
        } = judged;
        self.judge
            .foresee(|foresight| planner::converge(listing, roll, findings, policy, foresight))
    }

    /// On a terminal: what doubtful mailboxes are, which mailbox keeps each contested role, and whether trash and junk are meant too.
    async fn choose(
        &self,
        session: &mut Session,
        judged: &mut Judged,
        policy: &mut Policy,
    ) -> Result<(), Failure> {
        let said = ask::roles(judged, policy);
        let mut targets = self.judge.targets().clone();
        self.judge.rejudge(judged, &said, targets.clone())?;
        if !said.is_empty() {
            self.judge.look_again(session, judged).await?;
            self.judge.rejudge(judged, &said, targets.clone())?;
        }
        targets.extend(ask::keepers(judged, policy));
        self.judge.rejudge(judged, &said, targets.clone())?;
        policy.targets = resolve_targets(judged, &targets)?;
        let plan = self.converge(judged, policy);
        policy.include.extend(ask::held_back(&plan, &judged.roll));
        Ok(())
    }

    fn policy(&self, account: &Account) -> Policy {
        let options = &self.options;
        Policy {
            only: (!options.only.is_empty()).then(|| options.only.iter().copied().collect()),
            include: options.include.iter().copied().collect(),
            targets: std::collections::BTreeMap::new(),
            suggested: std::collections::BTreeMap::new(),
            move_deleted: options.move_deleted,
            allow_keyword_loss: options.allow_keyword_loss,
            keep_sources: options.keep_sources,
            remove_without_uidplus: options.remove_without_uidplus,
            with_children: options.with_children,
            repair_names: options.repair_names,
            left_before: apply::left_before(&self.home, &account.id),
            made: now(),
            // A plan for programs or for later is English.
            language: match self.options.shared.format {
                Format::Table if self.options.save_plan.is_none() => self.language(),
                _ => Language::English,
            },
        }
    }

    fn language(&self) -> Language {
        language(self.options.lang)
    }

    /// Shows and saves the plan; a status where that is all.
    fn show(&self, plan: &Plan, output: &mut Output) -> Result<Option<Status>, Failure> {
        let shared = &self.options.shared;
        let all_skipped = plan
            .steps
            .iter()
            .all(|step| self.options.skip_step.contains(&step.id));
        let stops = all_skipped
            || self.options.dry_run
            || (self.options.save_plan.is_some() && !self.options.yes);
        match shared.format {
            Format::Table if !shared.quiet || stops => {
                output.write(&table::plan(plan, look(shared)))?;
            }
            Format::Json if stops => output.write(&(json::plan_line(plan) + "\n"))?,
            _ => {}
        }
        if self.options.asks() && !stops {
            ask::show(plan, shared);
        }
        for id in &self.options.skip_step {
            say(&format!("step {id} is left out"));
        }
        if let Some(path) = &self.options.save_plan {
            planfile::write(path, plan)?;
            if !shared.quiet {
                say(&format!(
                    "the plan is in {}",
                    safe(&path.display().to_string())
                ));
            }
        }
        if all_skipped {
            return Ok(Some(Status::Done));
        }
        Ok(stops.then_some(Status::Found))
    }

    async fn apply(
        &self,
        session: &mut Session,
        plan: &Plan,
        output: &mut Output,
    ) -> Result<Status, Failure> {
        let settings = Settings {
            settle: Duration::from_secs(self.options.settle),
            verify: match self.options.verify {
                Verify::Quick => apply::Verify::Quick,
                Verify::Full => apply::Verify::Full,
            },
            batch: self.batch.clone(),
            skip: self
                .options
                .skip_step
                .iter()
                .copied()
                .collect::<BTreeSet<u32>>(),
        };
        execute(
            session,
            plan,
            &self.home,
            &settings,
            &self.options.shared,
            output,
        )
        .await
    }
}

/// Tells of an account that could not be changed: to a person, and as a line of JSON where that is asked for.
pub fn failed(
    account: &str,
    failure: &Failure,
    shared: &Shared,
    output: &mut Output,
) -> Result<Status, Failure> {
    complain(Some(account), failure);
    if shared.format == Format::Json {
        output.write(&(json::run_error(account, &failure.as_error()) + "\n"))?;
    }
    Ok(failure.status())
}

/// Applies a plan with progress and tells what became of it.
pub async fn execute(
    session: &mut Session,
    plan: &Plan,
    home: &Home,
    settings: &Settings,
    shared: &Shared,
    output: &mut Output,
) -> Result<Status, Failure> {
    session.set_mode(Mode::ReadWrite);
    let mut world = World::new(shows_progress(shared));
    let receipt = apply::apply(session, plan, home, settings, &mut world).await;
    world.finish();
    tell(plan, &receipt?, shared, output)
}

/// Writes a receipt; the status follows from it.
pub fn tell(
    plan: &Plan,
    receipt: &crate::model::receipt::Receipt,
    shared: &Shared,
    output: &mut Output,
) -> Result<Status, Failure> {
    output.write(&match shared.format {
        Format::Table => table::receipt(plan, receipt, look(shared)),
        Format::Json => json::receipt_line(receipt) + "\n",
    })?;
    Ok(if receipt.interrupted {
        Status::Interrupted
    } else if !receipt.finished || receipt.is_unknown() {
        Status::Unknown
    } else if receipt.is_refused() {
        Status::Failed
    } else {
        Status::Done
    })
}

/// A bar only where somebody sees it.
pub fn shows_progress(shared: &Shared) -> bool {
    !shared.no_progress && !shared.quiet && std::io::stderr().is_terminal()
}

/// Where journals are kept.
pub fn state_dir(shared: &Shared) -> Result<std::path::PathBuf, Failure> {
    use etcetera::BaseStrategy as _;
    if let Some(path) = &shared.state_dir {
        return Ok(path.clone());
    }
    let base = etcetera::choose_base_strategy().map_err(|_| {
        Failure::config("cannot find your home folder").hint("name a folder with --state-dir")
    })?;
    let state = base.state_dir().unwrap_or_else(|| base.data_dir());
    Ok(Path::new(&state).join("rolecall"))
}
