//! The built-in table, as `build.rs` lays it out from `mappings/`.
//!
//! In: nothing. Out: [`LAYER`], [`PROVIDERS`], [`WORDS`]. Never: work at start; all of it is constant.

#![allow(
    clippy::unreadable_literal,
    clippy::unicode_not_nfc,
    reason = "what is included is written by a program"
)]

use std::borrow::Cow;

use super::{
    index::{Index, IndexSlot},
    layer::{Head, Layer, MappingEntry},
    provider::Provider,
    words::{NameWord, WordKind, Words},
};
use crate::model::role::Role;

const fn head(file: &'static str, locale: &'static str) -> Head {
    Head {
        file: Cow::Borrowed(file),
        locale: Cow::Borrowed(locale),
    }
}

const fn entry(
    name: &'static str,
    roles: &'static [Role],
    source: &'static str,
    (head, line): (u32, u64),
    created: bool,
    weak: bool,
) -> MappingEntry {
    MappingEntry {
        name: Cow::Borrowed(name),
        roles: Cow::Borrowed(roles),
        source: Cow::Borrowed(source),
        head,
        line,
        created,
        weak,
    }
}

const fn slot(hash: u32, first: u32, count: u32, key: (u32, u32)) -> IndexSlot {
    IndexSlot {
        hash,
        first,
        count,
        key,
    }
}

const fn index(slots: &'static [IndexSlot], places: &'static [u32], keys: &'static str) -> Index {
    Index {
        slots: Cow::Borrowed(slots),
        places: Cow::Borrowed(places),
        keys: Cow::Borrowed(keys),
    }
}

const fn word(language: Option<u8>, kind: WordKind, alone: bool) -> NameWord {
    NameWord {
        language,
        kind,
        alone,
    }
}

include!(concat!(env!("OUT_DIR"), "/built_in.rs"));
