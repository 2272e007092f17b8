//! The world outside of a run: the time of day, chance, the user's wish to stop, somewhere to show what goes on.

use std::{pin::Pin, time::Duration};

use tokio::time::{Instant, sleep_until};

use super::books::Books;
use crate::language::Phrase;

/// How long a wish to stop may go unheard while a run waits.
pub(super) const MOMENT: Duration = Duration::from_secs(1);

/// A rest that is waited for.
pub type Resting<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// What the world outside gives to a run: time of day, chance, the user's wish to stop, somewhere to show progress.
pub trait Ports: Send {
    /// Now, RFC 3339 in UTC.
    fn now(&self) -> String;
    /// 128 fresh random bits.
    fn nonce(&mut self) -> [u8; 16];
    /// Whether the user has asked to stop.
    fn stopped(&self) -> bool;
    /// Waits, unless and until the user wishes to stop. The run holds no connection meanwhile, so that another account may
    /// have its place; when this returns and the user does not wish to stop, it may open one again.
    fn rest(&mut self, until: Instant) -> Resting<'_> {
        Box::pin(async move {
            while Instant::now() < until && !self.stopped() {
                sleep_until(until.min(Instant::now() + MOMENT)).await;
            }
        })
    }
    /// Shows what goes on.
    fn event(&mut self, event: &Event);
    /// Hears that a record is on the disk, and what the run knows by all of them: for whoever wants to compare that with
    /// what a replay of the journal knows.
    fn recorded(&mut self, _books: &Books) {}
}

/// What goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A step begins.
    Step {
        /// Its id.
        id: u32,
        /// How many steps the plan has.
        of: u32,
        /// Messages that it will move, as far as known.
        total_messages: Option<u64>,
    },
    /// Messages have been moved and checked.
    Moved {
        /// The step.
        id: u32,
        /// How many so far in this step.
        done: u64,
    },
    /// Emptied mailboxes are watched before they are removed.
    Settling {
        /// For how long.
        seconds: u64,
    },
    /// Something the user may want to know.
    Note {
        /// A sentence; names in it are raw.
        text: Phrase,
    },
}
