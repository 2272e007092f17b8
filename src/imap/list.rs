//! The listing: NAMESPACE, the LIST ladder, STATUS, in as few round trips as the server allows.
//!
//! In: a session. Out: a [`Listing`]. A missing STATUS is unknown and not zero, and only names that LIST shows are listed.
//! What is refused or missing is asked for another way, once: LIST plainly, subscriptions by LSUB, STATUS by EXAMINE.
//! What stays unknown is unknown of that one thing only.
//!
//! A server with the extensions is asked everything in one go, however many mailboxes there are. Without them, plain
//! LIST always counts, its attributes too: many servers mark mailboxes there without saying so (RFC 6154 §2).

use bytes::Bytes;

use super::{
    command::Command,
    entries::{Entries, MAILBOXES, NAMES, merge},
    flight::Taken,
    lexer::{Lexer, Value},
    read,
    reply::Reply,
    session::Session,
};
use crate::{
    language::text,
    model::{
        listing::{Listing, Namespace},
        mailbox::Mailbox,
        mutf7,
    },
    store::LookError,
};

/// The most namespaces that are told of.
const NAMESPACES: usize = 200;
/// New connections after lost lines.
const LINES: u32 = 2;
/// Mailboxes whose STATUS is asked for before the answers are looked at.
const TOGETHER: usize = 1_000;

impl Session {
    /// Lists everything. `taken` is the time, RFC 3339. Where the line is lost, it is listed again over a new connection.
    pub async fn listing(&mut self, taken: String) -> Result<Listing, LookError> {
        for _ in 0..LINES {
            match self.list_all(taken.clone()).await {
                Err(lost @ LookError::Lost { .. }) => {
                    if !self.reconnect().await? {
                        return Err(lost);
                    }
                }
                listing => return listing,
            }
        }
        self.list_all(taken).await
    }

    async fn list_all(&mut self, taken: String) -> Result<Listing, LookError> {
        let mut commands = Vec::new();
        if self.server.can("ID") {
            commands.push(Command::id());
        }
        if self.server.can("NAMESPACE") {
            commands.push(Command::new("NAMESPACE"));
        }
        let asked_first = commands.len();
        commands.extend(self.list_commands());
        let mut entries = Entries::default();
        let mut replies = self.looks_listed(&commands, &mut entries).await?;
        let listed = replies.split_off(asked_first);
        let knows_subscriptions = self
            .list_again(&commands, &listed, asked_first, &mut entries)
            .await?;
        self.find_inbox(&mut entries).await?;
        self.lasting.names = Some(entries.existing().count());
        self.ask_status(&mut entries).await?;
        replies.extend(listed);
        self.set_software(replies.iter().find_map(|reply| read::software(&reply.data)));
        self.put_together(taken, entries, &replies, knows_subscriptions)
    }

    /// Looks whose LIST, LSUB and STATUS responses go into the entries as they come.
    pub(super) async fn looks_listed(
        &mut self,
        commands: &[Command],
        entries: &mut Entries,
    ) -> Result<Vec<Reply>, LookError> {
        let looked = self
            .looks_into(commands, &mut |response| entries.take_one(response))
            .await;
        if entries.is_too_many() {
            return Err(LookError::Protocol {
                why: text::lists_too_many(MAILBOXES.to_string(), (NAMES >> 20).to_string()),
            });
        }
        looked
    }

    /// Asks another way for what was refused: the list itself plainly, the subscriptions by LSUB. Returns whether it is
    /// known what is subscribed.
    async fn list_again(
        &mut self,
        commands: &[Command],
        listed: &[Reply],
        asked_first: usize,
        entries: &mut Entries,
    ) -> Result<bool, LookError> {
        let asked = commands.iter().skip(asked_first);
        let refused = |words: &str| {
            let mut refused = asked
                .clone()
                .zip(listed)
                .filter(|(_, reply)| !reply.is_ok());
            refused.any(|(command, _)| command.begins(words))
        };
        let Some(list) = listed.first() else {
            return Ok(false);
        };
        let lsub = Command::new("LSUB \"\" \"*\"");
        if list.is_ok() {
            // LIST … RETURN (SUBSCRIBED) has told of all names but those that are not there.
            let is_told = self.server.can("LIST-EXTENDED");
            let is_refused = refused("LIST (SUBSCRIBED)") || refused("LSUB");
            if is_told && is_refused {
                self.looks_listed(&[lsub], entries).await?;
            }
            return Ok(is_told || !is_refused);
        }
        // The server refuses a form that it offers, or what it is asked beside it.
        let mut again = vec![Command::new("LIST \"\" \"*\"")];
        let has_subscriptions = !refused("LSUB") && !refused("LIST (SUBSCRIBED)");
        if !has_subscriptions || self.server.can("LIST-EXTENDED") {
            again.push(lsub);
        }
        let replies = self.looks_listed(&again, entries).await?;
        match replies.as_slice() {
            [list, ..] if !list.is_ok() => Err(LookError::Refused {
                code: list.code.clone(),
                text: list.text.clone(),
            }),
            [_, lsub, ..] => Ok(lsub.is_ok()),
            _ => Ok(has_subscriptions),
        }
    }

    /// Makes sure that INBOX is listed, which every account has: a server that does not show it has not shown the account.
    async fn find_inbox(&mut self, entries: &mut Entries) -> Result<(), LookError> {
        if entries.has_inbox() {
            return Ok(());
        }
        let is_empty = entries.existing().next().is_none();
        if !is_empty {
            self.looks_listed(&[Command::new("LIST \"\" INBOX")], entries)
                .await?;
        }
        if entries.has_inbox() {
            return Ok(());
        }
        Err(LookError::Protocol {
            why: if is_empty {
                text::lists_nothing_readable()
            } else {
                text::lists_no_inbox()
            },
        })
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

    /// Counts the mailboxes that LIST has not counted: by STATUS, many on their way at once, and by EXAMINE where STATUS is
    /// refused or does not tell. What is refused both ways stays unknown.
    async fn ask_status(&mut self, entries: &mut Entries) -> Result<(), LookError> {
        let names = entries.uncounted();
        for some in names.chunks(TOGETHER) {
            let mut commands = Vec::new();
            for name in some {
                let status = Command::new("STATUS").string(name)?;
                if self.server.can("OBJECTID") {
                    commands.push(status.clone().words("(MAILBOXID)"));
                }
                commands.push(status.words(self.status_items()));
            }
            // A name that STATUS tells of and LIST did not is none.
            let known = &mut *entries;
            let mut taker = |response: &Bytes| match read::status(response) {
                Some((name, _)) if !known.has(&name) => Taken::Yes,
                Some(_) => known.take_one(response),
                None => Taken::No,
            };
            self.looks_into(&commands, &mut taker).await?;
        }
        let names = entries.uncounted();
        for some in names.chunks(TOGETHER) {
            let mut commands = Vec::new();
            for name in some {
                commands.push(Command::new("EXAMINE").string(name)?);
            }
            commands.push(self.leave_command());
            let replies = self.looks(&commands).await?;
            for (name, reply) in some.iter().zip(replies) {
                let code = reply.code.as_deref();
                let opened = read::opened(&reply.data, code, false, None).filter(|_| reply.is_ok());
                if let Some(opened) = opened {
                    merge(&mut entries.entry(name.clone()).status, opened.status());
                }
            }
        }
        self.open = None;
        Ok(())
    }

    /// A listing that knows the namespaces and no mailbox.
    pub(super) async fn namespaces(&mut self) -> Result<Listing, LookError> {
        let mut commands = Vec::new();
        if self.server.can("NAMESPACE") {
            commands.push(Command::new("NAMESPACE"));
        }
        let replies = self.looks(&commands).await?;
        self.put_together(String::new(), Entries::default(), &replies, false)
    }

    fn put_together(
        &self,
        taken: String,
        entries: Entries,
        replies: &[Reply],
        knows_subscriptions: bool,
    ) -> Result<Listing, LookError> {
        let listed = |prefix: &str| entries.delimiter_below(prefix);
        let (personal, foreign) = self.told_namespaces(replies, listed);
        if personal.len() + foreign.len() > NAMESPACES {
            return Err(LookError::Protocol {
                why: text::too_many_namespaces(NAMESPACES.to_string()),
            });
        }
        let mut mailboxes = Vec::new();
        let mut dangling = Vec::new();
        for (wire, entry) in entries.into_all() {
            let name = self.name(wire);
            if entry.exists || !entry.subscribed {
                // STATUS of a name that was never listed says nothing.
                let was_listed =
                    entry.exists || !entry.attributes.is_empty() || entry.delimiter.is_some();
                if was_listed {
                    mailboxes.push(Mailbox {
                        name,
                        delimiter: entry.delimiter,
                        attributes: (*entry.attributes).clone(),
                        selectable: entry.selectable,
                        subscribed: knows_subscriptions.then_some(entry.subscribed),
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
            mailboxes: mailboxes.into_iter().collect(),
            dangling,
        };
        listing.put_home_first();
        Ok(listing)
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
            let all = all.filter_map(|one| self.namespace(one, &listed));
            all.take(NAMESPACES + 1).collect()
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
