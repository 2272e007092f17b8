//! The list of codes: what `rolecall explain` and `rolecall audit --help` print.
//!
//! In: nothing. Out: every code of findings and remarks with its severity and headline.

use std::fmt::Write as _;

use super::table::severity;
use crate::{
    language::{Language, text},
    model::finding::Code,
};

/// Every code with its severity and headline, one a line.
#[must_use]
pub fn list(language: Language) -> String {
    let mut list = text::codes_are().say(language).to_owned() + "\n";
    for code in Code::EVERY {
        let (severity, headline) = (severity(code.severity()), code.headline());
        let (severity, headline) = (severity.say(language), headline.say(language));
        let _ = writeln!(list, "  {code:<22} {severity:<9} {headline}");
    }
    list
}
