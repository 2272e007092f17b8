//! Which accounts a command is about.
//!
//! In: ACCOUNT arguments, an accounts file, the part of it that this machine takes. Out: entries, each account once, with
//! all that is said of it. One password is used for several accounts only where the user has said that it is for all.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
    sync::Arc,
};

use super::{
    addresses::{AddressBook, NamedAccount},
    args::{Connecting, How, Many},
    failure::Failure,
    terminal::say,
};
use crate::{
    config::{
        account::Account,
        accounts::{self, AccountsError, Entry, Inline, SIZE_LIMIT, Said},
        secret::{self, Source},
    },
    mapping::{fault, nearest},
    model::io_error::in_words,
    private,
};

/// The accounts that a command is about; none where the user does not want to log in to the server of an address.
pub async fn gather(
    arguments: &[String],
    many: &Many,
    connecting: &Connecting,
    addresses: &AddressBook<'_>,
) -> Result<Option<Vec<Entry>>, Failure> {
    let wanted = with_lists(arguments)?;
    let file = match &many.file {
        Some(file) if arguments.is_empty() => return whole_file(file, many, connecting).map(Some),
        Some(file) => Some(by_name(read(file, &many.how)?)),
        None => None,
    };
    // A name in the file counts first, also where it is an address.
    let is_name = |text: &str| file.as_ref().is_some_and(|known| known.contains_key(text));
    let Some(wanted) = addresses.spelt_out(wanted, is_name).await? else {
        return Ok(None);
    };
    let entries = match &file {
        Some(known) => chosen(known, &wanted)?,
        None => once(&wanted)?,
    };
    ready(entries, many, connecting).map(Some)
}

/// Every account of a file.
pub fn whole_file(
    file: &Path,
    many: &Many,
    connecting: &Connecting,
) -> Result<Vec<Entry>, Failure> {
    ready(read(file, &many.how)?, many, connecting)
}

/// The accounts of these URLs, which journals or plans name.
pub fn of_urls(
    urls: &[String],
    many: &Many,
    connecting: &Connecting,
) -> Result<Vec<Entry>, Failure> {
    let named = urls.iter().map(|url| NamedAccount {
        text: url.clone(),
        filters: None,
    });
    ready(once(&named.collect::<Vec<_>>())?, many, connecting)
}

/// The accounts of these URLs, each once: nobody works twice on one account at a time.
fn once(named: &[NamedAccount]) -> Result<Vec<Entry>, Failure> {
    let mut known = BTreeSet::new();
    let mut entries = Vec::new();
    for NamedAccount { text, filters } in named {
        let account = Account::parse(text)?;
        if known.insert(account.id.key()) {
            let mut entry = Entry::of(account);
            if filters.is_some() {
                entry.said = Arc::new(Said {
                    filters: filters.clone(),
                    ..Said::default()
                });
            }
            entries.push(entry);
        }
    }
    Ok(entries)
}

/// The accounts that journals name: first those that the accounts file names too, then those that it does not name. If it
/// names none of them, that is refused.
pub fn recall(
    urls: &[String],
    many: &Many,
    connecting: &Connecting,
) -> Result<(Vec<Entry>, Vec<Entry>), Failure> {
    let Some(file) = &many.file else {
        return Ok((of_urls(urls, many, connecting)?, Vec::new()));
    };
    let read = read(file, &many.how)?.into_iter();
    let known: HashMap<String, Entry> = read.map(|entry| (entry.account.id.key(), entry)).collect();
    let (mut entries, mut absent) = (Vec::new(), Vec::new());
    for url in urls {
        let account = Account::parse(url)?;
        match known.get(&account.id.key()) {
            Some(entry) => entries.push(entry.clone()),
            None => absent.push(Entry::of(account)),
        }
    }
    match absent.as_slice() {
        [only] if entries.is_empty() => return Err(not_in_the_file(only)),
        [first, ..] if entries.is_empty() => {
            let url = &first.account.id.url;
            return Err(Failure::config(format!(
                "cannot find any of these {} accounts in the accounts file, such as {url}",
                absent.len()
            ))
            .hint("name the file that the runs were made with"));
        }
        _ => {}
    }
    absent.retain(|entry| many.how.part().holds(&entry.account.id));
    Ok((ready(entries, many, connecting)?, absent))
}

/// Why nothing can be done about an account that a journal names.
pub fn not_in_the_file(entry: &Entry) -> Failure {
    let url = &entry.account.id.url;
    Failure::config(format!("cannot find \"{url}\" in the accounts file"))
        .hint("put it into the file and give the same command again: it deals with what is left")
}

/// Checks that passwords are known, adds who logs in, and leaves only the part of the accounts that is meant.
fn ready(
    mut entries: Vec<Entry>,
    many: &Many,
    connecting: &Connecting,
) -> Result<Vec<Entry>, Failure> {
    one_password_for_one(&entries, connecting)?;
    let mut known = HashMap::new();
    for entry in &mut entries {
        log_in_as(entry, connecting, &mut known);
    }
    part(&mut entries, &many.how);
    Ok(entries)
}

/// Every account of a file.
fn read(file: &Path, how: &How) -> Result<Vec<Entry>, Failure> {
    let inline = if how.allow_inline_passwords {
        Inline::Allowed
    } else {
        Inline::Refused
    };
    accounts::read(file, inline).map_err(|error| match error {
        AccountsError::Io { ref source, .. } => {
            Failure::config(format!("cannot {error}: {}", in_words(source)))
                .hint("name a file of accounts in YAML or CSV with --accounts")
        }
        AccountsError::Faults { faults, more } => {
            let more = if more == 0 {
                String::new()
            } else {
                format!("\nand {more} more")
            };
            let faults = fault::with_lines(&faults);
            Failure::config(format!("cannot use the accounts file:\n{faults}{more}"))
        }
        AccountsError::TooLarge { .. } => Failure::config(format!("cannot {error}")),
    })
}

/// Adds to an account who logs in for its user, as the command line says it of all. Most accounts share what is said of
/// them, so `known` keeps what was made already.
fn log_in_as(
    entry: &mut Entry,
    connecting: &Connecting,
    known: &mut HashMap<*const Said, Arc<Said>>,
) {
    if connecting.login_as.is_none() || entry.said.login_as.is_some() {
        return;
    }
    let said = known.entry(Arc::as_ptr(&entry.said)).or_insert_with(|| {
        Arc::new(Said {
            login_as: connecting.login_as.as_deref().map(Box::from),
            master_separator: connecting.master_separator,
            ..(*entry.said).clone()
        })
    });
    entry.said = Arc::clone(said);
}

/// Leaves only the accounts of the part that is meant.
fn part(entries: &mut Vec<Entry>, how: &How) {
    let Some(shard) = how.shard else { return };
    let all = entries.len();
    entries.retain(|entry| shard.holds(&entry.account.id));
    say(&format!(
        "part {shard}: {} of {all} accounts",
        entries.len()
    ));
}

/// The arguments, each `@LIST` replaced by the lines of that file.
fn with_lists(arguments: &[String]) -> Result<Vec<String>, Failure> {
    let mut arguments_and_lines = Vec::new();
    for argument in arguments {
        let Some(list) = argument.strip_prefix('@') else {
            arguments_and_lines.push(argument.clone());
            continue;
        };
        let cannot = |why: &str| Failure::config(format!("cannot read the list {list}: {why}"));
        let content = private::read(Path::new(list), SIZE_LIMIT);
        let content = content.map_err(|error| cannot(&in_words(&error)))?;
        let text = std::str::from_utf8(&content.octets).map_err(|_| cannot("it is not UTF-8"))?;
        if text.len() as u64 > SIZE_LIMIT {
            return Err(cannot("it has more than 64 MiB"));
        }
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        arguments_and_lines.extend(lines.map(str::to_owned));
    }
    Ok(arguments_and_lines)
}

/// The accounts of a file that are wanted, by name or URL, in the order in which they are wanted.
fn chosen(known: &BTreeMap<String, Entry>, wanted: &[NamedAccount]) -> Result<Vec<Entry>, Failure> {
    if wanted.is_empty() {
        say("the list names no account");
    }
    let mut chosen: Vec<Entry> = Vec::new();
    let mut taken = BTreeSet::new();
    for NamedAccount { text, .. } in wanted {
        let url = Account::parse(text).map(|account| account.id.url);
        let found = known.get(url.as_deref().unwrap_or(text));
        let entry = found.ok_or_else(|| {
            // What is no slip of a name could be a secret in the wrong place, so it is not repeated.
            match nearest(text, known.keys().map(String::as_str)) {
                Some(near) => {
                    let message = format!("cannot find \"{text}\" in the accounts file");
                    Failure::config(message).hint(format!("did you mean {near}?"))
                }
                None => {
                    Failure::config("cannot find an account that you named in the accounts file")
                        .hint("name an account as the file does, or by its URL")
                }
            }
        })?;
        if taken.insert(&entry.account.id.url) {
            chosen.push(entry.clone());
        }
    }
    Ok(chosen)
}

/// Accounts by URL and by name.
fn by_name(entries: Vec<Entry>) -> BTreeMap<String, Entry> {
    let mut known = BTreeMap::new();
    for entry in entries {
        known.insert(entry.account.id.url.clone(), entry.clone());
        known.insert(entry.called().to_owned(), entry);
    }
    known
}

/// Refuses to use a password that is given once for several accounts, unless an administrator logs in with it and all
/// accounts are on one host.
fn one_password_for_one(entries: &[Entry], connecting: &Connecting) -> Result<(), Failure> {
    let mut without = entries.iter().filter(|entry| entry.secret().is_none());
    let (Some(first), Some(_)) = (without.next(), without.next()) else {
        return Ok(());
    };
    let is_given =
        connecting.source() != Source::Ask || std::env::var_os(secret::VARIABLE).is_some();
    if !is_given {
        return Err(Failure::config(format!(
            "cannot ask for the passwords of several accounts, such as {}",
            first.called()
        ))
        .hint("say where each password is in an accounts file: --accounts FILE"));
    }
    let is_elsewhere = |entry: &Entry| {
        let (one, other) = (&entry.account.id, &first.account.id);
        !one.host.eq_ignore_ascii_case(&other.host) || one.port != other.port
    };
    let mut without = entries.iter().filter(|entry| entry.secret().is_none());
    if connecting.login_as.is_none() || without.any(is_elsewhere) {
        return Err(
            Failure::config("cannot use one password for several accounts").hint(
                "say in an accounts file where each password is (--accounts FILE); with --login-as one password serves for a whole host",
            ),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_that_is_named_twice_is_dealt_with_once() {
        let urls = [
            "imaps://alice@h",
            "imaps://bob@h",
            "imaps://alice@H:993",
            "imaps://alice@h:1993",
        ];
        let named = urls.map(|url| NamedAccount {
            text: url.to_owned(),
            filters: None,
        });
        let entries = once(&named).unwrap();
        let users: Vec<(&str, u16)> = entries
            .iter()
            .map(|entry| (&*entry.account.id.user, entry.account.id.port))
            .collect();
        assert_eq!(users, [("alice", 993), ("bob", 993), ("alice", 1993)]);
    }
}
