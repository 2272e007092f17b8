//! The outside world as a run sees it: the time of day, randomness, Ctrl-C, and a place to show progress.

use std::sync::Arc;

use tokio::time::{Instant, sleep_until};

use super::{
    clock::now, event_log::AccountEvents, exit_status::ExitStatus, failure::Failure,
    stop_signal::StopSignal, terminal::say,
};
use crate::{
    apply::{Event, Ports, Resting},
    fleet::Slot,
    language::text,
    model::hex,
    report::{json::AccountEvent, progress::Progress},
};

/// 128 fresh random bits.
fn random() -> [u8; 16] {
    let mut octets = [0; 16];
    // Without randomness the name of a set-aside mailbox could be guessed, so no name may be made.
    if getrandom::fill(&mut octets).is_err() {
        say(text::no_random_numbers());
        std::process::exit(i32::from(ExitStatus::Bug.code()));
    }
    octets
}

/// A new id for a command: twelve random hexadecimal digits, shared by all of its runs.
#[must_use]
pub fn command_id() -> String {
    hex::encode(&random()).chars().take(12).collect()
}

/// What one account's attempt gets from the outside world.
#[derive(Debug)]
pub struct RunContext {
    /// Whether the user has asked to stop.
    pub stop: Arc<StopSignal>,
    /// Where progress is shown.
    pub progress: Progress,
    /// The same for programs.
    events: AccountEvents,
    /// The account's place among those that are worked on.
    slot: Slot,
    /// The step under way, and how many of its messages the progress has counted already. A step begins again where the
    /// line was lost.
    counted: (u32, u64),
}

impl RunContext {
    /// For one attempt at one account.
    #[must_use]
    pub fn new(
        stop: Arc<StopSignal>,
        progress: Progress,
        events: AccountEvents,
        slot: Slot,
    ) -> Self {
        Self {
            stop,
            progress,
            events,
            slot,
            counted: (0, 0),
        }
    }

    /// Does something that changes nothing, unless and until the user asks to stop.
    pub async fn unless_stopped<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            biased;
            () = self.stop.received() => {
                Err(Failure::interrupted(text::cannot(text::finish_with_account()))
                    .hint(text::try_same_command_again()))
            }
            done = work => done,
        }
    }
}

impl Ports for RunContext {
    fn now(&self) -> String {
        now()
    }
    fn nonce(&mut self) -> [u8; 16] {
        random()
    }
    fn stopped(&self) -> bool {
        self.stop.is_received()
    }
    fn rest(&mut self, until: Instant) -> Resting<'_> {
        Box::pin(async move {
            self.slot.rest();
            tokio::select! {
                biased;
                () = self.stop.received() => {}
                () = async {
                    sleep_until(until).await;
                    self.slot.back().await;
                } => {}
            }
        })
    }
    fn event(&mut self, event: &Event) {
        match event {
            Event::Step { id, .. } if *id != self.counted.0 => self.counted = (*id, 0),
            Event::Moved { done, .. } => {
                self.progress.moved(done.saturating_sub(self.counted.1));
                self.counted.1 = *done;
            }
            Event::Step { .. } | Event::Settling { .. } | Event::Note { .. } => {}
        }
        self.progress.event(event);
        self.events.write(&AccountEvent::InRun(event));
    }
}
