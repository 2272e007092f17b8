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
}

impl Manner {
    /// All of them.
    pub const EVERY: [Self; 28] = [
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
            (Self::LargeValidity, _) => each(&|line| large_validity(line)),
            (Self::Capitals, "LIST" | "LSUB" | "STATUS") => each(&|line| capitals(line)),
            (Self::SearchSilent, "UID SEARCH") => each(&|line| {
                let is_empty = line.trim_end() == "* SEARCH";
                if is_empty {
                    String::new()
                } else {
                    line.to_owned()
                }
            }),
            (Self::LowerCase, "SELECT" | "EXAMINE") => each(&|line| {
                let is_data = line.starts_with("* ");
                if is_data {
                    line.to_ascii_lowercase()
                } else {
                    line.to_owned()
                }
            }),
            (Self::TrailingBlanks, _) if !has_literal => {
                each(&|line| line.replace("\r\n", "  \r\n"))
            }
            (Self::GluedCodes, _) => each(&|line| line.replacen("] ", "]", 1)),
            (Self::OldAnswers, _) => Cow::Owned(format!("R0001 OK again\r\n{reply}")),
            _ => Cow::Borrowed(reply),
        }
    }
}

/// An untagged OK with COPYUID, without its OK.
fn bare_code(line: &str, before: &str) -> String {
    let Some(code) = line.strip_prefix("* OK [COPYUID") else {
        return line.to_owned();
    };
    let code = code.split(']').next().unwrap_or_default();
    format!("{before}[COPYUID{code}]\r\n")
}

/// Every UIDVALIDITY with high bits of its own.
fn large_validity(line: &str) -> String {
    let mut before = "";
    let words = line.split(' ').map(|word| {
        let follows = matches!(
            before.trim_start_matches(['[', '(']),
            "UIDVALIDITY" | "COPYUID"
        );
        before = word;
        let end = word.find(|letter: char| !letter.is_ascii_digit());
        let (digits, rest) = word.split_at(end.unwrap_or(word.len()));
        match digits.parse::<u64>() {
            Ok(number) if follows => format!("{}{rest}", (number << 33) + number),
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<String>>().join(" ")
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
