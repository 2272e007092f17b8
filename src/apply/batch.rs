//! One batch: a few messages are moved; that each is in the target is proven in `prove`.
//!
//! In: a route, and UIDs of its source. Out: a command that was answered. It names UIDs only, without `*`, and
//! nothing is expunged that was not copied and then seen in the target.

use std::{collections::BTreeSet, time::Duration};

use super::{
    books::StepBook,
    journal::{Batch, Snap},
    mover::Mover,
    outcome::ServerClaim,
    route::Route,
    stop::StopReason,
    unproven::Unproven,
};
use crate::{
    guard::{Guard, stands},
    language::text,
    model::{
        plan::Path,
        uid::{Uid, UidSet},
    },
    store::{Act, Message, NextLook, Store},
};

/// How far a batch has come.
pub(super) enum Sending {
    /// There was nothing to be sent.
    Nothing,
    /// It was answered, and may be proven later, together with others.
    Waits,
    /// It was answered, of so many messages in so much time, and must be proven before anything else is sent.
    Answered(usize, Duration),
}

impl<S: Store> Mover<'_, S> {
    /// Moves one batch out of a source. Where the server has said of each message where it went, it is proven later, together
    /// with others; else at once. `then` are looks that come next, which may be on their way with it.
    pub(super) async fn batch(
        &mut self,
        route: &Route,
        uids: &UidSet,
        is_first: bool,
        then: &[NextLook],
    ) -> Result<Sending, StopReason> {
        let route = &self.open_way(route);
        if !self.sender.store.is_open(&route.from) {
            self.reopen(&route.from).await?;
        }
        if let Some(uid) = self.loses_the_line(&route.from, uids) {
            self.leave_what_loses_the_line(route, uid).await?;
            return Ok(Sending::Nothing);
        }
        let sent = self.try_batch(route, uids, is_first, then).await;
        if route.path == Path::CopyOnly && matches!(sent, Err(StopReason::Step(_))) {
            self.tell_copies(route)?;
        }
        sent
    }

    /// Tells how many copies a step that ends leaves in the target.
    pub(super) fn tell_copies(&mut self, route: &Route) -> Result<(), StopReason> {
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

    async fn try_batch(
        &mut self,
        route: &Route,
        uids: &UidSet,
        is_first: bool,
        then: &[NextLook],
    ) -> Result<Sending, StopReason> {
        let depth = self.depth(route.path);
        let messages = self.sender.store.messages(uids, depth).await?;
        let missing = uids.as_slice().iter().copied();
        let brought: BTreeSet<Uid> = messages.iter().map(|message| message.uid).collect();
        let missing: UidSet = missing.filter(|uid| !brought.contains(uid)).collect();
        if !missing.is_empty() {
            self.leave_unread(route, missing).await?;
        }
        if messages.is_empty() {
            return Ok(Sending::Nothing);
        }
        if is_first {
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
        let then = if self.may_wait(route) { then } else { &[] };
        let sent = self
            .send(route.step, act, Some(before.clone()), then)
            .await?;
        let took = sent.took;
        let code = match &sent.answer {
            Ok(answered) => answered.code.clone(),
            Err(refusal) => refusal.code.clone(),
        };
        let unproven = Unproven {
            route: route.clone(),
            intent: sent.intent,
            claim: ServerClaim::from(sent.answer, &before),
            before,
            is_first,
        };
        self.sizer.obey(&code.unwrap_or_default());
        let waits = self.may_wait(route) && unproven.is_claimed_whole();
        self.unproven_batches.push_back(unproven);
        if waits {
            self.sizer.took(messages.len(), took);
            return Ok(Sending::Waits);
        }
        Ok(Sending::Answered(messages.len(), took))
    }

    /// Whether batches of this route may be proven later: nothing is expunged on the word of a proof, no message is suspected,
    /// and a message is in one place.
    fn may_wait(&self, route: &Route) -> bool {
        route.path == Path::MoveUidplus
            && !self.sizer.suspects()
            && !self.sender.store.traits().has_labels
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

    pub(super) fn looks_for_views() -> bool {
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
        let flags = messages.iter().flat_map(|message| message.flags.iter());
        let keywords = flags.filter(|flag| !flag.starts_with('\\'));
        let lost: BTreeSet<&String> = keywords.filter(|flag| !is_kept(flag)).collect();
        if lost.is_empty() {
            return Ok(());
        }
        let lost: Vec<&str> = lost.into_iter().map(String::as_str).collect();
        Err(StopReason::Step(text::keywords_not_kept(lost.join(", "))))
    }
}
