//! An account as it might be: as it was listed, but for a few mailboxes.
//!
//! In: names, a mailbox. Out: which mailbox stands for a listed one. Whoever asks what would be in many such accounts need not
//! copy one with thousands of mailboxes for each.

use std::collections::BTreeSet;

use super::mailbox::{Mailbox, MailboxName};

/// A listing with a few changes, without the listing.
#[derive(Debug, Clone)]
pub struct Imagined<'a> {
    /// The mailboxes that are not there.
    pub gone: BTreeSet<&'a MailboxName>,
    /// A mailbox that stands for the listed one of its name.
    pub instead: Mailbox,
}

impl Imagined<'_> {
    /// What there is where this mailbox was listed.
    #[must_use]
    pub fn of<'m>(&'m self, listed: &'m Mailbox) -> Option<&'m Mailbox> {
        if self.gone.contains(&listed.name) {
            None
        } else if self.instead.name == listed.name {
            Some(&self.instead)
        } else {
            Some(listed)
        }
    }
}
