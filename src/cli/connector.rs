//! Reaching accounts: from what the command line and the accounts file say to a session that is logged in.
//!
//! In: an account with its secret's place. Out: a [`Session`] that can only read until it is told otherwise. A password
//! that was refused is never tried again.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{
    args::Connecting,
    clock::now,
    failure::Failure,
    filters::{FilterReader, HostsWithout},
    terminal::{say, spoken},
};
use crate::{
    config::{
        account::{Account, Scheme},
        accounts::Entry,
        keyring::Keyring,
        secret::Source,
    },
    imap::{
        self, Admin, ConnectError, ConnectErrorKind, Credential, Endpoint, Login, OneByOne,
        Security, Session, Tags, Trace, TraceNames, Trust,
    },
    language::text,
    managesieve::{self, AccountScripts},
    model::{
        io_error::in_words,
        listing::{AccountId, Listing},
    },
    private,
    report::text::safe,
    store::Waits,
};

/// How accounts are reached: what the command line says for all of them, read once, and what their logins share.
pub struct Connector {
    source: Source,
    is_token: bool,
    plaintext: bool,
    patience: Duration,
    keyring: Keyring,
    trust: Arc<Trust>,
    trace: Option<Trace>,
    one_by_one: OneByOne,
    /// Where filters are managed, as the user says: another host than that of IMAP, another port than the usual one.
    sieve_host: Option<String>,
    sieve_port: Option<u16>,
    without_filters: HostsWithout,
    /// Whether it is for one account alone: then a login that the server puts off is waited for here, and nobody has to know how
    /// many connections are open. Of many accounts, others go on meanwhile (`fleet`).
    is_alone: bool,
    /// The administrators that log in for users. Their own mailboxes are looked at once, not once an account.
    admins: Mutex<Admins>,
}

/// The most octets of a file of certificates; a system's own has a quarter of a megabyte.
const ROOTS: u64 = 16 << 20;

/// A person is told of a wait that is longer than this.
const SILENTLY: Duration = Duration::from_secs(5);

/// Administrators by their name and by what joins it to the user's.
type Admins = BTreeMap<(Box<str>, Option<char>), Admin>;

impl Connector {
    /// Reads the files that the options name, and warns once of what `--plaintext` means for these accounts.
    pub fn to(entries: &[Entry], connecting: &Connecting) -> Result<Self, Failure> {
        let extra_roots = extra_roots(connecting)?;
        let connector = Self {
            source: connecting.source(),
            is_token: connecting.oauth_token_command.is_some(),
            plaintext: connecting.plaintext,
            patience: connecting.patience(),
            keyring: Keyring::new(spoken()),
            trust: Arc::new(Trust::new(extra_roots, connecting.tls_fingerprint)),
            trace: trace(connecting)?,
            one_by_one: OneByOne::default(),
            sieve_host: connecting.sieve_host.clone(),
            sieve_port: connecting.sieve_port,
            without_filters: HostsWithout::default(),
            is_alone: entries.len() == 1,
            admins: Mutex::default(),
        };
        connector.warn(entries);
        Ok(connector)
    }

    /// Connects and logs in; the session can only read until it is told otherwise.
    ///
    /// A password that was refused is never tried again. A token may have expired, so another one is tried once, if the
    /// command gives another.
    pub async fn connect(&self, entry: &Entry) -> Result<Session, Failure> {
        self.connect_and_tell(entry, None).await
    }

    /// Begins to read an account's filters, beside what else is looked at; the login is told by
    /// [`Self::connect_and_tell`].
    pub fn filters(&self, entry: &Entry, wanted: bool) -> FilterReader {
        let endpoint = wanted.then(|| self.filter_endpoint(entry));
        FilterReader::knock(endpoint, &self.without_filters)
    }

    /// Connects and logs in, and tells the login to a reader of filters.
    pub async fn connect_and_tell(
        &self,
        entry: &Entry,
        reader: Option<&mut FilterReader>,
    ) -> Result<Session, Failure> {
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
        let first = self.log_in(&endpoint, &login, id).await;
        let session = match first {
            Err(error) if is_token && error.kind == ConnectErrorKind::Login => {
                let Some(fresh) = self.keyring.renew(&source, &whose, &secret).await? else {
                    return Err(error.into());
                };
                login.credential = Credential::Token(fresh);
                self.log_in(&endpoint, &login, id).await
            }
            first => first,
        };
        if entry.has_own_secret() && login.admin.is_none() {
            self.keyring.forget(&source).await;
        }
        let mut session = session?;
        if self.is_alone {
            session.set_alone();
        }
        if let Some(reader) = reader {
            reader.log_in(login.clone());
        }
        let filters = AccountScripts::new(self.filter_endpoint(entry), login);
        session.set_scripts(Box::new(filters));
        Ok(session)
    }

    /// Where the account's filters are managed, for the journal of a run; none where every account's are expected.
    pub fn filters_at(&self, entry: &Entry) -> Option<(String, u16)> {
        let Endpoint { host, port, .. } = self.filter_endpoint(entry);
        let is_expected = host == entry.account.id.host && port == managesieve::PORT;
        (!is_expected).then_some((host, port))
    }

    /// Where the account's filters are managed. The port has no TLS from the first octet (RFC 5804 §1.8).
    fn filter_endpoint(&self, entry: &Entry) -> Endpoint {
        let account = &entry.account;
        let found = entry.said.filters.as_ref();
        let found_host = found.map(|(host, _)| host);
        let host = self.sieve_host.as_ref().or(found_host);
        let host = host.unwrap_or(&account.id.host);
        // A port that was found belongs to the host that was found.
        let found_port = found.filter(|(found, _)| found == host);
        let found_port = found_port.map(|(_, port)| *port);
        let port = self.sieve_port.or(found_port);
        // Whoever allows a host without TLS has allowed no other one, nor this one where IMAP has TLS.
        let is_allowed = account.scheme == Scheme::Imap && *host == account.id.host;
        let security = if self.plaintext && is_allowed {
            Security::Plaintext
        } else if is_loopback(host) {
            Security::StartTlsIfOffered
        } else {
            Security::StartTls
        };
        Endpoint {
            host: host.clone(),
            port: port.unwrap_or(managesieve::PORT),
            security,
            trace: None,
            ..self.endpoint(account)
        }
    }

    /// Connects and logs in. A server that says that it takes nobody for now (it has too many connections, or a problem of
    /// its own) is waited for as long as in the middle of a run.
    async fn log_in(
        &self,
        endpoint: &Endpoint,
        login: &Login,
        id: &AccountId,
    ) -> Result<Session, ConnectError> {
        let mut waits = Waits::default();
        loop {
            let error = match Box::pin(imap::connect(endpoint, login, id.clone())).await {
                Ok(session) => return Ok(session),
                Err(error) => error,
            };
            let put_off = error.put_off().filter(|_| self.is_alone);
            let Some(wait) = waits.next(put_off) else {
                return Err(error);
            };
            if wait > SILENTLY {
                let seconds = text::seconds(wait.as_secs());
                say(text::trying_again_in(&error.message, seconds).map(safe));
            }
            tokio::time::sleep(wait).await;
        }
    }

    /// Connects, lists the mailboxes, and logs out.
    pub async fn list(&self, entry: &Entry) -> Result<Listing, Failure> {
        let mut session = self.connect(entry).await?;
        let listing = session.listing(now()).await?;
        self.log_out(session).await;
        Ok(listing)
    }

    /// Logs out. Where connections are counted, one that the server has not closed yet is one; else nobody has to wait.
    pub async fn log_out(&self, session: Session) {
        if self.is_alone {
            session.send_logout().await;
        } else {
            session.logout().await;
        }
    }

    /// The administrator that logs in on behalf of the account's user, if one does.
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
            one_by_one: self.one_by_one.clone(),
            tags: Tags::FromClock,
            trace: self.trace.clone(),
        }
    }

    fn warn(&self, entries: &[Entry]) {
        let is_open = |entry: &Entry| {
            entry.account.scheme == Scheme::Imap && !is_loopback(&entry.account.id.host)
        };
        if self.plaintext && entries.iter().any(is_open) {
            say(text::unprotected());
        }
    }
}

/// The certificates of `--ca-file`.
pub(super) fn extra_roots(connecting: &Connecting) -> Result<Option<Vec<u8>>, Failure> {
    let Some(path) = &connecting.ca_file else {
        return Ok(None);
    };
    let content = private::read(path, ROOTS).map_err(|error| {
        let path = path.display().to_string();
        Failure::config(text::cannot(text::read_since(path, in_words(&error))))
            .hint(text::try_ca_file_of())
    })?;
    Ok(Some(content.octets.to_vec()))
}

/// Opens the trace that is wished for; where that fails, nothing is sent.
fn trace(connecting: &Connecting) -> Result<Option<Trace>, Failure> {
    let Some(path) = &connecting.trace else {
        return Ok(None);
    };
    let names = if connecting.trace_names {
        TraceNames::Shown
    } else {
        TraceNames::Hidden
    };
    private::anew(path, Trace::BEGINNING)
        .and_then(|file| Trace::new(Box::new(file), names, &now()))
        .map(Some)
        .map_err(|error| {
            let path = path.display().to_string();
            Failure::config(text::cannot(text::write_since(path, in_words(&error))))
                .hint(text::try_trace_file())
        })
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}
