//! Answer: everything there is to say of one name, for a person who asks.
//!
//! In: a name as somebody writes it, a [`Mapping`]. Out: [`Answer`]. Never: a listing; whether a mailbox lies where
//! its name counts is for `detect`.

use std::collections::BTreeSet;

use super::{
    fold,
    lookup::{Exactness, Mapping, Match, Reading},
    resemble::Resemblance,
};
use crate::model::role::{Certainty, Role};

/// The most words of a name that are tried as parts.
const WORDS: usize = 12;

/// What the mapping says of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<'a> {
    /// The name that was looked up: all that was asked for, or its last level.
    pub name: String,
    /// Whether only the last level of a path was looked up.
    pub is_level: bool,
    /// The key of an exact match.
    pub exact: String,
    /// The key of a match without accents.
    pub bare: String,
    /// The entries that it matches.
    pub matches: Vec<Match<'a>>,
    /// What it is like, where it matches none.
    pub resembles: Vec<Resemblance<'a>>,
    /// The languages that the account is said to be in.
    locales: Vec<String>,
    /// Why it matches and resembles none.
    pub unknown: Option<Unknown>,
}

/// Why a name is nobody's, the most telling reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unknown {
    /// It only looks like a name for this role.
    LooksLike {
        /// The role.
        role: Role,
        /// The letters that are not what they look like.
        letters: Vec<char>,
    },
    /// A part of it is a name, but names count whole.
    Part {
        /// The part.
        part: String,
        /// What the part is a name for.
        roles: BTreeSet<Role>,
    },
    /// No client or server is known to use it.
    Unheard,
}

impl Answer<'_> {
    /// The roles that the name is used for, or that what it is like is used for; several make it ambiguous, unless it has
    /// one in the languages that the account is said to be in.
    #[must_use]
    pub fn roles(&self) -> BTreeSet<Role> {
        let spoken: BTreeSet<Role> = self.spoken().map(|(role, _)| role).collect();
        if spoken.len() == 1 {
            return spoken;
        }
        self.said().map(|(role, _)| role).collect()
    }

    /// Every role with the language in which it is so.
    fn said(&self) -> impl Iterator<Item = (Role, &str)> {
        let matches = self.matches.iter().map(|one| (one.role, one.locale));
        matches.chain(self.resembles.iter().map(|one| (one.role, one.locale)))
    }

    fn spoken(&self) -> impl Iterator<Item = (Role, &str)> {
        self.said().filter(|(_, locale)| {
            let mut locales = self.locales.iter();
            locales.any(|said| language(said).eq_ignore_ascii_case(language(locale)))
        })
    }

    /// How sure a role by this name alone is.
    #[must_use]
    pub fn certainty(&self) -> Option<Certainty> {
        let is_sure = |one: &Match| one.exactness == Exactness::Exact && !one.weak;
        let is_weak = |one: &Match| one.weak;
        match self.roles().len() {
            0 => None,
            1 if self.matches.is_empty() => Some(Certainty::Doubtful),
            1 if roles(&self.matches).len() == 1 && self.matches.iter().any(is_sure) => {
                Some(Certainty::Known)
            }
            1 if self.matches.iter().all(is_weak) && self.spoken().next().is_none() => {
                Some(Certainty::Doubtful)
            }
            1 => Some(Certainty::Likely),
            _ => Some(Certainty::Ambiguous),
        }
    }
}

impl Mapping {
    /// Answers for a decoded name. Of a path the last level counts, whatever the server's delimiter is; a dot is taken
    /// for one only where a known name follows it.
    #[must_use]
    pub fn answer(&self, asked: &str) -> Answer<'_> {
        self.answer_in(asked, &[])
    }

    /// The same for an account that is said to be in these languages, which settles names that mean more than one thing.
    #[must_use]
    pub fn answer_in(&self, asked: &str, locales: &[String]) -> Answer<'_> {
        let level = |delimiter| {
            asked
                .rsplit_once(delimiter)
                .map(|(_, level): (_, &str)| level)
        };
        let is_known = |name: &&str| !self.lookup(name).is_empty();
        let whole = Some(asked).filter(is_known);
        let slash = level('/').filter(|level| !level.is_empty());
        let name = whole
            .or_else(|| slash.or(level('.')).filter(is_known))
            .or(slash)
            .unwrap_or(asked);
        let Reading {
            matches, resembles, ..
        } = self.read(name);
        let is_unknown = matches.is_empty() && resembles.is_empty();
        let unknown = is_unknown.then(|| self.why_unknown(name));
        Answer {
            name: name.to_owned(),
            is_level: name.len() < asked.len(),
            exact: fold::exact(name),
            bare: fold::bare(name),
            matches,
            resembles,
            locales: locales.to_vec(),
            unknown,
        }
    }

    fn why_unknown(&self, name: &str) -> Unknown {
        if let Some(role) = self.looks_like(name) {
            let letters = fold::suspects(name);
            return Unknown::LooksLike { role, letters };
        }
        match self.known_part(name) {
            Some((part, roles)) => Unknown::Part { part, roles },
            None => Unknown::Unheard,
        }
    }

    /// The longest run of words that is a name by itself.
    fn known_part(&self, name: &str) -> Option<(String, BTreeSet<Role>)> {
        let words: Vec<&str> = name
            .split(|letter: char| !letter.is_alphanumeric() && !"'’".contains(letter))
            .filter(|word| !word.is_empty())
            .take(WORDS)
            .collect();
        (1..=words.len()).rev().find_map(|length| {
            words.windows(length).find_map(|run| {
                let part = run.join(" ");
                let roles = roles(&self.lookup(&part));
                (!roles.is_empty()).then_some((part, roles))
            })
        })
    }
}

/// The primary subtag of a language tag.
fn language(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or_default()
}

fn roles(matches: &[Match]) -> BTreeSet<Role> {
    matches.iter().map(|found| found.role).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Mapping, Unknown};
    use crate::model::role::{Certainty, Role};

    #[test]
    fn of_a_path_the_last_level_is_looked_up() {
        let mapping = Mapping::built_in();
        for (asked, name) in [
            ("[Gmail]/Sent Mail", "Sent Mail"),
            ("INBOX.Sent", "Sent"),
            ("Clients/Acme", "Acme"),
            ("Version 2.0", "Version 2.0"),
            ("Sent", "Sent"),
        ] {
            let answer = mapping.answer(asked);
            assert_eq!(
                (answer.name.as_str(), answer.is_level),
                (name, name != asked)
            );
        }
    }

    #[test]
    fn certainty_is_that_of_an_audit() {
        let mapping = Mapping::built_in();
        for (name, certainty) in [
            ("Sent", Some(Certainty::Known)),
            ("Courrier envoye", Some(Certainty::Likely)),
            ("Lixo", Some(Certainty::Ambiguous)),
            ("Skickade poster (2)", Some(Certainty::Doubtful)),
            ("Skickatkorg", Some(Certainty::Doubtful)),
            ("Projects", None),
        ] {
            assert_eq!(mapping.answer(name).certainty(), certainty, "{name}");
        }
    }

    #[test]
    fn a_stated_language_settles_what_means_two_things() {
        let mapping = Mapping::built_in();
        let answer = |name, locale: &str| {
            let answer = mapping.answer_in(name, &[locale.to_owned()]);
            (answer.roles(), answer.certainty())
        };
        let trash = (BTreeSet::from([Role::Trash]), Some(Certainty::Likely));
        assert_eq!(answer("रद्दी", "hi-IN"), trash);
        assert_eq!(answer("रद्दी", "fr").1, Some(Certainty::Ambiguous));
        assert_eq!(answer("Skickatkorg", "sv").1, Some(Certainty::Likely));
    }

    #[test]
    fn an_unknown_name_has_the_most_telling_reason() {
        let mapping = Mapping::built_in();
        let why = |name| mapping.answer(name).unknown;
        assert_eq!(
            why("Ѕеnt"),
            Some(Unknown::LooksLike {
                role: Role::Sent,
                letters: vec!['Ѕ', 'е']
            })
        );
        assert_eq!(
            why("Sent Items of Anna (old)"),
            Some(Unknown::Part {
                part: "Sent Items".to_owned(),
                roles: [Role::Sent].into()
            })
        );
        assert_eq!(why("Projects"), Some(Unknown::Unheard));
        assert_eq!(why("Sent"), None);
    }
}
