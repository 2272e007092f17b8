//! What was asked ahead: the answers to looks that are about to be made, all asked for in one flight.
//!
//! In: commands and their replies. Out: each reply to the looks that it was asked for, which send the same command for the same
//! mailbox, and to no more.
//!
//! A look whose answer was asked for ahead is as fresh as one that is sent now, as long as nothing else has been sent in
//! between. So all answers are forgotten as soon as a command is sent that changes something, or a look that was not asked
//! ahead; and because each counts as often as it was asked for, whoever looks again and again sees what the server shows now.

use bytes::Bytes;

use super::{
    command::Command,
    flight, read,
    reply::{Ending, Reply},
    visits::{Made, SharedCommand},
};
use crate::{language::Phrase, model::uid::UidSet};

/// Messages that one command names: more than any batch has.
const MOST: usize = 1 << 20;

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
    /// How many looks it is still to answer.
    looks: usize,
}

impl Ahead {
    /// Keeps the replies to commands that were sent together; `inside` is what has opened the mailbox that the first of them
    /// work in. What may have been refused because it came with others, or in passing, is not kept: whoever asks for it hears
    /// it from the server.
    pub fn keep(
        &mut self,
        shared: Vec<SharedCommand>,
        mut replies: Vec<Reply>,
        inside: Option<&Command>,
    ) {
        self.inside = inside.cloned();
        let commands: Vec<&Command> = shared.iter().map(|one| &one.command).collect();
        let named = hand_out(&commands, &mut replies);
        let mut opened_by = inside.cloned();
        for (SharedCommand { command, answers }, mut reply) in shared.into_iter().zip(replies) {
            let is_free = !flight::opens(&command) && !flight::is_bound(&command);
            if flight::opens(&command) {
                opened_by = reply.is_ok().then(|| command.clone());
            }
            let is_void = flight::is_bound(&command) && (opened_by.is_none() || !reply.is_ok());
            // What is refused for all names says nothing of one.
            let is_itself = answers.iter().all(|made| made.command == command);
            let is_refused = reply.ending == Ending::No && reply.passing().is_none();
            let is_kept = reply.is_ok() || is_refused && is_itself;
            if is_void || !is_kept {
                continue;
            }
            for Made { command, times } in answers {
                // What works in a mailbox answers one command, itself.
                let data = if is_free {
                    named.of(&command)
                } else {
                    std::mem::take(&mut reply.data)
                };
                self.asked.push(Asked {
                    inside: opened_by.clone().filter(|_| !is_free),
                    command,
                    reply: Reply {
                        data,
                        ..reply.clone()
                    },
                    looks: times,
                });
            }
        }
    }

    /// Whether these commands were asked ahead. What leaves a mailbox asks for nothing.
    pub fn has(&self, commands: &[Command]) -> bool {
        let asks = commands.iter().filter(|one| one.verb() != "UNSELECT");
        let asks: Vec<Command> = asks.cloned().collect();
        self.places(&asks).is_some()
    }

    /// The replies to these commands, which are about to be sent; none where any of them was not asked ahead.
    pub fn take(&mut self, commands: &[Command]) -> Option<Vec<Reply>> {
        let (places, inside) = self.places(commands)?;
        self.inside = inside;
        let mut replies = Vec::with_capacity(places.len());
        for place in places {
            let asked = self.asked.get_mut(place)?;
            asked.looks -= 1;
            replies.push(if asked.looks == 0 {
                std::mem::replace(&mut asked.reply, Reply::lost(Phrase::default()))
            } else {
                asked.reply.clone()
            });
        }
        self.asked.retain(|asked| asked.looks > 0);
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
                    && places.iter().filter(|taken| *taken == place).count() < asked.looks
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

/// Responses that say themselves what they are about.
struct Named {
    /// Those that list a name, with it.
    listed: Vec<(Vec<u8>, Bytes)>,
    others: Vec<Bytes>,
}

impl Named {
    fn new(responses: impl Iterator<Item = Bytes>) -> Self {
        let mut named = Self {
            listed: Vec::new(),
            others: Vec::new(),
        };
        for response in responses {
            match read::listed(&response) {
                Some(listed) => named.listed.push((listed.name, response)),
                None => named.others.push(response),
            }
        }
        named
    }

    /// Those that may answer a command: of the names that are listed those that its pattern may stand for.
    fn of(&self, command: &Command) -> Vec<Bytes> {
        let Some(pattern) = command.listed_pattern() else {
            return self.others.clone();
        };
        let is_wild = |octet: &u8| matches!(octet, b'*' | b'%');
        let wild = pattern.iter().position(is_wild);
        let head = pattern.get(..wild.unwrap_or(pattern.len()));
        let may_be = |name: &[u8]| {
            let length = if wild.is_some() {
                head.map_or(0, <[u8]>::len)
            } else {
                name.len()
            };
            name.get(..length)
                .zip(head)
                .is_some_and(|(name, head)| name.eq_ignore_ascii_case(head))
        };
        let listed = self.listed.iter().filter(|(name, _)| may_be(name));
        listed.map(|(_, response)| response.clone()).collect()
    }
}

/// Puts the data of a flight with the commands that it answers. What stands with the command that opened a mailbox is said of
/// all that is asked in it; of messages each FETCH gets its own. Returns what says itself what it is about.
fn hand_out(commands: &[&Command], replies: &mut [Reply]) -> Named {
    let pools: Vec<Vec<Bytes>> = replies
        .iter_mut()
        .map(|reply| std::mem::take(&mut reply.data))
        .collect();
    // What was asked for in several goes stands in several places.
    let all = pools.iter().flatten();
    let named = all.filter(|response| flight::names_itself(response));
    let named = Named::new(named.cloned());
    let leaders = flight::leaders(commands.iter().copied());
    for (leader, pool) in pools.into_iter().enumerate() {
        let inside = leaders.iter().zip(commands).enumerate();
        let inside = inside.filter(|(_, (its, command))| {
            **its == leader && (flight::opens(command) || flight::is_bound(command))
        });
        let inside: Vec<(usize, Option<UidSet>)> = inside
            .map(|(place, (_, command))| (place, command.fetched_uids(MOST)))
            .collect();
        let told = replies.get(leader).map_or(0, |reply| reply.told);
        let mut told_now = 0;
        for (number, response) in pool.into_iter().enumerate() {
            let uid = read::fetched_uid(&response);
            let is_its = |uids: &Option<UidSet>| match uid {
                Some(uid) => uids.as_ref().is_some_and(|uids| uids.contains(uid)),
                None => true,
            };
            told_now += usize::from(uid.is_none() && number < told);
            for (place, _) in inside.iter().filter(|(_, uids)| is_its(uids)) {
                if let Some(reply) = replies.get_mut(*place) {
                    reply.data.push(response.clone());
                }
            }
        }
        if let Some(reply) = replies.get_mut(leader) {
            reply.told = told_now;
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::{super::visits, *};

    fn ok(lines: &[&str]) -> Reply {
        Reply {
            ending: Ending::Ok,
            told: 1,
            data: lines
                .iter()
                .map(|line| Bytes::from((*line).to_owned()))
                .collect(),
            ..Reply::lost(Phrase::default())
        }
    }

    fn commands(lines: &[&str]) -> Vec<Command> {
        lines.iter().map(|line| Command::new(line)).collect()
    }

    fn shared(lines: &[&str]) -> Vec<SharedCommand> {
        commands(lines)
            .into_iter()
            .map(SharedCommand::once)
            .collect()
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
        ahead.keep(shared(&asked), replies, None);
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
        assert!(ahead.has(&commands(&["SELECT a", "UNSELECT", "LIST x"])));
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
    fn an_answer_that_was_asked_for_by_two_looks_counts_twice_and_each_fetch_gets_its_own_messages()
    {
        let asked = ["SELECT a", "UID FETCH 1:2 (UID)", "UID FETCH 3 (UID)"];
        let mut shared = shared(&asked);
        for made in shared
            .first_mut()
            .into_iter()
            .flat_map(|one| &mut one.answers)
        {
            made.times = 2;
        }
        let pool = [
            "* 3 EXISTS",
            "* 1 FETCH (UID 1)",
            "* 3 FETCH (FLAGS () UID 3)",
            "* 2 FETCH (UID 2)",
        ];
        let mut ahead = Ahead::default();
        ahead.keep(shared, vec![ok(&pool), ok(&[]), ok(&[])], None);
        let mut told = |line| {
            let replies = ahead.take(&commands(&[line]));
            replies.map(|replies| {
                replies
                    .iter()
                    .map(|reply| reply.data.clone())
                    .collect::<Vec<_>>()
                    .concat()
            })
        };
        let lines = |lines: &[usize]| {
            let lines = lines.iter().filter_map(|at| pool.get(*at));
            Some(
                lines
                    .map(|line| Bytes::from_static(line.as_bytes()))
                    .collect::<Vec<_>>(),
            )
        };
        for _ in 0..2 {
            assert_eq!(told("SELECT a"), lines(&[0]));
        }
        assert_eq!(told("UID FETCH 3 (UID)"), lines(&[0, 2]));
        assert_eq!(told("UID FETCH 1:2 (UID)"), lines(&[0, 1, 3]));
        assert_eq!(told("SELECT a"), None);
    }

    #[test]
    fn a_list_of_all_names_answers_for_each_that_was_looked_for_but_not_when_it_is_refused() {
        let kept = |list: Reply| {
            let looked_for =
                commands(&["LIST \"\" \"x\"", "LIST \"\" \"x/*\"", "LIST \"\" \"a%\""]);
            let all = visits::list_once(
                looked_for.into_iter().map(SharedCommand::once).collect(),
                commands(&["LIST \"\" \"*\""]),
                4,
            );
            let mut ahead = Ahead::default();
            ahead.keep(all, vec![list], None);
            ahead
        };
        let listed = ["x", "X/y", "ab", "xy"].map(|name| format!("* LIST () \"/\" {name}"));
        let mut ahead = kept(ok(&listed.each_ref().map(String::as_str)));
        let mut told = |line| {
            let replies = ahead.take(&commands(&[line]));
            let data = replies.into_iter().flatten().flat_map(|reply| reply.data);
            data.map(|line| String::from_utf8(line.to_vec()).unwrap_or_default())
                .collect::<Vec<_>>()
        };
        assert_eq!(told("LIST \"\" \"x/*\""), ["* LIST () \"/\" X/y"]);
        assert_eq!(told("LIST \"\" \"x\""), ["* LIST () \"/\" x"]);
        assert_eq!(told("LIST \"\" \"a%\""), ["* LIST () \"/\" ab"]);
        let refused = Reply {
            ending: Ending::No,
            ..ok(&[])
        };
        assert!(kept(refused).asked.is_empty());
    }

    #[test]
    fn what_may_be_refused_because_it_came_with_others_is_not_kept_nor_what_stands_behind_it() {
        let refused = Reply {
            ending: Ending::Bad,
            ..ok(&[])
        };
        let mut ahead = Ahead::default();
        let asked = shared(&["SELECT a", "UID SEARCH ALL", "LIST x"]);
        ahead.keep(asked, vec![refused, ok(&["* SEARCH 1"]), ok(&[])], None);
        assert!(ahead.take(&commands(&["SELECT a"])).is_none());
        assert_eq!(ahead.asked.len(), 1);
    }
}
