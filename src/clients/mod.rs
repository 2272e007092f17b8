//! What each mail client will do with an account: which mailbox it uses for each role, or what it makes.
//!
//! In: a listing, profiles from `mappings/clients.yaml`. Out: [`Forecasts`]. Never: I/O, the name of a client, a guess.
//!
//! [`choose`] reads what the user typed, `view` arranges the listing, `case` is one client, one role and one set of
//! assumptions, `stay` the same of a client that is in use, `question` tries every set that the documents leave open.

mod case;
mod choose;
mod question;
mod stay;
mod view;

use std::collections::BTreeSet;

use crate::{
    mapping::{clients::ANY, profile::Profile},
    model::{
        client::{Forecast, Forecasts, Known},
        listing::Listing,
    },
};
pub use choose::{Chosen, NoSuchClient, Selection, SelectionError, choose};
use question::{Question, listed};
use view::View;

/// Tells what clients that are set up now will do with an account. `stated` says whether the user named them.
#[must_use]
pub fn predict(listing: &Listing, clients: &[Chosen], stated: bool) -> Forecasts {
    forecasts(None, &View::of(listing), clients, stated)
}

/// Tells what clients will do with an account that they used as it was before: what they had then, they may keep.
#[must_use]
pub fn stay(before: &Listing, after: &Listing, clients: &[Chosen], stated: bool) -> Forecasts {
    forecasts(Some(&View::of(before)), &View::of(after), clients, stated)
}

fn forecasts(before: Option<&View>, view: &View, clients: &[Chosen], stated: bool) -> Forecasts {
    let clients = clients.iter().map(|chosen| forecast(before, view, chosen));
    Forecasts {
        stated,
        clients: clients.collect(),
    }
}

impl Selection {
    /// What the selected clients will do with an account if they are set up now.
    #[must_use]
    pub fn predict(&self, listing: &Listing) -> Forecasts {
        predict(listing, &self.clients, self.stated)
    }

    /// What the selected clients will do with an account if they have used it as it was before.
    #[must_use]
    pub fn stay(&self, before: &Listing, after: &Listing) -> Forecasts {
        stay(before, after, &self.clients, self.stated)
    }
}

/// The clients that something may be asked about.
#[must_use]
pub fn known(profiles: &[Profile]) -> Vec<Known> {
    let known = profiles.iter().map(|profile| {
        let names = profile.roles.values().map(|role| &role.names.by_language);
        let languages: BTreeSet<&String> = names
            .flat_map(|names| names.keys())
            .filter(|key| *key != ANY)
            .collect();
        Known {
            id: profile.id.clone(),
            name: profile.name.clone(),
            version: profile.version.clone(),
            confidence: profile.said.confidence,
            languages: languages.into_iter().cloned().collect(),
        }
    });
    known.collect()
}

fn forecast(before: Option<&View>, view: &View, chosen: &Chosen) -> Forecast {
    let profile = &chosen.profile;
    let language = chosen.language.as_deref();
    let cells = profile.roles.iter().map(|(role, about)| {
        let listed = listed(profile, about, language);
        let question = Question {
            view,
            before,
            profile,
            role: *role,
            about,
            listed: &listed,
        };
        (*role, question.cell())
    });
    Forecast {
        id: profile.id.clone(),
        name: profile.name.clone(),
        version: profile.version.clone(),
        language: chosen.language.clone(),
        looks: profile.looks,
        cells: cells.collect(),
    }
}
