//! Accounts that are named by an e-mail address: their servers are looked for, shown, and used only if somebody says so.
//!
//! In: ACCOUNT arguments. Out: the same with URLs in the place of addresses. Never: a login at a server that nobody has
//! confirmed, so nothing is done where nobody can be asked; a question that `--yes` answers.

use std::sync::Arc;

use super::{
    args::{Connecting, Lookup},
    ask,
    connector::extra_roots,
    failure::Failure,
};
use crate::{
    config::account::Account,
    discover::{self, Address, FoundServer, NameServers, NotFound, Reach},
    imap::Trust,
    language::{Language, Phrase, text},
};

/// How the servers of addresses are found.
pub struct AddressBook<'a> {
    lookup: &'a Lookup,
    connecting: &'a Connecting,
    language: Language,
}

/// An account by its URL, or by its name in the accounts file.
#[derive(Debug)]
pub struct NamedAccount {
    pub text: String,
    /// Where its filters are managed, where a domain or a journal has said so: host and port.
    pub filters: Option<(String, u16)>,
}

impl<'a> AddressBook<'a> {
    pub fn new(lookup: &'a Lookup, connecting: &'a Connecting, language: Language) -> Self {
        Self {
            lookup,
            connecting,
            language,
        }
    }

    /// The arguments, with the URLs of those that are addresses and that `is_name` does not know; none where the user does not
    /// want to log in to what was found.
    pub async fn spelt_out(
        &self,
        arguments: Vec<String>,
        is_name: impl Fn(&str) -> bool,
    ) -> Result<Option<Vec<NamedAccount>>, Failure> {
        let mut named = Vec::new();
        let mut unasked = Vec::new();
        let mut reach = None;
        for text in arguments {
            let address = Address::parse(&text).filter(|_| !text.contains("://"));
            let Some(address) = address.filter(|_| !is_name(&text)) else {
                named.push(NamedAccount {
                    text,
                    filters: None,
                });
                continue;
            };
            let reach = match &mut reach {
                Some(reach) => reach,
                none => none.insert(self.reach()?),
            };
            let found = discover::find(&address, reach).await;
            let found = found.map_err(|failed| self.not_found(&address, &failed))?;
            if !ask::is_possible() {
                unasked.push((address, found));
            } else if ask::may_log_in(&address, &found, self.language) {
                named.push(NamedAccount {
                    text: found.account.written(),
                    filters: found.filters,
                });
            } else {
                return Ok(None);
            }
        }
        if unasked.is_empty() {
            Ok(Some(named))
        } else {
            Err(nobody_to_ask(&unasked))
        }
    }

    fn reach(&self) -> Result<Reach, Failure> {
        if self.lookup.offline {
            return Ok(Reach::Offline);
        }
        // A pinned certificate is the IMAP server's.
        let trust = Trust::new(extra_roots(self.connecting)?, None);
        Ok(Reach::Network(name_servers(), Arc::new(trust)))
    }

    fn not_found(&self, address: &Address, failed: &NotFound) -> Failure {
        let hint = text::write_a_url(address.whole().replace('%', "%25"));
        if self.lookup.offline {
            return Failure::config(text::not_looked_for(address.whole())).hint(hint);
        }
        let head = text::server_not_found(address.whole());
        let tried = failed.tried.iter().map(|(way, why)| text::tried(way, why));
        let lines = std::iter::once(head).chain(tried);
        Failure::config(Phrase::joined(lines, "\n  ")).hint(hint)
    }
}

/// Says what was found, and what to write.
fn nobody_to_ask(found: &[(Address, FoundServer)]) -> Failure {
    let servers = found
        .iter()
        .flat_map(|(address, found)| ask::about_server(address, found));
    let lines = std::iter::once(text::nobody_to_ask()).chain(servers);
    let urls: Vec<String> = found
        .iter()
        .map(|(_, found)| typed(&found.account))
        .collect();
    Failure::config(Phrase::joined(lines, "\n  ")).hint(text::write_the_url(urls.join(" ")))
}

/// An account's URL as a shell takes it.
fn typed(account: &Account) -> String {
    shell_words::quote(&account.written()).into_owned()
}

/// The name servers that are asked: the system's.
#[cfg(not(feature = "world"))]
fn name_servers() -> NameServers {
    NameServers::OfTheSystem
}

/// In builds for tests, those of the test, if it names one. It may also say which hosts of the network are its own:
/// `HOST=ADDRESS,…`.
#[cfg(feature = "world")]
fn name_servers() -> NameServers {
    let hosts = std::env::var("ROLECALL_TEST_HOSTS").unwrap_or_default();
    for (host, address) in hosts.split(',').filter_map(|host| host.split_once('=')) {
        if let Ok(address) = address.parse() {
            crate::imap::hosts::stand_in(host, address);
        }
    }
    let server = std::env::var("ROLECALL_TEST_DNS").ok();
    let server = server.and_then(|server| server.parse().ok());
    server.map_or(NameServers::OfTheSystem, NameServers::At)
}
