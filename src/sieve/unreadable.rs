//! Why a Sieve script could not be read, and where.

/// A script that could not be read: nothing is known of what it files where, and nothing of it may be changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {met}")]
pub struct Unreadable {
    /// The line, from 1.
    pub line: usize,
    /// The column in octets, from 1.
    pub column: usize,
    /// What stands there.
    pub met: Met,
}

/// What was met where a script could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Met {
    /// The script has more than [`OCTETS_LIMIT`](super::OCTETS_LIMIT) octets.
    #[error("the script is too long")]
    TooLong,
    /// The script has more than [`TOKENS_LIMIT`](super::TOKENS_LIMIT) words and signs.
    #[error("the script has too many words")]
    TooManyTokens,
    /// Blocks and tests are nested deeper than [`DEPTH_LIMIT`](super::DEPTH_LIMIT).
    #[error("blocks or tests are nested too deeply")]
    TooDeep,
    /// A quoted string that does not end.
    #[error("a string that does not end")]
    UnclosedString,
    /// A `text:` block without the line that ends it.
    #[error("a text: block that does not end")]
    UnclosedText,
    /// A `/*` without `*/`.
    #[error("a comment that does not end")]
    UnclosedComment,
    /// An octet that means nothing in Sieve where it stands.
    #[error("an unexpected octet 0x{0:02x}")]
    Octet(u8),
    /// A word, string or sign that cannot stand there.
    #[error("an unexpected word or sign")]
    Token,
    /// The end of the script within a command.
    #[error("the script ends within a command")]
    End,
}
