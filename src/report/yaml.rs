//! YAML for people to read: mapping tables to begin one's own with, plans to review.
//!
//! In: the entries of one language; any data. Out: a file's text. Never: a text that reads back as anything else; whatever
//! YAML might take for more than a word is in quotes, with characters that cannot be seen written as escapes.

use std::fmt::{self, Write as _};

use serde::{
    Serialize,
    de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor},
};

use super::text::is_deceptive;
use crate::{
    mapping::{Head, MappingEntry},
    model::role::Role,
};

/// One file; the entries are of one locale, those of a role beside each other and the ambiguous ones last.
#[must_use]
pub fn mappings(locale: &str, entries: &[(&Head, &MappingEntry)]) -> String {
    let mut text = format!("locale: {}\n", quoted(locale));
    let is_plain = |(_, entry): &&(&Head, &MappingEntry)| entry.roles.len() == 1;
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

fn write_entry(text: &mut String, indent: &str, entry: &MappingEntry) {
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
            let is_plain = letter.is_alphanumeric() || " '.;()+&/_-,".contains(letter);
            is_plain && !is_deceptive(letter)
        })
        && !text.ends_with(' ');
    if is_plain {
        return text.to_owned();
    }
    let mut quoted = "\"".to_owned();
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if is_deceptive(letter) => {
                let _ = match u32::from(letter) {
                    code @ 0..=0xffff => write!(quoted, "\\u{code:04X}"),
                    code => write!(quoted, "\\U{code:08X}"),
                };
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// Any data in block form, its keys in their order: what JSON says of it, laid out as YAML.
pub fn block(data: &impl Serialize) -> Result<String, String> {
    let said = |error: serde_json::Error| error.to_string();
    let json = serde_json::to_vec(data).map_err(said)?;
    let mut text = String::new();
    let whole = Block {
        text: &mut text,
        indent: 0,
        behind: Behind::Nothing,
    };
    let mut reader = serde_json::Deserializer::from_slice(&json);
    whole.deserialize(&mut reader).map_err(said)?;
    Ok(text)
}

/// What stands on the line already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Behind {
    Nothing,
    Key,
    Dash,
}

/// A value to be written, and where.
struct Block<'t> {
    text: &'t mut String,
    /// Columns before the lines of a list or map.
    indent: usize,
    behind: Behind,
}

impl Block<'_> {
    /// Begins an entry of a list or map.
    fn entry(&mut self, is_first: bool) {
        match (is_first, self.behind) {
            // The first key of a map in a list stands behind the dash.
            (true, Behind::Dash) => return,
            (true, Behind::Key) => self.text.push('\n'),
            _ => {}
        }
        self.text.push_str(&" ".repeat(self.indent));
    }

    fn inside(&mut self, behind: Behind) -> Block<'_> {
        Block {
            text: &mut *self.text,
            indent: self.indent + 2,
            behind,
        }
    }

    fn word(self, word: &str) {
        let space = if self.behind == Behind::Key { " " } else { "" };
        let _ = writeln!(self.text, "{space}{word}");
    }

    /// Lines of text, to be read as such.
    fn lines(self, text: &str) {
        let indent = " ".repeat(self.indent.max(2));
        let space = if self.behind == Behind::Key { " " } else { "" };
        let _ = writeln!(self.text, "{space}|-");
        for line in text.split('\n') {
            let indent = if line.is_empty() { "" } else { &*indent };
            let _ = writeln!(self.text, "{indent}{line}");
        }
    }
}

/// Whether text can stand as lines: no end of line at its own end, nothing before its first letter, all to be seen.
fn is_lines(text: &str) -> bool {
    let begins = text
        .chars()
        .next()
        .is_some_and(|letter| !letter.is_whitespace());
    begins
        && text.contains('\n')
        && !text.ends_with('\n')
        && !text
            .chars()
            .any(|letter| letter != '\n' && is_deceptive(letter))
}

impl<'de> DeserializeSeed<'de> for Block<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Block<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what JSON can say")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.word("null");
        Ok(())
    }

    fn visit_bool<E>(self, is: bool) -> Result<(), E> {
        self.word(&is.to_string());
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.word(&number.to_string());
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.word(&number.to_string());
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        if is_lines(text) {
            self.lines(text);
        } else {
            self.word(&quoted(text));
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let mut is_first = true;
        loop {
            let length = self.text.len();
            self.entry(is_first);
            self.text.push_str("- ");
            if list.next_element_seed(self.inside(Behind::Dash))?.is_none() {
                self.text.truncate(length);
                break;
            }
            is_first = false;
        }
        if is_first {
            self.word("[]");
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut is_first = true;
        while let Some(key) = map.next_key::<String>()? {
            self.entry(is_first);
            self.text.push_str(&key);
            self.text.push(':');
            map.next_value_seed(self.inside(Behind::Key))?;
            is_first = false;
        }
        if is_first {
            self.word("{}");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{block, is_deceptive, mappings, quoted};
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
    fn data_is_laid_out_with_one_thing_a_line() {
        let data = serde_json::json!({
            "a": [{"b": 1, "c": {"d": true}}, [], "Sent Items", ["x", null]],
            "e": {},
            "f": "first\n  second\n\nthird",
        });
        let text = "a:\n  - b: 1\n    c:\n      d: true\n  - []\n  - Sent Items\n  - - \"x\"\n    - null\ne: {}\nf: |-\n  first\n    second\n\n  third\n";
        assert_eq!(block(&data).unwrap(), text);
    }

    proptest! {
        #[test]
        fn whatever_it_says_data_reads_back_as_it_was_with_nothing_unseen(
            texts in proptest::collection::vec(proptest::collection::vec(letter(), 0..24), 0..6),
        ) {
            let texts: Vec<String> = texts.into_iter().map(|text| text.into_iter().collect()).collect();
            let data = Data { first: texts.first().cloned(), texts };
            let text = block(&data).unwrap();
            prop_assert!(!text.chars().any(|letter| letter != '\n' && is_deceptive(letter)), "{text:?}");
            let back: Data = serde_yaml::from_str(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
            prop_assert_eq!(back, data);
        }
    }

    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Data {
        first: Option<String>,
        texts: Vec<String>,
    }

    /// Letters as names have them, and such as have a meaning in YAML or cannot be seen.
    fn letter() -> impl Strategy<Value = char> {
        prop_oneof![
            "[a-zé0-9 ]".prop_map(|text| text.chars().next().unwrap_or('x')),
            proptest::sample::select(vec![
                '\n',
                '-',
                ':',
                '#',
                '\'',
                '"',
                '\\',
                '&',
                '*',
                '!',
                '|',
                '>',
                '%',
                '@',
                '{',
                '[',
                ',',
                '~',
                '?',
                '\t',
                '\u{0}',
                '\u{7f}',
                '\u{85}',
                '\u{a0}',
                '\u{200b}',
                '\u{202e}',
                '\u{feff}',
                '\u{fe0f}',
                '\u{fffe}',
                '\u{3164}',
                '\u{e0041}',
                '\u{1f4e7}',
            ]),
            any::<char>(),
        ]
    }

    #[test]
    fn what_yaml_could_mistake_is_in_quotes() {
        for (text, written) in [
            ("Courrier envoyé", "Courrier envoyé"),
            ("no", "\"no\""),
            ("- x", "\"- x\""),
            ("a: b #c", "\"a: b #c\""),
            ("\"\\\u{200c}", "\"\\\"\\\\\\u200C\""),
        ] {
            assert_eq!(quoted(text), written);
        }
    }
}
