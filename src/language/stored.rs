//! A sentence as data: its English, which is all that programs are told; where both languages are to last, both.
//!
//! In: what is written or read by serde, and whether both languages are wanted ([`in_both`]). Out: a string, or
//! `{"en": …, "fr": …}` where the two differ. Never: a sentence in both that nobody has asked for, or read as such.
//!
//! Sentences lie deep in what is stored, and serde hands nothing down to them; so what is wanted is kept for the thread.

use std::{cell::Cell, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

thread_local! {
    static IN_BOTH: Cell<bool> = const { Cell::new(false) };
}

/// Puts back what was wanted before.
struct WantedBefore(bool);

impl Drop for WantedBefore {
    fn drop(&mut self) {
        IN_BOTH.set(self.0);
    }
}

/// Writes or reads data whose sentences are in both languages. What is in English alone is read too.
pub fn in_both<T>(work: impl FnOnce() -> T) -> T {
    let _before = WantedBefore(IN_BOTH.replace(true));
    work()
}

/// A sentence in both languages, as it is stored.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InBoth<T> {
    pub(super) en: T,
    pub(super) fr: T,
}

impl InBoth<&str> {
    /// Writes it, in both languages where that is wanted and they differ.
    pub(super) fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.en == self.fr || !IN_BOTH.get() {
            return serializer.serialize_str(self.en);
        }
        self.serialize(serializer)
    }
}

impl InBoth<String> {
    /// Reads it, in both languages only where that is wanted.
    pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if IN_BOTH.get() {
            return deserializer.deserialize_any(Sentence);
        }
        String::deserialize(deserializer).map(Self::in_english)
    }

    fn in_english(en: String) -> Self {
        Self { fr: en.clone(), en }
    }
}

struct Sentence;

impl<'de> Visitor<'de> for Sentence {
    type Value = InBoth<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sentence")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(InBoth::in_english(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        InBoth::deserialize(MapAccessDeserializer::new(map))
    }
}
