//! The mailboxes of a listing, in an order in which each name, and all that lies below a name, is found at once.
//!
//! In: mailboxes in any order. Out: [`ListedMailboxes`], sorted by their wire names. Never: an order that a change of a name
//! has broken, since no name can be changed in place.

use std::ops::Deref;

use super::mailbox::{Mailbox, MailboxName};

/// Mailboxes in byte order of their wire names. An account may have a hundred thousand, and whoever judges it asks for many
/// of them by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListedMailboxes(Vec<Mailbox>);

impl FromIterator<Mailbox> for ListedMailboxes {
    fn from_iter<I: IntoIterator<Item = Mailbox>>(mailboxes: I) -> Self {
        let mut sorted: Vec<Mailbox> = mailboxes.into_iter().collect();
        sorted.sort_by(|one, other| one.name.cmp(&other.name));
        Self(sorted)
    }
}

impl IntoIterator for ListedMailboxes {
    type Item = Mailbox;
    type IntoIter = std::vec::IntoIter<Mailbox>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Deref for ListedMailboxes {
    type Target = [Mailbox];

    fn deref(&self) -> &[Mailbox] {
        &self.0
    }
}

impl ListedMailboxes {
    /// The mailbox with these octets, INBOX in any case.
    #[must_use]
    pub fn find(&self, wire: &[u8]) -> Option<&Mailbox> {
        if let Some(mailbox) = self.place(wire).and_then(|place| self.0.get(place)) {
            return Some(mailbox);
        }
        let is_inbox = wire.eq_ignore_ascii_case(b"INBOX");
        let mut all = self.0.iter().filter(|_| is_inbox);
        all.find(|mailbox| mailbox.name.is_inbox())
    }

    /// The mailboxes below a name, at any depth.
    pub fn below<'a>(&'a self, parent: &'a Mailbox) -> impl Iterator<Item = &'a Mailbox> {
        let delimiter = parent.delimiter.and_then(|one| u8::try_from(one).ok());
        let head: Vec<u8> = parent
            .name
            .wire()
            .iter()
            .copied()
            .chain(delimiter)
            .collect();
        let among = if parent.name.is_inbox() {
            // Each name below INBOX may spell it in a case of its own.
            &self.0
        } else {
            self.beginning_with(&head)
        };
        among
            .iter()
            .filter(|mailbox| mailbox.name.is_below(&parent.name, parent.delimiter))
    }

    /// The mailboxes whose names begin with these octets.
    fn beginning_with(&self, head: &[u8]) -> &[Mailbox] {
        let start = self.0.partition_point(|one| one.name.wire() < head);
        let rest = self.0.get(start..).unwrap_or_default();
        let end = rest.partition_point(|one| one.name.wire().starts_with(head));
        rest.get(..end).unwrap_or_default()
    }

    /// Changes what is known of a mailbox, where it is there. Its name stays as it is.
    pub fn change(&mut self, name: &MailboxName, change: impl FnOnce(&mut Mailbox)) {
        let place = self.place(name.wire());
        if let Some(mailbox) = place.and_then(|place| self.0.get_mut(place)) {
            let name = mailbox.name.clone();
            change(mailbox);
            mailbox.name = name;
        }
    }

    /// Adds a mailbox.
    pub fn insert(&mut self, mailbox: Mailbox) {
        let place = self.0.partition_point(|one| one.name < mailbox.name);
        self.0.insert(place, mailbox);
    }

    /// Leaves only the mailboxes of which it is so.
    pub fn retain(&mut self, is_so: impl FnMut(&Mailbox) -> bool) {
        self.0.retain(is_so);
    }

    fn place(&self, wire: &[u8]) -> Option<usize> {
        let found = self.0.binary_search_by(|one| one.name.wire().cmp(wire));
        found.ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::server::Server;

    fn mailbox(name: &str) -> Mailbox {
        Mailbox {
            name: Server::default().name(name.to_owned()),
            delimiter: Some('/'),
            attributes: [].into(),
            selectable: true,
            subscribed: None,
            status: crate::model::mailbox::Status::default(),
            sample: None,
        }
    }

    fn names<'a>(mailboxes: impl Iterator<Item = &'a Mailbox>) -> Vec<&'a str> {
        mailboxes.map(|one| one.name.text()).collect()
    }

    proptest! {
        #[test]
        fn what_is_found_by_order_is_what_is_found_by_looking_at_each(
            listed in prop::collection::btree_set("(INBOX|[Ii]nbox|[ab]{1,2}[ !0]?)(/[aA!0]{1,2}){0,2}", 0..24),
            asked in "(iNBOX|INBOX|[ab]{1,2}[ !0]?)(/[aA!])?",
        ) {
            let mailboxes: ListedMailboxes = listed.iter().rev().map(|name| mailbox(name)).collect();
            let all = names(mailboxes.iter());
            prop_assert!(all.is_sorted());
            let found = mailboxes.find(asked.as_bytes()).map(|one| one.name.text());
            let is_inbox = asked.eq_ignore_ascii_case("INBOX");
            match found {
                Some(name) => prop_assert!(name == asked || is_inbox && name.eq_ignore_ascii_case("INBOX")),
                None => prop_assert!(!all.iter().any(|name| *name == asked || is_inbox && name.eq_ignore_ascii_case("INBOX"))),
            }
            let parent = mailbox(&asked);
            let each = mailboxes.iter().filter(|one| one.name.is_below(&parent.name, Some('/')));
            prop_assert_eq!(names(mailboxes.below(&parent)), names(each));
        }
    }

    #[test]
    fn a_change_leaves_the_order_as_it_is() {
        let mut mailboxes: ListedMailboxes = ["b", "a", "d"].map(mailbox).into_iter().collect();
        mailboxes.insert(mailbox("c"));
        let b = mailbox("b").name;
        mailboxes.change(&b, |one| {
            one.subscribed = Some(true);
            one.name = mailbox("z").name;
        });
        assert_eq!(names(mailboxes.iter()), ["a", "b", "c", "d"]);
        assert_eq!(
            mailboxes.find(b"b").and_then(|one| one.subscribed),
            Some(true)
        );
        mailboxes.retain(|one| one.name != b);
        assert_eq!(mailboxes.find(b"b"), None);
    }
}
