//! Whether a plan still fits the account, asked before anything is sent.
//!
//! In: a fresh Listing and a Plan. Out: nothing, or what has changed. A plan that does not fit is not repaired.
//!
//! Mail may have arrived since the plan was made. A mailbox may not have become another mailbox, have got another role, or
//! have got mailboxes below it.

use crate::model::{
    listing::Listing,
    plan::{Plan, Seen},
    role::Role,
    set_aside::SetAsideNames,
};

/// Why a plan is stale.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Stale {
    /// One sentence; names in it are raw.
    pub why: String,
    /// Whether it is an unfinished run that stands in the way.
    pub unfinished: bool,
}

/// Compares the plan's basis with the account as it is. `set_aside` is what earlier runs have set aside.
pub fn check(listing: &Listing, plan: &Plan, set_aside: &SetAsideNames) -> Result<(), Stale> {
    let mut mailboxes = listing.mailboxes.iter();
    if let Some(tombstone) = mailboxes.find(|mailbox| set_aside.is_unfinished(mailbox)) {
        return Err(Stale {
            why: format!(
                "\"{}\" is on the server: a run on this account was interrupted",
                tombstone.name.text()
            ),
            unfinished: true,
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
            unfinished: false,
        }),
        None => Ok(()),
    }
}

fn difference(listing: &Listing, seen: &Seen) -> Option<String> {
    let name = seen.mailbox.text();
    let Some(now) = listing.find(seen.mailbox.wire()) else {
        return seen
            .exists
            .then(|| format!("\"{name}\" is not there any more"));
    };
    if !seen.exists {
        return Some(format!("\"{name}\" has been made meanwhile"));
    }
    let differs = |was: Option<u64>, is: Option<u64>| was.is_some() && was != is;
    if differs(
        seen.uid_validity.map(u64::from),
        now.status.uid_validity.map(u64::from),
    ) {
        return Some(format!(
            "\"{name}\" is another mailbox than it was (its UIDVALIDITY changed)"
        ));
    }
    if let (Some(was), Some(is)) = (&seen.mailbox_id, &now.status.mailbox_id)
        && was != is
    {
        return Some(format!(
            "\"{name}\" is another mailbox than it was (its MAILBOXID changed)"
        ));
    }
    if seen
        .uid_next
        .zip(now.status.uid_next)
        .is_some_and(|(was, is)| was > is)
    {
        return Some(format!(
            "\"{name}\" has gone back in time (its UIDNEXT is lower): was the server restored?"
        ));
    }
    if roles(&seen.attributes) != roles(&now.attributes) {
        return Some(format!(
            "\"{name}\" has other special-use marks than it had"
        ));
    }
    let mut below: Vec<_> = listing.below(now).map(|child| &child.name).collect();
    below.sort();
    let mut was: Vec<_> = seen.children.iter().collect();
    was.sort();
    (below != was).then(|| format!("the mailboxes below \"{name}\" have changed"))
}

fn roles<'a>(attributes: impl IntoIterator<Item = &'a String>) -> Vec<Role> {
    let mut roles: Vec<Role> = attributes
        .into_iter()
        .filter_map(|attribute| Role::from_attribute(attribute))
        .collect();
    roles.sort();
    roles.dedup();
    roles
}
