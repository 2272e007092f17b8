//! The view: a listing arranged for the questions that clients ask of it.
//!
//! In: a listing. Out: mailboxes by name, by what is below their first level, by special-use attribute. Never: a client.

use std::collections::BTreeMap;

use caseless::Caseless as _;
use unicode_normalization::UnicodeNormalization as _;

use super::profile::{Letters, NamePlace};
use crate::model::{listing::Listing, mailbox::Mailbox, role::Role};

/// A listing, arranged once for all clients. What cannot hold messages and INBOX have no role to be found for.
pub(super) struct ArrangedListing<'a> {
    pub(super) listing: &'a Listing,
    /// Whether the server's mailboxes are labels (Gmail); asked once, since every client asks.
    pub(super) has_labels: bool,
    by_name: BTreeMap<String, Vec<&'a Mailbox>>,
    by_rest: BTreeMap<String, Vec<&'a Mailbox>>,
    marked: BTreeMap<Role, Vec<&'a Mailbox>>,
}

impl<'a> ArrangedListing<'a> {
    pub(super) fn of(listing: &'a Listing) -> Self {
        let mut view = Self {
            listing,
            has_labels: listing.traits().has_labels,
            by_name: BTreeMap::new(),
            by_rest: BTreeMap::new(),
            marked: BTreeMap::new(),
        };
        let usable = listing.mailboxes.iter();
        for mailbox in usable.filter(|one| one.selectable && !one.name.is_inbox()) {
            let name = mailbox.name.text();
            view.by_name.entry(fold(name)).or_default().push(mailbox);
            let rest = below_first_level(mailbox);
            view.by_rest.entry(fold(rest)).or_default().push(mailbox);
            let attributes = mailbox.attributes.iter();
            for role in attributes.filter_map(|one| Role::from_attribute(one)) {
                view.marked.entry(role).or_default().push(mailbox);
            }
        }
        view
    }

    /// The mailboxes that the server marks for a role.
    pub(super) fn marked(&self, role: Role) -> &[&'a Mailbox] {
        self.marked.get(&role).map_or(&[], Vec::as_slice)
    }

    /// The mailboxes of a name at a place; one whose letters are equal goes before those that differ in case.
    pub(super) fn named(&self, name: &str, place: NamePlace, letters: Letters) -> Vec<&'a Mailbox> {
        let full = self.full_name(name, place);
        let map = match place {
            NamePlace::OneBelow => &self.by_rest,
            NamePlace::Namespace | NamePlace::Top | NamePlace::Inbox => &self.by_name,
        };
        let found = map.get(&fold(&full)).map_or(&[][..], Vec::as_slice);
        let is_equal = |mailbox: &&&Mailbox| match place {
            NamePlace::OneBelow => below_first_level(mailbox) == full,
            NamePlace::Namespace | NamePlace::Top | NamePlace::Inbox => mailbox.name.text() == full,
        };
        let equal: Vec<&Mailbox> = found.iter().filter(is_equal).copied().collect();
        match letters {
            Letters::AnyCase if equal.is_empty() || place == NamePlace::OneBelow => found.to_vec(),
            Letters::AnyCase | Letters::AsWritten => equal,
        }
    }

    /// The whole decoded name of a mailbox of this name at a place.
    pub(super) fn full_name(&self, name: &str, place: NamePlace) -> String {
        match (place, self.listing.delimiter()) {
            (NamePlace::Namespace, _) => format!("{}{name}", self.listing.prefix()),
            (NamePlace::Inbox, Some(delimiter)) => format!("INBOX{delimiter}{name}"),
            (NamePlace::Top | NamePlace::OneBelow | NamePlace::Inbox, _) => name.to_owned(),
        }
    }
}

/// What follows the first delimiter, or the whole name.
fn below_first_level(mailbox: &Mailbox) -> &str {
    let name = mailbox.name.text();
    mailbox
        .delimiter
        .and_then(|delimiter| name.split_once(delimiter))
        .map_or(name, |(_, rest)| rest)
}

/// Clients that ignore case compare names composed and case-folded; no more than that (`mapping::fold` is kinder).
fn fold(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    name.nfc().default_case_fold().nfc().collect()
}
