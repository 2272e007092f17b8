//! The sample account of `rolecall demo`: ten years of mail clients in two languages, and nobody has tidied up.
//!
//! In: a persona. Out: a [`World`] with camille's account, the same every time, whatever the date. No real person is in
//! it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;

use super::{
    mutation::Mutation,
    persona::{Marking, Persona},
    world::World,
};

/// The user.
pub const USER: &str = "camille";
/// The password.
pub const PASSWORD: &str = "demo";

const DAY: i64 = 86_400;
/// 4 January 2019, 08:12 UTC.
const FIRST: i64 = 1_546_589_520;

/// What kind of mail a mailbox holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Received,
    Sent,
    Draft,
    Spam,
}

/// One mailbox; levels are separated by `/`, non-ASCII letters are in modified UTF-7.
struct Row {
    name: &'static str,
    subscribed: bool,
    messages: i64,
    /// Days after [`FIRST`] of its first message, and between two.
    from: i64,
    every: i64,
    kind: Kind,
}

const fn row(
    name: &'static str,
    subscribed: bool,
    messages: i64,
    from: i64,
    every: i64,
    kind: Kind,
) -> Row {
    Row {
        name,
        subscribed,
        messages,
        from,
        every,
        kind,
    }
}

const ROWS: [Row; 21] = [
    row("INBOX", true, 14, 2_400, 9, Kind::Received),
    row("Sent", true, 30, 1_300, 41, Kind::Sent),
    // Outlook, 2020 to 2022.
    row("Sent Items", true, 18, 420, 38, Kind::Sent),
    // Apple Mail, 2019 and 2020.
    row("Sent Messages", true, 9, 3, 61, Kind::Sent),
    // A French Thunderbird, never subscribed.
    row("Courrier envoy&AOk-", false, 22, 700, 47, Kind::Sent),
    // A French Outlook.
    row(
        "&AMk-l&AOk-ments envoy&AOk-s",
        true,
        7,
        1_500,
        30,
        Kind::Sent,
    ),
    row(
        "&AMk-l&AOk-ments envoy&AOk-s/2023",
        true,
        5,
        1_480,
        44,
        Kind::Sent,
    ),
    row("Drafts", true, 3, 2_300, 25, Kind::Draft),
    row("Brouillons", true, 2, 1_100, 90, Kind::Draft),
    row("Trash", true, 4, 2_450, 12, Kind::Received),
    row("Corbeille", true, 3, 1_250, 33, Kind::Received),
    row("Deleted Items", false, 3, 600, 51, Kind::Received),
    row("Junk", true, 4, 2_480, 6, Kind::Spam),
    row("Courrier ind&AOk-sirable", true, 3, 1_600, 27, Kind::Spam),
    row("Archive", true, 8, 1_000, 55, Kind::Received),
    row("Archives", true, 0, 0, 0, Kind::Received),
    row("Archives/2022", true, 6, 1_095, 50, Kind::Received),
    // The user's own, whatever they are called.
    row("Clients", true, 0, 0, 0, Kind::Received),
    row("Clients/Sent", true, 5, 900, 77, Kind::Sent),
    row("Sent to clients", true, 4, 950, 120, Kind::Sent),
    row("Factures", true, 6, 800, 180, Kind::Received),
];

/// Subscribed once, deleted since.
const DANGLING: [&str; 2] = ["Ancien projet", "Sent Items/2019"];

const MARKS: [(&str, &str); 5] = [
    ("Sent", "\\Sent"),
    ("Drafts", "\\Drafts"),
    ("Trash", "\\Trash"),
    ("Junk", "\\Junk"),
    ("Archive", "\\Archive"),
];

const SUBJECTS: [&str; 16] = [
    "Réunion de jeudi",
    "Re: Invoice 2041",
    "Photos de l'anniversaire",
    "Quarterly report, second draft",
    "Devis toiture",
    "Train tickets to Lyon",
    "Re: Clés de l'appartement",
    "Notes from the call",
    "Fwd: Contrat signé",
    "Lunch on Friday?",
    "Compte rendu du conseil",
    "Your order has shipped",
    "Re: Dossier médical",
    "Holiday plans",
    "Été à Quimper",
    "Fwd: Garden party",
];

const SPAM: [&str; 4] = [
    "Vous avez gagné !",
    "Last chance: 90 % off",
    "Votre colis est bloqué",
    "Work from home, no effort",
];

const PEOPLE: [&str; 6] = [
    "Ana Ruiz <ana.ruiz@example.org>",
    "Benoit Le Gall <benoit@example.net>",
    "Chidi Okafor <chidi.okafor@example.com>",
    "Delphine Marchand <d.marchand@example.org>",
    "Emil Novak <emil@example.net>",
    "Comptabilite <compta@example.com>",
];

/// A world with camille's account. What the persona refuses (a quota, a keyword) is left out.
#[must_use]
pub fn world(persona: Persona) -> World {
    let mut world = World::new(persona);
    world.add_account(USER, PASSWORD);
    for (place, row) in (0..).zip(&ROWS) {
        let name = placed(&world.persona, row.name);
        if row.name != "INBOX" {
            let _ = world.add_mailbox(USER, &name);
        }
        for number in 0..row.messages {
            fill(&mut world, row, &name, place, number);
        }
        if row.subscribed {
            let name = name.into_bytes();
            let _ = world.perform(USER, Mutation::Subscribe { name });
        }
    }
    add_oddities(&mut world);
    for name in DANGLING {
        let name = placed(&world.persona, name).into_bytes();
        if let Some(account) = world.account_mut(USER) {
            account.subscriptions.insert(name);
        }
    }
    if world.persona.marking == Marking::ByMailbox {
        for (name, mark) in MARKS {
            let name = placed(&world.persona, name).into_bytes();
            let marks = vec![mark.to_owned()];
            let _ = world.perform(USER, Mutation::Mark { name, marks });
        }
    }
    world
}

/// The name as the persona spells it: its prefix, its delimiter.
fn placed(persona: &Persona, name: &str) -> String {
    if name == "INBOX" {
        return name.to_owned();
    }
    let delimiter = persona.delimiter.map_or('-', char::from).to_string();
    format!("{}{}", persona.prefix, name.replace('/', &delimiter))
}

fn pick<'t>(table: &[&'t str], number: i64) -> &'t str {
    let length = i64::try_from(table.len()).unwrap_or(1);
    usize::try_from(number.rem_euclid(length))
        .ok()
        .and_then(|place| table.get(place).copied())
        .unwrap_or_default()
}

fn fill(world: &mut World, row: &Row, name: &str, place: i64, number: i64) {
    let mix = place * 31 + number * 7;
    let date = FIRST + (row.from + number * row.every) * DAY + (mix * 1_013) % 36_000;
    let subjects: &[&str] = match row.kind {
        Kind::Spam => &SPAM,
        _ => &SUBJECTS,
    };
    let subject = pick(subjects, mix);
    let id = format!("{place}.{number}.camille");
    let body = text(row.kind, subject, pick(&PEOPLE, mix / 2), date, &id);
    let _ = world.add_message(USER, name, &flags(row.kind, number), date, body);
}

fn flags(kind: Kind, number: i64) -> Vec<&'static str> {
    let mut flags = Vec::new();
    match kind {
        Kind::Sent => flags.push("\\Seen"),
        Kind::Draft => flags.extend(["\\Seen", "\\Draft"]),
        Kind::Received if number % 4 != 3 => flags.push("\\Seen"),
        Kind::Received | Kind::Spam => {}
    }
    if kind == Kind::Spam {
        flags.push("$Junk");
        return flags;
    }
    if number % 5 == 2 {
        flags.push("\\Answered");
    }
    if number % 7 == 3 {
        flags.push("\\Flagged");
    }
    if number % 6 == 4 {
        flags.push("$Forwarded");
    }
    if number % 8 == 5 {
        flags.push("$label1");
    }
    flags
}

/// RFC 2047, where it is needed.
fn encoded(text: &str) -> String {
    if text.is_ascii() {
        text.to_owned()
    } else {
        format!("=?UTF-8?B?{}?=", STANDARD.encode(text))
    }
}

fn text(kind: Kind, subject: &str, other: &str, date: i64, id: &str) -> Vec<u8> {
    let me = "Camille Morvan <camille@example.org>";
    let (from, to) = match kind {
        Kind::Sent | Kind::Draft => (me, other),
        Kind::Received | Kind::Spam => (other, me),
    };
    let sent = Timestamp::from_second(date)
        .unwrap_or_default()
        .strftime("%a, %d %b %Y %H:%M:%S +0000")
        .to_string();
    let subject_line = encoded(subject);
    format!(
        "From: {from}\r\nTo: {to}\r\nSubject: {subject_line}\r\nDate: {sent}\r\nMessage-ID: <{id}@example.org>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
         {subject}\r\n\r\nBonjour, hello,\r\n\r\nThis is message {id} of the demo account.\r\n\r\nCamille\r\n"
    )
    .into_bytes()
}

/// What makes a merge more than a move: the same message twice, one that is marked to be deleted, a big one.
fn add_oddities(world: &mut World) {
    let sent = placed(&world.persona, "Sent");
    let sent_items = placed(&world.persona, "Sent Items");
    for number in 0..3 {
        let date = FIRST + (1_302 + number) * DAY;
        let id = format!("twice.{number}");
        let body = text(
            Kind::Sent,
            pick(&SUBJECTS, number),
            pick(&PEOPLE, number),
            date,
            &id,
        );
        for name in [&sent, &sent_items] {
            let _ = world.add_message(USER, name, &["\\Seen"], date, body.clone());
        }
    }
    let date = FIRST + 1_110 * DAY;
    let doomed = text(
        Kind::Sent,
        "Erreur, ne pas lire",
        pick(&PEOPLE, 1),
        date,
        "doomed",
    );
    let _ = world.add_message(USER, &sent_items, &["\\Seen", "\\Deleted"], date, doomed);

    let mut big = text(
        Kind::Sent,
        "Photos de mariage",
        pick(&PEOPLE, 3),
        date,
        "big",
    );
    let line = "VGhlIGRlbW8gYWNjb3VudCBoYXMgb25lIGJpZyBtZXNzYWdlLCBhbmQgdGhpcyBpcyBpdC4g\r\n";
    big.extend_from_slice(line.repeat((1 << 20) / line.len()).as_bytes());
    let french = placed(&world.persona, "Courrier envoy&AOk-");
    let _ = world.add_message(USER, &french, &["\\Seen", "$Forwarded"], date, big);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn personas() -> [Persona; 5] {
        [
            Persona::dovecot(),
            Persona::dovecot_inbox_dot(),
            Persona::cyrus(),
            Persona::courier(),
            Persona::mailutils(),
        ]
    }

    #[test]
    fn camille_has_the_same_mail_on_every_kind_of_server() {
        for persona in personas() {
            let world = world(persona);
            let account = world.account(USER).unwrap();
            let messages: usize = account.census().values().sum();
            let expected: i64 = ROWS.iter().map(|row| row.messages).sum::<i64>() + 8;
            assert_eq!(i64::try_from(messages).unwrap(), expected);
            assert!((120..=200).contains(&messages), "{messages}");
            assert_eq!(account.mailboxes.len(), ROWS.len());
        }
    }

    #[test]
    fn no_message_is_older_than_the_account_or_newer_than_autumn_2026() {
        let world = world(Persona::dovecot());
        for (name, mailbox) in &world.account(USER).unwrap().mailboxes {
            for message in mailbox.messages() {
                assert!(
                    (FIRST..1_793_000_000).contains(&message.internal_date),
                    "{} {}",
                    String::from_utf8_lossy(name),
                    message.internal_date
                );
            }
        }
    }

    #[test]
    fn camille_has_what_makes_a_merge_hard() {
        let world = world(Persona::dovecot());
        let mailbox = |name: &str| world.mailbox(USER, name).unwrap();
        let same = mailbox("Sent").messages().iter().filter(|one| {
            mailbox("Sent Items")
                .messages()
                .iter()
                .any(|other| one.body == other.body)
        });
        assert_eq!(same.count(), 3);
        let doomed =
            |message: &&std::sync::Arc<super::super::message::Message>| message.has("\\Deleted");
        assert_eq!(
            mailbox("Sent Items")
                .messages()
                .iter()
                .filter(doomed)
                .count(),
            1
        );
        let biggest = mailbox("Courrier envoy&AOk-")
            .messages()
            .iter()
            .map(|message| message.size())
            .max();
        assert!(biggest > Some(1_000_000));
        let account = world.account(USER).unwrap();
        let dangling = account
            .subscriptions
            .iter()
            .filter(|name| !account.mailboxes.contains_key(*name));
        assert_eq!(dangling.count(), DANGLING.len());
        assert!(
            !account
                .subscriptions
                .contains(b"Courrier envoy&AOk-".as_slice())
        );
    }
}
