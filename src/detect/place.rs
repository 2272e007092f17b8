//! Places: where clients put special mailboxes, and so where a name or a mark may count.
//!
//! In: a mailbox of a listing. Out: its last level, if the place is one. Never: names' meanings.
//!
//! `Sent` at the top level is what a client made; `Clients/Sent` is a folder of the user's, and `Old/INBOX/Sent` lies in
//! the copy of another account. The delimiter is always the one that the server gave with the name: a dot in a name of a
//! `/` server is part of it.

use crate::{
    mapping,
    model::{listing::Listing, mailbox::Mailbox},
};

/// The level that clients make on Gmail. Gmail's own are among the providers (`mappings/providers.yaml`).
const CLIENTS_LEVEL: &str = "[Imap]";

/// Below this level lie all mailboxes of a user's own, where labels lie below the other one and the server's own at the top:
/// both are levels only (Proton Mail Bridge).
const OWN_TOP: &str = "Folders";
const LABELS_TOP: &str = "Labels";

/// A place where a special mailbox may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MailboxPlace<'a> {
    /// The mailbox's last level.
    pub(super) leaf: &'a str,
    /// The provider's own level that it lies below (`[Gmail]`).
    pub(super) level: Option<&'a str>,
    /// Whether it lies beside the personal namespace: clients that know no namespaces have put it there.
    pub(super) is_odd: bool,
}

impl<'a> MailboxPlace<'a> {
    /// Wherever it lies, for mailboxes that get no role.
    pub(super) fn anywhere(leaf: &'a str) -> Self {
        Self {
            leaf,
            level: None,
            is_odd: false,
        }
    }
}

/// The mailbox's place, if it lies at the top of the personal namespace that holds INBOX, directly under INBOX (also the
/// doubled `INBOX.INBOX.` that webmails with a wrong prefix make), or directly under one of Gmail's levels.
pub(super) fn of<'a>(listing: &Listing, mailbox: &'a Mailbox) -> Option<MailboxPlace<'a>> {
    let name = mailbox.name.text();
    let namespace = listing.personal_namespace_of(&mailbox.name);
    if namespace.is_some() && namespace != listing.home() {
        return None;
    }
    let rest = namespace.map_or(Some(name), |namespace| namespace.strip(name))?;
    let whole = below_top(listing, rest, mailbox.delimiter);
    let rest = without_end(whole, mailbox.delimiter);
    let place = match mailbox.delimiter {
        None => Some((rest, None)),
        Some(delimiter) if namespace.is_none() => {
            (!rest.contains(delimiter)).then_some((rest, None))
        }
        Some(delimiter) => below(rest, delimiter),
    };
    let (leaf, level) = place.filter(|(leaf, _)| !leaf.is_empty())?;
    // A delimiter at the end stays with the last level: such a name is only like the one without.
    let leaf = whole.get(rest.len().checked_sub(leaf.len())?..)?;
    Some(MailboxPlace {
        leaf,
        level,
        is_odd: namespace.is_none(),
    })
}

fn without_end(name: &str, delimiter: Option<char>) -> &str {
    let bare = delimiter.and_then(|delimiter| name.strip_suffix(delimiter));
    bare.unwrap_or(name)
}

/// Where a user's own mailboxes all lie below a folder, what is left of a name below that folder; else the whole name.
fn below_top<'a>(listing: &Listing, rest: &'a str, delimiter: Option<char>) -> &'a str {
    let is_level = |name: &str| {
        let mailbox = listing.find(name.as_bytes());
        mailbox.is_some_and(|mailbox| !mailbox.selectable)
    };
    let split = delimiter.and_then(|delimiter| rest.split_once(delimiter));
    match split {
        Some((OWN_TOP, below)) if is_level(OWN_TOP) && is_level(LABELS_TOP) => below,
        _ => rest,
    }
}

fn below(rest: &str, delimiter: char) -> Option<(&str, Option<&str>)> {
    fn cut(name: &str, delimiter: char) -> &str {
        match name.split_once(delimiter) {
            Some((parent, below)) if parent.eq_ignore_ascii_case("INBOX") => below,
            _ => name,
        }
    }
    let rest = cut(cut(rest, delimiter), delimiter);
    let Some((parent, leaf)) = rest.split_once(delimiter) else {
        return Some((rest, None));
    };
    let level = mapping::is_providers_level(parent).then_some(parent);
    let counts = level.is_some() || parent.eq_ignore_ascii_case(CLIENTS_LEVEL);
    (counts && !leaf.contains(delimiter)).then_some((leaf, level))
}
