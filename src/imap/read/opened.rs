//! What SELECT or EXAMINE says of the mailbox that it opens; nothing of the mailbox that was open before.

use std::collections::BTreeSet;

use bytes::Bytes;

use super::values::words;
use crate::{
    imap::lexer::{Lexer, Tagged},
    store::Opened,
};

/// What SELECT or EXAMINE said (RFC 9051 §6.3.2); `code` is the tagged answer's. None where it was not said how many
/// messages there are, and nobody knows (`held`): that is not zero.
pub fn opened(
    data: &[Bytes],
    code: Option<&str>,
    writes: bool,
    held: Option<u32>,
) -> Option<Opened> {
    let fresh = || Opened {
        exists: 0,
        uid_validity: None,
        uid_next: None,
        highest_modseq: None,
        flags: BTreeSet::new(),
        permanent_flags: None,
        read_write: writes,
        uids_sticky: true,
    };
    let mut opened = fresh();
    let mut is_counted = false;
    for response in data {
        if let Some(line) = Tagged::parse(response) {
            let code = line.code.unwrap_or_default();
            if code.eq_ignore_ascii_case("CLOSED") {
                // What came before was the mailbox that was open until now.
                opened = fresh();
                is_counted = false;
            }
            take_code(&mut opened, &code);
        } else if let Some(mut lexer) = Lexer::untagged(response) {
            if lexer.word("FLAGS") {
                opened.flags = lexer.value().map(|flags| words(&flags)).unwrap_or_default();
            } else if let Some(number) = lexer.value().and_then(|value| value.number())
                && lexer.word("EXISTS")
            {
                opened.exists = u32::try_from(number).unwrap_or(u32::MAX);
                is_counted = true;
            }
        }
    }
    if code.is_some_and(|code| code.eq_ignore_ascii_case("READ-ONLY")) {
        opened.read_write = false;
    }
    if !is_counted {
        opened.exists = held?;
    }
    Some(opened)
}

fn take_code(opened: &mut Opened, code: &str) {
    let mut lexer = Lexer::new(code.as_bytes());
    let Some(word) = lexer.value().and_then(|word| word.text()) else {
        return;
    };
    let value = lexer.value();
    match (word.to_ascii_uppercase().as_str(), value) {
        ("UIDVALIDITY", Some(value)) => opened.uid_validity = value.validity(),
        ("UIDNEXT", Some(value)) => opened.uid_next = value.positive(),
        ("HIGHESTMODSEQ", Some(value)) => opened.highest_modseq = value.number(),
        ("PERMANENTFLAGS", Some(value)) => opened.permanent_flags = Some(words(&value)),
        ("READ-ONLY", _) => opened.read_write = false,
        ("UIDNOTSTICKY", _) => opened.uids_sticky = false,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(lines: &[&str]) -> Vec<Bytes> {
        lines
            .iter()
            .map(|line| Bytes::from(format!("{line}\r\n")))
            .collect()
    }

    #[test]
    fn what_the_mailbox_before_said_is_forgotten_at_closed() {
        let data = lines(&[
            "* 9 EXISTS",
            "* OK [UIDVALIDITY 1] x",
            "* OK [CLOSED] x",
            "* FLAGS (\\Seen)",
            "* 2 EXISTS",
            "* OK [UIDNEXT 7] x",
            "* OK [PERMANENTFLAGS (\\Seen \\*)] x",
            "* NO [UIDNOTSTICKY] x",
        ]);
        let opened = opened(&data, Some("READ-ONLY"), true, None).unwrap();
        assert_eq!(
            (opened.exists, opened.uid_validity, opened.uid_next),
            (2, None, Some(7))
        );
        assert!(!opened.read_write && !opened.uids_sticky);
        assert!(opened.permanent_flags.unwrap().contains("\\*"));
    }

    #[test]
    fn a_mailbox_that_is_not_counted_is_not_empty() {
        let of_the_one_before = lines(&["* 9 EXISTS", "* OK [CLOSED] x", "* FLAGS (\\Seen)"]);
        assert_eq!(opened(&of_the_one_before, None, true, None), None);
        let held = opened(&of_the_one_before, None, true, Some(2)).unwrap();
        assert_eq!((held.exists, held.flags.len()), (2, 1));
    }
}
