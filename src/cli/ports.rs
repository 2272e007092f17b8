//! What the world outside gives to a run: the time of day, chance, Ctrl-C, and a place to show progress.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::sync::Notify;

use super::{
    failure::{Failure, Status},
    output::say,
};
use crate::{
    apply::{Event, Ports},
    fleet::{Slot, Stop},
    report::progress::Progress,
};

/// How long the command under way may take once the user has asked to stop.
const GRACE: Duration = Duration::from_secs(10);
/// How long results may take to be written once all was cut off.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// What the user wants, as far as Ctrl-C and SIGTERM tell.
#[derive(Debug, Default)]
pub struct Wish {
    /// That no further account begins.
    pub stop: Stop,
    /// To stop after the command under way.
    asked: AtomicBool,
    said: Notify,
    is_watched: AtomicBool,
}

impl Wish {
    /// Watches for signals from now on; before, they end the process as they always do.
    pub fn watch(self: &Arc<Self>, progress: &Progress) {
        if !self.is_watched.swap(true, Ordering::SeqCst) {
            tokio::spawn(watch(Arc::clone(self), progress.clone()));
        }
    }

    /// Whether the user has asked to stop.
    pub fn is_said(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }

    /// Returns when the user asks to stop.
    pub async fn said(&self) {
        let said = self.said.notified();
        if !self.is_said() {
            said.await;
        }
    }
}

/// The first signal asks to stop after the commands under way; the second, or too long a wait, cuts them off.
async fn watch(wish: Arc<Wish>, progress: Progress) {
    signal().await;
    wish.asked.store(true, Ordering::SeqCst);
    progress.aside(|| say("\nstopping after the command under way; again to stop at once"));
    wish.stop.now("interrupted");
    wish.said.notify_waiters();
    tokio::select! {
        () = signal() => {}
        () = tokio::time::sleep(GRACE) => {}
    }
    wish.stop.at_once("interrupted");
    tokio::select! {
        () = signal() => {}
        () = tokio::time::sleep(LAST_WORDS) => {}
    }
    progress.aside(|| say("interrupted: `rolecall resume` goes on where it stopped"));
    std::process::exit(i32::from(Status::Interrupted.code()));
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

#[cfg(not(unix))]
async fn signal() {
    let _ = tokio::signal::ctrl_c().await;
}

/// Now, RFC 3339 in UTC, to the second.
#[must_use]
pub fn now() -> String {
    jiff::Timestamp::now()
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}

/// 128 fresh random bits.
#[must_use]
pub fn chance() -> [u8; 16] {
    let mut octets = [0; 16];
    // Without randomness a tombstone's name could be guessed, so nothing may be named.
    if getrandom::fill(&mut octets).is_err() {
        say("error: this system gives no random numbers");
        std::process::exit(i32::from(Status::Bug.code()));
    }
    octets
}

/// The real world, as one account's turn sees it.
#[derive(Debug)]
pub struct World {
    /// What the user wants.
    pub wish: Arc<Wish>,
    /// Where progress is shown.
    pub progress: Progress,
    /// The account's place among those at work.
    slot: Slot,
    /// Messages of the step under way that were counted already.
    counted: u64,
}

impl World {
    /// For one account's turn.
    #[must_use]
    pub fn new(wish: Arc<Wish>, progress: Progress, slot: Slot) -> Self {
        Self {
            wish,
            progress,
            slot,
            counted: 0,
        }
    }

    /// Does something that changes nothing, for as long as the user has not asked to stop.
    pub async fn unless_stopped<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            biased;
            () = self.wish.said() => Err(Failure::interrupted("cannot finish with this account")),
            done = work => done,
        }
    }
}

impl Ports for World {
    fn now(&self) -> String {
        now()
    }
    fn nonce(&mut self) -> [u8; 16] {
        chance()
    }
    fn stopped(&self) -> bool {
        self.wish.is_said()
    }
    fn event(&mut self, event: &Event) {
        match event {
            Event::Step { .. } => self.counted = 0,
            Event::Settling { .. } => self.slot.rest(),
            Event::Moved { done, .. } => {
                self.progress.moved(done.saturating_sub(self.counted));
                self.counted = *done;
            }
            Event::Note { .. } => {}
        }
        self.progress.event(event);
    }
}
