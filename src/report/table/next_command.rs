//! The commands that are shown: what comes next, with the options that were typed and that it needs too.

use crate::report::text::shell_word;

/// Options that were typed and that the next command needs too, as a shell takes them, each behind a blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Carried {
    /// Where accounts and journals are, and how accounts are reached.
    pub reach: &'static str,
    /// What decides about roles.
    pub judging: &'static str,
}

/// A command with its arguments as a shell takes them.
pub(in crate::report) fn command(words: &str, argument: &str) -> String {
    format!("{words} {}", shell_word(argument))
}
