//! Copies whose originals still stand in the source: looked at again before any original goes.
//!
//! In: the copies that the journal remembers. Out: `expunged` records. Never: an original removed on the journal's word:
//! between then and now somebody may have tidied the copies away as duplicates.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Ports,
    fate::is_copy,
    journal::{Moved, Record},
    merge::Route,
    pace::Pace,
    run::Run,
    send::Halt,
};
use crate::{
    guard::{Guard, stands},
    language::text,
    model::{
        plan::Path,
        uid::{Uid, UidSet},
    },
    store::{Access, Act, Opened, Search, Store},
};

impl<S: Store, P: Ports> Run<'_, S, P> {
    /// Takes over what an earlier run has copied and left: proven again, it need not be copied again.
    pub(super) async fn inherit_copies(&mut self, route: &Route) -> Result<(), Halt> {
        let Some(mut left) = self.inherited.remove(&route.from) else {
            return Ok(());
        };
        let own = self.copies.remove(&route.from).unwrap_or_default();
        left.retain(|old, _| !own.contains_key(old));
        self.reopen(&route.from).await?;
        let all: UidSet = left.keys().copied().collect();
        let still = self.store.search(&Search::Among(all)).await?;
        let pairs = self.proven_copies(route, &left, &still).await?;
        self.copies.insert(route.from.clone(), own);
        if pairs.is_empty() {
            return Ok(());
        }
        let moved = Moved {
            intent: 0,
            step: route.step,
            from: route.from.clone(),
            from_validity: self.validity(&route.from)?,
            to: route.to.clone(),
            to_validity: self.validity(&route.to)?,
            pairs: pairs.into_iter().collect(),
            octets: 0,
            changed: Vec::new(),
            copied: true,
            doubled: Vec::new(),
            there: Vec::new(),
            gone: UidSet::default(),
            elsewhere: Vec::new(),
            stops: None,
            flags_lost: Vec::new(),
            dates_changed: 0,
        };
        self.write(Record::Moved(moved.clone()))?;
        self.remember_moved(moved);
        Ok(())
    }

    /// Looks again at the copies of a source that an earlier process has made. What is not in the target now counts as
    /// not copied.
    pub(super) async fn recheck_copies(&mut self, route: &Route) -> Result<(), Halt> {
        let Some(known) = self.copies.get(&route.from).cloned() else {
            return Ok(());
        };
        self.reopen(&route.from).await?;
        let all: UidSet = known.keys().copied().collect();
        let still = self.store.search(&Search::Among(all)).await?;
        let mut out = known.clone();
        out.retain(|old, _| !still.contains(*old));
        self.expunged(route, out)?;
        let proven = self.proven_copies(route, &known, &still).await?;
        let unproven = still.len() - proven.len();
        if unproven > 0 {
            self.remark(
                route.step,
                text::had_no_copy(text::messages(unproven as u64)),
            );
        }
        self.copies.insert(route.from.clone(), proven.clone());
        if route.path == Path::CopyUidplus {
            self.expunge(route, &proven).await?;
        }
        Ok(())
    }

    /// Of these messages of a source, those whose copies are in the target now. The source is open when this returns.
    async fn proven_copies(
        &mut self,
        route: &Route,
        known: &BTreeMap<Uid, Uid>,
        uids: &UidSet,
    ) -> Result<BTreeMap<Uid, Uid>, Halt> {
        if !stands(Guard::Copies) {
            let mut proven = known.clone();
            proven.retain(|old, _| uids.contains(*old));
            return Ok(proven);
        }
        let depth = self.depth(route.path);
        let mut proven = BTreeMap::new();
        let mut taken = BTreeSet::new();
        for piece in uids.pieces(Pace::MOST) {
            self.reopen(&route.from).await?;
            let olds = self.store.messages(&piece, depth).await?;
            let copies: UidSet = olds
                .iter()
                .filter_map(|old| known.get(&old.uid).copied())
                .collect();
            if copies.is_empty() {
                continue;
            }
            self.reopen(&route.to).await?;
            let news = self.store.messages(&copies, depth).await?;
            let news: BTreeMap<Uid, _> = news.iter().map(|new| (new.uid, new)).collect();
            for old in &olds {
                let new = known.get(&old.uid).and_then(|new| news.get(new));
                // No two originals may go for one copy.
                if let Some(new) = new.filter(|new| is_copy(old, new))
                    && taken.insert(new.uid)
                {
                    proven.insert(old.uid, new.uid);
                }
            }
        }
        self.reopen(&route.from).await?;
        Ok(proven)
    }

    /// Removes from the open source exactly these, whose copies were seen in the target (RFC 4315 §2.1).
    pub(super) async fn expunge(
        &mut self,
        route: &Route,
        pairs: &BTreeMap<Uid, Uid>,
    ) -> Result<(), Halt> {
        let mut still: UidSet = pairs.keys().copied().collect();
        let mut before = usize::MAX;
        // Where there are more than the server does at once, it does the highest and says OK (RFC 9738).
        while !still.is_empty() && still.len() < before {
            before = still.len();
            for uids in still.pieces(self.pace.most()) {
                let of = route.from.clone();
                self.mark_deleted(route, &uids).await?;
                let expunge = Act::Expunge { of, uids };
                match self.send(route.step, expunge, None).await?.answer {
                    Ok(answered) => self.pace.obey(&answered.code.unwrap_or_default()),
                    Err(refusal) => return Err(refusal.into_halt()),
                };
            }
            self.reopen(&route.from).await.map_err(Halt::unproven)?;
            let left = self.store.search(&Search::Among(still)).await;
            still = left.map_err(Halt::unproven)?;
        }
        let mut out = pairs.clone();
        out.retain(|old, _| !still.contains(*old));
        self.expunged(route, out)?;
        if still.is_empty() {
            return Ok(());
        }
        Err(Halt::Step(text::not_removed(text::messages(
            still.len() as u64
        ))))
    }

    async fn mark_deleted(&mut self, route: &Route, uids: &UidSet) -> Result<(), Halt> {
        match self
            .add_flag(route.step, &route.from, uids, "\\Deleted")
            .await?
        {
            Some(refusal) => Err(refusal.into_halt()),
            None => Ok(()),
        }
    }

    /// Without UIDPLUS: empties an open tombstone of which every message has a copy in the target (algorithm.md §4).
    ///
    /// Plain EXPUNGE takes all that is marked, which is why it is only ever sent where nobody else can be. Returns what the
    /// last look found.
    pub(super) async fn expunge_tombstone(
        &mut self,
        route: &Route,
        seen: &Opened,
    ) -> Result<Opened, Halt> {
        let all = self.store.search(&Search::All).await?;
        let known = self.copies.get(&route.from).cloned().unwrap_or_default();
        let proven = self.proven_copies(route, &known, &all).await?;
        let unproven = all.len().max(seen.exists as usize) - proven.len();
        if unproven > 0 {
            return Err(Halt::Step(text::without_copy(text::messages(
                unproven as u64,
            ))));
        }
        let mut still = all;
        let mut before = usize::MAX;
        let mut opened = seen.clone();
        // Only what has a proven copy is ever marked; what came in meanwhile ends it.
        while !still.is_empty() && still.len() < before && opened.uid_next == seen.uid_next {
            before = still.len();
            self.mark_deleted(route, &still).await?;
            let of = route.from.clone();
            let expunge = Act::ExpungeAll { of };
            match self.send(route.step, expunge, None).await?.answer {
                Ok(answered) => self.pace.obey(&answered.code.unwrap_or_default()),
                Err(refusal) => return Err(refusal.into_halt()),
            };
            let again = self.store.open(&route.from, Access::ReadWrite).await;
            opened = again.map_err(Halt::unproven)?;
            self.same_opened(&route.from, &opened)?;
            let left = self.store.search(&Search::Among(still)).await;
            still = left.map_err(Halt::unproven)?;
        }
        let mut out = proven;
        out.retain(|old, _| !still.contains(*old));
        self.expunged(route, out)?;
        if opened.uid_next != seen.uid_next {
            return Err(Halt::Step(text::message_came_in()));
        }
        if opened.exists > 0 || !still.is_empty() {
            return Err(Halt::Step(text::not_emptied()));
        }
        Ok(opened)
    }

    /// Records that these are only in the target from now on.
    fn expunged(&mut self, route: &Route, pairs: BTreeMap<Uid, Uid>) -> Result<(), Halt> {
        if let Some(copies) = self.copies.get_mut(&route.from) {
            copies.retain(|old, _| !pairs.contains_key(old));
        }
        if pairs.is_empty() {
            return Ok(());
        }
        self.write(Record::Expunged {
            step: route.step,
            from: route.from.clone(),
            to: route.to.clone(),
            to_validity: self.validity(&route.to)?,
            pairs: pairs.into_iter().collect(),
        })
    }
}
