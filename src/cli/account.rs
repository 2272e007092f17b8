//! Reaching an account and judging it: from an argument to a connected session, a listing, a roll and findings.

use std::collections::BTreeMap;

use super::{
    args::{Connecting, Judging},
    clients::Chosen,
    failure::Failure,
    output::say,
    ports::now,
};
use crate::{
    audit::audit,
    config::{
        account::{Account, Scheme},
        secret::{self, Source},
    },
    detect::{HintError, Hints, contested, detect, find_typed},
    imap::{self, Endpoint, Login, Security, Session},
    mapping::{self, Mapping, file::TableError},
    model::{finding::Finding, listing::Listing, mailbox::MailboxName, role::Role, roll::Roll},
};

/// Reads the accounts, and refuses one secret for several of them (decisions 19).
pub fn parse(accounts: &[String], connecting: &Connecting) -> Result<Vec<Account>, Failure> {
    let parsed: Vec<Account> = accounts
        .iter()
        .map(|text| Account::parse(text))
        .collect::<Result<_, _>>()?;
    let source = connecting.source();
    let one_secret = source != Source::Ask || std::env::var_os(secret::VARIABLE).is_some();
    if parsed.len() > 1 && one_secret {
        return Err(
            Failure::config("cannot use one password for several accounts")
                .hint("name one account at a time"),
        );
    }
    Ok(parsed)
}

/// The account of a journal.
pub fn parse_one(account: &str, connecting: &Connecting) -> Result<Account, Failure> {
    parse(&[account.to_owned()], connecting)?
        .pop()
        .ok_or_else(|| Failure::bug("the journal names no account"))
}

/// Connects and logs in; the session can only read until it is told otherwise.
pub async fn connect(account: &Account, connecting: &Connecting) -> Result<Session, Failure> {
    let endpoint = endpoint(account, connecting)?;
    let secret = secret::get(&connecting.source(), &account.id.url).await?;
    let user = account.id.user.clone();
    let login = if connecting.oauth_token_command.is_some() {
        Login::Token {
            user,
            token: secret,
        }
    } else {
        match (&connecting.login_as, connecting.master_separator) {
            (Some(master), Some(separator)) => Login::Password {
                user: format!("{user}{separator}{master}"),
                authorize_as: None,
                secret,
            },
            (Some(master), None) => Login::Password {
                user: master.clone(),
                authorize_as: Some(user),
                secret,
            },
            (None, _) => Login::Password {
                user,
                authorize_as: None,
                secret,
            },
        }
    };
    Ok(imap::connect(&endpoint, &login, account.id.clone()).await?)
}

fn endpoint(account: &Account, connecting: &Connecting) -> Result<Endpoint, Failure> {
    let security = match (account.scheme, connecting.plaintext) {
        (Scheme::Imaps, _) => Security::ImplicitTls,
        (Scheme::Imap, false) if is_loopback(&account.id.host) => Security::StartTlsIfOffered,
        (Scheme::Imap, false) => Security::StartTls,
        (Scheme::Imap, true) => {
            if !is_loopback(&account.id.host) {
                say(
                    "warning: the password and all mail cross the network unprotected (--plaintext)",
                );
            }
            Security::Plaintext
        }
    };
    let extra_roots = match &connecting.ca_file {
        None => None,
        Some(path) => Some(std::fs::read(path).map_err(|error| {
            Failure::config(format!("cannot read {}: {error}", path.display()))
        })?),
    };
    Ok(Endpoint {
        host: account.id.host.clone(),
        port: account.id.port,
        security,
        extra_roots,
        fingerprint: connecting.tls_fingerprint,
        timeout: connecting.patience(),
    })
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Everything that judging an account needs beside its listing; read before anything is sent.
pub struct Judge {
    mapping: Mapping,
    hints: Hints,
    clients: Chosen,
    sample: bool,
}

/// An account as judged.
pub struct Judged {
    pub listing: Listing,
    pub roll: Roll,
    pub findings: Vec<Finding>,
}

impl Judge {
    /// Reads the user's own tables.
    pub fn new(judging: &Judging, targets: &[(Role, String)]) -> Result<Self, Failure> {
        let mut mapping = Mapping::built_in();
        for path in &judging.mappings {
            let tables = mapping::file::read(path).map_err(|error| unusable(&error))?;
            mapping = mapping.with(tables);
        }
        Ok(Self {
            mapping,
            hints: Hints {
                overrides: judging.role.clone(),
                targets: targets.iter().cloned().collect(),
                locales: judging.locale.clone(),
            },
            clients: Chosen::new(&judging.client, judging.locale.first())?,
            sample: !judging.no_sample,
        })
    }

    /// Lists the mailboxes and judges them; looks into those that play one role together.
    pub async fn look(&self, session: &mut Session) -> Result<Judged, Failure> {
        let mut listing = session.listing(now()).await?;
        let mut roll = detect(&listing, &self.mapping, &self.hints)?;
        let contested = contested(&roll);
        if self.sample && !contested.is_empty() {
            session.sample(&mut listing, &contested).await?;
            roll = detect(&listing, &self.mapping, &self.hints)?;
        }
        let findings = audit(&listing, &roll, &self.clients.predict(&listing));
        Ok(Judged {
            listing,
            roll,
            findings,
        })
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
        judged.roll = detect(&judged.listing, &self.mapping, &hints)?;
        let forecasts = self.clients.predict(&judged.listing);
        judged.findings = audit(&judged.listing, &judged.roll, &forecasts);
        Ok(())
    }

    /// What the user said shall keep each role.
    pub fn targets(&self) -> &BTreeMap<Role, String> {
        &self.hints.targets
    }
}

/// A mapping's faults, each with the line it is on.
fn unusable(error: &TableError) -> Failure {
    let why = match error {
        TableError::Faults(faults) => {
            let faults = faults
                .iter()
                .map(|fault| format!("{fault}\n{}", fault.snippet));
            format!(
                "use the mapping:\n{}",
                faults.collect::<Vec<_>>().join("\n")
            )
        }
        TableError::Io { source, .. } => format!("{error}: {source}"),
        other => other.to_string(),
    };
    Failure::config(format!("cannot {why}"))
}

/// Finds each target's mailbox, or makes the name that it will get.
pub fn resolve_targets(
    judged: &Judged,
    targets: &BTreeMap<Role, String>,
) -> Result<BTreeMap<Role, MailboxName>, Failure> {
    targets
        .iter()
        .map(|(role, text)| {
            let name = match find_typed(&judged.listing, text) {
                Ok(mailbox) => mailbox.name.clone(),
                Err(HintError::Absent { .. }) => new_name(&judged.listing, text)?,
                Err(error) => return Err(error.into()),
            };
            let other = judged.roll.role_of(&name).filter(|other| other != role);
            match other {
                Some(other) => Err(Failure::config(format!(
                    "cannot keep the role {role} in \"{text}\": it has the role {other}"
                ))
                .hint("--role MAILBOX=ROLE says that a mailbox has another role than it seems")),
                None => Ok((*role, name)),
            }
        })
        .collect()
}

/// The name of a mailbox yet to be made, inside the personal namespace.
fn new_name(listing: &Listing, text: &str) -> Result<MailboxName, Failure> {
    if text.chars().any(char::is_control) {
        return Err(Failure::config(
            "cannot make a mailbox with control characters in its name",
        ));
    }
    let prefix = listing.prefix();
    let text = if text.starts_with(prefix) {
        text.to_owned()
    } else {
        format!("{prefix}{text}")
    };
    Ok(MailboxName::new(listing.server.encode_name(&text), text))
}
