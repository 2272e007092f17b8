//! Choosing clients: from what the user typed to the profiles and languages that are asked about.
//!
//! In: the values of `--client`, such as `outlook-2016:fr`, and the language of the account's users. Out:
//! [`ChosenClients`], or the ids nearest to what was typed. Never: a client whose id only resembles what was typed.

use std::collections::BTreeMap;

use super::profile::Profile;
use crate::mapping::is_tag;

/// A client with the language of its user interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenClient {
    /// What is known of it.
    pub profile: Profile,
    /// BCP 47 tag, where one was said.
    pub language: Option<String>,
}

/// The clients that the user named with `--client`, else every client that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenClients {
    pub(super) clients: Vec<ChosenClient>,
    /// Whether the user named them.
    pub(super) stated: bool,
}

impl ChosenClients {
    /// Every client that is known; the user named none.
    #[must_use]
    pub fn every(profiles: &[Profile], language: Option<&str>) -> Self {
        let clients = profiles.iter().map(|profile| ChosenClient {
            profile: profile.clone(),
            language: language.map(str::to_owned),
        });
        Self {
            clients: clients.collect(),
            stated: false,
        }
    }

    /// The clients that `--client` names, all that are known where it names none. `language` is that of the account's
    /// users, for the clients that were named without one.
    pub fn choose<'t>(
        profiles: &[Profile],
        typed: impl IntoIterator<Item = &'t str>,
        language: Option<&str>,
    ) -> Result<Self, ChoiceError> {
        let typed: Vec<&str> = typed.into_iter().collect();
        if typed.is_empty() {
            return Ok(Self::every(profiles, language));
        }
        let tags = typed.iter().filter_map(|typed| typed.split_once(':'));
        for (_, tag) in tags {
            if !is_tag(tag) {
                return Err(ChoiceError::NoLanguage(tag.to_owned()));
            }
        }
        let typed = typed.into_iter();
        let clients = typed.map(|typed| choose(profiles, typed, language));
        Ok(Self {
            clients: clients.collect::<Result<_, _>>()?,
            stated: true,
        })
    }

    /// The same clients, with this language for those that have none yet.
    #[must_use]
    pub fn in_language(&self, language: &str) -> Self {
        let mut chosen = self.clone();
        for client in &mut chosen.clients {
            client.language.get_or_insert_with(|| language.to_owned());
        }
        chosen
    }
}

/// Why a value of `--client` cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChoiceError {
    /// No client has the id.
    Client(NoSuchClient),
    /// What stands after the colon is no BCP 47 tag.
    NoLanguage(String),
}

impl From<NoSuchClient> for ChoiceError {
    fn from(error: NoSuchClient) -> Self {
        Self::Client(error)
    }
}

/// No client has this id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSuchClient {
    /// What was typed.
    pub typed: String,
    /// The ids that come nearest, the nearest first.
    pub nearest: Vec<String>,
    /// How many clients there are.
    pub known: usize,
}

/// Finds the client that `NAME[:LOCALE]` means; `language` is that of the account's users, where it was said.
pub fn choose(
    profiles: &[Profile],
    typed: &str,
    language: Option<&str>,
) -> Result<ChosenClient, NoSuchClient> {
    let (id, own) = match typed.split_once(':') {
        Some((id, own)) => (id, Some(own).filter(|own| !own.is_empty())),
        None => (typed, None),
    };
    let found = profiles
        .iter()
        .find(|profile| profile.id.eq_ignore_ascii_case(id));
    match found {
        Some(profile) => Ok(ChosenClient {
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
