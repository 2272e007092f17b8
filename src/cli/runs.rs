//! `rolecall runs`: what the journals say. Nothing is sent.

use super::{
    args::{Format, Runs, Shared},
    exit_status::ExitStatus,
    failure::Failure,
    output::Output,
    results::{Frame, receipt_of},
    state_dir,
    terminal::look,
};
use crate::{
    apply::{self, StateDir},
    language::{Phrase, text},
    report::{
        csv, json, markdown,
        table::{self, Look},
        text::{hanging, safe},
    },
};

/// The most characters that are made safe at once; what is longer would be cut.
const PIECE: usize = 150;

pub fn run(options: &Runs) -> Result<ExitStatus, Failure> {
    let home = StateDir::open(state_dir::path(&options.shared)?)?;
    let mut output = Output::new(options.shared.output.clone())?;
    let text = match &options.run {
        Some(run) => one(&home, run, &options.shared)?,
        None => all(&home, &options.shared)?,
    };
    output.write(&text)?;
    output.finish()?;
    Ok(ExitStatus::Done)
}

/// Every run.
fn all(home: &StateDir, shared: &Shared) -> Result<String, Failure> {
    let frame = Frame::of("runs", shared)?;
    let runs = apply::runs(home)?;
    let text = match shared.format {
        Format::Table => table::runs(&runs, look(shared)),
        Format::Json => runs
            .iter()
            .map(|run| json::run_summary_line(run) + "\n")
            .collect(),
        Format::Csv => csv::runs(&runs, frame.language),
        Format::Markdown => markdown::runs(&runs, frame.language),
        Format::Html => {
            return Err(Failure::config(text::cannot(text::runs_on_one_page()))
                .hint(text::try_one_run_page()));
        }
    };
    Ok(frame.file("", &text))
}

/// What one run did: message by message for people and scripts, step by step in forms for others.
fn one(home: &StateDir, run: &str, shared: &Shared) -> Result<String, Failure> {
    let frame = Frame::of("plan", shared)?;
    match shared.format {
        Format::Table => {
            let story = apply::history(home, run)?;
            let look = look(shared);
            let story = story.iter();
            let story = story.map(|line| safe_line(line, look));
            Ok(story.collect())
        }
        Format::Json => Ok(json::story_line(run, &apply::history(home, run)?) + "\n"),
        Format::Csv | Format::Markdown | Format::Html => {
            let Some(recorded) = apply::recorded(home, run)? else {
                return Ok(frame.file("", ""));
            };
            let (plan, receipt) = (&recorded.plan, &recorded.receipt);
            let text = receipt_of(plan, receipt, &recorded.started, shared);
            Ok(frame.file(&plan.account, &text))
        }
    }
}

/// A line of a run's history, made safe to show and as wide as the terminal. It names every message, so it may be long and is
/// not cut.
pub fn safe_line(line: &Phrase, look: Look) -> String {
    let line = line.say(look.language);
    let told = line.trim_start_matches(' ');
    let indent = line.len() - told.len();
    let letters: Vec<char> = told.chars().collect();
    let told: String = letters
        .chunks(PIECE)
        .map(|piece| safe(&piece.iter().collect::<String>()))
        .collect();
    look.language.typeset(&hanging(&told, indent, look.width))
}
