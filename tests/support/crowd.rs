//! The accounts file of a crowd, and what an audit must say of each of its accounts.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use rolecall::demo::crowd::Behaviour;
use serde::Deserialize;

/// An account of a line of results, and why it could not be examined.
#[derive(Deserialize)]
struct Line {
    account: String,
    error: Option<Error>,
}

#[derive(Deserialize)]
struct Error {
    kind: String,
}

/// The user of that number; three of a hundred are in trouble, one of each kind.
fn user(number: u32) -> String {
    let behaviour = match number % 100 {
        25 => Behaviour::Hangs,
        50 => Behaviour::Refused,
        75 => Behaviour::Drops,
        _ => Behaviour::Well,
    };
    format!("{}{number:06}", behaviour.word())
}

/// An accounts file of so many users of the server at that port.
pub fn accounts(port: u16, count: u32) -> String {
    let mut file = "account,password_env\n".to_owned();
    for number in 0..count {
        let user = user(number);
        writeln!(file, "imap://{user}@127.0.0.1:{port},FLEET_PASSWORD").unwrap();
    }
    file
}

/// Checks that each account was told of exactly once, and how; returns how many ended how.
pub fn check(count: u32, lines: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut waiting: BTreeSet<String> = (0..count).map(user).collect();
    let mut tally = BTreeMap::new();
    for text in lines {
        let line: Line = serde_json::from_str(&text).unwrap();
        let user = line.account.trim_start_matches("imap://");
        let user = user.split('@').next().unwrap();
        assert!(
            waiting.remove(user),
            "told twice, or never asked for: {text}"
        );
        let kind = line.error.as_ref().map(|error| error.kind.as_str());
        let expected = match Behaviour::of(user) {
            Behaviour::Well => None,
            Behaviour::Hangs | Behaviour::Drops => Some("network"),
            Behaviour::Refused => Some("login"),
        };
        assert_eq!(kind, expected, "{text}");
        *tally
            .entry(kind.unwrap_or("examined").to_owned())
            .or_default() += 1;
    }
    assert!(waiting.is_empty(), "nothing was told of {waiting:?}");
    tally
}
