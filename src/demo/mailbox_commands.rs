//! Commands on mailboxes as a whole: SELECT, STATUS, CREATE, DELETE, RENAME, subscriptions, APPEND.
//!
//! In: words. Out: deeds for the world, and lines in Dovecot's form. Never: the rules, which are the world's.

use std::{fmt::Write as _, sync::Arc};

use super::{
    deed::Deed,
    dispatch::invalid,
    message::Mailbox,
    names,
    outcome::{Code, Done, Refusal},
    parse::Word,
    persona::Keywords,
    session::{Fault, Reply, Session, Turn},
    view::Open,
    world::World,
};

impl Session {
    /// Whose session this is; commands that need it come only after login.
    pub(super) fn user(&self) -> &str {
        self.user.as_deref().unwrap_or_default()
    }

    pub(super) fn do_deed(&self, turn: &mut Turn<'_, '_>, deed: Deed) -> Result<Done, Refusal> {
        deed.run(turn.world, self.user(), turn.watch)
    }

    pub(super) fn select(
        &mut self,
        turn: &mut Turn<'_, '_>,
        arguments: &[Word],
        writable: bool,
    ) -> Reply {
        let name = name(arguments.first())?;
        // A SELECT that fails leaves nothing selected (RFC 9051 §6.3.2).
        if self.open.take().is_some() && turn.world.persona.tells_closed {
            turn.say("* OK [CLOSED] Previous mailbox closed.");
        }
        let canonical = turn.world.name(name)?;
        let mailbox = turn.world.reach(self.user(), name, None)?;
        let open = Open::new(canonical, mailbox, writable);
        let mailbox = mailbox.clone();
        let flags = turn.world.flag_lines(&mailbox, writable);
        turn.out.extend_from_slice(flags.as_bytes());
        turn.say(&format!("* {} EXISTS", open.view.len()));
        turn.say(&format!("* {} RECENT", open.recent()));
        let unseen = open.view.iter().position(|message| !message.has("\\Seen"));
        if let Some(place) = unseen {
            turn.say(&format!("* OK [UNSEEN {}] First unseen.", place + 1));
        }
        turn.say(&format!(
            "* OK [UIDVALIDITY {}] UIDs valid",
            mailbox.uid_validity
        ));
        if turn.world.persona.tells_uid_next {
            turn.say(&format!(
                "* OK [UIDNEXT {}] Predicted next UID",
                mailbox.uid_next
            ));
        }
        if turn.world.persona.can("OBJECTID") {
            turn.say(&format!("* OK [MAILBOXID ({})] Ok", mailbox_id(mailbox.id)));
        }
        self.open = Some(open);
        Ok(if writable {
            "[READ-WRITE] Select completed.".to_owned()
        } else {
            "[READ-ONLY] Examine completed.".to_owned()
        })
    }

    pub(super) fn close(&mut self, turn: &mut Turn<'_, '_>) -> Reply {
        if let Some(open) = &self.open
            && open.writable
        {
            let deed = Deed::Expunge {
                of: open.id,
                among: None,
            };
            self.do_deed(turn, deed)?;
        }
        self.open = None;
        Ok("Close completed.".to_owned())
    }

    pub(super) fn status(&self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let [named, items] = arguments else {
            return Err(invalid());
        };
        let name = name(Some(named))?;
        let items = items.list().ok_or_else(invalid)?;
        let items = status_items(turn.world, items)?;
        // The name comes back as it was sent, whatever its case.
        let canonical = turn.world.name(name)?;
        turn.world.reach(self.user(), name, None)?;
        if let Some(line) = status_line(turn.world, self.user(), &canonical, name, &items) {
            turn.out.extend_from_slice(&line);
        }
        let open = self
            .open
            .as_ref()
            .is_some_and(|open| open.name == canonical);
        Ok(
            if open && turn.world.persona.codes.contains(&Code::ClientBug) {
                "[CLIENTBUG] Status on selected mailbox completed.".to_owned()
            } else {
                "Status completed.".to_owned()
            },
        )
    }

    pub(super) fn create(&self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let name = name(arguments.first())?.to_vec();
        let marks = match arguments.get(1) {
            None => None,
            Some(Word::List(options)) => match options.as_slice() {
                [option, Word::List(marks)] if option.capitals() == "USE" => Some(
                    marks
                        .iter()
                        .map(|mark| mark.text().unwrap_or_default().to_owned())
                        .collect(),
                ),
                _ => None,
            },
            Some(_) => return Err(invalid()),
        };
        let done = self.do_deed(turn, Deed::Create { name, marks })?;
        Ok(match done {
            Done::Created(id) if turn.world.persona.can("OBJECTID") => {
                format!("[MAILBOXID ({})] Create completed.", mailbox_id(id))
            }
            _ => "Create completed.".to_owned(),
        })
    }

    pub(super) fn delete(&self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let name = name(arguments.first())?.to_vec();
        self.do_deed(turn, Deed::Delete { name })?;
        Ok("Delete completed.".to_owned())
    }

    pub(super) fn rename(&self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let from = name(arguments.first())?.to_vec();
        let to = name(arguments.get(1))?.to_vec();
        self.do_deed(turn, Deed::Rename { from, to })?;
        Ok("Rename completed.".to_owned())
    }

    pub(super) fn subscribe(
        &self,
        turn: &mut Turn<'_, '_>,
        arguments: &[Word],
        subscribes: bool,
    ) -> Reply {
        let name = name(arguments.first())?.to_vec();
        if subscribes {
            self.do_deed(turn, Deed::Subscribe { name })?;
            Ok("Subscribe completed.".to_owned())
        } else {
            self.do_deed(turn, Deed::Unsubscribe { name })?;
            Ok("Unsubscribe completed.".to_owned())
        }
    }

    pub(super) fn append(&self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let [named, options @ .., Word::Text(body)] = arguments else {
            return Err(invalid());
        };
        let to = name(Some(named))?.to_vec();
        let mut flags = Vec::new();
        let mut date = None;
        for option in options {
            match option {
                Word::List(words) => flags = flag_names(turn.world, words)?,
                Word::Text(text) if date.is_none() => {
                    date = Some(super::date::parse(text).ok_or_else(invalid)?);
                }
                _ => return Err(invalid()),
            }
        }
        let deed = Deed::Append {
            to,
            flags,
            date,
            body: Arc::from(body.as_slice()),
        };
        Ok(match self.do_deed(turn, deed)? {
            Done::Appended(validity, uid) if turn.world.persona.can("UIDPLUS") => {
                format!("[APPENDUID {validity} {uid}] Append completed.")
            }
            _ => "Append completed.".to_owned(),
        })
    }
}

/// A mailbox name among the words.
pub(super) fn name(word: Option<&Word>) -> Result<&[u8], Fault> {
    word.and_then(Word::octets).ok_or_else(invalid)
}

/// Flags that a client may set.
pub(super) fn flag_names(world: &World, words: &[Word]) -> Result<Vec<String>, Fault> {
    words
        .iter()
        .map(|word| {
            let flag = word.text().unwrap_or_default();
            let system = super::message::SYSTEM_FLAGS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(flag));
            let keyword = (1..=100).contains(&flag.len())
                && flag.bytes().all(|octet| {
                    matches!(octet, 0x21..=0x7e)
                        && !matches!(
                            octet,
                            b'\\' | b'(' | b')' | b'{' | b'"' | b'%' | b'*' | b']'
                        )
                });
            if system || (keyword && world.persona.keywords != Keywords::Refused) {
                return Ok(flag.to_owned());
            }
            Err(Fault::Wrong(format!(
                "Invalid flag {}",
                flag.escape_default()
            )))
        })
        .collect()
}

/// MAILBOXID as it is sent.
pub(super) fn mailbox_id(id: u64) -> String {
    format!("Fdemo{id:08}")
}

/// The items of STATUS in the order in which Dovecot answers them.
const STATUS_ITEMS: [&str; 7] = [
    "MESSAGES",
    "RECENT",
    "UIDNEXT",
    "UIDVALIDITY",
    "UNSEEN",
    "SIZE",
    "MAILBOXID",
];

/// Checks what STATUS asks for.
pub(super) fn status_items(world: &World, words: &[Word]) -> Result<Vec<&'static str>, Fault> {
    if words.is_empty() {
        return Err(Fault::wrong("Empty status list."));
    }
    let asked: Vec<String> = words.iter().map(Word::capitals).collect();
    for item in &asked {
        let offered = match item.as_str() {
            "SIZE" => world.persona.can("STATUS=SIZE"),
            "MAILBOXID" => world.persona.can("OBJECTID"),
            item => STATUS_ITEMS.contains(&item),
        };
        if !offered {
            return Err(Fault::Wrong(format!(
                "Invalid status item {}",
                item.escape_default()
            )));
        }
    }
    Ok(STATUS_ITEMS
        .into_iter()
        .filter(|item| asked.iter().any(|asked| asked == item))
        .collect())
}

/// The STATUS line of a mailbox that is there.
pub(super) fn status_line(
    world: &World,
    user: &str,
    canonical: &[u8],
    shown: &[u8],
    items: &[&str],
) -> Option<Vec<u8>> {
    let mailbox = world.account(user)?.mailboxes.get(canonical)?;
    if !mailbox.selectable {
        return None;
    }
    let mut values = String::new();
    for item in items {
        let gap = if values.is_empty() { "" } else { " " };
        let _ = write!(values, "{gap}{item} {}", status_value(mailbox, item));
    }
    let mut line = b"* STATUS ".to_vec();
    line.extend(names::shown(shown, world.persona.quotes_names));
    line.extend_from_slice(format!(" ({values})\r\n").as_bytes());
    Some(line)
}

fn status_value(mailbox: &Mailbox, item: &str) -> String {
    let messages = mailbox.messages();
    match item {
        "MESSAGES" => messages.len().to_string(),
        "RECENT" => messages
            .iter()
            .filter(|message| message.uid >= mailbox.recent_from)
            .count()
            .to_string(),
        "UIDNEXT" => mailbox.uid_next.to_string(),
        "UIDVALIDITY" => mailbox.uid_validity.to_string(),
        "UNSEEN" => messages
            .iter()
            .filter(|message| !message.has("\\Seen"))
            .count()
            .to_string(),
        "SIZE" => mailbox.octets().to_string(),
        _ => format!("({})", mailbox_id(mailbox.id)),
    }
}
