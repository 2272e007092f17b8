//! Choosing clients: from what the user typed to a profile and a language.
//!
//! In: `outlook-2016:fr`. Out: a [`Selection`] of [`Chosen`] clients, or the ids that come nearest. Never: a client that
//! only resembles the one that was typed.

use std::collections::BTreeMap;

use crate::mapping::{clients::built_in, is_tag, profile::Profile};

/// A client with the language of its user interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// What is known of it.
    pub profile: Profile,
    /// BCP 47 tag, where one was said.
    pub language: Option<String>,
}

/// No client has this id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("find a client \"{typed}\"")]
pub struct NoSuchClient {
    /// What was typed.
    pub typed: String,
    /// The ids that come nearest, the nearest first.
    pub nearest: Vec<String>,
    /// How many clients there are.
    pub known: usize,
}

/// Why the clients that were typed cannot be selected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// A client is unknown.
    #[error("{0}")]
    NoSuchClient(NoSuchClient),
    /// What stands behind the colon is no language tag.
    #[error("take \"{0}\" for a language")]
    NoLanguage(String),
    /// The built-in profiles are damaged; the text says how.
    #[error("read the clients: {0}")]
    Profiles(String),
}

/// The clients that a user has selected, or all that are known.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The clients with their languages.
    pub clients: Vec<Chosen>,
    /// Whether the user has named them.
    pub(super) stated: bool,
}

impl Selection {
    /// Reads clients as typed, `NAME[:LOCALE]`; without any, all known clients are selected. `language` holds for those
    /// that name none.
    pub fn new(typed: &[String], language: Option<&str>) -> Result<Self, SelectionError> {
        let profiles = built_in().map_err(|error| SelectionError::Profiles(error.to_string()))?;
        let mut tags = typed.iter().filter_map(|typed| typed.split_once(':'));
        if let Some((_, tag)) = tags.find(|(_, tag)| !is_tag(tag)) {
            return Err(SelectionError::NoLanguage(tag.to_owned()));
        }
        let clients = if typed.is_empty() {
            let every = profiles.iter().map(|profile| Chosen {
                profile: profile.clone(),
                language: language.map(str::to_owned),
            });
            every.collect()
        } else {
            let typed = typed.iter();
            typed
                .map(|typed| choose(&profiles, typed, language))
                .collect::<Result<_, _>>()
                .map_err(SelectionError::NoSuchClient)?
        };
        Ok(Self {
            clients,
            stated: !typed.is_empty(),
        })
    }

    /// The same clients, with this language for those that have none.
    #[must_use]
    pub fn in_language(&self, language: &str) -> Self {
        let mut selection = self.clone();
        for client in &mut selection.clients {
            client.language.get_or_insert_with(|| language.to_owned());
        }
        selection
    }
}

/// Finds the client that `NAME[:LOCALE]` means; `language` is that of the account's users, where it was said.
pub fn choose(
    profiles: &[Profile],
    typed: &str,
    language: Option<&str>,
) -> Result<Chosen, NoSuchClient> {
    let (id, own) = match typed.split_once(':') {
        Some((id, own)) => (id, Some(own).filter(|own| !own.is_empty())),
        None => (typed, None),
    };
    let found = profiles
        .iter()
        .find(|profile| profile.id.eq_ignore_ascii_case(id));
    match found {
        Some(profile) => Ok(Chosen {
            profile: profile.clone(),
            language: own.or(language).map(str::to_owned),
        }),
        None => Err(NoSuchClient {
            typed: typed.to_owned(),
            nearest: nearest(profiles, &id.to_lowercase()),
            known: profiles.len(),
        }),
    }
}

/// Ids that hold what was typed or differ in few letters, at most five.
fn nearest(profiles: &[Profile], typed: &str) -> Vec<String> {
    const MOST: usize = 5;
    let mut ranked: Vec<(usize, &str)> = profiles
        .iter()
        .map(|profile| profile.id.as_str())
        .filter_map(|id| {
            let holds = !typed.is_empty() && (id.contains(typed) || typed.contains(id));
            let steps = if holds {
                0
            } else {
                strsim::osa_distance(id, typed)
            };
            (steps <= id.len() / 2).then_some((steps, id))
        })
        .collect();
    ranked.sort_unstable();
    let ranked = ranked.into_iter().take(MOST);
    ranked.map(|(_, id)| id.to_owned()).collect()
}

/// The key for a language: the tag itself, else its primary language, else the only region of that language.
pub(super) fn key_of<'a>(names: &'a BTreeMap<String, Vec<String>>, tag: &str) -> Option<&'a str> {
    let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or(tag).to_lowercase();
    let tag = tag.replace('_', "-");
    let keys = || names.keys().map(String::as_str);
    if let Some(key) = keys().find(|key| key.eq_ignore_ascii_case(&tag)) {
        return Some(key);
    }
    let wanted = primary(&tag);
    if let Some(key) = keys().find(|key| key.eq_ignore_ascii_case(&wanted)) {
        return Some(key);
    }
    let mut regions = keys().filter(|key| primary(key) == wanted);
    match (regions.next(), regions.next()) {
        // "pt" is pt-BR where that is all there is, but not for someone who said pt-PT.
        (Some(key), None) if !tag.contains('-') => Some(key),
        _ => None,
    }
}
