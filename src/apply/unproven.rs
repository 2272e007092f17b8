//! A batch that was answered, before anybody has seen where its messages are. No I/O.

use super::{
    books::OpenBatch,
    journal::Batch,
    outcome::{Ending, ServerClaim},
    route::Route,
};

/// A batch that was answered, and whose messages nobody has seen arrive yet.
pub(super) struct Unproven {
    pub route: Route,
    pub intent: u64,
    /// Its messages as they were.
    pub before: Batch,
    pub claim: ServerClaim,
    /// Whether it is the first of its source.
    pub is_first: bool,
}

impl Unproven {
    /// A batch that an earlier process, or an earlier connection, has sent.
    pub fn on_record(route: Route, open: OpenBatch) -> Self {
        Self {
            route,
            intent: open.intent,
            claim: ServerClaim::on_record(&open),
            before: open.batch,
            is_first: true,
        }
    }
}

impl Unproven {
    /// Whether the server has said of each message where it went.
    pub fn is_claimed_whole(&self) -> bool {
        let claims = self.claim.claims.as_ref();
        let is_done = matches!(self.claim.ending, Ending::Done);
        let mut messages = self.before.messages.iter();
        is_done && claims.is_some_and(|claims| messages.all(|snap| claims.contains_key(&snap.0)))
    }
}
