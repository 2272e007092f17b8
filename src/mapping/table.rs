//! Tables: the names of one mapping file, as data.

use crate::model::role::Role;

/// One name and what it is used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// The name as typed in the file.
    pub name: String,
    /// Its role; several for an ambiguous name.
    pub roles: Vec<Role>,
    /// Who gives or reads this name.
    pub source: Option<String>,
    /// Whether a client or server makes a mailbox of this name by itself.
    pub created: bool,
    /// Whether it is little attested, or only shown: a mailbox of this name likely has the role, no more.
    pub weak: bool,
    /// The line it stands on, from 1.
    pub line: u64,
}

/// The names of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The file as given.
    pub file: String,
    /// BCP 47 tag of the language.
    pub locale: String,
    /// The names in the order of the file.
    pub rows: Vec<TableRow>,
}
