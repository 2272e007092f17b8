//! The command line, as clap reads it. The comments here are what `--help` prints.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::{
    lang::Lang,
    many::{Fuses, How, Many},
    mappings::Mappings,
};
use crate::{
    config::{
        secret::Source,
        words::{override_role, role, tag, target},
    },
    model::{contents::MOST_LOOKED_AT, finding::Severity, role::Role},
};

/// Call the roll of an IMAP account's mailboxes and leave one mailbox per role
///
/// Outlook, Thunderbird, Apple Mail, webmails and phones each make a "Sent" of their own; rolecall finds the
/// mailboxes that play the same role, says why, and merges them so that no message can be lost and all can be undone.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = AFTER_HELP)]
pub struct Cli {
    /// What is to be done.
    #[command(subcommand)]
    pub verb: Verb,
}

const AFTER_HELP: &str = "\
Try it without an account:  rolecall demo
Look at an account:         rolecall audit imaps://USER@HOST
See what would be done:     rolecall fix --dry-run imaps://USER@HOST

Exit status:
  0    nothing to do, or all done
  1    findings (audit), a plan pending (dry run), or declined at the prompt
  2    usage or configuration: nothing was sent
  3    at least one account failed
  4    an outcome is unknown: run `rolecall resume`
  70   a bug in rolecall
  130  interrupted";

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List the mailboxes, tell each one's role and why, and what is wrong
    Audit(Audit),
    /// Plan merges, renames and subscriptions, show the plan, ask, and apply it
    Fix(Box<Fix>),
    /// Tell which mailbox each mail client will use for each role, or what it will make
    Clients(Clients),
    /// Read an accounts file and try each login; nothing is changed
    Accounts(Accounts),
    /// List the runs on record, or tell one whole
    Runs(Runs),
    /// Finish an interrupted run
    Resume(Resume),
    /// Reverse a run, as a new run
    Undo(Undo),
    /// Browse the table of mailbox names, ask about a name, check a table of your own
    Mappings(Mappings),
    /// Start a small IMAP server with a messy sample account and walk through it: audit, plan, fix, audit, undo
    Demo(Demo),
    /// Explain a finding's code or an exit status in plain words
    Explain(Explain),
}

#[derive(Debug, Args)]
#[command(after_long_help = super::explain::all())]
pub struct Audit {
    /// Accounts: imaps://USER@HOST[:PORT], or imap://USER@HOST[:PORT] for STARTTLS
    #[arg(required_unless_present = "file", value_name = "ACCOUNT")]
    pub accounts: Vec<String>,
    /// Exit with status 1 if there is a finding of at least this severity
    #[arg(long, value_name = "SEVERITY", default_value = "warning")]
    pub fail_on: FailOn,
    /// The number of the JSON form: 1 is the one before, which does not tell what is doubtful from what is likely
    #[arg(long, value_name = "N", default_value = "2", value_parser = clap::value_parser!(u8).range(1..=2))]
    pub schema_version: u8,
    #[command(flatten)]
    pub judging: Judging,
    #[command(flatten)]
    pub many: Many,
    #[command(flatten)]
    pub connecting: Connecting,
    #[command(flatten)]
    pub shared: Shared,
}

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
pub struct Fix {
    /// Accounts; with --plan, the plan's own account may be left out
    #[arg(value_name = "ACCOUNT", required_unless_present_any = ["plan", "file"])]
    pub accounts: Vec<String>,
    /// Show the plan and stop; sends read-only commands only
    #[arg(long, short = 'n')]
    pub dry_run: bool,
    /// Write the plan to a file (.yaml or .json), or the plans of several accounts into a folder, for review, and stop
    /// unless --yes is given
    #[arg(long, value_name = "FILE|DIR")]
    pub save_plan: Option<PathBuf>,
    /// Apply exactly this reviewed plan, or those of a folder, the smallest first; refused if the plan was changed, or an
    /// account in more than new mail
    #[arg(long, value_name = "FILE|DIR", conflicts_with_all = ["save_plan", "target", "make_target", "only", "include", "role", "keep_sources", "with_children", "move_deleted", "allow_keyword_loss", "remove_without_uidplus", "repair_names", "only_empty", "mappings", "client", "locale", "sample", "no_sample"])]
    pub plan: Option<PathBuf>,
    /// Apply without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// The mailbox that shall keep a role (repeatable)
    #[arg(long, value_name = "ROLE=MAILBOX", value_parser = target)]
    pub target: Vec<(Role, String)>,
    /// Take a --target that is no mailbox yet for a new name: the mailbox that has the role is renamed to it, or it is made
    #[arg(long)]
    pub make_target: bool,
    /// Only these roles
    #[arg(long, value_name = "ROLE,…", value_delimiter = ',', value_parser = role)]
    pub only: Vec<Role>,
    /// Merge trash or junk too: a timer may purge what is moved there, and junk may train a filter
    #[arg(long, value_name = "ROLE,…", value_delimiter = ',', value_parser = held_back)]
    pub include: Vec<Role>,
    /// Leave emptied mailboxes where they are
    #[arg(long)]
    pub keep_sources: bool,
    /// When emptied mailboxes are removed: now, or later by `rolecall resume` or the next fix (for servers with replicas)
    #[arg(long, value_name = "now|later", default_value = "now")]
    pub remove: super::removal::Remove,
    /// How long an emptied mailbox must stand set aside before --remove later removes it: 90m, 24h, 7d
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = super::removal::duration)]
    pub grace: Duration,
    /// Leave a step of the plan out (repeatable)
    #[arg(long, value_name = "N")]
    pub skip_step: Vec<u32>,
    /// Merge mailboxes below a merged one into those of the same name
    #[arg(long)]
    pub with_children: bool,
    /// Move messages that are marked \Deleted too
    #[arg(long)]
    pub move_deleted: bool,
    /// Go on where the target cannot keep keywords
    #[arg(long)]
    pub allow_keyword_loss: bool,
    /// Rename mailboxes whose names were garbled by a wrong encoding to what was meant
    #[arg(long)]
    pub repair_names: bool,
    /// Merge on servers with neither MOVE nor UIDPLUS
    #[arg(long)]
    pub remove_without_uidplus: bool,
    /// How much of each message is compared before and after
    #[arg(long, value_name = "HOW", default_value = "quick")]
    pub verify: Verify,
    /// Seconds that an emptied mailbox is watched before it is removed
    #[arg(long, value_name = "SECONDS", default_value_t = 2, value_parser = clap::value_parser!(u64).range(0..=3600))]
    pub settle: u64,
    /// Merge only mailboxes that hold no message: a first, harmless pass
    #[arg(long)]
    pub only_empty: bool,
    #[command(flatten)]
    pub judging: Judging,
    #[command(flatten)]
    pub many: Many,
    #[command(flatten)]
    pub fuses: Fuses,
    #[command(flatten)]
    pub connecting: Connecting,
    #[command(flatten)]
    pub shared: Shared,
}

#[derive(Debug, Args)]
pub struct Clients {
    /// Accounts; without one, the clients that are known are listed
    #[arg(value_name = "ACCOUNT")]
    pub accounts: Vec<String>,
    /// Only these roles
    #[arg(long, value_name = "ROLE,…", value_delimiter = ',', value_parser = role)]
    pub only: Vec<Role>,
    /// Tell, step by step, what to set in each client so that it uses the mailboxes that `fix` keeps; without --client, in
    /// Thunderbird, Outlook, Apple Mail, iOS and Roundcube
    #[arg(long)]
    pub steps: bool,
    /// With --steps: which mailbox shall keep a role, as for `fix` (repeatable)
    #[arg(long, value_name = "ROLE=MAILBOX", value_parser = target, requires = "steps")]
    pub target: Vec<(Role, String)>,
    /// With --steps: take a --target that is no mailbox yet for the name of one that will be made, as for `fix`
    #[arg(long, requires = "target")]
    pub make_target: bool,
    #[command(flatten)]
    pub judging: Judging,
    #[command(flatten)]
    pub many: Many,
    #[command(flatten)]
    pub connecting: Connecting,
    #[command(flatten)]
    pub shared: Shared,
}

impl Fix {
    /// Whether accounts may be changed.
    pub fn changes(&self) -> bool {
        self.asks() || (self.yes && !self.dry_run)
    }

    /// Whether the user is asked before anything is changed.
    pub fn asks(&self) -> bool {
        !(self.yes || self.dry_run || self.save_plan.is_some())
    }
}

#[derive(Debug, Args)]
pub struct Accounts {
    /// What is asked.
    #[command(subcommand)]
    pub about: AboutAccounts,
}

#[derive(Debug, Subcommand)]
pub enum AboutAccounts {
    /// Read all of an accounts file, then try each login and see what the server can do: which lines would fail?
    Check(CheckAccounts),
}

#[derive(Debug, Args)]
pub struct CheckAccounts {
    /// The accounts file, YAML or CSV
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Only read the file, and connect to nobody
    #[arg(long)]
    pub offline: bool,
    /// Targets that are no mailboxes yet are no mistakes: `fix` will be told --make-target
    #[arg(long)]
    pub make_target: bool,
    #[command(flatten)]
    pub how: How,
    #[command(flatten)]
    pub connecting: Connecting,
    #[command(flatten)]
    pub shared: Shared,
}

#[derive(Debug, Args)]
pub struct Runs {
    /// The run to tell
    pub run: Option<String>,
    #[command(flatten)]
    pub shared: Shared,
}

#[derive(Debug, Args)]
pub struct Resume {
    /// The run; without it, every unfinished one
    pub run: Option<String>,
    /// The unfinished runs of one command over many accounts
    #[arg(long, value_name = "ID", conflicts_with = "run")]
    pub batch: Option<String>,
    #[command(flatten)]
    pub many: Many,
    #[command(flatten)]
    pub connecting: Connecting,
    #[command(flatten)]
    pub shared: Shared,
}

#[derive(Debug, Args)]
pub struct Undo {
    /// The run, as `rolecall runs` lists it
    #[arg(required_unless_present = "batch")]
    pub run: Option<String>,
    /// Every run of one command over many accounts
    #[arg(long, value_name = "ID", conflicts_with = "run")]
    pub batch: Option<String>,
    /// Show what would be done and stop
    #[arg(long, short = 'n')]
    pub dry_run: bool,
    /// Undo without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// Seconds that an emptied mailbox is watched before it is removed
    #[arg(long, value_name = "SECONDS", default_value_t = 2, value_parser = clap::value_parser!(u64).range(0..=3600))]
    pub settle: u64,
    #[command(flatten)]
    pub many: Many,
    #[command(flatten)]
    pub connecting: Connecting,
    #[command(flatten)]
    pub shared: Shared,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// Keep the server up and print a ready-made audit line, instead of walking through
    #[arg(long)]
    pub serve: bool,
    /// How the sample account's names are built
    #[arg(long, default_value = "slash")]
    pub dialect: Dialect,
    /// The loopback port; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,
}

#[derive(Debug, Args)]
pub struct Explain {
    /// A finding's code such as role-split, or an exit status; without it, every code is listed
    pub code: Option<String>,
}

/// What decides about roles.
#[derive(Debug, Args)]
#[command(next_help_heading = "Judging")]
pub struct Judging {
    /// Say a mailbox's role yourself; `MAILBOX=none` takes it out (repeatable)
    #[arg(long, value_name = "MAILBOX=ROLE", value_parser = override_role)]
    pub role: Vec<(String, Option<Role>)>,
    /// A table of names of your own, a file or a folder, over the built-in one (repeatable)
    #[arg(long, value_name = "PATH")]
    pub mappings: Vec<PathBuf>,
    /// A mail client in use, with the language of its menus: outlook-2016:fr (repeatable); `rolecall clients` lists them.
    /// Without it, every one that is known
    #[arg(long, value_name = "NAME[:LOCALE]")]
    pub client: Vec<String>,
    /// A language that the account's users speak, which settles names of two meanings (repeatable)
    #[arg(long, value_name = "TAG", value_parser = tag)]
    pub locale: Vec<String>,
    /// Of mailboxes that no name explains, read the newest N messages' flags and header fields (From, To, Cc, Bcc,
    /// delivery, draft and spam marks), never a subject or text; nothing is marked as read
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_LOOKED_AT)))]
    pub sample: u32,
    /// Look into no mailbox, not even those that play the same role
    #[arg(long, conflicts_with = "sample")]
    pub no_sample: bool,
}

impl Judging {
    /// Whether it says of mailboxes what they are, which no client hears of.
    pub fn says_what_mailboxes_are(&self) -> bool {
        !self.role.is_empty() || !self.mappings.is_empty()
    }

    /// What holds where nothing is said, with no look inside any mailbox.
    pub fn without_samples() -> Self {
        Self {
            role: Vec::new(),
            mappings: Vec::new(),
            client: Vec::new(),
            locale: Vec::new(),
            sample: 0,
            no_sample: true,
        }
    }
}

/// How an account is reached.
#[derive(Debug, Args)]
#[command(next_help_heading = "Connecting")]
pub struct Connecting {
    /// Read the password from this variable
    #[arg(long, value_name = "NAME", group = "secret")]
    pub password_env: Option<String>,
    /// Read the password from this file
    #[arg(long, value_name = "FILE", group = "secret")]
    pub password_file: Option<PathBuf>,
    /// Run this command (no shell) and take what it prints
    #[arg(long, value_name = "COMMAND", group = "secret")]
    pub password_command: Option<String>,
    /// Run this command (no shell) for an OAuth token and log in by OAUTHBEARER or XOAUTH2
    #[arg(long, value_name = "COMMAND", group = "secret")]
    pub oauth_token_command: Option<String>,
    /// Log in as this administrator on behalf of the account's user
    #[arg(long, value_name = "USER")]
    pub login_as: Option<String>,
    /// For servers that take `user*master` as login
    #[arg(long, value_name = "CHARACTER", requires = "login_as")]
    pub master_separator: Option<char>,
    /// Allow imap:// without TLS
    #[arg(long)]
    pub plaintext: bool,
    /// Trust this certificate authority too
    #[arg(long, value_name = "PEM")]
    pub ca_file: Option<PathBuf>,
    /// Trust exactly the certificate with this fingerprint
    #[arg(long, value_name = "SHA256", value_parser = fingerprint)]
    pub tls_fingerprint: Option<[u8; 32]>,
    /// Seconds to wait for each answer
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout: u64,
}

impl Connecting {
    /// How long each answer may take.
    pub fn patience(&self) -> Duration {
        Duration::from_secs(self.timeout)
    }

    /// Where the secret is.
    pub fn source(&self) -> Source {
        let command = self
            .password_command
            .clone()
            .or_else(|| self.oauth_token_command.clone())
            .map(Source::Command);
        self.password_env
            .clone()
            .map(Source::Variable)
            .or_else(|| self.password_file.clone().map(Source::File))
            .or(command)
            .unwrap_or(Source::Ask)
    }
}

/// What every verb shares.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub struct Shared {
    /// How results are written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: Format,
    /// Write results to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,
    /// Show more: ordinary mailboxes, every reason and its source
    #[arg(long, short)]
    pub verbose: bool,
    /// Show results and errors only
    #[arg(long, short)]
    pub quiet: bool,
    /// Show no progress bars
    #[arg(long)]
    pub no_progress: bool,
    /// The language of tables, questions and steps; else the locale's. JSON, saved plans and journals are English
    #[arg(long, value_name = "LANG")]
    pub lang: Option<Lang>,
    /// Where journals are kept
    #[arg(long, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// JSON Lines, one object an account
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Error,
    Warning,
    Info,
    Never,
}

impl FailOn {
    /// The least severity that counts.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Verify {
    /// Size, date, flags, and the server's own message id where it has one
    Quick,
    /// And SHA-256 of the whole text
    Full,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Dialect {
    /// Sent Items, Archives/2019
    Slash,
    /// INBOX.Sent Items, INBOX.Archives.2019
    InboxDot,
}

fn held_back(text: &str) -> Result<Role, String> {
    match role(text)? {
        role if role.held_back() => Ok(role),
        _ => Err("only trash and junk are held back".to_owned()),
    }
}

/// 64 hexadecimal digits, colons allowed between them.
fn fingerprint(text: &str) -> Result<[u8; 32], String> {
    let wrong = || "a SHA-256 fingerprint is 64 hexadecimal digits".to_owned();
    let digits: Vec<u8> = text
        .chars()
        .filter(|letter| *letter != ':')
        .map(|letter| {
            letter
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect::<Option<_>>()
        .ok_or_else(wrong)?;
    let octets: Vec<u8> = digits
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |octet, digit| octet * 16 + digit))
        .collect();
    if digits.len() != 64 {
        return Err(wrong());
    }
    octets.try_into().map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn only_what_is_held_back_can_be_included() {
        assert!(held_back("sent").is_err());
    }

    #[test]
    fn fingerprints_are_read_with_and_without_colons() {
        let plain = "ab".repeat(32);
        let colons = vec!["AB"; 32].join(":");
        assert_eq!(fingerprint(&plain), Ok([0xab; 32]));
        assert_eq!(fingerprint(&colons), Ok([0xab; 32]));
        assert!(fingerprint("ab").is_err());
    }
}
