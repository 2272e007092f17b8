//! LIST in all its forms (RFC 9051 §6.3.9, RFC 5258, 5819, 6154) and LSUB.
//!
//! In: the words of a command. Out: one line a name that a pattern asked for, in the order of the names, INBOX first.

use std::collections::BTreeSet;

use super::{
    dispatch::invalid,
    message::Mailbox,
    names,
    namespaces::Whose,
    parse::Word,
    persona::Parents,
    reply::{Fault, Reply},
    seam::MailboxSeam as _,
    session::{Session, Turn},
    status::status_items,
    world::World,
};

/// Most octets of all patterns together; matching takes that times the length of all names.
const PATTERNS: usize = 8_192;

/// What a LIST asks for.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the RFC's own options, each there or not"
)]
struct Asked {
    patterns: Vec<Vec<u8>>,
    /// In the extended form nothing is told that was not asked for.
    extended: bool,
    only_subscribed: bool,
    only_marked: bool,
    subscribed: bool,
    children: bool,
    marks: bool,
    status: Vec<&'static str>,
}

impl Session {
    pub(super) fn list(&self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let asked = Asked::read(turn.world, arguments)?;
        if asked.patterns.iter().all(Vec::is_empty) && !asked.extended {
            let delimiter = shown_delimiter(turn.world.persona.delimiter);
            turn.say(&format!("* LIST (\\Noselect) {delimiter} \"\""));
            return Ok("List completed.".to_owned());
        }
        for name in self.names(turn.world, &asked) {
            if !asked.matches(&name, turn.world) {
                continue;
            }
            let mailbox = turn.world.called(self.user(), &name);
            let is_mailbox = turn.world.is_mailbox(&name, mailbox);
            let Some(attributes) = self.attributes(turn.world, &asked, &name, mailbox) else {
                continue;
            };
            let line = list_line(turn.world, "LIST", &attributes.join(" "), &name);
            turn.out.extend_from_slice(&line);
            if !asked.status.is_empty() && is_mailbox {
                turn.world.reach(self.user(), &name, None)?;
                let line = self.status_line(turn.world, &name, &name, &asked.status);
                turn.out.extend_from_slice(&line.unwrap_or_default());
            }
        }
        Ok("List completed.".to_owned())
    }

    /// The names that come into question.
    fn names(&self, world: &World, asked: &Asked) -> Vec<Vec<u8>> {
        let listed = world.listed(self.user());
        if !asked.only_subscribed {
            return listed.into_iter().map(|(name, _)| name).collect();
        }
        // Subscriptions to what is not there any more come first, as in Dovecot.
        let compared = |name: &[u8]| names::compared(name, &world.persona);
        let known: BTreeSet<Vec<u8>> = listed.iter().map(|(name, _)| compared(name)).collect();
        let subscriptions = world
            .account(self.user())
            .map(|account| account.subscriptions.clone())
            .unwrap_or_default();
        let dangling: Vec<Vec<u8>> = subscriptions
            .into_iter()
            .filter(|name| !known.contains(&compared(name)))
            .collect();
        let there = listed
            .iter()
            .map(|(name, _)| name)
            .filter(|name| world.is_subscribed(self.user(), name))
            .cloned();
        dangling.into_iter().chain(there).collect()
    }

    /// None where a selection option leaves the name out.
    fn attributes(
        &self,
        world: &World,
        asked: &Asked,
        name: &[u8],
        mailbox: Option<&Mailbox>,
    ) -> Option<Vec<String>> {
        let persona = &world.persona;
        if mailbox.is_some_and(|mailbox| !mailbox.grants('l')) {
            return None;
        }
        let marks = world.marks(name, mailbox);
        let is_mailbox = world.is_mailbox(name, mailbox);
        if asked.only_marked && marks.is_empty() {
            return None;
        }
        let mut attributes = Vec::new();
        if (asked.subscribed || asked.only_subscribed) && world.is_subscribed(self.user(), name) {
            attributes.push("\\Subscribed".to_owned());
        }
        let children = world.account(self.user()).is_some_and(|account| {
            account.has_children(name, persona.delimiter_of(name))
                || persona.auto.iter().any(|(own, _)| {
                    let own = persona.full(own);
                    names::is_below(&own, name, persona.delimiter_of(name))
                })
        });
        if !is_mailbox {
            let missing = mailbox.is_none() && (!children || persona.parents == Parents::Implied);
            attributes.push(if missing && asked.extended {
                "\\NonExistent".to_owned()
            } else {
                "\\Noselect".to_owned()
            });
        }
        let plain = !asked.extended;
        if asked.children || (plain && persona.can("CHILDREN")) {
            attributes.push(if children {
                "\\HasChildren".to_owned()
            } else {
                "\\HasNoChildren".to_owned()
            });
        }
        // Also of a `\Noselect` level that has the name: Dovecot does not ask what it is.
        if asked.marks || asked.only_marked || plain {
            attributes.extend(marks);
        }
        Some(attributes)
    }

    pub(super) fn lsub(&self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let [reference, pattern] = arguments else {
            return Err(invalid());
        };
        let asked = Asked {
            patterns: vec![joined(reference, pattern)?],
            only_subscribed: true,
            ..Asked::default()
        };
        let world = &*turn.world;
        let mut lines: Vec<(Vec<u8>, String)> = Vec::new();
        for name in self.names(world, &asked) {
            if asked.matches(&name, world) {
                let mailbox = world.called(self.user(), &name);
                lines.push((name.clone(), world.marks(&name, mailbox).join(" ")));
                continue;
            }
            // `%` shows the level above a subscribed name (RFC 3501 §6.3.9).
            for parent in world.persona.levels_above(&name) {
                let told = lines.iter().any(|(other, _)| other == parent)
                    || world.is_subscribed(self.user(), parent);
                if !told && asked.matches(parent, world) {
                    lines.push((parent.to_vec(), "\\Noselect".to_owned()));
                }
            }
        }
        for (name, attributes) in lines {
            let line = list_line(world, "LSUB", &attributes, &name);
            turn.out.extend_from_slice(&line);
        }
        Ok("Lsub completed.".to_owned())
    }
}

/// A LIST or LSUB response; IMAP4rev2's SELECT, too, says so what it has opened (RFC 9051 §6.3.2).
pub(super) fn list_line(world: &World, response: &str, attributes: &str, name: &[u8]) -> Vec<u8> {
    let delimiter = shown_delimiter(world.persona.delimiter_of(name));
    let mut line = format!("* {response} ({attributes}) {delimiter} ").into_bytes();
    line.extend(world.persona.told(name));
    line.extend_from_slice(b"\r\n");
    line
}

/// The personal namespaces, other users', and the shared ones (RFC 2342).
pub(super) fn namespace(world: &World) -> String {
    let persona = &world.persona;
    let one = |prefix: &str, delimiter| format!("(\"{prefix}\" {})", shown_delimiter(delimiter));
    let main = (Whose::Own, one(persona.prefix, persona.delimiter));
    let more = persona.spaces.iter();
    let more = more.map(|space| (space.whose, one(space.prefix, Some(space.delimiter))));
    let all: Vec<(Whose, String)> = std::iter::once(main).chain(more).collect();
    let classes = [Whose::Own, Whose::Others, Whose::Shared].map(|whose| {
        let own = all.iter().filter(|(class, _)| *class == whose);
        let own: String = own.map(|(_, space)| space.as_str()).collect();
        if own.is_empty() {
            "NIL".to_owned()
        } else {
            format!("({own})")
        }
    });
    format!("* NAMESPACE {}", classes.join(" "))
}

fn shown_delimiter(delimiter: Option<u8>) -> String {
    match delimiter {
        None => "NIL".to_owned(),
        Some(b'\\') => "\"\\\\\"".to_owned(),
        Some(octet) => format!("\"{}\"", char::from(octet)),
    }
}

fn joined(reference: &Word, pattern: &Word) -> Result<Vec<u8>, Fault> {
    match (reference.octets(), pattern.octets()) {
        (Some(reference), Some(pattern)) => Ok([reference, pattern].concat()),
        _ => Err(invalid()),
    }
}

impl Asked {
    fn read(world: &World, arguments: &[Word]) -> Result<Self, Fault> {
        let mut asked = Self::default();
        let (selection, rest) = match arguments {
            [Word::List(selection), rest @ ..] => (Some(selection), rest),
            rest => (None, rest),
        };
        let [reference, patterns, rest @ ..] = rest else {
            return Err(invalid());
        };
        asked.extended = selection.is_some() || !rest.is_empty() || patterns.list().is_some();
        if asked.extended && !world.persona.can("LIST-EXTENDED") {
            return Err(invalid());
        }
        for pattern in patterns.many() {
            asked.patterns.push(joined(reference, pattern)?);
        }
        if asked.patterns.iter().map(Vec::len).sum::<usize>() > PATTERNS {
            return Err(invalid());
        }
        asked.select(world, selection.map_or(&[], Vec::as_slice))?;
        match rest {
            [] => {}
            [keyword, Word::List(options)] if keyword.capitals() == "RETURN" => {
                asked.give(world, options)?;
            }
            _ => return Err(invalid()),
        }
        Ok(asked)
    }

    fn select(&mut self, world: &World, options: &[Word]) -> Result<(), Fault> {
        for option in options {
            match option.capitals().as_str() {
                "SUBSCRIBED" => self.only_subscribed = true,
                "SPECIAL-USE" if world.persona.can("SPECIAL-USE") => self.only_marked = true,
                "REMOTE" | "RECURSIVEMATCH" => {}
                _ => {
                    return Err(Fault::wrong("Unknown select options"));
                }
            }
        }
        Ok(())
    }

    fn give(&mut self, world: &World, options: &[Word]) -> Result<(), Fault> {
        let mut options = options.iter();
        while let Some(option) = options.next() {
            match option.capitals().as_str() {
                "SUBSCRIBED" => self.subscribed = true,
                "CHILDREN" => self.children = true,
                "SPECIAL-USE" if world.persona.can("SPECIAL-USE") => self.marks = true,
                "STATUS" if world.persona.can("LIST-STATUS") => {
                    let items = options.next().and_then(Word::list);
                    let items = items.ok_or_else(invalid)?;
                    self.status = status_items(world, items)?;
                }
                _ => {
                    return Err(Fault::wrong("Unknown return options"));
                }
            }
        }
        Ok(())
    }

    fn matches(&self, name: &[u8], world: &World) -> bool {
        let delimiter = world.persona.delimiter_of(name);
        let compared = |octets: &[u8]| names::compared(octets, &world.persona);
        let name = compared(name);
        self.patterns
            .iter()
            .any(|pattern| names::matches(&compared(pattern), &name, delimiter))
    }
}
