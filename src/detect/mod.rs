//! Detection: which mailbox plays which role, how sure that is, and why.
//!
//! In: a [`Listing`], the [`Mapping`], the user's [`Hints`]. Out: a [`Roll`]. Never: I/O, advice, changes of the listing.
//!
//! Evidence has ranks (the user's word, then the server's attribute, then the provider, then the name) and is all kept,
//! so that `audit` can tell where it disagrees. Several mailboxes with one role are the normal case: each is a member.
//! A wrong Trash destroys mail, so nothing is approximate: a name counts whole or not at all, at the places where
//! clients put mailboxes (`place`), and what could mean two things gets a role only if the rest of the account
//! (`context`) or what is inside (`content`) says which. That role is doubtful: nothing is moved on it before the user
//! has said so. So is one whose mark lies at an odd place, or below the trash (`rubbish`). Mailboxes that are not this
//! account's, or not mailboxes of their own, have none at all (`aside`). Of several mailboxes with one role `provider`
//! tells which the server made, and `keeper` which stays.

mod aside;
mod content;
mod context;
mod hints;
mod keeper;
mod place;
mod provider;
mod rubbish;
mod unused;

use std::collections::{BTreeMap, BTreeSet};

pub use hints::{HintError, Hints, find_typed};
use place::Place;

use crate::{
    language::{Phrase, text},
    mapping::{Exactness, Mapping, Match, Provider, garbled, providers},
    model::{
        client::Finders,
        listing::Listing,
        mailbox::{Look, Mailbox, MailboxName, is_tombstone},
        role::{Certainty, Role},
        roll::{Aside, Entry, Evidence, EvidenceKind, Members, Roll},
        server_traits::COPIED_LABEL,
    },
};

/// Judges every mailbox and chooses the keeper of every role.
///
/// The order of the listing does not matter. An override of a mailbox that is not there is an error, since the rest
/// would be judged on a misunderstanding; a target that is not there is one yet to be made.
pub fn detect(listing: &Listing, mapping: &Mapping, hints: &Hints) -> Result<Roll, HintError> {
    let overrides = hints.resolve(listing)?;
    let targets = hints.existing_targets(listing);
    let asides = aside::of(listing, hints);
    let judge = Judge {
        listing,
        mapping,
        hints,
        provider: provider::of(listing),
    };
    let mut entries: Vec<Entry> = listing
        .mailboxes
        .iter()
        .map(|mailbox| {
            let says = overrides.get(&mailbox.name);
            judge.entry(mailbox, says, asides.get(&mailbox.name).cloned())
        })
        .collect();
    rubbish::doubt(listing, &mut entries, hints)?;
    content::add(listing, &mut entries);
    context::settle(&mut entries);
    for entry in &mut entries {
        claim_target(entry, &targets);
    }
    provider::add_own(listing, judge.provider, &mut entries);
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

/// Chooses twice: what the first time is clear tells in which language the account's other mailboxes are kept.
fn roles(
    listing: &Listing,
    entries: &[Entry],
    targets: &BTreeMap<Role, MailboxName>,
    found: &BTreeMap<MailboxName, Finders>,
) -> BTreeMap<Role, Members> {
    let choose = |languages: &BTreeSet<String>| -> BTreeMap<Role, (Members, keeper::Rule)> {
        let roles = Role::EVERY.into_iter().filter_map(|role| {
            let known = keeper::Known {
                target: targets.get(&role),
                found,
                languages,
            };
            Some((role, members(listing, entries, role, &known)?))
        });
        roles.collect()
    };
    let clear = choose(&BTreeSet::new());
    let languages = keeper::languages(&clear, entries);
    let chosen = choose(&languages).into_iter();
    chosen.map(|(role, (members, _))| (role, members)).collect()
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

/// Every mailbox that is worth a look inside: the dates of contested ones; of those that could show what they are, and of
/// those that tell which addresses are the account's own, so many of the newest messages. Zero leaves those out. Those with
/// a role that may be views are looked at too, or a view that plays its role alone would be called the account's archive.
#[must_use]
pub fn worth_a_look(listing: &Listing, roll: &Roll, messages: u32) -> BTreeMap<MailboxName, Look> {
    let mut looks: BTreeMap<MailboxName, Look> = BTreeMap::new();
    for name in contested(roll) {
        looks.entry(name).or_default().dates = true;
    }
    for name in aside::may_be_views(listing, roll) {
        looks.entry(name).or_default();
    }
    if messages > 0 {
        for name in content::worth_a_look(listing, roll) {
            looks.entry(name).or_default().messages = messages;
        }
    }
    looks
}

/// A target that exists and has no role yet gets it: the user says what it shall be.
fn claim_target(entry: &mut Entry, targets: &BTreeMap<Role, MailboxName>) {
    let is_taken = entry.role.is_some() && !entry.is_doubtful() || entry.is_stated_by_user();
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
    known: &keeper::Known,
) -> Option<(Members, keeper::Rule)> {
    let candidates: Vec<keeper::Candidate> = listing
        .mailboxes
        .iter()
        .zip(entries)
        .filter(|(_, entry)| entry.role == Some(role) && !entry.is_alias())
        .map(|(mailbox, entry)| keeper::Candidate { mailbox, entry })
        .collect();
    let mut names: Vec<MailboxName> = candidates
        .iter()
        .map(|one| one.mailbox.name.clone())
        .collect();
    let (keep, because, by) = keeper::choose(role, candidates, known)?;
    names.sort_by_key(|name| (*name != keep, name.clone()));
    let members = Members {
        keep,
        because,
        unclear: by == keeper::Rule::Nothing,
        members: names,
    };
    Some((members, by))
}

struct Judge<'a> {
    listing: &'a Listing,
    mapping: &'a Mapping,
    hints: &'a Hints,
    provider: Option<&'static Provider>,
}

impl Judge<'_> {
    fn entry(&self, mailbox: &Mailbox, says: Option<&Evidence>, aside: Option<Aside>) -> Entry {
        let mut entry = Entry {
            name: mailbox.name.clone(),
            role: None,
            certainty: None,
            aside,
            evidence: Vec::new(),
            lookalike: None,
            meant: meant(mailbox),
        };
        if mailbox.name.is_inbox() {
            entry.role = Some(Role::Inbox);
            entry.certainty = Some(Certainty::Stated);
            let mut name = evidence(EvidenceKind::Name, entry.role, "INBOX");
            name.source = Some("RFC 9051 §5.1".to_owned());
            // Marked as something else it stays INBOX, and that is told.
            entry.evidence.extend(by_attribute(mailbox));
            entry.evidence.push(name);
            return entry;
        }
        if is_tombstone(mailbox.leaf()) {
            return entry;
        }
        if mailbox.is_marked(Role::Inbox) {
            // XLIST's mark says how INBOX is shown (Gmail and Zoho show it in the user's language): there is one INBOX.
            entry.role = Some(Role::Inbox);
            entry.certainty = Some(Certainty::Stated);
            let inbox = MailboxName::new(b"INBOX".to_vec(), "INBOX".to_owned());
            entry.aside = Some(Aside::Alias(inbox));
            return entry;
        }
        let place = match entry.aside {
            Some(_) => Some(Place::anywhere(mailbox.leaf())),
            None => place::of(self.listing, mailbox),
        };
        let leaf = place.map(|place| place.leaf);
        // Garbled or not, what counts is the name that was meant.
        let meant = leaf.map(|leaf| entry.meant.as_deref().unwrap_or(leaf));
        let reading = meant.map(|leaf| self.mapping.read(leaf));
        let (matches, looks_like) = reading
            .map(|reading| (reading.matches, reading.looks_like))
            .unwrap_or_default();

        entry.evidence.extend(says.cloned());
        entry.evidence.extend(by_attribute(mailbox));
        let provider = place.and_then(|place| self.by_provider(place));
        entry.evidence.extend(provider);
        entry.evidence.extend(matches.iter().map(by_name));
        entry.evidence.extend(leaf.and_then(by_label));

        (entry.role, entry.certainty) = match says {
            Some(says) => (says.role, says.role.map(|_| Certainty::Stated)),
            None if entry.aside.is_some() || !mailbox.selectable => (None, None),
            None => self.weigh(&entry.evidence, &matches),
        };
        if says.is_none() {
            self.doubt(&mut entry, &matches, place);
        }
        if says.is_none() && entry.certainty.is_none() && entry.aside.is_none() {
            entry.lookalike = looks_like.filter(|_| mailbox.selectable);
        }
        entry
    }

    /// A name is not enough where it stands at an odd place, is a label's, or is known from weak entries alone in a
    /// language that the user has not named. Nor is a mark at a place where clients put no such mailbox: it has come there
    /// with a mailbox that was moved, or in a tree that was copied.
    fn doubt(&self, entry: &mut Entry, matches: &[Match], place: Option<Place>) {
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

    /// A name that means something at this provider only, at the place where the provider has its own mailboxes.
    fn by_provider(&self, place: Place) -> Option<Evidence> {
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
