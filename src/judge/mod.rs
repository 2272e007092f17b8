//! Judging an account: the one way from a listing to roles, findings and a plan.
//!
//! In: a [`Listing`], and the [`Criteria`]: the mapping, what the user said, the clients that are asked about. Out:
//! [`Judged`] (every mailbox's role, which mailbox keeps each role, what is wrong), and the [`Plan`] that follows from it.
//! Never: I/O, a question, a second way to the same judgement.
//!
//! Every verb, the canary, the tests: whoever judges does it here, so that what `audit` shows, what `fix` keeps and what
//! `clients --steps` tells people to choose is the same mailbox. What takes a session is the caller's: first
//! [`Criteria::looks`] says which mailboxes are worth a look inside, the caller samples them, then [`Criteria::judge`]
//! judges.

mod error;
mod target;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub use error::{JudgeError, MissingTarget};

use crate::{
    audit::{add_filters, add_meetings, audit},
    clients::ChosenClients,
    detect::{Hints, choose_keepers, detect, worth_a_look},
    language::Phrase,
    mapping::Mapping,
    model::{
        client::Forecasts,
        finding::Finding,
        imagined::Imagined,
        listing::Listing,
        mailbox::{MailboxName, SampleDepth},
        plan::Plan,
        role::Role,
        roll::Roll,
        set_aside::SetAsideNames,
    },
    planner::{self, Policy, Predictor},
    sieve::Filters,
};

/// What accounts are judged by, besides their listings.
#[derive(Debug, Clone)]
pub struct Criteria {
    /// Which names mean which role.
    pub mapping: Arc<Mapping>,
    /// What the user says of mailboxes, roles and languages.
    pub hints: Hints,
    /// The clients that should find the mailbox that keeps each role.
    pub clients: Arc<ChosenClients>,
    /// How many of a mailbox's newest messages are looked at; none where no mailbox is looked into.
    pub sample: Option<u32>,
    /// Whether the date of the newest message is shown of each mailbox that shares its role, also where it decides nothing.
    pub shows_dates: bool,
}

/// An account as judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// What was observed.
    pub listing: Listing,
    /// Every mailbox with its role; per role the one that keeps it.
    pub roll: Roll,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// The account's filters, as far as they were looked at.
    pub filters: Filters,
}

impl Criteria {
    /// Judges by a mapping and by clients, where the user has said nothing and no mailbox is looked into.
    #[must_use]
    pub fn new(mapping: Arc<Mapping>, clients: Arc<ChosenClients>) -> Self {
        Self {
            mapping,
            hints: Hints::default(),
            clients,
            sample: None,
            shows_dates: true,
        }
    }

    /// The same criteria with what is said of one account beside them. Where both speak of one thing, these criteria
    /// hold: the command line has the last word over the accounts file.
    #[must_use]
    pub fn of_account(&self, said: &Hints) -> Self {
        let mut criteria = self.clone();
        let hints = &mut criteria.hints;
        // Of two overrides of one mailbox the later holds.
        hints.overrides.splice(0..0, said.overrides.iter().cloned());
        for (role, target) in &said.targets {
            hints.targets.entry(*role).or_insert_with(|| target.clone());
        }
        if hints.locales.is_empty() {
            hints.locales.clone_from(&said.locales);
            if let Some(first) = said.locales.first() {
                criteria.clients = Arc::new(criteria.clients.in_language(first));
            }
        }
        criteria
    }

    /// The same criteria, knowing what runs have set aside, which mailboxes they have merged or renamed, and which the server
    /// has kept from them.
    #[must_use]
    pub fn with_earlier_runs(
        &self,
        set_aside: SetAsideNames,
        settled: BTreeSet<String>,
        kept_by_server: BTreeSet<Vec<u8>>,
    ) -> Self {
        let mut criteria = self.clone();
        criteria.hints.set_aside = set_aside;
        criteria.hints.settled = settled;
        criteria.hints.kept_by_server = kept_by_server;
        criteria
    }

    /// The same criteria, with more roles and with other targets, as the user has answered on the terminal.
    #[must_use]
    pub fn with_answers(
        &self,
        roles: &[(String, Option<Role>)],
        targets: BTreeMap<Role, String>,
    ) -> Self {
        let mut criteria = self.clone();
        criteria.hints.overrides.extend_from_slice(roles);
        criteria.hints.targets = targets;
        criteria
    }

    /// The mailboxes that are worth a look inside before the account is judged, and how deep each is looked into.
    pub fn looks(
        &self,
        listing: &Listing,
    ) -> Result<BTreeMap<MailboxName, SampleDepth>, JudgeError> {
        let Some(messages) = self.sample else {
            return Ok(BTreeMap::new());
        };
        let hints = target::spelt_out(listing, &self.hints);
        let roll = detect(listing, &self.mapping, &hints)?;
        Ok(worth_a_look(listing, &roll, messages, self.shows_dates))
    }

    /// The mailboxes that have become worth a look inside since the user has said more, and have had none as deep.
    #[must_use]
    pub fn more_looks(&self, judged: &Judged) -> BTreeMap<MailboxName, SampleDepth> {
        if self.sample.is_none() {
            return BTreeMap::new();
        }
        let mut looks = worth_a_look(&judged.listing, &judged.roll, 0, self.shows_dates);
        looks.retain(|name, look| {
            let mailbox = judged.listing.find(name.wire());
            mailbox.is_some_and(|mailbox| match &mailbox.sample {
                Some(sample) => look.dates && sample.newest.is_none(),
                None => true,
            })
        });
        looks
    }

    /// Finds every mailbox's role, lets those mailboxes keep a role that most clients find, and tells what is wrong.
    pub fn judge(&self, listing: Listing) -> Result<Judged, JudgeError> {
        let hints = target::spelt_out(&listing, &self.hints);
        let mut roll = detect(&listing, &self.mapping, &hints)?;
        let found = planner::finders(&listing, &roll, self);
        choose_keepers(&listing, &hints, &mut roll, &found);
        let findings = audit(&listing, &roll, &self.predict(&listing));
        Ok(Judged {
            listing,
            roll,
            findings,
            filters: Filters::default(),
        })
    }

    /// Makes the plan for a judged account. `policy` holds its targets as mailboxes: [`Judged::targets`] finds them.
    #[must_use]
    pub fn plan(&self, judged: &Judged, policy: &Policy) -> Plan {
        let Judged {
            listing,
            roll,
            findings,
            filters,
        } = judged;
        let plan = planner::converge(listing, roll, findings, policy, self);
        planner::follow_filters(plan, listing, filters, policy.repair_filters)
    }

    /// The names in which the stated clients meet, by role, and why: a plan for the same clients gives the mailboxes that
    /// keep these roles these names. A name that only a mark of the server would make good is not among them, nor is one
    /// for a role whose mailbox the user has named.
    fn meetings(&self, judged: &Judged) -> BTreeMap<Role, (MailboxName, Phrase)> {
        if !self.clients.are_stated() {
            return BTreeMap::new();
        }
        let Judged {
            listing,
            roll,
            findings,
            ..
        } = judged;
        let policy = Policy::default();
        let meeting = planner::meeting(listing, roll, findings, &policy, self);
        let meeting = meeting.into_iter().filter(|(role, suggestion)| {
            !suggestion.if_marked && !self.hints.targets.contains_key(role)
        });
        let meeting = meeting.map(|(role, found)| (role, (found.keep, found.because)));
        meeting.collect()
    }

    /// Adds to the findings the names in which the stated clients meet.
    pub fn add_meetings(&self, judged: &mut Judged) {
        let meetings = self.meetings(judged);
        add_meetings(&mut judged.findings, &judged.roll, &meetings);
    }

    /// The mailbox that keeps each role once the plan is done, by the name that it then has. A mailbox whose role is
    /// doubtful keeps none yet.
    #[must_use]
    pub fn kept(
        &self,
        judged: &Judged,
        targets: BTreeMap<Role, MailboxName>,
    ) -> BTreeMap<Role, MailboxName> {
        let roll = &judged.roll;
        let sure = roll.roles.iter().filter(|(_, members)| {
            let entry = roll.entry(&members.keep);
            entry.is_some_and(|entry| !entry.is_doubtful())
        });
        let kept = sure.map(|(role, members)| (*role, members.keep.clone()));
        let mut kept: BTreeMap<Role, MailboxName> = kept.collect();
        let meetings = self.meetings(judged).into_iter();
        kept.extend(meetings.map(|(role, (name, _))| (role, name)));
        kept.extend(targets);
        kept
    }
}

impl Judged {
    /// Takes the account's filters into the judgement: what they file where is among the findings from now on.
    pub fn know_filters(&mut self, filters: Filters) {
        self.filters = filters;
        add_filters(&mut self.findings, &self.listing, &self.roll, &self.filters);
    }

    /// The mailbox that each typed target means. One that does not exist is made only if `may_make` says so of it.
    pub fn targets(
        &self,
        typed: &BTreeMap<Role, String>,
        may_make: &mut dyn FnMut(&MissingTarget) -> bool,
    ) -> Result<BTreeMap<Role, MailboxName>, JudgeError> {
        target::targets(&self.listing, &self.roll, typed, may_make)
    }
}

/// What the planner asks of accounts that it only imagines.
impl Predictor for Criteria {
    fn are_stated(&self) -> bool {
        self.clients.are_stated()
    }

    fn predict(&self, listing: &Listing) -> Forecasts {
        self.clients.predict(listing)
    }

    fn predict_each(&self, listing: &Listing, imagined: &[(Role, Imagined<'_>)]) -> Vec<Forecasts> {
        self.clients.predict_each(listing, imagined)
    }

    fn stay(&self, before: &Listing, after: &Listing) -> Forecasts {
        self.clients.stay(before, after)
    }

    /// What the user said of a mailbox is said of its name of today, so that only the languages count here.
    fn role_of(&self, listing: &Listing, name: &MailboxName) -> Option<Role> {
        let hints = Hints {
            locales: self.hints.locales.clone(),
            ..Hints::default()
        };
        let roll = detect(listing, &self.mapping, &hints).ok()?;
        roll.entry(name).filter(|entry| !entry.is_doubtful())?.role
    }
}
