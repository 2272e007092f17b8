//! Layer: tables of equal standing, ready to be asked.
//!
//! In: [`Table`]s. Out: the entries that have a key. Never: two layers; which one counts is for `lookup`.
//!
//! The built-in layer is made by the build script and compiled in; the user's are made when they are read. Both are
//! the same plain data, so one code answers from both.

use std::borrow::Cow;

use super::{fold, index::Index, table::Table};
use crate::model::role::Role;

/// What the entries of one file share.
#[derive(Debug, Clone)]
pub struct Head {
    /// The file as given; of a built-in table its name in `mappings/locales`.
    pub file: Cow<'static, str>,
    /// BCP 47 tag of the language.
    pub locale: Cow<'static, str>,
}

/// One name and what it is used for.
#[derive(Debug, Clone)]
pub struct MappingEntry {
    /// The name as typed in the table.
    pub name: Cow<'static, str>,
    /// Its role; several for an ambiguous name.
    pub roles: Cow<'static, [Role]>,
    /// Who gives or reads this name; the file's name where a user's entry has no source.
    pub source: Cow<'static, str>,
    /// Which head is this entry's.
    pub(crate) head: u32,
    /// The line in the file, from 1.
    pub line: u64,
    /// Whether a client or server makes a mailbox of this name by itself.
    pub created: bool,
    /// Whether the entry is little attested.
    pub weak: bool,
}

/// Tables of equal standing and the indexes of their keys.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    pub(crate) heads: Cow<'static, [Head]>,
    pub(crate) entries: Cow<'static, [MappingEntry]>,
    pub(crate) exact: Index,
    pub(crate) bare: Index,
    pub(crate) joined: Index,
    pub(crate) skeleton: Index,
    pub(crate) ascii: Index,
}

impl Layer {
    pub(crate) fn new(tables: Vec<Table>) -> Self {
        let mut heads = Vec::new();
        let mut entries = Vec::new();
        for (head, table) in (0..).zip(tables) {
            let file = table.file;
            entries.extend(table.rows.into_iter().map(|row| MappingEntry {
                name: row.name.into(),
                roles: row.roles.into(),
                source: row.source.unwrap_or_else(|| file.clone()).into(),
                head,
                line: row.line,
                created: row.created,
                weak: row.weak,
            }));
            heads.push(Head {
                file: file.into(),
                locale: table.locale.into(),
            });
        }
        let index =
            |fold: fn(&str) -> String| Index::new(entries.iter().map(|entry| fold(&entry.name)));
        Self {
            exact: index(fold::exact),
            bare: index(fold::bare),
            joined: index(fold::joined),
            skeleton: index(fold::skeleton),
            ascii: index(fold::in_ascii),
            heads: heads.into(),
            entries: entries.into(),
        }
    }

    /// Every entry with its head, in the order of the files.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&Head, &MappingEntry)> {
        self.entries
            .iter()
            .filter_map(|entry| self.with_head(entry))
    }

    /// The entries of this [`fold::exact`] key.
    pub(crate) fn exactly(&self, key: &str) -> FoundEntries<'_> {
        self.find(&self.exact, key)
    }

    /// The entries of this [`fold::bare`] key.
    pub(crate) fn barely(&self, key: &str) -> FoundEntries<'_> {
        self.find(&self.bare, key)
    }

    /// The entries of this [`fold::joined`] key.
    pub(crate) fn jointly(&self, key: &str) -> FoundEntries<'_> {
        self.find(&self.joined, key)
    }

    /// The entries of this [`fold::skeleton`] key.
    pub(crate) fn seemingly(&self, key: &str) -> FoundEntries<'_> {
        self.find(&self.skeleton, key)
    }

    /// The entries of this [`fold::in_ascii`] key.
    pub(crate) fn in_ascii(&self, key: &str) -> FoundEntries<'_> {
        self.find(&self.ascii, key)
    }

    fn find<'a>(&'a self, index: &'a Index, key: &str) -> FoundEntries<'a> {
        FoundEntries {
            layer: self,
            places: index.get(key),
        }
    }

    fn at(&self, place: u32) -> Option<&MappingEntry> {
        self.entries.get(place as usize)
    }

    fn with_head<'a>(&'a self, entry: &'a MappingEntry) -> Option<(&'a Head, &'a MappingEntry)> {
        Some((self.heads.get(entry.head as usize)?, entry))
    }
}

/// The entries that have a key.
#[derive(Clone, Copy)]
pub(crate) struct FoundEntries<'a> {
    layer: &'a Layer,
    places: &'a [u32],
}

impl<'a> FoundEntries<'a> {
    pub(crate) fn is_empty(self) -> bool {
        self.places.is_empty()
    }

    pub(crate) fn entries(self) -> impl Iterator<Item = (&'a Head, &'a MappingEntry)> {
        let entries = self
            .places
            .iter()
            .filter_map(move |place| self.layer.at(*place));
        entries.filter_map(move |entry| self.layer.with_head(entry))
    }
}
