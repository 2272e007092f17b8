//! FETCH: flags, dates, sizes, ids, and texts in whole or in part.
//!
//! In: the words of a command and the session's view. Out: one line a message. ENVELOPE and BODYSTRUCTURE are missing,
//! since rolecall never asks for them.

use std::sync::Arc;

use super::{
    date,
    dispatch::invalid,
    message::Message,
    mutation::{Change, Mutation},
    names,
    parse::Word,
    reply::{Fault, Reply},
    seam::{PersonaSeam as _, WorldSeam as _},
    session::{REPLY, Session, Turn},
    view::Open,
    world::World,
};

/// Most items of one FETCH, and most of them that may be a whole text.
const ITEMS: usize = 32;
const TEXTS: usize = 4;

/// What is asked of each message.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    Uid,
    Flags,
    InternalDate,
    Size,
    EmailId,
    GmailId,
    /// X-MAILBOX.
    Mailbox,
    Text(Section),
}

/// A part of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Section {
    /// As it is called in the answer: `BODY[HEADER]`, `RFC822`.
    name: String,
    part: Part,
    peek: bool,
    /// First octet and how many.
    partial: Option<(usize, usize)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Whole,
    Header,
    Text,
    /// Only the fields of these names, or all others.
    Fields(Vec<String>, bool),
}

impl Session {
    pub(super) fn fetch(
        &mut self,
        turn: &mut Turn<'_, '_>,
        arguments: &[Word],
        uid: bool,
    ) -> Reply {
        let [set, asked @ ..] = arguments else {
            return Err(invalid());
        };
        let mut items = items(turn.world, asked)?;
        if uid {
            items.retain(|item| *item != Item::Uid);
            items.insert(0, Item::Uid);
        }
        // Dovecot tells what is short first.
        let (texts, mut items): (Vec<_>, Vec<_>) = items
            .into_iter()
            .partition(|item| matches!(item, Item::Text(_)));
        items.extend(texts);
        let Some(open) = &self.open else {
            return Err(invalid());
        };
        let mut places = open.pick(set.octets().unwrap_or_default(), uid)?;
        let limit = open.within_limit(&turn.world.persona, &mut places);
        let seen = open.writable && items.iter().any(marks_seen);
        if seen {
            let unseen = places
                .iter()
                .filter_map(|place| open.view.get(*place))
                .filter(|message| !message.has("\\Seen"))
                .map(|message| message.uid);
            let mutation = Mutation::Store {
                of: open.id,
                uids: unseen.collect(),
                change: Change::Add,
                flags: vec!["\\Seen".to_owned()],
            };
            self.mutate(turn, mutation)?;
        }
        self.tell(turn, &places, &items);
        Ok(format!("{limit}Fetch completed."))
    }

    fn tell(&mut self, turn: &mut Turn<'_, '_>, places: &[usize], items: &[Item]) {
        let user = self.user.clone().unwrap_or_default();
        let Some(open) = &mut self.open else { return };
        open.tell_keywords(turn, &user);
        let mailbox = turn.world.opened(&user, open.id);
        let keywords = mailbox.map_or(&[][..], |mailbox| mailbox.keywords.as_slice());
        let with_flags = items.contains(&Item::Flags);
        let marks = open.writable && items.iter().any(marks_seen);
        for place in places {
            if turn.out.len() > REPLY {
                return;
            }
            let Some(told) = open.view.get(*place).cloned() else {
                continue;
            };
            if !turn.world.persona.mentions(&open.name, &told) {
                continue;
            }
            // One that another session has removed is told as it was.
            let now = mailbox.and_then(|mailbox| mailbox.find(told.uid));
            let now = Arc::clone(now.unwrap_or(&told));
            let mut parts: Vec<Vec<u8>> = Vec::new();
            // Flags that this FETCH itself has changed are told with it, before the text that changed them.
            let marked = marks && !told.has("\\Seen");
            for item in items {
                let is_text = matches!(item, Item::Text(_));
                if is_text && mailbox.is_none() {
                    // Dovecot cannot read the texts of a mailbox that has gone.
                    continue;
                }
                let news = is_text && marked && !with_flags;
                if news && !parts.iter().any(|part| part.starts_with(b"FLAGS")) {
                    parts.push(format!("FLAGS ({})", open.flags(&now, keywords)).into_bytes());
                }
                parts.push(match item {
                    Item::Mailbox => in_mailbox(turn.world, &user, open, now.uid),
                    Item::Flags => format!("FLAGS ({})", open.flags(&now, keywords)).into_bytes(),
                    item => item.of(&now),
                });
            }
            if marked {
                open.take(*place, &now);
            }
            turn.out
                .extend_from_slice(format!("* {} FETCH (", place + 1).as_bytes());
            turn.out.extend_from_slice(&parts.join(&b' '));
            turn.out.extend_from_slice(b")\r\n");
        }
    }
}

/// The mailbox that the message is in: of a view the one behind, of all others the open one by the name it was opened by.
fn in_mailbox(world: &World, user: &str, open: &Open, uid: u32) -> Vec<u8> {
    let mailbox = world.opened(user, open.id);
    let real = mailbox.and_then(|mailbox| world.really_in(user, mailbox, uid));
    let name = names::shown(real.unwrap_or(&open.called), world.persona.quotes_names);
    [b"X-MAILBOX ".as_slice(), &name].concat()
}

fn marks_seen(item: &Item) -> bool {
    matches!(item, Item::Text(section) if !section.peek)
}

fn items(world: &World, asked: &[Word]) -> Result<Vec<Item>, Fault> {
    let words = match asked {
        [Word::List(words)] => words.as_slice(),
        [single] => std::slice::from_ref(single),
        _ => return Err(invalid()),
    };
    if words.is_empty() || words.len() > ITEMS {
        return Err(invalid());
    }
    let mut items = Vec::new();
    for word in words {
        let capitals = word.capitals();
        match capitals.as_str() {
            "FAST" => items.extend([Item::Flags, Item::InternalDate, Item::Size]),
            "UID" => items.push(Item::Uid),
            "FLAGS" => items.push(Item::Flags),
            "INTERNALDATE" => items.push(Item::InternalDate),
            "RFC822.SIZE" => items.push(Item::Size),
            "X-MAILBOX" if world.persona.tells_mailbox => items.push(Item::Mailbox),
            "X-GM-MSGID" if world.persona.can("X-GM-EXT-1") => items.push(Item::GmailId),
            "EMAILID" if world.persona.can("OBJECTID") => items.push(Item::EmailId),
            capitals => items.push(section(capitals).map(Item::Text).ok_or_else(|| {
                Fault::Wrong(format!("Unknown parameter: {}", capitals.escape_default()))
            })?),
        }
    }
    let is_text = |item: &&Item| matches!(item, Item::Text(_));
    if items.iter().filter(is_text).count() > TEXTS {
        return Err(invalid());
    }
    Ok(items)
}

/// Reads `BODY.PEEK[HEADER.FIELDS (X)]<0.10>` and its kin.
fn section(capitals: &str) -> Option<Section> {
    let old = |part, peek| {
        Some(Section {
            name: capitals.to_owned(),
            part,
            peek,
            partial: None,
        })
    };
    match capitals {
        "RFC822" => return old(Part::Whole, false),
        "RFC822.HEADER" => return old(Part::Header, true),
        "RFC822.TEXT" => return old(Part::Text, false),
        _ => {}
    }
    let (head, rest) = capitals.split_once('[')?;
    let (inner, tail) = rest.rsplit_once(']')?;
    let peek = match head {
        "BODY" => false,
        "BODY.PEEK" => true,
        _ => return None,
    };
    let part = match inner {
        "" => Part::Whole,
        "HEADER" => Part::Header,
        "TEXT" => Part::Text,
        fields => {
            let fields = fields.strip_prefix("HEADER.FIELDS")?;
            let (fields, not) = match fields.strip_prefix(".NOT") {
                Some(fields) => (fields, true),
                None => (fields, false),
            };
            let fields = fields.strip_prefix(" (")?.strip_suffix(')')?;
            let names = fields
                .split(' ')
                .map(|name| name.trim_matches('"').to_owned());
            Part::Fields(names.collect(), not)
        }
    };
    let partial = match tail {
        "" => None,
        tail => {
            let (first, count) = tail.strip_prefix('<')?.strip_suffix('>')?.split_once('.')?;
            Some((first.parse().ok()?, count.parse().ok()?))
        }
    };
    let first = partial.map(|(first, _)| format!("<{first}>"));
    Some(Section {
        name: format!("BODY[{inner}]{}", first.unwrap_or_default()),
        part,
        peek,
        partial,
    })
}

impl Item {
    fn of(&self, message: &Message) -> Vec<u8> {
        match self {
            Self::Uid => format!("UID {}", message.uid).into_bytes(),
            Self::InternalDate => {
                format!("INTERNALDATE \"{}\"", date::show(message.internal_date)).into_bytes()
            }
            Self::Size => format!("RFC822.SIZE {}", message.size()).into_bytes(),
            Self::EmailId => format!("EMAILID ({})", message.object_id()).into_bytes(),
            Self::GmailId => format!("X-GM-MSGID {}", message.gmail_id()).into_bytes(),
            Self::Flags | Self::Mailbox => Vec::new(),
            Self::Text(section) => {
                let text = section.cut(&message.body);
                let mut part = format!("{} {{{}}}\r\n", section.name, text.len()).into_bytes();
                part.extend(text);
                part
            }
        }
    }
}

/// Where the header ends, the empty line included.
pub(super) fn header_length(body: &[u8]) -> usize {
    let end = body.windows(4).position(|four| four == b"\r\n\r\n");
    end.map_or(body.len(), |end| end + 4)
}

/// The header's fields, each with its continuation lines.
pub(super) fn fields(body: &[u8]) -> Vec<&[u8]> {
    let (header, _) = body
        .split_at_checked(header_length(body))
        .unwrap_or((body, b""));
    let mut fields = Vec::new();
    let mut begin = 0;
    let mut at = 0;
    for line in header.split_inclusive(|octet| *octet == b'\n') {
        let goes_on = matches!(line.first(), Some(b' ' | b'\t'));
        if !goes_on && at > begin {
            fields.extend(header.get(begin..at));
            begin = at;
        }
        at += line.len();
    }
    fields.extend(header.get(begin..at));
    fields.retain(|field| field.contains(&b':'));
    fields
}

/// Whether a field has this name.
pub(super) fn is_field(field: &[u8], name: &str) -> bool {
    let own = field.split(|octet| *octet == b':').next();
    own.unwrap_or_default()
        .trim_ascii_end()
        .eq_ignore_ascii_case(name.as_bytes())
}

impl Section {
    fn cut(&self, body: &[u8]) -> Vec<u8> {
        let (header, text) = body
            .split_at_checked(header_length(body))
            .unwrap_or((body, b""));
        let part = match &self.part {
            Part::Whole => body.to_vec(),
            Part::Header => header.to_vec(),
            Part::Text => text.to_vec(),
            Part::Fields(names, not) => {
                let wanted =
                    |field: &&&[u8]| names.iter().any(|name| is_field(field, name)) != *not;
                let mut part = fields(body)
                    .iter()
                    .filter(wanted)
                    .copied()
                    .collect::<Vec<_>>()
                    .concat();
                part.extend_from_slice(b"\r\n");
                part
            }
        };
        match self.partial {
            None => part,
            Some((first, count)) => {
                let rest = part.get(first..).unwrap_or_default();
                rest.get(..count).unwrap_or(rest).to_vec()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &[u8] = b"Subject: a\r\n b\r\nMessage-ID: <1>\r\nX: y\r\n\r\ntext: z\r\n";

    fn cut(what: &str) -> String {
        String::from_utf8(section(what).unwrap().cut(MAIL)).unwrap()
    }

    #[test]
    fn a_text_is_cut_at_its_header_and_fields() {
        assert_eq!(cut("BODY[TEXT]"), "text: z\r\n");
        assert_eq!(
            cut("BODY[HEADER]").len() + cut("BODY[TEXT]").len(),
            MAIL.len()
        );
        assert_eq!(
            cut("BODY.PEEK[HEADER.FIELDS (SUBJECT \"X\")]"),
            "Subject: a\r\n b\r\nX: y\r\n\r\n"
        );
        assert_eq!(
            cut("BODY[HEADER.FIELDS.NOT (SUBJECT)]"),
            "Message-ID: <1>\r\nX: y\r\n\r\n"
        );
        assert_eq!(cut("BODY[]<3.5>"), "ject:");
        assert_eq!(cut("BODY[]<9999.5>"), "");
    }

    #[test]
    fn the_answer_is_named_without_peek_and_count() {
        let section = section("BODY.PEEK[HEADER]<0.2048>").unwrap();
        assert_eq!(
            (section.name.as_str(), section.peek),
            ("BODY[HEADER]<0>", true)
        );
    }
}
