//! `rolecall accounts import`: makes an accounts file of a list that a mail server, its panel or imapsync has written. No
//! server is contacted.
//!
//! In: the list, where passwords are to be found. Out: CSV that `--accounts` reads, and what was left out. Never: a password.

use std::path::{Path, PathBuf};

use csv::{QuoteStyle, WriterBuilder};

use super::{
    args::ImportAccounts,
    exit_status::ExitStatus,
    failure::Failure,
    gather,
    output::Output,
    terminal::{say, spoken},
};
use crate::{
    config::{
        accounts::{self, AccountsError, SIZE_LIMIT},
        import::{self, AccountList, LeftOut, ListFault},
    },
    language::{Language, Phrase, text},
    model::io_error::in_words,
    private,
    report::text::safe,
};

pub fn run(options: &ImportAccounts) -> Result<ExitStatus, Failure> {
    let language = spoken();
    let content = text_of(&options.file)?;
    let list = import::read(
        &content,
        options.from.map(Into::into),
        options.host.as_ref(),
    );
    let list = list.map_err(|faults| cannot_use(&options.file, &faults))?;
    let file = accounts_file(&list, options)?;
    // What is typed of places of passwords is read as it will be; a fault is one of the command line.
    let entries = accounts::parse(
        Path::new("accounts.csv"),
        file.as_bytes(),
        Some(text::password_in_file()),
    )
    .map_err(|error| cannot_make(&error))?;
    let mut output = Output::new(options.output.clone())?;
    output.write(&file)?;
    output.finish()?;
    tell(&list, options, language);
    gather::tell_of_variables(&entries);
    Ok(ExitStatus::Done)
}

fn text_of(path: &Path) -> Result<String, Failure> {
    let path = if path == Path::new("-") {
        PathBuf::from("/dev/stdin")
    } else {
        path.to_owned()
    };
    let cannot =
        |why: Phrase| Failure::config(text::cannot_read_list(path.display().to_string(), why));
    let content = private::read(&path, SIZE_LIMIT);
    let content = content.map_err(|error| cannot(in_words(&error)))?;
    if content.octets.len() as u64 > SIZE_LIMIT {
        return Err(cannot(text::list_is_too_large()));
    }
    let text = std::str::from_utf8(&content.octets);
    text.map(str::to_owned)
        .map_err(|_| cannot(text::list_is_not_utf8()))
}

fn cannot_use(file: &Path, faults: &[ListFault]) -> Failure {
    let told = faults.iter().map(|fault| {
        let (line, column, file) = (fault.line, fault.column, file.display());
        let told = |why: &str| format!("{file}:{line}:{column}: {why}");
        fault.message.map(told)
    });
    let lines = std::iter::once(text::cannot_use_list()).chain(told);
    Failure::config(Phrase::joined(lines, "\n"))
}

fn cannot_make(error: &AccountsError) -> Failure {
    let why = match error {
        AccountsError::Faults { faults, .. } => faults.first().map(|fault| fault.message.clone()),
        _ => None,
    };
    let why = why.unwrap_or_else(|| error.said());
    Failure::config(text::cannot(text::make_accounts_file_since(why)))
}

/// The accounts file: a head, and a line for each account.
fn accounts_file(list: &AccountList, options: &ImportAccounts) -> Result<String, Failure> {
    let separator = options.master_separator.map(String::from);
    let said = [
        ("password_env", &options.password_env),
        ("password_file", &options.password_file),
        ("password_command", &options.password_command),
        ("oauth_token_command", &options.oauth_token_command),
        ("login_as", &options.login_as),
        ("master_separator", &separator),
    ];
    let said = said
        .into_iter()
        .filter_map(|(column, value)| Some((column, value.as_deref()?)));
    let (columns, values): (Vec<&str>, Vec<&str>) = said.unzip();
    let mut writer = WriterBuilder::new()
        .quote_style(if values.is_empty() {
            QuoteStyle::Necessary
        } else {
            QuoteStyle::Always
        })
        .from_writer(Vec::new());
    let head = std::iter::once("account").chain(columns);
    let mut written = writer.write_record(head);
    for account in &list.accounts {
        let url = account.written();
        let cells = std::iter::once(url.as_str()).chain(values.iter().copied());
        written = written.and_then(|()| writer.write_record(cells));
    }
    let octets = written.ok().and_then(|()| writer.into_inner().ok());
    let text = octets.and_then(|octets| String::from_utf8(octets).ok());
    text.ok_or_else(|| Failure::bug("cannot write the accounts down"))
}

/// Says how many accounts there are, what was left out and what is missing.
fn tell(list: &AccountList, options: &ImportAccounts, language: Language) {
    let counted = list.left_out.iter().map(|(why, count)| match why {
        LeftOut::Alias => text::left_out_aliases(*count),
        LeftOut::Disabled => text::left_out_disabled(*count),
        LeftOut::NoMailbox => text::left_out_without_mailbox(*count),
        LeftOut::Twice => text::left_out_twice(*count),
    });
    let counted: Vec<Phrase> = counted.collect();
    let mut parts = vec![text::accounts(list.accounts.len() as u64)];
    if !counted.is_empty() {
        parts.push(text::entries_left_out(Phrase::and(counted)));
    }
    say(Phrase::clauses(parts).say(language));
    if list.has_secrets {
        say(text::secrets_left_out().say(language));
    }
    let names_secrets = options.password_env.is_some()
        || options.password_file.is_some()
        || options.password_command.is_some()
        || options.oauth_token_command.is_some();
    match &options.login_as {
        _ if names_secrets => {}
        None => say(text::no_secrets_named().say(language)),
        Some(login) => say(text::admin_password_later(safe(login)).say(language)),
    }
}
