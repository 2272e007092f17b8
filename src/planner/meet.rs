//! Meeting: the mailbox and the name that bring the clients together (docs/clients.md, "Letting clients meet").
//!
//! In: an account as judged, and what clients do with any listing. Out: who finds each member of a role; for stated
//! clients a plan that makes them meet, and whom it cannot help. Never: a rename for clients that nobody stated.
//!
//! Every end is tried: the plan that leads there, the account after that plan, what the clients do with that.

use std::collections::BTreeMap;

use super::{
    after::after,
    draft::plan,
    policy::{Policy, Suggestion},
    tell::{foretell, tell},
};
use crate::{
    language::Phrase,
    model::{
        client::{Finders, Forecasts, Use},
        finding::{Code, Finding},
        imagined::Imagined,
        listing::Listing,
        mailbox::{Mailbox, MailboxName},
        plan::{Action, Manual, Plan},
        role::Role,
        roll::{Members, Roll},
    },
};

/// What other rooms know, asked of accounts that are only imagined.
pub trait Predictor {
    /// Whether the user has named the clients.
    fn are_stated(&self) -> bool;
    /// What clients that are set up now do with an account.
    fn predict(&self, listing: &Listing) -> Forecasts;
    /// The same of one role each, in an account that is imagined with one or other change.
    fn predict_each(&self, listing: &Listing, imagined: &[(Role, Imagined<'_>)]) -> Vec<Forecasts>;
    /// What clients do with an account that they used as it was before.
    fn stay(&self, before: &Listing, after: &Listing) -> Forecasts;
    /// The role that a mailbox surely has by its name, in an account where it exists.
    fn role_of(&self, listing: &Listing, name: &MailboxName) -> Option<Role>;
}

/// Who finds each member of a role that several play, if it were the only one.
///
/// The mailboxes that a server keeps or makes again count for none of them, or the keeper would change with every run.
#[must_use]
pub fn finders(
    listing: &Listing,
    roll: &Roll,
    predictor: &dyn Predictor,
) -> BTreeMap<MailboxName, Finders> {
    let mut ends = Vec::new();
    let mergeable = roll.roles.iter().filter(|(role, _)| role.can_merge());
    for (role, members) in mergeable {
        let sure = sure(listing, roll, members);
        if sure.len() > 1 {
            ends.extend(
                sure.iter()
                    .map(|keep| (*role, alone(listing, *role, &sure, keep))),
            );
        }
    }
    if ends.is_empty() {
        return BTreeMap::new();
    }
    let forecasts = predictor.predict_each(listing, &ends).into_iter();
    let each = ends.iter().zip(forecasts);
    let found = each.map(|((role, imagined), forecasts)| {
        let keep = &imagined.instead.name;
        (keep.clone(), forecasts.finders(*role, keep.text()))
    });
    found.collect()
}

/// The account where of a role's members there is only one, subscribed, and marked where clients may do that.
fn alone<'a>(
    listing: &Listing,
    role: Role,
    members: &[&'a Mailbox],
    keep: &Mailbox,
) -> Imagined<'a> {
    let others = members.iter().map(|one| &one.name);
    let mark = role
        .attribute()
        .filter(|_| listing.server.lets_clients_mark());
    let mut instead = keep.clone();
    instead.subscribed = Some(true);
    instead.attributes.extend(mark.map(str::to_owned));
    Imagined {
        gone: others.filter(|name| **name != keep.name).collect(),
        instead,
    }
}

pub(super) fn without(listing: &Listing, is_gone: impl Fn(&MailboxName) -> bool) -> Listing {
    let mut listing = listing.clone();
    listing.mailboxes.retain(|mailbox| !is_gone(&mailbox.name));
    listing
}

/// The members that a role has without doubt.
fn sure<'a>(listing: &'a Listing, roll: &Roll, members: &Members) -> Vec<&'a Mailbox> {
    let sure = members.members.iter().filter(|name| {
        let entry = roll.entry(name);
        entry.is_some_and(|entry| !entry.is_doubtful())
    });
    sure.filter_map(|name| listing.find(name.wire())).collect()
}

/// Makes the plan for one account, and foretells what clients make beside what it keeps; where clients are stated, the one
/// after which most of them meet, and it says what the others must be told.
#[must_use]
pub fn converge(
    listing: &Listing,
    roll: &Roll,
    findings: &[Finding],
    policy: &Policy,
    predictor: &dyn Predictor,
) -> Plan {
    let is_unfinished = |finding: &Finding| finding.code == Code::UnfinishedRun;
    if findings.iter().any(is_unfinished) {
        return plan(listing, roll, findings, policy);
    }
    // What clients do before the plan is not what they do after it.
    let findings: Vec<Finding> = findings
        .iter()
        .filter(|finding| finding.code != Code::ClientWillCreate)
        .cloned()
        .collect();
    if !predictor.are_stated() {
        let mut plan = plan(listing, roll, &findings, policy);
        let told = foretold(listing, roll, &plan, policy, predictor);
        plan.manual.extend(told);
        return plan.sealed();
    }
    let search = MeetingSearch {
        listing,
        roll,
        findings: &findings,
        policy,
        predictor,
        today: predictor.predict(listing),
    };
    let suggested = search.suggestions();
    let keeps = search.wanted().filter_map(|role| {
        let keep = search.keep(role, suggested.get(&role));
        keep.map(|keep| (role, keep))
    });
    let mut told: Vec<(Role, MailboxName)> = keeps.collect();
    let policy = Policy {
        suggested,
        ..policy.clone()
    };
    let mut plan = plan(listing, roll, &findings, &policy);
    let account = after(listing, &plan);
    told.retain(|(_, keep)| account.find(keep.wire()).is_some());
    let (new, in_use) = (
        predictor.predict(&account),
        predictor.stay(listing, &account),
    );
    plan.manual.extend(tell(&new, &in_use, &told));
    plan.sealed()
}

/// The names under which stated clients meet and roles are not kept yet: what [`converge`] would rename to or make; none
/// where no clients were stated.
#[must_use]
pub fn meeting(
    listing: &Listing,
    roll: &Roll,
    findings: &[Finding],
    policy: &Policy,
    predictor: &dyn Predictor,
) -> BTreeMap<Role, Suggestion> {
    if !predictor.are_stated() {
        return BTreeMap::new();
    }
    let search = MeetingSearch {
        listing,
        roll,
        findings,
        policy,
        predictor,
        today: predictor.predict(listing),
    };
    search.suggestions()
}

/// What clients that most people have will make beside the mailboxes that the plan keeps: set up then, or in use before it.
fn foretold(
    listing: &Listing,
    roll: &Roll,
    plan: &Plan,
    policy: &Policy,
    predictor: &dyn Predictor,
) -> Vec<Manual> {
    let account = after(listing, plan);
    let (new, in_use) = (
        predictor.predict(&account),
        predictor.stay(listing, &account),
    );
    let kept = roll.roles.iter().filter_map(|(role, members)| {
        let renamed = plan.steps.iter().find(|step| {
            step.action == Action::Rename && step.source.as_ref() == Some(&members.keep)
        });
        let target = policy.targets.get(role);
        let renamed = renamed.and_then(|step| step.target.as_ref());
        let keep = target.or(renamed).unwrap_or(&members.keep);
        let is_sure = roll
            .entry(&members.keep)
            .is_some_and(|entry| !entry.is_doubtful());
        let is_there = account.find(keep.wire()).is_some();
        let counts = role.can_merge() && policy.wants(Some(*role)) && is_sure && is_there;
        counts.then(|| (*role, keep.clone()))
    });
    foretell(&new, &in_use, &kept.collect::<Vec<_>>())
}

pub(super) struct MeetingSearch<'a> {
    pub(super) listing: &'a Listing,
    pub(super) roll: &'a Roll,
    findings: &'a [Finding],
    pub(super) policy: &'a Policy,
    pub(super) predictor: &'a dyn Predictor,
    /// What the clients do with the account as it is.
    today: Forecasts,
}

/// What comes of keeping a role in one mailbox.
struct End {
    plan: Plan,
    account: Listing,
    finders: Finders,
}

impl<'a> MeetingSearch<'a> {
    fn end(&self, role: Role, keep: &MailboxName, if_marked: bool) -> End {
        let suggestion = Suggestion {
            keep: keep.clone(),
            because: Phrase::default(),
            if_marked,
        };
        let policy = Policy {
            only: Some([role].into()),
            include: [role].into(),
            targets: BTreeMap::new(),
            suggested: [(role, suggestion)].into(),
            ..self.policy.clone()
        };
        let plan = plan(self.listing, self.roll, self.findings, &policy);
        let account = after(self.listing, &plan);
        let forecasts = self.predictor.predict(&account);
        End {
            plan,
            account,
            finders: forecasts.finders(role, keep.text()),
        }
    }

    fn wanted(&self) -> impl Iterator<Item = Role> {
        let mergeable = Role::EVERY.into_iter().filter(|role| role.can_merge());
        mergeable.filter(|role| self.policy.wants(Some(*role)))
    }

    fn suggestions(&self) -> BTreeMap<Role, Suggestion> {
        let wanted = self.wanted();
        let suggested = wanted.filter_map(|role| Some((role, self.suggestion(role)?)));
        suggested.collect()
    }

    pub(super) fn sure(&self, members: &Members) -> Vec<&'a Mailbox> {
        sure(self.listing, self.roll, members)
    }

    /// A new name under which strictly more of the clients meet than where the role is kept now; none for a mailbox whose
    /// mark is bound to its name. One that is of use only when marked is tried where no other helps, so that what follows
    /// from a name that was not marked is the same as without the try.
    fn suggestion(&self, role: Role) -> Option<Suggestion> {
        let members = self.roll.roles.get(&role);
        let now = match members {
            _ if self.policy.targets.contains_key(&role) => return None,
            Some(members) if self.may_change(role, members) => {
                self.end(role, &members.keep, false).finders
            }
            Some(_) => return None,
            None => self.today.largest_meeting(role),
        };
        let best = self.best(role, &now).or_else(|| {
            let marked = self.tried(role, self.name_to_try(role)?, true);
            marked.filter(|(finders, _)| finders.rank() > now.rank())
        });
        best.map(|(_, suggestion)| suggestion)
    }

    /// The best of the names that need no mark; of equals the first in byte order.
    fn best(&self, role: Role, now: &Finders) -> Option<(Finders, Suggestion)> {
        let names = self.new_names(role).into_iter();
        let tried = names.filter_map(|name| self.tried(role, name, false));
        let best = tried.reduce(|best, next| {
            if next.0.rank() > best.0.rank() {
                next
            } else {
                best
            }
        });
        // A mailbox that one client makes anyway is made for those that would do without.
        let is_new = !self.roll.roles.contains_key(&role);
        best.filter(|(finders, suggestion)| {
            let is_for_others = || is_new && self.leaves_some_out(role, suggestion.keep.text());
            finders.rank() > now.rank() || finders.rank() == now.rank() && is_for_others()
        })
    }

    /// Whether one client surely makes the mailbox of this name for a role, and another does without.
    fn leaves_some_out(&self, role: Role, name: &str) -> bool {
        let all: Vec<&Use> = self.today.of(role).map(|(_, cell)| &cell.does).collect();
        let does_without = |does: &&Use| {
            matches!(
                does,
                Use::Computer | Use::InPlace | Use::Asks | Use::Nothing
            )
        };
        let makes_it = |does: &&Use| matches!(does.creates(), [made] if made == name);
        all.iter().any(makes_it) && all.iter().any(does_without)
    }

    /// How well clients meet under a new name; none where it cannot be given, or rolecall itself would doubt it, which
    /// would leave the role without a mailbox.
    fn tried(
        &self,
        role: Role,
        name: MailboxName,
        if_marked: bool,
    ) -> Option<(Finders, Suggestion)> {
        let end = self.end(role, &name, if_marked);
        // Where a rename is not possible, all mail would move for a name.
        let members = self.roll.roles.get(&role);
        let action = members.map_or(Action::Create, |_| Action::Rename);
        let mut steps = end.plan.steps.iter();
        let is_made =
            steps.any(|step| step.action == action && step.target.as_ref() == Some(&name));
        let is_read = self.predictor.role_of(&end.account, &name) == Some(role);
        (is_made && is_read).then(|| {
            let because = end.finders.because();
            let suggestion = Suggestion {
                keep: name,
                because,
                if_marked,
            };
            (end.finders, suggestion)
        })
    }

    fn may_change(&self, role: Role, members: &Members) -> bool {
        let sure = self.sure(members);
        let keep = sure.iter().find(|mailbox| mailbox.name == members.keep);
        keep.is_some_and(|mailbox| {
            !mailbox.is_marked(role) || self.listing.server.lets_clients_mark()
        })
    }

    /// The mailbox in which the clients are to meet; none for a role that waits for the user's word.
    fn keep(&self, role: Role, suggested: Option<&Suggestion>) -> Option<MailboxName> {
        let members = self.roll.roles.get(&role);
        let sure = members.map_or_else(Vec::new, |members| self.sure(members));
        let new = self.policy.targets.get(&role);
        let new = new.or(suggested.map(|suggestion| &suggestion.keep));
        let kept = members.map(|members| &members.keep);
        let keep = new.or(kept.filter(|keep| sure.iter().any(|one| one.name == **keep)))?;
        let moves = sure.iter().any(|mailbox| mailbox.name != *keep);
        let waits = role.held_back() && !self.policy.include.contains(&role) && moves;
        (!waits).then(|| keep.clone())
    }
}
