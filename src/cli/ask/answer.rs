//! One question and its answer. The default answer, and the end of the input, always change nothing.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::{
    cli::terminal::{say, spoken},
    language::{Language, Phrase, text},
    report::text::paragraph,
};

/// The most octets of an answer that are read.
const LONGEST: u64 = 1_000;
/// The columns of what is printed before a question.
pub(super) const WIDTH: usize = 78;

/// Asks, and returns the answer in lower case; none at the end of the input.
pub(super) fn answer(question: &str) -> Option<String> {
    use io::Read as _;
    let mut stderr = io::stderr();
    write!(stderr, "{} ", spoken().typeset(question))
        .and_then(|()| stderr.flush())
        .ok()?;
    let mut line = String::new();
    let mut input = io::stdin().lock();
    let length = input.by_ref().take(LONGEST).read_line(&mut line).ok()?;
    if length > 0 && !line.ends_with('\n') {
        // The rest of a longer line is no answer to the next question.
        input.skip_until(b'\n').ok()?;
    }
    (length > 0).then(|| line.trim().to_lowercase())
}

/// Whether somebody can see a question and answer it.
pub fn is_possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// How often a question is asked again before nobody seems to answer it.
const TRIES: usize = 20;

/// What somebody chose of a numbered list.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// The place in the list, from 0.
    Number(usize),
    /// None of them: `s`.
    Skip,
    /// Enter, or the end of the input.
    Suggested,
}

/// Asks until the answer is one: a number of the list, `s`, or Enter.
pub(super) fn choice(question: &Phrase, length: usize, language: Language) -> Choice {
    for _ in 0..TRIES {
        let Some(reply) = answer(question.say(language)) else {
            break;
        };
        match chosen(&reply, length) {
            Some(choice) => return choice,
            None => say(paragraph(
                text::not_a_choice(length.to_string()).say(language),
                WIDTH,
            )),
        }
    }
    Choice::Suggested
}

/// What an answer chooses of a list of this length; none where it is no choice.
fn chosen(reply: &str, length: usize) -> Option<Choice> {
    match reply {
        "" => Some(Choice::Suggested),
        "s" => Some(Choice::Skip),
        number => {
            let place = number.parse::<usize>().ok()?.checked_sub(1)?;
            (place < length).then_some(Choice::Number(place))
        }
    }
}

/// Prints a paragraph, with an empty line before it.
pub(super) fn tell(text: &str) {
    say(format!("\n{}", paragraph(text, WIDTH)));
}

pub(super) fn is_yes(answer: Option<String>) -> bool {
    answer.is_some_and(|answer| matches!(answer.as_str(), "y" | "yes" | "o" | "oui"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_key_chooses_nothing_and_is_no_leave() {
        for wrong in ["?", "h", "3", "0", "-1", "sk", "1 2"] {
            assert_eq!(chosen(wrong, 2), None, "{wrong}");
        }
        assert_eq!(chosen("", 2), Some(Choice::Suggested));
        assert_eq!(chosen("s", 2), Some(Choice::Skip));
        assert_eq!(chosen("2", 2), Some(Choice::Number(1)));
    }
}
