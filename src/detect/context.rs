//! Context: what the rest of an account says of names that could mean two things.
//!
//! In: entries as judged one by one. Out: the roles of those that were undecided, doubtful, with the reason.
//! Never: a role that mail is moved on; the user is asked first.
//!
//! 42 of the 44 names that clients use for two roles are so within one language, so the account's language alone decides
//! few of them. What decides is asked in turn, and reasons that contradict each other decide nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{evidence, language};
use crate::{
    language::{Phrase, text},
    model::{
        role::{Certainty, Role},
        roll::{EvidenceKind, RollEntry},
    },
};

/// Names of rubbish: where one of the two roles is taken, the other is meant.
const RUBBISH: [Role; 2] = [Role::Trash, Role::Junk];
/// Names of outgoing mail: where sent mail has a place already, what else is called so waits to be sent.
const OUTGOING: [Role; 2] = [Role::Sent, Role::Outbox];

/// Settles what can be settled by looking at all entries together.
pub(super) fn settle(entries: &mut [RollEntry]) {
    let languages = languages(entries);
    let sure: BTreeSet<Role> = entries.iter().filter_map(sure_role).collect();
    let undecided: Vec<BTreeSet<Role>> = entries
        .iter()
        .filter(|entry| is_undecided(entry))
        .map(RollEntry::named)
        .collect();
    for entry in entries {
        if is_undecided(entry) {
            let roles = entry.named();
            let rivals = undecided.iter().filter(|other| **other == roles).count();
            // There is one trash and one junk, and there may be two outboxes.
            let is_alone = rivals == 1 || roles == BTreeSet::from(OUTGOING);
            let left_over = is_alone.then(|| left_over(&roles, &sure)).flatten();
            decide(entry, &roles, &languages, left_over);
        } else if entry.certainty.is_none() {
            by_content(entry);
        } else if entry.is_doubtful() {
            note_language(entry, &languages);
        }
    }
}

/// The languages that most of the names speak whose role is sure. English names are left out: clients of every language
/// make them.
fn languages(entries: &[RollEntry]) -> BTreeSet<String> {
    let mut votes: BTreeMap<String, usize> = BTreeMap::new();
    for entry in entries {
        let Some(role) = sure_role(entry).filter(|role| *role != Role::Inbox) else {
            continue;
        };
        let names = entry.evidence.iter();
        let names = names.filter(|one| one.kind == EvidenceKind::Name && one.role == Some(role));
        let speaks: BTreeSet<String> = names
            .filter_map(|one| Some(language(one.locale.as_deref()?)))
            .collect();
        if !speaks.contains("en") {
            for language in speaks {
                *votes.entry(language).or_default() += 1;
            }
        }
    }
    let most = votes.values().max().copied();
    let best = votes.into_iter().filter(|(_, count)| Some(*count) == most);
    best.map(|(language, _)| language).collect()
}

fn sure_role(entry: &RollEntry) -> Option<Role> {
    entry.role.filter(|_| !entry.is_doubtful())
}

/// Whether it is the name that has several roles; several attributes are the server's to explain.
fn is_undecided(entry: &RollEntry) -> bool {
    entry.certainty == Some(Certainty::Ambiguous)
        && entry.roles_by(EvidenceKind::Attribute).is_empty()
        && entry.named().len() > 1
}

/// The role that is left where another mailbox surely has the other one.
fn left_over(roles: &BTreeSet<Role>, sure: &BTreeSet<Role>) -> Option<(Role, Role)> {
    let is = |pair: [Role; 2]| *roles == BTreeSet::from(pair);
    let [one, other] = RUBBISH;
    if is(RUBBISH) {
        match (sure.contains(&one), sure.contains(&other)) {
            (true, false) => Some((other, one)),
            (false, true) => Some((one, other)),
            _ => None,
        }
    } else if is(OUTGOING) && sure.contains(&Role::Sent) {
        Some((Role::Outbox, Role::Sent))
    } else {
        None
    }
}

/// Gives an undecided name the one role that all reasons agree on.
fn decide(
    entry: &mut RollEntry,
    roles: &BTreeSet<Role>,
    languages: &BTreeSet<String>,
    left_over: Option<(Role, Role)>,
) {
    let spoken = spoken(entry, languages);
    let mut reasons = Vec::new();
    if let (1, Some(role)) = (spoken.len(), spoken.first()) {
        reasons.push((*role, speaks(languages)));
    }
    if let Some((role, taken)) = left_over {
        reasons.push((role, text::other_mailbox_is(taken)));
    }
    let inside = entry.roles_by(EvidenceKind::Content);
    let said: BTreeSet<Role> = reasons
        .iter()
        .map(|(role, _)| *role)
        .chain(inside.intersection(roles).copied())
        .collect();
    if let (1, Some(role)) = (said.len(), said.first()) {
        doubtful(entry, *role);
        add(entry, reasons);
    }
}

/// What no name explains may show by its mail what it is.
fn by_content(entry: &mut RollEntry) {
    let inside = entry.roles_by(EvidenceKind::Content);
    // A second inbox is a mailbox like any other: mail arrives in INBOX alone.
    let inside = inside.iter().filter(|role| **role != Role::Inbox);
    if let [role] = inside.collect::<Vec<_>>()[..] {
        doubtful(entry, *role);
        entry.lookalike = None;
    }
}

/// That a name which little speaks for is in the account's language is worth saying, and no proof: one sure name is
/// enough to tell a language, and its speakers have folders of their own.
fn note_language(entry: &mut RollEntry, languages: &BTreeSet<String>) {
    let Some(role) = entry.role else { return };
    if spoken(entry, languages) == BTreeSet::from([role]) {
        add(entry, vec![(role, speaks(languages))]);
    }
}

fn doubtful(entry: &mut RollEntry, role: Role) {
    entry.role = Some(role);
    entry.certainty = Some(Certainty::Doubtful);
}

/// Adds reasons where their strength puts them.
fn add(entry: &mut RollEntry, reasons: Vec<(Role, Phrase)>) {
    let reasons = reasons.into_iter();
    entry
        .evidence
        .extend(reasons.map(|(role, detail)| evidence(EvidenceKind::Context, Some(role), detail)));
    entry.evidence.sort_by_key(|one| one.kind);
}

/// The roles that the name has in the account's languages.
fn spoken(entry: &RollEntry, languages: &BTreeSet<String>) -> BTreeSet<Role> {
    let names = entry.evidence.iter();
    let names = names.filter(|one| {
        matches!(one.kind, EvidenceKind::Name | EvidenceKind::Resemblance)
            && one
                .locale
                .as_deref()
                .is_some_and(|locale| languages.contains(&language(locale)))
    });
    names.filter_map(|one| one.role).collect()
}

fn speaks(languages: &BTreeSet<String>) -> Phrase {
    text::other_names_are(Phrase::or(languages))
}
