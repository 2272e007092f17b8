//! Text that is safe to show, and numbers as people read them.
//!
//! In: names and sentences from servers, files and users; counts, octets, dates. Out: one line of text each.
//! Never: a character that moves the cursor, changes the direction, hides, or ends the line.
//!
//! A name is data of a stranger: ESC in it can rewrite the terminal, U+202E shows it backwards, U+200B makes two names
//! look alike. All such characters are shown as `\u{…}`. A backslash stays one, since `\Sent` must read as `\Sent`;
//! the exact name is in the JSON.

use jiff::{Timestamp, tz::TimeZone};
use unicode_normalization::char::is_combining_mark;
use unicode_width::UnicodeWidthChar as _;

use super::wrap::elide;
pub use crate::{
    language::count,
    model::harmless::{is_deceptive, is_hidden},
};
use crate::{
    language::{Phrase, size},
    model::{harmless::is_selector, mailbox::MailboxName},
};

/// The longest text that [`safe`] gives, in characters: 150 characters always fit, even if each must be escaped.
pub const LONGEST: usize = 2_000;

/// The widest name in a table, in columns; a longer one loses its middle, since its ends tell it from others.
pub const WIDEST_NAME: usize = 100;

/// A word as a shell takes it, safe to show.
#[must_use]
pub fn shell_word(word: &str) -> String {
    safe(&shell_words::quote(word))
}

/// Makes text safe to show, in one line of at most [`LONGEST`] characters.
///
/// What was made safe once stays as it is.
#[must_use]
pub fn safe(text: &str) -> String {
    let mut shown = String::new();
    let (mut length, mut cut) = (0, 0);
    if text.chars().next().is_some_and(needs_a_base) {
        shown.push('◌');
        length = 1;
    }
    let mut before = None;
    for letter in text.chars() {
        let is_stray =
            is_selector(letter) && before.is_some_and(|one: char| one.is_ascii_alphabetic());
        before = Some(letter);
        if is_hidden(letter) || is_stray {
            let escaped = letter.escape_unicode();
            length += escaped.len();
            shown.extend(escaped);
        } else {
            length += 1;
            shown.push(letter);
        }
        if length > LONGEST {
            shown.truncate(cut);
            shown.push('…');
            break;
        }
        if length < LONGEST {
            cut = shown.len();
        }
    }
    shown
}

/// Whether it would sit on whatever stands before the text.
fn needs_a_base(letter: char) -> bool {
    !is_hidden(letter) && (is_combining_mark(letter) || letter.width() == Some(0))
}

/// A mailbox's name for a table: safe, at most [`WIDEST_NAME`] columns, in quotes where its ends could not be seen.
#[must_use]
pub fn name(name: &MailboxName) -> String {
    let text = elide(&safe(name.text()), WIDEST_NAME);
    let unseen = |letter: Option<char>| letter.is_none_or(char::is_whitespace);
    if unseen(text.chars().next()) || unseen(text.chars().next_back()) {
        format!("\"{text}\"")
    } else {
        text
    }
}

/// A number that may be unknown, which is never shown as zero.
#[must_use]
pub fn count_or_unknown(number: Option<u64>) -> String {
    number.map_or_else(|| "?".to_owned(), count)
}

/// A number and its word: `1 step`, `12 040 messages`.
#[must_use]
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// Octets that may be unknown.
#[must_use]
pub fn size_or_unknown(octets: Option<u64>) -> Phrase {
    octets.map_or_else(|| "?".into(), size)
}

/// The day in UTC of a moment given in seconds since 1970: `2026-11-24`.
#[must_use]
pub fn date(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(
        |_| "?".to_owned(),
        |moment| moment.to_zoned(TimeZone::UTC).date().to_string(),
    )
}

/// A moment in UTC, given as RFC 3339, to the minute: `2026-11-24 10:02`; text that is no such moment as it is.
#[must_use]
pub fn minute(moment: &str) -> String {
    match moment.parse::<Timestamp>() {
        Ok(moment) => moment.strftime("%Y-%m-%d %H:%M").to_string(),
        Err(_) if moment.is_empty() => "?".to_owned(),
        Err(_) => safe(moment),
    }
}

/// Text of ours as lines of at most so many columns.
#[must_use]
pub fn paragraph(text: &str, columns: usize) -> String {
    super::wrap::wrap(&safe(text), columns).join("\n")
}

/// Safe text as lines of at most so many columns, each with its end; all but the first stand further in than that one, by three
/// blanks.
#[must_use]
pub fn hanging(safe: &str, indent: usize, columns: usize) -> String {
    let blank = " ".repeat(indent);
    let rest = columns.saturating_sub(indent + HANG.len());
    let lines = super::wrap::wrap(safe, rest.max(HANG.len()));
    format!("{blank}{}\n", lines.join(&format!("\n{blank}{HANG}")))
}

/// How much further in the second line of a text stands.
const HANG: &str = "   ";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn forbidden(letter: char) -> bool {
        letter.is_control()
            || matches!(letter,
                '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'
                | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
    }

    #[test]
    fn what_acts_on_the_terminal_is_shown_instead() {
        for (hostile, shown) in [
            ("\u{1b}[2J", "\\u{1b}[2J"),
            ("evil\u{202e}gpj", "evil\\u{202e}gpj"),
            ("two\nlines\r\t", "two\\u{a}lines\\u{d}\\u{9}"),
            ("Sent\u{200b}", "Sent\\u{200b}"),
            ("\u{9b}31m\u{7f}", "\\u{9b}31m\\u{7f}"),
            ("a\u{2028}b\u{feff}", "a\\u{2028}b\\u{feff}"),
            ("\u{e0041}", "\\u{e0041}"),
            ("Sent\u{fe0f}", "Sent\\u{fe0f}"),
            ("\u{301}e", "◌\u{301}e"),
        ] {
            assert_eq!(safe(hostile), shown);
        }
    }

    #[test]
    fn names_of_all_languages_are_left_alone() {
        for name in [
            "Courrier envoyé",
            "Отправленные",
            "已发送邮件",
            "पाठवलेले",
            "ส่งแล้ว",
            "الرسائل المرسلة",
            "\\Sent",
            "❤\u{fe0f} mails",
        ] {
            assert_eq!(safe(name), name);
        }
    }

    #[test]
    fn names_whose_ends_cannot_be_seen_are_quoted_and_long_ones_lose_their_middle() {
        let named = |text: &str| name(&MailboxName::new(b"x".to_vec(), text.to_owned()));
        assert_eq!(named("Sent "), "\"Sent \"");
        assert_eq!(named(""), "\"\"");
        assert_eq!(named("Sent"), "Sent");
        let long = named(&format!("Clients/{}/Sent", "x".repeat(300)));
        assert!(long.starts_with("Clients/xxx") && long.ends_with("xxx/Sent"));
        assert_eq!(crate::report::wrap::width(&long), WIDEST_NAME);
    }

    #[test]
    fn numbers_are_grouped() {
        for (number, shown) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1 000"),
            (12_040, "12 040"),
            (u64::MAX, "18 446 744 073 709 551 615"),
        ] {
            assert_eq!(count(number), shown);
        }
        assert_eq!(counted(1, "mailbox", "mailboxes"), "1 mailbox");
        assert_eq!(counted(0, "mailbox", "mailboxes"), "0 mailboxes");
    }

    #[test]
    fn moments_are_shown_in_utc_or_not_at_all() {
        assert_eq!(date(1_795_514_520), "2026-11-24");
        assert_eq!(date(-1), "1969-12-31");
        assert_eq!(date(i64::MAX), "?");
        assert_eq!(minute("2026-11-24T10:02:03Z"), "2026-11-24 10:02");
        assert_eq!(minute("\u{1b}"), "\\u{1b}");
        assert_eq!(minute(""), "?");
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left_and_twice_is_once(text in proptest::collection::vec(any::<char>(), 0..400)) {
            let text: String = text.into_iter().collect();
            let shown = safe(&text);
            prop_assert!(!shown.chars().any(forbidden), "{shown:?}");
            prop_assert_eq!(safe(&shown), shown);
        }

        #[test]
        fn hidden_characters_alone_are_all_shown(letters in proptest::collection::vec(
            prop_oneof![
                0_u32..0x20, 0x7f_u32..0xa1, 0x200b_u32..0x2010, 0x2028_u32..0x202f, 0x2060_u32..0x2070,
                0xe0000_u32..0xe0080, Just(0x61c), Just(0xfeff), Just(0x301),
            ], 0..150,
        )) {
            let text: String = letters.into_iter().filter_map(char::from_u32).collect();
            let shown = safe(&text);
            prop_assert!(!shown.chars().any(forbidden), "{shown:?}");
            prop_assert!(!shown.ends_with('…'), "150 characters fit");
        }

        #[test]
        fn long_text_is_cut(text in ".{1900,2400}") {
            prop_assert!(safe(&text).chars().count() <= LONGEST);
            let shown = safe(&text);
            prop_assert_eq!(safe(&shown), shown);
        }
    }
}
