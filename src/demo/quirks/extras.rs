//! QUOTA and METADATA, as far as rolecall uses them.
//!
//! In: the words of a command. Out: lines of the reply. There is no SETQUOTA, and no annotation but
//! /private/specialuse.

use crate::demo::{
    dispatch::invalid,
    mailbox_commands::name,
    mutation::Mutation,
    names,
    outcome::{Code, Refusal},
    parse::Word,
    reply::Reply,
    session::{Session, Turn},
};

const ROOT: &str = "\"User quota\"";
const ANNOTATION: &str = "/private/specialuse";

impl Session {
    fn quota_line(&self, turn: &mut Turn<'_, '_>) {
        let used = turn
            .world
            .account(self.user())
            .map_or(0, crate::demo::world::Account::octets);
        let limits = match turn.world.persona.quota {
            Some(quota) => format!("STORAGE {} {}", used.div_ceil(1_024), quota / 1_024),
            None => String::new(),
        };
        turn.say(&format!("* QUOTA {ROOT} ({limits})"));
    }

    pub(super) fn quota_root(&self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let name = name(arguments.first())?;
        // Dovecot does not ask whether it is there.
        turn.world.name(self.user(), name)?;
        let mut line = b"* QUOTAROOT ".to_vec();
        line.extend(names::shown(name, turn.world.persona.quotes_names));
        turn.out.extend(line);
        turn.say(&format!(" {ROOT}"));
        self.quota_line(turn);
        Ok("Getquotaroot completed.".to_owned())
    }

    pub(super) fn quota(&self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let root = name(arguments.first())?;
        if root != b"User quota" {
            return Err(Refusal::said("Quota root doesn't exist.").into());
        }
        self.quota_line(turn);
        Ok("Getquota completed.".to_owned())
    }

    pub(super) fn get_metadata(&self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let [named, entries] = arguments else {
            return Err(invalid());
        };
        let named = name(Some(named))?;
        let asked = entries
            .many()
            .iter()
            .filter_map(Word::text)
            .any(|entry| entry.eq_ignore_ascii_case(ANNOTATION));
        let canonical = turn.world.name(self.user(), named)?;
        turn.world
            .reach(self.user(), named, Some(Code::NonExistent))?;
        if asked {
            let mailbox = turn
                .world
                .account(self.user())
                .and_then(|account| account.mailboxes.get(&canonical));
            let marks = turn.world.marks(&canonical, mailbox).join(" ");
            let value = if marks.is_empty() {
                "NIL".to_owned()
            } else {
                // Cyrus sends what has a backslash in it as a literal.
                format!("{{{}}}\r\n{marks}", marks.len())
            };
            turn.out.extend_from_slice(b"* METADATA ");
            turn.out
                .extend(names::shown(named, turn.world.persona.quotes_names));
            turn.say(&format!(" ({ANNOTATION} {value})"));
        }
        Ok("Getmetadata completed.".to_owned())
    }

    pub(super) fn set_metadata(&mut self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let [named, Word::List(pairs)] = arguments else {
            return Err(invalid());
        };
        let name = name(Some(named))?.to_vec();
        let [entry, value] = pairs.as_slice() else {
            return Err(invalid());
        };
        let is_ours = entry
            .text()
            .is_some_and(|entry| entry.eq_ignore_ascii_case(ANNOTATION));
        if !is_ours {
            return Err(Refusal::said("Permission denied").into());
        }
        let marks = match value {
            Word::Atom(nil) if nil.eq_ignore_ascii_case(b"NIL") => Vec::new(),
            value => value
                .text()
                .ok_or_else(invalid)?
                .split_ascii_whitespace()
                .map(str::to_owned)
                .collect(),
        };
        self.mutate(turn, Mutation::Mark { name, marks })?;
        Ok("Setmetadata completed.".to_owned())
    }
}
