//! Places: where clients put special mailboxes, and so where a name may count.
//!
//! In: a mailbox of a listing. Out: its last level, if the place is one. Never: names' meanings.
//!
//! `Sent` at the top level is what a client made; `Clients/Sent` is a folder of the user's. The delimiter is always the
//! one that the server gave with the name: a dot in a name of a `/` server is part of it.

use crate::model::{listing::Listing, mailbox::Mailbox};

/// Levels that hold special mailboxes: Gmail's own, and the one that clients make on Gmail.
const HOMES: [&str; 3] = ["[Gmail]", "[Google Mail]", "[Imap]"];

/// The mailbox's last level, if it lies at the top of the personal namespace, directly under INBOX (also the doubled
/// `INBOX.INBOX.` that webmails with a wrong prefix make), or directly under one of Gmail's levels.
pub(super) fn leaf<'a>(listing: &Listing, mailbox: &'a Mailbox) -> Option<&'a str> {
    let namespace = listing.personal_namespace_of(&mailbox.name)?;
    let rest = namespace
        .strip(mailbox.name.text())
        .filter(|rest| !rest.is_empty())?;
    let Some(delimiter) = mailbox.delimiter else {
        return Some(rest);
    };
    let under_inbox = |name: &'a str| {
        let (parent, below) = name.split_once(delimiter)?;
        parent.eq_ignore_ascii_case("INBOX").then_some(below)
    };
    let rest = under_inbox(rest).unwrap_or(rest);
    let rest = under_inbox(rest).unwrap_or(rest);
    match rest.split_once(delimiter) {
        None => Some(rest),
        Some((parent, leaf)) => {
            let is_home = HOMES.iter().any(|home| home.eq_ignore_ascii_case(parent));
            (is_home && !leaf.contains(delimiter)).then_some(leaf)
        }
    }
    .filter(|leaf| !leaf.is_empty())
}
