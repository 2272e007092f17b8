//! Reaching an account and judging it: from an argument to a connected session, a listing, a roll and findings.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use unicode_normalization::UnicodeNormalization as _;

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
        keyring::Keyring,
        secret::{self, Source},
    },
    detect::{HintError, Hints, choose_keepers, detect, find_typed, worth_a_look},
    imap::{self, Admin, ConnectErrorKind, Credential, Endpoint, Login, Security, Session, Trust},
    mapping::{self, Mapping, file::TableError},
    model::{
        client::Forecasts, finding::Finding, listing::Listing, mailbox::MailboxName, role::Role,
        roll::Roll,
    },
    planner::{self, Foresight},
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

/// What the logins of many accounts share: each secret is asked for once, roots are read once, and an administrator's own
/// mailboxes are looked at once.
#[derive(Debug)]
pub struct Entrance {
    pub keyring: Keyring,
    pub trust: Arc<Trust>,
    pub admin: Option<Admin>,
}

impl Entrance {
    /// For what the options say.
    pub fn new(connecting: &Connecting) -> Result<Self, Failure> {
        let name = connecting.login_as.clone();
        Ok(Self {
            keyring: Keyring::default(),
            trust: Arc::new(trust(connecting)?),
            admin: name.map(|name| Admin::new(name, connecting.master_separator)),
        })
    }
}

/// Connects and logs in; the session can only read until it is told otherwise.
pub async fn connect(account: &Account, connecting: &Connecting) -> Result<Session, Failure> {
    connect_by(account, connecting, &Entrance::new(connecting)?).await
}

/// The same for one of many.
///
/// A password that was refused is never tried again; a token may have expired, and is tried once more if there is another.
pub async fn connect_by(
    account: &Account,
    connecting: &Connecting,
    entrance: &Entrance,
) -> Result<Session, Failure> {
    let Entrance {
        keyring,
        trust,
        admin,
    } = entrance;
    let endpoint = endpoint(account, connecting, Arc::clone(trust));
    let source = connecting.source();
    let whose = admin
        .as_ref()
        .map_or(&account.id.url, |admin| &admin.name)
        .clone();
    let secret = keyring.get(&source, &whose).await?;
    let is_token = connecting.oauth_token_command.is_some();
    let mut login = Login {
        user: account.id.user.clone(),
        admin: admin.clone(),
        credential: if is_token {
            Credential::Token(secret.clone())
        } else {
            Credential::Password(secret.clone())
        },
    };
    let first = imap::connect(&endpoint, &login, account.id.clone()).await;
    match first {
        Err(error) if is_token && error.kind == ConnectErrorKind::Login => {
            let Some(fresh) = keyring.renew(&source, &whose, &secret).await? else {
                return Err(error.into());
            };
            login.credential = Credential::Token(fresh);
            Ok(imap::connect(&endpoint, &login, account.id.clone()).await?)
        }
        first => Ok(first?),
    }
}

/// What the user trusts.
fn trust(connecting: &Connecting) -> Result<Trust, Failure> {
    let extra_roots = match &connecting.ca_file {
        None => None,
        Some(path) => Some(std::fs::read(path).map_err(|error| {
            Failure::config(format!("cannot read {}: {error}", path.display()))
        })?),
    };
    Ok(Trust::new(extra_roots, connecting.tls_fingerprint))
}

fn endpoint(account: &Account, connecting: &Connecting, trust: Arc<Trust>) -> Endpoint {
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
    Endpoint {
        host: account.id.host.clone(),
        port: account.id.port,
        security,
        trust,
        timeout: connecting.patience(),
    }
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
    /// How many messages of a mailbox are looked at; none where no mailbox is looked into.
    sample: Option<u32>,
    clients: Chosen,
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
        Ok(Self {
            mapping: mapping(&judging.mappings)?,
            hints: Hints {
                overrides: judging.role.clone(),
                targets: targets.iter().cloned().collect(),
                locales: judging.locale.clone(),
            },
            sample: (!judging.no_sample).then_some(judging.sample),
            clients: Chosen::new(&judging.client, judging.locale.first())?,
        })
    }

    /// Lists the mailboxes and judges them; looks into those that play one role together, and those that may show by
    /// their mail what they are.
    pub async fn look(&self, session: &mut Session) -> Result<Judged, Failure> {
        let mut listing = session.listing(now()).await?;
        let mut roll = detect(&listing, &self.mapping, &self.hints)?;
        let looks = self
            .sample
            .map(|messages| worth_a_look(&listing, &roll, messages))
            .unwrap_or_default();
        if !looks.is_empty() {
            session.sample(&mut listing, &looks).await?;
            roll = detect(&listing, &self.mapping, &self.hints)?;
        }
        let findings = self.settle(&listing, &mut roll, &self.hints);
        Ok(Judged {
            listing,
            roll,
            findings,
        })
    }

    /// Chooses the keepers that most clients find, and tells what is wrong.
    fn settle(&self, listing: &Listing, roll: &mut Roll, hints: &Hints) -> Vec<Finding> {
        let found = planner::finders(listing, roll, &|listing| self.predict(listing));
        choose_keepers(listing, hints, roll, &found);
        audit(listing, roll, &self.predict(listing))
    }

    /// Lends what the planner asks of accounts that it imagines.
    pub fn foresee<T>(&self, ask: impl FnOnce(Foresight<'_>) -> T) -> T {
        // What the user said of a mailbox is said of its name of today.
        let hints = Hints {
            locales: self.hints.locales.clone(),
            ..Hints::default()
        };
        ask(Foresight {
            predict: &|listing| self.predict(listing),
            role_of: &|listing, name| {
                let roll = detect(listing, &self.mapping, &hints).ok()?;
                roll.entry(name).filter(|entry| !entry.doubtful)?.role
            },
        })
    }

    /// What clients will do with an account.
    fn predict(&self, listing: &Listing) -> Forecasts {
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
        judged.roll = detect(&judged.listing, &self.mapping, &hints)?;
        judged.findings = self.settle(&judged.listing, &mut judged.roll, &hints);
        Ok(())
    }

    /// What the user said shall keep each role.
    pub fn targets(&self) -> &BTreeMap<Role, String> {
        &self.hints.targets
    }
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
    // Servers that keep names as NFC would list another name than was asked for (RFC 5198 §3, RFC 9051 §5.1).
    let text: String = text.nfc().collect();
    let text = if text.starts_with(prefix) {
        text
    } else {
        format!("{prefix}{text}")
    };
    Ok(MailboxName::new(listing.server.encode_name(&text), text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::listing::{AccountId, Server};

    #[test]
    fn a_new_name_is_composed_whatever_the_keyboard_sends() {
        let listing = Listing {
            account: AccountId {
                host: "imap.example.com".to_owned(),
                port: 993,
                user: "u".to_owned(),
                url: String::new(),
            },
            acted_as: None,
            taken: String::new(),
            server: Server::default(),
            personal: Vec::new(),
            foreign: Vec::new(),
            mailboxes: Vec::new(),
            dangling: Vec::new(),
        };
        let name = new_name(&listing, "Envoye\u{301}s").unwrap();
        assert_eq!(name.wire(), b"Envoy&AOk-s");
        assert_eq!(name.text(), "Envoy\u{e9}s");
    }
}
