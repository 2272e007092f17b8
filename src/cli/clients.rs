//! `rolecall clients`: which mailbox each mail client will use for each role, or which one it will create. Nothing is
//! changed.

use std::collections::BTreeMap;

use super::{
    addresses::AddressBook,
    args::{Clients, Format},
    attempt::{AccountResult, Verb},
    connector::Connector,
    exit_status::ExitStatus,
    failure::Failure,
    gather,
    judging::Judge,
    output::Output,
    results::no_such_form,
    run_context::RunContext,
    runner::Runner,
    state_dir,
    terminal::look,
};
use crate::{
    advice,
    clients::ChosenClients,
    config::accounts::Entry,
    judge::Judged,
    language::text,
    model::{client::Forecasts, mailbox::MailboxName, role::Role},
    report::{csv, html, json, markdown, table},
};

pub async fn run(options: Clients) -> Result<ExitStatus, Failure> {
    let state = state_dir::existing(&options.shared)?;
    let judge = Judge::new(&options.judging, &options.target, state, false)?;
    let language = look(&options.shared).language;
    let addresses = AddressBook::new(&options.lookup, &options.connecting, language);
    let (named, many) = (&options.accounts, &options.many);
    let gathered = gather::gather(named, many, &options.connecting, &addresses).await?;
    let Some(entries) = gathered else {
        return Ok(ExitStatus::Found);
    };
    check(&options)?;
    if options.accounts.is_empty() && options.many.file.is_none() {
        let mut output = Output::new(options.shared.output.clone())?;
        output.write(&list(judge.clients(), &options)?)?;
        output.finish()?;
        return Ok(ExitStatus::Done);
    }
    let connector = Connector::to(&entries, &options.connecting)?;
    let runner = Runner::new("clients", entries, &options.many, &options.shared)?;
    let forecasting = Forecasting {
        options,
        judge,
        connector,
    };
    runner.go_to_end(forecasting).await
}

/// Refuses options that do not go together.
fn check(options: &Clients) -> Result<(), Failure> {
    if options.steps && options.shared.format != Format::Table {
        return Err(
            Failure::config(text::cannot(text::steps_in_this_form())).hint(text::try_no_format())
        );
    }
    if !options.steps && options.judging.says_what_mailboxes_are() {
        return Err(
            Failure::config(text::cannot(text::roles_without_steps())).hint(text::try_steps())
        );
    }
    if options.steps && options.accounts.is_empty() && options.many.file.is_none() {
        return Err(Failure::config(text::cannot(text::steps_without_account()))
            .hint(text::try_account_of_clients()));
    }
    Ok(())
}

/// The clients that may be asked about.
fn list(chosen: &ChosenClients, options: &Clients) -> Result<String, Failure> {
    let known = chosen.known();
    match options.shared.format {
        Format::Table => Ok(table::known_clients(&known, look(&options.shared))),
        Format::Json => Ok(json::known_clients_line(&known) + "\n"),
        _ => Err(no_such_form(text::the_list_of_clients())),
    }
}

struct Forecasting {
    options: Clients,
    judge: Judge,
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
        // What clients do follows from the listing alone: only the steps depend on what earlier runs have set aside.
        let judge = if options.steps {
            self.judge.for_account(entry)?
        } else {
            self.judge.for_account_of(entry, None)
        };
        let (listing, judged) = if options.steps {
            let judged = judge.examine(&self.connector, entry);
            let judged = context.unless_stopped(judged).await?;
            (judged.listing.clone(), Some(judged))
        } else {
            let listing = self.connector.list(entry);
            (context.unless_stopped(listing).await?, None)
        };
        let mut forecasts = judge.clients().predict(&listing);
        if !options.only.is_empty() {
            for client in &mut forecasts.clients {
                client.cells.retain(|role, _| options.only.contains(role));
            }
        }
        if options.steps && !forecasts.stated {
            // What is shown is what the steps are about.
            forecasts.clients.retain(|client| client.rank().is_some());
        }
        let url = &entry.account.id.url;
        let language = look(&options.shared).language;
        let mut text = match options.shared.format {
            Format::Table => table::clients(url, &forecasts, look(&options.shared)),
            Format::Json => json::clients_line(url, &forecasts) + "\n",
            Format::Csv => csv::clients(url, &forecasts, language),
            Format::Markdown => markdown::clients(url, &forecasts, language),
            Format::Html => html::clients(url, &forecasts, language),
        };
        if let Some(judged) = judged {
            let kept = judge.kept(&judged, options.make_target)?;
            text += &steps(&judged, &kept, &forecasts, options);
        }
        *result = AccountResult {
            text,
            brief: text::looked_at(),
            ..AccountResult::default()
        };
        Ok(())
    }

    fn error_line(&self, entry: &Entry, failure: &Failure) -> String {
        json::clients_error(&entry.account.id.url, &failure.as_error())
    }
}

/// What to set in each client, so that it uses the mailboxes that keep the roles.
fn steps(
    judged: &Judged,
    kept: &BTreeMap<Role, MailboxName>,
    forecasts: &Forecasts,
    options: &Clients,
) -> String {
    let shown = forecasts.clients.iter();
    let is_there = |name: &MailboxName| judged.listing.find(name.wire()).is_some();
    let after_fix = !kept.values().all(is_there);
    let mut roles = judged.roll.roles.iter();
    let is_tidy =
        !after_fix && roles.all(|(role, members)| role.held_back() || members.members.len() == 1);
    let shown: Vec<_> = shown
        .map(|client| advice::client::steps(client, &judged.listing, kept, is_tidy))
        .collect();
    table::steps(&shown, after_fix, look(&options.shared))
}
