//! Asking ahead: several looks in one flight, before they are made, and what is open on the server meanwhile.
//!
//! In: [`NextLook`]s. Out: answers that wait in `ahead`. What the server has open is not always what is open for whoever uses the
//! session, since the last of several looks has opened the last of several mailboxes. Before anything works in a mailbox it
//! is opened again where that is so, and must be the same.

use super::{
    act,
    command::Command,
    flight::{flights, nothing, opens},
    looks::lost,
    reply::Reply,
    session::Session,
    visits::{self, SharedCommand},
};
use crate::{
    language::{Phrase, text},
    model::mailbox::MailboxName,
    store::{Access, Act, ActError, Answered, Later, LookError, NextLook},
};

impl Session {
    /// Asks for looks that are about to be made. What does not come about is asked for when it is needed, and so is everything
    /// once the line was lost by it.
    pub(super) async fn ask_ahead(&mut self, looks: &[NextLook]) {
        let commands = self.look_commands(looks);
        if commands.len() < 2 || !self.asks_ahead() || self.ahead.has(&commands) {
            // Or they were asked for together with what came before.
            return;
        }
        self.ahead.forget();
        let mut shared = self.list_once(self.shared(commands));
        if !self.has_introduced && self.server.can("ID") {
            shared.insert(0, SharedCommand::once(Command::id()));
        }
        let commands: Vec<Command> = shared.iter().map(|one| one.command.clone()).collect();
        for look in looks {
            if let NextLook::Status(name) = look
                && self.leave_on_wire(Some(name)).await.is_err()
            {
                return;
            }
        }
        let inside = self.inside();
        match self.looks(&commands).await {
            Ok(replies) if same_twice(&commands, &replies) => {
                self.ahead.keep(shared, replies, inside.as_ref());
            }
            Err(LookError::Lost { .. }) => self.lasting.asks_singly = true,
            Ok(_) | Err(_) => {}
        }
    }

    /// What is asked for commands that are about to be made.
    fn shared(&self, commands: Vec<Command>) -> Vec<SharedCommand> {
        // By place nobody can tell whose an answer to SEARCH is (RFC 4731 has tags for that).
        visits::share(commands, self.names_searches())
    }

    /// The same with one LIST for many names, where all have been listed in that way before.
    fn list_once(&self, shared: Vec<SharedCommand>) -> Vec<SharedCommand> {
        match (self.lasting.names, self.pattern_commands(b"*")) {
            (Some(names), Ok(all)) => visits::list_once(shared, all, names),
            _ => shared,
        }
    }

    /// The command that has opened the mailbox that is being worked in.
    fn inside(&self) -> Option<Command> {
        self.open.as_ref().map(|open| open.by.clone())
    }

    /// Whether looks are asked for before they are made.
    pub(super) fn asks_ahead(&self) -> bool {
        !self.lasting.asks_singly && !self.goes_one_by_one() && self.gone.is_none()
    }

    /// Sends a command that changes something, and with it looks at what it does not touch. The reply to the command.
    pub(super) async fn send_with_looks(
        &mut self,
        command: Command,
        act: &Act,
        then: &[NextLook],
    ) -> Reply {
        let mut shared = vec![SharedCommand::once(command)];
        if self.asks_ahead() && goes_with(act, then) {
            shared.extend(self.shared(self.look_commands(then)));
        }
        let commands: Vec<Command> = shared.iter().map(|one| one.command.clone()).collect();
        let inside = self.inside();
        let replies = self.send(&commands).await;
        if replies.iter().skip(1).any(Reply::is_gone)
            && let Some(first) = replies.first()
            && !first.is_gone()
        {
            // It does what it is told and forgets what comes with it.
            self.learn_one_by_one();
        }
        let reply = replies.first().cloned();
        if commands.len() > 1 {
            self.ahead.keep(shared, replies, inside.as_ref());
        }
        reply.unwrap_or_else(|| Reply::lost(text::no_command_was_made()))
    }

    /// The commands of acts, where they may be on their way together: the server has shown that it takes several commands at
    /// once, and each of the acts is about names alone (docs/safety.md, "Several commands at once").
    pub(super) fn together(&self, acts: &[Act]) -> Option<Vec<Command>> {
        let may = acts.len() > 1
            && self.asks_ahead()
            && self.flights.takes_flights
            && !self.only_looks()
            && act::are_apart(acts);
        let commands = acts.iter().filter(|_| may).map(act::command);
        let commands: Vec<Command> = commands.collect::<Result<_, _>>().ok()?;
        let is_one_line = |command: &Command| command.parts().len() == 1;
        (may && commands.iter().all(is_one_line)).then_some(commands)
    }

    /// Sends commands that change something together, with no mailbox open.
    pub(super) async fn send_together(
        &mut self,
        commands: &[Command],
    ) -> Vec<Result<Answered, ActError>> {
        self.ahead.forget();
        let not_sent = |why: Phrase, later: Later| Err(ActError::NotSent { why, later });
        if let Err(error) = self.leave_on_wire(None).await
            && self.gone.is_none()
        {
            return vec![not_sent(error.said(), Later::default()); commands.len()];
        }
        let mut answers = Vec::with_capacity(commands.len());
        for some in flights(commands) {
            match &self.gone {
                Some(gone) => {
                    let (why, later) = (gone.text.clone(), gone.parting());
                    answers.extend(some.iter().map(|_| not_sent(why.clone(), later)));
                }
                None => answers.extend(self.send(some).await.iter().map(act::answer)),
            }
        }
        answers
    }

    /// Opens on the server what is open for whoever uses this session. It must be the mailbox that it was.
    pub(super) async fn select_on_wire(&mut self) -> Result<(), LookError> {
        let open = self.open.as_ref();
        let Some(open) = open.filter(|open| self.on_wire.as_ref() != Some(&open.by)) else {
            return Ok(());
        };
        let (command, validity) = (open.by.clone(), open.validity);
        let replies = self.flight(&[command], &mut nothing).await;
        lost(&replies)?;
        let reply = replies.into_iter().next();
        let reply = reply.unwrap_or_else(|| Reply::lost(text::no_answer()));
        if !reply.is_ok() {
            return Err(LookError::Refused {
                code: reply.code,
                text: reply.text,
            });
        }
        if reply.validity() != validity {
            return Err(LookError::Protocol {
                why: text::mailbox_is_another(),
            });
        }
        Ok(())
    }

    /// Leaves what is open on the server, without expunging; of one mailbox, where that is the one.
    pub(super) async fn leave_on_wire(
        &mut self,
        only: Option<&MailboxName>,
    ) -> Result<(), LookError> {
        let Some(open) = self.on_wire.clone() else {
            return Ok(());
        };
        let is_it = |name: &MailboxName| {
            [Access::ReadOnly, Access::ReadWrite].iter().any(|access| {
                let command = self.open_command(name, *access);
                command.is_ok_and(|command| command == open)
            })
        };
        if open == self.leave_command() || !only.is_none_or(is_it) {
            return Ok(());
        }
        let left = self.leaves().await?;
        if !left.is_ok() && self.server.can("UNSELECT") {
            // It offers what it refuses.
            self.server.capabilities.remove("UNSELECT");
            self.leaves().await?;
        }
        self.on_wire = None;
        Ok(())
    }

    async fn leaves(&mut self) -> Result<Reply, LookError> {
        let command = self.leave_command();
        let replies = self.flight(&[command], &mut nothing).await;
        lost(&replies)?;
        let reply = replies.into_iter().next();
        Ok(reply.unwrap_or_else(|| Reply::lost(text::no_answer())))
    }
}

/// Whether looks may be on their way with an act: only into mailboxes that it does not touch, or at other messages of the one
/// that it works in. What they show is never taken for what the act has done.
fn goes_with(act: &Act, then: &[NextLook]) -> bool {
    let moved = match act {
        Act::Move { uids, .. } | Act::Copy { uids, .. } => Some(uids),
        _ => None,
    };
    let mut is_inside = moved.is_some();
    then.iter().all(|look| match look {
        NextLook::Open(name, _) => {
            is_inside = false;
            act::names(act)
                .into_iter()
                .all(|touched| !touched.is_alike(name))
        }
        NextLook::Messages(uids, _) if is_inside => moved.is_some_and(|moved| {
            let mut uids = uids.as_slice().iter();
            uids.all(|uid| !moved.contains(*uid))
        }),
        NextLook::Real(uid) if is_inside => moved.is_some_and(|moved| !moved.contains(*uid)),
        NextLook::Messages(..)
        | NextLook::Flags(_)
        | NextLook::Search(_)
        | NextLook::Since(_)
        | NextLook::Real(_) => !is_inside,
        NextLook::Find(_)
        | NextLook::Below(..)
        | NextLook::Status(_)
        | NextLook::Rights(_)
        | NextLook::Leave => false,
    })
}

/// Whether a mailbox that was opened twice was the same both times.
fn same_twice(commands: &[Command], replies: &[Reply]) -> bool {
    let opened = commands
        .iter()
        .zip(replies)
        .filter(|(command, reply)| opens(command) && reply.is_ok());
    let opened: Vec<(&Command, &Reply)> = opened.collect();
    let is_same = |(place, (command, reply)): (usize, &(&Command, &Reply))| {
        let mut before = opened.iter().take(place);
        let first = before.find(|(other, _)| other == command);
        first.is_none_or(|(_, first)| first.validity() == reply.validity())
    };
    opened.iter().enumerate().all(is_same)
}
