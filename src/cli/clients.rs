//! `rolecall clients`: which mailbox each mail client will use for each role, or what it will make. Nothing is changed.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    account::{Judge, Reach},
    args::{Clients, Format},
    crew::{Crew, Told, Verb},
    failure::{Failure, Status},
    many,
    output::{Output, look},
    ports::World,
};
use crate::{
    advice,
    clients::ChosenClients,
    config::accounts::Entry,
    judge::Judged,
    model::{client::Forecasts, mailbox::MailboxName, role::Role},
    report::{json, table},
};

pub async fn run(options: Clients) -> Result<Status, Failure> {
    let judge = Judge::new(&options.judging, &options.target)?;
    let entries = many::gather(&options.accounts, &options.many, &options.connecting)?;
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
    if options.accounts.is_empty() && options.many.file.is_none() {
        if options.steps {
            return Err(Failure::config("cannot tell steps: no account is named")
                .hint("name an ACCOUNT whose clients shall be set"));
        }
        let mut output = Output::new(options.shared.output.clone())?;
        output.write(&list(judge.clients(), &options))?;
        output.finish()?;
        return Ok(Status::Done);
    }
    let reach = Reach::new(&options.connecting)?;
    reach.warn(&entries);
    let mut crew = Crew::new("clients", entries, &options.many, &options.shared)?;
    crew.listen();
    let everyone = crew.everyone();
    let verb = Arc::new(Asking {
        options,
        judge,
        reach,
    });
    crew.go(&verb, everyone).await;
    crew.finish()
}

/// The clients that may be asked about.
fn list(chosen: &ChosenClients, options: &Clients) -> String {
    let known = chosen.known();
    match options.shared.format {
        Format::Table => table::known_clients(&known, look(&options.shared)),
        Format::Json => json::known_clients_line(&known) + "\n",
    }
}

struct Asking {
    options: Clients,
    judge: Judge,
    reach: Reach,
}

impl Verb for Asking {
    async fn turn(&self, entry: &Entry, world: World, told: &mut Told) -> Result<(), Failure> {
        let options = &self.options;
        let judge = self.judge.of(entry);
        let (listing, judged) = if options.steps {
            let judged = judge.examine(&self.reach, entry);
            let judged = world.unless_stopped(judged).await?;
            (judged.listing.clone(), Some(judged))
        } else {
            // What clients do follows from the listing alone.
            (world.unless_stopped(self.reach.list(entry)).await?, None)
        };
        let mut forecasts = judge.clients().predict(&listing);
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
            let targets = judged.targets(judge.targets(), &mut |_| options.make_target)?;
            text += &steps(&judged, targets, &forecasts, options);
        }
        *told = Told {
            text,
            brief: "looked at".to_owned(),
            ..Told::default()
        };
        Ok(())
    }

    fn error_line(&self, entry: &Entry, failure: &Failure) -> String {
        json::clients_error(&entry.account.id.url, &failure.as_error())
    }
}

/// What to set in each client, so that it uses what `fix` keeps; a doubtful mailbox keeps nothing yet.
fn steps(
    judged: &Judged,
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
    let told = forecasts
        .clients
        .iter()
        .filter(|client| forecasts.stated || client.rank().is_some());
    let told: Vec<_> = told
        .map(|client| advice::client::steps(client, &judged.listing, &kept))
        .collect();
    table::steps(&told, look(&options.shared))
}
