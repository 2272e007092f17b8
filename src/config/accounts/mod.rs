//! The accounts file: which accounts there are, where each secret is, and what is said of their mailboxes.
//!
//! In: a YAML or CSV file. Out: every [`Entry`], or every [`Fault`] with its place. Never: a login, a secret that is
//! fetched, a password in an error, half a list.
//!
//! YAML (the file's name ends in `.yaml`, `.yml` or `.json`); what an account says replaces what `defaults` say, key by
//! key, and any of the five secrets replaces a default's:
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
//! Anything else is CSV: `,` or `;` as the header has it, the columns in any order and case, `"…"` around cells with
//! delimiters, line ends or outer spaces (`""` is a quote), blank lines and lines that begin with `#` skipped, several
//! values of `locale`, `role` and `target` joined by `|` (`\|` is a bar), an empty cell says nothing:
//!
//! ```text
//! account;name;password_env;locale;role
//! imaps://alice@imap.example.com;alice;PW_ALICE;fr|en;Courrier=sent|Lists=none
//! ```
//!
//! The secret is one of `password_env`, `password_file`, `password_command`, `oauth_token_command`, or, where the user
//! allows it and nobody else can read the file, `password` itself.
//!
//! `csv` and `yaml` read the shapes, `gather` makes entries of the rows and finds what is wrong in them, `sought` says
//! where a secret is, `faults` shows lines without what may be a password.

mod column;
mod csv;
mod faults;
mod gather;
mod row;
mod sought;
mod yaml;

use std::{
    fs::{File, Metadata},
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use zeroize::Zeroizing;

use super::{account::Account, secret::Source};
use crate::{mapping::Fault, model::role::Role};
use faults::Text;
use gather::Gather;
use sought::{Sought, Who};

/// The most octets an accounts file may have.
pub const SIZE_LIMIT: u64 = 64 << 20;

/// The most accounts a file may name.
pub const ACCOUNTS_LIMIT: usize = 1_000_000;

/// The most octets one value may have.
pub const VALUE_LIMIT: usize = 8 << 10;

/// One account as the file, or an ACCOUNT argument, says it.
///
/// What most accounts of a file have in common is shared between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The line in the file, from 1; 0 for an argument.
    pub line: usize,
    /// What the user calls it; where none is said, people read `account.id.url`.
    pub name: Option<Box<str>>,
    /// The account.
    pub account: Account,
    /// What is said of it beside.
    pub said: Arc<Said>,
    secret: Option<Arc<Sought>>,
}

/// What may be said of an account beside its URL, name and secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    /// The administrator who logs in on its user's behalf.
    pub login_as: Option<Box<str>>,
    /// What joins user and administrator, for servers that take `user*master` as login.
    pub master_separator: Option<char>,
    /// The languages that its users speak.
    pub locales: Vec<String>,
    /// Roles that mailboxes have whatever they are called; none takes the mailbox out.
    pub roles: Vec<(String, Option<Role>)>,
    /// The mailbox that shall keep a role.
    pub targets: Vec<(Role, String)>,
}

impl Entry {
    /// An account of which nothing is said, as an ACCOUNT argument names it.
    #[must_use]
    pub fn of(account: Account) -> Self {
        Self {
            line: 0,
            name: None,
            account,
            said: Arc::default(),
            secret: None,
        }
    }

    /// What people call it: its name, else its URL.
    #[must_use]
    pub fn called(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.account.id.url)
    }

    /// Where its secret is, with this account's own words put in; none if the file does not say.
    #[must_use]
    pub fn secret(&self) -> Option<Source> {
        let who = Who::of(&self.account, self.name.as_deref());
        self.secret.as_ref().map(|secret| secret.source(&who))
    }

    /// Whether the secret is this account's alone.
    #[must_use]
    pub fn has_own_secret(&self) -> bool {
        let is_own =
            |secret: &Arc<Sought>| Arc::strong_count(secret) == 1 || secret.has_placeholders();
        self.secret.as_ref().is_some_and(is_own)
    }

    /// Whether the secret is an OAuth token.
    #[must_use]
    pub fn is_token(&self) -> bool {
        self.secret.as_ref().is_some_and(|secret| secret.is_token())
    }
}

/// Whether a file may hold passwords themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inline {
    /// It may not.
    Refused,
    /// It may, if nobody but us can read it.
    Allowed,
}

/// Why an accounts file cannot be used. Nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// It could not be read.
    #[error("read {}", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It has more than [`SIZE_LIMIT`] octets.
    #[error("read {}: it has more than 64 MiB", .path.display())]
    TooLarge {
        /// Which.
        path: PathBuf,
    },
    /// The content is wrong: the first faults in the order of the file, and how many more there are.
    #[error("{}{}", .faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"), and_more(*.more))]
    Faults {
        /// Each with its place; no more than fifty.
        faults: Vec<Fault>,
        /// How many are not told.
        more: usize,
    },
}

fn and_more(more: usize) -> String {
    match more {
        0 => String::new(),
        more => format!("\nand {more} more"),
    }
}

/// Reads every account of a file, in its order.
pub fn read(path: &Path, inline: Inline) -> Result<Vec<Entry>, AccountsError> {
    let io = |source| AccountsError::Io {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(io)?;
    let metadata = file.metadata().map_err(io)?;
    // Room from the start, so that no copy with a password stays behind where the text grew.
    let room = usize::try_from(metadata.len().min(SIZE_LIMIT)).unwrap_or(0);
    let mut octets = Zeroizing::new(Vec::with_capacity(room + 1));
    file.take(SIZE_LIMIT + 1)
        .read_to_end(&mut octets)
        .map_err(io)?;
    if octets.len() as u64 > SIZE_LIMIT {
        return Err(AccountsError::TooLarge {
            path: path.to_owned(),
        });
    }
    let (text, is_whole) = match std::str::from_utf8(&octets) {
        Ok(text) => (text, true),
        Err(error) => {
            let valid = octets.get(..error.valid_up_to()).unwrap_or_default();
            (std::str::from_utf8(valid).unwrap_or_default(), false)
        }
    };
    let text = Text::new(text.strip_prefix('\u{feff}').unwrap_or(text));
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut gather = Gather::new(&text, folder, no_inline(inline, &metadata));
    if !is_whole {
        gather.faults.hide(text.line_at(text.text.len()));
        let message = "the file is not UTF-8 from here on; save it as UTF-8".to_owned();
        gather.faults.push(text.text.len(), message);
    } else if is_yaml(path) {
        yaml::read(&text, &mut gather);
    } else {
        csv::read(&text, &mut gather);
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
fn no_inline(inline: Inline, metadata: &Metadata) -> Option<&'static str> {
    match inline {
        Inline::Refused => Some(
            "a password in the file: take it out and say where it is (password_env, password_file, password_command), \
             or say --allow-inline-passwords and let nobody else read the file (chmod 600)",
        ),
        Inline::Allowed => exposed(metadata),
    }
}

#[cfg(unix)]
fn exposed(metadata: &Metadata) -> Option<&'static str> {
    use std::os::unix::fs::MetadataExt as _;
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        Some("a password in a file of another user: make the file your own")
    } else if metadata.mode() & 0o077 != 0 {
        Some("a password in a file that others can read: chmod 600 it, and change the password")
    } else {
        None
    }
}

#[cfg(not(unix))]
fn exposed(_: &Metadata) -> Option<&'static str> {
    Some("a password in the file: only on Unix can it be seen that nobody else reads it")
}
