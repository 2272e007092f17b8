//! Removal by a later run: for servers with replicas, and for whoever wants to be very careful.
//!
//! In: what a run has set aside, and the time. Out: what waits, and whether its time has come.
//!
//! A message that was delivered on another replica shows here only after the two have been synchronised, and nothing in
//! IMAP tells when that is (docs/safety.md, "Removal in a later run"). Into a mailbox that has stood set aside and empty for a day, nothing will come.

use std::time::Duration;

use jiff::Timestamp;

use super::{books::State, receipt::receipt, run_log::RunLog, settings::Settings};
use crate::{
    language::text,
    model::{
        mailbox::MailboxName,
        plan::{Plan, Step},
        receipt::{Outcome, Receipt},
    },
};

/// Whether what was set aside may be removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Removal {
    /// Once it has settled.
    Now,
    /// By a later run.
    Later,
    /// By this one, which is the later one, unless anything has come into it meanwhile.
    Due,
}

impl Removal {
    pub fn of(settings: &Settings) -> Self {
        match settings.grace {
            Some(_) => Self::Later,
            None => Self::Now,
        }
    }
}

/// A run that waits to remove what it has set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The run.
    pub run: String,
    /// The mailboxes, by the names that they have now.
    pub names: Vec<MailboxName>,
    /// When their time has come, RFC 3339.
    pub until: String,
    /// Whether it has.
    pub is_due: bool,
}

/// The same whatever time it is.
#[derive(Debug, Clone)]
pub(super) struct Waits {
    /// The run.
    pub run: String,
    /// Every name that was asked for: the mailbox may stand under any of them.
    names: Vec<MailboxName>,
    /// Those of them under which a mailbox was seen.
    pub set_aside: Vec<MailboxName>,
    /// Since when, RFC 3339.
    since: String,
    /// How long what was set aside must stand.
    grace: Duration,
}

impl Waits {
    /// What waits at this time, RFC 3339.
    pub fn at(&self, now: &str) -> Waiting {
        let until = after(&self.since, self.grace);
        let is_due = match (until, now.parse::<Timestamp>()) {
            (Some(until), Ok(now)) => now >= until,
            // A time that cannot be read is no reason to wait for ever, nor to hurry: a person is told.
            _ => false,
        };
        Waiting {
            run: self.run.clone(),
            names: self.names.clone(),
            until: until.map_or_else(|| self.since.clone(), |until| until.to_string()),
            is_due,
        }
    }
}

impl RunLog {
    /// What the run waits for; none where it does not.
    pub(super) fn waits(&self) -> Option<Waits> {
        let State::Waits { since } = self.books.state() else {
            return None;
        };
        let set_aside = self.books.set_aside();
        let attempts = set_aside.attempts();
        Some(Waits {
            run: self.run.clone(),
            names: attempts.map(|attempt| attempt.name.clone()).collect(),
            set_aside: set_aside.names().cloned().collect(),
            since: since.clone(),
            grace: self.settings()?.grace.unwrap_or_default(),
        })
    }

    /// The receipt of a run that goes on waiting until then, as its records tell it.
    pub(super) fn told(&self, plan: &Plan, until: &str) -> Receipt {
        let skipped = |step: &Step| receipt(step, Outcome::Skipped, None, Some(text::not_begun()));
        let steps = plan.steps.iter();
        let steps = steps.map(|step| {
            let said = self.receipt(step.id).cloned();
            said.unwrap_or_else(|| skipped(step))
        });
        Receipt {
            run: self.run.clone(),
            command: self.command().to_owned(),
            account: plan.account.clone(),
            acted_as: None,
            steps: steps.collect(),
            balances: self.books.mailboxes().balances(),
            given_up: None,
            finished: true,
            waits: Some(until.to_owned()),
            interrupted: false,
            after: None,
            time: None,
        }
    }
}

/// The time so long after another one, which is RFC 3339; none where that cannot be read.
pub(super) fn after(since: &str, grace: Duration) -> Option<Timestamp> {
    let since: Timestamp = since.parse().ok()?;
    let grace = jiff::SignedDuration::try_from(grace).ok()?;
    since.checked_add(grace).ok()
}
