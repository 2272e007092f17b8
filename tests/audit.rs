//! Every finding in the scene that makes it, and the accounts that must have none.

use rolecall::audit::audit;
use rolecall::language::Language;
use rolecall::model::{
    client::Forecasts,
    finding::{Code, Finding, Severity},
    listing::{Listing, Namespace},
    mailbox::{Mailbox, MailboxName, Sample, Status},
    plan::Action,
    role::{Certainty, Role},
    roll::{Aside, Evidence, EvidenceKind, Members, Roll, RollEntry, Unused},
    set_aside::SetAsideBy,
};

use crate::imagined;

/// A mailbox as a scene puts it: attributes decide before `role`, which stands for what the name says.
struct Scene {
    listing: Listing,
    roll: Roll,
}

impl Scene {
    fn new() -> Self {
        Self {
            listing: imagined::account(),
            roll: Roll::default(),
        }
    }

    /// Every expected role once, marked, so that only what a scene adds is found.
    fn tidy() -> Self {
        let mut scene = Self::new();
        for (name, role, mark) in [
            ("Drafts", Role::Drafts, "\\Drafts"),
            ("Junk", Role::Junk, "\\Junk"),
            ("Sent", Role::Sent, "\\Sent"),
            ("Trash", Role::Trash, "\\Trash"),
        ] {
            scene = scene.with(name, Some(role), &[mark], "en", |_| {});
        }
        scene
    }

    fn with(
        mut self,
        name: &str,
        role: Option<Role>,
        attributes: &[&str],
        locale: &str,
        change: impl FnOnce(&mut Mailbox),
    ) -> Self {
        let mut mailbox = imagined::mailbox(name);
        let marks = attributes.iter().map(|&attribute| attribute.to_owned());
        mailbox.attributes = marks.collect();
        mailbox.status.messages = Some(3);
        change(&mut mailbox);
        let evidence = |kind, role, locale: Option<&str>| Evidence {
            kind,
            role: Some(role),
            detail: name.into(),
            entry: None,
            locale: locale.map(str::to_owned),
            source: None,
            difference: None,
        };
        let marks = attributes
            .iter()
            .filter_map(|attribute| Role::from_attribute(attribute));
        let mut all: Vec<Evidence> = marks
            .map(|role| evidence(EvidenceKind::Attribute, role, None))
            .collect();
        all.extend(role.map(|role| evidence(EvidenceKind::Name, role, Some(locale))));
        let role = all
            .first()
            .and_then(|one| one.role)
            .filter(|_| mailbox.selectable);
        let entry = RollEntry {
            name: mailbox.name.clone(),
            role,
            certainty: role.map(|_| Certainty::Known),
            evidence: all,
            aside: None,
            lookalike: None,
            meant: None,
        };
        if let Some(role) = role {
            let members = self.roll.roles.entry(role).or_insert_with(|| Members {
                keep: entry.name.clone(),
                because: String::new().into(),
                unclear: false,
                is_settled: false,
                members: vec![],
            });
            members.members.push(entry.name.clone());
        }
        self.roll.entries.push(entry);
        self.listing.mailboxes.insert(mailbox);
        self
    }

    fn change(&mut self, name: &str, change: impl FnOnce(&mut Mailbox)) {
        self.listing.mailboxes.change(&imagined::name(name), change);
    }

    fn entry(&mut self) -> &mut RollEntry {
        self.roll.entries.last_mut().unwrap()
    }

    fn found(&self) -> Vec<Finding> {
        let mut roll = self.roll.clone();
        roll.entries.sort_by(|one, other| one.name.cmp(&other.name));
        for entry in &mut roll.entries {
            let is_foreign = self.listing.is_foreign(&entry.name);
            entry.aside = entry.aside.take().or(is_foreign.then_some(Aside::Foreign));
        }
        audit(&self.listing, &roll, &Forecasts::default())
    }

    /// The only finding, in short.
    fn only(&self) -> (Code, Option<Role>, String, Option<Action>) {
        let mut found = self.found();
        assert_eq!(found.len(), 1, "{found:#?}");
        let one = found.remove(0);
        (one.code, one.role, one.message.into(), one.fix)
    }
}

fn codes(scene: &Scene) -> Vec<&'static str> {
    scene
        .found()
        .iter()
        .map(|found| found.code.word())
        .collect()
}

#[test]
fn a_tidy_account_has_no_findings() {
    let inbox = Scene::tidy()
        .with("INBOX", Some(Role::Inbox), &[], "en", |_| {})
        .with("Projects", None, &[], "", |_| {});
    assert_eq!(inbox.found(), []);
}

#[test]
fn a_split_role_is_merged_and_a_split_trash_only_when_said() {
    let split = Scene::tidy().with("Envoyés", Some(Role::Sent), &[], "fr", |_| {});
    let message = "\"Sent\" and \"Envoyés\" both play the role sent".to_owned();
    assert_eq!(
        split.only(),
        (
            Code::RoleSplit,
            Some(Role::Sent),
            message,
            Some(Action::Merge)
        )
    );
    let trash = Scene::tidy()
        .with("Corbeille", Some(Role::Trash), &[], "fr", |_| {})
        .with("Bin", Some(Role::Trash), &[], "en", |_| {});
    let (code, _, message, fix) = trash.only();
    assert_eq!((code, fix), (Code::RoleSplit, None));
    assert_eq!(
        message,
        "\"Trash\", \"Bin\" and \"Corbeille\" all play the role trash; they are merged only with --include trash"
    );
    let outbox = Scene::tidy()
        .with("Outbox", Some(Role::Outbox), &[], "en", |_| {})
        .with("Postausgang", Some(Role::Outbox), &[], "de", |_| {});
    assert_eq!(outbox.found(), [], "never merged");
}

#[test]
fn an_unmarked_keeper_is_a_warning_only_where_the_server_marks() {
    let mut marks = Scene::tidy().with("Archive", Some(Role::Archive), &[], "en", |_| {});
    let message =
        "\"Archive\" keeps the role archive but the server does not mark it \\Archive".to_owned();
    assert_eq!(
        marks.only(),
        (
            Code::RoleUnmarked,
            Some(Role::Archive),
            message.clone(),
            None
        )
    );
    marks.listing.server.capabilities =
        ["CREATE-SPECIAL-USE", "METADATA"].map(str::to_owned).into();
    assert_eq!(
        marks.only(),
        (
            Code::RoleUnmarked,
            Some(Role::Archive),
            message,
            Some(Action::Mark)
        )
    );

    let mut never = Scene::new();
    for (name, role) in [
        ("Drafts", Role::Drafts),
        ("Junk", Role::Junk),
        ("Sent", Role::Sent),
        ("Trash", Role::Trash),
    ] {
        never = never.with(name, Some(role), &[], "en", |_| {});
    }
    let found = never.found();
    assert_eq!(
        (found.len(), found[0].code, found[0].severity),
        (1, Code::RoleUnmarked, Severity::Info)
    );
    assert_eq!(found[0].mailboxes.len(), 4);
}

#[test]
fn two_marked_mailboxes_are_a_conflict_beside_the_split() {
    let scene = Scene::tidy().with("Sent Items", Some(Role::Sent), &["\\Sent"], "en", |_| {});
    assert_eq!(codes(&scene), ["role-split", "attribute-conflict"]);
    let mut twice = Scene::tidy().with("Mixed", None, &["\\Junk", "\\Trash"], "", |_| {});
    twice.entry().role = None;
    twice.roll.roles.get_mut(&Role::Junk).unwrap().members.pop();
    assert!(
        twice
            .found()
            .iter()
            .any(|one| one.message == "the server marks \"Mixed\" for several roles: trash, junk")
    );
}

#[test]
fn an_empty_marked_extra_is_left_alone_where_clients_cannot_mark() {
    let empty = |mailbox: &mut Mailbox| mailbox.status.messages = Some(0);
    let mut scene = Scene::tidy().with("Sent Items", Some(Role::Sent), &["\\Sent"], "en", empty);
    let (code, _, _, fix) = scene.only();
    assert_eq!(
        (code, fix),
        (Code::RoleDuplicateEmpty, Some(Action::Unsubscribe))
    );
    scene
        .listing
        .server
        .capabilities
        .insert("CREATE-SPECIAL-USE".to_owned());
    assert_eq!(codes(&scene), ["role-split", "attribute-conflict"]);
}

#[test]
fn a_mark_against_the_name_is_told() {
    let scene = Scene::tidy().with(
        "Sent Messages",
        Some(Role::Sent),
        &["\\Archive"],
        "en",
        |_| {},
    );
    let message =
        "the server marks \"Sent Messages\" for archive, but its name says sent".to_owned();
    assert_eq!(
        scene.only(),
        (Code::AttributeVsName, Some(Role::Archive), message, None)
    );
}

#[test]
fn an_unsubscribed_keeper_is_subscribed() {
    let scene = Scene::tidy().with(
        "Archive",
        Some(Role::Archive),
        &["\\Archive"],
        "en",
        |one| one.subscribed = Some(false),
    );
    assert_eq!(
        (scene.only().0, scene.only().3),
        (Code::RoleUnsubscribed, Some(Action::Subscribe))
    );
    let unknown = Scene::tidy().with(
        "Archive",
        Some(Role::Archive),
        &["\\Archive"],
        "en",
        |one| one.subscribed = None,
    );
    assert_eq!(unknown.found(), []);
}

#[test]
fn missing_roles_are_told_but_not_archive_and_not_of_nothing() {
    assert_eq!(
        codes(&Scene::new().with("INBOX", Some(Role::Inbox), &[], "en", |_| {})),
        ["role-missing"; 4]
    );
    assert_eq!(Scene::new().found(), []);
}

#[test]
fn a_mark_on_a_name_without_messages_is_told() {
    let scene = Scene::tidy().with(
        "Archive",
        Some(Role::Archive),
        &["\\Archive"],
        "en",
        |one| one.selectable = false,
    );
    assert_eq!(scene.only().0, Code::RoleOnNoselect);
}

#[test]
fn doubtful_names_are_told() {
    let mut lixo = Scene::tidy().with("Lixo", None, &[], "", |_| {});
    lixo.entry().certainty = Some(Certainty::Ambiguous);
    for role in [Role::Trash, Role::Junk] {
        let evidence = Evidence {
            kind: EvidenceKind::Name,
            role: Some(role),
            detail: String::new().into(),
            entry: None,
            locale: None,
            source: None,
            difference: None,
        };
        lixo.entry().evidence.push(evidence);
    }
    assert_eq!(
        lixo.only().2,
        "some clients use \"Lixo\" for trash, some for junk"
    );
    let mut twin = Scene::tidy().with("Ѕеnt", None, &[], "", |_| {});
    twin.entry().lookalike = Some(Role::Sent);
    assert_eq!(
        (twin.only().0, twin.only().1),
        (Code::LookalikeName, Some(Role::Sent))
    );
}

#[test]
fn dangling_subscriptions_are_removed_only_for_a_role_s_own_word() {
    for (name, fix) in [
        ("Sent", Some(Action::Unsubscribe)),
        ("Projects/Sent", None),
        ("INBOX/trash", Some(Action::Unsubscribe)),
        (
            "rolecall-abcdefghijklmnopqrstuvwxyz",
            Some(Action::Unsubscribe),
        ),
    ] {
        let mut scene = Scene::tidy();
        scene
            .listing
            .dangling
            .push(MailboxName::new(name.into(), name.to_owned()));
        assert_eq!(
            (scene.only().0, scene.only().3),
            (Code::DanglingSubscription, fix),
            "{name}"
        );
    }
}

#[test]
fn two_names_of_one_mailbox_are_no_split() {
    let id = |mailbox: &mut Mailbox| mailbox.status.mailbox_id = Some("M1".to_owned());
    let mut scene = Scene::tidy().with("Sent Messages", Some(Role::Sent), &[], "en", id);
    assert_eq!(codes(&scene), ["role-split"], "only one has an id");
    scene.change("Sent", id);
    assert_eq!(
        scene.only().2,
        "\"Sent\" and \"Sent Messages\" lead to the same messages; unsubscribe all but one to hide the other names from clients"
    );

    let like = |mailbox: &mut Mailbox| {
        mailbox.status = Status {
            messages: Some(3),
            uid_next: Some(9),
            uid_validity: Some(7),
            ..Status::default()
        };
        mailbox.sample = Some(Sample {
            newest: Some(5),
            last: Some((5, 70)),
            ..Sample::default()
        });
    };
    let mut alike = Scene::tidy().with("Sent Messages", Some(Role::Sent), &[], "en", like);
    alike.change("Sent", like);
    assert_eq!(alike.only().0, Code::SameMailboxTwice);
    alike.change("Sent", |mailbox| mailbox.sample = None);
    assert_eq!(
        alike.only().0,
        Code::RoleSplit,
        "equal counts prove nothing"
    );
}

#[test]
fn what_hinders_a_merge_is_told_of_sources_only() {
    let hard = |mailbox: &mut Mailbox| {
        mailbox.status.messages = Some(1000);
        mailbox.sample = Some(Sample {
            deleted: Some(2),
            ..Sample::default()
        });
    };
    let mut scene = Scene::tidy().with("Envoyés", Some(Role::Sent), &[], "fr", hard);
    scene.change("Sent", hard);
    assert_eq!(
        codes(&scene),
        ["role-split", "deleted-marked-mail", "may-be-truncated"]
    );
    assert_eq!(
        scene.found()[1].message,
        "\"Envoyés\" holds 2 messages that are marked \\Deleted and would stay"
    );
}

#[test]
fn what_is_shared_is_told_once_a_role() {
    let mut scene = Scene::tidy();
    scene.listing.foreign = vec![Namespace {
        prefix: "Shared/".to_owned(),
        delimiter: Some('/'),
    }];
    for name in ["Shared/a/Sent", "Shared/b/Sent", "Shared/c"] {
        let role = name.ends_with("Sent").then_some(Role::Sent);
        scene = scene.with(name, role, &[], "en", |_| {});
        scene.entry().role = None;
    }
    for members in scene.roll.roles.values_mut() {
        members.members.truncate(1);
    }
    assert_eq!(
        (scene.only().0, scene.found()[0].mailboxes.len()),
        (Code::NotPersonal, 2)
    );
}

#[test]
fn an_interrupted_run_comes_first() {
    let mut scene = Scene::tidy()
        .with("Envoyés", Some(Role::Sent), &[], "fr", |_| {})
        .with("rolecall-abcdefghijklmnopqrstuvwxyz", None, &[], "", |_| {});
    for (by, code) in [
        (Some(SetAsideBy::Interrupted), "unfinished-run"),
        (Some(SetAsideBy::GivenUp), "set-aside-given-up"),
        (None, "set-aside-unknown"),
    ] {
        scene.entry().aside = by.map(|by| Aside::SetAside {
            by,
            run: "run".to_owned(),
        });
        let mut found = codes(&scene);
        found.retain(|found| *found != "role-split");
        assert_eq!(found, [code]);
    }
}

#[test]
fn of_one_mailbox_set_aside_and_of_several_each_is_said_in_its_number() {
    let waits = |scene: Scene, name: &str| {
        let mut scene = scene.with(name, None, &[], "", |_| {});
        scene.entry().aside = Some(Aside::SetAside {
            by: SetAsideBy::Waiting,
            run: "run".to_owned(),
        });
        scene
    };
    let said = |scene: &Scene| {
        let found = scene.found();
        let waits = found.iter().find(|one| one.code == Code::RemovalWaits);
        let message = &waits.unwrap().message;
        Language::EVERY.map(|language| message.say(language).to_owned())
    };
    let one = waits(Scene::tidy(), "rolecall-abcdefghijklmnopqrstuvwxyz");
    let [english, french] = said(&one);
    assert!(
        english.contains("\" was emptied and set aside by rolecall, which removes it"),
        "{english}"
    );
    assert!(
        french.contains(" » a été vidé et mis de côté par rolecall, qui le supprimera"),
        "{french}"
    );
    let [english, french] = said(&waits(one, "rolecall-bcdefghijklmnopqrstuvwxyza"));
    assert!(
        english.contains("\" were emptied and set aside by rolecall, which removes them"),
        "{english}"
    );
    assert!(
        french.contains(" » ont été vidés et mis de côté par rolecall, qui les supprimera"),
        "{french}"
    );
}

#[test]
fn many_names_are_counted() {
    let mut scene = Scene::tidy();
    for number in 0..6 {
        scene = scene.with(
            &format!("Sent {number}"),
            Some(Role::Sent),
            &[],
            "en",
            |_| {},
        );
    }
    assert_eq!(
        scene.only().2,
        "\"Sent\", \"Sent 0\", \"Sent 1\", \"Sent 2\", \"Sent 3\" and 2 more all play the role sent"
    );
}

#[test]
fn entries_of_ones_own_that_match_nothing_are_one_finding_a_table() {
    let mut scene = Scene::tidy();
    scene.roll.unused = vec![Unused {
        table: "mine.yaml".to_owned(),
        entries: ["A", "B", "C", "D"].map(str::to_owned).into(),
        of: 9,
    }];
    let found = scene.found();
    assert_eq!(
        (found[0].code, found[0].severity),
        (Code::MappingUnused, Severity::Info)
    );
    assert_eq!(
        found[0].message,
        "4 of 9 entries of mine.yaml match no mailbox here: \"A\", \"B\", \"C\", …"
    );
}

#[test]
fn what_gmail_may_hide_from_imap_is_told_so_and_no_client_is_said_to_make_it() {
    let missing = |capability: &str| {
        let mut account = account_of(&[("INBOX", Some(4)), ("[Gmail]/Sent Mail", Some(3))]);
        account.server.capabilities.insert(capability.to_owned());
        let findings = imagined::judged(&account).findings.into_iter();
        let mut drafts =
            findings.filter(|one| one.code == Code::RoleMissing && one.role == Some(Role::Drafts));
        drafts.next().unwrap().message
    };
    assert_eq!(
        missing("X-GM-EXT-1").english(),
        "no mailbox has the role drafts: Gmail has one but hides it from IMAP; in Gmail's settings, under Labels, choose \
         \"Show in IMAP\""
    );
    assert!(!missing("UIDPLUS").english().contains("Gmail"));
}

#[test]
fn where_nothing_is_marked_no_client_is_said_to_know_a_name() {
    let account = account_of(&[
        ("INBOX", Some(4)),
        ("Skickat", Some(3)),
        ("Drafts", Some(1)),
    ]);
    let findings = imagined::judged(&account).findings;
    let unmarked: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.code == Code::RoleUnmarked)
        .map(|finding| finding.message.english())
        .collect();
    assert_eq!(
        unmarked,
        [
            "the server marks no mailbox, so clients can only go by the names \"Drafts\" and \"Skickat\""
        ]
    );
}

#[test]
fn a_second_inbox_is_told_and_one_without_mail_is_no_warning() {
    let mut account = imagined::account();
    for (name, messages) in [
        ("INBOX", 4),
        ("Bandeja de entrada", 900),
        ("Inbox1", 20),
        ("Posteingang", 0),
        ("Inbox rules", 7),
    ] {
        let mut mailbox = imagined::mailbox(name);
        mailbox.status.messages = Some(messages);
        account.mailboxes.insert(mailbox);
    }
    let judged = imagined::judged(&account);
    let second = judged.findings.iter();
    let second = second.filter(|finding| finding.code == Code::SecondInbox);
    let second: Vec<_> = second
        .map(|finding| (finding.severity, finding.message.english()))
        .collect();
    assert_eq!(
        second,
        [
            (
                Severity::Warning,
                "\"Bandeja de entrada\" (900 messages) is named as an inbox, but mail arrives in INBOX alone; --include inbox merges it into INBOX"
            ),
            (
                Severity::Info,
                "\"Inbox1\" (20 messages) may be a second inbox: \"Inbox\" and a number; if it is, --include inbox --role 'Inbox1=inbox' merges it into INBOX"
            ),
            (
                Severity::Info,
                "\"Posteingang\" (0 messages) is named as an inbox, but mail arrives in INBOX alone; --include inbox merges it into INBOX"
            ),
        ]
    );
    assert!(
        judged
            .roll
            .entries
            .iter()
            .all(|entry| entry.name.is_inbox() || entry.role.is_none())
    );
}

#[test]
fn what_several_languages_say_of_a_name_is_told_once() {
    let mut account = imagined::account();
    account.mailboxes.insert(imagined::mailbox("_Enviados"));
    let judged = imagined::judged(&account);
    let mut findings = judged.findings.iter();
    let doubtful = findings.find(|finding| finding.code == Code::RoleDoubtful);
    let message = doubtful.unwrap().message.english();
    assert_eq!(message.matches("spelt otherwise").count(), 1, "{message}");
}

/// The account's mailboxes by name, each with so many messages; none for one that is only a level of the tree.
fn account_of(mailboxes: &[(&str, Option<u64>)]) -> Listing {
    let mut account = imagined::account();
    for (name, messages) in mailboxes {
        let mut mailbox = imagined::mailbox(name);
        mailbox.status.messages = *messages;
        mailbox.selectable = messages.is_some();
        account.mailboxes.insert(mailbox);
    }
    account
}

#[test]
fn a_whole_set_in_a_folder_is_doubtful_where_the_account_s_own_is_empty() {
    let judged = imagined::judged(&account_of(&[
        ("INBOX", Some(20)),
        ("mail", None),
        ("mail/INBOX.Sent", Some(1200)),
        ("mail/INBOX.Drafts", Some(4)),
        ("mail/INBOX.Trash", Some(60)),
        ("Sent", Some(0)),
        ("Drafts", Some(0)),
    ]));
    let doubtful: Vec<_> = judged
        .roll
        .entries
        .iter()
        .filter(|entry| entry.is_doubtful())
        .map(|entry| (entry.name.text(), entry.role))
        .collect();
    assert_eq!(
        doubtful,
        [
            ("mail/INBOX.Drafts", Some(Role::Drafts)),
            ("mail/INBOX.Sent", Some(Role::Sent)),
            ("mail/INBOX.Trash", Some(Role::Trash)),
        ]
    );
    assert!(judged.findings.iter().all(|one| one.code != Code::MailTree));
}

#[test]
fn the_copy_of_an_account_is_one_finding_and_no_mailbox_in_it_has_a_role() {
    let copied = [
        ("INBOX", Some(20)),
        ("Sent", Some(3)),
        ("Drafts", Some(1)),
        ("Trash", Some(1)),
        ("Old account/Sent", Some(900)),
        ("Old account/Drafts", Some(2)),
        ("Old account/Trash", Some(60)),
        ("Clients/Sent", Some(5)),
        ("Clients/Trash", Some(5)),
    ];
    let judged = imagined::judged(&account_of(&copied));
    let trees: Vec<_> = judged
        .findings
        .iter()
        .filter(|one| one.code == Code::MailTree)
        .collect();
    assert_eq!(trees.len(), 1);
    assert_eq!(trees[0].mailboxes.len(), 3);
    let in_it = judged
        .roll
        .entries
        .iter()
        .filter(|entry| entry.name.text().contains('/'));
    assert!(in_it.into_iter().all(|entry| entry.role.is_none()));
}

#[test]
fn where_all_of_a_user_s_own_lies_below_folders_that_is_the_top() {
    let bridge = |labels| {
        let judged = imagined::judged(&account_of(&[
            ("INBOX", Some(20)),
            ("Folders", None),
            ("Labels", labels),
            ("Folders/Sent Items", Some(4)),
            ("Labels/Sent Items", Some(4)),
        ]));
        let with_role = judged
            .roll
            .entries
            .iter()
            .filter(|entry| entry.role == Some(Role::Sent));
        with_role
            .map(|entry| entry.name.text().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(bridge(None), ["Folders/Sent Items"]);
    assert_eq!(bridge(Some(0)), [""; 0]);
}
