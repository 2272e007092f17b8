//! Removal by a later run: for servers with replicas, and for whoever wants no risk at all.
//!
//! In: journals, the time. Out: what waits, and whether its time has come. Never: a removal before that.
//!
//! A message that was delivered on another replica shows here only after the two have been synchronised, and nothing over
//! IMAP tells whether it will (removal.md). A mailbox that has stood set aside, empty, for a day has nothing to come.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    ApplyError, Home, Past, Settings, books::Books, journal::Record, recover::attempts,
    run::receipt, story::undone_by,
};
use crate::model::{
    listing::AccountId,
    mailbox::MailboxName,
    plan::{Action, Plan, Step},
    receipt::{Outcome, Receipt},
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

/// The runs on an account that wait, oldest first. `now` is RFC 3339.
pub fn waiting(home: &Home, account: &AccountId, now: &str) -> Result<Vec<Waiting>, ApplyError> {
    let mut waiting = Vec::new();
    for past in home.pasts_of(account)? {
        if !past.is_waiting() || given_back_by(home, &past)?.is_some() {
            continue;
        }
        waiting.extend(past.waits(now));
    }
    Ok(waiting)
}

/// The run that has undone a waiting one and given all that it had set aside its own name back. What an undo could not give
/// back, since somebody had made a mailbox of that name, goes on waiting.
pub(super) fn given_back_by(home: &Home, past: &Past) -> Result<Option<String>, ApplyError> {
    let (Some(run), Some(plan)) = (undone_by(home, past)?, past.plan()) else {
        return Ok(None);
    };
    let undo = home.past_of(&plan.identity, &run)?;
    let is_given_back = |name: &MailboxName| {
        let steps = undo.plan().map(|plan| plan.steps.iter());
        let mut steps = steps.into_iter().flatten();
        steps.any(|step| step.action == Action::Rename && step.source.as_ref() == Some(name))
    };
    let mut records = past.contents.records.iter();
    let all = records.all(|(_, record)| match record {
        Record::Tombstone { name, .. } => is_given_back(name),
        _ => true,
    });
    Ok(all.then_some(run))
}

impl Past {
    /// Whether the run has set mailboxes aside and left their removal to a later one.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        matches!(self.last_state(), Some(Record::Waits {}))
    }

    /// How long what it has set aside must stand.
    pub(super) fn grace(&self) -> Option<Duration> {
        match self.contents.records.first() {
            Some((_, Record::Begin { grace_ms, .. })) => grace_ms.map(Duration::from_millis),
            _ => None,
        }
    }

    /// What it waits for; none where it does not.
    #[must_use]
    pub fn waits(&self, now: &str) -> Option<Waiting> {
        let plan = self.plan().filter(|_| self.is_waiting())?;
        let mut records = self.contents.records.iter().rev();
        let (since, _) = records.find(|(_, record)| matches!(record, Record::Waits {}))?;
        let until = after(since, self.grace().unwrap_or_default());
        let is_due = match (until, now.parse::<Timestamp>()) {
            (Some(until), Ok(now)) => now >= until,
            // A time that cannot be read is no reason to wait for ever, nor to hurry: a person is told.
            _ => false,
        };
        let names = attempts(&self.contents.records, &plan.listing).into_iter();
        Some(Waiting {
            run: self.run.clone(),
            names: names.map(|attempt| attempt.name).collect(),
            until: until.map_or_else(|| since.clone(), |until| until.to_string()),
            is_due,
        })
    }
}

impl Past {
    /// The receipt of a run that goes on waiting, as its records tell it.
    pub(super) fn told(&self, plan: &Plan, waits: &Waiting) -> Receipt {
        let mut books = Books::default();
        for (_, record) in &self.contents.records {
            books.take(record);
        }
        let skipped = |step: &Step| receipt(step, Outcome::Skipped, None, None);
        let steps = plan.steps.iter();
        let steps = steps.map(|step| {
            self.receipt(step.id)
                .cloned()
                .unwrap_or_else(|| skipped(step))
        });
        Receipt {
            run: self.run.clone(),
            batch: self.batch().to_owned(),
            account: plan.account.clone(),
            acted_as: None,
            steps: steps.collect(),
            balances: books.balances(),
            finished: true,
            waits: Some(waits.until.clone()),
            interrupted: false,
            after: None,
        }
    }
}

pub(super) fn after(since: &str, grace: Duration) -> Option<Timestamp> {
    let since: Timestamp = since.parse().ok()?;
    let grace = jiff::SignedDuration::try_from(grace).ok()?;
    since.checked_add(grace).ok()
}
