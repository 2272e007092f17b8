//! Merges under accounts whose mail is sorted by Sieve scripts, on a real Pigeonhole and a real Cyrus: what the servers do,
//! on which the product relies, and where mail that comes through the scripts ends before, during and after a fix.

mod cyrus;
mod generated;
mod pigeonhole;
mod repair;
mod stage;
