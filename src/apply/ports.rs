//! The world outside of a run: the time of day, chance, the user's wish to stop, somewhere to show what goes on.

use super::books::Books;
use crate::language::Phrase;

/// What the world outside gives to a run: time of day, chance, the user's wish to stop, somewhere to show progress.
pub trait Ports {
    /// Now, RFC 3339 in UTC.
    fn now(&self) -> String;
    /// 128 fresh random bits.
    fn nonce(&mut self) -> [u8; 16];
    /// Whether the user has asked to stop.
    fn stopped(&self) -> bool;
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
