//! `rolecall accounts check`: finds the lines of an accounts file that would fail. Every login is tried, and whether the
//! roles and targets of the file fit the account; nothing is changed.

use super::{
    args::{AboutAccounts, Accounts, CheckAccounts, Format, Judging, Many},
    attempt::{AccountResult, Verb},
    connector::Connector,
    exit_status::ExitStatus,
    failure::Failure,
    gather, import,
    judging::Judge,
    run_context::RunContext,
    runner::Runner,
    terminal::{look, say},
};
use crate::{
    config::accounts::Entry,
    language::{Phrase, text},
    model::{listing::Listing, plan::Path},
    report::{json, text::safe},
};

pub async fn run(options: Accounts) -> Result<ExitStatus, Failure> {
    match options.about {
        AboutAccounts::Check(options) => check(*options).await,
        AboutAccounts::Import(options) => import::run(&options),
    }
}

async fn check(options: CheckAccounts) -> Result<ExitStatus, Failure> {
    let many = Many {
        file: Some(options.file.clone()),
        how: options.how.clone(),
    };
    let logs_in = !options.offline;
    let entries = gather::whole_file(&options.file, &many, &options.connecting, logs_in)?;
    gather::tell_of_variables(&entries);
    if options.offline {
        let number = text::accounts(entries.len() as u64);
        say(text::file_is_well_formed(number));
        return Ok(ExitStatus::Done);
    }
    let connector = Connector::to(&entries, &options.connecting)?;
    let runner = Runner::new("accounts check", entries, &many, &options.shared)?;
    // Whether a role and a target fit is known by the names, so no mailbox is looked into.
    let judge = Judge::new(&Judging::without_samples(), &[], None, true)?;
    let checking = Checking {
        options,
        judge,
        connector,
    };
    runner.go_to_end(checking).await
}

struct Checking {
    options: CheckAccounts,
    judge: Judge,
    connector: Connector,
}

impl Verb for Checking {
    async fn attempt(
        &self,
        entry: &Entry,
        context: RunContext,
        result: &mut AccountResult,
    ) -> Result<(), Failure> {
        // A journal that cannot be read is no fault of the line that is checked.
        let judge = self.judge.for_account_of(entry, None);
        let judged = judge.examine(&self.connector, entry);
        // A role of the file that does not fit fails here, a target right after.
        let judged = context.unless_stopped(judged).await?;
        judged.targets(judge.targets(), &mut |_| self.options.make_target)?;
        let listing = judged.listing;
        let obstacle = obstacle(&listing);
        let called = entry.called();
        let shared = &self.options.shared;
        let mailboxes = text::mailboxes(listing.mailboxes.len() as u64);
        let language = look(shared).language;
        let told = |said: Phrase| {
            let said = text::about_account(safe(called), said);
            language.typeset(said.say(language)) + "\n"
        };
        let text = match shared.format {
            Format::Json => {
                json::check_line(&listing, entry.line, obstacle.as_ref().map(Phrase::english))
                    + "\n"
            }
            _ => match obstacle {
                Some(obstacle) => told(text::named_and_obstacle(&mailboxes, obstacle)),
                None if shared.verbose => told(mailboxes.clone()),
                None => String::new(),
            },
        };
        *result = AccountResult {
            text,
            brief: mailboxes,
            ..AccountResult::default()
        };
        Ok(())
    }

    fn error_line(&self, entry: &Entry, failure: &Failure) -> String {
        json::check_error(&entry.account.id.url, entry.line, &failure.as_error())
    }
}

/// What will not work on the server although the login does.
fn obstacle(listing: &Listing) -> Option<Phrase> {
    match Path::of(&listing.server) {
        None => Some(text::only_by_hand()),
        Some(_) => None,
    }
}
