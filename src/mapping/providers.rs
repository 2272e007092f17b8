//! Providers: names that mean something at one provider only.
//!
//! In: `mappings/providers.yaml`, compiled in. Out: the role of a name at a host. Never: connecting, capabilities.

use super::fold;
use crate::model::role::Role;

/// What one provider calls its mailboxes.
#[derive(Debug, Clone)]
pub struct Provider {
    /// What people call it.
    pub provider: &'static str,
    pub(super) hosts: &'static [&'static str],
    /// Exact keys of names, and their roles.
    pub(super) names: &'static [(&'static str, Role)],
    /// Where this was seen.
    pub source: &'static str,
}

impl Provider {
    /// Whether the login host is one of the provider's or below one.
    #[must_use]
    pub fn runs(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        self.hosts.iter().any(|own| {
            host.strip_suffix(own)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    }

    /// The role that the provider gives to this name.
    #[must_use]
    pub fn role_of(&self, name: &str) -> Option<Role> {
        let exact = fold::exact(name);
        let mut names = self.names.iter();
        names.find(|(key, _)| *key == exact).map(|(_, role)| *role)
    }
}

#[cfg(test)]
mod tests {
    use crate::mapping::built_in::PROVIDERS;
    use crate::model::role::Role;

    #[test]
    fn la_poste_keeps_sent_mail_in_outbox_and_only_there() {
        let at = |host: &str| {
            let provider = PROVIDERS.iter().find(|provider| provider.runs(host));
            provider.and_then(|provider| provider.role_of("outbox"))
        };
        assert_eq!(at("IMAP.laposte.net."), Some(Role::Sent));
        assert_eq!(at("laposte.net"), Some(Role::Sent));
        assert_eq!(at("notlaposte.net"), None);
        assert_eq!(at("imap.example.com"), None);
    }

    #[test]
    fn the_list_is_sorted_and_each_has_hosts_in_lower_case_and_a_source() {
        assert!(PROVIDERS.is_sorted_by_key(|provider| provider.provider.to_lowercase()));
        for provider in &PROVIDERS {
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
