//! The binary: parse, run, one exit status.

use std::process::ExitCode;

use clap::Parser as _;
use rolecall::cli::{self, Cli, Status};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are results; anything else is status 2. A closed pipe is nobody's failure.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() {
                Status::Usage.code()
            } else {
                Status::Done.code()
            });
        }
    };
    let Ok(runtime) = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    else {
        return ExitCode::from(Status::Bug.code());
    };
    // A panic is caught where it ends a task, so that a bug has a status of its own.
    let status = runtime.block_on(async { tokio::spawn(cli::run(cli)).await });
    runtime.shutdown_background();
    ExitCode::from(status.unwrap_or(Status::Bug).code())
}
