//! Judging accounts: what the command line, the accounts file and earlier runs say, joined with what a session shows.
//!
//! In: options, an account, a session. Out: a [`Judged`] account. How it is judged is `crate::judge`'s; what is added here
//! is the part that needs a session or the disk.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::Metadata,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{args::Judging, clock::now, connector::Connector, failure::Failure, terminal::say};
use crate::{
    apply::{AccountLog, StateDir, off_the_runtime},
    clients::{self, ChosenClients},
    config::accounts::Entry,
    detect::Hints,
    imap::Session,
    judge::{Criteria, Judged},
    language::text,
    mapping::{self, Mapping, Table, TableError, file::SIZE_LIMIT},
    model::{
        io_error::said,
        listing::{AccountId, Listing},
        mailbox::MailboxName,
        plan::Plan,
        role::Role,
        set_aside::SetAsideNames,
    },
    planner::Policy,
    private,
    report::text::safe,
};

/// Judges accounts by what sessions show of them. What the command line names is read before anything is sent.
#[derive(Clone)]
pub struct Judge {
    criteria: Criteria,
    /// The user's own tables of names, file by file, as they were when they were read: a pipe is read once only.
    tables: Arc<[Vec<Table>]>,
    /// Where runs record which mailboxes they have set aside; none where nothing has ever run.
    state: Option<StateDir>,
}

impl Judge {
    /// Reads the options and the user's own tables. With `shows_dates` dates are read also where they decide nothing.
    pub fn new(
        judging: &Judging,
        targets: &[(Role, String)],
        state: Option<StateDir>,
        shows_dates: bool,
    ) -> Result<Self, Failure> {
        let profiles = clients::built_in()
            .map_err(|error| Failure::bug(format!("cannot read the clients: {error}")))?;
        let typed = judging.client.iter().map(String::as_str);
        let language = judging.locale.first().map(String::as_str);
        let chosen = ChosenClients::choose(&profiles, typed, language)?;
        let tables = tables(&judging.mappings)?;
        let mapping = mapping(&tables);
        are_known_languages(judging, &mapping)?;
        let criteria = Criteria {
            mapping: Arc::new(mapping),
            hints: Hints {
                overrides: judging.role.clone(),
                targets: targets.iter().cloned().collect(),
                locales: judging.locale.clone(),
                ..Hints::default()
            },
            clients: Arc::new(chosen),
            sample: judging.sample_size(),
            shows_dates,
        };
        Ok(Self {
            criteria,
            tables: tables.into(),
            state,
        })
    }

    /// The same with what the accounts file and earlier runs say of one account; the command line has the last word.
    pub fn for_account(&self, entry: &Entry) -> Result<Self, Failure> {
        let log = match &self.state {
            Some(state) => Some(off_the_runtime(|| state.readable_log(&entry.account.id))?),
            None => None,
        };
        for why_not in log.iter().flat_map(AccountLog::unreadable) {
            let why = text::with_hint(text::cannot(why_not.said()), why_not.hint());
            say(text::about_account(entry.called(), why).map(safe));
        }
        Ok(self.for_account_of(entry, log.as_ref()))
    }

    /// The same where what the account's journals say is known; none where there are no journals.
    pub fn for_account_of(&self, entry: &Entry, log: Option<&AccountLog>) -> Self {
        let said = &entry.said;
        let criteria = self.criteria.of_account(&Hints {
            overrides: said.roles.clone(),
            // Of several targets for one role the first holds.
            targets: said.targets.iter().rev().cloned().collect(),
            locales: said.locales.clone(),
            ..Hints::default()
        });
        let criteria = match log {
            Some(log) => criteria.with_earlier_runs(
                log.set_aside(),
                log.settled().clone(),
                log.before().left.clone(),
            ),
            None => criteria,
        };
        Self {
            criteria,
            tables: Arc::clone(&self.tables),
            state: self.state.clone(),
        }
    }

    /// Connects, looks at the account, logs out, and judges it: no connection is held meanwhile.
    pub async fn examine(&self, connector: &Connector, entry: &Entry) -> Result<Judged, Failure> {
        self.examine_with_filters(connector, entry, false).await
    }

    /// The same; where that is wanted with the account's filters, which are read beside it.
    pub async fn examine_with_filters(
        &self,
        connector: &Connector,
        entry: &Entry,
        wanted: bool,
    ) -> Result<Judged, Failure> {
        let mut filters = connector.filters(entry, wanted);
        let connecting = connector.connect_and_tell(entry, Some(&mut filters));
        let mut session = connecting.await?;
        let listing = self.listing(&mut session).await?;
        let filters = filters.end().await;
        connector.log_out(session).await;
        let mut judged = self.criteria.judge(listing)?;
        judged.know_filters(filters);
        Ok(judged)
    }

    /// Looks at an account and judges it.
    pub async fn look(&self, session: &mut Session) -> Result<Judged, Failure> {
        let listing = self.listing(session).await?;
        Ok(self.criteria.judge(listing)?)
    }

    /// Lists the mailboxes. Looks into those that play one role together, and into those whose mail may show what they are.
    async fn listing(&self, session: &mut Session) -> Result<Listing, Failure> {
        let mut listing = session.listing(now()).await?;
        let looks = self.criteria.looks(&listing)?;
        if !looks.is_empty() {
            session.sample(&mut listing, &looks).await?;
        }
        Ok(listing)
    }

    /// Looks into the mailboxes that play a role together only since the user has said more about them.
    pub async fn look_again(
        &self,
        session: &mut Session,
        judged: &mut Judged,
    ) -> Result<(), Failure> {
        let looks = self.criteria.more_looks(judged);
        if !looks.is_empty() {
            session.sample(&mut judged.listing, &looks).await?;
        }
        Ok(())
    }

    /// Judges a listing again with the roles and targets that the user has named on the terminal.
    pub fn rejudge(
        &self,
        judged: &mut Judged,
        roles: &[(String, Option<Role>)],
        targets: BTreeMap<Role, String>,
    ) -> Result<(), Failure> {
        let criteria = self.criteria.with_answers(roles, targets);
        let filters = std::mem::take(&mut judged.filters);
        *judged = criteria.judge(judged.listing.clone())?;
        judged.know_filters(filters);
        Ok(())
    }

    /// Makes the plan for a judged account.
    pub fn plan(&self, judged: &Judged, policy: &Policy) -> Plan {
        self.criteria.plan(judged, policy)
    }

    /// The mailbox that keeps each role once `fix` with the same clients and targets is done.
    pub fn kept(
        &self,
        judged: &Judged,
        may_make: bool,
    ) -> Result<BTreeMap<Role, MailboxName>, Failure> {
        let targets = judged.targets(self.targets(), &mut |_| may_make)?;
        Ok(self.criteria.kept(judged, targets))
    }

    /// Adds to the findings of an audit the names in which the stated clients meet: `fix` with the same clients will give
    /// these names.
    pub fn add_meetings(&self, judged: &mut Judged) {
        self.criteria.add_meetings(judged);
    }

    /// The clients that are asked about.
    pub fn clients(&self) -> &ChosenClients {
        &self.criteria.clients
    }

    /// The user's own tables of names, file by file.
    pub fn tables(&self) -> &[Vec<Table>] {
        &self.tables
    }

    /// The mailbox that the user wants to keep each role, as typed.
    pub fn targets(&self) -> &BTreeMap<Role, String> {
        &self.criteria.hints.targets
    }

    /// What earlier runs have set aside in the account.
    pub fn set_aside(&self) -> &SetAsideNames {
        &self.criteria.hints.set_aside
    }
}

/// Refuses a typed language in which no name is known: it would settle nothing, and say nothing of it.
fn are_known_languages(judging: &Judging, mapping: &Mapping) -> Result<(), Failure> {
    let of_clients = judging.client.iter();
    let of_clients = of_clients.filter_map(|typed| typed.split_once(':').map(|(_, tag)| tag));
    let typed = judging.locale.iter().map(String::as_str).chain(of_clients);
    let primary = |tag: &str| {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        primary.to_ascii_lowercase()
    };
    let known: BTreeSet<String> = mapping.tables().map(|head| primary(&head.locale)).collect();
    for tag in typed.filter(|tag| !tag.is_empty()) {
        if known.contains(&primary(tag)) {
            continue;
        }
        // Who writes a language out mostly begins with its tag: francais, deutsch, italiano.
        let word = primary(tag);
        let near = (2..=3)
            .rev()
            .find_map(|length| known.get(word.get(..length)?));
        let all = known.iter().cloned().collect::<Vec<_>>().join(", ");
        let hint = match near {
            Some(near) => text::did_you_mean_tag(near, all),
            None => text::known_tags(all),
        };
        return Err(Failure::config(text::cannot(text::language_not_known(safe(tag)))).hint(hint));
    }
    Ok(())
}

/// What the journals of an account say, all of which can be read.
pub fn account_log(state: &StateDir, account: &AccountId) -> Result<AccountLog, Failure> {
    Ok(off_the_runtime(|| state.account_log(account))?)
}

/// Reads the user's own tables of names, file by file.
pub fn tables(paths: &[PathBuf]) -> Result<Vec<Vec<Table>>, Failure> {
    let read = paths.iter().map(|path| Ok(tables_of(path)?));
    read.collect()
}

/// A pipe is read here, since it must come to an end in time; files and folders are for `mapping` to read.
fn tables_of(path: &Path) -> Result<Vec<Table>, TableError> {
    let is_pipe = |there: Metadata| !there.is_file() && !there.is_dir();
    if !path.metadata().is_ok_and(is_pipe) {
        return mapping::file::read(path);
    }
    let unreadable = |source| TableError::Io {
        path: path.to_owned(),
        source,
    };
    let content = private::read(path, SIZE_LIMIT).map_err(unreadable)?;
    if content.octets.len() as u64 > SIZE_LIMIT {
        let path = path.to_owned();
        return Err(TableError::TooLarge { path });
    }
    let text = std::str::from_utf8(&content.octets)
        .map_err(|_| unreadable(said(io::ErrorKind::InvalidData, text::not_utf8())))?;
    let table = mapping::file::parse(&path.display().to_string(), text);
    Ok(vec![table.map_err(TableError::Faults)?])
}

/// The built-in table with the user's own tables over it; the last one takes precedence.
pub fn mapping(own: &[Vec<Table>]) -> Mapping {
    let mut mapping = Mapping::built_in();
    for tables in own {
        mapping = mapping.with(tables.clone());
    }
    mapping
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{account::Account, accounts::Said};

    #[test]
    fn of_several_targets_that_the_accounts_file_names_for_a_role_the_first_holds() {
        let judge = Judge::new(&Judging::without_samples(), &[], None, true).unwrap();
        let mut entry = Entry::of(Account::parse("imaps://alice@imap.example.com").unwrap());
        let targets = ["Sent", "Gesendet"].map(|name| (Role::Sent, name.to_owned()));
        entry.said = Arc::new(Said {
            targets: targets.to_vec(),
            ..(*entry.said).clone()
        });
        let judge = judge.for_account_of(&entry, None);
        let target = judge.targets().get(&Role::Sent);
        assert_eq!(target.map(String::as_str), Some("Sent"));
    }
}
