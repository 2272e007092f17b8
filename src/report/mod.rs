//! The face: what people and scripts read.
//!
//! In: the words of the house. Out: finished text for `cli` to write; a progress bar. Never: judgement, a file, a name
//! shown as the server sent it.
//!
//! [`codes`] lists the codes of findings, [`text`] makes what others wrote safe to show; [`table`] is for people, [`json`] for
//! scripts, [`csv`] for spreadsheets, [`markdown`] for tickets, [`html`] for whoever's mail it is, [`summary`] for the end of
//! many, [`yaml`] for tables of one's own, [`progress`] for waiting.

pub mod codes;
pub mod csv;
pub mod html;
pub mod json;
pub mod markdown;
pub mod metrics;
pub mod progress;
pub mod summary;
pub mod table;
pub mod text;
mod wrap;
pub mod yaml;
