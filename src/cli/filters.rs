//! Reading an account's filters beside what is looked at over IMAP.
//!
//! In: an account, and the login once IMAP has let it in. Out: [`Filters`]. Never: a failure of the command, a password that
//! IMAP has not taken, more than three seconds. A host that has no such service is asked once a command.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::oneshot,
    task::JoinSet,
    time::{Instant, timeout_at},
};

use crate::{
    imap::{ConnectError, ConnectErrorKind, Endpoint, Login, reach},
    managesieve::{BeforeLogin, ScriptSession, greet_over},
    sieve::{Filters, StoredScript},
    store::LookError,
};

/// How long filters are waited for in all.
const PATIENCE: Duration = Duration::from_secs(3);
/// Scripts that are read: the active one and those that it includes.
const SCRIPTS: usize = 20;

/// The hosts that have no service for filters, by name and port, as far as a command has found out.
#[derive(Debug, Clone, Default)]
pub struct HostsWithout(Arc<Mutex<BTreeSet<(String, u16)>>>);

impl HostsWithout {
    fn holds(&self, endpoint: &Endpoint) -> bool {
        let hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.contains(&(endpoint.host.clone(), endpoint.port))
    }

    fn add(&self, endpoint: &Endpoint) {
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.insert((endpoint.host.clone(), endpoint.port));
    }
}

/// Filters that are being read; dropped, it stops.
#[derive(Debug)]
pub struct FilterReader {
    reading: JoinSet<Filters>,
    login: Option<oneshot::Sender<Login>>,
    is_there: Arc<AtomicBool>,
    until: Instant,
}

impl FilterReader {
    /// Begins to knock; none where filters are not wanted.
    pub fn knock(endpoint: Option<Endpoint>, without: &HostsWithout) -> Self {
        let (sender, login) = oneshot::channel();
        let is_there = Arc::new(AtomicBool::new(false));
        let mut reading = JoinSet::new();
        if let Some(mut endpoint) = endpoint {
            endpoint.timeout = endpoint.timeout.min(PATIENCE);
            let (is_there, without) = (Arc::clone(&is_there), without.clone());
            reading.spawn(async move {
                let filters = read(&endpoint, login, &is_there, &without).await;
                filters.unwrap_or_else(Filters::from)
            });
        }
        Self {
            reading,
            login: Some(sender),
            is_there,
            until: Instant::now() + PATIENCE,
        }
    }

    /// IMAP has let this login in: it may be used here as well.
    pub fn log_in(&mut self, login: Login) {
        if let Some(sender) = self.login.take() {
            let _ = sender.send(login);
        }
    }

    /// What was read. All else has been looked at by now: a host that has not even taken the connection is not waited for. A
    /// service that has taken it may start a process before it greets.
    pub async fn end(mut self) -> Filters {
        if self.reading.is_empty() {
            return Filters::NotAsked;
        }
        let silent = || Filters::Silent;
        if let Some(read) = self.reading.try_join_next() {
            return read.unwrap_or_else(|_| silent());
        }
        if !self.is_there.load(Ordering::Relaxed) {
            return silent();
        }
        match timeout_at(self.until, self.reading.join_next()).await {
            Ok(Some(Ok(filters))) => filters,
            _ => silent(),
        }
    }
}

/// Why filters cannot be read, as it is told.
impl From<ConnectError> for Filters {
    fn from(error: ConnectError) -> Self {
        if error.of_host && error.kind == ConnectErrorKind::Network {
            Self::Silent
        } else {
            Self::NotReadable(error.message)
        }
    }
}

impl From<LookError> for Filters {
    fn from(error: LookError) -> Self {
        Self::NotReadable(error.said())
    }
}

async fn read(
    endpoint: &Endpoint,
    login: oneshot::Receiver<Login>,
    is_there: &AtomicBool,
    without: &HostsWithout,
) -> Result<Filters, Filters> {
    if without.holds(endpoint) {
        return Ok(Filters::Silent);
    }
    let remember = |error: &ConnectError| {
        // One that takes nobody for now has filters all the same.
        if error.kind != ConnectErrorKind::Limit {
            without.add(endpoint);
        }
    };
    let tcp = reach(endpoint).await.map_err(ConnectError::of_host);
    let tcp = tcp.inspect_err(remember)?;
    is_there.store(true, Ordering::Relaxed);
    let greeting = greet_over(Box::new(tcp), endpoint).await;
    let greeted: BeforeLogin = greeting.inspect_err(remember)?;
    let Ok(login) = login.await else {
        return Ok(Filters::NotAsked);
    };
    let mut session = greeted.log_in(&login, endpoint).await?;
    let scripts = active_scripts(&mut session).await;
    let implementation = session.implementation.clone();
    let extensions = session.extensions.clone();
    session.log_out().await;
    Ok(Filters::Read {
        implementation,
        extensions,
        scripts: scripts?,
    })
}

/// The active script and the user's own scripts that it includes, in that order.
async fn active_scripts(session: &mut ScriptSession) -> Result<Vec<StoredScript>, LookError> {
    let (listed, mut likely) = session.scripts_and_likely().await?;
    let mut wanted: Vec<String> = listed
        .iter()
        .filter(|script| script.is_active)
        .map(|script| script.name.clone())
        .collect();
    let mut scripts: Vec<StoredScript> = Vec::new();
    while let Some(name) = wanted.pop() {
        let is_read = scripts.iter().any(|script| script.name == name);
        if is_read || scripts.len() >= SCRIPTS {
            continue;
        }
        let text = match likely.remove(&name) {
            Some(text) => Some(text),
            None => session.script(&name).await?,
        };
        if let Some(text) = text {
            let script = StoredScript::new(name, scripts.is_empty(), &text);
            wanted.extend(script.includes());
            scripts.push(script);
        }
    }
    Ok(scripts)
}
