//! Detection: which mailbox plays which role, how sure that is, and why.
//!
//! In: a [`Listing`], the [`Mapping`], the user's [`Hints`]. Out: a [`Roll`]. Never: I/O, advice, changes of the listing.
//!
//! Evidence has ranks (the user's word, then the server's attribute, then the provider, then the name) and is all kept,
//! so that `audit` can tell where it disagrees. Several mailboxes with one role are the normal case: each is a member.
//! A wrong Trash destroys mail, so nothing is approximate: a name counts whole or not at all, at the places where
//! clients put mailboxes (`place`), and what could mean two things gets no role.

mod hints;
mod keeper;
mod place;
mod unused;

use std::collections::{BTreeMap, BTreeSet};

pub use hints::{HintError, Hints, find_typed};

use crate::{
    mapping::{Exactness, Mapping, Match},
    model::{
        listing::Listing,
        mailbox::{Mailbox, MailboxName, is_tombstone},
        role::{Certainty, Role},
        roll::{Entry, Evidence, EvidenceKind, Members, Roll},
    },
};

/// Judges every mailbox and chooses the keeper of every role.
///
/// The order of the listing does not matter. An override of a mailbox that is not there is an error, since the rest
/// would be judged on a misunderstanding; a target that is not there is one yet to be made.
pub fn detect(listing: &Listing, mapping: &Mapping, hints: &Hints) -> Result<Roll, HintError> {
    let overrides = hints.resolve(listing)?;
    let targets = hints.existing_targets(listing);
    let judge = Judge {
        listing,
        mapping,
        hints,
    };
    let mut entries: Vec<Entry> = listing
        .mailboxes
        .iter()
        .map(|mailbox| judge.entry(mailbox, overrides.get(&mailbox.name)))
        .collect();
    for entry in &mut entries {
        claim_target(entry, &targets);
    }
    let roles = Role::EVERY
        .into_iter()
        .filter_map(|role| Some((role, members(listing, &entries, role, targets.get(&role))?)))
        .collect();
    let unused = unused::entries(mapping, &entries);
    Ok(Roll {
        entries,
        roles,
        unused,
    })
}

/// The members of roles that have several and could be merged: the mailboxes that are worth a look inside.
#[must_use]
pub fn contested(roll: &Roll) -> Vec<MailboxName> {
    roll.roles
        .iter()
        .filter(|(role, members)| role.can_merge() && members.members.len() > 1)
        .flat_map(|(_, members)| members.members.iter().cloned())
        .collect()
}

/// A target that exists and has no role yet gets it: the user says what it shall be.
fn claim_target(entry: &mut Entry, targets: &BTreeMap<Role, MailboxName>) {
    let is_taken = entry.role.is_some()
        || entry
            .evidence
            .iter()
            .any(|one| one.kind == EvidenceKind::Override);
    let Some((role, _)) = targets
        .iter()
        .find(|(_, name)| **name == entry.name)
        .filter(|_| !is_taken)
    else {
        return;
    };
    entry.role = Some(*role);
    entry.certainty = Some(Certainty::Stated);
    entry.lookalike = None;
    let says = evidence(
        EvidenceKind::Override,
        Some(*role),
        format!("--target {role}"),
    );
    entry.evidence.insert(0, says);
}

fn members(
    listing: &Listing,
    entries: &[Entry],
    role: Role,
    target: Option<&MailboxName>,
) -> Option<Members> {
    let candidates: Vec<keeper::Candidate> = listing
        .mailboxes
        .iter()
        .zip(entries)
        .filter(|(_, entry)| entry.role == Some(role))
        .map(|(mailbox, entry)| keeper::Candidate { mailbox, entry })
        .collect();
    let mut names: Vec<MailboxName> = candidates
        .iter()
        .map(|one| one.mailbox.name.clone())
        .collect();
    let (keep, because) = keeper::choose(role, candidates, target)?;
    names.sort_by_key(|name| (*name != keep, name.clone()));
    Some(Members {
        keep,
        because,
        members: names,
    })
}

struct Judge<'a> {
    listing: &'a Listing,
    mapping: &'a Mapping,
    hints: &'a Hints,
}

impl Judge<'_> {
    fn entry(&self, mailbox: &Mailbox, says: Option<&Evidence>) -> Entry {
        let mut entry = Entry {
            name: mailbox.name.clone(),
            role: None,
            certainty: None,
            evidence: Vec::new(),
            lookalike: None,
        };
        if mailbox.name.is_inbox() {
            entry.role = Some(Role::Inbox);
            entry.certainty = Some(Certainty::Stated);
            let mut name = evidence(EvidenceKind::Name, entry.role, "INBOX".to_owned());
            name.source = Some("RFC 9051 §5.1".to_owned());
            entry.evidence.push(name);
            return entry;
        }
        if is_tombstone(mailbox.leaf()) {
            return entry;
        }
        let is_foreign = self.listing.is_foreign(&mailbox.name);
        let leaf = if is_foreign {
            Some(mailbox.leaf())
        } else {
            place::leaf(self.listing, mailbox)
        };
        let leaf = leaf.filter(|_| mailbox.selectable);
        let reading = leaf.map(|leaf| self.mapping.read(leaf));
        let (matches, looks_like) = reading
            .map(|reading| (reading.matches, reading.looks_like))
            .unwrap_or_default();

        entry.evidence.extend(says.cloned());
        entry.evidence.extend(by_attribute(mailbox));
        entry
            .evidence
            .extend(leaf.and_then(|leaf| self.by_provider(leaf)));
        entry.evidence.extend(matches.iter().map(by_name));

        (entry.role, entry.certainty) = match says {
            Some(says) => (says.role, says.role.map(|_| Certainty::Stated)),
            None if is_foreign || !mailbox.selectable => (None, None),
            None => self.weigh(&entry.evidence, &matches),
        };
        if says.is_none() && entry.certainty.is_none() && !is_foreign {
            entry.lookalike = looks_like;
        }
        entry
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

    fn by_provider(&self, leaf: &str) -> Option<Evidence> {
        let (role, provider) = self.mapping.at_provider(&self.listing.account.host, leaf)?;
        let mut one = evidence(
            EvidenceKind::Provider,
            Some(role),
            format!("{} at {}", leaf, provider.provider),
        );
        one.source = Some(provider.source.to_owned());
        Some(one)
    }
}

/// XLIST's `\Inbox` is left out: INBOX is known by its name, and on another name the attribute means just that it is shown so.
fn by_attribute(mailbox: &Mailbox) -> impl Iterator<Item = Evidence> {
    mailbox.attributes.iter().filter_map(|attribute| {
        let role = Role::from_attribute(attribute).filter(|role| *role != Role::Inbox)?;
        Some(evidence(
            EvidenceKind::Attribute,
            Some(role),
            attribute.clone(),
        ))
    })
}

fn by_name(found: &Match<'_>) -> Evidence {
    Evidence {
        kind: EvidenceKind::Name,
        role: Some(found.role),
        detail: found.name.to_owned(),
        locale: Some(found.locale.to_owned()),
        source: Some(found.source.to_owned()),
    }
}

/// Evidence that no table entry stands behind.
fn evidence(kind: EvidenceKind, role: Option<Role>, detail: String) -> Evidence {
    Evidence {
        kind,
        role,
        detail,
        locale: None,
        source: None,
    }
}
