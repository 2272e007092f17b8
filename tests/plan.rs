//! Plans as scenes: an account as listed, what the user wants, and the steps that follow.

use std::collections::{BTreeMap, BTreeSet};

use rolecall::{
    detect::Hints,
    model::{
        finding::Code,
        listing::Listing,
        mailbox::{Mailbox, MailboxName, Sample, Status},
        plan::{Action, Basis, Plan, Totals},
        role::Role,
        set_aside::{SetAsideBy, SetAsideNames},
    },
    planner::Policy,
};

use crate::imagined::{self, name};

/// An account on a server like Dovecot: MOVE, UIDPLUS, SPECIAL-USE bound to names.
struct Scene {
    listing: Listing,
    policy: Policy,
    set_aside: SetAsideNames,
    kept_by_server: BTreeSet<Vec<u8>>,
}

fn scene() -> Scene {
    let capabilities = [
        "IMAP4REV1",
        "MOVE",
        "UIDPLUS",
        "SPECIAL-USE",
        "LIST-EXTENDED",
    ];
    let mut listing = imagined::account();
    listing.server.capabilities = capabilities.iter().map(|word| (*word).to_owned()).collect();
    let scene = Scene {
        listing,
        policy: Policy::default(),
        set_aside: SetAsideNames::default(),
        kept_by_server: BTreeSet::new(),
    };
    scene.with("INBOX", "", 9)
}

impl Scene {
    /// A subscribed mailbox with an attribute, or none.
    fn with(self, text: &str, attribute: &str, messages: u64) -> Self {
        self.change(text, attribute, messages, |_| {})
    }

    fn change(
        mut self,
        text: &str,
        attribute: &str,
        messages: u64,
        change: impl FnOnce(&mut Mailbox),
    ) -> Self {
        let number = u32::try_from(self.listing.mailboxes.len()).unwrap();
        let mut mailbox = imagined::mailbox(text);
        mailbox
            .attributes
            .extend(Some(attribute.to_owned()).filter(|one| !one.is_empty()));
        mailbox.status = Status {
            messages: Some(messages),
            uid_next: Some(500 + number),
            uid_validity: Some(1 + number),
            size: Some(messages * 1000),
            mailbox_id: None,
        };
        change(&mut mailbox);
        self.listing.mailboxes.insert(mailbox);
        self
    }

    fn wanting(mut self, change: impl FnOnce(&mut Policy)) -> Self {
        change(&mut self.policy);
        self
    }

    /// A mailbox that an earlier run could not remove.
    fn kept_by_server(mut self, text: &str) -> Self {
        self.kept_by_server.insert(text.as_bytes().to_vec());
        self
    }

    fn server(mut self, change: impl FnOnce(&mut BTreeSet<String>)) -> Self {
        change(&mut self.listing.server.capabilities);
        self
    }

    fn plan(&self) -> Plan {
        let targets: BTreeMap<Role, String> = self
            .policy
            .targets
            .iter()
            .map(|(role, name)| (*role, name.text().to_owned()))
            .collect();
        let hints = Hints {
            targets,
            set_aside: self.set_aside.clone(),
            kept_by_server: self.kept_by_server.clone(),
            ..Hints::default()
        };
        let criteria = imagined::hinted(hints);
        let judged = criteria.judge(self.listing.clone()).unwrap();
        let plan = criteria.plan(&judged, &self.policy);
        assert_eq!(plan.check(), Ok(()));
        plan
    }

    /// The steps, one a line.
    fn steps(&self) -> Vec<String> {
        self.plan()
            .steps
            .iter()
            .map(|step| {
                let name = |name: &Option<MailboxName>| {
                    name.as_ref()
                        .map_or_else(|| "-".to_owned(), |name| name.text().to_owned())
                };
                let stays = step.action == Action::Merge && !step.remove;
                format!(
                    "{} {} > {}{}",
                    step.action.word(),
                    name(&step.source),
                    name(&step.target),
                    if stays { " (stays)" } else { "" }
                )
            })
            .collect()
    }

    fn manual(&self) -> Vec<Code> {
        self.plan()
            .manual
            .iter()
            .map(|manual| manual.code)
            .collect()
    }
}

#[test]
fn the_spread_sent_mailboxes_are_merged_into_the_marked_one() {
    let scene = scene()
        .with("Sent", "\\Sent", 3)
        .with("Courrier envoyé", "", 12_040)
        .with("Sent Items", "", 7);
    assert_eq!(
        scene.steps(),
        ["merge Courrier envoyé > Sent", "merge Sent Items > Sent"]
    );
}

#[test]
fn ordinary_mailboxes_are_never_named_in_a_plan() {
    let scene = scene()
        .with("Sent", "\\Sent", 3)
        .with("Sent Items", "", 7)
        .with("Sent to clients", "", 7)
        .with("Clients/Sent", "", 7)
        .with("Presentations", "", 7);
    assert_eq!(scene.steps(), ["merge Sent Items > Sent"]);
}

#[test]
fn trash_and_junk_are_held_back_until_said() {
    let scene = scene()
        .with("Trash", "\\Trash", 3)
        .with("Corbeille", "", 7)
        .with("Junk", "\\Junk", 0)
        .with("Courrier indésirable", "", 2);
    assert_eq!(scene.steps(), [""; 0]);
    let held: Vec<Code> = scene
        .plan()
        .warnings
        .iter()
        .map(|warning| warning.code)
        .collect();
    assert_eq!(held, [Code::HeldBack, Code::HeldBack]);
    let scene = scene.wanting(|policy| policy.include = [Role::Trash].into());
    assert_eq!(scene.steps(), ["merge Corbeille > Trash"]);
}

#[test]
fn what_is_held_back_is_told_by_its_role_whatever_the_mailboxes_are_called() {
    let plan = scene()
        .with("Trash", "\\Trash", 3)
        .with("Mail with --include junk", "\\Trash", 7)
        .plan();
    let roles: Vec<Option<Role>> = plan.warnings.iter().map(|held| held.role).collect();
    assert_eq!(roles, [Some(Role::Trash)]);
    let stays = scene()
        .with("Sent", "\\Sent", 3)
        .change("Sent Items", "", 7, |items| {
            items.status.uid_validity = None;
        })
        .plan();
    assert_eq!(stays.manual[0].role, Some(Role::Sent));
}

#[test]
fn an_unsubscribed_keeper_is_subscribed() {
    let scene = scene().change("Sent", "\\Sent", 3, |sent| sent.subscribed = Some(false));
    assert_eq!(scene.steps(), ["subscribe - > Sent"]);
}

#[test]
fn a_missing_target_is_made_by_renaming_the_mailbox_that_has_the_role() {
    let scene = scene()
        .with("Courrier envoyé", "", 9)
        .with("Sent Items", "", 2)
        .wanting(|policy| policy.targets = [(Role::Sent, name("Sent"))].into());
    assert_eq!(
        scene.steps(),
        [
            "rename Courrier envoyé > Sent",
            "subscribe - > Sent",
            "merge Sent Items > Sent"
        ]
    );
}

#[test]
fn a_mailbox_whose_mark_is_bound_to_its_name_is_not_renamed_away() {
    let scene = scene()
        .with("Sent", "\\Sent", 9)
        .wanting(|policy| policy.targets = [(Role::Sent, name("Envoyés"))].into());
    assert_eq!(
        scene.steps(),
        [
            "create - > Envoyés",
            "subscribe - > Envoyés",
            "merge Sent > Envoyés"
        ]
    );
}

#[test]
fn where_clients_can_set_marks_the_mark_moves_before_the_merge() {
    let scene = scene()
        .with("Sent Items", "\\Sent", 9)
        .with("Sent", "", 9)
        .server(|can| can.extend(["METADATA".into(), "CREATE-SPECIAL-USE".into()]))
        .wanting(|policy| policy.targets = [(Role::Sent, name("Sent"))].into());
    assert_eq!(
        scene.steps(),
        [
            "mark Sent Items > -",
            "mark - > Sent",
            "merge Sent Items > Sent"
        ]
    );
}

#[test]
fn children_follow_by_rename_where_their_name_is_free() {
    let scene = scene()
        .with("Archive", "\\Archive", 9)
        .with("Archives", "", 9)
        .with("Archives/2019", "", 9);
    assert_eq!(
        scene.steps(),
        [
            "rename Archives/2019 > Archive/2019",
            "merge Archives > Archive"
        ]
    );
}

#[test]
fn a_child_whose_name_is_taken_keeps_its_parent_unless_children_are_merged() {
    let scene = scene()
        .with("Archive", "\\Archive", 9)
        .with("Archive/2019", "", 9)
        .with("Archives", "", 9)
        .with("Archives/2019", "", 9);
    assert_eq!(scene.steps(), ["merge Archives > Archive (stays)"]);
    assert!(scene.manual().contains(&Code::ChildrenStay));
    let scene = scene.wanting(|policy| policy.with_children = true);
    assert_eq!(
        scene.steps(),
        [
            "merge Archives/2019 > Archive/2019",
            "merge Archives > Archive"
        ]
    );
}

#[test]
fn the_target_of_a_subscribed_child_is_subscribed_too() {
    let scene = scene()
        .with("Archive", "\\Archive", 9)
        .change("Archive/2019", "", 9, |child| {
            child.subscribed = Some(false);
        })
        .with("Archives", "", 9)
        .with("Archives/2019", "", 9)
        .wanting(|policy| policy.with_children = true);
    assert_eq!(
        scene.steps(),
        [
            "subscribe - > Archive/2019",
            "merge Archives/2019 > Archive/2019",
            "merge Archives > Archive"
        ]
    );
}

#[test]
fn an_emptied_parent_that_must_stay_is_not_planned_again() {
    let scene = scene()
        .with("Archive", "\\Archive", 9)
        .with("Archive/2019", "", 9)
        .with("Archives", "", 0)
        .with("Archives/2019", "", 9);
    assert_eq!(scene.steps(), [""; 0]);
}

#[test]
fn messages_marked_deleted_keep_their_mailbox() {
    let marked = |mailbox: &mut Mailbox| {
        mailbox.sample = Some(Sample {
            deleted: Some(2),
            ..Sample::default()
        });
    };
    let scene = scene()
        .with("Sent", "\\Sent", 9)
        .change("Sent Items", "", 9, marked);
    assert_eq!(scene.steps(), ["merge Sent Items > Sent (stays)"]);
    assert!(scene.manual().contains(&Code::DeletedMarkedMail));
    let scene = scene.wanting(|policy| policy.move_deleted = true);
    assert_eq!(scene.steps(), ["merge Sent Items > Sent"]);
}

#[test]
fn a_server_without_move_and_uidplus_is_left_to_a_person() {
    let scene = scene()
        .with("Sent", "\\Sent", 9)
        .with("Sent Items", "", 9)
        .server(|can| {
            can.remove("MOVE");
            can.remove("UIDPLUS");
        });
    assert_eq!(scene.steps(), [""; 0]);
    assert_eq!(scene.manual(), [Code::NoSafeRemoval]);
}

/// A server where messages can only be copied, and a user who wants it all the same.
fn copying() -> Scene {
    scene()
        .with("Sent", "\\Sent", 9)
        .server(|can| {
            can.remove("MOVE");
            can.remove("UIDPLUS");
        })
        .wanting(|policy| policy.remove_without_uidplus = true)
}

#[test]
fn where_messages_can_only_be_copied_a_merge_removes_its_source() {
    let scene = copying().with("Sent Items", "", 9);
    assert_eq!(scene.steps(), ["merge Sent Items > Sent"]);
    assert!(!scene.plan().steps[0].reversible);
}

#[test]
fn where_messages_can_only_be_copied_a_source_that_must_stay_is_not_copied_at_all() {
    let kept = copying()
        .with("Sent Items", "", 9)
        .wanting(|policy| policy.keep_sources = true);
    let marked = copying().change("Sent Items", "", 9, |mailbox| {
        mailbox.sample = Some(Sample {
            deleted: Some(1),
            ..Sample::default()
        });
    });
    for scene in [kept, marked] {
        assert_eq!(scene.steps(), [""; 0]);
        assert_eq!(scene.manual(), [Code::NoSafeRemoval]);
    }
}

#[test]
fn what_lies_below_a_source_stays_where_its_source_stays() {
    let scene = scene()
        .with("Sent", "\\Sent", 9)
        .with("Sent Items", "", 3)
        .with("Sent Items/2023", "", 4);
    let renames = "rename Sent Items/2023 > Sent/2023";
    let merges = "merge Sent Items > Sent";
    assert_eq!(scene.steps(), [renames, merges]);
    let kept = scene.wanting(|policy| policy.keep_sources = true);
    assert_eq!(kept.steps(), ["merge Sent Items > Sent (stays)"]);
}

#[test]
fn an_empty_duplicate_that_came_back_is_not_planned_again() {
    let scene = scene()
        .with("Sent", "\\Sent", 9)
        .with("Sent Items", "", 0)
        .kept_by_server("Sent Items");
    assert_eq!(scene.steps(), [""; 0]);
}

#[test]
fn a_round_number_of_messages_may_hide_more_so_the_mailbox_stays() {
    let scene = scene()
        .with("Sent", "\\Sent", 9)
        .with("Sent Items", "", 10_000);
    assert_eq!(scene.steps(), ["merge Sent Items > Sent (stays)"]);
}

#[test]
fn an_unknown_mark_or_another_roles_mark_keeps_a_mailbox_out() {
    let scene = scene()
        .with("Sent", "\\Sent", 9)
        .with("Sent Items", "\\Mystery", 9);
    assert_eq!(scene.steps(), [""; 0]);
}

#[test]
fn one_mailbox_under_two_names_is_never_merged_into_itself() {
    let id = |mailbox: &mut Mailbox| mailbox.status.mailbox_id = Some("M1".into());
    let scene = scene()
        .change("Sent", "\\Sent", 9, id)
        .change("Sent Items", "", 9, id);
    assert_eq!(scene.steps(), [""; 0]);
    assert!(scene.manual().contains(&Code::SameMailboxTwice));
}

#[test]
fn a_mailbox_with_a_second_name_is_not_emptied_whatever_that_name_is() {
    let id = |mailbox: &mut Mailbox| mailbox.status.mailbox_id = Some("M1".into());
    let scene = scene()
        .with("Sent", "\\Sent", 9)
        .change("Sent Items", "", 9, id)
        .change("Clients", "", 9, id);
    assert_eq!(scene.steps(), [""; 0]);
    assert!(scene.manual().contains(&Code::SameMailboxTwice));
}

#[test]
fn a_mailbox_that_a_namespace_names_a_second_time_is_merged_by_its_first_name() {
    let like = |other: u32, messages: u64| {
        move |mailbox: &mut Mailbox| {
            mailbox.status.uid_next = Some(500 + other);
            mailbox.status.uid_validity = Some(1 + other);
            mailbox.status.size = Some(messages * 1000);
        }
    };
    let mut scene = scene()
        .change("Sent", "\\Sent", 9, like(1, 9))
        .change("Sent Items", "", 4, like(2, 4))
        .change("INBOX/Sent", "\\Sent", 9, like(1, 9))
        .change("INBOX/Sent Items", "", 4, like(2, 4));
    scene.listing.personal = [
        imagined::namespace("", '/'),
        imagined::namespace("INBOX/", '/'),
    ]
    .concat();
    scene.listing.put_home_first();
    assert_eq!(scene.steps(), ["merge Sent Items > Sent"]);
}

#[test]
fn only_limits_the_plan_to_a_role() {
    let scene = scene()
        .with("Sent", "\\Sent", 9)
        .with("Sent Items", "", 9)
        .with("Drafts", "\\Drafts", 9)
        .with("Brouillons", "", 9)
        .wanting(|policy| policy.only = Some([Role::Drafts].into()));
    assert_eq!(scene.steps(), ["merge Brouillons > Drafts"]);
}

#[test]
fn while_a_run_is_unfinished_nothing_is_planned() {
    let set_aside = "rolecall-abcdefghijklmnopqrstuvwxyz";
    let mut scene = scene()
        .with("Sent", "\\Sent", 9)
        .with("Sent Items", "", 9)
        .with(set_aside, "", 1);
    // One that no run here knows holds nothing up.
    assert_eq!(scene.steps(), ["merge Sent Items > Sent"]);
    assert_eq!(scene.manual(), [Code::SetAsideUnknown]);
    let by = SetAsideBy::Interrupted;
    scene
        .set_aside
        .add(name(set_aside), Some('/'), (by, "run"), false);
    assert_eq!(scene.steps(), [""; 0]);
    assert_eq!(scene.plan().warnings[0].code, Code::UnfinishedRun);
}

#[test]
fn any_change_of_a_sealed_plan_is_noticed() {
    let plan = scene()
        .with("Sent", "\\Sent", 9)
        .with("Sent Items", "", 9)
        .plan();
    assert!(plan.is_intact());
    let mut changed = plan.clone();
    changed.steps[0].messages = Some(10);
    assert!(!changed.is_intact());
    let text = serde_json::to_string(&plan).unwrap();
    assert!(serde_json::from_str::<Plan>(&text).unwrap().is_intact());
}

#[test]
fn a_doubtful_role_moves_nothing_until_the_user_has_said_so() {
    let account = || {
        scene()
            .with("Sent", "\\Sent", 3)
            .with("\\Sent", "", 7)
            .with("Trash", "\\Trash", 1)
            .with("Lixo", "", 7)
    };
    let alone = account();
    assert_eq!(alone.steps(), Vec::<String>::new());
    // The second "Sent" for us, and the only junk that there is.
    assert_eq!(alone.manual(), [Code::RoleDoubtful, Code::RoleDoubtful]);
    let message = alone.plan().manual[0].message.english().to_owned();
    assert!(message.contains("--role '\\Sent=sent'"), "{message}");
    let included = account().wanting(|policy| policy.include = BTreeSet::from([Role::Junk]));
    assert_eq!(
        included.steps(),
        Vec::<String>::new(),
        "the only junk there is, and that not sure"
    );
    let mut target = account();
    target.policy.targets.insert(Role::Junk, name("Junk"));
    assert_eq!(
        target
            .wanting(|policy| policy.include = BTreeSet::from([Role::Junk]))
            .steps(),
        ["create - > Junk", "subscribe - > Junk"],
        "and not renamed to it"
    );
}

#[test]
fn garbled_names_are_repaired_where_asked_parents_first_and_merged_ones_not_at_all() {
    let account = || {
        scene()
            .with("Sent", "\\Sent", 3)
            .with("Ã‰lÃ©ments envoyÃ©s", "", 7)
            .with("CafÃ©", "", 1)
            .with("CafÃ©/ThÃ©", "", 1)
            .with("GelÃ¶scht", "", 1)
            .with("Gelöscht", "", 1)
    };
    let asked = account().wanting(|policy| policy.repair_names = true);
    assert_eq!(
        asked.steps(),
        ["merge Ã‰lÃ©ments envoyÃ©s > Sent", "rename CafÃ© > Café"]
    );
    let why: Vec<String> = asked
        .plan()
        .manual
        .into_iter()
        .map(|one| one.message.into())
        .collect();
    assert!(why[0].contains("\"Gelöscht\" is there already"), "{why:?}");
    assert!(
        why[1].contains("\"CafÃ©/ThÃ©\" keeps its garbled name until"),
        "{why:?}"
    );
    let step = &asked.plan().steps[1];
    assert_eq!(step.target.as_ref().unwrap().wire(), b"Caf&AOk-");
    let unasked = account();
    assert_eq!(unasked.steps(), ["merge Ã‰lÃ©ments envoyÃ©s > Sent"]);
    assert_eq!(
        unasked.manual(),
        [Code::NameGarbled, Code::ClientWillCreate]
    );
    let message = unasked.plan().manual[0].message.english().to_owned();
    assert!(
        message.contains("2 more") && message.contains("--repair-names"),
        "{message}"
    );
}

#[test]
fn a_garbled_mailbox_that_is_merged_into_keeps_its_name_until_the_next_run() {
    let scene = scene()
        .with("Ã‰lÃ©ments envoyÃ©s", "", 700)
        .with("Sent Items", "", 7)
        .wanting(|policy| policy.repair_names = true);
    assert_eq!(scene.steps(), ["merge Sent Items > Ã‰lÃ©ments envoyÃ©s"]);
    let manual = scene.manual();
    assert!(manual.contains(&Code::NameGarbled), "{manual:?}");
}

#[test]
fn a_mailbox_without_a_delimiter_is_remembered_as_such_beside_others_that_have_one() {
    let scene = scene()
        .with("Sent", "\\Sent", 5)
        .change("Sent Items", "", 2, |mailbox| {
            mailbox.delimiter = None;
        });
    let named = [name("Sent"), name("Sent Items")].into();
    let basis = Basis::of(&scene.listing, &named);
    let text = serde_json::to_string(&basis).unwrap();
    let read: Basis = serde_json::from_str(&text).unwrap();
    for basis in [&basis, &read] {
        assert_eq!(basis.delimiter_of(&name("Sent Items")), None);
        assert_eq!(basis.delimiter_of(&name("Sent")), Some('/'));
    }
    assert_eq!(basis, read);
}

/// Two mailboxes into a third, and one below them that follows.
fn merges() -> Plan {
    scene()
        .with("Sent", "\\Sent", 3)
        .with("Sent Items", "", 7)
        .with("Sent Items/2019", "", 2)
        .with("Courrier envoyé", "", 9)
        .change("Drafts", "\\Drafts", 1, |it| it.subscribed = Some(false))
        .plan()
}

/// The step with this action.
fn step(plan: &mut Plan, action: Action) -> &mut rolecall::model::plan::Step {
    let mut steps = plan.steps.iter_mut();
    steps.find(|step| step.action == action).unwrap()
}

type Lie = (&'static str, fn(&mut Plan));

/// What is told of a plan, and what was done to it.
const LIES: [Lie; 33] = [
    ("french: it has not one sentence for each", |plan| {
        *plan = plan.clone().with_french();
        plan.french.remove(0);
    }),
    ("french: it has not one sentence for each", |plan| {
        *plan = plan.clone().with_french();
        plan.french[0].clear();
    }),
    (
        "step 5, source: an earlier step empties or renames it",
        |plan| {
            let again = step(plan, Action::Merge).clone();
            plan.steps.push(again);
            for (number, step) in (1..).zip(&mut plan.steps) {
                step.id = number;
            }
        },
    ),
    ("totals: they are not what the steps add up to", |plan| {
        plan.totals = Some(Totals::default());
    }),
    (
        "account: \"imaps://bob@imap.example.com\" is not the account",
        |plan| {
            plan.account = plan.account.replace("alice", "bob");
        },
    ),
    (
        "step 3, source: the name \"Sent Items\" is not what \"Drafts\" reads as",
        |plan| {
            step(plan, Action::Rename).source = Some(MailboxName::new(
                b"Drafts".to_vec(),
                "Sent Items".to_owned(),
            ));
        },
    ),
    (
        "listing, mailbox 1: the name \"Envoy\u{e9}\" is not",
        |plan| {
            plan.listing.mailboxes[0].mailbox =
                MailboxName::new(b"Courrier envoy&AOk-".to_vec(), "Envoy\u{e9}".to_owned());
        },
    ),
    ("listing, mailbox 5: the name \"Old\" is not", |plan| {
        plan.listing.mailboxes[4].children = vec![MailboxName::new(
            b"Sent Items/2019".to_vec(),
            "Old".to_owned(),
        )];
    }),
    (
        "listing, subscribed: the name \"x\" is not what \"Sent\" reads as",
        |plan| {
            plan.listing
                .subscribed
                .push(MailboxName::new(b"Sent".to_vec(), "x".to_owned()));
        },
    ),
    ("listing, fingerprint: it is not", |plan| {
        plan.listing.fingerprint.clear();
    }),
    ("listing, fingerprint: it is not", |plan| {
        plan.listing.mailboxes.clear();
    }),
    ("step 1: it comes after step 1", |plan| plan.steps[1].id = 1),
    ("step 0: it comes after step 0", |plan| plan.steps[0].id = 0),
    (
        "step 4: it removes the emptied mailbox, and the plan keeps",
        |plan| {
            plan.allow.keep_sources = true;
            plan.steps[1].remove = false;
        },
    ),
    ("step 2, source: merge needs one", |plan| {
        step(plan, Action::Merge).source = None;
    }),
    ("step 2, target: merge needs one", |plan| {
        step(plan, Action::Merge).target = None;
    }),
    ("step 2, target: it is the source", |plan| {
        let merge = step(plan, Action::Merge);
        merge.target = merge.source.clone();
    }),
    ("step 2, path: a merge says", |plan| {
        step(plan, Action::Merge).path = None;
    }),
    ("step 2, source: INBOX is neither emptied", |plan| {
        step(plan, Action::Merge).source = Some(name("INBOX"));
    }),
    ("step 2, source: INBOX is neither emptied", |plan| {
        let merge = step(plan, Action::Merge);
        merge.source = Some(name("inbox"));
        merge.uids = Some([7].into_iter().collect());
    }),
    ("step 2, reversible: `rolecall undo` can", |plan| {
        step(plan, Action::Merge).reversible = false;
    }),
    ("step 2, reversible: `rolecall undo` cannot", |plan| {
        step(plan, Action::Merge).path = Some(rolecall::model::plan::Path::CopyOnly);
    }),
    (
        "step 2, messages: it says 10, and the plan has seen 9",
        |plan| {
            step(plan, Action::Merge).messages = Some(10);
        },
    ),
    (
        "step 3, messages: it says 1, and the plan has seen 2",
        |plan| {
            step(plan, Action::Rename).messages = Some(1);
        },
    ),
    ("step 3, target: no mailbox is renamed to INBOX", |plan| {
        step(plan, Action::Rename).target = Some(name("INBOX"));
    }),
    ("step 3, remove: only a merge", |plan| {
        step(plan, Action::Rename).remove = true;
    }),
    ("step 1, source: subscribe has none", |plan| {
        step(plan, Action::Subscribe).source = Some(name("Sent"));
    }),
    ("step 1, path: only a merge", |plan| {
        step(plan, Action::Subscribe).path = Some(rolecall::model::plan::Path::Move);
    }),
    ("step 1, messages: only a merge", |plan| {
        step(plan, Action::Subscribe).messages = Some(4);
    }),
    ("step 1, if_marked: only a rename", |plan| {
        step(plan, Action::Subscribe).if_marked = true;
    }),
    ("step 1, action: no plan removes", |plan| {
        step(plan, Action::Subscribe).action = Action::Delete;
    }),
    (
        "step 1, target: \"Trash\" is not among the mailboxes",
        |plan| {
            step(plan, Action::Subscribe).target = Some(name("Trash"));
        },
    ),
    ("step 1, role: a mark needs", |plan| {
        let mark = step(plan, Action::Subscribe);
        mark.action = Action::Mark;
        mark.role = None;
    }),
];

#[test]
fn a_plan_that_says_what_is_not_so_is_found_out() {
    assert_eq!(merges().check(), Ok(()));
    for (told, lie) in LIES {
        let mut plan = merges();
        lie(&mut plan);
        let fault = plan.check().expect_err(told).to_string();
        assert!(fault.starts_with(told), "{fault}\nnot: {told}");
    }
}

#[test]
fn a_plan_that_has_not_looked_is_found_out() {
    type Blindness = (&'static str, fn(&mut rolecall::model::plan::Seen));
    let told: [Blindness; 6] = [
        (
            "step 2, source: the plan has not seen its UIDVALIDITY",
            |seen| seen.uid_validity = None,
        ),
        (
            "step 2, source: the plan has not seen its UIDVALIDITY",
            |seen| seen.uid_validity = Some(0),
        ),
        (
            "step 2, messages: it says 9, and the plan has seen 3",
            |seen| seen.messages = Some(3),
        ),
        (
            "listing, mailbox 1: \"Courrier envoyé\" is said not to exist",
            |seen| seen.exists = false,
        ),
        (
            "listing, mailbox 1: \"Sent\" is not below \"Courrier envoyé\"",
            |seen| {
                seen.children.push(name("Sent"));
            },
        ),
        ("listing, mailbox 2: \"Drafts\" is there twice", |seen| {
            seen.mailbox = name("Drafts");
        }),
    ];
    for (told, blind) in told {
        let mut plan = merges();
        blind(&mut plan.listing.mailboxes[0]);
        // Whoever does this does that too.
        let seen = serde_json::to_vec(&plan.listing.mailboxes).unwrap();
        plan.listing.fingerprint = fingerprint(&seen);
        let fault = plan.check().expect_err(told).to_string();
        assert!(fault.starts_with(told), "{fault}\nnot: {told}");
    }
}

fn fingerprint(octets: &[u8]) -> String {
    use sha2::Digest as _;
    rolecall::model::hex::encode(&sha2::Sha256::digest(octets))
}

#[test]
fn a_name_with_a_number_or_a_frozen_prefix_is_told_with_its_count_and_never_moved_unasked() {
    let scene = scene()
        .with("Sent", "\\Sent", 12)
        .with("Sent Items1", "", 80)
        .with("INBOX.Sent", "", 900);
    assert_eq!(scene.steps(), [""; 0]);
    let plan = scene.plan();
    let told: Vec<&str> = plan
        .manual
        .iter()
        .filter(|manual| manual.code == Code::RoleDoubtful)
        .map(|manual| manual.message.english())
        .collect();
    assert_eq!(
        told,
        [
            "whether \"INBOX.Sent\" (900 messages) has the role sent is doubtful; --role 'INBOX.Sent=sent' says so",
            "whether \"Sent Items1\" (80 messages) has the role sent is doubtful; --role 'Sent Items1=sent' says so",
        ]
    );
}

#[test]
fn second_inboxes_are_merged_into_inbox_only_where_that_is_asked_for() {
    let second = || {
        scene()
            .with("Bandeja de entrada", "", 900)
            .with("Inbox1", "", 20)
    };
    assert_eq!(second().steps(), [""; 0]);
    let held = second().plan().warnings;
    let held: Vec<_> = held.iter().map(|one| (one.code, one.role)).collect();
    assert!(
        held.contains(&(Code::HeldBack, Some(Role::Inbox))),
        "{held:?}"
    );
    let included = second().wanting(|policy| policy.include = [Role::Inbox].into());
    assert_eq!(included.steps(), ["merge Bandeja de entrada > INBOX"]);
    assert!(included.manual().contains(&Code::SecondInbox));
    let others = second().wanting(|policy| {
        policy.include = [Role::Inbox].into();
        policy.only = Some([Role::Sent].into());
    });
    assert_eq!(others.steps(), [""; 0]);
}

#[test]
fn below_inbox_too_a_second_inbox_is_merged_and_inbox_is_never_a_source() {
    let scene = scene()
        .with("INBOX/Posteingang", "", 5)
        .wanting(|policy| policy.include = [Role::Inbox].into());
    assert_eq!(scene.steps(), ["merge INBOX/Posteingang > INBOX"]);
}
