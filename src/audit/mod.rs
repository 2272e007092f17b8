//! Audit: what is wrong with an account's mailboxes, as coded findings.
//!
//! In: a [`Listing`], the [`Roll`] judged from it, and what clients will do. Out: [`Finding`]s in a fixed order.
//! Never: I/O, a plan, names' meanings.
//!
//! Each finding has one maker, named after its code; this file puts them together and says which mailboxes they
//! talk of. What depends on the plan (held back, children, ways to remove) is the planner's to say.

mod clients;
mod marks;
mod names;
mod spread;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    language::{Phrase, text},
    model::{
        client::Forecasts,
        finding::{Code, Finding},
        listing::Listing,
        mailbox::{Mailbox, MailboxName},
        plan::Action,
        role::Role,
        roll::{Aside, Entry, EvidenceKind, Members, Roll},
    },
};

/// Tells everything that can be told from a listing, its roll, and what clients will do with it.
///
/// Sorted: the most severe first, then by code, role and names, so that equal accounts read equally.
#[must_use]
pub fn audit(listing: &Listing, roll: &Roll, forecasts: &Forecasts) -> Vec<Finding> {
    let account = Account::new(listing, roll);
    let mut findings = Vec::new();
    spread::findings(&account, &mut findings);
    marks::findings(&account, &mut findings);
    names::findings(&account, &mut findings);
    clients::findings(&account, forecasts, &mut findings);
    findings.extend(roll.unused.iter().map(names::mapping_unused));
    sort(&mut findings);
    findings
}

/// Adds where stated clients meet under another name than a role's mailbox has: role, that name, why.
pub fn add_meetings(
    findings: &mut Vec<Finding>,
    roll: &Roll,
    meeting: &BTreeMap<Role, (MailboxName, Phrase)>,
) {
    findings.extend(clients::meetings(roll, meeting));
    sort(findings);
}

fn sort(findings: &mut [Finding]) {
    findings.sort_by(|one, other| {
        other
            .severity
            .cmp(&one.severity)
            .then_with(|| one.code.cmp(&other.code))
            .then_with(|| one.role.cmp(&other.role))
            .then_with(|| one.mailboxes.cmp(&other.mailboxes))
    });
}

/// The roles whose mail a client files by itself, and so misses when nothing has them.
const EXPECTED: [Role; 4] = [Role::Sent, Role::Drafts, Role::Trash, Role::Junk];

/// A mailbox and what was judged of it.
#[derive(Clone, Copy)]
struct Item<'a> {
    mailbox: &'a Mailbox,
    entry: &'a Entry,
}

impl Item<'_> {
    /// The roles that evidence of this kind speaks for, each once, in order.
    fn roles_by(&self, kind: EvidenceKind) -> BTreeSet<Role> {
        self.entry.roles_by(kind)
    }

    fn is_marked(&self, role: Role) -> bool {
        self.roles_by(EvidenceKind::Attribute).contains(&role)
    }

    /// Whether the user said what it is; then nothing is left to wonder at.
    fn is_overridden(&self) -> bool {
        self.entry.is_stated_by_user()
    }

    fn name(&self) -> MailboxName {
        self.entry.name.clone()
    }

    /// Whether a run of ours removes it later.
    fn waits(&self) -> bool {
        self.entry.aside == Some(Aside::Waits)
    }
}

/// The members of a role: the kept one and the others.
struct Split<'a> {
    role: Role,
    keep: Item<'a>,
    /// Whether nothing tells that it is this one.
    unclear: bool,
    /// What would have to be merged into the kept one.
    sources: Vec<Item<'a>>,
    /// Other names of the kept mailbox.
    aliases: Vec<Item<'a>>,
    /// Empty, marked, and coming back when removed: left as they are.
    empties: Vec<Item<'a>>,
}

/// An account, sorted for looking at.
struct Account<'a> {
    listing: &'a Listing,
    items: Vec<Item<'a>>,
    /// The roles that can be merged and have a member.
    splits: Vec<Split<'a>>,
}

impl<'a> Account<'a> {
    fn new(listing: &'a Listing, roll: &'a Roll) -> Self {
        let items: Vec<Item> = listing
            .mailboxes
            .iter()
            .zip(&roll.entries)
            .map(|(mailbox, entry)| Item { mailbox, entry })
            .collect();
        let mut account = Self {
            listing,
            items,
            splits: Vec::new(),
        };
        let mergeable = roll.roles.iter().filter(|(role, _)| role.can_merge());
        account.splits = mergeable
            .filter_map(|(role, members)| account.split(*role, members))
            .collect();
        account
    }

    fn split(&self, role: Role, members: &Members) -> Option<Split<'a>> {
        let of_role = || {
            self.items
                .iter()
                .copied()
                .filter(move |item| item.entry.role == Some(role))
        };
        // Of a doubtful keeper all members are doubtful: nothing is done with them, so nothing is asked for.
        let keep = of_role().find(|item| item.entry.name == members.keep)?;
        if keep.entry.is_doubtful() {
            return None;
        }
        let mut split = Split {
            role,
            keep,
            unclear: members.unclear,
            sources: vec![],
            aliases: vec![],
            empties: vec![],
        };
        let others = of_role().filter(|item| item.entry.name != members.keep);
        for item in others.filter(|item| !item.entry.is_doubtful()) {
            if self.listing.is_one_mailbox(keep.mailbox, item.mailbox) {
                split.aliases.push(item);
            } else if self.is_kept_by_server(item, role) {
                split.empties.push(item);
            } else {
                split.sources.push(item);
            }
        }
        Some(split)
    }

    /// An empty mailbox that carries the role's attribute where clients cannot set one: it is in the server's
    /// configuration, so the server makes it again (decisions 8).
    fn is_kept_by_server(&self, item: Item, role: Role) -> bool {
        item.mailbox.status.messages == Some(0)
            && item.is_marked(role)
            && !self.listing.server.can("CREATE-SPECIAL-USE")
    }
}

/// A finding of the code's own severity.
fn finding(
    code: Code,
    role: Option<Role>,
    mailboxes: Vec<MailboxName>,
    message: Phrase,
    fix: Option<Action>,
) -> Finding {
    Finding {
        code,
        severity: code.severity(),
        role,
        mailboxes,
        message,
        fix,
    }
}

/// `"A"`, `"A" and "B"`, `"A", "B" and "C"`; beyond five the rest is counted.
fn quoted(names: &[MailboxName]) -> Phrase {
    const SHOWN: usize = 5;
    let mut parts: Vec<Phrase> = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("\"{}\"", name.text()).into())
        .collect();
    if let Some(more) = names.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        parts.push(text::more(more as u64));
    }
    Phrase::and(parts)
}

fn names(items: &[Item]) -> Vec<MailboxName> {
    items.iter().map(Item::name).collect()
}
