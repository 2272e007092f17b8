//! `rolecall schema`: the JSON Schemas of what `--format json` prints and of saved plans.

use super::{args::SchemaOf, exit_status::ExitStatus, failure::Failure, output::Output};
use crate::{
    language::text,
    mapping::nearest,
    report::{json::PUBLISHED, text::safe},
};

pub fn run(options: &SchemaOf) -> Result<ExitStatus, Failure> {
    let text = match &options.name {
        Some(name) => one(name)?.to_owned(),
        None => PUBLISHED.map(|(name, _)| name).join("\n") + "\n",
    };
    Output::new(None)?.write(&text)?;
    Ok(ExitStatus::Done)
}

fn one(name: &str) -> Result<&'static str, Failure> {
    let found = PUBLISHED.iter().find(|(known, _)| *known == name);
    found.map(|(_, schema)| *schema).ok_or_else(|| {
        let known = PUBLISHED.iter().map(|(known, _)| *known);
        let hint = match nearest(name, known) {
            Some(near) => text::did_you_mean_schema(near),
            None => text::try_schema_list(),
        };
        Failure::config(text::cannot(text::find_schema(safe(name)))).hint(hint)
    })
}
