//! Tables for people: an audit, what clients will do, a plan, a receipt, the runs, the mapping table.
//!
//! In: listings, rolls, findings, plans, receipts. Out: finished text with its line ends. Never: a line wider than
//! [`Look::width`], but for commands and lines to paste, which a break would spoil; a colour that a word does not repeat.
//!
//! `audit` (with `roster`, `why`), `clients` (with `steps`), `plan`, `receipt`, `runs` and `mappings` are what is shown; `grid` fits a
//! table into a width, `remarks` draws coded sentences, `page` puts all below each other, `ink` colours.

mod audit;
mod clients;
mod grid;
mod ink;
mod look;
mod mappings;
mod next_command;
mod page;
mod plan;
mod receipt;
mod remarks;
mod roster;
mod runs;
mod steps;
mod why;
mod words;

pub use audit::{audit, news};
pub(super) use clients::{choices, uses};
pub use clients::{clients, known_clients};
pub use look::Look;
pub use mappings::{answer, mappings, review, verdict};
pub use next_command::Carried;
pub(super) use next_command::command;
pub(super) use plan::{ending as plan_ending, reasons};
pub use plan::{nothing_to_do, plan};
pub use receipt::receipt;
pub(super) use receipt::{proof, summary as receipt_summary};
pub use runs::runs;
pub use steps::steps;
pub(super) use why::why;
pub use words::severity;
pub(super) use words::{action, outcome, run_state, source_after, subject};
