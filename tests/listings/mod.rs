//! Listings of real accounts, each with the roles that an expert would give: the files beside this one.

use std::{collections::BTreeMap, path::Path};

use rolecall::model::role::Role;
use serde::Deserialize;

/// A listing as it was seen.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the facts are for people")]
pub struct Fixture {
    pub source: String,
    /// `live`, `report`, `fixture`, `doc-quote` or `server-default`.
    pub kind: String,
    pub provider: String,
    pub server: Option<String>,
    pub locale: String,
    pub partial: bool,
    pub delimiter: char,
    pub prefix: String,
    pub capability: Option<String>,
    pub mailboxes: Vec<Listed>,
    /// Absent: ordinary. `none`: a trap. `other`: a mailbox that is not for mail.
    pub gold: BTreeMap<String, String>,
}

/// One mailbox of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    pub name: String,
    pub wire: Option<String>,
    #[serde(default)]
    pub attributes: Vec<String>,
    pub delimiter: Option<char>,
    pub messages: Option<u64>,
}

impl Fixture {
    /// The role that the expert gives; none for what is no role of mail.
    pub fn gold(&self, name: &str) -> Option<Role> {
        match self.gold.get(name).map(String::as_str) {
            None | Some("none" | "other") => None,
            Some("notes") => Some(Role::Memos),
            Some(word) => Some(Role::from_word(word).unwrap()),
        }
    }

    /// Whether the expert calls it a mailbox that is not for mail.
    pub fn is_other(&self, name: &str) -> bool {
        self.gold.get(name).is_some_and(|word| word == "other")
    }
}

/// Every listing there is, by the name of its file.
pub fn all() -> Vec<(String, Fixture)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/listings");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|file| file.extension().is_some_and(|ending| ending == "yaml"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| {
            let text = std::fs::read_to_string(file).unwrap();
            let fixture: Fixture = serde_yaml::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            check(&fixture, file);
            let name = file.file_stem().unwrap().to_str().unwrap();
            (name.to_owned(), fixture)
        })
        .collect()
}

/// A file says nothing twice, and no messages of a name that holds none.
fn check(fixture: &Fixture, file: &Path) {
    for listed in &fixture.mailboxes {
        let place = format!("{}: {}", file.display(), listed.name);
        assert_ne!(listed.delimiter, Some(fixture.delimiter), "{place}");
        let is_only_a_name = listed.attributes.iter().any(|own| own == "\\Noselect");
        assert!(
            !is_only_a_name || listed.messages.is_none_or(|count| count == 0),
            "{place}"
        );
    }
}
