//! The provider's own mailboxes: which of those with one role the server made, whatever clients have made beside them.
//!
//! In: a listing, entries as judged one by one. Out: provider evidence. Never: a mark overruled; one of two languages
//! chosen where the provider may have made either.
//!
//! The server makes its own mailboxes, keeps them when they are removed, and its other ways to the account use them.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    evidence::{evidence, language},
    place,
};
use crate::{
    language::text,
    mapping::{Provider, providers},
    model::{
        listing::Listing,
        mailbox::Mailbox,
        role::Role,
        roll::{EvidenceKind, RollEntry},
    },
};

/// The roles whose mailboxes every provider makes.
const MADE: [Role; 4] = [Role::Drafts, Role::Sent, Role::Trash, Role::Junk];
/// A server that does not say what it is counts as Exchange where so many of these have Exchange's names in one language.
const TELLING: usize = 3;

/// The provider that the account is at: by its host, by what the server says, by what mailboxes there are.
pub(super) fn of(listing: &Listing) -> Option<&'static Provider> {
    let words = listing.server.words();
    let at_places = listing.mailboxes.iter().filter_map(|mailbox| {
        let place = place::of(listing, mailbox)?;
        (!place.is_odd).then_some(place.leaf)
    });
    let names: Vec<&str> = at_places.collect();
    let every = || providers::every().iter();
    every()
        .find(|provider| provider.runs(&listing.account.host))
        .or_else(|| every().find(|provider| provider.is_said(&words)))
        .or_else(|| every().find(|provider| provider.is_told_by(names.iter().copied())))
}

/// Adds to the provider's own mailboxes that they are.
pub(super) fn add_own(
    listing: &Listing,
    known: Option<&'static Provider>,
    entries: &mut [RollEntry],
) {
    let likely = listing.traits().likely_provider;
    let guessed = known.is_none() && likely.is_some();
    let by_name = || {
        let mut every = providers::every().iter();
        every.find(|one| Some(one.provider) == likely)
    };
    let provider = known.or_else(by_name);
    let by_language = provider.map(|provider| languages(listing, provider, entries));
    let own = by_language.and_then(|by_language| best(&by_language, guessed));
    // Without the server's word it counts only where it has to decide.
    let mut members: BTreeMap<Role, usize> = BTreeMap::new();
    for role in entries.iter().filter_map(|entry| entry.role) {
        *members.entry(role).or_default() += 1;
    }
    let is_contested = |role: &Role| members.get(role).is_some_and(|count| *count > 1);
    let marked: BTreeSet<Role> = entries
        .iter()
        .flat_map(|entry| entry.roles_by(EvidenceKind::Attribute))
        .collect();
    for (mailbox, entry) in listing.mailboxes.iter().zip(entries) {
        let Some(role) = entry.role.filter(|_| !entry.is_doubtful()) else {
            continue;
        };
        let is_told = !entry.roles_by(EvidenceKind::Provider).is_empty();
        let by_level = by_level(listing, mailbox).filter(|_| !marked.contains(&role));
        let by_name = provider.filter(|provider| {
            let makes = own.as_ref().is_some_and(|own| own.contains(&entry.name));
            makes && !provider.has_levels() && (!guessed || is_contested(&role))
        });
        if let Some(provider) = by_level.or(by_name).filter(|_| !is_told) {
            let detail = if guessed && by_level.is_none() {
                text::of_a_providers_set(provider.provider)
            } else {
                text::made_by_provider(provider.provider)
            };
            let mut one = evidence(EvidenceKind::Provider, Some(role), detail);
            one.source = Some(provider.source.to_owned());
            entry.evidence.push(one);
            entry.evidence.sort_by_key(|one| one.kind);
        }
    }
}

/// The provider below whose level a mailbox lies.
fn by_level(listing: &Listing, mailbox: &Mailbox) -> Option<&'static Provider> {
    let level = place::of(listing, mailbox)?.level?;
    let mut every = providers::every().iter();
    every.find(|provider| provider.has_level(level))
}

type Names = BTreeSet<crate::model::mailbox::MailboxName>;

/// The mailboxes that have a name of the provider's, by language, and how many of the roles that it makes they have.
fn languages(
    listing: &Listing,
    provider: &Provider,
    entries: &[RollEntry],
) -> BTreeMap<String, (BTreeSet<Role>, Names)> {
    let mut found: BTreeMap<String, (BTreeSet<Role>, Names)> = BTreeMap::new();
    for (mailbox, entry) in listing.mailboxes.iter().zip(entries) {
        let is_at_top = place::of(listing, mailbox).is_some_and(|place| place.level.is_none());
        let Some(role) = entry.role.filter(|role| is_at_top && role.can_merge()) else {
            continue;
        };
        let names = entry.evidence.iter().filter(|one| {
            let makes = one
                .source
                .as_deref()
                .is_some_and(|source| provider.makes_by(source));
            one.kind == EvidenceKind::Name && one.role == Some(role) && makes
        });
        for locale in names.filter_map(|one| one.locale.as_deref()) {
            let (roles, names) = found.entry(language(locale)).or_default();
            roles.extend(MADE.contains(&role).then_some(role));
            names.insert(entry.name.clone());
        }
    }
    found
}

/// The mailboxes of the language that the provider has made the account in: the one that has most of the roles.
fn best(by_language: &BTreeMap<String, (BTreeSet<Role>, Names)>, guessed: bool) -> Option<Names> {
    let most = by_language.values().map(|(roles, _)| roles.len()).max()?;
    let mut best = by_language
        .values()
        .filter(|(roles, _)| roles.len() == most);
    let (_, names) = best.next()?;
    // Languages that share their names are one for this purpose.
    let is_one = best.all(|(_, others)| others == names);
    (is_one && (!guessed || most >= TELLING)).then(|| names.clone())
}
