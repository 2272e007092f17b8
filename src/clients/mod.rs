//! What each mail client will do with an account: which mailbox it uses for each role, or which it creates.
//!
//! In: a listing, and the clients that are asked about with the profiles that `mappings/clients.yaml` holds of them.
//! Out: [`Forecasts`]. Never: I/O, the name of a client in code, a guess where nothing is documented.
//!
//! `file` reads the profiles, [`profile`] is what is known of one client, `choose` finds the
//! clients that the user named. `view` arranges a listing for the questions that clients ask of it, `case` answers for
//! one client, one role and one set of assumptions, `stay` does so for a client that is already in use, and `question`
//! tries every set of assumptions that the documentation leaves open.

mod case;
mod choose;
mod file;
pub mod profile;
mod question;
mod stay;
mod view;

use std::collections::BTreeSet;

use crate::model::{
    client::{Forecast, Forecasts, KnownClient},
    imagined::Imagined,
    listing::Listing,
    role::Role,
};
pub use choose::{ChoiceError, ChosenClient, ChosenClients, NoSuchClient, choose};
use file::ANY;
pub use file::{built_in, parse};
use profile::Profile;
use question::{Question, listed};
use view::ArrangedListing;

impl ChosenClients {
    /// Tells what these clients will do with an account when they are set up now.
    #[must_use]
    pub fn predict(&self, listing: &Listing) -> Forecasts {
        self.forecasts(None, &ArrangedListing::of(listing), None)
    }

    /// The same of one role each, in an account that is imagined with one or other change: it is arranged once for all.
    #[must_use]
    pub fn predict_each(
        &self,
        listing: &Listing,
        imagined: &[(Role, Imagined<'_>)],
    ) -> Vec<Forecasts> {
        let view = ArrangedListing::of(listing);
        let each = imagined.iter();
        each.map(|(role, one)| self.forecasts(None, &view.imagining(one), Some(*role)))
            .collect()
    }

    /// Whether the user has named them.
    #[must_use]
    pub fn are_stated(&self) -> bool {
        self.stated
    }

    /// Tells what these clients will do with an account that they used as it was before: what they had then, they may
    /// keep.
    #[must_use]
    pub fn stay(&self, before: &Listing, after: &Listing) -> Forecasts {
        self.forecasts(
            Some(&ArrangedListing::of(before)),
            &ArrangedListing::of(after),
            None,
        )
    }

    /// What is known of these clients, whatever the account.
    #[must_use]
    pub fn known(&self) -> Vec<KnownClient> {
        let profiles = self.clients.iter().map(|chosen| &chosen.profile);
        profiles.map(known).collect()
    }

    /// What they will do about one role, or about every one.
    fn forecasts(
        &self,
        before: Option<&ArrangedListing>,
        view: &ArrangedListing,
        only: Option<Role>,
    ) -> Forecasts {
        let clients = self.clients.iter();
        Forecasts {
            stated: self.stated,
            clients: clients
                .map(|chosen| forecast(before, view, chosen, only))
                .collect(),
        }
    }
}

fn known(profile: &Profile) -> KnownClient {
    let names = profile.roles.values().map(|role| &role.names.by_language);
    let languages: BTreeSet<&String> = names
        .flat_map(|names| names.keys())
        .filter(|key| *key != ANY)
        .collect();
    KnownClient {
        id: profile.id.clone(),
        name: profile.name.clone(),
        version: profile.version.clone(),
        confidence: profile.said.confidence,
        languages: languages.into_iter().cloned().collect(),
    }
}

/// Whether a tag, `en` or `en-GB`, is one of English.
fn is_english(tag: &str) -> bool {
    let primary = tag.split(['-', '_']).next();
    primary.is_some_and(|primary| primary.eq_ignore_ascii_case("en"))
}

fn forecast(
    before: Option<&ArrangedListing>,
    view: &ArrangedListing,
    chosen: &ChosenClient,
    only: Option<Role>,
) -> Forecast {
    let profile = &chosen.profile;
    let language = chosen.language.as_deref();
    let roles = profile.roles.iter();
    let roles = roles.filter(|(role, _)| only.is_none_or(|only| only == **role));
    let cells = roles.map(|(role, about)| {
        let listed = listed(profile, about, language);
        let question = Question {
            view,
            before,
            profile,
            role: *role,
            about,
            in_english: language.is_some_and(is_english),
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
