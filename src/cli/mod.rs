//! The command line: one file per command, and what the commands share.
//!
//! In: arguments. Out: results, one exit status. Nothing is judged here: that happens in the rooms that this one joins.
//!
//! `args` is what can be typed; `usage` reads it and says what is wrong with it, `help` explains it in other languages. `gather` finds the accounts, with `addresses` the servers of e-mail addresses, `connector` reaches them, `judging` judges them. `runner` goes
//! through all of them, an `attempt` each; `result_sink` counts their ends, and `result_writer` writes them to the record
//! (`ledger`), to the report folder (`reports`) and to the `output`.

mod accounts;
mod addresses;
mod args;
mod ask;
mod attempt;
mod audit;
mod clients;
mod clock;
mod completions;
mod connector;
mod demo;
mod event_log;
mod exit_status;
mod explain;
mod failure;
mod filters;
mod fix;
mod gather;
mod help;
mod import;
mod judging;
mod ledger;
mod man;
mod mappings;
mod metrics;
mod next_command;
mod out_of_reach;
mod output;
mod plan_file;
mod reports;
mod result_sink;
mod result_writer;
mod results;
mod resume;
mod run_context;
mod runner;
mod runs;
mod runs_by_account;
mod saved_plan;
mod schema;
mod since;
mod sink_observer;
mod state_dir;
mod stop_signal;
mod terminal;
mod undo;
mod usage;

use std::pin::Pin;

use crate::language::text;
pub use args::Cli;
use args::Command;
pub use exit_status::ExitStatus;
pub use failure::Failure;
#[cfg(feature = "world")]
pub use plan_file::parse as parse_plan;
pub use usage::parse;

/// Runs one command to its exit status.
///
/// The future is boxed here because the compiler makes the code of an `async fn` anew in each crate that awaits it: the
/// binary would hold all commands twice.
#[must_use]
pub fn run(cli: Cli) -> Pin<Box<dyn Future<Output = ExitStatus> + Send>> {
    terminal::speak(cli.lang);
    Box::pin(async {
        dispatch_boxed(cli).await.unwrap_or_else(|failure| {
            terminal::complain(None, &failure);
            failure.status()
        })
    })
}

async fn dispatch(cli: Cli) -> Result<ExitStatus, Failure> {
    if let Some(path) = cli.overwritten() {
        let path = path.display().to_string();
        return Err(Failure::config(text::cannot(text::write_since(
            path,
            text::needed_otherwise(),
        )))
        .hint(text::try_another_file()));
    }
    match cli.command {
        Command::Audit(options) => audit::run(options).await,
        Command::Fix(options) => fix::run(*options).await,
        Command::Plan(options) => saved_plan::run(&options),
        Command::Clients(options) => clients::run(options).await,
        Command::Accounts(options) => accounts::run(options).await,
        Command::Runs(options) => runs::run(&options),
        Command::Resume(options) => resume::run(options).await,
        Command::Undo(options) => undo::run(options).await,
        Command::Mappings(options) => mappings::run(&options.about),
        Command::Demo(options) => demo::run(options, dispatch_boxed).await,
        Command::Explain(options) => explain::run(&options),
        Command::Completions(options) => completions::run(&options),
        Command::Man(options) => man::run(&options),
        Command::Schema(options) => schema::run(&options),
    }
}

/// The same for the demo, which runs other commands.
fn dispatch_boxed(cli: Cli) -> Pin<Box<dyn Future<Output = Result<ExitStatus, Failure>> + Send>> {
    Box::pin(dispatch(cli))
}
