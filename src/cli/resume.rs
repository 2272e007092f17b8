//! `rolecall resume`: finishes what was interrupted. The account is known from the journal.

use super::{
    account,
    args::Resume,
    failure::{Failure, Status},
    fix::{failed, shows_progress, state_dir, tell},
    output::{Output, look, say},
    ports::World,
};
use crate::{
    apply::{self, ApplyError, Home},
    imap::Mode,
};

pub async fn run(options: Resume) -> Result<Status, Failure> {
    let home = Home::open(state_dir(&options.shared)?)?;
    let unfinished: Vec<String> = match &options.run {
        Some(run) => vec![run.clone()],
        None => apply::to_resume(&home)?,
    };
    if unfinished.is_empty() {
        say("nothing to resume");
        return Ok(Status::Done);
    }
    let mut output = Output::new(options.shared.output.clone())?;
    let mut worst = Status::Done;
    for run in unfinished {
        let status = match one(&options, &home, &run, &mut output).await {
            Ok(status) => status,
            Err(failure) => {
                let plan = home.past(&run).ok().and_then(|past| past.plan().cloned());
                let account = plan.map_or_else(|| run.clone(), |plan| plan.account);
                failed(&account, &failure, &options.shared, &mut output)?
            }
        };
        worst = worst.or(status);
    }
    output.finish()?;
    Ok(worst)
}

async fn one(
    options: &Resume,
    home: &Home,
    run: &str,
    output: &mut Output,
) -> Result<Status, Failure> {
    let past = home.past(run)?;
    let Some(plan) = past.plan() else {
        say(&format!(
            "the run {run} never began, so there is nothing to finish"
        ));
        return Ok(Status::Done);
    };
    if !past.has_sent() {
        say(&format!(
            "the run {run} had sent nothing, so there is nothing to finish"
        ));
        return Ok(Status::Done);
    }
    let account = account::parse_one(&plan.account, &options.connecting)?;
    let mut session = account::connect(&account, &options.connecting).await?;
    session.set_mode(Mode::ReadWrite);
    let look = look(&options.shared);
    let mut world = World::new(shows_progress(&options.shared), look.language);
    let receipt = apply::resume(&mut session, home, run, &account.id, &mut world).await;
    world.finish();
    let status = match receipt {
        // Nobody asked for this one: it was only looked after.
        Err(ApplyError::NotPossible { .. }) if options.run.is_none() => {
            say(&format!(
                "the run {run} has come to its end and left nothing behind"
            ));
            Status::Done
        }
        receipt => tell(plan, &receipt?, &options.shared, look, output)?,
    };
    session.logout().await;
    Ok(status)
}
