//! Colours, which only ever repeat what a word says.
//!
//! In: safe text. Out: the same, in colour where that is wanted. Never: a meaning of its own.

/// How a word is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Ink {
    /// As the terminal draws.
    #[default]
    Plain,
    /// What to look at first.
    Strong,
    /// What may be skipped.
    Faint,
    /// All is well.
    Good,
    /// Worth a look.
    Odd,
    /// Mail is out of sight.
    Bad,
}

impl Ink {
    fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Strong => Some("1"),
            Self::Faint => Some("2"),
            Self::Good => Some("32"),
            Self::Odd => Some("33"),
            Self::Bad => Some("1;31"),
        }
    }

    /// Draws one line.
    pub(super) fn draw(self, line: &str, colour: bool) -> String {
        match self.code().filter(|_| colour && !line.is_empty()) {
            Some(code) => format!("\u{1b}[{code}m{line}\u{1b}[0m"),
            None => line.to_owned(),
        }
    }
}
