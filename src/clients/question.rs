//! One question: what one client does about one role.
//!
//! In: a profile, a language, a view of an account. Out: a [`Cell`]. Never: a guess.
//!
//! Where something is not documented, every possibility is tried (a [`World`] each). If they all come to the same, that
//! is the answer; if not, it is one of several or "unknown", and the reason says what would have to be known.

use std::collections::BTreeSet;

use super::{
    case::{Case, Outcome, World},
    choose::key_of,
    view::View,
};
use crate::{
    mapping::{
        clients::ANY,
        profile::{Letters, Place, Profile, RoleProfile, Said, Which},
    },
    model::{
        client::{Cell, Confidence, Use},
        mailbox::MailboxName,
        role::Role,
    },
};

/// What one client does about one role.
pub(super) struct Question<'a> {
    pub(super) view: &'a View<'a>,
    pub(super) profile: &'a Profile,
    pub(super) role: Role,
    pub(super) about: &'a RoleProfile,
    /// The language of its menus, where one was said.
    pub(super) language: Option<&'a str>,
}

impl<'a> Question<'a> {
    pub(super) fn cell(&self) -> Cell {
        let is_gmail = self.view.listing.server.can("X-GM-EXT-1");
        let mut outcome = if self.about.not_on_gmail && is_gmail {
            Outcome {
                does: Use::Nothing,
                because: "it leaves this to Gmail, which files the mail itself".to_owned(),
                said: vec![&self.about.finds.said],
            }
        } else {
            self.outcome()
        };
        if self.sight_matters() {
            outcome.said.push(&self.profile.sees.said);
        }
        let is_made = matches!(outcome.does, Use::Creates(_));
        Cell {
            when: is_made.then_some(self.about.misses.when),
            confidence: match outcome.does {
                Use::Unknown => Confidence::Unknown,
                _ => weakest(&outcome.said),
            },
            does: outcome.does,
            because: outcome.because,
            sources: sources(&outcome.said),
            can_reassign: self.about.can_reassign,
            reassign: self.about.reassign.clone(),
        }
    }

    fn in_world(&self, world: World<'a>) -> Outcome<'a> {
        Case {
            view: self.view,
            role: self.role,
            profile: self.about,
            world,
        }
        .outcome()
    }

    /// Tries every possibility of what is not documented.
    fn outcome(&self) -> Outcome<'a> {
        let worlds = self.worlds();
        let mut outcomes = worlds.iter().map(|world| self.in_world(*world));
        let Some(first) = outcomes.next() else {
            return Outcome {
                does: Use::Unknown,
                because: "nothing is documented".to_owned(),
                said: Vec::new(),
            };
        };
        let rest: Vec<Outcome> = outcomes.collect();
        if rest.iter().all(|one| one.does == first.does) {
            return first;
        }
        let open = what_matters(&worlds, &first, &rest);
        let does = if open == Open::Language {
            Use::Unknown
        } else {
            let every = std::iter::once(&first).chain(&rest);
            union(&every.map(|one| &one.does).collect::<Vec<_>>())
        };
        let open = match self.language_hint().filter(|_| open == Open::Language) {
            Some(hint) => hint,
            None => format!("not documented: {}", open.words()),
        };
        let because = match &does {
            Use::Creates(_) => format!("{}; {open}", first.because),
            _ => open,
        };
        Outcome {
            does,
            because,
            said: first.said,
        }
    }

    /// Every combination of what is documented and the possibilities of what is not.
    fn worlds(&self) -> Vec<World<'a>> {
        let finds = &self.about.finds;
        let which = match self.profile.sees.which {
            Some(which) => vec![which],
            None => vec![Which::All, Which::Subscribed],
        };
        let letters = match finds.letters {
            Some(letters) => vec![letters],
            None => vec![Letters::AsWritten, Letters::AnyCase],
        };
        let mut worlds = Vec::new();
        for which in which {
            for letters in &letters {
                for place in [Place::Namespace, Place::Top] {
                    for language in self.languages() {
                        for choice in 0..self.choices(language) {
                            worlds.push(World {
                                which,
                                letters: *letters,
                                place,
                                language,
                                choice,
                            });
                        }
                    }
                }
            }
        }
        worlds
    }

    /// The keys of its names that come into question; none of them where the user's language is not on record.
    fn languages(&self) -> Vec<Option<&'a str>> {
        let names = &self.about.names.by_language;
        if let Some((any, _)) = names.get_key_value(ANY) {
            return vec![Some(any)];
        }
        match self.language {
            Some(language) => vec![key_of(names, language)],
            None if names.is_empty() => vec![None],
            None => names.keys().map(|key| Some(key.as_str())).collect(),
        }
    }

    fn choices(&self, language: Option<&str>) -> usize {
        let names = &self.about.names;
        let listed = language.and_then(|language| names.by_language.get(language));
        match listed {
            Some(listed) if names.is_open => listed.len().max(1),
            _ => 1,
        }
    }

    /// Whether it matters that this client does not see every mailbox.
    fn sight_matters(&self) -> bool {
        let Some(which) = self.profile.sees.which.filter(|which| *which != Which::All) else {
            return false;
        };
        let seeing = |which| {
            let worlds = self.worlds().into_iter().next();
            worlds.map(|world| self.in_world(World { which, ..world }).does)
        };
        seeing(which) != seeing(Which::All)
    }

    fn language_hint(&self) -> Option<String> {
        let keys: Vec<&str> = self.languages().into_iter().flatten().collect();
        let first = keys.first()?;
        let id = &self.profile.id;
        let known = keys.join(", ");
        Some(format!(
            "its user's language decides: say {id}:{first} (known: {known})"
        ))
    }
}

/// What is not documented and makes a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Open {
    Language,
    Sight,
    Place,
    Name,
    Letters,
    Much,
}

impl Open {
    fn words(self) -> &'static str {
        match self {
            Self::Language => "its user's language",
            Self::Sight => "whether it sees mailboxes that are not subscribed",
            Self::Place => "where it looks on a server whose names begin with a prefix",
            Self::Name => "which of its possible names it uses",
            Self::Letters => "whether upper and lower case matter to it",
            Self::Much => "several things that make a difference here",
        }
    }
}

/// Which of the undocumented things makes the difference.
fn what_matters(worlds: &[World], first: &Outcome, rest: &[Outcome]) -> Open {
    let Some((base, others)) = worlds.split_first() else {
        return Open::Much;
    };
    let differing = others.iter().zip(rest);
    let differing = differing.filter(|(_, outcome)| outcome.does != first.does);
    let alone = |world: &World| {
        let changed = [
            (world.language != base.language, Open::Language),
            (world.which != base.which, Open::Sight),
            (world.place != base.place, Open::Place),
            (world.choice != base.choice, Open::Name),
            (world.letters != base.letters, Open::Letters),
        ];
        let mut changed = changed.into_iter().filter(|(is, _)| *is);
        match (changed.next(), changed.next()) {
            (Some((_, open)), None) => Some(open),
            _ => None,
        }
    };
    let mut found: Vec<Open> = differing.filter_map(|(world, _)| alone(world)).collect();
    found.sort();
    found.first().copied().unwrap_or(Open::Much)
}

/// What may happen where different things may: one of several mailboxes, one of several names, else unknown.
fn union(all: &[&Use]) -> Use {
    let mailboxes: BTreeSet<&MailboxName> = all.iter().flat_map(|does| does.mailboxes()).collect();
    let names: BTreeSet<&String> = all.iter().flat_map(|does| does.creates()).collect();
    if all.iter().all(|does| !does.mailboxes().is_empty()) {
        Use::OneOf(mailboxes.into_iter().cloned().collect())
    } else if all.iter().all(|does| !does.creates().is_empty()) {
        Use::Creates(names.into_iter().cloned().collect())
    } else {
        Use::Unknown
    }
}

fn weakest(said: &[&Said]) -> Confidence {
    let all = said.iter().map(|one| one.confidence);
    all.min().unwrap_or_default()
}

/// Each source once, in order.
fn sources(said: &[&Said]) -> Vec<String> {
    let mut sources: Vec<String> = Vec::new();
    for one in said.iter().filter(|one| !one.source.is_empty()) {
        if !sources.contains(&one.source) {
            sources.push(one.source.clone());
        }
    }
    sources
}
