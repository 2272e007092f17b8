//! Lookup: what a name is used for, by the built-in table and the user's own.
//!
//! In: [`Table`]s and a name's last level. Out: [`Match`]es, or the role that a name only looks like.
//! Never: the decision which role a mailbox has (that is `detect`).

use std::collections::{BTreeMap, BTreeSet};

use super::{
    file::{self, Row, Table},
    fold,
    providers::{self, Provider},
};
use crate::model::role::Role;

/// The built-in tables, compiled in: file and text.
const BUILT_IN: [(&str, &str); 111] = [
    ("af.yaml", include_str!("../../mappings/locales/af.yaml")),
    ("am.yaml", include_str!("../../mappings/locales/am.yaml")),
    ("ar.yaml", include_str!("../../mappings/locales/ar.yaml")),
    ("as.yaml", include_str!("../../mappings/locales/as.yaml")),
    ("ast.yaml", include_str!("../../mappings/locales/ast.yaml")),
    ("az.yaml", include_str!("../../mappings/locales/az.yaml")),
    ("be.yaml", include_str!("../../mappings/locales/be.yaml")),
    ("bg.yaml", include_str!("../../mappings/locales/bg.yaml")),
    ("bn.yaml", include_str!("../../mappings/locales/bn.yaml")),
    ("br.yaml", include_str!("../../mappings/locales/br.yaml")),
    ("bs.yaml", include_str!("../../mappings/locales/bs.yaml")),
    ("ca.yaml", include_str!("../../mappings/locales/ca.yaml")),
    ("cak.yaml", include_str!("../../mappings/locales/cak.yaml")),
    ("ckb.yaml", include_str!("../../mappings/locales/ckb.yaml")),
    ("cs.yaml", include_str!("../../mappings/locales/cs.yaml")),
    ("cy.yaml", include_str!("../../mappings/locales/cy.yaml")),
    ("da.yaml", include_str!("../../mappings/locales/da.yaml")),
    ("de.yaml", include_str!("../../mappings/locales/de.yaml")),
    ("dsb.yaml", include_str!("../../mappings/locales/dsb.yaml")),
    ("el.yaml", include_str!("../../mappings/locales/el.yaml")),
    ("en.yaml", include_str!("../../mappings/locales/en.yaml")),
    ("eo.yaml", include_str!("../../mappings/locales/eo.yaml")),
    ("es.yaml", include_str!("../../mappings/locales/es.yaml")),
    ("et.yaml", include_str!("../../mappings/locales/et.yaml")),
    ("eu.yaml", include_str!("../../mappings/locales/eu.yaml")),
    ("fa.yaml", include_str!("../../mappings/locales/fa.yaml")),
    ("fi.yaml", include_str!("../../mappings/locales/fi.yaml")),
    ("fil.yaml", include_str!("../../mappings/locales/fil.yaml")),
    ("fo.yaml", include_str!("../../mappings/locales/fo.yaml")),
    ("fr.yaml", include_str!("../../mappings/locales/fr.yaml")),
    ("fur.yaml", include_str!("../../mappings/locales/fur.yaml")),
    ("fy.yaml", include_str!("../../mappings/locales/fy.yaml")),
    ("ga.yaml", include_str!("../../mappings/locales/ga.yaml")),
    ("gd.yaml", include_str!("../../mappings/locales/gd.yaml")),
    ("gl.yaml", include_str!("../../mappings/locales/gl.yaml")),
    ("gu.yaml", include_str!("../../mappings/locales/gu.yaml")),
    ("he.yaml", include_str!("../../mappings/locales/he.yaml")),
    ("hi.yaml", include_str!("../../mappings/locales/hi.yaml")),
    ("hr.yaml", include_str!("../../mappings/locales/hr.yaml")),
    ("hsb.yaml", include_str!("../../mappings/locales/hsb.yaml")),
    ("hu.yaml", include_str!("../../mappings/locales/hu.yaml")),
    ("hy.yaml", include_str!("../../mappings/locales/hy.yaml")),
    ("ia.yaml", include_str!("../../mappings/locales/ia.yaml")),
    ("id.yaml", include_str!("../../mappings/locales/id.yaml")),
    ("ie.yaml", include_str!("../../mappings/locales/ie.yaml")),
    ("is.yaml", include_str!("../../mappings/locales/is.yaml")),
    ("it.yaml", include_str!("../../mappings/locales/it.yaml")),
    ("ja.yaml", include_str!("../../mappings/locales/ja.yaml")),
    ("ka.yaml", include_str!("../../mappings/locales/ka.yaml")),
    ("kab.yaml", include_str!("../../mappings/locales/kab.yaml")),
    ("kk.yaml", include_str!("../../mappings/locales/kk.yaml")),
    ("km.yaml", include_str!("../../mappings/locales/km.yaml")),
    ("kn.yaml", include_str!("../../mappings/locales/kn.yaml")),
    ("ko.yaml", include_str!("../../mappings/locales/ko.yaml")),
    ("kok.yaml", include_str!("../../mappings/locales/kok.yaml")),
    ("ku.yaml", include_str!("../../mappings/locales/ku.yaml")),
    ("ky.yaml", include_str!("../../mappings/locales/ky.yaml")),
    ("lb.yaml", include_str!("../../mappings/locales/lb.yaml")),
    ("lo.yaml", include_str!("../../mappings/locales/lo.yaml")),
    ("lt.yaml", include_str!("../../mappings/locales/lt.yaml")),
    ("lv.yaml", include_str!("../../mappings/locales/lv.yaml")),
    ("mi.yaml", include_str!("../../mappings/locales/mi.yaml")),
    ("mk.yaml", include_str!("../../mappings/locales/mk.yaml")),
    ("ml.yaml", include_str!("../../mappings/locales/ml.yaml")),
    ("mn.yaml", include_str!("../../mappings/locales/mn.yaml")),
    ("mr.yaml", include_str!("../../mappings/locales/mr.yaml")),
    ("ms.yaml", include_str!("../../mappings/locales/ms.yaml")),
    ("mt.yaml", include_str!("../../mappings/locales/mt.yaml")),
    ("my.yaml", include_str!("../../mappings/locales/my.yaml")),
    ("nb.yaml", include_str!("../../mappings/locales/nb.yaml")),
    ("ne.yaml", include_str!("../../mappings/locales/ne.yaml")),
    ("nl.yaml", include_str!("../../mappings/locales/nl.yaml")),
    ("nn.yaml", include_str!("../../mappings/locales/nn.yaml")),
    ("oc.yaml", include_str!("../../mappings/locales/oc.yaml")),
    ("or.yaml", include_str!("../../mappings/locales/or.yaml")),
    ("pa.yaml", include_str!("../../mappings/locales/pa.yaml")),
    ("pl.yaml", include_str!("../../mappings/locales/pl.yaml")),
    ("prs.yaml", include_str!("../../mappings/locales/prs.yaml")),
    ("ps.yaml", include_str!("../../mappings/locales/ps.yaml")),
    ("pt.yaml", include_str!("../../mappings/locales/pt.yaml")),
    ("quz.yaml", include_str!("../../mappings/locales/quz.yaml")),
    ("rm.yaml", include_str!("../../mappings/locales/rm.yaml")),
    ("ro.yaml", include_str!("../../mappings/locales/ro.yaml")),
    ("ru.yaml", include_str!("../../mappings/locales/ru.yaml")),
    ("sa.yaml", include_str!("../../mappings/locales/sa.yaml")),
    ("sc.yaml", include_str!("../../mappings/locales/sc.yaml")),
    ("sd.yaml", include_str!("../../mappings/locales/sd.yaml")),
    ("si.yaml", include_str!("../../mappings/locales/si.yaml")),
    ("sk.yaml", include_str!("../../mappings/locales/sk.yaml")),
    ("sl.yaml", include_str!("../../mappings/locales/sl.yaml")),
    ("sq.yaml", include_str!("../../mappings/locales/sq.yaml")),
    (
        "sr-Latn.yaml",
        include_str!("../../mappings/locales/sr-Latn.yaml"),
    ),
    ("sr.yaml", include_str!("../../mappings/locales/sr.yaml")),
    ("sv.yaml", include_str!("../../mappings/locales/sv.yaml")),
    ("sw.yaml", include_str!("../../mappings/locales/sw.yaml")),
    ("szl.yaml", include_str!("../../mappings/locales/szl.yaml")),
    ("ta.yaml", include_str!("../../mappings/locales/ta.yaml")),
    ("te.yaml", include_str!("../../mappings/locales/te.yaml")),
    ("th.yaml", include_str!("../../mappings/locales/th.yaml")),
    ("ti.yaml", include_str!("../../mappings/locales/ti.yaml")),
    ("tk.yaml", include_str!("../../mappings/locales/tk.yaml")),
    ("tr.yaml", include_str!("../../mappings/locales/tr.yaml")),
    ("tt.yaml", include_str!("../../mappings/locales/tt.yaml")),
    ("ug.yaml", include_str!("../../mappings/locales/ug.yaml")),
    ("uk.yaml", include_str!("../../mappings/locales/uk.yaml")),
    ("ur.yaml", include_str!("../../mappings/locales/ur.yaml")),
    ("uz.yaml", include_str!("../../mappings/locales/uz.yaml")),
    ("vi.yaml", include_str!("../../mappings/locales/vi.yaml")),
    (
        "zh-Hans.yaml",
        include_str!("../../mappings/locales/zh-Hans.yaml"),
    ),
    (
        "zh-Hant.yaml",
        include_str!("../../mappings/locales/zh-Hant.yaml"),
    ),
    ("zu.yaml", include_str!("../../mappings/locales/zu.yaml")),
];

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
pub struct Match {
    /// The role. A name that matches with several roles is ambiguous.
    pub role: Role,
    /// The entry's name as typed in the table.
    pub name: String,
    /// Locale of the entry.
    pub locale: String,
    /// Who gives or reads this name; the file's name where a user's entry has no source.
    pub source: String,
    /// How the name meets the entry.
    pub exactness: Exactness,
    /// Whether a client or server makes a mailbox of this name by itself.
    pub created: bool,
    /// Whether the entry is little attested.
    pub weak: bool,
}

/// Tables of equal standing and their keys.
#[derive(Debug, Clone, Default)]
struct Layer {
    tables: Vec<Table>,
    /// Key to (table, row).
    exact: BTreeMap<String, Vec<(usize, usize)>>,
    bare: BTreeMap<String, Vec<(usize, usize)>>,
    skeleton: BTreeMap<String, Vec<(usize, usize)>>,
}

impl Layer {
    fn new(tables: Vec<Table>) -> Self {
        let mut layer = Self::default();
        for (table_at, table) in tables.iter().enumerate() {
            for (row_at, row) in table.rows.iter().enumerate() {
                for (keys, key) in [
                    (&mut layer.exact, fold::exact(&row.name)),
                    (&mut layer.bare, fold::bare(&row.name)),
                    (&mut layer.skeleton, fold::skeleton(&row.name)),
                ] {
                    keys.entry(key).or_default().push((table_at, row_at));
                }
            }
        }
        layer.tables = tables;
        layer
    }

    /// The entries at these places.
    fn rows<'a>(
        &'a self,
        places: Option<&'a Vec<(usize, usize)>>,
    ) -> impl Iterator<Item = (&'a Table, &'a Row)> {
        places.into_iter().flatten().filter_map(|(table, row)| {
            let table = self.tables.get(*table)?;
            Some((table, table.rows.get(*row)?))
        })
    }
}

/// The mapping: the built-in table and, over it, the user's.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// The strongest first; the built-in one last.
    layers: Vec<Layer>,
    providers: Vec<Provider>,
}

impl Mapping {
    /// The table that comes with rolecall.
    #[must_use]
    pub fn built_in() -> Self {
        // What is compiled in is read by the tests below, so nothing is lost by leaving errors out here.
        let tables = BUILT_IN
            .iter()
            .filter_map(|(name, text)| file::parse(name, text).ok());
        Self {
            layers: vec![Layer::new(tables.collect())],
            providers: providers::built_in().unwrap_or_default(),
        }
    }

    /// Lays tables over what is there: for a name that these know, the others are not asked.
    #[must_use]
    pub fn with(mut self, tables: Vec<Table>) -> Self {
        self.layers.insert(0, Layer::new(tables));
        self
    }

    /// Everything the strongest layer that knows the name says of it; exact matches hide bare ones.
    #[must_use]
    pub fn lookup(&self, name: &str) -> Vec<Match> {
        let exact = fold::exact(name);
        let bare = fold::bare(name);
        let exactly = self
            .layers
            .iter()
            .map(|layer| (layer, layer.exact.get(&exact), Exactness::Exact));
        let barely = self
            .layers
            .iter()
            .map(|layer| (layer, layer.bare.get(&bare), Exactness::Bare));
        let mut matches: Vec<Match> = exactly
            .chain(barely)
            .find(|(_, places, _)| places.is_some())
            .map(|(layer, places, exactness)| {
                layer
                    .rows(places)
                    .flat_map(|(table, row)| all_of(table, row, exactness))
                    .collect()
            })
            .unwrap_or_default();
        matches.sort();
        matches
    }

    /// The role whose name this one looks like, where it matches none: it is disguised by invisible characters or by
    /// letters of another script. None where the look-alikes have several roles, or none.
    #[must_use]
    pub fn looks_like(&self, name: &str) -> Option<Role> {
        if !fold::is_disguised(name) && !self.lookup(name).is_empty() {
            return None;
        }
        let key = fold::skeleton(name);
        let layer = self
            .layers
            .iter()
            .find(|layer| layer.skeleton.contains_key(&key))?;
        let roles: BTreeSet<Role> = layer
            .rows(layer.skeleton.get(&key))
            .flat_map(|(_, row)| row.roles.iter().copied())
            .collect();
        // A name with two roles still is a trap; either word warns.
        roles.first().copied()
    }

    /// What the provider at this host uses the name for: the role and the provider's entry.
    #[must_use]
    pub fn at_provider(&self, host: &str, name: &str) -> Option<(Role, &Provider)> {
        self.providers
            .iter()
            .filter(|provider| provider.runs(host))
            .find_map(|provider| Some((provider.role_of(name)?, provider)))
    }

    /// Every table, the strongest first.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.layers.iter().flat_map(|layer| &layer.tables)
    }
}

/// One match for every role of an entry.
fn all_of<'a>(
    table: &'a Table,
    row: &'a Row,
    exactness: Exactness,
) -> impl Iterator<Item = Match> + 'a {
    row.roles.iter().map(move |role| Match {
        role: *role,
        name: row.name.clone(),
        locale: table.locale.clone(),
        source: row.source.clone().unwrap_or_else(|| table.file.clone()),
        exactness,
        created: row.created,
        weak: row.weak,
    })
}

#[cfg(test)]
mod tests {
    use super::{BUILT_IN, Exactness, Mapping};
    use crate::{mapping::file, model::role::Role};

    fn roles(mapping: &Mapping, name: &str) -> Vec<(Role, String, Exactness)> {
        let matches = mapping.lookup(name).into_iter();
        matches
            .map(|found| (found.role, found.locale, found.exactness))
            .collect()
    }

    #[test]
    fn every_built_in_table_is_whole() {
        for (name, text) in BUILT_IN {
            let table = file::parse(name, text).unwrap();
            assert_eq!(format!("{}.yaml", table.locale), name);
        }
        assert_eq!(Mapping::built_in().tables().count(), BUILT_IN.len());
        super::providers::built_in().unwrap();
    }

    #[test]
    fn a_name_is_found_exactly_or_barely_with_its_locale() {
        let mapping = Mapping::built_in();
        let one = |role, locale: &str, exactness| vec![(role, locale.to_owned(), exactness)];
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
            (matches[0].role, matches[0].source.as_str()),
            (Role::Archive, "mine.yaml")
        );
        assert_eq!(mapping.lookup("Brouillons")[0].role, Role::Drafts);
    }

    #[test]
    fn look_alikes_are_told_from_names() {
        let mapping = Mapping::built_in();
        for name in ["Ѕеnt", "Se\u{200b}nt", "Ｔｒａｓｈ", "Éléments envоyés"] {
            assert!(mapping.looks_like(name).is_some(), "{name:?}");
        }
        for name in [
            "Sent",
            "Éléments envoyés",
            "Projets",
            "Почта",
            "Sent\u{200e}",
        ] {
            assert_eq!(mapping.looks_like(name), None, "{name:?}");
        }
    }
}
