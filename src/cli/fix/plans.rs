//! Plans of many accounts in a folder: they are written for review, and applied later exactly as they were read.
//!
//! In: plans, or a file or folder of them. Out: one file per account; the places of reviewed plans. The plans are never all
//! in memory at once, and a plan that was changed since it was first read is refused.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use crate::{
    apply::off_the_runtime,
    cli::{
        failure::Failure,
        output::{check_file, check_folder},
        plan_file,
        reports::file_name,
        terminal::say,
    },
    config::accounts::Entry,
    language::text,
    model::{
        io_error::in_words,
        listing::AccountId,
        plan::{Plan, Totals},
    },
    private,
    report::text::{safe, shell_word},
};

/// How many accounts without a plan are named.
const MOST_NAMED: usize = 10;

/// The messages that a plan moves, as far as it saw them.
pub fn moves(plan: &Plan) -> u64 {
    moves_without(plan, &[])
}

/// The messages that a plan moves whose steps of these numbers are left out.
pub fn moves_without(plan: &Plan, skipped: &[u32]) -> u64 {
    let steps = plan.steps.iter();
    Totals::of(steps.filter(|step| !skipped.contains(&step.id))).messages
}

/// Whose plans are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum PlanAccounts {
    One,
    /// One that was named out of an accounts file.
    OneOfMany,
    Many,
}

/// Where plans are written.
pub struct PlanSaver {
    path: PathBuf,
    is_folder: bool,
    is_of_many: bool,
    /// Whether the user is told where.
    pub is_told: bool,
}

impl PlanSaver {
    /// A file for one plan, or a folder for those of many. The plan of one account out of many goes into a file where that
    /// is named as a file.
    pub fn to(path: &Path, accounts: PlanAccounts) -> Result<Self, Failure> {
        let is_folder = match accounts {
            PlanAccounts::One => path.is_dir(),
            PlanAccounts::OneOfMany => path.is_dir() || plan_file::is_json(path).is_err(),
            PlanAccounts::Many => true,
        };
        if is_folder {
            private::folder(path).map_err(|error| {
                let path = path.display().to_string();
                Failure::config(text::cannot(text::make_folder_since(
                    path,
                    in_words(&error),
                )))
                .hint(text::try_plans_into_folder())
            })?;
            check_folder(path)?;
        } else {
            plan_file::is_json(path)?;
            check_file(path)?;
        }
        Ok(Self {
            path: path.to_owned(),
            is_folder,
            is_of_many: accounts != PlanAccounts::One,
            is_told: true,
        })
    }

    /// A folder of rolecall's own; the user is not told where plans are.
    pub fn aside(path: &Path) -> Result<Self, Failure> {
        Ok(Self {
            is_told: false,
            ..Self::to(path, PlanAccounts::Many)?
        })
    }

    /// The command that applies the one plan that is written.
    pub fn next_command(&self, entry: &Entry) -> Option<String> {
        (!self.is_folder).then(|| {
            let command = plan_file::apply_command(&self.path);
            if self.is_of_many {
                // The others of the accounts file have no plan.
                return format!("{command} {}", shell_word(entry.called()));
            }
            command
        })
    }

    /// Writes an account's plan and returns where.
    pub fn write(&self, entry: &Entry, plan: &Plan) -> Result<PathBuf, Failure> {
        let path = if self.is_folder {
            self.path.join(file_name(entry) + ".yaml")
        } else {
            self.path.clone()
        };
        off_the_runtime(|| plan_file::write(&path, plan))?;
        Ok(path)
    }
}

/// Reviewed plans that are to be applied: where each of them is, not what is in it.
pub struct ReviewedPlans {
    plans: BTreeMap<String, PlanOnDisk>,
    is_folder: bool,
}

/// Where a plan is, and what must still be true of it when it is read again.
#[derive(Clone)]
struct PlanOnDisk {
    path: PathBuf,
    account: String,
    digest: String,
    moves: u64,
}

impl ReviewedPlans {
    /// Reads every plan of a file or folder once, so that nothing is sent if one of them is no good.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let cannot = |error: std::io::Error| {
            let path = path.display().to_string();
            Failure::config(text::cannot(text::read_since(path, in_words(&error))))
        };
        let is_folder = path.is_dir();
        let mut files = vec![path.to_owned()];
        if is_folder {
            files = fs::read_dir(path)
                .and_then(|files| files.map(|file| Ok(file?.path())).collect())
                .map_err(cannot)?;
            files.retain(|file| plan_file::is_json(file).is_ok());
            files.sort_unstable();
        }
        let mut plans: BTreeMap<String, PlanOnDisk> = BTreeMap::new();
        for path in files {
            let plan = plan_file::read(&path)?;
            let on_disk = PlanOnDisk {
                account: plan.account.clone(),
                digest: plan.digest.clone(),
                moves: moves(&plan),
                path,
            };
            if let Some(other) = plans.insert(plan.identity.key(), on_disk) {
                return Err(Failure::config(text::cannot(text::two_plans_for(
                    plan.account,
                    other.path.display().to_string(),
                )))
                .hint(text::try_take_one_out()));
            }
        }
        if plans.is_empty() {
            return Err(Failure::config(text::cannot(text::no_plan_in(
                path.display().to_string(),
            )))
            .hint(text::try_save_plan()));
        }
        Ok(Self { plans, is_folder })
    }

    /// The accounts as URLs, those with the fewest messages to move first.
    pub fn accounts(&self) -> Vec<String> {
        let mut places: Vec<&PlanOnDisk> = self.plans.values().collect();
        places.sort_unstable_by_key(|on_disk| (on_disk.moves, &on_disk.account));
        places
            .iter()
            .map(|on_disk| on_disk.account.clone())
            .collect()
    }

    /// Sorts the accounts, the fewest messages first and those without a plan last, and says which these are. Where accounts
    /// were named one by one, one without a plan is refused.
    pub fn fit(&self, entries: &mut [Entry], are_named: bool) -> Result<(), Failure> {
        let (with, without): (Vec<&Entry>, Vec<&Entry>) = entries
            .iter()
            .partition(|entry| self.has(&entry.account.id));
        if let Some(entry) = without.first().filter(|_| are_named) {
            return Err(self.not_for(entry));
        }
        let used: BTreeSet<String> = with.iter().map(|entry| entry.account.id.key()).collect();
        let unused = self.plans.len().saturating_sub(used.len());
        if unused > 0 && !are_named {
            say(text::unused_plans(unused as u64));
        }
        if !without.is_empty() {
            let number = text::accounts_without_plan(without.len() as u64);
            let named = without.iter().take(MOST_NAMED);
            let named: Vec<String> = named.map(|entry| safe(entry.called())).collect();
            let more = if without.len() > MOST_NAMED {
                ", …"
            } else {
                ""
            };
            say(text::at_place(number, named.join(", ") + more));
        }
        entries.sort_by_key(|entry| {
            let on_disk = self.of(&entry.account.id);
            on_disk.map_or(u64::MAX, |on_disk| on_disk.moves)
        });
        Ok(())
    }

    /// Whether there is a plan for the account.
    pub fn has(&self, account: &AccountId) -> bool {
        self.of(account).is_some()
    }

    fn not_for(&self, entry: &Entry) -> Failure {
        match self.plans.values().next() {
            Some(only) if !self.is_folder => {
                Failure::config(text::cannot(text::plan_made_for(&only.account)))
                    .hint(text::try_name_that_account_or_none())
            }
            _ => Failure::config(text::cannot(text::no_plan_for(&entry.account.id.url)))
                .hint(text::try_accounts_with_plan()),
        }
    }

    /// The messages that all plans move.
    pub fn moves(&self) -> u64 {
        self.plans.values().map(|on_disk| on_disk.moves).sum()
    }

    /// The digest of the account's plan, if there is one.
    pub fn digest(&self, account: &AccountId) -> Option<&str> {
        self.of(account).map(|on_disk| on_disk.digest.as_str())
    }

    /// The account's plan, read again. It must be as it was when all plans were read.
    pub fn plan(&self, account: &AccountId) -> Result<Plan, Failure> {
        let on_disk = self
            .of(account)
            .ok_or_else(|| Failure::bug("the account has no plan"))?;
        let plan = off_the_runtime(|| plan_file::read(&on_disk.path))?;
        if plan.digest == on_disk.digest && plan.identity.is_same(account) {
            return Ok(plan);
        }
        Err(Failure::config(text::cannot(text::use_plan_since(
            on_disk.path.display().to_string(),
            text::changed_meanwhile(),
        ))))
    }

    fn of(&self, account: &AccountId) -> Option<&PlanOnDisk> {
        self.plans.get(&account.key())
    }
}
