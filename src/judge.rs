//! Judging: the one order in which an account is judged, whatever is then done with it.
//!
//! In: a listing, the mapping, what the user said, what clients would do with any account. Out: a roll with its keepers,
//! and findings; the mailbox that each `--target` means. Never: I/O, a question, a second way to the same judgement: what
//! `audit` shows, `fix` keeps and `clients --steps` tells people to choose must be one mailbox.

mod target;

use std::collections::BTreeMap;

pub use target::{Missing, TargetError, targets};

use crate::{
    audit::audit,
    detect::{HintError, Hints, choose_keepers, detect, worth_a_look},
    mapping::Mapping,
    model::{
        client::Forecasts,
        finding::Finding,
        listing::Listing,
        mailbox::{Look, MailboxName},
        role::Role,
        roll::Roll,
    },
    planner::finders,
};

/// An account's roles, and what is wrong with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Every mailbox with its role; per role the one that keeps it.
    pub roll: Roll,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// The mailboxes that are worth a look inside before judging, and how deep each is looked into.
pub fn looks(
    listing: &Listing,
    mapping: &Mapping,
    hints: &Hints,
    messages: u32,
) -> Result<BTreeMap<MailboxName, Look>, HintError> {
    let roll = detect(listing, mapping, &target::spelt_out(listing, hints))?;
    Ok(worth_a_look(listing, &roll, messages))
}

/// Finds every mailbox's role, lets those keep them that most clients find, and tells what is wrong.
pub fn judge(
    listing: &Listing,
    mapping: &Mapping,
    hints: &Hints,
    predict: &dyn Fn(&Listing) -> Forecasts,
) -> Result<Judged, HintError> {
    let hints = target::spelt_out(listing, hints);
    let mut roll = detect(listing, mapping, &hints)?;
    let found = finders(listing, &roll, predict);
    choose_keepers(listing, &hints, &mut roll, &found);
    let findings = audit(listing, &roll, &predict(listing));
    Ok(Judged { roll, findings })
}

/// The role that a mailbox of this name surely has in an imagined account: what the user said of a mailbox is said of its
/// name of today, so only the languages count.
#[must_use]
pub fn role_by_name(
    listing: &Listing,
    mapping: &Mapping,
    locales: &[String],
    name: &MailboxName,
) -> Option<Role> {
    let hints = Hints {
        locales: locales.to_vec(),
        ..Hints::default()
    };
    let roll = detect(listing, mapping, &hints).ok()?;
    roll.entry(name).filter(|entry| !entry.is_doubtful())?.role
}
