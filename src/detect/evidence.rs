//! Evidence that no entry of the mapping stands behind, and the language of a tag.

use crate::{
    language::{Phrase, text},
    mapping::Resemblance,
    model::{
        difference::Difference,
        role::Role,
        roll::{Evidence, EvidenceKind},
    },
};

/// Evidence that no table entry stands behind.
pub(super) fn evidence(
    kind: EvidenceKind,
    role: Option<Role>,
    detail: impl Into<Phrase>,
) -> Evidence {
    Evidence {
        kind,
        role,
        detail: detail.into(),
        entry: None,
        locale: None,
        source: None,
        difference: None,
    }
}

/// Evidence that a name is like a known one.
pub(super) fn by_resemblance(one: &Resemblance<'_>) -> Evidence {
    let locale = Some(one.locale.to_owned());
    Evidence {
        entry: one.name.map(str::to_owned),
        locale,
        source: Some(one.source.to_owned()),
        difference: Some(one.difference),
        ..evidence(EvidenceKind::Resemblance, Some(one.role), likeness(one))
    }
}

/// What it is like, and how it differs, in a few words.
fn likeness(one: &Resemblance<'_>) -> Phrase {
    let like = match one.name {
        Some(name) => text::quoted(name),
        None => text::made_of_words(one.role, one.locale),
    };
    match one.difference {
        Difference::Words => like,
        Difference::Number => text::and_a_number(like),
        Difference::Year => text::and_a_year(like),
        Difference::Address => text::and_an_address(like),
        Difference::Owner => text::and_whose(like),
        Difference::Copy => text::as_a_copy(like),
        Difference::Prefix => text::after_a_prefix(like),
        Difference::Spelling | Difference::Letters => text::spelt_otherwise(like),
    }
}

/// The primary subtag of a language tag, in lower case: what counts, whatever the region (RFC 5646 §2.2.1).
pub(super) fn language(tag: &str) -> String {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    primary.to_ascii_lowercase()
}
