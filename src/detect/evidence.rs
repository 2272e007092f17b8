//! Evidence that no entry of the mapping stands behind, and the language of a tag.

use crate::{
    language::Phrase,
    model::{
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
    }
}

/// The primary subtag of a language tag, in lower case: what counts, whatever the region (RFC 5646 §2.2.1).
pub(super) fn language(tag: &str) -> String {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    primary.to_ascii_lowercase()
}
