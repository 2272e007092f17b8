//! What `--help` says: the English of `cli/args`, where clap reads it, and beside it the French.
//!
//! In: a text as it stands there. Out: its French. Never: a text that is left out because both languages have it alike; it
//! stands here twice, so that nothing is forgotten.

mod commands;
mod options;
mod translations;
mod values;

/// Every text with its French.
pub const PAGES: [&[(&str, &str)]; 3] = [commands::TEXTS, options::TEXTS, values::TEXTS];

/// The French of a text of `--help`; none where it has none.
#[must_use]
pub fn french(english: &str) -> Option<&'static str> {
    let mut texts = PAGES.into_iter().flatten();
    let known = texts.find(|(known, _)| *known == english);
    known.map(|(_, french)| *french)
}
