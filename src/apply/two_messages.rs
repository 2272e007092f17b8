//! Two messages and not one: what is done to an original must leave its copy as it is.
//!
//! In: the first message of a target whose original goes. Out: that others may go as well, or the end of the step. A server that
//! keeps one message for both would mark the copy `\\Deleted` with its original, for the next EXPUNGE of anybody to destroy, or
//! take it along.

use super::{
    look_again::LookAgain, mover::Mover, outcome::has_flag, route::Route, stop::StopReason,
};
use crate::{
    guard::{Guard, stands},
    language::text,
    model::uid::{Uid, UidSet},
    store::{Act, Depth, Search, Store},
};

const DELETED: &str = "\\Deleted";

/// How a copy is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SeenCopy {
    Gone,
    Marked,
    Stands,
}

/// A copy that is watched while its original goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct WatchedCopy {
    uid: Uid,
    /// Whether it carried the mark before its original was marked.
    was_marked: bool,
}

impl<S: Store> Mover<'_, S> {
    /// How many originals may go next: one, until a copy in the target was seen to outlive its original.
    pub(super) fn may_go_at_once(&self, route: &Route, most: usize) -> usize {
        if self.is_to_show(route) { 1 } else { most }
    }

    /// Whether no copy in the target was seen to outlive its original yet.
    fn is_to_show(&self, route: &Route) -> bool {
        stands(Guard::TwoMessages) && self.outlived.get(&route.to) != Some(&true)
    }

    /// The copy to be watched while these originals go; none where it need not be. Where one was seen to go with its original,
    /// no other original goes.
    pub(super) async fn copy_to_watch(
        &mut self,
        route: &Route,
        mut copies: impl Iterator<Item = Uid>,
    ) -> Result<Option<WatchedCopy>, StopReason> {
        if self.outlived.get(&route.to) == Some(&false) {
            return Err(StopReason::Step(text::gone_with_its_original()));
        }
        let Some(uid) = copies.next().filter(|_| self.is_to_show(route)) else {
            return Ok(None);
        };
        // Only where marked messages are moved may it have been marked by what was moved.
        let was_marked =
            self.takes_marked(route) && self.look_at_copy(route, uid).await? == SeenCopy::Marked;
        Ok(Some(WatchedCopy { uid, was_marked }))
    }

    /// Its original was marked. Where the copy is marked with it, the mark is taken back, and the step ends. A mark that stays then
    /// is another client's: the original is marked again, and goes.
    pub(super) async fn stays_unmarked(
        &mut self,
        route: &Route,
        original: &UidSet,
        copy: WatchedCopy,
    ) -> Result<(), StopReason> {
        if copy.was_marked || !self.is_marked(route, copy.uid).await? {
            return Ok(());
        }
        let unmark = Act::RemoveFlags {
            of: route.from.clone(),
            uids: original.clone(),
            flags: vec![DELETED.to_owned()],
        };
        let answer = self.send(route.step, unmark, None, &[]).await?.answer;
        if answer.is_ok() && self.is_marked(route, copy.uid).await? {
            return self.mark_deleted(route, original).await;
        }
        Err(StopReason::Step(text::marked_with_its_original()))
    }

    async fn is_marked(&mut self, route: &Route, copy: Uid) -> Result<bool, StopReason> {
        let seen = self.look_at_copy(route, copy).await;
        Ok(seen.map_err(StopReason::unproven)? == SeenCopy::Marked)
    }

    /// Its original was expunged. Whether the copy is there still; some servers show late what there is.
    pub(super) async fn outlives_its_original(
        &mut self,
        route: &Route,
        original: UidSet,
        copy: WatchedCopy,
    ) -> Result<bool, StopReason> {
        let mut again = LookAgain::default();
        loop {
            let seen = self.look_at_copy(route, copy.uid).await;
            if seen.map_err(StopReason::unproven)? != SeenCopy::Gone {
                break;
            }
            if !again.wait(&mut self.sender).await {
                self.outlived.insert(route.to.clone(), false);
                return Ok(false);
            }
        }
        let still = self.sender.store.search(&Search::Among(original)).await;
        if still.map_err(StopReason::unproven)?.is_empty() {
            self.outlived.insert(route.to.clone(), true);
        }
        Ok(true)
    }

    /// Looks at a copy afresh. The source is open when this returns.
    async fn look_at_copy(&mut self, route: &Route, copy: Uid) -> Result<SeenCopy, StopReason> {
        self.reopen(&route.to).await?;
        let copy = UidSet::new(vec![copy]);
        let found = self.sender.store.messages(&copy, Depth::Facts).await?;
        self.reopen(&route.from).await?;
        Ok(match found.first() {
            None => SeenCopy::Gone,
            Some(copy) if has_flag(&copy.flags, DELETED) => SeenCopy::Marked,
            Some(_) => SeenCopy::Stands,
        })
    }
}
