//! Plans of many accounts in a folder: written for review, then applied as they are.
//!
//! In: plans, or a file or folder of them. Out: files, one an account; where each plan waits. Never: all plans in memory
//! at once; a plan that was changed since it was read.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use crate::{
    cli::{failure::Failure, output::say, planfile, reports::file_name},
    config::accounts::Entry,
    model::{
        listing::AccountId,
        plan::{Action, Plan},
    },
    report::text::{counted, safe},
};

/// How many accounts without a plan are named.
const MOST_NAMED: usize = 10;

/// The messages that a plan moves, as far as was seen.
pub fn moves(plan: &Plan) -> u64 {
    let merges = plan
        .steps
        .iter()
        .filter(|step| step.action == Action::Merge);
    merges.filter_map(|step| step.messages).sum()
}

/// Where plans are written.
pub struct Saving {
    path: PathBuf,
    is_folder: bool,
    /// Whether the user is told where.
    pub is_told: bool,
}

impl Saving {
    /// One plan in a file, or those of many in a folder.
    pub fn to(path: &Path, is_many: bool) -> Result<Self, Failure> {
        let is_folder = is_many || path.is_dir();
        if is_folder {
            fs::create_dir_all(path).map_err(|error| {
                Failure::config(format!(
                    "cannot make the folder {}: {error}",
                    path.display()
                ))
                .hint("the plans of several accounts are written into a folder")
            })?;
        } else {
            planfile::is_json(path)?;
        }
        Ok(Self {
            path: path.to_owned(),
            is_folder,
            is_told: true,
        })
    }

    /// In a folder of rolecall's own.
    pub fn aside(path: &Path) -> Result<Self, Failure> {
        Ok(Self {
            is_told: false,
            ..Self::to(path, true)?
        })
    }

    /// Writes an account's plan, and says where.
    pub fn write(&self, entry: &Entry, plan: &Plan) -> Result<PathBuf, Failure> {
        let path = if self.is_folder {
            self.path.join(file_name(entry) + ".yaml")
        } else {
            self.path.clone()
        };
        planfile::write(&path, plan)?;
        Ok(path)
    }
}

/// Plans that wait to be applied: where each is, not what is in it.
pub struct Waiting {
    plans: BTreeMap<String, Place>,
    is_folder: bool,
}

struct Place {
    path: PathBuf,
    account: String,
    digest: String,
    moves: u64,
}

impl Waiting {
    /// Reads every plan of a file or folder once, so that nothing is sent if one of them is no good.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let cannot = |error: std::io::Error| {
            Failure::config(format!("cannot read {}: {error}", path.display()))
        };
        let is_folder = path.is_dir();
        let mut files = vec![path.to_owned()];
        if is_folder {
            files = fs::read_dir(path)
                .and_then(|files| files.map(|file| Ok(file?.path())).collect())
                .map_err(cannot)?;
            files.retain(|file| planfile::is_json(file).is_ok());
            files.sort();
        }
        let mut plans: BTreeMap<String, Place> = BTreeMap::new();
        for path in files {
            let plan = planfile::read(&path)?;
            let place = Place {
                account: plan.account.clone(),
                digest: plan.digest.clone(),
                moves: moves(&plan),
                path,
            };
            if let Some(other) = plans.insert(plan.identity.key(), place) {
                return Err(Failure::config(format!(
                    "cannot apply two plans for {}: one is {}",
                    plan.account,
                    other.path.display()
                ))
                .hint("take one of them out of the folder"));
            }
        }
        if plans.is_empty() {
            return Err(
                Failure::config(format!("cannot find a plan in {}", path.display()))
                    .hint("`rolecall fix --save-plan DIR` writes plans"),
            );
        }
        Ok(Self { plans, is_folder })
    }

    /// The accounts as URLs, those with the fewest messages to move first.
    pub fn accounts(&self) -> Vec<String> {
        let mut places: Vec<&Place> = self.plans.values().collect();
        places.sort_by_key(|place| place.moves);
        places.iter().map(|place| place.account.clone()).collect()
    }

    /// Puts the accounts in order, the fewest messages first and those without a plan last, and names the latter. One
    /// without a plan is refused where accounts were named one by one.
    pub fn fit(&self, entries: &mut [Entry], are_named: bool) -> Result<(), Failure> {
        let (with, without): (Vec<&Entry>, Vec<&Entry>) = entries
            .iter()
            .partition(|entry| self.has(&entry.account.id));
        if let Some(entry) = without.first().filter(|_| are_named) {
            return Err(self.not_for(entry));
        }
        let used: BTreeSet<String> = with.iter().map(|entry| entry.account.id.key()).collect();
        let unused = self.plans.len() - used.len();
        if unused > 0 && !are_named {
            say(&format!(
                "{unused} of the plans are for accounts that are not in the accounts file, and are left alone"
            ));
        }
        if !without.is_empty() {
            let number = counted(without.len() as u64, "account has", "accounts have");
            let named = without.iter().take(MOST_NAMED);
            let named: Vec<String> = named.map(|entry| safe(entry.called())).collect();
            let more = if without.len() > MOST_NAMED {
                ", …"
            } else {
                ""
            };
            say(&format!(
                "{number} no plan and no turn: {}{more}",
                named.join(", ")
            ));
        }
        entries.sort_by_key(|entry| {
            let place = self.of(&entry.account.id);
            place.map_or(u64::MAX, |place| place.moves)
        });
        Ok(())
    }

    /// Whether there is a plan for the account.
    pub fn has(&self, account: &AccountId) -> bool {
        self.of(account).is_some()
    }

    fn not_for(&self, entry: &Entry) -> Failure {
        match self.plans.values().next() {
            Some(only) if !self.is_folder => Failure::config(format!(
                "cannot apply the plan here: it was made for {}",
                only.account
            ))
            .hint("name that account, or none"),
            _ => Failure::config(format!("cannot find a plan for {}", entry.account.id.url))
                .hint("name accounts that have a plan, or none"),
        }
    }

    /// The messages that all plans move.
    pub fn moves(&self) -> u64 {
        self.plans.values().map(|place| place.moves).sum()
    }

    /// The account's plan, read again: just as it was when all were read.
    pub fn plan(&self, account: &AccountId) -> Result<Plan, Failure> {
        let place = self
            .of(account)
            .ok_or_else(|| Failure::bug("the account has no plan"))?;
        let plan = planfile::read(&place.path)?;
        if plan.digest == place.digest && plan.identity.is_same(account) {
            return Ok(plan);
        }
        Err(Failure::config(format!(
            "cannot use the plan {}: it was changed meanwhile",
            place.path.display()
        )))
    }

    fn of(&self, account: &AccountId) -> Option<&Place> {
        self.plans.get(&account.key())
    }
}
