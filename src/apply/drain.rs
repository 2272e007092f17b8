//! Draining: messages are moved out of a source until a fresh look finds nothing more to move.
//!
//! In: a route. Out: what the last look at the source found. A source counts as empty only when it was opened and searched
//! afresh.

use super::{
    batch::Sending,
    draining::{Drained, Draining},
    left::Tried,
    mover::Mover,
    prove::Key,
    source::SourceLook,
    stop::StopReason,
};
use crate::{
    guard::{Guard, stands},
    model::uid::UidSet,
    store::{Access, Depth, NextLook, Opened, Store},
};

/// What comes next: a source, by its place, and its next batch.
type Turn = (usize, UidSet);

impl<S: Store> Mover<'_, S> {
    /// Moves what is in these sources until a fresh look finds nothing more to move, or so many passes have each found more.
    /// For each of them what the last look found, or why its step is over. `after` are looks that come right after.
    ///
    /// Every source is looked at before the first message is moved, and batches of several sources are proven together.
    pub async fn drain_all(
        &mut self,
        mut sources: Vec<Draining>,
        after: &[NextLook],
    ) -> Result<Vec<Result<Drained, StopReason>>, StopReason> {
        let mut has_moved = false;
        while sources.iter().any(|source| source.end.is_none()) {
            // What comes after it does not come before anything was moved.
            let soon = if has_moved { after } else { &[] };
            has_moved = true;
            let looks = self.looks_at(&sources, soon);
            self.sender.store.ahead(&looks).await;
            let mut opened = Vec::new();
            for source in &mut sources {
                if source.end.is_none() {
                    opened.push((source.key(), self.look_at(source).await?));
                }
            }
            if let Err(stop) = self.move_all(&mut sources, after).await {
                if matches!(stop, StopReason::Later(_) | StopReason::Stopped) {
                    // The line stands: what was answered is proven.
                    self.prove_all(&mut sources, &[], None).await?;
                }
                return Err(stop);
            }
            if !stands(Guard::FreshLook) {
                self.believe_empty(&mut sources, opened).await?;
            }
        }
        let ends = sources.into_iter().filter_map(|source| source.end);
        Ok(ends.collect())
    }

    /// Moves what the last looks have found: first single messages, proven before anything else is moved, then batches.
    async fn move_all(
        &mut self,
        sources: &mut [Draining],
        soon: &[NextLook],
    ) -> Result<(), StopReason> {
        self.choose_probes(sources);
        loop {
            self.move_phase(sources, soon, true).await?;
            let mut probed = sources.iter_mut();
            // A target that does not give out what was moved into it gets one message after the other, also where the source of
            // the first has come to its end by it.
            let shown = &self.shown_targets;
            let goes_on = probed.any(|source| source.probes_again(shown));
            if !self.choose_probes(sources) && !goes_on {
                break;
            }
        }
        self.move_phase(sources, soon, false).await
    }

    /// The same of single messages, or of batches.
    async fn move_phase(
        &mut self,
        sources: &mut [Draining],
        soon: &[NextLook],
        is_probing: bool,
    ) -> Result<(), StopReason> {
        let mut turn = self.turn(sources, 0, 0, is_probing);
        if let Some(first) = &turn {
            let looks = self.looks_of(sources, usize::MAX, first);
            self.sender.store.ahead(&looks.unwrap_or_default()).await;
        }
        while let Some((at, uids)) = turn {
            // What is proven right behind it comes between: then nothing is asked for with it.
            let is_full = self.unproven_messages() + uids.len() >= self.sizer.unproven();
            let then = if is_full {
                None
            } else {
                self.turn(sources, at, uids.len(), is_probing)
            };
            let looks = then
                .as_ref()
                .and_then(|then| self.looks_of(sources, at, then));
            turn = match self
                .one_batch(sources, at, &uids, &looks.unwrap_or_default())
                .await?
            {
                Tried::Done if !is_full => Self::announced(sources, then),
                Tried::Done | Tried::Again => self.turn(sources, at, 0, is_probing),
            };
            if self.unproven_messages() >= self.sizer.unproven() {
                turn = Self::announced(sources, turn);
                let next = turn
                    .as_ref()
                    .and_then(|next| self.looks_of(sources, usize::MAX, next));
                self.prove_all(sources, &next.unwrap_or_default(), None)
                    .await?;
            }
            turn = turn.filter(|(at, _)| sources.get(*at).is_some_and(|one| one.end.is_none()));
            if turn.is_none() {
                turn = self.turn(sources, 0, 0, is_probing);
            }
        }
        let next = if is_probing {
            let next = self.turn(sources, 0, 0, false);
            next.and_then(|next| {
                let looks = self.looks_of(sources, usize::MAX, &next);
                Self::announced(sources, Some(next));
                looks
            })
        } else {
            Some(self.looks_at(sources, soon))
        };
        self.prove_all(sources, &next.unwrap_or_default(), None)
            .await?;
        Ok(())
    }

    /// The first message into each target goes by itself, unless the target has shown how it takes messages. Whether another
    /// one does now.
    fn choose_probes(&self, sources: &mut [Draining]) -> bool {
        let mut shown = self.shown_targets.clone();
        let mut chooses = false;
        for source in sources.iter_mut().filter(|source| source.begins()) {
            if shown.insert(source.route.to.clone()) {
                chooses |= source.probe();
            }
        }
        chooses
    }

    /// The first batch of these sources from a place on; there, behind so many messages.
    fn turn(&self, sources: &[Draining], at: usize, skip: usize, is_probing: bool) -> Option<Turn> {
        let mut places = sources.iter().enumerate().skip(at);
        places.find_map(|(place, source)| {
            let skip = if place == at { skip } else { 0 };
            Some((place, source.next(&self.sizer, is_probing, skip)?))
        })
    }

    /// Keeps to the batch by which looks are asked for.
    fn announced(sources: &mut [Draining], turn: Option<Turn>) -> Option<Turn> {
        let (at, uids) = turn?;
        let source = sources.get_mut(at)?;
        source.announce(uids.len());
        Some((at, uids))
    }

    /// The looks that a batch begins with; `at` is the source that is being worked in.
    fn looks_of(
        &self,
        sources: &[Draining],
        at: usize,
        (next, uids): &Turn,
    ) -> Option<Vec<NextLook>> {
        let source = sources.get(*next)?;
        let route = self.open_way(&source.route);
        let depth = self.depth(route.path);
        if depth == Depth::Content {
            return None;
        }
        let mut looks = Vec::new();
        let is_inside = |at: &Draining| at.route.from == route.from;
        let is_inside = sources.get(at).is_some_and(is_inside);
        if !is_inside {
            looks.push(NextLook::Open(route.from.clone(), Access::ReadWrite));
        }
        looks.push(NextLook::Messages(uids.clone(), depth));
        if source.is_first && *next != at {
            looks.extend(uids.as_slice().first().map(|first| NextLook::Real(*first)));
        }
        Some(looks)
    }

    /// Sends one batch of a source. A refusal that ends its step ends nothing else.
    async fn one_batch(
        &mut self,
        sources: &mut [Draining],
        at: usize,
        uids: &UidSet,
        then: &[NextLook],
    ) -> Result<Tried, StopReason> {
        let Some(source) = sources.get_mut(at) else {
            return Ok(Tried::Done);
        };
        self.sizer.begin(source.route.step);
        let route = source.route.clone();
        let sent = self.batch(&route, uids, source.is_first, then).await;
        let is_claimed = matches!(sent, Ok(Sending::Waits));
        let tried = match sent {
            Ok(Sending::Nothing | Sending::Waits) => Tried::Done,
            Ok(Sending::Answered(messages, took)) => {
                let tried = self
                    .prove_all(sources, &[], Some(&(route.step, route.from.clone())))
                    .await?;
                if tried == Tried::Done && self.has_just_moved() {
                    self.sizer.took(messages, took);
                }
                tried
            }
            Err(StopReason::Step(why)) => {
                if let Some(source) = sources.get_mut(at) {
                    source.end = Some(Err(StopReason::Step(why)));
                }
                return Ok(Tried::Done);
            }
            Err(stop) => return Err(stop),
        };
        if let Some(source) = sources.get_mut(at) {
            match tried {
                Tried::Done => source.advance(uids.len(), is_claimed || self.has_just_moved()),
                Tried::Again => source.cut_anew(),
            }
        }
        Ok(tried)
    }

    /// Proves what was answered and is not proven yet; `next` are looks that come right after. Whether the last batch of one
    /// source is dealt with.
    async fn prove_all(
        &mut self,
        sources: &mut [Draining],
        next: &[NextLook],
        of: Option<&Key>,
    ) -> Result<Tried, StopReason> {
        let mut last = Tried::Done;
        for (key, end) in self.prove_group(next).await? {
            match end {
                Ok(tried) if of == Some(&key) => last = tried,
                Ok(_) => {}
                Err(why) => {
                    let mut sources = sources.iter_mut();
                    if let Some(source) = sources.find(|source| source.is(&key)) {
                        source.end = Some(Err(why));
                    }
                }
            }
        }
        Ok(last)
    }

    /// Where no fresh look is made, every source counts as empty.
    async fn believe_empty(
        &mut self,
        sources: &mut [Draining],
        opened: Vec<(Key, Option<Opened>)>,
    ) -> Result<(), StopReason> {
        for source in sources.iter_mut().filter(|source| source.end.is_none()) {
            let known = opened.iter().find(|(key, _)| source.is(key));
            if let Some(opened) = known.and_then(|(_, opened)| opened.clone()) {
                let nothing = SourceLook {
                    shown: opened.exists.into(),
                    wanted: UidSet::default(),
                    copied: opened.exists.into(),
                    left: 0,
                    back: 0,
                };
                let route = source.route.clone();
                let drained = self.drained(&route, opened, &nothing, None).await?;
                source.end = Some(Ok(drained));
            }
        }
        Ok(())
    }
}
