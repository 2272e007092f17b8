//! `rolecall mappings`: browses the table of names, looks names up, checks tables of the user's own. Nothing is sent.

use std::path::Path;

use super::{
    args::{
        AboutMappings, CheckMappings, ListMappings, LookupFormat, LookupMappings, MappingFormat,
    },
    exit_status::ExitStatus,
    failure::Failure,
    judging::{mapping, tables},
    output::Output,
    terminal::{complain, look_for},
};
use crate::{
    language::text,
    mapping::{Head, Mapping, MappingEntry, Table, file, garbled, review},
    model::role::Role,
    report::{json, table, yaml},
};

pub fn run(about: &AboutMappings) -> Result<ExitStatus, Failure> {
    match about {
        AboutMappings::List(options) => list(options),
        AboutMappings::Lookup(options) => lookup(options),
        AboutMappings::Check(options) => check(options),
    }
}

fn list(options: &ListMappings) -> Result<ExitStatus, Failure> {
    let mapping = mapping(&tables(&options.mappings)?);
    let mut output = Output::new(options.output.clone())?;
    let entries = chosen(&mapping, options.role, options.locale.as_deref());
    if entries.is_empty() {
        return Err(
            Failure::config(text::cannot(text::find_name_of_role_and_language()))
                .hint(text::try_mappings_list()),
        );
    }
    let text = match options.format {
        MappingFormat::Table => {
            let look = look_for(options.color, options.verbose, options.output.is_some());
            table::mappings(&entries, look)
        }
        MappingFormat::Json => entries
            .iter()
            .map(|(head, entry)| json::mapping_line(head, entry) + "\n")
            .collect(),
        MappingFormat::Yaml => yaml::mappings(only_locale(&entries)?, &entries),
    };
    output.write(&text)?;
    output.finish()?;
    Ok(ExitStatus::Done)
}

/// The entries for a role and a language, sorted by role, language and, as in the files, name.
fn chosen<'a>(
    mapping: &'a Mapping,
    role: Option<Role>,
    locale: Option<&str>,
) -> Vec<(&'a Head, &'a MappingEntry)> {
    let is_there = |tag: &str| {
        mapping
            .tables()
            .any(|head| head.locale.eq_ignore_ascii_case(tag))
    };
    let speaks = |own: &str| {
        let Some(tag) = locale else {
            return true;
        };
        let language = || own.split('-').next().unwrap_or_default();
        own.eq_ignore_ascii_case(tag) || !is_there(tag) && language().eq_ignore_ascii_case(tag)
    };
    let mut entries: Vec<(&Head, &MappingEntry)> = mapping
        .entries()
        .filter(|(head, _)| speaks(&head.locale))
        .filter(|(_, entry)| role.is_none_or(|role| entry.roles.contains(&role)))
        .collect();
    entries.sort_by_key(|(head, entry)| (entry.roles.len() > 1, &entry.roles, &head.locale));
    entries
}

/// The language of these entries; a file holds only one.
fn only_locale<'a>(entries: &[(&'a Head, &MappingEntry)]) -> Result<&'a str, Failure> {
    let mut locales = entries.iter().map(|(head, _)| &*head.locale);
    let first = locales.next().unwrap_or_default();
    if locales.all(|locale| locale == first) {
        Ok(first)
    } else {
        Err(
            Failure::config(text::cannot(text::several_languages_in_yaml()))
                .hint(text::try_locale()),
        )
    }
}

fn lookup(options: &LookupMappings) -> Result<ExitStatus, Failure> {
    let mapping = mapping(&tables(&options.mappings)?);
    let mut output = Output::new(None)?;
    let look = look_for(options.color, false, false);
    let mut status = ExitStatus::Done;
    for (index, asked) in options.names.iter().enumerate() {
        let meant = garbled::meant(asked);
        let answer = mapping.answer_in(meant.as_deref().unwrap_or(asked), &options.locale);
        if answer.unknown.is_some() {
            status = ExitStatus::Found;
        }
        let text = match options.format {
            LookupFormat::Json => json::lookup_line(asked, &answer) + "\n",
            LookupFormat::Table => {
                let gap = if index > 0 { "\n" } else { "" };
                gap.to_owned() + &table::answer(asked, meant.as_deref(), &answer, look)
            }
        };
        output.write(&text)?;
    }
    output.finish()?;
    Ok(status)
}

fn check(options: &CheckMappings) -> Result<ExitStatus, Failure> {
    let mut output = Output::new(None)?;
    let look = look_for(options.color, false, false);
    let mut status = ExitStatus::Done;
    let mut is_first = true;
    for path in &options.files {
        match read(path) {
            Ok(tables) => {
                for own in &tables {
                    let gap = if is_first { "" } else { "\n" };
                    is_first = false;
                    output.write(&(gap.to_owned() + &table::review(own, &review(own), look)))?;
                }
            }
            Err(failure) => {
                complain(None, &failure);
                status = failure.status();
            }
        }
    }
    output.finish()?;
    Ok(status)
}

fn read(path: &Path) -> Result<Vec<Table>, Failure> {
    Ok(file::read(path)?)
}
