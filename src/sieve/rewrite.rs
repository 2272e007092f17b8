//! Other mailboxes in a script: only the strings that name them change.
//!
//! In: a script, and which mailbox takes the place of which. Out: the new script, or why there is none. Never: any other
//! octet, but for the JSON in which a generator keeps the same rules.

use std::collections::BTreeMap;

use super::{
    generator::Generator,
    literal::{Literal, LiteralForm},
    name::{name, with_inbox},
    read::{is_computed, read},
    script::{Filing, Script},
    stored,
};
use crate::{
    language::{Phrase, text},
    model::{mutf7, name_encoding::NameEncoding},
};

/// Why a script was not rewritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRewritten {
    /// Its generator keeps the rules elsewhere and would bring the old names back.
    GeneratedElsewhere(Generator),
    /// A name that is made when the script runs may be that of a mailbox that is to be renamed.
    ComputedName {
        /// The line, from 1.
        line: usize,
    },
    /// Another script runs as part of it.
    Include {
        /// The line, from 1.
        line: usize,
    },
    /// A generator's own copy of a rule could not be read.
    UnreadableRule {
        /// The line, from 1.
        line: usize,
    },
    /// The new name cannot be written in this script.
    UnwritableName {
        /// The new name.
        name: String,
    },
    /// The new script does not read as the old one with other names. This is an error of rolecall's own.
    ChangesMore,
}

impl From<&NotRewritten> for Phrase {
    fn from(why: &NotRewritten) -> Self {
        match why {
            NotRewritten::GeneratedElsewhere(generator) => {
                text::filter_kept_elsewhere(generator.product().unwrap_or("?"))
            }
            NotRewritten::ComputedName { line } => text::filter_name_computed(*line as u64),
            NotRewritten::Include { line } => text::filter_is_included(*line as u64),
            NotRewritten::UnreadableRule { line } => text::filter_rule_unreadable(*line as u64),
            NotRewritten::UnwritableName { name } => text::filter_name_unwritable(name),
            NotRewritten::ChangesMore => text::filter_would_change_more(),
        }
    }
}

impl Script {
    /// The script with other mailboxes in the place of some, by their decoded names. A name stays in the encoding that it
    /// was in; where that does not show, the new one is written as the server takes it.
    ///
    /// Whether a generator that is known by the script's name alone keeps the rules elsewhere is for the caller to ask
    /// ([`Script::generator_of`]).
    pub fn rewritten(
        &self,
        renames: &BTreeMap<String, String>,
        encoding: NameEncoding,
    ) -> Result<Vec<u8>, NotRewritten> {
        self.is_rewritable(renames)?;
        let renames: BTreeMap<String, &str> = renames
            .iter()
            .map(|(old, new)| (with_inbox(old.clone()), new.as_str()))
            .collect();
        let mut edits = BTreeMap::new();
        let mut expected = Vec::new();
        for filing in &self.filings {
            let Some(literal) = filing.literal() else {
                expected.push(None);
                continue;
            };
            let old = literal.name(encoding);
            match old.and_then(|old| renames.get(&old)) {
                Some(new) => {
                    let value = self.value(new, literal, encoding)?;
                    if self.is_in_comment(literal) && new.contains("*/") {
                        return Err(unwritable(new));
                    }
                    let content = literal.content.clone();
                    edits.insert(content.start, (content.end, quoted(&value)));
                    expected.push(Some(value));
                }
                None => expected.push(Some(literal.value.clone())),
            }
        }
        for stored in &self.stored {
            let rename = |name: &str| self.renamed_in_json(name, &renames, encoding);
            if let Some(json) = stored.changed(&rename) {
                edits.insert(stored.content.start, (stored.content.end, json));
            }
        }
        let edited = edited(&self.text, edits);
        let again = read(&edited).map_err(|_| NotRewritten::ChangesMore)?;
        if self.differs_only_in_names(&again, &expected) {
            Ok(edited)
        } else {
            Err(NotRewritten::ChangesMore)
        }
    }

    /// Whether it may be rewritten at all.
    fn is_rewritable(&self, renames: &BTreeMap<String, String>) -> Result<(), NotRewritten> {
        if self.generator.is_generated_elsewhere() {
            return Err(NotRewritten::GeneratedElsewhere(self.generator));
        }
        if let Some(include) = self.includes.first() {
            return Err(NotRewritten::Include { line: include.line });
        }
        let is_in_the_way = |filing: &&Filing| {
            filing.literal().is_none() && renames.keys().any(|old| filing.may_name(old))
        };
        if let Some(filing) = self.filings.iter().find(is_in_the_way) {
            return Err(NotRewritten::ComputedName { line: filing.line });
        }
        match self.stored.iter().find(|stored| !stored.is_readable()) {
            Some(stored) => Err(NotRewritten::UnreadableRule { line: stored.line }),
            None => Ok(()),
        }
    }

    /// Whether a literal is of a rule that its generator has put in a comment of the form `/* */`.
    fn is_in_comment(&self, literal: &Literal) -> bool {
        let start = literal.content.start;
        let before = self.commented.partition_point(|part| part.start <= start);
        let part = before.checked_sub(1).and_then(|at| self.commented.get(at));
        part.is_some_and(|part| part.contains(&start))
    }

    /// What a literal says after its mailbox was changed.
    fn value(
        &self,
        new: &str,
        old: &Literal,
        encoding: NameEncoding,
    ) -> Result<Vec<u8>, NotRewritten> {
        let octets = encoded(new, old.value.is_ascii(), encoding);
        // What a block says ends with the end of its last line, and no name of a mailbox does.
        let is_block = old.form == LiteralForm::Text;
        let is_no_name = new.is_empty() || new.chars().any(char::is_control);
        if is_block || is_no_name || is_computed(self, &octets) {
            return Err(unwritable(new));
        }
        Ok(octets)
    }

    fn renamed_in_json(
        &self,
        old: &str,
        renames: &BTreeMap<String, &str>,
        encoding: NameEncoding,
    ) -> Option<String> {
        let encoding = if stored::is_mutf7(self.generator) {
            NameEncoding::Mutf7
        } else {
            encoding
        };
        let new = renames.get(&name(old.as_bytes(), encoding)?)?;
        String::from_utf8(encoded(new, old.is_ascii(), encoding)).ok()
    }

    fn differs_only_in_names(&self, new: &Self, expected: &[Option<Vec<u8>>]) -> bool {
        let filings = self.filings.iter().zip(&new.filings);
        let is_same = filings.zip(expected).all(|((old, new), value)| {
            let is_named = match new.literal() {
                Some(literal) => value.as_ref() == Some(&literal.value),
                None => old.name == new.name,
            };
            let is_same_place = (old.rule, old.is_disabled) == (new.rule, new.is_disabled);
            is_named && is_same_place && old.kind == new.kind
        });
        let lengths = [self.filings.len(), new.filings.len()];
        is_same
            && lengths.iter().all(|length| *length == expected.len())
            && self.stored.len() == new.stored.len()
            && (&self.extensions, self.generator) == (&new.extensions, new.generator)
            && self.actions.len() == new.actions.len()
            && self.rules.len() == new.rules.len()
    }
}

fn unwritable(name: &str) -> NotRewritten {
    NotRewritten::UnwritableName {
        name: name.to_owned(),
    }
}

/// A name in the encoding of the one in whose place it comes. Names that are not ASCII are UTF-8, whatever the server takes.
fn encoded(new: &str, old_is_ascii: bool, encoding: NameEncoding) -> Vec<u8> {
    match encoding {
        NameEncoding::Mutf7 if old_is_ascii => mutf7::encode(new),
        NameEncoding::Mutf7 | NameEncoding::Utf8 => new.as_bytes().to_vec(),
    }
}

/// What stands between the quotes of a string that says this.
fn quoted(value: &[u8]) -> Vec<u8> {
    let mut written = Vec::with_capacity(value.len());
    for octet in value {
        if matches!(octet, b'"' | b'\\') {
            written.push(b'\\');
        }
        written.push(*octet);
    }
    written
}

/// A text with other octets in some places: by where each begins, where it ends and what comes there.
fn edited(text: &[u8], edits: BTreeMap<usize, (usize, Vec<u8>)>) -> Vec<u8> {
    let mut edited = Vec::with_capacity(text.len());
    let mut copied = 0;
    for (start, (end, octets)) in edits {
        edited.extend_from_slice(text.get(copied..start).unwrap_or_default());
        edited.extend_from_slice(&octets);
        copied = end;
    }
    edited.extend_from_slice(text.get(copied..).unwrap_or_default());
    edited
}
