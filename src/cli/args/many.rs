//! Options of commands that take many accounts: which accounts, how many at a time, and what stops the command early.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::typed::{number, typed};
use crate::{fleet::Shard, language::Phrase};

/// Where the accounts come from, and how they are gone through.
#[derive(Debug, Args)]
#[command(next_help_heading = "Many accounts")]
pub struct Many {
    /// Read accounts from this file, YAML or CSV. Without an ACCOUNT argument all of them are taken; with this option an
    /// ACCOUNT may also be a name in the file
    #[arg(long = "accounts", value_name = "FILE")]
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub how: How,
}

/// How the server of an address is found.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connecting")]
pub struct Lookup {
    /// Contact nothing but the accounts' own servers: look for no server of an e-mail address
    #[arg(long)]
    pub offline: bool,
}

/// How accounts are gone through.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Many accounts")]
pub struct How {
    /// Accept passwords that stand in the accounts file itself, if nobody but you can read it
    #[arg(long)]
    pub allow_inline_passwords: bool,
    /// How many accounts are worked on at a time; an account that only waits for its settle time does not count
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = number::<u32>(1, 1_000))]
    pub jobs: u32,
    /// How many connections to one host are open at a time; fewer if the host says that they are too many
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = number::<u32>(1, 1_000))]
    pub per_host: u32,
    /// Take only part K of N of the accounts, the same accounts every time. `auto` takes K, and N if it is known, from a
    /// Kubernetes Indexed Job, a Slurm array or GNU parallel: auto/N
    #[arg(long, value_name = "K/N", value_parser = typed(shard))]
    pub shard: Option<Shard>,
    /// Write into this folder one file per account, a summary, and lists of the accounts that are done, failed and pending;
    /// an ACCOUNT of the form @LIST takes the accounts of such a list
    #[arg(long, value_name = "DIR")]
    pub report_dir: Option<PathBuf>,
}

impl How {
    /// The part of the accounts that is taken; all of them where none is typed.
    pub fn part(&self) -> Shard {
        self.shard.unwrap_or(Shard::WHOLE)
    }
}

/// What stops a command over many accounts early, and what lets it go on later.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Many accounts")]
pub struct Fuses {
    /// Leave out the accounts that an earlier command with the same options has done, resume those that were cut short, and
    /// try again those that failed for a passing reason
    #[arg(long = "continue", requires = "file")]
    pub go_on: bool,
    /// Change N accounts first, look at them again, and go on only if nothing is left to do there
    #[arg(long, value_name = "N", requires = "yes", value_parser = number::<u32>(1, u32::MAX.into()))]
    pub canary: Option<u32>,
    /// Begin no plan and resume no run that would bring the number of moved messages, over all accounts, above N
    #[arg(long, value_name = "N", value_parser = number::<u64>(0, u64::MAX))]
    pub max_moves: Option<u64>,
    /// Begin no further account once more than N accounts have failed
    #[arg(long, value_name = "N", value_parser = number::<u32>(0, u32::MAX.into()))]
    pub max_accounts_failed: Option<u32>,
    /// Begin no further account once it is unknown what became of a command
    #[arg(long, value_name = "WHAT")]
    pub stop_on: Option<StopOn>,
}

/// What ends a command over many accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StopOn {
    /// An outcome is unknown
    Unknown,
}

fn shard(typed: &str) -> Result<Shard, Phrase> {
    Shard::parse(typed, &|name| std::env::var(name).ok()).map_err(|error| error.said())
}
