//! Messages that left the source and did not arrive are looked for by their ids in other mailboxes.
//!
//! In: what is missing from a batch whose outcome is on record. Out: where there are copies. Such a copy is told and
//! excuses nothing: an id stays with a message through COPY (RFC 8474 §5.1), so the copy may have been there before. The
//! number of looks is bounded, and a resume does not repeat them.
//!
//! An id is EMAILID or X-GM-MSGID. On a server that has neither, nothing can be looked for.

use super::{
    journal::{Batch, Elsewhere, Record, record},
    mover::Mover,
    route::Route,
    stop::StopReason,
};
use crate::{
    model::{
        mailbox::MailboxName,
        role::Role,
        uid::{Uid, UidSet},
    },
    store::{Access, Depth, Found, LookError, Search, Store},
};

/// How many messages are looked for, and in how many mailboxes: more would take many minutes.
const MESSAGES: usize = 256;
const MAILBOXES: usize = 100;

/// A message that is looked for: its UID in the source, its id.
type Sought = (Uid, Box<str>);

impl<S: Store> Mover<'_, S> {
    /// Looks for what left both mailboxes and records what was found. The target is open when this returns.
    pub(super) async fn look_elsewhere(
        &mut self,
        route: &Route,
        intent: u64,
        before: &Batch,
        gone: &UidSet,
    ) -> Result<(), StopReason> {
        let gone = before.messages.iter().filter(|snap| gone.contains(snap.0));
        let sought: Vec<Sought> = gone
            .filter_map(|snap| Some((snap.0, snap.3.clone()?)))
            .take(MESSAGES)
            .collect();
        if sought.is_empty() {
            return Ok(());
        }
        let (places, messages) = self.places(route, sought).await?;
        self.sender.record(Record::Sought(record::Sought {
            intent,
            step: route.step,
            messages,
            places,
        }))?;
        self.reopen(&route.to).await.map(|_| ())
    }

    /// Where they were found, and of how many it is known. Only a lost line ends more than the look.
    async fn places(
        &mut self,
        route: &Route,
        mut sought: Vec<Sought>,
    ) -> Result<(Vec<Elsewhere>, usize), StopReason> {
        let all = sought.len();
        let mut places = Vec::new();
        let mailboxes = match self.sender.store.mailboxes().await {
            Ok(found) => in_order(route, found),
            Err(lost @ LookError::Lost { .. }) => return Err(lost.into()),
            Err(_) => return Ok((places, 0)),
        };
        for mailbox in mailboxes {
            if sought.is_empty() {
                break;
            }
            if self.sender.ports.stopped() {
                return Ok((places, all - sought.len()));
            }
            match self.sender.store.open(&mailbox, Access::ReadOnly).await {
                Ok(_) => {}
                Err(lost @ LookError::Lost { .. }) => return Err(lost.into()),
                // One that cannot be opened is passed over.
                Err(_) => continue,
            }
            match self.look_in_open(&mut sought).await {
                Ok(pairs) if pairs.is_empty() => {}
                Ok(pairs) => places.push(Elsewhere { mailbox, pairs }),
                Err(lost @ LookError::Lost { .. }) => return Err(lost.into()),
                // What it cannot search for here it cannot search for in a hundred others.
                Err(_) => return Ok((places, all - sought.len())),
            }
        }
        Ok((places, all))
    }

    /// Takes out of the sought what is in the open mailbox: each message there is one of them at the most.
    async fn look_in_open(
        &mut self,
        sought: &mut Vec<Sought>,
    ) -> Result<Vec<(Uid, Uid)>, LookError> {
        let ids = sought.iter().map(|(_, id)| id.clone()).collect();
        let uids = self.sender.store.search(&Search::Ids(ids)).await?;
        // A server that does not know what it is asked for may find everything; what came last is the likeliest.
        let uids: UidSet = uids
            .as_slice()
            .iter()
            .rev()
            .copied()
            .take(MESSAGES)
            .collect();
        let mut pairs = Vec::new();
        if uids.is_empty() {
            return Ok(pairs);
        }
        for there in self.sender.store.messages(&uids, Depth::Facts).await? {
            let is_it = |(_, id): &Sought| there.email_id.as_ref() == Some(id);
            if let Some(place) = sought.iter().position(is_it) {
                let (old, _) = sought.remove(place);
                pairs.push((old, there.uid));
            }
        }
        Ok(pairs)
    }
}

/// Where a message may be besides the source: the target first, where it may have been before, then the mailbox of all
/// mail, which answers for many.
fn in_order(route: &Route, mut found: Vec<Found>) -> Vec<MailboxName> {
    found.retain(|found| found.name != route.from);
    let (target, others): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|found| found.name == route.to);
    let (of_all, others): (Vec<_>, Vec<_>) = others
        .into_iter()
        .partition(|found| found.is_marked(Role::All));
    let found = target.into_iter().chain(of_all).chain(others);
    let names = found.map(|found| found.name);
    names.take(MAILBOXES).collect()
}
