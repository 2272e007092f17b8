//! Choosing clients: from what the user typed to a profile and a language.
//!
//! In: `outlook-2016:fr`. Out: [`Chosen`], or the ids that come nearest. Never: a client that only resembles.

use std::collections::BTreeMap;

use crate::mapping::profile::Profile;

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
}

/// Finds the client that `NAME[:LOCALE]` means; `language` is that of the account's users, where it was said.
pub fn choose(
    profiles: &[Profile],
    typed: &str,
    language: Option<&str>,
) -> Result<Chosen, NoSuchClient> {
    let (id, own) = match typed.split_once(':') {
        Some((id, own)) => (id, Some(own)),
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
            let steps = if holds { 0 } else { distance(id, typed) };
            (steps <= id.len() / 2).then_some((steps, id))
        })
        .collect();
    ranked.sort_unstable();
    let ranked = ranked.into_iter().take(MOST);
    ranked.map(|(_, id)| id.to_owned()).collect()
}

/// Letters to change, add or remove (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, letter) in one.chars().enumerate() {
        let mut next = vec![above + 1];
        for ((same, steps), after) in other.iter().zip(&row).zip(row.iter().skip(1)) {
            let left = next.last().copied().unwrap_or_default();
            let changed = steps + usize::from(*same != letter);
            next.push(changed.min(left + 1).min(after + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
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
