//! Quoting: names of strangers inside configuration files, shells, preferences and URIs.
//!
//! In: a name. Out: it, quotes included, so that the program reads exactly that name; none where the syntax cannot hold
//! it. Never: a line end, a quote or an expansion that the name brings along.

/// The longest name that is written, in octets: mailbox names end at 255 nearly everywhere, and Dovecot reads lines of
/// at most 8 192.
pub const LONGEST: usize = 1_000;

/// Whether a name can stand on a line that a person reads and pastes: nothing that ends the line, acts on the terminal
/// or hides.
#[must_use]
pub fn is_plain(name: &str) -> bool {
    let is_odd = |letter: char| {
        letter.is_control()
            || matches!(letter,
                '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    name.len() <= LONGEST && !name.contains(is_odd)
}

/// A quoted string with a backslash before each of these letters and before each backslash.
fn backslashed(name: &str, letters: &[char]) -> String {
    let mut quoted = String::from("\"");
    for letter in name.chars() {
        if letter == '\\' || letters.contains(&letter) {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted.push('"');
    quoted
}

/// The name of a Dovecot `mailbox` section. 2.3 reads no quotation mark inside quotes, escaped or not (doveconf says
/// "Expecting '{'"); `*` and `?` stand for other names there; `%` begins a variable from 2.4 on.
#[must_use]
pub fn dovecot(name: &str) -> Option<String> {
    (is_plain(name) && !name.contains(['"', '*', '?', '%'])).then(|| backslashed(name, &[]))
}

/// An argument in cyradm, where either quotation mark ends a quoted string that the other began, and the environment's
/// variables are put into it (Cyrus 3.6 Shell.pm `_nexttoken`).
#[must_use]
pub fn cyradm(name: &str) -> Option<String> {
    is_plain(name).then(|| backslashed(name, &['"', '\'', '$']))
}

/// A PowerShell string in single quotes, in which nothing is expanded; the typographic ones end it too, so each is
/// doubled (about_Quoting_Rules).
#[must_use]
pub fn powershell(text: &str) -> Option<String> {
    if !is_plain(text) {
        return None;
    }
    let mut quoted = String::from("'");
    for letter in text.chars() {
        if matches!(letter, '\'' | '\u{2018}'..='\u{201b}') {
            quoted.push(letter);
        }
        quoted.push(letter);
    }
    quoted.push('\'');
    Some(quoted)
}

/// A word in a file that a shell reads, in single quotes, in which nothing is expanded.
#[must_use]
pub fn shell(text: &str) -> Option<String> {
    is_plain(text).then(|| format!("'{}'", text.replace('\'', "'\\''")))
}

/// A string in Thunderbird's `user.js`.
#[must_use]
pub fn javascript(text: &str) -> Option<String> {
    is_plain(text).then(|| backslashed(text, &['"']))
}

/// A list in a GLib key file: each word ends with `;`, and one that begins with a space says so (gkeyfile.c
/// `g_key_file_parse_string_as_value`).
#[must_use]
pub fn key_file<'a>(words: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut list = String::new();
    for word in words {
        if !is_plain(word) {
            return None;
        }
        let (begin, rest) = match word.strip_prefix(' ') {
            Some(rest) => ("\\s", rest),
            None => ("", word),
        };
        list.push_str(begin);
        list.push_str(&rest.replace('\\', "\\\\").replace(';', "\\;"));
        list.push(';');
    }
    Some(list)
}

/// A user's name in Thunderbird's folder URIs: all but letters, digits and `*-._` as `%` and two digits
/// (nsEscape.cpp, ESCAPE_XALPHAS).
#[must_use]
pub fn uri_user(user: &str) -> String {
    use std::fmt::Write as _;
    let mut escaped = String::new();
    for octet in user.bytes() {
        if octet.is_ascii_alphanumeric() || b"*-._".contains(&octet) {
            escaped.push(char::from(octet));
        } else {
            let _ = write!(escaped, "%{octet:02X}");
        }
    }
    escaped
}
