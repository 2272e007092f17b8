//! One source that is being drained: what is still to be moved out of it, and how often it was filled again. No I/O.
//!
//! In: what each look at it found. Out: the next batch, or that it is over.

use std::collections::BTreeSet;

use super::{batch_size::BatchSizer, route::Route, stop::StopReason};
use crate::{
    language::text,
    model::{
        mailbox::MailboxName,
        uid::{Uid, UidSet},
    },
    store::{Access, NextLook, Opened, Search},
};

/// How often a source may be filled again while it is drained (docs/safety.md, "Merging a source into a target").
pub(super) const PASSES: u32 = 20;
/// How often before it gets a name under which nobody fills it.
pub(super) const FEW_PASSES: u32 = 3;
/// A source as the last fresh look found it.
#[derive(Debug)]
pub(super) struct Drained {
    /// Messages that are to stay: marked `\Deleted`, or outside the plan's UIDs.
    pub stays: u64,
    /// Those among them that searches do not show.
    pub hidden: u64,
    /// Those that cannot be moved, each by itself.
    pub left: u64,
    /// Those that were moved out of it and that the target does not give out.
    pub withheld: u64,
    /// Messages that are copied and not yet expunged.
    pub copied: u64,
    /// A count that it has shown at once or in all, at which providers cut off what they show.
    pub limit: Option<u64>,
    /// Whether there was still something to be moved after so many passes.
    pub fills: bool,
    pub opened: Opened,
}

impl Drained {
    /// Refuses to go on where messages keep coming.
    pub fn no_longer_fills(&self) -> Result<(), StopReason> {
        if self.fills {
            return Err(StopReason::Step(text::keeps_filling()));
        }
        Ok(())
    }

    /// Refuses to call done what could not be moved whole.
    pub fn nothing_left(&self) -> Result<(), StopReason> {
        match (self.left, self.withheld) {
            (0, 0) => Ok(()),
            (0, withheld) => Err(StopReason::Step(text::not_given_out(text::messages(
                withheld,
            )))),
            (left, _) => Err(StopReason::Step(text::it_stays_with(text::unmovable(left)))),
        }
    }

    /// Refuses to go on where messages stay, or may stay unseen.
    pub fn nothing_stays(&self) -> Result<(), StopReason> {
        self.nothing_left()?;
        if let (0, Some(limit)) = (self.stays, self.limit) {
            return Err(StopReason::Step(text::stays_shown(limit)));
        }
        if self.stays == 0 {
            return Ok(());
        }
        Err(StopReason::Step(match self.hidden {
            0 => text::it_stays_with(text::marked_deleted(self.stays)),
            hidden => text::it_stays_with_hidden(text::messages(hidden)),
        }))
    }
}

/// A source that is being drained.
pub(super) struct Draining {
    pub route: Route,
    /// How often it may be filled again.
    passes: u32,
    counted: u32,
    /// Whether its first message is moved and proven by itself: it shows how the server treats messages, and whether the
    /// source is the target under another name.
    probes: bool,
    /// Whether nothing was moved out of it yet.
    pub is_first: bool,
    /// The highest UID that the first look has shown.
    first: Option<Uid>,
    /// The highest of these that the last look has shown, 0 where it has shown none of them; none before it.
    reached: Option<Uid>,
    /// A count that it has shown, at which providers cut off what they show.
    pub limit: Option<u64>,
    /// Whether the last look has shown messages besides those that are to be moved: marked ones, if nothing else.
    keeps_some: bool,
    /// UIDs that are still to be moved before the next look, ascending.
    rest: Vec<Uid>,
    /// How many of the rest go into the next batch, where looks have been asked for by it.
    announced: Option<usize>,
    /// How it has ended; none while it has not.
    pub end: Option<Result<Drained, StopReason>>,
}

impl Draining {
    /// Begins. With `probes` one message goes first.
    pub fn new(route: Route, passes: u32, probes: bool) -> Self {
        Self {
            route,
            passes,
            counted: 0,
            probes,
            is_first: true,
            first: None,
            reached: None,
            limit: None,
            keeps_some: false,
            rest: Vec::new(),
            announced: None,
            end: None,
        }
    }

    /// The same of a source that was drained under its own name and is set aside: it has shown what it is.
    pub fn set_aside(route: Route, passes: u32) -> Self {
        Self {
            is_first: false,
            ..Self::new(route, passes, false)
        }
    }

    /// Its step and its name.
    pub fn key(&self) -> (u32, MailboxName) {
        (self.route.step, self.route.from.clone())
    }

    /// Whether it is this one.
    pub fn is(&self, (step, from): &(u32, MailboxName)) -> bool {
        self.route.step == *step && self.route.from == *from
    }

    /// The next look at it, as it will be made. Where all that it has shown was moved it should be empty: then nothing is
    /// marked either.
    pub fn looks(&self, takes_all: bool) -> Vec<NextLook> {
        let mut looks = vec![NextLook::Open(self.route.from.clone(), Access::ReadWrite)];
        match &self.route.only {
            Some(only) => {
                let what = [Search::Among(only.clone()), Search::All];
                looks.extend(what.map(NextLook::Search));
            }
            None => looks.push(NextLook::Search(Search::All)),
        }
        if !takes_all && !self.should_be_empty() {
            looks.push(NextLook::Search(Search::Deleted));
        }
        looks
    }

    fn should_be_empty(&self) -> bool {
        !self.is_first && self.counted <= 1 && !self.keeps_some
    }

    /// Takes in what a look has found, and how many messages it has shown. Whether it is to be moved: else there was something
    /// to be moved after so many passes.
    ///
    /// A pass that still finds messages of the first, lower than all that were moved, is not counted: servers that show
    /// only so many messages at once (RFC 9738) show the highest first.
    pub fn found(&mut self, wanted: &UidSet, shown: u64) -> bool {
        self.keeps_some = shown > wanted.len() as u64;
        if self.counted == self.passes {
            return false;
        }
        let wanted = wanted.as_slice();
        let highest = wanted.last().copied().unwrap_or_default();
        let first = *self.first.get_or_insert(highest);
        let old = wanted.iter().rfind(|uid| **uid <= first).copied();
        let old = old.unwrap_or_default();
        let is_again = old == 0 || self.reached.is_some_and(|reached| old >= reached);
        self.counted += u32::from(is_again);
        self.reached = Some(old);
        self.rest = wanted.to_vec();
        self.announced = None;
        true
    }

    /// Whether there is anything to be moved out of it, and nothing was yet.
    pub fn begins(&self) -> bool {
        self.end.is_none() && self.is_first && !self.rest.is_empty()
    }

    /// Whether the message that went by itself was not seen in any of these targets, and another one goes.
    pub fn probes_again(&mut self, shown: &BTreeSet<MailboxName>) -> bool {
        let goes = self.probes
            && self.end.is_none()
            && !self.rest.is_empty()
            && !shown.contains(&self.route.to);
        self.is_first |= goes;
        goes
    }

    /// Its first message goes by itself. Whether that is new.
    pub fn probe(&mut self) -> bool {
        !std::mem::replace(&mut self.probes, true)
    }

    /// Whether its first message is still to be moved by itself.
    fn is_to_be_probed(&self) -> bool {
        self.probes && self.is_first
    }

    /// The next batch, where it has one in this phase, beginning with the first message behind `skip` others.
    pub fn next(&self, sizer: &BatchSizer, is_probing: bool, skip: usize) -> Option<UidSet> {
        if self.end.is_some() || is_probing && (!self.is_to_be_probed() || skip > 0) {
            return None;
        }
        let rest = self.rest.get(skip..)?;
        if is_probing {
            return rest.first().map(|first| UidSet::new(vec![*first]));
        }
        let announced = self.announced.filter(|_| skip == 0);
        let announced = announced.filter(|announced| *announced <= sizer.most());
        match announced {
            Some(announced) => UidSet::cut(rest, announced).map(|(batch, _)| batch),
            None => sizer.cut(rest).map(|(batch, _)| batch),
        }
    }

    /// So many messages go into the batch after this one.
    pub fn announce(&mut self, messages: usize) {
        self.announced = Some(messages);
    }

    /// A batch of so many messages is dealt with. Until something was moved there is nothing that it has shown.
    pub fn advance(&mut self, messages: usize, has_moved: bool) {
        self.rest.drain(..messages.min(self.rest.len()));
        self.announced = None;
        self.is_first &= !has_moved;
    }

    /// The batch that was announced is cut anew.
    pub fn cut_anew(&mut self) {
        self.announced = None;
    }
}
