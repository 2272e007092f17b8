//! What became of a batch, as fresh reads of both mailboxes show it. Reads only.
//!
//! In: the batch as it was, and what the server said. Out: a [`BatchOutcome`]. What seems to be lost is looked at again for a
//! while before anybody says so.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    journal::Batch,
    look_again::LookAgain,
    mover::Mover,
    outcome::{BatchOutcome, Ending, ServerClaim, judge},
    route::Route,
    stop::StopReason,
};
use crate::{
    guard::{Guard, stands},
    language::text,
    model::{
        mailbox::MailboxName,
        uid::{Uid, UidSet},
    },
    store::{Access, LookError, Message, Opened, Search, Store},
};

impl<S: Store> Mover<'_, S> {
    /// What became of a batch, looked at again for a while where messages seem to be lost: some servers show what has come
    /// into a mailbox seconds later.
    pub(super) async fn settled_outcome(
        &mut self,
        route: &Route,
        before: &Batch,
        heard: &ServerClaim,
    ) -> Result<BatchOutcome, StopReason> {
        let mut again = LookAgain::default();
        loop {
            let outcome = self.seen_outcome(route, before, heard).await?;
            let may_show_late = outcome.may_show_late(heard, route.path.copies());
            if !may_show_late {
                return Ok(outcome);
            }
            if !again.wait(&mut self.sender).await {
                return if self.sender.ports.stopped() {
                    Err(StopReason::Stopped)
                } else {
                    Ok(outcome)
                };
            }
        }
    }

    async fn seen_outcome(
        &mut self,
        route: &Route,
        before: &Batch,
        heard: &ServerClaim,
    ) -> Result<BatchOutcome, StopReason> {
        let outcome = self.outcome(route, before, heard.claims.as_ref()).await;
        let mut outcome = match heard.ending {
            Ending::Unheard => outcome?,
            // As long as nobody has looked the messages may be anywhere: not a step to be ended.
            Ending::Done | Ending::Refused(_) => outcome.map_err(StopReason::unproven)?,
        };
        if route.path.copies() && heard.claims.is_none() {
            outcome = outcome.all_or_nothing(before);
        }
        self.claim_doubles(route, before, &mut outcome)
            .await
            .map_err(StopReason::unproven)?;
        Ok(outcome)
    }

    /// Looks at both mailboxes. Reads only.
    ///
    /// Ends the step where one of them is not there any more, or is another: then it cannot be told, ever.
    pub(super) async fn outcome(
        &mut self,
        route: &Route,
        before: &Batch,
        claims: Option<&BTreeMap<Uid, Uid>>,
    ) -> Result<BatchOutcome, StopReason> {
        let asked: UidSet = before.messages.iter().map(|snap| snap.0).collect();
        let opened = self.reopen_or_gone(&route.from).await?;
        self.source_next_since
            .insert(route.from.clone(), opened.uid_next);
        let still = self.sender.store.search(&Search::Among(asked)).await;
        let still = still.map_err(StopReason::unproven)?;
        let target = self.reopen_or_gone(&route.to).await?;
        let copied = route.path.copies();
        let mut claimed_there = Vec::new();
        if let Some(claims) = claims {
            if !stands(Guard::CopyUid) {
                return Ok(BatchOutcome {
                    pairs: claims.iter().map(|(old, new)| (*old, *new)).collect(),
                    ..BatchOutcome::default()
                });
            }
            let claimed = claims.values().copied().collect();
            claimed_there = self.arrived(route, &claimed).await?;
            let outcome = judge(before, &still, &claimed_there, Some(claims), copied);
            let everything = still.is_empty() || copied;
            if outcome.is_plain() && everything && outcome.pairs.len() == before.messages.len() {
                return Ok(outcome);
            }
        }
        // The server did not say, or what it said is not what is seen: all that arrived since is looked at.
        let since = self.sender.store.since(before.to_uid_next).await;
        let since = since.map_err(StopReason::unproven)?;
        let since = self.not_spoken_for(route, &since);
        let arrived = self.arrived(route, &since).await?;
        let gained = self.gained(&route.to, &target);
        let is_new = copied || claims.is_none_or(|claims| gained >= claims.len() as u64);
        let seen = (&still, claimed_there.as_slice(), is_new);
        let free = self.claimed_by_none_else(&arrived, route, claims);
        let outcome = Box::pin(self.told(route, before, claims, seen, &free)).await?;
        if outcome.tells_of_each(before) || free.len() == arrived.len() {
            return Ok(outcome);
        }
        // What the server has said of other batches need not be true.
        Box::pin(self.told(route, before, claims, seen, &arrived)).await
    }

    /// What became of a batch, as these arrivals and further looks into the open target tell it.
    async fn told(
        &mut self,
        route: &Route,
        before: &Batch,
        claims: Option<&BTreeMap<Uid, Uid>>,
        (still, claimed_there, is_new): (&UidSet, &[Message], bool),
        arrived: &[Message],
    ) -> Result<BatchOutcome, StopReason> {
        let mut outcome = judge(before, still, arrived, claims, route.path.copies());
        if let Some(claims) = claims {
            outcome.believe(before, claims, claimed_there, is_new);
        }
        self.find_there(route, before, &mut outcome).await?;
        self.find_withheld(route, before, claims, &mut outcome)
            .await?;
        Ok(outcome)
    }

    /// Without those of which the server has said that another batch has brought them, which is not proven yet either: two
    /// messages may be alike.
    fn claimed_by_none_else(
        &self,
        arrived: &[Message],
        route: &Route,
        claims: Option<&BTreeMap<Uid, Uid>>,
    ) -> Vec<Message> {
        let own: BTreeSet<Uid> = claims
            .iter()
            .flat_map(|claims| claims.values())
            .copied()
            .collect();
        let open = self.books().open_batches();
        let others = open
            .filter(|open| open.batch.to_validity == self.identity(&route.to).unwrap_or_default());
        let others = others.filter_map(|open| open.copy_uid.as_ref());
        let news = others.flat_map(|copy| copy.pairs.iter().map(|(_, new)| *new));
        let others: BTreeSet<Uid> = news.filter(|new| !own.contains(new)).collect();
        let free = arrived
            .iter()
            .filter(|message| !others.contains(&message.uid));
        free.cloned().collect()
    }

    /// Without those that another batch is proven to have brought. What the server says of one that is not proven yet proves
    /// nothing.
    fn not_spoken_for(&self, route: &Route, uids: &UidSet) -> UidSet {
        let uids = uids.as_slice().iter().copied();
        let free = uids.filter(|uid| !self.books().has_arrived(&route.to, *uid));
        free.collect()
    }

    /// Looks in the open target for messages that have left the source and did not arrive. Where mailboxes are labels, a
    /// message is in a mailbox once: what was there before only loses its label on the source.
    async fn find_there(
        &mut self,
        route: &Route,
        before: &Batch,
        outcome: &mut BatchOutcome,
    ) -> Result<(), StopReason> {
        if outcome.gone.is_empty() || !self.sender.store.traits().has_labels {
            return Ok(());
        }
        let gone = before.messages.iter();
        // What an earlier command of ours has put there is `claim_doubles`' to find.
        let book = self.sender.books().step(route.step);
        let is_ours = |uid| book.is_some_and(|book| book.doubles.contains(uid));
        let gone = gone.filter(|snap| outcome.gone.contains(snap.0) && !is_ours(snap.0));
        let ids = Search::Ids(gone.filter_map(|snap| snap.3.clone()).collect());
        let there = self
            .sender
            .store
            .search(&ids)
            .await
            .map_err(StopReason::unproven)?;
        if !there.is_empty() {
            let there = self
                .sender
                .store
                .messages(&there, self.depth(route.path))
                .await;
            outcome.find(before, &there.map_err(StopReason::unproven)?);
        }
        Ok(())
    }

    /// Looks for messages that have left the source and did not arrive among those that the open target lists and does not
    /// give out. It must list them before and after it was asked for them: another client may have taken one away.
    async fn find_withheld(
        &mut self,
        route: &Route,
        before: &Batch,
        claims: Option<&BTreeMap<Uid, Uid>>,
        outcome: &mut BatchOutcome,
    ) -> Result<(), StopReason> {
        let missing = if route.path.copies() {
            outcome.not_found(before)
        } else {
            outcome.gone.clone()
        };
        if missing.is_empty() {
            return Ok(());
        }
        let listed = self.listed_afresh(route).await?;
        let since = listed.as_slice().iter().copied();
        let since: UidSet = since.filter(|uid| *uid >= before.to_uid_next).collect();
        let since = self.not_spoken_for(route, &since);
        let brought = self.arrived(route, &since).await?;
        let brought: BTreeSet<Uid> = brought.iter().map(|message| message.uid).collect();
        let withheld = since.as_slice().iter().copied();
        let mut withheld: UidSet = withheld.filter(|uid| !brought.contains(uid)).collect();
        if !withheld.is_empty() {
            let listed = self.listed_afresh(route).await?;
            let still = withheld.as_slice().iter().copied();
            withheld = still.filter(|uid| listed.contains(*uid)).collect();
        }
        outcome.withhold(&missing, claims, &withheld);
        Ok(())
    }

    /// What the target lists, opened afresh. All of it: where some are to be searched for, some servers are asked by FETCH.
    async fn listed_afresh(&mut self, route: &Route) -> Result<UidSet, StopReason> {
        self.reopen_or_gone(&route.to).await?;
        let listed = self.sender.store.search(&Search::All).await;
        listed.map_err(StopReason::unproven)
    }

    async fn arrived(&mut self, route: &Route, uids: &UidSet) -> Result<Vec<Message>, StopReason> {
        if uids.is_empty() {
            return Ok(Vec::new());
        }
        let arrived = self
            .sender
            .store
            .messages(uids, self.depth(route.path))
            .await;
        let arrived = match arrived {
            // It gives out none of them: that they are listed is seen by other means.
            Err(refused @ LookError::Refused { .. }) if refused.passing().is_none() => Vec::new(),
            arrived => arrived.map_err(StopReason::unproven)?,
        };
        if let Some(highest) = arrived.iter().map(|message| message.uid).max() {
            let next = self.uid_next.entry(route.to.clone()).or_insert(1);
            *next = highest.saturating_add(1).max(*next);
        }
        Ok(arrived)
    }

    /// As [`Self::reopen`], but a refusal ends nothing unless the mailbox is gone.
    async fn reopen_or_gone(&mut self, name: &MailboxName) -> Result<Opened, StopReason> {
        match self.sender.store.open(name, Access::ReadWrite).await {
            Ok(opened) => self.same_opened(name, &opened).map(|_| opened),
            Err(LookError::Refused { code, text }) => {
                if self
                    .sender
                    .store
                    .find(name)
                    .await
                    .map_err(StopReason::unproven)?
                    .is_none()
                {
                    return Err(StopReason::Step(text::not_there_any_more(name)));
                }
                Err(StopReason::unproven(LookError::Refused { code, text }))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// How many messages a target holds more than are known of: at the most so many have come into it since the last proof.
    fn gained(&self, target: &MailboxName, opened: &Opened) -> u64 {
        let side = self.books().mailboxes().of(target);
        let known = side.and_then(|side| Some(side.stood?.messages + side.came.len()));
        u64::from(opened.exists).saturating_sub(known.unwrap_or_default())
    }

    /// Looks for messages that are in neither mailbox where they were seen last: in the target too.
    async fn claim_doubles(
        &mut self,
        route: &Route,
        before: &Batch,
        outcome: &mut BatchOutcome,
    ) -> Result<(), StopReason> {
        let book = self.books().step(route.step);
        let doubles = book.map(|book| book.doubles.clone()).unwrap_or_default();
        let gone = outcome.gone.as_slice().iter();
        let news: UidSet = gone.filter_map(|uid| doubles.get(*uid)).collect();
        if !news.is_empty() {
            let there = self.arrived(route, &news).await?;
            outcome.claim(before, &doubles, &there);
        }
        Ok(())
    }
}
