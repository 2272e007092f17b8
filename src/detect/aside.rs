//! Aside: mailboxes that have no role in this account, whatever their names and marks say.
//!
//! In: a listing, what the user says. Out: why each such mailbox is left. Never: a mailbox of the personal namespace that
//! holds INBOX, unless it is a view.
//!
//! A second personal namespace is a store for archived or expunged mail, or a set of views (Dovecot): what lies there is
//! neither source nor target, since nobody who merges "Sent" means those. The user may take a mailbox in with `--role`.

use std::collections::BTreeMap;

use super::hints::Hints;
use crate::model::{
    listing::Listing,
    mailbox::{Mailbox, MailboxName},
    role::Role,
    roll::{Aside, Roll},
};

/// The mailboxes that are left, each with the reason.
pub(super) fn of(listing: &Listing, hints: &Hints) -> BTreeMap<MailboxName, Aside> {
    let aliases = listing.aliases();
    let why = |mailbox: &Mailbox| {
        let name = &mailbox.name;
        if let Some(by) = hints.set_aside.of(mailbox) {
            let run = hints.set_aside.run_of(mailbox).unwrap_or_default();
            let run = run.to_owned();
            Some(Aside::SetAside { by, run })
        } else if listing.is_foreign(name) {
            Some(Aside::Foreign)
        } else if let Some(shows) = mailbox.shows() {
            Some(Aside::View(shows.clone()))
        } else if let Some(real) = aliases.get(name) {
            Some(Aside::Alias(real.name.clone()))
        } else {
            let is_personal = listing.personal_namespace_of(name).is_some();
            (is_personal && !listing.is_home(name)).then_some(Aside::OtherNamespace)
        }
    };
    let mailboxes = listing.mailboxes.iter();
    let asides = mailboxes.filter_map(|mailbox| Some((mailbox.name.clone(), why(mailbox)?)));
    asides.collect()
}

/// Mailboxes with a role that may be views which NAMESPACE does not tell of: only a look inside shows it.
///
/// Dovecot keeps views in a namespace of their own, whose prefix ends in a delimiter: so none lies at the top of the one
/// that holds INBOX, where most accounts have all their mailboxes with roles, and these cost no look.
pub(super) fn may_be_views<'a>(
    listing: &'a Listing,
    roll: &'a Roll,
) -> impl Iterator<Item = MailboxName> {
    let has_views = listing.traits().has_views;
    let entries = listing.mailboxes.iter().zip(&roll.entries);
    let with_role =
        entries.filter(move |(_, entry)| has_views && entry.role.is_some_and(Role::can_merge));
    let deep = with_role.filter(|(mailbox, _)| !is_at_the_top(listing, mailbox));
    deep.map(|(mailbox, _)| mailbox.name.clone())
}

/// Whether a mailbox is INBOX or lies directly in the namespace that holds it.
fn is_at_the_top(listing: &Listing, mailbox: &Mailbox) -> bool {
    let name = &mailbox.name;
    let home = listing.home().filter(|_| listing.is_home(name));
    let rest = home.and_then(|home| home.strip(name.text()));
    let is_top = |rest: &str| {
        !mailbox
            .delimiter
            .is_some_and(|delimiter| rest.contains(delimiter))
    };
    name.is_inbox() || rest.is_some_and(is_top)
}
