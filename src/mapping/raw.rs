//! Raw: a mapping file as YAML has it, with the places of its words.
//!
//! In: YAML. Out: [`TableForm`]. Never: what the words mean; `form` says which are wrong.
//!
//! serde's derive stops at the first key that it does not know. These forms take whatever keys there are, so that
//! one look shows every misspelt one.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny, MapAccess, Visitor},
};
use serde_yaml::Spanned;

/// A file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableForm {
    pub(super) locale: Spanned<String>,
    #[serde(default)]
    roles: Pairs<Vec<WrittenEntry>>,
    #[serde(default)]
    ambiguous: Vec<WrittenEntry>,
}

const PLAIN_KEYS: &[&str] = &["name", "source", "created", "weak"];
const AMBIGUOUS_KEYS: &[&str] = &["name", "roles", "source", "created"];

/// An entry with whatever keys it has, so that every misspelt one is told.
pub(super) struct WrittenEntry {
    pub(super) keys: Vec<Spanned<String>>,
    pub(super) name: Option<Spanned<String>>,
    roles: Vec<Spanned<String>>,
    pub(super) source: Option<String>,
    pub(super) created: bool,
    pub(super) weak: bool,
}

impl<'de> Deserialize<'de> for WrittenEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntryVisitor)
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = WrittenEntry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an entry such as `name: Sent`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WrittenEntry, A::Error> {
        let (mut keys, mut name, mut roles, mut source) = (vec![], None, vec![], None);
        let (mut created, mut weak) = (false, false);
        while let Some(key) = map.next_key::<Spanned<String>>()? {
            match key.value.as_str() {
                "name" => name = Some(map.next_value()?),
                "roles" => roles = map.next_value()?,
                "source" => source = map.next_value()?,
                "created" => created = map.next_value()?,
                "weak" => weak = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
            keys.push(key);
        }
        // A misspelt `name` is told as such; that it is missing besides goes without saying.
        let is_known = |key: &Spanned<String>| {
            let key = key.value.as_str();
            PLAIN_KEYS.contains(&key) || AMBIGUOUS_KEYS.contains(&key)
        };
        if name.is_none() && keys.iter().all(is_known) {
            return Err(A::Error::missing_field("name"));
        }
        Ok(WrittenEntry {
            keys,
            name,
            roles,
            source,
            created,
            weak,
        })
    }
}

/// A map in the order of the file, with its keys' places.
pub(crate) struct Pairs<V>(pub(crate) Vec<(Spanned<String>, V)>);

impl<V> Default for Pairs<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Pairs<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor(PhantomData))
    }
}

struct PairsVisitor<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for PairsVisitor<V> {
    type Value = Pairs<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("roles with their names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<V>, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}

/// An entry where it stands.
pub(super) struct Written<'a> {
    pub(super) entry: &'a WrittenEntry,
    /// The words of its roles.
    pub(super) roles: &'a [Spanned<String>],
    /// The keys that it may have there.
    pub(super) keys: &'static [&'static str],
}

impl TableForm {
    /// Every entry, in the order of the file.
    pub(super) fn entries(&self) -> Vec<Written<'_>> {
        let plain = self.roles.0.iter().flat_map(|(role, entries)| {
            entries.iter().map(move |entry| Written {
                entry,
                roles: std::slice::from_ref(role),
                keys: PLAIN_KEYS,
            })
        });
        let ambiguous = self.ambiguous.iter().map(|entry| Written {
            entry,
            roles: &entry.roles,
            keys: AMBIGUOUS_KEYS,
        });
        let mut entries: Vec<_> = plain.chain(ambiguous).collect();
        let place = |key: &Spanned<String>| (key.referenced.line(), key.referenced.column());
        entries.sort_unstable_by_key(|written| written.entry.keys.first().map(place));
        entries
    }

    /// Every word that should be a role's.
    pub(super) fn role_words(&self) -> impl Iterator<Item = &Spanned<String>> {
        let keys = self.roles.0.iter().map(|(role, _)| role);
        keys.chain(self.ambiguous.iter().flat_map(|entry| &entry.roles))
    }
}
