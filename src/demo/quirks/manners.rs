//! Manners: how real servers put their answers, where that is not how the RFCs have it.
//!
//! In: a command and the reply that the embedded server is about to send. Out: the reply as a server of such manners sends
//! it. What the server does is the same; only what it says is another.

use std::borrow::Cow;

/// One habit of saying things otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// COPYUID stands alone on a line, without `* OK` (Exchange 2013 and 365).
    BareCopyUid,
    /// COPYUID stands behind the star, without OK.
    StarredCopyUid,
    /// An empty line before each tagged one.
    EmptyLines,
    /// The end of a command is said twice, first without its tag.
    TaglessEnd,
    /// A proxy says something of its own before each answer.
    Chatter,
    /// "I am still at work", in between.
    HangInThere,
    /// BAD to STATUS.
    StatusBad,
    /// NO to STATUS.
    StatusNo,
    /// OK to STATUS, and nothing else.
    StatusSilent,
    /// STATUS names another mailbox.
    StatusMisspelt,
    /// STATUS does not tell UIDVALIDITY.
    StatusWithoutValidity,
    /// STATUS is refused for this mailbox alone.
    StatusOfSentNo,
    /// LIST with RETURN options is BAD, though it is offered.
    ReturnBad,
    /// LSUB is refused.
    LsubNo,
    /// LSUB is not known.
    LsubBad,
    /// UIDVALIDITY has 64 bits.
    LargeValidity,
    /// Names of ours come back in capitals (Twisted).
    Capitals,
    /// A search that finds nothing is answered by OK alone.
    SearchSilent,
    /// Every search is answered by OK alone.
    SearchMute,
    /// EXISTS and the codes of SELECT come in lower case.
    LowerCase,
    /// Untagged lines end in blanks.
    TrailingBlanks,
    /// Response codes are glued to their text.
    GluedCodes,
    /// A tagged answer that was given before is given again.
    OldAnswers,
    /// MOVE is BAD, though it is offered.
    MoveBad,
    /// MOVE is refused as something that is not supported.
    MoveNo,
    /// UNSELECT is BAD, though it is offered.
    UnselectBad,
    /// NAMESPACE is refused.
    NamespaceNo,
    /// ID is BAD.
    IdBad,
    /// An empty mailbox is opened without EXISTS.
    EmptyUncounted,
    /// UIDNEXT is higher than the number that the next message gets.
    UidNextAhead,
    /// UIDNEXT is told nowhere.
    UidNextMissing,
    /// COPYUID is never told.
    CopyUidMissing,
    /// COPYUID is told of every other command.
    CopyUidHalf,
    /// COPYUID names the old UIDs twice.
    CopyUidOfSource,
    /// COPYUID has another UIDVALIDITY.
    CopyUidOfAnother,
    /// MOVE does not tell what it has taken out of the source.
    ExpungeUntold,
    /// STATUS counts seven messages more than there are.
    StatusCountsMore,
    /// STATUS counts no messages.
    StatusCountsNone,
    /// Searches tell the highest UID first, and each twice.
    SearchBackwards,
    /// A search tells flags of a message that nobody has asked for.
    FlagsUnasked,
    /// Tagged answers have no text.
    NoText,
    /// SELECT tells neither which flags can be kept nor that the mailbox can be changed.
    FlagsUntold,
    /// Each mailbox is listed twice.
    ListTwice,
    /// Flags come in capitals.
    FlagsInCapitals,
}

impl Manner {
    /// All of them.
    pub const EVERY: [Self; 44] = [
        Self::BareCopyUid,
        Self::StarredCopyUid,
        Self::EmptyLines,
        Self::TaglessEnd,
        Self::Chatter,
        Self::HangInThere,
        Self::StatusBad,
        Self::StatusNo,
        Self::StatusSilent,
        Self::StatusMisspelt,
        Self::StatusWithoutValidity,
        Self::StatusOfSentNo,
        Self::ReturnBad,
        Self::LsubNo,
        Self::LsubBad,
        Self::LargeValidity,
        Self::Capitals,
        Self::SearchSilent,
        Self::SearchMute,
        Self::LowerCase,
        Self::TrailingBlanks,
        Self::GluedCodes,
        Self::OldAnswers,
        Self::MoveBad,
        Self::MoveNo,
        Self::UnselectBad,
        Self::NamespaceNo,
        Self::IdBad,
        Self::EmptyUncounted,
        Self::UidNextAhead,
        Self::UidNextMissing,
        Self::CopyUidMissing,
        Self::CopyUidHalf,
        Self::CopyUidOfSource,
        Self::CopyUidOfAnother,
        Self::ExpungeUntold,
        Self::StatusCountsMore,
        Self::StatusCountsNone,
        Self::SearchBackwards,
        Self::FlagsUnasked,
        Self::NoText,
        Self::FlagsUntold,
        Self::ListTwice,
        Self::FlagsInCapitals,
    ];

    /// The words with which it refuses a command before anything is done; none where it does the command.
    #[must_use]
    pub fn refuses(self, command: &str) -> Option<&'static str> {
        match (self, command) {
            (Self::MoveBad, "UID MOVE") => Some("Unknown command"),
            (Self::MoveNo, "UID MOVE") => Some("MOVE is not supported here"),
            _ => None,
        }
    }

    /// The word of its whole answer to a command, where it says no more.
    fn only_word(self, command: &str, reply: &str) -> Option<&'static str> {
        match (self, command) {
            (Self::StatusBad, "STATUS")
            | (Self::LsubBad, "LSUB")
            | (Self::MoveBad, "UID MOVE")
            | (Self::UnselectBad, "UNSELECT")
            | (Self::IdBad, "ID") => Some("BAD"),
            (Self::StatusNo, "STATUS")
            | (Self::LsubNo, "LSUB")
            | (Self::NamespaceNo, "NAMESPACE") => Some("NO"),
            (Self::StatusSilent, "STATUS") | (Self::SearchMute, "UID SEARCH") => Some("OK"),
            (Self::ReturnBad, "LIST") if reply.contains("\\Subscribed") => Some("BAD"),
            (Self::StatusOfSentNo, "STATUS") if reply.contains("STATUS Sent ") => Some("NO"),
            _ => None,
        }
    }

    /// The reply to a command, as a server of such manners sends it.
    #[must_use]
    pub fn reword<'r>(self, command: &str, reply: &'r str) -> Cow<'r, str> {
        let Some((_, end)) = reply.trim_end().rsplit_once("\r\n").or(Some(("", reply))) else {
            return Cow::Borrowed(reply);
        };
        let tag = end.split(' ').next().unwrap_or_default();
        if let Some(word) = self.only_word(command, reply) {
            return Cow::Owned(format!("{tag} {word} not here\r\n"));
        }
        let each = |change: &dyn Fn(&str) -> String| {
            let lines = reply.split_inclusive("\r\n");
            Cow::Owned(lines.map(change).collect())
        };
        let before_end = |line: &str| {
            let head = reply
                .trim_end()
                .strip_suffix(end.trim_end())
                .unwrap_or_default();
            Cow::Owned(format!("{head}{line}\r\n{}\r\n", end.trim_end()))
        };
        let has_literal = reply.contains("}\r\n");
        match (self, command) {
            (Self::BareCopyUid, "UID MOVE") => each(&|line| bare_code(line, "")),
            (Self::StarredCopyUid, "UID MOVE") => each(&|line| bare_code(line, "* ")),
            (Self::EmptyLines, _) => before_end(""),
            (Self::TaglessEnd, _) if !has_literal => before_end(
                end.split_once(' ')
                    .map_or("OK", |(_, words)| words.trim_end()),
            ),
            (Self::Chatter, _) if !has_literal => Cow::Owned(format!("X-Proxy: busy\r\n{reply}")),
            (Self::HangInThere, _) => Cow::Owned(format!("* OK Hang in there..\r\n{reply}")),
            (Self::StatusMisspelt, "STATUS") => each(&|line| line.replacen(" (", "x (", 1)),
            (Self::StatusWithoutValidity, "STATUS") => {
                each(&|line| line.replace("UIDVALIDITY", "X-VALIDITY"))
            }
            (Self::LargeValidity, _) => each(&|line| {
                let large = |known| (known << 33) + known;
                numbers_after(&numbers_after(line, "UIDVALIDITY", large), "COPYUID", large)
            }),
            (Self::Capitals, "LIST" | "LSUB" | "STATUS") => each(&|line| capitals(line)),
            (Self::TrailingBlanks, _) if !has_literal => {
                each(&|line| line.replace("\r\n", "  \r\n"))
            }
            (Self::OldAnswers, _) => Cow::Owned(format!("R0001 OK again\r\n{reply}")),
            (Self::NoText, _) if !has_literal => {
                before_end_is(reply, &format!("{tag} {}", word_of(end)))
            }
            (Self::FlagsUnasked, "UID SEARCH") => {
                Cow::Owned(format!("* 1 FETCH (FLAGS (\\Seen))\r\n{reply}"))
            }
            _ => each(&|line| self.retell(command, tag, line)),
        }
    }

    /// One line of the reply.
    fn retell(self, command: &str, tag: &str, line: &str) -> String {
        let is_opening = matches!(command, "SELECT" | "EXAMINE");
        let moves = matches!(command, "UID MOVE" | "UID COPY");
        match self {
            Self::SearchSilent if line.trim_end() == "* SEARCH" => String::new(),
            Self::EmptyUncounted if is_opening && line.trim_end() == "* 0 EXISTS" => String::new(),
            Self::LowerCase if is_opening && line.starts_with("* ") => line.to_ascii_lowercase(),
            Self::GluedCodes => line.replacen("] ", "]", 1),
            Self::UidNextAhead => numbers_after(line, "UIDNEXT", |next| next + 50),
            Self::UidNextMissing => line.replace("UIDNEXT", "X-NEXT"),
            Self::CopyUidMissing if moves => line.replace("COPYUID", "X-COPYUID"),
            Self::CopyUidHalf if moves && tag.ends_with(['1', '3', '5', '7', '9']) => {
                line.replace("COPYUID", "X-COPYUID")
            }
            Self::CopyUidOfSource if moves => copy_uid_of_source(line),
            Self::CopyUidOfAnother if moves => numbers_after(line, "COPYUID", |known| known + 1),
            Self::ExpungeUntold if command == "UID MOVE" => {
                let is_told = line.contains(" EXPUNGE\r\n") || line.contains("VANISHED");
                if is_told {
                    String::new()
                } else {
                    line.to_owned()
                }
            }
            Self::StatusCountsMore => numbers_after(line, "MESSAGES", |known| known + 7),
            Self::StatusCountsNone => numbers_after(line, "MESSAGES", |_| 0),
            Self::SearchBackwards if command == "UID SEARCH" => backwards(line),
            Self::FlagsUntold if is_opening => {
                let is_told = line.contains("FLAGS") && line.starts_with("* ");
                let line = line.replace("[READ-WRITE] ", "");
                if is_told { String::new() } else { line }
            }
            Self::ListTwice if line.starts_with("* LIST ") => line.repeat(2),
            Self::FlagsInCapitals => line.replace("\\Seen", "\\SEEN"),
            _ => line.to_owned(),
        }
    }
}

/// A reply whose last line is another one.
fn before_end_is<'r>(reply: &str, end: &str) -> Cow<'r, str> {
    let lines = reply.trim_end().rsplit_once("\r\n");
    let head = lines.map_or(String::new(), |(head, _)| format!("{head}\r\n"));
    Cow::Owned(format!("{head}{end}\r\n"))
}

/// The word of a tagged answer, with its response code where it has one.
fn word_of(end: &str) -> &str {
    let words = end
        .trim_end()
        .split_once(' ')
        .map_or("", |(_, words)| words);
    let length = match (words.find('['), words.find(']')) {
        (Some(_), Some(close)) => close + 1,
        _ => words.find(' ').unwrap_or(words.len()),
    };
    words.get(..length).unwrap_or(words)
}

/// Every number behind this word as another one.
fn numbers_after(line: &str, word: &str, change: fn(u64) -> u64) -> String {
    let mut before = "";
    let words = line.split(' ').map(|told| {
        let follows = before.trim_start_matches(['[', '(']) == word;
        before = told;
        let end = told.find(|letter: char| !letter.is_ascii_digit());
        let (digits, rest) = told.split_at(end.unwrap_or(told.len()));
        match digits.parse::<u64>() {
            Ok(number) if follows => format!("{}{rest}", change(number)),
            _ => told.to_owned(),
        }
    });
    words.collect::<Vec<String>>().join(" ")
}

/// COPYUID with its old UIDs in the place of the new ones.
fn copy_uid_of_source(line: &str) -> String {
    let Some((head, rest)) = line.split_once("[COPYUID ") else {
        return line.to_owned();
    };
    let (code, rest) = rest.split_once(']').unwrap_or((rest, ""));
    let mut words: Vec<&str> = code.split(' ').collect();
    if let [_, old, new] = words.as_mut_slice() {
        *new = *old;
    }
    format!("{head}[COPYUID {}]{rest}", words.join(" "))
}

/// The UIDs that a search has found, the last first, and each twice.
fn backwards(line: &str) -> String {
    let Some(found) = line.strip_prefix("* SEARCH ") else {
        return line.to_owned();
    };
    let found = found.trim_end().split(' ').rev();
    let twice: Vec<&str> = found.flat_map(|uid| [uid, uid]).collect();
    format!("* SEARCH {}\r\n", twice.join(" "))
}

/// An untagged OK with COPYUID, without its OK.
fn bare_code(line: &str, before: &str) -> String {
    let Some(code) = line.strip_prefix("* OK [COPYUID") else {
        return line.to_owned();
    };
    let code = code.split(']').next().unwrap_or_default();
    format!("{before}[COPYUID{code}]\r\n")
}

/// Names of ours in capitals.
fn capitals(line: &str) -> String {
    let Some(at) = line.find("rolecall-") else {
        return line.to_owned();
    };
    let (head, rest) = line.split_at(at);
    let end = rest.find([' ', '"', '/', '\r']).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    format!("{head}{}{rest}", name.to_uppercase())
}
