//! Lines of a given width, measured in columns of a terminal.
//!
//! In: safe text. Out: lines that fit. Never: a line that begins with half a character.
//!
//! Widths are those of whole strings (`unicode-width`): a Chinese letter takes two columns, an accent none, and some
//! pairs of letters take one column together, so widths of parts must not be added.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Stands for a space at which no line may be broken. No safe text contains it.
const GLUE: char = '\u{1f}';

/// The columns that a line takes.
pub(super) fn width(line: &str) -> usize {
    line.width()
}

/// Keeps the words together, as in `12 040 messages`.
pub(super) fn glue(text: &str) -> String {
    text.replace(' ', "\u{1f}")
}

/// The same where lines are not broken by us.
pub(super) fn unglued(text: &str) -> String {
    text.replace(GLUE, " ")
}

/// Breaks text into lines between words; a word that is wider than a line is broken inside.
///
/// Gives at least one line.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let text = &hold_signs(&hold_commands(text, columns / 2));
    let mut lines = Vec::new();
    let mut line = String::new();
    for (index, word) in text.split(' ').enumerate() {
        let joined = if index == 0 {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if width(&joined) <= columns {
            line = joined;
            continue;
        }
        if index > 0 {
            lines.push(std::mem::take(&mut line));
        }
        for cluster in clusters(word) {
            let longer = format!("{line}{cluster}");
            if width(&longer) > columns && !line.is_empty() {
                lines.push(std::mem::replace(&mut line, cluster.to_owned()));
            } else {
                line = longer;
            }
        }
    }
    lines.push(line);
    lines
        .into_iter()
        .map(|line| line.replace(GLUE, " "))
        .collect()
}

/// A command between backticks is broken only where it is long.
fn hold_commands(text: &str, longest: usize) -> String {
    let parts = text.split('`').enumerate().map(|(at, part)| {
        if at % 2 == 1 && part.len() <= longest {
            glue(part)
        } else {
            part.to_owned()
        }
    });
    parts.collect::<Vec<_>>().join("`")
}

/// French sets a space before these signs and inside guillemets, at which no line may be broken.
fn hold_signs(text: &str) -> String {
    let signs = [":", ";", "?", "!"];
    let mut held = String::new();
    let mut opened = false;
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            let is_held = opened || signs.contains(&word) || word.starts_with('»');
            held.push(if is_held { GLUE } else { ' ' });
        }
        opened = word.ends_with('«');
        held.push_str(word);
    }
    held
}

/// Takes the middle out of a text that is too wide.
pub(super) fn elide(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let parts: Vec<&str> = clusters(text);
    let half = columns.saturating_sub(1) / 2;
    let mut head = String::new();
    for part in &parts {
        if width(&head) + width(part) > columns - 1 - half {
            break;
        }
        head.push_str(part);
    }
    let mut tail = String::new();
    for part in parts.iter().rev() {
        let longer = format!("{part}{tail}");
        if width(&longer) > half {
            break;
        }
        tail = longer;
    }
    format!("{head}…{tail}")
}

/// Letters with the marks that sit on them.
fn clusters(text: &str) -> Vec<&str> {
    let mut starts: Vec<usize> = text
        .char_indices()
        .filter(|(_, letter)| letter.width() != Some(0))
        .map(|(start, _)| start)
        .collect();
    if starts.first() != Some(&0) {
        starts.insert(0, 0);
    }
    let ends = starts.iter().copied().skip(1).chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .filter_map(|(start, end)| text.get(*start..end))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::text::safe;

    #[test]
    fn lines_break_between_words_and_long_words_inside() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("a abcdefghij b", 4), ["a", "abcd", "efgh", "ij b"]);
        assert_eq!(wrap("已发送邮件", 5), ["已发", "送邮", "件"]);
        assert_eq!(wrap("", 5), [""]);
        assert_eq!(wrap("a  b", 9), ["a  b"]);
        assert_eq!(
            wrap(&format!("moved {} today", glue("12 040 messages")), 16),
            ["moved", "12 040 messages", "today"]
        );
    }

    #[test]
    fn no_line_begins_or_ends_with_a_sign_that_french_sets_apart() {
        assert_eq!(wrap("il reste : oui ;", 8), ["il", "reste :", "oui ;"]);
        assert_eq!(wrap("dans « Sent » ;", 12), ["dans", "« Sent » ;"]);
    }

    #[test]
    fn a_short_command_between_backticks_is_not_broken() {
        assert_eq!(wrap("say `a b` now", 10), ["say `a b`", "now"]);
        assert_eq!(wrap("so say `a b`", 10), ["so say", "`a b`"]);
        assert_eq!(wrap("so `a b c d`", 8), ["so `a b", "c d`"]);
    }

    #[test]
    fn accents_stay_on_their_letter() {
        assert_eq!(wrap("e\u{301}e\u{301}", 1), ["e\u{301}", "e\u{301}"]);
        assert_eq!(elide("aaaae\u{301}bbbb", 5), "aa…bb");
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_letter_is_lost(text in "\\PC{0,80}", columns in 2_usize..30) {
            let text = safe(&text);
            let lines = wrap(&text, columns);
            for line in &lines {
                prop_assert!(width(line) <= columns, "{line:?}");
            }
            let bare = |text: &str| text.replace(' ', "");
            prop_assert_eq!(bare(&lines.concat()), bare(&text));
            prop_assert!(width(&elide(&text, columns)) <= columns);
        }
    }
}
