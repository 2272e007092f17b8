//! Looks: commands that change nothing, sent in flights, or one by one where a server does not take them together.
//!
//! In: commands. Out: their replies. Whether a server takes several commands at once is seen by what it does, never by its
//! name: a flight that is answered out of order, in part, or not as its commands are answered alone, shows that it does not.
//! From then on everything goes to that host one command at a time.

use super::{
    command::Command,
    doubt::doubt,
    flight::{Taken, Taker, flights, is_bound, leaders, nothing, opens},
    reply::{Ending, Reply},
    session::Session,
};
use crate::{
    language::text,
    store::{LookError, Waits},
};

impl Session {
    /// Sends commands that change nothing, in one go or in as few as are safe.
    pub(super) async fn looks(&mut self, commands: &[Command]) -> Result<Vec<Reply>, LookError> {
        self.looks_into(commands, &mut nothing).await
    }

    /// The same; what `taker` takes of the data as it comes is not in the replies. It may be given the same data twice.
    pub(super) async fn looks_into(
        &mut self,
        commands: &[Command],
        taker: Taker<'_>,
    ) -> Result<Vec<Reply>, LookError> {
        // SELECT changes nothing but \Recent, and only a session that may write sends it.
        let changes = |command: &&Command| !command.is_read_only() && command.verb() != "SELECT";
        if let Some(command) = commands.iter().find(changes) {
            return Err(LookError::Protocol {
                why: text::is_no_look(command.verb()),
            });
        }
        if let Some(replies) = self.ahead.take(commands) {
            return Ok(handed(replies, taker));
        }
        self.ahead.forget();
        self.introduce(commands).await?;
        if commands.first().is_some_and(is_bound) {
            self.select_on_wire().await?;
        }
        let mut replies = Vec::with_capacity(commands.len());
        for some in flights(commands) {
            let answered = self.flight(some, taker).await;
            lost(&answered)?;
            // A NO to a command that was put off does not say that the server cannot do it, so callers must not see it.
            if let Some(reply) = answered.iter().find(|reply| reply.later().is_some()) {
                return Err(LookError::Refused {
                    code: reply.code.clone(),
                    text: reply.text.clone(),
                });
            }
            replies.extend(answered);
        }
        Ok(replies)
    }

    /// Sends commands together. Where that may be why something went wrong, the same is asked alone, once; if that goes
    /// better, all of it is, and so is everything after it.
    pub(super) async fn flight(&mut self, commands: &[Command], taker: Taker<'_>) -> Vec<Reply> {
        if self.goes_one_by_one() {
            return self.alone(commands, taker).await;
        }
        let replies = self.send_patiently(commands, taker).await;
        if commands.len() < 2 {
            return replies;
        }
        if let Some(lost) = replies.iter().find(|reply| reply.is_gone()) {
            let may_be_why = match lost.ending {
                Ending::Disorder => true,
                Ending::Senseless => false,
                Ending::Silent => !self.flights.takes_flights || replies.iter().any(Reply::is_ok),
                _ => !self.flights.takes_flights,
            };
            if may_be_why && self.begin_anew().await && self.introduce(commands).await.is_ok() {
                return self.alone(commands, taker).await;
            }
            return replies;
        }
        let Some((place, what)) = doubt(commands, &replies, &self.flights.same_alone) else {
            self.flights.takes_flights = true;
            return replies;
        };
        let again = self.group_alone(commands, place, taker).await;
        let Some((group, answered)) = again else {
            return replies;
        };
        let is_same =
            doubt(group, &answered, &self.flights.same_alone).is_some_and(|(_, same)| same == what);
        if is_same || answered.iter().any(Reply::is_gone) {
            self.flights.same_alone.insert(what);
            return replies;
        }
        self.learn_one_by_one();
        self.alone(commands, taker).await
    }

    /// Asks one command of a flight alone, with what opens its mailbox and what comes before it there.
    async fn group_alone<'c>(
        &mut self,
        commands: &'c [Command],
        place: usize,
        taker: Taker<'_>,
    ) -> Option<(&'c [Command], Vec<Reply>)> {
        let upto = commands.get(..=place)?;
        let first = match upto.last() {
            Some(last) if is_bound(last) => upto.iter().rposition(opens)?,
            _ => place,
        };
        let group = upto.get(first..)?;
        let replies = self.alone(group, taker).await;
        Some((group, replies))
    }

    /// Sends commands one by one, and puts the data where a flight would have it.
    async fn alone(&mut self, commands: &[Command], taker: Taker<'_>) -> Vec<Reply> {
        let mut replies: Vec<Reply> = Vec::with_capacity(commands.len());
        for command in commands {
            let one = std::slice::from_ref(command);
            replies.extend(self.send_patiently(one, taker).await);
        }
        for (place, leader) in leaders(commands).into_iter().enumerate() {
            if leader == place {
                continue;
            }
            let reply = replies.get_mut(place);
            let data = reply.map(|reply| std::mem::take(&mut reply.data));
            if let Some(leader) = replies.get_mut(leader) {
                leader.data.extend(data.unwrap_or_default());
            }
        }
        replies
    }

    pub(super) fn goes_one_by_one(&self) -> bool {
        self.one_by_one.has(&self.account.host, self.account.port)
    }

    pub(super) fn learn_one_by_one(&self) {
        self.one_by_one.learn(&self.account.host, self.account.port);
    }

    /// Goes on over a new connection, one command at a time. False where there is none, or where a mailbox is open, which
    /// a new connection would not have.
    async fn begin_anew(&mut self) -> bool {
        if self.open.is_some() || self.dialer.is_none() {
            return false;
        }
        let is_new = matches!(self.reconnect().await, Ok(true));
        if is_new {
            self.learn_one_by_one();
        }
        is_new
    }

    /// Says who we are, where the server asks for that and these commands do not say it: NetEase lets nobody open a mailbox
    /// before (RFC 2971).
    async fn introduce(&mut self, commands: &[Command]) -> Result<(), LookError> {
        let says = commands.iter().any(|command| command.verb() == "ID");
        if std::mem::replace(&mut self.has_introduced, true) || says || !self.server.can("ID") {
            return Ok(());
        }
        let replies = self.send_patiently(&[Command::id()], &mut nothing).await;
        lost(&replies)
    }

    /// Sends commands that change nothing, and again from the first one that the server has refused in passing, after a
    /// while or when it has asked for. What it goes on refusing is waited for once.
    ///
    /// A command works in the mailbox that was opened before it, so it is sent again with the command that opened it:
    /// commands that open several mailboxes begin by opening one.
    async fn send_patiently(&mut self, commands: &[Command], taker: Taker<'_>) -> Vec<Reply> {
        let mut waits = None;
        let mut reached = 0;
        let mut replies = self.send_into(commands, taker).await;
        while let Some(first) = replies.iter().position(|reply| reply.passing().is_some())
            && self.gone.is_none()
        {
            let verb = commands.get(first).map_or_else(String::new, Command::verb);
            if first > reached {
                // Commands before this one have been answered since: the waits are counted anew.
                waits = None;
                reached = first;
            }
            let spent = &mut self.lasting.spent;
            let patience = waits.get_or_insert_with(|| {
                if spent.contains(&verb) {
                    Waits::spent()
                } else {
                    Waits::default()
                }
            });
            let later = replies.iter().filter_map(Reply::passing);
            let Some(time) = patience.next(later.max_by_key(|later| later.after)) else {
                spent.insert(verb);
                break;
            };
            if !self.lasting.wait(time).await {
                break;
            }
            let upto = commands.get(..=first).unwrap_or_default();
            let from = upto.iter().rposition(opens).unwrap_or(first);
            replies.truncate(from);
            let again = commands.get(from..).unwrap_or_default();
            replies.extend(self.send_into(again, taker).await);
        }
        replies
    }

    /// Sends one command that changes nothing and must be answered by OK.
    pub(super) async fn look(&mut self, command: Command) -> Result<Reply, LookError> {
        let reply = self.looks(&[command]).await?.into_iter().next();
        match reply {
            Some(reply) if reply.is_ok() => Ok(reply),
            Some(reply) => Err(LookError::Refused {
                code: reply.code,
                text: reply.text,
            }),
            None => Err(LookError::Protocol {
                why: text::no_answer(),
            }),
        }
    }
}

/// Replies without the data that `taker` takes.
fn handed(mut replies: Vec<Reply>, taker: Taker<'_>) -> Vec<Reply> {
    for reply in &mut replies {
        reply.data.retain(|response| taker(response) == Taken::No);
    }
    replies
}

/// The error of a connection that was lost before all was answered.
pub(super) fn lost(replies: &[Reply]) -> Result<(), LookError> {
    match replies.iter().find(|reply| reply.is_gone()) {
        Some(lost) => Err(LookError::Lost {
            why: lost.text.clone(),
            later: lost.parting(),
        }),
        None => Ok(()),
    }
}
