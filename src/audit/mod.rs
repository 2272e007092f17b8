//! Audit: what is wrong with an account's mailboxes, as coded findings.
//!
//! In: a [`Listing`], the [`Roll`] judged from it, and what clients will do. Out: [`Finding`]s in a fixed order.
//! Never: I/O, a plan, names' meanings.
//!
//! Each finding has one maker, named after its code; `account` says which mailboxes they talk of, and this file puts them
//! together. What depends on the plan (held back, children, ways to remove) is the planner's to say.

mod account;
mod copies;
pub mod filters;
mod finding;
mod forecasts;
mod marks;
mod names;
mod spread;

use std::collections::BTreeMap;

use crate::{
    language::Phrase,
    model::{
        client::Forecasts, finding::Finding, listing::Listing, mailbox::MailboxName, role::Role,
        roll::Roll,
    },
    sieve::Filters,
};
use account::AuditedAccount;

/// Tells everything that can be told from a listing, its roll, and what clients will do with it.
///
/// Sorted: the most severe first, then by code, role and names, so that equal accounts read equally.
#[must_use]
pub fn audit(listing: &Listing, roll: &Roll, forecasts: &Forecasts) -> Vec<Finding> {
    let account = AuditedAccount::new(listing, roll);
    let mut findings = Vec::new();
    spread::findings(&account, &mut findings);
    marks::findings(&account, &mut findings);
    names::findings(&account, &mut findings);
    copies::findings(&account, &mut findings);
    forecasts::findings(&account, forecasts, &mut findings);
    findings.extend(roll.unused.iter().map(names::mapping_unused));
    sort(&mut findings);
    findings
}

/// Adds what the account's filters file where it will not be found, and takes back what they explain.
pub fn add_filters(findings: &mut Vec<Finding>, listing: &Listing, roll: &Roll, filters: &Filters) {
    if matches!(filters, Filters::NotAsked | Filters::Silent) {
        return;
    }
    let account = AuditedAccount::new(listing, roll);
    filters::take_back(&account, filters, findings);
    filters::findings(&account, filters, findings);
    sort(findings);
}

/// Adds where stated clients meet under another name than a role's mailbox has: role, that name, why.
pub fn add_meetings(
    findings: &mut Vec<Finding>,
    roll: &Roll,
    meeting: &BTreeMap<Role, (MailboxName, Phrase)>,
) {
    findings.extend(forecasts::meetings(roll, meeting));
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
