//! Why a mailbox has its role, in a few words.

use std::collections::BTreeSet;

use crate::{
    language::{Phrase, text},
    model::{
        role::{Certainty, Role},
        roll::{Evidence, EvidenceKind, RollEntry},
    },
};

/// The locales named before the rest is counted.
const LOCALES: usize = 3;

/// The strongest kind of reason, or every kind where all are asked for.
pub(in crate::report) fn why(entry: &RollEntry, all: bool) -> Phrase {
    if entry.lookalike.is_some() {
        return text::looks_like_name();
    }
    let kinds: BTreeSet<EvidenceKind> = entry.evidence.iter().map(|one| one.kind).collect();
    // A doubtful role rests on the weaker reasons, so they are worth the room.
    let shown = if all || entry.is_doubtful() {
        kinds.len()
    } else {
        1
    };
    let reasons: Vec<Phrase> = kinds
        .into_iter()
        .take(shown)
        .map(|kind| reason(kind, entry, all))
        .collect();
    let reasons = Phrase::clauses(reasons);
    match entry.certainty {
        Some(Certainty::Ambiguous) => {
            let evidence = entry.evidence.iter();
            let roles: BTreeSet<Role> = evidence.filter_map(|one| one.role).collect();
            text::perhaps(Phrase::or(roles), reasons)
        }
        Some(Certainty::Likely) => text::likely(reasons),
        Some(Certainty::Doubtful) => text::doubtful(reasons),
        _ => reasons,
    }
}

/// Where the names that were recognised were seen, one line each.
pub(super) fn sources(entry: &RollEntry) -> impl Iterator<Item = Phrase> {
    let known = entry.evidence.iter().filter_map(|one| {
        let locale = one.locale.as_deref();
        let locale = locale.map_or_else(text::any_language, Phrase::from);
        let name = match one.kind {
            EvidenceKind::Resemblance => one.entry.as_deref()?.into(),
            _ => one.detail.clone(),
        };
        Some((one, name, locale, one.source.as_deref()?))
    });
    known.map(|(one, name, locale, source)| {
        let role = one.role.map_or_else(text::no_role, Phrase::from);
        text::name_means(name, role, locale, text::given_by(source))
    })
}

/// One kind of evidence in a few words.
fn reason(kind: EvidenceKind, entry: &RollEntry, all: bool) -> Phrase {
    let evidence = || entry.evidence.iter().filter(|one| one.kind == kind);
    let details = || evidence().map(|one| &one.detail);
    match kind {
        EvidenceKind::Override => text::you_said_so(),
        EvidenceKind::Attribute => text::marked(Phrase::joined(details(), " ")),
        EvidenceKind::Metadata => text::server_metadata(),
        EvidenceKind::Provider
        | EvidenceKind::Resemblance
        | EvidenceKind::Context
        | EvidenceKind::Content => Phrase::joined(each_once(details()), ", "),
        EvidenceKind::Name => name(evidence(), all),
    }
}

/// What several entries of the table say alike is said once.
fn each_once<'a>(details: impl Iterator<Item = &'a Phrase>) -> Vec<&'a Phrase> {
    let mut once: Vec<&Phrase> = Vec::new();
    for detail in details {
        if !once.contains(&detail) {
            once.push(detail);
        }
    }
    once
}

/// In which languages it is the role's name.
fn name<'a>(evidence: impl Iterator<Item = &'a Evidence>, all: bool) -> Phrase {
    let locales: BTreeSet<String> = evidence.filter_map(|one| one.locale.clone()).collect();
    let shown = if all { locales.len() } else { LOCALES };
    let more = locales.len().saturating_sub(shown);
    let mut words: Vec<String> = locales.into_iter().take(shown).collect();
    if more > 0 {
        words.push(format!("+{more}"));
    }
    if words.is_empty() {
        text::its_name()
    } else {
        text::name_in(words.join(" "))
    }
}
