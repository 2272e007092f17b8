//! The options of `rolecall mappings`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{shared::Colour, typed::typed};
use crate::{
    config::words::{role, tag},
    model::role::Role,
};

/// The subcommands of `rolecall mappings`.
#[derive(Debug, Args)]
pub struct Mappings {
    /// What to do with the table.
    #[command(subcommand)]
    pub about: AboutMappings,
}

/// The subcommands of `rolecall mappings`.
#[derive(Debug, Subcommand)]
pub enum AboutMappings {
    /// List the names by role and language
    List(ListMappings),
    /// Say what names are used for or like, and who uses them; the exit status is 1 if one of them is unknown
    Lookup(LookupMappings),
    /// Check tables of your own: show every fault with its place, or what the tables change
    Check(CheckMappings),
}

/// The options of `rolecall mappings list`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rolecall mappings list --role junk
  rolecall mappings list --locale fr -v
  rolecall mappings list --locale fr --format yaml   # to begin one with")]
pub struct ListMappings {
    /// Only names for this role, including those that are also used for another
    #[arg(long, value_name = "ROLE", value_parser = typed(role))]
    pub role: Option<Role>,
    /// Only this language
    #[arg(long, value_name = "TAG", value_parser = typed(tag))]
    pub locale: Option<String>,
    /// A table of mailbox names of your own, a file or a folder, which takes precedence over the built-in one (repeatable)
    #[arg(long, value_name = "PATH")]
    pub mappings: Vec<PathBuf>,
    /// The form of the results
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: MappingFormat,
    /// Write results to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,
    /// Show each name on a line of its own, with the client or server that uses it
    #[arg(long, short)]
    pub verbose: bool,
}

/// The options of `rolecall mappings lookup`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rolecall mappings lookup 'Courrier envoyé' 'Sent Items'")]
pub struct LookupMappings {
    /// Names as a client shows them or as a server sends them
    #[arg(required = true, value_name = "NAME")]
    pub names: Vec<String>,
    /// The language of the account, such as fr or pt-BR, which settles names that mean more than one thing (repeatable)
    #[arg(long, value_name = "TAG", value_parser = typed(tag))]
    pub locale: Vec<String>,
    /// A table of mailbox names of your own, a file or a folder, which takes precedence over the built-in one (repeatable)
    #[arg(long, value_name = "PATH")]
    pub mappings: Vec<PathBuf>,
    /// The form of the results
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: LookupFormat,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,
}

/// The options of `rolecall mappings check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rolecall mappings check mine.yaml")]
pub struct CheckMappings {
    /// Tables of your own, files or folders
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,
}

/// The form of what is said of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LookupFormat {
    /// For people
    Table,
    /// JSON Lines, one object per name
    Json,
}

/// The form in which names are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MappingFormat {
    /// For people
    Table,
    /// JSON Lines, one object per name
    Json,
    /// A file of one language, as a starting point for a table of your own
    Yaml,
}
