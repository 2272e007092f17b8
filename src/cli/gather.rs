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
    language::{Phrase, text},
    mapping::nearest,
    model::io_error::in_words,
    private,
    report::text::safe,
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
        Some(file) if arguments.is_empty() => {
            return whole_file(file, many, connecting, true).map(Some);
        }
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

/// Every account of a file. Where nobody logs in, an administrator's password need not be given.
pub fn whole_file(
    file: &Path,
    many: &Many,
    connecting: &Connecting,
    logs_in: bool,
) -> Result<Vec<Entry>, Failure> {
    let entries = read(file, &many.how)?;
    passwords_are_known(&entries, many, connecting, logs_in)?;
    Ok(with_logins(entries, many, connecting))
}

/// The accounts of these URLs, which plans name. A plan may come from anybody, so it does not say where filters are managed.
pub fn of_plans(
    urls: Vec<String>,
    many: &Many,
    connecting: &Connecting,
) -> Result<Vec<Entry>, Failure> {
    let named = urls.into_iter().map(|text| NamedAccount {
        text,
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
            entries.push(Entry::of(account).with_filters_at(filters.clone()));
        }
    }
    Ok(entries)
}

/// The accounts that journals name: first those that the accounts file names too, then those that it does not name. If it
/// names none of them, that is refused.
pub fn recall(
    named: &[NamedAccount],
    many: &Many,
    connecting: &Connecting,
) -> Result<(Vec<Entry>, Vec<Entry>), Failure> {
    let Some(file) = &many.file else {
        return Ok((ready(once(named)?, many, connecting)?, Vec::new()));
    };
    let read = read(file, &many.how)?.into_iter();
    let known: HashMap<String, Entry> = read.map(|entry| (entry.account.id.key(), entry)).collect();
    let (mut entries, mut absent) = (Vec::new(), Vec::new());
    for NamedAccount { text, filters } in named {
        let account = Account::parse(text)?;
        match known.get(&account.id.key()) {
            Some(entry) => entries.push(entry.clone().with_filters_at(filters.clone())),
            None => absent.push(Entry::of(account)),
        }
    }
    match absent.as_slice() {
        [only] if entries.is_empty() => return Err(not_in_the_file(only)),
        [first, ..] if entries.is_empty() => {
            let url = &first.account.id.url;
            return Err(Failure::config(text::cannot(text::none_in_accounts_file(
                absent.len() as u64,
                url,
            )))
            .hint(text::try_file_of_runs()));
        }
        _ => {}
    }
    absent.retain(|entry| many.how.part().holds(&entry.account.id));
    Ok((ready(entries, many, connecting)?, absent))
}

/// Why nothing can be done about an account that a journal names.
pub fn not_in_the_file(entry: &Entry) -> Failure {
    let url = &entry.account.id.url;
    Failure::config(text::cannot(text::not_in_accounts_file(url))).hint(text::try_put_into_file())
}

/// Checks that passwords are known, adds who logs in, and leaves only the part of the accounts that is meant.
fn ready(entries: Vec<Entry>, many: &Many, connecting: &Connecting) -> Result<Vec<Entry>, Failure> {
    passwords_are_known(&entries, many, connecting, true)?;
    Ok(with_logins(entries, many, connecting))
}

/// Adds who logs in, and leaves only the part of the accounts that is meant.
fn with_logins(mut entries: Vec<Entry>, many: &Many, connecting: &Connecting) -> Vec<Entry> {
    let mut known = HashMap::new();
    for entry in &mut entries {
        log_in_as(entry, connecting, &mut known);
    }
    part(&mut entries, &many.how);
    entries
}

/// Every account of a file.
fn read(file: &Path, how: &How) -> Result<Vec<Entry>, Failure> {
    let inline = if how.allow_inline_passwords {
        Inline::Allowed
    } else {
        Inline::Refused
    };
    accounts::read(file, inline).map_err(|error| {
        let failure = Failure::config(text::cannot(error.said()));
        match error {
            AccountsError::Io { .. } => failure.hint(text::try_accounts_file()),
            AccountsError::Faults { .. } | AccountsError::TooLarge { .. } => failure,
        }
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
    let (left, all) = (entries.len() as u64, all as u64);
    say(text::part_of_accounts(
        shard.part().to_string(),
        shard.of().to_string(),
        left,
        all,
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
        let cannot = |why: Phrase| {
            Failure::config(text::cannot(text::read_list_since(list, why))).hint(text::try_list())
        };
        let content = private::read_to_replace(Path::new(list), SIZE_LIMIT);
        let content = content.map_err(|error| cannot(in_words(&error)))?;
        let text = std::str::from_utf8(&content.octets).map_err(|_| cannot(text::not_utf8()))?;
        if text.len() as u64 > SIZE_LIMIT {
            return Err(cannot(text::larger_than_64_mib()));
        }
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        arguments_and_lines.extend(lines.map(str::to_owned));
    }
    Ok(arguments_and_lines)
}

/// The accounts of a file that are wanted, by name or URL, in the order in which they are wanted.
fn chosen(known: &BTreeMap<String, Entry>, wanted: &[NamedAccount]) -> Result<Vec<Entry>, Failure> {
    if wanted.is_empty() {
        say(text::list_names_no_account());
    }
    let mut chosen: Vec<Entry> = Vec::new();
    let mut taken = BTreeSet::new();
    for NamedAccount { text, .. } in wanted {
        let url = Account::parse(text).map(|account| account.id.url);
        let found = known.get(url.as_deref().unwrap_or(text));
        let entry = found.ok_or_else(|| {
            // What is no slip of a name could be a secret in the wrong place, so it is not repeated.
            match nearest(text, known.keys().map(String::as_str)) {
                Some(near) => Failure::config(text::cannot(text::not_in_accounts_file(text)))
                    .hint(text::did_you_mean(near)),
                None => Failure::config(text::cannot(text::find_named_account()))
                    .hint(text::try_name_as_file()),
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

/// Refuses to use a password that is given once for several accounts, unless one administrator logs in with it and all accounts
/// are on one host.
fn passwords_are_known(
    entries: &[Entry],
    many: &Many,
    connecting: &Connecting,
    logs_in: bool,
) -> Result<(), Failure> {
    let mut without = entries.iter().filter(|entry| entry.secret().is_none());
    let (Some(first), Some(second)) = (without.next(), without.next()) else {
        return Ok(());
    };
    let login = |entry: &Entry| {
        let (said, id) = (&entry.said.login_as, &entry.account.id);
        let login = said.as_deref().or(connecting.login_as.as_deref());
        login.map(|login| (login.to_owned(), id.host.to_ascii_lowercase(), id.port))
    };
    let shared = login(first);
    let is_shared = |entry: &Entry| login(entry) == shared;
    let is_one_login = shared.is_some() && is_shared(second) && without.all(is_shared);
    let is_given =
        connecting.source() != Source::Ask || std::env::var_os(secret::VARIABLE).is_some();
    if is_one_login && (is_given || !logs_in) {
        return Ok(());
    }
    let why = if is_given {
        text::one_password_for_several()
    } else {
        text::ask_several_passwords(first.called())
    };
    let hint = if is_one_login {
        text::try_give_admin_password()
    } else if many.file.is_some() {
        text::try_passwords_in_file()
    } else if is_given {
        text::try_accounts_or_login_as()
    } else {
        text::try_accounts_passwords()
    };
    Err(Failure::config(text::cannot(why)).hint(hint))
}

/// Tells of variables for passwords whose names no shell can set, as those of users with a dot or an @ in their name.
pub fn tell_of_variables(entries: &[Entry]) {
    let odd = entries.iter().filter_map(|entry| match entry.secret() {
        Some(Source::Variable(name)) if !is_for_shells(&name) => Some(name),
        _ => None,
    });
    let mut odd = odd.peekable();
    if let Some(first) = odd.peek().cloned() {
        let accounts = text::accounts(odd.count() as u64);
        say(text::variables_beyond_shells(accounts, safe(&first)));
    }
}

/// Whether a shell can set a variable of this name (POSIX, XBD 3.216).
fn is_for_shells(name: &str) -> bool {
    let is_letter = |letter: char| letter == '_' || letter.is_ascii_alphanumeric();
    name.chars().all(is_letter) && !name.starts_with(|letter: char| letter.is_ascii_digit())
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

    #[test]
    fn a_name_with_a_dot_or_an_at_is_none_that_a_shell_can_set() {
        for name in ["PW_anna@firma.example", "PW-anna", "1PW", "PW_é"] {
            assert!(!is_for_shells(name), "{name}");
        }
        for name in ["PW_anna", "_1"] {
            assert!(is_for_shells(name), "{name}");
        }
    }
}
