//! The accounts file: which accounts there are, where each secret is, and what is said of their mailboxes.
//!
//! In: a YAML or CSV file. Out: every [`Entry`], or every [`Fault`](crate::mapping::Fault) with its place; never a part of
//! the list. No secret is fetched and nobody logs in here, and no error shows a password.
//!
//! A file whose name ends in `.yaml`, `.yml` or `.json` is YAML. What an account says replaces what `defaults` say, key by
//! key; any of the five kinds of secret replaces that of the defaults:
//!
//! ```yaml
//! defaults:
//!   password_command: pass show mail/{user}    # {user} {host} {name}; {{ is a brace; words, never a shell
//!   login_as: admin                            # an administrator's login; master_separator: "*" for user*admin
//!   locale: [fr]
//! accounts:
//!   - imaps://alice@example.com@imap.example.com
//!   - account: imaps://bob@imap.example.com
//!     name: bob                                # what ACCOUNT may call it
//!     password_file: secrets/{name}            # relative to this file's folder
//!     role: [Courrier=sent, Lists=none]        # MAILBOX=ROLE, the last = splits
//!     target: [sent=Sent]                      # ROLE=MAILBOX, the first = splits
//! ```
//!
//! Any other file is CSV. The header decides whether `,` or `;` is the delimiter; the columns stand in any order and case.
//! A cell with delimiters, line ends or outer spaces stands in `"…"`, where `""` is a quote. Several values of `locale`,
//! `role` and `target` are joined by `|` (`\|` is a bar). An empty cell says nothing; blank lines and lines that begin with
//! `#` are skipped:
//!
//! ```text
//! account;name;password_env;locale;role
//! imaps://alice@imap.example.com;alice;PW_ALICE;fr|en;Courrier=sent|Lists=none
//! ```
//!
//! The secret is one of `password_env`, `password_file`, `password_command`, `oauth_token_command`, or, where the user
//! allows it and nobody else can read the file, `password` itself.
//!
//! `csv` and `yaml` read the file into the rows of `row`, with the columns of `column`. `gather` makes each `entry` of a row
//! and finds what is wrong in it, `sought` says where a secret is, `faults` shows lines without what may be a password.

mod column;
mod csv;
mod entry;
mod faults;
mod gather;
mod row;
mod sought;
mod yaml;

use std::{fs::Metadata, path::Path};

pub use entry::{ACCOUNTS_LIMIT, AccountsError, Entry, SIZE_LIMIT, Said, VALUE_LIMIT};
use faults::Text;
use gather::Gather;

use crate::{
    language::{Phrase, text},
    model::io_error::said,
    private::{self, Content},
};

/// Whether a file may hold passwords themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inline {
    /// It may not.
    Refused,
    /// It may, if nobody but its owner can read it.
    Allowed,
}

/// Reads every account of a file, in its order.
pub fn read(path: &Path, inline: Inline) -> Result<Vec<Entry>, AccountsError> {
    let io = |source| AccountsError::Io {
        path: path.to_owned(),
        source,
    };
    let Content { octets, metadata } = private::read(path, SIZE_LIMIT).map_err(io)?;
    // It says which commands are run, and where passwords go.
    private::believable(&metadata).map_err(|why| io(said(std::io::ErrorKind::Other, why)))?;
    if octets.len() as u64 > SIZE_LIMIT {
        return Err(AccountsError::TooLarge {
            path: path.to_owned(),
        });
    }
    parse(path, &octets, no_inline(inline, &metadata))
}

/// Reads every account of a file's content. Its name tells its form; `no_inline` is why it may not hold a password, if it
/// may not.
pub fn parse(
    path: &Path,
    octets: &[u8],
    no_inline: Option<Phrase>,
) -> Result<Vec<Entry>, AccountsError> {
    let (content, is_whole) = match std::str::from_utf8(octets) {
        Ok(text) => (text, true),
        Err(error) => {
            let valid = octets.get(..error.valid_up_to()).unwrap_or_default();
            (std::str::from_utf8(valid).unwrap_or_default(), false)
        }
    };
    let content = content.strip_prefix('\u{feff}').unwrap_or(content);
    let content = Text::new(content);
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut gather = Gather::new(&content, folder, no_inline);
    if !is_whole {
        gather.faults.hide(content.line_at(content.text.len()));
        let message = text::file_not_utf8();
        gather.faults.push(content.text.len(), message);
    } else if is_yaml(path) {
        yaml::read(&content, &mut gather);
    } else {
        csv::read(&content, &mut gather);
    }
    gather.finish(&path.display().to_string())
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|end| {
        ["yaml", "yml", "json"]
            .iter()
            .any(|yaml| end.eq_ignore_ascii_case(yaml))
    })
}

/// Why this file may not hold a password, if it may not.
fn no_inline(inline: Inline, metadata: &Metadata) -> Option<Phrase> {
    match inline {
        Inline::Refused => Some(text::password_in_file()),
        Inline::Allowed => exposed(metadata),
    }
}

#[cfg(unix)]
fn exposed(metadata: &Metadata) -> Option<Phrase> {
    use std::os::unix::fs::MetadataExt as _;
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        Some(text::password_in_file_of_another())
    } else if metadata.mode() & 0o077 != 0 {
        Some(text::password_in_readable_file())
    } else {
        None
    }
}

#[cfg(not(unix))]
fn exposed(_: &Metadata) -> Option<Phrase> {
    Some(text::password_only_on_unix())
}
