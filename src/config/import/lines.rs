//! Lists with a user a line.

use super::{
    gather::{ListGather, said_lines},
    list::LeftOut,
};
use crate::language::text;

/// `doveadm user '*'`.
pub(super) fn users(text: &str, gather: &mut ListGather<'_>) {
    for (number, line) in said_lines(text) {
        if is_more_than_a_user(line.trim()) {
            gather.fault((number, 1), text::list_of_users_with_more());
        } else {
            gather.user(line, (number, 1));
        }
    }
}

/// Whether a word has a sign that parts cells: behind it a password may stand, which must not be taken for a part of the user.
fn is_more_than_a_user(word: &str) -> bool {
    word.contains(|letter: char| letter.is_whitespace() || ";,:|\"".contains(letter))
}

/// A passwd-file, as Dovecot reads it; `/etc/passwd` is one too.
pub(super) fn passwd_file(text: &str, gather: &mut ListGather<'_>) {
    for (number, line) in said_lines(text) {
        let mut fields = line.trim_end().splitn(8, ':');
        let user = fields.next().unwrap_or_default();
        let Some(password) = fields.next() else {
            gather.fault((number, 1), text::list_line_without_password());
            continue;
        };
        if is_more_than_a_user(user.trim()) {
            gather.fault((number, 1), text::list_of_users_with_more());
            continue;
        }
        gather.list.has_secrets |= !["", "x", "*", "!"].contains(&password);
        let uid = fields.next();
        let extra = fields.nth(4).unwrap_or_default();
        let mut extra = extra.split(' ');
        let is_closed = extra.any(|field| field == "nologin" || field.starts_with("nologin="));
        if uid == Some("0") {
            // Dovecot never lets the system's administrator in.
            gather.leave_out(LeftOut::NoMailbox);
        } else if is_closed || password.starts_with('!') {
            gather.leave_out(LeftOut::Disabled);
        } else {
            gather.user(user, (number, 1));
        }
    }
}

/// A table for people: of each line the word that is an address, behind `mail` or nothing. Lines without one are heads, or
/// no accounts.
pub(super) fn addresses(text: &str, gather: &mut ListGather<'_>) {
    let mut is_head = true;
    for (number, line) in said_lines(text) {
        let words = line.split(|letter: char| letter.is_whitespace() || letter == '|');
        let mut words = words.filter(|word| !word.is_empty());
        let mut before = Vec::new();
        let Some(address) = words.find(|word| {
            before.push(*word);
            word.contains('@')
        }) else {
            if !is_head {
                gather.leave_out(LeftOut::NoMailbox);
            }
            continue;
        };
        is_head = false;
        let column = line.split(address).next().unwrap_or_default();
        let at = (number, column.chars().count() + 1);
        // Behind another user it may be a password with an `@` in it.
        let is_the_user = matches!(before[..], [_] | ["mail", _]);
        if words.any(|word| word.contains('@')) {
            gather.fault(at, text::list_line_of_two_addresses());
        } else if !is_address(address) {
            gather.fault(at, text::list_word_no_address());
        } else if !is_the_user || is_more_than_a_user(address) {
            gather.fault(at, text::list_of_users_with_more());
        } else {
            gather.user(address, at);
        }
    }
}

/// Whether a word with an `@` has a domain behind it. A password may have an `@`, too, and is seldom of that form.
fn is_address(word: &str) -> bool {
    let domain = word.rsplit_once('@').map_or("", |(_, domain)| domain);
    let labels = domain.split('.');
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .chars()
                .all(|letter| letter.is_alphanumeric() || letter == '-')
    };
    labels.clone().count() > 1 && labels.clone().all(is_label)
}
