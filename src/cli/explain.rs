//! `rolecall explain`: what a code or an exit status means.

use super::{
    args::{Colour, Explain},
    exit_status::ExitStatus,
    failure::Failure,
    output::Output,
    terminal::look_for,
};
use crate::{
    model::finding::Code,
    report::{
        codes,
        text::{paragraph, safe},
    },
};

pub fn run(options: &Explain) -> Result<ExitStatus, Failure> {
    let mut output = Output::new(None)?;
    let text = match &options.code {
        None => codes::list(),
        Some(word) => one(word).ok_or_else(|| {
            Failure::config(format!(
                "cannot explain \"{}\": there is no such code",
                safe(word)
            ))
            .hint("`rolecall explain` lists every code")
        })?,
    };
    output.write(&text)?;
    Ok(ExitStatus::Done)
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
    let status = ExitStatus::BY_WEIGHT
        .into_iter()
        .find(|status| status.code() == number)?;
    Some(format!("exit status {number}: {}\n", status.meaning()))
}
