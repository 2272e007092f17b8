//! Looking again: some servers answer OK and show what was done only after a while.
//!
//! In: how often was looked. Out: pauses, each twice as long as the one before, and an end of them.

use std::time::Duration;

use super::sender::Sender;
use crate::store::Store;

/// The first pause.
const FIRST: Duration = Duration::from_millis(250);
/// How long all pauses take together: names were seen 15 seconds late.
const PATIENCE: Duration = Duration::from_secs(30);

/// Looks at one thing that a command was said to have done.
#[derive(Debug, Default)]
pub(super) struct LookAgain {
    waited: Duration,
}

impl LookAgain {
    /// Waits before the next look; false where there is to be none, or the user wishes to stop.
    pub async fn wait<S: Store>(&mut self, sender: &mut Sender<'_, S>) -> bool {
        if sender.ports.stopped() || self.waited >= PATIENCE {
            return false;
        }
        let pause = self.waited.max(FIRST);
        sender.pause(pause).await;
        self.waited += pause;
        true
    }
}
