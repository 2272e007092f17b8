//! `rolecall man`: the manual, a page for each command.

use std::fs;

use clap::CommandFactory as _;
use clap_mangen::Man;

use super::{
    args::{Cli, ManPages},
    exit_status::ExitStatus,
    failure::Failure,
    output::Output,
};
use crate::{language::text, model::io_error::in_words};

pub fn run(options: &ManPages) -> Result<ExitStatus, Failure> {
    let command = Cli::command();
    let Some(folder) = &options.output else {
        let mut page = Vec::new();
        Man::new(command)
            .render(&mut page)
            .map_err(|error| Failure::bug(format!("cannot make the manual: {error}")))?;
        Output::new(None)?.write(&String::from_utf8_lossy(&page))?;
        return Ok(ExitStatus::Done);
    };
    fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(command, folder))
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
