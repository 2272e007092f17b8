//! `rolecall explain`: what a code or an exit status means.

use std::fmt::Write as _;

use super::{
    args::{Colour, Explain},
    failure::{Failure, Status},
    output::{Output, look_for},
};
use crate::{
    model::finding::Code,
    report::text::{paragraph, safe},
};

pub fn run(options: &Explain) -> Result<Status, Failure> {
    let mut output = Output::new(None)?;
    let text = match &options.code {
        None => all(),
        Some(word) => one(word).ok_or_else(|| {
            Failure::config(format!(
                "cannot explain \"{}\": there is no such code",
                safe(word)
            ))
            .hint("`rolecall explain` lists every code")
        })?,
    };
    output.write(&text)?;
    Ok(Status::Done)
}

fn one(word: &str) -> Option<String> {
    if let Some(code) = Code::from_word(word) {
        let width = look_for(Colour::Never, false, false).width;
        return Some(format!(
            "{code} ({}): {}\n\n{}\n",
            code.severity().word(),
            code.headline(),
            paragraph(code.explanation(), width)
        ));
    }
    let number: u8 = word.parse().ok()?;
    let status = Status::BY_WEIGHT
        .into_iter()
        .find(|status| status.code() == number)?;
    Some(format!("exit status {number}: {}\n", status.meaning()))
}

/// Every code with its severity and headline.
pub fn all() -> String {
    let mut text =
        "Codes of findings and remarks; `rolecall explain CODE` tells more:\n".to_owned();
    for code in Code::EVERY {
        let (severity, headline) = (code.severity().word(), code.headline());
        let _ = writeln!(text, "  {code:<22} {severity:<8} {headline}");
    }
    text
}
