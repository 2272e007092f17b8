//! The strings of a Sieve script (RFC 5228 §2.4.2), each with its place.

use std::ops::Range;

/// A string of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// What it says, unescaped. A `text:` block ends with the end of its last line.
    pub value: Vec<u8>,
    /// How it is written.
    pub form: LiteralForm,
    /// The line on which it begins, from 1.
    pub line: usize,
    /// Where in the script its content stands: between the quotes, or between the first and the last line of the block.
    pub content: Range<usize>,
}

/// How a string is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiteralForm {
    /// `"…"`.
    Quoted,
    /// `text:`, lines, and a line of one dot.
    Text,
}
