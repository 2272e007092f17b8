//! Which accounts a command is about, and how they are gone through: the options, and the accounts themselves.
//!
//! In: ACCOUNT arguments, an accounts file, a part. Out: entries with all that is said of each. Never: one password for
//! several accounts that nobody said it is for.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::{Args, ValueEnum};

use super::{args::Connecting, failure::Failure, output::say};
use crate::{
    config::{
        account::Account,
        accounts::{self, AccountsError, Entry, Inline, Said},
        secret::{self, Source},
    },
    fleet::{Shard, ShardError},
    mapping::{self, nearest},
};

/// How many accounts are gone through.
#[derive(Debug, Args)]
#[command(next_help_heading = "Many accounts")]
pub struct Many {
    /// Read accounts from this file, YAML or CSV; without an ACCOUNT all of them. An ACCOUNT may then be a name in it
    #[arg(long = "accounts", value_name = "FILE")]
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub how: How,
}

/// How they are gone through.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Many accounts")]
pub struct How {
    /// Take passwords that stand in the accounts file, if nobody but you can read it
    #[arg(long)]
    pub allow_inline_passwords: bool,
    /// Accounts at work at a time; one that only waits for its settle time does not count
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub jobs: u32,
    /// Connections to one host at a time; fewer where it says that they are too many
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub per_host: u32,
    /// Only part K of N of the accounts, the same ones every time. `auto` takes K, and N if it is told, from a Kubernetes
    /// Indexed Job, a Slurm array or GNU parallel: auto/N
    #[arg(long, value_name = "K/N", value_parser = shard)]
    pub shard: Option<Shard>,
    /// Write one file an account into this folder, a summary, and lists of those done, failed and pending; an ACCOUNT @LIST
    /// takes the accounts of such a list
    #[arg(long, value_name = "DIR")]
    pub report_dir: Option<PathBuf>,
}

impl How {
    /// The part, and all where none is said.
    pub fn part(&self) -> Shard {
        self.shard.unwrap_or(Shard::WHOLE)
    }
}

/// What stops a fleet.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Many accounts")]
pub struct Fuses {
    /// Leave out what an earlier command has done, resume what was cut short, try again what failed in passing
    #[arg(long = "continue", requires = "file")]
    pub go_on: bool,
    /// Change N accounts first, look at them again, and go on only if nothing is left to do there
    #[arg(long, value_name = "N", requires = "yes", value_parser = clap::value_parser!(u32).range(1..))]
    pub canary: Option<u32>,
    /// Begin no plan and resume no run that would bring the messages moved in all over N
    #[arg(long, value_name = "N")]
    pub max_moves: Option<u64>,
    /// Begin no further account once more than N have failed
    #[arg(long, value_name = "N")]
    pub max_accounts_failed: Option<u32>,
    /// Begin no further account once nobody knows what became of a command
    #[arg(long, value_name = "WHAT")]
    pub stop_on: Option<StopOn>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StopOn {
    /// An outcome is unknown
    Unknown,
}

fn shard(text: &str) -> Result<Shard, ShardError> {
    Shard::parse(text, &|name| std::env::var(name).ok())
}

/// The accounts that a command is about.
pub fn gather(
    arguments: &[String],
    many: &Many,
    connecting: &Connecting,
) -> Result<Vec<Entry>, Failure> {
    let wanted = unfolded(arguments)?;
    let entries = match &many.file {
        Some(file) if arguments.is_empty() => read(file, &many.how)?,
        Some(file) => chosen(read(file, &many.how)?, &wanted)?,
        None => wanted
            .iter()
            .map(|text| Ok(Entry::of(Account::parse(text)?)))
            .collect::<Result<_, Failure>>()?,
    };
    ready(entries, many, connecting)
}

/// The accounts that journals name, and those of them that the accounts file does not name. That none is there is refused.
pub fn recall(
    urls: &[String],
    many: &Many,
    connecting: &Connecting,
) -> Result<(Vec<Entry>, Vec<Entry>), Failure> {
    let Some(file) = &many.file else {
        return Ok((gather(urls, many, connecting)?, Vec::new()));
    };
    let read = read(file, &many.how)?.into_iter();
    let known: HashMap<String, Entry> = read.map(|entry| (entry.account.id.key(), entry)).collect();
    let (mut entries, mut absent) = (Vec::new(), Vec::new());
    for url in urls {
        let account = Account::parse(url)?;
        match known.get(&account.id.key()) {
            Some(entry) => entries.push(entry.clone()),
            None => absent.push(Entry::of(account)),
        }
    }
    match absent.as_slice() {
        [only] if entries.is_empty() => return Err(not_in_the_file(only)),
        [first, ..] if entries.is_empty() => {
            let url = &first.account.id.url;
            return Err(Failure::config(format!(
                "cannot find any of these {} accounts in the accounts file, such as {url}",
                absent.len()
            ))
            .hint("name the file that the runs were made with"));
        }
        _ => {}
    }
    absent.retain(|entry| many.how.part().holds(&entry.account.id));
    Ok((ready(entries, many, connecting)?, absent))
}

/// Why nothing can be done about an account that a journal names.
pub fn not_in_the_file(entry: &Entry) -> Failure {
    let url = &entry.account.id.url;
    Failure::config(format!("cannot find \"{url}\" in the accounts file"))
        .hint("put it into the file and give the same command again: it deals with what is left")
}

/// Makes accounts ready to be dealt with: their passwords, who logs in, which part of them is meant.
fn ready(
    mut entries: Vec<Entry>,
    many: &Many,
    connecting: &Connecting,
) -> Result<Vec<Entry>, Failure> {
    one_password_for_one(&entries, connecting)?;
    let mut known = HashMap::new();
    for entry in &mut entries {
        log_in_as(entry, connecting, &mut known);
    }
    part(&mut entries, &many.how);
    Ok(entries)
}

/// Every account of a file.
pub fn read(file: &Path, how: &How) -> Result<Vec<Entry>, Failure> {
    let inline = if how.allow_inline_passwords {
        Inline::Allowed
    } else {
        Inline::Refused
    };
    accounts::read(file, inline).map_err(|error| match error {
        AccountsError::Io { ref source, .. } => {
            Failure::config(format!("cannot {error}: {source}"))
        }
        AccountsError::Faults { faults, more } => {
            let more = if more == 0 {
                String::new()
            } else {
                format!("\nand {more} more")
            };
            let faults = mapping::with_lines(&faults);
            Failure::config(format!("cannot use the accounts file:\n{faults}{more}"))
        }
        AccountsError::TooLarge { .. } => Failure::config(format!("cannot {error}")),
    })
}

/// Says of an account what the command line says of all: who logs in for its user. Most accounts share what is said.
fn log_in_as(
    entry: &mut Entry,
    connecting: &Connecting,
    known: &mut HashMap<*const Said, Arc<Said>>,
) {
    if connecting.login_as.is_none() || entry.said.login_as.is_some() {
        return;
    }
    let said = known.entry(Arc::as_ptr(&entry.said)).or_insert_with(|| {
        Arc::new(Said {
            login_as: connecting.login_as.as_deref().map(Box::from),
            master_separator: connecting.master_separator,
            ..(*entry.said).clone()
        })
    });
    entry.said = Arc::clone(said);
}

/// Leaves only the accounts of this part.
pub fn part(entries: &mut Vec<Entry>, how: &How) {
    let Some(shard) = how.shard else { return };
    let all = entries.len();
    entries.retain(|entry| shard.holds(&entry.account.id));
    say(&format!(
        "part {shard}: {} of {all} accounts",
        entries.len()
    ));
}

/// Arguments with those of lists in the place of `@LIST`.
fn unfolded(arguments: &[String]) -> Result<Vec<String>, Failure> {
    let mut unfolded = Vec::new();
    for argument in arguments {
        let Some(list) = argument.strip_prefix('@') else {
            unfolded.push(argument.clone());
            continue;
        };
        let text = std::fs::read_to_string(list)
            .map_err(|error| Failure::config(format!("cannot read the list {list}: {error}")))?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        unfolded.extend(lines.map(str::to_owned));
    }
    Ok(unfolded)
}

/// The accounts of a file that are wanted, by name or URL, in the order in which they are wanted.
fn chosen(entries: Vec<Entry>, wanted: &[String]) -> Result<Vec<Entry>, Failure> {
    if wanted.is_empty() {
        say("the list names no account");
    }
    let known = by_name(entries);
    let mut chosen: Vec<Entry> = Vec::new();
    let mut taken = BTreeSet::new();
    for text in wanted {
        let url = Account::parse(text).map(|account| account.id.url);
        let found = known.get(url.as_deref().unwrap_or(text));
        let entry = found.ok_or_else(|| {
            let failure = Failure::config(format!("cannot find \"{text}\" in the accounts file"));
            match nearest(text, known.keys().map(String::as_str)) {
                Some(near) => failure.hint(format!("did you mean {near}?")),
                None => failure.hint("name an account as the file does, or by its URL"),
            }
        })?;
        if taken.insert(&entry.account.id.url) {
            chosen.push(entry.clone());
        }
    }
    Ok(chosen)
}

/// Accounts by URL and by name.
fn by_name(entries: Vec<Entry>) -> BTreeMap<String, Entry> {
    let mut known = BTreeMap::new();
    for entry in entries {
        known.insert(entry.account.id.url.clone(), entry.clone());
        known.insert(entry.called().to_owned(), entry);
    }
    known
}

/// A password that is said once is for one account (decisions 19), or for one administrator's login on one host.
fn one_password_for_one(entries: &[Entry], connecting: &Connecting) -> Result<(), Failure> {
    let mut without = entries.iter().filter(|entry| entry.secret().is_none());
    let (Some(first), Some(_)) = (without.next(), without.next()) else {
        return Ok(());
    };
    let is_said =
        connecting.source() != Source::Ask || std::env::var_os(secret::VARIABLE).is_some();
    if !is_said {
        return Err(Failure::config(format!(
            "cannot ask for the passwords of several accounts, such as {}",
            first.called()
        ))
        .hint("say where each password is in an accounts file: --accounts FILE"));
    }
    let is_elsewhere = |entry: &Entry| {
        let (one, other) = (&entry.account.id, &first.account.id);
        !one.host.eq_ignore_ascii_case(&other.host) || one.port != other.port
    };
    let mut without = entries.iter().filter(|entry| entry.secret().is_none());
    if connecting.login_as.is_none() || without.any(is_elsewhere) {
        return Err(
            Failure::config("cannot use one password for several accounts").hint(
                "say in an accounts file where each password is (--accounts FILE); with --login-as one password serves for a whole host",
            ),
        );
    }
    Ok(())
}
