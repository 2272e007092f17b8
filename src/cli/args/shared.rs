//! Options that most commands take: how roles are decided, how accounts are reached, how results are written.

use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum, builder::ArgPredicate};

use crate::{
    config::{
        secret::Source,
        words::{override_role, tag},
    },
    language::Phrase,
    model::{contents::MOST_LOOKED_AT, role::Role},
};

/// What decides about roles.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Judging")]
pub struct Judging {
    /// Say yourself which role a mailbox has; `MAILBOX=none` says that it has none (repeatable)
    #[arg(long, value_name = "MAILBOX=ROLE", value_parser = typed(override_role))]
    pub role: Vec<(String, Option<Role>)>,
    /// A table of mailbox names of your own, a file or a folder, which takes precedence over the built-in one (repeatable)
    #[arg(long, value_name = "PATH")]
    pub mappings: Vec<PathBuf>,
    /// A mail client in use, with the language of its menus: outlook-2016:fr (repeatable); `rolecall clients` lists them.
    /// Without it, every known client counts
    #[arg(long, value_name = "NAME[:LOCALE]")]
    pub client: Vec<String>,
    /// A language that the account's users speak; it settles names that have two meanings (repeatable)
    #[arg(long, value_name = "TAG", value_parser = typed(tag))]
    pub locale: Vec<String>,
    /// In mailboxes whose name tells nothing, read the flags and header fields of the newest N messages (From, To, Cc, Bcc,
    /// delivery, draft and spam marks), but never a subject or text; nothing is marked as read
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_LOOKED_AT)))]
    pub sample: u32,
    /// Look into no mailbox, not even into those that play the same role
    #[arg(long, conflicts_with = "sample")]
    pub no_sample: bool,
}

impl Judging {
    /// Whether it says something about mailboxes that no mail client can know.
    pub fn says_what_mailboxes_are(&self) -> bool {
        !self.role.is_empty() || !self.mappings.is_empty()
    }

    /// How many messages of a mailbox are read; none where no mailbox is looked into.
    pub fn sample_size(&self) -> Option<u32> {
        (!self.no_sample).then_some(self.sample)
    }

    /// The options of a command that has none of these, and that looks into no mailbox.
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
    /// Read the password from this environment variable
    #[arg(long, value_name = "NAME", group = "secret")]
    pub password_env: Option<String>,
    /// Read the password from this file
    #[arg(long, value_name = "FILE", group = "secret")]
    pub password_file: Option<PathBuf>,
    /// Run this command (without a shell) and use what it prints as the password
    #[arg(long, value_name = "COMMAND", group = "secret")]
    pub password_command: Option<String>,
    /// Run this command (without a shell) for an OAuth token and log in with OAUTHBEARER or XOAUTH2
    #[arg(long, value_name = "COMMAND", group = "secret")]
    pub oauth_token_command: Option<String>,
    /// Log in as this administrator on behalf of the account's user
    #[arg(long, value_name = "USER")]
    pub login_as: Option<String>,
    /// For servers that take `user*master` as the login name: the character between the two
    #[arg(long, value_name = "CHARACTER", requires = "login_as")]
    pub master_separator: Option<char>,
    /// Allow imap:// without TLS
    #[arg(long)]
    pub plaintext: bool,
    /// Trust this certificate authority as well
    #[arg(long, value_name = "PEM")]
    pub ca_file: Option<PathBuf>,
    /// Trust exactly the certificate with this fingerprint
    #[arg(long, value_name = "SHA256", value_parser = fingerprint)]
    pub tls_fingerprint: Option<[u8; 32]>,
    /// The host where filters are managed (ManageSieve), if it is neither the IMAP server's nor the one that the domain of an
    /// address names
    #[arg(long, value_name = "HOST")]
    pub sieve_host: Option<String>,
    /// The port where filters are managed (ManageSieve), if it is not 4190
    #[arg(long, value_name = "PORT")]
    pub sieve_port: Option<u16>,
    /// Seconds to wait for each answer of the server
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout: u64,
    /// Write the protocol of every session to this file, without passwords, mail, and names of mailboxes, users and hosts:
    /// for a bug report
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// Show names in the trace
    #[arg(long, requires = "trace")]
    pub trace_names: bool,
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

/// How results are written, and where journals are kept.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
pub struct Shared {
    /// The form of the results
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "table",
        default_value_if("json", ArgPredicate::IsPresent, "json")
    )]
    pub format: Format,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// With --format html: who has made the page for its reader
    #[arg(long, value_name = "TEXT")]
    pub brand: Option<String>,
    /// Write results to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,
    /// Show more: ordinary mailboxes, and every reason with its source
    #[arg(long, short)]
    pub verbose: bool,
    /// Show results and errors only
    #[arg(long, short)]
    pub quiet: bool,
    /// Show no progress bars
    #[arg(long)]
    pub no_progress: bool,
    /// Write what goes on to this file, as it happens: JSON Lines, one object per event
    #[arg(long, value_name = "FILE")]
    pub events: Option<PathBuf>,
    /// The language of tables, questions and steps; by default the locale's. JSON, saved plans and journals are in English
    #[arg(long, value_name = "LANG")]
    pub lang: Option<Lang>,
    /// The folder where journals are kept
    #[arg(long, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,
}

/// The form of the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// JSON Lines, one object per account
    Json,
    /// For spreadsheets: one row per mailbox, step, client or run
    Csv,
    /// For tickets and pull requests
    Markdown,
    /// A page for whoever's mail it is, to be read in a browser or printed; of one account, or of many with --report-dir
    Html,
}

/// When colour is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    Auto,
    Always,
    Never,
}

/// Reads an option; what is wrong with it is told in English, as all that clap says.
pub(super) fn typed<T>(
    read: fn(&str) -> Result<T, Phrase>,
) -> impl Fn(&str) -> Result<T, String> + Clone {
    move |word| read(word).map_err(String::from)
}

/// A language as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English
    En,
    /// French
    Fr,
}

/// Reads 64 hexadecimal digits, colons allowed between them.
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
    use super::*;

    #[test]
    fn fingerprints_are_read_with_and_without_colons() {
        let plain = "ab".repeat(32);
        let colons = vec!["AB"; 32].join(":");
        assert_eq!(fingerprint(&plain), Ok([0xab; 32]));
        assert_eq!(fingerprint(&colons), Ok([0xab; 32]));
        assert!(fingerprint("ab").is_err());
    }
}
