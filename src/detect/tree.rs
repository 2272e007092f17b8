//! Trees: folders that hold a whole set of mailboxes with names of roles, like an account of their own.
//!
//! In: entries as judged one by one and together. Out: the [`MailTree`]s; in the one that is in use, doubtful roles. Never: a
//! role that mail is moved on, a tree below trash or junk.
//!
//! A program with a wrong prefix files everything in such a folder (`mail/INBOX.Sent` beside an empty `Sent`): there the
//! mailboxes are looked into. Where the account's own mailboxes hold mail, the tree is the copy of another account, or an old
//! one: it is told once and left.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    evidence::{by_resemblance, evidence},
    place,
    rubbish::is_rubbish,
};
use crate::{
    language::text,
    mapping::Mapping,
    model::{
        listing::Listing,
        mailbox::{Mailbox, MailboxName, is_tombstone},
        role::{Certainty, Role},
        roll::{Evidence, EvidenceKind, MailTree, RollEntry},
    },
};

/// So many roles make a set.
const SET: usize = 3;

/// The trees of an account.
pub(super) fn find(listing: &Listing, mapping: &Mapping, entries: &[RollEntry]) -> Vec<MailTree> {
    let rubbish: Vec<&MailboxName> = entries
        .iter()
        .filter(|entry| is_rubbish(entry))
        .map(|entry| &entry.name)
        .collect();
    let mut trees: BTreeMap<&str, Vec<(MailboxName, Role)>> = BTreeMap::new();
    for (mailbox, entry) in listing.mailboxes.iter().zip(entries) {
        let Some((top, leaf)) = mailbox
            .delimiter
            .and_then(|delimiter| mailbox.name.text().rsplit_once(delimiter))
        else {
            continue;
        };
        let is_thrown_away = || {
            let mut above = rubbish.iter();
            above.any(|name| mailbox.name.is_below(name, mailbox.delimiter))
        };
        if is_open(listing, mailbox, entry)
            && let Some(role) = role_of(mapping, leaf)
            && !is_thrown_away()
        {
            trees
                .entry(top)
                .or_default()
                .push((entry.name.clone(), role));
        }
    }
    let trees = trees.into_iter().map(|(top, mailboxes)| MailTree {
        top: top.to_owned(),
        mailboxes,
    });
    trees.filter(is_set).collect()
}

/// Whether nothing has explained it, and it lies where no client puts the account's own.
fn is_open(listing: &Listing, mailbox: &Mailbox, entry: &RollEntry) -> bool {
    entry.role.is_none()
        && entry.aside.is_none()
        && entry.evidence.is_empty()
        && mailbox.selectable
        && !is_tombstone(mailbox.leaf())
        && place::of(listing, mailbox).is_none()
        && listing.is_home(&mailbox.name)
}

/// The one role that the name is used for or is like, if mail of that role is ever merged.
fn role_of(mapping: &Mapping, leaf: &str) -> Option<Role> {
    let reading = mapping.read(leaf);
    let matches = reading.matches.iter().map(|one| one.role);
    let roles: BTreeSet<Role> = matches
        .chain(reading.resembles.iter().map(|one| one.role))
        .collect();
    let only = roles.first().filter(|_| roles.len() == 1);
    only.copied().filter(|role| role.can_merge())
}

fn is_set(tree: &MailTree) -> bool {
    let roles: BTreeSet<Role> = tree.mailboxes.iter().map(|(_, role)| *role).collect();
    roles.len() >= SET && (roles.contains(&Role::Sent) || roles.contains(&Role::Drafts))
}

/// Gives doubtful roles to the mailboxes of a tree whose roles no mailbox with mail has outside of it.
pub(super) fn look_into(
    listing: &Listing,
    mapping: &Mapping,
    trees: &[MailTree],
    entries: &mut [RollEntry],
) {
    let mut taken: BTreeSet<Role> = BTreeSet::new();
    for (mailbox, entry) in listing.mailboxes.iter().zip(entries.iter()) {
        let holds_mail = mailbox.status.messages != Some(0);
        taken.extend(entry.role.filter(|_| holds_mail));
    }
    let open = trees.iter().flat_map(|tree| {
        let mailboxes = tree.mailboxes.iter();
        mailboxes.map(move |(name, role)| (name, (*role, tree.top.as_str())))
    });
    let open: BTreeMap<&MailboxName, (Role, &str)> = open
        .filter(|(_, (role, _))| !taken.contains(role))
        .collect();
    for (mailbox, entry) in listing.mailboxes.iter().zip(entries) {
        let Some((role, top)) = open.get(&mailbox.name) else {
            continue;
        };
        entry.role = Some(*role);
        entry.certainty = Some(Certainty::Doubtful);
        entry.lookalike = None;
        let reading = mapping.read(mailbox.leaf());
        let like = reading.resembles.iter().map(by_resemblance);
        let known = reading.matches.iter().map(super::classify::by_name);
        entry.evidence.extend(known.chain(like));
        entry.evidence.push(in_tree(*role, top));
    }
}

fn in_tree(role: Role, top: &str) -> Evidence {
    evidence(EvidenceKind::Context, Some(role), text::in_a_tree(top))
}
