//! Proof: what became of batches that were answered, by fresh reads of both mailboxes.
//!
//! In: batches. Out: a `moved` record of each, and mended flags. Several are proven in one flight; each by itself all the
//! same, and one that objects does not keep the others from being proven.

use super::{
    flags::ChangedFlags,
    journal::{Batch, Moved, Record},
    left::Tried,
    mover::Mover,
    outcome::{BatchOutcome, Ending, is_alike},
    ports::Event,
    route::Route,
    stop::{Refusal, StopReason},
    unproven::Unproven,
};
use crate::{
    language::{Phrase, text},
    model::{mailbox::MailboxName, plan::Path, uid::UidSet},
    store::{Access, Depth, Message, NextLook, Opened, Search, Store},
};

/// A source of a step.
pub(super) type Key = (u32, MailboxName);

impl<S: Store> Mover<'_, S> {
    /// How many messages are not proven yet.
    pub(super) fn unproven_messages(&self) -> usize {
        let batches = self.unproven_batches.iter();
        batches.map(|batch| batch.before.messages.len()).sum()
    }

    /// The looks of batches' proofs, as they will be made where the server has said where their messages went. All sources
    /// come before all targets: what another client moves meanwhile from one into the other is seen in one of them.
    pub(super) fn looks_of_proofs<'u>(
        &self,
        batches: impl Iterator<Item = &'u Unproven>,
    ) -> Vec<NextLook> {
        let (sources, targets): (Vec<_>, Vec<_>) =
            batches.map(|batch| self.looks_of_proof(batch)).unzip();
        sources.into_iter().chain(targets).flatten().collect()
    }

    /// The looks of a batch's proof: into its source, and into its target.
    fn looks_of_proof(&self, batch: &Unproven) -> (Vec<NextLook>, Vec<NextLook>) {
        let depth = self.depth(batch.route.path);
        // What is asked for by other means is not known before: the mailboxes would only be opened twice.
        if depth == Depth::Content || !self.sender.store.traits().searches_by_uid {
            return (Vec::new(), Vec::new());
        }
        let asked = batch.before.messages.iter().map(|snap| snap.0).collect();
        let source = vec![
            NextLook::Open(batch.route.from.clone(), Access::ReadWrite),
            NextLook::Search(Search::Among(asked)),
        ];
        let arrived = match &batch.claim.claims {
            Some(claims) => NextLook::Messages(claims.values().copied().collect(), depth),
            None => NextLook::Since(batch.before.to_uid_next),
        };
        let target = NextLook::Open(batch.route.to.clone(), Access::ReadWrite);
        (source, vec![target, arrived])
    }

    /// Proves all batches that wait for it. `next` are looks that come right after. For each of them its step and source, and whether
    /// it is dealt with; an error of one ends its step and nothing else.
    pub(super) async fn prove_group(
        &mut self,
        next: &[NextLook],
    ) -> Result<Vec<(Key, Result<Tried, StopReason>)>, StopReason> {
        let mut ends = Vec::new();
        if self.unproven_batches.is_empty() {
            return Ok(ends);
        }
        let messages = self.unproven_messages();
        let looks = self.looks_of_proofs(self.unproven_batches.iter());
        let looks: Vec<NextLook> = looks.into_iter().chain(next.iter().cloned()).collect();
        self.sender.store.ahead(&looks).await;
        while let Some(batch) = self.unproven_batches.pop_front() {
            let step = batch.route.step;
            let key = (step, batch.route.from.clone());
            let is_copied_only = batch.route.path == Path::CopyOnly;
            let route = is_copied_only.then(|| batch.route.clone());
            match self.prove(batch).await {
                Ok(tried) => {
                    self.sender.ports.event(&Event::Moved {
                        id: step,
                        done: self.books().moved(step),
                    });
                    ends.push((key, Ok(tried)));
                }
                Err(StopReason::Step(why)) => {
                    if let Some(route) = route {
                        self.tell_copies(&route)?;
                    }
                    ends.push((key, Err(StopReason::Step(why))));
                }
                Err(other) => return Err(other),
            }
        }
        if ends.iter().all(|(_, end)| matches!(end, Ok(Tried::Done))) {
            self.sizer.proven(messages);
        }
        Ok(ends)
    }

    /// Finds out by fresh reads what became of a batch, records it, and mends flags.
    pub(super) async fn prove(&mut self, batch: Unproven) -> Result<Tried, StopReason> {
        let Unproven {
            route,
            intent,
            before,
            claim: heard,
            is_first,
        } = &batch;
        let outcome = self.settled_outcome(route, before, heard).await?;
        if outcome.is_part_copied && matches!(heard.ending, Ending::Refused(_)) {
            self.remark(route.step, text::part_was_copied())?;
        }
        if outcome.other_ids > 0 {
            self.remark(route.step, text::gives_other_ids())?;
        }
        let changed_flags = self.mend_flags(route, &outcome, heard).await;
        let changed_flags = changed_flags.map_err(StopReason::unproven)?;
        // Where others were moved, an OK to a MOVE that has done nothing refuses as well as a NO does.
        let nothing_moved = matches!(heard.ending, Ending::Done)
            && outcome.is_nothing()
            && !route.path.copies()
            && self.books().moved(route.step) > 0;
        let stops = outcome.objection(heard).filter(|_| !nothing_moved);
        let told = (&changed_flags, stops.clone());
        self.keep(route, *intent, before, &outcome, told)?;
        self.look_elsewhere(route, *intent, before, &outcome.gone)
            .await?;
        if let Some(why) = stops {
            return Err(StopReason::Step(why));
        }
        if *is_first && self.is_alias(route, &outcome).await? {
            return Err(StopReason::Step(text::both_lead_to_one()));
        }
        if let Some(why) = changed_flags.objection(self.plan.allow.keyword_loss) {
            return Err(StopReason::Step(why));
        }
        // Another client was quicker, an earlier command of ours ran late, or there were too many (not every server says
        // which): as long as messages leave the source, the next pass takes what is left.
        let is_on_its_way = self.note_arrivals(route, &outcome)?;
        if !is_on_its_way && !outcome.withheld.is_empty() {
            return Ok(Tried::Done);
        }
        if nothing_moved {
            return self.single_out(route, before, None).await;
        }
        if let Ending::Refused(refusal) = &heard.ending
            && !is_on_its_way
            && !refusal.has_code("EXPUNGEISSUED")
            && !refusal.has_code("MESSAGELIMIT")
            && !self.tries_fewer(route, before.messages.len(), refusal)
        {
            return self.refused(route, before, refusal).await;
        }
        if *is_first && self.comes_back(route, before, &outcome).await? {
            return Err(StopReason::Step(text::comes_back()));
        }
        if route.path == Path::CopyUidplus {
            let pairs = outcome.pairs.into_iter().collect();
            self.reopen(&route.from).await?;
            self.expunge(route, &pairs).await?;
        }
        Ok(Tried::Done)
    }

    /// Takes in how a target takes messages. Whether any has left the source and was seen in the target, or has gone elsewhere.
    fn note_arrivals(&mut self, route: &Route, outcome: &BatchOutcome) -> Result<bool, StopReason> {
        let is_on_its_way =
            !(outcome.pairs.is_empty() && outcome.there.is_empty() && outcome.gone.is_empty());
        if is_on_its_way {
            self.some_moved();
            self.shown_targets.insert(route.to.clone());
        }
        let withheld = outcome.withheld.len();
        if withheld > 0 {
            if route.path == Path::CopyOnly {
                // These could never go, and copies of all others would be in both mailboxes.
                let unmovable = text::unmovable(withheld as u64);
                return Err(StopReason::Step(text::it_stays_with(unmovable)));
            }
            self.not_too_many(route, if is_on_its_way { 0 } else { withheld })?;
        }
        Ok(is_on_its_way)
    }

    /// After a refusal: another way, where there is one; else smaller batches, where it may be about a message.
    async fn refused(
        &mut self,
        route: &Route,
        before: &Batch,
        refusal: &Refusal,
    ) -> Result<Tried, StopReason> {
        if self.open_way(route).path != route.path {
            self.remark(route.step, text::moves_by_copying())?;
            return Ok(Tried::Again);
        }
        if !route.path.copies() && !self.sender.store.can("MOVE") {
            return Err(StopReason::Step(text::offers_what_it_refuses(
                refusal.text.clone(),
            )));
        }
        if refusal.put_off || route.path == Path::CopyOnly || !refusal.may_be_of_a_message() {
            return Err(refusal.clone().into_stop());
        }
        self.single_out(route, before, Some(&refusal.text)).await
    }

    /// After a command that was refused and has done nothing: fewer messages go into the next, and one alone is left.
    async fn single_out(
        &mut self,
        route: &Route,
        before: &Batch,
        words: Option<&Phrase>,
    ) -> Result<Tried, StopReason> {
        if before.messages.len() == 1 {
            self.leave_refused(route, before, words).await?;
            return Ok(Tried::Done);
        }
        self.sizer.suspect(before.messages.len());
        Ok(Tried::Again)
    }

    /// Whether a batch that found no room is tried again in halves: what a batch leaves behind in the source makes room
    /// for the next. Where nothing leaves it, the account would only be filled to the brim.
    fn tries_fewer(&mut self, route: &Route, messages: usize, refusal: &Refusal) -> bool {
        let found_no_room = refusal.has_code("OVERQUOTA") || refusal.has_code("LIMIT");
        let tries = found_no_room && messages > 1 && route.path != Path::CopyOnly;
        if tries {
            self.sizer.halve(messages);
        }
        tries
    }

    /// Opens a mailbox afresh, which must be the one it was.
    pub(super) async fn reopen(&mut self, name: &MailboxName) -> Result<Opened, StopReason> {
        let opened = self.sender.store.open(name, Access::ReadWrite).await?;
        self.same_opened(name, &opened)?;
        Ok(opened)
    }

    /// Records what was seen.
    fn keep(
        &mut self,
        route: &Route,
        intent: u64,
        before: &Batch,
        outcome: &BatchOutcome,
        (changed_flags, stops): (&ChangedFlags, Option<Phrase>),
    ) -> Result<(), StopReason> {
        let moved = Moved {
            intent,
            step: route.step,
            from: route.from.clone(),
            from_validity: before.from_validity,
            to: route.to.clone(),
            to_validity: before.to_validity,
            pairs: outcome.pairs.clone(),
            octets: outcome.octets(before),
            changed: outcome.changed.clone(),
            copied: route.path.copies(),
            doubled: outcome.doubled.clone(),
            there: outcome.there.clone(),
            withheld: outcome.withheld.clone(),
            gone: outcome.gone.clone(),
            elsewhere: Vec::new(),
            stops,
            flags_lost: changed_flags.lost.iter().cloned().collect(),
            flags_gained: changed_flags.gained.iter().cloned().collect(),
            dates_changed: outcome.redated,
        };
        self.moved(moved)
    }

    /// Records what was seen of a batch that nothing more is done about.
    pub(super) fn keep_given_up(
        &mut self,
        route: &Route,
        intent: u64,
        before: &Batch,
        outcome: &BatchOutcome,
    ) -> Result<(), StopReason> {
        let changed_flags = ChangedFlags::default();
        self.keep(route, intent, before, outcome, (&changed_flags, None))
    }

    /// Records what became of a batch. Of a message that was copied again it is known again where its copy is.
    pub(super) fn moved(&mut self, moved: Moved) -> Result<(), StopReason> {
        if moved.copied
            && let Some(unproven) = self.unproven.get_mut(&moved.from)
        {
            let again: UidSet = moved.pairs.iter().map(|(old, _)| *old).collect();
            unproven.remove(|uid| again.contains(uid));
        }
        self.sender.record(Record::Moved(moved))
    }

    /// Whether the first message that was moved is in the source again under a new number: the source is a view that shows
    /// the target too.
    async fn comes_back(
        &mut self,
        route: &Route,
        before: &Batch,
        outcome: &BatchOutcome,
    ) -> Result<bool, StopReason> {
        let known = self.source_next.get(&route.from).copied().unwrap_or(0);
        let now = self.source_next_since.get(&route.from).copied().flatten();
        let has_grown = known > 0 && now.is_some_and(|next| next > known);
        if !has_grown || !Self::looks_for_views() {
            return Ok(false);
        }
        self.reopen(&route.from).await?;
        let since = self.sender.store.since(known).await?;
        if since.is_empty() {
            return Ok(false);
        }
        let depth = self.depth(route.path);
        let arrived = self.sender.store.messages(&since, depth).await?;
        let olds: Vec<Message> = before.messages.iter().map(Message::from).collect();
        let mut alike = arrived.iter();
        if !alike.any(|new| olds.iter().any(|old| is_alike(old, new))) {
            return Ok(false);
        }
        // Other mail may be as large and of the same second; its Message-ID tells it apart.
        let moved = outcome.pairs.iter().map(|(_, new)| *new).collect();
        self.reopen(&route.to).await?;
        let moved = self.sender.store.messages(&moved, Depth::MessageId).await?;
        self.reopen(&route.from).await?;
        let arrived = self.sender.store.messages(&since, Depth::MessageId).await?;
        let is_moved = |new| moved.iter().any(|old| is_alike(old, new));
        Ok(arrived.iter().any(is_moved))
    }

    /// Two names, one mailbox: the message's new UID is found under the old name too.
    async fn is_alias(
        &mut self,
        route: &Route,
        outcome: &BatchOutcome,
    ) -> Result<bool, StopReason> {
        if self.validity(&route.from)? != self.validity(&route.to)? {
            return Ok(false);
        }
        let Some((_, new)) = outcome.pairs.first() else {
            return Ok(false);
        };
        let new = UidSet::new(vec![*new]);
        // It is open since its arrivals were looked at.
        let in_target = self.sender.store.messages(&new, Depth::MessageId).await?;
        self.reopen(&route.from).await?;
        let in_source = self.sender.store.messages(&new, Depth::MessageId).await?;
        Ok(!in_target.is_empty() && in_target == in_source)
    }
}
