//! Clients meet: predict, plan, imagine the account after the plan, predict again. After it every stated client uses the
//! kept mailbox of each role, or the plan names it; and nothing is left to plan.

use std::sync::Arc;

use rolecall::{
    detect::Hints,
    judge::{Criteria, Judged},
    language::text,
    model::{
        client::{Forecast, Use, named},
        finding::Code,
        listing::Listing,
        mailbox::{Mailbox, MailboxName, Status},
        plan::{Action, Plan},
        role::Role,
    },
    planner::{Policy, Predictor as _, after},
};

use crate::imagined;

const FRENCH: &[&str] = &[
    "thunderbird",
    "outlook-2016:fr",
    "apple-mail",
    "roundcube",
    "geary:fr",
];

/// An account on a server, in one line: `Sent \Sent; Courrier envoyé; Trash -` (`-` is not subscribed).
fn account(can: &[&str], delimiter: char, mailboxes: &str) -> Listing {
    let capabilities = ["IMAP4REV1", "MOVE", "UIDPLUS"].iter().chain(can);
    let mut listing = imagined::account();
    listing.server.capabilities = capabilities.map(|word| (*word).to_owned()).collect();
    let prefix = if delimiter == '.' { "INBOX." } else { "" };
    listing.personal = imagined::namespace(prefix, delimiter);
    let told = mailboxes.split("; ").filter(|one| !one.is_empty());
    let told = std::iter::once("INBOX").chain(told).enumerate();
    listing.mailboxes = told
        .map(|(number, told)| mailbox(told, delimiter, u32::try_from(number).unwrap()))
        .collect();
    listing
}

fn mailbox(told: &str, delimiter: char, number: u32) -> Mailbox {
    Mailbox {
        delimiter: Some(delimiter),
        status: Status {
            messages: Some(7 + u64::from(number)),
            uid_next: Some(500 + number),
            uid_validity: Some(1 + number),
            size: Some(7000),
            mailbox_id: None,
        },
        ..imagined::told(told)
    }
}

const NO_MARKS: &[&str] = &[];
const MARKS: &[&str] = &["SPECIAL-USE"];
const CYRUS: &[&str] = &["SPECIAL-USE", "CREATE-SPECIAL-USE", "METADATA"];

/// Judging for clients that the user stated, or for all that are known.
fn criteria(clients: &[&str]) -> Criteria {
    Criteria {
        clients: Arc::new(imagined::clients(clients)),
        ..imagined::criteria()
    }
}

fn judged(listing: &Listing, clients: &[&str]) -> Judged {
    criteria(clients).judge(listing.clone()).unwrap()
}

fn planned(listing: &Listing, clients: &[&str], policy: &Policy) -> Plan {
    criteria(clients).plan(&judged(listing, clients), policy)
}

/// Trash and junk too.
fn everything() -> Policy {
    Policy {
        include: [Role::Trash, Role::Junk].into(),
        ..Policy::default()
    }
}

fn steps(plan: &Plan) -> Vec<String> {
    let shown = |name: &Option<MailboxName>| {
        let name = name.as_ref();
        name.map_or_else(|| "-".to_owned(), |name| name.text().to_owned())
    };
    let steps = plan.steps.iter();
    steps
        .map(|step| {
            let (source, target) = (shown(&step.source), shown(&step.target));
            format!("{} {source} > {target}", step.action.word())
        })
        .collect()
}

fn told(plan: &Plan) -> Vec<&str> {
    let told = plan.manual.iter();
    told.filter(|manual| manual.code == Code::ClientToBeTold)
        .map(|manual| manual.message.english())
        .collect()
}

/// Plans for stated clients, and proves what must hold of every such plan.
fn meet(listing: &Listing, clients: &[&str], policy: &Policy) -> Plan {
    let chosen = imagined::clients(clients);
    let plan = planned(listing, clients, policy);
    assert!(plan.is_intact());
    assert_eq!(plan.check(), Ok(()));
    let end = after(listing, &plan);
    let roll = judged(&end, clients).roll;
    let told = told(&plan);
    for (role, members) in roll.roles.iter().filter(|(role, _)| role.can_merge()) {
        let mut warnings = plan.warnings.iter();
        let waits = warnings.any(|one| one.code == Code::HeldBack && one.role == Some(*role));
        assert!(waits || members.members.len() == 1, "{role}: {members:?}");
        let (new, in_use) = (chosen.predict(&end), chosen.stay(listing, &end));
        for ((client, cell), (_, in_use)) in new.of(*role).zip(in_use.of(*role)) {
            let keep = Use::Mailbox(members.keep.clone());
            let meets = cell.does == keep && in_use.does == keep;
            let is_told = told.iter().any(|message| {
                message.starts_with(&format!("{client}: ")) && message.contains(role.word())
            });
            assert_eq!(
                is_told,
                !meets && !waits,
                "{client} {role}: {:?} {told:#?}",
                cell.does
            );
        }
    }
    let again = planned(&end, clients, policy);
    assert_eq!(steps(&again), [""; 0], "planned again");
    plan
}

/// Who must be told, by name.
fn who(plan: &Plan) -> Vec<&str> {
    let told = told(plan).into_iter();
    told.filter_map(|message| message.split(": ").next())
        .collect()
}

const FOUR: &[&str] = &[
    "Thunderbird",
    "Outlook 2016 (fr)",
    "Apple Mail",
    "Roundcube",
];

#[test]
fn where_the_server_marks_all_five_clients_meet_by_merging_alone() {
    let marked = "Sent \\Sent; Courrier envoyé; Éléments envoyés; Drafts \\Drafts; Brouillons; Trash \\Trash; \
                  Corbeille; Junk \\Junk; Courrier indésirable; Archive \\Archive";
    let plan = meet(&account(MARKS, '/', marked), FRENCH, &everything());
    assert_eq!(
        steps(&plan),
        [
            "merge Brouillons > Drafts",
            "merge Éléments envoyés > Sent",
            "merge Courrier envoyé > Sent",
            "merge Corbeille > Trash",
            "merge Courrier indésirable > Junk",
        ]
    );
    assert_eq!(told(&plan), [""; 0]);
}

const SPREAD: [&str; 9] = [
    "Sent",
    "Courrier envoyé",
    "Éléments envoyés",
    "Drafts",
    "Brouillons",
    "Trash",
    "Corbeille",
    "Junk",
    "Courrier indésirable",
];

#[test]
fn without_marks_the_names_of_the_client_that_nobody_can_set_are_kept_and_the_others_are_told() {
    let expected = [
        "merge Drafts > Brouillons",
        "merge Courrier envoyé > Éléments envoyés",
        "merge Sent > Éléments envoyés",
        "rename Trash > Éléments supprimés",
        "subscribe - > Éléments supprimés",
        "merge Corbeille > Éléments supprimés",
        "merge Junk > Courrier indésirable",
    ];
    let plan = meet(
        &account(NO_MARKS, '/', &SPREAD.join("; ")),
        FRENCH,
        &everything(),
    );
    assert_eq!(steps(&plan), expected);
    assert_eq!(who(&plan)[..4], *FOUR);
    assert_eq!(
        told(&plan)[4],
        "Geary (fr): choose \"Éléments envoyés\" for sent (geary.ini), else it makes \"Envoyés\" (if already in use, it makes \"Sent\" again); choose \"Éléments supprimés\" for trash (geary.ini), else it makes \"Corbeille\"; choose \"Courrier indésirable\" for junk (geary.ini), else it makes \"Pourriel\" (if already in use, it makes \"Junk\" again)"
    );
    let below = SPREAD.map(|name| format!("INBOX.{name}")).join("; ");
    for can in [NO_MARKS, MARKS] {
        let plan = meet(&account(can, '.', &below), FRENCH, &everything());
        let steps: Vec<String> = steps(&plan)
            .iter()
            .map(|step| step.replace("INBOX.", ""))
            .collect();
        assert_eq!(steps, expected);
        assert_eq!(who(&plan)[..4], *FOUR);
    }
}

#[test]
fn where_clients_may_mark_the_kept_mailboxes_are_marked_and_only_clients_in_use_have_to_be_told() {
    let plan = meet(
        &account(CYRUS, '/', &SPREAD.join("; ")),
        FRENCH,
        &everything(),
    );
    assert_eq!(
        steps(&plan),
        [
            "mark - > Brouillons",
            "merge Drafts > Brouillons",
            "mark - > Éléments envoyés",
            "merge Courrier envoyé > Éléments envoyés",
            "merge Sent > Éléments envoyés",
            "mark - > Corbeille",
            "merge Trash > Corbeille",
            "mark - > Courrier indésirable",
            "merge Junk > Courrier indésirable",
            "create - > Archive",
            "mark - > Archive",
            "subscribe - > Archive",
        ]
    );
    assert_eq!(
        told(&plan),
        [
            "Thunderbird: if already in use, choose \"Archive\" for archive (Account Settings > Copies & Folders \
             (mail.identity.idN.archive_folder)), else it keeps the mail on the computer",
            "Outlook 2016 (fr): if already in use, remove the account and add it again, to have \
             \"Éléments envoyés\" for sent, else nobody documented what it uses",
            "Apple Mail: if already in use, choose \"Brouillons\" for drafts and \"Courrier indésirable\" for junk \
             (Settings > Accounts > Mailbox Behaviours), else nobody documented what it uses",
        ]
    );
}

#[test]
fn a_lone_mailbox_is_marked_where_that_works_and_then_keeps_its_name() {
    let lone = account(CYRUS, '/', "Courrier envoyé -; Corbeille");
    let stated = meet(&lone, &["thunderbird", "geary:fr"], &Policy::default());
    let of_both = |plan: &Plan| steps(plan).into_iter().take(3).collect::<Vec<_>>();
    assert!(
        stated
            .steps
            .iter()
            .all(|step| step.action != Action::Rename)
    );
    assert_eq!(who(&stated), ["Thunderbird"]);
    assert!(told(&stated)[0].contains(": if already in use, choose \"Archive\" for archive"));
    assert_eq!(
        of_both(&planned(&lone, &[], &Policy::default())),
        [
            "mark - > Courrier envoyé",
            "subscribe - > Courrier envoyé",
            "mark - > Corbeille"
        ]
    );
}

#[test]
fn what_a_client_in_use_makes_again_is_told_together_and_only_where_a_new_one_would_not() {
    let twice = "Sent; Sent Items; Drafts; Brouillons; Trash; Corbeille; Junk; Archive";
    let clients = ["thunderbird", "roundcube", "geary:fr"];
    let plan = meet(&account(NO_MARKS, '/', twice), &clients, &everything());
    let expected = "Geary (fr): if already in use, choose \"Drafts\" for drafts, \"Sent\" for sent and \"Trash\" for \
                    trash (geary.ini), else it makes \"Brouillons\", \"Sent Items\" and \"Corbeille\" again";
    let of_geary = told(&plan)
        .into_iter()
        .filter(|one| one.starts_with("Geary"));
    assert_eq!(of_geary.collect::<Vec<_>>(), [expected]);
    let marked = twice
        .replace("Sent;", "Sent \\Sent;")
        .replace("Drafts;", "Drafts \\Drafts;");
    let plan = meet(&account(MARKS, '/', &marked), &clients, &everything());
    let of_geary = told(&plan).into_iter().find(|one| one.starts_with("Geary"));
    let expected = "Geary (fr): if already in use, choose \"Trash\" for trash (geary.ini), else it makes \
                    \"Corbeille\" again";
    assert_eq!(of_geary, Some(expected));
}

#[test]
fn a_lone_mailbox_is_renamed_for_stated_clients_only() {
    for can in [NO_MARKS, MARKS] {
        let lone = account(can, '/', "Courrier envoyé");
        let plan = meet(&lone, &["thunderbird"], &Policy::default());
        let expected = ["rename Courrier envoyé > Sent", "subscribe - > Sent"];
        assert_eq!(steps(&plan), expected);
        assert_eq!(plan.steps[0].because[0], "Thunderbird finds it");
        let plan = meet(&lone, &["geary:fr"], &Policy::default());
        assert_eq!(steps(&plan)[0], "rename Courrier envoyé > Envoyés");
        let nobody = planned(&lone, &[], &Policy::default());
        assert_eq!(steps(&nobody), [""; 0]);
        assert_eq!(told(&nobody), [""; 0]);
    }
}

#[test]
fn a_target_goes_before_the_clients_and_they_are_told() {
    let policy = Policy {
        targets: [(Role::Sent, imagined::name("Envoyés"))].into(),
        ..Policy::default()
    };
    let listing = account(NO_MARKS, '/', "Courrier envoyé");
    let plan = planned(&listing, &["thunderbird"], &policy);
    assert_eq!(steps(&plan)[0], "rename Courrier envoyé > Envoyés");
    assert_eq!(who(&plan), ["Thunderbird"]);
}

#[test]
fn a_name_that_clients_agree_on_is_made_where_they_would_make_several() {
    let bare = account(NO_MARKS, '/', "");
    let both = meet(&bare, &["thunderbird", "geary:fr"], &Policy::default());
    for name in ["Drafts", "Sent", "Trash", "Junk"] {
        assert!(
            steps(&both).contains(&format!("create - > {name}")),
            "{name}"
        );
    }
    let alone = meet(&bare, &["thunderbird"], &Policy::default());
    assert_eq!(steps(&alone), [""; 0]);
}

#[test]
fn a_client_that_nobody_can_set_goes_before_one_that_its_user_can() {
    let lone = account(NO_MARKS, '/', "Courrier envoyé; Archive");
    let plan = meet(
        &lone,
        &["thunderbird", "outlook-2016:fr"],
        &Policy::default(),
    );
    assert_eq!(steps(&plan), [""; 0]);
    assert_eq!(
        told(&plan)[0].split("; ").next(),
        Some(
            "Thunderbird: choose \"Courrier envoyé\" for sent (Account Settings > Copies & Folders \
             (mail.identity.idN.fcc_folder)), else it makes \"Sent\""
        )
    );
    assert_eq!(
        told(&plan)[1],
        "Outlook 2016 (fr): for sent it uses \"Courrier envoyé\" or it makes \"Éléments envoyés\" (nobody documented \
         which), and nobody can set it to \"Courrier envoyé\"; run `rolecall fix` again once it is set up",
    );
}

#[test]
fn what_one_client_makes_anyway_is_made_for_those_that_would_keep_their_mail_elsewhere() {
    let bare = account(NO_MARKS, '/', "Drafts; Sent; Trash; Junk");
    let plan = meet(&bare, &["thunderbird", "geary:fr"], &Policy::default());
    let expected = ["create - > Archive", "subscribe - > Archive"];
    assert_eq!(steps(&plan), expected);
    assert_eq!(
        told(&plan),
        [
            "Thunderbird: choose \"Archive\" for archive (Account Settings > Copies & Folders \
             (mail.identity.idN.archive_folder)), else it keeps the mail on the computer"
        ]
    );
}

#[test]
fn a_mark_that_is_bound_to_its_name_stays_where_it_is() {
    let listing = account(MARKS, '/', "Sent Items \\Sent; Drafts; Trash");
    let plan = meet(&listing, &["sogo", "kmail"], &Policy::default());
    assert_eq!(steps(&plan), [""; 0]);
    assert_eq!(who(&plan), ["SOGo", "KMail"]);
}

/// These two read marks only.
const PHONE: &[&str] = &["thunderbird-android", "snappymail"];

#[test]
fn a_lone_mailbox_gets_the_name_that_the_server_may_mark_and_keeps_it_only_then() {
    let listing = account(MARKS, '/', "Courrier envoyé -; Drafts \\Drafts");
    let plan = meet(&listing, PHONE, &Policy::default());
    let expected = [
        "subscribe - > Courrier envoyé",
        "rename Courrier envoyé > Sent",
    ];
    assert_eq!(steps(&plan), expected);
    assert!(plan.steps[1].if_marked);
    assert_eq!(
        plan.steps[1].because[1],
        "it stays so only if the server then marks it \\Sent"
    );
    assert_eq!(told(&plan), [""; 0]);
}

#[test]
fn no_name_is_tried_without_a_sign_that_the_server_marks_such_names_and_none_twice() {
    let told_to_choose = |listing: &Listing, policy: &Policy| {
        let plan = meet(listing, PHONE, policy);
        assert_eq!(steps(&plan), [""; 0]);
        assert_eq!(who(&plan)[0], "Thunderbird Android");
    };
    for mailboxes in ["Courrier envoyé", "Courrier envoyé; Drafts"] {
        let listing = account(MARKS, '/', mailboxes);
        told_to_choose(&listing, &Policy::default());
    }
    let listing = account(MARKS, '/', "Courrier envoyé; Drafts \\Drafts");
    let tried = Policy {
        tried_before: [b"Sent".to_vec()].into(),
        ..Policy::default()
    };
    told_to_choose(&listing, &tried);
    let nobody = planned(&listing, &[], &Policy::default());
    assert_eq!(steps(&nobody), [""; 0]);
}

#[test]
fn no_name_is_tried_in_a_pass_over_empty_mailboxes_or_above_what_other_steps_name() {
    let listing = account(MARKS, '/', "Courrier envoyé; Drafts \\Drafts");
    let pass = Policy {
        only_empty: true,
        ..Policy::default()
    };
    assert_eq!(steps(&planned(&listing, PHONE, &pass)), [""; 0]);
    let mailboxes = "Courrier envoyé; Courrier envoyé/Archiv; Archives; Drafts \\Drafts";
    let listing = account(MARKS, '/', mailboxes);
    let hints = Hints {
        overrides: vec![("Courrier envoyé/Archiv".to_owned(), Some(Role::Archive))],
        targets: [(Role::Archive, "Courrier envoyé/Archiv".to_owned())].into(),
        ..Hints::default()
    };
    let policy = Policy {
        targets: [(Role::Archive, imagined::name("Courrier envoyé/Archiv"))].into(),
        ..Policy::default()
    };
    let criteria = Criteria {
        hints,
        ..criteria(PHONE)
    };
    let plan = criteria.plan(&criteria.judge(listing).unwrap(), &policy);
    assert_eq!(steps(&plan), ["merge Archives > Courrier envoyé/Archiv"]);
}

#[test]
fn a_name_that_needs_no_mark_goes_before_one_that_does() {
    let listing = account(MARKS, '/', "Courrier envoyé; Drafts \\Drafts");
    for clients in [&["thunderbird", "thunderbird-android"][..], &["geary:en"]] {
        let plan = meet(&listing, clients, &Policy::default());
        assert_eq!(steps(&plan)[0], "rename Courrier envoyé > Sent");
        assert!(!plan.steps[0].if_marked);
    }
}

#[test]
fn a_lone_trash_is_renamed_only_when_said_and_subscribed_meanwhile() {
    for (can, drafts, client) in [
        (NO_MARKS, "Drafts", "thunderbird"),
        (MARKS, "Drafts \\Drafts", "thunderbird-android"),
    ] {
        let listing = account(can, '/', &format!("Corbeille -; {drafts}"));
        let plan = meet(&listing, &[client], &Policy::default());
        assert_eq!(steps(&plan), ["subscribe - > Corbeille"]);
        let warning = &plan.warnings[0];
        assert_eq!(warning.code, Code::HeldBack);
        let expected = "\"Corbeille\" would be renamed to \"Trash\" with --include trash";
        let said = warning.message.english();
        assert!(said.starts_with(expected), "{said}");
        let plan = meet(&listing, &[client], &everything());
        assert!(steps(&plan).contains(&"rename Corbeille > Trash".to_owned()));
    }
}

#[test]
fn no_name_is_given_that_rolecall_itself_would_doubt() {
    let listing = account(NO_MARKS, '/', "Lixeira");
    let plan = meet(&listing, &["geary:pt-PT"], &everything());
    assert_eq!(steps(&plan), [""; 0]);
    assert!(
        told(&plan)[0].contains("else it makes \"Lixo\""),
        "{:?}",
        told(&plan)
    );
}

#[test]
fn of_several_mailboxes_the_one_that_most_known_clients_find_is_kept_unless_one_is_marked() {
    let plain = account(NO_MARKS, '/', "Sent Items -; Sent -; Courrier envoyé");
    let roll = judged(&plain, &[]).roll;
    let sent = &roll.roles[&Role::Sent];
    assert_eq!(sent.keep.text(), "Sent");
    assert!(
        sent.because
            .english()
            .ends_with("use it once it is the only one"),
        "{sent:?}"
    );
    let roll = judged(&plain, &["kmail"]).roll;
    assert_eq!(roll.roles[&Role::Sent].because, "it has the most messages");
    let marked = account(MARKS, '/', "Sent Items \\Sent; Sent; Courrier envoyé");
    let roll = judged(&marked, &[]).roll;
    assert_eq!(roll.roles[&Role::Sent].keep.text(), "Sent Items");
}

#[test]
fn a_reason_counts_the_clients_of_which_it_is_foretold_that_they_use_the_mailbox() {
    let split = account(NO_MARKS, '/', "Sent Items -; Sent -; Courrier envoyé");
    let sent = judged(&split, &[]).roll.roles[&Role::Sent].clone();
    assert_eq!(sent.keep.text(), "Sent");
    // What `clients` tells of the account where it is the only one.
    let forecasts = criteria(&[]).predict(&account(NO_MARKS, '/', "Sent"));
    let places = |does: &Use| {
        does.places()
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let counted: Vec<_> = forecasts.counted(Role::Sent).collect();
    let users = counted
        .iter()
        .filter(|(_, cell)| places(&cell.does) == ["Sent"]);
    let users: Vec<&Forecast> = users.map(|(client, _)| *client).collect();
    let all = forecasts.of(Role::Sent).count();
    assert!(
        users.len() > 1 && users.len() < all,
        "{} of {all}",
        users.len()
    );
    assert_eq!(sent.because, text::use_it_alone(named(&users)));
}

#[test]
fn in_the_imagined_account_a_renamed_mailbox_takes_those_below_it_along() {
    let listing = account(
        NO_MARKS,
        '/',
        "Sent Items; Sent Items/2019; Sent Items of old",
    );
    let plan = meet(&listing, &["thunderbird"], &Policy::default());
    assert_eq!(steps(&plan)[0], "rename Sent Items > Sent");
    let end = after(&listing, &plan);
    let names: Vec<&str> = end.mailboxes.iter().map(|one| one.name.text()).collect();
    assert_eq!(names, ["INBOX", "Sent", "Sent Items of old", "Sent/2019"]);
}

#[test]
fn an_empty_duplicate_that_the_server_keeps_does_not_change_the_keeper() {
    let mut listing = account(MARKS, '/', "Sent \\Sent; Sent Messages \\Sent");
    let empty = |mailbox: &mut Mailbox| mailbox.status.messages = Some(0);
    listing
        .mailboxes
        .change(&imagined::name("Sent Messages"), empty);
    for clients in [&[][..], &["thunderbird-android", "apple-mail"]] {
        let roll = judged(&listing, clients).roll;
        assert_eq!(roll.roles[&Role::Sent].keep.text(), "Sent");
        let plan = planned(&listing, clients, &Policy::default());
        assert!(
            !steps(&plan).iter().any(|step| step.contains("Sent")),
            "{plan:#?}"
        );
    }
}

#[test]
fn an_audit_for_stated_clients_tells_of_every_name_that_a_fix_for_them_gives() {
    let mut renamed = 0;
    for (can, mailboxes) in [
        (NO_MARKS, "Courrier envoyé; Brouillons; Corbeille"),
        (MARKS, "Courrier envoyé; Drafts \\Drafts"),
        (CYRUS, "Envoyés; Drafts"),
        (NO_MARKS, "Trash; Sent; Drafts"),
    ] {
        for clients in [&["outlook-2016:fr"][..], &["geary:en", "thunderbird"]] {
            let listing = account(can, '/', mailboxes);
            let criteria = criteria(clients);
            let judged = criteria.judge(listing).unwrap();
            let mut audited = judged.clone();
            criteria.add_meetings(&mut audited);
            let (roll, told) = (&judged.roll, &audited.findings);
            let plan = criteria.plan(&judged, &Policy::default());
            for step in &plan.steps {
                let source = step.source.as_ref();
                let keeps = roll.roles.values().find(|one| Some(&one.keep) == source);
                if step.action != Action::Rename || step.if_marked || keeps.is_none() {
                    continue;
                }
                renamed += 1;
                let target = step.target.as_ref().unwrap().text();
                let is_told = told.iter().any(|finding| {
                    finding.code == Code::ClientsMeetElsewhere
                        && Some(&finding.mailboxes[0]) == source
                        && finding.message.english().contains(target)
                });
                assert!(is_told, "{mailboxes}: {target} is not in {told:#?}");
            }
        }
    }
    assert!(renamed > 3, "{renamed} renames");
}

#[test]
fn a_plan_for_clients_that_nobody_stated_tells_what_common_ones_will_make_beside_what_it_keeps() {
    // The marks are on names that most clients do not look for: they make Sent again, split before or not.
    for mailboxes in ["Sent; Sent Items \\Sent", "Sent Items"] {
        let listing = account(NO_MARKS, '/', mailboxes);
        let plan = planned(&listing, &[], &Policy::default());
        let told = plan
            .manual
            .iter()
            .any(|entry| entry.code == Code::ClientWillCreate && entry.role == Some(Role::Sent));
        assert!(told, "{mailboxes}: {:#?}", plan.manual);
    }
}

#[test]
fn a_name_of_the_client_that_nobody_can_set_is_not_given_up_for_anothers() {
    let swedish = account(NO_MARKS, '/', "Skickat; Utkast; Papperskorgen");
    let plan = planned(
        &swedish,
        &["outlook-2016:sv", "thunderbird:sv"],
        &Policy::default(),
    );
    let mut steps = plan.steps.iter();
    assert!(steps.all(|step| !matches!(step.action, Action::Rename | Action::Create)));
}

#[test]
fn below_a_prefix_a_plan_for_outlook_says_who_may_use_what_and_makes_nothing_that_nobody_surely_uses()
 {
    let clients = ["outlook-2016:de", "roundcube"];
    let bare = account(NO_MARKS, '.', "");
    let plan = planned(&bare, &clients, &Policy::default());
    assert_eq!(steps(&plan), [""; 0]);
    assert_eq!(told(&plan), [""; 0]);

    let lone = account(NO_MARKS, '.', "INBOX.Archiv");
    let told_of = planned(&lone, &clients, &Policy::default());
    assert_eq!(
        told(&told_of)[0],
        "Outlook 2016 (de): for archive it uses \"INBOX.Archiv\" or it makes \"Archiv\" (nobody documented which), and \
         nobody can set it to \"INBOX.Archiv\"; run `rolecall fix` again once it is set up"
    );
    let forecasts = criteria(&clients).predict(&lone);
    let because: Vec<&str> = forecasts
        .of(Role::Archive)
        .map(|(_, cell)| cell.because.english())
        .collect();
    assert_eq!(
        because[0],
        "it uses \"INBOX.Archiv\" or it makes \"Archiv\"; not documented: where it looks on a server whose names begin \
         with a prefix"
    );
    let english = account(NO_MARKS, '.', "INBOX.Sent");
    let plan = planned(&english, &clients, &Policy::default());
    let renamed = plan.steps.iter().find(|step| step.action == Action::Rename);
    let because = renamed.unwrap().because[0].english();
    assert_eq!(because, "Outlook 2016 (de) may find it");
}
