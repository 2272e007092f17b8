//! The report folder: one file per account, a summary, and lists of accounts that can be given to the next command.
//!
//! In: each account's result the moment it ends. Out: files. A name from outside never becomes a path, and no two accounts
//! share a file. Several parts of one fleet may share a folder: lists are only appended to, a line at a time.

use std::{
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::{
    args::Format, attempt::ReportList, failure::Failure, output::replace, results::Frame,
    terminal::say,
};
use crate::{
    config::accounts::Entry,
    fleet::Shard,
    language::text,
    model::{hex, io_error::in_words},
    private,
    report::{
        html::{Need, OverviewRow},
        text::safe,
    },
};

/// The longest name of an account's file, in octets, without digest and ending.
const LONGEST: usize = 100;
/// The hexadecimal digits of a digest that make a file's name unique.
const DIGITS: usize = 16;

/// A report folder.
#[derive(Debug)]
pub struct Reports {
    folder: PathBuf,
    /// The end of the names of lists and summary, where several commands share the folder.
    part: String,
    done: File,
    failed: File,
    pending: File,
    rows: Vec<OverviewRow>,
}

impl Reports {
    /// Makes the folder and its empty lists; each part of a fleet has lists of its own.
    pub fn open(folder: &Path, shard: Option<Shard>) -> Result<Self, Failure> {
        let part = shard.map_or_else(String::new, |shard| {
            format!("-{}", shard.to_string().replace(' ', "-"))
        });
        let accounts = folder.join("accounts");
        private::folder(&accounts).map_err(|error| cannot(&accounts, &error))?;
        private::writable_folder(&accounts).map_err(|error| cannot(&accounts, &error))?;
        let list = |name: &str| {
            let path = folder.join(format!("{name}{part}.txt"));
            private::anew(&path, b"").map_err(|error| cannot(&path, &error))
        };
        Ok(Self {
            done: list("done")?,
            failed: list("failed")?,
            pending: list("pending")?,
            folder: folder.to_owned(),
            rows: Vec::new(),
            part,
        })
    }

    /// Writes an account's file.
    pub fn account(&self, entry: &Entry, text: &str, format: Format) -> Result<(), Failure> {
        let ending = match format {
            Format::Json => "json",
            Format::Table => "txt",
            Format::Csv => "csv",
            Format::Markdown => "md",
            Format::Html => "html",
        };
        let name = format!("{}.{ending}", file_name(entry));
        replace(&self.folder.join("accounts").join(name), text)
    }

    /// Puts an account on a list: a line that `rolecall … @FILE` reads.
    pub fn list(&mut self, entry: &Entry, list: ReportList) -> Result<(), Failure> {
        let file = match list {
            ReportList::Done => &mut self.done,
            ReportList::Failed => &mut self.failed,
            ReportList::Pending => &mut self.pending,
        };
        file.write_all(format!("{}\n", entry.called()).as_bytes())
            .map_err(|error| cannot(&self.folder, &error))
    }

    /// Remembers an account for the page that leads to the pages of all. It is all that grows with their number.
    pub fn row(&mut self, entry: &Entry, need: Need, has_page: bool, brief: String) {
        self.rows.push(OverviewRow {
            need,
            called: entry.called().to_owned(),
            file: has_page.then(|| format!("accounts/{}.html", file_name(entry))),
            brief,
        });
    }

    /// Writes the page that leads to the pages of all accounts, where they have pages.
    pub fn overview(&self, frame: &Frame) -> Result<(), Failure> {
        match frame.overview(self.rows.clone()) {
            Some(page) => replace(&self.folder.join(format!("index{}.html", self.part)), &page),
            None => Ok(()),
        }
    }

    /// Writes the summary, for people and for programs.
    pub fn summary(&self, text: &str, json: &str) -> Result<(), Failure> {
        let path = |ending: &str| self.folder.join(format!("summary{}.{ending}", self.part));
        replace(&path("txt"), text)?;
        replace(&path("json"), json)
    }

    /// Tells where they are.
    pub fn tell(&self) {
        say(text::reports_are_in(self.folder.display().to_string()).map(safe));
    }
}

/// The name of an account's file, without its ending; no other account has it.
///
/// An account's own name is taken where it is plain, and for an account without a name `USER@HOST`. Everything else, and a
/// name that could be mistaken for one of these two forms, gets a digest of host, port and user at its end. So the name
/// follows from the account alone, and several commands can share a folder.
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
    // A name with an @ could be another account's USER@HOST; without a name only the usual port goes without saying.
    let is_of_its_form = match &entry.name {
        Some(_) => !plain.contains('@'),
        None => id.port == 993,
    };
    let is_whole = plain == called && !plain.starts_with('.') && !ends_in_digest(&plain);
    if is_whole && is_of_its_form {
        return plain;
    }
    let digest = hex::encode(&Sha256::digest(id.key()));
    let digest: String = digest.chars().take(DIGITS).collect();
    format!("{}-{digest}", plain.trim_start_matches('.'))
}

/// Whether a name ends as one with a digest does.
fn ends_in_digest(name: &str) -> bool {
    name.rsplit_once('-').is_some_and(|(_, end)| {
        end.len() == DIGITS && end.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

fn cannot(path: &Path, error: &std::io::Error) -> Failure {
    let path = path.display().to_string();
    Failure::config(text::cannot(text::write_since(path, in_words(error))))
        .hint(text::try_report_dir())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::config::account::Account;

    fn entry(url: &str, name: Option<&str>) -> Entry {
        let mut entry = Entry::of(Account::parse(url).unwrap());
        entry.name = name.map(Box::from);
        entry
    }

    #[test]
    fn plain_names_are_file_names() {
        let named = entry("imaps://a@h", Some("alice"));
        assert_eq!(file_name(&named), "alice");
        let unnamed = entry("imaps://alice@example.com@h", None);
        assert_eq!(file_name(&unnamed), "alice@example.com@h");
    }

    #[test]
    fn no_two_accounts_have_one_file_whatever_they_are_called() {
        let digest_like = file_name(&entry("imaps://b@h", Some("Alice")));
        let entries = [
            entry("imaps://alice@h", None),
            entry("imaps://alice@h:1993", None),
            entry("imaps://Alice@h", None),
            entry("imaps://a@h", Some("alice@h")),
            entry("imaps://b@h", Some("Alice")),
            entry("imaps://c@h", Some("alice")),
            entry("imaps://d@h", Some(&digest_like)),
            entry("imaps://e@h", Some(".alice")),
            entry("imaps://f@h", Some(&"x".repeat(LONGEST + 1))),
            entry("imaps://g@h", Some(&"x".repeat(LONGEST + 2))),
            entry("imaps://h@h", Some("é")),
            entry("imaps://i@h", Some("è")),
            entry("imaps://j@h", Some("../x")),
        ];
        let names: BTreeSet<String> = entries.iter().map(file_name).collect();
        assert_eq!(names.len(), entries.len(), "{names:#?}");
        for name in names {
            assert!(!name.contains('/') && !name.starts_with('.'), "{name}");
        }
    }
}
