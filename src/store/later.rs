//! Failures that pass: whether it is worth trying again, and when.
//!
//! In: what a server said. Out: [`Later`], or none where another try would end the same; [`Waits`], which counts. Nothing
//! waits here. A refused password is never a failure that passes.
//!
//! RFC 5530 has response codes for it, but hardly any server sends them where it matters: Exchange, Gmail, Courier and older
//! Dovecots say it in words. This file has all of these words.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A failure that may pass.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Later {
    /// How long the server asks to be left alone, at most ten minutes; none where it names no time.
    pub after: Option<Duration>,
}

/// The longest that a server is believed. Exchange asks for up to five minutes.
const LONGEST: Duration = Duration::from_secs(600);

/// Response codes of what passes by itself (RFC 5530 §3; `THROTTLED` is Gmail's).
const CODES: [&str; 4] = ["LIMIT", "UNAVAILABLE", "INUSE", "THROTTLED"];

/// Response codes that say why, and that asking again does not help, whatever the words say: they may quote the name of a
/// mailbox (RFC 5530 §3, RFC 9051 §7.1).
const LASTING: [&str; 16] = [
    "AUTHENTICATIONFAILED",
    "AUTHORIZATIONFAILED",
    "EXPIRED",
    "PRIVACYREQUIRED",
    "NOPERM",
    "CANNOT",
    "NONEXISTENT",
    "ALREADYEXISTS",
    "TRYCREATE",
    "HASCHILDREN",
    "OVERQUOTA",
    "TOOBIG",
    "CORRUPTION",
    "CLIENTBUG",
    "READ-ONLY",
    "BADCHARSET",
];

/// The same as [`CODES`] in the words of servers, in lower case.
const WORDS: [&str; 7] = [
    // Exchange: "Request is throttled. Suggested Backoff Time: 299961 milliseconds".
    "is throttled",
    // Exchange: "Server Unavailable. 15".
    "server unavailable",
    // Gmail: "[ALERT] Too many simultaneous connections. (Failure)"; Cyrus: "Too many open connections from host".
    "too many simultaneous connections",
    "too many open connections",
    "too many connections",
    // Dovecot: "Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)"; Courier's couriertcpd.
    "maximum number of connections",
    "maximum connection limit",
];

/// What is called temporary when it passes by itself; a mailbox may be called so too. Dovecot: "[UNAVAILABLE] Temporary
/// authentication failure."; Courier: "Temporary problem, please try again later".
const TEMPORARY: [&str; 13] = [
    "authentication",
    "condition",
    "error",
    "failure",
    "internal",
    "issue",
    "lookup",
    "login",
    "outage",
    "problem",
    "server",
    "service",
    "system",
];

impl Later {
    /// What a refusal or a goodbye says of another try: its response code without brackets, and its words.
    ///
    /// A code that says why outweighs any words.
    #[must_use]
    pub fn told(code: Option<&str>, text: &str) -> Option<Self> {
        let code = code.and_then(|code| code.split(' ').next());
        let is = |known: &str| code.is_some_and(|code| code.eq_ignore_ascii_case(known));
        if LASTING.into_iter().any(is) {
            return None;
        }
        let text = text.to_ascii_lowercase();
        let after = suggested(&text);
        let passes = after.is_some()
            || CODES.into_iter().any(is)
            || WORDS.into_iter().any(|word| text.contains(word))
            || is_called_temporary(&text);
        passes.then_some(Self { after })
    }
}

/// Whether a failure is called temporary, in lower case.
fn is_called_temporary(text: &str) -> bool {
    let mut rest = text.split("temporary ").skip(1);
    rest.any(|rest| TEMPORARY.into_iter().any(|what| rest.starts_with(what)))
}

/// "Suggested Backoff Time: N milliseconds", in lower case.
fn suggested(text: &str) -> Option<Duration> {
    let (_, rest) = text.split_once("backoff time:")?;
    let rest = rest.trim_start();
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    // So many digits that they are no number are a long time all the same.
    let number = match digits.parse::<u64>() {
        Ok(number) => number,
        Err(_) if digits.is_empty() => return None,
        Err(_) => u64::MAX,
    };
    let unit = rest.strip_prefix(&*digits)?.trim_start();
    let asked = if unit.starts_with("sec") {
        Duration::from_secs(number)
    } else {
        Duration::from_millis(number)
    };
    Some(asked.min(LONGEST))
}

/// How often and how long a server has asked to wait, one time after the other, without doing anything in between.
#[derive(Debug, Clone, Default)]
pub struct Waits {
    count: u32,
    time: Duration,
}

impl Waits {
    /// The most waits in a row.
    const MOST: u32 = 5;

    /// How long to wait now; none where nothing was asked for, or where it has been asked for too often or too long.
    pub fn next(&mut self, later: Option<Later>) -> Option<Duration> {
        let after = later?.after?;
        self.count += 1;
        self.time = self.time.saturating_add(after);
        (self.count <= Self::MOST && self.time <= LONGEST).then_some(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_servers_say_of_another_try_is_understood() {
        let at_some_time = Some(Later { after: None });
        let in_milliseconds = |number| {
            Some(Later {
                after: Some(Duration::from_millis(number)),
            })
        };
        let table = [
            // Exchange (imapsync FAQ.Office365; ikvk/imap_tools#135; simonrob/email-oauth2-proxy#191).
            (
                None,
                "Request is throttled. Suggested Backoff Time: 299961 milliseconds",
                in_milliseconds(299_961),
            ),
            (
                None,
                "Request is throttled. Suggested Backoff Time: 89117 milliseconds",
                in_milliseconds(89_117),
            ),
            (
                None,
                "Request is throttled. Suggested Backoff Time: 0 milliseconds",
                in_milliseconds(0),
            ),
            (
                None,
                "Request is throttled. Suggested Backoff Time: 99999999999999999999999 milliseconds",
                in_milliseconds(600_000),
            ),
            (
                None,
                "Request is throttled. Suggested Backoff Time: soon",
                at_some_time,
            ),
            // Exchange (lefcha/imapfilter#146).
            (None, "Server Unavailable. 15", at_some_time),
            // Gmail (mscdex/node-imap#593).
            (
                Some("ALERT"),
                "Too many simultaneous connections. (Failure)",
                at_some_time,
            ),
            (Some("THROTTLED"), "Success", at_some_time),
            // Dovecot 2.2, 2.3.
            (
                None,
                "Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
                at_some_time,
            ),
            (
                Some("UNAVAILABLE"),
                "Maximum number of connections from user+IP exceeded (mail_max_userip_connections=1)",
                at_some_time,
            ),
            (
                Some("UNAVAILABLE"),
                "Temporary authentication failure. [host:2026-01-01]",
                at_some_time,
            ),
            // Courier.
            (
                None,
                "Temporary problem, please try again later",
                at_some_time,
            ),
            (
                Some("SERVERBUG"),
                "A temporary internal error",
                at_some_time,
            ),
            (Some("inuse"), "Mailbox is locked", at_some_time),
            (Some("LIMIT"), "No more", at_some_time),
            // What does not pass.
            (Some("AUTHENTICATIONFAILED"), "Authentication failed.", None),
            (
                Some("AUTHENTICATIONFAILED"),
                "Invalid credentials (Failure), too many connections",
                None,
            ),
            (Some("OVERQUOTA"), "Quota exceeded", None),
            (
                Some("NONEXISTENT"),
                "Mailbox doesn't exist: Temporary",
                None,
            ),
            (Some("NONEXISTENT"), "Temporary failure", None),
            (Some("ALREADYEXISTS"), "Too many connections exists", None),
            (None, "Mailbox doesn't exist: Temporary", None),
            (None, "Mailbox does not exist: \"Temporary files\"", None),
            (None, "AUTHENTICATE failed.", None),
            (None, "LOGIN failed.", None),
            (None, "", None),
        ];
        for (code, text, expected) in table {
            assert_eq!(Later::told(code, text), expected, "{code:?} {text}");
        }
    }

    #[test]
    fn five_waits_in_a_row_and_ten_minutes_are_enough() {
        let minutes = |number: u64| {
            Some(Later {
                after: Some(Duration::from_secs(60 * number)),
            })
        };
        let mut waits = Waits::default();
        let short: Vec<bool> = (0..6).map(|_| waits.next(minutes(1)).is_some()).collect();
        assert_eq!(short, [true, true, true, true, true, false]);
        let mut waits = Waits::default();
        assert!(waits.next(minutes(6)).is_some());
        assert!(waits.next(minutes(5)).is_none());
        assert!(Waits::default().next(Some(Later::default())).is_none());
    }
}
