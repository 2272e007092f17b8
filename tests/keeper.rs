//! Which of several mailboxes keeps a role, and which mailboxes have none: accounts in one line each, as servers list them.

use crate::imagined::{hinted, judged};
use rolecall::{
    detect::{HintError, Hints},
    judge::{JudgeError, Judged},
    model::{
        finding::Code,
        listing::{Listing, Namespace},
        mailbox::{Mailbox, Sample, Status},
        role::Role,
        roll::Aside,
    },
    planner::Policy,
};

use crate::imagined;

const UNKNOWN: &str = "";
const EXCHANGE: &str = "* OK The Microsoft Exchange IMAP4 service is ready.";
const GMAIL: &str = "* OK Gimap ready for requests";
const DOVECOT: &str = "* OK [CAPABILITY IMAP4rev1] Dovecot ready.";

/// `Sent \Sent #12 @2024`: twelve messages, the newest of that year; ` -` at the end is not subscribed.
fn mailbox(told: &str, number: u32, delimiter: char) -> Mailbox {
    let (mut messages, mut newest) = (None, None);
    let mut left = Vec::new();
    for word in told.split(' ') {
        if let Some(count) = word.strip_prefix('#') {
            messages = count.parse().ok();
        } else if let Some(year) = word.strip_prefix('@') {
            newest = year
                .parse::<i64>()
                .ok()
                .map(|year| (year - 1970) * 31_557_600);
        } else {
            left.push(word);
        }
    }
    let mailbox = imagined::told(&left.join(" "));
    let selectable = !mailbox.has_attribute("\\Noselect");
    Mailbox {
        delimiter: Some(delimiter),
        selectable,
        status: Status {
            messages: messages.or(Some(7)),
            uid_next: Some(500 + number),
            uid_validity: Some(1 + number),
            size: Some(7000),
            mailbox_id: None,
        },
        sample: newest.map(|newest| Sample {
            newest: Some(newest),
            ..Sample::default()
        }),
        ..mailbox
    }
}

fn account(greeting: &str, mailboxes: &str) -> Listing {
    let mut listing = imagined::account();
    listing.server.greeting = Some(greeting.to_owned());
    let can = ["IMAP4REV1", "MOVE", "UIDPLUS", "SPECIAL-USE"];
    listing.server.capabilities = can.map(str::to_owned).into();
    let delimiter = if mailboxes.contains("INBOX.") {
        '.'
    } else {
        '/'
    };
    let prefix = if delimiter == '.' { "INBOX." } else { "" };
    listing.personal = imagined::namespace(prefix, delimiter);
    let told = std::iter::once("INBOX").chain(mailboxes.split("; "));
    let told = told.zip(0..);
    listing.mailboxes = told.map(|(told, n)| mailbox(told, n, delimiter)).collect();
    listing
}

fn with_hints(listing: &Listing, hints: &Hints) -> Judged {
    hinted(hints.clone()).judge(listing.clone()).unwrap()
}

/// What a plan without a word from the user does: `Sent Items > Sent`.
fn moves(listing: &Listing, policy: &Policy) -> Vec<String> {
    let plan = imagined::criteria().plan(&judged(listing), policy);
    let steps = plan.steps.iter().filter_map(|step| {
        let (source, target) = (step.source.as_ref()?, step.target.as_ref()?);
        Some(format!("{} > {}", source.text(), target.text()))
    });
    steps.collect()
}

fn everything() -> Policy {
    Policy {
        include: [Role::Trash, Role::Junk].into(),
        ..Policy::default()
    }
}

#[test]
fn the_first_rule_that_tells_them_apart_decides_who_keeps_a_role() {
    for (server, mailboxes, role, keeper, reason) in [
        (
            UNKNOWN,
            "Sent #900 @2024; Sent Items \\Sent #1 @2001",
            Role::Sent,
            "Sent Items",
            "marks it",
        ),
        (
            EXCHANGE,
            "Drafts; Sent; Entwürfe; Gesendete Elemente; Gelöschte Elemente",
            Role::Sent,
            "Gesendete Elemente",
            "Exchange",
        ),
        (
            EXCHANGE,
            "Drafts; Sent; Entwürfe; Gesendete Elemente; Gelöschte Elemente",
            Role::Drafts,
            "Entwürfe",
            "Exchange",
        ),
        (
            GMAIL,
            "Sent; [Gmail] \\Noselect; [Gmail]/Gesendet",
            Role::Sent,
            "[Gmail]/Gesendet",
            "Gmail",
        ),
        (
            UNKNOWN,
            "Draft; Drafts; Bulk; Sent",
            Role::Drafts,
            "Draft",
            "Yahoo",
        ),
        (
            UNKNOWN,
            "Sent; Envoyés ÖÄ; Objets envoyés",
            Role::Sent,
            "Sent",
            "",
        ),
        (
            UNKNOWN,
            "Entwürfe; Papierkorb; Gesendete Objekte @2010; Objets envoyés @2024",
            Role::Sent,
            "Gesendete Objekte",
            "of that language",
        ),
        (
            UNKNOWN,
            "Objets envoyés #3 @2024; Posta inviata #70 @2019",
            Role::Sent,
            "Objets envoyés",
            "newest",
        ),
    ] {
        let listing = account(server, mailboxes);
        let roll = judged(&listing).roll;
        let members = &roll.roles[&role];
        assert_eq!(members.keep.text(), keeper, "{mailboxes}");
        let because = members.because.english();
        assert!(because.contains(reason), "{mailboxes}: {because}");
        assert!(!members.unclear, "{mailboxes}");
    }
}

#[test]
fn no_mailbox_of_the_providers_own_is_emptied_into_one_that_a_client_made() {
    for (server, mailboxes, owned) in [
        (
            EXCHANGE,
            "Drafts; Sent; Trash; Entwürfe; Gesendete Elemente; Gelöschte Elemente",
            "Entwürfe; Gesendete Elemente; Gelöschte Elemente",
        ),
        (
            EXCHANGE,
            "Drafts; Sent; Brouillons; Éléments envoyés; Éléments supprimés",
            "Brouillons; Éléments envoyés; Éléments supprimés",
        ),
        (
            GMAIL,
            "Drafts; Sent; Trash; [Gmail] \\Noselect; [Gmail]/Entwürfe; [Gmail]/Gesendet; [Gmail]/Papierkorb",
            "[Gmail]/Entwürfe; [Gmail]/Gesendet; [Gmail]/Papierkorb",
        ),
        (
            GMAIL,
            "[Gmail] \\Noselect; [Gmail]/Sent Mail; [Imap] \\Noselect; [Imap]/Sent",
            "[Gmail]/Sent Mail",
        ),
        (
            GMAIL,
            "Trash; [Gmail] \\Noselect; [Gmail]/Bin",
            "[Gmail]/Bin",
        ),
        (UNKNOWN, "Draft; Drafts; Bulk; Sent", "Draft"),
    ] {
        let listing = account(server, mailboxes);
        let moved = moves(&listing, &everything());
        for own in owned.split("; ") {
            let source = format!("{own} > ");
            let emptied = moved.iter().any(|step| step.starts_with(&source));
            assert!(!emptied, "{mailboxes}: {moved:?}");
        }
    }
}

#[test]
fn the_language_of_the_accounts_other_keepers_counts_below_what_clients_find() {
    let german = "Entwürfe; Papierkorb; Gesendete Objekte #3; Objets envoyés #900";
    let listing = account(UNKNOWN, german);
    let roll = judged(&listing).roll;
    assert_eq!(roll.roles[&Role::Sent].keep.text(), "Gesendete Objekte");
    // Nobody else speaks French here, but most clients know this name, whatever language they speak.
    let listing = account(UNKNOWN, &format!("{german}; Sent #1"));
    let roll = judged(&listing).roll;
    assert_eq!(roll.roles[&Role::Sent].keep.text(), "Sent");
}

#[test]
fn a_mark_counts_by_one_rule_however_it_is_spelt() {
    // `\Spam` is what Gmail's older servers and Zoho say for `\Junk`.
    let listing = account(
        DOVECOT,
        "Sent \\Sent; Drafts \\Drafts; Spam \\Spam; Junk #1",
    );
    let Judged { roll, findings, .. } = judged(&listing);
    let junk = &roll.roles[&Role::Junk];
    assert_eq!(junk.keep.text(), "Spam");
    assert!(junk.because.english().contains("marks it"), "{junk:?}");
    let unmarked = findings
        .iter()
        .filter(|one| one.code == Code::RoleUnmarked && one.role == Some(Role::Junk));
    assert_eq!(unmarked.count(), 0, "{findings:#?}");
}

#[test]
fn names_below_gmail_s_place_are_known_in_its_languages() {
    for (name, role) in [
        ("[Gmail]/Skickat mail", Role::Sent),
        ("[Gmail]/Viktigt", Role::Important),
        ("[Gmail]/Stjärnmärkta", Role::Flagged),
        ("[Gmail]/Importante", Role::Important),
        ("[Gmail]/Todos", Role::All),
    ] {
        let listing = account(GMAIL, &format!("[Gmail] \\Noselect; {name}"));
        let roll = judged(&listing).roll;
        let entry = roll.entry(&imagined::name(name)).unwrap();
        assert_eq!(entry.role, Some(role), "{name}: {:?}", entry.evidence);
    }
}

#[test]
fn what_is_merged_unasked_and_what_is_held_back_have_two_words() {
    let listing = account(UNKNOWN, "Sent \\Sent; Sent Items; Sent Items1");
    let roll = judged(&listing).roll;
    let word = |name: &str| {
        let entry = roll.entry(&imagined::name(name)).unwrap();
        serde_json::to_value(entry.certainty).unwrap()
    };
    let moved = moves(&listing, &Policy::default());
    assert_eq!(moved, ["Sent Items > Sent"]);
    assert_ne!(word("Sent Items1"), word("Sent Items"));
}

#[test]
fn a_label_below_gmail_s_own_place_is_not_gmail_s_own_where_another_is_marked() {
    let listing = account(
        GMAIL,
        "[Gmail] \\Noselect; [Gmail]/Sent Mail #9; [Gmail]/Gesendet \\Sent #2",
    );
    let roll = judged(&listing).roll;
    assert_eq!(roll.roles[&Role::Sent].keep.text(), "[Gmail]/Gesendet");
    let because = roll.roles[&Role::Sent].because.english();
    assert!(!because.contains("Gmail"), "{because}");
}

#[test]
fn what_only_the_alphabet_would_decide_is_told_and_not_merged() {
    for mailboxes in [
        "INBOX.spam; INBOX.Spam",
        "Objets envoyés @2020; Posta inviata @2020",
    ] {
        let listing = account(UNKNOWN, mailboxes);
        let Judged { roll, findings, .. } = judged(&listing);
        let unclear: Vec<Role> = roll
            .roles
            .iter()
            .filter(|(_, one)| one.unclear)
            .map(|(role, _)| *role)
            .collect();
        assert_eq!(unclear.len(), 1, "{mailboxes}");
        assert!(findings.iter().any(|one| one.code == Code::KeeperUnclear));
        assert_eq!(moves(&listing, &everything()), [""; 0], "{mailboxes}");
        let target = mailboxes
            .split(" @")
            .next()
            .unwrap()
            .split("; ")
            .next()
            .unwrap()
            .to_owned();
        let hints = Hints {
            targets: [(unclear[0], target)].into(),
            ..Hints::default()
        };
        assert!(!with_hints(&listing, &hints).roll.roles[&unclear[0]].unclear);
    }
}

#[test]
fn no_role_is_kept_below_trash_or_junk_and_marks_there_move_nothing() {
    for mailboxes in [
        "Trash; Trash/Sent Items \\Sent #3; Sent #500",
        "Papierkorb; Papierkorb/Sent Items \\Sent #3; Sent #500",
        "Junk; Junk/Archive \\Archive; Archive #500",
        "Trash \\Trash; Trash/Old/Sent #3; Sent #500",
    ] {
        let listing = account(UNKNOWN, mailboxes);
        assert_eq!(moves(&listing, &Policy::default()), [""; 0], "{mailboxes}");
        let roll = judged(&listing).roll;
        for (role, members) in &roll.roles {
            let below = members.keep.text().contains('/');
            let doubtful = roll.entry(&members.keep).unwrap().is_doubtful();
            assert!(!below || doubtful, "{mailboxes}: {role}");
        }
    }
}

#[test]
fn a_mark_in_a_copied_tree_or_on_the_inbox_is_doubtful_and_told() {
    let listing = account(
        DOVECOT,
        "INBOX.Sent #500; INBOX.Backup.2019.Sent \\Sent #30",
    );
    let Judged { roll, findings, .. } = judged(&listing);
    assert_eq!(roll.roles[&Role::Sent].keep.text(), "INBOX.Sent");
    let marked = imagined::name("INBOX.Backup.2019.Sent");
    assert!(roll.entry(&marked).unwrap().is_doubtful());
    assert!(
        findings
            .iter()
            .any(|one| one.code == Code::RoleDoubtful && one.mailboxes.contains(&marked))
    );
    assert_eq!(moves(&listing, &Policy::default()), [""; 0]);

    let mut listing = account(DOVECOT, "Drafts");
    listing.mailboxes.change(&imagined::name("INBOX"), |inbox| {
        inbox.attributes.insert("\\Drafts".to_owned());
    });
    assert_eq!(moves(&listing, &Policy::default()), [""; 0]);
}

#[test]
fn a_name_that_the_server_marks_as_inbox_is_no_second_one() {
    let listing = account(UNKNOWN, "受信トレイ \\Inbox; Sent");
    let roll = judged(&listing).roll;
    let entry = roll.entry(&imagined::name("受信トレイ")).unwrap();
    assert!(matches!(entry.aside, Some(Aside::Alias(_))), "{entry:?}");
}

#[test]
fn a_mark_on_a_name_nobody_knows_is_told_beside_one_that_is_known() {
    let listing = account(UNKNOWN, "Later \\Junk; Junk");
    let Judged { roll, findings, .. } = judged(&listing);
    assert_eq!(roll.roles[&Role::Junk].keep.text(), "Later");
    assert!(
        findings
            .iter()
            .any(|one| one.code == Code::MarkOnUnknownName)
    );
}

#[test]
fn where_nobody_can_mark_a_mailbox_an_account_can_come_out_green() {
    for (server, mailboxes) in [
        (
            GMAIL,
            "[Gmail] \\Noselect; [Gmail]/Drafts \\Drafts; [Gmail]/Sent Mail \\Sent; [Gmail]/Trash \\Trash; [Gmail]/Spam \\Junk; Archive",
        ),
        (
            EXCHANGE,
            "Drafts; Sent Items; Deleted Items; Junk Email; Archive",
        ),
    ] {
        let mut listing = account(server, mailboxes);
        if server == EXCHANGE {
            listing.server.capabilities.remove("SPECIAL-USE");
        }
        let warnings: Vec<_> = judged(&listing)
            .findings
            .into_iter()
            .filter(|one| one.severity != rolecall::model::finding::Severity::Info)
            .collect();
        assert!(warnings.is_empty(), "{warnings:#?}");
    }
}

fn in_namespaces(namespaces: &[(&str, Option<char>)], mailboxes: &str) -> Listing {
    let mut listing = account(DOVECOT, mailboxes);
    let listed = listing.mailboxes[0].delimiter;
    listing.personal = namespaces
        .iter()
        .map(|(prefix, delimiter)| Namespace::told((*prefix).to_owned(), *delimiter, listed))
        .collect();
    listing.put_home_first();
    listing
}

#[test]
fn roles_sources_and_targets_lie_in_the_namespace_of_inbox_alone() {
    for (namespaces, mailboxes, other) in [
        (
            vec![("", Some('/')), ("virtual/", Some('/'))],
            "Sent; virtual/Sent \\Sent; virtual \\Noselect",
            "virtual/Sent",
        ),
        (
            vec![("", Some('/')), (".EXPUNGED/", Some('/'))],
            "Sent; .EXPUNGED/Sent",
            ".EXPUNGED/Sent",
        ),
        (
            vec![("Archive/", Some('/')), ("", Some('/'))],
            "Sent; Archive/Sent #900",
            "Archive/Sent",
        ),
        (
            vec![("Archiv", Some('/')), ("", Some('/'))],
            "Sent; Archiv/Sent #900",
            "Archiv/Sent",
        ),
    ] {
        let listing = in_namespaces(&namespaces, mailboxes);
        let Judged { roll, findings, .. } = judged(&listing);
        assert_eq!(roll.roles[&Role::Sent].keep.text(), "Sent", "{mailboxes}");
        assert_eq!(moves(&listing, &everything()), [""; 0], "{mailboxes}");
        let other = imagined::name(other);
        let entry = roll.entry(&other).unwrap();
        assert_eq!(
            (entry.role, &entry.aside),
            (None, &Some(Aside::OtherNamespace))
        );
        assert!(
            findings
                .iter()
                .any(|one| one.code == Code::OtherNamespace && one.mailboxes.contains(&other))
        );
    }
}

#[test]
fn a_mailbox_of_another_namespace_is_emptied_only_when_the_user_says_its_role_and_never_keeps_it() {
    let listing = in_namespaces(
        &[("", Some('/')), ("Archive/", Some('/'))],
        "Sent; Archive/Sent #900",
    );
    let overrides = vec![("Archive/Sent".to_owned(), Some(Role::Sent))];
    let hints = Hints {
        overrides,
        ..Hints::default()
    };
    let judged = with_hints(&listing, &hints);
    assert_eq!(judged.roll.roles[&Role::Sent].keep.text(), "Sent");
    let plan = hinted(hints).plan(&judged, &Policy::default());
    let [step] = plan.steps.as_slice() else {
        panic!("{:#?}", plan.steps)
    };
    assert_eq!(step.source.as_ref().unwrap().text(), "Archive/Sent");
    let told = plan
        .warnings
        .iter()
        .map(|one| one.code)
        .chain(plan.manual.iter().map(|one| one.code));
    assert!(
        told.into_iter().any(|code| code == Code::OtherNamespace),
        "{:#?}",
        plan.warnings
    );
}

#[test]
fn a_view_is_left_asked_or_not() {
    let mut listing = account(DOVECOT, "Sent; Sent Items \\Sent");
    let view = imagined::name("Sent Items");
    listing.mailboxes.change(&view, |view| {
        view.sample = Some(Sample {
            shows: Some(imagined::name("INBOX")),
            ..Sample::default()
        });
    });
    let judged = judged(&listing);
    let plan = imagined::criteria().plan(&judged, &everything());
    let findings = judged.findings;
    let is_touched = plan
        .steps
        .iter()
        .any(|step| step.source.as_ref() == Some(&view) || step.target.as_ref() == Some(&view));
    assert!(!is_touched, "{:#?}", plan.steps);
    assert!(findings.iter().any(|one| one.code == Code::MailboxIsView));
    let hints = Hints {
        overrides: vec![("Sent Items".to_owned(), Some(Role::Sent))],
        ..Hints::default()
    };
    let refused = hinted(hints).judge(listing).unwrap_err();
    let is_refused = matches!(refused, JudgeError::Hint(HintError::Unusable { .. }));
    assert!(is_refused, "{refused:?}");
}

#[test]
fn prefixes_are_compared_level_by_level_and_without_their_delimiter() {
    for personal in [
        vec![("INBOX", Some('.'))],
        vec![("INBOX.", Some('.'))],
        vec![("INBOX", None)],
        vec![("", Some('.'))],
    ] {
        let listing = in_namespaces(&personal, "INBOX.Sent #70; INBOX.Sent Items; INBOX.Trash");
        assert_eq!(
            moves(&listing, &Policy::default()),
            ["INBOX.Sent Items > INBOX.Sent"],
            "{personal:?}"
        );
    }
    let mut listing = account(
        DOVECOT,
        "Sent; Shared Folders 2024; Shared Folders/bob/Sent",
    );
    listing.foreign = vec![Namespace::told(
        "Shared Folders".to_owned(),
        Some('/'),
        None,
    )];
    let roll = judged(&listing).roll;
    let aside = |text: &str| roll.entry(&imagined::name(text)).unwrap().aside.clone();
    assert_eq!(aside("Shared Folders 2024"), None);
    assert_eq!(aside("Shared Folders/bob/Sent"), Some(Aside::Foreign));
}

#[test]
fn a_round_number_of_messages_keeps_a_mailbox_only_where_the_server_may_hide_some() {
    for (server, stays) in [(DOVECOT, false), (UNKNOWN, true)] {
        let listing = account(server, "Sent \\Sent; Sent Items #1000");
        let plan = imagined::criteria().plan(&judged(&listing), &Policy::default());
        let left = plan
            .warnings
            .iter()
            .map(|one| one.code)
            .chain(plan.manual.iter().map(|one| one.code));
        assert_eq!(
            left.into_iter().any(|code| code == Code::MayBeTruncated),
            stays,
            "{server}"
        );
    }
}
