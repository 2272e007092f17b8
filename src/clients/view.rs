//! The view: a listing arranged for the questions that clients ask of it.
//!
//! In: a listing. Out: mailboxes by name, by what is below their first level, by special-use attribute. Never: a client.

use std::{collections::BTreeMap, rc::Rc};

use caseless::Caseless as _;
use unicode_normalization::UnicodeNormalization as _;

use super::profile::{Letters, NamePlace};
use crate::model::{imagined::Imagined, listing::Listing, mailbox::Mailbox, role::Role};

type ByKey<'a> = BTreeMap<String, Vec<&'a Mailbox>>;

/// A listing, arranged once for all clients. What cannot hold messages and INBOX have no role to be found for.
pub(super) struct ArrangedListing<'a> {
    pub(super) listing: &'a Listing,
    /// Whether the server's mailboxes are labels (Gmail); asked once, since every client asks.
    pub(super) has_labels: bool,
    by_name: Rc<ByKey<'a>>,
    by_rest: Rc<ByKey<'a>>,
    marked: BTreeMap<Role, Vec<&'a Mailbox>>,
    /// What is otherwise than it was listed.
    imagined: Option<&'a Imagined<'a>>,
}

impl<'a> ArrangedListing<'a> {
    pub(super) fn of(listing: &'a Listing) -> Self {
        let mut by_name = ByKey::new();
        let mut by_rest = ByKey::new();
        let mut marked = BTreeMap::new();
        let usable = listing.mailboxes.iter();
        for mailbox in usable.filter(|one| one.selectable && !one.name.is_inbox()) {
            let name = mailbox.name.text();
            by_name.entry(fold(name)).or_default().push(mailbox);
            let rest = below_first_level(mailbox);
            by_rest.entry(fold(rest)).or_default().push(mailbox);
            mark(&mut marked, mailbox);
        }
        Self {
            listing,
            has_labels: listing.traits().has_labels,
            by_name: Rc::new(by_name),
            by_rest: Rc::new(by_rest),
            marked,
            imagined: None,
        }
    }

    /// The same listing with a few changes. Mailboxes that it is asked for by name are arranged already.
    pub(super) fn imagining<'i>(&'i self, imagined: &'i Imagined<'i>) -> ArrangedListing<'i> {
        let mut marked = BTreeMap::new();
        for (role, mailboxes) in &self.marked {
            let others = mailboxes
                .iter()
                .copied()
                .filter(|one| imagined.of(one).is_some() && one.name != imagined.instead.name);
            marked.insert(*role, others.collect());
        }
        mark(&mut marked, &imagined.instead);
        ArrangedListing {
            listing: self.listing,
            has_labels: self.has_labels,
            by_name: Rc::<ByKey<'i>>::clone(&self.by_name),
            by_rest: Rc::<ByKey<'i>>::clone(&self.by_rest),
            marked,
            imagined: Some(imagined),
        }
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
        let listed = map.get(&fold(&full)).map_or(&[][..], Vec::as_slice);
        let found = listed.iter().copied();
        let found: Vec<&Mailbox> = match self.imagined {
            Some(imagined) => found.filter_map(|one| imagined.of(one)).collect(),
            None => found.collect(),
        };
        let is_equal = |mailbox: &&Mailbox| match place {
            NamePlace::OneBelow => below_first_level(mailbox) == full,
            NamePlace::Namespace | NamePlace::Top | NamePlace::Inbox => mailbox.name.text() == full,
        };
        let equal: Vec<&Mailbox> = found.iter().copied().filter(is_equal).collect();
        match letters {
            Letters::AnyCase if equal.is_empty() || place == NamePlace::OneBelow => found,
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

/// Puts a mailbox with those that are marked for the same roles.
fn mark<'a>(marked: &mut BTreeMap<Role, Vec<&'a Mailbox>>, mailbox: &'a Mailbox) {
    let attributes = mailbox.attributes.iter();
    for role in attributes.filter_map(|one| Role::from_attribute(one)) {
        marked.entry(role).or_default().push(mailbox);
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
