//! How long an answer is waited for, whatever trickles in.
//!
//! A server may be silent as long as the patience is; that is also all the time that an answer has. Only what an honest
//! server needs gives it more: each 64 KiB of data one patience, "I am still at work" two in all, and everything together
//! at most nine. Lines that go on (`+`) and lines that are no responses give none.

use std::time::Duration;

use tokio::time::Instant;

use crate::language::{Phrase, text};

/// Octets of data that make an answer so long that one patience more is due: 2 KiB a second with the usual patience.
const STEP: u64 = 64 << 10;
/// The most patiences in all.
const LONGEST: u32 = 10;
/// Patiences that a server has which says that it is still at work (RFC 9585; Dovecot's "Hang in there").
const AT_WORK: u32 = 3;
/// How long after a goodbye an answer may still come.
const GRACE: Duration = Duration::from_secs(2);

/// When the answer to one command is given up.
#[derive(Debug)]
pub(super) struct Deadline {
    patience: Duration,
    began: Instant,
    /// Octets received when it began.
    before: u64,
    /// Octets since then that tell nothing.
    wasted: u64,
    is_at_work: bool,
    /// When something was last heard, and octets received by then.
    heard: (Instant, u64),
    goodbye: Option<Instant>,
}

impl Deadline {
    /// From now on, with so many octets received before.
    pub fn new(patience: Duration, received: u64) -> Self {
        let now = Instant::now();
        Self {
            patience,
            began: now,
            before: received,
            wasted: 0,
            is_at_work: false,
            heard: (now, received),
            goodbye: None,
        }
    }

    /// A command was answered: the next answer has all the time that one may take.
    pub fn answered(&mut self, received: u64) {
        *self = Self {
            goodbye: self.goodbye,
            ..Self::new(self.patience, received)
        };
    }

    /// Octets came that tell nothing.
    pub fn wasted(&mut self, octets: usize) {
        self.wasted += octets as u64;
    }

    /// The server says that it is still at work.
    pub fn is_at_work(&mut self) {
        self.is_at_work = true;
    }

    /// The server has said goodbye.
    pub fn said_goodbye(&mut self) {
        self.goodbye.get_or_insert_with(Instant::now);
    }

    /// Until when something must have come, with so many octets received by now.
    pub fn until(&mut self, received: u64) -> Instant {
        if received > self.heard.1 {
            self.heard = (Instant::now(), received);
        }
        let silent = self.heard.0 + self.patience;
        let end = self.end(received).min(silent);
        let parted = self
            .goodbye
            .map(|goodbye| goodbye + GRACE.min(self.patience));
        parted.map_or(end, |parted| parted.min(end))
    }

    fn end(&self, received: u64) -> Instant {
        let data = (received - self.before).saturating_sub(self.wasted);
        let steps = u32::try_from(data / STEP).unwrap_or(LONGEST);
        let least = if self.is_at_work { AT_WORK } else { 1 };
        let patiences = steps.saturating_add(1).max(least).min(LONGEST);
        self.began + self.patience * patiences
    }

    /// Why it is given up, in words.
    pub fn why(&self, received: u64) -> Phrase {
        let seconds = text::seconds(self.began.elapsed().as_secs().max(1));
        if received == self.before {
            text::server_silent_for(seconds)
        } else {
            text::answer_not_ended_within(seconds)
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    /// How many seconds an answer may take to which so many octets come each second, these of them told to be waste.
    async fn lasts(each: u64, wasted: bool, is_at_work: bool) -> u64 {
        let mut deadline = Deadline::new(PATIENCE, 7);
        let began = Instant::now();
        let mut received = 7;
        if is_at_work {
            deadline.is_at_work();
        }
        while deadline.until(received) > Instant::now() {
            advance(Duration::from_secs(1)).await;
            received += each;
            if wasted {
                deadline.wasted(usize::try_from(each).unwrap());
            }
        }
        began.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn only_data_and_work_make_an_answer_longer_than_the_patience() {
        assert_eq!(lasts(0, false, false).await, 30);
        // A trickle.
        assert_eq!(lasts(5, false, false).await, 30);
        assert_eq!(lasts(1 << 20, true, false).await, 30);
        assert_eq!(lasts(5, false, true).await, 90);
        // Data, but not for ever.
        assert_eq!(lasts(1 << 20, false, false).await, 300);
    }

    #[tokio::test(start_paused = true)]
    async fn silence_after_much_data_ends_it_like_any_silence() {
        let mut deadline = Deadline::new(PATIENCE, 0);
        advance(Duration::from_secs(20)).await;
        let until = deadline.until(8 << 20);
        assert_eq!(until - Instant::now(), PATIENCE);
        advance(PATIENCE).await;
        assert!(deadline.until(8 << 20) <= Instant::now());
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_goodbye_an_answer_is_hardly_waited_for() {
        let mut deadline = Deadline::new(PATIENCE, 0);
        deadline.said_goodbye();
        assert_eq!(deadline.until(9) - Instant::now(), GRACE);
    }
}
