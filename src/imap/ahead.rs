//! What was asked ahead: the answers to looks that are about to be made, all asked for in one flight.
//!
//! In: commands and their replies. Out: each reply once, to the look that sends the same command for the same mailbox.
//!
//! A look whose answer was asked for ahead is as fresh as one that is sent now, as long as nothing else has been sent in
//! between. So all answers are forgotten as soon as a command is sent that changes something, or a look that was not asked
//! ahead; and because each counts once, whoever looks again and again sees what the server shows now.

use super::{
    command::Command,
    flight,
    reply::{Ending, Reply},
};

/// Answers that wait for their looks.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    asked: Vec<Asked>,
    /// The command that opened the mailbox that is being looked into, where that was asked ahead, or what was asked ahead is
    /// about it.
    inside: Option<Command>,
}

#[derive(Debug)]
struct Asked {
    /// The command that opened its mailbox; none where it works in none.
    inside: Option<Command>,
    command: Command,
    reply: Reply,
}

impl Ahead {
    /// Keeps the replies to commands that were sent together; `inside` is what has opened the mailbox that the first of them
    /// work in. What may have been refused because it came with others, or in passing, is not kept: whoever asks for it hears
    /// it from the server.
    pub fn keep(&mut self, commands: &[Command], replies: Vec<Reply>, inside: Option<&Command>) {
        self.inside = inside.cloned();
        let leaders = flight::leaders(commands);
        let pools: Vec<_> = replies.iter().map(|reply| reply.data.clone()).collect();
        // What was asked for in several goes stands in several places.
        let named = pools
            .iter()
            .flatten()
            .filter(|response| flight::names_itself(response));
        let named: Vec<_> = named.cloned().collect();
        let mut opened_by = inside.cloned();
        let each = commands.iter().zip(replies).zip(leaders);
        for ((command, mut reply), leader) in each {
            let is_free = !flight::opens(command) && !flight::is_bound(command);
            if flight::opens(command) {
                opened_by = reply.is_ok().then(|| command.clone());
            }
            let is_void = flight::is_bound(command) && (opened_by.is_none() || !reply.is_ok());
            let is_kept = reply.is_ok() || reply.ending == Ending::No && reply.passing().is_none();
            if is_void || !is_kept {
                continue;
            }
            reply.data = if is_free {
                named.clone()
            } else {
                pools.get(leader).cloned().unwrap_or_default()
            };
            self.asked.push(Asked {
                inside: opened_by.clone().filter(|_| !is_free),
                command: command.clone(),
                reply,
            });
        }
    }

    /// Whether these commands were asked ahead.
    pub fn has(&self, commands: &[Command]) -> bool {
        self.places(commands).is_some()
    }

    /// The replies to these commands, which are about to be sent; none where any of them was not asked ahead.
    pub fn take(&mut self, commands: &[Command]) -> Option<Vec<Reply>> {
        let (places, inside) = self.places(commands)?;
        self.inside = inside;
        let asked = places.iter().filter_map(|place| self.asked.get(*place));
        let replies = asked.map(|asked| asked.reply.clone()).collect();
        let mut each = 0..;
        self.asked
            .retain(|_| each.next().is_none_or(|place| !places.contains(&place)));
        Some(replies)
    }

    /// Where the replies to these commands are, and which mailbox is looked into after them.
    fn places(&self, commands: &[Command]) -> Option<(Vec<usize>, Option<Command>)> {
        let mut inside = self.inside.clone();
        let mut places = Vec::with_capacity(commands.len());
        for command in commands {
            if flight::opens(command) {
                inside = Some(command.clone());
            }
            let is_it = |(place, asked): &(usize, &Asked)| {
                asked.command == *command
                    && (asked.inside.is_none() || asked.inside == inside)
                    && !places.contains(place)
            };
            let (place, _) = self.asked.iter().enumerate().find(is_it)?;
            places.push(place);
        }
        Some((places, inside))
    }

    /// Nothing counts any more.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn ok(lines: &[&str]) -> Reply {
        Reply {
            ending: Ending::Ok,
            told: 1,
            data: lines
                .iter()
                .map(|line| Bytes::from((*line).to_owned()))
                .collect(),
            ..Reply::lost(String::new())
        }
    }

    fn commands(lines: &[&str]) -> Vec<Command> {
        lines.iter().map(|line| Command::new(line)).collect()
    }

    /// Of two mailboxes, each opened and searched.
    fn asked() -> Ahead {
        let asked = [
            "LIST x",
            "SELECT a",
            "UID SEARCH ALL",
            "SELECT b",
            "UID SEARCH ALL",
        ];
        let replies = vec![
            ok(&["* LIST x"]),
            ok(&["* 1 EXISTS", "* SEARCH 1"]),
            ok(&[]),
            ok(&["* 2 EXISTS", "* SEARCH 2"]),
            ok(&[]),
        ];
        let mut ahead = Ahead::default();
        ahead.keep(&commands(&asked), replies, None);
        ahead
    }

    fn told(ahead: &mut Ahead, line: &str) -> Option<String> {
        let reply = ahead.take(&commands(&[line]))?.into_iter().next()?;
        let last = reply.data.last()?.clone();
        String::from_utf8(last.to_vec()).ok()
    }

    #[test]
    fn a_look_is_answered_by_what_was_asked_of_its_own_mailbox_whatever_the_order() {
        let mut ahead = asked();
        assert!(
            told(&mut ahead, "UID SEARCH ALL").is_none(),
            "nothing is open"
        );
        assert!(told(&mut ahead, "SELECT b").is_some());
        assert_eq!(
            told(&mut ahead, "UID SEARCH ALL").as_deref(),
            Some("* SEARCH 2")
        );
        assert_eq!(told(&mut ahead, "LIST x").as_deref(), Some("* LIST x"));
        assert!(told(&mut ahead, "SELECT a").is_some());
        assert_eq!(
            told(&mut ahead, "UID SEARCH ALL").as_deref(),
            Some("* SEARCH 1")
        );
    }

    #[test]
    fn each_answer_counts_once_so_that_looking_again_asks_again() {
        let mut ahead = asked();
        assert!(told(&mut ahead, "LIST x").is_some());
        assert!(told(&mut ahead, "LIST x").is_none());
        assert!(
            ahead
                .take(&commands(&["SELECT a", "UID SEARCH DELETED"]))
                .is_none()
        );
        // What could not be answered whole has taken nothing.
        assert!(
            ahead
                .take(&commands(&["SELECT a", "UID SEARCH ALL"]))
                .is_some()
        );
    }

    #[test]
    fn what_may_be_refused_because_it_came_with_others_is_not_kept_nor_what_stands_behind_it() {
        let refused = Reply {
            ending: Ending::Bad,
            ..ok(&[])
        };
        let mut ahead = Ahead::default();
        let asked = commands(&["SELECT a", "UID SEARCH ALL", "LIST x"]);
        ahead.keep(&asked, vec![refused, ok(&["* SEARCH 1"]), ok(&[])], None);
        assert!(ahead.take(&commands(&["SELECT a"])).is_none());
        assert_eq!(ahead.asked.len(), 1);
    }
}
