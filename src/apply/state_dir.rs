//! The state folder, where journals are kept: one folder an account, one file a run, one lock an account.
//!
//! In: the folder. Out: journals by run id, and the lock. No path is made of names that a server or a user has chosen.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use sha2::{Digest as _, Sha256};

use super::{
    error::ApplyError,
    journal::{Disk, Journal, Position, ReadError, off_the_runtime},
    run_log::RunLog,
};
use crate::{
    guard::{Guard, stands},
    language::{Phrase, text},
    model::{
        hex,
        io_error::{in_words, said},
        listing::AccountId,
    },
    private,
};

/// Makes the disk that a journal's file is written through.
pub type Disks = Arc<dyn Fn(&Path, File) -> Box<dyn Disk> + Send + Sync>;

/// The state folder.
#[derive(Clone)]
pub struct StateDir {
    root: PathBuf,
    disks: Disks,
}

/// What a journal says, or why it cannot be read.
pub type LogOrWhyNot = Result<RunLog, ApplyError>;
/// As much of a journal as can be read, and why the rest cannot.
pub(super) type Beginning = Result<(RunLog, Option<ReadError>), ApplyError>;

/// The ending of journals that could not be read and were put away.
const UNREADABLE: &str = "unreadable";

/// Held while an account is changed; the lock goes with the process, however that ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl StateDir {
    /// Opens the state folder, making it where it is missing, readable by its owner only.
    pub fn open(root: PathBuf) -> Result<Self, ApplyError> {
        let made = private::folder(&root);
        made.map_err(|source| at(&root, text::make_state_folder(), &source))?;
        let own = private::own_folder(&root);
        own.map_err(|source| at(&root, text::trust_state_folder(), &source))?;
        Ok(Self {
            root,
            disks: Arc::new(|_, file| Box::new(file)),
        })
    }

    /// The state folder if it is there; to look for what runs have left it is not made.
    pub fn existing(root: PathBuf) -> Result<Option<Self>, ApplyError> {
        if fs::symlink_metadata(&root).is_ok() {
            Self::open(root).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Writes journals through other disks than the machine's own: those of the simulated world fail at will.
    #[must_use]
    pub fn with_disks(self, disks: Disks) -> Self {
        Self { disks, ..self }
    }

    /// Takes the account's lock, or says that another rolecall has it.
    pub fn lock(&self, account: &AccountId) -> Result<Lock, ApplyError> {
        let state = |what| move |source| ApplyError::State { what, source };
        let folder = self.folder(account);
        let own = private::folder(&folder).and_then(|()| private::own_folder(&folder));
        own.map_err(|source| at(&folder, text::use_account_folder(), &source))?;
        let mut options = private_file();
        let file = options
            .create(true)
            .truncate(false)
            .open(folder.join("lock"))
            .map_err(state(text::open_lock()))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) if stands(Guard::Lock) => Err(ApplyError::Locked {
                work: self.work(account),
            }),
            Ok(()) | Err(TryLockError::WouldBlock) => Ok(Lock { _file: file }),
            Err(TryLockError::Error(source)) => Err(ApplyError::State {
                what: text::lock_account(),
                source,
            }),
        }
    }

    /// Whether another process holds the account's lock.
    #[must_use]
    pub fn is_at_work(&self, account: &AccountId) -> bool {
        // Taken for a moment, and given back: it is asked only where a journal says that a run is open.
        let path = self.folder(account).join("lock");
        let lock = private_file().open(path);
        lock.is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock)))
    }

    /// Starts a run's journal. The file and its folder are on the disk before this returns.
    pub(super) fn create(&self, account: &AccountId, run: &str) -> Result<Journal, ApplyError> {
        let state = |what| move |source| ApplyError::State { what, source };
        let folder = self.folder(account);
        let path = folder.join(format!("{run}.jsonl"));
        let file = private_file()
            .create_new(true)
            .open(&path)
            .map_err(state(text::make_journal()))?;
        let sync = || private::sync_folder(&folder).and_then(|()| private::sync_folder(&self.root));
        off_the_runtime(sync).map_err(state(text::sync_journal_folder()))?;
        Ok(Journal::new((self.disks)(&path, file), Position::default()))
    }

    /// Goes on with a journal, its torn last line cut off.
    pub(super) fn reopen(&self, log: &RunLog) -> Result<Journal, ApplyError> {
        let state = |what| move |source| ApplyError::State { what, source };
        // A file that is only appended to cannot be cut on every system, so this takes one that may be written anywhere.
        let cut = || {
            let file = private::options().write(true).open(&log.path)?;
            file.set_len(log.position.octets)?;
            file.sync_all()
        };
        off_the_runtime(cut).map_err(state(text::cut_journal()))?;
        let file = private_file()
            .open(&log.path)
            .map_err(state(text::open_journal()))?;
        let disk = (self.disks)(&log.path, file);
        Ok(Journal::new(disk, log.position.clone()))
    }

    /// Reads one run's journal, whosever it is.
    pub fn log(&self, run: &str) -> Result<RunLog, ApplyError> {
        let path = named(self.paths()?, run);
        let path = path.ok_or_else(|| ApplyError::NoSuchRun {
            run: run.to_owned(),
        })?;
        RunLog::read(run.to_owned(), path)
    }

    /// Reads one run's journal. It is looked for at this account first: if it is there, nobody else's are looked through.
    pub fn log_of(&self, account: &AccountId, run: &str) -> Result<RunLog, ApplyError> {
        match named(self.paths_of(account)?, run) {
            Some(path) => RunLog::read(run.to_owned(), path),
            None => self.log(run),
        }
    }

    /// Reads every run's journal one after the other, oldest first, as far as each can be read.
    pub(super) fn beginnings(&self) -> Result<impl Iterator<Item = Beginning>, ApplyError> {
        let paths = self.paths()?.into_iter();
        Ok(paths.map(|(run, path)| RunLog::read_beginning(run, path)))
    }

    /// As much of one run's journal as can be read, and why the rest cannot.
    pub(super) fn beginning(&self, run: &str) -> Beginning {
        let path = named(self.paths()?, run);
        let path = path.ok_or_else(|| ApplyError::NoSuchRun {
            run: run.to_owned(),
        })?;
        RunLog::read_beginning(run.to_owned(), path)
    }

    /// Takes a journal that cannot be read out of the way: it keeps its place and gets another ending. Nobody may be at work
    /// on its account.
    pub(super) fn put_away(&self, log: &RunLog) -> Result<PathBuf, ApplyError> {
        let state = |what| move |source| ApplyError::State { what, source };
        let _lock = match log.plan() {
            Some(plan) => Some(self.lock(&plan.identity)?),
            None => None,
        };
        let away = log.path.with_extension(UNREADABLE);
        let folder = away.parent().unwrap_or(&self.root);
        off_the_runtime(|| {
            fs::rename(&log.path, &away).and_then(|()| private::sync_folder(folder))
        })
        .map_err(state(text::put_journal_away()))?;
        Ok(away)
    }

    /// Reads this account's journals one after the other, oldest first.
    pub(super) fn logs_of(
        &self,
        account: &AccountId,
    ) -> Result<impl Iterator<Item = LogOrWhyNot> + use<>, ApplyError> {
        let paths = self.paths_of(account)?.into_iter();
        Ok(paths.map(|(run, path)| RunLog::read(run, path)))
    }

    /// Every journal: run id and file, by id, which begins with the time.
    fn paths(&self) -> Result<Vec<(String, PathBuf)>, ApplyError> {
        let mut found = Vec::new();
        for account in fs::read_dir(&self.root).map_err(unreadable)? {
            let account = account.map_err(unreadable)?;
            if account.file_type().map_err(unreadable)?.is_dir() {
                journals(&account.path(), &mut found).map_err(unreadable)?;
            }
        }
        found.sort_unstable();
        Ok(found)
    }

    /// The same of one account.
    fn paths_of(&self, account: &AccountId) -> Result<Vec<(String, PathBuf)>, ApplyError> {
        let mut found = Vec::new();
        let folder = self.folder(account);
        if fs::symlink_metadata(&folder).is_ok() {
            let own = private::own_folder(&folder);
            own.map_err(|source| at(&folder, text::trust_account_folder(), &source))?;
            journals(&folder, &mut found).map_err(unreadable)?;
        }
        found.sort_unstable();
        Ok(found)
    }

    /// A server could name anything, so the folder's name is a digest.
    pub(super) fn folder(&self, account: &AccountId) -> PathBuf {
        self.root.join(hex::encode(&Sha256::digest(account.key())))
    }
}

/// An error about one path, which it names.
fn at(path: &Path, what: Phrase, source: &io::Error) -> ApplyError {
    let why = text::at_place(path.display().to_string(), in_words(source));
    let source = said(source.kind(), why);
    ApplyError::State { what, source }
}

fn unreadable(source: io::Error) -> ApplyError {
    ApplyError::State {
        what: text::read_state_folder(),
        source,
    }
}

/// The journals in an account's folder.
fn journals(folder: &Path, found: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        if path.extension().is_some_and(|ending| ending == "jsonl")
            && let Some(run) = path.file_stem().and_then(|stem| stem.to_str())
        {
            found.push((run.to_owned(), path));
        }
    }
    Ok(())
}

/// The file of a run.
fn named(paths: Vec<(String, PathBuf)>, run: &str) -> Option<PathBuf> {
    let mut paths = paths.into_iter();
    paths.find_map(|(id, path)| (id == run).then_some(path))
}

/// How a journal or a lock is opened: what is written goes to the end, and only the owner can read it.
pub(super) fn private_file() -> OpenOptions {
    let mut options = private::options();
    options.read(true).append(true);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_found_at_its_account_and_nobody_elses_journals_are_looked_through() {
        let state = tempfile::tempdir().unwrap();
        let home = StateDir::open(state.path().to_owned()).unwrap();
        let mut accounts = [AccountId::example("alice"), AccountId::example("bob")];
        // Whoever looks through all folders comes to the first one first.
        accounts.sort_by_key(|account| home.folder(account));
        let [first, second] = accounts;
        for account in [&first, &second] {
            drop(home.lock(account).unwrap());
            drop(home.create(account, "run").unwrap());
        }
        let path = |account| home.folder(account).join("run.jsonl");
        fs::write(path(&first), "no journal\n\n").unwrap();
        assert!(home.log("run").is_err());
        assert_eq!(home.log_of(&second, "run").unwrap().path, path(&second));
        // Somebody else's is found all the same: that it is another account's is told elsewhere.
        drop(home.create(&first, "other").unwrap());
        assert_eq!(home.log_of(&second, "other").unwrap().run, "other");
    }

    #[test]
    fn who_is_at_work_is_told_by_the_lock_alone() {
        let state = tempfile::tempdir().unwrap();
        let home = StateDir::open(state.path().to_owned()).unwrap();
        let account = AccountId::example("alice");
        assert!(!home.is_at_work(&account));
        let lock = home.lock(&account).unwrap();
        assert!(home.is_at_work(&account));
        assert!(!home.is_at_work(&AccountId::example("bob")));
        drop(lock);
        assert!(!home.is_at_work(&account));
        assert_eq!(home.work(&account), None);
    }
}
