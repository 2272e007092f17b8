//! `rolecall mappings`: the table of names, browsed, asked, checked. Nothing is sent.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::{
    account::{mapping, unusable},
    args::{Colour, Format},
    failure::{Failure, Status},
    output::{Output, complain, look_for},
};
use crate::{
    config::words::{role, tag},
    mapping::{Entry, Head, Mapping, Table, file, garbled, review},
    model::role::Role,
    report::{json, table, yaml},
};

#[derive(Debug, Args)]
pub struct Mappings {
    /// What is asked.
    #[command(subcommand)]
    pub about: AboutMappings,
}

#[derive(Debug, Subcommand)]
pub enum AboutMappings {
    /// List the names by role and language
    List(ListMappings),
    /// Tell what names are used for and who uses them; exit status 1 if one is not known
    Lookup(LookupMappings),
    /// Check tables of your own: every fault with its place, or what they change
    Check(CheckMappings),
}

#[derive(Debug, Args)]
pub struct ListMappings {
    /// Only names for this role, alone or beside another
    #[arg(long, value_name = "ROLE", value_parser = role)]
    pub role: Option<Role>,
    /// Only this language
    #[arg(long, value_name = "TAG", value_parser = tag)]
    pub locale: Option<String>,
    /// A table of your own, a file or a folder, over the built-in one (repeatable)
    #[arg(long, value_name = "PATH")]
    pub mappings: Vec<PathBuf>,
    /// How results are written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: MappingFormat,
    /// Write results to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,
    /// Show each name on a line of its own, with who gives it
    #[arg(long, short)]
    pub verbose: bool,
}

#[derive(Debug, Args)]
pub struct LookupMappings {
    /// Names as a client shows them or as a server sends them
    #[arg(required = true, value_name = "NAME")]
    pub names: Vec<String>,
    /// A table of your own, a file or a folder, over the built-in one (repeatable)
    #[arg(long, value_name = "PATH")]
    pub mappings: Vec<PathBuf>,
    /// How results are written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: Format,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,
}

#[derive(Debug, Args)]
pub struct CheckMappings {
    /// Tables of your own, files or folders
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MappingFormat {
    /// For people
    Table,
    /// JSON Lines, one object a name
    Json,
    /// A file of one language, to begin a table of your own with
    Yaml,
}

pub fn run(about: &AboutMappings) -> Result<Status, Failure> {
    match about {
        AboutMappings::List(options) => list(options),
        AboutMappings::Lookup(options) => lookup(options),
        AboutMappings::Check(options) => check(options),
    }
}

fn list(options: &ListMappings) -> Result<Status, Failure> {
    let mapping = mapping(&options.mappings)?;
    let mut output = Output::new(options.output.clone())?;
    let entries = chosen(&mapping, options.role, options.locale.as_deref());
    if entries.is_empty() {
        return Err(
            Failure::config("cannot find a name of this role and language")
                .hint("`rolecall mappings list` shows every role and language there is"),
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
    Ok(Status::Done)
}

/// The entries for a role and a language, sorted by role, language and, as in the files, name.
fn chosen<'a>(
    mapping: &'a Mapping,
    role: Option<Role>,
    locale: Option<&str>,
) -> Vec<(&'a Head, &'a Entry)> {
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
    let mut entries: Vec<(&Head, &Entry)> = mapping
        .entries()
        .filter(|(head, _)| speaks(&head.locale))
        .filter(|(_, entry)| role.is_none_or(|role| entry.roles.contains(&role)))
        .collect();
    entries.sort_by_key(|(head, entry)| (entry.roles.len() > 1, &entry.roles, &head.locale));
    entries
}

/// A file holds one language.
fn only_locale<'a>(entries: &[(&'a Head, &Entry)]) -> Result<&'a str, Failure> {
    let mut locales = entries.iter().map(|(head, _)| &*head.locale);
    let first = locales.next().unwrap_or_default();
    if locales.all(|locale| locale == first) {
        Ok(first)
    } else {
        Err(
            Failure::config("cannot write several languages into one YAML file")
                .hint("add --locale TAG"),
        )
    }
}

fn lookup(options: &LookupMappings) -> Result<Status, Failure> {
    let mapping = mapping(&options.mappings)?;
    let mut output = Output::new(None)?;
    let look = look_for(options.color, false, false);
    let mut status = Status::Done;
    for (index, asked) in options.names.iter().enumerate() {
        let meant = garbled::meant(asked);
        let answer = mapping.answer(meant.as_deref().unwrap_or(asked));
        if answer.matches.is_empty() {
            status = Status::Found;
        }
        let text = match options.format {
            Format::Json => json::lookup_line(asked, &answer) + "\n",
            Format::Table => {
                let gap = if index > 0 { "\n" } else { "" };
                gap.to_owned() + &table::answer(asked, meant.as_deref(), &answer, look)
            }
        };
        output.write(&text)?;
    }
    output.finish()?;
    Ok(status)
}

fn check(options: &CheckMappings) -> Result<Status, Failure> {
    let mut output = Output::new(None)?;
    let look = look_for(options.color, false, false);
    let mut status = Status::Done;
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
    file::read(path).map_err(|error| unusable(&error))
}
