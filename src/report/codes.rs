//! The list of codes: what `rolecall explain` prints, and `rolecall audit --help`, which clap wraps.
//!
//! In: nothing. Out: every code of findings and remarks with its severity and headline.

use std::fmt::Write as _;

use super::{
    table::{Look, severity},
    text::paragraph,
};
use crate::{
    language::{Language, text},
    model::finding::Code,
};

/// The columns before a headline: two blanks, the code, its severity and a blank behind each.
const HEAD: usize = 35;
/// The fewest columns of a headline.
const NARROWEST: usize = 20;

/// Every code with its severity and headline, as wide as the terminal.
#[must_use]
pub fn table(look: Look) -> String {
    let (language, indent) = (look.language, " ".repeat(HEAD));
    let mut table = paragraph(text::codes_are().say(language), look.width) + "\n";
    for code in Code::EVERY {
        let (severity, headline) = (severity(code.severity()), code.headline());
        let (severity, headline) = (severity.say(language), headline.say(language));
        let columns = look.width.saturating_sub(HEAD).max(NARROWEST);
        let headline = paragraph(headline, columns).replace('\n', &format!("\n{indent}"));
        let _ = writeln!(table, "  {code:<22} {severity:<9} {headline}");
    }
    table
}

/// The same as wide as terminals are at least, for who breaks no line that fits.
#[must_use]
pub fn list(language: Language) -> String {
    table(Look {
        width: 80,
        language,
        ..Look::default()
    })
}
