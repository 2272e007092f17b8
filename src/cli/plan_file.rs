//! Plan files: a reviewed plan is applied exactly as it was written, or not at all.
//!
//! In: YAML or JSON, by the file's ending. Out: an unchanged plan whose words agree with what it does. Refused: a field
//! that is unknown, a changed octet, a character that turns or hides others before a reviewer's eyes, a file above 16 MiB.
//!
//! The digest finds slips and no ill will, since anyone can compute one. So what a plan shows is checked against what it
//! would do (`model::plan`), and the ways of YAML to write one thing and mean another (tags, anchors, aliases, directives)
//! are refused.

use std::{fmt::Display, io, path::Path};

use granit_parser::{Event, Parser};
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_yaml::{Options, budget, options};

use super::{failure::Failure, output::replace};
use crate::{
    config::account::Account,
    mapping::fault::plainly,
    model::{
        io_error::in_words,
        plan::{Plan, SCHEMA},
    },
    private,
    report::{
        json,
        text::{is_deceptive, safe},
        yaml,
    },
};

/// The most octets of a plan file.
const LARGEST: u64 = 16 << 20;
/// The most YAML nodes; a plan of that size has far fewer.
const NODES: usize = 4_000_000;

/// The deepest nesting; a plan has half of it. Each level takes room on the stack.
const DEPTH: usize = 32;

/// Writes a plan for review.
pub fn write(path: &Path, plan: &Plan) -> Result<(), Failure> {
    let text = if is_json(path)? {
        Ok(json::pretty(plan))
    } else {
        yaml::block(plan)
    };
    let text = text.map_err(|error| {
        Failure::config(format!("cannot write the plan {}: {error}", path.display()))
    })?;
    replace(path, &text)
}

/// Reads a plan. Refuses one that was changed, or that shows something else than it does.
pub fn read(path: &Path) -> Result<Plan, Failure> {
    let is_json = is_json(path)?;
    let read = || {
        let text = text_of(path)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        parse(text, is_json)
    };
    read().map_err(|why| {
        Failure::config(format!("cannot use the plan {}: {why}", path.display()))
            .hint("make it again with `rolecall fix --save-plan`; --skip-step leaves a step out")
    })
}

fn text_of(path: &Path) -> Result<String, String> {
    let said = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => in_words(&error),
    };
    // A plan in a pipe could not be read again before it is applied.
    if !std::fs::metadata(path).map_err(said)?.is_file() {
        return Err("it is no file".to_owned());
    }
    let content = private::read(path, LARGEST).map_err(said)?;
    // Whoever can write into it can make it say anything, and its digest fit.
    private::believable(&content.metadata)?;
    if content.octets.len() as u64 > LARGEST {
        return Err("it is larger than 16 MiB".to_owned());
    }
    String::from_utf8(content.octets.to_vec()).map_err(|_| "it is not UTF-8".to_owned())
}

/// The field that every version of the schema has.
#[derive(Deserialize)]
struct Head {
    schema: String,
}

/// The parts of a plan that only an undo has.
#[derive(Deserialize)]
struct OfAnUndo {
    undoes: Option<IgnoredAny>,
    steps: Vec<Moves>,
}

#[derive(Deserialize)]
struct Moves {
    uids: Option<IgnoredAny>,
}

/// Reads a plan from its text.
pub fn parse(text: &str, is_json: bool) -> Result<Plan, String> {
    is_as_it_looks(text)?;
    if !is_json {
        is_plain_yaml(text)?;
    }
    let head: Head = from(text, is_json)?;
    if head.schema != SCHEMA {
        return Err(format!(
            "it has the schema \"{}\"; this rolecall knows {SCHEMA}",
            head.schema
        ));
    }
    // A set of UIDs may be short in a file and huge in memory, so it is refused before the whole plan is read.
    let undo: OfAnUndo = from(text, is_json)?;
    let mut steps = (1..).zip(&undo.steps);
    if let Some((number, _)) = steps.find(|(_, step)| step.uids.is_some()) {
        return Err(format!(
            "step {number}, uids: only `rolecall undo RUN` chooses single messages, from the journal"
        ));
    }
    if undo.undoes.is_some() {
        return Err("undoes: `rolecall undo RUN` makes that plan, from the journal".to_owned());
    }
    let plan: Plan = from(text, is_json)?;
    if !plan.is_intact() {
        return Err("it was changed after it was made".to_owned());
    }
    plan.check().map_err(|fault| fault.to_string())?;
    if !Account::is_url_of(&plan.identity) {
        return Err(format!(
            "identity: \"{}\" is not the URL of this host, port and user",
            plan.identity.url
        ));
    }
    Ok(plan)
}

fn from<T: DeserializeOwned>(text: &str, is_json: bool) -> Result<T, String> {
    if is_json {
        // From octets, as journals are read: the code that reads a plan is there once.
        let octets = text.as_bytes();
        serde_json::from_slice(octets).map_err(|error| at_line(error.line(), &error.to_string()))
    } else {
        serde_yaml::from_str_with_options(text, bounds()).map_err(|error| {
            let line = error.location().map_or(1, |location| location.line());
            at_line(line, &error.to_string())
        })
    }
}

/// The error of a reader, its place first.
fn at_line(line: impl Display, message: &str) -> String {
    format!("line {line}: {}", plainly(message))
}

fn bounds() -> Options {
    options! {
        with_snippet: false,
        budget: budget! {
            max_nodes: NODES,
            max_events: 3 * NODES,
            max_depth: DEPTH,
        },
    }
}

/// Refuses what an editor would show as something else; rolecall writes such characters as escapes.
fn is_as_it_looks(text: &str) -> Result<(), String> {
    for (number, line) in (1..).zip(text.lines()) {
        let mut letters = line.chars().filter(|letter| *letter != '\t');
        if let Some(letter) = letters.find(|letter| is_deceptive(*letter)) {
            let code = u32::from(letter);
            return Err(format!(
                "line {number}: it holds U+{code:04X}, which cannot be seen or turns what stands beside it"
            ));
        }
    }
    Ok(())
}

/// Refuses the parts of YAML that make it mean something else than it shows.
fn is_plain_yaml(text: &str) -> Result<(), String> {
    let options = granit_parser::options! {
        disallow_directives: true,
        emit_comments: false,
    };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| at_line(error.marker().line(), &error.info()))?;
        let what = match event {
            Event::Alias(_) => "an alias",
            Event::Scalar(_, _, anchor, tag) => named(anchor, tag.is_some()),
            Event::SequenceStart(_, anchor, tag) | Event::MappingStart(_, anchor, tag) => {
                named(anchor, tag.is_some())
            }
            _ => continue,
        };
        if !what.is_empty() {
            let line = span.start.line();
            return Err(format!("line {line}: it has {what}, and a plan has none"));
        }
    }
    Ok(())
}

fn named(anchor: usize, is_tagged: bool) -> &'static str {
    match (anchor, is_tagged) {
        (_, true) => "a tag",
        (0, false) => "",
        (_, false) => "an anchor",
    }
}

/// The command that applies a plan, safe to show.
pub fn apply_command(path: &Path) -> String {
    let path = path.display().to_string();
    format!("rolecall fix --plan {}", safe(&shell_words::quote(&path)))
}

/// Whether the file is JSON, by its ending; else it is YAML.
pub fn is_json(path: &Path) -> Result<bool, Failure> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("json") => Ok(true),
        Some("yaml" | "yml") => Ok(false),
        _ => Err(
            Failure::config(format!("cannot tell the format of {}", path.display()))
                .hint("end the name in .yaml or .json"),
        ),
    }
}
