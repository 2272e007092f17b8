//! What is on record of the accounts of a command: how each ended, so that `--continue` can go on after any end.
//!
//! In: each account's end. Out: files in the state folder, one a command, and what they say of an account together.
//! Never: a secret; a line lost that was told; another command's file written to.
//!
//! Several commands may write at a time (the parts of one fleet), each its own file. A record counts unless a command that
//! began later was to deal with its account from the start.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io::{BufReader, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    crew::Told,
    failure::{Failure, Status},
    reports::List,
};
use crate::{fleet::Shard, model::listing::AccountId, report::summary::Way};

/// The folder inside the state folder. Its files do not end as journals do.
const FOLDER: &str = "batches";

/// How an account ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "end")]
pub enum End {
    /// All that was planned is done, or there was nothing to do.
    Done,
    /// There are findings, or a plan waits.
    Found,
    /// It failed; `passing` if another day may go better.
    Failed {
        /// The contract's error kind.
        kind: String,
        /// Whether another try may go better.
        passing: bool,
    },
    /// It was cut short: `resume` finds out what became of the last command.
    Cut,
}

impl End {
    /// What an account's turn came to.
    pub fn of(told: &Told, failure: Option<&Failure>) -> Self {
        match (told.status, failure) {
            (Status::Unknown | Status::Interrupted, _) => Self::Cut,
            (_, Some(failure)) => Self::Failed {
                kind: failure.kind.to_owned(),
                // Another day the network, the server's limits, and whoever else was at work may be out of the way.
                passing: failure.again.is_some()
                    || matches!(failure.kind, "network" | "limit" | "stale" | "locked"),
            },
            (Status::Done, None) => Self::Done,
            (Status::Found, None) => Self::Found,
            (_, None) => Self::Failed {
                kind: "refused".to_owned(),
                passing: false,
            },
        }
    }

    /// How it is counted.
    pub fn way(&self) -> Way<'_> {
        match self {
            Self::Done => Way::Done,
            Self::Found => Way::Found,
            Self::Failed { kind, .. } => Way::Failed(kind),
            Self::Cut => Way::Cut,
        }
    }

    /// Which list it stands on.
    pub fn list(&self) -> List {
        match self {
            Self::Done | Self::Found => List::Done,
            Self::Failed { .. } => List::Failed,
            Self::Cut => List::Pending,
        }
    }

    /// Whether a person has to look at it.
    pub fn is_bad(&self) -> bool {
        matches!(self, Self::Failed { .. } | Self::Cut)
    }
}

/// The first line of a file.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    /// When the command began, RFC 3339 to the microsecond.
    began: String,
    /// What it was to do: records of another purpose say nothing. Empty: it counts for every purpose.
    scope: String,
    /// Which part of the accounts it deals with from the start; none where it goes on or was given chosen accounts.
    whole: Option<Shard>,
}

/// A line about an account.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    time: String,
    /// SHA-256 of what the account is told by.
    key: String,
    /// For people.
    account: String,
    #[serde(flatten)]
    end: End,
}

/// A command's file.
#[derive(Debug)]
pub struct Ledger {
    file: File,
    path: PathBuf,
}

impl Ledger {
    /// Opens a file for a command that begins now.
    pub fn begin(
        state: &Path,
        batch: &str,
        scope: &str,
        whole: Option<Shard>,
    ) -> Result<Self, Failure> {
        let folder = state.join(FOLDER);
        let path = folder.join(format!("{batch}.ledger"));
        let mut options = OpenOptions::new();
        options.append(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let file = fs::create_dir_all(&folder)
            .and_then(|()| options.open(&path))
            .map_err(|error| cannot("write", &path, &error))?;
        let mut ledger = Self { file, path };
        ledger.write(&Head {
            began: moment(),
            scope: scope.to_owned(),
            whole,
        })?;
        Ok(ledger)
    }

    /// Puts an account's end on record.
    pub fn record(&mut self, account: &AccountId, end: &End) -> Result<(), Failure> {
        self.write(&Line {
            time: moment(),
            key: key(account),
            account: account.url.clone(),
            end: end.clone(),
        })
    }

    fn write<T: Serialize>(&mut self, line: &T) -> Result<(), Failure> {
        // Plain data always serialises.
        let mut text = serde_json::to_string(line).unwrap_or_default();
        text.push('\n');
        self.file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.sync_data())
            .map_err(|error| cannot("write", &self.path, &error))
    }
}

/// What a command was to do, as a digest of its words.
pub fn scope(words: &str) -> String {
    let digest = crate::model::plan::hex(&Sha256::digest(words));
    digest.chars().take(16).collect()
}

/// What all files say together.
#[derive(Debug, Default)]
pub struct Record {
    ends: HashMap<String, (String, End)>,
    whole: Vec<(String, Shard)>,
}

impl Record {
    /// Reads every file of this purpose. A torn last line is no line.
    pub fn read(state: &Path, scope: &str) -> Result<Self, Failure> {
        let mut record = Self::default();
        let folder = state.join(FOLDER);
        if !folder.exists() {
            return Ok(record);
        }
        for file in fs::read_dir(&folder).map_err(|error| cannot("read", &folder, &error))? {
            let path = file
                .map_err(|error| cannot("read", &folder, &error))?
                .path();
            let file = File::open(&path).map_err(|error| cannot("read", &path, &error))?;
            record
                .add(BufReader::new(file), scope)
                .map_err(|error| cannot("read", &path, &error))?;
        }
        Ok(record)
    }

    fn add(&mut self, file: impl std::io::BufRead, scope: &str) -> std::io::Result<()> {
        let mut lines = file.lines();
        let Some(head) = lines.next().transpose()? else {
            return Ok(());
        };
        let Ok(head) = serde_json::from_str::<Head>(&head) else {
            return Ok(());
        };
        if !head.scope.is_empty() && head.scope != scope {
            return Ok(());
        }
        if let Some(whole) = head.whole {
            self.whole.push((head.began, whole));
        }
        for line in lines {
            let Ok(line) = serde_json::from_str::<Line>(&line?) else {
                continue;
            };
            let known = self.ends.get(&line.key);
            if known.is_none_or(|(time, _)| *time <= line.time) {
                self.ends.insert(line.key, (line.time, line.end));
            }
        }
        Ok(())
    }

    /// How an account ended in the newest command that dealt with it from the start, or went on from there.
    pub fn end_of(&self, account: &AccountId) -> Option<&End> {
        let (time, end) = self.ends.get(&key(account))?;
        let is_over = self
            .whole
            .iter()
            .any(|(began, whole)| began > time && whole.holds(account));
        (!is_over).then_some(end)
    }
}

/// Now, fine enough to tell which of two commands came later, and in order as text.
fn moment() -> String {
    jiff::Timestamp::now()
        .strftime("%Y-%m-%dT%H:%M:%S%.6fZ")
        .to_string()
}

fn key(account: &AccountId) -> String {
    crate::model::plan::hex(&Sha256::digest(account.key()))
}

fn cannot(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure::config(format!("cannot {what} {}: {error}", path.display()))
        .hint("name a folder you may write to with --state-dir")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(began: &str, whole: Option<Shard>, lines: &[(&str, &str, End)]) -> String {
        let head = Head {
            began: began.to_owned(),
            scope: "a".to_owned(),
            whole,
        };
        let mut text = serde_json::to_string(&head).unwrap() + "\n";
        for (time, user, end) in lines {
            let account = AccountId::example(user);
            let line = Line {
                time: (*time).to_owned(),
                key: key(&account),
                account: account.url,
                end: end.clone(),
            };
            text += &(serde_json::to_string(&line).unwrap() + "\n");
        }
        text
    }

    fn read(files: &[String]) -> Record {
        let mut record = Record::default();
        for file in files {
            record.add(file.as_bytes(), "a").unwrap();
        }
        record
    }

    #[test]
    fn the_newest_end_counts_in_whatever_order_files_are_read() {
        let first = file("1", Some(Shard::WHOLE), &[("2", "alice", End::Cut)]);
        let second = file("3", None, &[("4", "alice", End::Done)]);
        for files in [[first.clone(), second.clone()], [second, first]] {
            assert_eq!(
                read(&files).end_of(&AccountId::example("alice")),
                Some(&End::Done)
            );
        }
    }

    #[test]
    fn a_command_from_the_start_makes_older_ends_void_for_its_part() {
        let old = file(
            "1",
            Some(Shard::WHOLE),
            &[("2", "user18", End::Done), ("2", "user1", End::Done)],
        );
        let third = Shard::parse("3/8", &|_| None).unwrap();
        let record = read(&[old, file("3", Some(third), &[])]);
        assert_eq!(record.end_of(&AccountId::example("user18")), None);
        assert_eq!(
            record.end_of(&AccountId::example("user1")),
            Some(&End::Done)
        );
    }

    #[test]
    fn what_was_done_for_another_purpose_does_not_count() {
        let mut record = Record::default();
        let other = file("1", None, &[("2", "alice", End::Done)]);
        record.add(other.as_bytes(), "b").unwrap();
        assert_eq!(record.end_of(&AccountId::example("alice")), None);
    }

    #[test]
    fn what_another_may_be_at_work_on_is_tried_again() {
        let failure = Failure {
            kind: "locked",
            ..Failure::config("cannot")
        };
        let end = End::of(&Told::default(), Some(&failure));
        assert!(matches!(end, End::Failed { passing: true, .. }), "{end:?}");
    }

    #[test]
    fn a_torn_last_line_is_no_line() {
        let mut text = file("1", None, &[("2", "alice", End::Done)]);
        text += "{\"time\":\"3\",\"key\":\"";
        assert_eq!(
            read(&[text]).end_of(&AccountId::example("alice")),
            Some(&End::Done)
        );
    }

    #[test]
    fn a_failure_keeps_its_kind_and_whether_it_passes() {
        let failed = End::Failed {
            kind: "limit".to_owned(),
            passing: true,
        };
        let text = file("1", None, &[("2", "alice", failed.clone())]);
        assert!(
            text.contains("\"end\":\"failed\",\"kind\":\"limit\",\"passing\":true"),
            "{text}"
        );
        assert_eq!(
            read(&[text]).end_of(&AccountId::example("alice")),
            Some(&failed)
        );
    }
}
