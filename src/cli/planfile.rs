//! Plan files: a reviewed plan is applied exactly as it was written, or not at all.
//!
//! In: YAML or JSON by the file's ending. Out: an intact Plan. Never: a field that is not known, a changed octet.

use std::{fs::File, io::Read as _, path::Path};

use super::{failure::Failure, output::replace};
use crate::model::plan::{Plan, SCHEMA};

const LARGEST: u64 = 16 << 20;

/// Writes a plan for review.
pub fn write(path: &Path, plan: &Plan) -> Result<(), Failure> {
    let text = if is_json(path)? {
        serde_json::to_string_pretty(plan).map_err(|error| error.to_string())
    } else {
        serde_yaml::to_string(plan).map_err(|error| error.to_string())
    };
    let text = text.map_err(|error| {
        Failure::config(format!("cannot write the plan {}: {error}", path.display()))
    })?;
    replace(path, &text)
}

/// Reads a plan and refuses any that was changed.
pub fn read(path: &Path) -> Result<Plan, Failure> {
    let failed = |why: String| {
        Failure::config(format!("cannot use the plan {}: {why}", path.display()))
            .hint("make it again with `rolecall fix --save-plan`; --skip-step leaves a step out")
    };
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST + 1).read_to_string(&mut text))
        .map_err(|error| failed(error.to_string()))?;
    if text.len() as u64 > LARGEST {
        return Err(failed("it is larger than 16 MiB".to_owned()));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let plan: Plan = if is_json(path)? {
        serde_json::from_str(text).map_err(|error| failed(error.to_string()))?
    } else {
        serde_yaml::from_str(text).map_err(|error| failed(error.to_string()))?
    };
    if plan.schema != SCHEMA {
        return Err(failed(format!(
            "it has the schema {}; this rolecall knows {SCHEMA}",
            plan.schema
        )));
    }
    if !plan.is_intact() {
        return Err(failed("it was changed after it was made".to_owned()));
    }
    Ok(plan)
}

/// Tells the format from the file's ending.
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
