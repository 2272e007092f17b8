//! What mailboxes hold as evidence: the rules on counts, and which mailboxes are worth a look inside.

use std::collections::{BTreeMap, BTreeSet};

use rolecall::{
    detect::Hints,
    judge::Criteria,
    model::{
        contents::{Contents, SavedTwice},
        finding::{Code, Severity},
        listing::Listing,
        mailbox::{Mailbox, MailboxName, Sample},
        role::{Certainty, Role},
        roll::{EvidenceKind, Roll, RollEntry},
    },
    planner::Policy,
};

use crate::imagined;

const ME: &str = "alice@example.com";

// ---- the rules, on counts

fn mailbox(name: &str, attribute: &str, messages: u64) -> Mailbox {
    let mut mailbox = imagined::mailbox(name);
    let attributes = attribute.split_whitespace().map(str::to_owned);
    mailbox.attributes = attributes.collect();
    mailbox.status.messages = Some(messages);
    mailbox
}

fn holding(name: &str, contents: Contents) -> Mailbox {
    let mut mailbox = mailbox(name, "", contents.looked);
    mailbox.sample = Some(Sample {
        contents: Some(contents),
        ..Sample::default()
    });
    mailbox
}

fn listing(user: &str, mailboxes: Vec<Mailbox>) -> Listing {
    let mut listing = imagined::account();
    user.clone_into(&mut listing.account.user);
    listing.account.url = format!("imaps://{user}@imap.example.com");
    listing.foreign = imagined::namespace("Shared/", '/');
    listing.mailboxes = mailboxes.into_iter().collect();
    listing
}

fn judged_with(listing: &Listing, hints: &Hints) -> Roll {
    let judged = imagined::hinted(hints.clone()).judge(listing.clone());
    judged.unwrap().roll
}

fn entry(roll: &Roll, name: &str) -> RollEntry {
    let mut entries = roll.entries.iter();
    entries
        .find(|entry| entry.name.text() == name)
        .unwrap()
        .clone()
}

/// A mailbox of a name that means nothing, in alice's account.
fn zoznam(contents: Contents) -> RollEntry {
    let mailboxes = vec![mailbox("INBOX", "", 9), holding("Zoznam", contents)];
    entry(
        &judged_with(&listing(ME, mailboxes), &Hints::default()),
        "Zoznam",
    )
}

/// Of `looked` messages so many kept copies of what `sender` sent, at most `to_one` of them to one recipient.
fn kept(looked: u64, sender: &str, count: u64, to_one: u64) -> Contents {
    Contents {
        looked,
        kept: [(sender.to_owned(), count)].into(),
        to_one,
        ..Contents::default()
    }
}

fn said(entry: &RollEntry) -> Vec<&str> {
    let evidence = entry.evidence.iter();
    let evidence = evidence.filter(|one| one.kind == EvidenceKind::Content);
    evidence.map(|one| one.detail.english()).collect()
}

#[test]
fn counts_speak_for_a_role_only_where_they_are_clear() {
    let drafts = |looked, drafts| Contents {
        looked,
        drafts,
        ..Contents::default()
    };
    let spam = |looked, spam| Contents {
        looked,
        spam,
        ..Contents::default()
    };
    let both = Contents {
        drafts: 9,
        ..spam(10, 9)
    };
    let cases = [
        ("sent mail", kept(50, ME, 49, 4), Some(Role::Sent)),
        ("just enough of it", kept(5, ME, 4, 2), Some(Role::Sent)),
        ("too few messages", kept(4, ME, 4, 1), None),
        ("half a correspondence", kept(50, ME, 25, 3), None),
        ("nearly enough", kept(50, ME, 39, 3), None),
        ("all to one correspondent", kept(50, ME, 50, 50), None),
        ("most to one correspondent", kept(50, ME, 50, 26), None),
        (
            "somebody else's sent mail",
            kept(50, "bob@example.org", 50, 4),
            None,
        ),
        ("drafts", drafts(6, 6), Some(Role::Drafts)),
        ("a few drafts among others", drafts(50, 12), None),
        ("spam", spam(50, 44), Some(Role::Junk)),
        ("spam among others", spam(50, 30), None),
        ("what is both", both, None),
        ("other mail", drafts(50, 0), None),
        ("nothing", Contents::default(), None),
    ];
    for (what, contents, role) in cases {
        let entry = zoznam(contents);
        assert_eq!(entry.role, role, "{what}");
        let doubtful = role.map(|_| Certainty::Doubtful);
        assert_eq!(
            (entry.certainty, entry.is_doubtful()),
            (doubtful, role.is_some()),
            "{what}"
        );
    }
}

#[test]
fn the_evidence_is_told_in_numbers() {
    let told = zoznam(kept(50, ME, 49, 4));
    assert_eq!(
        said(&told),
        ["49 of 50 messages are from alice@example.com"]
    );
    let spam = Contents {
        looked: 50,
        spam: 48,
        ..Contents::default()
    };
    assert_eq!(
        said(&zoznam(spam)),
        ["48 of 50 messages are marked as spam"]
    );
}

/// `count` of `looked` messages delivered to this address.
fn delivered(looked: u64, address: &str, count: u64) -> Contents {
    Contents {
        looked,
        delivered: [(address.to_owned(), count)].into(),
        ..Contents::default()
    }
}

#[test]
fn what_may_be_an_inbox_by_its_name_is_told_as_one_where_it_holds_what_was_delivered() {
    let told = |user: &str, name: &str, contents: Contents, inbox: Contents| {
        let mailboxes = vec![holding("INBOX", inbox), holding(name, contents)];
        let judged = imagined::judged(&listing(user, mailboxes));
        let entry = entry(&judged.roll, name);
        assert_eq!((entry.role, entry.certainty), (None, None));
        let mut findings = judged.findings.into_iter();
        findings.find(|finding| finding.code == Code::SecondInbox)
    };
    let other = "alice@mail-7.example.net";
    for (name, user, contents, inbox, is_told) in [
        (
            "Eingang",
            ME,
            delivered(50, ME, 48),
            delivered(9, ME, 9),
            true,
        ),
        (
            "Old inbox",
            ME,
            delivered(50, ME, 48),
            delivered(9, ME, 9),
            true,
        ),
        (
            "Messages reçus",
            ME,
            delivered(50, ME, 48),
            delivered(9, ME, 9),
            true,
        ),
        (
            "Eingang",
            ME,
            delivered(19, ME, 19),
            delivered(9, ME, 9),
            false,
        ),
        (
            "Eingang",
            ME,
            delivered(50, ME, 30),
            delivered(9, ME, 9),
            false,
        ),
        (
            "Eingang",
            ME,
            delivered(50, other, 50),
            delivered(9, ME, 9),
            false,
        ),
        (
            "Eingang",
            "alice",
            delivered(50, other, 50),
            delivered(9, other, 9),
            true,
        ),
        (
            "Lieferanten",
            ME,
            delivered(50, ME, 50),
            delivered(0, ME, 0),
            false,
        ),
        (
            "Erledigt",
            ME,
            delivered(50, ME, 50),
            delivered(0, ME, 0),
            false,
        ),
    ] {
        let finding = told(user, name, contents, inbox);
        assert_eq!(finding.is_some(), is_told, "{name} of {user}");
    }
    let finding = told(ME, "Eingang", delivered(50, ME, 48), delivered(9, ME, 9)).unwrap();
    assert_eq!(finding.severity, Severity::Info);
    assert_eq!(
        finding.message.english(),
        "\"Eingang\" (50 messages) may be a second inbox: made of words for inbox (de), 48 of 50 messages are delivered to this account's address; if \
         it is, --include inbox --role 'Eingang=inbox' merges it into INBOX"
    );
}

#[test]
fn a_numbered_inbox_is_none_where_what_it_holds_was_delivered_to_others() {
    let list = "list@example.org";
    for (contents, is_told) in [
        (delivered(50, ME, 48), true),
        (delivered(50, ME, 25), true),
        (delivered(19, list, 19), true),
        (delivered(50, list, 50), false),
    ] {
        let mailboxes = vec![
            holding("INBOX", delivered(30, ME, 30)),
            holding("Inbox 3", contents),
        ];
        let account = listing(ME, mailboxes);
        let looks = imagined::criteria();
        let looks = Criteria {
            sample: Some(50),
            ..looks
        };
        let looked = looks.looks(&account).unwrap();
        assert!(looked.contains_key(&imagined::name("Inbox 3")));
        let judged = imagined::judged(&account);
        let mut findings = judged.findings.iter();
        let found = findings.any(|finding| finding.code == Code::SecondInbox);
        assert_eq!(found, is_told);
    }
}

#[test]
fn what_may_be_an_inbox_is_looked_into_beside_inbox_and_moved_on_nobodys_word_but_the_users() {
    let mut account = listing(
        ME,
        vec![
            holding("INBOX", delivered(30, ME, 30)),
            holding("Eingang", delivered(30, ME, 30)),
        ],
    );
    account.server.capabilities = ["IMAP4REV1", "MOVE", "UIDPLUS"].map(str::to_owned).into();
    for name in ["INBOX", "Eingang"] {
        let numbered = |mailbox: &mut Mailbox| mailbox.status.uid_validity = Some(7);
        account.mailboxes.change(&imagined::name(name), numbered);
    }
    let criteria = Criteria {
        sample: Some(50),
        ..imagined::criteria()
    };
    let looks = criteria.looks(&account).unwrap();
    let looked: Vec<&str> = looks.keys().map(MailboxName::text).collect();
    assert_eq!(looked, ["Eingang", "INBOX"]);
    let policy = Policy {
        include: [Role::Inbox].into(),
        ..Policy::default()
    };
    let plan = |criteria: &Criteria| {
        let judged = criteria.judge(account.clone()).unwrap();
        criteria.plan(&judged, &policy)
    };
    let unasked = plan(&criteria);
    assert!(unasked.steps.is_empty(), "{:?}", unasked.steps);
    let mut by_hand = unasked.manual.iter();
    assert!(by_hand.any(|one| one.code == Code::SecondInbox));
    let hints = Hints {
        overrides: vec![("Eingang".to_owned(), Some(Role::Inbox))],
        ..Hints::default()
    };
    let asked = plan(&imagined::hinted(hints));
    assert_eq!(asked.steps.len(), 1, "{:?}", asked.manual);
}

#[test]
fn the_accounts_own_addresses_are_its_login_and_those_that_sent_mail_is_from() {
    let role = |user: &str, others: Vec<Mailbox>, sender: &str| {
        let mut mailboxes = vec![holding("Zoznam", kept(50, sender, 50, 4))];
        mailboxes.extend(others);
        entry(
            &judged_with(&listing(user, mailboxes), &Hints::default()),
            "Zoznam",
        )
        .role
    };
    let sent = |sender: &str, count| holding("Sent", kept(50, sender, count, 4));
    let inbox = |address: &str, count| {
        let delivered = Contents {
            looked: 50,
            delivered: [(address.to_owned(), count)].into(),
            ..Contents::default()
        };
        vec![holding("INBOX", delivered)]
    };
    assert_eq!(role("Alice@Example.com", vec![], ME), Some(Role::Sent));
    assert_eq!(role("alice", vec![], ME), None, "the domain is not guessed");
    assert_eq!(role("alice", vec![sent(ME, 50)], ME), Some(Role::Sent));
    let second = "alice@second.example";
    assert_eq!(role(ME, vec![sent(second, 15)], second), Some(Role::Sent));
    assert_eq!(role(ME, vec![sent(second, 2)], second), None, "a stray");
    assert_eq!(role("alice", inbox(ME, 45), ME), Some(Role::Sent));
    assert_eq!(role("alice", inbox(ME, 20), ME), None);
    let list = "list@example.org";
    assert_eq!(
        role(ME, inbox(list, 50), list),
        None,
        "the login says it better"
    );
}

#[test]
fn what_is_explained_already_is_explained_no_further() {
    let sent = || kept(50, ME, 50, 4);
    let of = |mailbox: Mailbox, hints: &Hints| {
        let name = mailbox.name.text().to_owned();
        entry(&judged_with(&listing(ME, vec![mailbox]), hints), &name)
    };
    let none = Hints {
        overrides: vec![("Zoznam".to_owned(), None)],
        ..Hints::default()
    };
    assert_eq!(of(holding("Zoznam", sent()), &none).role, None);
    let mut marked = holding("Zoznam", sent());
    marked.attributes = ["\\Archive".to_owned()].into();
    assert_eq!(of(marked, &Hints::default()).role, Some(Role::Archive));
    assert_eq!(
        of(holding("Trash", sent()), &Hints::default()).role,
        Some(Role::Trash)
    );
    for own in ["Clients/Zoznam", "Shared/Zoznam"] {
        let entry = of(holding(own, sent()), &Hints::default());
        assert_eq!((entry.role, said(&entry).len()), (None, 0), "{own}");
    }
}

#[test]
fn a_name_of_two_roles_is_settled_by_what_is_inside_unless_that_is_neither() {
    // Trash to some clients, junk to others.
    let spam = Contents {
        looked: 50,
        spam: 50,
        ..Contents::default()
    };
    let of = |contents| {
        let mailboxes = vec![holding("Lixo", contents)];
        entry(
            &judged_with(&listing(ME, mailboxes), &Hints::default()),
            "Lixo",
        )
    };
    let junk = of(spam);
    assert_eq!((junk.role, junk.is_doubtful()), (Some(Role::Junk), true));
    let neither = of(kept(50, ME, 50, 4));
    assert_eq!(
        (neither.role, neither.certainty),
        (None, Some(Certainty::Ambiguous))
    );
}

// ---- what is looked into

fn looks(listing: &Listing, messages: u32) -> BTreeMap<String, u32> {
    let criteria = Criteria {
        sample: Some(messages),
        ..imagined::criteria()
    };
    let looks = criteria.looks(listing).unwrap().into_iter();
    looks
        .map(|(name, look)| (name.text().to_owned(), look.messages))
        .collect()
}

#[test]
fn a_mailbox_with_a_role_where_a_view_may_lie_is_looked_into_on_dovecot() {
    let mailboxes = [
        ("INBOX", ""),
        ("Sent", ""),
        ("virtual/Archive", "\\Archive"),
        ("virtual/Work", ""),
    ];
    let made = mailboxes.map(|(name, mark)| mailbox(name, mark, 9));
    let mut account = listing(ME, made.to_vec());
    assert_eq!(looks(&account, 0), BTreeMap::new());
    account.server.software = Some("Dovecot".to_owned());
    assert_eq!(
        looks(&account, 0),
        BTreeMap::from([("virtual/Archive".to_owned(), 0)])
    );
    account.personal = imagined::namespace("INBOX.", '.');
    account.foreign = Vec::new();
    assert!(looks(&account, 0).contains_key("Sent"));
}

#[test]
fn only_what_nothing_explains_is_looked_into_and_what_tells_the_own_address() {
    let mut level = mailbox("Level", "", 50);
    level.selectable = false;
    let account = listing(
        ME,
        vec![
            mailbox("INBOX", "", 900),
            mailbox("Sent", "\\Sent", 80),
            mailbox("Sent Items", "", 70),
            mailbox("Archive", "", 60),
            mailbox("Zoznam", "", 50),
            mailbox("INBOX/Zoznam", "", 50),
            mailbox("Lixo", "", 50),
            mailbox("Empty", "", 0),
            mailbox("Few", "", 4),
            mailbox("Clients/Smith", "", 50),
            mailbox("Shared/Team", "", 50),
            mailbox("rolecall-abcdefghijklmnopqrstuvwxyz", "", 50),
            level,
        ],
    );
    let expected = [
        ("INBOX/Zoznam", 50),
        ("Lixo", 50),
        ("Sent", 50),
        ("Sent Items", 0),
        ("Zoznam", 50),
    ];
    let expected = expected.map(|(name, messages)| (name.to_owned(), messages));
    assert_eq!(looks(&account, 50), expected.into());
    let contested = ["Sent", "Sent Items"].map(|name| (name.to_owned(), 0));
    assert_eq!(looks(&account, 0), contested.into());
}

#[test]
fn inbox_is_read_only_where_nothing_else_tells_the_address() {
    let account = |user: &str, sent: u64| {
        let mailboxes = vec![
            mailbox("INBOX", "", 900),
            mailbox("Sent", "", sent),
            mailbox("Zoznam", "", 50),
        ];
        let looks = looks(&listing(user, mailboxes), 50).into_keys();
        looks.filter(|name| name != "Zoznam").collect::<Vec<_>>()
    };
    assert_eq!(account("alice", 80), ["Sent"]);
    assert_eq!(account("alice", 0), ["INBOX"]);
    assert_eq!(account(ME, 0), [""; 0]);
}

#[test]
fn of_hundreds_of_mailboxes_the_fullest_twenty_are_looked_into_and_every_name_of_two_roles() {
    let mut mailboxes: Vec<Mailbox> = (0..300)
        .map(|number| mailbox(&format!("Project {number}"), "", 100 + number))
        .collect();
    mailboxes.push(mailbox("Lixo", "", 6));
    let looks: BTreeSet<String> = looks(&listing(ME, mailboxes), 50).into_keys().collect();
    assert_eq!(looks.len(), 21);
    assert!(
        looks.contains("Lixo") && looks.contains("Project 299") && looks.contains("Project 280")
    );
}

// ---- sent messages that are there twice

fn saved_twice(messages: u64, by_server: u64, programs: &[&str]) -> Contents {
    Contents {
        saved_twice: SavedTwice {
            messages,
            by_server,
            programs: programs
                .iter()
                .map(|name| ((*name).to_owned(), 3))
                .collect(),
        },
        ..kept(50, ME, 50, 4)
    }
}

/// What is told of a sent mailbox that holds this, in the audit and in the plan.
fn told_of_sent(contents: Contents) -> Option<String> {
    let account = listing(ME, vec![mailbox("INBOX", "", 9), holding("Sent", contents)]);
    let judged = imagined::judged(&account);
    let plan = imagined::criteria().plan(&judged, &Policy::default());
    let mut findings = judged.findings.iter();
    let found = findings.find(|finding| finding.code == Code::SentSavedTwice);
    let mut manual = plan.manual.iter();
    let by_hand = manual.find(|manual| manual.code == Code::SentSavedTwice);
    assert_eq!(
        found.map(|finding| &finding.message),
        by_hand.map(|manual| &manual.message)
    );
    found.map(|finding| finding.message.english().to_owned())
}

#[test]
fn sent_messages_that_are_saved_twice_are_told_with_who_saves_them_and_what_to_set() {
    let told = |messages, by_server, programs: &[&str]| {
        told_of_sent(saved_twice(messages, by_server, programs))
    };
    assert_eq!(
        told(12, 12, &["Mozilla Thunderbird 128"]).unwrap(),
        "of the newest 50 messages in \"Sent\", 12 messages are there twice (same Message-ID and date); written by \
         \"Mozilla Thunderbird 128\"; the server keeps what is submitted to it, and the mail program saves another copy; \
         in Thunderbird: Account Settings, Copies & Folders, untick \"Place a copy in\"; nothing is removed"
    );
    let android = told(2, 0, &["Thunderbird for Android"]).unwrap();
    assert!(android.contains("\"Upload sent messages\""), "{android}");
    assert!(
        android.contains("two programs save a copy each"),
        "{android}"
    );
    let outlook = told(2, 2, &["Microsoft Outlook 16.0"]).unwrap();
    assert!(outlook.contains("in Outlook for Windows"), "{outlook}");
    for programs in [
        &["Nobody's Mail"][..],
        &["mutt", "Thunderbird"],
        &["Microsoft-MacOutlook/16.78"],
        &["Microsoft Office Outlook 12.0"],
        &[],
    ] {
        let told = told(12, 12, programs).unwrap();
        assert!(told.contains("let one of them save no copy"), "{told}");
    }
    assert_eq!(told(1, 1, &["mutt"]), None);
}

#[test]
fn a_mailbox_whose_role_is_doubtful_says_nothing_of_copies() {
    let zoznam = holding("Zoznam", saved_twice(12, 12, &["mutt"]));
    let account = listing(ME, vec![mailbox("INBOX", "", 9), zoznam]);
    let judged = imagined::judged(&account);
    let mut findings = judged.findings.iter();
    assert!(findings.all(|finding| finding.code != Code::SentSavedTwice));
}
