//! Reaching an account and judging it: from an argument to a connected session, a listing, a roll and findings.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{
    args::{Connecting, Judging},
    clients::Chosen,
    failure::Failure,
    output::say,
    ports::now,
};
use crate::{
    apply::AccountLog,
    audit,
    config::{
        account::{Account, Scheme},
        accounts::Entry,
        keyring::Keyring,
        secret::Source,
    },
    detect::{Hints, worth_a_look},
    imap::{self, Admin, ConnectErrorKind, Credential, Endpoint, Login, Security, Session, Trust},
    judge::{self, Missing},
    mapping::{self, Fault, Mapping, file::TableError},
    model::{
        client::Forecasts, finding::Finding, listing::Listing, mailbox::MailboxName, role::Role,
        roll::Roll,
    },
    planner::{self, Foresight, Policy},
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

/// Everything that judging an account needs beside its listing; read before anything is sent.
#[derive(Clone)]
pub struct Judge {
    mapping: Arc<Mapping>,
    hints: Hints,
    /// How many messages of a mailbox are looked at; none where no mailbox is looked into.
    sample: Option<u32>,
    clients: Arc<Chosen>,
}

/// An account as judged.
pub struct Judged {
    pub listing: Listing,
    pub roll: Roll,
    pub findings: Vec<Finding>,
}

impl Judged {
    /// The mailbox of each target; one that is not there is made only if `may_make` says so of it.
    pub fn targets(
        &self,
        typed: &BTreeMap<Role, String>,
        may_make: &mut dyn FnMut(&Missing) -> bool,
    ) -> Result<BTreeMap<Role, MailboxName>, Failure> {
        Ok(judge::targets(&self.listing, &self.roll, typed, may_make)?)
    }
}

impl Judge {
    /// Reads the user's own tables.
    pub fn new(judging: &Judging, targets: &[(Role, String)]) -> Result<Self, Failure> {
        Ok(Self {
            mapping: Arc::new(mapping(&judging.mappings)?),
            hints: Hints {
                overrides: judging.role.clone(),
                targets: targets.iter().cloned().collect(),
                locales: judging.locale.clone(),
                ..Hints::default()
            },
            sample: (!judging.no_sample).then_some(judging.sample),
            clients: Arc::new(Chosen::new(&judging.client, judging.locale.first())?),
        })
    }

    /// The same with what the accounts file says of one account; the command line has the last word.
    #[must_use]
    pub fn of(&self, entry: &Entry) -> Self {
        let said = &entry.said;
        let mut judge = self.clone();
        let hints = &mut judge.hints;
        hints.overrides.splice(0..0, said.roles.iter().cloned());
        for (role, target) in &said.targets {
            hints.targets.entry(*role).or_insert_with(|| target.clone());
        }
        if hints.locales.is_empty() {
            hints.locales.clone_from(&said.locales);
            if let Some(first) = said.locales.first() {
                judge.clients = Arc::new(judge.clients.in_language(first));
            }
        }
        judge
    }

    /// The same, knowing the mailboxes that runs have set aside and remove later, by wire name.
    #[must_use]
    pub fn with_waiting(&self, waiting: &BTreeSet<Vec<u8>>) -> Self {
        let mut judge = self.clone();
        judge.hints.waiting.clone_from(waiting);
        judge
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
        if let Some(messages) = self.sample {
            let looks = judge::looks(&listing, &self.mapping, &self.hints, messages)?;
            if !looks.is_empty() {
                session.sample(&mut listing, &looks).await?;
            }
        }
        self.judged(listing, &self.hints)
    }

    /// Judges a listing.
    fn judged(&self, listing: Listing, hints: &Hints) -> Result<Judged, Failure> {
        let predict = |listing: &Listing| self.predict(listing);
        let judge::Judged { roll, findings } =
            judge::judge(&listing, &self.mapping, hints, &predict)?;
        Ok(Judged {
            listing,
            roll,
            findings,
        })
    }

    /// Lends what the planner asks of accounts that it imagines.
    pub fn foresee<T>(&self, ask: impl FnOnce(Foresight<'_>) -> T) -> T {
        ask(Foresight {
            predict: &|listing| self.predict(listing),
            stay: &|before, after| self.clients.stay(before, after),
            role_of: &|listing, name| {
                judge::role_by_name(listing, &self.mapping, &self.hints.locales, name)
            },
        })
    }

    /// Adds to what an audit found where the stated clients meet: the names that `fix` with the same clients will give.
    pub fn add_meetings(&self, judged: &mut Judged) {
        let Judged {
            listing,
            roll,
            findings,
        } = judged;
        let policy = Policy::default();
        let meeting = self.foresee(|foresight| {
            let meeting = planner::meeting(listing, roll, findings, &policy, foresight);
            let free = meeting.into_iter().filter(|(role, suggestion)| {
                !suggestion.if_marked && !self.hints.targets.contains_key(role)
            });
            free.map(|(role, suggestion)| (role, (suggestion.keep, suggestion.because)))
                .collect()
        });
        audit::add_meetings(findings, roll, &meeting);
    }

    /// The clients that are asked about.
    pub fn clients(&self) -> &Chosen {
        &self.clients
    }

    /// What clients will do with an account.
    pub fn predict(&self, listing: &Listing) -> Forecasts {
        self.clients.predict(listing)
    }

    /// Looks into those that play a role together only since the user has said more.
    pub async fn look_again(
        &self,
        session: &mut Session,
        judged: &mut Judged,
    ) -> Result<(), Failure> {
        if self.sample.is_some() {
            let mut looks = worth_a_look(&judged.listing, &judged.roll, 0);
            looks.retain(|name, _| {
                let mailbox = judged.listing.find(name.wire());
                mailbox.is_some_and(|mailbox| mailbox.sample.is_none())
            });
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
        let mut hints = Hints {
            targets,
            ..self.hints.clone()
        };
        hints.overrides.extend_from_slice(roles);
        *judged = self.judged(judged.listing.clone(), &hints)?;
        Ok(())
    }

    /// What the user said shall keep each role.
    pub fn targets(&self) -> &BTreeMap<Role, String> {
        &self.hints.targets
    }
}

/// The mailboxes of an account that runs have set aside and remove later, by wire name.
pub fn waiting_names(log: &AccountLog) -> BTreeSet<Vec<u8>> {
    let waiting = log.waiting(&now());
    let names = waiting.iter().flat_map(|waits| &waits.names);
    names.map(|name| name.wire().to_vec()).collect()
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
            format!("use the mapping:\n{}", with_lines(faults))
        }
        TableError::Io { source, .. } => format!("{error}: {source}"),
        other => other.to_string(),
    };
    Failure::config(format!("cannot {why}"))
}

/// A file's faults, each with the line that it is on.
pub fn with_lines(faults: &[Fault]) -> String {
    let faults = faults.iter();
    let faults = faults.map(|fault| format!("{fault}\n{}", fault.snippet));
    faults.collect::<Vec<_>>().join("\n")
}
