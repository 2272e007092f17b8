//! One question: what one client does about one role.
//!
//! In: a profile, a language, a view of an account. Out: a [`RoleForecast`]. Never: a guess.
//!
//! Where something is not documented, every possibility is tried ([`Assumptions`]). If they all come to the same, that
//! is the answer; if not, it is one of several or "unknown", and the reason says what would have to be known.

use std::collections::BTreeSet;

use super::{
    case::{Assumptions, Case, CaseOutcome, union},
    choose::key_of,
    file::ANY,
    profile::{Letters, NamePlace, Profile, Provenance, RoleProfile, Which},
    stay::Stay,
    view::ArrangedListing,
};
use crate::{
    language::{Phrase, text},
    model::{
        client::{Confidence, RoleForecast, Use},
        role::Role,
    },
};

/// What one client does about one role.
pub(super) struct Question<'a> {
    pub(super) view: &'a ArrangedListing<'a>,
    /// The account that it was used with before, for a client in use.
    pub(super) before: Option<&'a ArrangedListing<'a>>,
    pub(super) profile: &'a Profile,
    pub(super) role: Role,
    pub(super) about: &'a RoleProfile,
    /// Whether its user's language is English.
    pub(super) in_english: bool,
    /// Its names in its user's language, or why there are none: found out once, not again for every world.
    pub(super) listed: &'a Result<&'a [String], Phrase>,
}

impl<'a> Question<'a> {
    pub(super) fn cell(&self) -> RoleForecast {
        let (mut outcome, possible) = if self.about.not_with_labels && self.view.has_labels {
            let outcome = CaseOutcome {
                does: Use::Nothing,
                because: text::left_to_gmail(),
                said: vec![&self.about.finds.said],
            };
            (outcome, Vec::new())
        } else {
            self.outcome()
        };
        if self.sight_matters() {
            outcome.said.push(&self.profile.sees.said);
        }
        let is_made = matches!(outcome.does, Use::Creates(_));
        RoleForecast {
            when: is_made.then_some(self.about.misses.when),
            confidence: match outcome.does {
                Use::Unknown => Confidence::Unknown,
                _ => weakest(&outcome.said),
            },
            does: outcome.does,
            possible,
            because: outcome.because,
            sources: sources(&outcome.said),
            can_reassign: self.about.can_reassign,
            reassign: self.about.reassign.clone(),
        }
    }

    fn in_world(&self, world: Assumptions) -> CaseOutcome<'a> {
        let case = Case {
            view: self.view,
            role: self.role,
            profile: self.about,
            world,
            in_english: self.in_english,
            listed: self.listed,
        };
        match self.before {
            None => case.outcome(),
            Some(view) => Stay {
                before: Case { view, ..case },
                after: case,
            }
            .outcome(),
        }
    }

    /// Tries every possibility of what is not documented. Beside the outcome all that it comes to, where that is unknown.
    fn outcome(&self) -> (CaseOutcome<'a>, Vec<Use>) {
        let worlds = self.worlds();
        let outcomes: Vec<CaseOutcome> = worlds.iter().map(|world| self.in_world(*world)).collect();
        let Some((first, rest)) = outcomes.split_first() else {
            let outcome = CaseOutcome {
                does: Use::Unknown,
                because: text::nothing_documented(),
                said: Vec::new(),
            };
            return (outcome, Vec::new());
        };
        // What all come to is known as well as on the weakest way there.
        let least_known = outcomes.iter().min_by_key(|one| weakest(&one.said));
        let least_known = least_known.unwrap_or(first);
        if rest.iter().all(|one| one.does == first.does) {
            return (least_known.clone(), Vec::new());
        }
        let every: Vec<&Use> = outcomes.iter().map(|one| &one.does).collect();
        let does = union(&every);
        let open = what_matters(&worlds, first, rest).words();
        let possible = match &does {
            Use::Unknown => possible(&every),
            _ => Vec::new(),
        };
        let because = match &does {
            Use::Creates(_) => text::but_not_documented(&first.because, open),
            Use::Unknown if !possible.is_empty() => {
                text::but_not_documented(Phrase::or(possible.iter().map(Use::said)), open)
            }
            _ => text::not_documented(open),
        };
        let outcome = CaseOutcome {
            does,
            because,
            said: least_known.said.clone(),
        };
        (outcome, possible)
    }

    /// Every combination of what is documented and the possibilities of what is not.
    fn worlds(&self) -> Vec<Assumptions> {
        let finds = &self.about.finds;
        let which = match self.profile.sees.which {
            Some(which) => vec![which],
            None => vec![Which::All, Which::Subscribed],
        };
        let letters = match finds.letters {
            Some(letters) => vec![letters],
            None => vec![Letters::AsWritten, Letters::AnyCase],
        };
        let places: &[NamePlace] = if self.view.listing.prefix().is_empty() {
            // The same names, whatever is not documented.
            &[NamePlace::Top]
        } else {
            &[NamePlace::Namespace, NamePlace::Top]
        };
        let mut worlds = Vec::new();
        for which in which {
            for letters in &letters {
                for place in places {
                    worlds.extend((0..self.choices()).map(|choice| Assumptions {
                        which,
                        letters: *letters,
                        place: *place,
                        choice,
                    }));
                }
            }
        }
        worlds
    }

    /// How many names come into question.
    fn choices(&self) -> usize {
        match self.listed {
            Ok(listed) if self.about.names.is_open => listed.len().max(1),
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
            worlds.map(|world| self.in_world(Assumptions { which, ..world }).does)
        };
        seeing(which) != seeing(Which::All)
    }
}

/// All that an unknown use may be, each once; none where one of them is unknown itself.
fn possible(every: &[&Use]) -> Vec<Use> {
    let possible: BTreeSet<&Use> = every.iter().copied().collect();
    if possible.contains(&Use::Unknown) {
        return Vec::new();
    }
    possible.into_iter().cloned().collect()
}

/// A client's names for a role in its user's language, or why there are none.
pub(super) fn listed<'a>(
    profile: &Profile,
    about: &'a RoleProfile,
    language: Option<&str>,
) -> Result<&'a [String], Phrase> {
    let names = &about.names.by_language;
    let key = match language {
        _ if names.contains_key(ANY) => Some(ANY),
        Some(language) => key_of(names, language),
        None if names.is_empty() => None,
        None => {
            let known: Vec<&str> = names.keys().map(String::as_str).collect();
            let (id, known) = (&profile.id, known.join(", "));
            return Err(text::language_decides(id, known));
        }
    };
    let listed = key.and_then(|key| names.get(key));
    listed.map(Vec::as_slice).ok_or_else(|| match language {
        Some(language) => text::names_not_on_record(language),
        None => text::names_of_user_not_on_record(),
    })
}

/// What is not documented and makes a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Open {
    Sight,
    Place,
    Name,
    Letters,
    Much,
}

impl Open {
    fn words(self) -> Phrase {
        match self {
            Self::Sight => text::open_sight(),
            Self::Place => text::open_place(),
            Self::Name => text::open_name(),
            Self::Letters => text::open_letters(),
            Self::Much => text::open_much(),
        }
    }
}

/// Which of the undocumented things makes the difference.
fn what_matters(worlds: &[Assumptions], first: &CaseOutcome, rest: &[CaseOutcome]) -> Open {
    let Some((base, others)) = worlds.split_first() else {
        return Open::Much;
    };
    let differing = others.iter().zip(rest);
    let differing = differing.filter(|(_, outcome)| outcome.does != first.does);
    let alone = |world: &Assumptions| {
        let changed = [
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
    let found = differing.filter_map(|(world, _)| alone(world));
    found.min().unwrap_or(Open::Much)
}

fn weakest(said: &[&Provenance]) -> Confidence {
    let all = said.iter().map(|one| one.confidence);
    all.min().unwrap_or_default()
}

/// Each source once, in order.
fn sources(said: &[&Provenance]) -> Vec<String> {
    let mut sources: Vec<String> = Vec::new();
    for one in said.iter().filter(|one| !one.source.is_empty()) {
        if !sources.contains(&one.source) {
            sources.push(one.source.clone());
        }
    }
    sources
}
