//! Whether a flight's answers show that its commands must not go together.
//!
//! In: the commands of a flight and their replies. Out: the first reply that may have come to grief because of the others.
//! Whether it did is found out by asking alone.

use std::collections::BTreeSet;

use bytes::Bytes;

use super::{
    command::Command,
    flight::leaders,
    lexer::{Lexer, Tagged},
    reply::{Ending, Reply},
};

/// What a connection has shown of how it takes several commands at once.
#[derive(Debug, Default)]
pub struct FlightRecord {
    /// A flight was answered as it must be.
    pub takes_flights: bool,
    /// What was wrong in a flight was the same with the command alone.
    pub same_alone: BTreeSet<Doubt>,
}

/// What may have gone wrong because commands were on their way together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// BAD.
    Bad,
    /// A mailbox was opened, and its EXISTS or UIDVALIDITY was not told.
    Opened,
    /// FETCH or SEARCH brought nothing out of a mailbox that holds something.
    Nothing,
}

/// The first command of a flight whose answer is in doubt, and why.
pub fn doubt(
    commands: &[Command],
    replies: &[Reply],
    settled: &BTreeSet<Doubt>,
) -> Option<(usize, Doubt)> {
    let leaders = leaders(commands);
    let each = commands.iter().zip(replies).zip(leaders).enumerate();
    let mut doubts = each.filter_map(|(place, ((command, reply), leader))| {
        if reply.ending == Ending::Bad {
            return Some((place, Doubt::Bad));
        }
        if !reply.is_ok() {
            return None;
        }
        let data = &replies.get(leader)?.data;
        match command.verb().as_str() {
            "SELECT" | "EXAMINE" => {
                let is_told = last(data, "EXISTS").is_some()
                    && data
                        .iter()
                        .any(|response| has_code(response, "UIDVALIDITY"));
                (!is_told).then_some((place, Doubt::Opened))
            }
            verb @ ("FETCH" | "UID SEARCH") => {
                let holds = last(data, "EXISTS").is_some_and(|count| count > 0);
                let word = if verb == "FETCH" { "FETCH" } else { "SEARCH" };
                let brought = last(data, word).is_some();
                (holds && !brought).then_some((place, Doubt::Nothing))
            }
            _ => None,
        }
    });
    doubts.find(|(_, doubt)| !settled.contains(doubt))
}

fn last(data: &[Bytes], word: &str) -> Option<u64> {
    data.iter().rev().find_map(|response| told(response, word))
}

/// The number before this word in an untagged response: `* 7 EXISTS`, `* 7 FETCH …`; for SEARCH and ESEARCH, any.
fn told(response: &[u8], word: &str) -> Option<u64> {
    let mut lexer = Lexer::untagged(response)?;
    if word == "SEARCH" {
        return (lexer.word("SEARCH") || lexer.word("ESEARCH")).then_some(0);
    }
    let number = std::str::from_utf8(lexer.head()).ok()?.parse().ok()?;
    lexer.value();
    lexer.word(word).then_some(number)
}

fn has_code(response: &[u8], code: &str) -> bool {
    let line = Tagged::parse(response);
    let told = line.and_then(|line| line.code);
    told.is_some_and(|told| {
        told.split(' ')
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case(code))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is in doubt of a look into a mailbox that brought these lines; OK to all but to those named.
    fn doubted(lines: &[&str], bad: Option<usize>) -> Option<(usize, Doubt)> {
        let commands = ["EXAMINE a", "FETCH 1:* (UID)", "UID SEARCH DELETED"].map(Command::new);
        let mut replies: Vec<Reply> = (0..3)
            .map(|place| Reply {
                ending: if bad == Some(place) {
                    Ending::Bad
                } else {
                    Ending::Ok
                },
                ..Reply::lost(crate::language::Phrase::default())
            })
            .collect();
        let data = lines.iter().map(|line| Bytes::from(format!("{line}\r\n")));
        replies[0].data = data.collect();
        doubt(&commands, &replies, &BTreeSet::new())
    }

    #[test]
    fn what_must_be_told_and_is_not_is_in_doubt() {
        let (exists, validity) = ("* 2 EXISTS", "* OK [UIDVALIDITY 7] ok");
        let (fetch, search) = ("* 1 FETCH (UID 1)", "* SEARCH");
        assert_eq!(doubted(&[exists, validity, fetch, search], None), None);
        assert_eq!(
            doubted(
                &[exists, validity, fetch, "* ESEARCH (TAG \"x\") UID"],
                None
            ),
            None
        );
        assert_eq!(
            doubted(&[exists, fetch, search], None),
            Some((0, Doubt::Opened))
        );
        assert_eq!(
            doubted(&[validity, fetch, search], None),
            Some((0, Doubt::Opened))
        );
        assert_eq!(
            doubted(&[exists, validity, search], None),
            Some((1, Doubt::Nothing))
        );
        assert_eq!(
            doubted(&[exists, validity, fetch], None),
            Some((2, Doubt::Nothing))
        );
        assert_eq!(doubted(&["* 0 EXISTS", validity], None), None);
        assert_eq!(
            doubted(&[exists, validity, fetch], Some(2)),
            Some((2, Doubt::Bad))
        );
    }
}
