//! A route: what is moved from where to where, and how.

use crate::model::{
    mailbox::MailboxName,
    plan::{Path, Step},
    uid::UidSet,
};

/// What is moved from where to where.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub step: u32,
    /// Where the messages are now: the source, or its tombstone.
    pub from: MailboxName,
    pub to: MailboxName,
    pub path: Path,
    /// Only these.
    pub only: Option<UidSet>,
}

impl Route {
    /// The way out of a merge's source under the name that it has now; none for an incomplete step.
    pub fn of(step: &Step, from: &MailboxName) -> Option<Self> {
        Some(Self {
            step: step.id,
            from: from.clone(),
            to: step.target.clone()?,
            path: step.path?,
            only: None,
        })
    }
}
