//! A flight: the commands that are on their way together, and whose answer is whose.
//!
//! In: responses in the order in which they come. Out: one [`Reply`] a command. Tagged answers are told apart by their tags,
//! in whatever order they come. Untagged data belongs to the mailbox that was open when it came and not to a command
//! (RFC 9051 §5.5), so it is pooled from one SELECT to the next. Nothing behind a SELECT that failed is believed.

use bytes::Bytes;

use super::{
    command::Command,
    lexer::{Lexer, Tagged, Word},
    reply::{Ending, Reply},
};
use crate::language::{Phrase, text};

/// Takes untagged data as it comes, before it is kept.
pub type Taker<'t> = &'t mut (dyn FnMut(&Bytes) -> Taken + Send);

/// What became of a response that was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It was understood, and need not be kept.
    Yes,
    /// It is somebody else's.
    No,
    /// It was understood, and it is more than is taken.
    TooMuch,
}

/// Takes nothing: all data is in the replies.
pub fn nothing(_: &Bytes) -> Taken {
    Taken::No
}

/// Octets of commands in a flight.
const OCTETS: usize = 16 << 10;
/// Commands in a flight. Servers were seen to answer more than 500 that are on their way together.
const COMMANDS: usize = 200;
/// Octets that are kept of the answers to one flight. Each response counts for more than it is long, since to keep it
/// takes memory of its own.
const KEPT: usize = 24 << 20;
/// What a response counts for beside its octets.
pub const RESPONSE: usize = 64;
/// Octets of lines that tell nothing, in one flight.
const WASTED: usize = 4 << 20;

/// What a response has been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// Untagged data.
    Data,
    /// An untagged OK that tells nothing but that the server is at work (RFC 9585).
    AtWork,
    /// A command was answered.
    Answer,
    /// The server goes.
    Goodbye,
    /// It asks for the rest of a command.
    GoOn,
    /// Nothing that anybody waits for.
    Nothing,
    /// More than an answer can be.
    TooMuch,
    /// An answer to a command that is not waiting.
    Disorder,
}

/// What a command has to do with the mailbox that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bond {
    /// It opens another one.
    Opens,
    /// It works in the one that is open.
    Bound,
    /// Nothing: its data names what it is about.
    Free,
}

impl Bond {
    fn of(command: &Command) -> Self {
        const OPENS: [&str; 2] = ["SELECT", "EXAMINE"];
        const BOUND: [&str; 5] = ["UID ", "FETCH", "SEARCH", "EXPUNGE", "UNSELECT"];
        let begins = |words: &[&str]| words.iter().any(|word| command.begins(word));
        if begins(&OPENS) {
            Self::Opens
        } else if begins(&BOUND) {
            Self::Bound
        } else {
            Self::Free
        }
    }
}

/// Whether a command opens a mailbox.
pub fn opens(command: &Command) -> bool {
    Bond::of(command) == Bond::Opens
}

/// Whether a command works in the mailbox that was opened before it.
pub fn is_bound(command: &Command) -> bool {
    Bond::of(command) == Bond::Bound
}

/// Commands cut into flights, each short enough for what may be unread on the way: long commands and long answers that both
/// sides only write would stall. What works in a mailbox stays with the command that opens it.
pub fn flights(commands: &[Command]) -> Vec<&[Command]> {
    let mut flights = Vec::new();
    let (mut start, mut border, mut octets) = (0, 0, 0);
    for (place, command) in commands.iter().enumerate() {
        if !is_bound(command) {
            border = place;
        }
        octets += command.octets();
        let is_full = octets > OCTETS || place - start >= COMMANDS;
        if is_full && border > start {
            flights.extend(commands.get(start..border));
            start = border;
            let rest = commands.get(start..=place).unwrap_or_default();
            octets = rest.iter().map(Command::octets).sum();
        }
    }
    let rest = commands.get(start..).filter(|rest| !rest.is_empty());
    flights.extend(rest);
    flights
}

/// For each command the one that opened the mailbox it works in, or the first: where the data of its mailbox stands.
pub fn leaders<'c>(commands: impl IntoIterator<Item = &'c Command>) -> Vec<usize> {
    let mut leader = 0;
    let each = commands.into_iter().enumerate();
    each.map(|(place, command)| match Bond::of(command) {
        Bond::Opens => {
            leader = place;
            leader
        }
        Bond::Bound => leader,
        Bond::Free => 0,
    })
    .collect()
}

struct One {
    bond: Bond,
    leader: usize,
    reply: Option<Reply>,
    /// Untagged data of the mailbox that it opens.
    pool: Vec<Bytes>,
}

/// The commands that are on their way together.
pub struct Flight {
    /// The number in the first tag.
    first: u64,
    all: Vec<One>,
    /// How many are answered, from the first on.
    answered: usize,
    /// The command that opened the mailbox that data is about now.
    open: usize,
    kept: usize,
    wasted: usize,
    goodbye: Option<Tagged>,
}

impl Flight {
    /// Numbers the commands.
    pub fn new(tags: &mut u64, commands: &[Command]) -> Self {
        let first = *tags + 1;
        *tags += commands.len() as u64;
        let each = commands.iter().zip(leaders(commands));
        let mut flight = Self {
            first,
            all: each
                .map(|(command, leader)| One {
                    bond: Bond::of(command),
                    leader,
                    reply: None,
                    pool: Vec::new(),
                })
                .collect(),
            answered: 0,
            open: 0,
            kept: 0,
            wasted: 0,
            goodbye: None,
        };
        flight.go_on();
        flight
    }

    /// Each command's tag.
    pub fn tags(&self) -> impl Iterator<Item = String> {
        let numbers = self.first..self.first + self.all.len() as u64;
        numbers.map(tag)
    }

    /// Whether the first so many commands are answered.
    pub fn is_answered(&self, upto: usize) -> bool {
        self.answered >= upto
    }

    /// Takes a response in; untagged data is offered to `taker` first.
    pub fn take(&mut self, response: Bytes, taker: Taker<'_>) -> Received {
        let cost = response.len() + RESPONSE;
        if response.starts_with(b"+") {
            return self.waste(cost, Received::GoOn);
        }
        if !response.starts_with(b"*") {
            return self.answer(&response, cost);
        }
        let status = Tagged::parse(&response);
        if let Some(line) = &status
            && line.word == Word::Bye
        {
            self.goodbye = status;
            return self.keep(response, cost, Received::Goodbye);
        }
        if status.is_none() {
            match taker(&response) {
                Taken::No => {}
                Taken::Yes => return Received::Data,
                Taken::TooMuch => return Received::TooMuch,
            }
        }
        let is_at_work = |line: &Tagged| {
            let code = line.code.as_deref();
            line.word == Word::Ok && code.is_none_or(|code| code.starts_with("INPROGRESS"))
        };
        let heard = match &status {
            Some(line) if is_at_work(line) => Received::AtWork,
            _ => Received::Data,
        };
        self.keep(response, cost, heard)
    }

    fn waste(&mut self, cost: usize, heard: Received) -> Received {
        self.wasted += cost;
        if self.wasted > WASTED {
            return Received::TooMuch;
        }
        heard
    }

    fn keep(&mut self, response: Bytes, cost: usize, heard: Received) -> Received {
        self.kept += cost;
        if self.kept > KEPT {
            return Received::TooMuch;
        }
        let place = if names_itself(&response) {
            0
        } else {
            self.open
        };
        if let Some(one) = self.all.get_mut(place) {
            one.pool.push(response);
        }
        heard
    }

    fn answer(&mut self, response: &Bytes, cost: usize) -> Received {
        let Some(line) = Tagged::parse(response) else {
            return self.waste(cost, Received::Nothing);
        };
        let Some(number) = number(&line.tag) else {
            return Received::Disorder;
        };
        let is_alone = self.all.len() == 1;
        if (1..self.first).contains(&number) && is_alone {
            // An answer that was given before is nobody's, and does not stand in for the one that is waited for.
            return self.waste(cost, Received::Nothing);
        }
        let place = number.checked_sub(self.first);
        let place = place.and_then(|place| usize::try_from(place).ok());
        let waits_before = self.waits_before();
        let Some((place, one)) = place.and_then(|place| Some((place, self.all.get_mut(place)?)))
        else {
            return Received::Disorder;
        };
        // Nothing is answered in a mailbox as long as something is not answered in the one that was open before.
        let is_early = one.bond != Bond::Free && waits_before.is_some_and(|open| one.leader > open);
        if one.reply.is_some() || is_early {
            return Received::Disorder;
        }
        one.reply = Some(Reply {
            ending: match line.word {
                Word::Ok => Ending::Ok,
                Word::No => Ending::No,
                _ => Ending::Bad,
            },
            tag: tag(self.first + place as u64),
            code: line.code,
            text: line.text.into(),
            told: one.pool.len(),
            data: Vec::new(),
        });
        self.go_on();
        Received::Answer
    }

    /// The opened mailbox in which something is still to be answered.
    fn waits_before(&self) -> Option<usize> {
        let mut waiting = self.all.iter().skip(self.answered);
        let first = waiting.find(|one| one.bond != Bond::Free && one.reply.is_none());
        first.map(|one| one.leader)
    }

    /// Goes on to the mailbox that is opened next when all is answered in the one before.
    fn go_on(&mut self) {
        let answered = self.all.iter().skip(self.answered);
        self.answered += answered.take_while(|one| one.reply.is_some()).count();
        if let Some(open) = self.waits_before() {
            self.open = open;
        }
    }

    /// The replies, all answered.
    pub fn into_replies(self) -> Vec<Reply> {
        self.lost(&Ending::Lost, &Phrase::default())
    }

    /// The replies; what has no answer ended so, and for this reason, unless the server said goodbye.
    pub fn lost(mut self, ending: &Ending, why: &Phrase) -> Vec<Reply> {
        let first = self.first;
        self.void();
        let goodbye = self.goodbye;
        let each = self.all.into_iter().enumerate();
        each.map(|(place, one)| {
            let mut reply = one.reply.unwrap_or_else(|| match &goodbye {
                Some(line) => Reply {
                    ending: Ending::Bye,
                    code: line.code.clone(),
                    ..Reply::lost(line.text.as_str().into())
                },
                None => Reply {
                    ending: ending.clone(),
                    ..Reply::lost(why.clone())
                },
            });
            reply.tag = tag(first + place as u64);
            reply.data = one.pool;
            reply
        })
        .collect()
    }

    /// Leaves nothing of what was said behind a SELECT that failed: no mailbox was open (RFC 9051 §6.3.2).
    fn void(&mut self) {
        let is_failed = |one: &One| {
            let is_refused = one.reply.as_ref().is_some_and(|reply| !reply.is_ok());
            one.bond == Bond::Opens && is_refused
        };
        let failed: Vec<bool> = self.all.iter().map(is_failed).collect();
        for one in &mut self.all {
            let is_void = failed.get(one.leader).copied().unwrap_or_default();
            if one.bond == Bond::Bound
                && is_void
                && let Some(reply) = &mut one.reply
            {
                reply.ending = Ending::No;
                reply.code = None;
                reply.text = text::mailbox_not_opened();
            }
        }
        let voided = self.all.iter_mut().zip(failed).skip(1);
        for (one, _) in voided.filter(|(_, failed)| *failed) {
            one.pool.clear();
        }
    }
}

fn tag(number: u64) -> String {
    format!("R{number:04}")
}

/// The number in a tag of ours, as [`tag`] has written it.
fn number(of: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(of).ok()?;
    let number = text.strip_prefix('R')?.parse().ok()?;
    (tag(number) == text).then_some(number)
}

/// Whether a response says itself what it is about, whatever mailbox is open.
pub fn names_itself(response: &[u8]) -> bool {
    const WORDS: [&str; 10] = [
        "LIST",
        "LSUB",
        "XLIST",
        "STATUS",
        "NAMESPACE",
        "ID",
        "CAPABILITY",
        "ACL",
        "MYRIGHTS",
        "METADATA",
    ];
    Lexer::untagged(response).is_some_and(|mut lexer| {
        let word = lexer.head();
        WORDS
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of these commands when these lines come; `{n}` stands for the tag of the n-th command.
    fn heard(commands: &[&str], lines: &[&str]) -> (Vec<Received>, Vec<Reply>) {
        let commands: Vec<Command> = commands.iter().map(|one| Command::new(one)).collect();
        let mut tags = 8;
        let mut flight = Flight::new(&mut tags, &commands);
        let mut heard = Vec::new();
        for line in lines {
            let mut line = format!("{line}\r\n");
            for (place, tag) in flight.tags().enumerate() {
                line = line.replace(&format!("{{{place}}}"), &tag);
            }
            heard.push(flight.take(Bytes::from(line), &mut nothing));
        }
        (heard, flight.lost(&Ending::Lost, &"closed".into()))
    }

    fn data(reply: &Reply) -> Vec<String> {
        let lines = reply.data.iter();
        lines
            .map(|line| String::from_utf8_lossy(line).trim_end().to_owned())
            .collect()
    }

    #[test]
    fn answers_are_told_apart_by_their_tags_in_any_order() {
        let commands = ["UID SEARCH ALL", "UID SEARCH DELETED", "FETCH 1 (UID)"];
        let (heard, replies) = heard(
            &commands,
            &["{2} OK fetched", "{0} NO never", "{1} BAD what"],
        );
        assert_eq!(heard, [Received::Answer; 3]);
        let endings: Vec<&Ending> = replies.iter().map(|reply| &reply.ending).collect();
        assert_eq!(endings, [&Ending::No, &Ending::Bad, &Ending::Ok]);
        let tags: Vec<&str> = replies.iter().map(|reply| reply.tag.as_str()).collect();
        assert_eq!(tags, ["R0009", "R0010", "R0011"]);
    }

    #[test]
    fn data_is_pooled_from_one_select_to_the_next_and_what_names_itself_apart() {
        let (_, replies) = heard(
            &[
                "STATUS x (MESSAGES)",
                "EXAMINE a",
                "FETCH 1 (UID)",
                "UID SEARCH ALL",
                "EXAMINE b",
                "UID SEARCH ALL",
            ],
            &[
                "* 1 EXISTS",
                "{1} OK open",
                "* SEARCH 1",
                "{3} OK found",
                "* 1 FETCH (UID 1)",
                "* STATUS x (MESSAGES 2)",
                "{2} OK fetched",
                "* 2 EXISTS",
                "{4} OK open",
                "* SEARCH 2",
                "{5} OK found",
                "{0} OK counted",
            ],
        );
        assert_eq!(data(&replies[0]), ["* STATUS x (MESSAGES 2)"]);
        assert_eq!(
            data(&replies[1]),
            ["* 1 EXISTS", "* SEARCH 1", "* 1 FETCH (UID 1)"]
        );
        assert_eq!(data(&replies[4]), ["* 2 EXISTS", "* SEARCH 2"]);
        assert!(replies.iter().all(Reply::is_ok));
    }

    #[test]
    fn nothing_behind_a_select_that_failed_is_believed() {
        let (_, replies) = heard(
            &["EXAMINE a", "UID SEARCH ALL", "EXAMINE b", "UID SEARCH ALL"],
            &[
                "{0} OK",
                "* SEARCH 1",
                "{1} OK",
                "{2} NO gone",
                "* SEARCH 1",
                "{3} OK of what was open before",
            ],
        );
        assert!(replies[1].is_ok() && data(&replies[0]) == ["* SEARCH 1"]);
        assert_eq!(replies[3].ending, Ending::No);
        assert!(data(&replies[2]).is_empty());
    }

    #[test]
    fn an_answer_that_is_not_waited_for_is_disorder_and_answers_nothing() {
        for line in [
            "R9999 OK", "R0000 OK", "R0001 OK", "r0009 OK", "A0009 OK", "{0} OK",
        ] {
            let (heard, replies) = heard(&["NOOP", "NOOP"], &["{0} OK", line]);
            assert_eq!(heard[1], Received::Disorder, "{line}");
            assert_eq!(replies[1].ending, Ending::Lost, "{line}");
        }
        // The next mailbox is opened before all is answered in this one.
        let commands = ["EXAMINE a", "UID SEARCH ALL", "EXAMINE b"];
        let (heard, _) = heard(&commands, &["{0} OK", "{2} OK"]);
        assert_eq!(heard[1], Received::Disorder);
    }

    #[test]
    fn an_answer_given_before_does_not_stand_in_for_the_one_that_is_waited_for() {
        let (heard, replies) = heard(&["NOOP"], &["R0008 OK", "{0} NO", "R0003 BAD"]);
        assert_eq!(
            heard,
            [Received::Nothing, Received::Answer, Received::Nothing]
        );
        assert_eq!(replies[0].ending, Ending::No);
    }

    #[test]
    fn flights_are_short_and_keep_a_mailbox_together() {
        let long = format!("UID FETCH {} (UID)", "1,".repeat(3_000));
        let group = ["EXAMINE a", &long, "UID SEARCH ALL"];
        let many: Vec<Command> = group
            .iter()
            .cycle()
            .take(30)
            .map(|one| Command::new(one))
            .collect();
        let cut = flights(&many);
        assert!(cut.len() > 1);
        for flight in &cut {
            assert!(opens(&flight[0]) && flight.len() % 3 == 0);
            assert!(flight.iter().map(Command::octets).sum::<usize>() <= OCTETS);
        }
        assert_eq!(cut.concat(), many);
        let statuses = vec![Command::new("STATUS x (MESSAGES)"); 450];
        let lengths: Vec<usize> = flights(&statuses)
            .iter()
            .map(|flight| flight.len())
            .collect();
        assert_eq!(lengths, [200, 200, 50]);
        // What cannot be cut is sent whole.
        let whole = vec![Command::new(&long); 4];
        assert_eq!(flights(&whole).len(), 1);
        assert!(flights(&[]).is_empty());
    }

    #[test]
    fn small_lines_without_end_are_too_much_like_large_ones() {
        for line in ["* 1 EXISTS", "* OK", "+ x", "R0001 OK"] {
            let mut flight = Flight::new(&mut 8, &[Command::new("NOOP")]);
            let line = Bytes::from(format!("{line}\r\n"));
            let fits = (0..1_000_000)
                .take_while(|_| flight.take(line.clone(), &mut nothing) != Received::TooMuch);
            assert!(fits.count() <= KEPT / RESPONSE, "{line:?}");
        }
    }

    #[test]
    fn what_is_taken_as_it_comes_is_not_kept() {
        let mut flight = Flight::new(&mut 0, &[Command::new("LIST")]);
        for _ in 0..1_000_000 {
            let heard = flight.take(Bytes::from_static(b"* LIST () NIL x\r\n"), &mut |_| {
                Taken::Yes
            });
            assert_eq!(heard, Received::Data);
        }
        assert!(
            flight
                .lost(&Ending::Lost, &Phrase::default())
                .remove(0)
                .data
                .is_empty()
        );
    }
}
