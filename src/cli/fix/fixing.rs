//! What all accounts of one `rolecall fix` have in common: options, criteria, where plans are, how far an attempt goes.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use super::plans::{PlanSaver, ReviewedPlans};
use crate::{
    apply::{AccountLog, StateDir},
    cli::{
        args::Fix,
        attempt::AccountResult,
        clock::now,
        connector::Connector,
        failure::Failure,
        judging::{Judge, account_log},
        output::Output,
        run_context::RunContext,
        terminal::look,
    },
    config::accounts::Entry,
    language::{Language, text},
    planner::Policy,
};

/// Whether a plan may be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// It is shown and nothing else.
    ShowOnly,
    /// The user is asked once the plan is made.
    Ask,
    /// The user is asked once for all accounts, when every plan is made.
    AskOnce,
    /// The user has said yes.
    Given,
}

impl Approval {
    /// What the options say.
    pub fn of(options: &Fix, is_many: bool) -> Self {
        if options.yes && !options.dry_run {
            Self::Given
        } else if !options.asks() {
            Self::ShowOnly
        } else if is_many {
            Self::AskOnce
        } else {
            Self::Ask
        }
    }
}

/// How many messages may still be moved, over all accounts.
#[derive(Debug)]
pub struct Budget {
    left: Option<AtomicU64>,
}

impl Budget {
    /// Any number where no most is given.
    pub fn of(most: Option<u64>) -> Self {
        Self {
            left: most.map(AtomicU64::new),
        }
    }

    /// Takes so many messages out of it; false, and none taken, if there are fewer left.
    fn take(&self, messages: u64) -> bool {
        let Some(left) = &self.left else { return true };
        left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            left.checked_sub(messages)
        })
        .is_ok()
    }
}

/// What all accounts have in common.
pub struct Fixing {
    pub options: Fix,
    pub approval: Approval,
    pub judge: Judge,
    pub connector: Connector,
    pub home: StateDir,
    /// The id of this command, which its runs share.
    pub command: String,
    /// The reviewed plans that are applied, where the command is about such.
    pub plans: Option<ReviewedPlans>,
    /// Where plans are written.
    pub saver: Option<PlanSaver>,
    pub budget: Budget,
    pub output: Arc<Mutex<Output>>,
}

impl Fixing {
    /// Whether so many messages may still be moved. Otherwise this account is skipped, and no further one begins.
    pub fn affords(&self, messages: u64, context: &RunContext, result: &mut AccountResult) -> bool {
        let is_enough = self.budget.take(messages);
        if !is_enough {
            let why = text::more_than_max_moves();
            context.stop.stop.now(why.clone());
            result.skipped = Some(why);
        }
        is_enough
    }

    /// Whether there is a plan for the account, or one will be made.
    pub fn has_plan(&self, entry: &Entry) -> bool {
        let id = &entry.account.id;
        self.plans.as_ref().is_none_or(|plans| plans.has(id))
    }

    /// The policy for an account. Its targets are none yet: they depend on the listing.
    pub fn policy(&self, log: &AccountLog) -> Policy {
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
            repair_filters: options.repair_filters,
            tried_before: before.tried,
            copied_before: before.copied,
            kept_before: log.kept(),
            made: now(),
        }
    }

    /// The language in which people are told things.
    pub fn language(&self) -> Language {
        look(&self.options.shared).language
    }

    /// Whether nothing is left to do on an account that was changed: none of the sources of its reviewed plan is left, or,
    /// where the plan was not reviewed, a new plan is empty.
    pub async fn is_clean(&self, entry: &Entry, context: &RunContext) -> Result<bool, Failure> {
        let log = account_log(&self.home, &entry.account.id)?;
        let judge = self.judge.for_account_of(entry, Some(&log));
        let judged = judge.examine(&self.connector, entry);
        let judged = context.unless_stopped(judged).await?;
        if let Some(plans) = &self.plans {
            let plan = plans.plan(&entry.account.id)?;
            let mut removed = plan.steps.iter().filter(|step| step.remove);
            return Ok(removed.all(|step| {
                let source = step.source.as_ref();
                source.is_none_or(|name| judged.listing.find(name.wire()).is_none())
            }));
        }
        let mut policy = self.policy(&log);
        policy.targets = judged.targets(judge.targets(), &mut |_| self.options.make_target)?;
        Ok(judge.plan(&judged, &policy).is_empty())
    }
}
