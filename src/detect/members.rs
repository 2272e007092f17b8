//! The members of every role, and which of them keeps it.
//!
//! In: entries with their roles, the targets, who finds each mailbox. Out: [`Members`] by role. Never: a second rule for
//! keepers; those are `keeper`'s.

use std::collections::{BTreeMap, BTreeSet};

use super::keeper;
use crate::model::{
    client::Finders,
    listing::Listing,
    mailbox::MailboxName,
    role::Role,
    roll::{Members, RollEntry},
};

/// Chooses twice: what the first time is clear tells in which language the account's other mailboxes are kept.
pub(super) fn roles(
    listing: &Listing,
    entries: &[RollEntry],
    targets: &BTreeMap<Role, MailboxName>,
    found: &BTreeMap<MailboxName, Finders>,
) -> BTreeMap<Role, Members> {
    let choose = |languages: &BTreeSet<String>| -> BTreeMap<Role, (Members, keeper::Rule)> {
        let roles = Role::EVERY.into_iter().filter_map(|role| {
            let known = keeper::Known {
                target: targets.get(&role),
                found,
                languages,
            };
            Some((role, members(listing, entries, role, &known)?))
        });
        roles.collect()
    };
    let clear = choose(&BTreeSet::new());
    let languages = keeper::languages(&clear, entries);
    let chosen = choose(&languages).into_iter();
    chosen.map(|(role, (members, _))| (role, members)).collect()
}

fn members(
    listing: &Listing,
    entries: &[RollEntry],
    role: Role,
    known: &keeper::Known,
) -> Option<(Members, keeper::Rule)> {
    let candidates: Vec<keeper::Candidate> = listing
        .mailboxes
        .iter()
        .zip(entries)
        .filter(|(_, entry)| entry.role == Some(role) && !entry.is_alias())
        .map(|(mailbox, entry)| keeper::Candidate { mailbox, entry })
        .collect();
    let mut names: Vec<MailboxName> = candidates
        .iter()
        .map(|one| one.mailbox.name.clone())
        .collect();
    let (keep, because, by) = keeper::choose(role, candidates, known)?;
    names.sort_unstable_by_key(|name| (*name != keep, name.clone()));
    let members = Members {
        keep,
        because,
        unclear: by == keeper::Rule::Nothing,
        is_settled: by <= keeper::Rule::Mark,
        members: names,
    };
    Some((members, by))
}
