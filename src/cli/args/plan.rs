//! The options of `rolecall plan`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::shared::Shared;

/// The subcommands of `rolecall plan`.
#[derive(Debug, Args)]
pub struct SavedPlan {
    /// What to do with the plan.
    #[command(subcommand)]
    pub about: AboutPlan,
}

/// The subcommands of `rolecall plan`.
#[derive(Debug, Subcommand)]
pub enum AboutPlan {
    /// Show a saved plan as `fix` shows it; nothing is sent, and no password is needed
    Show(ShowPlan),
}

/// The options of `rolecall plan show`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rolecall plan show plan.yaml
  rolecall plan show plan.yaml --format markdown   # for a ticket")]
pub struct ShowPlan {
    /// The plan, as `rolecall fix --save-plan` has written it
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub shared: Shared,
}
