//! STATUS, alone and within LIST.
//!
//! In: a name and items. Out: one line. Of the open mailbox it says what the session has been told, as Dovecot does.

use std::{fmt::Write as _, sync::Arc};

use super::{
    dispatch::invalid,
    mailbox_commands::{mailbox_id, name},
    message::{Mailbox, Message},
    names,
    outcome::Code,
    parse::Word,
    reply::{Fault, Reply},
    seam::{MailboxSeam as _, PersonaSeam as _, SessionSeam as _},
    session::{Session, Turn},
    world::World,
};

/// The items of STATUS in the order in which Dovecot answers them.
const STATUS_ITEMS: [&str; 8] = [
    "MESSAGES",
    "RECENT",
    "UIDNEXT",
    "UIDVALIDITY",
    "UNSEEN",
    "SIZE",
    "HIGHESTMODSEQ",
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
            "RECENT" => world.persona.can("IMAP4rev1"),
            "HIGHESTMODSEQ" => world.persona.can("CONDSTORE"),
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

impl Session {
    pub(super) fn status(&self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let [named, items] = arguments else {
            return Err(invalid());
        };
        let name = name(Some(named))?;
        let items = items.list().ok_or_else(invalid)?;
        let items = status_items(turn.world, items)?;
        // The name comes back as it was sent, whatever its case.
        let canonical = turn.world.name(self.user(), name)?;
        let mailbox = turn.world.reach(self.user(), name, None)?;
        if items.contains(&"HIGHESTMODSEQ") {
            mailbox.count();
        }
        if let Some(line) = self.status_line(turn.world, &canonical, name, &items) {
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

    /// The STATUS line of a mailbox that is there; of the open one it says what the session has been told (Dovecot).
    pub(super) fn status_line(
        &self,
        world: &World,
        canonical: &[u8],
        shown: &[u8],
        items: &[&str],
    ) -> Option<Vec<u8>> {
        let mailbox = self.seen(world.called(self.user(), canonical)?);
        if !mailbox.selectable {
            return None;
        }
        let open = self.open.as_ref().filter(|open| open.id == mailbox.id);
        let id = world
            .persona
            .mailbox_id(mailbox_id(mailbox.id), items.len());
        let mut values = String::new();
        for item in items {
            let gap = if values.is_empty() { "" } else { " " };
            let value = open.and_then(|open| open.status(item)).map_or_else(
                || match *item {
                    "MAILBOXID" => format!("({id})"),
                    _ => status_value(mailbox, world.persona.shown(mailbox), item),
                },
                |value| value.to_string(),
            );
            let _ = write!(values, "{gap}{item} {value}");
        }
        let mut line = b"* STATUS ".to_vec();
        line.extend(names::shown(shown, world.persona.quotes_names));
        line.extend_from_slice(format!(" ({values})\r\n").as_bytes());
        Some(line)
    }
}

fn status_value(mailbox: &Mailbox, messages: &[Arc<Message>], item: &str) -> String {
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
        "SIZE" => messages
            .iter()
            .map(|message| message.size())
            .sum::<u64>()
            .to_string(),
        _ => mailbox.modseq.to_string(),
    }
}
