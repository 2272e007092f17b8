//! The options of `rolecall fix`.

use std::{path::PathBuf, time::Duration};

use clap::{ArgGroup, Args, ValueEnum};

use super::{
    many::{Fuses, Lookup, Many},
    shared::{Connecting, Judging, Shared},
    typed::{number, typed},
};
use crate::{
    config::words::{role, target},
    language::{Phrase, text},
    model::role::Role,
};

/// The options of `rolecall fix`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("names_target").args(["target", "file"]).multiple(true), after_help = "\
Examples:
  rolecall fix --dry-run imaps://USER@HOST               # shows the plan
  rolecall fix --save-plan plan.yaml imaps://USER@HOST   # keeps it for review
  rolecall fix --plan plan.yaml --yes                    # applies exactly that
  rolecall fix --target sent=Sent --include trash imaps://USER@HOST")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
pub struct Fix {
    /// Accounts; with --plan, they default to the accounts of the plans
    #[arg(value_name = "ACCOUNT", required_unless_present_any = ["plan", "file"])]
    pub accounts: Vec<String>,
    /// Show the plan and stop; only read-only commands are sent
    #[arg(long, short = 'n')]
    pub dry_run: bool,
    /// Write the plan to a file (.yaml or .json), or the plans of several accounts into a folder, for review; then stop,
    /// unless --yes is given
    #[arg(long, value_name = "FILE|DIR")]
    pub save_plan: Option<PathBuf>,
    /// Apply exactly this reviewed plan, or the plans of a folder, the smallest first; refused if the plan was changed, or
    /// if more than new mail has changed in the account
    #[arg(long, value_name = "FILE|DIR", conflicts_with_all = ["save_plan", "target", "make_target", "only", "include", "role", "keep_sources", "with_children", "move_deleted", "allow_keyword_loss", "remove_without_uidplus", "repair_names", "repair_filters", "only_empty", "mappings", "client", "locale", "sample", "no_sample"])]
    pub plan: Option<PathBuf>,
    /// Apply without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// The mailbox that keeps a role (repeatable)
    #[arg(long, value_name = "ROLE=MAILBOX", value_parser = typed(target))]
    pub target: Vec<(Role, String)>,
    /// Let --target name a mailbox that does not exist: the one that would keep the role is given that name, or a new one is
    /// made where it cannot be renamed
    #[arg(long, requires = "names_target")]
    pub make_target: bool,
    /// Only these roles
    #[arg(long, value_name = "ROLE,…", value_delimiter = ',', value_parser = typed(role))]
    pub only: Vec<Role>,
    /// Merge trash or junk too; a timer may purge what is moved there, and junk may train a spam filter; or merge second
    /// inboxes into INBOX (inbox)
    #[arg(long, value_name = "ROLE,…", value_delimiter = ',', value_parser = typed(held_back))]
    pub include: Vec<Role>,
    /// Leave emptied mailboxes where they are
    #[arg(long, conflicts_with = "remove")]
    pub keep_sources: bool,
    /// When emptied mailboxes are removed: now, or later by `rolecall resume` or the next fix (for servers with replicas)
    #[arg(long, value_name = "now|later", default_value = "now")]
    pub remove: Remove,
    /// How long an emptied mailbox stays set aside before --remove later removes it: 90m, 24h, 7d
    #[arg(long, value_name = "TIME", default_value = "24h", requires = "remove", value_parser = typed(duration))]
    pub grace: Duration,
    /// Leave this step of the plan out (repeatable)
    #[arg(long, value_name = "N", value_parser = number::<u32>(0, u32::MAX.into()))]
    pub skip_step: Vec<u32>,
    /// Also merge mailboxes below a merged mailbox into those of the same name below the kept one
    #[arg(long)]
    pub with_children: bool,
    /// Also move messages that are marked \Deleted
    #[arg(long)]
    pub move_deleted: bool,
    /// Go on even if the target mailbox cannot keep the messages' keywords
    #[arg(long)]
    pub allow_keyword_loss: bool,
    /// Rename mailboxes whose names were garbled by a wrong encoding to what was meant
    #[arg(long)]
    pub repair_names: bool,
    /// Do not read the account's filters (Sieve scripts)
    #[arg(long, conflicts_with = "repair_filters")]
    pub no_filters: bool,
    /// Let the account's filters (Sieve scripts) file into the mailboxes that stay: a changed script is stored beside the old
    /// one and takes its place, before anything is merged; `rolecall undo` lets the old one run again
    #[arg(long)]
    pub repair_filters: bool,
    /// Without a question, apply also a plan that breaks filters which forward or answer mail
    #[arg(long)]
    pub despite_filters: bool,
    /// Merge even on servers that have neither MOVE nor UIDPLUS
    #[arg(long)]
    pub remove_without_uidplus: bool,
    /// How much of each message is compared before and after
    #[arg(long, value_name = "HOW", default_value = "quick")]
    pub verify: Verify,
    /// Seconds that an emptied mailbox is watched before it is removed
    #[arg(long = "watch-seconds", alias = "settle", value_name = "SECONDS", default_value_t = 2, value_parser = number::<u64>(0, 3_600))]
    pub settle: u64,
    /// Merge only mailboxes that hold no message: a harmless first pass
    #[arg(long)]
    pub only_empty: bool,
    /// Write metrics for Prometheus into this file when all is done, as node_exporter's textfile collector reads them; they
    /// name no account and no mailbox
    #[arg(long, value_name = "FILE")]
    pub metrics: Option<PathBuf>,
    #[command(flatten)]
    pub judging: Judging,
    #[command(flatten)]
    pub many: Many,
    #[command(flatten)]
    pub fuses: Fuses,
    #[command(flatten)]
    pub lookup: Lookup,
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

    /// A role whose merging is asked for beside others, without being among those that alone are dealt with.
    pub fn included_in_vain(&self) -> Option<Role> {
        let mut included = self.include.iter().copied();
        included.find(|role| !self.only.is_empty() && !self.only.contains(role))
    }

    /// How long emptied mailboxes stay set aside; none where this run removes them itself.
    pub fn grace(&self) -> Option<Duration> {
        (self.remove == Remove::Later).then_some(self.grace)
    }
}

/// When emptied mailboxes are removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Remove {
    /// By the run that emptied them
    Now,
    /// By a later run
    Later,
}

/// How much of each message is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Verify {
    /// Size, date, flags, and the server's own message id if it has one
    Quick,
    /// The same, and the SHA-256 of the whole text
    Full,
}

/// The longest time that an emptied mailbox may stay set aside: ten years.
const LONGEST: Duration = Duration::from_secs(3_650 * 86_400);

/// Reads a time with its unit: 90m, 24h, 7d, 30s.
fn duration(typed: &str) -> Result<Duration, Phrase> {
    let wrong = text::write_time;
    let unit = typed.chars().next_back().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let number = typed.strip_suffix(unit).ok_or_else(wrong)?;
    let number: u32 = number.parse().map_err(|_| wrong())?;
    let time = Duration::from_secs(u64::from(number) * seconds);
    if time > LONGEST {
        return Err(text::longest_time());
    }
    Ok(time)
}

fn held_back(typed: &str) -> Result<Role, Phrase> {
    match role(typed)? {
        role if role.held_back() || role == Role::Inbox => Ok(role),
        _ => Err(text::not_held_back()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_held_back_can_be_included() {
        assert!(held_back("sent").is_err());
        assert_eq!(held_back("inbox"), Ok(Role::Inbox));
    }
}
