//! `rolecall clients`: which mailbox each mail client will use for each role, or which one it will create. Nothing is
//! changed.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    args::{Clients, Format},
    attempt::{AccountResult, Verb},
    connector::Connector,
    exit_status::ExitStatus,
    failure::Failure,
    gather,
    judging::{Criteria, JudgedAccount},
    output::Output,
    run_context::RunContext,
    runner::Runner,
    state_dir,
    terminal::look,
};
use crate::{
    advice,
    clients::{self, Selection},
    config::accounts::Entry,
    model::{client::Forecasts, mailbox::MailboxName, role::Role},
    report::{json, table},
};

pub async fn run(options: Clients) -> Result<ExitStatus, Failure> {
    let state = state_dir::existing(&options.shared);
    let criteria = Criteria::new(&options.judging, &options.target, state)?;
    let entries = gather::gather(&options.accounts, &options.many, &options.connecting)?;
    check(&options)?;
    if options.accounts.is_empty() && options.many.file.is_none() {
        let mut output = Output::new(options.shared.output.clone())?;
        output.write(&list(criteria.clients(), &options))?;
        output.finish()?;
        return Ok(ExitStatus::Done);
    }
    let connector = Connector::new(&options.connecting)?;
    connector.warn(&entries);
    let mut runner = Runner::new("clients", entries, &options.many, &options.shared)?;
    runner.listen();
    let everyone = runner.everyone();
    let verb = Arc::new(Forecasting {
        options,
        criteria,
        connector,
    });
    runner.go(&verb, everyone).await;
    runner.finish().await
}

/// Refuses options that do not go together.
fn check(options: &Clients) -> Result<(), Failure> {
    if options.steps && options.shared.format == Format::Json {
        return Err(
            Failure::config("cannot tell steps as JSON: they are for people")
                .hint("leave out --format json, or --steps"),
        );
    }
    if !options.steps && options.judging.says_what_mailboxes_are() {
        return Err(Failure::config(
            "cannot use --role and --mappings without --steps: clients do not know of them",
        )
        .hint("add --steps, or leave them out"));
    }
    if options.steps && options.accounts.is_empty() && options.many.file.is_none() {
        return Err(Failure::config("cannot tell steps: no account is named")
            .hint("name an ACCOUNT whose clients shall be set"));
    }
    Ok(())
}

/// The clients that may be asked about.
fn list(selection: &Selection, options: &Clients) -> String {
    let profiles = selection.clients.iter().map(|one| one.profile.clone());
    let known = clients::known(&profiles.collect::<Vec<_>>());
    match options.shared.format {
        Format::Table => table::known_clients(&known, look(&options.shared)),
        Format::Json => json::known_clients_line(&known) + "\n",
    }
}

struct Forecasting {
    options: Clients,
    criteria: Criteria,
    connector: Connector,
}

impl Verb for Forecasting {
    async fn attempt(
        &self,
        entry: &Entry,
        context: RunContext,
        result: &mut AccountResult,
    ) -> Result<(), Failure> {
        let options = &self.options;
        let criteria = self.criteria.for_account(entry).await?;
        let (listing, judged) = if options.steps {
            let judged = criteria.examine(&self.connector, entry);
            let judged = context.unless_stopped(judged).await?;
            (judged.listing.clone(), Some(judged))
        } else {
            // What clients do follows from the listing alone.
            let listing = self.connector.list(entry);
            (context.unless_stopped(listing).await?, None)
        };
        let mut forecasts = criteria.predict(&listing);
        if !options.only.is_empty() {
            for client in &mut forecasts.clients {
                client.cells.retain(|role, _| options.only.contains(role));
            }
        }
        let url = &entry.account.id.url;
        let mut text = match options.shared.format {
            Format::Table => table::clients(url, &forecasts, look(&options.shared)),
            Format::Json => json::clients_line(url, &forecasts) + "\n",
        };
        if let Some(judged) = judged {
            let targets = judged.targets(criteria.targets(), &mut |_| options.make_target)?;
            text += &steps(&judged, targets, &forecasts, options);
        }
        *result = AccountResult {
            text,
            brief: "looked at".to_owned(),
            ..AccountResult::default()
        };
        Ok(())
    }

    fn error_line(&self, entry: &Entry, failure: &Failure) -> String {
        json::clients_error(&entry.account.id.url, &failure.as_error())
    }
}

/// What to set in each client, so that it uses the mailboxes that `fix` keeps. A mailbox whose role is doubtful keeps none
/// yet.
fn steps(
    judged: &JudgedAccount,
    targets: BTreeMap<Role, MailboxName>,
    forecasts: &Forecasts,
    options: &Clients,
) -> String {
    let roll = &judged.roll;
    let sure = roll.roles.iter().filter(|(_, members)| {
        let entry = roll.entry(&members.keep);
        entry.is_some_and(|entry| !entry.is_doubtful())
    });
    let kept = sure.map(|(role, members)| (*role, members.keep.clone()));
    let mut kept: BTreeMap<Role, MailboxName> = kept.collect();
    kept.extend(targets);
    let shown = forecasts
        .clients
        .iter()
        .filter(|client| forecasts.stated || client.rank().is_some());
    let shown: Vec<_> = shown
        .map(|client| advice::client::steps(client, &judged.listing, &kept))
        .collect();
    table::steps(&shown, look(&options.shared))
}
