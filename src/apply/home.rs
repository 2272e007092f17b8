//! Where journals live: one folder an account, one file a run, one lock an account.
//!
//! In: the state folder. Out: journals by run id, the lock. Never: names from a server or a user in a path.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use sha2::{Digest as _, Sha256};

use super::{
    ApplyError,
    journal::{self, Contents, Disk, Journal, Record, Reply},
};
use crate::{
    guard::{Guard, stands},
    model::{
        listing::AccountId,
        plan::{Plan, hex},
        receipt::StepReceipt,
    },
    private,
};

/// Makes the disk that a journal's file is written through.
pub type Disks = Arc<dyn Fn(&Path, File) -> Box<dyn Disk> + Send + Sync>;

/// The state folder.
#[derive(Clone)]
pub struct Home {
    root: PathBuf,
    disks: Disks,
}

/// A run's journal, read.
#[derive(Debug)]
pub struct Past {
    /// The run's id.
    pub run: String,
    /// Its records.
    pub contents: Contents,
    path: PathBuf,
}

impl Past {
    /// The plan the run applies.
    #[must_use]
    pub fn plan(&self) -> Option<&Plan> {
        match self.contents.records.first() {
            Some((_, Record::Begin { plan, .. })) => Some(plan),
            _ => None,
        }
    }

    /// The batch id.
    #[must_use]
    pub fn batch(&self) -> &str {
        match self.contents.records.first() {
            Some((_, Record::Begin { batch, .. })) => batch,
            _ => "",
        }
    }

    /// When it began, RFC 3339.
    #[must_use]
    pub fn started(&self) -> &str {
        self.contents
            .records
            .first()
            .map_or("", |(time, _)| time.as_str())
    }

    /// Whether it came to its end; a resume opens it again.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        matches!(self.last_state(), Some(Record::End {}))
    }

    /// The last record that says whether it goes on.
    pub(super) fn last_state(&self) -> Option<&Record> {
        let mut records = self.contents.records.iter().rev();
        let is_state = |record: &Record| {
            matches!(
                record,
                Record::End {} | Record::Waits {} | Record::Resumed { .. }
            )
        };
        records.find_map(|(_, record)| is_state(record).then_some(record))
    }

    /// Whether a mutating command may have left this machine.
    #[must_use]
    pub fn has_sent(&self) -> bool {
        let of = |wanted: fn(&Record) -> bool| {
            let records = self.contents.records.iter();
            records.filter(|(_, record)| wanted(record)).count()
        };
        let not_sent = |record: &Record| {
            let reply = Reply::NotSent;
            matches!(record, Record::Result { reply: said, .. } if *said == reply)
        };
        of(|record| matches!(record, Record::Intent { .. })) > of(not_sent)
    }

    /// Messages proven moved.
    #[must_use]
    pub fn moved(&self) -> u64 {
        let records = self.contents.records.iter();
        let moved = records.map(|(_, record)| match record {
            Record::Moved(moved) => moved.pairs.len() as u64,
            _ => 0,
        });
        moved.sum()
    }

    /// What was said last of a step that is over.
    #[must_use]
    pub fn receipt(&self, step: u32) -> Option<&StepReceipt> {
        let mut records = self.contents.records.iter().rev();
        records.find_map(|(_, record)| match record {
            Record::StepEnd { receipt } if receipt.id == step => Some(receipt),
            _ => None,
        })
    }
}

/// A journal, or why it cannot be read.
pub type PastOrWhyNot = Result<Past, ApplyError>;

/// Held while an account is changed; the lock goes with the process, however that ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Home {
    /// Opens the state folder, making it where it is missing, readable by its owner only.
    pub fn open(root: PathBuf) -> Result<Self, ApplyError> {
        private::folder(&root).map_err(|source| ApplyError::State {
            what: "make the state folder",
            source,
        })?;
        Ok(Self {
            root,
            disks: Arc::new(|_, file| Box::new(file)),
        })
    }

    /// The state folder if it is there; to look for what runs have left it is not made.
    #[must_use]
    pub fn existing(root: PathBuf) -> Option<Self> {
        root.is_dir().then(|| Self {
            root,
            disks: Arc::new(|_, file| Box::new(file)),
        })
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
        private::folder(&folder).map_err(state("make the account's state folder"))?;
        let mut options = private_file();
        let file = options
            .create(true)
            .truncate(false)
            .open(folder.join("lock"))
            .map_err(state("open the account's lock"))?;
        match file.try_lock() {
            Err(fs::TryLockError::WouldBlock) if stands(Guard::Lock) => Err(ApplyError::Locked {
                work: self.work(account),
            }),
            Ok(()) | Err(fs::TryLockError::WouldBlock) => Ok(Lock { _file: file }),
            Err(fs::TryLockError::Error(source)) => Err(ApplyError::State {
                what: "lock the account",
                source,
            }),
        }
    }

    /// Starts a run's journal. The file and its folder are on the disk before this returns.
    pub(super) fn create(&self, account: &AccountId, run: &str) -> Result<Journal, ApplyError> {
        let state = |what| move |source| ApplyError::State { what, source };
        let folder = self.folder(account);
        let path = folder.join(format!("{run}.jsonl"));
        let file = private_file()
            .create_new(true)
            .open(&path)
            .map_err(state("make the journal"))?;
        for folder in [folder.as_path(), self.root.as_path()] {
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(state("put the journal's folder on the disk"))?;
        }
        Ok(Journal::new((self.disks)(&path, file), 0, String::new()))
    }

    /// Goes on with a journal, its torn last line cut off.
    pub(super) fn reopen(&self, past: &Past) -> Result<Journal, ApplyError> {
        let state = |what| move |source| ApplyError::State { what, source };
        let file = private_file()
            .open(&past.path)
            .map_err(state("open the journal"))?;
        file.set_len(past.contents.whole)
            .and_then(|()| file.sync_all())
            .map_err(state("cut a torn line off the journal"))?;
        Ok(Journal::new(
            (self.disks)(&past.path, file),
            past.contents.seq,
            past.contents.prev.clone(),
        ))
    }

    /// Reads one run's journal, whosever it is.
    pub fn past(&self, run: &str) -> Result<Past, ApplyError> {
        let path = named(self.paths()?, run);
        let path = path.ok_or_else(|| ApplyError::NoSuchRun {
            run: run.to_owned(),
        })?;
        read(run.to_owned(), path)
    }

    /// Reads one run's journal. It is looked for at this account first: if it is there, nobody else's are looked through.
    pub fn past_of(&self, account: &AccountId, run: &str) -> Result<Past, ApplyError> {
        match named(self.paths_of(account)?, run) {
            Some(path) => read(run.to_owned(), path),
            None => self.past(run),
        }
    }

    /// Reads every run's journal one after the other, oldest first, beside its run id.
    pub fn pasts(&self) -> Result<impl Iterator<Item = (String, PastOrWhyNot)>, ApplyError> {
        let paths = self.paths()?.into_iter();
        Ok(paths.map(|(run, path)| (run.clone(), read(run, path))))
    }

    /// Reads this account's journals, oldest first. One that cannot be read may be unfinished, so it stands in the way.
    pub(super) fn pasts_of(&self, account: &AccountId) -> Result<Vec<Past>, ApplyError> {
        let paths = self.paths_of(account)?.into_iter();
        let mut pasts = paths
            .map(|(run, path)| read(run, path))
            .collect::<Result<Vec<Past>, _>>()?;
        // Without its first line a run has sent nothing.
        pasts.retain(|past| past.plan().is_some());
        Ok(pasts)
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
        found.sort();
        Ok(found)
    }

    /// The same of one account.
    fn paths_of(&self, account: &AccountId) -> Result<Vec<(String, PathBuf)>, ApplyError> {
        let mut found = Vec::new();
        let folder = self.folder(account);
        if folder.exists() {
            journals(&folder, &mut found).map_err(unreadable)?;
        }
        found.sort();
        Ok(found)
    }

    /// A server could name anything, so the folder's name is a digest.
    pub(super) fn folder(&self, account: &AccountId) -> PathBuf {
        self.root.join(hex(&Sha256::digest(account.key())))
    }
}

fn unreadable(source: io::Error) -> ApplyError {
    ApplyError::State {
        what: "read the state folder",
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

fn read(run: String, path: PathBuf) -> Result<Past, ApplyError> {
    let file = private_file()
        .open(&path)
        .map_err(|source| ApplyError::State {
            what: "open the journal",
            source,
        })?;
    let contents = journal::read(file).map_err(|source| ApplyError::Journal {
        run: run.clone(),
        source,
    })?;
    Ok(Past {
        run,
        contents,
        path,
    })
}

/// Reads and appends; a file that it makes is its owner's only.
fn private_file() -> OpenOptions {
    let mut options = private::options();
    options.read(true).append(true);
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::mailbox::MailboxName, store::Act};

    fn past(records: Vec<Record>) -> Past {
        Past {
            run: String::new(),
            contents: Contents {
                records: records
                    .into_iter()
                    .map(|record| (String::new(), record))
                    .collect(),
                ..Contents::default()
            },
            path: PathBuf::new(),
        }
    }

    fn resumed() -> Record {
        Record::Resumed {
            format: super::journal::FORMAT,
            tool: String::new(),
        }
    }

    fn intent(intent: u64) -> Record {
        Record::Intent {
            intent,
            step: 1,
            act: Act::Subscribe {
                name: MailboxName::new(b"Sent".to_vec(), "Sent".to_owned()),
            },
            batch: None,
        }
    }

    fn result(intent: u64, reply: Reply) -> Record {
        Record::Result { intent, reply }
    }

    #[test]
    fn a_run_that_is_taken_up_again_after_its_end_is_open_until_it_ends_again() {
        assert!(!past(vec![]).is_finished());
        assert!(past(vec![resumed(), Record::End {}]).is_finished());
        assert!(!past(vec![Record::End {}, resumed(), intent(1)]).is_finished());
        assert!(past(vec![Record::End {}, resumed(), Record::End {}]).is_finished());
    }

    #[test]
    fn a_run_is_found_at_its_account_and_nobody_elses_journals_are_looked_through() {
        let state = tempfile::tempdir().unwrap();
        let home = Home::open(state.path().to_owned()).unwrap();
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
        assert!(home.past("run").is_err());
        assert_eq!(home.past_of(&second, "run").unwrap().path, path(&second));
        // Somebody else's is found all the same: that it is another account's is told elsewhere.
        drop(home.create(&first, "other").unwrap());
        assert_eq!(home.past_of(&second, "other").unwrap().run, "other");
    }

    #[test]
    fn an_intent_counts_as_sent_unless_the_journal_says_that_it_was_not() {
        assert!(!past(vec![resumed()]).has_sent());
        assert!(past(vec![intent(1)]).has_sent());
        assert!(!past(vec![intent(1), result(1, Reply::NotSent)]).has_sent());
        let once = vec![
            intent(1),
            result(1, Reply::NotSent),
            resumed(),
            intent(2),
            result(2, Reply::Refused(None)),
        ];
        assert!(past(once).has_sent());
    }
}
