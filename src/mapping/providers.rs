//! Providers: all that are known.
//!
//! In: `mappings/providers.yaml`, compiled in. Out: [`Provider`]s, and the levels that are theirs. Never: connecting.

use super::{built_in, provider::Provider};

/// Every provider that is known.
#[must_use]
pub fn every() -> &'static [Provider] {
    &built_in::PROVIDERS
}

/// Whether a level is one below which a provider keeps its own mailboxes.
#[must_use]
pub fn is_providers_level(level: &str) -> bool {
    every().iter().any(|provider| provider.has_level(level))
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
