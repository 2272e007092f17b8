//! The account as an audit looks at it: mailboxes beside their entries, and the members of every role.
//!
//! In: a listing and the roll judged from it. Out: [`AuditedAccount`]. Never: findings.

use std::collections::BTreeSet;

use crate::model::{
    listing::Listing,
    mailbox::{Mailbox, MailboxName},
    role::Role,
    roll::{EvidenceKind, MailTree, Members, Roll, RollEntry},
};

/// A mailbox and what was judged of it.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    pub(super) mailbox: &'a Mailbox,
    pub(super) entry: &'a RollEntry,
}

impl Item<'_> {
    /// The roles that evidence of this kind speaks for, each once, in order.
    pub(super) fn roles_by(&self, kind: EvidenceKind) -> BTreeSet<Role> {
        self.entry.roles_by(kind)
    }

    pub(super) fn is_marked(&self, role: Role) -> bool {
        self.roles_by(EvidenceKind::Attribute).contains(&role)
    }

    /// Whether the user said what it is; then nothing is left to wonder at.
    pub(super) fn is_overridden(&self) -> bool {
        self.entry.is_stated_by_user()
    }

    pub(super) fn name(&self) -> MailboxName {
        self.entry.name.clone()
    }
}

/// The members of a role: the kept one and the others.
pub(super) struct Split<'a> {
    pub(super) role: Role,
    pub(super) keep: Item<'a>,
    /// Whether nothing tells that it is this one.
    pub(super) unclear: bool,
    /// What would have to be merged into the kept one.
    pub(super) sources: Vec<Item<'a>>,
    /// Other names of the kept mailbox.
    pub(super) aliases: Vec<Item<'a>>,
    /// Empty, and not to be removed: left as they are.
    pub(super) empties: Vec<Item<'a>>,
}

/// An account, sorted for looking at.
pub(super) struct AuditedAccount<'a> {
    pub(super) listing: &'a Listing,
    pub(super) items: Vec<Item<'a>>,
    /// The roles that can be merged and have a member.
    pub(super) splits: Vec<Split<'a>>,
    /// The mailboxes that are named as inboxes beside INBOX.
    pub(super) second_inboxes: Vec<&'a MailboxName>,
    /// Folders that hold a whole set of mailboxes.
    pub(super) trees: &'a [MailTree],
    /// Mailboxes that earlier runs could not remove, by wire name.
    kept_by_server: &'a BTreeSet<Vec<u8>>,
}

impl<'a> AuditedAccount<'a> {
    pub(super) fn new(listing: &'a Listing, roll: &'a Roll) -> Self {
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
            trees: &roll.trees,
            kept_by_server: &roll.kept_by_server,
            second_inboxes: roll.second_inboxes().map(|entry| &entry.name).collect(),
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
            } else if item.mailbox.status.messages == Some(0)
                && (self.was_kept_before(item) || self.is_configured(item, role))
            {
                split.empties.push(item);
            } else {
                split.sources.push(item);
            }
        }
        Some(split)
    }

    /// A mailbox that carries the role's attribute where clients cannot set one: it is in the server's configuration, so the
    /// server makes it again.
    fn is_configured(&self, item: Item, role: Role) -> bool {
        item.is_marked(role) && !self.listing.server.can("CREATE-SPECIAL-USE")
    }

    /// A mailbox that an earlier run could not remove. Where the user says which role it has, it is to be tried again.
    pub(super) fn was_kept_before(&self, item: Item) -> bool {
        self.kept_by_server.contains(item.mailbox.name.wire()) && !item.is_overridden()
    }
}

/// The names of mailboxes, in the same order.
pub(super) fn names(items: &[Item]) -> Vec<MailboxName> {
    items.iter().map(Item::name).collect()
}
