//! Mailboxes that runs have set aside: what the journals of this machine know of a mailbox that has such a name.
//!
//! In: names that were given, and how each of their runs stands. Out: what is known of a mailbox in a listing. Never: a
//! guess about a name that no journal of this machine has; such a mailbox may be the user's own, or another machine's.

use std::collections::BTreeMap;

use super::mailbox::{Mailbox, MailboxName, is_tombstone};

/// How the run stands that has set a mailbox aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetAsideBy {
    /// It waits to remove the mailbox later.
    Waiting,
    /// It was interrupted, or its command has run after its end: a resume takes the mailbox up.
    Interrupted,
    /// A person has given it up.
    GivenUp,
    /// It has removed the mailbox; the server has moved it elsewhere instead, or lists its name still.
    Removed,
}

impl SetAsideBy {
    /// The word in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waits",
            Self::Interrupted => "interrupted",
            Self::GivenUp => "given-up",
            Self::Removed => "removed",
        }
    }
}

/// A name that was given to a mailbox to set it aside.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Given {
    name: MailboxName,
    by: SetAsideBy,
    /// The run that has given it.
    run: String,
    /// Whether the run has sent a DELETE of it.
    was_deleted: bool,
}

/// Every name that the runs of one account have given, by its last level.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SetAsideNames(BTreeMap<String, Given>);

impl SetAsideNames {
    /// Adds a name. Its last level holds 128 random bits, so no two names share it.
    pub fn add(
        &mut self,
        name: MailboxName,
        delimiter: Option<char>,
        (by, run): (SetAsideBy, &str),
        was_deleted: bool,
    ) {
        let leaf = name.leaf(delimiter).to_ascii_lowercase();
        let given = Given {
            name,
            by,
            run: run.to_owned(),
            was_deleted,
        };
        self.0.insert(leaf, given);
    }

    /// What is known of a mailbox; none where it has no such name, or one that no run here has given. A server may show a
    /// name in other case than it was given.
    #[must_use]
    pub fn of(&self, mailbox: &Mailbox) -> Option<SetAsideBy> {
        let given = self.given(mailbox)?;
        if given.name.is_alike(&mailbox.name) {
            // A name that cannot be opened holds no mail: no resume finds anything in it.
            let is_left = given.by == SetAsideBy::Interrupted && !mailbox.selectable;
            let by = if is_left {
                SetAsideBy::Removed
            } else {
                given.by
            };
            return Some(by);
        }
        // Whoever has moved one that was never deleted has made it their own.
        given.was_deleted.then_some(SetAsideBy::Removed)
    }

    fn given(&self, mailbox: &Mailbox) -> Option<&Given> {
        let leaf = mailbox.leaf();
        let is_ours = is_tombstone(leaf);
        is_ours.then(|| self.0.get(&leaf.to_ascii_lowercase()))?
    }

    /// The run that has given a mailbox its name.
    #[must_use]
    pub fn run_of(&self, mailbox: &Mailbox) -> Option<&str> {
        self.given(mailbox).map(|given| given.run.as_str())
    }

    /// Whether a mailbox is set aside by a run that a resume has to finish.
    #[must_use]
    pub fn is_unfinished(&self, mailbox: &Mailbox) -> bool {
        self.of(mailbox) == Some(SetAsideBy::Interrupted)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::mailbox::Status;

    fn mailbox(name: &str) -> Mailbox {
        Mailbox {
            name: named(name),
            delimiter: Some('/'),
            attributes: BTreeSet::new(),
            selectable: true,
            subscribed: None,
            status: Status::default(),
            sample: None,
        }
    }

    fn named(name: &str) -> MailboxName {
        MailboxName::new(name.as_bytes().to_vec(), name.to_owned())
    }

    #[test]
    fn a_name_is_known_where_it_was_given_and_as_removed_where_a_deleted_one_turns_up() {
        let (kept, deleted) = ["a", "b"]
            .map(|letter| format!("rolecall-{}", letter.repeat(26)))
            .into();
        let mut names = SetAsideNames::default();
        let by = (SetAsideBy::Interrupted, "run");
        names.add(named(&kept), Some('/'), by, false);
        names.add(named(&deleted), Some('/'), by, true);
        let known = |name: &str| names.of(&mailbox(name));
        assert_eq!(known(&kept), Some(SetAsideBy::Interrupted));
        assert_eq!(
            known(&kept.to_uppercase()),
            Some(SetAsideBy::Interrupted),
            "Twisted shows names in capitals"
        );
        assert_eq!(known(&format!("Trash/{kept}")), None);
        let moved = known(&format!("Trash/{deleted}"));
        assert_eq!(moved, Some(SetAsideBy::Removed));
        assert_eq!(known(&format!("rolecall-{}", "c".repeat(26))), None);
        assert_eq!(known("Sent"), None);
        assert_eq!(names.run_of(&mailbox(&kept)), Some("run"));
        let mut husk = mailbox(&kept);
        husk.selectable = false;
        assert_eq!(names.of(&husk), Some(SetAsideBy::Removed));
        assert!(!names.is_unfinished(&husk));
    }
}
