//! Hints: what the user says about mailboxes, found on the listing.
//!
//! In: names as typed. Out: names as listed, or what is wrong with the hint. Never: guesses; a name is there or it is not.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{evidence, language};
use crate::{
    language::{Phrase, errors_that_say, text},
    model::{
        listing::{Listing, TypedNameError},
        mailbox::{Mailbox, MailboxName, is_tombstone},
        role::Role,
        roll::{Evidence, EvidenceKind},
        set_aside::SetAsideNames,
    },
};

/// What the user says before anything is judged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// `--role MAILBOX=ROLE`: decoded or wire name, and its role, none to take it out. Of two for one mailbox the later holds.
    pub overrides: Vec<(String, Option<Role>)>,
    /// `--target ROLE=MAILBOX`: which mailbox shall keep the role; one that is not there is to be made.
    pub targets: BTreeMap<Role, String>,
    /// `--locale TAG`: languages of the account; they settle names that differ by language.
    pub locales: Vec<String>,
    /// Mailboxes that runs on this account have merged or renamed, by decoded and by wire name: what is said of one that is
    /// not there any more is settled.
    pub settled: BTreeSet<String>,
    /// The names by which runs on this account have set mailboxes aside.
    pub set_aside: SetAsideNames,
    /// Mailboxes that runs on this account could not remove, by wire name.
    pub kept_by_server: BTreeSet<Vec<u8>>,
}

/// Why a hint cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HintError {
    /// The typed name means no one mailbox.
    Name(TypedNameError),
    /// The mailbox is there but can have no other role.
    Unusable {
        /// The name as typed.
        mailbox: String,
        /// Why not.
        why: Phrase,
    },
}

impl From<TypedNameError> for HintError {
    fn from(error: TypedNameError) -> Self {
        Self::Name(error)
    }
}

impl HintError {
    /// What could not be done, as a fragment.
    #[must_use]
    pub fn said(&self) -> Phrase {
        match self {
            Self::Name(error) => error.said(),
            Self::Unusable { mailbox, why } => text::give_other_role(mailbox, why),
        }
    }
}

impl Hints {
    /// The overrides by mailbox.
    pub(super) fn resolve(
        &self,
        listing: &Listing,
    ) -> Result<BTreeMap<MailboxName, Evidence>, HintError> {
        let mut resolved = BTreeMap::new();
        for (typed, role) in &self.overrides {
            let mailbox = match listing.find_typed(typed) {
                // An accounts file goes on saying what was true before.
                Err(TypedNameError::Absent(_)) if self.settled.contains(typed) => continue,
                found => found?,
            };
            if let Some(why) = role.and_then(|_| why_unusable(listing, mailbox, &self.set_aside)) {
                return Err(HintError::Unusable {
                    mailbox: typed.clone(),
                    why,
                });
            }
            if mailbox.name.is_inbox() {
                let why = text::mail_arrives_there();
                return Err(HintError::Unusable {
                    mailbox: typed.clone(),
                    why,
                });
            }
            let word = role.map_or("none", Role::word);
            let says = evidence(EvidenceKind::Override, *role, format!("--role {word}"));
            resolved.insert(mailbox.name.clone(), says);
        }
        Ok(resolved)
    }

    /// The targets that exist and can have a role.
    pub(super) fn existing_targets(&self, listing: &Listing) -> BTreeMap<Role, MailboxName> {
        let existing = self.targets.iter().filter_map(|(role, typed)| {
            let mailbox = listing.find_typed(typed).ok()?;
            let is_usable = !mailbox.name.is_inbox()
                && !is_tombstone(mailbox.leaf())
                && why_unusable(listing, mailbox, &self.set_aside).is_none()
                && (listing.is_home(&mailbox.name) || self.takes_in(listing, mailbox));
            is_usable.then(|| (*role, mailbox.name.clone()))
        });
        existing.collect()
    }

    /// Whether the user gives a role to this mailbox, which then has one wherever it lies.
    fn takes_in(&self, listing: &Listing, mailbox: &Mailbox) -> bool {
        let mut overrides = self.overrides.iter().filter(|(_, role)| role.is_some());
        overrides.any(|(typed, _)| {
            listing
                .find_typed(typed)
                .is_ok_and(|found| found.name == mailbox.name)
        })
    }

    /// The name of a mailbox as the user typed it, where it is in one of the options.
    pub(super) fn typed_as(&self, listing: &Listing, name: &MailboxName) -> String {
        let roles = self.overrides.iter().map(|(typed, _)| typed);
        let mut all = roles.chain(self.targets.values());
        let typed = all.find(|typed| {
            listing
                .find_typed(typed)
                .is_ok_and(|mailbox| mailbox.name == *name)
        });
        typed.cloned().unwrap_or_else(|| listing.typed(name))
    }

    /// Whether the account is said to be in this language, whatever the region.
    pub(super) fn speaks(&self, locale: &str) -> bool {
        self.locales
            .iter()
            .any(|tag| language(tag) == language(locale))
    }
}

fn why_unusable(listing: &Listing, mailbox: &Mailbox, set_aside: &SetAsideNames) -> Option<Phrase> {
    if !mailbox.selectable {
        Some(text::it_holds_no_messages())
    } else if set_aside.of(mailbox).is_some() {
        Some(text::was_set_aside())
    } else if listing.is_foreign(&mailbox.name) {
        Some(text::is_not_personal())
    } else if mailbox.shows().is_some() {
        Some(text::shows_other_mailboxes())
    } else {
        None
    }
}

errors_that_say!(HintError);
