//! Detection: which mailbox plays which role, how sure that is, and why.
//!
//! In: a [`Listing`], the [`Mapping`], the user's [`Hints`]. Out: a [`Roll`]. Never: I/O, advice, changes of the listing.
//!
//! Evidence has ranks (the user's word, then the server's attribute, then the provider, then the name) and is all kept,
//! so that `audit` can tell where it disagrees. Several mailboxes with one role are the normal case: each is a member.
//! A wrong Trash destroys mail, so nothing is approximate: a name counts whole or not at all, at the places where
//! clients put mailboxes (`place`), and what could mean two things gets a role only if the rest of the account
//! (`context`) or what is inside (`content`) says which. That role is doubtful: nothing is moved on it before the user
//! has said so. So is one whose mark lies at an odd place, or below the trash (`rubbish`), or in a folder that holds a whole set (`tree`). Mailboxes that are not this
//! account's, or not mailboxes of their own, have none at all (`aside`). Of several mailboxes with one role `provider`
//! tells which the server made, and `keeper` which stays.

mod aside;
mod classify;
mod content;
mod context;
mod evidence;
mod hints;
mod keeper;
mod members;
mod place;
mod provider;
mod rubbish;
mod tree;
mod unused;

use std::collections::BTreeMap;

pub use hints::{HintError, Hints};

use crate::{
    mapping::Mapping,
    model::{
        client::Finders,
        listing::Listing,
        mailbox::{MailboxName, SampleDepth},
        role::{Certainty, Role},
        roll::{EvidenceKind, Members, Roll, RollEntry},
    },
};
use classify::Classifier;
use evidence::evidence;
use members::roles;

/// Judges every mailbox and chooses the keeper of every role.
///
/// An override of a mailbox that is not there is an error, since the rest would be judged on a misunderstanding; a target
/// that is not there is one yet to be made.
pub fn detect(listing: &Listing, mapping: &Mapping, hints: &Hints) -> Result<Roll, HintError> {
    let overrides = hints.resolve(listing)?;
    let targets = hints.existing_targets(listing);
    let asides = aside::of(listing, hints);
    let classifier = Classifier {
        listing,
        mapping,
        hints,
        provider: provider::of(listing),
    };
    let mut entries: Vec<RollEntry> = listing
        .mailboxes
        .iter()
        .map(|mailbox| {
            let says = overrides.get(&mailbox.name);
            classifier.entry(mailbox, says, asides.get(&mailbox.name).cloned())
        })
        .collect();
    rubbish::doubt(listing, &mut entries, hints)?;
    content::add(listing, &mut entries);
    context::settle(&mut entries);
    for entry in &mut entries {
        claim_target(entry, &targets);
    }
    provider::add_own(listing, classifier.provider, &mut entries);
    let trees = tree::find(listing, mapping, &entries);
    tree::look_into(listing, mapping, &trees, &mut entries);
    let roles = roles(listing, &entries, &targets, &BTreeMap::new());
    let unused = unused::entries(mapping, &entries);
    Ok(Roll {
        entries,
        roles,
        trees,
        unused,
        kept_by_server: hints.kept_by_server.clone(),
    })
}

/// Chooses the keeper of every role anew, now that it is known which clients find each mailbox (README, "Which mailbox stays").
pub fn choose_keepers(
    listing: &Listing,
    hints: &Hints,
    roll: &mut Roll,
    found: &BTreeMap<MailboxName, Finders>,
) {
    let targets = hints.existing_targets(listing);
    roll.roles = roles(listing, &roll.entries, &targets, found);
}

/// The roles that have several members and could be merged.
fn contested(roll: &Roll) -> impl Iterator<Item = &Members> {
    let roles = roll.roles.iter();
    let several = roles.filter(|(role, members)| role.can_merge() && members.members.len() > 1);
    several.map(|(_, members)| members)
}

/// Every mailbox that is worth a look inside: contested ones, and their dates where these may decide or are shown
/// (`shows_dates`); of those that could show what they are, and of
/// those that tell which addresses are the account's own, so many of the newest messages. Zero leaves those out. Those with
/// a role that may be views are looked at too, or a view that plays its role alone would be called the account's archive.
#[must_use]
pub fn worth_a_look(
    listing: &Listing,
    roll: &Roll,
    messages: u32,
    shows_dates: bool,
) -> BTreeMap<MailboxName, SampleDepth> {
    let mut looks: BTreeMap<MailboxName, SampleDepth> = BTreeMap::new();
    for members in contested(roll) {
        for name in &members.members {
            looks.entry(name.clone()).or_default().dates |= shows_dates || !members.is_settled;
        }
    }
    for name in aside::may_be_views(listing, roll) {
        looks.entry(name).or_default();
    }
    if messages > 0 {
        for name in content::worth_a_look(listing, roll) {
            looks.entry(name).or_default().messages = messages;
        }
    }
    looks
}

/// A target that exists and has no role yet gets it: the user says what it shall be.
fn claim_target(entry: &mut RollEntry, targets: &BTreeMap<Role, MailboxName>) {
    let is_taken = entry.role.is_some() && !entry.is_doubtful() || entry.is_stated_by_user();
    let Some((role, _)) = targets
        .iter()
        .find(|(_, name)| **name == entry.name)
        .filter(|_| !is_taken)
    else {
        return;
    };
    entry.role = Some(*role);
    entry.certainty = Some(Certainty::Stated);
    entry.lookalike = None;
    let says = evidence(
        EvidenceKind::Override,
        Some(*role),
        format!("--target {role}"),
    );
    entry.evidence.insert(0, says);
}
