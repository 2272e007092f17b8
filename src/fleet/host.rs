//! A host: who waits for it, how many connections it bears, and until when it is left alone.
//!
//! In: what attempts have shown, and the time. Out: whether another account may begin there.

use std::{collections::VecDeque, time::Duration};

use super::account::Id;

/// The time since the fleet began.
pub(super) type Now = Duration;

/// So often in a row a host may be busy or away before its accounts are given up: a quarter of an hour.
const HOST_TRIES: u32 = 8;
/// The same for a host that has never answered.
pub(super) const STRANGER_TRIES: u32 = 3;
/// After so many good attempts for each of its connections, a host that was busy is given one connection more.
const GOOD_ATTEMPTS: u32 = 10;
/// The first wait where the server names none; each further one is four times as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait between two attempts.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// A host.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) name: String,
    /// Its accounts that wait, the next one first.
    pub(super) waiting: VecDeque<Id>,
    /// Connections that are open now.
    pub(super) connections: u32,
    /// As many connections as it has been seen to bear.
    pub(super) most: u32,
    good_attempts: u32,
    has_answered: bool,
    busy_in_a_row: u32,
    /// The account that was told last that there are too many connections, if no other was tried since.
    full: Option<Id>,
    /// Until then it is left alone.
    pub(super) not_before: Now,
    /// Whether it stands in line, or is left alone and will then.
    pub(super) is_in_line: bool,
}

impl Host {
    /// A host that bears so many connections.
    pub(super) fn new(name: String, most: u32) -> Self {
        Self {
            name,
            waiting: VecDeque::new(),
            connections: 0,
            most,
            good_attempts: 0,
            has_answered: false,
            busy_in_a_row: 0,
            full: None,
            not_before: Duration::ZERO,
            is_in_line: false,
        }
    }

    /// The host is busy or does not answer: for a while it bears no more connections than it has now. If several attempts
    /// find this at once, they count as one sign.
    pub(super) fn is_busy(&mut self, after: Option<Duration>, now: Now) {
        self.good_attempts = 0;
        self.most = self.connections.clamp(1, self.most);
        if self.not_before <= now {
            self.busy_in_a_row += 1;
            self.not_before = now + after.unwrap_or_else(|| wait(self.busy_in_a_row));
        }
    }

    /// Whether it was busy or away so often that its accounts are given up.
    pub(super) fn is_away(&self) -> bool {
        let tries = if self.has_answered {
            HOST_TRIES
        } else {
            STRANGER_TRIES
        };
        self.busy_in_a_row >= tries
    }

    /// An account was told at its login that there are too many connections. They may be its user's own, who has other
    /// clients; if two accounts in a row are told so, the host bears no more connections than it has now.
    pub(super) fn is_full(&mut self, id: Id) {
        self.has_answered = true;
        self.busy_in_a_row = 0;
        self.good_attempts = 0;
        if self.full.replace(id).is_some_and(|other| other != id) {
            self.most = self.connections.clamp(1, self.most);
        }
    }

    /// An attempt went well as far as the host is concerned; after some of them it is given one connection more, up to
    /// `most`.
    pub(super) fn is_well(&mut self, most: u32) {
        self.has_answered = true;
        self.busy_in_a_row = 0;
        self.full = None;
        self.good_attempts += 1;
        if self.good_attempts >= self.most.saturating_mul(GOOD_ATTEMPTS) {
            self.good_attempts = 0;
            self.most = (self.most + 1).min(most);
        }
    }
}

/// How long to wait after so many failed attempts.
pub(super) fn wait(tries: u32) -> Duration {
    let factor = 4_u32.saturating_pow(tries.saturating_sub(1));
    FIRST_WAIT.saturating_mul(factor).min(LONGEST_WAIT)
}
