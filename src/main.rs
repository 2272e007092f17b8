//! The binary: parses the command line, runs the command, and exits with one status.

use std::process::ExitCode;

use clap::{
    Parser as _,
    error::{ContextKind, ContextValue},
};
use rolecall::cli::{self, Cli, ExitStatus};
use tokio::runtime::Builder;

fn main() -> ExitCode {
    let cli = match Cli::try_parse_from(cli::spelt_out(std::env::args_os())) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are results; anything else is status 2. A pipe that is closed meanwhile is no failure.
            let error = discreet(error);
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() {
                ExitStatus::Usage.code()
            } else {
                ExitStatus::Done.code()
            });
        }
    };
    let mut builder = if cli.needs_one_thread() {
        Builder::new_current_thread()
    } else {
        Builder::new_multi_thread()
    };
    let Ok(runtime) = builder.enable_all().build() else {
        return ExitCode::from(ExitStatus::Bug.code());
    };
    // A panic is caught where it ends this task, so that a bug has an exit status of its own.
    let status = runtime.block_on(async { tokio::spawn(cli::run(cli)).await });
    runtime.shutdown_background();
    ExitCode::from(status.unwrap_or(ExitStatus::Bug).code())
}

/// The same error without what was typed, unless it is a slip of something that there is: a password may have been typed in
/// the place of something else.
fn discreet(mut error: clap::Error) -> clap::Error {
    let is_slip = [
        ContextKind::SuggestedValue,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
    ]
    .iter()
    .any(|kind| error.get(*kind).is_some());
    for kind in [ContextKind::InvalidValue, ContextKind::InvalidSubcommand] {
        if !is_slip && error.get(kind).is_some() {
            error.insert(kind, ContextValue::String("…".to_owned()));
        }
    }
    error
}
