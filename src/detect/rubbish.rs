//! Rubbish: what lies below the trash or the junk mailbox keeps no role.
//!
//! In: entries as judged one by one. Out: those below trash or junk, doubtful. Never: a role that is kept where mail is
//! purged. Clients throw a mailbox away by moving it below the trash, and its mark follows.

use super::{
    evidence::evidence,
    hints::{HintError, Hints},
};
use crate::{
    language::text,
    model::{
        listing::Listing,
        mailbox::{Mailbox, MailboxName},
        role::{Certainty, Role},
        roll::{EvidenceKind, RollEntry},
    },
};

/// Makes the roles of what lies there doubtful; that a user gives one to such a mailbox is an error.
pub(super) fn doubt(
    listing: &Listing,
    entries: &mut [RollEntry],
    hints: &Hints,
) -> Result<(), HintError> {
    let rubbish: Vec<MailboxName> = entries
        .iter()
        .filter(|entry| is_rubbish(entry))
        .map(|entry| entry.name.clone())
        .collect();
    let above = |mailbox: &Mailbox| {
        let mut rubbish = rubbish.iter();
        rubbish.find(|name| mailbox.name.is_below(name, mailbox.delimiter))
    };
    for (mailbox, entry) in listing.mailboxes.iter().zip(entries) {
        let Some(above) = above(mailbox) else {
            continue;
        };
        let Some(role) = entry.role.filter(|role| role.can_merge()) else {
            continue;
        };
        if entry.is_stated_by_user() {
            return Err(HintError::Unusable {
                mailbox: hints.typed_as(listing, &entry.name),
                why: text::below_purged(),
            });
        }
        let odd = text::at_an_odd_place();
        entry.evidence.retain(|one| one.detail != odd);
        let detail = text::below_rubbish(above);
        entry
            .evidence
            .push(evidence(EvidenceKind::Context, Some(role), detail));
        entry.certainty = Some(Certainty::Doubtful);
    }
    Ok(())
}

/// Whether a mailbox is for trash or junk by its mark, else by its name alone, also where it is only a level of the tree.
pub(super) fn is_rubbish(entry: &RollEntry) -> bool {
    let of = |kind| {
        let roles = entry.roles_by(kind);
        (!roles.is_empty()).then_some(roles)
    };
    let roles = of(EvidenceKind::Override)
        .or_else(|| of(EvidenceKind::Attribute))
        .or_else(|| of(EvidenceKind::Provider))
        .or_else(|| of(EvidenceKind::Name))
        .or_else(|| of(EvidenceKind::Resemblance));
    roles.is_some_and(|roles| {
        let mut roles = roles.iter();
        roles.all(|role| matches!(role, Role::Trash | Role::Junk))
    })
}
