//! The word that no further account begins, or that even those at work are cut off, with its reason.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use tokio::sync::Notify;

use crate::language::Phrase;

/// The word that no further account begins; all clones share it.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    why: OnceLock<Phrase>,
    is_final: AtomicBool,
    changed: Notify,
}

/// How much of it somebody has heard.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// Nothing.
    Nothing,
    /// That no further account begins.
    Stopped,
    /// That those at work are cut off too.
    Final,
}

impl Stop {
    /// Lets no further account begin. The first reason counts.
    pub fn now(&self, why: impl Into<Phrase>) {
        if self.shared.why.set(why.into()).is_ok() {
            self.shared.changed.notify_waiters();
        }
    }

    /// Why no further account begins; none where they still do.
    #[must_use]
    pub fn why(&self) -> Option<&Phrase> {
        self.shared.why.get()
    }

    /// Cuts off those at work too.
    pub fn at_once(&self, why: impl Into<Phrase>) {
        let _ = self.shared.why.set(why.into());
        self.shared.is_final.store(true, Ordering::SeqCst);
        self.shared.changed.notify_waiters();
    }

    pub(super) fn is_final(&self) -> bool {
        self.shared.is_final.load(Ordering::SeqCst)
    }

    /// Returns once there is more to hear than what was heard.
    pub(super) async fn changed(&self, heard: Heard) {
        let changed = self.shared.changed.notified();
        let is_new = match heard {
            Heard::Nothing => self.why().is_some(),
            Heard::Stopped => self.is_final(),
            Heard::Final => false,
        };
        if !is_new {
            changed.await;
        }
    }
}
