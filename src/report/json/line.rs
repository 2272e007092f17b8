//! Lines of JSON in which nothing acts on a terminal, whatever a server calls its mailboxes.

use std::{fmt::Write as _, io};

use serde::Serialize;
use serde_json::{Serializer, ser::Formatter};

use crate::{model::plan::Plan, report::text::is_deceptive};

/// Any form as a line.
pub(in crate::report) fn line<T: Serialize>(form: &T) -> String {
    let mut octets = Vec::new();
    // Plain data always serialises into memory, and always as UTF-8.
    let _ = form.serialize(&mut Serializer::with_formatter(&mut octets, Harmless));
    String::from_utf8(octets).unwrap_or_default()
}

/// A plan over many lines, for review: nothing in it acts on a terminal, or hides in an editor.
#[must_use]
pub fn pretty(plan: &Plan) -> String {
    // Plain data always serialises. Ends of lines stand between strings only.
    let text = serde_json::to_string_pretty(plan).unwrap_or_default();
    let mut shown = String::with_capacity(text.len() + 1);
    for letter in text.chars() {
        if letter == '\n' || !is_deceptive(letter) {
            shown.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        }
    }
    shown.push('\n');
    shown
}

/// Compact JSON in which nothing acts on a terminal.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for letter in fragment.chars() {
            let mut buffer = [0; 4];
            if is_deceptive(letter) {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            } else {
                writer.write_all(letter.encode_utf8(&mut buffer).as_bytes())?;
            }
        }
        Ok(())
    }
}
