//! Unused entries: what the user's own tables say and no mailbox is called.
//!
//! In: the [`Mapping`], the evidence found. Out: [`Unused`] a table. Never: the built-in table, which is for everybody.

use std::collections::BTreeSet;

use crate::{
    mapping::Mapping,
    model::roll::{self, Unused},
};

/// Tables in the order in which they count; one of which every entry matched is left out.
pub(super) fn entries(mapping: &Mapping, entries: &[roll::RollEntry]) -> Vec<Unused> {
    let used: BTreeSet<(&str, Option<&str>, Option<&str>)> = entries
        .iter()
        .flat_map(|entry| &entry.evidence)
        .filter_map(|one| {
            let name = one.entry.as_deref()?;
            Some((name, one.locale.as_deref(), one.source.as_deref()))
        })
        .collect();
    let mut tables: Vec<Unused> = Vec::new();
    for (head, entry) in mapping.own_entries() {
        if tables.last().is_none_or(|table| table.table != head.file) {
            tables.push(Unused {
                table: head.file.to_string(),
                entries: Vec::new(),
                of: 0,
            });
        }
        let Some(table) = tables.last_mut() else {
            continue;
        };
        table.of += 1;
        let (name, locale, source) = (&*entry.name, &*head.locale, &*entry.source);
        if !used.contains(&(name, Some(locale), Some(source))) {
            table.entries.push(name.to_owned());
        }
    }
    tables.retain(|table| !table.entries.is_empty());
    tables
}
