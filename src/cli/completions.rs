//! `rolecall completions`: what a shell completes commands and options by.

use clap::CommandFactory as _;

use super::{
    args::{Cli, Completions},
    exit_status::ExitStatus,
    failure::Failure,
    output::Output,
};

pub fn run(options: &Completions) -> Result<ExitStatus, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "rolecall", &mut script);
    Output::new(None)?.write(&String::from_utf8_lossy(&script))?;
    Ok(ExitStatus::Done)
}
