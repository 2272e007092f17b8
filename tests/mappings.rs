//! Guards of the locale table: what every edit of `mappings/` must keep.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::expect_used,
    clippy::missing_panics_doc
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use rolecall::{
    mapping::{Exactness, Mapping, Table, file, fold},
    model::role::Role,
};
use unicode_normalization::UnicodeNormalization as _;

fn tables() -> Vec<Table> {
    file::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("mappings/locales")).unwrap()
}

fn roles(mapping: &Mapping, name: &str) -> BTreeSet<Role> {
    mapping
        .lookup(name)
        .into_iter()
        .map(|found| found.role)
        .collect()
}

#[test]
fn every_file_is_compiled_in_and_named_after_its_locale() {
    let tables = tables();
    assert_eq!(tables.len(), Mapping::built_in().tables().count());
    for table in tables {
        let stem = Path::new(&table.file)
            .file_stem()
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        assert_eq!(stem, table.locale);
    }
}

#[test]
fn every_entry_is_stored_as_typed_and_has_a_source() {
    for table in tables() {
        for row in &table.rows {
            let place = format!("{}:{}: {}", table.file, row.line, row.name);
            assert!(
                row.source
                    .as_ref()
                    .is_some_and(|source| !source.trim().is_empty()),
                "{place}: no source"
            );
            assert!(row.name.nfc().eq(row.name.chars()), "{place}: not composed");
            assert_eq!(row.name.trim(), row.name, "{place}: spaces around");
            assert!(
                !row.name.starts_with('['),
                "{place}: Gmail's level is matched by place"
            );
        }
    }
}

#[test]
fn names_are_sorted_within_a_role() {
    for table in tables() {
        for pair in table
            .rows
            .windows(2)
            .filter(|pair| pair[0].roles == pair[1].roles)
        {
            let keys = [fold::exact(&pair[0].name), fold::exact(&pair[1].name)];
            assert!(
                keys[0] < keys[1],
                "{}:{}: {} comes first",
                table.file,
                pair[1].line,
                pair[1].name
            );
        }
    }
}

#[test]
fn roles_stand_in_the_order_of_reports_and_ambiguous_names_last() {
    for table in tables() {
        let order: Vec<_> = table
            .rows
            .iter()
            .map(|row| {
                (
                    row.roles.len() > 1,
                    (row.roles.len() == 1).then(|| row.roles[0]),
                )
            })
            .collect();
        assert!(order.is_sorted(), "{}", table.file);
    }
}

#[test]
fn no_name_has_two_roles_unless_a_file_says_so() {
    let mut said: BTreeMap<String, BTreeSet<Role>> = BTreeMap::new();
    let mut found: BTreeMap<String, BTreeSet<Role>> = BTreeMap::new();
    for row in tables().iter().flat_map(|table| &table.rows) {
        let book = if row.roles.len() > 1 {
            &mut said
        } else {
            &mut found
        };
        book.entry(fold::exact(&row.name))
            .or_default()
            .extend(&row.roles);
    }
    for (name, roles) in found {
        let allowed = said.get(&name).is_some_and(|said| roles.is_subset(said));
        assert!(roles.len() == 1 || allowed, "{name} is {roles:?}");
    }
}

#[test]
fn dropping_accents_makes_no_two_roles_meet() {
    let mut bare: BTreeMap<String, BTreeSet<Role>> = BTreeMap::new();
    let mut skeleton = bare.clone();
    for row in tables()
        .iter()
        .flat_map(|table| &table.rows)
        .filter(|row| row.roles.len() == 1)
    {
        bare.entry(fold::bare(&row.name))
            .or_default()
            .extend(&row.roles);
        skeleton
            .entry(fold::skeleton(&row.name))
            .or_default()
            .extend(&row.roles);
    }
    let mapping = Mapping::built_in();
    for (name, roles) in bare.into_iter().chain(skeleton) {
        // The ambiguous names are the two-role ones that are declared.
        let declared = mapping
            .lookup(&name)
            .iter()
            .all(|found| found.exactness == Exactness::Exact);
        assert!(
            roles.len() == 1 || declared && self::roles(&mapping, &name).len() > 1,
            "{name}: {roles:?}"
        );
    }
}

#[test]
fn every_unicode_form_and_case_of_a_name_resolves_alike() {
    let mapping = Mapping::built_in();
    for row in tables().iter().flat_map(|table| &table.rows) {
        let expected = mapping.lookup(&row.name);
        assert!(
            expected
                .iter()
                .all(|found| found.exactness == Exactness::Exact),
            "{}",
            row.name
        );
        for role in &row.roles {
            assert!(
                expected.iter().any(|found| found.role == *role),
                "{}: {role}",
                row.name
            );
        }
        for form in [
            row.name.nfc().collect::<String>(),
            row.name.nfd().collect(),
            row.name.nfkc().collect(),
            row.name.nfkd().collect(),
            row.name.to_uppercase(),
            row.name.to_lowercase(),
            row.name.replace(' ', "\u{a0}"),
            row.name.replace('\'', "\u{2019}"),
            format!(" {}\u{200e}", row.name),
        ] {
            assert_eq!(mapping.lookup(&form), expected, "{form:?}");
        }
    }
}

#[test]
fn names_that_peers_miss_or_get_wrong_are_right() {
    let mapping = Mapping::built_in();
    for (name, role) in [
        ("Courrier envoyé", Role::Sent),
        ("Objets envoyés", Role::Sent),
        ("Envoyé", Role::Sent),
        ("Correo enviado", Role::Sent),
        ("Sent-Mail", Role::Sent),
        ("SentBox", Role::Sent),
        ("Brouillon", Role::Drafts),
        ("DraftBox", Role::Drafts),
        ("Borradores", Role::Drafts),
        ("Draft", Role::Drafts),
        ("Messages supprimés", Role::Trash),
        ("Papierkorb", Role::Trash),
        ("Cestino", Role::Trash),
        ("Spamverdacht", Role::Junk),
        ("Unerwünscht", Role::Junk),
        ("Courriers indésirables", Role::Junk),
        ("unsolbox", Role::Junk),
        ("Bulk Mail", Role::Junk),
        ("Archives", Role::Archive),
        ("All Mail", Role::All),
        ("Postausgang", Role::Outbox),
        ("Bandeja de salida", Role::Outbox),
        ("Boîte d'envoi", Role::Outbox),
        ("Outbox", Role::Outbox),
    ] {
        assert_eq!(roles(&mapping, name), BTreeSet::from([role]), "{name}");
    }
    for (name, two) in [
        ("Lixo", [Role::Trash, Role::Junk]),
        ("Basura", [Role::Trash, Role::Junk]),
        ("Importante", [Role::Flagged, Role::Important]),
    ] {
        assert_eq!(roles(&mapping, name), BTreeSet::from(two), "{name}");
    }
}

#[test]
fn what_only_contains_a_known_word_is_unknown() {
    let mapping = Mapping::built_in();
    for name in [
        "Sent to clients",
        "Presentations",
        "Sentinel",
        "Archive 2023",
        "Sent-aug-2005",
        "Binder",
        "Junkyard",
        "Bintang",
        "Conceal",
        "NO-SPAM",
        "My Drafts",
        "Trash items",
        "Sent/2019",
        "Archivos",
        "Arquivos",
        "Todos",
        "Saved",
        "NIL",
    ] {
        assert_eq!(mapping.lookup(name), [], "{name}");
    }
}
