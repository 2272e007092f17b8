//! `rolecall explain`: what a code or an exit status means.

use std::fmt::Write as _;

use super::{
    args::Explain,
    failure::{Failure, Status},
    output::Output,
};
use crate::{model::finding::Code, report::text::safe};

pub fn run(options: &Explain) -> Result<Status, Failure> {
    let mut output = Output::new(None);
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
        return Some(format!(
            "{code} ({}): {}\n\n{}\n",
            code.severity().word(),
            code.headline(),
            code.explanation()
        ));
    }
    let number: u8 = word.parse().ok()?;
    let status = Status::BY_WEIGHT
        .into_iter()
        .find(|status| status.code() == number)?;
    Some(format!("exit status {number}: {}\n", status.meaning()))
}

fn all() -> String {
    let mut text = String::new();
    for code in Code::EVERY {
        let (severity, headline) = (code.severity().word(), code.headline());
        let _ = writeln!(text, "{code:<22} {severity:<8} {headline}");
    }
    text
}
