//! `rolecall accounts check`: which lines of an accounts file would fail? Every login is tried; nothing is changed.

use std::sync::Arc;

use super::{
    account::{Judge, Reach},
    args::{AboutAccounts, Accounts, CheckAccounts, Format, Judging},
    crew::{Crew, Told, Verb},
    failure::{Failure, Status},
    many::{self, Many},
    output::say,
    ports::World,
};
use crate::{
    config::accounts::Entry,
    model::{listing::Listing, plan::Path},
    report::{
        json,
        text::{counted, safe},
    },
};

pub async fn run(options: Accounts) -> Result<Status, Failure> {
    let AboutAccounts::Check(options) = options.about;
    check(options).await
}

async fn check(options: CheckAccounts) -> Result<Status, Failure> {
    let many = Many {
        file: Some(options.file.clone()),
        how: options.how.clone(),
    };
    let entries = many::gather(&[], &many, &options.connecting)?;
    if options.offline {
        let number = counted(entries.len() as u64, "account", "accounts");
        say(&format!(
            "the file is well-formed: {number}; no login was tried"
        ));
        return Ok(Status::Done);
    }
    let reach = Reach::new(&options.connecting)?;
    reach.warn(&entries);
    let mut crew = Crew::new("accounts check", entries, &many, &options.shared)?;
    crew.listen();
    let everyone = crew.everyone();
    // What a role and a target need is known by the names; nothing is looked into.
    let judge = Judge::new(&Judging::without_samples(), &[])?;
    let verb = Arc::new(Checking {
        options,
        judge,
        reach,
    });
    crew.go(&verb, everyone).await;
    crew.finish()
}

struct Checking {
    options: CheckAccounts,
    judge: Judge,
    reach: Reach,
}

impl Verb for Checking {
    async fn turn(&self, entry: &Entry, world: World, told: &mut Told) -> Result<(), Failure> {
        let judge = self.judge.of(entry);
        let judged = judge.examine(&self.reach, entry);
        let judged = world.unless_stopped(judged).await?;
        judged.targets(judge.targets(), &mut |_| self.options.make_target)?;
        let listing = judged.listing;
        let remark = remark(&listing);
        let called = entry.called();
        let shared = &self.options.shared;
        let mailboxes = counted(listing.mailboxes.len() as u64, "mailbox", "mailboxes");
        let text = match shared.format {
            Format::Json => json::check_line(&listing, entry.line, remark) + "\n",
            Format::Table => match remark {
                Some(remark) => format!("{}: {mailboxes}; {remark}\n", safe(called)),
                None if shared.verbose => format!("{}: {mailboxes}\n", safe(called)),
                None => String::new(),
            },
        };
        *told = Told {
            text,
            brief: mailboxes,
            ..Told::default()
        };
        Ok(())
    }

    fn error_line(&self, entry: &Entry, failure: &Failure) -> String {
        json::check_error(&entry.account.id.url, entry.line, &failure.as_error())
    }
}

/// What will not work there although the login does. A role or target of the file that does not fit has failed before.
fn remark(listing: &Listing) -> Option<&'static str> {
    match Path::of(&listing.server) {
        None => Some("its server has neither MOVE nor UIDPLUS, so merges stay to be done by hand"),
        Some(_) => None,
    }
}
