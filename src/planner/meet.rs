//! Meeting: the mailbox and the name that bring the clients together (decisions 1, 3).
//!
//! In: an account as judged, and what clients do with any listing. Out: who finds each member of a role; for stated
//! clients a plan that makes them meet, and whom it cannot help. Never: a rename for clients that nobody stated.
//!
//! Every end is tried: the plan that leads there, the account after that plan, what the clients do with that.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization as _;

use super::{Policy, Suggestion, after::after, plan, tell::tell};
use crate::{
    language::Phrase,
    model::{
        client::{Finders, Forecasts},
        finding::{Code, Finding},
        listing::Listing,
        mailbox::{Mailbox, MailboxName},
        plan::{Action, Plan},
        role::Role,
        roll::{Members, Roll},
    },
};

/// What other rooms know, asked of accounts that are only imagined.
#[derive(Clone, Copy)]
pub struct Foresight<'a> {
    /// What clients do with an account.
    pub predict: &'a dyn Fn(&Listing) -> Forecasts,
    /// What they do with it if they used it as it was before.
    pub stay: &'a dyn Fn(&Listing, &Listing) -> Forecasts,
    /// The role that a mailbox of this name surely has by its name, in an account where it is.
    pub role_of: &'a dyn Fn(&Listing, &MailboxName) -> Option<Role>,
}

/// Who finds each member of a role that several play, if it were the only one.
///
/// The mailboxes that a server keeps or makes again count for none of them, or the keeper would change with every run.
#[must_use]
pub fn finders(
    listing: &Listing,
    roll: &Roll,
    predict: &dyn Fn(&Listing) -> Forecasts,
) -> BTreeMap<MailboxName, Finders> {
    let mut found = BTreeMap::new();
    let mergeable = roll.roles.iter().filter(|(role, _)| role.can_merge());
    for (role, members) in mergeable {
        let sure = sure(listing, roll, members);
        if sure.len() > 1 {
            let tried = sure.iter().map(|keep| {
                let forecasts = predict(&alone(listing, *role, &sure, keep));
                (
                    keep.name.clone(),
                    forecasts.finders(*role, keep.name.text()),
                )
            });
            found.extend(tried);
        }
    }
    found
}

/// The account where of a role's members there is only one, subscribed, and marked where clients may do that.
fn alone(listing: &Listing, role: Role, members: &[&Mailbox], keep: &Mailbox) -> Listing {
    let mut listing = without(listing, |name| {
        *name != keep.name && members.iter().any(|one| one.name == *name)
    });
    let mark = role
        .attribute()
        .filter(|_| listing.server.lets_clients_mark());
    let mut mailboxes = listing.mailboxes.iter_mut();
    if let Some(kept) = mailboxes.find(|mailbox| mailbox.name == keep.name) {
        kept.subscribed = Some(true);
        kept.attributes.extend(mark.map(str::to_owned));
    }
    listing
}

fn without(listing: &Listing, is_gone: impl Fn(&MailboxName) -> bool) -> Listing {
    let mut listing = listing.clone();
    listing.mailboxes.retain(|mailbox| !is_gone(&mailbox.name));
    listing
}

/// The members that a role has without doubt.
fn sure<'a>(listing: &'a Listing, roll: &Roll, members: &Members) -> Vec<&'a Mailbox> {
    let sure = members.members.iter().filter(|name| {
        let entry = roll.entry(name);
        entry.is_some_and(|entry| !entry.doubtful)
    });
    sure.filter_map(|name| listing.find(name.wire())).collect()
}

/// Makes the plan for one account; where clients are stated, the one after which most of them meet, and it says what the
/// others must be told.
#[must_use]
pub fn converge(
    listing: &Listing,
    roll: &Roll,
    findings: &[Finding],
    policy: &Policy,
    foresight: Foresight<'_>,
) -> Plan {
    let is_unfinished = |finding: &Finding| finding.code == Code::UnfinishedRun;
    if !(foresight.predict)(listing).stated || findings.iter().any(is_unfinished) {
        return plan(listing, roll, findings, policy);
    }
    // What clients do before the plan is not what they must be told after it.
    let findings: Vec<Finding> = findings
        .iter()
        .filter(|finding| finding.code != Code::ClientWillCreate)
        .cloned()
        .collect();
    let search = Search {
        listing,
        roll,
        findings: &findings,
        policy,
        foresight,
    };
    let wanted = Role::EVERY
        .into_iter()
        .filter(|role| role.can_merge() && policy.wants(Some(*role)));
    let mut policy = policy.clone();
    let (mut told, mut suggested) = (Vec::new(), BTreeMap::new());
    for role in wanted {
        if let Some(suggestion) = search.suggestion(role) {
            suggested.insert(role, suggestion);
        }
        if let Some(keep) = search.keep(role, suggested.get(&role)) {
            told.push((role, keep));
        }
    }
    policy.suggested = suggested;
    let mut plan = plan(listing, roll, &findings, &policy);
    let account = after(listing, &plan);
    told.retain(|(_, keep)| account.find(keep.wire()).is_some());
    let (new, in_use) = (
        (foresight.predict)(&account),
        (foresight.stay)(listing, &account),
    );
    plan.manual.extend(tell(&new, &in_use, &told));
    plan.sealed()
}

struct Search<'a> {
    listing: &'a Listing,
    roll: &'a Roll,
    findings: &'a [Finding],
    policy: &'a Policy,
    foresight: Foresight<'a>,
}

/// What comes of keeping a role in one mailbox.
struct End {
    plan: Plan,
    account: Listing,
    finders: Finders,
}

impl<'a> Search<'a> {
    fn end(&self, role: Role, keep: &MailboxName) -> End {
        let suggestion = Suggestion {
            keep: keep.clone(),
            because: Phrase::default(),
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
        let forecasts = (self.foresight.predict)(&account);
        End {
            plan,
            account,
            finders: forecasts.finders(role, keep.text()),
        }
    }

    fn sure(&self, members: &Members) -> Vec<&'a Mailbox> {
        sure(self.listing, self.roll, members)
    }

    /// A new name under which strictly more of the clients meet than where the role is kept now; none for a mailbox whose
    /// mark is bound to its name.
    fn suggestion(&self, role: Role) -> Option<Suggestion> {
        let members = self.roll.roles.get(&role);
        let now = match members {
            _ if self.policy.targets.contains_key(&role) => return None,
            Some(members) if self.may_change(role, members) => {
                self.end(role, &members.keep).finders
            }
            Some(_) => return None,
            None => (self.foresight.predict)(self.listing).largest_meeting(role),
        };
        let tried = self.new_names(role).into_iter().filter_map(|name| {
            let end = self.end(role, &name);
            // Where a rename is not possible, all mail would move for a name.
            let action = members.map_or(Action::Create, |_| Action::Rename);
            let mut steps = end.plan.steps.iter();
            let is_made =
                steps.any(|step| step.action == action && step.target.as_ref() == Some(&name));
            // A name that rolecall itself doubts would leave the role without a mailbox.
            let is_read = (self.foresight.role_of)(&end.account, &name) == Some(role);
            (is_made && is_read).then_some((end.finders, name))
        });
        // Of equals the first in byte order.
        let best = tried.reduce(|best, next| {
            if next.0.rank() > best.0.rank() {
                next
            } else {
                best
            }
        });
        let (finders, keep) = best?;
        (finders.rank() > now.rank()).then(|| Suggestion {
            keep,
            because: finders.because(),
        })
    }

    fn may_change(&self, role: Role, members: &Members) -> bool {
        let attribute = role.attribute().unwrap_or_default();
        let sure = self.sure(members);
        let keep = sure.iter().find(|mailbox| mailbox.name == members.keep);
        keep.is_some_and(|mailbox| {
            !mailbox.has_attribute(attribute) || self.listing.server.lets_clients_mark()
        })
    }

    /// The names that the clients would make if the role had no mailbox, as far as they are free.
    fn new_names(&self, role: Role) -> BTreeSet<MailboxName> {
        let members = self.roll.roles.get(&role);
        let sure: Vec<&Mailbox> = members.map_or_else(Vec::new, |members| self.sure(members));
        let bare = without(self.listing, |name| {
            sure.iter().any(|one| one.name == *name)
        });
        let forecasts = (self.foresight.predict)(&bare);
        let made = forecasts.of(role).flat_map(|(_, cell)| cell.does.creates());
        let names = made.map(|text| {
            let text: String = text.nfc().collect();
            MailboxName::new(self.listing.server.encode_name(&text), text)
        });
        names.filter(|name| self.is_free(name)).collect()
    }

    /// Whether a mailbox can be given this name, and no other reads like it.
    fn is_free(&self, name: &MailboxName) -> bool {
        let folded = |text: &str| text.to_lowercase().nfc().collect::<String>();
        let text = folded(name.text());
        let mut others = self.listing.mailboxes.iter();
        self.listing.personal_namespace_of(name).is_some()
            && !self.policy.left_before.contains(name.wire())
            && !others.any(|other| folded(other.name.text()) == text)
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
