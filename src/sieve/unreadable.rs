//! Why a Sieve script could not be read, and where.

use crate::language::{Phrase, text};

/// A script that could not be read: nothing is known of what it files where, and nothing of it may be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The line, from 1.
    pub line: usize,
    /// The column in octets, from 1.
    pub column: usize,
    /// What stands there.
    pub met: Met,
}

/// What was met where a script could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Met {
    /// The script has more than [`OCTETS_LIMIT`](super::OCTETS_LIMIT) octets.
    TooLong,
    /// The script has more than [`TOKENS_LIMIT`](super::TOKENS_LIMIT) words and signs.
    TooManyTokens,
    /// Blocks and tests are nested deeper than [`DEPTH_LIMIT`](super::DEPTH_LIMIT).
    TooDeep,
    /// A quoted string that does not end.
    UnclosedString,
    /// A `text:` block without the line that ends it.
    UnclosedText,
    /// A `/*` without `*/`.
    UnclosedComment,
    /// An octet that means nothing in Sieve where it stands.
    Octet(u8),
    /// A word, string or sign that cannot stand there.
    Token,
    /// The end of the script within a command.
    End,
}

impl From<&Unreadable> for Phrase {
    fn from(why: &Unreadable) -> Self {
        let met = match why.met {
            Met::TooLong => text::script_too_long(),
            Met::TooManyTokens => text::script_too_many_words(),
            Met::TooDeep => text::script_too_deep(),
            Met::UnclosedString => text::script_string_unclosed(),
            Met::UnclosedText => text::script_text_unclosed(),
            Met::UnclosedComment => text::script_comment_unclosed(),
            Met::Octet(octet) => text::script_octet(format!("0x{octet:02x}")),
            Met::Token => text::script_word(),
            Met::End => text::script_ends(),
        };
        text::script_unreadable(why.line as u64, why.column as u64, met)
    }
}
