//! Mapping files: names of one language, by role, in YAML.
//!
//! In: a file, a folder of files, or text. Out: [`Table`]s, or every [`Fault`] with file, line and column.
//! Never: comparing names with a listing (that is `lookup`).
//!
//! ```yaml
//! locale: fr                      # BCP 47 tag of the language
//! roles:
//!   sent:                         # a role's word
//!     - name: Courrier envoyé     # as clients show it; no path, no modified UTF-7
//!       source: Outlook           # optional in a user's file: who gives this name
//!       created: true             # optional: whether a client or server makes such a mailbox by itself
//!     - name: Envoi
//!       weak: true                # optional: little attested, so the role is likely at most
//! ambiguous:                      # names that different clients use for different roles
//!   - name: Lixo
//!     roles: [junk, trash]
//! ```
//!
//! These files decide which mailboxes are merged, so nothing in them is skipped or guessed: an unknown key, a role's
//! misspelling, a name given twice or pasted from a protocol log is an error with its place.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

pub use super::{fault::Fault, form::parse};
use super::{fault::with_lines, table::Table};
use crate::{
    language::{Phrase, errors_that_say, text},
    model::io_error::{in_words, said},
};

/// The most octets a mapping file may have.
pub const SIZE_LIMIT: u64 = 1 << 20;

/// The most files a folder may have.
const FILES_LIMIT: usize = 1000;

/// Why a mapping could not be read.
#[derive(Debug)]
pub enum TableError {
    /// The file or folder could not be read.
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file has more than [`SIZE_LIMIT`] octets, or the folder more than a thousand files.
    TooLarge {
        /// Which.
        path: PathBuf,
    },
    /// The folder has no `.yaml` or `.yml` file.
    Empty {
        /// Which.
        path: PathBuf,
    },
    /// The content is wrong; every fault found, in order.
    Faults(Vec<Fault>),
}

impl TableError {
    /// What could not be done, as a fragment.
    #[must_use]
    pub fn said(&self) -> Phrase {
        match self {
            Self::Io { path, source } => {
                text::read_since(path.display().to_string(), in_words(source))
            }
            Self::TooLarge { path } => text::too_large_for_mapping(path.display().to_string()),
            Self::Empty { path } => text::no_yaml_in(path.display().to_string()),
            Self::Faults(faults) => text::use_mapping(with_lines(faults)),
        }
    }
}

/// Reads a file, or every `.yaml` and `.yml` file of a folder (not of the folders in it), by name.
pub fn read(path: &Path) -> Result<Vec<Table>, TableError> {
    let files = if path.is_dir() {
        files_in(path)?
    } else {
        vec![path.to_owned()]
    };
    let mut tables = Vec::new();
    let mut faults = Vec::new();
    for file in files {
        match parse(&file.display().to_string(), &text_of(&file)?) {
            Ok(table) => tables.push(table),
            Err(more) => faults.extend(more),
        }
    }
    if faults.is_empty() {
        Ok(tables)
    } else {
        Err(TableError::Faults(faults))
    }
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>, TableError> {
    let io = |source| TableError::Io {
        path: folder.to_owned(),
        source,
    };
    let mut files = Vec::new();
    for item in std::fs::read_dir(folder).map_err(io)? {
        let path = item.map_err(io)?.path();
        if path
            .extension()
            .is_some_and(|end| end == "yaml" || end == "yml")
            && path.is_file()
        {
            files.push(path);
        }
        if files.len() > FILES_LIMIT {
            return Err(TableError::TooLarge {
                path: folder.to_owned(),
            });
        }
    }
    if files.is_empty() {
        return Err(TableError::Empty {
            path: folder.to_owned(),
        });
    }
    files.sort_unstable();
    Ok(files)
}

fn text_of(path: &Path) -> Result<String, TableError> {
    let io = |source| TableError::Io {
        path: path.to_owned(),
        source,
    };
    // Reading a pipe might never end.
    if !std::fs::metadata(path).map_err(io)?.is_file() {
        return Err(io(said(std::io::ErrorKind::Other, text::no_regular_file())));
    }
    let file = std::fs::File::open(path).map_err(io)?;
    let mut text = String::new();
    // One octet more than allowed tells "too large" from "just right", whatever the file's length claims.
    file.take(SIZE_LIMIT + 1)
        .read_to_string(&mut text)
        .map_err(io)?;
    if text.len() as u64 > SIZE_LIMIT {
        return Err(TableError::TooLarge {
            path: path.to_owned(),
        });
    }
    Ok(text)
}

errors_that_say!(TableError);

#[cfg(test)]
mod tests {
    use super::{SIZE_LIMIT, TableError, read};

    #[test]
    fn a_file_too_large_or_a_folder_without_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(read(folder.path()), Err(TableError::Empty { .. })));
        let file = folder.path().join("fr.yaml");
        std::fs::write(&file, vec![b'#'; usize::try_from(SIZE_LIMIT).unwrap() + 1]).unwrap();
        assert!(matches!(read(&file), Err(TableError::TooLarge { .. })));
        std::fs::write(&file, "locale: fr\n").unwrap();
        assert_eq!(read(folder.path()).unwrap().len(), 1);
        assert!(matches!(
            read(&folder.path().join("none")),
            Err(TableError::Io { .. })
        ));
    }
}
