//! The report folder: one file an account, a summary, and lists of accounts to be fed back in.
//!
//! In: each account's result the moment it ends. Out: files. Never: a name from outside as a path; a list that waits for
//! the end.
//!
//! Parts of one fleet may share a folder: lists are only appended to, a line at a time.

use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::{
    args::Format,
    failure::Failure,
    output::{replace, say},
};
use crate::{config::accounts::Entry, fleet::Shard, model::plan::hex};

/// The longest name of an account's file, in octets, without its ending.
const LONGEST: usize = 100;

/// Which list an account stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Nothing is left to do there.
    Done,
    /// A person has to look at it.
    Failed,
    /// It had no turn, was cut short, or what there is to do was not wanted.
    Pending,
}

/// A report folder.
#[derive(Debug)]
pub struct Reports {
    folder: PathBuf,
    /// What the names of lists and summary end in where several commands share the folder.
    part: String,
    done: File,
    failed: File,
    pending: File,
}

impl Reports {
    /// Makes the folder, and its lists empty; the parts of a fleet have lists of their own.
    pub fn open(folder: &Path, shard: Option<Shard>) -> Result<Self, Failure> {
        let part = shard.map_or_else(String::new, |shard| {
            format!("-{}", shard.to_string().replace(' ', "-"))
        });
        let accounts = folder.join("accounts");
        private(&accounts).map_err(|error| cannot(&accounts, &error))?;
        let list = |name: &str| {
            let path = folder.join(format!("{name}{part}.txt"));
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(true);
            options.open(&path).map_err(|error| cannot(&path, &error))
        };
        Ok(Self {
            done: list("done")?,
            failed: list("failed")?,
            pending: list("pending")?,
            folder: folder.to_owned(),
            part,
        })
    }

    /// Writes an account's file.
    pub fn account(&self, entry: &Entry, text: &str, format: Format) -> Result<(), Failure> {
        let ending = match format {
            Format::Json => "json",
            Format::Table => "txt",
        };
        let name = format!("{}.{ending}", file_name(entry));
        replace(&self.folder.join("accounts").join(name), text)
    }

    /// Puts an account on a list: a line that `rolecall … @FILE` reads.
    pub fn list(&mut self, entry: &Entry, list: List) -> Result<(), Failure> {
        let file = match list {
            List::Done => &mut self.done,
            List::Failed => &mut self.failed,
            List::Pending => &mut self.pending,
        };
        file.write_all(format!("{}\n", entry.called()).as_bytes())
            .map_err(|error| cannot(&self.folder, &error))
    }

    /// Writes the summary, for people and for programs.
    pub fn summary(&self, text: &str, json: &str) -> Result<(), Failure> {
        let path = |ending: &str| self.folder.join(format!("summary{}.{ending}", self.part));
        replace(&path("txt"), text)?;
        replace(&path("json"), json)?;
        say(&format!("the reports are in {}", self.folder.display()));
        Ok(())
    }
}

/// A file's name for an account: its own where that is plain, else what is plain of it and a digest.
pub fn file_name(entry: &Entry) -> String {
    let id = &entry.account.id;
    let called = match &entry.name {
        Some(name) => name.to_string(),
        None => format!("{}@{}", id.user, id.host),
    };
    let is_plain = |letter: &char| {
        letter.is_ascii_lowercase() || letter.is_ascii_digit() || "@._-+".contains(*letter)
    };
    let plain: String = called
        .chars()
        .map(|letter| letter.to_ascii_lowercase())
        .map(|letter| if is_plain(&letter) { letter } else { '_' })
        .take(LONGEST)
        .collect();
    if plain == called && !plain.starts_with('.') && (entry.name.is_some() || id.port == 993) {
        return plain;
    }
    let digest = hex(&Sha256::digest(id.key()));
    let short: String = digest.chars().take(8).collect();
    format!("{}-{short}", plain.trim_start_matches('.'))
}

#[cfg(unix)]
fn private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn private(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}

fn cannot(path: &Path, error: &std::io::Error) -> Failure {
    Failure::config(format!("cannot write {}: {error}", path.display()))
        .hint("name a folder you may write to with --report-dir")
}
