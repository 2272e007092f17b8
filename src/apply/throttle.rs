//! How long the server wants to be left alone: nothing that changes anything is sent before that.
//!
//! In: what each answer has said of a later try. Out: a time to wait for, or that the run should rather end here.

use std::time::Duration;

use tokio::time::Instant;

use super::stop::StopReason;
use crate::{
    language::text,
    store::{Later, Waits},
};

/// The most waits in one run. A step that begins again and again because others keep it busy would otherwise never end.
const MOST: u32 = 200;

/// What the server has asked for since it last did what it was told.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    waits: Waits,
    /// How often it was waited for in this run.
    in_all: u32,
    until: Option<Until>,
    /// What it has asked for last, where that was too often or for too long.
    too_much: Option<Duration>,
    /// What it has asked for in its last answer or in parting, where nobody has waited for that yet.
    pub asked: Option<Duration>,
}

/// Before when nothing is to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Until {
    pub time: Instant,
    /// Whether the server has named it.
    pub is_asked: bool,
}

impl Throttle {
    /// Hears an answer: none where it does not say that a later try may go better. Then the count begins anew if the run
    /// gets on by its command. Whether the command is to be sent again, after a while.
    pub fn heard(&mut self, later: Option<Later>, gets_on: bool) -> bool {
        let Some(later) = later else {
            if gets_on {
                *self = Self {
                    in_all: self.in_all,
                    ..Self::default()
                };
            }
            return false;
        };
        self.in_all += 1;
        let wait = self.waits.next(Some(later));
        if let Some(time) = wait.filter(|_| self.in_all <= MOST) {
            self.until = Some(Until {
                time: Instant::now() + time,
                is_asked: later.after.is_some(),
            });
            return true;
        }
        // Where it names a time, it is to be left alone until then; else it refuses, and that is that.
        self.too_much = later.after;
        later.after.is_some()
    }

    /// Before when nothing is to be sent.
    pub fn until(&self) -> Result<Option<Until>, StopReason> {
        if self.too_much.is_some() {
            return Err(StopReason::Lost(text::asks_to_wait(), Later::default()));
        }
        Ok(self.until)
    }

    /// Whether the server has asked to be left alone too often or for too long.
    pub fn is_too_much(&self) -> bool {
        self.too_much.is_some()
    }

    /// How long the server wants to be left alone by whoever goes on with a run that ends so.
    pub fn after(&self, stop: &StopReason) -> Option<Duration> {
        let told = match stop {
            StopReason::Lost(_, later) => later.after,
            _ => None,
        };
        self.too_much.or(told).or(self.asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Phrase;

    #[test]
    fn how_long_to_wait_is_what_the_server_asked_for_not_what_a_sentence_says() {
        let sentence = || Phrase::from("\"Backoff Time: 9000 milliseconds\" is gone");
        let mut throttle = Throttle::default();
        assert_eq!(throttle.after(&StopReason::Unknown(sentence())), None);
        let later = Later {
            after: Some(Duration::from_secs(5)),
        };
        let lost = StopReason::Lost(sentence(), later);
        assert_eq!(throttle.after(&lost), later.after);
        throttle.asked = Some(Duration::from_secs(7));
        assert_eq!(
            throttle.after(&StopReason::Unknown(sentence())),
            throttle.asked
        );
        assert_eq!(throttle.after(&lost), later.after);
    }
}
