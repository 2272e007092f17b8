//! The mapping table for scripts: its entries, and what it says of a name.

use super::{
    form::{EntryForm, LOOKUP, LookupForm, MAPPINGS, MatchForm, ResemblanceForm},
    line::line,
};
use crate::{
    mapping::{Answer, Exactness, Head, MappingEntry, Match, Resemblance, Unknown},
    report::table::verdict,
};

/// One entry of the mapping table.
#[must_use]
pub fn mapping_line(head: &Head, entry: &MappingEntry) -> String {
    line(&EntryForm {
        schema: MAPPINGS,
        name: &entry.name,
        roles: &entry.roles,
        locale: &head.locale,
        source: &entry.source,
        file: &head.file,
        line: entry.line,
        created: entry.created,
        weak: entry.weak,
    })
}

/// What the mapping table says of a name.
#[must_use]
pub fn lookup_line(asked: &str, answer: &Answer<'_>) -> String {
    let (looks_like, known_part) = match &answer.unknown {
        Some(Unknown::LooksLike { role, .. }) => (Some(*role), None),
        Some(Unknown::Part { part, .. }) => (None, Some(part.as_str())),
        Some(Unknown::Unheard) | None => (None, None),
    };
    line(&LookupForm {
        schema: LOOKUP,
        asked,
        name: &answer.name,
        exact: &answer.exact,
        bare: &answer.bare,
        roles: answer.roles(),
        certainty: answer.certainty(),
        matches: answer.matches.iter().map(match_form).collect(),
        resembles: answer.resembles.iter().map(resemblance_form).collect(),
        looks_like,
        known_part,
        message: verdict(answer).into(),
    })
}

fn resemblance_form<'a>(one: &Resemblance<'a>) -> ResemblanceForm<'a> {
    ResemblanceForm {
        role: one.role,
        name: one.name,
        locale: one.locale,
        source: one.source,
        difference: one.difference,
    }
}

fn match_form<'a>(found: &Match<'a>) -> MatchForm<'a> {
    MatchForm {
        role: found.role,
        name: found.name,
        locale: found.locale,
        source: found.source,
        exact: found.exactness == Exactness::Exact,
        created: found.created,
        weak: found.weak,
    }
}
