//! Words: of which words the names of special mailboxes are made, by language (`mappings/words.yaml`).
//!
//! In: a key without separators, and where they were. Out: the roles that the key is made of words for. Never: a part of a key; one word that is
//! in no list makes the name an ordinary one. The file is read when rolecall is built (`build.rs`).
//!
//! Words meet under [`fold::joined`], so a key is cut into words wherever that is possible: "gesendetemails" is
//! "gesendete" and "mails". All of them must be one language's, and all words of roles must agree in a role.

use std::{borrow::Cow, collections::BTreeMap};

use super::{fold::JoinedKey, index::Index};
use crate::model::role::Role;

/// The most words of which a name is made.
const MOST: usize = 6;
/// The tag of the words that every language uses.
pub(crate) const EVERY_LANGUAGE: &str = "und";

/// What a word is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WordKind {
    /// Mail, messages, folders, and what is said of all of them.
    Item,
    /// An article or preposition: it counts where it stands by itself, since "con" and "sent" do not make "Consent".
    Particle,
    /// Whose mail it is ("my"); it too counts where it stands by itself.
    Mine,
    /// A copy, or what is no longer in use.
    Copy,
    /// A role's.
    Role(Role),
}

/// One word of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameWord {
    /// Which of the languages it is of; all of them where there is none.
    pub(crate) language: Option<u8>,
    pub(crate) kind: WordKind,
    /// Whether it counts without an item's word beside it.
    pub(crate) alone: bool,
}

/// The words of all languages, ready to be asked.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    pub(crate) languages: Cow<'static, [Cow<'static, str>]>,
    pub(crate) uses: Cow<'static, [NameWord]>,
    pub(crate) index: Index,
    /// A bit for every hash that a key of the index has.
    pub(crate) filter: Cow<'static, [u64]>,
}

/// One role that a name is made of words for, and a language in which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MadeOf<'a> {
    pub(crate) role: Role,
    pub(crate) language: &'a str,
}

/// How far a key has been cut into words.
#[derive(Clone, Copy)]
struct Cut {
    /// To which octet.
    at: usize,
    /// The languages that all words so far have, a bit each.
    languages: u128,
    /// The roles that all words of roles so far agree in, a bit each; none before the first.
    roles: Option<u16>,
    has_item: bool,
    /// Whether a word for a copy is among them, or for whose it is.
    is_somebodys: bool,
    /// Whether a word of a role is among them that counts without an item's.
    stands_alone: bool,
    left: usize,
}

impl Words {
    /// Whether a key is a word for a copy, or for what is no longer in use, in any language.
    pub(super) fn is_copy(&self, key: &JoinedKey) -> bool {
        let places = self.index.get(&key.letters).iter();
        let mut words = places.filter_map(|place| self.uses.get(*place as usize));
        words.any(|word| word.kind == WordKind::Copy)
    }

    /// The roles that a key is made of words for, each once.
    pub(super) fn roles_of(&self, key: &JoinedKey) -> Vec<MadeOf<'_>> {
        let start = Cut {
            at: 0,
            languages: u128::MAX,
            roles: None,
            has_item: false,
            is_somebodys: false,
            stands_alone: false,
            left: MOST,
        };
        let mut found = BTreeMap::new();
        self.cut(key, start, &mut found);
        let found = found.into_iter();
        found
            .filter_map(|(role, languages)| {
                let language = self.languages.get(languages.trailing_zeros() as usize);
                let language = language.map_or(EVERY_LANGUAGE, |language| language);
                Some(MadeOf {
                    role: *Role::EVERY.get(role)?,
                    language,
                })
            })
            .collect()
    }

    /// Adds the roles of every way in which the rest can be cut into words.
    fn cut(&self, key: &JoinedKey, cut: Cut, found: &mut BTreeMap<usize, u128>) {
        let Some(rest) = key.letters.get(cut.at..).filter(|rest| !rest.is_empty()) else {
            cut.add_to(found);
            return;
        };
        let Some(left) = cut.left.checked_sub(1) else {
            return;
        };
        for (length, places) in self.index.prefixes(rest, &self.filter) {
            let words = places
                .iter()
                .filter_map(|place| self.uses.get(*place as usize));
            let end = cut.at + length;
            let is_by_itself = is_end(key, cut.at) && is_end(key, end);
            let is_short = |kind| matches!(kind, WordKind::Particle | WordKind::Mine);
            for word in words.filter(|word| is_by_itself || !is_short(word.kind)) {
                let next = cut.with(*word);
                if next.languages != 0 && next.roles != Some(0) {
                    let next = Cut {
                        at: end,
                        left,
                        ..next
                    };
                    self.cut(key, next, found);
                }
            }
        }
    }
}

/// Whether the name has a word's beginning or end here.
fn is_end(key: &JoinedKey, at: usize) -> bool {
    let bit = u32::try_from(at).ok().and_then(|at| 1_u128.checked_shl(at));
    bit.is_some_and(|bit| key.ends & bit != 0)
}

impl Cut {
    /// Adds the roles in which all words agree, if there are enough words.
    fn add_to(self, found: &mut BTreeMap<usize, u128>) {
        let Some(agreed) = self.roles.filter(|_| self.has_item || self.stands_alone) else {
            return;
        };
        // What is old or a copy of an archive, or said to be one's own, may well be another archive of the user's.
        let is_kept_apart =
            |role: usize| self.is_somebodys && Role::EVERY.get(role) == Some(&Role::Archive);
        let roles = (0..Role::EVERY.len()).filter(|role| (agreed >> role) & 1 == 1);
        for role in roles.filter(|role| !is_kept_apart(*role)) {
            *found.entry(role).or_default() |= self.languages;
        }
    }

    fn with(self, word: NameWord) -> Self {
        let language = word.language.map_or(u128::MAX, |language| 1 << language);
        let mut next = self;
        next.languages &= language;
        match word.kind {
            WordKind::Item => next.has_item = true,
            WordKind::Particle => {}
            WordKind::Mine | WordKind::Copy => next.is_somebodys = true,
            WordKind::Role(role) => {
                let role = Role::EVERY.iter().position(|one| *one == role);
                let role = role.map_or(0, |role| 1 << role);
                next.roles = Some(self.roles.map_or(role, |roles| roles & role));
                next.stands_alone |= word.alone;
            }
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::super::built_in::WORDS;
    use crate::{
        mapping::fold,
        model::role::Role::{self, Drafts, Junk, Outbox, Sent, Trash},
    };

    fn made_of(name: &str) -> Vec<(Role, &'static str)> {
        let made = WORDS.roles_of(&fold::joined_of(&fold::bare(name)));
        made.iter().map(|made| (made.role, made.language)).collect()
    }

    #[test]
    fn all_words_are_of_one_language_and_agree_in_a_role() {
        assert_eq!(made_of("Gesendete Mails"), [(Sent, "de")]);
        assert_eq!(made_of("gesendetemails"), [(Sent, "de")]);
        assert_eq!(made_of("Gesendete viestit"), []);
        assert_eq!(made_of("Sent Trash"), []);
        assert_eq!(made_of("Mails"), []);
        assert_eq!(made_of("Gesendete Mails von gestern"), []);
        assert_eq!(made_of(""), []);
    }

    #[test]
    fn a_word_that_counts_beside_another_only_is_nothing_alone() {
        assert_eq!(made_of("Massen"), []);
        assert_eq!(made_of("Massen-Mails"), [(Junk, "de")]);
        assert_eq!(made_of("Unerwünschte Werbung"), [(Junk, "de")]);
        assert_eq!(made_of("Werbung"), []);
    }

    #[test]
    fn a_particle_counts_where_it_stands_by_itself() {
        assert_eq!(made_of("Correos de enviados"), [(Sent, "es")]);
        assert_eq!(made_of("Consent"), []);
        assert_eq!(made_of("Con"), []);
    }

    #[test]
    fn what_is_said_to_be_one_s_own_is_found_but_for_archives() {
        assert_eq!(made_of("My Drafts"), [(Drafts, "en")]);
        assert_eq!(made_of("Mes brouillons"), [(Drafts, "fr")]);
        assert_eq!(made_of("Meine gesendeten Mails"), [(Sent, "de")]);
        assert_eq!(made_of("My archive"), []);
        assert_eq!(made_of("My Drafts of the novel"), []);
    }

    #[test]
    fn words_of_two_roles_leave_the_role_open() {
        assert_eq!(made_of("Garbage mail"), [(Trash, "en"), (Junk, "en")]);
        assert_eq!(made_of("Giden postalar"), [(Sent, "tr"), (Outbox, "tr")]);
    }

    #[test]
    fn long_names_of_words_that_repeat_are_cut_in_no_time() {
        assert_eq!(made_of(&"mail".repeat(40)), []);
    }
}
