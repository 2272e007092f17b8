//! Faults: what is wrong in a file that a user wrote, with its place.
//!
//! In: a place, a line, words. Out: [`Fault`]s that are safe to show. Never: judging what a word means.

use super::{fold, nearest::nearest};
use crate::language::{Phrase, text};

/// The most characters of a line that are shown.
const SHOWN: usize = 200;

/// One thing wrong in a file, with its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {}", message.english())]
pub struct Fault {
    /// The file as given.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// Column in characters, from 1.
    pub column: u64,
    /// What is wrong, as a fragment.
    pub message: Phrase,
    /// The line and, below it, a caret at the column; made safe to show.
    pub snippet: String,
}

/// The faults of a file, each followed by its line and the caret.
#[must_use]
pub fn with_lines(faults: &[Fault]) -> Phrase {
    let told = faults.iter().map(|fault| {
        let Fault {
            file, line, column, ..
        } = fault;
        let told = |why: &str| format!("{file}:{line}:{column}: {why}\n{}", fault.snippet);
        fault.message.map(told)
    });
    Phrase::joined(told, "\n")
}

/// The line, or of a long one what is around the column, and a caret below it.
pub(crate) fn snippet(number: u64, line: &str, column: u64) -> String {
    let number = number.to_string();
    let column = usize::try_from(column).unwrap_or(1).max(1);
    let cut = if column > SHOWN {
        column - SHOWN / 2
    } else {
        0
    };
    let line: String = line.chars().skip(cut).take(SHOWN).collect();
    format!(
        "{number} | {}\n{} | {}^",
        fold::visible(&line),
        " ".repeat(number.len()),
        " ".repeat(column - cut - 1)
    )
}

/// A `what` (key, column) that nobody reads here, and those that are.
pub(crate) fn unknown(what: Phrase, word: &str, known: &[&str]) -> Phrase {
    let shown: String = word.chars().take(SHOWN).collect();
    let (shown, all) = (fold::visible(&shown), known.join(", "));
    match nearest(word, known.iter().copied()) {
        Some(near) => text::unknown_word_near(what, shown, near, all),
        None => text::unknown_word(what, shown, all),
    }
}

/// The YAML reader's message without its place, and without advice to programmers.
pub(crate) fn plainly(message: &str) -> Phrase {
    let message = message
        .rsplit_once(" at line ")
        .map_or(message, |(text, _)| text);
    if message.contains("null into string") {
        text::text_missing()
    } else if let Some(key) = message.strip_prefix("duplicate mapping key: ") {
        let key = key.split_once(',').map_or(key, |(key, _)| key);
        text::is_there_twice(key)
    } else if let Some(key) = message.strip_prefix("missing field `") {
        text::key_is_missing(fold::visible(key.trim_end_matches('`')))
    } else if let Some(expected) = expected_of_message(message) {
        expected
    } else if let Some((key, known)) = key_of_message(message) {
        unknown(text::a_key(), key, &known)
    } else if message.starts_with("multiple YAML documents") {
        text::one_document()
    } else {
        text::reader_says(fold::visible(message))
    }
}

/// The YAML reader's words for what it did not find at a place, in ours.
fn expected_of_message(message: &str) -> Option<Phrase> {
    Some(match message {
        "expected mapping start" => text::keys_are_expected(),
        "expected sequence start" => text::list_is_expected(),
        "expected string scalar" => text::text_is_expected(),
        "invalid boolean" => text::true_or_false_is_expected(),
        "unclosed quote" => text::quote_is_open(),
        _ if message.contains("found a tab") => text::tab_is_no_indent(),
        _ if message.starts_with("unexpected end of ") || message.starts_with("EOF ") => {
            text::ends_too_early()
        }
        _ => return None,
    })
}

/// serde's words for a key that the form does not have: the key, and what there is.
fn key_of_message(message: &str) -> Option<(&str, Vec<&str>)> {
    let (key, known) = message
        .strip_prefix("unknown field `")?
        .split_once("`, expected ")?;
    let known = known.strip_prefix("one of ").unwrap_or(known);
    // serde_json has marks around each.
    let known = known.split(", ").map(|known| known.trim_matches('`'));
    Some((key, known.collect()))
}

#[cfg(test)]
mod tests {
    use super::snippet;

    #[test]
    fn of_a_long_line_the_part_around_the_caret_is_shown() {
        let line = format!("{}!{}", "a".repeat(999), "b".repeat(999));
        let shown = snippet(7, &line, 1000);
        let [line, caret] = shown.lines().collect::<Vec<_>>()[..] else {
            panic!("{shown}");
        };
        assert_eq!(line.find('!'), caret.find('^'));
        assert_eq!(line.len(), 204);
    }
}
