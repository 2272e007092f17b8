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

use super::{failure::Failure, next_command::carried, output::replace};
use crate::{
    config::account::Account,
    language::{Phrase, text},
    mapping::fault::plainly,
    model::{
        io_error::in_words,
        plan::{Plan, SCHEMA},
    },
    private,
    report::{
        json,
        text::{is_deceptive, shell_word},
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
        let path = path.display().to_string();
        Failure::config(text::cannot(text::write_plan_since(path, error)))
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
        Failure::config(text::cannot(text::use_plan_since(
            path.display().to_string(),
            why,
        )))
        .hint(if path.exists() {
            text::try_make_plan_again()
        } else {
            text::try_saved_plan()
        })
    })
}

fn text_of(path: &Path) -> Result<String, Phrase> {
    let said = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => text::no_such_file(),
        _ => in_words(&error),
    };
    // A plan in a pipe could not be read again before it is applied.
    if !std::fs::metadata(path).map_err(said)?.is_file() {
        return Err(text::it_is_no_file());
    }
    let content = private::read(path, LARGEST).map_err(said)?;
    // Whoever can write into it can make it say anything, and its digest fit.
    private::believable(&content.metadata)?;
    if content.octets.len() as u64 > LARGEST {
        return Err(text::larger_than_16_mib());
    }
    String::from_utf8(content.octets.to_vec()).map_err(|_| text::not_utf8())
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
pub fn parse(text: &str, is_json: bool) -> Result<Plan, Phrase> {
    is_as_it_looks(text)?;
    if !is_json {
        is_plain_yaml(text)?;
    }
    let head: Head = from(text, is_json)?;
    if head.schema != SCHEMA {
        return Err(text::has_other_schema(head.schema, SCHEMA));
    }
    // A set of UIDs may be short in a file and huge in memory, so it is refused before the whole plan is read.
    let undo: OfAnUndo = from(text, is_json)?;
    let mut steps = (1..).zip(&undo.steps);
    if let Some((number, _)) = steps.find(|(_, step)| step.uids.is_some()) {
        return Err(text::step_chooses_uids(number.to_string()));
    }
    if undo.undoes.is_some() {
        return Err(text::plan_is_of_undo());
    }
    let mut plan: Plan = from(text, is_json)?;
    if !plan.is_intact() {
        return Err(text::changed_after_made());
    }
    plan.check().map_err(|fault| fault.said())?;
    if !Account::is_url_of(&plan.identity) {
        return Err(text::identity_is_no_url(&plan.identity.url));
    }
    plan.speak_french();
    Ok(plan)
}

fn from<T: DeserializeOwned>(text: &str, is_json: bool) -> Result<T, Phrase> {
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
fn at_line(line: impl Display, message: &str) -> Phrase {
    text::at_line(line.to_string(), plainly(message))
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
fn is_as_it_looks(text: &str) -> Result<(), Phrase> {
    for (number, line) in (1..).zip(text.lines()) {
        let mut letters = line.chars().filter(|letter| *letter != '\t');
        if let Some(letter) = letters.find(|letter| is_deceptive(*letter)) {
            let code = format!("{:04X}", u32::from(letter));
            return Err(text::holds_deceptive(number.to_string(), code));
        }
    }
    Ok(())
}

/// Refuses the parts of YAML that make it mean something else than it shows.
fn is_plain_yaml(text: &str) -> Result<(), Phrase> {
    let options = granit_parser::options! {
        disallow_directives: true,
        emit_comments: false,
    };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| at_line(error.marker().line(), &error.info()))?;
        let what = match event {
            Event::Alias(_) => Some(text::an_alias()),
            Event::Scalar(_, _, anchor, tag) => named(anchor, tag.is_some()),
            Event::SequenceStart(_, anchor, tag) | Event::MappingStart(_, anchor, tag) => {
                named(anchor, tag.is_some())
            }
            _ => continue,
        };
        if let Some(what) = what {
            let line = span.start.line().to_string();
            return Err(text::has_what_no_plan_has(line, what));
        }
    }
    Ok(())
}

fn named(anchor: usize, is_tagged: bool) -> Option<Phrase> {
    match (anchor, is_tagged) {
        (_, true) => Some(text::a_tag()),
        (0, false) => None,
        (_, false) => Some(text::an_anchor()),
    }
}

/// The command that applies a plan, safe to show.
pub fn apply_command(path: &Path) -> String {
    let path = shell_word(&path.display().to_string());
    format!("rolecall fix --plan {path}{}", carried().reach)
}

/// Whether the file is JSON, by its ending; else it is YAML.
pub fn is_json(path: &Path) -> Result<bool, Failure> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("json") => Ok(true),
        Some("yaml" | "yml") => Ok(false),
        _ => Err(
            Failure::config(text::cannot(text::tell_format(path.display().to_string())))
                .hint(text::try_yaml_or_json()),
        ),
    }
}
