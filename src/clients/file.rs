//! The clients' file: from YAML to [`Profile`]s.
//!
//! In: `mappings/clients.yaml`, compiled in. Out: profiles in the order of their ids, each statement with the source
//! that counts for it. Never: what a statement means for an account (that is `case`).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::profile::{
    Again, Does, Finds, Keeps, Letters, Misses, NamePlace, Profile, ProfileNames, Provenance,
    RoleProfile, Sees, Several, Way, Which,
};
use crate::model::{
    client::{Confidence, Looks, Tristate, When},
    role::Role,
};

/// The key of names that are the same in every language.
pub const ANY: &str = "any";

/// Reads the compiled-in file.
pub fn built_in() -> Result<Vec<Profile>, serde_yaml::Error> {
    parse(include_str!("../../mappings/clients.yaml"))
}

/// Reads profiles from text.
pub fn parse(text: &str) -> Result<Vec<Profile>, serde_yaml::Error> {
    let file: FileForm = serde_yaml::from_str(text)?;
    let tables: BTreeMap<&str, &TableForm> = file
        .tables
        .iter()
        .map(|table| (table.id.as_str(), table))
        .collect();
    Ok(file
        .clients
        .iter()
        .map(|client| client.resolve(&tables))
        .collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileForm {
    #[serde(default)]
    tables: Vec<TableForm>,
    clients: Vec<ClientForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableForm {
    id: String,
    source: String,
    confidence: Confidence,
    choice: Choice,
    roles: BTreeMap<Role, BTreeMap<String, Vec<String>>>,
}

/// Which of several names a client makes.
#[derive(Deserialize, PartialEq, Eq, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Choice {
    First,
    Unknown,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientForm {
    id: String,
    name: String,
    version: String,
    source: Option<String>,
    confidence: Option<Confidence>,
    #[serde(default)]
    sees: SeesForm,
    #[serde(default)]
    finds: FindsForm,
    #[serde(default)]
    misses: MissesForm,
    #[serde(default)]
    keeps: KeepsForm,
    #[serde(default)]
    reassign: ReassignForm,
    roles: BTreeMap<Role, RoleForm>,
    /// For who reads the file.
    #[serde(rename = "note")]
    _note: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct SeesForm {
    which: Option<Which>,
    source: Option<String>,
    confidence: Option<Confidence>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct FindsForm {
    ways: Option<Vec<Way>>,
    several: Option<Several>,
    #[serde(rename = "where")]
    places: Option<Vec<NamePlace>>,
    #[serde(rename = "where-in-english")]
    places_in_english: Option<Vec<NamePlace>>,
    letters: Option<Letters>,
    source: Option<String>,
    confidence: Option<Confidence>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct MissesForm {
    does: Option<Does>,
    #[serde(default)]
    when: When,
    #[serde(rename = "where")]
    place: Option<NamePlace>,
    #[serde(default, rename = "takes-unseen")]
    takes_unseen: Tristate,
    source: Option<String>,
    confidence: Option<Confidence>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct KeepsForm {
    ways: Option<Vec<Again>>,
    gone: Option<Does>,
    source: Option<String>,
    confidence: Option<Confidence>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct ReassignForm {
    #[serde(default)]
    can: Tristate,
    #[serde(rename = "where")]
    place: Option<String>,
    #[serde(rename = "source")]
    _source: Option<String>,
    #[serde(rename = "confidence")]
    _confidence: Option<Confidence>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleForm {
    #[serde(default)]
    names: NamesForm,
    finds: Option<FindsForm>,
    misses: Option<MissesForm>,
    keeps: Option<KeepsForm>,
    reassign: Option<ReassignForm>,
    #[serde(default, rename = "not-on-gmail")]
    not_with_labels: Tristate,
}

#[derive(Deserialize, Default)]
struct NamesForm {
    table: Option<String>,
    #[serde(flatten)]
    by_language: BTreeMap<String, Vec<String>>,
}

impl ClientForm {
    fn resolve(&self, tables: &BTreeMap<&str, &TableForm>) -> Profile {
        let roles = self
            .roles
            .iter()
            .map(|(role, form)| (*role, self.resolve_role(*role, form, tables)));
        Profile {
            id: self.id.clone(),
            name: self.name.clone(),
            version: self.version.clone(),
            said: self.said(None, None),
            sees: Sees {
                which: self.sees.which,
                said: self.said(self.sees.source.as_ref(), self.sees.confidence),
            },
            looks: self.keeps.looks(),
            roles: roles.collect(),
        }
    }

    fn resolve_role(
        &self,
        role: Role,
        form: &RoleForm,
        tables: &BTreeMap<&str, &TableForm>,
    ) -> RoleProfile {
        let finds = form.finds.as_ref().unwrap_or(&self.finds);
        let misses = form.misses.as_ref().unwrap_or(&self.misses);
        let keeps = form.keeps.as_ref().unwrap_or(&self.keeps);
        let reassign = form.reassign.as_ref().unwrap_or(&self.reassign);
        RoleProfile {
            names: form.names.resolve(role, tables),
            finds: Finds {
                ways: finds.ways.clone(),
                several: finds.several,
                places: finds.places.clone(),
                places_in_english: finds.places_in_english.clone(),
                letters: finds.letters,
                said: self.said(finds.source.as_ref(), finds.confidence),
            },
            misses: Misses {
                does: misses.does,
                when: misses.when,
                place: misses.place,
                takes_unseen: misses.takes_unseen == Tristate::Yes,
                said: self.said(misses.source.as_ref(), misses.confidence),
            },
            keeps: Keeps {
                ways: keeps.ways.clone(),
                gone: keeps.gone,
                said: self.said(keeps.source.as_ref(), keeps.confidence),
            },
            can_reassign: reassign.can,
            reassign: reassign.place.clone(),
            not_with_labels: form.not_with_labels == Tristate::Yes,
        }
    }

    /// The statement's own source and confidence, else the client's.
    fn said(&self, source: Option<&String>, confidence: Option<Confidence>) -> Provenance {
        Provenance {
            source: source.or(self.source.as_ref()).cloned().unwrap_or_default(),
            confidence: confidence.or(self.confidence).unwrap_or_default(),
        }
    }
}

impl KeepsForm {
    /// A client that does nothing but keep what it has looks once.
    fn looks(&self) -> Looks {
        match self.ways.as_deref() {
            None => Looks::Unknown,
            Some([Again::Kept]) => Looks::Once,
            Some(_) => Looks::Always,
        }
    }
}

impl NamesForm {
    /// The table's names, but for the languages that the client says itself.
    fn resolve(&self, role: Role, tables: &BTreeMap<&str, &TableForm>) -> ProfileNames {
        let mut names = ProfileNames {
            by_language: self.by_language.clone(),
            ..ProfileNames::default()
        };
        let table = self.table.as_ref().and_then(|id| tables.get(id.as_str()));
        if let Some(table) = table {
            names.is_open = table.choice == Choice::Unknown;
            names.said = Some(Provenance {
                source: table.source.clone(),
                confidence: table.confidence,
            });
            for (language, listed) in table.roles.get(&role).into_iter().flatten() {
                let own = names.by_language.entry(language.clone());
                own.or_insert_with(|| listed.clone());
            }
        }
        names
    }
}
