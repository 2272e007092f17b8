//! Tables for people: an audit, what clients will do, a plan, a receipt, the runs, the mapping table.
//!
//! In: listings, rolls, findings, plans, receipts. Out: finished text with its line ends. Never: a line wider than
//! [`Look::width`], but for commands and lines to paste, which a break would spoil; a colour that a word does not repeat.
//!
//! `audit` (with `roster`, `why`), `clients` (with `steps`), `plan`, `receipt`, `runs` and `mappings` are what is shown; `grid` fits a
//! table into a width, `remarks` draws coded sentences, `page` puts all below each other, `ink` colours.

mod audit;
mod clients;
mod grid;
mod ink;
mod mappings;
mod page;
mod plan;
mod receipt;
mod remarks;
mod roster;
mod runs;
mod steps;
mod why;
mod words;

pub use audit::audit;
pub use clients::{clients, known_clients};
pub use mappings::{answer, mappings, review, verdict};
pub use plan::{nothing_to_do, plan};
pub use receipt::receipt;
pub use runs::runs;
pub use steps::steps;

use super::text::{name, safe};
use crate::{
    language::{Language, Phrase, text},
    model::{
        mailbox::MailboxName,
        plan::{Action, Step},
    },
};
use ink::Ink;

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
}

impl Look {
    /// Tables are made for this many columns where fewer are asked for.
    pub const NARROWEST: usize = 40;

    /// A phrase in the language, as it is; what it was given must be safe to show.
    fn say(self, phrase: impl Into<Phrase>) -> String {
        phrase.into().say(self.language).to_owned()
    }

    /// A phrase with names of strangers in it.
    fn safe(self, phrase: &Phrase) -> String {
        safe(phrase.say(self.language))
    }

    fn at_least_narrowest(self) -> Self {
        Self {
            width: self.width.max(Self::NARROWEST),
            ..self
        }
    }
}

/// What a step is about: `Courrier envoyé → Sent`.
fn subject(step: &Step, look: Look) -> String {
    let shown = |mailbox: &Option<MailboxName>| mailbox.as_ref().map(name);
    match (step.action, shown(&step.source), shown(&step.target)) {
        (Action::Mark, Some(source), None) => look.say(text::no_longer(source, mark(step))),
        (Action::Mark, _, Some(target)) => look.say(text::as_marked(target, mark(step))),
        (_, Some(source), Some(target)) => format!("{source} → {target}"),
        (_, Some(only), None) | (_, None, Some(only)) => only,
        (_, None, None) => "?".to_owned(),
    }
}

fn mark(step: &Step) -> Phrase {
    step.role.map_or_else(text::marked_somehow, |role| {
        role.attribute().unwrap_or_else(|| role.word()).into()
    })
}
