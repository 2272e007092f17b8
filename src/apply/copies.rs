//! Copies whose originals still stand in the source: looked at again before any original is removed.
//!
//! In: the copies that the books know. Out: `expunged` records. What the journal says of a copy is not enough to remove its
//! original: since then somebody may have removed the copy as a duplicate.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    batch_size::BatchSizer,
    books::UidPairs,
    journal::{MOST_PAIRS, Moved, Record, record},
    mover::Mover,
    outcome::is_copy,
    route::Route,
    stop::StopReason,
};
use crate::{
    guard::{Guard, stands},
    language::text,
    model::{
        mailbox::MailboxName,
        plan::Path,
        uid::{Uid, UidSet},
    },
    store::{Access, Act, Opened, Search, Store},
};

impl<S: Store> Mover<'_, S> {
    /// The copies whose originals are in this source, but for those that were looked for and not found.
    fn copies_of(&self, source: &MailboxName) -> UidPairs {
        let known = self.books().copies().of(source);
        let mut known = known.cloned().unwrap_or_default();
        if let Some(unproven) = self.unproven.get(source) {
            known.retain(|old| !unproven.contains(old));
        }
        known
    }

    /// Whether a message of a source is copied already.
    pub(super) fn is_copied(&self, source: &MailboxName, uid: Uid) -> bool {
        let copies = self.books().copies().of(source);
        let unproven = self.unproven.get(source);
        copies.is_some_and(|copies| copies.contains(uid))
            && !unproven.is_some_and(|unproven| unproven.contains(uid))
    }

    /// Takes over what an earlier run has copied and left: proven again, it need not be copied again.
    pub(super) async fn inherit_copies(&mut self, route: &Route) -> Result<(), StopReason> {
        let Some(mut left) = self.inherited.get(&route.from).cloned() else {
            return Ok(());
        };
        let own = self.copies_of(&route.from);
        left.retain(|old| !own.contains(old));
        self.reopen(&route.from).await?;
        let still = self
            .sender
            .store
            .search(&Search::Among(left.olds()))
            .await?;
        let proven = self.proven_copies(route, &left, &still).await?;
        let pairs: Vec<(Uid, Uid)> = proven.iter().collect();
        for pairs in pairs.chunks(MOST_PAIRS) {
            let moved = Moved {
                intent: 0,
                step: route.step,
                from: route.from.clone(),
                from_validity: self.validity(&route.from)?,
                to: route.to.clone(),
                to_validity: self.validity(&route.to)?,
                pairs: pairs.to_vec(),
                octets: 0,
                changed: Vec::new(),
                copied: true,
                doubled: Vec::new(),
                there: Vec::new(),
                withheld: Vec::new(),
                gone: UidSet::default(),
                elsewhere: Vec::new(),
                stops: None,
                flags_lost: Vec::new(),
                flags_gained: Vec::new(),
                dates_changed: 0,
            };
            self.moved(moved)?;
        }
        // Not before: a lost line may begin this again.
        self.inherited.remove(&route.from);
        Ok(())
    }

    /// Looks again at the copies of a source that an earlier process has made. What is not in the target now counts as
    /// not copied.
    pub(super) async fn recheck_copies(&mut self, route: &Route) -> Result<(), StopReason> {
        let known = self.copies_of(&route.from);
        if known.is_empty() {
            return Ok(());
        }
        self.reopen(&route.from).await?;
        let still = self
            .sender
            .store
            .search(&Search::Among(known.olds()))
            .await?;
        let mut out = known.clone();
        out.retain(|old| !still.contains(old));
        self.expunged(route, &out)?;
        let proven = self.proven_copies(route, &known, &still).await?;
        let uids = still.as_slice().iter().copied();
        let unproven: UidSet = uids.filter(|old| !proven.contains(*old)).collect();
        if !unproven.is_empty() {
            let messages = text::messages(unproven.len() as u64);
            self.remark(route.step, text::had_no_copy(messages))?;
            let known = self.unproven.entry(route.from.clone()).or_default();
            known.extend(unproven.as_slice().iter().copied());
        }
        // A merge that was planned by MOVE may have been made by COPY, where MOVE was refused.
        if matches!(route.path, Path::CopyUidplus | Path::MoveUidplus) {
            self.expunge(route, &proven).await?;
        }
        Ok(())
    }

    /// Of these messages of a source, those whose copies are in the target now. The source is open when this returns.
    async fn proven_copies(
        &mut self,
        route: &Route,
        known: &UidPairs,
        uids: &UidSet,
    ) -> Result<UidPairs, StopReason> {
        if !stands(Guard::Copies) {
            let mut proven = known.clone();
            proven.retain(|old| uids.contains(old));
            return Ok(proven);
        }
        let depth = self.depth(route.path);
        let mut proven = Vec::new();
        let mut taken = BTreeSet::new();
        for piece in uids.pieces(BatchSizer::MOST) {
            self.reopen(&route.from).await?;
            let olds = self.sender.store.messages(&piece, depth).await?;
            let copies: UidSet = olds.iter().filter_map(|old| known.get(old.uid)).collect();
            if copies.is_empty() {
                continue;
            }
            self.reopen(&route.to).await?;
            let news = self.sender.store.messages(&copies, depth).await?;
            let news: BTreeMap<Uid, _> = news.iter().map(|new| (new.uid, new)).collect();
            for old in &olds {
                let new = known.get(old.uid).and_then(|new| news.get(&new));
                // No two originals may go for one copy.
                if let Some(new) = new.filter(|new| is_copy(old, new))
                    && taken.insert(new.uid)
                {
                    proven.push((old.uid, new.uid));
                }
            }
        }
        self.reopen(&route.from).await?;
        Ok(proven.into_iter().collect())
    }

    /// Removes from the open source exactly these, whose copies were seen in the target (RFC 4315 §2.1). Where that ends the step,
    /// it is told how many are in both mailboxes.
    pub(super) async fn expunge(
        &mut self,
        route: &Route,
        pairs: &UidPairs,
    ) -> Result<(), StopReason> {
        let end = self.expunge_all(route, pairs).await;
        if let Err(StopReason::Step(_)) = &end {
            self.tell_standing(route)?;
        }
        end
    }

    /// Tells how many messages are in both mailboxes.
    fn tell_standing(&mut self, route: &Route) -> Result<(), StopReason> {
        let book = self.books().step(route.step);
        let standing = book.map_or(0, |book| book.effect.copied.len());
        if standing == 0 {
            return Ok(());
        }
        let messages = text::messages(standing);
        self.remark(route.step, text::in_both(messages, &route.to))
    }

    async fn expunge_all(&mut self, route: &Route, pairs: &UidPairs) -> Result<(), StopReason> {
        let mut still = self.not_left(&route.from, &pairs.olds());
        let mut before = usize::MAX;
        // Where there are more than the server does at once, it does the highest and says OK (RFC 9738).
        while !still.is_empty() && still.len() < before {
            before = still.len();
            let mut rest = still.as_slice();
            while let Some((uids, more)) =
                UidSet::cut(rest, self.may_go_at_once(route, self.sizer.most()))
            {
                rest = more;
                if let Some(uid) = self.loses_the_line(&route.from, &uids) {
                    self.leave_what_loses_the_line(route, uid).await?;
                } else {
                    let of = route.from.clone();
                    let expunge = Act::Expunge {
                        of,
                        uids: uids.clone(),
                    };
                    self.expunge_these(route, uids, pairs, expunge).await?;
                }
            }
            self.reopen(&route.from)
                .await
                .map_err(StopReason::unproven)?;
            let left = self.sender.store.search(&Search::Among(still)).await;
            still = self.not_left(&route.from, &left.map_err(StopReason::unproven)?);
        }
        let mut out = pairs.clone();
        out.retain(|old| !still.contains(old) && !self.is_left(&route.from, old));
        self.expunged(route, &out)?;
        if still.is_empty() {
            return Ok(());
        }
        Err(StopReason::Step(text::not_removed(text::messages(
            still.len() as u64,
        ))))
    }

    /// Marks these and sends the command that expunges them. The copy of the first that goes is watched.
    async fn expunge_these(
        &mut self,
        route: &Route,
        uids: UidSet,
        pairs: &UidPairs,
        expunge: Act,
    ) -> Result<(), StopReason> {
        let copies = uids.as_slice().iter().filter_map(|old| pairs.get(*old));
        let watched = self.copy_to_watch(route, copies).await?;
        self.mark_deleted(route, &uids).await?;
        if let Some(copy) = watched {
            self.stays_unmarked(route, &uids, copy).await?;
        }
        match self.send(route.step, expunge, None, &[]).await?.answer {
            Ok(answered) => self.sizer.obey(&answered.code.unwrap_or_default()),
            Err(refusal) => return Err(refusal.into_stop()),
        };
        let Some(copy) = watched else { return Ok(()) };
        if self
            .outlives_its_original(route, uids.clone(), copy)
            .await?
        {
            return Ok(());
        }
        self.went_together(route, &uids, pairs).await
    }

    /// Records which of these originals are out though their copy is gone, and ends the step.
    async fn went_together(
        &mut self,
        route: &Route,
        originals: &UidSet,
        pairs: &UidPairs,
    ) -> Result<(), StopReason> {
        let still = self
            .sender
            .store
            .search(&Search::Among(originals.clone()))
            .await;
        let still = still.map_err(StopReason::unproven)?;
        let mut out = pairs.clone();
        out.retain(|old| originals.contains(old) && !still.contains(old));
        self.expunged(route, &out)?;
        Err(StopReason::Step(text::gone_with_its_original()))
    }

    /// Without those that were left in the source.
    fn not_left(&self, source: &MailboxName, uids: &UidSet) -> UidSet {
        let uids = uids.as_slice().iter().copied();
        uids.filter(|uid| !self.is_left(source, *uid)).collect()
    }

    pub(super) async fn mark_deleted(
        &mut self,
        route: &Route,
        uids: &UidSet,
    ) -> Result<(), StopReason> {
        match self
            .add_flag(route.step, &route.from, uids, "\\Deleted")
            .await?
        {
            Some(refusal) => Err(refusal.into_stop()),
            None => Ok(()),
        }
    }

    /// Without UIDPLUS: empties an open tombstone of which every message has a copy in the target (docs/safety.md, "The path by capability").
    ///
    /// Plain EXPUNGE takes all that is marked, which is why it is only ever sent where nobody else can be. Returns what the
    /// last look found.
    pub(super) async fn expunge_tombstone(
        &mut self,
        route: &Route,
        seen: &Opened,
    ) -> Result<Opened, StopReason> {
        let end = self.expunge_all_of(route, seen).await;
        if let Err(StopReason::Step(_)) = &end {
            self.tell_standing(route)?;
        }
        end
    }

    async fn expunge_all_of(&mut self, route: &Route, seen: &Opened) -> Result<Opened, StopReason> {
        let all = self.sender.store.search(&Search::All).await?;
        let known = self.copies_of(&route.from);
        let proven = self.proven_copies(route, &known, &all).await?;
        let unproven = all.len().max(seen.exists as usize) - proven.len();
        if unproven > 0 {
            return Err(StopReason::Step(text::without_copy(text::messages(
                unproven as u64,
            ))));
        }
        let mut still = all;
        let mut before = usize::MAX;
        let mut opened = seen.clone();
        // Only what has a proven copy is ever marked; what came in meanwhile ends it.
        while !still.is_empty() && still.len() < before && opened.uid_next == seen.uid_next {
            before = still.len();
            let most = self.may_go_at_once(route, still.len());
            let marked: UidSet = still.as_slice().iter().take(most).copied().collect();
            let of = route.from.clone();
            self.expunge_these(route, marked, &proven, Act::ExpungeAll { of })
                .await?;
            let again = self.sender.store.open(&route.from, Access::ReadWrite).await;
            opened = again.map_err(StopReason::unproven)?;
            self.same_opened(&route.from, &opened)?;
            let left = self.sender.store.search(&Search::Among(still)).await;
            still = left.map_err(StopReason::unproven)?;
        }
        let mut out = proven;
        out.retain(|old| !still.contains(old));
        self.expunged(route, &out)?;
        if opened.uid_next != seen.uid_next {
            return Err(StopReason::Step(text::message_came_in()));
        }
        if opened.exists > 0 || !still.is_empty() {
            return Err(StopReason::Step(text::not_emptied()));
        }
        Ok(opened)
    }

    /// Records that these are only in the target from now on.
    fn expunged(&mut self, route: &Route, pairs: &UidPairs) -> Result<(), StopReason> {
        let pairs: Vec<(Uid, Uid)> = pairs.iter().collect();
        for pairs in pairs.chunks(MOST_PAIRS) {
            self.sender.record(Record::Expunged(record::Expunged {
                step: route.step,
                from: route.from.clone(),
                to: route.to.clone(),
                to_validity: self.validity(&route.to)?,
                pairs: pairs.to_vec(),
            }))?;
        }
        Ok(())
    }
}
