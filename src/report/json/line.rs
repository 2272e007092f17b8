//! Lines of JSON in which nothing acts on a terminal, whatever a server calls its mailboxes.

use std::fmt::Write as _;

use serde::Serialize;

use crate::model::{
    harmless::{self, is_deceptive},
    plan::Plan,
};

/// Any form as a line.
pub(in crate::report) fn line<T: Serialize>(form: &T) -> String {
    // Plain data always serialises.
    harmless::json(form).unwrap_or_default()
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
