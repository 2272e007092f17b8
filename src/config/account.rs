//! An ACCOUNT argument: `imaps://USER@HOST[:PORT]` or `imap://USER@HOST[:PORT]`.
//!
//! In: the text. Out: an [`Account`]. Never: a password; a URL with one is refused.

use super::ConfigError;
use crate::model::listing::AccountId;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `imaps`: TLS from the first octet, port 993.
    Imaps,
    /// `imap`: STARTTLS is required, port 143, unless the user allows plain text.
    Imap,
}

/// One account as the user named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// How the connection is protected.
    pub scheme: Scheme,
    /// Which mail on which host.
    pub id: AccountId,
}

/// The longest URL that is read, in octets.
const LONGEST: usize = 2_000;

impl Account {
    /// Reads an ACCOUNT argument.
    ///
    /// USER may hold a raw `@` (the last one splits) or `%40`.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let (scheme, rest) = match text.split_once("://") {
            Some((word, rest)) if word.eq_ignore_ascii_case("imaps") => (Scheme::Imaps, rest),
            Some((word, rest)) if word.eq_ignore_ascii_case("imap") => (Scheme::Imap, rest),
            Some((word, _))
                if word.eq_ignore_ascii_case("pop3") || word.eq_ignore_ascii_case("pop3s") =>
            {
                return Err(ConfigError::new("read a POP3 account").hint(
                    "POP3 has no folders; name the account's IMAP server: imaps://USER@HOST",
                ));
            }
            _ => {
                return Err(ConfigError::new("read the account: it is not an account URL")
                    .hint("write imaps://USER@HOST, for example imaps://alice@example.com@imap.example.com"));
            }
        };
        if text.len() > LONGEST || text.chars().any(char::is_control) {
            return Err(ConfigError::new(
                "read the account: it is too long or holds control characters",
            ));
        }
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let Some((user, place)) = rest.rsplit_once('@') else {
            return Err(ConfigError::new("read the account: it names no user")
                .hint("write imaps://USER@HOST"));
        };
        if user.contains(':') {
            return Err(password_in_url());
        }
        let user = percent_decoded(user)?;
        if user.contains(':') {
            return Err(password_in_url());
        }
        if user.is_empty() {
            return Err(ConfigError::new("read the account: it names no user")
                .hint("write imaps://USER@HOST"));
        }
        let (host, port) = host_and_port(place)?;
        let port = port.unwrap_or(match scheme {
            Scheme::Imaps => 993,
            Scheme::Imap => 143,
        });
        let url = url(scheme, &user, &host, port);
        Ok(Self {
            scheme,
            id: AccountId {
                host,
                port,
                user,
                url,
            },
        })
    }
}

impl Account {
    /// The account of these parts, which may come from anywhere: they are read as a URL of them is.
    pub fn of_parts(
        scheme: Scheme,
        user: &str,
        host: &str,
        port: u16,
    ) -> Result<Self, ConfigError> {
        Self::parse(&url(scheme, &user.replace('%', "%25"), host, port))
    }

    /// The URL as it can be typed.
    #[must_use]
    pub fn written(&self) -> String {
        let AccountId {
            host, port, user, ..
        } = &self.id;
        url(self.scheme, &user.replace('%', "%25"), host, *port)
    }

    /// Whether the URL of these parts is theirs, by one scheme or the other.
    #[must_use]
    pub fn is_url_of(id: &AccountId) -> bool {
        let schemes = [Scheme::Imaps, Scheme::Imap].into_iter();
        let mut urls = schemes.map(|scheme| url(scheme, &id.user, &id.host, id.port));
        urls.any(|url| url == id.url)
    }
}

/// The account as people read it: the port only where it is not the usual one.
fn url(scheme: Scheme, user: &str, host: &str, port: u16) -> String {
    let (word, usual) = match scheme {
        Scheme::Imaps => ("imaps", 993),
        Scheme::Imap => ("imap", 143),
    };
    let host = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    if port == usual {
        format!("{word}://{user}@{host}")
    } else {
        format!("{word}://{user}@{host}:{port}")
    }
}

/// The text is not repeated: what follows the colon may be a password.
fn password_in_url() -> ConfigError {
    ConfigError::new("use a password in a URL")
        .hint("take it out: every user of this machine can read it there; see --password-command, --password-file and ROLECALL_PASSWORD")
}

fn host_and_port(place: &str) -> Result<(String, Option<u16>), ConfigError> {
    let (host, port) = if let Some(rest) = place.strip_prefix('[') {
        match rest.split_once(']') {
            Some((host, "")) => (host, None),
            Some((host, port)) => match port.strip_prefix(':') {
                Some(port) => (host, Some(port)),
                None => {
                    return Err(ConfigError::new(
                        "read the account's host: only a port may stand behind the ]",
                    ));
                }
            },
            None => return Err(ConfigError::new("read the account's host: a ] is missing")),
        }
    } else {
        match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        }
    };
    let plain =
        |octet: u8| octet.is_ascii_alphanumeric() || b"-._:".contains(&octet) || octet > 127;
    if host.is_empty() || !host.bytes().all(plain) {
        return Err(ConfigError::new("read the account's host")
            .hint("a host is a name such as imap.example.com, or an address"));
    }
    let port = match port {
        None => None,
        Some(port) => Some(
            port.parse::<u16>()
                .ok()
                .filter(|port| *port != 0)
                .ok_or_else(|| {
                    ConfigError::new("read the account's port")
                        .hint("a port is a number from 1 to 65535")
                })?,
        ),
    };
    Ok((host.to_owned(), port))
}

fn percent_decoded(text: &str) -> Result<String, ConfigError> {
    let bad = || {
        ConfigError::new("read the account's user: a % must be followed by two hexadecimal digits")
    };
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        if octet != b'%' {
            octets.push(octet);
            continue;
        }
        let mut digit = || {
            rest.next()
                .and_then(|octet| char::from(octet).to_digit(16))
                .and_then(|digit| u8::try_from(digit).ok())
        };
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(bad());
        };
        octets.push(high * 16 + low);
    }
    let user = String::from_utf8(octets).map_err(|_| bad())?;
    if user.chars().any(char::is_control) {
        return Err(ConfigError::new(
            "read the account's user: it holds control characters",
        ));
    }
    Ok(user)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_at_sign_splits_user_and_host() {
        for text in [
            "imaps://alice@example.com@imap.example.com",
            "imaps://alice%40example.com@imap.example.com/",
        ] {
            let account = Account::parse(text).unwrap();
            assert_eq!(account.id.user, "alice@example.com");
            assert_eq!(account.id.host, "imap.example.com");
            assert_eq!(account.id.port, 993);
            assert_eq!(account.id.url, "imaps://alice@example.com@imap.example.com");
        }
    }

    #[test]
    fn an_account_s_url_is_that_of_its_parts() {
        for text in [
            "imaps://alice@example.com@imap.example.com",
            "imap://al%25ice@host:1143",
            "imap://bob@[::1]",
        ] {
            let id = Account::parse(text).unwrap().id;
            assert!(Account::is_url_of(&id), "{text}");
            let other = AccountId {
                user: "mallory".to_owned(),
                ..id
            };
            assert!(!Account::is_url_of(&other), "{text}");
        }
    }

    #[test]
    fn ports_and_addresses_are_read() {
        let account = Account::parse("imap://bob@[::1]:1143").unwrap();
        assert_eq!((account.id.host.as_str(), account.id.port), ("::1", 1143));
        assert_eq!(account.scheme, Scheme::Imap);
        assert_eq!(account.id.url, "imap://bob@[::1]:1143");
    }

    #[test]
    fn a_password_in_a_url_is_refused_and_not_repeated() {
        let error = Account::parse("imaps://alice:hunter2@imap.example.com").unwrap_err();
        assert!(!format!("{error:?}").contains("hunter2"));
    }

    #[test]
    fn what_is_not_an_account_is_refused() {
        for text in [
            "",
            "alice@example.com",
            "https://alice@example.com",
            "imaps://imap.example.com",
            "imaps://@imap.example.com",
            "imaps://alice@",
            "imaps://alice@host:0",
            "imaps://alice@host:99999",
            "imaps://alice@ho st",
            "imaps://al%ice@host",
            "imaps://alice@[::1]junk:143",
            "imaps://al%0Aice@host",
            "imaps://alice@host\r\nA1 DELETE x",
        ] {
            assert!(Account::parse(text).is_err(), "{text:?}");
        }
    }
}
