//! Commands on mailboxes as a whole: SELECT, CREATE, DELETE, RENAME, subscriptions, APPEND.
//!
//! In: the words of a command. Out: changes for the world, and lines in Dovecot's form. The rules are the world's.

use std::sync::Arc;

use super::{
    dispatch::invalid,
    list::list_line,
    message::Mailbox,
    mutation::Mutation,
    outcome::{Code, Done, Refusal},
    parse::Word,
    persona::Keywords,
    reply::{Fault, Reply},
    seam::{MailboxSeam as _, SessionSeam as _},
    session::{Session, Turn},
    view::Open,
    world::World,
};

impl Session {
    /// Whose session this is; commands that need it come only after login.
    pub(super) fn user(&self) -> &str {
        self.user.as_deref().unwrap_or_default()
    }

    pub(super) fn mutate(
        &mut self,
        turn: &mut Turn<'_, '_>,
        mutation: Mutation,
    ) -> Result<Done, Refusal> {
        let into = mutation.brings_into().map(<[u8]>::to_vec);
        let renames = matches!(mutation, Mutation::Rename { .. });
        let done = mutation.run(turn.world, self.user(), turn.watch)?;
        if let Some(into) = into {
            self.after_change(turn.world, &into, renames);
        }
        Ok(done)
    }

    pub(super) fn select(
        &mut self,
        turn: &mut Turn<'_, '_>,
        arguments: &[Word],
        writable: bool,
    ) -> Reply {
        // A SELECT that fails leaves nothing selected (RFC 9051 §6.3.2).
        let before = self.open.take();
        if before.is_some() && turn.world.persona.tells_closed {
            turn.say("* OK [CLOSED] Previous mailbox closed.");
        }
        let left = before.map(|open| open.id);
        let name = name(arguments.first())?;
        let canonical = turn.world.name(self.user(), name)?;
        let options = arguments.get(1).and_then(Word::list).unwrap_or_default();
        let counts = options.iter().any(|word| word.capitals() == "CONDSTORE");
        let mailbox = turn.world.reach_from(self.user(), &canonical, left)?;
        if counts {
            mailbox.count();
        }
        if !mailbox.grants('r') {
            return Err(Refusal::new(Code::NoPerm, "Permission denied").into());
        }
        let may_change = "iestw".chars().any(|right| mailbox.grants(right));
        // What the session is told from now on: where views freeze, not what is there.
        let seen = self.seen(mailbox).clone();
        let id = mailbox.id;
        let writable = writable && may_change && !turn.world.persona.is_read_only(&canonical);
        let shown = turn.world.persona.shown(&seen).to_vec();
        let tells_recent = turn.world.persona.can("IMAP4rev1");
        let hold = turn.world.hold(id);
        let mailbox = turn.world.reach_from(self.user(), &canonical, left)?;
        let mut open = Open::new(canonical, mailbox, shown, writable, tells_recent, hold);
        name.clone_into(&mut open.called);
        open.uid_next = seen.uid_next;
        Self::tell_opened(turn, &seen, &open);
        self.after_open(turn.world, id);
        self.open = Some(open);
        Ok(if writable {
            "[READ-WRITE] Select completed.".to_owned()
        } else {
            "[READ-ONLY] Examine completed.".to_owned()
        })
    }

    /// The untagged lines of SELECT.
    fn tell_opened(turn: &mut Turn<'_, '_>, mailbox: &Mailbox, open: &Open) {
        let flags = turn.world.flag_lines(mailbox, open.writable);
        turn.out.extend_from_slice(flags.as_bytes());
        turn.say(&format!("* {} EXISTS", open.view.len()));
        if turn.world.persona.can("IMAP4rev1") {
            turn.say(&format!("* {} RECENT", open.recent()));
            let unseen = open.view.iter().position(|message| !message.has("\\Seen"));
            if let Some(place) = unseen {
                turn.say(&format!("* OK [UNSEEN {}] First unseen.", place + 1));
            }
        } else {
            let line = list_line(turn.world, "LIST", "", &open.name);
            turn.out.extend_from_slice(&line);
        }
        turn.say(&format!(
            "* OK [UIDVALIDITY {}] UIDs valid",
            mailbox.uid_validity
        ));
        if !turn.world.persona.uids_sticky {
            turn.say("* NO [UIDNOTSTICKY] Non-persistent UIDs");
        }
        if turn.world.persona.tells_uid_next {
            turn.say(&format!(
                "* OK [UIDNEXT {}] Predicted next UID",
                mailbox.uid_next
            ));
        }
        if turn.world.persona.can("CONDSTORE") && mailbox.is_counted() {
            turn.say(&format!("* OK [HIGHESTMODSEQ {}] Highest", mailbox.modseq));
        }
        if turn.world.persona.can("OBJECTID") {
            turn.say(&format!("* OK [MAILBOXID ({})] Ok", mailbox_id(mailbox.id)));
        }
    }

    pub(super) fn close(&mut self, turn: &mut Turn<'_, '_>) -> Reply {
        if let Some(open) = &self.open {
            let (of, writable) = (open.id, open.writable);
            if turn.world.opened(self.user(), of).is_none() {
                turn.say("* NO Mailbox was deleted under us");
            } else if writable {
                self.mutate(turn, Mutation::Expunge { of, among: None })?;
            }
        }
        self.open = None;
        Ok("Close completed.".to_owned())
    }

    pub(super) fn create(&mut self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
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
        let done = self.mutate(turn, Mutation::Create { name, marks })?;
        Ok(match done {
            Done::Created(id) if turn.world.persona.can("OBJECTID") => {
                format!("[MAILBOXID ({})] Create completed.", mailbox_id(id))
            }
            _ => "Create completed.".to_owned(),
        })
    }

    pub(super) fn delete(&mut self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let name = name(arguments.first())?.to_vec();
        self.mutate(turn, Mutation::Delete { name })?;
        Ok("Delete completed.".to_owned())
    }

    pub(super) fn rename(&mut self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let from = name(arguments.first())?.to_vec();
        let to = name(arguments.get(1))?.to_vec();
        self.mutate(turn, Mutation::Rename { from, to })?;
        Ok("Rename completed.".to_owned())
    }

    pub(super) fn subscribe(
        &mut self,
        turn: &mut Turn<'_, '_>,
        arguments: &[Word],
        subscribes: bool,
    ) -> Reply {
        let name = name(arguments.first())?.to_vec();
        if subscribes {
            self.mutate(turn, Mutation::Subscribe { name })?;
            Ok("Subscribe completed.".to_owned())
        } else {
            self.mutate(turn, Mutation::Unsubscribe { name })?;
            Ok("Unsubscribe completed.".to_owned())
        }
    }

    pub(super) fn append(&mut self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let [named, options @ .., Word::Text(body)] = arguments else {
            return Err(invalid());
        };
        let to = name(Some(named))?.to_vec();
        if body.is_empty() {
            return Err(Refusal::said("Can't save a zero byte message").into());
        }
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
        let mutation = Mutation::Append {
            to,
            flags,
            date,
            body: Arc::from(body.as_slice()),
        };
        Ok(match self.mutate(turn, mutation)? {
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
            let flag = match word {
                Word::Atom(_) => word.text().unwrap_or_default(),
                _ => "",
            };
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
