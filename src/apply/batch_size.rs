//! How many messages go into one command, and how long that command will take.
//!
//! In: how long the commands before it took. Out: the next batch. It is never larger than the server says it does at once.

use std::time::Duration;

use crate::model::uid::{Uid, UidSet};

/// Batch sizes (docs/safety.md, "Batches"): one message first, so that an alias shows before harm can be done, then 100,
/// doubled while the server is quick.
///
/// A batch that was refused, or that lost the line, is halved, down to the message that is the cause; then batches are what
/// they were before.
#[derive(Debug)]
pub(super) struct BatchSizer {
    /// The merge whose batches these are.
    merge: Option<u32>,
    /// What `size` and `most` were before a message was suspected.
    before: Option<(usize, usize)>,
    /// Whether the merge has not moved anything yet.
    first: bool,
    size: usize,
    /// What this merge keeps to: the server's limit, or less where room is short.
    most: usize,
    /// What the server does at once.
    limit: usize,
    /// Messages and time of the last command that moved more than one: a single one measures the network.
    last: Option<(usize, Duration)>,
}

impl BatchSizer {
    /// With the limit that the server announces (RFC 9738), if any.
    pub fn new(limit: Option<usize>) -> Self {
        let limit = limit.unwrap_or(Self::MOST).clamp(1, Self::MOST);
        Self {
            merge: None,
            before: None,
            first: true,
            size: Self::FIRST,
            most: limit,
            limit,
            last: None,
        }
    }

    const FIRST: usize = 1;
    const SECOND: usize = 100;
    /// Messages in one look or command.
    pub const MOST: usize = 2_000;
    const QUICK: Duration = Duration::from_millis(250);

    /// Begins again with a single message: every merge does. What found no room in one may find it in the next. A merge that
    /// is begun again keeps what it has learnt.
    pub fn begin(&mut self, merge: u32) {
        self.first = true;
        self.size = Self::FIRST;
        if self.merge.replace(merge) != Some(merge) {
            self.most = self.limit;
            self.before = None;
        }
    }

    /// Whether this merge has not moved anything yet.
    pub fn is_first(&self) -> bool {
        self.first
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
        let next = match self.size {
            _ if self.first => Self::SECOND,
            size if time < Self::QUICK => size * 2,
            size => size,
        };
        self.first = false;
        self.size = next.min(self.most);
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
    fn batches_begin_with_one_then_a_hundred_and_grow_while_the_server_is_quick() {
        let mut pace = BatchSizer::new(None);
        let mut sizes = Vec::new();
        for millis in [900, 100, 100, 300, 100, 100, 100, 100] {
            sizes.push(pace.size);
            pace.took(pace.size, Duration::from_millis(millis));
        }
        assert_eq!(sizes, [1, 100, 200, 400, 400, 800, 1_600, 2_000]);
    }

    #[test]
    fn a_single_message_says_nothing_about_how_long_a_batch_takes() {
        let mut pace = BatchSizer::new(None);
        pace.took(1, Duration::from_secs(2));
        assert_eq!(pace.expected_ms(100), None);
        pace.took(100, Duration::from_secs(400));
        assert_eq!(pace.expected_ms(50), Some(200_000));
    }

    #[test]
    fn an_announced_limit_is_kept_from_the_start() {
        let mut pace = BatchSizer::new(Some(60));
        pace.took(1, Duration::ZERO);
        assert_eq!((pace.size, pace.most()), (60, 60));
        assert!(!pace.obey("MESSAGELIMIT 1000 7"));
    }

    #[test]
    fn what_finds_no_room_is_halved_down_to_one() {
        let mut pace = BatchSizer::new(None);
        pace.took(1, Duration::ZERO);
        let mut sizes = Vec::new();
        for _ in 0..7 {
            pace.halve(pace.size);
            pace.took(pace.size, Duration::ZERO);
            sizes.push(pace.size);
        }
        assert_eq!(sizes, [50, 25, 12, 6, 3, 1, 1]);
    }

    #[test]
    fn a_batch_of_one_is_the_first_only_once() {
        let mut pace = BatchSizer::new(None);
        assert!(pace.is_first());
        pace.took(1, Duration::ZERO);
        pace.halve(2);
        pace.took(1, Duration::ZERO);
        assert_eq!((pace.size, pace.is_first()), (1, false));
    }

    #[test]
    fn the_next_merge_has_room_again_and_the_same_limit() {
        let mut pace = BatchSizer::new(None);
        pace.obey("MESSAGELIMIT 150 20001");
        pace.halve(8);
        assert_eq!(pace.most(), 4);
        pace.begin(1);
        assert_eq!((pace.is_first(), pace.most()), (true, 150));
    }

    #[test]
    fn the_servers_limit_is_kept() {
        let mut pace = BatchSizer::new(None);
        pace.took(1, Duration::ZERO);
        pace.obey("MESSAGELIMIT 150 20001");
        pace.took(100, Duration::ZERO);
        assert_eq!(pace.size, 150);
    }
}
