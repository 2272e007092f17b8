//! The form of a mapping file: from YAML text to a [`Table`], or to every [`Fault`] in it.
//!
//! In: text. Out: a table, or faults with line, column and snippet. Never: the disk, half a table.
//!
//! YAML's reader stops at the first thing that is no YAML; what is YAML but cannot be meant (a misspelt role or key, a
//! name pasted from a protocol log, a name given twice) is collected, so that one look mends a file.

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml::Location;

use super::{
    fault::{Fault, plainly, snippet, unknown},
    fold,
    nearest::nearest,
    raw::{TableForm, Written},
    table::{Table, TableRow},
};
use crate::{
    language::{Phrase, text},
    model::role::Role,
};

/// The most characters a name may have.
const NAME_LIMIT: usize = 255;

/// Reads a table from text; `file` is the name that faults show.
pub fn parse(file: &str, text: &str) -> Result<Table, Vec<Fault>> {
    let fault = |at: &Location, message: Phrase| fault(file, text, at, message);
    let form: TableForm =
        serde_yaml::from_str(text).map_err(|error| vec![out_of_form(file, text, &error)])?;
    let mut faults = Vec::new();
    if !is_tag(&form.locale.value) {
        let message = text::is_no_tag(&form.locale.value);
        faults.push(fault(&form.locale.referenced, message));
    }
    let mut rows = Vec::new();
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    for written in form.entries() {
        let Written { entry, roles, keys } = written;
        for key in entry
            .keys
            .iter()
            .filter(|key| !keys.contains(&key.value.as_str()))
        {
            faults.push(fault(
                &key.referenced,
                unknown(text::a_key(), &key.value, keys),
            ));
        }
        let Some(name) = &entry.name else {
            continue;
        };
        let at = &name.referenced;
        let known: BTreeSet<Role> = roles.iter().filter_map(|word| role(&word.value)).collect();
        if let Some(message) = wrong_name(&name.value)
            .or_else(|| twice(&mut seen, &name.value, at.line()))
            .or_else(|| too_few_roles(&written))
        {
            faults.push(fault(at, message));
        }
        rows.push(TableRow {
            line: at.line(),
            name: name.value.clone(),
            roles: known.into_iter().collect(),
            source: entry.source.clone(),
            created: entry.created,
            weak: entry.weak,
        });
    }
    for word in form.role_words().filter(|word| role(&word.value).is_none()) {
        faults.push(fault(&word.referenced, unknown_role(&word.value)));
    }
    faults.sort_by_key(|fault| (fault.line, fault.column));
    if faults.is_empty() {
        Ok(Table {
            file: file.to_owned(),
            locale: form.locale.value,
            rows,
        })
    } else {
        Err(faults)
    }
}

/// What YAML's reader stopped at.
pub(crate) fn out_of_form(file: &str, text: &str, error: &serde_yaml::Error) -> Fault {
    let error = error.without_snippet();
    let at = error.location().unwrap_or(Location::UNKNOWN);
    fault(file, text, &at, plainly(&error.to_string()))
}

/// A fault with the line that it is on.
pub(crate) fn fault(file: &str, text: &str, at: &Location, message: Phrase) -> Fault {
    let line = usize::try_from(at.line())
        .ok()
        .and_then(|line| text.lines().nth(line.checked_sub(1)?));
    Fault {
        file: file.to_owned(),
        line: at.line(),
        column: at.column(),
        message,
        snippet: snippet(at.line(), line.unwrap_or_default(), at.column()),
    }
}

/// What is wrong with a name, if anything.
fn wrong_name(name: &str) -> Option<Phrase> {
    if fold::exact(name).is_empty() {
        return Some(text::name_is_empty());
    }
    if name.chars().count() > NAME_LIMIT {
        return Some(text::name_longer_than(NAME_LIMIT.to_string()));
    }
    if fold::is_disguised(name) {
        return Some(text::name_no_client_writes(fold::visible(name)));
    }
    holds_modified_utf7(name).then(|| text::like_modified_utf7(name))
}

/// A name that folds to one before it.
fn twice(seen: &mut BTreeMap<String, u64>, name: &str, line: u64) -> Option<Phrase> {
    let earlier = seen.insert(fold::exact(name), line)?;
    Some(text::is_on_line_already(name, earlier.to_string()))
}

/// Misspelt roles count, since they are told as such.
fn too_few_roles(written: &Written<'_>) -> Option<Phrase> {
    let words: BTreeSet<&str> = written
        .roles
        .iter()
        .map(|word| word.value.as_str())
        .collect();
    let is_ambiguous = written.keys.contains(&"roles");
    (is_ambiguous && words.len() < 2).then(text::ambiguous_has_two_roles)
}

/// Whether a piece `&…-` is base64 of a length that whole UTF-16 units have.
fn holds_modified_utf7(name: &str) -> bool {
    name.split('&').skip(1).any(|piece| {
        piece.split_once('-').is_some_and(|(code, _)| {
            let bits = code.len() * 6;
            bits >= 16
                && bits % 16 < 6
                && code
                    .bytes()
                    .all(|octet| octet.is_ascii_alphanumeric() || b"+,".contains(&octet))
        })
    })
}

/// A language tag by its shape: letters and digits in pieces of 1 to 8, the first of letters only (RFC 5646 §2.1).
#[must_use]
pub fn is_tag(tag: &str) -> bool {
    tag.len() <= 35
        && tag.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && tag.split('-').all(|piece| {
            (1..=8).contains(&piece.len())
                && piece.bytes().all(|octet| octet.is_ascii_alphanumeric())
        })
}

pub(crate) fn unknown_role(word: &str) -> Phrase {
    let words = Role::EVERY.map(Role::word);
    let (shown, all) = (fold::visible(word), words.join(", "));
    match nearest(word, words.iter().copied()) {
        Some(near) => text::unknown_role_near(shown, near, all),
        None => text::unknown_role(shown, all),
    }
}

/// A role by its word, exactly as the reports write it.
pub(crate) fn role(word: &str) -> Option<Role> {
    Role::EVERY.into_iter().find(|role| role.word() == word)
}

#[cfg(test)]
mod tests {
    use super::{holds_modified_utf7, parse};
    use crate::{mapping::file::Fault, model::role::Role};

    fn faults(text: &str) -> Vec<String> {
        let faults = parse("fr.yaml", text).unwrap_err();
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_good_file_is_read_with_its_lines() {
        let text = "\u{feff}locale: pt\nroles:\n  sent:\n    - {name: Enviados, source: A, created: true}\n    - name: no\nambiguous:\n  - {name: Lixo, roles: [junk, trash]}\n";
        let table = parse("pt.yaml", text).unwrap();
        assert_eq!(table.locale, "pt");
        let rows: Vec<_> = table
            .rows
            .iter()
            .map(|row| {
                (
                    row.name.as_str(),
                    row.roles.as_slice(),
                    row.created,
                    row.line,
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                ("Enviados", &[Role::Sent][..], true, 4),
                ("no", &[Role::Sent][..], false, 5),
                ("Lixo", &[Role::Trash, Role::Junk][..], false, 7),
            ]
        );
    }

    #[test]
    fn a_misspelt_role_is_named_with_its_place_and_the_words_there_are() {
        let text = "locale: fr\nroles:\n  snet:\n    - name: Envoyés\n";
        let fault: Fault = parse("fr.yaml", text).unwrap_err().remove(0);
        assert_eq!(
            fault.to_string(),
            "fr.yaml:3:3: unknown role \"snet\", did you mean sent? roles are inbox, drafts, sent, trash, junk, archive, all, \
             flagged, important, templates, outbox, memos, scheduled, snoozed"
        );
        assert_eq!(fault.snippet, "3 |   snet:\n  |   ^");
        let ambiguous = "locale: fr\nambiguous:\n  - name: x\n    roles: [junk, trsh]\n";
        assert!(faults(ambiguous)[0].starts_with("fr.yaml:4:19: unknown role \"trsh\""));
    }

    #[test]
    fn whatever_is_unknown_missing_or_twice_is_refused_with_its_place() {
        for (text, expected) in [
            (
                "locale: fr\nroles:\n  sent:\n    - nme: a\n",
                "fr.yaml:4:7: unknown key \"nme\", did you mean name? keys here are name, source, created, weak",
            ),
            (
                "locale: fr\nrules: {}\n",
                "fr.yaml:2:1: unknown key \"rules\", did you mean roles? keys here are locale, roles, ambiguous",
            ),
            (
                "locale: fr\nroles:\n  sent: []\n  sent: []\n",
                "fr.yaml:4:3: \"sent\" is there twice",
            ),
            (
                "locale: fr\nroles:\n  sent:\n    - name: &AOk-\n",
                "fr.yaml:4:18: a text is missing; one that begins with & or * needs quotes",
            ),
            (
                "locale: fr_FR\n",
                "fr.yaml:1:9: \"fr_FR\" is not a language tag such as fr or pt-BR",
            ),
            (
                "locale: fr\nambiguous:\n  - {name: x, roles: [junk]}\n",
                "fr.yaml:3:12: an ambiguous name has at least two roles",
            ),
            (
                "locale: fr\n---\nlocale: de\n",
                "fr.yaml:3:1: a file holds one document; remove the line ---",
            ),
        ] {
            assert_eq!(faults(text), [expected], "{text}");
        }
        assert!(!faults("").is_empty());
        assert!(!faults(&"[".repeat(10_000)).is_empty());
    }

    #[test]
    fn one_misspelling_does_not_hide_the_next() {
        let text = "locale: fr\nroles:\n  snet: [{name: a}]\n  junk:\n    - nmae: b\n    - {name: c, roles: [sent]}\nambiguous:\n  - {name: d, roles: [junk, trahs, sent], weak: true}\n";
        assert_eq!(
            faults(text)
                .iter()
                .map(|fault| fault
                    .split(['?', ':'])
                    .take(4)
                    .collect::<Vec<_>>()
                    .join(":"))
                .collect::<Vec<_>>(),
            [
                "fr.yaml:3:3: unknown role \"snet\", did you mean sent",
                "fr.yaml:5:7: unknown key \"nmae\", did you mean name",
                "fr.yaml:6:17: unknown key \"roles\"",
                "fr.yaml:8:29: unknown role \"trahs\", did you mean trash",
                "fr.yaml:8:43: unknown key \"weak\"",
            ]
        );
    }

    #[test]
    fn every_wrong_name_is_reported_in_order() {
        let text = "locale: fr\nroles:\n  sent:\n    - name: ' '\n    - name: Courrier envoy&AOk-\n    - name: \"Se\\u200Bnt\"\n    - name: Envoyé\n  drafts:\n    - name: \"ENVOYE\\u0301\"\n";
        assert_eq!(
            faults(text),
            [
                "fr.yaml:4:13: the name is empty",
                "fr.yaml:5:13: \"Courrier envoy&AOk-\" looks like modified UTF-7: write the name as clients show it",
                "fr.yaml:6:13: \"Se\u{fffd}nt\" holds a control or another character that no client writes",
                "fr.yaml:9:13: \"ENVOYE\u{301}\" is on line 7 already",
            ]
        );
    }

    #[test]
    fn modified_utf7_is_told_from_an_ampersand() {
        for name in [
            "&AOk-",
            "Envoy&AOk-s",
            "Gel&APY-schte",
            "&BBoEPgRABDcEOAQ9BDA-",
        ] {
            assert!(holds_modified_utf7(name), "{name}");
        }
        for name in [
            "Q&A-bills",
            "R&D - 2024",
            "A & B-C",
            "Tom&Jerry-x",
            "&-",
            "a&",
        ] {
            assert!(!holds_modified_utf7(name), "{name}");
        }
    }
}
