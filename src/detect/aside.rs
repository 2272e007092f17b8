//! Aside: mailboxes that have no role in this account, whatever their names and marks say.
//!
//! In: a listing, what the user says. Out: why each such mailbox is left. Never: a mailbox of the personal namespace that
//! holds INBOX, unless it is a view.
//!
//! A second personal namespace is a store for archived or expunged mail, or a set of views (Dovecot): what lies there is
//! neither source nor target, since nobody who merges "Sent" means those. The user may take a mailbox in with `--role`.

use std::collections::BTreeMap;

use super::Hints;
use crate::model::{
    listing::Listing,
    mailbox::{Mailbox, MailboxName},
    roll::Aside,
};

/// The mailboxes that are left, each with the reason.
pub(super) fn of(listing: &Listing, hints: &Hints) -> BTreeMap<MailboxName, Aside> {
    let aliases = listing.aliases();
    let why = |mailbox: &Mailbox| {
        let name = &mailbox.name;
        if hints.waiting.contains(name.wire()) {
            Some(Aside::Waits)
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
