//! One batch: a few messages are moved, and each is proven to be in the target by a fresh read.
//!
//! In: a route, and UIDs of the open source. Out: a `moved` record. A command names UIDs only, without `*`, and
//! nothing is expunged that was not copied and then seen in the target.

use std::collections::BTreeSet;

use super::{
    books::StepBook,
    journal::{Batch, Moved, Record, Snap},
    left::Tried,
    mover::{Mover, Route},
    outcome::{BatchOutcome, Ending, ServerClaim, is_alike},
    ports::Ports,
    stop::{Refusal, StopReason},
};
use crate::{
    guard::{Guard, stands},
    language::{Phrase, text},
    model::{
        mailbox::MailboxName,
        plan::Path,
        uid::{Uid, UidSet},
    },
    store::{Access, Act, Depth, Message, Opened, Store},
};

impl<S: Store, P: Ports> Mover<'_, S, P> {
    /// Moves one batch out of the open source. The source is open again, freshly, when this returns.
    pub(super) async fn batch(
        &mut self,
        route: &Route,
        uids: &UidSet,
    ) -> Result<Tried, StopReason> {
        let route = &self.open_way(route);
        if let Some(uid) = self.loses_the_line(&route.from, uids) {
            self.leave_what_loses_the_line(route, uid).await?;
            return Ok(Tried::Done);
        }
        let tried = self.try_batch(route, uids).await;
        if route.path == Path::CopyOnly && matches!(tried, Err(StopReason::Step(_))) {
            self.tell_copies(route)?;
        }
        tried
    }

    /// Tells how many copies a step that ends leaves in the target.
    fn tell_copies(&mut self, route: &Route) -> Result<(), StopReason> {
        let book = self.books().step(route.step);
        let batches = book.into_iter().flat_map(|book| &book.batches);
        let copies = batches.map(|batch| batch.moved.pairs.len() + batch.changed.len());
        let copies = copies.sum::<usize>() as u64;
        if copies > 0 && book.is_some_and(StepBook::spoils_copies) {
            let told = text::copies_are_left(text::messages(copies), &route.to);
            self.remark(route.step, told)?;
        }
        Ok(())
    }

    async fn try_batch(&mut self, route: &Route, uids: &UidSet) -> Result<Tried, StopReason> {
        let depth = self.depth(route.path);
        let messages = self.sender.store.messages(uids, depth).await?;
        let missing = uids.as_slice().iter().copied();
        let brought: BTreeSet<Uid> = messages.iter().map(|message| message.uid).collect();
        let missing: UidSet = missing.filter(|uid| !brought.contains(uid)).collect();
        if !missing.is_empty() {
            self.leave_unread(route, missing).await?;
        }
        if messages.is_empty() {
            return Ok(Tried::Done);
        }
        if self.sizer.is_first() {
            self.no_view(&messages).await?;
        }
        self.keeps_keywords(route, &messages)?;
        let before = self.before(route, &messages)?;
        let (from, to) = (route.from.clone(), route.to.clone());
        let uids: UidSet = messages.iter().map(|message| message.uid).collect();
        let act = if route.path.copies() {
            Act::Copy { from, uids, to }
        } else {
            Act::Move { from, uids, to }
        };
        let sent = self.send(route.step, act, Some(before.clone()), &[]).await?;
        let code = match &sent.answer {
            Ok(answered) => answered.code.clone(),
            Err(refusal) => refusal.code.clone(),
        };
        let heard = ServerClaim::from(sent.answer, &before);
        let tried = self.prove(route, sent.intent, &before, heard).await?;
        if tried == Tried::Done && self.has_just_moved() {
            self.sizer.took(messages.len(), sent.took);
        }
        self.sizer.obey(&code.unwrap_or_default());
        Ok(tried)
    }

    fn before(&self, route: &Route, messages: &[Message]) -> Result<Batch, StopReason> {
        Ok(Batch {
            from_validity: self.validity(&route.from)?,
            to_validity: self.validity(&route.to)?,
            to_uid_next: self.uid_next.get(&route.to).copied().unwrap_or(1),
            expected_ms: self.sizer.expected_ms(messages.len()),
            messages: messages.iter().map(Snap::from).collect(),
        })
    }

    /// Finds out by fresh reads what became of a batch, records it, and mends flags.
    pub(super) async fn prove(
        &mut self,
        route: &Route,
        intent: u64,
        before: &Batch,
        heard: ServerClaim,
    ) -> Result<Tried, StopReason> {
        let outcome = self.settled_outcome(route, before, &heard).await?;
        let lost = self
            .mend_flags(route, &outcome)
            .await
            .map_err(StopReason::unproven)?;
        // Where others were moved, an OK to a MOVE that has done nothing refuses as well as a NO does.
        let nothing_moved = matches!(heard.ending, Ending::Done)
            && outcome.is_nothing()
            && !route.path.copies()
            && self.books().moved(route.step) > 0;
        let stops = outcome.objection(&heard).filter(|_| !nothing_moved);
        self.keep(route, intent, before, &outcome, &lost, stops.clone())?;
        self.look_elsewhere(route, intent, before, &outcome.gone)
            .await?;
        if let Some(why) = stops {
            return Err(StopReason::Step(why));
        }
        if self.sizer.is_first() && self.is_alias(route, &outcome).await? {
            return Err(StopReason::Step(text::both_lead_to_one()));
        }
        if !lost.is_empty() && !self.plan.allow.keyword_loss {
            let lost: Vec<String> = lost.into_iter().collect();
            return Err(StopReason::Step(text::target_did_not_keep(lost.join(", "))));
        }
        // Another client was quicker, an earlier command of ours ran late, or there were too many (not every server says
        // which): as long as messages leave the source, the next pass takes what is left.
        let is_on_its_way =
            !(outcome.pairs.is_empty() && outcome.there.is_empty() && outcome.gone.is_empty());
        if is_on_its_way {
            self.some_moved();
        }
        if nothing_moved {
            return self.single_out(route, before).await;
        }
        if let Ending::Refused(refusal) = heard.ending
            && !is_on_its_way
            && !refusal.has_code("EXPUNGEISSUED")
            && !refusal.has_code("MESSAGELIMIT")
            && !self.tries_fewer(route, before.messages.len(), &refusal)
        {
            return self.refused(route, before, refusal).await;
        }
        let opened = self.reopen(&route.from).await?;
        if self.sizer.is_first() && self.comes_back(route, before, &opened).await? {
            return Err(StopReason::Step(text::comes_back()));
        }
        if route.path == Path::CopyUidplus {
            let pairs = outcome.pairs.into_iter().collect();
            self.expunge(route, &pairs).await?;
        }
        Ok(Tried::Done)
    }

    /// After a refusal: another way, where there is one; else smaller batches, where it may be about a message.
    async fn refused(
        &mut self,
        route: &Route,
        before: &Batch,
        refusal: Refusal,
    ) -> Result<Tried, StopReason> {
        if self.open_way(route).path != route.path {
            self.remark(route.step, text::moves_by_copying())?;
            self.reopen(&route.from).await?;
            return Ok(Tried::Again);
        }
        if refusal.put_off || route.path == Path::CopyOnly || !refusal.may_be_of_a_message() {
            return Err(refusal.into_stop());
        }
        self.single_out(route, before).await
    }

    /// After a command that was refused and has done nothing: fewer messages go into the next, and one alone is left.
    async fn single_out(&mut self, route: &Route, before: &Batch) -> Result<Tried, StopReason> {
        if before.messages.len() == 1 {
            self.leave_refused(route, before).await?;
            return Ok(Tried::Done);
        }
        self.sizer.suspect(before.messages.len());
        self.reopen(&route.from).await?;
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
        lost: &BTreeSet<String>,
        stops: Option<Phrase>,
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
            gone: outcome.gone.clone(),
            elsewhere: Vec::new(),
            stops,
            flags_lost: lost.iter().cloned().collect(),
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
        self.keep(route, intent, before, outcome, &BTreeSet::new(), None)
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

    fn looks_for_views() -> bool {
        stands(Guard::View)
    }

    /// Refuses to empty an open mailbox whose messages really lie in another one.
    async fn no_view(&mut self, messages: &[Message]) -> Result<(), StopReason> {
        let Some(first) = messages.first().filter(|_| Self::looks_for_views()) else {
            return Ok(());
        };
        match self.sender.store.real_mailbox(first.uid).await? {
            Some(real) => Err(StopReason::Step(text::shows_mail_of(&real))),
            None => Ok(()),
        }
    }

    /// Whether keywords that would be lost stop a merge.
    pub(super) fn asks_for_keywords(&self) -> bool {
        !self.plan.allow.keyword_loss && stands(Guard::Keywords)
    }

    /// Stops before a batch that would lose a keyword (docs/safety.md, "Keywords"): servers need not list in FLAGS what is in use.
    fn keeps_keywords(&self, route: &Route, messages: &[Message]) -> Result<(), StopReason> {
        let kept = self.kept_flags.get(&route.to).and_then(Option::as_ref);
        let Some(kept) = kept.filter(|_| self.asks_for_keywords()) else {
            return Ok(());
        };
        let is_kept = |flag: &&String| kept.iter().any(|kept| kept.eq_ignore_ascii_case(flag));
        let flags = messages.iter().flat_map(|message| &message.flags);
        let keywords = flags.filter(|flag| !flag.starts_with('\\'));
        let lost: BTreeSet<&String> = keywords.filter(|flag| !is_kept(flag)).collect();
        if lost.is_empty() {
            return Ok(());
        }
        let lost: Vec<&str> = lost.into_iter().map(String::as_str).collect();
        Err(StopReason::Step(text::keywords_not_kept(lost.join(", "))))
    }

    /// Whether the first message that was moved is in the source again under a new number: the source is a view that shows
    /// the target too. The source is open, as `opened` says.
    async fn comes_back(
        &mut self,
        route: &Route,
        before: &Batch,
        opened: &Opened,
    ) -> Result<bool, StopReason> {
        let known = self.source_next.get(&route.from).copied().unwrap_or(0);
        let has_grown = known > 0 && opened.uid_next.is_some_and(|next| next > known);
        if !has_grown || !Self::looks_for_views() {
            return Ok(false);
        }
        let since = self.sender.store.since(known).await?;
        if since.is_empty() {
            return Ok(false);
        }
        let depth = self.depth(route.path);
        let arrived = self.sender.store.messages(&since, depth).await?;
        let olds: Vec<Message> = before.messages.iter().map(Message::from).collect();
        Ok(arrived
            .iter()
            .any(|new| olds.iter().any(|old| is_alike(old, new))))
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
        let in_target = self.sender.store.messages(&new, Depth::MessageId).await?;
        self.reopen(&route.from).await?;
        let in_source = self.sender.store.messages(&new, Depth::MessageId).await?;
        Ok(!in_target.is_empty() && in_target == in_source)
    }
}
