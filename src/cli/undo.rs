//! `rolecall undo`: makes the inverse of a run as a plan, shows it, asks, and applies it as a new run.

use std::{collections::BTreeSet, time::Duration};

use super::{
    account,
    args::{Format, Undo},
    ask,
    failure::{Failure, Status},
    fix::{execute, failed, state_dir},
    output::{Output, look, say},
    ports::{chance, now},
};
use crate::{
    apply::{self, Home, Settings, Verify},
    language::text,
    model::plan::hex,
    report::{json, table},
};

pub async fn run(options: Undo) -> Result<Status, Failure> {
    if !options.yes && !options.dry_run {
        ask::somebody()?;
    }
    let home = Home::open(state_dir(&options.shared)?)?;
    let past = home.past(&options.run)?;
    let Some(done) = past.plan() else {
        say("that run never began, so there is nothing to undo");
        return Ok(Status::Done);
    };
    let mut output = Output::new(options.shared.output.clone())?;
    let status = match one(&options, &home, &done.account, &mut output).await {
        Ok(status) => status,
        Err(failure) => failed(&done.account, &failure, &options.shared, &mut output)?,
    };
    output.finish()?;
    Ok(status)
}

async fn one(
    options: &Undo,
    home: &Home,
    account: &str,
    output: &mut Output,
) -> Result<Status, Failure> {
    let account = account::parse_one(account, &options.connecting)?;
    let mut session = account::connect(&account, &options.connecting).await?;
    let listing = session.listing(now()).await?;
    let plan = apply::undo(home, &options.run, &listing, now())?;
    apply::check(&listing, &plan)?;
    let stops = options.dry_run || plan.is_empty();
    let look = look(&options.shared);
    match options.shared.format {
        // Asked or shown only: the plan is the result. Otherwise the receipt is.
        Format::Table if options.shared.quiet && options.yes && !stops => {}
        Format::Table => output.write(&table::plan(&plan, look))?,
        Format::Json if stops => output.write(&(json::plan_line(&plan) + "\n"))?,
        Format::Json => {}
    }
    if !options.yes && !stops {
        ask::show(&plan, &options.shared, look);
    }
    let status = if plan.is_empty() {
        Status::Done
    } else if options.dry_run {
        Status::Found
    } else if !options.yes && !ask::consent(&plan, look.language) {
        say(text::consent_no().say(look.language));
        Status::Found
    } else {
        let settings = Settings {
            settle: Duration::from_secs(options.settle),
            verify: Verify::Quick,
            batch: hex(&chance()).chars().take(12).collect(),
            skip: BTreeSet::new(),
        };
        execute(
            &mut session,
            &plan,
            home,
            &settings,
            &options.shared,
            look,
            output,
        )
        .await?
    };
    session.logout().await;
    Ok(status)
}
