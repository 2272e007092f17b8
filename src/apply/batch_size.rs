//! How many messages go into one command, and how long that command will take.
//!
//! In: how long the commands before it took. Out: the next batch. It is never larger than the server says it does at once.

use std::time::Duration;

use crate::model::uid::{Uid, UidSet};

/// Batch sizes (docs/safety.md, "Batches"): 250, then more while the server is quick; what was learnt with one source counts
/// for the next.
///
/// A batch that was refused, or that lost the line, is halved, down to the message that is the cause; then batches are what
/// they were before.
#[derive(Debug)]
pub(super) struct BatchSizer {
    /// The merge whose batches these are.
    merge: Option<u32>,
    /// What `size` and `most` were before a message was suspected.
    before: Option<(usize, usize)>,
    size: usize,
    /// What this merge keeps to: the server's limit, or less where room is short.
    most: usize,
    /// What the server does at once, as far as it may be asked to.
    limit: usize,
    /// The same once it has shown that it moves messages as they are.
    proven_limit: usize,
    /// How many batches of the limit may wait for their proof together.
    together: usize,
    /// Messages and time of the last command that moved more than one: a single one measures the network.
    last: Option<(usize, Duration)>,
}

impl BatchSizer {
    /// With the limit that the server announces (RFC 9738), if any.
    pub fn new(limit: Option<usize>) -> Self {
        let proven_limit = limit.unwrap_or(Self::MOST).clamp(1, Self::MOST);
        let limit = proven_limit.min(Self::UNPROVEN);
        Self {
            merge: None,
            before: None,
            size: Self::FIRST.min(limit),
            most: limit,
            limit,
            proven_limit,
            together: 1,
            last: None,
        }
    }

    const FIRST: usize = 250;
    /// Messages that may be under way before any was proven to arrive as it was.
    pub const UNPROVEN: usize = 2_000;
    /// Messages in one look or command.
    pub const MOST: usize = 10_000;
    /// Batches of the limit that may wait for their proof together once as many messages were proven at once. Each proof opens
    /// the target anew, for which some servers read all that is in it.
    const TOGETHER: usize = 2;
    /// A batch that takes less is followed by one that may take as long, so far as can be told.
    const QUICK: Duration = Duration::from_secs(1);
    /// A batch is at most so many times as large as the one before it.
    const STEEPEST: usize = 8;

    /// The next batch is of this merge. What found no room in one may find it in the next.
    pub fn begin(&mut self, merge: u32) {
        if self.merge.replace(merge) != Some(merge) {
            self.most = self.limit;
            self.before = None;
        }
    }

    /// So many messages were proven to arrive as they were: more of them may be under way.
    pub fn proven(&mut self, messages: usize) {
        if self.limit == self.proven_limit && messages >= self.limit {
            self.together = Self::TOGETHER;
        }
        if self.limit < self.proven_limit {
            if self.most == self.limit {
                self.most = self.proven_limit;
            }
            self.limit = self.proven_limit;
        }
    }

    /// How many messages may be under way at once that are not proven yet.
    pub fn unproven(&self) -> usize {
        self.limit * self.together
    }

    /// Whether a message is suspected of making commands fail.
    pub fn suspects(&self) -> bool {
        self.before.is_some()
    }

    /// Cuts the next batch off.
    pub fn cut<'u>(&self, uids: &'u [Uid]) -> Option<(UidSet, &'u [Uid])> {
        UidSet::cut(uids, self.size)
    }

    /// A command for so many messages took so long.
    pub fn took(&mut self, messages: usize, time: Duration) {
        if messages > 1 {
            self.last = Some((messages, time));
        }
        // Fewer than it may be say nothing about how long it takes.
        if time < Self::QUICK && messages >= self.size {
            let times = Self::QUICK.as_millis() / time.as_millis().max(1);
            self.size *= usize::try_from(times)
                .unwrap_or(Self::STEEPEST)
                .clamp(2, Self::STEEPEST);
        }
        self.size = self.size.min(self.most);
    }

    /// How many messages one command may name, as far as is known.
    pub fn most(&self) -> usize {
        self.most
    }

    /// So many found no room: until the merge is over half as many go into one command.
    pub fn halve(&mut self, messages: usize) {
        self.most = (messages / 2).clamp(1, self.most);
        self.size = self.size.min(self.most);
    }

    /// One of so many messages may be why their command failed: half as many go into the next.
    pub fn suspect(&mut self, messages: usize) {
        self.before.get_or_insert((self.size, self.most));
        self.halve(messages);
    }

    /// The one was found; the others are moved as before.
    pub fn found(&mut self) {
        if let Some((size, most)) = self.before.take() {
            self.most = most.min(self.limit);
            self.size = size.min(self.most);
        }
    }

    /// The server does no more than so many at once (RFC 9738: `MESSAGELIMIT 1000`, then a UID). Says whether that is
    /// fewer than was known.
    pub fn obey(&mut self, code: &str) -> bool {
        let known = self.most;
        let mut words = code.split(' ');
        let is_limit = words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case("MESSAGELIMIT"));
        if is_limit {
            let limit = words.next().and_then(|word| word.parse().ok());
            self.limit = limit.unwrap_or(self.size / 2).clamp(1, self.limit);
            self.proven_limit = self.limit;
            self.most = self.most.min(self.limit);
            self.size = self.size.min(self.most);
        }
        self.most < known
    }

    /// How long a command for so many messages will take, in milliseconds.
    pub fn expected_ms(&self, messages: usize) -> Option<u64> {
        let (known, time) = self.last?;
        let expected = time.as_millis() * messages as u128 / known.max(1) as u128;
        u64::try_from(expected).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_begin_with_a_few_hundred_and_grow_while_the_server_is_quick() {
        let mut sizer = BatchSizer::new(None);
        let mut batches = Vec::new();
        for millis in [900, 1_300, 300, 10, 10] {
            batches.push(sizer.size);
            sizer.took(sizer.size, Duration::from_millis(millis));
        }
        assert_eq!(batches, [250, 500, 500, 1_500, 2_000]);
        sizer.proven(1);
        sizer.took(sizer.size, Duration::ZERO);
        assert_eq!((sizer.size, sizer.unproven()), (10_000, 10_000));
        sizer.proven(9_999);
        assert_eq!(sizer.unproven(), 10_000);
        sizer.proven(10_000);
        assert_eq!((sizer.size, sizer.unproven()), (10_000, 20_000));
        let mut sizer = BatchSizer::new(None);
        sizer.took(250, Duration::ZERO);
        assert_eq!(sizer.size, 2_000);
    }

    #[test]
    fn fewer_messages_than_there_may_be_do_not_make_batches_grow() {
        let mut sizer = BatchSizer::new(None);
        sizer.took(1, Duration::from_secs(2));
        assert_eq!((sizer.size, sizer.expected_ms(100)), (250, None));
        sizer.took(249, Duration::ZERO);
        assert_eq!(sizer.size, 250);
        sizer.took(100, Duration::from_secs(400));
        assert_eq!(sizer.expected_ms(50), Some(200_000));
    }

    #[test]
    fn an_announced_limit_is_kept_from_the_start() {
        let mut sizer = BatchSizer::new(Some(60));
        sizer.proven(1);
        sizer.took(60, Duration::ZERO);
        assert_eq!((sizer.size, sizer.most()), (60, 60));
        assert!(!sizer.obey("MESSAGELIMIT 1000 7"));
    }

    #[test]
    fn what_finds_no_room_is_halved_down_to_one() {
        let mut sizer = BatchSizer::new(None);
        let mut batches = Vec::new();
        for _ in 0..7 {
            sizer.halve(sizer.size);
            sizer.took(sizer.size, Duration::ZERO);
            batches.push(sizer.size);
        }
        assert_eq!(batches, [125, 62, 31, 15, 7, 3, 1]);
    }

    #[test]
    fn the_next_merge_has_room_again_and_the_same_limit_and_pace() {
        let mut sizer = BatchSizer::new(None);
        sizer.took(250, Duration::ZERO);
        sizer.obey("MESSAGELIMIT 150 20001");
        sizer.begin(1);
        sizer.halve(8);
        assert_eq!(sizer.most(), 4);
        sizer.begin(2);
        assert_eq!((sizer.most(), sizer.size), (150, 4));
    }

    #[test]
    fn the_servers_limit_is_kept() {
        let mut sizer = BatchSizer::new(None);
        sizer.obey("MESSAGELIMIT 150 20001");
        sizer.proven(1);
        sizer.took(150, Duration::ZERO);
        assert_eq!(sizer.size, 150);
    }
}
