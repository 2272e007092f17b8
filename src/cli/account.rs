//! Reaching an account and judging it: from an argument to a connected session, a listing, a roll and findings.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{
    args::{Connecting, Judging},
    failure::Failure,
    output::say,
    ports::now,
};
use crate::{
    apply::{self, Home},
    clients::{self, ChoiceError, ChosenClients},
    config::{
        account::{Account, Scheme},
        accounts::Entry,
        keyring::Keyring,
        secret::Source,
    },
    detect::Hints,
    imap::{self, Admin, ConnectErrorKind, Credential, Endpoint, Login, Security, Session, Trust},
    judge::{Criteria, Judged},
    mapping::{self, Mapping, file::TableError},
    model::{
        listing::{AccountId, Listing},
        plan::Plan,
        role::Role,
    },
    planner::Policy,
};

/// How accounts are reached: what the command line says for all of them, read once, and what their logins share.
pub struct Reach {
    source: Source,
    is_token: bool,
    plaintext: bool,
    patience: Duration,
    keyring: Keyring,
    trust: Arc<Trust>,
    /// Administrators by login: their own mailboxes are looked at once.
    admins: Mutex<Admins>,
}

/// By name, and what joins it to the user's.
type Admins = BTreeMap<(Box<str>, Option<char>), Admin>;

impl Reach {
    /// Reads what the options name.
    pub fn new(connecting: &Connecting) -> Result<Self, Failure> {
        let extra_roots = match &connecting.ca_file {
            None => None,
            Some(path) => Some(std::fs::read(path).map_err(|error| {
                Failure::config(format!("cannot read {}: {error}", path.display()))
            })?),
        };
        Ok(Self {
            source: connecting.source(),
            is_token: connecting.oauth_token_command.is_some(),
            plaintext: connecting.plaintext,
            patience: connecting.patience(),
            keyring: Keyring::default(),
            trust: Arc::new(Trust::new(extra_roots, connecting.tls_fingerprint)),
            admins: Mutex::default(),
        })
    }

    /// Connects and logs in; the session can only read until it is told otherwise.
    ///
    /// A password that was refused is never tried again; a token may have expired, and is tried once more if there is
    /// another.
    pub async fn connect(&self, entry: &Entry) -> Result<Session, Failure> {
        let endpoint = self.endpoint(&entry.account);
        let id = &entry.account.id;
        let (source, is_token) = match entry.secret() {
            Some(source) => (source, entry.is_token()),
            None => (self.source.clone(), self.is_token),
        };
        let admin = self.admin(entry);
        let whose = admin.as_ref().map_or(&id.url, |admin| &admin.name).clone();
        let secret = self.keyring.get(&source, &whose).await?;
        let mut login = Login {
            user: id.user.clone(),
            admin,
            credential: if is_token {
                Credential::Token(secret.clone())
            } else {
                Credential::Password(secret.clone())
            },
        };
        let first = Box::pin(imap::connect(&endpoint, &login, id.clone())).await;
        let session = match first {
            Err(error) if is_token && error.kind == ConnectErrorKind::Login => {
                let Some(fresh) = self.keyring.renew(&source, &whose, &secret).await? else {
                    return Err(error.into());
                };
                login.credential = Credential::Token(fresh);
                Box::pin(imap::connect(&endpoint, &login, id.clone())).await
            }
            first => first,
        };
        if entry.has_own_secret() && login.admin.is_none() {
            self.keyring.forget(&source).await;
        }
        Ok(session?)
    }

    /// Connects, lists the mailboxes, and leaves.
    pub async fn list(&self, entry: &Entry) -> Result<Listing, Failure> {
        let mut session = self.connect(entry).await?;
        let listing = session.listing(now()).await?;
        session.logout().await;
        Ok(listing)
    }

    /// Who logs in on the account's user's behalf.
    fn admin(&self, entry: &Entry) -> Option<Admin> {
        let name = entry.said.login_as.clone()?;
        let separator = entry.said.master_separator;
        let mut admins = self.admins.lock().unwrap_or_else(PoisonError::into_inner);
        let known = admins.entry((name.clone(), separator));
        let admin = known.or_insert_with(|| Admin::new(name.into(), separator));
        Some(admin.clone())
    }

    fn endpoint(&self, account: &Account) -> Endpoint {
        let security = match (account.scheme, self.plaintext) {
            (Scheme::Imaps, _) => Security::ImplicitTls,
            (Scheme::Imap, false) if is_loopback(&account.id.host) => Security::StartTlsIfOffered,
            (Scheme::Imap, false) => Security::StartTls,
            (Scheme::Imap, true) => Security::Plaintext,
        };
        Endpoint {
            host: account.id.host.clone(),
            port: account.id.port,
            security,
            trust: Arc::clone(&self.trust),
            timeout: self.patience,
        }
    }

    /// Warns once of what `--plaintext` means for these accounts.
    pub fn warn(&self, entries: &[Entry]) {
        let is_open = |entry: &Entry| {
            entry.account.scheme == Scheme::Imap && !is_loopback(&entry.account.id.host)
        };
        if self.plaintext && entries.iter().any(is_open) {
            say("warning: the password and all mail cross the network unprotected (--plaintext)");
        }
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Judges accounts after a look at them, with the sessions that this takes; everything else is read before anything is
/// sent.
#[derive(Clone)]
pub struct Judge {
    criteria: Criteria,
}

impl Judge {
    /// Reads the user's own tables.
    pub fn new(judging: &Judging, targets: &[(Role, String)]) -> Result<Self, Failure> {
        let criteria = Criteria {
            mapping: Arc::new(mapping(&judging.mappings)?),
            hints: Hints {
                overrides: judging.role.clone(),
                targets: targets.iter().cloned().collect(),
                locales: judging.locale.clone(),
                ..Hints::default()
            },
            clients: Arc::new(chosen(&judging.client, judging.locale.first())?),
            sample: (!judging.no_sample).then_some(judging.sample),
        };
        Ok(Self { criteria })
    }

    /// The same with what the accounts file says of one account; the command line has the last word.
    #[must_use]
    pub fn of(&self, entry: &Entry) -> Self {
        let said = &entry.said;
        let criteria = self.criteria.of_account(&Hints {
            overrides: said.roles.clone(),
            targets: said.targets.iter().cloned().collect(),
            locales: said.locales.clone(),
            ..Hints::default()
        });
        Self { criteria }
    }

    /// The same, knowing the mailboxes that runs have set aside and remove later, by wire name.
    #[must_use]
    pub fn with_waiting(&self, waiting: &BTreeSet<Vec<u8>>) -> Self {
        let criteria = self.criteria.with_waiting(waiting);
        Self { criteria }
    }

    /// Connects, looks and judges, and leaves.
    pub async fn examine(&self, reach: &Reach, entry: &Entry) -> Result<Judged, Failure> {
        let mut session = reach.connect(entry).await?;
        let judged = self.look(&mut session).await?;
        session.logout().await;
        Ok(judged)
    }

    /// Lists the mailboxes and judges them; looks into those that play one role together, and those that may show by
    /// their mail what they are.
    pub async fn look(&self, session: &mut Session) -> Result<Judged, Failure> {
        let mut listing = session.listing(now()).await?;
        let looks = self.criteria.looks(&listing)?;
        if !looks.is_empty() {
            session.sample(&mut listing, &looks).await?;
        }
        Ok(self.criteria.judge(listing)?)
    }

    /// Looks into those that play a role together only since the user has said more.
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

    /// Judges a listing again with other roles and targets, as the user has said on the terminal.
    pub fn rejudge(
        &self,
        judged: &mut Judged,
        roles: &[(String, Option<Role>)],
        targets: BTreeMap<Role, String>,
    ) -> Result<(), Failure> {
        let criteria = self.criteria.with_answers(roles, targets);
        *judged = criteria.judge(judged.listing.clone())?;
        Ok(())
    }

    /// Makes the plan for a judged account.
    pub fn plan(&self, judged: &Judged, policy: &Policy) -> Plan {
        self.criteria.plan(judged, policy)
    }

    /// Adds to what an audit found where the stated clients meet: the names that `fix` with the same clients will give.
    pub fn add_meetings(&self, judged: &mut Judged) {
        self.criteria.add_meetings(judged);
    }

    /// The clients that are asked about.
    pub fn clients(&self) -> &ChosenClients {
        &self.criteria.clients
    }

    /// What the user said shall keep each role.
    pub fn targets(&self) -> &BTreeMap<Role, String> {
        &self.criteria.hints.targets
    }
}

/// Reads `--client` and the language for those that say none.
fn chosen(typed: &[String], language: Option<&String>) -> Result<ChosenClients, Failure> {
    let profiles = clients::built_in()
        .map_err(|error| Failure::bug(format!("cannot read the clients: {error}")))?;
    let typed = typed.iter().map(String::as_str);
    let chosen = ChosenClients::choose(&profiles, typed, language.map(String::as_str));
    chosen.map_err(|error| {
        let hint = match &error {
            ChoiceError::NoLanguage(_) => {
                "write a tag such as fr or pt-BR: --client outlook-2016:fr".to_owned()
            }
            ChoiceError::Client(error) => match error.nearest.as_slice() {
                [] => format!("`rolecall clients` lists the {} known ones", profiles.len()),
                [only] => format!("did you mean {only}? `rolecall clients` lists all"),
                several => format!(
                    "did you mean one of {}? `rolecall clients` lists all",
                    several.join(", ")
                ),
            },
        };
        Failure::config(format!("cannot {error}")).hint(hint)
    })
}

/// The mailboxes of an account that runs have set aside and remove later, by wire name.
pub fn waiting_names(home: &Home, account: &AccountId) -> Result<BTreeSet<Vec<u8>>, Failure> {
    let waiting = apply::waiting(home, account, &now())?;
    let names = waiting.iter().flat_map(|waits| &waits.names);
    Ok(names.map(|name| name.wire().to_vec()).collect())
}

/// The built-in table and the user's own over it, the last one topmost.
pub fn mapping(own: &[PathBuf]) -> Result<Mapping, Failure> {
    let mut mapping = Mapping::built_in();
    for path in own {
        let tables = mapping::file::read(path).map_err(|error| unusable(&error))?;
        mapping = mapping.with(tables);
    }
    Ok(mapping)
}

/// A mapping's faults, each with the line it is on.
pub fn unusable(error: &TableError) -> Failure {
    let why = match error {
        TableError::Faults(faults) => {
            format!("use the mapping:\n{}", mapping::with_lines(faults))
        }
        TableError::Io { source, .. } => format!("{error}: {source}"),
        other => other.to_string(),
    };
    Failure::config(format!("cannot {why}"))
}
