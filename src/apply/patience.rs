//! Looking again for what may show late: some servers show a new mailbox, or what has come into one, seconds after they said
//! that it is there.
//!
//! In: a look that did not find what it should. Out: another one a little later, for half a minute at the most.

use std::time::Duration;

use tokio::time::Instant;

use super::{ports::Ports, sender::Sender, stop::StopReason};
use crate::store::Store;

/// For how long something is looked for.
const LATE: Duration = Duration::from_secs(30);
/// How soon it is looked for again, at first and at last.
const SOON: Duration = Duration::from_millis(250);
const SELDOM: Duration = Duration::from_secs(2);

/// One thing that is looked for.
pub(super) struct Patience {
    give_up: Instant,
    pause: Duration,
}

impl Patience {
    pub fn new() -> Self {
        Self {
            give_up: Instant::now() + LATE,
            pause: SOON,
        }
    }

    /// Waits a little. Whether it is worth another look.
    pub async fn wait<S: Store, P: Ports>(
        &mut self,
        sender: &mut Sender<'_, S, P>,
    ) -> Result<bool, StopReason> {
        if Instant::now() >= self.give_up {
            return Ok(false);
        }
        sender.wait(Instant::now() + self.pause).await;
        if sender.ports.stopped() {
            return Err(StopReason::Stopped);
        }
        self.pause = (self.pause * 2).min(SELDOM);
        Ok(true)
    }
}
