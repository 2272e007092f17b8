//! `rolecall clients`: which mailbox each mail client will use for each role, or what it will make. Nothing is changed.

use std::collections::BTreeMap;

use super::{
    account::{self, resolve_targets},
    args::{Clients, Connecting, Format},
    failure::{Failure, Status},
    output::{Output, complain, look},
};
use crate::{
    advice::{self, COMMON},
    clients::{self, NoSuchClient},
    config::account::Account,
    detect::{Hints, detect},
    mapping::{Mapping, clients::built_in, is_tag, profile::Profile},
    model::{client::Forecasts, listing::Listing, mailbox::MailboxName, role::Role},
    report::{json, table},
};

pub async fn run(options: Clients) -> Result<Status, Failure> {
    let chosen = Chosen::new(&options.client, options.locale.as_ref())?;
    let accounts = account::parse(&options.accounts, &options.connecting)?;
    if options.steps && options.shared.format == Format::Json {
        return Err(
            Failure::config("cannot tell steps as JSON: they are for people")
                .hint("leave out --format json, or --steps"),
        );
    }
    let mut output = Output::new(options.shared.output.clone())?;
    if accounts.is_empty() {
        output.write(&list(&chosen, &options))?;
    }
    let mut worst = Status::Done;
    for account in &accounts {
        worst = worst.or(tell(account, &chosen, &options, &mut output).await?);
    }
    output.finish()?;
    Ok(worst)
}

/// The clients that may be asked about.
fn list(chosen: &Chosen, options: &Clients) -> String {
    let profiles = chosen.clients.iter().map(|one| one.profile.clone());
    let known = clients::known(&profiles.collect::<Vec<_>>());
    match options.shared.format {
        Format::Table => table::known_clients(&known, look(&options.shared)),
        Format::Json => json::known_clients_line(&known) + "\n",
    }
}

async fn tell(
    account: &Account,
    chosen: &Chosen,
    options: &Clients,
    output: &mut Output,
) -> Result<Status, Failure> {
    let url = &account.id.url;
    match examine(account, &options.connecting).await {
        Ok(listing) => {
            let mut forecasts = chosen.predict(&listing);
            if !options.only.is_empty() {
                for client in &mut forecasts.clients {
                    client.cells.retain(|role, _| options.only.contains(role));
                }
            }
            output.write(&match options.shared.format {
                Format::Table => table::clients(url, &forecasts, look(&options.shared)),
                Format::Json => json::clients_line(url, &forecasts) + "\n",
            })?;
            if options.steps {
                output.write(&steps(&listing, &forecasts, options)?)?;
            }
            Ok(Status::Done)
        }
        Err(failure) => {
            complain(Some(url), &failure);
            if options.shared.format == Format::Json {
                output.write(&(json::clients_error(url, &failure.as_error()) + "\n"))?;
            }
            Ok(failure.status())
        }
    }
}

/// What to set in each client, so that it uses what `fix` keeps; a doubtful mailbox keeps nothing yet.
fn steps(listing: &Listing, forecasts: &Forecasts, options: &Clients) -> Result<String, Failure> {
    let hints = Hints {
        overrides: options.role.clone(),
        targets: options.target.iter().cloned().collect(),
        locales: options.locale.iter().cloned().collect(),
    };
    let roll = detect(listing, &Mapping::built_in(), &hints)?;
    let sure = roll.roles.iter().filter(|(_, members)| {
        let entry = roll.entry(&members.keep);
        entry.is_some_and(|entry| !entry.doubtful)
    });
    let kept = sure.map(|(role, members)| (*role, members.keep.clone()));
    let mut kept: BTreeMap<Role, MailboxName> = kept.collect();
    kept.extend(resolve_targets(listing, &roll, &hints.targets)?);
    let told = forecasts
        .clients
        .iter()
        .filter(|client| forecasts.stated || COMMON.contains(&client.id.as_str()));
    let told: Vec<_> = told
        .map(|client| advice::client::steps(client, listing, &kept))
        .collect();
    Ok(table::steps(&told, look(&options.shared)))
}

async fn examine(account: &Account, connecting: &Connecting) -> Result<Listing, Failure> {
    let mut session = account::connect(account, connecting).await?;
    let listing = session.listing(super::ports::now()).await?;
    session.logout().await;
    Ok(listing)
}

/// The clients that the user stated, else all that are known.
pub struct Chosen {
    clients: Vec<clients::Chosen>,
    stated: bool,
}

impl Chosen {
    /// Reads `--client` and the language for those that say none.
    pub fn new(typed: &[String], language: Option<&String>) -> Result<Self, Failure> {
        let profiles = built_in()
            .map_err(|error| Failure::bug(format!("cannot read the clients: {error}")))?;
        let language = language.map(String::as_str);
        let tags = typed.iter().filter_map(|typed| typed.split_once(':'));
        for (_, tag) in tags {
            if !is_tag(tag) {
                return Err(
                    Failure::config(format!("cannot take \"{tag}\" for a language"))
                        .hint("write a tag such as fr or pt-BR: --client outlook-2016:fr"),
                );
            }
        }
        let clients = if typed.is_empty() {
            let every = profiles.iter();
            every
                .map(|profile| clients::Chosen {
                    profile: profile.clone(),
                    language: language.map(str::to_owned),
                })
                .collect()
        } else {
            let typed = typed.iter();
            typed
                .map(|typed| clients::choose(&profiles, typed, language))
                .collect::<Result<_, _>>()
                .map_err(|error| no_such(&error, &profiles))?
        };
        Ok(Self {
            clients,
            stated: !typed.is_empty(),
        })
    }

    /// What they will do with an account.
    pub fn predict(&self, listing: &Listing) -> Forecasts {
        clients::predict(listing, &self.clients, self.stated)
    }
}

fn no_such(error: &NoSuchClient, profiles: &[Profile]) -> Failure {
    let near = match error.nearest.as_slice() {
        [] => format!("`rolecall clients` lists the {} known ones", profiles.len()),
        [only] => format!("did you mean {only}? `rolecall clients` lists all"),
        several => format!(
            "did you mean one of {}? `rolecall clients` lists all",
            several.join(", ")
        ),
    };
    Failure::config(format!("cannot {error}")).hint(near)
}
