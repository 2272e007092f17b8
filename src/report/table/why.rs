//! Why a mailbox has its role, in a few words.

use std::collections::BTreeSet;

use crate::{
    model::{
        role::Certainty,
        roll::{Entry, Evidence, EvidenceKind},
    },
    report::text::safe,
};

/// The locales named before the rest is counted.
const LOCALES: usize = 3;

/// The strongest kind of reason, or every kind where all are asked for.
pub(super) fn why(entry: &Entry, all: bool) -> String {
    if entry.lookalike.is_some() {
        return "looks like that name, is not".to_owned();
    }
    let kinds: BTreeSet<EvidenceKind> = entry.evidence.iter().map(|one| one.kind).collect();
    // A doubtful role rests on the weaker reasons, so they are worth the room.
    let shown = if all || entry.doubtful {
        kinds.len()
    } else {
        1
    };
    let reasons: Vec<String> = kinds
        .into_iter()
        .take(shown)
        .map(|kind| reason(kind, entry, all))
        .collect();
    let reasons = reasons.join("; ");
    match entry.certainty {
        Some(Certainty::Ambiguous) => {
            let evidence = entry.evidence.iter();
            let roles: BTreeSet<&str> = evidence.filter_map(|one| Some(one.role?.word())).collect();
            let roles: Vec<&str> = roles.into_iter().collect();
            format!("{}: {reasons}", roles.join(" or "))
        }
        Some(Certainty::Likely) => format!("likely: {reasons}"),
        _ => reasons,
    }
}

/// Where the names that were recognised were seen, one line each.
pub(super) fn sources(entry: &Entry) -> impl Iterator<Item = String> {
    let known = entry.evidence.iter().filter_map(|one| {
        let locale = one.locale.as_deref().unwrap_or("any language");
        Some((one, locale, one.source.as_deref()?))
    });
    known.map(|(one, locale, source)| {
        let role = one.role.map_or("no role", |role| role.word());
        let detail = safe(&one.detail);
        format!(
            "\"{detail}\" is {role} ({}): {}",
            safe(locale),
            safe(source)
        )
    })
}

/// One kind of evidence in a few words.
fn reason(kind: EvidenceKind, entry: &Entry, all: bool) -> String {
    let evidence = || entry.evidence.iter().filter(|one| one.kind == kind);
    match kind {
        EvidenceKind::Override => "you said so".to_owned(),
        EvidenceKind::Attribute => {
            let attributes: Vec<String> = evidence().map(|one| safe(&one.detail)).collect();
            format!("marked {}", attributes.join(" "))
        }
        EvidenceKind::Metadata => "the server's metadata".to_owned(),
        EvidenceKind::Provider => "the provider's name".to_owned(),
        EvidenceKind::Context | EvidenceKind::Content => {
            let details: Vec<String> = evidence().map(|one| safe(&one.detail)).collect();
            details.join(", ")
        }
        EvidenceKind::Name => name(evidence(), all),
    }
}

/// In which languages it is the role's name.
fn name<'a>(evidence: impl Iterator<Item = &'a Evidence>, all: bool) -> String {
    let locales: BTreeSet<String> = evidence
        .filter_map(|one| one.locale.as_deref().map(safe))
        .collect();
    let shown = if all { locales.len() } else { LOCALES };
    let more = locales.len().saturating_sub(shown);
    let mut words: Vec<String> = locales.into_iter().take(shown).collect();
    if more > 0 {
        words.push(format!("+{more}"));
    }
    if words.is_empty() {
        "its name".to_owned()
    } else {
        format!("name, {}", words.join(" "))
    }
}
