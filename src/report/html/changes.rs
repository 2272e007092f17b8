//! Which folders are put together: what a picture and a table of a plan, a receipt or an audit are made of.
//!
//! In: a plan; what became of it; who plays which role. Out: one [`Gathering`] for each folder that stays. Never: a number
//! that nobody has counted.

use std::{collections::BTreeMap, mem};

use super::words::folder;
use crate::model::{
    listing::Listing,
    mailbox::MailboxName,
    plan::{Action, Plan, Step},
    receipt::{Balance, Outcome, Receipt, SourceAfter, StepReceipt},
    role::Role,
    roll::Roll,
};

/// The roles whose folders are shown though nothing happens to them.
const SHOWN: [Role; 6] = [
    Role::Sent,
    Role::Drafts,
    Role::Archive,
    Role::Trash,
    Role::Junk,
    Role::Templates,
];

/// What becomes of a folder of before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is the folder that stays.
    Kept,
    /// Its messages go into the folder that stays.
    Gathered,
    /// It is the folder that stays, under another name.
    Renamed,
    /// It stays beside it.
    Left,
}

/// A folder as it was before.
#[derive(Debug, Clone)]
pub(super) struct Flow {
    mailbox: MailboxName,
    /// Its name, safe to show.
    pub(super) name: String,
    /// The messages in it; none where nobody knows.
    pub(super) messages: Option<u64>,
    /// Those of them that go into the folder that stays; none where nobody knows.
    moves: Option<u64>,
    /// The messages in it afterwards, where it stays though its messages go; none where nobody knows.
    pub(super) behind: Option<u64>,
    pub(super) fate: Fate,
    /// Whether the folder itself stays, though its messages go.
    pub(super) stays: bool,
}

impl Flow {
    /// A folder whose messages all share its fate.
    fn of(mailbox: &MailboxName, messages: Option<u64>, fate: Fate) -> Self {
        Self {
            mailbox: mailbox.clone(),
            name: folder(mailbox),
            messages,
            moves: messages,
            behind: None,
            fate,
            stays: false,
        }
    }

    /// Whether its messages, or its name, come into the folder that stays.
    pub(super) fn goes_in(&self) -> bool {
        matches!(self.fate, Fate::Gathered | Fate::Renamed)
    }

    /// Whether its messages are in the folder that stays.
    pub(super) fn flows(&self) -> bool {
        self.fate != Fate::Left
    }
}

/// A folder that stays, and those that are put together with it.
#[derive(Debug, Clone)]
pub(super) struct Gathering {
    mailbox: MailboxName,
    pub(super) role: Option<Role>,
    /// Its name, safe to show.
    pub(super) name: String,
    /// The folders of before, the one that stays first.
    pub(super) flows: Vec<Flow>,
    /// Its messages afterwards; none where nobody knows.
    pub(super) after: Option<u64>,
}

impl Gathering {
    fn of(mailbox: &MailboxName, role: Option<Role>) -> Self {
        Self {
            mailbox: mailbox.clone(),
            role,
            name: folder(mailbox),
            flows: Vec::new(),
            after: None,
        }
    }

    /// The folders that are put together with the one that stays.
    pub(super) fn gathered(&self) -> impl Iterator<Item = &Flow> {
        self.flows.iter().filter(|flow| flow.fate == Fate::Gathered)
    }

    /// Those of them that are emptied, or nearly so, and are not removed.
    pub(super) fn emptied(&self) -> impl Iterator<Item = &Flow> {
        self.gathered().filter(|flow| flow.stays)
    }

    /// The folders that stay beside it.
    pub(super) fn left(&self) -> impl Iterator<Item = &Flow> {
        self.flows.iter().filter(|flow| flow.fate == Fate::Left)
    }

    /// The messages of the folder that stays, before; none where nobody knows, nought where it was not there.
    pub(super) fn before(&self) -> Option<u64> {
        let kept = |flow: &&Flow| matches!(flow.fate, Fate::Kept | Fate::Renamed);
        self.flows
            .iter()
            .find(kept)
            .map_or(Some(0), |flow| flow.messages)
    }

    fn has(&self, mailbox: &MailboxName) -> bool {
        self.mailbox == *mailbox || self.flows.iter().any(|flow| flow.mailbox == *mailbox)
    }

    fn sum(&self) -> Option<u64> {
        let flows = self.flows.iter().filter(|flow| flow.flows());
        flows.map(|flow| flow.moves).sum()
    }
}

/// What a plan would put together.
pub(super) fn of_plan(plan: &Plan) -> Vec<Gathering> {
    let mut gatherings = gather(plan, &|step, mut flow| {
        if step.action == Action::Rename {
            flow.fate = Fate::Renamed;
        } else {
            flow.messages = flow.messages.or(step.messages);
            flow.moves = step.messages;
            let planned = flow.messages.zip(step.messages);
            flow.behind = planned.map(|(there, moved)| there.saturating_sub(moved));
            flow.stays = !step.remove;
        }
        flow
    });
    for gathering in &mut gatherings {
        gathering.after = gathering.sum();
    }
    only_what_goes_back(plan, &mut gatherings);
    sorted(gatherings)
}

/// An undo takes a part of a folder's messages back to where they were; the folder itself is not about to go.
fn only_what_goes_back(plan: &Plan, gatherings: &mut [Gathering]) {
    let flows = gatherings.iter_mut().flat_map(|one| &mut one.flows);
    let back = flows.filter(|flow| plan.undoes.is_some() && flow.fate == Fate::Gathered);
    for flow in back {
        flow.messages = flow.moves;
        flow.stays = false;
    }
}

/// What a run has put together.
pub(super) fn of_receipt(plan: &Plan, receipt: &Receipt) -> Vec<Gathering> {
    let ended: BTreeMap<u32, &StepReceipt> =
        receipt.steps.iter().map(|step| (step.id, step)).collect();
    let balances: BTreeMap<&MailboxName, &Balance> = receipt
        .balances
        .iter()
        .map(|balance| (&balance.mailbox, balance))
        .collect();
    let mut gatherings = gather(plan, &|step, mut flow| {
        let end = ended.get(&step.id);
        let is_done = end.is_some_and(|end| {
            end.outcome == Outcome::Applied
                || end.moved.is_some_and(|moved| moved > 0)
                || end.source_after == Some(SourceAfter::Removed)
        });
        if let Some(balance) = balances.get(&flow.mailbox) {
            flow.messages = Some(balance.stood);
            flow.behind = balance.stands;
        }
        if step.action == Action::Merge {
            flow.messages = flow.messages.or(step.messages);
            flow.moves = end.and_then(|end| end.moved);
            flow.stays = end.is_none_or(|end| end.source_after.is_some_and(SourceAfter::is_there));
        }
        flow.fate = match (is_done, step.action) {
            (false, _) => Fate::Left,
            (true, Action::Rename) => Fate::Renamed,
            (true, _) => Fate::Gathered,
        };
        flow
    });
    for gathering in &mut gatherings {
        let balance = balances.get(&gathering.mailbox);
        gathering.after = match balance {
            Some(balance) => balance.stands,
            None => gathering.sum(),
        };
        if let (Some(balance), Some(kept)) = (balance, gathering.flows.first_mut())
            && kept.fate == Fate::Kept
        {
            kept.messages = Some(balance.stood);
        }
    }
    only_what_goes_back(plan, &mut gatherings);
    sorted(gatherings)
}

/// What a plan would put together, and beside it every folder that plays a role.
pub(super) fn of_account(listing: &Listing, roll: &Roll, plan: &Plan) -> Vec<Gathering> {
    let mut gatherings = of_plan(plan);
    let messages = |name: &MailboxName| listing.find(name.wire())?.status.messages;
    for (role, members) in &roll.roles {
        if !SHOWN.contains(role) {
            continue;
        }
        let known = gatherings.iter_mut().find(|one| one.has(&members.keep));
        let gathering = if let Some(known) = known {
            known.role = known.role.or(Some(*role));
            known
        } else {
            let mut new = Gathering::of(&members.keep, Some(*role));
            let kept = Flow::of(&members.keep, messages(&members.keep), Fate::Kept);
            new.after = kept.messages;
            new.flows.push(kept);
            gatherings.push(new);
            let Some(new) = gatherings.last_mut() else {
                continue;
            };
            new
        };
        for member in &members.members {
            if !gathering.has(member) {
                let left = Flow::of(member, messages(member), Fate::Left);
                gathering.flows.push(left);
            }
        }
    }
    sorted(gatherings)
}

/// A gathering for each folder that messages or a name go to. `end` says what a step makes of a folder as it was seen.
fn gather(plan: &Plan, end: &dyn Fn(&Step, Flow) -> Flow) -> Vec<Gathering> {
    let seen: BTreeMap<&MailboxName, _> = plan
        .listing
        .mailboxes
        .iter()
        .map(|seen| (&seen.mailbox, seen))
        .collect();
    let mut places: BTreeMap<&MailboxName, usize> = BTreeMap::new();
    let mut gatherings: Vec<Gathering> = Vec::new();
    let moves = |step: &&Step| matches!(step.action, Action::Merge | Action::Rename);
    for step in plan.steps.iter().filter(moves) {
        let (Some(source), Some(target)) = (&step.source, &step.target) else {
            continue;
        };
        let place = *places.entry(target).or_insert_with(|| {
            let mut new = Gathering::of(target, step.role);
            if let Some(there) = seen.get(target).filter(|seen| seen.exists) {
                new.flows.push(Flow::of(target, there.messages, Fate::Kept));
            }
            gatherings.push(new);
            gatherings.len() - 1
        });
        let messages = seen.get(source).and_then(|seen| seen.messages);
        let flow = end(step, Flow::of(source, messages, Fate::Gathered));
        if let Some(gathering) = gatherings.get_mut(place) {
            gathering.flows.push(flow);
        }
    }
    gatherings
}

/// In the order in which reports show roles; what has none comes last.
fn sorted(mut gatherings: Vec<Gathering>) -> Vec<Gathering> {
    let place = |role: Option<Role>| {
        let order = SHOWN.into_iter().chain(Role::EVERY);
        let mut order = order.enumerate();
        let found = role.and_then(|role| order.find(|(_, one)| *one == role));
        found.map_or(usize::MAX, |(place, _)| place)
    };
    // Those of one role keep the order of the plan.
    gatherings.sort_by_key(|gathering| place(gathering.role));
    for gathering in &mut gatherings {
        let flows = mem::take(&mut gathering.flows).into_iter();
        let (left, mut flows): (Vec<_>, Vec<_>) = flows.partition(|flow| flow.fate == Fate::Left);
        flows.extend(left);
        gathering.flows = flows;
    }
    gatherings
}
