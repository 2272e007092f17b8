//! The mapping table: what clients and servers of each language call their special mailboxes.
//!
//! In: the built-in `mappings/`, the user's files. Out: [`Mapping`], which answers what a name is used for.
//! Never: listings, decisions.
//!
//! [`fold`] says when two names are the same, [`mod@file`] and `form` read and check tables, [`lookup`] answers,
//! [`providers`] holds what is true at one provider only, [`garbled`] tells what a damaged name was. What mail clients
//! do is data too: [`clients`] reads it into [`profile`]s.

pub mod clients;
pub mod file;
pub mod fold;
mod form;
pub mod garbled;
pub mod lookup;
pub mod profile;
pub mod providers;

pub use file::{Fault, Row, Table, TableError};
pub use lookup::{Exactness, Mapping, Match};
