//! The record of how each account of a command ended, so that `--continue` can go on after any end.
//!
//! In: the state in which a command leaves each account. Out: one file per command in the state folder, and what all these
//! files say about an account. A line that was written is on the disk before anybody is told of it; no secret is written,
//! and no command writes into the file of another.
//!
//! Several commands may write at a time (the parts of one fleet), each into its own file. A line about an account counts
//! if it was written for the same [`Scope`], and unless a later command of that scope was to deal with the account from
//! the start.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{BufReader, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{attempt::AccountState, failure::Failure};
use crate::{
    fleet::Shard,
    language::{Phrase, in_both, text},
    model::{harmless, hex, io_error::in_words, listing::AccountId},
    private,
};

/// The folder inside the state folder. Its files do not end as journals do.
const FOLDER: &str = "batches";
/// The beginning of every scope. Scopes without it were written by an earlier rolecall, which left some options out.
const FORM: &str = "2-";
/// The hexadecimal digits of a scope.
const DIGITS: usize = 32;

/// What decides what is planned: two commands with the same scope plan the same for the same account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope(String);

impl Scope {
    /// The scope of these decisions, by their canonical form.
    pub fn of(decisions: &impl Serialize) -> Self {
        // Plain data always serialises.
        let text = serde_json::to_vec(decisions).unwrap_or_default();
        let digest = hex::encode(&Sha256::digest(text));
        let digest: String = digest.chars().take(DIGITS).collect();
        Self(format!("{FORM}{digest}"))
    }

    /// The scope of a record that counts for every command.
    pub fn every() -> Self {
        Self(String::new())
    }

    fn is_every(&self) -> bool {
        self.0.is_empty()
    }

    fn is_older(&self) -> bool {
        !self.is_every() && !self.0.starts_with(FORM)
    }
}

/// What decides about single accounts beyond the scope of the command, by the accounts' keys.
pub type AccountScopes = HashMap<String, Scope>;

/// The first line of a file.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    /// When the command began, RFC 3339 to the microsecond.
    began: String,
    /// What it was to do.
    scope: Scope,
    /// The part of the accounts that it deals with from the start; none where it continues an earlier command or was given
    /// single accounts.
    whole: Option<Shard>,
}

/// A line about an account.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    time: String,
    /// SHA-256 of the account's key.
    key: String,
    /// The account's URL, for people.
    account: String,
    /// What decides about this account beyond the scope of the command, where anything does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    of_account: Option<Scope>,
    #[serde(flatten)]
    state: AccountState,
}

/// The file of the command that runs now.
#[derive(Debug)]
pub struct Ledger {
    file: File,
    path: PathBuf,
    of_accounts: AccountScopes,
}

impl Ledger {
    /// Makes the file of a command that begins now.
    pub fn begin(
        state: &Path,
        command: &str,
        scope: Scope,
        of_accounts: AccountScopes,
        whole: Option<Shard>,
    ) -> Result<Self, Failure> {
        let folder = state.join(FOLDER);
        let path = folder.join(format!("{command}.ledger"));
        let file = private::folder(&folder)
            .and_then(|()| private::own_folder(&folder))
            .and_then(|()| private::options().append(true).create_new(true).open(&path))
            .map_err(|error| cannot_write(&path, &error))?;
        let mut ledger = Self {
            file,
            path,
            of_accounts,
        };
        ledger.append(&line_of(&Head {
            began: moment(),
            scope,
            whole,
        }))?;
        Ok(ledger)
    }

    /// Records the states of accounts; when this returns, all of them are on the disk.
    pub fn record<'a>(
        &mut self,
        states: impl IntoIterator<Item = (&'a AccountId, &'a AccountState)>,
    ) -> Result<(), Failure> {
        let time = moment();
        let lines = states.into_iter().map(|(account, state)| {
            line_of(&Line {
                time: time.clone(),
                key: digest(account),
                account: account.url.clone(),
                of_account: self.of_accounts.get(&account.key()).cloned(),
                state: state.clone(),
            })
        });
        let text: String = lines.collect();
        if text.is_empty() {
            return Ok(());
        }
        self.append(&text)
    }

    fn append(&mut self, text: &str) -> Result<(), Failure> {
        self.file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.sync_data())
            .map_err(|error| cannot_write(&self.path, &error))
    }
}

fn line_of<T: Serialize>(line: &T) -> String {
    // Plain data always serialises.
    in_both(|| harmless::json(line)).unwrap_or_default() + "\n"
}

/// What the files of all commands with one scope say together.
#[derive(Debug, Default)]
pub struct Record {
    states: HashMap<String, Known>,
    whole: Vec<(String, Shard)>,
    /// How many commands had this scope.
    same: u64,
    /// How many were made by an earlier rolecall.
    older: u64,
}

/// The newest line about an account.
#[derive(Debug)]
struct Known {
    time: String,
    of_account: Option<Scope>,
    /// Whether the line counts for every scope.
    counts_always: bool,
    state: AccountState,
}

impl Record {
    /// Reads every file of this scope. A torn last line does not count.
    pub fn read(state: &Path, scope: &Scope) -> Result<Self, Failure> {
        let mut record = Self::default();
        let folder = state.join(FOLDER);
        if !folder.exists() {
            return Ok(record);
        }
        for file in fs::read_dir(&folder).map_err(|error| cannot_read(&folder, &error))? {
            let path = file.map_err(|error| cannot_read(&folder, &error))?.path();
            let file = private::own_file(&path).map_err(|error| cannot_read(&path, &error))?;
            record
                .add(BufReader::new(file), scope)
                .map_err(|error| cannot_read(&path, &error))?;
        }
        Ok(record)
    }

    fn add(&mut self, file: impl std::io::BufRead, scope: &Scope) -> std::io::Result<()> {
        let mut lines = file.lines();
        let Some(head) = lines.next().transpose()? else {
            return Ok(());
        };
        let Ok(head) = serde_json::from_slice::<Head>(head.as_bytes()) else {
            return Ok(());
        };
        let counts_always = head.scope.is_every();
        if head.scope == *scope {
            self.same += 1;
        } else if head.scope.is_older() {
            self.older += 1;
            return Ok(());
        } else if !counts_always {
            return Ok(());
        }
        if let Some(whole) = head.whole {
            self.whole.push((head.began, whole));
        }
        for line in lines {
            let line = line?;
            let Ok(line) = in_both(|| serde_json::from_slice::<Line>(line.as_bytes())) else {
                continue;
            };
            let known = self.states.get(&line.key);
            if known.is_none_or(|known| known.time <= line.time) {
                let known = Known {
                    time: line.time,
                    of_account: line.of_account,
                    counts_always,
                    state: line.state,
                };
                self.states.insert(line.key, known);
            }
        }
        Ok(())
    }

    /// The state in which the newest command left an account that dealt with it from the start, or continued from there.
    /// `of_account` is what decides about the account beyond the scope of the command.
    pub fn state_of(
        &self,
        account: &AccountId,
        of_account: Option<&Scope>,
    ) -> Option<&AccountState> {
        let known = self.states.get(&digest(account))?;
        let is_same = known.counts_always || known.of_account.as_ref() == of_account;
        let begins_anew =
            |(began, whole): &(String, Shard)| *began > known.time && whole.holds(account);
        (is_same && !self.whole.iter().any(begins_anew)).then_some(&known.state)
    }

    /// Why no earlier command can be continued, where none can; a whole sentence.
    pub fn why_nothing_counts(&self) -> Option<Phrase> {
        if self.same > 0 {
            None
        } else if self.older > 0 {
            Some(text::record_of_earlier_version())
        } else {
            Some(text::no_such_record())
        }
    }
}

/// Now, fine enough to tell which of two commands came later, and in order as text.
fn moment() -> String {
    jiff::Timestamp::now()
        .strftime("%Y-%m-%dT%H:%M:%S%.6fZ")
        .to_string()
}

fn digest(account: &AccountId) -> String {
    hex::encode(&Sha256::digest(account.key()))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    let why = text::write_since(path.display().to_string(), in_words(error));
    Failure::config(text::cannot(why)).hint(text::try_state_dir())
}

fn cannot_read(path: &Path, error: &std::io::Error) -> Failure {
    let why = text::read_since(path.display().to_string(), in_words(error));
    Failure::config(text::cannot(why)).hint(text::try_state_dir())
}

#[cfg(test)]
impl Ledger {
    /// A ledger on any file, such as one that is always full.
    pub fn on(file: File) -> Self {
        Self {
            file,
            path: PathBuf::new(),
            of_accounts: AccountScopes::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn file(began: &str, whole: Option<Shard>, lines: &[(&str, &str, AccountState)]) -> String {
        of_scope(&Scope::of(&"a"), began, whole, lines)
    }

    fn of_scope(
        scope: &Scope,
        began: &str,
        whole: Option<Shard>,
        lines: &[(&str, &str, AccountState)],
    ) -> String {
        let mut text = line_of(&Head {
            began: began.to_owned(),
            scope: scope.clone(),
            whole,
        });
        for (time, user, state) in lines {
            let account = AccountId::example(user);
            text += &line_of(&Line {
                time: (*time).to_owned(),
                key: digest(&account),
                account: account.url,
                of_account: None,
                state: state.clone(),
            });
        }
        text
    }

    fn read(files: &[String]) -> Record {
        let mut record = Record::default();
        for file in files {
            record.add(file.as_bytes(), &Scope::of(&"a")).unwrap();
        }
        record
    }

    fn state<'a>(record: &'a Record, user: &str) -> Option<&'a AccountState> {
        record.state_of(&AccountId::example(user), None)
    }

    #[test]
    fn the_newest_state_counts_in_whatever_order_files_are_read() {
        let first = file(
            "1",
            Some(Shard::WHOLE),
            &[("2", "alice", AccountState::Cut)],
        );
        let second = file("3", None, &[("4", "alice", AccountState::Done)]);
        for files in [[first.clone(), second.clone()], [second, first]] {
            assert_eq!(state(&read(&files), "alice"), Some(&AccountState::Done));
        }
    }

    #[test]
    fn a_command_from_the_start_makes_older_states_void_for_its_part() {
        let done = AccountState::Done;
        let old = file(
            "1",
            Some(Shard::WHOLE),
            &[("2", "user18", done.clone()), ("2", "user1", done.clone())],
        );
        let third = Shard::parse("3/8", &|_| None).unwrap();
        let record = read(&[old, file("3", Some(third), &[])]);
        assert_eq!(state(&record, "user18"), None);
        assert_eq!(state(&record, "user1"), Some(&done));
    }

    #[test]
    fn what_was_done_for_another_scope_does_not_count_and_an_undo_counts_for_every_scope() {
        let other = of_scope(
            &Scope::of(&"b"),
            "1",
            None,
            &[("2", "alice", AccountState::Done)],
        );
        let record = read(&[other]);
        assert_eq!(state(&record, "alice"), None);
        assert!(
            record
                .why_nothing_counts()
                .unwrap()
                .english()
                .contains("options")
        );

        let same = file("1", None, &[("2", "alice", AccountState::Done)]);
        let undo = of_scope(
            &Scope::every(),
            "3",
            None,
            &[("4", "alice", AccountState::Found)],
        );
        let record = read(&[same, undo]);
        assert_eq!(state(&record, "alice"), Some(&AccountState::Found));
        assert_eq!(record.why_nothing_counts(), None);
    }

    #[test]
    fn where_nothing_is_on_record_that_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let record = Record::read(folder.path(), &Scope::of(&"a")).unwrap();
        let why = record.why_nothing_counts().unwrap();
        assert!(why.english().contains("nothing to continue"), "{why:?}");
    }

    #[test]
    fn what_an_earlier_rolecall_recorded_is_not_continued_and_the_user_is_told_why() {
        let older = of_scope(
            &Scope("0123456789abcdef".to_owned()),
            "1",
            None,
            &[("2", "alice", AccountState::Done)],
        );
        let record = read(&[older]);
        assert_eq!(state(&record, "alice"), None);
        let why = record.why_nothing_counts().unwrap();
        assert!(why.english().contains("earlier rolecall"), "{why:?}");
    }

    #[test]
    fn an_account_for_which_something_else_was_decided_since_is_dealt_with_again() {
        let folder = tempfile::tempdir().unwrap();
        let account = AccountId::example("alice");
        let (one, other) = (Scope::of(&1), Scope::of(&2));
        let scopes = HashMap::from([(account.key(), one.clone())]);
        let scope = Scope::of(&"a");
        let mut ledger = Ledger::begin(folder.path(), "c", scope.clone(), scopes, None).unwrap();
        ledger.record([(&account, &AccountState::Done)]).unwrap();
        let record = Record::read(folder.path(), &scope).unwrap();
        let done = Some(&AccountState::Done);
        assert_eq!(record.state_of(&account, Some(&one)), done);
        assert_eq!(record.state_of(&account, Some(&other)), None);
        assert_eq!(record.state_of(&account, None), None);
    }

    #[test]
    fn a_torn_last_line_does_not_count() {
        let mut text = file("1", None, &[("2", "alice", AccountState::Done)]);
        text += "{\"time\":\"3\",\"key\":\"";
        assert_eq!(state(&read(&[text]), "alice"), Some(&AccountState::Done));
    }

    #[test]
    fn a_failure_keeps_its_kind_and_whether_it_passes() {
        let failed = AccountState::Failed {
            kind: crate::model::error_kind::ErrorKind::Limit,
            passing: true,
            why: Some("the server is full".into()),
        };
        let text = file("1", None, &[("2", "alice", failed.clone())]);
        assert!(
            text.contains("\"end\":\"failed\",\"kind\":\"limit\",\"passing\":true"),
            "{text}"
        );
        assert_eq!(state(&read(&[text]), "alice"), Some(&failed));
    }

    #[test]
    fn why_an_account_failed_is_kept_in_both_languages() {
        let why = text::no_such_mailbox();
        let failed = AccountState::Failed {
            kind: crate::model::error_kind::ErrorKind::Limit,
            passing: false,
            why: Some(why.clone()),
        };
        let kept = read(&[file("1", None, &[("2", "alice", failed)])]);
        let Some(AccountState::Failed {
            why: Some(said), ..
        }) = state(&kept, "alice")
        else {
            panic!("{kept:?}");
        };
        for language in Language::EVERY {
            assert_eq!(said.say(language), why.say(language));
        }
    }
}
