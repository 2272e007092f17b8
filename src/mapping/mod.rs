//! The mapping table: what clients and servers of each language call their special mailboxes.
//!
//! In: the built-in `mappings/`, the user's files. Out: [`Mapping`], which answers what a name is used for.
//! Never: listings, decisions.
//!
//! [`fold`] says when two names are the same, [`mod@file`], `raw` and `form` read and check tables, [`Fault`] says
//! what is wrong with its place, `layer` and `index` make them ready to be asked, [`lookup`] answers (`answer` in
//! full, for people), `resemble` by `words` tells what unknown names are like, `review` compares a user's table with the built-in one, [`providers`] holds what is true at one
//! provider only, [`garbled`] tells what a damaged name was. The built-in table is read, checked and laid out when
//! rolecall is built (`build.rs`, with these very files), so a start reads nothing.

mod answer;
mod built_in;
pub(crate) mod fault;
pub mod file;
pub mod fold;
pub(crate) mod form;
pub mod garbled;
mod index;
mod layer;
pub mod lookup;
mod nearest;
mod provider;
pub mod providers;
mod raw;
mod resemble;
mod review;
mod table;
mod words;

pub use answer::{Answer, Unknown};
pub use fault::{Fault, with_lines};
pub use file::TableError;
pub use form::is_tag;
pub use layer::{Head, MappingEntry};
pub use lookup::{Exactness, Mapping, Match, Reading};
pub(crate) use nearest::nearest;
pub use provider::Provider;
pub use providers::is_providers_level;
pub use resemble::Resemblance;
pub use review::{Change, Review, review};
pub use table::{Table, TableRow};
