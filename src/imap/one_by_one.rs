//! Hosts whose servers take one command at a time: learned from what they did with several, kept for the process.
//!
//! In: a host and its port. Out: whether commands must go to it one by one. Clones share what they know, so that what one
//! account has found out is known to all accounts of the host.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

/// The hosts that were found to take one command at a time.
#[derive(Debug, Clone, Default)]
pub struct OneByOne(Arc<Mutex<BTreeSet<(String, u16)>>>);

impl OneByOne {
    /// Whether commands go to this host one by one.
    pub(super) fn has(&self, host: &str, port: u16) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains(&(host.to_ascii_lowercase(), port))
    }

    /// From now on, commands go to this host one by one.
    pub(super) fn learn(&self, host: &str, port: u16) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert((host.to_ascii_lowercase(), port));
    }
}
