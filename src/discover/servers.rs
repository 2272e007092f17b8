//! The providers whose domains do not say where their IMAP server is, as `mappings/servers.tsv` has them.
//!
//! In: an address. Out: its row. All of these servers speak TLS from the first octet on port 993.

use super::address::Address;

const TABLE: &str = include_str!("../../mappings/servers.tsv");

/// What the table says of an address's server.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ServerRow {
    pub(super) host: &'static str,
    pub(super) user: String,
    /// Whether it takes OAuth tokens and no password.
    pub(super) needs_token: bool,
    pub(super) source: &'static str,
}

/// The row of an address.
pub(super) fn of(address: &Address) -> Option<ServerRow> {
    rows().find_map(|[host, user, login, domains, source]| {
        let mut domains = domains.split(' ');
        domains.find(|domain| *domain == address.domain)?;
        Some(ServerRow {
            host,
            user: match user {
                "local-part" => address.local.clone(),
                _ => address.whole(),
            },
            needs_token: login == "token",
            source,
        })
    })
}

fn rows() -> impl Iterator<Item = [&'static str; 5]> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split('\t').collect::<Vec<_>>().try_into().ok())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::discover::address::host as host_name;

    #[test]
    fn every_row_has_a_host_two_known_words_domains_of_its_own_and_a_source() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(rows().count(), lines);
        assert!(rows().map(|row| row[0]).is_sorted());
        let mut seen = BTreeSet::new();
        for [host, user, login, domains, source] in rows() {
            assert_eq!(host_name(host).as_deref(), Some(host));
            assert!(["address", "local-part"].contains(&user), "{host}");
            assert!(["password", "token"].contains(&login), "{host}");
            assert!(!source.is_empty(), "{host}");
            for domain in domains.split(' ') {
                assert_eq!(host_name(domain).as_deref(), Some(domain));
                assert!(seen.insert(domain), "{domain} is there twice");
            }
        }
    }

    #[test]
    fn users_are_named_as_each_provider_wants_them() {
        let of = |text: &str| super::of(&Address::parse(text).unwrap());
        let row = of("alice@free.fr").unwrap();
        assert_eq!((row.host, row.user.as_str()), ("imap.free.fr", "alice"));
        let row = of("alice@outlook.fr").unwrap();
        assert!(row.needs_token && row.user == "alice@outlook.fr");
        assert_eq!(of("alice@mail.free.fr"), None);
    }
}
