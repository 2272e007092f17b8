//! How tables are drawn: width, colour, how much is shown, and in which language.

use super::next_command::{Carried, command};
use crate::{
    language::{Language, Phrase},
    report::text::safe,
};

/// How tables are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// The columns of a line, at least [`Look::NARROWEST`].
    pub width: usize,
    /// Whether words may be coloured.
    pub colour: bool,
    /// Whether ordinary mailboxes and every reason are shown too.
    pub verbose: bool,
    /// What language is spoken. The mapping table, which is for those who edit it, speaks English.
    pub language: Language,
    /// What the commands that are shown have in common with the one that was typed.
    pub carried: Carried,
}

impl Look {
    /// Tables are made for this many columns where fewer are asked for.
    pub const NARROWEST: usize = 40;

    /// A phrase in the language, as it is; what it was given must be safe to show.
    pub(super) fn say(self, phrase: impl Into<Phrase>) -> String {
        self.language.typeset(phrase.into().say(self.language))
    }

    /// A phrase with names of strangers in it.
    pub(super) fn safe(self, phrase: &Phrase) -> String {
        self.language.typeset(&safe(phrase.say(self.language)))
    }

    /// A command about a run, with what it needs to find it and to reach its account.
    pub(super) fn of_run(self, words: &str, run: &str) -> String {
        command(&format!("{words}{}", self.carried.reach), run)
    }

    /// A command that judges an account again, as it was judged.
    pub(super) fn of_account(self, words: &str, account: &str) -> String {
        let Carried { reach, judging } = self.carried;
        command(&format!("{words}{reach}{judging}"), account)
    }

    pub(super) fn at_least_narrowest(self) -> Self {
        Self {
            width: self.width.max(Self::NARROWEST),
            ..self
        }
    }
}
