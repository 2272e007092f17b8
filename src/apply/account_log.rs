//! What the journals of one account say together: which run is unfinished, which waits, what a new plan should know.
//!
//! In: the account's journals, oldest first; each is read once, and the books of one run are in memory at a time.
//! Out: answers about the account. The server is not asked.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    books::{Place, StepBook, UidMap, UidPairs},
    error::ApplyError,
    later::{Waiting, Waits},
    run_log::RunLog,
    state_dir::StateDir,
    work::Work,
};
use crate::model::{
    listing::AccountId,
    mailbox::MailboxName,
    plan::{Action, Path, Plan, Step, Totals},
    receipt::{Outcome, SourceAfter, StepReceipt},
    set_aside::{SetAsideBy, SetAsideNames},
};

/// What earlier runs on an account have found out and a plan should know: wire names.
#[derive(Debug, Clone, Default)]
pub struct Before {
    /// Sources that would not go or came back.
    pub left: BTreeSet<Vec<u8>>,
    /// Names that were tried, and that the server does not mark.
    pub tried: BTreeSet<Vec<u8>>,
    /// Sources that could only be copied, and were left with copies in the target, for the server has spoilt these or renumbered
    /// their originals.
    pub copied: BTreeSet<Vec<u8>>,
}

/// A run that has undone another one.
#[derive(Debug)]
struct Undoing {
    run: String,
    /// The mailboxes that it was to rename.
    renamed: BTreeSet<MailboxName>,
}

/// A name that a source was to have while it is set aside.
#[derive(Debug)]
struct AskedName {
    name: MailboxName,
    delimiter: Option<char>,
    /// The run that asked for it.
    run: String,
    was_deleted: bool,
    is_given_up: bool,
}

/// What an account's journals say.
#[derive(Debug, Default)]
pub struct AccountLog {
    unfinished: Option<String>,
    waits: Vec<Waits>,
    /// By the run that is undone.
    undone: BTreeMap<String, Undoing>,
    /// The runs that have applied every step of their plan, each with the plan's digest.
    applied: Vec<(String, String)>,
    before: Before,
    /// The mailboxes that runs have moved mail into, and those that they have emptied or renamed, oldest run first: wire names,
    /// each with its run and whether it was kept. An undo keeps nothing.
    kept: Vec<(Vec<u8>, String, bool)>,
    /// Mailboxes that were merged or renamed, by decoded and by wire name.
    settled: BTreeSet<String>,
    copies: Vec<UidMap>,
    /// Every name that a source was to have while it is set aside.
    asked: Vec<AskedName>,
    work: Option<Work>,
    /// Why journals cannot be read, one entry each.
    pub(super) unreadable: Vec<ApplyError>,
}

impl StateDir {
    /// Reads what the journals of an account say. One that cannot be read may be unfinished, so it stands in the way of every
    /// change.
    pub fn account_log(&self, account: &AccountId) -> Result<AccountLog, ApplyError> {
        let mut account_log = self.readable_log(account)?;
        match account_log.unreadable.pop() {
            Some(why_not) => Err(why_not),
            None => Ok(account_log),
        }
    }

    /// Reads what those journals of an account say that can be read: enough for whoever only looks.
    pub fn readable_log(&self, account: &AccountId) -> Result<AccountLog, ApplyError> {
        let mut account_log = AccountLog::default();
        for log in self.logs_of(account)? {
            match log {
                Ok(log) => account_log.add(&log),
                Err(why_not) => account_log.unreadable.push(why_not),
            }
        }
        Ok(account_log)
    }
}

impl StateDir {
    /// How far the newest open run on the account is; none where that cannot be told.
    #[must_use]
    pub fn work(&self, account: &AccountId) -> Option<Work> {
        self.readable_log(account).ok()?.work
    }
}

/// How far a run is.
fn work_of(log: &RunLog, plan: &Plan) -> Work {
    Work {
        started: log.started().to_owned(),
        moved: log.moved(),
        of: Totals::of(&plan.steps).messages,
    }
}

impl AccountLog {
    /// Adds a run that is younger than those before it.
    pub(super) fn add(&mut self, log: &RunLog) {
        let Some(plan) = log.plan() else { return };
        if log.is_unfinished() && self.unfinished.is_none() {
            self.unfinished = Some(log.run.clone());
        }
        if !log.is_finished() && !log.is_given_up() {
            self.work = Some(work_of(log, plan));
        }
        if has_applied_all(log, plan) {
            self.applied.push((plan.digest.clone(), log.run.clone()));
        }
        self.waits.extend(log.waits());
        if let Some(other) = undoes(log) {
            self.undone.entry(other).or_insert_with(|| Undoing {
                run: log.run.clone(),
                renamed: renamed(plan),
            });
        }
        for step in &plan.steps {
            self.learn(log, step);
        }
        self.copies.extend(log.books.copies_by_own_name());
        let set_aside = log.books.set_aside();
        let asked = set_aside.attempts().map(|attempt| AskedName {
            name: attempt.name.clone(),
            delimiter: plan.listing.delimiter_of(&attempt.of),
            run: log.run.clone(),
            was_deleted: set_aside.was_deleted(&attempt.name),
            is_given_up: log.is_given_up(),
        });
        self.asked.extend(asked);
    }

    fn learn(&mut self, log: &RunLog, step: &Step) {
        let book = log.books.step(step.id);
        if step.path == Some(Path::CopyOnly) && book.is_some_and(StepBook::has_spoilt_copies) {
            let source = step.source.as_ref();
            self.before
                .copied
                .extend(source.map(|name| name.wire().to_vec()));
        }
        let said = log.receipt(step.id);
        let after = said.and_then(|said| said.source_after);
        let is_applied = said.is_some_and(|said| said.outcome == Outcome::Applied);
        let is_fix = log.plan().is_some_and(|plan| plan.undoes.is_none());
        if is_fix && is_applied && matches!(step.action, Action::Merge | Action::Rename) {
            let goes = step.source.as_ref().map(|source| (source, false));
            let stays = step.target.as_ref().map(|target| (target, true));
            let run = || log.run.clone();
            let both = goes.into_iter().chain(stays);
            self.kept
                .extend(both.map(|(name, is_kept)| (name.wire().to_vec(), run(), is_kept)));
        }
        let is_gone = match step.action {
            Action::Merge => after.is_some_and(|after| after != SourceAfter::Left),
            Action::Rename => is_applied && after.is_none(),
            _ => false,
        };
        if let Some(source) = step.source.as_ref().filter(|_| is_gone) {
            let wire = String::from_utf8_lossy(source.wire()).into_owned();
            self.settled.extend([source.text().to_owned(), wire]);
        }
        // Where a person has stopped the step or given it up, the server has refused nothing.
        let is_by_a_person = said.is_some_and(StepReceipt::is_by_a_person);
        let is_left = after.is_some_and(SourceAfter::is_there);
        if !is_left || is_by_a_person {
            return;
        }
        let wire = |name: &MailboxName| name.wire().to_vec();
        // What was refused in passing is planned again, and so is what is left since its messages could not be compared: that
        // was told, and nothing of it is in there.
        let may_pass = book.is_some_and(|book| book.may_pass || book.withheld() > 0);
        if step.remove && !may_pass {
            self.before.left.extend(step.source.as_ref().map(wire));
        }
        if step.if_marked {
            self.before.tried.extend(step.target.as_ref().map(wire));
        }
    }

    /// The run that has sent something and did not come to its end.
    #[must_use]
    pub fn unfinished(&self) -> Option<&str> {
        self.unfinished.as_deref()
    }

    /// The runs that wait, oldest first. `now` is RFC 3339.
    #[must_use]
    pub fn waiting(&self, now: &str) -> Vec<Waiting> {
        let waits = self.waits.iter();
        let waits = waits.filter(|waits| self.given_back_by(waits).is_none());
        waits.map(|waits| waits.at(now)).collect()
    }

    /// The run that has undone this one.
    pub(super) fn undone_by(&self, run: &str) -> Option<&str> {
        self.undone.get(run).map(|undoing| undoing.run.as_str())
    }

    /// The mailboxes that runs have moved mail into, by wire name, each with the last such run that has not been undone.
    #[must_use]
    pub fn kept(&self) -> BTreeMap<Vec<u8>, String> {
        let mut kept = BTreeMap::new();
        for (name, run, is_kept) in &self.kept {
            match (self.undone_by(run), is_kept) {
                (Some(_), _) => {}
                (None, true) => drop(kept.insert(name.clone(), run.clone())),
                (None, false) => drop(kept.remove(name)),
            }
        }
        kept
    }

    /// The run that has applied every step of the plan with this digest, and has not been undone.
    #[must_use]
    pub fn applied(&self, digest: &str) -> Option<&str> {
        let of_plan =
            |(applied, run): &&(String, String)| applied == digest && self.undone_by(run).is_none();
        let found = self.applied.iter().rev().find(of_plan);
        found.map(|(_, run)| run.as_str())
    }

    /// The run that has undone a waiting one and given all that it had set aside its own name back. What an undo could not
    /// give back, since somebody had made a mailbox of that name, goes on waiting.
    pub(super) fn given_back_by(&self, waits: &Waits) -> Option<&str> {
        let undoing = self.undone.get(&waits.run)?;
        let mut names = waits.set_aside.iter();
        let all = names.all(|name| undoing.renamed.contains(name));
        all.then_some(undoing.run.as_str())
    }

    /// The mailboxes that runs have merged or renamed, by decoded and by wire name.
    #[must_use]
    pub fn settled(&self) -> &BTreeSet<String> {
        &self.settled
    }

    /// Why journals of the account cannot be read, one entry each.
    #[must_use]
    pub fn unreadable(&self) -> &[ApplyError] {
        &self.unreadable
    }

    /// What a plan should know.
    #[must_use]
    pub fn before(&self) -> &Before {
        &self.before
    }

    /// The run that gave a mailbox this name to remove it.
    #[must_use]
    pub fn run_of(&self, tombstone: &MailboxName) -> Option<&str> {
        let mut asked = self.asked.iter();
        let found = asked.find(|asked| tombstone.stands_for(&asked.name));
        found.map(|asked| asked.run.as_str())
    }

    /// What the account's runs have set aside, each by its name and by how its run stands.
    #[must_use]
    pub fn set_aside(&self) -> SetAsideNames {
        let waits = self.waits.iter();
        let waits = waits.filter(|waits| self.given_back_by(waits).is_none());
        let waits: BTreeSet<&str> = waits.map(|waits| waits.run.as_str()).collect();
        let mut names = SetAsideNames::default();
        for asked in &self.asked {
            let by = if asked.is_given_up {
                SetAsideBy::GivenUp
            } else if waits.contains(asked.run.as_str()) {
                SetAsideBy::Waiting
            } else {
                SetAsideBy::Interrupted
            };
            let name = asked.name.clone();
            names.add(name, asked.delimiter, (by, &asked.run), asked.was_deleted);
        }
        names
    }

    /// How far the newest open run is.
    #[must_use]
    pub fn work(&self) -> Option<&Work> {
        self.work.as_ref()
    }

    /// What earlier runs have copied and left in the sources of this plan, by source: where both mailboxes are still the
    /// same, it need not be copied again.
    pub(super) fn copies_for(&self, plan: &Plan) -> BTreeMap<MailboxName, UidPairs> {
        let is_the_same = |place: &Place| {
            let mut seen = plan.listing.mailboxes.iter();
            seen.any(|seen| {
                seen.mailbox == place.mailbox && seen.uid_validity == Some(place.validity)
            })
        };
        let is_a_merge = |map: &UidMap| {
            plan.steps.iter().any(|step| {
                step.path.is_some_and(Path::copies)
                    && step.source.as_ref() == Some(&map.from.mailbox)
                    && step.target.as_ref() == Some(&map.to.mailbox)
            })
        };
        let mut left: BTreeMap<MailboxName, UidPairs> = BTreeMap::new();
        for map in &self.copies {
            if is_a_merge(map) && is_the_same(&map.from) && is_the_same(&map.to) {
                let left = left.entry(map.from.mailbox.clone()).or_default();
                left.extend(map.pairs.iter());
            }
        }
        left
    }
}

/// The run that a run has undone: it came to its end, and every step of it was applied.
pub(super) fn undoes(log: &RunLog) -> Option<String> {
    let plan = log.plan()?;
    let undoes = plan.undoes.clone();
    undoes.filter(|_| has_applied_all(log, plan))
}

/// Whether a run came to its end and has applied every step of its plan.
fn has_applied_all(log: &RunLog, plan: &Plan) -> bool {
    let is_applied = |step: &Step| {
        let receipt = log.receipt(step.id);
        receipt.is_some_and(|receipt| receipt.outcome == Outcome::Applied)
    };
    log.is_finished() && plan.steps.iter().all(is_applied)
}

fn renamed(plan: &Plan) -> BTreeSet<MailboxName> {
    let renames = plan.steps.iter();
    let renames = renames.filter(|step| step.action == Action::Rename);
    renames.filter_map(|step| step.source.clone()).collect()
}
