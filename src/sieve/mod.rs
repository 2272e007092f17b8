//! Sieve scripts (RFC 5228): what files where, and the names of mailboxes in them changed.
//!
//! In: a script's octets. Out: a [`Script`], and the same script with other names. Never: I/O, running a script, a change
//! of anything but names.
//!
//! Published readers of Sieve compile scripts in order to run them. They keep neither the places of strings nor comments,
//! so nothing can be changed in the text by them. This one knows the grammar, which all extensions share, and the few
//! commands and tests that name mailboxes; it reads every other command without knowing it.
//!
//! ```text
//! octets → lexer → tokens → tree → statements → read → Script → rewrite → octets
//!             └──▶ comments → generator, stored ──┘
//! ```

mod filters;
mod generator;
mod lexer;
mod literal;
mod name;
mod read;
mod rewrite;
mod script;
mod stored;
#[cfg(test)]
mod tests;
mod tree;
mod unreadable;

pub use crate::model::name_encoding::NameEncoding;
pub use filters::{Filters, StoredScript};
pub use generator::Generator;
pub use lexer::TOKENS_LIMIT;
pub use literal::{Literal, LiteralForm};
pub use name::{NamedMailboxes, Standing};
pub use read::{OCTETS_LIMIT, read};
pub use rewrite::NotRewritten;
pub use script::{
    FiledName, Filing, FilingKind, FilingOptions, Include, Script, SieveAction, SieveActionKind,
    SieveRule,
};
pub use tree::DEPTH_LIMIT;
pub use unreadable::{Met, Unreadable};
