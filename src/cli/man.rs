//! `rolecall man`: the manual, a page for each command.

use std::{fs, io, path::Path};

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::{
    args::{Cli, ManPages},
    exit_status::ExitStatus,
    failure::Failure,
    output::Output,
};
use crate::{language::text, model::io_error::in_words};

pub fn run(options: &ManPages) -> Result<ExitStatus, Failure> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let Some(folder) = &options.output else {
        let (_, page) = page(command)
            .map_err(|error| Failure::bug(format!("cannot make the manual: {error}")))?;
        Output::new(None)?.write(&page)?;
        return Ok(ExitStatus::Done);
    };
    fs::create_dir_all(folder)
        .and_then(|()| write(command, folder))
        .map_err(|error| {
            let folder = folder.display().to_string();
            Failure::config(text::cannot(text::write_manual_since(
                folder,
                in_words(&error),
            )))
            .hint(text::try_writable_folder())
        })?;
    Ok(ExitStatus::Done)
}

/// Writes the page of a command, and of each command below it.
fn write(command: Command, folder: &Path) -> io::Result<()> {
    let below = command.get_subcommands();
    for one in below.filter(|one| !one.is_hide_set()) {
        write(one.clone(), folder)?;
    }
    let (file, page) = page(command)?;
    fs::write(folder.join(file), page)
}

/// The page of a command and the name of its file. The synopsis is the line of usage that `--help` has, with the names of
/// what is to be typed; what stands below the help gets a heading of its own.
fn page(mut command: Command) -> io::Result<(String, String)> {
    let usage = command.render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage).to_owned();
    let man = Man::new(command.override_usage(usage));
    let mut page = Vec::new();
    man.render(&mut page)?;
    let page = String::from_utf8_lossy(&page)
        .replace("\n.SH EXTRA\nExamples:\n", "\n.SH EXAMPLES\n")
        .replace("\n.SH EXTRA\n", "\n.SH NOTES\n");
    Ok((man.get_filename(), page))
}
