//! Lookup: what a name is used for, by the built-in table and the user's own.
//!
//! In: [`Table`]s and a name's last level. Out: [`Match`]es, or the role that a name only looks like.
//! Never: the decision which role a mailbox has (that is `detect`).

use std::borrow::Cow;

use super::{
    built_in, fold,
    layer::{FoundEntries, Head, Layer, MappingEntry},
    provider::Provider,
    resemble::{Resemblance, TablesAsked},
    table::Table,
};
use crate::model::role::Role;

/// How a name meets an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exactness {
    /// Equal after [`fold::exact`].
    Exact,
    /// Equal only after [`fold::bare`].
    Bare,
}

/// One role that the table knows for a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match<'a> {
    /// The role. A name that matches with several roles is ambiguous.
    pub role: Role,
    /// The entry's name as typed in the table.
    pub name: &'a str,
    /// Locale of the entry.
    pub locale: &'a str,
    /// Who gives or reads this name; the file's name where a user's entry has no source.
    pub source: &'a str,
    /// How the name meets the entry.
    pub exactness: Exactness,
    /// Whether a client or server makes a mailbox of this name by itself.
    pub created: bool,
    /// Whether the entry is little attested.
    pub weak: bool,
}

/// What the mapping says of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading<'a> {
    /// One match for every role of every entry that it meets.
    pub matches: Vec<Match<'a>>,
    /// The role whose name it only looks like; where there are matches, none.
    pub looks_like: Option<Role>,
    /// What it is like, where it neither matches nor only looks like a name; for nothing that is certain.
    pub resembles: Vec<Resemblance<'a>>,
}

/// The mapping: the built-in table and, over it, the user's.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    /// The user's layers, the strongest first.
    own: Vec<Layer>,
}

impl Mapping {
    /// The table that comes with rolecall. It is compiled in: this costs nothing.
    #[must_use]
    pub fn built_in() -> Self {
        Self::default()
    }

    /// Lays tables over what is there: for a name that these know, the others are not asked.
    #[must_use]
    pub fn with(mut self, tables: Vec<Table>) -> Self {
        self.own.insert(0, Layer::new(tables));
        self
    }

    /// Everything the strongest layer that knows the name says of it; exact matches hide bare ones, and a disguised
    /// name matches nothing.
    #[must_use]
    pub fn lookup(&self, name: &str) -> Vec<Match<'_>> {
        self.read(name).matches
    }

    /// The role whose name this one looks like, where it matches none: it is disguised by invisible characters or by
    /// letters of another script. None where no name looks so.
    #[must_use]
    pub fn looks_like(&self, name: &str) -> Option<Role> {
        self.read(name).looks_like
    }

    /// Both at once, which folds the name once.
    #[must_use]
    pub fn read(&self, name: &str) -> Reading<'_> {
        if fold::is_disguised(name) {
            return Reading {
                matches: Vec::new(),
                looks_like: self.seeming(&fold::skeleton(name)),
                resembles: Vec::new(),
            };
        }
        let exact = fold::exact(name);
        let (found, exactness, bare) = self.find(&exact);
        let Some(found) = found else {
            let tables = TablesAsked { own: &self.own };
            let mut resembles = tables.resembled(&bare);
            drop(bare);
            if resembles.is_empty() {
                resembles = tables.misread(name);
            }
            let looks_like = self.seeming(&fold::skeleton_of(exact));
            return Reading {
                matches: Vec::new(),
                resembles: looks_like.map_or(resembles, |_| Vec::new()),
                looks_like,
            };
        };
        let mut matches: Vec<Match> = found
            .entries()
            .flat_map(|(head, entry)| all_of(head, entry, exactness))
            .collect();
        matches.sort_unstable();
        Reading {
            matches,
            looks_like: None,
            resembles: Vec::new(),
        }
    }

    /// What the provider at this host uses the name for: the role and the provider's entry.
    #[must_use]
    pub fn at_provider(&self, host: &str, name: &str) -> Option<(Role, &'static Provider)> {
        let mut here = built_in::PROVIDERS
            .iter()
            .filter(|provider| provider.runs(host));
        here.find_map(|provider| Some((provider.role_of(name)?, provider)))
    }

    /// Every table, the strongest first.
    pub fn tables(&self) -> impl Iterator<Item = &Head> {
        self.layers().flat_map(|layer| layer.heads.iter())
    }

    /// Every entry with its table, the strongest first.
    pub fn entries(&self) -> impl Iterator<Item = (&Head, &MappingEntry)> {
        self.layers().flat_map(Layer::entries)
    }

    /// The entries of the user's own tables.
    pub fn own_entries(&self) -> impl Iterator<Item = (&Head, &MappingEntry)> {
        self.own.iter().flat_map(Layer::entries)
    }

    fn layers(&self) -> impl Iterator<Item = &Layer> {
        self.own.iter().chain([&built_in::LAYER])
    }

    /// The role of the names that look so. A name with two roles still is a trap; either word warns.
    fn seeming(&self, skeleton: &str) -> Option<Role> {
        let mut found = self.layers().map(|layer| layer.seemingly(skeleton));
        let found = found.find(|found| !found.is_empty())?;
        let roles = found.entries().flat_map(|(_, entry)| entry.roles.iter());
        roles.min().copied()
    }

    /// What the strongest layer knows of an exact key, or else of its bare one.
    /// With the bare key, where that was asked for.
    fn find<'k>(&self, exact: &'k str) -> (Option<FoundEntries<'_>>, Exactness, Cow<'k, str>) {
        let is_known = |found: &FoundEntries| !found.is_empty();
        let exactly = self
            .layers()
            .map(|layer| layer.exactly(exact))
            .find(is_known);
        if exactly.is_some() {
            return (exactly, Exactness::Exact, Cow::Borrowed(exact));
        }
        let bare = fold::bare_of(exact);
        let barely = self
            .layers()
            .map(|layer| layer.barely(&bare))
            .find(is_known);
        (barely, Exactness::Bare, bare)
    }
}

/// One match for every role of an entry.
fn all_of<'a>(
    head: &'a Head,
    entry: &'a MappingEntry,
    exactness: Exactness,
) -> impl Iterator<Item = Match<'a>> {
    entry.roles.iter().map(move |role| Match {
        role: *role,
        name: &entry.name,
        locale: &head.locale,
        source: &entry.source,
        exactness,
        created: entry.created,
        weak: entry.weak,
    })
}

#[cfg(test)]
mod tests {
    use super::{Exactness, Mapping};
    use crate::{mapping::file, model::role::Role};

    fn roles<'a>(mapping: &'a Mapping, name: &str) -> Vec<(Role, &'a str, Exactness)> {
        let matches = mapping.lookup(name).into_iter();
        matches
            .map(|found| (found.role, found.locale, found.exactness))
            .collect()
    }

    #[test]
    fn a_name_is_found_exactly_or_barely_with_its_locale() {
        let mapping = Mapping::built_in();
        let one = |role, locale, exactness| vec![(role, locale, exactness)];
        assert_eq!(
            roles(&mapping, "COURRIER ENVOYÉ"),
            one(Role::Sent, "fr", Exactness::Exact)
        );
        assert_eq!(
            roles(&mapping, "Courrier envoye"),
            one(Role::Sent, "fr", Exactness::Bare)
        );
        assert_eq!(roles(&mapping, "Sent to clients"), []);
        assert_eq!(
            roles(&mapping, "Enviados").len(),
            3,
            "Spanish, Galician and Portuguese"
        );
        let lixo = roles(&mapping, "Lixo");
        assert_eq!(
            lixo.iter().map(|(role, ..)| *role).collect::<Vec<_>>(),
            [Role::Trash, Role::Trash, Role::Junk, Role::Junk],
            "Galician and Portuguese"
        );
    }

    #[test]
    fn a_users_entry_hides_the_built_in_ones() {
        let text = "locale: fr\nroles:\n  archive:\n    - name: Corbeille\n";
        let mapping = Mapping::built_in().with(vec![file::parse("mine.yaml", text).unwrap()]);
        let matches = mapping.lookup("corbeille");
        assert_eq!(matches.len(), 1);
        assert_eq!(
            (matches[0].role, matches[0].source),
            (Role::Archive, "mine.yaml")
        );
        assert_eq!(mapping.lookup("Brouillons")[0].role, Role::Drafts);
    }

    #[test]
    fn an_unseen_break_between_words_is_good_spelling_where_no_spaces_are_written() {
        let mapping = Mapping::built_in();
        let khmer = mapping.read("បាន\u{200b}ផ្ញើ");
        assert_eq!(
            khmer.resembles.first().map(|one| one.role),
            Some(Role::Sent)
        );
        assert_eq!(khmer.looks_like, None);
        assert!(mapping.read("\u{200b}បានផ្ញើ").resembles.is_empty());
    }

    #[test]
    fn look_alikes_are_told_from_names() {
        let mapping = Mapping::built_in();
        for name in ["Ѕеnt", "Se\u{200b}nt", "𝐓𝐫𝐚𝐬𝐡", "Éléments envоyés"] {
            assert!(mapping.looks_like(name).is_some(), "{name:?}");
        }
        for name in [
            "Sent",
            "Éléments envoyés",
            "Projets",
            "Почта",
            "Sent\u{200e}",
            "Ｔｒａｓｈ",
            "Tra\u{ad}sh",
        ] {
            assert_eq!(mapping.looks_like(name), None, "{name:?}");
        }
    }
}
