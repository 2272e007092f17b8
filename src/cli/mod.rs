//! The command line: one verb a file, and what they share.
//!
//! In: arguments. Out: results, one exit status. Never: judgement; that is made in the rooms that this one joins.

mod account;
mod accounts;
mod args;
mod ask;
mod audit;
mod clients;
mod crew;
mod demo;
mod desk;
mod explain;
mod failure;
mod fix;
mod journals;
mod lang;
mod ledger;
mod many;
mod mappings;
mod output;
mod planfile;
mod ports;
mod removal;
mod reports;
mod resume;
mod runs;
mod undo;

pub use args::Cli;
use args::Verb;
pub use failure::{Failure, Status};

/// Runs one command to its exit status.
pub async fn run(cli: Cli) -> Status {
    dispatch(cli).await.unwrap_or_else(|failure| {
        output::complain(None, &failure);
        failure.status()
    })
}

async fn dispatch(cli: Cli) -> Result<Status, Failure> {
    match cli.verb {
        Verb::Audit(options) => audit::run(options).await,
        Verb::Fix(options) => fix::run(*options).await,
        Verb::Clients(options) => clients::run(options).await,
        Verb::Accounts(options) => accounts::run(options).await,
        Verb::Runs(options) => runs::run(&options),
        Verb::Resume(options) => resume::run(options).await,
        Verb::Undo(options) => undo::run(options).await,
        Verb::Mappings(options) => mappings::run(&options.about),
        Verb::Demo(options) => demo::run(options).await,
        Verb::Explain(options) => explain::run(&options),
    }
}
