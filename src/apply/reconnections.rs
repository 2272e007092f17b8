//! How often a run may go on over a new connection, and how long it waits before.
//!
//! In: how far the run had come each time. Out: a time to wait, or none where it must end.

use std::time::Duration;

/// New connections in a row between which the run got nowhere.
const IDLE: u32 = 6;
/// New connections of one run.
const MOST: u32 = 500;
/// How long to wait before the first of those in a row; before each further one twice as long.
const FIRST: Duration = Duration::from_millis(250);

/// How often the line was lost.
#[derive(Debug, Default)]
pub(super) struct Reconnections {
    all: u32,
    idle: u32,
    /// How far the run had come at the last one.
    progress: u64,
}

impl Reconnections {
    /// The line was lost when the run had come so far: how long to wait before it goes on; none where it may not.
    pub fn next(&mut self, progress: u64) -> Option<Duration> {
        if self.progress != progress {
            self.progress = progress;
            self.idle = 0;
        }
        self.all += 1;
        let wait = FIRST * (1 << self.idle.min(IDLE));
        self.idle += 1;
        (self.idle <= IDLE && self.all <= MOST).then_some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_gets_nowhere_ends_and_one_that_gets_on_goes_on_for_long() {
        let mut nowhere = Reconnections::default();
        let tries = (0..100).take_while(|_| nowhere.next(0).is_some()).count();
        assert_eq!(tries, 6);
        let mut on = Reconnections::default();
        let tries = (1..10_000).take_while(|seen| on.next(*seen).is_some());
        assert_eq!(tries.count(), 500);
    }
}
