//! The commands of looks without what repeats itself: each command once, and each mailbox opened once for all that is asked in
//! it. Opening one that was changed a moment ago makes a server read it anew, each time.
//!
//! In: commands as they will be made. Out: those that are sent in one flight for them, each with what it answers and how often:
//! first what names its own mailbox, then the mailboxes in the order in which they are looked into first, and at the end the
//! one that is looked into last, which stays open unless it is left. Opening another one leaves a mailbox too. All of a flight
//! is equally fresh.
//!
//! Where many names are looked for among few, all are listed once: a server reads its list of mailboxes for every LIST anew.

use std::collections::BTreeMap;

use super::{
    command::Command,
    flight::{is_bound, opens},
};

/// All names are listed where there are no more than so many for each that is looked for.
const NAMES: usize = 4;

/// A command that is about to be made, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made {
    pub command: Command,
    pub times: usize,
}

/// A command of a flight, and the commands that it answers: itself, or looks for single names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SharedCommand {
    pub command: Command,
    pub answers: Vec<Made>,
}

impl SharedCommand {
    /// A command that is made once.
    pub fn once(command: Command) -> Self {
        let made = Made {
            command: command.clone(),
            times: 1,
        };
        Self {
            command,
            answers: vec![made],
        }
    }

    fn again(&mut self) {
        for made in &mut self.answers {
            made.times += 1;
        }
    }
}

/// Commands that list names, as one of these (LIST, and LSUB where it is needed) that lists all, where `names` is how many there
/// are.
pub(super) fn list_once(
    shared: Vec<SharedCommand>,
    all: Vec<Command>,
    names: usize,
) -> Vec<SharedCommand> {
    let mut once = shared;
    for list in all {
        let verb = list.verb();
        let is_one = |one: &SharedCommand| one.command.verb() == verb;
        let looked_for = once.iter().filter(|one| is_one(one)).count();
        if looked_for < 2 || names > NAMES * looked_for {
            continue;
        }
        let (listing, mut rest): (Vec<SharedCommand>, Vec<_>) = once.into_iter().partition(is_one);
        let answers = listing.into_iter().flat_map(|one| one.answers).collect();
        rest.insert(
            0,
            SharedCommand {
                command: list,
                answers,
            },
        );
        once = rest;
    }
    once
}

/// What tells two commands apart.
type Octets = Vec<Vec<u8>>;

fn octets(command: &Command) -> Octets {
    command.parts().iter().map(|part| part.to_vec()).collect()
}

/// Commands, each once.
#[derive(Default)]
struct Distinct {
    all: Vec<SharedCommand>,
    places: BTreeMap<Octets, usize>,
}

impl Distinct {
    fn add(&mut self, command: Command) {
        let octets = octets(&command);
        let known = self.places.get(&octets).copied();
        if let Some(known) = known.and_then(|place| self.all.get_mut(place)) {
            known.again();
            return;
        }
        self.places.insert(octets, self.all.len());
        self.all.push(SharedCommand::once(command));
    }

    fn searches(&self) -> bool {
        let mut all = self.all.iter();
        all.any(|one| one.command.verb() == "UID SEARCH")
    }
}

/// The commands of a flight, each once. Where `tells_searches_apart` is false, a mailbox is opened again for each search.
pub(super) fn share(commands: Vec<Command>, tells_searches_apart: bool) -> Vec<SharedCommand> {
    let mut free = Distinct::default();
    // What opens each mailbox and what is asked in it; what comes before the first opening works in the one that is open.
    let mut visits = vec![Distinct::default()];
    let mut now = 0;
    let mut leaves = None;
    let mut opened: BTreeMap<Octets, usize> = BTreeMap::new();
    let mut waiting = commands.into_iter().peekable();
    while let Some(command) = waiting.next() {
        if opens(&command) {
            let octets = octets(&command);
            let searches = waiting
                .peek()
                .is_some_and(|next| next.verb() == "UID SEARCH");
            let known = opened.get(&octets).copied().filter(|known| {
                let visit = visits.get(*known);
                tells_searches_apart || !searches || visit.is_some_and(|visit| !visit.searches())
            });
            now = known.unwrap_or(visits.len());
            opened.insert(octets, now);
            if known.is_none() {
                visits.push(Distinct::default());
            }
        } else if !is_bound(&command) {
            free.add(command);
            continue;
        }
        leaves = None;
        if command.verb() == "UNSELECT" {
            leaves = Some(SharedCommand::once(command));
        } else if let Some(visit) = visits.get_mut(now) {
            visit.add(command);
        }
    }
    if now > 0 {
        let last = visits.remove(now);
        visits.push(last);
    }
    let inside = visits.into_iter().flat_map(|visit| visit.all);
    free.all.into_iter().chain(inside).chain(leaves).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(lines: &[&str], tells_searches_apart: bool) -> Vec<(String, usize)> {
        let commands = lines.iter().map(|line| Command::new(line)).collect();
        let shared = share(commands, tells_searches_apart);
        let each = shared.into_iter().map(|one| {
            let line = String::from_utf8(one.command.text()).unwrap();
            let times = one.answers.iter().map(|made| made.times).sum();
            (line, times)
        });
        each.collect()
    }

    #[test]
    fn each_mailbox_is_opened_once_for_all_that_is_asked_in_it_and_the_last_one_stays_the_last() {
        let looks = [
            "LIST x",
            "SELECT a",
            "UID SEARCH ALL",
            "UNSELECT",
            "SELECT b",
            "UID FETCH 1",
            "LIST x",
            "SELECT a",
            "UID SEARCH DELETED",
            "SELECT b",
            "UID FETCH 2",
            "SELECT a",
            "UID FETCH 3",
        ];
        let each = [
            ("LIST x", 2),
            ("SELECT b", 2),
            ("UID FETCH 1", 1),
            ("UID FETCH 2", 1),
            ("SELECT a", 3),
            ("UID SEARCH ALL", 1),
            ("UID SEARCH DELETED", 1),
            ("UID FETCH 3", 1),
        ];
        let each = each.map(|(line, looks)| (line.to_owned(), looks));
        assert_eq!(asked(&looks, true), each);
    }

    #[test]
    fn a_mailbox_is_left_where_nothing_else_is_opened_after_it() {
        let looks = ["SELECT a", "UNSELECT", "SELECT b", "UNSELECT", "LIST x"];
        let each = ["LIST x", "SELECT a", "SELECT b", "UNSELECT"];
        let each = each.map(|line| (line.to_owned(), 1));
        assert_eq!(asked(&looks, true), each);
    }

    #[test]
    fn many_names_among_few_are_listed_once_and_few_among_many_one_by_one() {
        let looks = ["LIST x", "LIST y", "STATUS x", "LIST x", "SELECT a"];
        let commands = || looks.iter().map(|line| Command::new(line)).collect();
        let listed = |names| {
            let all = vec![Command::new("LIST *"), Command::new("LSUB *")];
            let once = list_once(share(commands(), true), all, names);
            let each = once.into_iter().map(|one| {
                let line = String::from_utf8(one.command.text()).unwrap();
                let answers = one.answers.into_iter();
                let answers = answers.map(|made| String::from_utf8(made.command.text()).unwrap());
                (line, answers.collect::<Vec<_>>().join(", "))
            });
            each.collect::<Vec<_>>()
        };
        let apart = ["LIST x", "LIST y", "STATUS x", "SELECT a"];
        assert_eq!(
            listed(9),
            apart.map(|line| (line.to_owned(), line.to_owned()))
        );
        let together = [
            ("LIST *", "LIST x, LIST y"),
            ("STATUS x", "STATUS x"),
            ("SELECT a", "SELECT a"),
        ];
        let together = together.map(|(line, answers)| (line.to_owned(), answers.to_owned()));
        assert_eq!(listed(8), together);
    }

    #[test]
    fn what_works_in_the_open_mailbox_stays_before_all_that_opens_another() {
        let looks = ["UID FETCH 2", "SELECT a", "UID FETCH 1", "LIST x"];
        let each = ["LIST x", "UID FETCH 2", "SELECT a", "UID FETCH 1"];
        let each = each.map(|line| (line.to_owned(), 1));
        assert_eq!(asked(&looks, true), each);
    }

    #[test]
    fn where_answers_to_searches_are_told_apart_by_nothing_each_has_an_opening_of_its_own() {
        let looks = [
            "SELECT a",
            "UID SEARCH ALL",
            "SELECT a",
            "UID SEARCH DELETED",
            "SELECT a",
            "UID FETCH 1",
        ];
        let each = [
            ("SELECT a", 1),
            ("UID SEARCH ALL", 1),
            ("SELECT a", 2),
            ("UID SEARCH DELETED", 1),
            ("UID FETCH 1", 1),
        ];
        let each = each.map(|(line, looks)| (line.to_owned(), looks));
        assert_eq!(asked(&looks, false), each);
    }
}
