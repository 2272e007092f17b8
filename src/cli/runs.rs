//! `rolecall runs`: what the journals tell. Nothing is sent.

use super::{
    args::{Format, Runs},
    failure::{Failure, Status},
    fix::state_dir,
    output::{Output, look},
};
use crate::{
    apply::{self, StateDir},
    report::{json, table, text::safe},
};

pub fn run(options: &Runs) -> Result<Status, Failure> {
    let home = StateDir::open(state_dir(&options.shared)?)?;
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
    Ok(Status::Done)
}

/// A story's line may be long, since it names every message: it is not cut.
fn safe_line(line: &str) -> String {
    let pieces: Vec<char> = line.chars().collect();
    let mut text: String = pieces
        .chunks(150)
        .map(|piece| safe(&piece.iter().collect::<String>()))
        .collect();
    text.push('\n');
    text
}
