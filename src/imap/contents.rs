//! What a mailbox's newest messages are: asked for in one FETCH that marks nothing as read, and counted.
//!
//! In: what FETCH brought. Out: [`Contents`]. Subjects, texts and header fields that no judgement needs are not asked for.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    command::Command,
    header::{addresses, fields},
    read::Fetched,
};
use crate::model::contents::{Contents, MOST_LOOKED_AT, SavedTwice};

/// The header fields that are read.
///
/// `Return-Path` to `Received` are written on the way to a mailbox (RFC 5321 §4.4), `X-Original-To` by Postfix. Of the fields
/// behind them Thunderbird, Roundcube, Outlook and Apple Mail write one each into drafts, and spam filters the two before the
/// last four, which tell copies of one message and who wrote it.
const FIELDS: &str = "FROM TO CC BCC RETURN-PATH DELIVERED-TO X-ORIGINAL-TO RECEIVED X-MOZILLA-DRAFT-INFO X-DRAFT-INFO X-UNSENT X-UNIFORM-TYPE-IDENTIFIER X-SPAM-FLAG X-SPAM-STATUS MESSAGE-ID DATE USER-AGENT X-MAILER";
/// Octets read of one message's fields: a hostile header is not read whole.
const OCTETS: usize = 16 << 10;
/// Addresses that are remembered of a mailbox.
const SENDERS: usize = 8;
/// Addresses that are counted in a mailbox before the rarest are dropped.
const COUNTED: usize = 10_000;
/// The longest Message-ID and Date, in octets: a line is no longer (RFC 5322 §2.1.1).
const LINE: usize = 998;
/// Letters that are remembered of what a mail program calls itself.
const PROGRAM: usize = 60;

/// Asks for the newest messages of the open mailbox, which holds so many. By number, since UIDs may lie far apart; what has
/// vanished or arrived since it was counted only moves the window.
pub fn ask(messages: u64, newest: u32) -> Command {
    let newest = newest.min(MOST_LOOKED_AT);
    let first = messages.saturating_sub(newest.into()).saturating_add(1);
    Command::new(&format!(
        "FETCH {first}:* (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({FIELDS})]<0.{OCTETS}>)"
    ))
}

/// Counts what was fetched. Flags of another client's making come without a header and are left out.
pub fn count<'a>(fetched: impl Iterator<Item = &'a Fetched>) -> Contents {
    let mut count = Count::default();
    for message in fetched {
        if let Some(header) = &message.section {
            // Servers that know no parts of a header send it whole.
            let header = header.get(..OCTETS).unwrap_or(header);
            count.add(message, &fields(header));
        }
    }
    let most = count.recipients.values().max().copied();
    Contents {
        looked: count.looked,
        drafts: count.drafts,
        spam: count.spam,
        kept: most_frequent(count.kept),
        to_one: most.unwrap_or(0),
        delivered: most_frequent(count.delivered),
        saved_twice: saved_twice(count.copies),
    }
}

#[derive(Default)]
struct Count {
    looked: u64,
    drafts: u64,
    spam: u64,
    kept: BTreeMap<String, u64>,
    /// Of what was kept.
    recipients: BTreeMap<String, u64>,
    delivered: BTreeMap<String, u64>,
    /// Of every message that is no draft and no spam, by Message-ID and Date.
    copies: BTreeMap<(String, String), Copies>,
}

/// The copies of one message.
#[derive(Default)]
struct Copies {
    /// How many of them a server has taken, and how many not.
    taken: u64,
    untaken: u64,
    program: Option<String>,
}

impl Count {
    fn add(&mut self, message: &Fetched, fields: &[(String, String)]) {
        self.looked += 1;
        let is_draft = is_draft(message, fields);
        let is_spam = is_spam(message, fields);
        self.drafts += u64::from(is_draft);
        self.spam += u64::from(is_spam);
        if !is_draft && !is_spam && !flagged(message, &["\\Deleted"]) {
            self.add_copy(fields);
        }
        if is_delivered(fields) {
            let mut to = all(fields, &["delivered-to", "x-original-to"]);
            if to.is_empty() {
                to = all(fields, &["to"]);
            }
            tell(&mut self.delivered, to);
            return;
        }
        let from = fields.iter().find(|(name, _)| name == "from");
        let Some(sender) = from.and_then(|(_, value)| addresses(value).into_iter().next()) else {
            return;
        };
        // Notes to oneself are not sent.
        let mut others = all(fields, &["to", "cc", "bcc"]);
        others.remove(&sender);
        if is_draft || is_spam || others.is_empty() {
            return;
        }
        tell(&mut self.kept, [sender].into());
        tell(&mut self.recipients, others);
    }

    fn add_copy(&mut self, fields: &[(String, String)]) {
        let line = |wanted| {
            let value = value(fields, wanted)?;
            (value.len() <= LINE).then(|| value.to_owned())
        };
        let (Some(id), Some(date)) = (line("message-id"), line("date")) else {
            return;
        };
        let copies = self.copies.entry((id, date)).or_default();
        if has(fields, "received") {
            copies.taken += 1;
        } else {
            copies.untaken += 1;
        }
        let program = || value(fields, "user-agent").or_else(|| value(fields, "x-mailer"));
        copies.program = copies.program.take().or_else(|| {
            let name = program()?.chars().filter(|letter| !letter.is_control());
            Some(name.take(PROGRAM).collect())
        });
    }
}

fn saved_twice(copies: BTreeMap<(String, String), Copies>) -> SavedTwice {
    let mut twice = SavedTwice::default();
    for copies in copies.into_values() {
        if copies.taken + copies.untaken < 2 {
            continue;
        }
        twice.messages += 1;
        twice.by_server += u64::from(copies.taken > 0 && copies.untaken > 0);
        if let Some(program) = copies.program {
            *twice.programs.entry(program).or_default() += 1;
        }
    }
    twice.programs = most_frequent(twice.programs);
    twice
}

/// Whether it has come through the mail: a server that only takes what is to be sent writes one `Received`, the one that
/// delivers it another, and most also whom it is from or for (RFC 5321 §4.4).
fn is_delivered(fields: &[(String, String)]) -> bool {
    let hops = fields.iter().filter(|(name, _)| name == "received").count();
    hops > 1
        || has(fields, "return-path")
        || has(fields, "delivered-to")
        || has(fields, "x-original-to")
}

fn is_draft(message: &Fetched, fields: &[(String, String)]) -> bool {
    flagged(message, &["\\Draft"])
        || has(fields, "x-mozilla-draft-info")
        || has(fields, "x-draft-info")
        || says(fields, "x-unsent", "1")
        || says(fields, "x-uniform-type-identifier", "com.apple.mail-draft")
}

/// Filters write their verdict into every message, so it is the verdict that counts, and the user's word against it.
fn is_spam(message: &Fetched, fields: &[(String, String)]) -> bool {
    let is_filtered = says(fields, "x-spam-flag", "yes") || says(fields, "x-spam-status", "yes");
    (is_filtered || flagged(message, &["$Junk", "Junk"]))
        && !flagged(message, &["$NotJunk", "NotJunk", "NonJunk"])
}

fn flagged(message: &Fetched, wanted: &[&str]) -> bool {
    let mut flags = message.flags.iter().flat_map(|flags| flags.iter());
    flags.any(|flag| wanted.iter().any(|one| flag.eq_ignore_ascii_case(one)))
}

fn has(fields: &[(String, String)], wanted: &str) -> bool {
    fields.iter().any(|(name, _)| name == wanted)
}

/// What the first field of this name says, without blanks around; none where that is nothing.
fn value<'a>(fields: &'a [(String, String)], wanted: &str) -> Option<&'a str> {
    let (_, value) = fields.iter().find(|(name, _)| name == wanted)?;
    Some(value.trim()).filter(|value| !value.is_empty())
}

/// Whether a field begins with this word.
fn says(fields: &[(String, String)], wanted: &str, word: &str) -> bool {
    fields.iter().any(|(name, value)| {
        let said = value.trim_start().split([',', ';', ' ']).next();
        name == wanted && said.is_some_and(|said| said.trim_end().eq_ignore_ascii_case(word))
    })
}

/// The addresses of all these fields.
fn all(fields: &[(String, String)], wanted: &[&str]) -> BTreeSet<String> {
    let values = fields
        .iter()
        .filter(|(name, _)| wanted.contains(&name.as_str()));
    values.flat_map(|(_, value)| addresses(value)).collect()
}

/// Counts addresses; past the limit only those that are known already.
fn tell(counts: &mut BTreeMap<String, u64>, found: BTreeSet<String>) {
    for address in found {
        if counts.len() < COUNTED || counts.contains_key(&address) {
            *counts.entry(address).or_default() += 1;
        }
    }
}

fn most_frequent(counts: BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let mut ranked: Vec<(String, u64)> = counts.into_iter().collect();
    ranked.sort_unstable_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    ranked.truncate(SENDERS);
    ranked.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(flags: &[&str], header: &str) -> Fetched {
        Fetched {
            flags: Some(
                flags
                    .iter()
                    .map(|&flag| flag.to_owned())
                    .collect::<BTreeSet<_>>()
                    .into(),
            ),
            section: Some(header.replace('\n', "\r\n").into()),
            ..Fetched::default()
        }
    }

    fn counted(flags: &[&str], header: &str) -> Contents {
        count(std::iter::once(&message(flags, header)))
    }

    const WRITTEN: &str = "From: Alice <alice@example.com>\nTo: bob@example.org\n";

    #[test]
    fn the_newest_are_asked_for_and_no_more_than_the_limit() {
        let first = |messages, newest| {
            let command = ask(messages, newest);
            assert!(command.is_read_only());
            let text = String::from_utf8(command.text()).unwrap();
            text.split(' ').nth(1).unwrap().to_owned()
        };
        assert_eq!(first(812, 50), "763:*");
        assert_eq!(first(50, 50), "1:*");
        assert_eq!(first(3, 50), "1:*");
        assert_eq!(first(10_000, u32::MAX), "9501:*");
    }

    #[test]
    fn a_copy_of_what_was_sent_was_never_delivered_and_goes_to_others() {
        let own = |header: &str| counted(&["\\Seen"], header).kept.len();
        assert_eq!(own(WRITTEN), 1);
        assert_eq!(own("From: alice@example.com\nBcc: bob@example.org\n"), 1);
        // Taken by a server, which kept it.
        assert_eq!(own(&format!("Received: from x\n{WRITTEN}")), 1);
        for header in [
            // Delivered, in one form or another.
            &format!("Received: from x\nReceived: from y\n{WRITTEN}"),
            &format!("Return-Path: <alice@example.com>\n{WRITTEN}"),
            &format!("Delivered-To: bob@example.org\n{WRITTEN}"),
            // To nobody else.
            "From: alice@example.com\nTo: Alice <ALICE@example.com>\n",
            "From: alice@example.com\n",
            "To: bob@example.org\n",
            // A draft, spam.
            &format!("{WRITTEN}X-Unsent: 1\n"),
            &format!("{WRITTEN}X-Spam-Flag: YES\n"),
        ] {
            assert_eq!(own(header), 0, "{header}");
        }
    }

    #[test]
    fn drafts_and_spam_are_told_by_flags_or_by_fields() {
        for (flags, header, drafts, spam) in [
            (&["\\Draft"][..], "", 1, 0),
            (&["\\draft"], "", 1, 0),
            (&[], "X-Mozilla-Draft-Info: internal/draft; vcard=0\n", 1, 0),
            (&[], "X-Draft-Info: type=reply\n", 1, 0),
            (&[], "X-Unsent: 0\n", 0, 0),
            (
                &[],
                "X-Uniform-Type-Identifier: com.apple.mail-draft\n",
                1,
                0,
            ),
            (
                &[],
                "X-Uniform-Type-Identifier: com.apple.mail-note\n",
                0,
                0,
            ),
            (&[], "X-Spam-Status: Yes, score=9.1\n", 0, 1),
            (&[], "X-Spam-Status: No, score=0.1 tests=YES\n", 0, 0),
            (&[], "X-Spam-Flag: NO\n", 0, 0),
            (&["$Junk"], "", 0, 1),
            (&["Junk"], "", 0, 1),
            (&["NonJunk"], "X-Spam-Flag: YES\n", 0, 0),
            (&["$NotJunk"], "X-Spam-Flag: YES\n", 0, 0),
            (&[], "", 0, 0),
        ] {
            let counted = counted(flags, header);
            let told = (counted.looked, counted.drafts, counted.spam);
            assert_eq!(told, (1, drafts, spam), "{flags:?} {header}");
        }
    }

    #[test]
    fn what_came_without_a_header_was_not_looked_at() {
        let unasked = Fetched {
            section: None,
            ..message(&["\\Draft"], "")
        };
        assert_eq!(count(std::iter::once(&unasked)), Contents::default());
    }

    #[test]
    fn copies_of_one_message_are_counted_with_who_keeps_them_and_who_wrote_them() {
        const ONE: &str = "Message-ID: <1@example.com>\nDate: Mon, 2 Nov 2026 10:00:00 +0000\n";
        let sent = |header: &str| message(&["\\Seen"], &format!("{WRITTEN}{header}"));
        let twice = |messages: &[Fetched]| count(messages.iter()).saved_twice;
        let counts = |messages: &[Fetched]| {
            let twice = twice(messages);
            (twice.messages, twice.by_server)
        };
        let program = format!("{ONE}User-Agent: Mozilla Thunderbird\u{1b}[1m\n");
        let both = [
            sent(&program),
            sent(&format!("Received: from x\nReturn-Path: <a@b>\n{ONE}")),
        ];
        let said = twice(&both);
        assert_eq!((said.messages, said.by_server), (1, 1));
        let programs: Vec<(String, u64)> = said.programs.into_iter().collect();
        assert_eq!(programs, [("Mozilla Thunderbird[1m".to_owned(), 1)]);
        assert_eq!(counts(&[sent(ONE), sent(ONE), sent(ONE)]), (1, 0));
        let later = ONE.replace("10:00", "11:00");
        let other = ONE.replace("<1@", "<2@");
        for single in [
            &later,
            &other,
            "Date: x\n",
            "Message-ID: <1@example.com>\n",
            "",
        ] {
            assert_eq!(
                counts(&[sent(ONE), sent(single), sent("")]),
                (0, 0),
                "{single}"
            );
        }
        // A draft beside what was sent of it.
        let draft = message(&["\\Draft"], &format!("{WRITTEN}{ONE}"));
        assert_eq!(counts(&[sent(ONE), draft]), (0, 0));
        let long = format!("Message-ID: <{}@example.com>\nDate: x\n", "a".repeat(2_000));
        assert_eq!(counts(&[sent(&long), sent(&long)]), (0, 0));
    }

    #[test]
    fn of_thousands_of_addresses_the_most_frequent_are_remembered() {
        let strangers = (0..30_000).map(|number| {
            message(
                &[],
                &format!("From: a{number}@example.net\nTo: bob@example.org\n"),
            )
        });
        let own = (0..3).map(|_| message(&[], WRITTEN));
        let messages: Vec<Fetched> = own.chain(strangers).collect();
        let counted = count(messages.iter());
        assert_eq!(counted.kept.len(), SENDERS);
        assert_eq!(counted.kept.get("alice@example.com"), Some(&3));
        assert_eq!((counted.looked, counted.to_one), (30_003, 30_003));
    }

    #[test]
    fn where_mail_was_delivered_to_is_remembered() {
        let to =
            |header: &str| -> Vec<String> { counted(&[], header).delivered.into_keys().collect() };
        let header = "Delivered-To: alice@example.com\nTo: list@example.org\n";
        assert_eq!(to(header), ["alice@example.com"]);
        assert_eq!(
            to("Received: x\nReceived: y\nTo: alice@example.com\n"),
            ["alice@example.com"]
        );
        let header = "X-Original-To: alice@example.com\nTo: list@example.org\n";
        assert_eq!(to(header), ["alice@example.com"]);
        assert!(to("To: alice@example.com\n").is_empty());
    }
}
