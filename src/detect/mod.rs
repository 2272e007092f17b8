//! Detection: which mailbox plays which role, how sure that is, and why.
//!
//! In: a [`Listing`], the [`Mapping`], the user's [`Hints`]. Out: a [`Roll`]. Never: I/O, advice, changes of the listing.
//!
//! Evidence has ranks (the user's word, then the server's attribute, then the provider, then the name) and is all kept,
//! so that `audit` can tell where it disagrees. Several mailboxes with one role are the normal case: each is a member.
//! A wrong Trash destroys mail, so nothing is approximate: a name counts whole or not at all, at the places where
//! clients put mailboxes (`place`), and what could mean two things gets a role only if the rest of the account
//! (`context`) or what is inside (`content`) says which. That role is doubtful: nothing is moved on it before the user
//! has said so.

mod content;
mod context;
mod hints;
mod keeper;
mod place;
mod unused;

use std::collections::{BTreeMap, BTreeSet};

pub use hints::{HintError, Hints, find_typed};
use place::Place;

use crate::{
    language::{Phrase, text},
    mapping::{Exactness, Mapping, Match, garbled},
    model::{
        client::Finders,
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
    content::add(listing, &mut entries);
    context::settle(&mut entries);
    for entry in &mut entries {
        claim_target(entry, &targets);
    }
    let roles = roles(listing, &entries, &targets, &BTreeMap::new());
    let unused = unused::entries(mapping, &entries);
    Ok(Roll {
        entries,
        roles,
        unused,
    })
}

/// Chooses the keeper of every role anew, now that it is known which clients find each mailbox (decisions 1).
pub fn choose_keepers(
    listing: &Listing,
    hints: &Hints,
    roll: &mut Roll,
    found: &BTreeMap<MailboxName, Finders>,
) {
    let targets = hints.existing_targets(listing);
    roll.roles = roles(listing, &roll.entries, &targets, found);
}

fn roles(
    listing: &Listing,
    entries: &[Entry],
    targets: &BTreeMap<Role, MailboxName>,
    found: &BTreeMap<MailboxName, Finders>,
) -> BTreeMap<Role, Members> {
    let roles = Role::EVERY.into_iter().filter_map(|role| {
        let members = members(listing, entries, role, targets.get(&role), found)?;
        Some((role, members))
    });
    roles.collect()
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

/// Every mailbox that is worth a look inside, with how many of its newest messages are to be looked at: of contested
/// ones none, their dates are enough; of those that could show what they are, and of those that tell which addresses are
/// the account's own, as many as are given. Zero leaves those out.
#[must_use]
pub fn worth_a_look(listing: &Listing, roll: &Roll, messages: u32) -> BTreeMap<MailboxName, u32> {
    let mut looks: BTreeMap<MailboxName, u32> =
        contested(roll).into_iter().map(|name| (name, 0)).collect();
    if messages > 0 {
        let inside = content::worth_a_look(listing, roll);
        looks.extend(inside.into_iter().map(|name| (name, messages)));
    }
    looks
}

/// A target that exists and has no role yet gets it: the user says what it shall be.
fn claim_target(entry: &mut Entry, targets: &BTreeMap<Role, MailboxName>) {
    let is_taken = entry.role.is_some() && !entry.doubtful
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
    entry.doubtful = false;
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
    found: &BTreeMap<MailboxName, Finders>,
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
    let (keep, because) = keeper::choose(role, candidates, target, found)?;
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
            doubtful: false,
            evidence: Vec::new(),
            lookalike: None,
            meant: meant(mailbox),
        };
        if mailbox.name.is_inbox() {
            entry.role = Some(Role::Inbox);
            entry.certainty = Some(Certainty::Stated);
            let mut name = evidence(EvidenceKind::Name, entry.role, "INBOX");
            name.source = Some("RFC 9051 §5.1".to_owned());
            entry.evidence.push(name);
            return entry;
        }
        if is_tombstone(mailbox.leaf()) {
            return entry;
        }
        let is_foreign = self.listing.is_foreign(&mailbox.name);
        let place = if is_foreign {
            Some(Place::proper(mailbox.leaf()))
        } else {
            place::of(self.listing, mailbox)
        };
        let place = place.filter(|_| mailbox.selectable);
        let leaf = place.map(|place| place.leaf);
        // Garbled or not, what counts is the name that was meant.
        let meant = leaf.map(|leaf| entry.meant.as_deref().unwrap_or(leaf));
        let reading = meant.map(|leaf| self.mapping.read(leaf));
        let (matches, looks_like) = reading
            .map(|reading| (reading.matches, reading.looks_like))
            .unwrap_or_default();

        entry.evidence.extend(says.cloned());
        entry.evidence.extend(by_attribute(mailbox));
        entry
            .evidence
            .extend(leaf.and_then(|leaf| self.by_provider(leaf)));
        entry.evidence.extend(matches.iter().map(by_name));
        entry.evidence.extend(leaf.and_then(by_label));

        (entry.role, entry.certainty) = match says {
            Some(says) => (says.role, says.role.map(|_| Certainty::Stated)),
            None if is_foreign || !mailbox.selectable => (None, None),
            None => self.weigh(&entry.evidence, &matches),
        };
        if says.is_none() {
            self.doubt(
                &mut entry,
                &matches,
                place.is_some_and(|place| place.is_odd),
            );
        }
        if says.is_none() && entry.certainty.is_none() && !is_foreign {
            entry.lookalike = looks_like;
        }
        entry
    }

    /// A name is not enough where it stands at an odd place, is a label's, or is known from weak entries alone in a
    /// language that the user has not named.
    fn doubt(&self, entry: &mut Entry, matches: &[Match], at_odd_place: bool) {
        let is_by_name = entry.roles_by(EvidenceKind::Attribute).is_empty()
            && entry.roles_by(EvidenceKind::Provider).is_empty();
        let all_weak = matches
            .iter()
            .all(|found| found.weak && !self.hints.speaks(found.locale));
        let Some(role) = entry.role.filter(|_| is_by_name) else {
            return;
        };
        if at_odd_place {
            let detail = text::beside_namespace();
            entry
                .evidence
                .push(evidence(EvidenceKind::Context, Some(role), detail));
        }
        entry.doubtful = at_odd_place || all_weak;
        if entry.doubtful || entry.meant.is_some() {
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
                    (label, label.map(|_| Certainty::Likely))
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

    fn by_provider(&self, leaf: &str) -> Option<Evidence> {
        let (role, provider) = self.mapping.at_provider(&self.listing.account.host, leaf)?;
        let mut one = evidence(
            EvidenceKind::Provider,
            Some(role),
            text::at_provider(leaf, provider.provider),
        );
        one.source = Some(provider.source.to_owned());
        Some(one)
    }
}

/// XLIST's `\Inbox` beside another mark says only how a name is shown.
fn by_attribute(mailbox: &Mailbox) -> Vec<Evidence> {
    let marks = mailbox.attributes.iter();
    let marks = marks.filter_map(|mark| Some((Role::from_attribute(mark)?, mark)));
    let mut marks: Vec<(Role, &String)> = marks.collect();
    if marks.iter().any(|(role, _)| *role != Role::Inbox) {
        marks.retain(|(role, _)| *role != Role::Inbox);
    }
    let told = marks.into_iter();
    told.map(|(role, mark)| evidence(EvidenceKind::Attribute, Some(role), mark))
        .collect()
}

/// Gmail's labels are spelt like attributes (`\\Starred`); programs that copy an account make mailboxes of them.
fn by_label(leaf: &str) -> Option<Evidence> {
    let role = Role::from_attribute(leaf)?;
    let mut one = evidence(EvidenceKind::Name, Some(role), leaf);
    one.source = Some("Gmail's label, copied".to_owned());
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

/// The primary subtag of a language tag, in lower case: what counts, whatever the region (RFC 5646 §2.2.1).
fn language(tag: &str) -> String {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    primary.to_ascii_lowercase()
}

fn by_name(found: &Match<'_>) -> Evidence {
    Evidence {
        kind: EvidenceKind::Name,
        role: Some(found.role),
        detail: found.name.into(),
        entry: Some(found.name.to_owned()),
        locale: Some(found.locale.to_owned()),
        source: Some(found.source.to_owned()),
    }
}

/// Evidence that no table entry stands behind.
fn evidence(kind: EvidenceKind, role: Option<Role>, detail: impl Into<Phrase>) -> Evidence {
    Evidence {
        kind,
        role,
        detail: detail.into(),
        entry: None,
        locale: None,
        source: None,
    }
}
