//! `rolecall explain`: what a code or an exit status means.

use super::{
    args::{Colour, Explain},
    exit_status::ExitStatus,
    failure::Failure,
    output::Output,
    terminal::{look_for, spoken},
};
use crate::{
    language::text,
    mapping::nearest,
    model::finding::Code,
    report::{
        codes,
        table::{Look, severity},
        text::{paragraph, safe},
    },
};

pub fn run(options: &Explain) -> Result<ExitStatus, Failure> {
    let mut output = Output::new(None)?;
    let text = match &options.code {
        None => codes::table(look_for(Colour::Never, false, false)),
        Some(word) => one(word).ok_or_else(|| unknown(word))?,
    };
    output.write(&spoken().typeset(&text))?;
    Ok(ExitStatus::Done)
}

/// Why nothing can be said of a word.
fn unknown(word: &str) -> Failure {
    let codes = Code::EVERY.iter().map(|code| code.word());
    let hint = match nearest(word, codes) {
        Some(near) => text::did_you_mean_code(near),
        None => text::try_explain(),
    };
    Failure::config(text::cannot(text::explain_unknown(safe(word)))).hint(hint)
}

fn one(word: &str) -> Option<String> {
    let Look {
        width, language, ..
    } = look_for(Colour::Never, false, false);
    if let Some(code) = Code::from_word(word) {
        return Some(format!(
            "{}\n\n{}\n",
            paragraph(
                text::code_is(code.word(), severity(code.severity()), code.headline())
                    .say(language),
                width
            ),
            paragraph(code.explanation().say(language), width)
        ));
    }
    let number: u8 = word.parse().ok()?;
    let status = ExitStatus::BY_WEIGHT
        .into_iter()
        .find(|status| status.code() == number)?;
    let means = text::exit_status_means(number.to_string(), status.meaning());
    Some(paragraph(means.say(language), width) + "\n")
}
