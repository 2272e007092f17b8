//! Detection against real listings, and against names that must never be recognised.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, LazyLock},
};

use crate::{
    imagined,
    listings::{self, Fixture},
};
use rolecall::{
    detect::{HintError, Hints},
    judge::{Criteria, JudgeError},
    mapping::{Mapping, file},
    model::{
        listing::{Listing, Namespace, TypedNameError},
        mailbox::{Mailbox, MailboxName, Sample, is_tombstone},
        role::{Certainty, Role},
        roll::{EvidenceKind, Roll},
    },
};

/// Every listing there is, read once.
static FIXTURES: LazyLock<Vec<(String, Fixture)>> = LazyLock::new(listings::all);

fn listing_of(fixture: &Fixture) -> Listing {
    let mailboxes = fixture.mailboxes.iter().map(|one| {
        let mut made = mailbox(&one.name, &[]);
        made.name = MailboxName::new(
            one.wire.as_ref().unwrap_or(&one.name).clone().into_bytes(),
            one.name.clone(),
        );
        made.delimiter = Some(one.delimiter.unwrap_or(fixture.delimiter));
        made.attributes = one.attributes.iter().cloned().collect();
        made.selectable = !made.has_attribute("\\Noselect");
        made.status.messages = one.messages;
        made
    });
    let mut listing = listing(mailboxes.collect());
    listing.server.capabilities = fixture
        .capability
        .iter()
        .flat_map(|line| line.split(' '))
        .map(str::to_uppercase)
        .collect();
    listing.personal = imagined::namespace(&fixture.prefix, fixture.delimiter);
    listing
}

fn mailbox(name: &str, attributes: &[&str]) -> Mailbox {
    let attributes = attributes.iter().map(|&attribute| attribute.to_owned());
    Mailbox {
        attributes: attributes.collect(),
        ..imagined::mailbox(name)
    }
}

fn listing(mailboxes: Vec<Mailbox>) -> Listing {
    Listing {
        mailboxes: mailboxes.into_iter().collect(),
        ..imagined::account()
    }
}

fn judged(listing: &Listing) -> Roll {
    imagined::judged(listing).roll
}

/// What is made of an account by another mapping.
fn judged_by(mapping: &Mapping, hints: Hints, mailboxes: Vec<Mailbox>) -> Roll {
    let criteria = Criteria {
        mapping: Arc::new(mapping.clone()),
        ..imagined::hinted(hints)
    };
    criteria.judge(listing(mailboxes)).unwrap().roll
}

/// The role of the only mailbox of a listing.
fn role_of(mailbox: Mailbox) -> Option<Role> {
    judged(&listing(vec![mailbox])).entries[0].role
}

fn keeper(listing: &Listing, role: Role, hints: &Hints) -> (String, String) {
    let judged = imagined::hinted(hints.clone()).judge(listing.clone());
    let members = &judged.unwrap().roll.roles[&role];
    assert_eq!(members.members[0], members.keep);
    (
        members.keep.text().to_owned(),
        members.because.english().to_owned(),
    )
}

fn with(mut mailbox: Mailbox, change: impl FnOnce(&mut Mailbox)) -> Mailbox {
    change(&mut mailbox);
    mailbox
}

/// Expert's role that detection does not give, on purpose or for want of a language: listing, mailbox.
const EXPECTED_MISSES: &[(&str, &str)] = &[
    // Holds no messages.
    ("004-gmail-fr", "Archive"),
    // Some clients use it for sent mail, and this excerpt shows no other mailbox for that.
    ("035-exchange-fr", "Boîte d'envoi"),
];

#[test]
fn real_listings_are_judged_as_an_expert_would() {
    let mut missed = Vec::new();
    let mut right = 0;
    for (file, fixture) in FIXTURES.iter() {
        let listing = listing_of(fixture);
        for entry in judged(&listing).entries {
            let name = entry.name.text();
            match (fixture.gold(name), entry.role) {
                (gold, found) if gold == found => right += usize::from(found.is_some()),
                (Some(_), None) => missed.push((file.clone(), entry.name.text().to_owned())),
                // The expert calls it "not for mail", we by the role that is never touched.
                (None, Some(Role::Snoozed)) if fixture.is_other(name) => {}
                (gold, found) => {
                    panic!("{file}: {:?} is {gold:?}, not {found:?}", entry.name.text())
                }
            }
        }
    }
    let missed: Vec<_> = missed
        .iter()
        .map(|(file, name)| (file.as_str(), name.as_str()))
        .collect();
    assert_eq!(missed, EXPECTED_MISSES, "right: {right}");
}

#[test]
fn decoys_are_never_recognised_wherever_they_are() {
    for name in [
        "Sent to clients",
        "Clients/Sent",
        "Presentations",
        "Sentinel",
        "Archive 2023",
        "Archives/2019",
        "Binder",
        "Junkyard",
        "Bintang",
        "Berbintang",
        "Sent/2019",
        "INBOX/Clients/Sent",
        "[Gmail]/Clients/Sent",
        "Sent.Archive",
        "Projects/Trash",
        "NO-SPAM",
        "Clients/",
        "Clients/Sent/",
        "",
    ] {
        for delimiter in [Some('/'), None] {
            let one = with(mailbox(name, &[]), |one| one.delimiter = delimiter);
            assert_eq!(role_of(one), None, "{name:?} {delimiter:?}");
        }
    }
}

#[test]
fn what_a_delimiter_is_part_of_is_doubtful() {
    for (name, delimiter) in [
        ("Sent/", Some('/')),
        ("Sent/", Some('.')),
        ("INBOX.Sent.", Some('.')),
        ("/Sent", None),
        ("INBOX Sent", Some('/')),
        ("INBOX/Sent", Some('.')),
        ("INBOX_Sent", Some('/')),
    ] {
        let one = with(mailbox(name, &[]), |one| one.delimiter = delimiter);
        let entry = &judged(&listing(vec![one])).entries[0];
        let found = (entry.role, entry.certainty);
        assert_eq!(
            found,
            (Some(Role::Sent), Some(Certainty::Doubtful)),
            "{name:?}"
        );
    }
}

#[test]
fn names_count_where_clients_put_them() {
    for name in [
        "Sent",
        "INBOX/Sent",
        "inbox/Sent",
        "INBOX/INBOX/Sent",
        "[Gmail]/Sent Mail",
        "[Google Mail]/Sent",
        "[Imap]/Sent",
    ] {
        assert_eq!(role_of(mailbox(name, &[])), Some(Role::Sent), "{name}");
    }
    let mut prefixed = listing(vec![
        with(mailbox("INBOX.Clients.Sent", &[]), |one| {
            one.delimiter = Some('.');
        }),
        with(mailbox("INBOX.INBOX.Sent", &[]), |one| {
            one.delimiter = Some('.');
        }),
        with(mailbox("INBOX.Sent", &[]), |one| one.delimiter = Some('.')),
        with(mailbox("Sent", &[]), |one| one.delimiter = Some('.')),
    ]);
    prefixed.personal = vec![Namespace {
        prefix: "INBOX.".to_owned(),
        delimiter: Some('.'),
    }];
    let roles: Vec<_> = judged(&prefixed)
        .entries
        .iter()
        .map(|entry| entry.role.map(|role| (role, entry.is_doubtful())))
        .collect();
    assert_eq!(
        roles,
        [
            None,
            Some((Role::Sent, false)),
            Some((Role::Sent, false)),
            Some((Role::Sent, true))
        ],
        "beside the prefix a client may have made it, but nobody knows"
    );
}

#[test]
fn what_belongs_to_others_has_no_role_here_not_even_by_attribute() {
    let mut shared = listing(vec![
        mailbox("Shared/Sent", &["\\Sent"]),
        mailbox("Sent", &[]),
    ]);
    shared.foreign = vec![Namespace {
        prefix: "Shared/".to_owned(),
        delimiter: Some('/'),
    }];
    let roll = judged(&shared);
    let of_others = roll.entry(&imagined::name("Shared/Sent")).unwrap();
    assert_eq!(of_others.role, None);
    assert!(!of_others.evidence.is_empty(), "audit tells of it");
    assert_eq!(roll.roles[&Role::Sent].members.len(), 1);
    let hints = Hints {
        overrides: vec![("Shared/Sent".to_owned(), Some(Role::Sent))],
        ..Hints::default()
    };
    assert!(matches!(
        imagined::hinted(hints).judge(shared),
        Err(JudgeError::Hint(HintError::Unusable { .. }))
    ));
}

#[test]
fn attributes_beat_names_and_are_doubtful_where_clients_put_no_mailbox() {
    let roll = judged(&listing(vec![
        mailbox("Clients/Post", &["\\sent"]),
        mailbox("Drafts", &["\\Trash"]),
    ]));
    // Where clients put no such mailbox, a mark may have come with one that was moved or copied.
    assert_eq!(
        (roll.entries[0].role, roll.entries[0].certainty),
        (Some(Role::Sent), Some(Certainty::Doubtful))
    );
    assert_eq!(roll.entries[1].role, Some(Role::Trash));
    let kinds: Vec<_> = roll.entries[1]
        .evidence
        .iter()
        .map(|one| (one.kind, one.role))
        .collect();
    assert_eq!(
        kinds,
        [
            (EvidenceKind::Attribute, Some(Role::Trash)),
            (EvidenceKind::Name, Some(Role::Drafts))
        ]
    );
}

#[test]
fn two_attributes_of_different_roles_give_none() {
    let roll = judged(&listing(vec![
        mailbox("Sent", &["\\Sent", "\\Drafts"]),
        mailbox("Spam", &["\\Junk", "\\Spam"]),
    ]));
    assert_eq!(
        (roll.entries[0].role, roll.entries[0].certainty),
        (None, Some(Certainty::Ambiguous))
    );
    assert_eq!(
        roll.entries[1].role,
        Some(Role::Junk),
        "XLIST and SPECIAL-USE say the same"
    );
}

#[test]
fn ambiguous_names_have_evidence_but_no_role_unless_the_locale_settles_them() {
    let lixo = listing(vec![mailbox("Lixo", &[])]);
    let entry = &judged(&lixo).entries[0];
    assert_eq!(
        (entry.role, entry.certainty, entry.evidence.len()),
        // Trash and junk, in Galician and in Portuguese.
        (None, Some(Certainty::Ambiguous), 4)
    );
    let mine = file::parse(
        "mine.yaml",
        "locale: gl\nroles:\n  trash: [{name: Folga}]\n",
    )
    .unwrap();
    let other = file::parse(
        "other.yaml",
        "locale: pt\nroles:\n  junk: [{name: Folga}]\n",
    )
    .unwrap();
    let mapping = Mapping::built_in().with(vec![mine, other]);
    let folga = || vec![mailbox("Folga", &[])];
    let roll = judged_by(&mapping, Hints::default(), folga());
    assert_eq!(roll.entries[0].role, None);
    let hints = Hints {
        locales: vec!["pt-BR".to_owned()],
        ..Hints::default()
    };
    let entry = judged_by(&mapping, hints, folga()).entries.remove(0);
    assert_eq!(
        (entry.role, entry.certainty),
        (Some(Role::Junk), Some(Certainty::Likely))
    );
}

#[test]
fn certainty_tells_how_it_is_known() {
    let entries = judged(&listing(vec![
        mailbox("Boîte de réception", &[]),
        mailbox("Courrier envoyé", &[]),
        mailbox("Elements envoyes", &[]),
        mailbox("inbox", &[]),
    ]))
    .entries;
    let found: Vec<_> = entries
        .iter()
        .map(|entry| (entry.role, entry.certainty))
        .collect();
    assert_eq!(
        found,
        [
            (None, None),
            (Some(Role::Sent), Some(Certainty::Known)),
            (Some(Role::Sent), Some(Certainty::Likely)),
            (Some(Role::Inbox), Some(Certainty::Stated)),
        ]
    );
    assert_eq!(
        entries[0].evidence[0].role,
        Some(Role::Inbox),
        "the translation is known and left alone"
    );
}

#[test]
fn look_alikes_have_no_role() {
    for name in [
        "Ѕеnt",
        "Se\u{200b}nt",
        "Sent\u{feff}",
        "\u{202e}Sent",
        "𝐒𝐞𝐧𝐭",
        "Éléments envоyés",
        "INBOX/Tra\u{2060}sh",
    ] {
        let entry = judged(&listing(vec![mailbox(name, &[])])).entries.remove(0);
        assert_eq!(entry.role, None, "{name:?}");
        assert!(entry.lookalike.is_some(), "{name:?}");
    }
    let entry = judged(&listing(vec![mailbox("Clients/Se\u{200b}nt", &[])]))
        .entries
        .remove(0);
    assert_eq!(
        (entry.role, entry.lookalike),
        (None, None),
        "not where clients put it"
    );
}

#[test]
fn names_without_messages_have_no_role() {
    let roll = judged(&listing(vec![
        with(mailbox("Archive", &["\\Noselect"]), |one| {
            one.selectable = false;
        }),
        with(mailbox("Sent", &["\\NonExistent", "\\Sent"]), |one| {
            one.selectable = false;
        }),
    ]));
    assert!(roll.roles.is_empty());
    for entry in &roll.entries {
        assert_eq!((entry.role, entry.certainty), (None, None));
        assert!(!entry.evidence.is_empty(), "audit tells of it");
    }
}

#[test]
fn tombstones_are_never_members() {
    let nonce = "abcdefghijklmnopqrstuvwx27";
    let tombstone = mailbox(&format!("Clients/rolecall-{nonce}"), &["\\Sent"]);
    assert!(is_tombstone(tombstone.leaf()));
    assert_eq!(role_of(tombstone), None);
    for name in [
        "rolecall-abc",
        "rolecall-abcdefghijklmnopqrstuvwx277",
        "rolecall-abcdefghijklmnopqrstuvwx18",
        "x-rolecall-abcdefghijklmnopqrstuvwx27",
    ] {
        assert!(!is_tombstone(name), "{name}");
    }
}

#[test]
fn overrides_win_and_must_be_there() {
    let account = listing(vec![
        mailbox("Sent", &["\\Sent"]),
        mailbox("Cafe\u{301}", &[]),
        mailbox("INBOX", &[]),
    ]);
    let says = |typed: &str, role| {
        let hints = Hints {
            overrides: vec![(typed.to_owned(), role)],
            ..Hints::default()
        };
        let judged = imagined::hinted(hints).judge(account.clone())?;
        Ok(judged.roll)
    };
    let sent = |roll: &Roll| roll.entry(&imagined::name("Sent")).cloned().unwrap();
    let archive = sent(&says("Sent", Some(Role::Archive)).unwrap());
    assert_eq!(
        (archive.role, archive.certainty),
        (Some(Role::Archive), Some(Certainty::Stated))
    );
    assert_eq!(archive.evidence[0].kind, EvidenceKind::Override);
    let none = sent(&says("Sent", None).unwrap());
    assert_eq!((none.role, none.certainty), (None, None));
    assert_eq!(
        says("Café", Some(Role::Sent)).unwrap().roles[&Role::Sent]
            .members
            .len(),
        2,
        "typed composed"
    );
    assert_eq!(
        says("Sentt", None),
        Err(JudgeError::Hint(HintError::Name(TypedNameError::Absent(
            "Sentt".to_owned()
        ))))
    );
    assert!(matches!(
        says("inbox", Some(Role::Sent)),
        Err(JudgeError::Hint(HintError::Unusable { .. }))
    ));
}

#[test]
fn a_provider_s_own_meaning_beats_the_table() {
    let mut account = listing(vec![mailbox("OUTBOX", &[]), mailbox("QUARANTAINE", &[])]);
    let roles = |account: &Listing| {
        judged(account)
            .entries
            .iter()
            .map(|entry| entry.role)
            .collect::<Vec<_>>()
    };
    assert_eq!(roles(&account), [Some(Role::Outbox), None]);
    account.account.host = "imap.laposte.net".to_owned();
    assert_eq!(roles(&account), [Some(Role::Sent), Some(Role::Junk)]);
}

#[test]
fn the_keeper_is_chosen_by_the_first_rule_that_decides() {
    let unsubscribed = |name: &str, attributes: &[&str]| {
        with(mailbox(name, attributes), |one| {
            one.subscribed = Some(false);
        })
    };
    let full = |name: &str, messages, newest| {
        with(mailbox(name, &[]), |one| {
            one.status.messages = Some(messages);
            one.sample = Some(Sample {
                newest,
                ..Sample::default()
            });
        })
    };
    // No client makes the French names by itself, so that clients decide between none of these.
    for (mailboxes, keep, because) in [
        (
            vec![
                unsubscribed("Envoyés", &["\\Sent"]),
                full("Sent", 9, Some(9)),
            ],
            "Envoyés",
            "the server marks it \\Sent",
        ),
        (
            vec![mailbox("Envoyés", &[]), unsubscribed("Sent", &[])],
            "Sent",
            "Thunderbird, Roundcube and SOGo use it once it is the only one",
        ),
        (
            vec![
                mailbox("Objets envoyés", &["\\Sent"]),
                unsubscribed("Envoyés", &["\\Sent"]),
            ],
            "Objets envoyés",
            "of those marked \\Sent it is the only one subscribed",
        ),
        (
            vec![
                mailbox("Envoyés", &["\\Sent"]),
                mailbox("Sent Mail", &["\\Sent"]),
            ],
            "Sent Mail",
            "of those marked \\Sent it has the English name",
        ),
        (
            vec![mailbox("Objets envoyés", &[]), unsubscribed("Envoyés", &[])],
            "Objets envoyés",
            "it is the only one subscribed",
        ),
        (
            vec![
                full("Objets envoyés", 1, Some(2)),
                full("Envoyés", 5, Some(1)),
            ],
            "Objets envoyés",
            "it has the newest mail",
        ),
        (
            vec![full("Objets envoyés", 5, None), full("Envoyés", 1, None)],
            "Objets envoyés",
            "it has the most messages",
        ),
        (
            vec![mailbox("Objets envoyés", &[]), mailbox("Envoyés", &[])],
            "Envoyés",
            "nothing but the order of their names tells them apart",
        ),
        (
            vec![mailbox("Envoyés", &[])],
            "Envoyés",
            "no other mailbox has this role",
        ),
    ] {
        let found = keeper(&listing(mailboxes), Role::Sent, &Hints::default());
        assert_eq!((found.0.as_str(), found.1.as_str()), (keep, because));
    }
}

#[test]
fn a_target_keeps_the_role_whatever_else_speaks() {
    let account = listing(vec![
        mailbox("Sent", &["\\Sent"]),
        mailbox("Envoyés", &[]),
        mailbox("Junk", &["\\Junk"]),
        mailbox("Copies", &[]),
    ]);
    let target = |name: &str| Hints {
        targets: BTreeMap::from([(Role::Sent, name.to_owned())]),
        ..Hints::default()
    };
    assert_eq!(
        keeper(&account, Role::Sent, &target("Envoyés")),
        ("Envoyés".to_owned(), "you chose it".to_owned())
    );
    assert_eq!(
        keeper(&account, Role::Sent, &target("Copies")),
        ("Copies".to_owned(), "you chose it".to_owned())
    );
    for other in ["Yet to be made", "Junk", "INBOX"] {
        assert_eq!(
            keeper(&account, Role::Sent, &target(other)).0,
            "Sent",
            "{other}"
        );
    }
}

#[test]
fn only_mergeable_roles_with_several_members_are_worth_a_look() {
    let account = listing(vec![
        mailbox("Sent", &[]),
        mailbox("Envoyés", &[]),
        mailbox("Drafts", &[]),
        mailbox("Outbox", &[]),
        mailbox("Postausgang", &[]),
    ]);
    let criteria = Criteria {
        sample: Some(50),
        ..imagined::criteria()
    };
    let names: BTreeSet<_> = criteria
        .looks(&account)
        .unwrap()
        .into_keys()
        .map(|name| name.text().to_owned())
        .collect();
    assert_eq!(
        names,
        BTreeSet::from(["Sent".to_owned(), "Envoyés".to_owned()])
    );
    assert_eq!(judged(&account).roles[&Role::Outbox].members.len(), 2);
}

/// The built-in table and, over it, two languages that use one word for two roles.
fn with_folga() -> Mapping {
    let table = |file: &str, text: &str| file::parse(file, text).unwrap();
    Mapping::built_in().with(vec![
        table(
            "gl.yaml",
            "locale: gl\nroles:\n  sent: [{name: Mandados}]\n  trash: [{name: Folga}]\n",
        ),
        table("pt.yaml", "locale: pt\nroles:\n  junk: [{name: Folga}]\n"),
    ])
}

#[test]
fn a_name_of_two_roles_is_what_the_rest_of_the_account_leaves_it_to_be_and_doubtful() {
    let mapping = with_folga();
    for (names, role, because) in [
        (
            &["Lixo", "Spam"][..],
            Some(Role::Trash),
            "another mailbox is junk",
        ),
        (
            &["Lixo", "Trash"],
            Some(Role::Junk),
            "another mailbox is trash",
        ),
        (&["Lixo", "Trash", "Spam"], None, ""),
        (&["Lixo"], None, ""),
        (&["Lixo", "Basura", "Spam"], None, ""),
        (
            &["Folga", "Mandados"],
            Some(Role::Trash),
            "other names here are gl",
        ),
        (
            &["Folga", "Mandados", "Spam"],
            Some(Role::Trash),
            "other names here are gl",
        ),
        // What is left over is junk, what the language says is trash.
        (&["Folga", "Mandados", "Trash"], None, ""),
    ] {
        let mailboxes = names.iter().map(|name| mailbox(name, &[])).collect();
        let roll = judged_by(&mapping, Hints::default(), mailboxes);
        let entry = &roll.entries[0];
        assert_eq!(entry.role, role, "{names:?}");
        assert_eq!(entry.is_doubtful(), role.is_some(), "{names:?}");
        let expected = role.map_or(Certainty::Ambiguous, |_| Certainty::Doubtful);
        assert_eq!(entry.certainty, Some(expected), "{names:?}");
        let reasons = entry.evidence.iter();
        let reason = reasons
            .filter(|one| one.kind == EvidenceKind::Context)
            .map(|one| one.detail.english());
        assert_eq!(reason.take(1).collect::<String>(), because, "{names:?}");
    }
}

#[test]
fn what_little_speaks_for_is_doubtful_unless_the_user_names_the_language() {
    let mine = file::parse(
        "gl.yaml",
        "locale: gl\nroles:\n  sent: [{name: Mandados}]\n  drafts: [{name: Esbozos, weak: true}]\n",
    );
    let mapping = Mapping::built_in().with(vec![mine.unwrap()]);
    for (names, locales, doubtful) in [
        (&["Esbozos"][..], &[][..], true),
        (&["Esbozos", "Sent", "Trash"], &[], true),
        (&["Esbozos", "Mandados"], &[], true),
        (&["Esbozos"], &["gl-ES"], false),
    ] {
        let mailboxes = names.iter().map(|name| mailbox(name, &[])).collect();
        let hints = Hints {
            locales: locales.iter().map(|&tag| tag.to_owned()).collect(),
            ..Hints::default()
        };
        let roll = judged_by(&mapping, hints, mailboxes);
        let entry = &roll.entries[0];
        assert_eq!(
            (entry.role, entry.is_doubtful()),
            (Some(Role::Drafts), doubtful),
            "{names:?} {locales:?}"
        );
    }
}

#[test]
fn garbled_names_are_what_they_were() {
    for name in ["Ã‰lÃ©ments envoyÃ©s", "&AMk-l&AOk-ments envoy&AOk-s"] {
        let entry = judged(&listing(vec![mailbox(name, &[])])).entries.remove(0);
        assert_eq!(
            (entry.role, entry.certainty, entry.is_doubtful()),
            (Some(Role::Sent), Some(Certainty::Likely), false),
            "{name}"
        );
        assert_eq!(entry.meant.as_deref(), Some("Éléments envoyés"));
    }
    let entry = judged(&listing(vec![mailbox("Amis/CafÃ©", &[])]))
        .entries
        .remove(0);
    assert_eq!((entry.role, entry.meant.as_deref()), (None, Some("Café")));
}

#[test]
fn copied_labels_of_gmail_are_doubtful_and_never_keep_a_role_beside_a_sure_mailbox() {
    let account = listing(vec![
        mailbox("Old/\\Sent", &[]),
        mailbox("Sent", &[]),
        mailbox("\\Noselect", &[]),
        mailbox("\\Sent", &[]),
        mailbox("\\Starred", &[]),
    ]);
    let roll = judged(&account);
    let roles: Vec<_> = roll
        .entries
        .iter()
        .map(|entry| (entry.role, entry.is_doubtful()))
        .collect();
    assert_eq!(
        roles,
        [
            (None, false),
            (Some(Role::Sent), false),
            (None, false),
            (Some(Role::Sent), true),
            (Some(Role::Flagged), true)
        ]
    );
    assert_eq!(roll.roles[&Role::Sent].keep.text(), "Sent");
    let hints = Hints {
        targets: BTreeMap::from([(Role::Sent, "\\Sent".to_owned())]),
        ..Hints::default()
    };
    let roll = imagined::hinted(hints).judge(account).unwrap().roll;
    assert_eq!(
        roll.roles[&Role::Sent].keep.text(),
        "\\Sent",
        "said by the user"
    );
    assert!(!roll.entries[0].is_doubtful());
}

#[test]
fn entries_of_ones_own_tables_that_no_mailbox_is_called_are_told() {
    let mine = "locale: fr\nroles:\n  sent: [{name: Expédié}, {name: Expedies}]\n";
    let ours = "locale: fr\nroles:\n  trash: [{name: Rebut}]\n";
    let mapping = Mapping::built_in()
        .with(vec![file::parse("ours.yaml", ours).unwrap()])
        .with(vec![file::parse("mine.yaml", mine).unwrap()]);
    let account = vec![mailbox("EXPEDIE", &[]), mailbox("Rebut", &[])];
    let roll = judged_by(&mapping, Hints::default(), account);
    let [unused] = roll.unused.as_slice() else {
        panic!("{:?}", roll.unused);
    };
    assert_eq!((unused.table.as_str(), unused.of), ("mine.yaml", 2));
    assert_eq!(unused.entries, ["Expedies"]);
}

#[test]
fn what_a_user_types_means_the_mailbox_that_was_shown() {
    let proper = MailboxName::new(b"Envoy&AOk-s".to_vec(), "Envoy\u{e9}s".to_owned());
    let twice = MailboxName::new(b"Envoy&-AOk-s".to_vec(), "Envoy&AOk-s".to_owned());
    let called = |name: &MailboxName| Mailbox {
        name: name.clone(),
        ..mailbox("x", &[])
    };
    let account = listing(vec![called(&proper), called(&twice)]);
    for name in [proper, twice] {
        let typed = account.typed(&name);
        assert_eq!(account.find_typed(&typed).unwrap().name, name, "{typed}");
    }
}
