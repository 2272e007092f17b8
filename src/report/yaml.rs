//! YAML in the form of the mapping files, so that a table of one's own can begin with it.
//!
//! In: the entries of one language. Out: a file's text. Never: a text that reads back as anything else; whatever YAML
//! might take for more than a word is in quotes, with hidden characters written as escapes.

use std::fmt::Write as _;

use super::text::is_hidden;
use crate::{
    mapping::{Entry, Head},
    model::role::Role,
};

/// One file; the entries are of one locale, those of a role beside each other and the ambiguous ones last.
#[must_use]
pub fn mappings(locale: &str, entries: &[(&Head, &Entry)]) -> String {
    let mut text = format!("locale: {}\n", quoted(locale));
    let is_plain = |(_, entry): &&(&Head, &Entry)| entry.roles.len() == 1;
    let mut last: Option<Role> = None;
    for (_, entry) in entries.iter().filter(is_plain) {
        let role = entry.roles.first().copied();
        if last.is_none() {
            text.push_str("roles:\n");
        }
        if let Some(role) = role.filter(|_| role != last) {
            let _ = writeln!(text, "  {role}:");
        }
        last = role;
        write_entry(&mut text, "    ", entry);
    }
    let mut has_head = false;
    for (_, entry) in entries.iter().filter(|entry| !is_plain(entry)) {
        if !std::mem::replace(&mut has_head, true) {
            text.push_str("ambiguous:\n");
        }
        write_entry(&mut text, "  ", entry);
    }
    text
}

fn write_entry(text: &mut String, indent: &str, entry: &Entry) {
    let _ = writeln!(text, "{indent}- name: {}", quoted(&entry.name));
    if entry.roles.len() > 1 {
        let roles: Vec<&str> = entry.roles.iter().map(|role| role.word()).collect();
        let _ = writeln!(text, "{indent}  roles: [{}]", roles.join(", "));
    }
    let _ = writeln!(text, "{indent}  source: {}", quoted(&entry.source));
    for (key, is_set) in [("created", entry.created), ("weak", entry.weak)] {
        if is_set {
            let _ = writeln!(text, "{indent}  {key}: true");
        }
    }
}

/// A plain word where nobody can take it for anything else, else in quotes.
fn quoted(text: &str) -> String {
    let is_plain = text.chars().next().is_some_and(char::is_alphabetic)
        && text.len() > 5
        && text.chars().all(|letter| {
            letter.is_alphanumeric() || " '.;()+&/_-".contains(letter) || letter == ','
        })
        && !text.ends_with(' ');
    if is_plain {
        return text.to_owned();
    }
    let mut quoted = "\"".to_owned();
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if is_hidden(letter) => {
                let _ = write!(quoted, "\\U{:08X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::{mappings, quoted};
    use crate::mapping::{Mapping, file::parse};

    #[test]
    fn every_built_in_table_reads_back_as_it_was() {
        let mapping = Mapping::built_in();
        for head in mapping.tables() {
            let entries: Vec<_> = mapping
                .entries()
                .filter(|(other, _)| other.locale == head.locale)
                .collect();
            let table = parse(&head.file, &mappings(&head.locale, &entries)).unwrap();
            assert_eq!(
                (&*table.locale, table.rows.len()),
                (&*head.locale, entries.len())
            );
            for (row, (_, entry)) in table.rows.iter().zip(entries) {
                assert_eq!((&*row.name, &*row.roles), (&*entry.name, &*entry.roles));
                assert_eq!(row.source.as_deref(), Some(&*entry.source));
                assert_eq!((row.created, row.weak), (entry.created, entry.weak));
            }
        }
    }

    #[test]
    fn what_yaml_could_mistake_is_in_quotes() {
        for (text, written) in [
            ("Courrier envoyé", "Courrier envoyé"),
            ("no", "\"no\""),
            ("- x", "\"- x\""),
            ("a: b #c", "\"a: b #c\""),
            ("\"\\\u{200c}", "\"\\\"\\\\\\U0000200C\""),
        ] {
            assert_eq!(quoted(text), written);
        }
    }
}
