//! The list of codes: what `rolecall explain` and `rolecall audit --help` print.
//!
//! In: nothing. Out: every code of findings and remarks with its severity and headline, in English.

use std::fmt::Write as _;

use crate::model::finding::Code;

/// Every code with its severity and headline, one a line.
#[must_use]
pub fn list() -> String {
    let mut text =
        "Codes of findings and remarks; `rolecall explain CODE` tells more:\n".to_owned();
    for code in Code::EVERY {
        let (severity, headline) = (code.severity().word(), code.headline());
        let _ = writeln!(text, "  {code:<22} {severity:<8} {headline}");
    }
    text
}
