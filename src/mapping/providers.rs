//! Providers: names that mean something at one provider only.
//!
//! In: `mappings/providers.yaml`, compiled in. Out: the role of a name at a host. Never: connecting, capabilities.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{fold, form::RoleWord};
use crate::model::role::Role;

/// What one provider calls its mailboxes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// What people call it.
    pub provider: String,
    hosts: Vec<String>,
    roles: BTreeMap<RoleWord, Vec<String>>,
    /// Where this was seen.
    pub source: String,
}

impl Provider {
    /// Whether the login host is one of the provider's or below one.
    #[must_use]
    pub fn runs(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        self.hosts.iter().any(|own| {
            host.strip_suffix(own.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    }

    /// The role that the provider gives to this name.
    #[must_use]
    pub fn role_of(&self, name: &str) -> Option<Role> {
        let key = fold::exact(name);
        self.roles
            .iter()
            .find(|(_, names)| names.iter().any(|name| fold::exact(name) == key))
            .map(|(role, _)| role.0)
    }
}

/// Reads the compiled-in list.
pub(super) fn built_in() -> Result<Vec<Provider>, serde_yaml::Error> {
    serde_yaml::from_str(include_str!("../../mappings/providers.yaml"))
}

#[cfg(test)]
mod tests {
    use super::built_in;
    use crate::model::role::Role;

    #[test]
    fn la_poste_keeps_sent_mail_in_outbox_and_only_there() {
        let providers = built_in().unwrap();
        let at = |host: &str| {
            let provider = providers.iter().find(|provider| provider.runs(host));
            provider.and_then(|provider| provider.role_of("outbox"))
        };
        assert_eq!(at("IMAP.laposte.net."), Some(Role::Sent));
        assert_eq!(at("laposte.net"), Some(Role::Sent));
        assert_eq!(at("notlaposte.net"), None);
        assert_eq!(at("imap.example.com"), None);
    }

    #[test]
    fn the_list_is_sorted_and_each_has_hosts_in_lower_case_and_a_source() {
        let providers = built_in().unwrap();
        assert!(providers.is_sorted_by_key(|provider| provider.provider.to_lowercase()));
        for provider in providers {
            assert!(!provider.source.is_empty() && !provider.hosts.is_empty());
            assert!(
                provider
                    .hosts
                    .iter()
                    .all(|host| *host == host.to_lowercase())
            );
        }
    }
}
