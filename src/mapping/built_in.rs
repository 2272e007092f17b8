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
    index::{Index, IndexKey},
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

const fn key(hash: u32, end: u32, places_end: u32) -> IndexKey {
    IndexKey {
        hash,
        end,
        places_end,
    }
}

const fn index(
    slots: &'static [u32],
    keys: &'static [IndexKey],
    places: &'static [u32],
    text: &'static str,
) -> Index {
    Index {
        slots: Cow::Borrowed(slots),
        keys: Cow::Borrowed(keys),
        places: Cow::Borrowed(places),
        text: Cow::Borrowed(text),
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
