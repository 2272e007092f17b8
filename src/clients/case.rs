//! One case: a client, a role, a view of an account, and what is assumed where nothing is documented.
//!
//! In: a [`Case`]. Out: a [`CaseOutcome`]. Never: the name of a client; each way of finding is a function here.

use std::collections::BTreeSet;

use super::{
    profile::{Does, Letters, NamePlace, Provenance, RoleProfile, Several, Way, Which},
    view::ArrangedListing,
};
use crate::{
    language::{Phrase, text},
    model::{
        client::{Use, When},
        mailbox::{Mailbox, MailboxName},
        role::Role,
    },
};

/// What is assumed of a client: what is documented, and one possibility of each thing that is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Assumptions {
    pub(super) which: Which,
    pub(super) letters: Letters,
    /// Where names are looked for and made, as far as nothing else is said.
    pub(super) place: NamePlace,
    /// Which of several possible names.
    pub(super) choice: usize,
}

/// The question.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) view: &'a ArrangedListing<'a>,
    pub(super) role: Role,
    pub(super) profile: &'a RoleProfile,
    pub(super) world: Assumptions,
    /// Whether its user's language is English.
    pub(super) in_english: bool,
    /// Its names in its user's language, or why there are none.
    pub(super) listed: &'a Result<&'a [String], Phrase>,
}

/// What a client does, why, and who says so.
#[derive(Debug, Clone)]
pub(super) struct CaseOutcome<'a> {
    pub(super) does: Use,
    pub(super) because: Phrase,
    pub(super) said: Vec<&'a Provenance>,
}

/// What one way of finding tells.
enum Told<'a> {
    Found(Vec<&'a Mailbox>, Phrase),
    Nothing,
    Unknown(Phrase),
}

impl<'a> Case<'a> {
    /// The first way that finds a mailbox decides; else what the client does when it finds none.
    pub(super) fn outcome(&self) -> CaseOutcome<'a> {
        let finds = &self.profile.finds;
        let Some(ways) = &finds.ways else {
            return self.unknown(text::finding_undocumented());
        };
        for way in ways {
            match self.look(*way) {
                Told::Found(found, because) => return self.found(*way, &found, because),
                Told::Unknown(why) => return self.unknown(why),
                Told::Nothing => {}
            }
        }
        self.miss()
    }

    /// What the ways that go by attributes find; none where they find nothing.
    pub(super) fn marked_outcome(&self) -> Option<CaseOutcome<'a>> {
        let ways = self.profile.finds.ways.iter().flatten();
        let mut by_attributes = ways.filter(|way| {
            matches!(
                way,
                Way::Attributes | Way::AttributesIfSpecialUse | Way::AttributesOfAll | Way::Xlist
            )
        });
        by_attributes.find_map(|way| match self.look(*way) {
            Told::Found(found, because) => Some(self.found(*way, &found, because)),
            Told::Nothing | Told::Unknown(_) => None,
        })
    }

    fn look(&self, way: Way) -> Told<'a> {
        let server = &self.view.listing.server;
        match way {
            Way::Attributes => self.marked(self.role),
            Way::AttributesIfSpecialUse if server.can("SPECIAL-USE") => self.marked(self.role),
            Way::Xlist if server.can("XLIST") => self.marked(self.role),
            Way::AttributesIfSpecialUse | Way::Xlist => Told::Nothing,
            Way::AttributesOfAll => self.marked(Role::All),
            Way::AttributesOrNames => self.marked_or_named(),
            Way::OwnName => self.own_name(),
            Way::Names => match self.names() {
                Ok(names) => self.named(names),
                Err(why) => Told::Unknown(why),
            },
            Way::EnglishNames => match self.profile.names.by_language.get("en") {
                Some(names) => self.named(names.iter().map(String::as_str).collect::<Vec<_>>()),
                None => Told::Nothing,
            },
        }
    }

    fn marked(&self, role: Role) -> Told<'a> {
        let marked = self.view.marked(role).iter().copied();
        let seen: Vec<&Mailbox> = marked.filter(|mailbox| self.sees(mailbox)).collect();
        let attribute = role.attribute().unwrap_or_default();
        told(seen, || text::server_marks_it(attribute))
    }

    /// Its names in its order; each at every place where it looks before the next.
    fn named(&self, names: impl AsRef<[&'a str]>) -> Told<'a> {
        for name in names.as_ref() {
            for place in self.places() {
                let found = self.view.named(name, *place, self.world.letters);
                let seen: Vec<&Mailbox> = found.into_iter().filter(|one| self.sees(one)).collect();
                if !seen.is_empty() {
                    return Told::Found(seen, text::looks_for(*name));
                }
            }
        }
        Told::Nothing
    }

    fn own_name(&self) -> Told<'a> {
        let names = match self.names() {
            Ok(names) => names,
            Err(why) => return Told::Unknown(why),
        };
        let Some(name) = names.first() else {
            return Told::Nothing;
        };
        let found = self.view.named(name, NamePlace::Top, Letters::AsWritten);
        let seen = found.into_iter().filter(|one| self.sees(one)).collect();
        told(seen, text::own_name)
    }

    /// A name counts for a mailbox without any special-use attribute.
    fn marked_or_named(&self) -> Told<'a> {
        let mut all = match self.marked(self.role) {
            Told::Found(found, _) => found,
            _ => Vec::new(),
        };
        let names = match self.names() {
            Ok(names) => names,
            Err(why) => return Told::Unknown(why),
        };
        let is_plain = |mailbox: &&Mailbox| {
            let mut attributes = mailbox.attributes.iter();
            !attributes.any(|one| Role::from_attribute(one).is_some())
        };
        for name in names {
            for place in self.places() {
                let found = self.view.named(name, *place, self.world.letters);
                all.extend(
                    found
                        .into_iter()
                        .filter(|one| self.sees(one))
                        .filter(is_plain),
                );
            }
        }
        told(all, text::marked_or_known_name)
    }

    /// The names that it would use, in its order.
    fn names(&self) -> Result<Vec<&'a str>, Phrase> {
        let listed = self.listed.as_ref().map_err(Clone::clone)?;
        let names = listed.iter().map(String::as_str);
        Ok(if self.profile.names.is_open {
            names.skip(self.world.choice).take(1).collect()
        } else {
            names.collect()
        })
    }

    fn places(&self) -> &[NamePlace] {
        let finds = &self.profile.finds;
        let in_english = finds.places_in_english.as_ref();
        match in_english
            .filter(|_| self.in_english)
            .or(finds.places.as_ref())
        {
            Some(places) => places,
            None => std::slice::from_ref(&self.world.place),
        }
    }

    pub(super) fn sees(&self, mailbox: &Mailbox) -> bool {
        match self.world.which {
            Which::All => true,
            Which::Subscribed => mailbox.subscribed != Some(false),
            Which::Personal => !self.view.listing.is_foreign(&mailbox.name),
        }
    }

    fn found(&self, way: Way, found: &[&Mailbox], because: Phrase) -> CaseOutcome<'a> {
        let mut said = vec![&self.profile.finds.said];
        if matches!(way, Way::Names | Way::EnglishNames | Way::OwnName) {
            said.extend(&self.profile.names.said);
        }
        let mut names: Vec<_> = found.iter().map(|mailbox| mailbox.name.clone()).collect();
        names.sort_unstable();
        names.dedup();
        let is_by_name = self.profile.finds.several == Some(Several::FirstByName);
        let (does, because) = if let [only] = names.as_slice() {
            (Use::Mailbox(only.clone()), because)
        } else if let Some(first) = names.first().filter(|_| is_by_name) {
            (Use::Mailbox(first.clone()), text::first_by_name())
        } else {
            let because = match self.profile.finds.several {
                Some(Several::First) => text::several_first(),
                Some(Several::Last) => text::several_last(),
                Some(Several::FirstByName) | None => text::several_undocumented(),
            };
            (Use::OneOf(names), because)
        };
        CaseOutcome {
            does,
            because,
            said,
        }
    }

    /// What it does when it found none.
    fn miss(&self) -> CaseOutcome<'a> {
        let misses = &self.profile.misses;
        let (does, because) = match misses.does {
            None => return self.unknown(text::miss_undocumented()),
            Some(Does::Creates) => return self.create(),
            Some(Does::Computer) => (Use::Computer, text::miss_computer()),
            Some(Does::InPlace) => (Use::InPlace, text::miss_in_place()),
            Some(Does::Asks) => (Use::Asks, text::miss_asks()),
            Some(Does::Nothing) => (Use::Nothing, text::miss_nothing()),
        };
        CaseOutcome {
            does,
            because: self.overlooking(because),
            said: vec![&self.profile.finds.said, &misses.said],
        }
    }

    /// What it makes, unless that is there already.
    fn create(&self) -> CaseOutcome<'a> {
        let (finds, misses) = (&self.profile.finds, &self.profile.misses);
        let names = match self.names() {
            Ok(names) => names,
            Err(why) => return self.unknown(text::miss_makes_unknown(why)),
        };
        let Some(name) = names.first() else {
            return self.unknown(text::made_name_unknown());
        };
        let place = misses
            .place
            .or_else(|| finds.places.as_ref()?.first().copied());
        let full = self.view.full_name(name, place.unwrap_or(self.world.place));
        let there = self.view.named(&full, NamePlace::Top, Letters::AsWritten);
        let mut said = vec![&finds.said, &misses.said];
        said.extend(&self.profile.names.said);
        let listing = self.view.listing;
        let (does, because) = match there.first() {
            // Where only a guess has it outside, it may as well be made inside.
            None if place.is_some() && !listing.has_namespace_for(&full) => {
                (Use::Nothing, text::refused_outside(full, listing.prefix()))
            }
            None => (Use::Creates(vec![full]), makes_one(misses.when)),
            Some(mailbox) if misses.takes_unseen => (
                Use::Mailbox(mailbox.name.clone()),
                text::takes_what_is_there(),
            ),
            Some(_) => {
                return self.unknown(text::there_unseen(full));
            }
        };
        CaseOutcome {
            does,
            because: self.overlooking(because),
            said,
        }
    }

    /// And what is marked for the role and not seen.
    fn overlooking(&self, because: Phrase) -> Phrase {
        let marked = self.view.marked(self.role).iter();
        let unseen = marked.copied().find(|mailbox| !self.sees(mailbox));
        match (unseen, self.world.which) {
            (None, _) => because,
            (Some(mailbox), Which::Subscribed) => {
                text::overlooks_unsubscribed(&mailbox.name, because)
            }
            (Some(mailbox), Which::Personal | Which::All) => {
                text::overlooks_foreign(&mailbox.name, because)
            }
        }
    }

    fn unknown(&self, because: Phrase) -> CaseOutcome<'a> {
        CaseOutcome {
            does: Use::Unknown,
            because,
            said: vec![&self.profile.finds.said],
        }
    }
}

fn makes_one(when: When) -> Phrase {
    match when {
        When::AccountCreation => text::makes_at_setup(),
        When::Discovery => text::makes_at_listing(),
        When::Compose => text::makes_at_compose(),
        When::FirstUse => text::makes_at_first_use(),
        When::Unknown => text::makes_some_time(),
    }
}

fn told(found: Vec<&Mailbox>, because: impl FnOnce() -> Phrase) -> Told<'_> {
    if found.is_empty() {
        Told::Nothing
    } else {
        Told::Found(found, because())
    }
}

/// What may happen where different things may: one of several mailboxes, one of several names, else unknown.
pub(super) fn union(all: &[&Use]) -> Use {
    if let Some((first, rest)) = all.split_first()
        && rest.iter().all(|does| does == first)
    {
        return (*first).clone();
    }
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
