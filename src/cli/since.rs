//! An earlier audit, to compare with: `rolecall audit --since FILE`.
//!
//! In: what `audit --format json` printed, in a file, or a report folder of such. Out: what was found in each account then.
//! A line of an account that could not be examined then is left out, so that all of its findings count as new.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::failure::Failure;
use crate::{
    language::{Phrase, text},
    model::{
        finding::Finding,
        io_error::in_words,
        listing::Listing,
        news::{EarlierFindings, News, Subject},
    },
    private,
};

/// The most octets of an earlier audit.
const LARGEST: u64 = 1 << 30;

/// As much of a line as is compared.
#[derive(Deserialize)]
struct Line {
    schema: String,
    account: String,
    mailboxes: Option<Vec<Seen>>,
    findings: Option<Vec<Found>>,
}

#[derive(Deserialize)]
struct Seen {
    name: String,
    uid_validity: Option<u32>,
}

#[derive(Deserialize)]
struct Found {
    code: String,
    role: Option<String>,
    mailboxes: BTreeSet<String>,
}

/// What an earlier audit found.
#[derive(Debug)]
pub struct EarlierAudit {
    found: HashMap<String, EarlierFindings>,
}

impl EarlierAudit {
    /// Reads a file, or the files of a report folder.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let mut earlier = Self {
            found: HashMap::new(),
        };
        for file in files(path)? {
            earlier.take(&file)?;
        }
        if earlier.found.is_empty() {
            return Err(cannot(path, text::no_account_examined()));
        }
        Ok(earlier)
    }

    fn take(&mut self, path: &Path) -> Result<(), Failure> {
        let content = private::read_to_replace(path, LARGEST)
            .map_err(|error| cannot(path, in_words(&error)))?;
        if content.octets.len() as u64 > LARGEST {
            return Err(cannot(path, text::larger_than_1_gib()));
        }
        let lines = content.octets.split(|octet| *octet == b'\n');
        for (number, line) in (1..).zip(lines).filter(|(_, line)| !line.is_empty()) {
            let line: Line = serde_json::from_slice(line)
                .ok()
                .filter(|line: &Line| line.schema.starts_with("rolecall.audit/"))
                .ok_or_else(|| cannot(path, text::no_audit_line(number.to_string())))?;
            let Some(findings) = line.findings else {
                continue;
            };
            let findings = findings.into_iter().map(|found| Subject {
                code: found.code,
                role: found.role,
                mailboxes: found.mailboxes,
            });
            let seen = line.mailboxes.into_iter().flatten();
            let seen = seen.filter_map(|one| Some((one.name, one.uid_validity?)));
            let before = EarlierFindings::of(findings.collect(), seen.collect());
            self.found.insert(line.account, before);
        }
        Ok(())
    }

    /// What has changed in an account; of one that was not examined then, everything is new.
    pub fn news(&self, listing: &Listing, findings: &[Finding]) -> News {
        let none = EarlierFindings::default();
        let before = self.found.get(&listing.account.url).unwrap_or(&none);
        News::since(before, findings, &listing.mailboxes)
    }
}

/// The file, or the accounts' files of a report folder.
fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let folder = path.join("accounts");
    let entries = fs::read_dir(&folder).map_err(|error| cannot(&folder, in_words(&error)))?;
    let files = entries.filter_map(Result::ok).map(|entry| entry.path());
    let is_json = |file: &PathBuf| file.extension().is_some_and(|ending| ending == "json");
    let (reports, others): (Vec<PathBuf>, Vec<PathBuf>) = files.partition(is_json);
    if reports.is_empty() && !others.is_empty() {
        return Err(cannot(&folder, text::reports_are_not_json()));
    }
    Ok(reports)
}

fn cannot(path: &Path, why: Phrase) -> Failure {
    let path = path.display().to_string();
    Failure::config(text::cannot(text::compare_with(path, why))).hint(text::try_earlier_audit())
}
