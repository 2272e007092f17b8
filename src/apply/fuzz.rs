//! What fuzzers call: records that nobody has sealed, which a checksum would keep from ever being looked at. For tests only.

use serde::Deserialize;

use super::{books::Books, journal::Record};
use crate::language::in_both;

/// One line of a journal, whatever its seal.
#[derive(Deserialize)]
struct Loose {
    record: Record,
}

/// Takes every record of a text that can be read.
pub fn records(text: &str) {
    let mut books = Books::default();
    for line in text.lines() {
        if let Ok(Loose { record }) = in_both(|| serde_json::from_str(line)) {
            books.take("2026-01-02T03:04:05Z", record);
        }
    }
    let _ = (books.moved_in_all(), books.has_sent(), books.state());
}
