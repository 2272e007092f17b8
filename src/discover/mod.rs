//! Finding the IMAP server of an e-mail address, as mail clients do.
//!
//! In: an [`Address`]. Out: a [`FoundServer`] and by which way it was found, or all ways with what each one led to. Never: a
//! login, a password, HTTP without TLS, anybody but the domain's own name servers and web servers.
//!
//! The ways, in their order: the domain's SRV records (`dns`, `srv`; RFC 6186, with TLS from the first octet first, as RFC 8314
//! wants it), its autoconfig document over HTTPS (`https`, `autoconfig`), a table of providers (`servers`). Nothing of this
//! proves that a server is the right one, so whoever asks shows it to a person before a password is sent there.

mod address;
mod autoconfig;
mod dns;
#[cfg(feature = "world")]
pub mod fuzz;
mod https;
mod servers;
mod srv;

use std::{fmt::Write as _, sync::Arc};

pub use address::Address;
pub use dns::NameServers;
use https::WebPlace;
use srv::{Service, choose};

use crate::{
    config::account::{Account, Scheme},
    imap::Trust,
    language::{Phrase, text},
};

/// Whom a search may ask.
#[derive(Debug)]
pub enum Reach {
    /// Nobody: only the table that is built in.
    Offline,
    /// Name servers, and web servers that are trusted like this.
    Network(NameServers, Arc<Trust>),
}

/// By which way a server was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundBy {
    /// The SRV record of this name.
    Srv(String),
    /// The document at this URL.
    Document(String),
    /// The table of providers; the row's source.
    Table(&'static str),
}

/// A server that was found for an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundServer {
    /// The account there.
    pub account: Account,
    /// By which way it was found.
    pub way: FoundBy,
    /// Whether its host lies outside the address's domain.
    pub is_outside: bool,
    /// Whether it is known to take OAuth tokens and no password.
    pub needs_token: bool,
    /// Where its filters are managed, where the domain says so (RFC 5804 §1.8): host and port.
    pub filters: Option<(String, u16)>,
}

/// Why no server was found: what each way led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotFound {
    /// The ways that were tried, in their order, and what came of each.
    pub tried: Vec<(FoundBy, Phrase)>,
}

/// What a domain's SRV records led to.
enum ByRecords {
    Found(Box<FoundServer>),
    /// The domain says that it has no IMAP: nobody else is asked.
    NoImap,
    Nothing,
}

/// Finds the server of an address.
pub async fn find(address: &Address, reach: &Reach) -> Result<FoundServer, NotFound> {
    let mut tried = Vec::new();
    if let Reach::Network(names, trust) = reach {
        let found = match by_records(address, names, &mut tried).await {
            ByRecords::Found(found) => Some(*found),
            ByRecords::NoImap => return Err(NotFound { tried }),
            ByRecords::Nothing => by_documents(address, trust, &mut tried).await,
        };
        if let Some(mut found) = found {
            found.filters = filters(address, &found, names).await;
            return Ok(found);
        }
    }
    by_table(address).ok_or_else(|| {
        tried.push((FoundBy::Table(""), text::not_in_the_table()));
        NotFound { tried }
    })
}

async fn by_records(
    address: &Address,
    names: &NameServers,
    tried: &mut Vec<(FoundBy, Phrase)>,
) -> ByRecords {
    let record = |service: &str| format!("{service}._tcp.{}", address.domain);
    let services = [
        (Scheme::Imaps, record("_imaps")),
        (Scheme::Imap, record("_imap")),
    ];
    let [(_, implicit), (_, starttls)] = &services;
    let answers = tokio::join!(names.srv(implicit), names.srv(starttls));
    let mut has_no_imap = true;
    for ((scheme, record), answer) in services.into_iter().zip([answers.0, answers.1]) {
        let service = answer.and_then(|records| choose(&records));
        has_no_imap &= service == Ok(Service::NotOffered);
        let why = match service {
            Ok(Service::At(host, port)) => {
                match Account::of_parts(scheme, &address.whole(), &host, port) {
                    Ok(account) => {
                        let found = found(address, account, FoundBy::Srv(record), false);
                        return ByRecords::Found(Box::new(found));
                    }
                    Err(_) => text::no_usable_host(),
                }
            }
            Ok(Service::NotOffered) => text::service_not_offered(),
            Ok(Service::Unsaid) => text::no_record(),
            Err(why) => why,
        };
        tried.push((FoundBy::Srv(record), why));
    }
    if has_no_imap {
        ByRecords::NoImap
    } else {
        ByRecords::Nothing
    }
}

async fn by_documents(
    address: &Address,
    trust: &Arc<Trust>,
    tried: &mut Vec<(FoundBy, Phrase)>,
) -> Option<FoundServer> {
    for place in documents(address) {
        let way = FoundBy::Document(place.url());
        let got = https::get(place, trust).await;
        let read =
            got.and_then(|(place, document)| Ok((place, autoconfig::read(&document, address)?)));
        match read {
            Ok((place, offer)) => {
                let way = FoundBy::Document(place.url());
                return Some(found(address, offer.account, way, offer.needs_token));
            }
            Err(why) => tried.push((way, why)),
        }
    }
    None
}

/// Where domains keep the document, in the order in which clients ask.
fn documents(address: &Address) -> [WebPlace; 2] {
    let mut query = String::new();
    for octet in address.whole().bytes() {
        if octet.is_ascii_alphanumeric() || b"-._~@".contains(&octet) {
            query.push(char::from(octet));
        } else {
            let _ = write!(query, "%{octet:02X}");
        }
    }
    [
        WebPlace {
            host: format!("autoconfig.{}", address.domain),
            path: format!("/mail/config-v1.1.xml?emailaddress={query}"),
        },
        WebPlace {
            host: address.domain.clone(),
            path: "/.well-known/autoconfig/mail/config-v1.1.xml".to_owned(),
        },
    ]
}

fn by_table(address: &Address) -> Option<FoundServer> {
    let row = servers::of(address)?;
    let account = Account::of_parts(Scheme::Imaps, &row.user, row.host, 993).ok()?;
    Some(found(
        address,
        account,
        FoundBy::Table(row.source),
        row.needs_token,
    ))
}

fn found(address: &Address, account: Account, way: FoundBy, needs_token: bool) -> FoundServer {
    FoundServer {
        is_outside: !address.holds(&account.id.host),
        account,
        way,
        needs_token,
        filters: None,
    }
}

/// Where the filters are managed. The same password is sent there, and the answer is not protected: so a host counts only if it
/// is that of IMAP or lies within the address's domain.
async fn filters(
    address: &Address,
    found: &FoundServer,
    names: &NameServers,
) -> Option<(String, u16)> {
    let records = names.srv(&format!("_sieve._tcp.{}", address.domain)).await;
    match choose(&records.ok()?) {
        Ok(Service::At(host, port)) if host == found.account.id.host || address.holds(&host) => {
            Some((host, port))
        }
        _ => None,
    }
}

impl From<&FoundBy> for Phrase {
    fn from(way: &FoundBy) -> Self {
        match way {
            FoundBy::Srv(record) => text::way_srv(record),
            FoundBy::Document(url) => text::way_document(url),
            FoundBy::Table(_) => text::way_table(),
        }
    }
}
