//! Runs a plan, step by step, so that no message can be lost and all can be undone.
//!
//! In: a Plan, a Store, the state folder. Out: a Receipt, and a journal that says all there is to know. Roles are decided
//! elsewhere, and so is how a command is written. Nothing is deleted but a tombstone of ours that was seen empty.
//!
//! Read in this order:
//!
//! - `journal` (what is written down), `books` (what the records mean), `sender` (the one place that sends and records) and its `lost_commands`;
//! - `route`, `mover` and its `unproven`, `identity`, `flags`, `batch`, `prove`, `proof`, `outcome`, `left`, `copies`, `elsewhere`, `draining`, `source`, `drain`: messages out of
//!   one mailbox into another, each proven, and those that cannot be moved named and left;
//! - `run` and its `tombstone`, `watch`, `lock`, `settle`, `remove`, `quarantine`: how an emptied source is removed; and `step`, `subscription`,
//!   `merge`, `balance` and its `withheld`, `recover`;
//! - `course` (the order of things), `reconnect` (over a new connection), `give_up` (the end that a person chooses), `begin`
//!   (the ways in);
//! - what journals tell without a server: `state_dir`, `run_log`, `account_log`, `later`, `history`, `recorded`, `undo`, `work`.
//!
//! No file here uses one that uses it.

mod account_log;
mod balance;
mod batch;
mod batch_size;
mod begin;
mod books;
mod check;
mod copies;
mod course;
mod drain;
mod draining;
mod elsewhere;
mod equal_looks;
mod error;
mod filters;
mod flags;
#[cfg(feature = "world")]
pub mod fuzz;
mod give_up;
mod history;
mod identity;
pub mod journal;
mod late_look;
mod later;
mod left;
mod lock;
mod look_again;
mod lost_commands;
mod merge;
mod mover;
mod outcome;
mod ports;
mod proof;
mod prove;
mod quarantine;
mod receipt;
mod reconnect;
mod reconnections;
mod recorded;
mod recover;
mod remove;
mod route;
mod run;
mod run_clock;
mod run_log;
mod sender;
mod settings;
mod settle;
mod source;
mod stands;
mod state_dir;
mod step;
mod stop;
mod subscription;
mod throttle;
mod tombstone;
mod two_messages;
mod undo;
mod unproven;
mod watch;
mod withheld;
mod work;

pub use account_log::{AccountLog, Before};
pub use begin::{apply, give_up, put_away, resume, unfinished};
pub use books::Books;
pub use check::{Stale, check};
pub use error::ApplyError;
pub use history::{
    RunState, RunSummary, history, is_undone, runs, to_resume, to_undo, unreadable_runs,
};
pub use journal::{ReadError, off_the_runtime};
pub use later::Waiting;
pub use ports::{Event, Ports, Resting};
pub use recorded::{Recorded, recorded};
pub use run_log::RunLog;
pub use settings::{Settings, Verify};
pub use state_dir::{Disks, Lock, StateDir};
pub use undo::undo;
pub use work::Work;
