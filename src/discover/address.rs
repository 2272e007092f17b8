//! An e-mail address, as far as a server is looked for by it, and what may be the name of a server's host.
//!
//! In: text from a user, a name server or a document. Out: an [`Address`], a host's name in lower case. Names in other letters
//! than ASCII are written `xn--…`, as in the rest of rolecall.

/// The most octets of a domain (RFC 1035 §2.3.4), and of what stands before the `@` (RFC 5321 §4.5.3.1.1).
const LONGEST_DOMAIN: usize = 253;
const LONGEST_LOCAL: usize = 64;
/// The most octets of one label of a domain.
const LONGEST_LABEL: usize = 63;

/// An e-mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// What stands before the `@`.
    pub local: String,
    /// What stands behind it, in lower case.
    pub domain: String,
}

impl Address {
    /// Reads an address without quotes and comments; none where the text is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (local, domain) = text.rsplit_once('@')?;
        let is_atext =
            |octet: u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&octet);
        let is_local = (1..=LONGEST_LOCAL).contains(&local.len()) && local.bytes().all(is_atext);
        Some(Self {
            local: Some(local.to_owned()).filter(|_| is_local)?,
            domain: host(domain)?,
        })
    }

    /// The whole of it.
    #[must_use]
    pub fn whole(&self) -> String {
        format!("{}@{}", self.local, self.domain)
    }

    /// Whether a host is the address's domain or lies below it.
    #[must_use]
    pub fn holds(&self, host: &str) -> bool {
        let above = host.strip_suffix(&self.domain);
        above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
    }
}

/// The name of a host in lower case. None for what no certificate of a public server is for: addresses in digits, single
/// words, `localhost`.
pub(super) fn host(text: &str) -> Option<String> {
    let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
    let is_label = |label: &str| {
        let letters = |octet: u8| octet.is_ascii_alphanumeric() || octet == b'-' || octet == b'_';
        (1..=LONGEST_LABEL).contains(&label.len())
            && label.bytes().all(letters)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_name = name.len() <= LONGEST_DOMAIN && name.split('.').all(is_label);
    let (_, top) = name.rsplit_once('.')?;
    let is_public = top.bytes().any(|octet| octet.is_ascii_alphabetic()) && top != "localhost";
    (is_name && is_public).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_split_at_its_last_at_sign_and_its_domain_is_in_lower_case() {
        let address = Address::parse("Alice+mail%x@Example.COM").unwrap();
        assert_eq!(address.local, "Alice+mail%x");
        assert_eq!(address.domain, "example.com");
        assert!(address.holds("example.com") && address.holds("imap.example.com"));
        assert!(!address.holds("badexample.com") && !address.holds("com"));
    }

    #[test]
    fn what_is_no_address_is_not_taken_for_one() {
        let long = "a".repeat(65);
        for text in [
            "alice",
            "@example.com",
            "alice@",
            "alice@example",
            "alice@localhost",
            "alice@a.localhost",
            "alice@127.0.0.1",
            "alice@[::1]",
            "a b@example.com",
            "a:b@example.com",
            "\"a\"@example.com",
            "alice@exa mple.com",
            "alice@example..com",
            "alice@-example.com",
            "alice@example.com\u{1b}[2J",
            "alice@ex\u{e4}mple.com",
            &format!("{long}@example.com"),
            &format!("alice@{long}.com"),
            &format!("alice@{}com", "abc.".repeat(70)),
        ] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
    }
}
