//! Places: where clients put special mailboxes, and so where a name may count.
//!
//! In: a mailbox of a listing. Out: its last level, if the place is one. Never: names' meanings.
//!
//! `Sent` at the top level is what a client made; `Clients/Sent` is a folder of the user's, and `Old/INBOX/Sent` lies in
//! the copy of another account. The delimiter is always the one that the server gave with the name: a dot in a name of a
//! `/` server is part of it.

use crate::model::{listing::Listing, mailbox::Mailbox};

/// Levels that hold special mailboxes: Gmail's own, and the one that clients make on Gmail.
const HOMES: [&str; 3] = ["[Gmail]", "[Google Mail]", "[Imap]"];

/// A place where a special mailbox may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place<'a> {
    /// The mailbox's last level.
    pub(super) leaf: &'a str,
    /// Whether it lies beside the personal namespace: clients that know no namespaces have put it there.
    pub(super) is_odd: bool,
}

impl<'a> Place<'a> {
    pub(super) fn proper(leaf: &'a str) -> Self {
        Self {
            leaf,
            is_odd: false,
        }
    }
}

/// The mailbox's place, if it lies at the top of the personal namespace, directly under INBOX (also the doubled
/// `INBOX.INBOX.` that webmails with a wrong prefix make), or directly under one of Gmail's levels.
pub(super) fn of<'a>(listing: &Listing, mailbox: &'a Mailbox) -> Option<Place<'a>> {
    let name = mailbox.name.text();
    let namespace = listing.personal_namespace_of(&mailbox.name);
    let rest = namespace.map_or(Some(name), |namespace| namespace.strip(name))?;
    let leaf = match mailbox.delimiter {
        None => Some(rest),
        Some(delimiter) if namespace.is_none() => (!rest.contains(delimiter)).then_some(rest),
        Some(delimiter) => below(rest, delimiter),
    };
    let leaf = leaf.filter(|leaf| !leaf.is_empty())?;
    Some(Place {
        leaf,
        is_odd: namespace.is_none(),
    })
}

fn below(rest: &str, delimiter: char) -> Option<&str> {
    fn cut(name: &str, delimiter: char) -> &str {
        match name.split_once(delimiter) {
            Some((parent, below)) if parent.eq_ignore_ascii_case("INBOX") => below,
            _ => name,
        }
    }
    let rest = cut(cut(rest, delimiter), delimiter);
    match rest.split_once(delimiter) {
        None => Some(rest),
        Some((parent, leaf)) => {
            let is_home = HOMES.iter().any(|home| home.eq_ignore_ascii_case(parent));
            (is_home && !leaf.contains(delimiter)).then_some(leaf)
        }
    }
}
