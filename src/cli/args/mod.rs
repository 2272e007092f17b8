//! The command line, as clap reads it. The doc comments on commands and options are what `--help` prints.
//!
//! In: arguments. Out: one struct per command. Nothing is read here but the environment variables of a job scheduler.
//!
//! Options that several commands take stand in `shared` and `many`, those of `fix` in `fix`, those of `accounts import` in `import`, those of `mappings` in
//! `mappings`, those of `plan` in `plan`, those of commands for packagers in `install`; everything else is here. `spelling`
//! knows words of other tools, `typed` reads values. What the comments say in French stands in `language::help`.

mod files;
mod fix;
mod import;
mod install;
mod many;
mod mappings;
mod plan;
mod shared;
mod spelling;
mod typed;

use std::{fmt::Write as _, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use fix::{Fix, Verify};
pub use import::ImportAccounts;
pub use install::{Completions, ManPages, SchemaOf};
pub use many::{Fuses, How, Lookup, Many, StopOn};
pub use mappings::{
    AboutMappings, CheckMappings, ListMappings, LookupFormat, LookupMappings, MappingFormat,
    Mappings,
};
pub use plan::{AboutPlan, SavedPlan, ShowPlan};
pub use shared::{Colour, Connecting, Format, Judging, Lang, Shared};
pub use spelling::spelt_out;
pub use typed::WrongValue;
use typed::{number, typed};

use super::exit_status::ExitStatus;
use crate::{
    config::words::{role, target},
    language::{Language, text},
    model::{finding::Severity, role::Role},
    report::codes,
};

/// Find the mailboxes of an IMAP account that play the same role and leave one mailbox per role
///
/// Outlook, Thunderbird, Apple Mail, webmails and phones each create a "Sent" mailbox of their own. rolecall finds the
/// mailboxes that play the same role, says why it thinks so, and merges them in such a way that no message can be lost
/// and that the merge can be undone.
#[derive(Debug, Parser)]
#[command(version = env!("ROLECALL_VERSION"), max_term_width = 100, after_help = first_steps(Language::English))]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// The language of help, tables, questions and steps; by default the locale's. JSON is in English, and so is a saved plan,
    /// which has French beside it where it was saved in French
    #[arg(long, value_name = "LANG", global = true, display_order = 900)]
    pub lang: Option<Lang>,
}

/// What ends the help of rolecall itself: first steps, and what each exit status means.
#[must_use]
pub fn first_steps(language: Language) -> String {
    let mut told = text::first_steps().say(language).to_owned();
    let mut every = ExitStatus::BY_WEIGHT;
    every.sort_by_key(|status| status.code());
    for status in every {
        let (code, meaning) = (status.code(), status.meaning());
        let _ = write!(told, "\n  {code:<4} {}", meaning.say(language));
    }
    told
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the mailboxes, say which role each one has and why, and what is wrong
    #[command(alias = "list")]
    Audit(Audit),
    /// Plan merges, renames and subscriptions, show the plan, ask, and apply it
    #[command(alias = "apply")]
    Fix(Box<Fix>),
    /// Show a saved plan
    Plan(SavedPlan),
    /// Say which mailbox each mail client will use for each role, or which one it will create
    Clients(Clients),
    /// Read an accounts file and try each login, or make one of a list; nothing is changed
    Accounts(Accounts),
    /// List the recorded runs, or show everything that one run did
    #[command(alias = "status")]
    Runs(Runs),
    /// Finish an interrupted run
    Resume(Resume),
    /// Reverse a run; the reversal is a run of its own
    Undo(Undo),
    /// Browse the table of mailbox names, look a name up, or check a table of your own
    Mappings(Mappings),
    /// Start a small IMAP server with a messy sample account and walk through it: audit, plan, fix, audit, undo
    Demo(Demo),
    /// Explain a finding's code or an exit status in plain words
    Explain(Explain),
    /// Print the completions of commands and options for a shell
    Completions(Completions),
    /// Print the manual, or write a page for each command
    Man(ManPages),
    /// Print the JSON Schema of what --format json prints, or of saved plans
    Schema(SchemaOf),
}

/// The options of `rolecall audit`.
#[derive(Debug, Args)]
#[command(after_help = AUDIT_EXAMPLES, after_long_help = format!("{AUDIT_EXAMPLES}\n\n{}", codes::list(Language::English)))]
pub struct Audit {
    /// Accounts: imaps://USER@HOST[:PORT], or imap://USER@HOST[:PORT] for STARTTLS, or an e-mail address, whose server is looked
    /// for
    #[arg(required_unless_present = "file", value_name = "ACCOUNT")]
    pub accounts: Vec<String>,
    /// Exit with status 1 if there is a finding of at least this severity
    #[arg(long, value_name = "SEVERITY", default_value = "warning")]
    pub fail_on: FailOn,
    /// Compare with an earlier audit: what `audit --format json` wrote into this file, or into this report folder
    #[arg(long, value_name = "FILE|DIR")]
    pub since: Option<PathBuf>,
    /// Write metrics for Prometheus into this file when all is done, as node_exporter's textfile collector reads them; they
    /// name no account and no mailbox
    #[arg(long, value_name = "FILE")]
    pub metrics: Option<PathBuf>,
    /// Version of the JSON form; version 1 is the older one, which does not distinguish doubtful from likely roles
    #[arg(long, value_name = "N", default_value = "2", value_parser = number::<u8>(1, 2))]
    pub schema_version: u8,
    /// Do not read the account's filters (Sieve scripts)
    #[arg(long)]
    pub no_filters: bool,
    #[command(flatten)]
    pub judging: Judging,
    #[command(flatten)]
    pub many: Many,
    #[command(flatten)]
    pub lookup: Lookup,
    #[command(flatten)]
    pub connecting: Connecting,
    #[command(flatten)]
    pub shared: Shared,
}

impl Cli {
    /// Whether it works on one account and asks nobody anything: then one thread does all of it, which takes less memory.
    #[must_use]
    pub fn needs_one_thread(&self) -> bool {
        let (accounts, many) = match &self.command {
            Command::Audit(options) => (options.accounts.len(), &options.many),
            Command::Clients(options) => (options.accounts.len(), &options.many),
            Command::Fix(options) if !options.asks() => (options.accounts.len(), &options.many),
            Command::Resume(options) if !options.give_up => {
                (usize::from(options.run.is_some()), &options.many)
            }
            Command::Undo(options) if options.yes || options.dry_run => {
                (usize::from(options.run.is_some()), &options.many)
            }
            _ => return false,
        };
        accounts == 1 && many.file.is_none()
    }
}

const AUDIT_EXAMPLES: &str = "\
Examples:
  rolecall audit imaps://USER@HOST
  rolecall audit alice@example.com   # looks for the server, and asks first
  rolecall audit -v --lang fr imaps://USER@HOST   # every reason, in French
  rolecall audit --format html -o report.html imaps://USER@HOST
  rolecall audit --json --accounts accounts.csv   # many accounts, for a script";

/// The options of `rolecall clients`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rolecall clients   # the clients that are known
  rolecall clients imaps://USER@HOST
  rolecall clients --client outlook-2016:fr --steps imaps://USER@HOST")]
pub struct Clients {
    /// Accounts; without one, the known clients are listed
    #[arg(value_name = "ACCOUNT")]
    pub accounts: Vec<String>,
    /// Only these roles
    #[arg(long, value_name = "ROLE,…", value_delimiter = ',', value_parser = typed(role))]
    pub only: Vec<Role>,
    /// Explain step by step what to set in each client so that it uses the mailboxes that `fix` keeps; without --client,
    /// only for the most common ones
    #[arg(long)]
    pub steps: bool,
    /// With --steps: the mailbox that keeps a role, as for `fix` (repeatable)
    #[arg(long, value_name = "ROLE=MAILBOX", value_parser = typed(target), requires = "steps")]
    pub target: Vec<(Role, String)>,
    /// With --steps: if the mailbox of a --target does not exist, treat it as one that `fix` will create
    #[arg(long, requires = "target")]
    pub make_target: bool,
    #[command(flatten)]
    pub judging: Judging,
    #[command(flatten)]
    pub many: Many,
    #[command(flatten)]
    pub lookup: Lookup,
    #[command(flatten)]
    pub connecting: Connecting,
    #[command(flatten)]
    pub shared: Shared,
}

/// The subcommands of `rolecall accounts`.
#[derive(Debug, Args)]
pub struct Accounts {
    /// What to do with the accounts file.
    #[command(subcommand)]
    pub about: AboutAccounts,
}

/// The subcommands of `rolecall accounts`.
#[derive(Debug, Subcommand)]
pub enum AboutAccounts {
    /// Read the whole accounts file, then try each login and see what the server can do: which lines would fail?
    Check(Box<CheckAccounts>),
    /// Make an accounts file of a list that a mail server, its panel or imapsync has written; no server is contacted
    Import(ImportAccounts),
}

/// The options of `rolecall accounts check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rolecall accounts check --offline accounts.csv   # reads the file only
  rolecall accounts check accounts.csv             # and tries each login")]
pub struct CheckAccounts {
    /// The accounts file, YAML or CSV
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Only read the file; connect to no server
    #[arg(long)]
    pub offline: bool,
    /// Accept targets that do not exist yet, because `fix` will be given --make-target
    #[arg(long)]
    pub make_target: bool,
    #[command(flatten)]
    pub how: How,
    #[command(flatten)]
    pub connecting: Connecting,
    #[command(flatten)]
    pub shared: Shared,
}

/// The options of `rolecall runs`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rolecall runs
  rolecall runs RUN          # what became of each message")]
pub struct Runs {
    /// The run to show in full
    pub run: Option<String>,
    #[command(flatten)]
    pub shared: Shared,
}

/// The options of `rolecall resume`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rolecall resume                            # every unfinished run
  rolecall resume --accounts accounts.csv    # with the file's passwords")]
pub struct Resume {
    /// The run; without it, every unfinished one
    pub run: Option<String>,
    /// The unfinished runs of one command over many accounts
    #[arg(long = "batch", value_name = "ID", conflicts_with = "run")]
    pub command: Option<String>,
    /// Give the run up: look once more where its messages are, write down what is known and what is not, and free the account
    /// for other runs. Nothing is moved or removed
    #[arg(long, requires = "run")]
    pub give_up: bool,
    /// Give up without asking
    #[arg(long, short = 'y', requires = "give_up")]
    pub yes: bool,
    #[command(flatten)]
    pub many: Many,
    #[command(flatten)]
    pub connecting: Connecting,
    #[command(flatten)]
    pub shared: Shared,
}

/// The options of `rolecall undo`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rolecall undo --dry-run RUN    # what would be moved back
  rolecall undo --yes RUN")]
pub struct Undo {
    /// The run, as `rolecall runs` lists it
    #[arg(required_unless_present = "command")]
    pub run: Option<String>,
    /// Every run of one command over many accounts
    #[arg(long = "batch", value_name = "ID", conflicts_with = "run")]
    pub command: Option<String>,
    /// Show what would be done and stop
    #[arg(long, short = 'n')]
    pub dry_run: bool,
    /// Undo without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// Seconds that an emptied mailbox is watched before it is removed
    #[arg(long = "watch-seconds", alias = "settle", value_name = "SECONDS", default_value_t = 2, value_parser = number::<u64>(0, 3_600))]
    pub settle: u64,
    #[command(flatten)]
    pub many: Many,
    #[command(flatten)]
    pub connecting: Connecting,
    #[command(flatten)]
    pub shared: Shared,
}

/// The options of `rolecall demo`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rolecall demo            # the whole walk
  rolecall demo --serve    # a server to try every command on, until Ctrl-C")]
pub struct Demo {
    /// Keep the server running and print a ready-made audit command, instead of walking through the account
    #[arg(long)]
    pub serve: bool,
    /// How the sample account's mailbox names are built
    #[arg(long, default_value = "slash")]
    pub dialect: Dialect,
    /// The loopback port; 0 takes a free one
    #[arg(long, default_value_t = 0, value_parser = number::<u16>(0, u16::MAX.into()))]
    pub port: u16,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,
}

/// The options of `rolecall explain`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rolecall explain               # every code
  rolecall explain role-split
  rolecall explain 4             # an exit status")]
pub struct Explain {
    /// A finding's code such as role-split, or an exit status; without it, every code is listed
    pub code: Option<String>,
}

/// The least severity of a finding that makes `audit` exit with status 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Error,
    Warning,
    Info,
    /// Anything that an earlier audit had not (--since)
    New,
    Never,
}

impl FailOn {
    /// The least severity that counts; none where no finding does by its severity.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::New | Self::Never => None,
        }
    }
}

/// How the demo's mailbox names are built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Dialect {
    /// Sent Items, Archives/2019
    Slash,
    /// INBOX.Sent Items, INBOX.Archives.2019
    InboxDot,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
