//! The binary: parses the command line, runs the command, and exits with one status.

use std::process::ExitCode;

use rolecall::cli::{self, ExitStatus};
use tokio::runtime::Builder;

fn main() -> ExitCode {
    let cli = match cli::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(status) => return ExitCode::from(status.code()),
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
