//! The listing: NAMESPACE, the LIST ladder, STATUS, in as few round trips as the server allows.
//!
//! In: a session. Out: a [`Listing`]. A missing STATUS is unknown and not zero, and only names that LIST shows are listed. A
//! form of LIST that is refused is followed by the plain one, once.
//!
//! A server with the extensions is asked everything in one go, however many mailboxes there are. Without them, plain
//! LIST always counts, its attributes too: many servers mark mailboxes there without saying so (RFC 6154 §2).

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;

use super::{
    command::Command,
    exchange::Reply,
    lexer::{Lexer, Value},
    read,
    session::Session,
};
use crate::{
    model::{
        listing::{Listing, Namespace},
        mailbox::{Mailbox, Status},
        mutf7,
    },
    store::LookError,
};

/// One name, with all that LIST, LSUB and STATUS have told of it.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// Attributes, those that say what the entry itself is taken out.
    pub attributes: BTreeSet<String>,
    /// Whether it is subscribed, as far as this was asked.
    pub subscribed: bool,
    delimiter: Option<char>,
    /// Whether it is listed as a mailbox that exists.
    exists: bool,
    /// Whether messages can be in it.
    pub selectable: bool,
    status: Status,
}

impl Entry {
    /// Takes out the attributes that fields tell: `\Subscribed`, and those that another listing of the name has disproved.
    fn leave_out_what_is_said_elsewhere(&mut self) {
        let selectable = self.selectable;
        self.attributes.retain(|word| {
            let is = |other: &str| word.eq_ignore_ascii_case(other);
            !(is("\\Subscribed") || selectable && (is("\\NonExistent") || is("\\Noselect")))
        });
    }
}

/// Whether two octet strings name one mailbox: INBOX has no case.
pub fn is_same(one: &[u8], other: &[u8]) -> bool {
    one == other || one.eq_ignore_ascii_case(b"INBOX") && other.eq_ignore_ascii_case(b"INBOX")
}

/// Takes every value that was told over the one that was known.
pub fn merge(known: &mut Status, told: Status) {
    known.messages = told.messages.or(known.messages);
    known.uid_next = told.uid_next.or(known.uid_next);
    known.uid_validity = told.uid_validity.or(known.uid_validity);
    known.size = told.size.or(known.size);
    known.mailbox_id = told.mailbox_id.or(known.mailbox_id.take());
}

/// Every name that was listed, by its octets.
#[derive(Debug, Default)]
pub struct Entries(BTreeMap<Vec<u8>, Entry>);

impl Entries {
    /// Takes LIST, XLIST, LSUB and STATUS responses in. A name may be listed more than once: Dovecot lists a mailbox
    /// and a namespace of the same name.
    pub fn take(&mut self, data: &[Bytes]) {
        for response in data {
            if let Some(listed) = read::listed(response) {
                let entry = self.0.entry(key(listed.name)).or_default();
                if listed.is_lsub {
                    entry.subscribed = true;
                    continue;
                }
                let has = |word: &str| {
                    listed
                        .attributes
                        .iter()
                        .any(|have| have.eq_ignore_ascii_case(word))
                };
                let exists = !has("\\NonExistent");
                entry.exists |= exists;
                entry.selectable |= exists && !has("\\Noselect");
                entry.subscribed |= has("\\Subscribed");
                entry.delimiter = listed.delimiter.or(entry.delimiter);
                entry.attributes.extend(listed.attributes);
                entry.leave_out_what_is_said_elsewhere();
            } else if let Some((name, status)) = read::status(response) {
                merge(&mut self.0.entry(key(name)).or_default().status, status);
            }
        }
    }

    /// The delimiter of the names that begin so, as LIST gives it.
    fn delimiter_below(&self, prefix: &str) -> Option<char> {
        let prefix = mutf7::encode(prefix);
        let mut names = self.0.iter();
        names.find_map(|(name, entry)| {
            let head = name.get(..prefix.len())?;
            let begins = head.eq_ignore_ascii_case(&prefix);
            entry.delimiter.filter(|_| begins)
        })
    }

    /// Names that LIST shows as existing.
    pub fn existing(&self) -> impl Iterator<Item = (&Vec<u8>, &Entry)> {
        self.0.iter().filter(|(_, entry)| entry.exists)
    }
}

/// INBOX under one spelling, since LIST and STATUS may spell it differently.
fn key(name: Vec<u8>) -> Vec<u8> {
    if name.eq_ignore_ascii_case(b"INBOX") {
        b"INBOX".to_vec()
    } else {
        name
    }
}

impl Session {
    /// Lists everything. `taken` is the time, RFC 3339.
    pub async fn listing(&mut self, taken: String) -> Result<Listing, LookError> {
        let mut commands = Vec::new();
        if self.server.can("ID") {
            commands.push(Command::id());
        }
        if self.server.can("NAMESPACE") {
            commands.push(Command::new("NAMESPACE"));
        }
        let asked_first = commands.len();
        commands.extend(self.list_commands());
        let mut replies = self.looks(&commands).await?;
        let refused = replies.iter().skip(asked_first).any(|reply| !reply.is_ok());
        if refused {
            // The server refuses a form that it offers.
            let plain = [
                Command::new("LIST \"\" \"*\""),
                Command::new("LSUB \"\" \"*\""),
            ];
            replies.truncate(asked_first);
            replies.extend(self.looks(&plain).await?);
        }
        let mut entries = Entries::default();
        for (index, reply) in replies.iter().enumerate() {
            if index >= asked_first && !reply.is_ok() {
                return Err(LookError::Refused {
                    code: reply.code.clone(),
                    text: reply.text.clone(),
                });
            }
            entries.take(&reply.data);
        }
        if refused || !self.lists_status() {
            self.ask_status(&mut entries).await?;
        }
        self.set_software(replies.iter().find_map(|reply| read::software(&reply.data)));
        Ok(self.put_together(taken, entries, &replies))
    }

    fn lists_status(&self) -> bool {
        self.server.can("LIST-EXTENDED") && self.server.can("LIST-STATUS")
    }

    fn status_items(&self) -> &'static str {
        if self.server.can("STATUS=SIZE") {
            "(MESSAGES UIDNEXT UIDVALIDITY SIZE)"
        } else {
            "(MESSAGES UIDNEXT UIDVALIDITY)"
        }
    }

    fn list_commands(&self) -> Vec<Command> {
        let server = &self.server;
        let everything = || Command::new("LIST \"\" \"*\"");
        if server.can("LIST-EXTENDED") {
            let mut options = vec!["SUBSCRIBED".to_owned(), "CHILDREN".to_owned()];
            if server.can("SPECIAL-USE") {
                options.push("SPECIAL-USE".to_owned());
            }
            if self.lists_status() {
                options.push(format!("STATUS {}", self.status_items()));
            }
            let mut commands = vec![
                everything().words(&format!("RETURN ({})", options.join(" "))),
                // Subscriptions to names that are not there.
                Command::new("LIST (SUBSCRIBED) \"\" \"*\""),
            ];
            if self.lists_status() && server.can("OBJECTID") {
                commands.push(everything().words("RETURN (STATUS (MAILBOXID))"));
            }
            return commands;
        }
        let list = if server.can("SPECIAL-USE") {
            everything().words("RETURN (SPECIAL-USE)")
        } else {
            everything()
        };
        let mut commands = vec![list, Command::new("LSUB \"\" \"*\"")];
        if server.can("XLIST") && !server.can("SPECIAL-USE") {
            commands.push(Command::new("XLIST \"\" \"*\""));
        }
        commands
    }

    /// STATUS of every mailbox, many on their way at once. One that is refused stays unknown.
    async fn ask_status(&mut self, entries: &mut Entries) -> Result<(), LookError> {
        let names: Vec<Vec<u8>> = entries
            .existing()
            .filter(|(_, entry)| entry.selectable)
            .map(|(name, _)| name.clone())
            .collect();
        let mut commands = Vec::new();
        for name in &names {
            let status = Command::new("STATUS").string(name)?;
            if self.server.can("OBJECTID") {
                commands.push(status.clone().words("(MAILBOXID)"));
            }
            commands.push(status.words(self.status_items()));
        }
        for reply in self.looks(&commands).await? {
            let told: Vec<Bytes> = reply
                .data
                .into_iter()
                .filter(|response| read::status(response).is_some())
                .collect();
            entries.take(&told);
        }
        Ok(())
    }

    /// A listing that knows the namespaces and no mailbox.
    pub(super) async fn namespaces(&mut self) -> Result<Listing, LookError> {
        let mut commands = Vec::new();
        if self.server.can("NAMESPACE") {
            commands.push(Command::new("NAMESPACE"));
        }
        let replies = self.looks(&commands).await?;
        Ok(self.put_together(String::new(), Entries::default(), &replies))
    }

    fn put_together(&self, taken: String, entries: Entries, replies: &[Reply]) -> Listing {
        let listed = |prefix: &str| entries.delimiter_below(prefix);
        let (personal, foreign) = self.told_namespaces(replies, listed);
        let mut mailboxes = Vec::new();
        let mut dangling = Vec::new();
        for (wire, entry) in entries.0 {
            let name = self.name(wire);
            if entry.exists || !entry.subscribed {
                // STATUS of a name that was never listed says nothing.
                let was_listed =
                    entry.exists || !entry.attributes.is_empty() || entry.delimiter.is_some();
                if was_listed {
                    mailboxes.push(Mailbox {
                        name,
                        delimiter: entry.delimiter,
                        attributes: entry.attributes,
                        selectable: entry.selectable,
                        subscribed: Some(entry.subscribed),
                        status: entry.status,
                        sample: None,
                    });
                }
            } else {
                dangling.push(name);
            }
        }
        let mut listing = Listing {
            account: self.account.clone(),
            acted_as: self.acted_as().map(str::to_owned),
            taken,
            server: self.server.clone(),
            personal,
            foreign,
            mailboxes,
            dangling,
        };
        listing.put_home_first();
        listing
    }

    /// Personal, then all other namespaces (RFC 2342).
    fn told_namespaces(
        &self,
        replies: &[Reply],
        listed: impl Fn(&str) -> Option<char>,
    ) -> (Vec<Namespace>, Vec<Namespace>) {
        let whole = || {
            vec![Namespace {
                prefix: String::new(),
                delimiter: None,
            }]
        };
        let told = replies
            .iter()
            .flat_map(|reply| &reply.data)
            .find_map(|response| {
                let mut lexer = Lexer::untagged(response)?;
                lexer.word("NAMESPACE").then_some(())?;
                Some([lexer.value()?, lexer.value()?, lexer.value()?])
            });
        let Some([personal, others, shared]) = told else {
            return (whole(), Vec::new());
        };
        let read = |class: &Value| -> Vec<Namespace> {
            let all = class.list().unwrap_or_default().iter();
            all.filter_map(|one| self.namespace(one, &listed)).collect()
        };
        let own = read(&personal);
        let foreign = [read(&others), read(&shared)].concat();
        (if own.is_empty() { whole() } else { own }, foreign)
    }

    fn namespace(&self, value: &Value, listed: impl Fn(&str) -> Option<char>) -> Option<Namespace> {
        let values = value.list()?;
        let prefix = values.first()?.octets()?;
        let delimiter = match values.get(1)? {
            Value::Nil => None,
            value => value.text()?.chars().next(),
        };
        let prefix = mutf7::shown(prefix, self.server.names_are_utf8());
        let listed = listed(&prefix);
        Some(Namespace::told(prefix, delimiter, listed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(lines: &[&str]) -> Entries {
        let mut entries = Entries::default();
        let data: Vec<Bytes> = lines
            .iter()
            .map(|line| Bytes::from(format!("{line}\r\n")))
            .collect();
        entries.take(&data);
        entries
    }

    #[test]
    fn a_name_that_is_listed_twice_is_one_mailbox() {
        let found = entries(&[
            "* LIST (\\HasNoChildren) \"/\" Archive",
            "* LIST (\\NonExistent \\Archive) \"/\" Archive",
        ]);
        let (_, entry) = found.existing().next().unwrap();
        assert!(entry.selectable);
        assert!(
            entry.attributes.contains("\\Archive") && !entry.attributes.contains("\\NonExistent")
        );
    }

    #[test]
    fn a_subscription_to_nothing_is_no_mailbox() {
        let found = entries(&[
            "* LIST (\\Subscribed \\NonExistent) \"/\" Gone",
            "* LSUB () \"/\" Lost",
        ]);
        assert_eq!(found.existing().count(), 0);
        assert!(found.0.values().all(|entry| entry.subscribed));
    }

    #[test]
    fn inbox_is_one_mailbox_in_any_spelling() {
        let found = entries(&[
            "* LIST () \"/\" Inbox",
            "* STATUS INBOX (MESSAGES 3)",
            "* LSUB () \"/\" inbox",
        ]);
        let (_, entry) = found.existing().next().unwrap();
        assert_eq!(entry.status.messages, Some(3));
        assert!(entry.subscribed);
    }
}
