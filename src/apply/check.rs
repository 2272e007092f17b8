//! Whether a plan still fits the account, asked before anything is sent.
//!
//! In: a fresh Listing and a Plan. Out: nothing, or what has changed. A plan that does not fit is not repaired.
//!
//! Mail may have arrived since the plan was made. A mailbox may not have become another mailbox, have got another role, or
//! have got mailboxes below it.

use std::collections::BTreeSet;

use crate::{
    language::{Phrase, text},
    model::{
        listing::Listing,
        plan::{Plan, Seen},
        role::Role,
        set_aside::SetAsideNames,
    },
};

/// Why a plan is stale.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", why.english())]
pub struct Stale {
    /// One sentence; names in it are raw.
    pub why: Phrase,
    /// The unfinished run that stands in the way, where it is one.
    pub unfinished: Option<String>,
}

/// Compares the plan's basis with the account as it is. `set_aside` is what earlier runs have set aside.
pub fn check(listing: &Listing, plan: &Plan, set_aside: &SetAsideNames) -> Result<(), Stale> {
    let mut mailboxes = listing.mailboxes.iter();
    if let Some(tombstone) = mailboxes.find(|mailbox| set_aside.is_unfinished(mailbox)) {
        return Err(Stale {
            why: text::run_was_interrupted(&tombstone.name),
            unfinished: set_aside.run_of(tombstone).map(str::to_owned),
        });
    }
    match plan
        .listing
        .mailboxes
        .iter()
        .find_map(|seen| difference(listing, seen))
    {
        Some(why) => Err(Stale {
            why,
            unfinished: None,
        }),
        None => Ok(()),
    }
}

fn difference(listing: &Listing, seen: &Seen) -> Option<Phrase> {
    let name = &seen.mailbox;
    let Some(now) = listing.find(seen.mailbox.wire()) else {
        return seen.exists.then(|| text::is_not_there_any_more(name));
    };
    if !seen.exists {
        return Some(text::was_made_meanwhile(name));
    }
    let differs = |was: Option<u64>, is: Option<u64>| was.is_some() && was != is;
    if differs(
        seen.uid_validity.map(u64::from),
        now.status.uid_validity.map(u64::from),
    ) {
        return Some(text::has_other_validity(name));
    }
    if let (Some(was), Some(is)) = (&seen.mailbox_id, &now.status.mailbox_id)
        && was != is
    {
        return Some(text::has_other_id(name));
    }
    if seen
        .uid_next
        .zip(now.status.uid_next)
        .is_some_and(|(was, is)| was > is)
    {
        return Some(text::went_back_in_time(name));
    }
    if roles(&seen.attributes) != roles(&now.attributes) {
        return Some(text::has_other_marks(name));
    }
    let mut below: Vec<_> = listing.below(now).map(|child| &child.name).collect();
    below.sort_unstable();
    let mut was: Vec<_> = seen.children.iter().collect();
    was.sort_unstable();
    (below != was).then(|| text::children_changed(name))
}

fn roles<'a>(attributes: impl IntoIterator<Item = &'a String>) -> BTreeSet<Role> {
    let attributes = attributes.into_iter();
    attributes
        .filter_map(|attribute| Role::from_attribute(attribute))
        .collect()
}
