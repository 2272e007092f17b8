//! `rolecall audit`: look, judge, tell. Nothing is changed.

use super::{
    account::{self, Judge, Judged},
    args::{Audit, Connecting, Format},
    failure::{Failure, Status},
    output::{Output, complain, look},
};
use crate::{
    config::account::Account,
    report::{json, table},
};

pub async fn run(options: Audit) -> Result<Status, Failure> {
    let judge = Judge::new(&options.judging, &[])?;
    let accounts = account::parse(&options.accounts, &options.connecting)?;
    let mut output = Output::new(options.shared.output.clone())?;
    let mut worst = Status::Done;
    for account in &accounts {
        let status = match examine(account, &judge, &options.connecting).await {
            Ok(judged) => {
                let text = match options.shared.format {
                    Format::Table => table::audit(
                        &judged.listing,
                        &judged.roll,
                        &judged.findings,
                        look(&options.shared),
                    ),
                    Format::Json => {
                        json::audit_line(&judged.listing, &judged.roll, &judged.findings) + "\n"
                    }
                };
                output.write(&text)?;
                let counts = options.fail_on.severity().is_some_and(|least| {
                    judged
                        .findings
                        .iter()
                        .any(|finding| finding.severity >= least)
                });
                if counts { Status::Found } else { Status::Done }
            }
            Err(failure) => {
                complain(Some(&account.id.url), &failure);
                if options.shared.format == Format::Json {
                    output
                        .write(&(json::audit_error(&account.id.url, &failure.as_error()) + "\n"))?;
                }
                failure.status()
            }
        };
        worst = worst.or(status);
    }
    output.finish()?;
    Ok(worst)
}

async fn examine(
    account: &Account,
    judge: &Judge,
    connecting: &Connecting,
) -> Result<Judged, Failure> {
    let mut session = account::connect(account, connecting).await?;
    let judged = judge.look(&mut session).await?;
    session.logout().await;
    Ok(judged)
}
