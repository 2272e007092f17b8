//! Failures that pass: whether it is worth trying again, and when.
//!
//! In: what a server said. Out: [`Later`], or none where another try would end the same; [`Waits`], which says how long to
//! wait and counts. Nothing waits here. A refused password is never a failure that passes.
//!
//! RFC 5530 has response codes for it, but hardly any server sends them where it matters: Exchange, Gmail, Courier and older
//! Dovecots say it in words. This file has all of these words, and those by which servers say that there is no room.

use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher as _, Hasher as _},
    time::Duration,
};

use serde::{Deserialize, Serialize};

/// A failure that may pass.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Later {
    /// How long the server asks to be left alone, at most ten minutes; none where it names no time.
    pub after: Option<Duration>,
}

/// The longest that a server is believed. Exchange asks for up to five minutes.
const LONGEST: Duration = Duration::from_secs(600);

/// Response codes of what passes by itself (RFC 5530 §3; `THROTTLED` is Gmail's, `TEMPFAIL` old Dovecots'). `SERVERBUG` is
/// not one of them: Dovecot says it of a message that it can never read again.
const CODES: [&str; 5] = ["LIMIT", "UNAVAILABLE", "INUSE", "TEMPFAIL", "THROTTLED"];

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
const WORDS: [&str; 13] = [
    // Exchange: "Request is throttled. Suggested Backoff Time: 299961 milliseconds".
    "is throttled",
    // Exchange: "Server Unavailable. 15", "Server Busy".
    "server unavailable",
    "server busy",
    // Exchange, for some minutes after a mailbox was moved or throttled: "User is authenticated but not connected."
    "authenticated but not connected",
    // Gmail: "System Error (Failure)".
    "system error (failure)",
    // Yahoo: "UID FETCH Server error - Please try again later". Not "try again later" alone, which is said of passwords.
    "server error - please try again",
    // Gmail: "[ALERT] Too many simultaneous connections. (Failure)"; Cyrus: "Too many open connections from host".
    "too many simultaneous connections",
    "too many open connections",
    "too many connections",
    // Dovecot: "Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)"; Courier's couriertcpd.
    "maximum number of connections",
    "maximum connection limit",
    // Proxies that count commands: "Too many requests", "Rate limit exceeded, slow down".
    "too many requests",
    "slow down",
];

/// How servers say without a code that there is no room. Courier: "Over quota"; others: "Quota exceeded", "Mailbox is full".
const NO_ROOM: [&str; 5] = [
    "over quota",
    "overquota",
    "quota exceeded",
    "exceeds quota",
    "mailbox is full",
];

/// Whether a server's own words say that there is no room for more mail.
#[must_use]
pub fn says_over_quota(text: &str) -> bool {
    let own = own_words(&text.to_ascii_lowercase());
    NO_ROOM.into_iter().any(|words| own.contains(words))
}

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
            || is_called_temporary(&text)
            || code.is_none() && says_temporary(&text);
        passes.then_some(Self { after })
    }
}

/// Whether a failure is called temporary, in lower case. Where a code says something else, the word alone does not do.
fn is_called_temporary(text: &str) -> bool {
    let mut rest = text.split("temporary ").skip(1);
    rest.any(|rest| TEMPORARY.into_iter().any(|what| rest.starts_with(what)))
}

/// Whether the server's own words say "temporary", in lower case. "Temporary authorization failure", "LOGIN failed (temporary)".
fn says_temporary(text: &str) -> bool {
    own_words(text).split_whitespace().any(|word| {
        let word = word.trim_matches(['(', ')', '[', ']', ',', '.', ';', '!', '-']);
        matches!(word, "temporary" | "temporarily")
    })
}

/// A server's own words: not behind a colon and not in quotes, where servers repeat names and what they have been sent.
fn own_words(text: &str) -> String {
    let mut own = String::with_capacity(text.len());
    let mut awaited = None;
    let mut before = ' ';
    for letter in text.chars() {
        match awaited {
            Some(end) if letter == end => awaited = None,
            Some(_) => {}
            None if letter == ':' => break,
            None => {
                own.push(letter);
                awaited = closing_quote(before, letter);
            }
        }
        before = letter;
    }
    own
}

/// The quotation mark that ends what this one begins. The one in "doesn't" begins nothing.
fn closing_quote(before: char, letter: char) -> Option<char> {
    match letter {
        '"' | '`' => Some(letter),
        '\'' if !before.is_alphanumeric() => Some(letter),
        '“' => Some('”'),
        '‘' => Some('’'),
        '«' => Some('»'),
        '<' => Some('>'),
        _ => None,
    }
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

/// How often and how long a server has been waited for, one time after the other, without its doing anything in between.
#[derive(Debug, Clone, Default)]
pub struct Waits {
    count: u32,
    time: Duration,
}

impl Waits {
    /// The most waits in a row of which the server names the time.
    const MOST: u32 = 5;
    /// The most of which it does not: together about half a minute.
    const UNNAMED: u32 = 7;
    /// The first of these; each is twice as long as the one before.
    const FIRST: Duration = Duration::from_millis(250);

    /// For what was waited for in vain before: one short wait and no more.
    #[must_use]
    pub fn spent() -> Self {
        Self {
            count: Self::UNNAMED - 1,
            time: Duration::ZERO,
        }
    }

    /// How long to wait now; none where it does not pass, or has not passed for too often or too long.
    ///
    /// Where the server names no time it is about twice as long as before: not to the instant, so that those who were turned
    /// away together do not come back together.
    pub fn next(&mut self, later: Option<Later>) -> Option<Duration> {
        let later = later?;
        let count = self.count;
        self.count += 1;
        match later.after {
            Some(after) => {
                self.time = self.time.saturating_add(after);
                (count < Self::MOST && self.time <= LONGEST).then_some(after)
            }
            None if count < Self::UNNAMED => Some(jittered(Self::FIRST * (1 << count))),
            None => None,
        }
    }
}

/// Between three and five quarters of a time, by chance.
#[must_use]
pub fn jittered(time: Duration) -> Duration {
    let chance = RandomState::new().build_hasher().finish() % 512;
    time * 3 / 4 + time * u32::try_from(chance).unwrap_or_default() / 1_024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::too_many_lines, reason = "one answer a line")]
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
            // In words alone.
            (None, "Temporary authorization failure", at_some_time),
            (None, "Temporary database error", at_some_time),
            (None, "LOGIN failed (temporary)", at_some_time),
            (
                None,
                "Mailbox \"Personal\" is temporarily locked.",
                at_some_time,
            ),
            (
                None,
                "Can't log in, the store is temporarily gone: x",
                at_some_time,
            ),
            (Some("inuse"), "Mailbox is locked", at_some_time),
            (Some("LIMIT"), "No more", at_some_time),
            (Some("TEMPFAIL"), "Not now", at_some_time),
            // Gmail, Exchange, Yahoo, Yandex.
            (
                None,
                "User is authenticated but not connected.",
                at_some_time,
            ),
            (None, "Too many requests, slow down", at_some_time),
            (None, "System Error (Failure)", at_some_time),
            (None, "Server Busy.", at_some_time),
            (
                Some("UNAVAILABLE"),
                "UID FETCH Server error - Please try again later",
                at_some_time,
            ),
            (
                Some("UNAVAILABLE"),
                "UID SEARCH Backend error. sc=abc",
                at_some_time,
            ),
            // What does not pass.
            (Some("AUTHENTICATIONFAILED"), "Authentication failed.", None),
            (
                Some("AUTHENTICATIONFAILED"),
                "Invalid credentials (Failure), too many connections",
                None,
            ),
            (Some("OVERQUOTA"), "Quota exceeded", None),
            (Some("SERVERBUG"), "Internal error occurred", None),
            (
                Some("NOPERM"),
                "Server error - Please try again later",
                None,
            ),
            (None, "LOGIN failed, please try again later.", None),
            (
                Some("NONEXISTENT"),
                "Mailbox doesn't exist: Temporary",
                None,
            ),
            (Some("NONEXISTENT"), "Temporary failure", None),
            (Some("ALREADYEXISTS"), "Too many connections exists", None),
            (None, "Mailbox doesn't exist: Temporary", None),
            (None, "Mailbox does not exist: \"Temporary files\"", None),
            (None, "Mailbox \"My temporary files\" doesn't exist", None),
            (None, "Mailbox 'Temporary' doesn't exist", None),
            (None, "No mailbox INBOX.Temporary", None),
            (None, "Cannot open <Temporary>", None),
            (Some("CANNOT"), "Temporary authorization failure", None),
            (Some("NOPERM"), "LOGIN failed (temporary)", None),
            (None, "AUTHENTICATE failed.", None),
            (None, "LOGIN failed.", None),
            (None, "", None),
        ];
        for (code, text, expected) in table {
            assert_eq!(Later::told(code, text), expected, "{code:?} {text}");
        }
    }

    #[test]
    fn that_there_is_no_room_is_known_by_words_but_not_by_a_mailbox_of_that_name() {
        for text in [
            "Over quota",
            "COPY failed, quota exceeded.",
            "Mailbox is full",
        ] {
            assert!(says_over_quota(text), "{text}");
        }
        for text in [
            "Mailbox \"Over quota\" doesn't exist",
            "No such mailbox: over quota",
            "",
        ] {
            assert!(!says_over_quota(text), "{text}");
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
    }

    #[test]
    fn where_no_time_is_named_each_wait_is_about_twice_as_long_and_they_come_to_an_end() {
        let mut waits = Waits::default();
        let all: Vec<Duration> =
            std::iter::from_fn(|| waits.next(Some(Later::default()))).collect();
        assert_eq!(all.len(), 7);
        for (number, wait) in all.iter().enumerate() {
            let full = Duration::from_millis(250 << number);
            let is_near = full * 3 / 4 <= *wait && *wait <= full * 5 / 4;
            assert!(is_near, "{number}: {wait:?}");
        }
        assert!(Waits::default().next(None).is_none());
        let mut spent = Waits::spent();
        assert!(spent.next(Some(Later::default())).is_some());
        assert!(spent.next(Some(Later::default())).is_none());
    }
}
