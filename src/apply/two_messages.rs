//! Two messages and not one: what is done to an original must leave its copy as it is.
//!
//! In: the first message of a target whose original goes. Out: that others may go as well, or the end of the step. A server that
//! keeps one message for both would mark the copy `\Deleted` with its original, for the next EXPUNGE of anybody to destroy, or
//! take it along.

use super::{mover::Mover, outcome::has_flag, route::Route, stop::StopReason};
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

impl<S: Store> Mover<'_, S> {
    /// How many originals may go next: one, until a copy in the target was seen to outlive its original.
    pub(super) fn may_go_at_once(&self, route: &Route, most: usize) -> usize {
        if self.is_to_show(route) { 1 } else { most }
    }

    /// Whether no copy in the target was seen to outlive its original yet.
    fn is_to_show(&self, route: &Route) -> bool {
        stands(Guard::TwoMessages) && !self.outlived.contains(&route.to)
    }

    /// The copy to be watched while these originals go; none where it need not be. What its user has marked shows nothing.
    pub(super) async fn copy_to_watch(
        &mut self,
        route: &Route,
        copies: impl Iterator<Item = Uid>,
    ) -> Result<Option<Uid>, StopReason> {
        if !self.is_to_show(route) {
            return Ok(None);
        }
        for copy in copies {
            // Only then may it have been marked before.
            if !self.takes_marked(route)
                || self.look_at_copy(route, copy).await? == SeenCopy::Stands
            {
                return Ok(Some(copy));
            }
        }
        Ok(None)
    }

    /// Its original was marked. Where the copy is marked with it, the mark is taken back, and the step ends.
    pub(super) async fn stays_unmarked(
        &mut self,
        route: &Route,
        original: &UidSet,
        copy: Uid,
    ) -> Result<(), StopReason> {
        let seen = self.look_at_copy(route, copy).await;
        if seen.map_err(StopReason::unproven)? != SeenCopy::Marked {
            return Ok(());
        }
        let unmark = Act::RemoveFlags {
            of: route.from.clone(),
            uids: original.clone(),
            flags: vec![DELETED.to_owned()],
        };
        // Whether it is obeyed or not, nothing more is done here.
        self.send(route.step, unmark, None, &[]).await?.answer.ok();
        Err(StopReason::Step(text::marked_with_its_original()))
    }

    /// Its original was expunged. Where the copy is gone with it, the step ends before another one goes.
    pub(super) async fn outlives_its_original(
        &mut self,
        route: &Route,
        original: UidSet,
        copy: Uid,
    ) -> Result<(), StopReason> {
        let seen = self.look_at_copy(route, copy).await;
        if seen.map_err(StopReason::unproven)? == SeenCopy::Gone {
            return Err(StopReason::Step(text::gone_with_its_original()));
        }
        let still = self.sender.store.search(&Search::Among(original)).await;
        if still.map_err(StopReason::unproven)?.is_empty() {
            self.outlived.insert(route.to.clone());
        }
        Ok(())
    }

    /// Looks at a copy afresh. The source is open when this returns.
    async fn look_at_copy(&mut self, route: &Route, copy: Uid) -> Result<SeenCopy, StopReason> {
        self.reopen(&route.to).await?;
        let copy = UidSet::new(vec![copy]);
        let found = self.sender.store.messages(&copy, Depth::Facts).await?;
        self.reopen(&route.from).await?;
        Ok(match found.first() {
            None => SeenCopy::Gone,
            Some(copy) if has_flag(copy, DELETED) => SeenCopy::Marked,
            Some(_) => SeenCopy::Stands,
        })
    }
}
