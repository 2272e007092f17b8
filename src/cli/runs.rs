//! `rolecall runs`: what the journals say. Nothing is sent.

use super::{
    args::{Format, Runs},
    exit_status::ExitStatus,
    failure::Failure,
    output::Output,
    state_dir,
    terminal::look,
};
use crate::{
    apply::{self, StateDir},
    report::{json, table, text::safe},
};

/// The most characters that are made safe at once; what is longer would be cut.
const PIECE: usize = 150;

pub fn run(options: &Runs) -> Result<ExitStatus, Failure> {
    let home = StateDir::open(state_dir::path(&options.shared)?)?;
    let mut output = Output::new(options.shared.output.clone())?;
    let json = options.shared.format == Format::Json;
    let text = if let Some(run) = &options.run {
        let story = apply::history(&home, run)?;
        if json {
            json::story_line(run, &story) + "\n"
        } else {
            story.iter().map(|line| safe_line(line)).collect()
        }
    } else {
        let runs = apply::runs(&home)?;
        if json {
            runs.iter()
                .map(|run| json::run_summary_line(run) + "\n")
                .collect()
        } else {
            table::runs(&runs, look(&options.shared))
        }
    };
    output.write(&text)?;
    output.finish()?;
    Ok(ExitStatus::Done)
}

/// A line of a run's history, made safe to show. It names every message, so it may be long and is not cut.
pub fn safe_line(line: &str) -> String {
    let letters: Vec<char> = line.chars().collect();
    let mut text: String = letters
        .chunks(PIECE)
        .map(|piece| safe(&piece.iter().collect::<String>()))
        .collect();
    text.push('\n');
    text
}
