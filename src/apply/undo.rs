//! Undo: the inverse of a run, as a plan that is applied and journalled like any other.
//!
//! In: a finished run's journal, a fresh Listing. Out: a Plan. Never: DELETE, or a guess about which message is which.
//!
//! What is reversed is what the journal proves: messages by the UIDs they got in the target, renames, marks,
//! subscriptions. A message that somebody has moved or deleted since is left alone. A target that the run made
//! is left, empty, and said so.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    ApplyError, Home, Past,
    journal::{Record, Reply},
    story::undone_by,
};
use crate::{
    model::{
        finding::Code,
        listing::Listing,
        mailbox::MailboxName,
        plan::{Action, Allowances, Basis, Path, Plan, Remark, SCHEMA, Step},
        role::Role,
        uid::{Uid, UidSet},
    },
    store::Act,
};

/// The plan that reverses a run.
pub fn undo(home: &Home, run: &str, listing: &Listing, made: String) -> Result<Plan, ApplyError> {
    let past = home.past(run)?;
    let not_possible = |why: String| ApplyError::NotPossible {
        what: "undo",
        run: run.to_owned(),
        why,
    };
    let Some(plan) = past.plan() else {
        return Err(not_possible("it never began".to_owned()));
    };
    if !plan.identity.is_same(&listing.account) {
        return Err(ApplyError::OtherAccount {
            run: run.to_owned(),
            account: plan.account.clone(),
        });
    }
    if !past.is_finished() {
        return Err(not_possible(
            "it is unfinished; `rolecall resume` it first".to_owned(),
        ));
    }
    if let Some(other) = undone_by(home, run)? {
        return Err(not_possible(format!("the run {other} has undone it")));
    }
    let effects = Effects::of(&past);
    if let Some(name) = effects.changed_target(listing) {
        return Err(not_possible(format!(
            "\"{}\" is another mailbox now (its UIDVALIDITY changed), so its messages cannot be told apart",
            name.text()
        )));
    }
    let mut maker = Maker {
        listing,
        path: path_of(listing),
        steps: Vec::new(),
        warnings: Vec::new(),
        made: BTreeSet::new(),
    };
    for step in plan.steps.iter().rev() {
        maker.reverse(step, &effects);
    }
    let named: BTreeSet<MailboxName> = maker
        .steps
        .iter()
        .flat_map(|step| step.source.iter().chain(&step.target).cloned())
        .collect();
    Ok(Plan {
        schema: SCHEMA.to_owned(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        account: plan.account.clone(),
        identity: plan.identity.clone(),
        made,
        listing: Basis::of(listing, &named),
        allow: Allowances {
            move_deleted: true,
            keyword_loss: false,
            keep_sources: true,
        },
        undoes: Some(run.to_owned()),
        steps: maker.steps,
        warnings: maker.warnings,
        manual: Vec::new(),
        digest: String::new(),
    }
    .sealed())
}

/// How messages travel back; None only where nothing can be moved safely.
fn path_of(listing: &Listing) -> Option<Path> {
    let can = |capability| listing.server.can(capability);
    match (can("MOVE"), can("UIDPLUS")) {
        (true, true) => Some(Path::MoveUidplus),
        (true, false) => Some(Path::Move),
        (false, true) => Some(Path::CopyUidplus),
        (false, false) => None,
    }
}

/// The target, its UIDVALIDITY, old UID to new.
type Moves = (MailboxName, u32, Vec<(Uid, Uid)>);

/// What a run is proven to have done, by step.
#[derive(Default)]
struct Effects {
    /// Per step.
    moves: BTreeMap<u32, Moves>,
    acts: BTreeMap<u32, Vec<Act>>,
}

impl Effects {
    fn of(past: &Past) -> Self {
        let mut effects = Self::default();
        let mut sent = BTreeMap::new();
        for (_, record) in &past.contents.records {
            match record {
                Record::Intent {
                    intent, step, act, ..
                } => {
                    sent.insert(*intent, (*step, act.clone()));
                }
                Record::Result {
                    intent,
                    reply: Reply::Answered(_),
                } => {
                    if let Some((step, act)) = sent.remove(intent) {
                        effects.acts.entry(step).or_default().push(act);
                    }
                }
                Record::Moved {
                    step,
                    to,
                    to_validity,
                    pairs,
                    ..
                } => {
                    let entry = effects
                        .moves
                        .entry(*step)
                        .or_insert_with(|| (to.clone(), *to_validity, Vec::new()));
                    entry.2.extend(pairs);
                }
                _ => {}
            }
        }
        effects
    }

    /// A target whose messages can no longer be named by the recorded UIDs.
    fn changed_target(&self, listing: &Listing) -> Option<&MailboxName> {
        self.moves
            .values()
            .filter(|(_, _, pairs)| !pairs.is_empty())
            .find(|(name, validity, _)| {
                listing
                    .find(name.wire())
                    .is_none_or(|now| now.status.uid_validity != Some(*validity))
            })
            .map(|(name, _, _)| name)
    }

    fn did(&self, step: u32, what: impl Fn(&Act) -> bool) -> bool {
        self.acts.get(&step).into_iter().flatten().any(what)
    }
}

struct Maker<'l> {
    listing: &'l Listing,
    path: Option<Path>,
    steps: Vec<Step>,
    warnings: Vec<Remark>,
    /// Names that an earlier step of this plan makes.
    made: BTreeSet<MailboxName>,
}

impl Maker<'_> {
    fn reverse(&mut self, step: &Step, effects: &Effects) {
        let (source, target, role) = (step.source.as_ref(), step.target.as_ref(), step.role);
        let did = |what: fn(&Act) -> bool| effects.did(step.id, what);
        match step.action {
            Action::Merge => {
                if let Some(source) = source {
                    self.reverse_merge(step, source, effects);
                }
            }
            Action::Rename if did(|act| matches!(act, Act::Rename { .. })) => {
                self.add(
                    Action::Rename,
                    target,
                    source,
                    role,
                    "it had that name before",
                );
            }
            Action::Subscribe if did(|act| matches!(act, Act::Subscribe { .. })) => {
                self.add(
                    Action::Unsubscribe,
                    None,
                    target,
                    role,
                    "it was not subscribed before",
                );
            }
            Action::Unsubscribe
                if did(|act| matches!(act, Act::Unsubscribe { .. }))
                    && target.is_some_and(|target| self.will_exist(target)) =>
            {
                self.add(
                    Action::Subscribe,
                    None,
                    target,
                    role,
                    "it was subscribed before",
                );
            }
            // What was set is cleared, what was cleared is set.
            Action::Mark if did(|act| matches!(act, Act::Mark { .. })) => {
                self.add(Action::Mark, target, source, role, "its mark was so before");
            }
            Action::Create if did(|act| matches!(act, Act::Create { .. })) => {
                self.warnings.extend(target.map(|target| Remark {
                    code: Code::RoleDuplicateEmpty,
                    message: format!(
                        "\"{}\" was made by that run; it stays, since an undo removes no mailbox",
                        target.text()
                    ),
                }));
            }
            Action::Delete => {
                if let Some(target) = target {
                    self.bring_back(target, role, effects, step.id);
                }
            }
            _ => {}
        }
    }

    fn reverse_merge(&mut self, step: &Step, source: &MailboxName, effects: &Effects) {
        self.bring_back(source, step.role, effects, step.id);
        let Some((target, _, pairs)) = effects.moves.get(&step.id) else {
            return;
        };
        if pairs.is_empty() || !self.will_exist(source) {
            return;
        }
        let uids: UidSet = pairs.iter().map(|(_, new)| *new).collect();
        let id = self.next_id();
        self.steps.push(Step {
            id,
            action: Action::Merge,
            source: Some(target.clone()),
            target: Some(source.clone()),
            role: step.role,
            messages: Some(uids.len() as u64),
            size: None,
            because: vec!["they were moved from there".to_owned()],
            reversible: true,
            path: self.path.or(step.path),
            remove: false,
            uids: Some(uids),
        });
    }

    /// Makes a removed source again, with its role and subscription.
    fn bring_back(
        &mut self,
        source: &MailboxName,
        role: Option<Role>,
        effects: &Effects,
        step: u32,
    ) {
        let deleted = effects.did(step, |act| matches!(act, Act::Delete { .. }));
        if deleted && self.listing.find(source.wire()).is_none() && self.made.insert(source.clone())
        {
            // The role is not given back here: it was cleared by a step of its own if it had one.
            self.add(Action::Create, None, Some(source), None, "it was removed");
        }
        let unsubscribed = effects.did(
            step,
            |act| matches!(act, Act::Unsubscribe { name } if name == source),
        );
        if unsubscribed && self.will_exist(source) {
            self.add(
                Action::Subscribe,
                None,
                Some(source),
                role,
                "it was subscribed before",
            );
        }
    }

    fn will_exist(&self, name: &MailboxName) -> bool {
        self.made.contains(name) || self.listing.find(name.wire()).is_some()
    }

    fn next_id(&self) -> u32 {
        u32::try_from(self.steps.len()).unwrap_or(u32::MAX) + 1
    }

    fn add(
        &mut self,
        action: Action,
        source: Option<&MailboxName>,
        target: Option<&MailboxName>,
        role: Option<Role>,
        because: &str,
    ) {
        if action == Action::Rename
            && let Some(target) = target
        {
            self.made.insert(target.clone());
        }
        let id = self.next_id();
        self.steps.push(Step {
            id,
            action,
            source: source.cloned(),
            target: target.cloned(),
            role,
            messages: None,
            size: None,
            because: vec![because.to_owned()],
            reversible: action != Action::Create,
            path: None,
            remove: false,
            uids: None,
        });
    }
}
