//! The port [`Store`] over IMAP: every look is a fresh read, every act one command.
//!
//! In: typed looks and acts. Out: typed answers. An act on messages is sent only if their mailbox is the open one, and no act
//! is sent twice.

use super::{
    act,
    command::Command,
    entries::{Entries, Entry, is_same, key, merge},
    look_commands::{below_pattern, plainly, real_command, rights_commands},
    read,
    reply::Ending,
    session::{OpenMailbox, Session},
};
use crate::{
    language::{Phrase, text},
    model::{
        mailbox::{MailboxName, Status},
        server_traits::ServerTraits,
        uid::{Uid, UidSet},
    },
    store::{
        Access, Act, ActError, Answered, ConnectionCost, Depth, Description, Flags, Found, Later,
        ListedScript, LookError, Message, NextLook, Opened, Rights, Scripts, Search, Store,
        no_scripts,
    },
};

/// How often in a row the line may be lost when a mailbox is opened before it is left alone: the server may end there each time,
/// and all other mailboxes would wait for it.
const OPENINGS: u32 = 3;

impl Session {
    /// Leaves the open mailbox. Opening another one never expunges, which CLOSE does.
    pub(super) fn leave_command(&self) -> Command {
        Command::new(if self.can("UNSELECT") {
            "UNSELECT"
        } else {
            "EXAMINE \"INBOX\""
        })
    }

    /// Names that match a pattern, now.
    async fn list(&mut self, pattern: &[u8]) -> Result<Vec<Found>, LookError> {
        let entries = self.entries(pattern).await?;
        let found = entries
            .existing()
            .map(|(wire, entry)| self.found(wire.clone(), entry));
        Ok(found.collect())
    }

    fn found(&self, wire: Vec<u8>, entry: &Entry) -> Found {
        Found {
            name: self.name(wire),
            attributes: (*entry.attributes).clone(),
            selectable: entry.selectable,
            subscribed: entry.subscribed,
        }
    }

    async fn entries(&mut self, pattern: &[u8]) -> Result<Entries, LookError> {
        let is_extended = self.server.can("LIST-EXTENDED");
        let commands = self.pattern_commands(pattern)?;
        let mut entries = Entries::default();
        let mut replies = self.looks_listed(&commands, &mut entries).await?;
        let is_bad = replies
            .first()
            .is_some_and(|list| list.ending == Ending::Bad);
        if is_extended && is_bad {
            // It refuses a form that it offers.
            let commands = plainly(pattern)?;
            replies = self.looks_listed(&commands, &mut entries).await?;
        }
        // Where LSUB alone is refused, nobody knows what is subscribed, and nothing is done about it.
        if let Some(list) = replies.into_iter().next().filter(|list| !list.is_ok()) {
            return Err(LookError::Refused {
                code: list.code,
                text: list.text,
            });
        }
        Ok(entries)
    }
}

impl Session {
    fn scripts_or_none(&mut self) -> Result<&mut Box<dyn Scripts>, LookError> {
        match &mut self.lasting.scripts {
            Some(scripts) => Ok(scripts),
            None => no_scripts(),
        }
    }
}

impl Store for Session {
    fn traits(&self) -> ServerTraits {
        self.traits
    }

    fn can(&self, capability: &str) -> bool {
        self.server.can(capability)
    }

    fn acted_as(&self) -> Option<&str> {
        self.acted_as()
    }

    fn message_limit(&self) -> Option<usize> {
        self.server.message_limit()
    }

    fn cost(&self) -> ConnectionCost {
        self.cost_so_far()
    }

    async fn find(&mut self, name: &MailboxName) -> Result<Option<Found>, LookError> {
        // A name may hold `*` and `%`, which LIST takes for wildcards: only the exact name counts.
        let found = self.list(name.wire()).await?;
        Ok(found
            .into_iter()
            .find(|found| is_same(found.name.wire(), name.wire())))
    }

    async fn find_changed(
        &mut self,
        name: &MailboxName,
        delimiter: Option<char>,
    ) -> Result<Option<Found>, LookError> {
        let pattern = [name.above(delimiter), b"*"].concat();
        let entries = match self.entries(&pattern).await {
            Err(LookError::Refused { .. }) => return Ok(None),
            entries => entries?,
        };
        let shown = entries.existing().map(|(wire, entry)| {
            let spelled = entry.spelled.as_ref().unwrap_or(wire);
            self.found(spelled.clone(), entry)
        });
        let mut shown = shown.filter(|found| found.name.stands_for(name));
        Ok(shown.next())
    }

    async fn below(
        &mut self,
        name: &MailboxName,
        delimiter: Option<char>,
    ) -> Result<Vec<Found>, LookError> {
        let Some(pattern) = below_pattern(name, delimiter) else {
            return Ok(Vec::new());
        };
        let mut found = match self.list(&pattern).await {
            // GNU mailutils 3.15 with mbox, where nothing can be below: "The requested item could not be found".
            Err(LookError::Refused { .. }) => self.list(b"*").await?,
            found => found?,
        };
        // Names of ours were put under one spelling when they were read.
        let name = self.name(key(name.wire().to_vec()));
        found.retain(|found| found.name.is_below(&name, delimiter));
        Ok(found)
    }

    async fn mailboxes(&mut self) -> Result<Vec<Found>, LookError> {
        let namespaces = self.namespaces().await?;
        let mut found = self.list(b"*").await?;
        found.retain(|found| found.selectable && !namespaces.is_foreign(&found.name));
        Ok(found)
    }

    async fn status(&mut self, name: &MailboxName) -> Result<Status, LookError> {
        let commands = self.status_commands(name)?;
        if !self.ahead.has(&commands) {
            self.leave_on_wire(Some(name)).await?;
        }
        let mut all = Status::default();
        let replies = self.looks(&commands).await?;
        let data = replies.iter().flat_map(|reply| &reply.data);
        for (told, status) in data.filter_map(|line| read::status(line)) {
            if is_same(&told, name.wire()) {
                merge(&mut all, status);
            }
        }
        let is_told = all.messages.is_some() && all.uid_validity.is_some();
        // Where STATUS is refused or does not tell, EXAMINE does, unless a mailbox is open that would be left for it.
        if !is_told && self.open.is_none() {
            match self.open(name, Access::ReadOnly).await {
                Ok(opened) => merge(&mut all, opened.status()),
                Err(LookError::Refused { .. } | LookError::Protocol { .. }) => {}
                Err(lost) => return Err(lost),
            }
            self.leave().await?;
        }
        let refused = replies.into_iter().find(|reply| !reply.is_ok());
        match refused {
            Some(reply) if all.messages.is_none() => Err(LookError::Refused {
                code: reply.code,
                text: reply.text,
            }),
            _ => Ok(all),
        }
    }

    async fn open(&mut self, name: &MailboxName, access: Access) -> Result<Opened, LookError> {
        let command = self.open_command(name, access)?;
        let writes = command.verb() == "SELECT";
        // A failed SELECT leaves no mailbox open (RFC 9051 §6.3.2).
        self.open = None;
        if self.lasting.lost_at.get(name.wire()) == Some(&OPENINGS) {
            return Err(LookError::Refused {
                code: None,
                text: text::hangs_up_when_opened(),
            });
        }
        let reply = self.look(command.clone()).await;
        if let Err(LookError::Lost { .. }) = reply {
            *self
                .lasting
                .lost_at
                .entry(name.wire().to_vec())
                .or_default() += 1;
        }
        let reply = reply?;
        self.lasting.lost_at.remove(name.wire());
        let opened = reply.opened(writes);
        self.open = Some(OpenMailbox {
            name: name.clone(),
            by: command,
            validity: reply.validity(),
            is_empty: opened.as_ref().is_some_and(|opened| opened.exists == 0),
        });
        match opened {
            Some(opened) => Ok(opened),
            None => self.count(&reply, writes).await,
        }
    }

    fn is_open(&self, name: &MailboxName) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| open.name == *name && open.by.verb() == "SELECT")
    }

    async fn leave(&mut self) -> Result<(), LookError> {
        self.open = None;
        if self.asks_ahead() {
            // On the server it is left by what comes next, or was left by what was asked ahead.
            return Ok(());
        }
        self.leave_on_wire(None).await
    }

    async fn search(&mut self, what: &Search) -> Result<UidSet, LookError> {
        let is_named = self.names_searches();
        let mut found = self.searched(what).await;
        if self.learns_plain_search(&found, is_named) {
            found = self.searched(what).await;
        }
        self.or_nothing(found)
    }

    async fn since(&mut self, uid: Uid) -> Result<UidSet, LookError> {
        let is_named = self.names_searches();
        let mut found = self.searched_since(uid).await;
        if self.learns_plain_search(&found, is_named) {
            found = self.searched_since(uid).await;
        }
        self.or_nothing(found)
    }

    async fn messages(&mut self, uids: &UidSet, depth: Depth) -> Result<Vec<Message>, LookError> {
        self.read_messages(uids, depth).await
    }

    async fn flags(&mut self, uids: &UidSet) -> Result<Vec<(Uid, Flags)>, LookError> {
        self.read_flags(uids).await
    }

    async fn describe(&mut self, uid: Uid) -> Result<Description, LookError> {
        self.describe_message(uid).await
    }

    fn lessons(&self) -> u64 {
        self.lasting.care.lessons()
    }

    async fn real_mailbox(&mut self, uid: Uid) -> Result<Option<MailboxName>, LookError> {
        let open = self.open_name().filter(|_| self.traits.has_views);
        let Some(open) = open.cloned() else {
            return Ok(None);
        };
        let reply = self.look(real_command(uid)).await?;
        let told = read::fetched(reply.data).remove(&uid);
        let real = told.and_then(|message| message.mailbox);
        let real = real.filter(|real| !is_same(real, open.wire()));
        Ok(real.map(|real| self.name(real.into())))
    }

    async fn rights(&mut self, name: &MailboxName) -> Result<Option<Rights>, LookError> {
        if !self.can("ACL") {
            return Ok(None);
        }
        let commands = rights_commands(name)?;
        let replies = self.looks(&commands).await?;
        if replies.iter().any(|reply| !reply.is_ok()) {
            return Ok(None);
        }
        let data: Vec<_> = replies.iter().flat_map(|reply| &reply.data).collect();
        let is_it = |of: &[u8]| is_same(of, name.wire());
        let entries = data.iter().rev().filter_map(|line| read::acl(line));
        let mut entries = entries
            .filter(|(of, _)| is_it(of))
            .map(|(_, entries)| entries);
        let mine = data.iter().rev().filter_map(|line| read::my_rights(line));
        let mut mine = mine.filter(|(of, _)| is_it(of)).map(|(_, mine)| mine);
        let told = entries.next().zip(mine.next());
        Ok(told.map(|(entries, mine)| Rights { entries, mine }))
    }

    async fn renew(&mut self) -> Result<bool, LookError> {
        self.reconnect().await
    }

    async fn rest(&mut self) {
        if self.dialer.is_none() {
            return;
        }
        if self.lasting.is_alone {
            self.say_goodbye().await;
        } else {
            self.goodbye().await;
        }
    }

    async fn ahead(&mut self, looks: &[NextLook]) {
        self.ask_ahead(looks).await;
    }

    async fn scripts(&mut self) -> Result<Vec<ListedScript>, LookError> {
        self.scripts_or_none()?.list().await
    }

    async fn script(&mut self, name: &str) -> Result<Option<Vec<u8>>, LookError> {
        self.scripts_or_none()?.read(name).await
    }

    async fn check_script(&mut self, text: &[u8]) -> Result<(), LookError> {
        self.scripts_or_none()?.check(text).await
    }

    async fn perform(&mut self, act: &Act, then: &[NextLook]) -> Result<Answered, ActError> {
        let not_sent = |why: Phrase| ActError::NotSent {
            why,
            later: Later::default(),
        };
        self.ahead.forget();
        if self.only_looks() {
            return Err(not_sent(text::only_looks()));
        }
        if act.is_of_scripts() {
            let scripts = self.scripts_or_none();
            let scripts = scripts.map_err(|error| not_sent(error.said()))?;
            return scripts.perform(act).await.map(|()| Answered::default());
        }
        if let Some((of, uids)) = act::works_in(act) {
            if self.open_name() != Some(of) {
                return Err(not_sent(text::another_mailbox_is_open()));
            }
            if uids.is_some_and(UidSet::is_empty) {
                return Err(not_sent(text::names_no_message()));
            }
        }
        let made_ready = match act::works_in(act) {
            Some(_) => self.select_on_wire().await,
            None if act::is_of_names(act) => self.leave_on_wire(None).await,
            None => Ok(()),
        };
        if let Some(gone) = &self.gone {
            return Err(ActError::NotSent {
                why: gone.text.clone(),
                later: gone.parting(),
            });
        }
        made_ready.map_err(|error| not_sent(error.said()))?;
        let mut act = act.clone();
        if let Act::Create { role, .. } = &mut act
            && !self.can("CREATE-SPECIAL-USE")
        {
            // Dovecot answers OK to USE and ignores it; others answer BAD.
            *role = None;
        }
        let command = act::command(&act).map_err(|error| not_sent(error.why()))?;
        let reply = self.send_with_looks(command, &act, then).await;
        if matches!(act, Act::Move { .. }) && act::is_unknown_command(&reply) {
            // It offers what it refuses: whoever asks from now on hears that it cannot move.
            self.server.capabilities.remove("MOVE");
        }
        act::answer(&reply)
    }

    async fn perform_all(&mut self, acts: &[Act]) -> Vec<Result<Answered, ActError>> {
        match self.together(acts) {
            Some(commands) => self.send_together(&commands).await,
            None => one_by_one(self, acts).await,
        }
    }
}

async fn one_by_one(session: &mut Session, acts: &[Act]) -> Vec<Result<Answered, ActError>> {
    let mut answers: Vec<Result<Answered, ActError>> = Vec::with_capacity(acts.len());
    for act in acts {
        let answer = match answers.last() {
            Some(Err(ActError::NotSent { why, later } | ActError::Unknown { why, later })) => {
                Err(ActError::NotSent {
                    why: why.clone(),
                    later: *later,
                })
            }
            // The server asks to be left alone, which goes for those behind as well: they are not sent before its time.
            Some(Err(put_off)) if put_off.passing().is_some() => Err(put_off.clone()),
            _ => session.perform(act, &[]).await,
        };
        answers.push(answer);
    }
    answers
}
