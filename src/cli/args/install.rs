//! The options of the commands for those who install rolecall or build upon it: `completions`, `man`, `schema`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

/// The options of `rolecall completions`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rolecall completions bash   # into a folder of bash-completion, as rolecall
  rolecall completions zsh    # into a folder of $fpath, as _rolecall
  rolecall completions fish   # into fish/completions, as rolecall.fish")]
pub struct Completions {
    /// The shell
    pub shell: Shell,
}

/// The options of `rolecall man`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rolecall man              # rolecall's own page; | man -l - shows it
  rolecall man -o pages     # every command's page, for share/man/man1")]
pub struct ManPages {
    /// Write the page of every command into this folder instead of rolecall's own to standard output
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

/// The options of `rolecall schema`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rolecall schema --list
  rolecall schema plan")]
pub struct SchemaOf {
    /// What the JSON is of, such as audit, plan or run
    #[arg(required_unless_present = "list", value_name = "NAME")]
    pub name: Option<String>,
    /// List the names
    #[arg(long, conflicts_with = "name")]
    pub list: bool,
}
