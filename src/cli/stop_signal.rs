//! Ctrl-C and SIGTERM: whether the user has asked to stop.
//!
//! In: signals of the operating system. Out: a flag, a wake-up, and for the fleet the word that no further account begins.
//! The first signal lets the commands under way end; a second one, or ten seconds, cuts them off.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::sync::Notify;

use super::{exit_status::ExitStatus, terminal::say};
use crate::{fleet::Stop, language::text, report::progress::Progress};

/// How long the command under way may take once the user has asked to stop.
const GRACE: Duration = Duration::from_secs(10);
/// How long results may take to be written once everything was cut off.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Whether the user has asked to stop.
#[derive(Debug, Default)]
pub struct StopSignal {
    /// Tells the fleet to begin no further account.
    pub stop: Stop,
    /// Whether a signal has arrived.
    received: Arc<AtomicBool>,
    /// Wakes those that wait for it.
    wake: Notify,
    is_watched: AtomicBool,
}

impl StopSignal {
    /// Watches for signals from now on. Before that, they end the process as they always do.
    pub fn watch(self: &Arc<Self>, progress: &Progress) {
        if !self.is_watched.swap(true, Ordering::SeqCst) {
            tokio::spawn(watch(Arc::clone(self), progress.clone()));
        }
    }

    /// Whether the user has asked to stop.
    pub fn is_received(&self) -> bool {
        self.received.load(Ordering::SeqCst)
    }

    /// Whether the user has asked to stop, for those who wait for something else.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.received)
    }

    /// Returns when the user asks to stop.
    pub async fn received(&self) {
        let wake = self.wake.notified();
        if !self.is_received() {
            wake.await;
        }
    }
}

/// Waits for the first signal, then for the second one or for too long a silence.
async fn watch(stop: Arc<StopSignal>, progress: Progress) {
    signal().await;
    stop.received.store(true, Ordering::SeqCst);
    progress.aside(|| say(text::stopping().map(|said| format!("\n{said}"))));
    stop.stop.now(text::interrupted());
    stop.wake.notify_waiters();
    tokio::select! {
        () = signal() => {}
        () = tokio::time::sleep(GRACE) => {}
    }
    stop.stop.at_once(text::interrupted());
    tokio::select! {
        () = signal() => {}
        () = tokio::time::sleep(LAST_WORDS) => {}
    }
    progress.aside(|| say(text::interrupted_resume()));
    std::process::exit(i32::from(ExitStatus::Interrupted.code()));
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
