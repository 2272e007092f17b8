//! Lists whose lines are cells, parted by `;`, `,` or tabs.

use std::collections::BTreeSet;

use csv::{ReaderBuilder, StringRecord};

use super::{
    gather::{ListGather, is_yes, is_yes_or_no, said_lines},
    list::LeftOut,
};
use crate::language::text;

/// The cells of a line of imapsync's.
pub(super) const IMAPSYNC: usize = 6;

/// What rows of Modoboa's export begin with, beside `account`: what hands mail on, and what has no mailbox.
const ALIASES: [&str; 5] = [
    "alias",
    "forward",
    "dlist",
    "domainalias",
    "relaydomainalias",
];
const DOMAINS: [&str; 2] = ["domain", "relaydomain"];

/// The columns that may name the user, the best first.
const USERS: [&str; 6] = ["login", "username", "user", "email", "address", "mail"];

/// Whether a line is one of Modoboa's export.
pub(super) fn is_modoboa(line: &str) -> bool {
    let word = line.split(delimiter(line)).next().unwrap_or_default();
    let word = word.trim_matches('"');
    let is_known = word == "account" || ALIASES.contains(&word) || DOMAINS.contains(&word);
    is_known && line.len() > word.len() && !is_head(line)
}

/// Users that systems have, so a lone such word is no head.
const SYSTEM_USERS: [&str; 2] = ["mail", "user"];

/// Words that columns are called by, beside those that name the user.
const COLUMNS: [&str; 12] = [
    "password",
    "name",
    "active",
    "enabled",
    "disableimap",
    "host",
    "goto",
    "destination",
    "maildir",
    "quota",
    "server_id",
    "mailuser_id",
];

/// Whether a line is a table's head: a column names the user, no cell is an address, and none is there twice. A line of
/// imapsync's may have such a word for a user or a password, so of a head as long as that more columns must be known.
pub(super) fn is_head(line: &str) -> bool {
    let cells: Vec<String> = line.split(delimiter(line)).map(bare).collect();
    let has_user = cells.iter().any(|cell| USERS.contains(&cell.as_str()));
    let is_lone_user = cells.len() == 1 && SYSTEM_USERS.contains(&line);
    let is_distinct = cells.iter().collect::<BTreeSet<_>>().len() == cells.len();
    let is_known =
        |cell: &&String| USERS.contains(&cell.as_str()) || COLUMNS.contains(&cell.as_str());
    let is_known_enough = !line.contains(';')
        || cells.len() < IMAPSYNC
        || cells.iter().filter(is_known).count() > cells.len() / 2;
    let is_words = !line.contains(['@', ':', '.', '$']);
    has_user && is_words && is_distinct && is_known_enough && !is_lone_user
}

fn bare(cell: &str) -> String {
    cell.trim().trim_matches(['"', '`']).to_ascii_lowercase()
}

/// What parts the cells of a line.
fn delimiter(line: &str) -> char {
    let signs = ['\t', ';', ','].into_iter();
    signs
        .max_by_key(|sign| line.matches(*sign).count())
        .unwrap_or(',')
}

/// The records of a text with the numbers of their lines.
fn records(text: &str, gather: &mut ListGather<'_>) -> Vec<(usize, StringRecord)> {
    let first = said_lines(text).next().map_or("", |(_, line)| line);
    let delimiter = delimiter(first);
    let mut reader = ReaderBuilder::new()
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        // mysql writes quotes as they are.
        .quoting(delimiter != '\t')
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let mut records = Vec::new();
    for record in reader.records() {
        match record {
            // A quote that a password begins with would swallow the lines behind it.
            Ok(record) if record.iter().any(|cell| cell.contains(['\n', '\r'])) => {
                let line = record.position().map_or(1, csv::Position::line);
                let at = (usize::try_from(line).unwrap_or(usize::MAX), 1);
                gather.fault(at, text::list_line_unreadable());
            }
            Ok(record) => {
                let line = record.position().map_or(1, csv::Position::line);
                records.push((usize::try_from(line).unwrap_or(usize::MAX), record));
            }
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line);
                let at = (usize::try_from(line).unwrap_or(usize::MAX), 1);
                gather.fault(at, text::list_line_unreadable());
            }
        }
    }
    records
}

/// Modoboa's export: `account; login; password; first name; last name; enabled; role; address; …`.
pub(super) fn modoboa(text: &str, gather: &mut ListGather<'_>) {
    for (number, record) in records(text, gather) {
        let cell = |place: usize| record.get(place).unwrap_or_default().trim();
        let at = (number, 1);
        match cell(0) {
            "account" if record.len() < 7 => gather.fault(at, text::list_line_too_short("7")),
            // A sign that parts cells may stand in a password, and all behind it would be taken for something else.
            "account" if !is_yes_or_no(cell(5)) => {
                gather.fault(at, text::list_row_of_other_length());
            }
            "account" => {
                gather.list.has_secrets |= !cell(2).is_empty();
                if !is_yes(cell(5)) {
                    gather.leave_out(LeftOut::Disabled);
                } else if cell(7).is_empty() {
                    // An administrator of the panel alone.
                    gather.leave_out(LeftOut::NoMailbox);
                } else {
                    gather.user(cell(1), (number, "account;".len() + 1));
                }
            }
            word if ALIASES.contains(&word) => gather.leave_out(LeftOut::Alias),
            word if DOMAINS.contains(&word) => gather.leave_out(LeftOut::NoMailbox),
            _ => gather.fault(at, text::list_row_of_no_known_kind()),
        }
    }
}

/// A table with a head: ISPConfig's `mail_user`, and others whose columns have such names.
pub(super) fn table(text: &str, gather: &mut ListGather<'_>) {
    let mut records = records(text, gather).into_iter();
    let Some((number, head)) = records.next() else {
        return;
    };
    let head: Vec<String> = head.iter().map(bare).collect();
    let column = |word: &str| head.iter().position(|cell| cell == word);
    let Some(user) = USERS.iter().find_map(|word| column(word)) else {
        return gather.fault((number, 1), text::list_head_without_user(USERS.join(", ")));
    };
    let (closed, host) = (column("disableimap"), column("host"));
    let open = column("active").or_else(|| column("enabled"));
    let forwards = column("goto").or_else(|| column("destination"));
    let has_password = column("password").is_some();
    for (number, record) in records {
        let cell = |place: Option<usize>| record.get(place?);
        let at = (number, 1);
        if record.len() != head.len() {
            gather.fault(at, text::list_row_of_other_length());
            continue;
        }
        let Some(user) = cell(Some(user)).filter(|user| !user.trim().is_empty()) else {
            gather.fault(at, text::list_row_without_user());
            continue;
        };
        gather.list.has_secrets |= has_password;
        if cell(closed).is_some_and(is_yes) || cell(open).is_some_and(|open| !is_yes(open)) {
            gather.leave_out(LeftOut::Disabled);
        } else if cell(forwards).is_some_and(|goto| !goto.trim().is_empty()) {
            gather.leave_out(LeftOut::Alias);
        } else {
            match cell(host) {
                Some(host) => gather.user_at(user, host.trim(), at),
                None => gather.user(user, at),
            }
        }
    }
}

/// imapsync's list. A shell reads its lines, so a quote is a letter like any other.
pub(super) fn imapsync(text: &str, gather: &mut ListGather<'_>) {
    for (number, line) in said_lines(text) {
        let cells: Vec<&str> = line.split(';').collect();
        let [_, _, _, host, user, _, ..] = cells[..] else {
            gather.fault((number, 1), text::list_line_too_short("6"));
            continue;
        };
        // Behind the second password come options for imapsync, or nothing.
        let mut options = cells.iter().skip(IMAPSYNC).map(|cell| cell.trim());
        if options.any(|cell| !cell.is_empty() && !cell.starts_with('-')) {
            gather.fault((number, 1), text::list_row_of_other_length());
            continue;
        }
        gather.list.has_secrets = true;
        let before = cells.iter().take(IMAPSYNC - 3);
        let column = before.map(|cell| cell.chars().count() + 1).sum::<usize>() + 1;
        if user.trim().is_empty() {
            gather.fault((number, column), text::list_row_without_user());
        } else {
            gather.user_at(user, host.trim(), (number, column));
        }
    }
}
