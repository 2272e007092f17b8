//! Classifying one mailbox: what its own name, marks and place say of its role, whatever else the account holds.
//!
//! In: a mailbox, what the user says of it, the mapping, the provider. Out: its entry in the roll, with all evidence.
//! Never: a look at the other mailboxes; that is `context`'s.

use std::collections::BTreeSet;

use super::{
    evidence::{by_resemblance, evidence},
    hints::Hints,
    place::{self, MailboxPlace},
};
use crate::{
    language::text,
    mapping::{Exactness, Mapping, Match, Provider, garbled, providers},
    model::{
        listing::Listing,
        mailbox::{Mailbox, MailboxName, is_tombstone},
        role::{Certainty, Role},
        roll::{Aside, Evidence, EvidenceKind, RollEntry},
        server_traits::COPIED_LABEL,
    },
};

/// What one mailbox is judged by, besides itself.
pub(super) struct Classifier<'a> {
    pub(super) listing: &'a Listing,
    pub(super) mapping: &'a Mapping,
    pub(super) hints: &'a Hints,
    pub(super) provider: Option<&'static Provider>,
}

impl Classifier<'_> {
    /// A mailbox's entry in the roll, as far as the mailbox alone and what the user says of it (`says`) decide.
    pub(super) fn entry(
        &self,
        mailbox: &Mailbox,
        says: Option<&Evidence>,
        aside: Option<Aside>,
    ) -> RollEntry {
        let mut entry = RollEntry {
            name: mailbox.name.clone(),
            role: None,
            certainty: None,
            aside,
            evidence: Vec::new(),
            lookalike: None,
            meant: meant(mailbox),
        };
        if mailbox.name.is_inbox() {
            be_inbox(mailbox, &mut entry);
        } else if mailbox.is_marked(Role::Inbox) && !is_tombstone(mailbox.leaf()) {
            be_alias_of_inbox(&mut entry);
        } else if says.is_some() || !is_tombstone(mailbox.leaf()) {
            self.read(mailbox, says, &mut entry);
        }
        entry
    }

    /// Gathers what speaks for a role and weighs it.
    fn read(&self, mailbox: &Mailbox, says: Option<&Evidence>, entry: &mut RollEntry) {
        let place = match entry.aside {
            Some(_) => Some(MailboxPlace::anywhere(mailbox.leaf())),
            None => place::of(self.listing, mailbox),
        };
        let leaf = place.map(|place| place.leaf);
        // Garbled or not, what counts is the name that was meant.
        let meant = leaf.map(|leaf| entry.meant.as_deref().unwrap_or(leaf));
        let reading = meant.map(|leaf| self.mapping.read(leaf));
        let (matches, looks_like, resembles) = reading
            .map(|reading| (reading.matches, reading.looks_like, reading.resembles))
            .unwrap_or_default();

        entry.evidence.extend(says.cloned());
        entry.evidence.extend(by_attribute(mailbox));
        let provider = place.and_then(|place| self.by_provider(place));
        entry.evidence.extend(provider);
        entry.evidence.extend(matches.iter().map(by_name));
        entry.evidence.extend(leaf.and_then(by_label));
        entry.evidence.extend(resembles.iter().map(by_resemblance));

        (entry.role, entry.certainty) = match says {
            Some(says) => (says.role, says.role.map(|_| Certainty::Stated)),
            None if entry.aside.is_some() || !mailbox.selectable => (None, None),
            None => self.weigh(&entry.evidence, &matches),
        };
        if says.is_none() {
            self.doubt(entry, &matches, place);
        }
        if says.is_none() && entry.certainty.is_none() && entry.aside.is_none() {
            entry.lookalike = looks_like.filter(|_| mailbox.selectable);
        }
    }

    /// A name is not enough where it stands at an odd place, is a label's, or is known from weak entries alone in a
    /// language that the user has not named. Nor is a mark at a place where clients put no such mailbox: it has come there
    /// with a mailbox that was moved, or in a tree that was copied.
    fn doubt(&self, entry: &mut RollEntry, matches: &[Match], place: Option<MailboxPlace>) {
        let Some(role) = entry.role else { return };
        let at_odd_place = place.is_none_or(|place| place.is_odd);
        let is_marked = !entry.roles_by(EvidenceKind::Attribute).is_empty();
        let is_known_here = !entry.roles_by(EvidenceKind::Provider).is_empty();
        let all_weak = matches
            .iter()
            .all(|found| found.weak && !self.hints.speaks(found.locale));
        let is_doubtful = match (is_marked, is_known_here) {
            (true, _) => at_odd_place && role.can_merge(),
            (false, true) => false,
            (false, false) => at_odd_place || all_weak,
        };
        if is_doubtful && at_odd_place {
            let detail = match place {
                Some(_) => text::beside_namespace(),
                None => text::at_an_odd_place(),
            };
            entry
                .evidence
                .push(evidence(EvidenceKind::Context, Some(role), detail));
        }
        if is_doubtful {
            entry.certainty = Some(Certainty::Doubtful);
        } else if entry.meant.is_some() && !is_marked && !is_known_here {
            entry.certainty = Some(Certainty::Likely);
        }
    }

    /// The role that the strongest kind of evidence speaks for, if it speaks for one.
    fn weigh(&self, evidence: &[Evidence], matches: &[Match]) -> (Option<Role>, Option<Certainty>) {
        let of = |kind| {
            evidence
                .iter()
                .filter(move |one| one.kind == kind)
                .filter_map(|one| one.role)
        };
        let marked: BTreeSet<Role> = of(EvidenceKind::Attribute).collect();
        match (marked.len(), marked.first()) {
            (1, Some(role)) => (Some(*role), Some(Certainty::Stated)),
            // Marked as two things: which of them its mail is cannot be known.
            (2.., _) => (None, Some(Certainty::Ambiguous)),
            _ => match of(EvidenceKind::Provider).next() {
                Some(role) => (Some(role), Some(Certainty::Known)),
                None if matches.is_empty() => {
                    let label = of(EvidenceKind::Name).next();
                    match label {
                        Some(label) => (Some(label), Some(Certainty::Likely)),
                        None => self.weigh_resemblance(evidence),
                    }
                }
                None => self.weigh_name(matches),
            },
        }
    }

    /// A name gives a role if all its entries agree; the user's locales may settle it where they do not.
    fn weigh_name(&self, matches: &[Match]) -> (Option<Role>, Option<Certainty>) {
        let roles: BTreeSet<Role> = matches.iter().map(|found| found.role).collect();
        let hinted: BTreeSet<Role> = matches
            .iter()
            .filter(|found| self.hints.speaks(found.locale))
            .map(|found| found.role)
            .collect();
        let is_sure = matches
            .iter()
            .any(|found| found.exactness == Exactness::Exact && !found.weak);
        match (roles.len(), roles.first(), hinted.len(), hinted.first()) {
            // A translation of INBOX is a mailbox like any other: mail arrives in INBOX alone.
            (0, ..) | (1, Some(Role::Inbox), ..) => (None, None),
            (1, Some(role), ..) if is_sure => (Some(*role), Some(Certainty::Known)),
            (1, Some(role), ..) | (_, _, 1, Some(role)) => (Some(*role), Some(Certainty::Likely)),
            _ => (None, Some(Certainty::Ambiguous)),
        }
    }

    /// A name that is like known ones has their role, doubtful, if that is one; the user's locales may settle it.
    fn weigh_resemblance(&self, evidence: &[Evidence]) -> (Option<Role>, Option<Certainty>) {
        let like = evidence
            .iter()
            .filter(|one| one.kind == EvidenceKind::Resemblance)
            .filter_map(|one| Some((one.role?, one.locale.as_deref()?)))
            .filter(|(role, _)| *role != Role::Inbox);
        let roles: BTreeSet<Role> = like.clone().map(|(role, _)| role).collect();
        let hinted = like.filter(|(_, locale)| self.hints.speaks(locale));
        let hinted: BTreeSet<Role> = hinted.map(|(role, _)| role).collect();
        match (roles.len(), roles.first(), hinted.len(), hinted.first()) {
            (0, ..) => (None, None),
            (1, Some(role), ..) | (_, _, 1, Some(role)) => (Some(*role), Some(Certainty::Doubtful)),
            _ => (None, Some(Certainty::Ambiguous)),
        }
    }

    /// A name that means something at this provider only, at the place where the provider has its own mailboxes.
    fn by_provider(&self, place: MailboxPlace) -> Option<Evidence> {
        let at_level = place.level.and_then(|level| {
            let mut every = providers::every().iter();
            every.find(|provider| provider.has_level(level))
        });
        let here = self.provider.filter(|provider| !provider.has_levels());
        let provider = at_level.or(here)?;
        let role = provider.role_of(place.leaf)?;
        let detail = text::at_provider(place.leaf, provider.provider);
        let mut one = evidence(EvidenceKind::Provider, Some(role), detail);
        one.source = Some(provider.source.to_owned());
        Some(one)
    }
}

/// INBOX is INBOX whatever it is marked as; a mark that says otherwise is kept as evidence, so that it can be told.
fn be_inbox(mailbox: &Mailbox, entry: &mut RollEntry) {
    entry.role = Some(Role::Inbox);
    entry.certainty = Some(Certainty::Stated);
    let mut name = evidence(EvidenceKind::Name, entry.role, "INBOX");
    name.source = Some("RFC 9051 §5.1".to_owned());
    entry.evidence.extend(by_attribute(mailbox));
    entry.evidence.push(name);
}

/// XLIST's mark says how INBOX is shown (Gmail and Zoho show it in the user's language): there is one INBOX.
fn be_alias_of_inbox(entry: &mut RollEntry) {
    entry.role = Some(Role::Inbox);
    entry.certainty = Some(Certainty::Stated);
    let inbox = MailboxName::new(b"INBOX".to_vec(), "INBOX".to_owned());
    entry.aside = Some(Aside::Alias(inbox));
}

fn by_attribute(mailbox: &Mailbox) -> Vec<Evidence> {
    let marks = mailbox.attributes.iter();
    let marks = marks.filter_map(|mark| Some((Role::from_attribute(mark)?, mark)));
    let marks = marks.filter(|(role, _)| *role != Role::Inbox);
    marks
        .map(|(role, mark)| evidence(EvidenceKind::Attribute, Some(role), mark))
        .collect()
}

/// Gmail's labels are spelt like attributes (`\\Starred`); programs that copy an account make mailboxes of them.
fn by_label(leaf: &str) -> Option<Evidence> {
    let role = Role::from_attribute(leaf)?;
    let mut one = evidence(EvidenceKind::Name, Some(role), leaf);
    one.source = Some(COPIED_LABEL.to_owned());
    Some(one)
}

/// What the last level of a garbled name was; not where that would make two levels of it.
fn meant(mailbox: &Mailbox) -> Option<String> {
    let meant = garbled::meant(mailbox.leaf())?;
    let is_one_level = !mailbox
        .delimiter
        .is_some_and(|delimiter| meant.contains(delimiter));
    is_one_level.then_some(meant)
}

pub(super) fn by_name(found: &Match<'_>) -> Evidence {
    Evidence {
        kind: EvidenceKind::Name,
        role: Some(found.role),
        detail: found.name.into(),
        entry: Some(found.name.to_owned()),
        locale: Some(found.locale.to_owned()),
        source: Some(found.source.to_owned()),
        difference: None,
    }
}
