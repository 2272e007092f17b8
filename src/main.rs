//! The binary: parses the command line, runs the command, and exits with one status.

use std::process::ExitCode;

use clap::Parser as _;
use rolecall::cli::{self, Cli, ExitStatus};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are results; anything else is status 2. A pipe that is closed meanwhile is no failure.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() {
                ExitStatus::Usage.code()
            } else {
                ExitStatus::Done.code()
            });
        }
    };
    let Ok(runtime) = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    else {
        return ExitCode::from(ExitStatus::Bug.code());
    };
    // A panic is caught where it ends this task, so that a bug has an exit status of its own.
    let status = runtime.block_on(async { tokio::spawn(cli::run(cli)).await });
    runtime.shutdown_background();
    ExitCode::from(status.unwrap_or(ExitStatus::Bug).code())
}
