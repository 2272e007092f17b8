//! The file of metrics that `--metrics` names.
//!
//! In: the sum of the accounts and how the command ended. Out: a file that has its name only once it is whole, and that
//! everybody may read: whoever collects it is another user.

use std::{fs, io::Write as _, path::Path};

use super::{exit_status::ExitStatus, failure::Failure, output::check_file};
use crate::{
    language::text,
    model::{error_kind::ErrorKind, io_error::in_words},
    private::{self, Destination},
    report::{
        metrics::{self, CommandEnd},
        summary::Summary,
    },
};

/// The most octets of an earlier file.
const LARGEST: u64 = 1 << 20;

/// What every such file begins with.
const BEGINNING: &[u8] = b"# HELP rolecall_";

/// Refuses a file that cannot be written, or that holds something else: it would be lost.
pub fn check(path: &Path) -> Result<(), Failure> {
    check_file(path)?;
    private::holds_only(path, BEGINNING).map_err(|error| {
        let why = text::write_since(path.display().to_string(), in_words(&error));
        Failure::config(text::cannot(why)).hint(text::try_another_file())
    })
}

/// Writes the file.
pub fn write(path: &Path, summary: &Summary, status: ExitStatus) -> Result<(), Failure> {
    let end = CommandEnd {
        status: status.code(),
        when: jiff::Timestamp::now().as_second(),
        is_success: matches!(status, ExitStatus::Done | ExitStatus::Found),
        last_success: earlier(path).and_then(|text| metrics::last_success(&text, summary.verb)),
    };
    let text = metrics::text(summary, end);
    let written = Destination::open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.let_all_read()?;
        file.finish()
    });
    written.map_err(|error| {
        let path = path.display().to_string();
        let why = text::cannot(text::write_since(path, in_words(&error)));
        Failure::of(ErrorKind::Refused, why).hint(text::try_writable_file())
    })
}

/// What an earlier command has written there; nothing where it cannot be read.
fn earlier(path: &Path) -> Option<String> {
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let content = private::read_to_replace(path, LARGEST).ok()?;
    String::from_utf8(content.octets.to_vec()).ok()
}
