//! One attempt at one account: connect, finish what earlier runs have left, look, plan, show, ask, apply.
//!
//! In: an account. Out: what became of it. Nothing is changed before the answer, and no plan is made beside an interrupted
//! run.

use std::{collections::BTreeSet, time::Duration};

use super::{
    fixing::{Approval, Fixing},
    plans::{moves, moves_without},
};
use crate::{
    apply::{self, AccountLog, RunLog},
    cli::{
        args::{Format, Verify},
        ask::{self, PlanView},
        attempt::{AccountResult, Verb},
        exit_status::ExitStatus,
        failure::Failure,
        filters::FilterReader,
        judging::{Judge, account_log},
        results::plan_text,
        run_context::RunContext,
        terminal::{say, tell_strays},
    },
    config::accounts::Entry,
    imap::{Mode, Session},
    judge::Judged,
    language::{Language, Phrase, text},
    model::{
        error_kind::ErrorKind,
        finding::Code,
        plan::{Action, Plan, Remark, Step},
        role::Role,
    },
    planner::Policy,
    report::{json, table, text::safe},
    sieve::Filters,
};

impl Verb for Fixing {
    async fn attempt(
        &self,
        entry: &Entry,
        mut context: RunContext,
        result: &mut AccountResult,
    ) -> Result<(), Failure> {
        let mut log = account_log(&self.home, &entry.account.id)?;
        let to_resume = self.to_resume(entry, &log)?;
        let filters_at = to_resume.as_ref().and_then(RunLog::filters_at);
        let entry = &entry.clone().with_filters_at(filters_at);
        if let (Some(plans), None) = (&self.plans, &to_resume) {
            let plan = plans.plan(&entry.account.id)?;
            if plan.is_empty() {
                // Whatever has become of the account since, this plan changes nothing.
                let mut view = PlanView::new(&self.output, &self.options.shared);
                self.show(entry, &plan, &mut view, result)?;
                return Ok(());
            }
        }
        let is_wanted = !self.options.no_filters && self.plans.is_none();
        let mut filters = self.connector.filters(entry, is_wanted);
        let session = self.connector.connect_and_tell(entry, Some(&mut filters));
        let mut session = context.unless_stopped(session).await?;
        let goes_on = Box::pin(self.finish_earlier(
            &mut session,
            entry,
            (to_resume, &mut log),
            &mut context,
            result,
        ))
        .await?;
        if !goes_on {
            self.connector.log_out(session).await;
            return Ok(());
        }
        let mut view = PlanView::new(&self.output, &self.options.shared);
        if self.approval == Approval::Ask {
            view.write(&mut result.text)?;
        }
        let plan = self.plan_for(entry, &log, (&mut session, filters), &context, &mut view);
        let plan = plan.await?;
        self.may_break_filters(&plan)?;
        let wanted = self.wanted(&plan)?;
        let end = self.show(entry, &wanted, &mut view, result)?;
        if self.approval == Approval::Ask {
            view.write(&mut result.text)?;
        }
        let status = match end {
            Some(status) => status,
            None if self.approval == Approval::Ask && !ask::is_wanted(&wanted, &mut view) => {
                ExitStatus::Found
            }
            None => {
                let session = (session, entry);
                return Box::pin(self.apply(session, &plan, context, result)).await;
            }
        };
        self.connector.log_out(session).await;
        result.status = status;
        Ok(())
    }

    fn error_line(&self, entry: &Entry, failure: &Failure) -> String {
        let (account, error) = (&entry.account.id.url, failure.as_error());
        if self.approval == Approval::ShowOnly {
            json::plan_error(account, &error)
        } else {
            json::run_error(account, &error)
        }
    }
}

impl Fixing {
    /// Finishes an interrupted run and removes what earlier runs have set aside. False if the attempt ends there.
    async fn finish_earlier(
        &self,
        session: &mut Session,
        entry: &Entry,
        (to_resume, log): (Option<RunLog>, &mut AccountLog),
        context: &mut RunContext,
        result: &mut AccountResult,
    ) -> Result<bool, Failure> {
        if let Some(past) = to_resume {
            if !self.affords(to_come(&past, &self.command), context, result) {
                return Ok(false);
            }
            result.then(self.resume(session, entry, &past, context).await?);
            let is_all = result.changed && self.is_reviewed_plan(&past, entry)?;
            if result.status != ExitStatus::Done || is_all {
                return Ok(false);
            }
            *log = account_log(&self.home, &entry.account.id)?;
        }
        Box::pin(self.remove_set_aside(session, entry, log, context, result)).await
    }

    /// The plan for an account: its reviewed plan, if that still fits, else a new one.
    async fn plan_for(
        &self,
        entry: &Entry,
        log: &AccountLog,
        (session, filters): (&mut Session, FilterReader),
        context: &RunContext,
        view: &mut PlanView<'_>,
    ) -> Result<Plan, Failure> {
        let judge = self.judge.for_account_of(entry, Some(log));
        let mut judged = context.unless_stopped(judge.look(session)).await?;
        let set_aside = judge.set_aside();
        self.nothing_unfinished(entry, &judged.listing, log, set_aside)?;
        if let Some(plans) = &self.plans {
            let plan = plans.plan(&entry.account.id)?;
            apply::check(&judged.listing, &plan, set_aside)
                .map_err(|stale| applied_or_stale(log, &plan, stale))?;
            return Ok(plan);
        }
        judged.know_filters(filters.end().await);
        let plan = self.new_plan(log, (&judge, session, &mut judged), view);
        let plan = plan.await?;
        self.can_repair(&judged.filters, &plan)?;
        Ok(plan)
    }

    async fn new_plan(
        &self,
        log: &AccountLog,
        (judge, session, judged): (&Judge, &mut Session, &mut Judged),
        view: &mut PlanView<'_>,
    ) -> Result<Plan, Failure> {
        let mut policy = self.policy(log);
        policy.targets = judged.targets(judge.targets(), &mut |missing| {
            self.options.make_target
                || self.approval == Approval::Ask && ask::make_target(missing, self.language())
        })?;
        if self.approval == Approval::Ask {
            view.show(&judge.plan(judged, &policy));
            choose(judge, session, judged, &mut policy, self.language()).await?;
        }
        let plan = judge.plan(judged, &policy);
        let is_for_french = self.saver.is_some() && self.language() == Language::French;
        Ok(if is_for_french {
            plan.with_french()
        } else {
            plan
        })
    }

    /// Where nobody is asked, a plan that stops filters from forwarding or answering is applied only where that was said. A plan
    /// that is saved without their repair would not tell who applies it.
    fn may_break_filters(&self, plan: &Plan) -> Result<(), Failure> {
        let would_break = |remark: &Remark| remark.code == Code::FilterWouldBreak;
        let is_left_out = |step: &Step| {
            step.action == Action::RepairFilters && self.options.skip_step.contains(&step.id)
        };
        let leaves_out = plan.steps.iter().any(is_left_out);
        let breaks = if self.approval == Approval::Given {
            leaves_out || plan.warnings.iter().any(would_break)
        } else {
            leaves_out && self.saver.is_some()
        };
        if self.options.despite_filters || !breaks {
            return Ok(());
        }
        Err(Failure::misfit(text::cannot(text::filters_may_break()))
            .hint(text::try_repair_or_despite()))
    }

    /// Nothing is merged under filters that are to be repaired and could not be read.
    fn can_repair(&self, filters: &Filters, plan: &Plan) -> Result<(), Failure> {
        let is_wanted = self.options.repair_filters && !plan.is_empty();
        let why = match filters {
            Filters::NotReadable(why) if is_wanted => why.clone(),
            Filters::Silent | Filters::NotAsked if is_wanted => text::no_filter_service(),
            _ => return Ok(()),
        };
        Err(
            Failure::misfit(text::cannot(text::repair_filters_since(why)))
                .hint(text::try_sieve_host()),
        )
    }

    /// The plan without the steps that are to be left out.
    fn wanted(&self, plan: &Plan) -> Result<Plan, Failure> {
        let is_step = |id: &u32| plan.steps.iter().any(|step| step.id == *id);
        match self.options.skip_step.iter().find(|id| !is_step(id)) {
            Some(id) => Err(Failure::config(text::cannot(text::no_step_to_leave_out(
                id.to_string(),
            )))
            .hint(text::try_dry_run_steps())),
            None => Ok(plan.clone().without(&self.options.skip_step)),
        }
    }

    /// Shows and saves the plan, of which only what is wanted is left. Returns a status if the attempt ends there.
    fn show(
        &self,
        entry: &Entry,
        plan: &Plan,
        view: &mut PlanView<'_>,
        result: &mut AccountResult,
    ) -> Result<Option<ExitStatus>, Failure> {
        let shared = &self.options.shared;
        let nothing_to_do = plan.steps.is_empty();
        let stops = nothing_to_do || self.approval == Approval::ShowOnly;
        if self.approval == Approval::Ask && view.is_in_results() {
            view.show(plan);
        // Before an answer, or what becomes of it, only people see the plan.
        } else if stops || shared.format == Format::Table && !shared.quiet {
            result.text += &plan_text(plan, shared);
        }
        result.brief = if result.changed {
            text::run_was_finished(text::messages_moved(result.moved), brief(plan))
        } else {
            brief(plan)
        };
        let manual = plan.manual.iter().map(|manual| manual.code.word());
        result.codes.extend(manual);
        for id in &self.options.skip_step {
            say(text::step_left_out(u64::from(*id)));
        }
        if let Some(saver) = &self.saver {
            if !self.options.skip_step.is_empty() {
                plan.check().map_err(|fault| {
                    Failure::config(text::cannot(text::save_without_steps(fault.said())))
                })?;
            }
            let path = saver.write(entry, plan)?;
            if saver.is_told && !shared.quiet {
                say(text::plan_is_in(safe(&path.display().to_string())));
                if let Some(command) = saver.next_command(entry) {
                    say(text::apply_it(command));
                }
            }
        }
        if nothing_to_do {
            return Ok(Some(ExitStatus::Done));
        }
        Ok(stops.then_some(ExitStatus::Found))
    }

    async fn apply(
        &self,
        (mut session, entry): (Session, &Entry),
        plan: &Plan,
        mut context: RunContext,
        result: &mut AccountResult,
    ) -> Result<(), Failure> {
        let messages = moves_without(plan, &self.options.skip_step);
        if !self.affords(messages, &context, result) {
            return Ok(());
        }
        context.stop.watch(&context.progress);
        session.heed(context.stop.flag());
        let skip = self.options.skip_step.iter().copied();
        let settings = apply::Settings {
            settle: Duration::from_secs(self.options.settle),
            verify: match self.options.verify {
                Verify::Quick => apply::Verify::Quick,
                Verify::Full => apply::Verify::Full,
            },
            command: self.command.clone(),
            skip: skip.collect::<BTreeSet<u32>>(),
            grace: self.options.grace(),
            filters_at: self.connector.filters_at(entry),
        };
        session.set_mode(Mode::ReadWrite);
        let applying = apply::apply(&mut session, plan, &self.home, &settings, &mut context);
        let receipt = Box::pin(applying).await?;
        let shared = &self.options.shared;
        tell_strays(&plan.account, session.strays(), shared);
        self.connector.log_out(session).await;
        let done = AccountResult::of_receipt(plan, &receipt, shared);
        result.then(AccountResult {
            is_of_batch: done.changed,
            ..done
        });
        Ok(())
    }
}

/// Why a reviewed plan does not fit: where a run has applied that very plan, this is why.
fn applied_or_stale(log: &AccountLog, plan: &Plan, stale: apply::Stale) -> Failure {
    match log.applied(&plan.digest) {
        Some(run) => Failure::of(
            ErrorKind::Stale,
            text::cannot(text::plan_was_applied_by(run)),
        )
        .hint(text::try_continue_or_undo(run)),
        None => stale.into(),
    }
}

/// The messages that a resumed run will still move, as far as its plan saw them. A run of this very command was counted
/// when it began.
fn to_come(past: &RunLog, command: &str) -> u64 {
    match past.plan() {
        Some(plan) if past.command() != command => moves(plan).saturating_sub(past.moved()),
        _ => 0,
    }
}

/// Asks on the terminal which roles doubtful mailboxes have, which mailbox keeps each role that several play, and whether
/// trash and junk are to be merged too.
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
    // The targets that do not exist were asked about before.
    policy.targets = judged.targets(&targets, &mut |_| true)?;
    // Who asks for the inbox is asked all the same: what lies there is under the eyes of filters and clients.
    policy.include.remove(&Role::Inbox);
    let plan = judge.plan(judged, policy);
    policy.include.extend(ask::held_back(&plan, language));
    Ok(())
}

fn brief(plan: &Plan) -> Phrase {
    if plan.is_empty() {
        return table::nothing_to_do(plan);
    }
    let steps = text::steps(plan.steps.len() as u64);
    text::parts_of_brief(steps, text::messages_move(moves(plan)))
}
