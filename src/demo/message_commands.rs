//! Commands that change messages of the open mailbox: STORE, COPY, MOVE, EXPUNGE.
//!
//! In: the words of a command, and the session's view, which says what a set means. Out: changes for the world, and
//! COPYUID and FETCH lines in Dovecot's form. EXPUNGE lines come from the view.

use super::{
    dispatch::invalid,
    mailbox_commands::{flag_names, name},
    mutation::{Change, Mutation},
    outcome::{Copied, Done, Refusal},
    parse::{Word, ranges},
    persona::Claims,
    reply::{Fault, Reply},
    session::{Session, Turn},
    world::World,
};

/// `[COPYUID …] `, or nothing where nothing was copied or the persona has none.
fn copy_uid(world: &World, copied: &Copied, source_validity: u32) -> String {
    if copied.pairs.is_empty() || !world.persona.can("UIDPLUS") {
        return String::new();
    }
    let old = ranges(copied.pairs.iter().map(|(old, _)| *old));
    let claims = world.persona.copy_uid;
    let new = copied.pairs.iter().map(|(old, new)| match claims {
        Claims::True | Claims::SourceValidity => *new,
        Claims::NextUids => new.saturating_add(1),
        Claims::SourceUids => *old,
    });
    let new = ranges(new);
    let validity = match claims {
        Claims::SourceValidity => source_validity,
        _ => copied.uid_validity,
    };
    format!("[COPYUID {validity} {old} {new}] ")
}

impl Session {
    pub(super) fn copy(
        &mut self,
        turn: &mut Turn<'_, '_>,
        arguments: &[Word],
        uid: bool,
        moves: bool,
    ) -> Reply {
        let [set, target] = arguments else {
            return Err(invalid());
        };
        let to = name(Some(target))?.to_vec();
        let Some(open) = &self.open else {
            return Err(invalid());
        };
        let mut uids = open.uids(set.octets().unwrap_or_default(), uid)?;
        let from = open.id;
        let source = turn.world.opened(self.user(), from);
        let source_validity = source.map_or(0, |source| source.uid_validity);
        if moves && !open.writable && !turn.world.persona.moves_when_read_only {
            return Err(read_only());
        }
        if uids.is_empty() {
            return Ok("No messages found.".to_owned());
        }
        let beyond = turn.world.persona.beyond_limit(&uids);
        if !moves {
            if let Some((_, code)) = beyond {
                return Err(Refusal::said(format!("{code}Too many messages")).into());
            }
            let done = self.mutate(turn, Mutation::Copy { from, uids, to })?;
            let code = match done {
                Done::Copied(copied) => copy_uid(turn.world, &copied, source_validity),
                _ => String::new(),
            };
            return Ok(format!("{code}Copy completed."));
        }
        let limit = beyond.map(|(left, code)| {
            uids.drain(..left);
            code
        });
        let mutation = Mutation::Move {
            from,
            uids,
            to,
            leaving: Vec::new(),
        };
        let done = self.mutate(turn, mutation);
        let gone = match &done {
            Ok(Done::Copied(copied)) => Some(copied),
            Err(refusal) => refusal.moved.as_ref(),
            Ok(_) => None,
        };
        // RFC 9051 §6.4.8: untagged, before the EXPUNGE lines, also when a part only was moved.
        let code = gone.map(|gone| copy_uid(turn.world, gone, source_validity));
        if let Some(code) = code.filter(|code| !code.is_empty()) {
            turn.say(&format!("* OK {code}Moved UIDs."));
        }
        done?;
        Ok(format!("{}Move completed.", limit.unwrap_or_default()))
    }

    pub(super) fn store(
        &mut self,
        turn: &mut Turn<'_, '_>,
        arguments: &[Word],
        uid: bool,
    ) -> Reply {
        let [set, how, flags @ ..] = arguments else {
            return Err(invalid());
        };
        let how = how.capitals();
        let (how, silent) = match how.strip_suffix(".SILENT") {
            Some(how) => (how, true),
            None => (how.as_str(), false),
        };
        let change = match how {
            "+FLAGS" => Change::Add,
            "-FLAGS" => Change::Remove,
            "FLAGS" => Change::Replace,
            _ => return Err(invalid()),
        };
        let words = match flags {
            [] => return Err(invalid()),
            [Word::List(words)] => words.as_slice(),
            words => words,
        };
        let flags = flag_names(turn.world, words)?;
        let Some(open) = &self.open else {
            return Err(invalid());
        };
        let mut places = open.pick(set.octets().unwrap_or_default(), uid)?;
        let limit = open.within_limit(&turn.world.persona, &mut places);
        if !open.writable {
            return Ok("Store ignored with read-only mailbox.".to_owned());
        }
        let uids = places
            .iter()
            .filter_map(|place| Some(open.view.get(*place)?.uid));
        let mutation = Mutation::Store {
            of: open.id,
            uids: uids.collect(),
            change,
            flags: flags.clone(),
        };
        self.mutate(turn, mutation)?;
        let own = |flag: &String| {
            change == Change::Replace || flags.iter().any(|own| own.eq_ignore_ascii_case(flag))
        };
        self.tell_stored(turn, &places, uid, silent.then_some(&own));
        Ok(format!("{limit}Store completed."))
    }

    /// The FETCH lines of a STORE. A silent one lets the session know of the flags it named itself, and leaves it to be
    /// told where another session has changed others meanwhile.
    fn tell_stored(
        &mut self,
        turn: &mut Turn<'_, '_>,
        places: &[usize],
        uid: bool,
        silent: Option<&dyn Fn(&String) -> bool>,
    ) {
        let user = self.user.clone().unwrap_or_default();
        let Some(open) = &mut self.open else { return };
        open.tell_keywords(turn, &user);
        let mailbox = turn.world.opened(&user, open.id);
        let keywords = mailbox.map_or(&[][..], |mailbox| mailbox.keywords.as_slice());
        for place in places {
            let Some(told) = open.view.get(*place) else {
                continue;
            };
            let Some(now) = mailbox.and_then(|mailbox| mailbox.find(told.uid)) else {
                continue;
            };
            // Dovecot says nothing of a message whose flags were so already.
            let unchanged = told.flags == now.flags;
            if let Some(own) = silent {
                if told.flags.symmetric_difference(&now.flags).all(own) {
                    open.take(*place, now);
                }
                continue;
            }
            open.take(*place, now);
            if unchanged {
                continue;
            }
            let flags = open.flags(now, keywords);
            let with_uid = if uid {
                format!("UID {} ", now.uid)
            } else {
                String::new()
            };
            let line = format!("* {} FETCH ({with_uid}FLAGS ({flags}))\r\n", place + 1);
            turn.out.extend_from_slice(line.as_bytes());
        }
    }

    pub(super) fn expunge(
        &mut self,
        turn: &mut Turn<'_, '_>,
        arguments: &[Word],
        uid: bool,
    ) -> Reply {
        let Some(open) = &self.open else {
            return Err(invalid());
        };
        let mut limit = None;
        let among = if uid {
            let set = arguments.first().and_then(Word::octets);
            let mut uids = open.uids(set.unwrap_or_default(), true)?;
            let beyond = turn.world.persona.beyond_limit(&uids);
            limit = beyond.map(|(left, code)| {
                uids.drain(..left);
                code
            });
            Some(uids)
        } else {
            None
        };
        // Dovecot says OK of a mailbox opened by EXAMINE, and does nothing.
        if open.writable {
            let mutation = Mutation::Expunge { of: open.id, among };
            self.mutate(turn, mutation)?;
        }
        Ok(format!("{}Expunge completed.", limit.unwrap_or_default()))
    }
}

fn read_only() -> Fault {
    Fault::No(Refusal::said("[READ-ONLY] The mailbox is open read-only"))
}
