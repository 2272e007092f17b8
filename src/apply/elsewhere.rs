//! Messages that are in neither mailbox: looked for by their ids wherever another client may have taken them.
//!
//! In: a batch's fate. Out: where those are that were found. Never: a message of the source or of the target, which is
//! one that was there beside it; more looks than a large account can bear.
//!
//! An id is EMAILID (RFC 8474 §5.1) or X-GM-MSGID: both stay with a message through COPY and MOVE. A server without
//! them leaves nothing to look for.

use super::{
    Ports,
    fate::Fate,
    journal::{Batch, Elsewhere},
    merge::Route,
    run::Run,
    send::Halt,
    step::is_marked,
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
type Sought = (Uid, String);

impl<S: Store, P: Ports> Run<'_, S, P> {
    /// Looks for what left both mailboxes. The target is open when this returns.
    pub(super) async fn look_elsewhere(
        &mut self,
        route: &Route,
        before: &Batch,
        fate: &mut Fate,
    ) -> Result<(), Halt> {
        let gone = before
            .messages
            .iter()
            .filter(|snap| fate.gone.contains(snap.0));
        let mut sought: Vec<Sought> = gone
            .filter_map(|snap| Some((snap.0, snap.3.clone()?)))
            .take(MESSAGES)
            .collect();
        if sought.is_empty() {
            return Ok(());
        }
        let places = match self.store.mailboxes().await {
            Err(LookError::Refused { .. }) => return Ok(()),
            found => in_order(route, found?),
        };
        fate.sought = sought.len();
        for mailbox in places {
            if sought.is_empty() {
                break;
            }
            let pairs = match self.look_in(&mailbox, &mut sought).await {
                Ok(pairs) => pairs,
                Err(LookError::Lost { why }) => return Err(Halt::Lost(why)),
                // One that cannot be opened or searched is passed over.
                Err(LookError::Refused { .. } | LookError::Protocol { .. }) => continue,
            };
            if !pairs.is_empty() {
                fate.elsewhere.push(Elsewhere { mailbox, pairs });
            }
        }
        self.reopen(&route.to).await
    }

    /// Takes out of the sought what is in a mailbox: each message there is one of them at the most.
    async fn look_in(
        &mut self,
        mailbox: &MailboxName,
        sought: &mut Vec<Sought>,
    ) -> Result<Vec<(Uid, Uid)>, LookError> {
        self.store.open(mailbox, Access::ReadOnly).await?;
        let ids = sought.iter().map(|(_, id)| id.clone()).collect();
        let uids = self.store.search(&Search::Ids(ids)).await?;
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
        for there in self.store.messages(&uids, Depth::Facts).await? {
            let is_it = |(_, id): &Sought| there.email_id.as_ref() == Some(id);
            if let Some(place) = sought.iter().position(is_it) {
                let (old, _) = sought.remove(place);
                pairs.push((old, there.uid));
            }
        }
        Ok(pairs)
    }
}

/// Where another client can have put a message: the mailbox of all mail first, which answers for many.
fn in_order(route: &Route, mut found: Vec<Found>) -> Vec<MailboxName> {
    found.retain(|found| found.name != route.from && found.name != route.to);
    found.sort_by_key(|found| !is_marked(found, Role::All));
    let names = found.into_iter().map(|found| found.name);
    names.take(MAILBOXES).collect()
}
