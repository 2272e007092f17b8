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

/// What the server has asked for since it last did what it was told.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    waits: Waits,
    until: Option<Instant>,
    /// What it has asked for last, where that was too often or for too long.
    too_much: Option<Duration>,
    /// What it has asked for in its last answer or in parting, where nobody has waited for that yet.
    pub asked: Option<Duration>,
}

impl Throttle {
    /// Hears an answer. One that names no time begins the count anew if the run gets on by its command.
    pub fn heard(&mut self, later: Option<Later>, gets_on: bool) {
        let Some(later) = later.filter(|later| later.after.is_some()) else {
            if gets_on {
                *self = Self::default();
            }
            return;
        };
        match self.waits.next(Some(later)) {
            Some(time) => self.until = Some(Instant::now() + time),
            None => self.too_much = later.after,
        }
    }

    /// Before when nothing is to be sent.
    pub fn until(&self) -> Result<Option<Instant>, StopReason> {
        if self.too_much.is_some() {
            return Err(StopReason::Lost(text::asks_to_wait(), Later::default()));
        }
        Ok(self.until)
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
