//! What the world outside gives to a run: the time of day, chance, Ctrl-C, and a place to show progress.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{failure::Status, output::say};
use crate::{
    apply::{Event, Ports},
    language::Language,
    report::progress::Progress,
};

/// How long the command under way may take once the user has asked to stop.
const GRACE: Duration = Duration::from_secs(10);

/// The real world.
pub struct World {
    wish: Arc<Wish>,
    progress: Progress,
}

/// What the user wants, as far as Ctrl-C tells.
#[derive(Default)]
struct Wish {
    /// To stop after the command under way.
    stop: AtomicBool,
    /// No run is under way any more, so nothing need be waited for.
    over: AtomicBool,
}

impl World {
    /// Watches for Ctrl-C and SIGTERM from now on.
    #[must_use]
    pub fn new(progress: bool, language: Language) -> Self {
        let wish = Arc::<Wish>::default();
        let progress = Progress::new(progress, language);
        tokio::spawn(watch(Arc::clone(&wish), progress.clone()));
        Self { wish, progress }
    }

    /// Takes the progress off the terminal.
    pub fn finish(&mut self) {
        self.wish.over.store(true, Ordering::SeqCst);
        self.progress.finish();
    }
}

/// The first signal asks the run to stop after the command under way; the second, or too long a wait, ends the process.
async fn watch(wish: Arc<Wish>, progress: Progress) {
    signal().await;
    wish.stop.store(true, Ordering::SeqCst);
    if !wish.over.load(Ordering::SeqCst) {
        progress.aside(|| say("\nstopping after the command under way; again to stop at once"));
        tokio::select! {
            () = signal() => {}
            () = tokio::time::sleep(GRACE) => {}
        }
        progress.aside(|| say("interrupted: `rolecall resume` goes on where this run stopped"));
    }
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

impl Ports for World {
    fn now(&self) -> String {
        now()
    }
    fn nonce(&mut self) -> [u8; 16] {
        chance()
    }
    fn stopped(&self) -> bool {
        self.wish.stop.load(Ordering::SeqCst)
    }
    fn event(&mut self, event: &Event) {
        self.progress.event(event);
    }
}
